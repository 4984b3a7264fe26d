package filing

import (
	"slices"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// activity is the record of one purpose.
func (b *builder) activity(p *policy.Purpose) Activity {
	a := Activity{
		Purpose: p.ID, Clause: p.Clause, Title: p.Title.In(b.lang), Basis: p.Basis, Articles: b.articles(p), Data: []Item{},
		Groups: []string{}, Operations: b.operations(p.Operations), Recipients: []Item{}, Terms: b.termsOf(p), Sources: []string{},
		Measures: []string{}, Abroad: []string{},
	}
	for i := range p.Rows {
		row := &p.Rows[i]
		cat := b.ed.Category(row.Category)
		basis, _, _ := b.ed.Basis(p.ID, row.Category)
		a.Data = append(a.Data, Item{ID: string(cat.ID), Text: cat.Title.In(b.lang), Codes: []string{"basis." + string(basis), "class." + string(cat.Classification)}})
		for _, s := range b.sourcesOf(cat) {
			a.Sources = once(a.Sources, s)
		}
		for j := range b.r.Safeguards {
			if s := &b.r.Safeguards[j]; s.ID == row.Safeguard && approved(s) {
				a.Measures = once(a.Measures, s.Measures.In(b.lang))
			}
		}
	}
	for i := range b.r.Filing.Groups {
		if g := &b.r.Filing.Groups[i]; concerns(g, p) {
			a.Groups = append(a.Groups, g.Title.In(b.lang))
		}
	}
	for _, id := range p.Recipients {
		r := b.ed.Recipient(id)
		a.Recipients = append(a.Recipients, b.recipient(r))
		if r.Country != home {
			a.Abroad = once(a.Abroad, r.Country)
		}
	}
	return a
}

// once adds what the list does not have.
func once(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// concerns reports whether some data of a group are used for a purpose.
func concerns(g *policy.Group, p *policy.Purpose) bool {
	return len(g.Categories) == 0 || slices.ContainsFunc(p.Rows, func(r policy.Row) bool {
		return slices.Contains(g.Categories, r.Category)
	})
}

// articles are those on which the purpose and its rows stand, once each.
func (b *builder) articles(p *policy.Purpose) []string {
	out := []string{}
	add := func(cites []policy.Citation) {
		for _, c := range cites {
			title := string(c.Act)
			if act, ok := b.c.Law.Act(c.Act); ok {
				title = act.Title.In(b.lang)
			}
			out = once(out, title+", "+c.Article)
		}
	}
	add(p.Cites)
	for i := range p.Rows {
		add(p.Rows[i].Cites)
	}
	return out
}

// Unflagged lists what is missing though the rules do not say that it waits for
// the Holder, and what they say so of though it is filled.
func Unflagged(c *policy.Content, ed *policy.Edition) (empty, filled []string) {
	d := Build(c, ed, privacy.Kyrgyz)
	var waiting []string
	for _, m := range d.Missing {
		if !m.Flagged {
			empty = append(empty, m.Rule)
		}
		waiting = append(waiting, m.Rule)
	}
	for _, flag := range ed.Rules().Filing.ToFill {
		if !slices.Contains(waiting, "filing."+flag) {
			filled = append(filled, "filing."+flag)
		}
	}
	return empty, filled
}
