package diff

import (
	"testing"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// DC-78 p.2: whatever a later edition makes wider, a consent given under an earlier one allows nothing that the earlier one did not.
// Only what is no part of a consent may have changed: an act that is in force again, an agreement with a recipient that goes on, what the
// contract asks, what a block stops.
func TestAConsentNeverOutgrowsItsEdition(t *testing.T) {
	t.Parallel()
	registries := laws(t)
	spread(t, pairCount(), func(t *testing.T, d dice) {
		a, b := pair(t, d, registries)
		rules := b.content.Rules
		rules.Edition = a.ID() + "/later"
		next, err := policy.Compile(rules, "", b.content.Law, since, a.Edition)
		if err != nil {
			t.Fatal(err)
		}
		now := since.AddDate(0, 0, d.IntN(1500))
		s := d.standing(a, now)
		for i := range s.Consents {
			s.Consents[i].Edition = a.ID()
		}
		matrix(func(q policy.Question) {
			basis, _, _ := next.Basis(q.Purpose, q.Category)
			before, _, _ := a.Basis(q.Purpose, q.Category)
			if was := a.Purpose(q.Purpose); basis != privacy.BasisConsent || before != "" && before != basis || was == nil || was.Basis != basis {
				return
			}
			yes := next.Decide(s, q, &everything, now)
			if !yes.Allowed() {
				return
			}
			switch then := a.Decide(s, q, &everything, now); then.Reason {
			case privacy.Allowed, privacy.BasisNotInForce, privacy.NotAccepted, privacy.NoAgreement, privacy.Blocked, privacy.Disputed:
			case privacy.RecipientUnknown:
				if r := a.Recipient(q.Recipient); q.Operation&privacy.Transfer != 0 && r == nil {
					t.Fatalf("%v goes to somebody the consent does not know", q)
				}
			default:
				t.Fatalf("%v is allowed by a consent under whose edition it is %s", q, then.Reason)
			}
		})
	})
}
