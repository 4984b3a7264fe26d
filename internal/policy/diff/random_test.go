package diff

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// noon is the moment at which every act and agreement that draw makes lives,
// unless it makes one that does not.
var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// since is when editions come into force: before everything here.
var since = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func words(s string) privacy.Words { return privacy.Words{Ky: s + " ky", Ru: s + " ru", En: s + " en"} }

func date(s string) law.Date {
	if s == "" {
		return law.Date{}
	}
	d, err := law.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// registry is a small law: acts of several intervals, and deadlines with a term
// of choice.
func registry(t testing.TB, answer, copyTerm string) *law.Registry {
	t.Helper()
	var tables law.Tables
	for _, a := range []struct{ id, from, to string }{
		{"always", "2000-01-01", ""}, {"recent", "2026-02-05", ""}, {"ending", "2010-01-01", "2027-03-01"}, {"dead", "2008-01-01", "2026-02-05"},
	} {
		tables.Acts = append(tables.Acts, law.Act{
			ID: law.ActID(a.id), Title: words(a.id), Kind: law.KindLaw, From: date(a.from), To: date(a.to),
			Articles: []law.Article{{ID: "1", Title: words("one")}},
			Source:   "test", CheckedBy: "project", CheckedOn: date("2026-01-01"), Confidence: law.Official,
		})
	}
	tables.Regimes = []law.Regime{{ID: law.DC, Title: words("dc"), Act: "always"}}
	for id, text := range map[law.DeadlineID]string{"answer": answer, "copy": copyTerm} {
		term, err := law.ParseTerm(text)
		if err != nil {
			t.Fatal(err)
		}
		tables.Deadlines = append(tables.Deadlines, law.Deadline{
			ID: id, Title: words(string(id)), From: "request", Term: term, Cites: []law.Citation{{Act: "always", Article: "1"}}, Confidence: law.Official,
		})
	}
	slices.SortFunc(tables.Deadlines, func(a, b law.Deadline) int { return len(a.ID) - len(b.ID) })
	r, err := law.NewRegistry(tables)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// laws are the registries an edition may have known.
func laws(t testing.TB) []*law.Registry {
	return []*law.Registry{registry(t, "7wd", "1mo"), registry(t, "7d", "1mo"), registry(t, "10wd", "30d"), registry(t, "72h", "1y")}
}

// dice draws small editions.
type dice struct{ *rand.Rand }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

func (d dice) yes(of int) bool { return d.IntN(of) == 0 }

// some draws ids, in order.
func some[T any](d dice, of int, list ...T) []T {
	var out []T
	for _, x := range list {
		if d.yes(of) {
			out = append(out, x)
		}
	}
	return out
}

var (
	purposeIDs   = []privacy.PurposeID{"P1", "P2", "P3", "P4"}
	categoryIDs  = []privacy.CategoryID{"D1", "D2", "D3"}
	recipientIDs = []privacy.RecipientID{"R1", "R2", "R3"}
	sourceIDs    = []privacy.SourceID{"form", "sdk", "letter"}
	gradeNames   = []string{"tick", "drawn", "sms", "qualified"}
)

func allOperations() []string {
	return append(privacy.OperationNames(), "clarify.update", "clarify.change", "transfer.distribute", "transfer.provide", "transfer.access")
}

// rules draws an edition that mostly compiles.
func (d dice) rules() policy.Rules {
	r := policy.Rules{
		Edition: "e/1", InForce: "publication",
		Notice:     policy.NoticeRule{Mode: pick(d, "none", "banner", "sms"), Ahead: pick(d, "1mo", "31d", "now")},
		Withdrawal: []policy.WithdrawalWay{{Channel: "letter"}, {Channel: "app", Extra: true}},
		Rights:     []policy.Right{{ID: "access", Deadline: "answer"}, {ID: "copy", Deadline: "copy"}},
		Acceptance: policy.AcceptanceRule{Ways: []policy.AcceptanceWay{{ID: "sms"}}},
		Holder:     policy.Holder{Name: words("Alfa")},
		Safeguards: []policy.Safeguard{d.safeguard()},
	}
	for _, id := range categoryIDs[:1+d.IntN(3)] {
		r.Categories = append(r.Categories, d.category(id))
	}
	for _, id := range recipientIDs[:d.IntN(3)] {
		r.Recipients = append(r.Recipients, d.recipient(&r, id))
	}
	for _, id := range sourceIDs {
		r.Sources = append(r.Sources, policy.Source{ID: id})
	}
	for _, id := range purposeIDs[:1+d.IntN(3)] {
		r.Purposes = append(r.Purposes, d.purpose(&r, id))
	}
	return r
}

func (d dice) safeguard() policy.Safeguard {
	return policy.Safeguard{ID: "G", Exception: "1", Cites: []policy.Citation{{Act: "always"}}, Approved: pick(d, []string{"officer", "security"}, []string{"officer"})}
}

func (d dice) category(id privacy.CategoryID) policy.Category {
	return policy.Category{
		ID: id, Title: words(string(id)), Sources: some(d, 2, sourceIDs...),
		Classification: pick(d, privacy.ClassPersonal, privacy.ClassPersonal, privacy.ClassInternal, privacy.ClassSpecial, privacy.ClassComms),
		Attributes:     []policy.Attribute{{ID: "a", Type: "text"}},
	}
}

func (d dice) recipient(r *policy.Rules, id privacy.RecipientID) policy.Recipient {
	out := policy.Recipient{
		ID: id, Kind: "partner", Country: pick(d, "KG", "KG", "KZ", "US"), Title: words(string(id)),
		Agreement: policy.Agreement{Ref: "1", From: pick(d, "2026-01-01", "2026-06-01"), To: pick(d, "", "", "2027-01-01")},
	}
	for _, c := range r.Categories {
		if d.yes(2) {
			out.Fields = append(out.Fields, c.ID)
		}
	}
	if d.yes(12) { // not alive at noon
		out.Agreement = policy.Agreement{Ref: "1", From: "2025-01-01", To: "2026-06-01"}
	}
	return out
}

func (d dice) purpose(r *policy.Rules, id privacy.PurposeID) policy.Purpose {
	p := policy.Purpose{
		ID: id, Title: words(string(id)), Basis: pick(d, privacy.BasisContract, privacy.BasisLaw, privacy.BasisInterest, privacy.BasisConsent, privacy.BasisConsent),
		Cites: d.cites(), Requires: some(d, 3, "acceptance", "agreement"), Operations: d.operations(allOperations()),
		Default: "on", Switchable: d.yes(2), Minor: pick(d, "open", "guardian", "locked"), Marketing: d.yes(5), Duty: d.yes(5),
	}
	if p.Basis == privacy.BasisConsent {
		p.Default, p.Evidence = "off", pick(d, gradeNames...)
	}
	p.Terms = d.terms(p.Basis)
	for _, x := range r.Recipients {
		if d.yes(2) {
			p.Recipients = append(p.Recipients, x.ID)
		}
	}
	for _, c := range r.Categories {
		if d.yes(2) || len(p.Rows) == 0 {
			p.Rows = append(p.Rows, d.row(&p, c.ID))
		}
	}
	return p
}

func (d dice) row(p *policy.Purpose, id privacy.CategoryID) policy.Row {
	row := policy.Row{Category: id, Keep: d.yes(6)}
	if d.yes(2) {
		row.Operations = d.operations(p.Operations)
	}
	if d.yes(5) && p.Basis != privacy.BasisConsent {
		row.Basis = pick(d, privacy.BasisContract, privacy.BasisLaw, privacy.BasisInterest)
	}
	if d.yes(5) {
		row.Cites = d.cites()
	}
	if d.yes(4) {
		terms := d.terms(p.Basis)
		row.Terms = &terms
	}
	if d.yes(2) {
		row.Safeguard = "G"
	}
	return row
}

func (d dice) operations(of []string) []string {
	out := some(d, 3, of...)
	if len(out) == 0 {
		out = of[:1]
	}
	return out
}

func (d dice) cites() []policy.Citation {
	list := []policy.Citation{{Act: pick[law.ActID](d, "always", "always", "recent", "ending"), Article: "1"}}
	if d.yes(4) {
		list = append(list, policy.Citation{Act: pick[law.ActID](d, "always", "recent", "ending"), Article: "2"})
	}
	if d.yes(15) {
		list[0].Act = "dead"
	}
	return list
}

func (d dice) terms(basis privacy.Basis) policy.Terms {
	t := policy.Terms{
		Processing: pick(d, "while", "1y", "12mo", "365d", "30d", "1mo", "720h"),
		Storage:    pick(d, "while", "none", "1y", "2y", "30d", "31d", "1mo", "7d"),
		From:       pick(d, "collected", "agreement", "request"),
	}
	if basis == privacy.BasisConsent && d.yes(2) {
		t.From = "consent"
	}
	return t
}
