package policy

import (
	"fmt"
	"time"

	"kupuya/internal/privacy"
)

// Expectations are the plain questions that a pack asks of its own edition,
// with the answers its authors expect. A lawyer reads and adds them.
type Expectations struct {
	Standings []Standing
	Questions []Expectation
	Sheet     Sheet // what counsel signs; empty where there is none yet
}

// Standing is a made-up subject that questions are asked about. Everything but
// the age stands in Subject; the age depends on the moment of the question.
type Standing struct {
	ID      string
	Nobody  bool      // there is no such subject
	Age     Age       // used when Born is zero
	Born    time.Time // midnight of the day of birth, or zero
	Subject privacy.Subject
	Line    int // line of expect.yaml, from 1
}

// Age is how old a made-up subject is at the moment of every question.
type Age string

// The ages a standing may have. A minor is between fourteen and eighteen, a
// child is under fourteen. (policy 2.3.10)
const (
	AgeAdult   Age = "adult"
	AgeMinor   Age = "minor"
	AgeChild   Age = "child"
	AgeUnknown Age = "unknown" // protected like a minor's
)

// Expectation is one question with the answer that must come back.
type Expectation struct {
	Q        string // what is asked and why it matters, in one sentence
	Given    string // id of a Standing
	At       time.Time
	Question Question
	Actor    privacy.Actor
	Want     privacy.Reason
	Clause   privacy.ClauseID // the clause the answer names
	Basis    privacy.Basis    // checked when not empty
	Line     int              // line of expect.yaml, from 1
}

// Miss is an expectation that the edition answered otherwise.
type Miss struct {
	Expectation *Expectation
	Got         Decision
	Why         string // what differs
	Path        string // of the rule, where it is the sheet that differs
}

// Error reads like a sentence for whoever wrote the expectation.
func (m *Miss) Error() string {
	return fmt.Sprintf("expect.yaml:%d: %s: %s", m.Expectation.Line, m.Expectation.Q, m.Why)
}

// As gives the standing as a subject of edition at the moment now, or nil
// for nobody. Consents and acceptances that name no edition were given under
// this one.
func (s *Standing) As(edition privacy.EditionID, now time.Time) *privacy.Subject {
	if s.Nobody {
		return nil
	}
	out := s.Subject
	out.AgeKnown = true
	switch {
	case !s.Born.IsZero():
		out.MinorUntil = s.Born.AddDate(18, 0, 0)
	case s.Age == AgeMinor:
		out.MinorUntil = now.AddDate(1, 0, 0)
	case s.Age == AgeChild:
		out.MinorUntil = now.AddDate(8, 0, 0)
	case s.Age == AgeUnknown:
		out.AgeKnown = false
	}
	if out.Accepted.Edition == "" {
		out.Accepted.Edition = edition
	}
	out.Consents = append([]privacy.Consent(nil), s.Subject.Consents...)
	for i := range out.Consents {
		if out.Consents[i].Edition == "" {
			out.Consents[i].Edition = edition
		}
	}
	return &out
}

// Run asks every question of the edition and gives those that it answers
// otherwise than expected, in the order of the file, then everything in which
// its rules differ from the sheet.
func (x *Expectations) Run(e *Edition) []Miss {
	standings := make(map[string]*Standing, len(x.Standings))
	for i := range x.Standings {
		standings[x.Standings[i].ID] = &x.Standings[i]
	}
	var out []Miss
	for i := range x.Questions {
		q := &x.Questions[i]
		s := standings[q.Given]
		if s == nil {
			out = append(out, Miss{Expectation: q, Why: fmt.Sprintf("no standing is called %q", q.Given)})
			continue
		}
		got := e.Decide(s.As(e.ID(), q.At), q.Question, &q.Actor, q.At)
		if why := q.differs(&got); why != "" {
			out = append(out, Miss{Expectation: q, Got: got, Why: why})
		}
	}
	return append(out, x.Sheet.Compare(&e.rules)...)
}

// differs says how the answer differs from what is expected; "" when it does not.
func (x *Expectation) differs(got *Decision) string {
	switch {
	case got.Reason != x.Want:
		return fmt.Sprintf("answered %s, expected %s", got.Reason, x.Want)
	case got.Clause != x.Clause:
		return fmt.Sprintf("named clause %q, expected %q", got.Clause, x.Clause)
	case x.Basis != "" && got.Basis != x.Basis:
		return fmt.Sprintf("stood on %s, expected %s", got.Basis, x.Basis)
	}
	return ""
}
