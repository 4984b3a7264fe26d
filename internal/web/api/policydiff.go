package api

import (
	"context"

	"kupuya/internal/i18n"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

// Comparison is what changes from one edition to another.
type Comparison struct {
	From      privacy.EditionID `json:"from"`
	To        privacy.EditionID `json:"to"`
	Language  privacy.Lang      `json:"language" doc:"Of the sentences; clauses stand in all three"`
	Class     string            `json:"class" enum:"wording,narrower,wider" doc:"The worst of any change"`
	Effect    string            `json:"effect" enum:"none,tell,tell_month,ask_again" doc:"The heaviest of any change"`
	Sentence  string            `json:"sentence" doc:"What the effect asks, in words"`
	Changes   []EditionChange   `json:"changes"`
	Clauses   []ComparedClause  `json:"clauses" doc:"Those that are not the same in both, in the order of the later text"`
	Unchanged int               `json:"unchanged_clauses"`
	Names     map[string]string `json:"names" doc:"Titles of the purposes, categories and recipients that changes name, by id"`
}

// EditionChange is one thing that differs.
type EditionChange struct {
	Kind      string              `json:"kind" doc:"A code that stays" example:"purpose.category.added"`
	Sentence  string              `json:"sentence" doc:"The kind in words"`
	Class     string              `json:"class" enum:"wording,narrower,wider"`
	Effect    string              `json:"effect" enum:"none,tell,tell_month,ask_again"`
	Path      string              `json:"path" doc:"Of the rule" example:"purposes[P03].categories[D07]"`
	Purpose   privacy.PurposeID   `json:"purpose,omitempty" doc:"None means all; so for the next three"`
	Category  privacy.CategoryID  `json:"category,omitempty"`
	Operation string              `json:"operation,omitempty"`
	Recipient privacy.RecipientID `json:"recipient,omitempty"`
	Clause    privacy.ClauseID    `json:"clause,omitempty"`
	Before    string              `json:"before,omitempty" doc:"In the words of the rules"`
	After     string              `json:"after,omitempty"`
	Was       string              `json:"was,omitempty" doc:"Where a sentence of the rules changed, in this language"`
	Is        string              `json:"is,omitempty"`
	Cites     []string            `json:"cites" doc:"On what class and effect rest" example:"[\"dc 78 p.2\"]"`
}

// ComparedClause is a clause of two editions, word by word.
type ComparedClause struct {
	Clause  privacy.ClauseID `json:"clause"`
	Section string           `json:"section"`
	State   string           `json:"state" enum:"changed,added,removed"`
	Ky      []TextPiece      `json:"ky"`
	Ru      []TextPiece      `json:"ru"`
	En      []TextPiece      `json:"en"`
}

// TextPiece is a run of words that stayed, came or went.
type TextPiece struct {
	State string `json:"state" enum:"same,added,removed"`
	Text  string `json:"text"`
}

type comparisonOutput struct{ Body Comparison }

// compareEditions says what changes between two editions that may be read.
func (a *API) compareEditions(ctx context.Context, in *struct {
	From string `query:"from" required:"true" example:"mega24/2026-1" doc:"The edition to compare from"`
	To   string `query:"to" required:"true" example:"mega24/2026-2" doc:"The edition to compare to: published, or announced"`
	Lang string `query:"lang" enum:"ky,ru,en" default:"ky" doc:"Language of the sentences"`
},
) (*comparisonOutput, error) {
	r, err := a.holder.Compare(ctx, privacy.EditionID(in.From), privacy.EditionID(in.To))
	if err != nil {
		return nil, err
	}
	lang, _ := privacy.ParseLang(in.Lang)
	return &comparisonOutput{comparisonOf(&r, lang)}, nil
}

func comparisonOf(r *diff.Report, lang privacy.Lang) Comparison {
	out := Comparison{
		From: r.From, To: r.To, Language: lang, Class: r.Class().String(), Effect: r.Effect().String(),
		Sentence: i18n.Text(lang, "diff.effect."+r.Effect().String()), Changes: []EditionChange{}, Clauses: []ComparedClause{}, Names: map[string]string{},
	}
	for i := range r.Changes {
		out.Changes = append(out.Changes, changeOf(&r.Changes[i], lang))
	}
	for _, c := range r.Texts {
		if c.State == diff.Same {
			out.Unchanged++
			continue
		}
		out.Clauses = append(out.Clauses, ComparedClause{
			c.ID, c.Section, string(c.State), piecesOf(c.In[privacy.Kyrgyz]), piecesOf(c.In[privacy.Russian]), piecesOf(c.In[privacy.English]),
		})
	}
	for id, w := range r.Names.Purposes {
		out.Names[string(id)] = w.In(lang)
	}
	for id, w := range r.Names.Categories {
		out.Names[string(id)] = w.In(lang)
	}
	for id, w := range r.Names.Recipients {
		out.Names[string(id)] = w.In(lang)
	}
	return out
}

func changeOf(c *diff.Change, lang privacy.Lang) EditionChange {
	out := EditionChange{
		Kind: string(c.Kind), Sentence: i18n.Text(lang, "diff.kind."+string(c.Kind)), Class: c.Class.String(), Effect: c.Effect.String(), Path: c.Path,
		Purpose: c.Purpose, Category: c.Category, Operation: c.Operation, Recipient: c.Recipient, Clause: c.Clause,
		Before: c.Before, After: c.After, Was: c.Was.In(lang), Is: c.Is.In(lang), Cites: []string{},
	}
	for _, cite := range c.Cites {
		out.Cites = append(out.Cites, cite.String())
	}
	return out
}

func piecesOf(list []diff.Piece) []TextPiece {
	out := []TextPiece{}
	for _, p := range list {
		out = append(out, TextPiece{string(p.State), p.Text})
	}
	return out
}
