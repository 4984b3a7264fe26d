package main

type policyExplainCmd struct{}

// Run is being written.
func (c *policyExplainCmd) Run(_ streams) error { return nil }
