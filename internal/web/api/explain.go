package api

import (
	"context"
	"strings"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/i18n"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/web/session"
)

// Explanation says why a question is answered as it is, and what would change
// the answer.
type Explanation struct {
	Answer
	General   bool       `json:"general" doc:"About nobody: needs says what the policy asks for"`
	Why       string     `json:"why" doc:"The reason in words"`
	Sentence  string     `json:"sentence" doc:"The clause's own words"`
	Purpose   string     `json:"purpose"`
	Category  string     `json:"category"`
	Recipient string     `json:"recipient,omitempty"`
	Rule      string     `json:"rule" doc:"Path into the rules" example:"purposes[P03].categories[D09]"`
	Cites     []Cited    `json:"cites" doc:"Articles on which the basis stands"`
	Reachable bool       `json:"reachable" doc:"Of a refusal: all the changes together, in order, make it a yes"`
	Changes   []ChangeOf `json:"changes" doc:"Of a refusal: what would do away with it, in order. Of a yes: what would end it"`
	Needs     []NeedOf   `json:"needs" doc:"What a yes needs, in the order in which it is looked at; only where general"`
}

// Cited is an article on which a basis stands.
type Cited struct {
	Act     string     `json:"act" example:"dc"`
	Article string     `json:"article" example:"79 p.2"`
	Title   string     `json:"title" doc:"Of the act"`
	About   string     `json:"about,omitempty" doc:"What the article is about"`
	InForce bool       `json:"in_force"`
	From    *time.Time `json:"from"`
	To      *time.Time `json:"to"`
}

// ChangeOf is one thing that would change an answer.
type ChangeOf struct {
	Kind   string         `json:"kind" example:"consent"`
	Reach  string         `json:"reach" enum:"subject,representative,holder,time,nobody" doc:"Who can bring it about"`
	Reason privacy.Reason `json:"reason" doc:"The refusal it does away with, or brings"`
	Text   string         `json:"text"`
	At     *time.Time     `json:"at" doc:"From when it can be, or since when what it ends has stood"`
	Refs   []string       `json:"refs" doc:"Blocks, the objection or the consent that it is about"`
	Grade  string         `json:"least_evidence,omitempty"`
}

// NeedOf is one condition of a yes.
type NeedOf struct {
	Kind  string `json:"kind" example:"consent"`
	Fails bool   `json:"fails" doc:"It does not hold now, whoever the subject is"`
	Text  string `json:"text"`
}

type explainOutput struct{ Body Explanation }

func (a *API) explain(ctx context.Context, in *struct {
	Subject   string `query:"subject" doc:"Left out: what the policy asks for in general"`
	Purpose   string `query:"purpose"`
	Category  string `query:"category"`
	Operation string `query:"operation"`
	Recipient string `query:"recipient"`
	Lang      string `query:"lang" enum:"ky,ru,en" default:"ky"`
},
) (*explainOutput, error) {
	for _, m := range []struct{ name, value string }{{"purpose", in.Purpose}, {"category", in.Category}, {"operation", in.Operation}} {
		if m.value == "" {
			return nil, &privacy.Error{Code: privacy.MissingValue, Field: m.name}
		}
	}
	ops, bad := operation("operation", in.Operation)
	if bad != nil {
		return nil, bad
	}
	ask := holder.Ask{Subject: privacy.SubjectID(in.Subject), Question: policy.Question{
		Purpose: privacy.PurposeID(in.Purpose), Category: privacy.CategoryID(in.Category), Operation: ops, Recipient: privacy.RecipientID(in.Recipient),
	}}
	x, err := a.holder.Explain(ctx, session.Actor(ctx), ask)
	if err != nil {
		return nil, err
	}
	lang, _ := privacy.ParseLang(in.Lang)
	return &explainOutput{explanationOf(&x, lang)}, nil
}

func explanationOf(x *holder.Explanation, lang privacy.Lang) Explanation {
	v := i18n.In(lang)
	out := Explanation{
		Answer: answerOf(&x.Decision), General: x.General, Why: x.Why(v), Sentence: strings.TrimSpace(x.Sentence.In(lang)),
		Purpose: x.Purpose.In(lang), Category: x.Category.In(lang), Recipient: x.Recipient.In(lang), Rule: x.Rule,
		Cites: []Cited{}, Reachable: x.Reachable, Changes: []ChangeOf{}, Needs: []NeedOf{},
	}
	for _, g := range x.Grounds {
		out.Cites = append(out.Cites, Cited{string(g.Act), g.Article, g.Title.In(lang), g.About.In(lang), g.InForce, when(g.From), when(g.To)})
	}
	for i := range x.Changes {
		c := &x.Changes[i]
		change := ChangeOf{Kind: string(c.Kind), Reach: string(c.Reach), Reason: c.Reason, Text: c.Say(v), At: when(c.At), Refs: list(c.Refs)}
		if c.Grade != privacy.GradeNone {
			change.Grade = c.Grade.String()
		}
		out.Changes = append(out.Changes, change)
	}
	for i := range x.Needs {
		n := &x.Needs[i]
		out.Needs = append(out.Needs, NeedOf{string(n.Kind), n.Fails, n.Say(v)})
	}
	return out
}

// when is a moment, or null for none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Replay is a recorded decision that was run again.
type Replay struct {
	Event   privacy.EventID   `json:"event"`
	At      time.Time         `json:"at"`
	Kind    string            `json:"kind" example:"data.used"`
	Edition privacy.EditionID `json:"edition"`
	Age     string            `json:"age" enum:"stands,immaterial,lost" doc:"How the subject's age then is known, which no event holds: as it stands now; not any more, but every age gives the same answers; or lost, and same says only that some age gives them"`
	Same    bool              `json:"same" doc:"Every answer is what was recorded"`
	Answers []ReplayAnswer    `json:"answers"`
}

// ReplayAnswer is one answer as it was recorded and as it is again.
type ReplayAnswer struct {
	Purpose   privacy.PurposeID   `json:"purpose"`
	Category  privacy.CategoryID  `json:"category"`
	Operation string              `json:"operation"`
	Recipient privacy.RecipientID `json:"recipient,omitempty"`
	Recorded  ReplayGiven         `json:"recorded"`
	Again     ReplayGiven         `json:"again"`
	Same      bool                `json:"same"`
}

// ReplayGiven is an answer; what an event does not hold is left out.
type ReplayGiven struct {
	Reason  privacy.Reason    `json:"reason"`
	Clause  privacy.ClauseID  `json:"clause,omitempty"`
	Basis   privacy.Basis     `json:"basis,omitempty"`
	Edition privacy.EditionID `json:"edition"`
	Until   *time.Time        `json:"until"`
}

func (a *API) replay(ctx context.Context, in *struct {
	SubjectPath
	Event string `path:"event"`
},
) (*struct{ Body Replay }, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	r, err := a.holder.Replay(ctx, who, in.subject(), privacy.EventID(in.Event))
	if err != nil {
		return nil, err
	}
	out := Replay{Event: r.Event, At: r.At, Kind: string(r.Kind), Edition: r.Edition, Age: string(r.Age), Same: r.Same, Answers: []ReplayAnswer{}}
	for _, x := range r.Answers {
		out.Answers = append(out.Answers, replayAnswerOf(x.Question, x.Recorded, x.Again, x.Same))
	}
	return &struct{ Body Replay }{out}, nil
}

func replayAnswerOf(q policy.Question, recorded, again holder.Given, same bool) ReplayAnswer {
	given := func(g holder.Given) ReplayGiven {
		return ReplayGiven{g.Reason, g.Clause, g.Basis, g.Edition, when(g.Until)}
	}
	return ReplayAnswer{q.Purpose, q.Category, q.Operation.String(), q.Recipient, given(recorded), given(again), same}
}
