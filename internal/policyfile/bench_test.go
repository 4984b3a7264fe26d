package policyfile

import (
	"testing"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
)

// BenchmarkCheck is the gate before every publication: under 50 ms.
func BenchmarkCheck(b *testing.B) {
	p, reg := loadMega24(b), registry(b)
	ed := compile(b, p.Rules)
	in := check.Input{Content: policy.Content{Rules: p.Rules, Texts: p.Texts, Law: reg}, Edition: ed, On: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
	for b.Loop() {
		if r := check.Run(in); r.Blocks() {
			b.Fatal(r.Findings[0])
		}
	}
}
