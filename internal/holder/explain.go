package holder

import (
	"context"

	"kupuya/internal/policy/explain"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Explanation says why a question is answered as it is, and what would change it.
type Explanation = explain.Explanation

// Explain answers a question and says why. About nobody everybody may ask, and
// is told what the policy asks for; about somebody he himself, his
// representative, the officer, the auditor, and a system whose credential names
// what is asked. To others it is as if there were nobody. (policy 1.1, US-1.1-2,
// US-3.0-2)
func (h *Holder) Explain(ctx context.Context, actor privacy.Actor, a Ask) (Explanation, error) {
	const op = "holder.Explain"
	named := a.Subject != "" || a.MSISDN != ""
	switch {
	case named && actor.Kind() == "":
		return Explanation{}, &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	case named && !actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative, privacy.ActorOfficer, privacy.ActorAuditor, privacy.ActorSystem):
		return Explanation{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	var out Explanation
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		now := ed.at(h.Clock.Now())
		if err := h.checkQuestion(ed, a.Question); err != nil {
			return err
		}
		var s *privacy.Subject
		if named {
			if s, err = h.subjectOf(ctx, v, &a); err != nil {
				return err
			}
		}
		if s != nil && (!concerns(&actor, s) || actor.Acts(privacy.ActorSystem) && !actor.MayName(a.Purpose, a.Operation)) {
			s = nil
		}
		out = explain.Answer(*ed.content(), ed.Edition, s, a.Question, &actor, now)
		return nil
	})
	return out, fail(op, err)
}
