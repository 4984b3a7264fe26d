package diff

import (
	"slices"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// State says what became of a clause.
type State string

// The states.
const (
	Same    State = "same"
	Changed State = "changed"
	Added   State = "added"
	Removed State = "removed"
)

// States lists the states.
var States = [...]State{Same, Changed, Added, Removed}

// Texts are the clauses of two editions side by side: those of the later one in
// its order, each that is gone after the one it followed.
type Texts []Clause

// Clause is one clause in every language.
type Clause struct {
	ID      privacy.ClauseID         `json:"clause"`
	Section string                   `json:"section"`
	State   State                    `json:"state"`
	In      map[privacy.Lang][]Piece `json:"in"`
}

// Piece is a run of words that stayed, came or went. The earlier sentence is
// made of what stayed and went, the later of what stayed and came.
type Piece struct {
	State State  `json:"state"` // same, added or removed
	Text  string `json:"text"`
}

// Clause gives the clause with this id, or nil.
func (t Texts) Clause(id privacy.ClauseID) *Clause {
	for i := range t {
		if t[i].ID == id {
			return &t[i]
		}
	}
	return nil
}

// Changed lists the clauses that did not stay the same.
func (t Texts) Changed() Texts {
	var out Texts
	for _, c := range t {
		if c.State != Same {
			out = append(out, c)
		}
	}
	return out
}

// compareTexts puts two texts side by side. (policy 1.3)
func compareTexts(a, b map[privacy.Lang]policy.Text) Texts {
	order, sections := merged(a, b)
	was, is := sentencesOf(a), sentencesOf(b)
	out := make(Texts, 0, len(order))
	for _, id := range order {
		c := Clause{ID: id, Section: sections[id], State: Same, In: map[privacy.Lang][]Piece{}}
		old, had := was[id]
		now, has := is[id]
		for _, lang := range privacy.Langs {
			c.In[lang] = Words(old[lang], now[lang])
			if old[lang] != now[lang] {
				c.State = Changed
			}
		}
		switch {
		case !had:
			c.State = Added
		case !has:
			c.State = Removed
		}
		out = append(out, c)
	}
	return out
}

// sentencesOf gives the sentences of each clause by language.
func sentencesOf(texts map[privacy.Lang]policy.Text) map[privacy.ClauseID]map[privacy.Lang]string {
	out := map[privacy.ClauseID]map[privacy.Lang]string{}
	for lang, t := range texts {
		for i := range t.Clauses {
			id := t.Clauses[i].ID
			if out[id] == nil {
				out[id] = map[privacy.Lang]string{}
			}
			out[id][lang] = t.Clauses[i].Text
		}
	}
	return out
}

// merged is the order of the clauses of both, and the section of each.
func merged(a, b map[privacy.Lang]policy.Text) ([]privacy.ClauseID, map[privacy.ClauseID]string) {
	sections := map[privacy.ClauseID]string{}
	var order []privacy.ClauseID
	for _, texts := range []map[privacy.Lang]policy.Text{b, a} {
		for _, lang := range privacy.Langs { // the same clauses in each, unless one is missing
			text, last := texts[lang], -1
			for i := range text.Clauses {
				id := text.Clauses[i].ID
				if _, seen := sections[id]; seen {
					last = slices.Index(order, id)
					continue
				}
				last++
				order = slices.Insert(order, last, id)
				sections[id] = text.Clauses[i].Section
			}
		}
	}
	return order, sections
}

// texts adds the changes of the text: wording, whatever they say, since what is
// done follows from the rules.
func (c *comparison) texts(a, b map[privacy.Lang]policy.Text) {
	kinds := map[State]Kind{Changed: "text.changed", Added: "text.added", Removed: "text.removed"}
	seen := map[privacy.Lang]bool{} // languages in which a difference was named
	for _, cl := range c.report.Texts {
		if cl.State == Same {
			continue
		}
		c.add(Change{Kind: kinds[cl.State], Path: "text[" + string(cl.ID) + "]", Clause: cl.ID})
		for lang, pieces := range cl.In {
			seen[lang] = seen[lang] || differ(pieces)
		}
	}
	for _, lang := range privacy.Langs {
		x, y := a[lang], b[lang]
		at := Change{Path: "text." + string(lang)}
		if x.Title != y.Title || !slices.Equal(x.Sections, y.Sections) {
			seen[lang] = true
			at.Kind = "text.heading"
			c.add(at)
		}
		if !slices.Equal(common(&x, &y), common(&y, &x)) {
			seen[lang] = true
			at.Kind = "text.order"
			c.add(at)
		}
		if x.Source != y.Source && !seen[lang] { // what is shown and accepted by its hash is another file
			at.Kind = "text.layout"
			c.add(at)
		}
	}
}

func differ(pieces []Piece) bool {
	return slices.ContainsFunc(pieces, func(p Piece) bool { return p.State != Same })
}

// common lists the clauses of a text that the other has too, in its order.
func common(t, other *policy.Text) []privacy.ClauseID {
	has := make(map[privacy.ClauseID]bool, len(other.Clauses))
	for i := range other.Clauses {
		has[other.Clauses[i].ID] = true
	}
	var out []privacy.ClauseID
	for i := range t.Clauses {
		if has[t.Clauses[i].ID] {
			out = append(out, t.Clauses[i].ID)
		}
	}
	return out
}
