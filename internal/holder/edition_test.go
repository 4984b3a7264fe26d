package holder_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// wider is the edition with one more category for advertising and one more
// recipient for the partners' sign-in.
func wider(t testing.TB) func(string) string {
	return func(rules string) string {
		at := strings.Index(rules, "  - id: P03\n")
		p03 := replace(t, rules[at:], "      - id: D11\n", "      - {id: D07, operations: [use]}\n      - id: D11\n")
		return rules[:at] + p03
	}
}

// DC-78 p.2: a consent does not grow with a new edition. Nobody's new row is on
// until he consents again, whatever else he does.
func TestAConsentDoesNotGrowWithANewEdition(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		h.consent(id, "P03")
		h.put(t, id, "P07", "D07", "app_form", secrets["D07"])
		if got := h.may(id, "P03", "D07", "use"); got != privacy.NotInPolicy {
			t.Fatalf("before the new edition: %s", got)
		}
		h.enact(t, variant(t, 2, wider(t)))
		expect := func(when string, d07, d09 privacy.Reason) {
			t.Helper()
			if got := h.may(id, "P03", "D07", "use"); got != d07 {
				t.Errorf("%s the new category is %s, want %s", when, got, d07)
			}
			if got := h.may(id, "P03", "D09", "use"); got != d09 {
				t.Errorf("%s the old one is %s, want %s", when, got, d09)
			}
		}
		expect("once it is in force", privacy.NoConsent, privacy.Allowed)
		doc := must(h.Current(ctx))(t)
		told := must(h.Tell(ctx, crm, id, privacy.Kyrgyz, doc.Texts[privacy.Kyrgyz].SHA256))(t)
		if acc := must(h.Continued(ctx, self(id), id, told.Notice))(t); acc.Grade != privacy.GradeContinuedUse || acc.Edition != doc.Edition {
			t.Errorf("continued use is %+v", acc) // policy 6.2a
		}
		expect("after continued use", privacy.NoConsent, privacy.Allowed)
		h.accept(id)
		expect("after acceptance of the new edition", privacy.NoConsent, privacy.Allowed)
		must(h.Continued(ctx, self(id), id, told.Notice))(t)
		if got := h.standing(t, id).Accepted.Grade; got != privacy.GradeTick {
			t.Errorf("continued use made a tick into %s", got)
		}
		if got := h.standing(t, id).Consent("P03").Edition; got != "mega24/2026-1" {
			t.Errorf("the consent moved to %s", got)
		}
		h.consent(id, "P03")
		expect("after a new consent", privacy.Allowed, privacy.Allowed)
		must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P03"}))(t)
		expect("after its withdrawal", privacy.ConsentWithdrawn, privacy.ConsentWithdrawn)
		h.verify(t)
	})
}

// US-4.5a-2, US-X-RG3: the same question at the same moment on the same
// standing has the same answer, whoever runs it and whatever was published since.
func TestAPastDecisionCanBeRunAgain(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		h.consent(id, "P03")
		var asks []holder.Ask
		for _, p := range must(h.Current(ctx))(t).Rules.Purposes {
			for _, row := range p.Rows {
				a := holder.Ask{Subject: id}
				a.Purpose, a.Category, a.Operation = p.ID, row.Category, privacy.Use
				asks = append(asks, a)
			}
		}
		first := must(h.Ask(ctx, crm, asks))(t)
		at, then := h.clock.Now(), h.standing(t, id)
		if again := must(h.Ask(ctx, crm, asks))(t); !reflect.DeepEqual(first, again) {
			t.Fatal("the same moment, another answer")
		}
		h.clock.Advance(30 * day)
		must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P03"}))(t)
		h.enact(t, variant(t, 2, wider(t)))
		if now := must(h.Ask(ctx, crm, asks))(t); reflect.DeepEqual(first, now) {
			t.Fatal("nothing changed: the test shows nothing")
		}
		// the edition as it was published, from the archive that was kept
		var pack []byte
		var row store.Edition
		if err := h.db.View(ctx, func(v store.View) (err error) {
			rows, err := v.Editions(ctx)
			if err != nil {
				return err
			}
			row = rows[0]
			pack, err = v.EditionPack(ctx, row.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		src := must(readPack(pack))(t)
		ed := must(policy.Compile(src.Rules, row.Hash, src.Law, row.InForce))(t)
		who := crm
		for i, a := range asks {
			if d := ed.Decide(then, a.Question, &who, at); !reflect.DeepEqual(d, first[i]) {
				t.Errorf("%s %s was %+v, run again it is %+v", a.Purpose, a.Category, first[i], d)
			}
		}
	})
}
