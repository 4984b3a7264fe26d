package api

import (
	"context"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// LawfulPath names a request of a state body in a path.
type LawfulPath struct {
	Request string `path:"request"`
}

type lawfulOutput struct{ Body holder.Lawful }

type lawfulsOutput struct {
	Body struct {
		Requests []holder.Lawful `json:"requests" doc:"Newest first"`
	}
}

func (a *API) listLawful(ctx context.Context, in *struct {
	Limit int `query:"limit" default:"50" minimum:"1" maximum:"200"`
},
) (*lawfulsOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out := &lawfulsOutput{}
	out.Body.Requests, err = a.holder.Lawfuls(ctx, who, in.Limit)
	return out, err
}

func (a *API) openLawful(ctx context.Context, in *struct {
	Body struct {
		Authority string           `json:"authority" example:"court"`
		Subjects  []string         `json:"subjects" maxItems:"1000" doc:"Exactly one; a request for many is refused"`
		Purpose   string           `json:"purpose,omitempty" doc:"Legal duty when left out"`
		Fields    []string         `json:"fields" maxItems:"256" doc:"By name, no more than is asked for" example:"[\"D01.surname\"]"`
		Cites     holder.Provision `json:"cites" doc:"Act and article of the law registry"`
		CourtAct  string           `json:"court_act,omitempty" maxLength:"80" doc:"Number of the court's act, without which nothing of communications is given"`
		Letter    string           `json:"letter" maxLength:"120" doc:"Number and day of the request"`
		HideUntil *time.Time       `json:"hide_until,omitempty" doc:"The subject sees it from then on"`
		HideCites holder.Provision `json:"hide_cites,omitempty" doc:"By what right he does not before"`
	}
},
) (*lawfulOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	r := holder.LawfulRequest{
		Authority: privacy.RecipientID(in.Body.Authority), Purpose: privacy.PurposeID(in.Body.Purpose), Fields: in.Body.Fields,
		Cites: in.Body.Cites, CourtAct: in.Body.CourtAct, Letter: in.Body.Letter, HideCites: in.Body.HideCites,
	}
	if in.Body.HideUntil != nil {
		r.HideUntil = *in.Body.HideUntil
	}
	for _, s := range in.Body.Subjects {
		r.Subjects = append(r.Subjects, privacy.SubjectID(s))
	}
	out, err := a.holder.OpenLawful(ctx, who, r)
	return &lawfulOutput{out}, err
}

func (a *API) answerLawful(ctx context.Context, in *LawfulPath) (*releasedOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	return releasedOf(a.holder.AnswerLawful(ctx, who, in.Request))
}

func (a *API) refuseLawful(ctx context.Context, in *struct {
	LawfulPath
	Body struct {
		Reason string `json:"reason" doc:"not_competent, too_wide, not_proven, no_basis, not_held or other" example:"too_wide"`
	}
},
) (*lawfulOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.RefuseLawful(ctx, who, in.Request, in.Body.Reason)
	return &lawfulOutput{out}, err
}

func (a *API) prolongLawful(ctx context.Context, in *struct {
	LawfulPath
	Body struct {
		HideUntil time.Time        `json:"hide_until"`
		HideCites holder.Provision `json:"hide_cites"`
	}
},
) (*lawfulOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.ProlongLawful(ctx, who, in.Request, in.Body.HideUntil, in.Body.HideCites)
	return &lawfulOutput{out}, err
}
