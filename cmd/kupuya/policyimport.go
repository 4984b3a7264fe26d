package main

type policyImportCmd struct{}

// Run is being written.
func (c *policyImportCmd) Run(_ streams) error { return nil }
