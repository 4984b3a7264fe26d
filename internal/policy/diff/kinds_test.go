package diff

import (
	"slices"
	"testing"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// edits make each kind that widens, one thing at a time, and turned round the
// kind that undoes it.
var edits = []struct {
	kind, path string
	do         func(r *policy.Rules)
}{
	{"holder.identity", "holder.name", func(r *policy.Rules) { r.Holder.Name.En = "x" }},
	{"holder.contact", "holder.brand", func(r *policy.Rules) { r.Holder.Brand = "x" }},
	{"holder.contact", "holder.site", func(r *policy.Rules) { r.Holder.Site = "x" }},
	{"holder.contact", "holder.address", func(r *policy.Rules) { r.Holder.Address.Ky = "x" }},
	{"holder.contact", "holder.officer", func(r *policy.Rules) { r.Holder.Officer.Ky = "x" }},
	{"holder.contact", "holder.regulator", func(r *policy.Rules) { r.Holder.Regulator.Ky = "x" }},
	{"holder.letters", "holder.letters", func(r *policy.Rules) { r.Holder.Letters.Ky = "x" }},
	{"holder.places", "holder.places", func(r *policy.Rules) { r.Holder.Places.Ru = "x" }},
	{"holder.register", "holder.register", func(r *policy.Rules) { r.Holder.Register = "x" }},
	{"automation.changed", "holder.automation", func(r *policy.Rules) { r.Holder.Automation.Ky = "x" }},
	{"automation.removed", "holder.automation", func(r *policy.Rules) { r.Holder.Automation = privacy.Words{} }},

	{"purpose.removed", "purposes[P19]", func(r *policy.Rules) {
		r.Purposes = slices.DeleteFunc(r.Purposes, func(p policy.Purpose) bool { return p.ID == "P19" })
	}},
	{"purpose.parent", "purposes[P03].parent", func(r *policy.Rules) { purpose(r, "P03").Parent = "P06" }},
	{"category.added", "categories[D14]", func(r *policy.Rules) {
		r.Categories = append(r.Categories, policy.Category{ID: "D14", Classification: privacy.ClassPersonal})
	}},
	{"purpose.category.added", "purposes[P18].categories[D13]", func(r *policy.Rules) {
		p := purpose(r, "P18")
		p.Rows = append(p.Rows, policy.Row{Category: "D13", Operations: []string{"use"}})
	}},
	{"special.closed", "purposes[P01].categories[D04]", func(r *policy.Rules) { r.Safeguards[0].Approved = nil }},
	{"operation.added", "purposes[P03].operations", func(r *policy.Rules) { p := purpose(r, "P03"); p.Operations = append(p.Operations, "transfer.access") }},
	{"operation.added", "purposes[P02].categories[D08].operations", func(r *policy.Rules) { purpose(r, "P02").Rows[0].Operations = []string{"use", "store"} }},
	{"operation.removed", "purposes[P02].categories[D13].operations", func(r *policy.Rules) { purpose(r, "P02").Rows[3].Operations = []string{"use"} }},
	{"operation.unnamed", "operations[destroy]", func(r *policy.Rules) { r.Operations = r.Operations[:12] }},
	{"transient.added", "purposes[P03].transient", func(r *policy.Rules) { purpose(r, "P03").Transient = true }},
	{"duty.added", "purposes[P18].duty", func(r *policy.Rules) { purpose(r, "P18").Duty = true }},
	{"keep.added", "purposes[P18].categories[D01].keep", func(r *policy.Rules) { rowOf(purpose(r, "P18"), "D01").Keep = true }},
	{"marketing.changed", "purposes[P02].marketing", func(r *policy.Rules) { purpose(r, "P02").Marketing = true }},
	{"safeguard.changed", "purposes[P01].categories[D04].safeguard", func(r *policy.Rules) { rowOf(purpose(r, "P01"), "D04").Safeguard = "face-check" }},
	{"safeguard.changed", "purposes[P01].categories[D04].safeguard.exception", func(r *policy.Rules) { r.Safeguards[0].Exception = "9" }},
	{"safeguard.changed", "purposes[P01].categories[D04].safeguard.cites", func(r *policy.Rules) { r.Safeguards[0].Cites = nil }},
	{"safeguard.changed", "purposes[P01].categories[D04].safeguard.measures", func(r *policy.Rules) { r.Safeguards[0].Measures.Ky = "x" }},

	{"recipient.added", "recipients[new]", func(r *policy.Rules) { r.Recipients = append(r.Recipients, policy.Recipient{ID: "new"}) }},
	{"purpose.recipient.added", "purposes[P03].recipients[court]", func(r *policy.Rules) { p := purpose(r, "P03"); p.Recipients = append(p.Recipients, "court") }},
	{"recipient.field.added", "recipients[court].fields[D13]", func(r *policy.Rules) { x := recipient(r, "court"); x.Fields = append(x.Fields, "D13") }},
	{"recipient.name", "recipients[court].title", func(r *policy.Rules) { recipient(r, "court").Title.Ru = "x" }},
	{"recipient.kind", "recipients[court].kind", func(r *policy.Rules) { recipient(r, "court").Kind = "partner" }},
	{"country.abroad", "recipients[court].country", func(r *policy.Rules) { recipient(r, "court").Country = "KZ" }},
	{"agreement.shorter", "recipients[court].agreement", func(r *policy.Rules) { recipient(r, "court").Agreement.To = "2030-01-01" }},
	{"agreement.longer", "recipients[court].agreement", func(r *policy.Rules) { recipient(r, "court").Agreement.From = "2001-01-01" }},
	{"agreement.changed", "recipients[court].agreement.ref", func(r *policy.Rules) { recipient(r, "court").Agreement.Ref = "x" }},

	{"consent.dropped", "purposes[P03].basis", func(r *policy.Rules) { purpose(r, "P03").Basis = privacy.BasisInterest }},
	{"basis.changed", "purposes[P18].basis", func(r *policy.Rules) { purpose(r, "P18").Basis = privacy.BasisLaw }},
	{"basis.changed", "purposes[P18].categories[D01].basis", func(r *policy.Rules) { rowOf(purpose(r, "P18"), "D01").Basis = privacy.BasisLaw }},
	{"cites.changed", "purposes[P18].cites", func(r *policy.Rules) { purpose(r, "P18").Cites[0].Act = "cc" }},
	{"cites.changed", "purposes[P18].categories[D01].cites", func(r *policy.Rules) {
		rowOf(purpose(r, "P18"), "D01").Cites = []policy.Citation{{Act: "cc", Article: "1"}}
	}},
	{"force.longer", "purposes[P18].cites", func(r *policy.Rules) { purpose(r, "P18").Cites[0].Act = "cc" }},
	{"force.shorter", "purposes[P18].cites", func(r *policy.Rules) { purpose(r, "P18").Cites[0].Act = "law58" }},
	{"evidence.stronger", "purposes[P03].evidence", func(r *policy.Rules) { purpose(r, "P03").Evidence = "sms" }},
	{"requires.removed", "purposes[P03].requires", func(r *policy.Rules) { purpose(r, "P03").Requires = nil }},
	{"minor.opened", "purposes[P03].minor", func(r *policy.Rules) { purpose(r, "P03").Minor = "open" }},
	{"default.on", "purposes[P03].default", func(r *policy.Rules) { purpose(r, "P03").Default = "on" }},
	{"switch.removed", "purposes[P03].switchable", func(r *policy.Rules) { purpose(r, "P03").Switchable = false }},
	{"term.longer", "purposes[P03].terms.storage", func(r *policy.Rules) { purpose(r, "P03").Terms.Storage = "while" }},
	{"term.longer", "purposes[P01].categories[D10].terms.processing", func(r *policy.Rules) { purpose(r, "P01").Terms.Processing, purpose(r, "P01").Rows[6].Terms = "3y", nil }},
	{"term.unclear", "purposes[P05].categories[D11].terms.storage", func(r *policy.Rules) { rowOf(purpose(r, "P05"), "D11").Terms.Storage = "3mo" }},
	{"term.start", "purposes[P18].terms.from", func(r *policy.Rules) { purpose(r, "P18").Terms.From = "request" }},

	{"class.lower", "categories[D04].classification", func(r *policy.Rules) { category(r, "D04").Classification = privacy.ClassPersonal }},
	{"class.higher", "categories[D09].classification", func(r *policy.Rules) { category(r, "D09").Classification = privacy.ClassSpecial }},
	{"class.lower", "categories[D09].classification", func(r *policy.Rules) { category(r, "D09").Classification = privacy.ClassSpecial }},
	{"class.higher", "categories[D04].attributes[issuer].class", func(r *policy.Rules) { category(r, "D04").Attributes[3].Class = "" }},
	{"assessment.added", "categories[D13].assessment", func(r *policy.Rules) { category(r, "D13").Assessment = "2026-7" }},
	{"group.removed", "filing.groups[contacts]", func(r *policy.Rules) { r.Filing.Groups = r.Filing.Groups[:2] }},
	{"group.changed", "filing.groups[contacts].categories", func(r *policy.Rules) { r.Filing.Groups[2].Categories = nil }},
	{"informing.changed", "filing.informing", func(r *policy.Rules) { r.Filing.Informing.Ky = "x" }},
	{"measures.changed", "filing.measures[1]", func(r *policy.Rules) { r.Filing.Measures[0].Ky = "x" }},
	{"identification.changed", "acceptance.identification", func(r *policy.Rules) { r.Acceptance.Identification = "x" }},
	{"nature.changed", "categories[D10].child", func(r *policy.Rules) { category(r, "D10").Child = false }},
	{"nature.changed", "categories[D13].third_persons", func(r *policy.Rules) { category(r, "D13").ThirdPersons = false }},
	{"nature.changed", "categories[D13].high_risk", func(r *policy.Rules) { category(r, "D13").HighRisk = false }},
	{"source.listed", "sources[x]", func(r *policy.Rules) { r.Sources = append(r.Sources, policy.Source{ID: "x"}) }},
	{"source.removed", "categories[D06].sources[network]", func(r *policy.Rules) { category(r, "D06").Sources = []privacy.SourceID{"sdk"} }},
	{"attribute.removed", "categories[D05].attributes[postcode]", func(r *policy.Rules) { category(r, "D05").Attributes = category(r, "D05").Attributes[:4] }},
	{"attribute.type", "categories[D05].attributes[flat].type", func(r *policy.Rules) { category(r, "D05").Attributes[3].Type = "image" }},
	{"attribute.restricted", "categories[D05].attributes[flat].only", func(r *policy.Rules) { category(r, "D05").Attributes[3].Only = []privacy.PurposeID{"P01"} }},
	{"mandatory.added", "categories[D05].attributes[flat].mandatory", func(r *policy.Rules) { category(r, "D05").Attributes[3].Mandatory = []privacy.PurposeID{"P01"} }},
	{"index.added", "categories[D05].attributes[flat].index", func(r *policy.Rules) { category(r, "D05").Attributes[3].Index = "document" }},

	{"acceptance.removed", "acceptance.ways[tick]", func(r *policy.Rules) { r.Acceptance.Ways = r.Acceptance.Ways[:2] }},
	{"continued.removed", "acceptance.continued_use", func(r *policy.Rules) { r.Acceptance.ContinuedUse = "" }},
	{"withdrawal.removed", "withdrawal[letter]", func(r *policy.Rules) { r.Withdrawal = r.Withdrawal[1:] }},
	{"withdrawal.promised", "withdrawal[app]", func(r *policy.Rules) { r.Withdrawal[1].Extra = false }},
	{"right.removed", "rights[complain]", func(r *policy.Rules) { r.Rights = r.Rights[:10] }},
	{"deadline.unclear", "rights[access].deadline", func(r *policy.Rules) { r.Rights[0].Deadline = "orphan_delete" }},
	{"deadline.unclear", "rights[access].deadline", func(r *policy.Rules) { r.Rights[0].Deadline = "no such" }},
	{"deadline.unclear", "rights[access].deadline", func(r *policy.Rules) { r.Rights[0].Deadline = "legacy_access" }},
	{"notice.quieter", "notice.mode", func(r *policy.Rules) { r.Notice.Mode = "none" }},
	{"notice.later", "notice.ahead", func(r *policy.Rules) { r.Notice.Ahead = "1d" }},
	{"notice.unclear", "notice.ahead", func(r *policy.Rules) { r.Notice.Ahead = "30d" }},
	{"clause.dropped", "clauses[1.1]", func(r *policy.Rules) { r.Clauses = r.Clauses[1:] }},

	{"words", "purposes[P03].plain", func(r *policy.Rules) { purpose(r, "P03").Plain.Ky = "x" }},
	{"words", "purposes[P03].off", func(r *policy.Rules) { purpose(r, "P03").Off.Ky = "x" }},
	{"words", "purposes[P05].child", func(r *policy.Rules) { purpose(r, "P05").Child.Ky = "x" }},
	{"words", "purposes[P05].terms.why", func(r *policy.Rules) { purpose(r, "P05").Terms.Why.Ky = "x" }},
	{"words", "purposes[P05].categories[D11].terms.why", func(r *policy.Rules) { purpose(r, "P05").Rows[0].Terms.Why.Ky = "x" }},
	{"words", "categories[D05].title", func(r *policy.Rules) { category(r, "D05").Title.Ky = "x" }},
	{"words", "categories[D05].attributes[flat].title", func(r *policy.Rules) { category(r, "D05").Attributes[3].Title.Ky = "x" }},
	{"words", "sources[sdk].title", func(r *policy.Rules) { r.Sources[2].Title.Ky = "x" }},
	{"words", "rights[access].title", func(r *policy.Rules) { r.Rights[0].Title.Ky = "x" }},
	{"words", "withdrawal[letter].title", func(r *policy.Rules) { r.Withdrawal[0].Title.Ky = "x" }},
	{"words", "acceptance.ways[sms].title", func(r *policy.Rules) { r.Acceptance.Ways[0].Title.Ky = "x" }},
	{"words", "operations[collect].title", func(r *policy.Rules) { r.Operations[0].Title.Ky = "x" }},
	{"words", "operations[clarify.update].title", func(r *policy.Rules) { r.Operations[5].Kinds[0].Title.Ky = "x" }},
	{"words", "acceptance.summary[8]", func(r *policy.Rules) { r.Acceptance.SummaryLines = r.Acceptance.SummaryLines[:7] }},
	{"words", "consent_form.heading", func(r *policy.Rules) { r.ConsentForm.Heading.Ky = "x" }},
	{"words", "consent_form.without", func(r *policy.Rules) { r.ConsentForm.Without.Ky = "x" }},
	{"note", "review_notes[1]", func(r *policy.Rules) { r.ReviewNotes[0].Ky = "x" }},
	{"note", "purposes[P03].clause", func(r *policy.Rules) { purpose(r, "P03").Clause = "3.4" }},
	{"note", "categories[D05].clause", func(r *policy.Rules) { category(r, "D05").Clause = "2.3" }},
	{"note", "purposes[P03].counsel", func(r *policy.Rules) { purpose(r, "P03").Counsel = "confirmed" }},
	{"note", "purposes[P01].terms.cites", func(r *policy.Rules) { purpose(r, "P01").Terms.Cites = nil }},
	{"note", "recipients[court].policy_url", func(r *policy.Rules) { recipient(r, "court").PolicyURL = "x" }},
	{"note", "safeguards[x]", func(r *policy.Rules) { r.Safeguards = append(r.Safeguards, policy.Safeguard{ID: "x"}) }},
	{"note", "clauses[1.1]", func(r *policy.Rules) { r.Clauses[0].By = "x" }},
	{"note", "clauses[1.1]", func(r *policy.Rules) { r.Clauses = r.Clauses[1:]; r.Notice.Clause = "1.1" }},
}

// textKinds are made of texts alone, and are tested with them.
var textKinds = []Kind{"text.changed", "text.added", "text.removed", "text.heading", "text.order", "text.layout"}

func TestEveryKindIsFoundBothWays(t *testing.T) {
	t.Parallel()
	base := mega24(t)
	found := map[Kind]bool{}
	for _, e := range edits {
		b := edited(t, e.do)
		reverse := judgements[Kind(e.kind)].reverse
		there, back := Compare(base, b), Compare(b, base)
		for _, c := range []struct {
			r    *Report
			kind Kind
		}{{&there, Kind(e.kind)}, {&back, reverse}} {
			if !slices.ContainsFunc(c.r.Changes, func(ch Change) bool { return ch.Kind == c.kind && (ch.Path == e.path || ch.Path == e.path+".extra") }) {
				t.Errorf("%s at %s: %+v", c.kind, e.path, c.r.Changes)
			}
			found[c.kind] = true
		}
	}
	twoAbroad := Compare(
		edited(t, func(r *policy.Rules) { recipient(r, "court").Country = "KZ" }),
		edited(t, func(r *policy.Rules) { recipient(r, "court").Country = "US" }),
	)
	found[twoAbroad.Changes[0].Kind] = true
	twoAssessed := Compare(
		edited(t, func(r *policy.Rules) { category(r, "D13").Assessment = "2026-7" }),
		edited(t, func(r *policy.Rules) { category(r, "D13").Assessment = "2026-8" }),
	)
	if c := twoAssessed.Changes; len(c) != 1 || c[0].Kind != "note" || c[0].Before != "2026-7" {
		t.Errorf("another assessment: %+v", c)
	}
	for _, k := range lawKinds(t, base) {
		found[k] = true
	}
	for _, k := range Kinds() {
		if !found[k] && !slices.Contains(textKinds, k) {
			t.Errorf("no edit makes %s", k)
		}
	}
}

// lawKinds are the kinds that a change of the law makes.
func lawKinds(t *testing.T, base policy.Content) []Kind {
	t.Helper()
	var out []Kind
	for _, c := range []struct {
		want Kind
		do   func(h []law.Hold) []law.Hold
	}{
		{"hold.removed", func(h []law.Hold) []law.Hold { return h[1:] }},
		{"hold.added", func(h []law.Hold) []law.Hold { n := h[0]; n.ID = "new"; return append(h, n) }},
		{"term.longer", func(h []law.Hold) []law.Hold { h[held(h)].Term = term(t, "99y"); return h }},
		{"term.start", func(h []law.Hold) []law.Hold { h[held(h)].From = "sunrise"; return h }},
	} {
		b := base
		b.Law = rehold(t, base.Law, c.do)
		r := Compare(base, b)
		if len(r.Changes) != 1 || r.Changes[0].Kind != c.want {
			t.Errorf("%+v, want %s", r.Changes, c.want)
			continue
		}
		out = append(out, c.want)
	}
	b := base
	b.Law = relaw(t, base.Law, func(d *law.Deadline) {
		if d.ID == "erase" {
			d.Term = term(t, "1wd")
		}
	})
	there, back := Compare(base, b), Compare(b, base)
	return append(out, there.Changes[0].Kind, back.Changes[0].Kind)
}

// held finds a hold that has a term.
func held(h []law.Hold) int {
	return slices.IndexFunc(h, func(x law.Hold) bool { return !x.NeedsCounsel })
}

func term(t *testing.T, s string) law.Term {
	t.Helper()
	out, err := law.ParseTerm(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func rehold(t *testing.T, old *law.Registry, change func([]law.Hold) []law.Hold) *law.Registry {
	t.Helper()
	r, err := law.NewRegistry(law.Tables{Acts: old.Acts(), Deadlines: old.Deadlines(), Holds: change(old.Holds()), Regimes: regimes})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
