package policyfile

import (
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// expectYAML is expect.yaml as it is written. Words of closed sets, moments and
// operations are read as text with their place and turned into values below:
// the YAML library walks the whole file again for every value that reads
// itself, which took seconds.
type expectYAML struct {
	Given     []at[standingYAML] `yaml:"given"`
	Questions []at[questionYAML] `yaml:"questions"`
	Sheet     sheetYAML          `yaml:"sheet"`
}

// sheetYAML is what counsel signs.
type sheetYAML struct {
	Rows       []at[policy.SheetRow]       `yaml:"rows"`
	Data       []at[policy.SheetData]      `yaml:"data"`
	Recipients []at[policy.SheetRecipient] `yaml:"recipients"`
}

func (s *sheetYAML) sheet() policy.Sheet {
	var out policy.Sheet
	for _, r := range s.Rows {
		r.Value.Line = r.Line
		out.Rows = append(out.Rows, r.Value)
	}
	for _, r := range s.Data {
		r.Value.Line = r.Line
		out.Data = append(out.Data, r.Value)
	}
	for _, r := range s.Recipients {
		r.Value.Line = r.Line
		out.Recipients = append(out.Recipients, r.Value)
	}
	return out
}

type standingYAML struct {
	ID      string      `yaml:"id"`
	Subject subjectYAML `yaml:"subject"`
}

type subjectYAML struct {
	Status     at[string]      `yaml:"status"` // none: there is no such subject
	Age        at[string]      `yaml:"age"`
	Born       at[string]      `yaml:"born"` // instead of age, for questions about a birthday
	Accepted   at[string]      `yaml:"accepted"`
	Agreement  at[string]      `yaml:"agreement"`
	Consents   []consentYAML   `yaml:"consents"`
	Objections []objectionYAML `yaml:"objections"`
	Blocks     []blockYAML     `yaml:"blocks"`
	Values     []valueYAML     `yaml:"values"`
}

type consentYAML struct {
	Purpose   privacy.PurposeID `yaml:"purpose"`
	Edition   privacy.EditionID `yaml:"edition"` // empty: the edition under test
	Grade     at[string]        `yaml:"grade"`
	By        at[string]        `yaml:"by"`
	At        at[string]        `yaml:"at"`
	Until     at[string]        `yaml:"until"`
	Withdrawn at[string]        `yaml:"withdrawn"`
}

type objectionYAML struct {
	Purpose privacy.PurposeID `yaml:"purpose"`
	At      at[string]        `yaml:"at"`
}

type blockYAML struct {
	Kind     at[string]         `yaml:"kind"`
	Category privacy.CategoryID `yaml:"category"`
	Purpose  privacy.PurposeID  `yaml:"purpose"`
	At       at[string]         `yaml:"at"`
}

type valueYAML struct {
	Category  privacy.CategoryID `yaml:"category"`
	State     at[string]         `yaml:"state"`
	Collected at[string]         `yaml:"collected"`
	At        at[string]         `yaml:"at"` // when it was deleted or destroyed
}

type questionYAML struct {
	Q         string              `yaml:"q"`
	Given     at[string]          `yaml:"given"`
	At        at[string]          `yaml:"at"`
	Purpose   privacy.PurposeID   `yaml:"purpose"`
	Category  privacy.CategoryID  `yaml:"category"`
	Operation at[string]          `yaml:"operation"`
	Recipient privacy.RecipientID `yaml:"recipient"`
	Actor     actorYAML           `yaml:"actor"`
	Want      at[string]          `yaml:"want"`
	Clause    privacy.ClauseID    `yaml:"clause"`
	Basis     at[string]          `yaml:"basis"`
}

// actorYAML is the word system, which may name everything and is what asks when
// nobody is named, or what an actor may name.
type actorYAML struct {
	limited    bool
	Kind       at[string]          `yaml:"kind"`
	Recipient  privacy.RecipientID `yaml:"recipient"`
	Purposes   []privacy.PurposeID `yaml:"purposes"`
	Operations []at[string]        `yaml:"operations"`
}

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (a *actorYAML) UnmarshalYAML(n ast.Node) error {
	if s, ok := n.(*ast.StringNode); ok {
		if s.Value != "system" {
			return positioned("", fmt.Errorf("%q is no actor; write system, or kind, purposes and operations", s.Value), n)
		}
		return nil
	}
	type plain actorYAML // without this method
	if err := yaml.NodeToValue(n, (*plain)(a), yaml.Strict()); err != nil {
		return positioned("", err, n)
	}
	a.limited = true
	return nil
}

// parseExpect reads expect.yaml. Its errors are *FileError.
func parseExpect(name string, data []byte) (*policy.Expectations, error) {
	var raw expectYAML
	if err := decodeStrict(name, data, &raw); err != nil {
		return nil, err
	}
	r := &expectReader{file: name, lines: map[string]int{}}
	out := &policy.Expectations{}
	for i := range raw.Given {
		out.Standings = append(out.Standings, r.standing(&raw.Given[i]))
	}
	for i := range raw.Questions {
		out.Questions = append(out.Questions, r.question(&raw.Questions[i]))
	}
	out.Sheet = raw.Sheet.sheet()
	if len(out.Questions) == 0 {
		r.fault(0, 0, "asks nothing; write questions with their answers")
	}
	if r.err != nil {
		return nil, r.err
	}
	return out, nil
}

// expectReader turns what is written into values and keeps the first fault.
type expectReader struct {
	file  string
	lines map[string]int // standing or question → line
	err   error
}

func (r *expectReader) fault(line, column int, format string, args ...any) {
	if r.err == nil {
		r.err = &FileError{File: r.file, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)}
	}
}

// once refuses a name that already stands.
func (r *expectReader) once(kind, name string, line, column int) {
	if first, twice := r.lines[kind+name]; twice {
		r.fault(line, column, "%s %q already stands on line %d", kind, name, first)
	}
	r.lines[kind+name] = line
}

// choose reads a word of a closed set; what is not written is "".
func choose[T ~string](r *expectReader, w at[string], what string, set ...T) T {
	if w.Line == 0 {
		return ""
	}
	names := make([]string, len(set))
	for i, v := range set {
		if string(v) == w.Value {
			return v
		}
		names[i] = string(v)
	}
	r.fault(w.Line, w.Column, "%q is no %s; write one of %s", w.Value, what, strings.Join(names, ", "))
	return ""
}

// moment reads a time, or a date, which stands for noon in Bishkek.
func (r *expectReader) moment(w at[string]) time.Time {
	if w.Line == 0 {
		return time.Time{}
	}
	if t, err := time.ParseInLocation(time.DateOnly, w.Value, law.Bishkek); err == nil {
		return t.Add(12 * time.Hour)
	}
	t, err := time.Parse(time.RFC3339, w.Value)
	if err != nil {
		r.fault(w.Line, w.Column, "%q is no moment; write a date such as 2026-06-01, or a time such as 2026-06-01T23:59:00+06:00", w.Value)
	}
	return t
}

// day reads a date as the midnight with which it begins in Bishkek.
func (r *expectReader) day(w at[string], value string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, value, law.Bishkek)
	if err != nil {
		r.fault(w.Line, w.Column, "%q is no day; write one such as 2026-06-01", value)
	}
	return t
}

func (r *expectReader) grade(w at[string]) privacy.Grade {
	g, ok := privacy.ParseGrade(w.Value)
	if !ok && w.Line != 0 {
		r.fault(w.Line, w.Column, "%q is no grade; write one of none, continued_use, tick, drawn, sms, qualified", w.Value)
	}
	return g
}

func (r *expectReader) operation(w at[string]) privacy.Operations {
	set, ok := privacy.ParseOperation(w.Value)
	if !ok {
		r.fault(w.Line, w.Column, "%q is none of the thirteen operations or their kinds", w.Value)
	}
	return set
}

// agreement reads alive, none, or "ended:" and a day.
func (r *expectReader) agreement(w at[string]) privacy.Agreement {
	since := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) // before every question
	switch end, ended := strings.CutPrefix(w.Value, "ended:"); {
	case w.Line == 0 || w.Value == "none":
		return privacy.Agreement{}
	case w.Value == "alive":
		return privacy.Agreement{Since: since}
	case ended:
		return privacy.Agreement{Since: since, Ended: r.day(w, end)}
	}
	r.fault(w.Line, w.Column, "%q is no agreement; write alive, none, or ended:2026-03-01", w.Value)
	return privacy.Agreement{}
}

// nobody is the status of a standing for which there is no subject.
const nobody privacy.Status = "none"

func (r *expectReader) standing(w *at[standingYAML]) policy.Standing {
	id, raw := w.Value.ID, &w.Value.Subject
	need := func(ok bool, msg string) {
		if !ok {
			r.fault(w.Line, w.Column, "the standing %q %s", id, msg)
		}
	}
	need(id != "", "has no id")
	r.once("the standing", id, w.Line, w.Column)
	status := choose(r, raw.Status, "status", nobody, privacy.StatusRegistered, privacy.StatusDeleted, privacy.StatusDestroyed)
	if status == "" {
		status = privacy.StatusRegistered
	}
	s := policy.Standing{ID: id, Line: w.Line, Nobody: status == nobody}
	if s.Nobody {
		return s
	}
	s.Age = choose(r, raw.Age, "age", policy.AgeAdult, policy.AgeMinor, policy.AgeChild, policy.AgeUnknown)
	if raw.Born.Line != 0 {
		s.Born = r.day(raw.Born, raw.Born.Value)
	}
	need((s.Age == "") != s.Born.IsZero(), "needs either an age (adult, minor, child, unknown) or a birthday under born")
	sub := &s.Subject
	*sub = privacy.Subject{ID: privacy.SubjectID(id), Status: status, Agreement: r.agreement(raw.Agreement)}
	sub.Accepted.Grade = r.grade(raw.Accepted)
	for _, c := range raw.Consents {
		need(c.Purpose != "" && c.Grade.Line != 0 && c.At.Line != 0, "has a consent without purpose, grade or at")
		need(sub.Consent(c.Purpose) == nil, "has two consents for one purpose; the latest counts, write that one")
		by := choose(r, c.By, "giver of a consent", privacy.ActorSubject, privacy.ActorRepresentative)
		if by == "" {
			by = privacy.ActorSubject
		}
		sub.Give(privacy.Consent{
			ID: id + "/" + string(c.Purpose), Purpose: c.Purpose, Edition: c.Edition, Grade: r.grade(c.Grade),
			By: by, At: r.moment(c.At), Until: r.moment(c.Until), Withdrawn: r.moment(c.Withdrawn),
		})
	}
	for _, o := range raw.Objections {
		need(o.Purpose != "" && o.At.Line != 0, "has an objection without purpose or at")
		sub.Object(privacy.Objection{Purpose: o.Purpose, At: r.moment(o.At)})
	}
	for _, b := range raw.Blocks {
		need(b.Kind.Line != 0 && b.At.Line != 0, "has a block without kind or at")
		sub.Set(privacy.Block{
			Kind:     choose(r, b.Kind, "kind of block", privacy.KindBlock, privacy.KindDispute),
			Category: b.Category, Purpose: b.Purpose, At: r.moment(b.At),
		})
	}
	for _, v := range raw.Values {
		state := choose(r, v.State, "state of a value", privacy.ValueLive, privacy.ValueDeleted, privacy.ValueDestroyed)
		need(v.Category != "" && state != "" && v.Collected.Line != 0, "has a value without category, state or collected")
		need(sub.Value(v.Category) == nil, "has two values of one category; there is one of each")
		need((state == privacy.ValueLive) == (v.At.Line == 0), "has a value whose at does not fit: deleted and destroyed have one, live has none")
		sub.Values = append(sub.Values, privacy.Value{
			Category: v.Category, State: state, Version: 1,
			Collected: r.moment(v.Collected), Ended: r.moment(v.At),
		})
	}
	return s
}

func (r *expectReader) question(w *at[questionYAML]) policy.Expectation {
	raw := &w.Value
	need := func(ok bool, msg string) {
		if !ok {
			r.fault(w.Line, w.Column, "the question %s", msg)
		}
	}
	need(raw.Q != "", "has no sentence; say in q what is asked and why it matters")
	r.once("the question", raw.Q, w.Line, w.Column)
	need(raw.At.Line != 0, "has no moment; write at")
	need(raw.Purpose != "" && raw.Category != "", "names no purpose or no category")
	need(raw.Operation.Line != 0, "names no operation")
	need(raw.Want.Line != 0, "has no answer; write want")
	if r.lines["the standing"+raw.Given.Value] == 0 {
		r.fault(raw.Given.Line, raw.Given.Column, "no standing is called %q; write one under given", raw.Given.Value)
	}
	return policy.Expectation{
		Q: raw.Q, Given: raw.Given.Value, At: r.moment(raw.At), Line: w.Line,
		Question: policy.Question{Purpose: raw.Purpose, Category: raw.Category, Operation: r.operation(raw.Operation), Recipient: raw.Recipient},
		Actor:    r.actor(&raw.Actor), Want: choose(r, raw.Want, "reason", privacy.Reasons[:]...), Clause: raw.Clause,
		Basis: choose(r, raw.Basis, "basis", privacy.BasisContract, privacy.BasisLaw, privacy.BasisVital,
			privacy.BasisPublicTask, privacy.BasisInterest, privacy.BasisConsent),
	}
}

func (r *expectReader) actor(w *actorYAML) privacy.Actor {
	spec := privacy.ActorSpec{
		Kind: privacy.ActorSystem, ID: "expect", Channel: privacy.ChannelSystem,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	}
	if w.limited {
		spec = privacy.ActorSpec{
			Kind: choose(r, w.Kind, "kind of actor", privacy.ActorKinds[:]...), ID: "expect",
			Channel: privacy.ChannelAPI, Recipient: w.Recipient, Purposes: w.Purposes,
		}
		for _, o := range w.Operations {
			spec.Operations |= r.operation(o)
		}
	}
	return privacy.NewActor(spec)
}
