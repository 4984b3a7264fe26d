package main

import (
	"fmt"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

type policyCheckCmd struct{ packFlag }

// Run loads, compiles, checks coverage both ways and runs expect.yaml.
func (c *policyCheckCmd) Run(s streams) error {
	pack, ed, err := c.load(time.Time{})
	if err != nil {
		return &exit{1, err}
	}
	failed := 0
	for _, gap := range policy.Coverage(ed, pack.Texts[privacy.Kyrgyz]) {
		failed++
		fmt.Fprintln(s.out, gap)
	}
	for _, miss := range pack.Expect.Run(ed) {
		failed++
		fmt.Fprintln(s.out, miss.Error())
	}
	fmt.Fprintf(s.out, "%s: %d clauses, %d purposes, %d questions, %d findings\n", ed.ID(),
		len(pack.Texts[privacy.Kyrgyz].Clauses), len(pack.Rules.Purposes), len(pack.Expect.Questions), failed)
	if failed > 0 {
		return &exit{1, fmt.Errorf("the pack is not what it says")}
	}
	return nil
}
