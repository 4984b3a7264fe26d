package portal

import (
	"slices"
	"strings"
	"testing"
)

func TestTheRegisterIsTheRules(t *testing.T) {
	t.Parallel()
	s := one(t)
	r := s.docs[0].Rules
	seen := textOf(get(Handler(Deps{Policy: s}), "/en/register").Body.String())
	for _, c := range r.Categories {
		if !strings.Contains(seen, c.Title.En) || !strings.Contains(seen, c.Attributes[0].Title.En) {
			t.Errorf("category %s is not in the register", c.ID)
		}
	}
	for _, x := range r.Recipients {
		if !strings.Contains(seen, x.Title.En) || !strings.Contains(seen, x.Agreement.Ref) {
			t.Errorf("recipient %s is not in the register", x.ID)
		}
	}
	for _, g := range r.Safeguards {
		if approved := len(g.Approved) > 1; strings.Contains(seen, g.Measures.En) != approved {
			t.Errorf("safeguard %s: in the register %v, approved %v", g.ID, !approved, approved)
		}
	}
	for _, right := range r.Rights {
		if !strings.Contains(seen, right.Title.En) {
			t.Errorf("right %s is not in the register", right.ID)
		}
	}
	for _, want := range []string{
		"Identity document and pictures (not used until the safeguards are approved)", r.Holder.Places.En,
		"No data go abroad", "5 February 2026 – 30 June 2026", r.Holder.Automation.En, s.docs[0].Hash,
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("the register does not say %q", want)
		}
	}
	abroad := one(t)
	abroad.docs[0].Rules.Recipients = slices.Clone(r.Recipients)
	abroad.docs[0].Rules.Recipients[0].Country = "KZ"
	if seen := textOf(get(Handler(Deps{Policy: abroad}), "/en/register").Body.String()); strings.Contains(seen, "No data go abroad") || !strings.Contains(seen, "Data go to recipients abroad") {
		t.Error("a recipient abroad is not told of")
	}
}
