package api

import (
	"context"
	"encoding/json"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/web/session"
)

// Question asks whether something is allowed. Exactly one of subject and msisdn.
type Question struct {
	Subject   string  `json:"subject,omitempty" doc:"Id of the subject" example:"0199c0de-0000-7000-8000-000000000001"`
	MSISDN    string  `json:"msisdn,omitempty" doc:"Or a number of the subject" example:"+996991000001"`
	Purpose   string  `json:"purpose,omitempty" example:"P03"`
	Category  string  `json:"category,omitempty" example:"D09"`
	Operation string  `json:"operation,omitempty" example:"use"`
	Recipient *string `json:"recipient,omitempty" doc:"For a transfer: who receives"`
}

// Answer says yes or no, and why. A no is an answer, not an error.
type Answer struct {
	Allowed bool              `json:"allowed"`
	Reason  privacy.Reason    `json:"reason"`
	Clause  privacy.ClauseID  `json:"clause"`
	Basis   privacy.Basis     `json:"basis"`
	Edition privacy.EditionID `json:"edition"`
	Until   *time.Time        `json:"until" doc:"When a yes lapses by itself; null when nothing is known to end it"`
	AsOf    time.Time         `json:"as_of"`
}

type mayInput struct {
	Body struct {
		Question
		Questions []Question `json:"questions,omitempty" maxItems:"1000" doc:"Many questions at once, instead of one"`
	}
}

// mayReply is one answer, or answers in the order of the questions.
type mayReply struct {
	one  *Answer
	many []Answer
}

// MarshalJSON writes the one answer itself, or the list.
func (m mayReply) MarshalJSON() ([]byte, error) {
	if m.one != nil {
		return json.Marshal(m.one)
	}
	return json.Marshal(struct {
		Answers []Answer `json:"answers"`
	}{m.many})
}

// Schema describes both forms.
func (mayReply) Schema(r huma.Registry) *huma.Schema {
	answer := r.Schema(reflect.TypeFor[Answer](), true, "Answer")
	return &huma.Schema{OneOf: []*huma.Schema{answer, {Type: "object", Required: []string{"answers"},
		Properties: map[string]*huma.Schema{"answers": {Type: "array", Items: answer}}}}}
}

type mayOutput struct{ Body mayReply }

func (a *API) may(ctx context.Context, in *mayInput) (*mayOutput, error) {
	single := in.Body.Questions == nil
	questions := in.Body.Questions
	if single {
		questions = []Question{in.Body.Question}
	} else if in.Body.Question != (Question{}) {
		return nil, &privacy.Error{Code: privacy.BadValue, Field: "questions", Problem: "value.twice"}
	}
	asks := make([]holder.Ask, len(questions))
	for i := range questions {
		ask, err := questions[i].ask()
		if err != nil {
			if !single {
				err.Field = "questions[" + strconv.Itoa(i) + "]." + err.Field
			}
			return nil, err
		}
		asks[i] = ask
	}
	decisions, err := a.holder.Ask(ctx, session.Actor(ctx), asks)
	if err != nil {
		return nil, err
	}
	answers := make([]Answer, len(decisions))
	for i := range decisions {
		answers[i] = answerOf(&decisions[i])
		a.metrics.Decision(string(decisions[i].Reason))
	}
	if single {
		return &mayOutput{mayReply{one: &answers[0]}}, nil
	}
	return &mayOutput{mayReply{many: answers}}, nil
}

func (q *Question) ask() (holder.Ask, *privacy.Error) {
	for _, m := range []struct{ name, value string }{{"purpose", q.Purpose}, {"category", q.Category}, {"operation", q.Operation}} {
		if m.value == "" {
			return holder.Ask{}, &privacy.Error{Code: privacy.MissingValue, Field: m.name}
		}
	}
	switch {
	case q.Subject == "" && q.MSISDN == "":
		return holder.Ask{}, &privacy.Error{Code: privacy.MissingValue, Field: "subject"}
	case q.Subject != "" && q.MSISDN != "":
		return holder.Ask{}, &privacy.Error{Code: privacy.BadValue, Field: "msisdn", Problem: "value.twice"}
	}
	ops, err := operation("operation", q.Operation)
	if err != nil {
		return holder.Ask{}, err
	}
	out := holder.Ask{Subject: privacy.SubjectID(q.Subject), MSISDN: q.MSISDN, Question: policy.Question{
		Purpose: privacy.PurposeID(q.Purpose), Category: privacy.CategoryID(q.Category), Operation: ops}}
	if q.Recipient != nil {
		out.Recipient = privacy.RecipientID(*q.Recipient)
	}
	return out, nil
}

func answerOf(d *policy.Decision) Answer {
	out := Answer{Allowed: d.Allowed(), Reason: d.Reason, Clause: d.Clause, Basis: d.Basis, Edition: d.Edition, AsOf: d.AsOf}
	if !d.Until.IsZero() {
		out.Until = &d.Until
	}
	return out
}

// operation reads an operation's name.
func operation(field, name string) (privacy.Operations, *privacy.Error) {
	ops, ok := privacy.ParseOperation(name)
	if !ok {
		return 0, &privacy.Error{Code: privacy.UnknownName, Field: field, Name: holder.SafeName(name)}
	}
	return ops, nil
}
