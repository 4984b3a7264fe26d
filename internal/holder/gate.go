package holder

import (
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

// gate refuses a pack of which the check found an error, or that answers one of
// its own questions otherwise, and names the first.
// (principle 1)
func gate(next *policy.Content, ed *policy.Edition, before *policy.Content, now time.Time) error {
	report := check.Run(check.Input{Content: *next, Edition: ed, On: now, Previous: before})
	misses := next.Expect.Run(ed)
	for i := range misses {
		report.Findings = append(report.Findings, check.Missed(&misses[i]))
	}
	for _, f := range report.Findings {
		if f.Severity == check.Error {
			return &privacy.Error{Code: privacy.Invalid, Field: f.Path, Name: string(f.Code), Clause: f.Clause, Problem: "edition.finding"}
		}
	}
	return nil
}

// notWider refuses the literal mode to what widens anything. (law I3)
func notWider(before, next *policy.Content) error {
	report := diff.Compare(*before, *next)
	if class := report.Class(); class > diff.Narrower {
		return &privacy.Error{Code: privacy.Refused, Clause: "6.3", Name: class.String(), Problem: "edition.wider"}
	}
	return nil
}
