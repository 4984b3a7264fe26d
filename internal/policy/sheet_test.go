package policy_test

import (
	"strings"
	"testing"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// signed is a small edition and the sheet that agrees with it.
func signed() (policy.Rules, policy.Sheet) {
	r := policy.Rules{
		Categories: []policy.Category{{ID: "D1", Sources: []privacy.SourceID{"app", "web"}, Attributes: []policy.Attribute{
			{ID: "name", Type: "name", Mandatory: []privacy.PurposeID{"P1"}}, {ID: "photo", Type: "image", Class: "special"},
		}}},
		Purposes: []policy.Purpose{
			{
				ID: "P1", Clause: "3.1", Basis: "contract", Operations: []string{"use", "store"}, Requires: []string{"agreement"}, Minor: "open",
				Recipients: []privacy.RecipientID{"bank"}, Terms: policy.Terms{Processing: "while", Storage: "3y", From: "agreement"},
				Rows: []policy.Row{{Category: "D1"}},
			},
			{ID: "P2", Template: true, Basis: "consent", Evidence: "tick", Terms: policy.Terms{Processing: "1y", Storage: "1y", From: "consent"}},
		},
		Recipients: []policy.Recipient{{ID: "bank", Fields: []privacy.CategoryID{"D1"}, Agreement: policy.Agreement{To: "2027-01-01"}}},
	}
	return r, policy.Sheet{
		Rows: []policy.SheetRow{
			{
				Purpose: "P1", Data: []privacy.CategoryID{"D1"}, Basis: "contract", May: []string{"store", "use"}, Processing: "while", Storage: "3y",
				From: "agreement", To: []privacy.RecipientID{"bank"}, Requires: []string{"agreement"}, Minor: "open", Line: 7,
			},
			{Purpose: "P2", Basis: "consent", Processing: "1y", Storage: "1y", From: "consent", Evidence: "tick", Line: 9},
		},
		Data:       []policy.SheetData{{Data: "D1", From: []privacy.SourceID{"web", "app"}, Fields: []string{"name name P1", "photo image special"}, Line: 11}},
		Recipients: []policy.SheetRecipient{{Recipient: "bank", Gets: []privacy.CategoryID{"D1"}, Until: "2027-01-01", Line: 13}},
	}
}

func TestRulesThatDifferFromTheSheetAreMisses(t *testing.T) {
	t.Parallel()
	if r, s := signed(); len(s.Compare(&r)) != 0 {
		t.Fatalf("%+v", s.Compare(&r))
	}
	for name, tt := range map[string]struct {
		spoil      func(r *policy.Rules, s *policy.Sheet)
		path, says string
		line       int
	}{
		"an operation more": {func(r *policy.Rules, _ *policy.Sheet) { r.Purposes[0].Rows[0].Operations = []string{"use"} }, "purposes[P1].categories[D1]", "may be done", 7},
		"a longer term": {func(r *policy.Rules, _ *policy.Sheet) {
			r.Purposes[0].Rows[0].Terms = &policy.Terms{Processing: "while", Storage: "9y", From: "agreement"}
		}, "purposes[P1].categories[D1]", "storage", 7},
		"a basis of the row": {func(r *policy.Rules, _ *policy.Sheet) { r.Purposes[0].Rows[0].Basis = "law" }, "purposes[P1].categories[D1]", "basis", 7},
		"a recipient less":   {func(r *policy.Rules, _ *policy.Sheet) { r.Purposes[0].Recipients = nil }, "purposes[P1].categories[D1]", "recipients", 7},
		"a weaker template":  {func(r *policy.Rules, _ *policy.Sheet) { r.Purposes[1].Evidence = "" }, "purposes[P2]", "evidence", 9},
		"a row nobody signed": {func(r *policy.Rules, _ *policy.Sheet) {
			r.Purposes[0].Rows = append(r.Purposes[0].Rows, policy.Row{Category: "D2"})
		}, "purposes[P1].categories[D2]", "not on the sheet", 0},
		"a row that is gone": {func(r *policy.Rules, _ *policy.Sheet) { r.Purposes = r.Purposes[1:] }, "purposes[P1].categories[D1]", "not in the rules", 7},
		"a field less":       {func(r *policy.Rules, _ *policy.Sheet) { r.Categories[0].Attributes = r.Categories[0].Attributes[:1] }, "categories[D1].attributes", "consists of", 11},
		"a source more": {func(r *policy.Rules, _ *policy.Sheet) {
			r.Categories[0].Sources = append(r.Categories[0].Sources, "sms")
		}, "categories[D1].sources", "comes from", 11},
		"data nobody signed":    {func(_ *policy.Rules, s *policy.Sheet) { s.Data = nil }, "categories[D1]", "not on the sheet", 0},
		"data that are gone":    {func(r *policy.Rules, _ *policy.Sheet) { r.Categories = nil }, "categories[D1]", "not in the rules", 11},
		"an agreement for good": {func(r *policy.Rules, _ *policy.Sheet) { r.Recipients[0].Agreement.To = "" }, "recipients[bank].agreement", "until", 13},
		"more to a recipient":   {func(_ *policy.Rules, s *policy.Sheet) { s.Recipients[0].Gets = nil }, "recipients[bank].fields", "gets", 13},
		"a recipient unsigned":  {func(_ *policy.Rules, s *policy.Sheet) { s.Recipients = nil }, "recipients[bank]", "not on the sheet", 0},
		"a recipient gone":      {func(r *policy.Rules, _ *policy.Sheet) { r.Recipients = nil }, "recipients[bank]", "not in the rules", 13},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, s := signed()
			tt.spoil(&r, &s)
			misses := s.Compare(&r)
			if len(misses) == 0 {
				t.Fatal("nobody notices")
			}
			m := misses[0]
			if m.Path != tt.path || !strings.Contains(m.Why, tt.says) || m.Expectation.Line != tt.line || !strings.Contains(m.Error(), "expect.yaml:") {
				t.Errorf("%s at %s, line %d", m.Why, m.Path, m.Expectation.Line)
			}
		})
	}
	if r, _ := signed(); len((&policy.Sheet{}).Compare(&r)) != 0 {
		t.Error("an edition without a sheet differs from it")
	}
}
