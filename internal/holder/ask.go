package holder

import (
	"context"
	"maps"
	"slices"
	"time"

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
		about, err := h.about(ctx, v, ed, asks)
		if err != nil {
			return err
		}
		shut, err := h.shut(ctx, v, ed, asks, now)
		if err != nil {
			return err
		}
		answer := func(s *privacy.Subject, i int) {
			if s != nil && !concerns(&actor, s) {
				s = nil
			}
			out[i] = ed.Decide(s, asks[i].Question, &actor, now)
			if out[i].Allowed() && asks[i].Operation&privacy.Transfer != 0 && shut[asks[i].Recipient] { // what the edition allows, the register may not yet
				out[i].Reason = privacy.RecipientUnknown
			}
			if asks[i].MSISDN != "" && actor.Acts(privacy.ActorPartner) && !out[i].Allowed() {
				out[i] = ed.Decide(nil, asks[i].Question, &actor, now) // who asks by number learns of nobody who did not agree
			}
		}
		err = v.StandingsOf(ctx, slices.Collect(maps.Keys(about)), func(s *privacy.Subject) error {
			for _, i := range about[s.ID] {
				answer(s, i)
			}
			delete(about, s.ID)
			return nil
		})
		if err != nil {
			return err
		}
		for _, unknown := range about {
			for _, i := range unknown {
				answer(nil, i)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fail(op, err)
	}
	return out, nil
}

// shut says to which recipients that are asked about nothing may flow: the
// register has them not active, or no longer. (policy 4.4a)
func (h *Holder) shut(ctx context.Context, v store.View, ed *edition, asks []Ask, now time.Time) (map[privacy.RecipientID]bool, error) {
	out := map[privacy.RecipientID]bool{}
	for i := range asks {
		to := asks[i].Recipient
		if _, known := out[to]; known || to == "" || asks[i].Operation&privacy.Transfer == 0 {
			continue
		}
		flows, err := h.flows(ctx, v, ed, to, now)
		if err != nil {
			return nil, err
		}
		out[to] = !flows
	}
	return out, nil
}

// about gives the questions about each subject, by their places; those about
// nobody under "".
func (h *Holder) about(ctx context.Context, v store.View, ed *edition, asks []Ask) (map[privacy.SubjectID][]int, error) {
	out := map[privacy.SubjectID][]int{}
	for i := range asks {
		if err := h.checkQuestion(ed, asks[i].Question); err != nil {
			return nil, err
		}
		id := asks[i].Subject
		if id == "" {
			found, err := h.byNumber(ctx, v, asks[i].MSISDN)
			if err != nil {
				return nil, err
			}
			id = found
		}
		if !privacy.IsID(string(id)) {
			id = ""
		}
		out[id] = append(out[id], i)
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
func (h *Holder) subjectOf(ctx context.Context, v store.View, a *Ask) (*privacy.Subject, error) {
	id := a.Subject
	if id == "" {
		found, err := h.byNumber(ctx, v, a.MSISDN)
		if err != nil || found == "" {
			return nil, err
		}
		id = found
	}
	if !privacy.IsID(string(id)) {
		return nil, nil
	}
	s, err := v.Subject(ctx, id)
	if isNotFound(err) {
		return nil, nil
	}
	return s, err
}
