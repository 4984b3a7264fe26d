package whatif

import (
	"slices"

	"kupuya/internal/privacy"
)

// Acceptances counts how the living subjects stand to each of some editions.
// For every one of them the four answers add up to Living.
type Acceptances struct {
	Living   int64        `json:"living"`
	Editions []Acceptance `json:"editions"`
}

// Acceptance says how many subjects agreed to one edition, and how. A subject
// stands to an edition in one way: the later of what he did counts, and a
// refusal where both are of one moment.
type Acceptance struct {
	Edition  privacy.EditionID `json:"edition"`
	Explicit int64             `json:"explicit"` // by an act of his own
	Deemed   int64             `json:"deemed"`   // by going on to use the service (policy 6.2a)
	Refused  int64             `json:"refused"`
	None     int64             `json:"none"` // neither; he may have agreed to another edition
	// Explicit by the way it is proved.
	Tick      int64 `json:"tick"`
	Drawn     int64 `json:"drawn"`
	SMS       int64 `json:"sms"`
	Qualified int64 `json:"qualified"`
}

// NewAcceptances is a count of nobody, for these editions.
func NewAcceptances(editions ...privacy.EditionID) *Acceptances {
	out := &Acceptances{}
	for _, id := range editions {
		out.Editions = append(out.Editions, Acceptance{Edition: id})
	}
	return out
}

// Look counts one subject. (policy 6.1, 6.2a, 6.4b)
func (a *Acceptances) Look(s *privacy.Subject) {
	if s.Status == privacy.StatusDestroying || s.Status == privacy.StatusDestroyed {
		return
	}
	a.Living++
	for i := range a.Editions {
		e := &a.Editions[i]
		accepted := s.Accepted.Edition == e.Edition && s.Accepted.Grade > privacy.GradeNone
		refused := s.Refused.Edition == e.Edition
		switch {
		case refused && !(accepted && s.Accepted.At.After(s.Refused.At)):
			e.Refused++
		case accepted:
			e.grade(s.Accepted.Grade)
		default:
			e.None++
		}
	}
}

func (e *Acceptance) grade(g privacy.Grade) {
	switch g {
	case privacy.GradeContinuedUse:
		e.Deemed++
		return
	case privacy.GradeTick:
		e.Tick++
	case privacy.GradeDrawn:
		e.Drawn++
	case privacy.GradeSMS:
		e.SMS++
	case privacy.GradeQualified:
		e.Qualified++
	}
	e.Explicit++
}

// Add adds a count of other subjects for the same editions.
func (a *Acceptances) Add(o *Acceptances) {
	a.Living += o.Living
	for i := range a.Editions {
		at := slices.IndexFunc(o.Editions, func(x Acceptance) bool { return x.Edition == a.Editions[i].Edition })
		if at < 0 {
			continue
		}
		e, x := &a.Editions[i], &o.Editions[at]
		e.Explicit, e.Deemed, e.Refused, e.None = e.Explicit+x.Explicit, e.Deemed+x.Deemed, e.Refused+x.Refused, e.None+x.None
		e.Tick, e.Drawn, e.SMS, e.Qualified = e.Tick+x.Tick, e.Drawn+x.Drawn, e.SMS+x.SMS, e.Qualified+x.Qualified
	}
}
