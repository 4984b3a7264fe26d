package diff

import (
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Change is one thing that differs. The ids say on what it bears; an id that is
// empty stands for all.
type Change struct {
	Kind      Kind                `json:"kind"`
	Class     Class               `json:"class"`
	Effect    Effect              `json:"effect"`
	Path      string              `json:"path"` // of the rule: "purposes[P03].categories[D09].operations"
	Purpose   privacy.PurposeID   `json:"purpose,omitempty"`
	Category  privacy.CategoryID  `json:"category,omitempty"`
	Operation string              `json:"operation,omitempty"`
	Recipient privacy.RecipientID `json:"recipient,omitempty"`
	Clause    privacy.ClauseID    `json:"clause,omitempty"` // of the rule in the later edition, or in the earlier where it is gone
	Before    string              `json:"before,omitempty"` // in machine words
	After     string              `json:"after,omitempty"`
	Was       privacy.Words       `json:"was,omitzero"` // where a sentence of the rules changed
	Is        privacy.Words       `json:"is,omitzero"`
	Cites     []law.Citation      `json:"cites"` // on what class and effect rest
}

// Covers reports whether the change bears on what a question asks.
func (c *Change) Covers(q policy.Question) bool {
	if c.Purpose != "" && c.Purpose != q.Purpose || c.Category != "" && c.Category != q.Category ||
		c.Recipient != "" && c.Recipient != q.Recipient {
		return false
	}
	if c.Operation == "" {
		return true
	}
	o, known := privacy.ParseOperation(c.Operation)
	return known && o&q.Operation != 0
}

// Atoms reports whether the change opens or closes places of the matrix of
// purposes, categories, operations and recipients: every place it covers was
// closed before, if it is wider, or is closed after, if it is narrower.
func (c *Change) Atoms() bool { return judgements[c.Kind].atoms }

// Report is the difference of two editions.
type Report struct {
	From    privacy.EditionID `json:"from"`
	To      privacy.EditionID `json:"to"`
	Changes []Change          `json:"changes"` // in the order of the rules, then of the text
	Texts   Texts             `json:"texts"`
	Names   Names             `json:"names"`
}

// Names are the titles of what the changes name, from the later edition where
// it has them.
type Names struct {
	Purposes   map[privacy.PurposeID]privacy.Words   `json:"purposes"`
	Categories map[privacy.CategoryID]privacy.Words  `json:"categories"`
	Recipients map[privacy.RecipientID]privacy.Words `json:"recipients"`
}

// Class is the worst class of any change.
func (r *Report) Class() Class {
	worst := Wording
	for i := range r.Changes {
		worst = max(worst, r.Changes[i].Class)
	}
	return worst
}

// Effect is the heaviest effect of any change.
func (r *Report) Effect() Effect {
	heaviest := None
	for i := range r.Changes {
		heaviest = max(heaviest, r.Changes[i].Effect)
	}
	return heaviest
}

// Wider lists the changes that widen, or may.
func (r *Report) Wider() []Change {
	var out []Change
	for i := range r.Changes {
		if r.Changes[i].Class == Wider {
			out = append(out, r.Changes[i])
		}
	}
	return out
}

// By lists the changes with one effect.
func (r *Report) By(e Effect) []Change {
	var out []Change
	for i := range r.Changes {
		if r.Changes[i].Effect == e {
			out = append(out, r.Changes[i])
		}
	}
	return out
}
