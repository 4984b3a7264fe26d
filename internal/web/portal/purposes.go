package portal

import (
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// purpose is one row of the table of purposes: what for, and in groups of the
// same ground and term, which data. (DC-73 p.1)
type purpose struct {
	ID         privacy.PurposeID
	Clause     privacy.ClauseID
	Title      privacy.Words
	Plain      privacy.Words
	Operations []string
	Recipients []privacy.Words
	Groups     []group
}

// group is the data of a purpose that stand on one ground for one term.
type group struct {
	Basis privacy.Basis
	Term  privacy.Words
	Data  []datum
}

// datum is a category under a purpose.
type datum struct {
	Title privacy.Words
	Waits bool // special, and its safeguard has not been approved by two: not used yet (DC-80)
}

// purposesOf reads the rules as the decision reads them: what a row leaves out
// it has from its purpose.
func purposesOf(r *policy.Rules) []purpose {
	categories, recipients, approved := map[privacy.CategoryID]*policy.Category{}, map[privacy.RecipientID]privacy.Words{}, map[string]bool{}
	for i := range r.Categories {
		categories[r.Categories[i].ID] = &r.Categories[i]
	}
	for i := range r.Recipients {
		recipients[r.Recipients[i].ID] = r.Recipients[i].Title
	}
	for i := range r.Safeguards {
		approved[r.Safeguards[i].ID] = counts(&r.Safeguards[i])
	}
	var out []purpose
	for i := range r.Purposes {
		rule := &r.Purposes[i]
		p := purpose{ID: rule.ID, Clause: rule.Clause, Title: rule.Title, Plain: rule.Plain, Operations: rule.Operations}
		for _, id := range rule.Recipients {
			p.Recipients = append(p.Recipients, recipients[id])
		}
		for j := range rule.Rows {
			row := &rule.Rows[j]
			basis, term := rule.Basis, rule.Terms.Why
			if row.Basis != "" {
				basis = row.Basis
			}
			if row.Terms != nil {
				term = row.Terms.Why
			}
			cat := categories[row.Category]
			if cat == nil {
				continue // an edition with such a row does not compile, so it is not published
			}
			p.add(basis, term, datum{cat.Title, cat.Classification == privacy.ClassSpecial && !approved[row.Safeguard]})
		}
		if p.Groups == nil { // a purpose that only its children fill
			p.Groups = []group{{Basis: rule.Basis, Term: rule.Terms.Why}}
		}
		out = append(out, p)
	}
	return out
}

// add puts a category into the group of its ground and term.
func (p *purpose) add(basis privacy.Basis, term privacy.Words, d datum) {
	for i := range p.Groups {
		if p.Groups[i].Basis == basis && p.Groups[i].Term == term {
			p.Groups[i].Data = append(p.Groups[i].Data, d)
			return
		}
	}
	p.Groups = append(p.Groups, group{basis, term, []datum{d}})
}

// counts reports whether a safeguard lifts the ban on a special category, by the
// same test as the decision's. (DC-80)
func counts(s *policy.Safeguard) bool {
	return len(s.Approved) >= 2 && s.Approved[0] != s.Approved[1] && s.Exception != ""
}
