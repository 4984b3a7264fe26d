package api

import (
	"context"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

type readInput struct {
	Body struct {
		Subject    string   `json:"subject"`
		Purpose    string   `json:"purpose" example:"P18"`
		Categories []string `json:"categories" minItems:"1" maxItems:"64" example:"[\"D01\",\"D08\"]"`
		Operation  string   `json:"operation,omitempty" default:"use"`
		Recipient  *string  `json:"recipient,omitempty"`
		Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"What a member of staff writes; kept sealed and shown to the subject"`
		Case       string   `json:"case,omitempty" doc:"Number of the case, such as CASE-2026/17"`
	}
}

// RefusedCategory is a category that was not released, and why.
type RefusedCategory struct {
	Category privacy.CategoryID `json:"category"`
	Reason   privacy.Reason     `json:"reason"`
	Clause   privacy.ClauseID   `json:"clause"`
}

type readOutput struct {
	Body struct {
		Values  map[string]map[string]any `json:"values"`
		Absent  []privacy.CategoryID      `json:"absent" doc:"Allowed, but nothing is held"`
		Refused []RefusedCategory         `json:"refused"`
		Event   privacy.EventID           `json:"event" doc:"The event that recorded this reading before it was released"`
	}
}

func (a *API) read(ctx context.Context, in *readInput) (*readOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	ops, bad := operation("operation", in.Body.Operation)
	if bad != nil {
		return nil, bad
	}
	r := holder.Read{
		Subject: privacy.SubjectID(in.Body.Subject), Purpose: privacy.PurposeID(in.Body.Purpose), Operation: ops,
		Reason: in.Body.Reason, Case: in.Body.Case,
	}
	for _, c := range in.Body.Categories {
		r.Categories = append(r.Categories, privacy.CategoryID(c))
	}
	if in.Body.Recipient != nil {
		r.Recipient = privacy.RecipientID(*in.Body.Recipient)
	}
	v, err := a.holder.Read(ctx, who, r)
	if err != nil {
		return nil, err
	}
	out := &readOutput{}
	out.Body.Values = make(map[string]map[string]any, len(v.Values))
	for c, value := range v.Values {
		out.Body.Values[string(c)] = value
	}
	out.Body.Absent, out.Body.Refused, out.Body.Event = list(v.Absent), []RefusedCategory{}, v.Event
	for _, r := range v.Refused {
		out.Body.Refused = append(out.Body.Refused, RefusedCategory(r))
	}
	return out, nil
}

// list is s, but never null on the wire.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
