package holder

import (
	"context"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Explanation says why a question is answered as it is: the sentence of the
// clause, the rule, its basis and articles.
type Explanation struct {
	policy.Decision
	Sentence privacy.Words // the clause's own words
	Purpose  privacy.Words
	Category privacy.Words
	Cites    []policy.Citation
	Terms    *policy.Terms
}

// Explain answers a question and says why. (US-1.1-2, US-3.0-2)
func (h *Holder) Explain(ctx context.Context, actor privacy.Actor, a Ask) (Explanation, error) {
	const op = "holder.Explain"
	if actor.Kind() == "" {
		return Explanation{}, &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	}
	var out Explanation
	now := h.Clock.Now()
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		now = ed.at(now)
		if err := h.checkQuestion(ed, a.Question); err != nil {
			return err
		}
		s, err := h.subjectOf(ctx, v, &a, map[privacy.SubjectID]*privacy.Subject{})
		if err != nil {
			return err
		}
		if s != nil && !concerns(&actor, s) {
			s = nil
		}
		out.Decision = ed.Decide(s, a.Question, &actor, now)
		out.Sentence = ed.sentence(out.Clause)
		out.Purpose, out.Category = ed.Purpose(a.Purpose).Title, ed.Category(a.Category).Title
		out.Cites = ed.Cites(a.Purpose, a.Category)
		_, out.Terms, _ = ed.Basis(a.Purpose, a.Category)
		return nil
	})
	return out, fail(op, err)
}

// sentence gives a clause's words in the three languages.
func (e *edition) sentence(id privacy.ClauseID) privacy.Words {
	find := func(lang privacy.Lang) string {
		text := e.texts[lang]
		for i := range text.Clauses {
			if text.Clauses[i].ID == id {
				return text.Clauses[i].Text
			}
		}
		return ""
	}
	return privacy.Words{Ky: find(privacy.Kyrgyz), Ru: find(privacy.Russian), En: find(privacy.English)}
}
