package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Edition is a published edition: the text in one language and the rules.
type Edition struct {
	Edition    privacy.EditionID `json:"edition"`
	SHA256     string            `json:"sha256" doc:"Of the pack: texts, rules and law in one archive"`
	Published  *time.Time        `json:"published_at" doc:"Null while it is only announced"`
	InForce    time.Time         `json:"in_force_at" doc:"Planned, while it is only announced"`
	Superseded *time.Time        `json:"superseded_at" doc:"Planned, where a later edition is announced"`
	Mode       string            `json:"mode,omitempty" doc:"first, lawful or literal: how it came, or is to come, into force"`
	Language   privacy.Lang      `json:"language"`
	TextSHA256 string            `json:"text_sha256" doc:"Of the text in this language, as it is accepted"`
	Title      string            `json:"title"`
	Clauses    []Clause          `json:"clauses"`
	Categories []Category        `json:"categories"`
	Purposes   []Purpose         `json:"purposes"`
}

// Clause is one numbered sentence or list item.
type Clause struct {
	ID   privacy.ClauseID `json:"id"`
	Text string           `json:"text"`
}

// Category is one kind of data.
type Category struct {
	ID             privacy.CategoryID     `json:"id"`
	Clause         privacy.ClauseID       `json:"clause"`
	Title          string                 `json:"title"`
	Classification privacy.Classification `json:"classification"`
	Attributes     []Attribute            `json:"attributes"`
}

// Attribute is one field of a category.
type Attribute struct {
	ID        string              `json:"id"`
	Type      string              `json:"type"`
	Title     string              `json:"title"`
	Mandatory []privacy.PurposeID `json:"mandatory_for"`
}

// Purpose is one purpose with its ground and terms.
type Purpose struct {
	ID         privacy.PurposeID     `json:"id"`
	Clause     privacy.ClauseID      `json:"clause"`
	Title      string                `json:"title"`
	Plain      string                `json:"plain"`
	Basis      privacy.Basis         `json:"basis"`
	Categories []privacy.CategoryID  `json:"categories"`
	Operations []string              `json:"operations"`
	Recipients []privacy.RecipientID `json:"recipients"`
	Processing string                `json:"processing_term"`
	Storage    string                `json:"storage_term"`
	Switchable bool                  `json:"switchable"`
	Evidence   string                `json:"least_evidence,omitempty"`
}

type editionOutput struct {
	Status int
	Cached
	Body Edition
}

// Cached lets a reader ask again without getting again what he has.
type Cached struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
}

// Unless is a reader's condition: nothing, if he has the one that is there.
type Unless struct {
	IfNoneMatch string `header:"If-None-Match" doc:"ETag of what the reader has: it is not sent again (304)"`
}

// met reports whether the reader has what the tag names. (RFC 9110, 13.1.2)
func (u *Unless) met(etag string) bool {
	for have := range strings.SplitSeq(u.IfNoneMatch, ",") {
		if have = strings.TrimPrefix(strings.TrimSpace(have), "W/"); have == etag || have == "*" {
			return true
		}
	}
	return false
}

// LangInput says in which language a reader wants an edition.
type LangInput struct {
	Lang string `query:"lang" enum:"ky,ru,en" default:"ky" doc:"Language of the text"`
	Unless
}

func (a *API) getPolicy(ctx context.Context, in *LangInput) (*editionOutput, error) {
	doc, err := a.holder.Current(ctx)
	if err != nil {
		return nil, err
	}
	return editionOf(doc, in)
}

func (a *API) getEdition(ctx context.Context, in *struct {
	Pack    string `path:"pack" example:"mega24"`
	Edition string `path:"edition" example:"2026-1"`
	LangInput
},
) (*editionOutput, error) {
	doc, err := a.holder.Edition(ctx, privacy.EditionID(in.Pack+"/"+in.Edition))
	if err != nil {
		return nil, err
	}
	return editionOf(doc, &in.LangInput)
}

func editionOf(doc holder.Document, in *LangInput) (*editionOutput, error) {
	lang, _ := privacy.ParseLang(in.Lang)
	etag := doc.Hash[:32] + "-" + in.Lang
	if !doc.Superseded.IsZero() {
		etag += "-" + strconv.FormatInt(doc.Superseded.Unix(), 36)
	}
	if doc.Published.IsZero() {
		etag += "-coming-" + strconv.FormatInt(doc.InForce.Unix(), 36)
	}
	head := Cached{ETag: `"` + etag + `"`, CacheControl: "no-cache"}
	if in.met(head.ETag) {
		return &editionOutput{Status: http.StatusNotModified, Cached: head}, nil
	}
	text := doc.Texts[lang]
	out := Edition{
		Edition: doc.Edition, SHA256: doc.Hash, InForce: doc.InForce, Language: lang, Mode: doc.Mode,
		TextSHA256: text.SHA256, Title: text.Title,
	}
	if !doc.Superseded.IsZero() {
		out.Superseded = &doc.Superseded
	}
	if !doc.Published.IsZero() {
		out.Published = &doc.Published
	}
	for _, c := range text.Clauses {
		out.Clauses = append(out.Clauses, Clause{c.ID, c.Text})
	}
	for i := range doc.Rules.Categories {
		out.Categories = append(out.Categories, categoryOf(&doc.Rules.Categories[i], lang))
	}
	for i := range doc.Rules.Purposes {
		out.Purposes = append(out.Purposes, purposeOf(&doc.Rules.Purposes[i], lang))
	}
	return &editionOutput{Status: http.StatusOK, Cached: head, Body: out}, nil
}

func categoryOf(c *policy.Category, lang privacy.Lang) Category {
	out := Category{ID: c.ID, Clause: c.Clause, Title: c.Title.In(lang), Classification: c.Classification}
	for _, attr := range c.Attributes {
		out.Attributes = append(out.Attributes, Attribute{attr.ID, attr.Type, attr.Title.In(lang), list(attr.Mandatory)})
	}
	return out
}

func purposeOf(p *policy.Purpose, lang privacy.Lang) Purpose {
	out := Purpose{
		ID: p.ID, Clause: p.Clause, Title: p.Title.In(lang), Plain: p.Plain.In(lang), Basis: p.Basis,
		Categories: []privacy.CategoryID{}, Operations: list(p.Operations), Recipients: list(p.Recipients), Processing: p.Terms.Processing, Storage: p.Terms.Storage,
		Switchable: p.Switchable, Evidence: p.Evidence,
	}
	for _, row := range p.Rows {
		out.Categories = append(out.Categories, row.Category)
	}
	return out
}

type editionRow struct {
	Edition   privacy.EditionID `json:"edition"`
	SHA256    string            `json:"sha256"`
	Published *time.Time        `json:"published_at" doc:"Null while it is only announced"`
	InForce   time.Time         `json:"in_force_at" doc:"Planned, while it is only announced"`
	Mode      string            `json:"mode,omitempty" doc:"first, lawful or literal: how it came, or is to come, into force"`
}

type editionsOutput struct {
	Status int
	Cached
	Body struct {
		Editions []editionRow `json:"editions"`
	}
}

func (a *API) listEditions(ctx context.Context, in *Unless) (*editionsOutput, error) {
	rows, err := a.holder.Editions(ctx)
	if err != nil {
		return nil, err
	}
	out := &editionsOutput{Status: http.StatusOK, Cached: Cached{ETag: `"none"`, CacheControl: "no-cache"}}
	if n := len(rows); n > 0 { // editions are only ever added, and the last may still be on its way
		last := &rows[n-1]
		out.ETag = fmt.Sprintf(`"%d-%s-%d-%t"`, n, last.Hash[:32], last.InForce.Unix(), last.Published.IsZero())
	}
	if in.met(out.ETag) {
		out.Status = http.StatusNotModified
		return out, nil
	}
	out.Body.Editions = []editionRow{}
	for _, r := range rows {
		row := editionRow{Edition: r.ID, SHA256: r.Hash, InForce: r.InForce, Mode: r.Mode}
		if !r.Published.IsZero() {
			row.Published = &r.Published
		}
		out.Body.Editions = append(out.Body.Editions, row)
	}
	return out, nil
}
