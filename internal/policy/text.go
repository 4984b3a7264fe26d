package policy

import "kupuya/internal/privacy"

// Text is one edition as people read it, in one language. The clauses stand in
// reading order; their ids and order are the same in every language.
type Text struct {
	Lang     privacy.Lang
	Title    string
	Sections []Section
	Clauses  []Clause
	Source   string // the file as it stands: what is shown, and what is accepted
	SHA256   string // hex, of Source: what was shown is proved by it (policy 6.1)
}

// Section is a heading of the text.
type Section struct {
	Number string // "2"
	Title  string // without the number
}

// Clause is one paragraph or list item, the smallest part of the text that a
// rule, an event or a decision can name.
type Clause struct {
	ID      privacy.ClauseID // "2.3.4"
	Section string           // number of the section it stands in
	Text    string           // plain text in one line, without the anchor
	Item    bool             // true for a list item
	Line    int              // line of the file on which it begins, from 1
}

// Clause gives the clause with this id, or nil.
func (t *Text) Clause(id privacy.ClauseID) *Clause {
	for i := range t.Clauses {
		if t.Clauses[i].ID == id {
			return &t.Clauses[i]
		}
	}
	return nil
}
