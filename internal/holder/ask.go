package holder

import (
	"context"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Ask is one question about one subject, by id or by number.
type Ask struct {
	Subject privacy.SubjectID
	MSISDN  string
	policy.Question
}

// Ask answers whether each thing is allowed. A refusal is an answer. The
// subjects are read on one snapshot. (policy 4.3, US-3.0-2)
func (h *Holder) Ask(ctx context.Context, actor privacy.Actor, asks []Ask) ([]policy.Decision, error) {
	const op = "holder.Ask"
	if actor.Kind() == "" {
		return nil, &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	}
	out := make([]policy.Decision, len(asks))
	now := h.Clock.Now()
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		now = ed.at(now)
		known := map[privacy.SubjectID]*privacy.Subject{}
		for i := range asks {
			a := &asks[i]
			if err := h.checkQuestion(ed, a.Question); err != nil {
				return err
			}
			s, err := h.subjectOf(ctx, v, a, known)
			if err != nil {
				return err
			}
			if s != nil && !concerns(&actor, s) {
				s = nil
			}
			out[i] = ed.Decide(s, a.Question, &actor, now)
			if a.MSISDN != "" && actor.Acts(privacy.ActorPartner) && !out[i].Allowed() {
				out[i] = ed.Decide(nil, a.Question, &actor, now) // who asks by number learns of nobody who did not agree
			}
		}
		return nil
	})
	if err != nil {
		return nil, fail(op, err)
	}
	return out, nil
}

// checkQuestion refuses names that the edition does not have.
func (h *Holder) checkQuestion(ed *edition, q policy.Question) error {
	if _, err := named(ed, q.Purpose, q.Category); err != nil {
		return err
	}
	if q.Recipient != "" && ed.Recipient(q.Recipient) == nil {
		return unknown("recipient", string(q.Recipient))
	}
	return nil
}

// subjectOf finds whom a question is about; nil when nobody is.
func (h *Holder) subjectOf(ctx context.Context, v store.View, a *Ask, known map[privacy.SubjectID]*privacy.Subject) (*privacy.Subject, error) {
	id := a.Subject
	if id == "" {
		found, err := h.byNumber(ctx, v, a.MSISDN)
		if err != nil || found == "" {
			return nil, err
		}
		id = found
	}
	if s, ok := known[id]; ok {
		return s, nil
	}
	if !privacy.IsID(string(id)) {
		return nil, nil
	}
	s, err := v.Subject(ctx, id)
	if isNotFound(err) {
		s, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	known[id] = s
	return s, nil
}
