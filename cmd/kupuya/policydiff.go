package main

type policyDiffCmd struct{}

// Run is being written.
func (c *policyDiffCmd) Run(_ streams) error { return nil }
