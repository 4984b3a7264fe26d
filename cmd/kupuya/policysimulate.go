package main

type policySimulateCmd struct{}

// Run is being written.
func (c *policySimulateCmd) Run(_ streams) error { return nil }
