package api

import (
	"context"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

type filingOutput struct{ Body holder.FilingDocument }

// getFiling publishes the entry and the record of processing: the rules of the
// edition, and nothing beside them. (law B12)
func (a *API) getFiling(ctx context.Context, in *struct {
	Lang    string `query:"lang" enum:"ky,ru,en" default:"ky"`
	Edition string `query:"edition" doc:"The one in force when left out" example:"mega24/2026-1"`
},
) (*filingOutput, error) {
	lang, _ := privacy.ParseLang(in.Lang)
	out, err := a.holder.FilingOf(ctx, privacy.EditionID(in.Edition), lang)
	return &filingOutput{out}, err
}

func (a *API) filingStatus(ctx context.Context, _ *struct{}) (*struct{ Body holder.FilingStatus }, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.FilingStatus(ctx, who)
	return &struct{ Body holder.FilingStatus }{out}, err
}

func (a *API) file(ctx context.Context, in *struct {
	Body struct {
		Edition string `json:"edition,omitempty" doc:"The one in force when left out"`
		Lang    string `json:"lang" doc:"In which it was filed" enum:"ky,ru,en"`
		Number  string `json:"number" doc:"Of the registration" example:"KG-2026/17"`
		On      string `json:"on" doc:"Day of the filing" example:"2026-11-23"`
		Stage   int    `json:"stage" doc:"Of the registration, 1 to 3"`
	}
},
) (*struct{ Body holder.Filed }, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	b := &in.Body
	out, err := a.holder.File(ctx, who, holder.Filing{
		Edition: privacy.EditionID(b.Edition), Lang: privacy.Lang(b.Lang), Number: b.Number, On: b.On, Stage: b.Stage,
	})
	return &struct{ Body holder.Filed }{out}, err
}
