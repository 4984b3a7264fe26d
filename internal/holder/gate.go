package holder

import (
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

func gate(_ *policy.Content, _ *policy.Edition, _ *policy.Content, _ time.Time) error { return nil }

// notWider refuses the literal mode to what widens anything. (law I3)
func notWider(before, next *policy.Content) error {
	report := diff.Compare(*before, *next)
	if class := report.Class(); class > diff.Narrower {
		return &privacy.Error{Code: privacy.Refused, Clause: "6.3", Name: class.String(), Problem: "edition.wider"}
	}
	return nil
}
