package api

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
	"kupuya/internal/web/session"
)

// maxQuestions is how many questions one request may ask.
const maxQuestions = 1000

// Question asks whether something is allowed. Exactly one of subject and msisdn.
type Question struct {
	Subject   string  `json:"subject,omitempty" doc:"Id of the subject" example:"0199c0de-0000-7000-8000-000000000001"`
	MSISDN    string  `json:"msisdn,omitempty" doc:"Or a number of the subject" example:"+996991000001"`
	Purpose   string  `json:"purpose,omitempty" example:"P03"`
	Category  string  `json:"category,omitempty" example:"D09"`
	Operation string  `json:"operation,omitempty" example:"use"`
	Recipient *string `json:"recipient,omitempty" nullable:"true" doc:"For a transfer: who receives"`
}

// MayBody is one question, or many.
type MayBody struct {
	Question
	Questions []Question `json:"questions,omitempty" maxItems:"1000" doc:"Many questions at once, instead of one"`
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

// answers are in the order of the questions.
type answers struct {
	Answers []Answer `json:"answers"`
}

// mayRoute puts may behind its route. It is asked before every use, so it reads
// and writes without the library, which would read a body three times.
func (a *API) mayRoute(r route) {
	o := r.operation()
	schemas := a.huma.OpenAPI().Components.Schemas
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		jsonMedia: {Schema: schemas.Schema(reflect.TypeFor[MayBody](), true, "MayBody")},
	}}
	answer := schemas.Schema(reflect.TypeFor[Answer](), true, "Answer")
	o.Responses[strconv.Itoa(r.status)] = &huma.Response{
		Description: "One answer, or answers in the order of the questions.",
		Content: map[string]*huma.MediaType{jsonMedia: {Schema: &huma.Schema{OneOf: []*huma.Schema{
			answer,
			{
				Type: huma.TypeObject, Required: []string{"answers"}, AdditionalProperties: false,
				Properties: map[string]*huma.Schema{"answers": {Type: huma.TypeArray, Items: answer}},
			},
		}}}},
	}
	a.huma.OpenAPI().AddOperation(&o)
	r.reads = o.RequestBody
	a.table[r.pattern()] = &r
	a.mux.HandleFunc(r.pattern(), a.may)
}

func (a *API) may(w http.ResponseWriter, r *http.Request) {
	out, err := a.mayAnswer(r)
	if err != nil {
		respond.Write(w, a.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", jsonMedia)
	if _, err := w.Write(append(out, '\n')); err != nil {
		a.log.Debug("answer not written", "err", err) // the reader has gone
	}
}

func (a *API) mayAnswer(r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(r.Body) // which the guard has in its hands already
	if err != nil {
		return nil, err
	}
	questions, one, err := readQuestions(raw)
	if err != nil {
		return nil, err
	}
	asks := make([]holder.Ask, len(questions))
	for i := range questions {
		ask, err := questions[i].ask()
		if err != nil && !one {
			err.Field = "questions[" + strconv.Itoa(i) + "]." + err.Field
		}
		if err != nil {
			return nil, err
		}
		asks[i] = ask
	}
	decisions, err := a.holder.Ask(r.Context(), session.Actor(r.Context()), asks)
	if err != nil {
		return nil, err
	}
	out := make([]Answer, len(decisions))
	for i := range decisions {
		out[i] = answerOf(&decisions[i])
		a.metrics.Decision(string(decisions[i].Reason))
	}
	if one {
		return json.Marshal(out[0])
	}
	return json.Marshal(answers{out})
}

// readQuestions reads one question, or many, from a body that the guard has
// let through. Members that it does not know are refused.
func readQuestions(raw []byte) (questions []Question, one bool, err error) {
	const op = "api.may"
	var body MayBody
	err = json.Unmarshal(raw, &body, json.RejectUnknownMembers(true), jsontext.AllowDuplicateNames(true)) // the guard found none
	if wrong := new(json.SemanticError); errors.As(err, &wrong) {
		out := &privacy.Error{Op: op, Code: privacy.BadValue, Field: pointed(wrong.JSONPointer), Problem: "value.type"}
		if errors.Is(err, json.ErrUnknownName) {
			out.Code, out.Problem = privacy.UnknownName, ""
			out.Name = out.Field[strings.LastIndexByte(out.Field, '.')+1:]
		}
		return nil, false, out
	}
	switch {
	case err != nil:
		return nil, false, &privacy.Error{Op: op, Code: privacy.Invalid, Problem: "json.form"}
	case body.Questions == nil:
		return []Question{body.Question}, true, nil
	case body.Question != (Question{}):
		return nil, false, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "questions", Problem: "value.twice"}
	case len(body.Questions) > maxQuestions:
		return nil, false, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "questions", Problem: "value.list"}
	}
	return body.Questions, false, nil
}

// pointed turns a pointer such as /questions/1/purpose into the member's path.
func pointed(p jsontext.Pointer) string {
	field, inList := "", false
	for token := range p.Tokens() {
		if inList {
			field += "[" + token + "]" // the decoder's own count
		} else {
			field += "." + holder.SafeName(token)
		}
		inList = field == ".questions"
	}
	return strings.TrimPrefix(field, ".")
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
		Purpose: privacy.PurposeID(q.Purpose), Category: privacy.CategoryID(q.Category), Operation: ops,
	}}
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
