package main

type policyFilingCmd struct{}

// Run is being written.
func (c *policyFilingCmd) Run(_ streams) error { return nil }
