package api

import (
	"context"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// Released is what left, under names that only its recipient knows.
type Released struct {
	Disclosure string               `json:"disclosure,omitempty" doc:"Absent when nothing left"`
	Recipient  privacy.RecipientID  `json:"recipient"`
	Subject    string               `json:"subject,omitempty" doc:"As this recipient knows him; no other recipient has the same"`
	Copy       string               `json:"copy,omitempty" doc:"Tells this copy from that of every other recipient; keep it with the data"`
	At         time.Time            `json:"at"`
	Until      *time.Time           `json:"until,omitempty" doc:"When the right to the data ends if nothing else changes"`
	Fields     []holder.FieldValue  `json:"fields" doc:"In an order of this recipient's own"`
	Absent     []privacy.CategoryID `json:"absent" doc:"Allowed, but nothing is held"`
	Refused    []RefusedCategory    `json:"refused"`
	Event      privacy.EventID      `json:"event" doc:"Recorded before anything left"`
}

type releasedOutput struct{ Body Released }

func releasedOf(d holder.Disclosed, err error) (*releasedOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &releasedOutput{Released{
		Disclosure: d.ID, Recipient: d.Recipient, Subject: d.Subject, Copy: d.Copy, At: d.At, Until: maybe(d.Until), Fields: list(d.Fields),
		Absent: list(d.Absent), Refused: []RefusedCategory{}, Event: d.Event,
	}}
	for _, r := range d.Refused {
		out.Body.Refused = append(out.Body.Refused, RefusedCategory(r))
	}
	return out, nil
}

type discloseInput struct {
	Body struct {
		Subject    string   `json:"subject" doc:"A partner names the id that is his alone"`
		Recipient  string   `json:"recipient,omitempty" doc:"A partner's own when left out" example:"partner-shop"`
		Purpose    string   `json:"purpose" example:"P17"`
		Operation  string   `json:"operation,omitempty" default:"transfer.provide"`
		Categories []string `json:"categories,omitempty" maxItems:"64" example:"[\"D08\"]"`
		Fields     []string `json:"fields,omitempty" maxItems:"256" doc:"All that the contract names of the categories when left out" example:"[\"D08.msisdn\"]"`
	}
}

func (a *API) disclose(ctx context.Context, in *discloseInput) (*releasedOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	ops, bad := operation("operation", in.Body.Operation)
	if bad != nil {
		return nil, bad
	}
	t := holder.Transfer{
		Subject: privacy.SubjectID(in.Body.Subject), Recipient: privacy.RecipientID(in.Body.Recipient),
		Purpose: privacy.PurposeID(in.Body.Purpose), Operation: ops, Fields: in.Body.Fields,
	}
	for _, c := range in.Body.Categories {
		t.Categories = append(t.Categories, privacy.CategoryID(c))
	}
	return releasedOf(a.holder.Disclose(ctx, who, t))
}

type disclosuresOutput struct {
	Body struct {
		Disclosures []holder.Handed `json:"disclosures" doc:"Oldest first"`
	}
}

func (a *API) disclosures(ctx context.Context, in *SubjectPath) (*disclosuresOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out := &disclosuresOutput{}
	out.Body.Disclosures, err = a.holder.Disclosures(ctx, who, in.subject())
	return out, err
}

func (a *API) confirmDisclosure(ctx context.Context, in *struct {
	Message string `path:"message" doc:"The webhook's id"`
	Body    struct {
		Outcome  string `json:"outcome" doc:"done, or kept where a law makes you keep it" example:"done"`
		Citation string `json:"citation,omitempty" doc:"That law, for kept" example:"tax-98"`
	}
},
) (*struct{ Body holder.Passed }, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Confirm(ctx, who, holder.Confirmation{ID: in.Message, Outcome: in.Body.Outcome, Citation: in.Body.Citation})
	return &struct{ Body holder.Passed }{out}, err
}

type unconfirmedOutput struct {
	Body struct {
		Unconfirmed []holder.Overdue `json:"unconfirmed" doc:"The longest due first"`
	}
}

func (a *API) unconfirmed(ctx context.Context, in *struct {
	Limit int `query:"limit" default:"100" minimum:"1" maximum:"500"`
},
) (*unconfirmedOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out := &unconfirmedOutput{}
	out.Body.Unconfirmed, err = a.holder.Unconfirmed(ctx, who, in.Limit)
	return out, err
}

func (a *API) disclosureReport(ctx context.Context, in *struct {
	From time.Time `query:"from" required:"true" doc:"First moment of the period"`
	To   time.Time `query:"to" required:"true" doc:"First moment after it"`
},
) (*textOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	signed, err := a.holder.Report(ctx, who, in.From, in.To)
	return &textOutput{plainText + "; charset=utf-8", signed}, err
}

func (a *API) identifyCopy(ctx context.Context, in *struct {
	Body struct {
		Copy    string   `json:"copy,omitempty" doc:"A copy mark that was found"`
		Subject string   `json:"subject,omitempty" doc:"A subject's id as a recipient knows it"`
		Order   []string `json:"order,omitempty" maxItems:"256" doc:"Names of fields in the order they were found in"`
	}
},
) (*struct{ Body holder.Identified }, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Identify(ctx, who, holder.Leak{Copy: in.Body.Copy, Subject: in.Body.Subject, Order: in.Body.Order})
	return &struct{ Body holder.Identified }{out}, err
}
