package check

import (
	"slices"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// call says which article a purpose of some kind must stand on.
type call struct {
	articles []string // of the Digital Code
	when     func(l *look, p *policy.Purpose) bool
}

// calls tie what a purpose does to the article that allows it or asks for it, so
// that a basis is never cited in general only.
var calls = []call{
	{[]string{"79 p.1"}, func(_ *look, p *policy.Purpose) bool { return p.Basis == privacy.BasisContract }},
	{[]string{"114 p.1"}, func(l *look, p *policy.Purpose) bool { // it identifies who takes the service
		return p.Basis == privacy.BasisContract && l.mandatory(p, "pin")
	}},
	{[]string{"78 p.2", "79 p.4"}, func(_ *look, p *policy.Purpose) bool { return p.Template }},
	{[]string{"79 p.2"}, func(l *look, p *policy.Purpose) bool { // the consent that is left where nothing else allows it
		return asked(p) && !l.gives(p, "partner") && !l.special(p) && !(p.Marketing && l.reaches(p))
	}},
	{[]string{"132 p.3"}, func(l *look, p *policy.Purpose) bool { return p.Marketing && !l.gives(p, "partner") }},
	{[]string{"60 p.4"}, func(l *look, p *policy.Purpose) bool {
		return p.Marketing && l.reaches(p) && !l.gives(p, "partner")
	}},
	{[]string{"79 p.4", "73 p.1"}, func(l *look, p *policy.Purpose) bool { return l.gives(p, "partner") }},
	{[]string{"79 p.4", "40 p.1"}, func(l *look, p *policy.Purpose) bool { return asked(p) && l.special(p) }},
	{[]string{"73 p.2", "119 p.1"}, func(_ *look, p *policy.Purpose) bool { // requests and complaints
		return p.Basis == privacy.BasisLaw && p.Terms.From == "request" && set(p.Operations).Has(privacy.Collect)
	}},
	{[]string{"73 p.4", "79 p.1", "90 p.7"}, func(l *look, p *policy.Purpose) bool {
		return p.Basis == privacy.BasisLaw && l.gives(p, "authority")
	}},
	{[]string{"75"}, func(_ *look, p *policy.Purpose) bool { return protects(p) && set(p.Operations)&privacy.Clarify != 0 }},
	{[]string{"88 p.2"}, func(_ *look, p *policy.Purpose) bool { return protects(p) && set(p.Operations)&privacy.Clarify == 0 }},
	{[]string{"57 p.2"}, func(l *look, p *policy.Purpose) bool { return protects(p) && l.locates(p) }}, // a person decides
	{[]string{"79 p.1"}, func(_ *look, p *policy.Purpose) bool { // the rows on an interest show that the duty has an end
		return protects(p) && slices.ContainsFunc(p.Rows, func(r policy.Row) bool { return r.Basis == privacy.BasisInterest })
	}},
	{[]string{"50 p.1"}, func(_ *look, p *policy.Purpose) bool {
		return p.Basis == privacy.BasisInterest && set(p.Operations) == privacy.Anonymise
	}},
	{[]string{"79 p.1"}, func(_ *look, p *policy.Purpose) bool {
		return p.Basis == privacy.BasisInterest && set(p.Operations) != privacy.Anonymise
	}},
}

func asked(p *policy.Purpose) bool { return p.Basis == privacy.BasisConsent && !p.Template }

// protects is a purpose under law that nobody has to ask for: safety, accuracy.
func protects(p *policy.Purpose) bool {
	return p.Basis == privacy.BasisLaw && p.Terms.From != "request"
}

// uncalled finds purposes and rows that do not cite the article that what they
// do stands on.
func uncalled(l *look, say say) {
	want := func(path string, clause privacy.ClauseID, have []policy.Citation, articles ...string) {
		for _, a := range articles {
			c := law.Citation{Act: "dc", Article: a}
			if !citesAll(have, []law.Citation{c}) {
				say(place{clause: clause, path: path, article: c}, Arg{"article", c.String()})
			}
		}
	}
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		at := pathOf("purposes[%s]", p.ID)
		for _, c := range calls {
			if c.when(l, p) {
				want(at+".cites", p.Clause, p.Cites, c.articles...)
			}
		}
		for j := range p.Rows {
			r := &p.Rows[j]
			c := l.categories[r.Category]
			row := pathOf("%s.categories[%s].cites", at, r.Category)
			if c != nil && c.Child && allowed(p, r).Has(privacy.Collect) && !citesArticle(r.Cites, "81") {
				want(row, p.Clause, r.Cites, "81")
			}
			if r.Basis == privacy.BasisInterest {
				want(row, p.Clause, r.Cites, "79 p.1")
			}
		}
	}
	for i := range l.rules.Safeguards {
		s := &l.rules.Safeguards[i]
		at := pathOf("safeguards[%s].cites", s.ID)
		want(at, "", s.Cites, "80 p.2")
		if l.guardsConsent(s.ID) {
			want(at, "", s.Cites, "82 p.1")
		}
	}
}

// citesArticle reports whether a list cites an article of the Code, at any of
// its points.
func citesArticle(have []policy.Citation, article string) bool {
	return slices.ContainsFunc(have, func(c policy.Citation) bool {
		return c.Act == "dc" && (c.Article == article || len(c.Article) > len(article) && c.Article[:len(article)+1] == article+" ")
	})
}

// mandatory reports whether a purpose demands a field of a type.
func (l *look) mandatory(p *policy.Purpose, kind string) bool {
	for i := range l.rules.Categories {
		for _, a := range l.rules.Categories[i].Attributes {
			if a.Type == kind && slices.Contains(a.Mandatory, p.ID) {
				return true
			}
		}
	}
	return false
}

// gives reports whether a purpose hands data to recipients of a kind.
func (l *look) gives(p *policy.Purpose, kind string) bool {
	return slices.ContainsFunc(p.Recipients, func(id privacy.RecipientID) bool {
		to := l.recipients[id]
		return to != nil && to.Kind == kind
	})
}

// holdsType reports whether a row of the purpose has a field of one of the types.
func (l *look) holdsType(p *policy.Purpose, kinds ...string) bool {
	return slices.ContainsFunc(p.Rows, func(r policy.Row) bool {
		c := l.categories[r.Category]
		return c != nil && slices.ContainsFunc(c.Attributes, func(a policy.Attribute) bool { return slices.Contains(kinds, a.Type) })
	})
}

// reaches is a purpose with somebody's number or e-mail.
func (l *look) reaches(p *policy.Purpose) bool { return l.holdsType(p, "msisdn", "email") }

// locates is a purpose with the place of somebody.
func (l *look) locates(p *policy.Purpose) bool { return l.holdsType(p, "latitude", "longitude") }

// special is a purpose with special data.
func (l *look) special(p *policy.Purpose) bool {
	return slices.ContainsFunc(p.Rows, func(r policy.Row) bool {
		c := l.categories[r.Category]
		return c != nil && c.Classification == privacy.ClassSpecial
	})
}

// guardsConsent reports whether a safeguard stands under a consent: where
// people are looked at, not papers.
func (l *look) guardsConsent(id string) bool {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if p.Basis == privacy.BasisConsent && slices.ContainsFunc(p.Rows, func(r policy.Row) bool { return r.Safeguard == id }) {
			return true
		}
	}
	return false
}
