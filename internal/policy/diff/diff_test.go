package diff

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

// shipped reads the pack that the house ships, with its law.
var shipped = sync.OnceValues(func() (policy.Content, error) {
	packFS, err := fs.Sub(policies.FS, "mega24/2026-1")
	if err != nil {
		return policy.Content{}, err
	}
	lawFS, err := fs.Sub(policies.FS, "law-kg")
	if err != nil {
		return policy.Content{}, err
	}
	pack, err := policyfile.LoadPack(packFS)
	if err != nil {
		return policy.Content{}, err
	}
	reg, err := policyfile.LoadLaw(lawFS)
	return policy.Content{Rules: pack.Rules, Texts: pack.Texts, Law: reg}, err
})

// mega24 is a copy of the shipped edition, to do with as a test likes.
func mega24(t testing.TB) policy.Content {
	t.Helper()
	c, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(c.Rules)
	if err != nil {
		t.Fatal(err)
	}
	c.Rules, c.Texts = policy.Rules{}, maps.Clone(c.Texts)
	if err := json.Unmarshal(raw, &c.Rules); err != nil {
		t.Fatal(err)
	}
	return c
}

// edited is the shipped edition with something changed.
func edited(t testing.TB, change func(r *policy.Rules)) policy.Content {
	c := mega24(t)
	change(&c.Rules)
	return c
}

func purpose(r *policy.Rules, id privacy.PurposeID) *policy.Purpose {
	return &r.Purposes[slices.IndexFunc(r.Purposes, func(p policy.Purpose) bool { return p.ID == id })]
}

func category(r *policy.Rules, id privacy.CategoryID) *policy.Category {
	return &r.Categories[slices.IndexFunc(r.Categories, func(c policy.Category) bool { return c.ID == id })]
}

func recipient(r *policy.Rules, id privacy.RecipientID) *policy.Recipient {
	return &r.Recipients[slices.IndexFunc(r.Recipients, func(x policy.Recipient) bool { return x.ID == id })]
}

// What an officer may do to the shipped edition, and what the report calls it.
func TestEveryEditIsCalledByItsName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		edit   string
		do     func(r *policy.Rules)
		want   []string // kind effect path
		class  Class
		effect Effect
	}{
		{"nothing", func(*policy.Rules) {}, nil, Wording, None},
		{"a title", func(r *policy.Rules) { purpose(r, "P03").Title.En = "Ads" }, []string{"words none purposes[P03].title"}, Wording, None},
		{
			"advertising reads e-mail", func(r *policy.Rules) {
				p := purpose(r, "P03")
				p.Rows = append(p.Rows, policy.Row{Category: "D07", Operations: []string{"use"}})
			},
			[]string{"purpose.category.added ask_again purposes[P03].categories[D07]"},
			Wider, AskAgain,
		},
		{
			"the contract takes e-mail", func(r *policy.Rules) { p := purpose(r, "P01"); p.Rows = append(p.Rows, policy.Row{Category: "D07"}) },
			[]string{"purpose.category.added tell_month purposes[P01].categories[D07]"},
			Wider, TellMonth,
		},
		{
			"one row of recommendations may be extracted", func(r *policy.Rules) { p := purpose(r, "P02"); p.Operations = append(p.Operations, "extract") },
			[]string{"operation.added ask_again purposes[P02].operations"},
			Wider, AskAgain,
		},
		{
			"consents to advertising may be weaker, and last longer", func(r *policy.Rules) {
				p := purpose(r, "P16.face")
				p.Evidence = "tick"
				purpose(r, "P03").Terms.Processing = "2y"
			},
			[]string{"term.longer ask_again purposes[P03].terms.processing", "evidence.weaker tell_month purposes[P16.face].evidence"},
			Wider, AskAgain,
		},
		{
			"a contract's data are kept shorter", func(r *policy.Rules) { purpose(r, "P01").Terms.Storage = "1y" },
			[]string{"term.shorter tell purposes[P01].terms.storage"},
			Narrower, Tell,
		},
		{
			"advertising is given up", func(r *policy.Rules) {
				r.Purposes = slices.DeleteFunc(r.Purposes, func(p policy.Purpose) bool { return p.ID == "P03" })
			},
			[]string{"purpose.removed none purposes[P03]"},
			Narrower, None,
		},
		{
			"consent gives way to interest", func(r *policy.Rules) {
				p := purpose(r, "P05")
				p.Basis, p.Evidence, p.Terms.From = privacy.BasisInterest, "", "collected"
			},
			[]string{"consent.dropped tell_month purposes[P05].basis", "term.start tell_month purposes[P05].terms.from"},
			Wider, TellMonth,
		},
		{"a minor may", func(r *policy.Rules) { purpose(r, "P03").Minor = "guardian" }, []string{"minor.opened ask_again purposes[P03].minor"}, Wider, AskAgain},
		{"a block does not stop it", func(r *policy.Rules) { purpose(r, "P18").Duty = true }, []string{"duty.added tell_month purposes[P18].duty"}, Wider, TellMonth},
		{
			"the safeguard of fraud is approved", func(r *policy.Rules) {
				for i := range r.Safeguards {
					r.Safeguards[i].Approved = []string{"officer", "security"}
				}
			},
			[]string{"special.opened tell_month purposes[P08].categories[D04]", "safeguard.changed tell_month purposes[P08].categories[D04].safeguard.approved"},
			Wider, TellMonth,
		},
		{"a field comes", func(r *policy.Rules) {
			c := category(r, "D12")
			c.Attributes = append(c.Attributes, policy.Attribute{ID: "imei", Type: "text"})
		}, []string{"attribute.added ask_again categories[D12].attributes[imei]"}, Wider, AskAgain},
		{"a source comes", func(r *policy.Rules) {
			c := category(r, "D05")
			c.Sources = append(c.Sources, "register")
		}, []string{"source.added tell_month categories[D05].sources[register]"}, Wider, TellMonth},
		{"a picture is opened", func(r *policy.Rules) { category(r, "D10").Attributes[4].Only = nil }, []string{
			"attribute.opened tell_month categories[D10].attributes[certificate_photo].only",
			"attribute.opened tell_month categories[D10].attributes[certificate_photo].only",
			"attribute.opened tell_month categories[D10].attributes[certificate_photo].only",
		}, Wider, TellMonth},
		{"a way of withdrawing goes", func(r *policy.Rules) { r.Withdrawal = r.Withdrawal[:6] }, []string{"withdrawal.removed tell_month withdrawal[office]"}, Wider, TellMonth},
		{"a right goes", func(r *policy.Rules) { r.Rights = r.Rights[1:] }, []string{"right.removed tell_month rights[access]"}, Wider, TellMonth},
		{"a right is answered by another term", func(r *policy.Rules) { r.Rights[0].Deadline = "orphan_delete" }, []string{"deadline.unclear tell_month rights[access].deadline"}, Wider, TellMonth},
		{"changes are told louder", func(r *policy.Rules) { r.Notice.Mode = "sms" }, []string{"notice.louder tell notice.mode"}, Narrower, Tell},
		{"changes are told later", func(r *policy.Rules) { r.Notice.Ahead = "7d" }, []string{"notice.later tell_month notice.ahead"}, Wider, TellMonth},
		{"the Holder is another", func(r *policy.Rules) { r.Holder.Name.Ky = "«Бета» ЖАК" }, []string{"holder.identity ask_again holder.name"}, Wider, AskAgain},
		{"the officer is another", func(r *policy.Rules) { r.Holder.Officer.En = "x" }, []string{"holder.contact tell holder.officer"}, Wider, Tell},
		{"the register gave a number", func(r *policy.Rules) { r.Holder.Register = "1" }, []string{"holder.register none holder.register"}, Wording, None},
		{"a page no longer carries a clause out", func(r *policy.Rules) { r.Clauses = r.Clauses[1:] }, []string{"clause.dropped tell_month clauses[1.1]"}, Wider, TellMonth},
		{"a rule carries it out instead", func(r *policy.Rules) { r.Clauses = r.Clauses[1:]; r.Notice.Clause = "1.1" }, []string{"note none clauses[1.1]"}, Wording, None},
		{"another article of the same act", func(r *policy.Rules) { purpose(r, "P18").Cites[0].Article = "78 p.1" }, []string{"note none purposes[P18].cites"}, Wording, None},
		{"the same term in other words", func(r *policy.Rules) { purpose(r, "P03").Terms.Processing = "12mo" }, nil, Wording, None},
	} {
		t.Run(c.edit, func(t *testing.T) {
			t.Parallel()
			r := Compare(mega24(t), edited(t, c.do))
			var got []string
			for _, ch := range r.Changes {
				got = append(got, string(ch.Kind)+" "+ch.Effect.String()+" "+ch.Path)
			}
			if !slices.Equal(got, c.want) || r.Class() != c.class || r.Effect() != c.effect {
				t.Errorf("%s\n%s %s, want %s %s", strings.Join(got, "\n"), r.Class(), r.Effect(), c.class, c.effect)
			}
		})
	}
}

// The deadlines are those of the law that each edition knew.
func TestALaterDeadlineOfTheLawIsWider(t *testing.T) {
	t.Parallel()
	a := mega24(t)
	for _, c := range []struct{ id, term, want string }{
		{"access_or_copy", "10wd", "deadline.later rights[access].deadline 7wd 10wd"},
		{"access_or_copy", "7d", "deadline.earlier rights[access].deadline 7wd 7d"},
		{"access_or_copy", "1mo", "deadline.unclear rights[access].deadline 7wd 1mo"},
		{"access_or_copy", "1y", "deadline.later rights[access].deadline 7wd 1y"},
		{"incident_regulator", "96h", "deadline.later law.deadlines[incident_regulator] 72h 96h"},
		{"agreement_change", "2mo", "deadline.earlier law.deadlines[agreement_change] 1mo 2mo"}, // at least: the longer, the better
		{"agreement_change", "7d", "deadline.later law.deadlines[agreement_change] 1mo 7d"},
		{"maintenance_notice", "1wd", "deadline.later law.deadlines[maintenance_notice] 3wd 1wd"}, // ahead of it: the longer, the better
	} {
		b := a
		b.Law = relaw(t, a.Law, func(d *law.Deadline) {
			if string(d.ID) == c.id {
				term, err := law.ParseTerm(c.term)
				if err != nil {
					t.Fatal(err)
				}
				d.Term = term
			}
		})
		r := Compare(a, b)
		var got []string
		for _, ch := range r.Changes {
			got = append(got, string(ch.Kind)+" "+ch.Path+" "+ch.Before+" "+ch.After)
		}
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s %s: %q", c.id, c.term, got)
		}
	}
}

// regimes are those of the shipped law.
var regimes = []law.Regime{
	{ID: law.Law58, Title: words("old"), Act: "law58", To: date("2026-02-05")}, {ID: law.DC, Title: words("new"), Act: "dc", From: date("2026-02-05")},
}

// relaw is a registry with other deadlines and holds.
func relaw(t *testing.T, old *law.Registry, change func(*law.Deadline)) *law.Registry {
	t.Helper()
	tables := law.Tables{Acts: old.Acts(), Deadlines: old.Deadlines(), Holds: old.Holds(), Regimes: regimes}
	for i := range tables.Deadlines {
		change(&tables.Deadlines[i])
	}
	r, err := law.NewRegistry(tables)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every kind stands on articles that the shipped law has, and undoes one of a
// class that fits.
func TestTheTableIsSound(t *testing.T) {
	t.Parallel()
	reg := mega24(t).Law
	kinds := Kinds()
	if len(kinds) != len(judgements) {
		t.Errorf("%d kinds, %d in the table", len(kinds), len(judgements))
	}
	for i, k := range kinds {
		j, known := judgements[k]
		if !known || slices.Contains(kinds[:i], k) || judgements[j.reverse].reverse != k {
			t.Errorf("%s is not in the table, twice, or is not undone by what it undoes", k)
		}
		back := judgements[j.reverse].class
		if j.class == Wider && back != Narrower && j.reverse != k || j.class == Narrower && back != Wider || j.class == Wording && back != Wording {
			t.Errorf("%s is %s, its reverse %s", k, j.class, back)
		}
		if len(j.cites) == 0 {
			t.Errorf("%s stands on nothing", k)
		}
		for _, c := range j.cites {
			if _, ok := reg.Article(c); !ok {
				t.Errorf("%s cites %s, which the registry does not have", k, c)
			}
		}
	}
	for _, r := range table { // what widens is never silent; what narrows never asks for more than to be told
		if r.wideRule != tell && r.wideRule != month && r.wideRule != byBasis {
			t.Errorf("%s widens and asks nothing", r.wide)
		}
		if r.narrow != "" && r.narrowRule != tell && r.narrowRule != byAgreement {
			t.Errorf("%s narrows and asks too much", r.narrow)
		}
	}
	for _, what := range lengths {
		for _, k := range what {
			if _, known := judgements[k]; !known {
				t.Errorf("%s is not in the table", k)
			}
		}
	}
}

func TestAReportSurvivesJSON(t *testing.T) {
	t.Parallel()
	r := Compare(mega24(t), edited(t, func(r *policy.Rules) { purpose(r, "P03").Evidence = "sms"; purpose(r, "P03").Title.Ru = "x" }))
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(raw, &back); err != nil || back.Class() != Narrower || back.Effect() != Tell || len(back.Changes) != 2 {
		t.Errorf("%v: %+v", err, back.Changes)
	}
	if !strings.Contains(string(raw), `"kind":"evidence.stronger","class":"narrower","effect":"tell"`) {
		t.Errorf("%.400s", raw)
	}
	if err := json.Unmarshal([]byte(`{"changes":[{"class":"better"}]}`), &back); err == nil {
		t.Error("an unknown class was read")
	}
	if n := back.Names.Purposes["P03"]; n.Ru != "x" {
		t.Errorf("P03 is called %+v", n)
	}
}

// Whoever compares what does not compile gets an answer, not a crash.
func TestCompareTakesWhateverItGets(t *testing.T) {
	t.Parallel()
	full := mega24(t)
	odd := policy.Content{Rules: policy.Rules{
		Purposes:   []policy.Purpose{{ID: "P03", Operations: []string{"sell"}, Rows: []policy.Row{{Category: "D99"}, {Category: "D99"}}}, {ID: "P03"}},
		Categories: []policy.Category{{}}, Recipients: []policy.Recipient{{ID: "x", Agreement: policy.Agreement{From: "soon"}}},
		Rights: []policy.Right{{ID: "access", Deadline: "never"}},
	}}
	for _, p := range [][2]policy.Content{{full, {}}, {{}, full}, {full, odd}, {odd, full}, {{}, {}}} {
		r := Compare(p[0], p[1])
		if r.Changes == nil {
			t.Error("no list")
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	one, two := mega24(b), mega24(b)
	purpose(&two.Rules, "P03").Evidence = "sms"
	for lang, text := range two.Texts { // every sentence has another word
		text.Clauses = slices.Clone(text.Clauses)
		for i := range text.Clauses {
			text.Clauses[i].Text = strings.Replace(text.Clauses[i].Text, " ", " x ", 3)
		}
		two.Texts[lang] = text
	}
	b.ReportAllocs()
	for b.Loop() {
		if r := Compare(one, two); len(r.Changes) != 64 {
			b.Fatal(len(r.Changes))
		}
	}
}
