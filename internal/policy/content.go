package policy

import (
	"kupuya/internal/law"
	"kupuya/internal/privacy"
)

// Content is what the archive of an edition holds: rules, texts and the law as
// it was known when the edition was published, so that any past decision can be
// run again bit for bit. (policy 4.1)
type Content struct {
	Rules Rules
	Texts map[privacy.Lang]Text
	Law   *law.Registry
	// Expect are the questions that the pack asks of itself, with their answers;
	// they decide nothing and are only asked before the edition is announced.
	Expect Expectations
}
