package holder

import (
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// folded is a standing rebuilt from the events of a stream, which are the facts
// (docs/decisions/0002). It is the stored standing, field by field, but for the
// day on which a minor comes of age and for who is his guardian: those never
// stand in the ledger, which outlives what is destroyed, and no decision asks
// for the guardian.
type folded struct {
	privacy.Subject
	orders map[string]bool // destructions ordered, by event: whether of the whole subject
}

// newFold begins the standing of a subject of whom nothing was recorded yet.
func newFold(id privacy.SubjectID) *folded {
	return &folded{Subject: privacy.Subject{ID: id}, orders: map[string]bool{}}
}

// fold rebuilds a standing from its stream.
func fold(id privacy.SubjectID, events []ledger.Event) privacy.Subject {
	f := newFold(id)
	for i := range events {
		f.add(&events[i])
	}
	return f.Subject
}

// add takes one more event into the standing.
func (f *folded) add(e *ledger.Event) {
	switch e.Kind {
	case ledger.SubjectRegistered:
		f.Subject = privacy.Subject{
			ID: f.ID, Stream: privacy.StreamID(e.Stream), Status: privacy.StatusRegistered, Since: e.Time,
			Lang: privacy.Lang(e.Lang), AgeKnown: true,
		}
	case ledger.EditionAccepted, ledger.UseContinued, ledger.EditionRefused:
		f.agreed(e)
	case ledger.AgreementConcluded:
		f.Agreement = privacy.Agreement{ID: e.Ref, Since: e.Time}
	case ledger.AgreementEnded:
		f.Agreement.Ended = e.Time
	case ledger.ConsentGiven, ledger.ConsentWithdrawn, ledger.ConsentExpired:
		f.consented(e)
	case ledger.ObjectionRaised:
		f.Object(privacy.Objection{ID: e.Ref, Purpose: privacy.PurposeID(e.Purpose), At: e.Time})
	case ledger.BlockSet, ledger.DisputeOpened:
		f.blocked(e)
	case ledger.BlockLifted, ledger.DisputeClosed:
		f.Lift(e.Ref)
	case ledger.DataWritten, ledger.DataRectified:
		for _, c := range e.Categories {
			f.Hold(privacy.CategoryID(c), privacy.PurposeID(e.Purpose), privacy.SourceID(e.Detail["source"]), e.Time)
		}
	case ledger.DataDeleted:
		f.ended(e, privacy.ValueDeleted, privacy.StatusDeleted)
	case ledger.DataDestroyed:
		f.orders[e.ID] = e.Outcome == outcomeWhole
		f.ended(e, privacy.ValueShredding, privacy.StatusDestroying)
	case ledger.KeyDestroyed:
		f.shredded(e)
	}
}

// outcomeWhole marks a deletion or destruction of all that is held.
const outcomeWhole = "whole"

func (f *folded) agreed(e *ledger.Event) {
	if e.Kind == ledger.EditionRefused {
		f.Refused = privacy.Refusal{ID: e.Ref, Edition: privacy.EditionID(e.Detail["edition"]), At: e.Time}
		return
	}
	grade, _ := privacy.ParseGrade(e.Grade)
	acc := privacy.Acceptance{ID: e.Ref, Edition: privacy.EditionID(e.Edition), Grade: grade, At: e.Time}
	if e.Kind == ledger.UseContinued {
		f.Accepted = acc
		return
	}
	if f.Accepted.Edition != acc.Edition || f.Accepted.Grade < acc.Grade {
		f.Accepted = acc
	}
	f.Refused = privacy.Refusal{}
}

func (f *folded) consented(e *ledger.Event) {
	p := privacy.PurposeID(e.Purpose)
	if e.Kind == ledger.ConsentGiven {
		grade, _ := privacy.ParseGrade(e.Grade)
		by := privacy.ActorSubject
		if e.Actor.Kind == string(privacy.ActorRepresentative) {
			by = privacy.ActorRepresentative
		}
		f.Give(privacy.Consent{ID: e.Ref, Purpose: p, Edition: privacy.EditionID(e.Edition), Grade: grade, By: by, At: e.Time, Until: e.Until})
		f.Allow(p)
		return
	}
	c := f.Consent(p)
	switch {
	case c == nil:
	case e.Kind == ledger.ConsentExpired:
		c.Expired = true
	default:
		*c = c.Withdraw(effective(e))
	}
}

// effective is when an event took effect.
func effective(e *ledger.Event) time.Time {
	if e.Effective.IsZero() {
		return e.Time
	}
	return e.Effective
}

func (f *folded) blocked(e *ledger.Event) {
	b := privacy.Block{ID: e.Ref, Kind: privacy.KindBlock, Purpose: privacy.PurposeID(e.Purpose), At: e.Time}
	if e.Kind == ledger.DisputeOpened {
		b.Kind = privacy.KindDispute
	}
	if len(e.Categories) > 0 {
		b.Category = privacy.CategoryID(e.Categories[0])
	}
	f.Set(b)
}

// ended takes values out of use, and the subject where all of him went.
func (f *folded) ended(e *ledger.Event, state privacy.ValueState, whole privacy.Status) {
	for _, c := range e.Categories {
		f.End(privacy.CategoryID(c), state, e.Time)
	}
	if e.Outcome == outcomeWhole {
		f.Status = whole
	}
}

// shredded carries out a destruction that was ordered; of a whole subject the
// tombstone is left.
func (f *folded) shredded(e *ledger.Event) {
	if f.orders[e.Ref] {
		f.Subject = privacy.Subject{ID: f.ID, Stream: f.Stream, Status: privacy.StatusDestroyed, Since: f.Since, Lang: f.Lang}
		return
	}
	for _, c := range e.Categories {
		if v := f.Value(privacy.CategoryID(c)); v != nil && v.State == privacy.ValueShredding {
			f.End(v.Category, privacy.ValueDestroyed, e.Time)
		}
	}
}
