package holder

import (
	"context"
	"slices"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Replayed is a recorded decision that was run again: on the standing as the
// events before it tell it, under the edition that it names, at its moment.
type Replayed struct {
	Event   privacy.EventID
	Seq     uint64
	At      time.Time
	Kind    ledger.Kind
	Actor   privacy.ActorKind
	Edition privacy.EditionID
	Age     AgeThen
	Answers []ReplayedAnswer // one per category that was asked about
	Same    bool             // every answer is what was recorded
}

// AgeThen says how the subject's age at the moment of the decision was known
// again, since the ledger never holds it.
type AgeThen string

// What is known of the age then.
const (
	AgeStands     AgeThen = "stands"     // as it stands now: nothing changed it since
	AgeImmaterial AgeThen = "immaterial" // it cannot be known any more, and every age gives the same answers
	AgeLost       AgeThen = "lost"       // it cannot be known any more: Same says only that some age gives these answers
)

// ReplayedAnswer is one answer as it was recorded and as it is again.
type ReplayedAnswer struct {
	Question policy.Question
	Recorded Given
	Again    Given
	Same     bool
}

// Given is an answer. Of what an event does not hold the recorded members are
// empty: basis and until stand there for the first category that was allowed.
type Given struct {
	Reason  privacy.Reason
	Clause  privacy.ClauseID
	Basis   privacy.Basis
	Until   time.Time
	Edition privacy.EditionID
}

// Replay runs a recorded decision again and says whether it is the same. The
// subject, his representative, the officer and the auditor may ask. (policy 4.1,
// US-4.5a-2, US-X-RG3)
func (h *Holder) Replay(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, event privacy.EventID) (Replayed, error) {
	out, err := h.replay(ctx, actor, subject, event)
	if err == nil && len(out) == 0 {
		err = &privacy.Error{Code: privacy.NotFound, Field: "event"}
	}
	if err != nil {
		return Replayed{}, fail("holder.Replay", err)
	}
	return out[0], nil
}

// ReplayAll runs every decision in a subject's stream again, oldest first.
func (h *Holder) ReplayAll(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID) ([]Replayed, error) {
	out, err := h.replay(ctx, actor, subject, "")
	return out, fail("holder.ReplayAll", err)
}

// replay runs one recorded decision again, or all of them when event is empty,
// in one walk along the stream.
func (h *Holder) replay(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, event privacy.EventID) ([]Replayed, error) {
	if !actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative, privacy.ActorOfficer, privacy.ActorAuditor) {
		return nil, &privacy.Error{Code: privacy.Forbidden}
	}
	out := []Replayed{}
	err := h.Store.View(ctx, func(v store.View) error {
		out = out[:0]
		now, err := v.Subject(ctx, subject)
		if err != nil {
			return err
		}
		if !concerns(&actor, now) {
			return store.ErrNotFound
		}
		f, births := newFold(subject), births{}
		var found []rerun
		err = eachEvent(ctx, v, subject, func(row store.EventRow, e *ledger.Event) error {
			defer f.add(e)
			if _, decides := opOf(e); !decides {
				return nil
			}
			ed, err := h.editionOf(ctx, v, e)
			if err != nil {
				return err
			}
			births.note(ed, f, e)
			if r := (rerun{ed: ed, e: *e, seq: row.Seq}); (event == "" || row.ID == event) && r.ask(f) {
				r.s = *standingOf(&f.Subject)
				found = append(found, r)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i := range found {
			out = append(out, found[i].replayed(now, births.after(found[i].e.Seq)))
		}
		return nil
	})
	return out, err
}

// editionOf gives the edition under which an event was recorded.
func (h *Holder) editionOf(ctx context.Context, v store.View, e *ledger.Event) (*edition, error) {
	id := privacy.EditionID(e.Edition)
	if ed := h.book.cached(id); ed != nil {
		return ed, nil
	}
	return h.book.byID(ctx, v, id)
}

// standingOf copies a standing that goes on changing.
func standingOf(s *privacy.Subject) *privacy.Subject {
	out := *s
	out.Consents, out.Objections = slices.Clone(s.Consents), slices.Clone(s.Objections)
	out.Blocks, out.Values = slices.Clone(s.Blocks), slices.Clone(s.Values)
	return &out
}

// births notes when a date of birth was written anew: an age is known again
// only from the last time on. The first is the registration's own.
type births struct{ last int64 }

func (b *births) note(ed *edition, f *folded, e *ledger.Event) {
	if e.Kind != ledger.DataWritten && e.Kind != ledger.DataRectified {
		return
	}
	for _, c := range e.Categories {
		id := privacy.CategoryID(c)
		if cat := ed.Category(id); cat != nil && f.Value(id) != nil && slices.ContainsFunc(cat.Attributes, bornIn) {
			b.last = e.Seq
		}
	}
}

func bornIn(a policy.Attribute) bool { return a.Type == "birth_date" }

// after reports whether a date of birth was written at or after an event.
func (b *births) after(seq int64) bool { return b.last >= seq }

// rerun is a recorded decision with the standing just before it.
type rerun struct {
	ed    *edition
	e     ledger.Event
	seq   uint64
	s     privacy.Subject
	asked []ReplayedAnswer // with what was recorded
	first bool             // basis and until of the event are those of the first answer that is a yes, or of the first
}

// replayed asks again. What is not known of the age is tried in every way.
func (r *rerun) replayed(now *privacy.Subject, born bool) Replayed {
	out := Replayed{
		Event: privacy.EventID(r.e.ID), Seq: r.seq, At: r.e.Time, Kind: r.e.Kind, Actor: privacy.ActorKind(r.e.Actor.Kind),
		Edition: privacy.EditionID(r.e.Edition), Age: AgeStands,
	}
	if now.Status != privacy.StatusDestroyed && !born {
		r.s.AgeKnown, r.s.MinorUntil = now.AgeKnown, now.MinorUntil
		out.Answers = r.again()
	} else {
		r.s.AgeKnown, out.Age = true, AgeImmaterial
		for i, years := range []int{0, 1, 8} { // of age, a minor, a child
			if r.s.MinorUntil = r.e.Time.AddDate(years, 0, 0); years == 0 {
				r.s.MinorUntil = time.Time{}
			}
			answers := r.again()
			if i > 0 && !slices.Equal(answers, out.Answers) {
				out.Age = AgeLost
			}
			if i == 0 || !same(out.Answers) {
				out.Answers = answers
			}
		}
	}
	out.Same = same(out.Answers)
	return out
}

func same(answers []ReplayedAnswer) bool {
	return !slices.ContainsFunc(answers, func(a ReplayedAnswer) bool { return !a.Same })
}

// again decides every question once more and compares.
func (r *rerun) again() []ReplayedAnswer {
	actor := actorThen(&r.e)
	out := slices.Clone(r.asked)
	first := -1
	for i := range out {
		a := &out[i]
		d := r.ed.Decide(&r.s, a.Question, actor, r.e.Time)
		if a.Again = (Given{d.Reason, d.Clause, d.Basis, d.Until, d.Edition}); first < 0 || d.Allowed() && out[first].Again.Reason != privacy.Allowed {
			first = i
		}
	}
	for i := range out {
		a := &out[i]
		if r.first && i == first {
			a.Recorded.Basis, a.Recorded.Until = privacy.Basis(r.e.Basis), r.e.Until
		}
		if r.first && i == first && r.e.Reason != "" && r.e.Reason != string(a.Again.Reason) {
			a.Recorded.Reason = privacy.Reason(r.e.Reason)
		}
		a.Same = a.Recorded.Reason == a.Again.Reason && a.Recorded.Edition == a.Again.Edition &&
			(!r.first || a.Recorded.Clause == a.Again.Clause) &&
			(!r.first || i != first || a.Recorded.Basis == a.Again.Basis && a.Recorded.Until.Equal(a.Again.Until))
	}
	return out
}

// actorThen is who asked, with as much of his scope as mattered.
func actorThen(e *ledger.Event) *privacy.Actor {
	spec := privacy.ActorSpec{
		Kind: privacy.ActorKind(e.Actor.Kind), ID: e.Actor.ID, AllPurposes: e.Detail[actorScope] == "",
		Operations: ^privacy.Operations(0), Recipient: privacy.RecipientID(e.Recipient),
	}
	if as := e.Detail[actorAs]; as != "" {
		spec.Recipient = privacy.RecipientID(as)
	}
	switch e.Kind {
	case ledger.CodeSent, ledger.DataExtracted: // the Holder decides about his own duties
		return system()
	}
	a := privacy.NewActor(spec)
	return &a
}
