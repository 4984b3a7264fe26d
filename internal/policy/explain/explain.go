package explain

import (
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Explanation is an answer with its reasons. About nobody in particular it says
// what would be needed in general.
type Explanation struct {
	policy.Decision
	Question  policy.Question
	General   bool          // about nobody: Needs says what the policy asks for
	Sentence  privacy.Words // the clause's own words
	Purpose   privacy.Words
	Category  privacy.Words
	Recipient privacy.Words // empty unless data leave the Holder
	Rule      string        // path into the rules: "purposes[P03].categories[D09]"
	Grounds   []Ground      // articles on which the basis stands
	Terms     *policy.Terms // nil where the purpose does not have the category
	Changes   []Change      // in the order in which they would have to be
	Reachable bool          // of a refusal: all the changes together make it a yes
	Needs     []Need        // in the order in which Decide looks at them; only when General
}

// Ground is an article on which a basis stands.
type Ground struct {
	Act     law.ActID
	Article string // "79 p.2"
	Title   privacy.Words
	About   privacy.Words // what the article is about; empty where the registry does not list it
	From    time.Time     // zero where nobody knows the day
	To      time.Time     // zero while the act lasts
	InForce bool
}

// Answer explains the answer to q about s at the moment now. A nil s is nobody
// in particular. The Content must be what ed was compiled from. (policy 1.1,
// US-1.1-2, US-3.0-2)
func Answer(c policy.Content, ed *policy.Edition, s *privacy.Subject, q policy.Question, actor *privacy.Actor, now time.Time) Explanation {
	x := Explanation{Decision: ed.Decide(s, q, actor, now), Question: q, General: s == nil, Rule: rulePath(ed, q)}
	x.Sentence = sentence(&c, x.Clause)
	if p := ed.Purpose(q.Purpose); p != nil {
		x.Purpose = p.Title
	}
	if cat := ed.Category(q.Category); cat != nil {
		x.Category = cat.Title
	}
	if r := ed.Recipient(q.Recipient); r != nil {
		x.Recipient = r.Title
	}
	_, x.Terms, _ = ed.Basis(q.Purpose, q.Category)
	x.Grounds = grounds(c.Law, ed, q, now)
	t := trial{law: c.Law, ed: ed, q: q, actor: actor, now: now, grounds: x.Grounds}
	switch {
	case x.General:
		t.s, t.actor = blank(now), anybody()
		if x.Changes, x.Reachable = t.toYes(); x.Reachable {
			x.Changes = nil // they are the needs, for somebody of whom nothing is known
		}
		x.Needs = t.needs(now)
	case x.Allowed():
		x.Reachable = true
		x.Changes = t.toNo(s, x.Until)
	default:
		t.s = clone(s)
		x.Changes, x.Reachable = t.toYes()
	}
	return x
}

// sentence gives a clause's words in the three languages.
func sentence(c *policy.Content, id privacy.ClauseID) privacy.Words {
	find := func(lang privacy.Lang) string {
		text := c.Texts[lang]
		if clause := text.Clause(id); clause != nil {
			return clause.Text
		}
		return ""
	}
	return privacy.Words{Ky: find(privacy.Kyrgyz), Ru: find(privacy.Russian), En: find(privacy.English)}
}

// rulePath is the place in the rules that answers the question, as problems of
// the pack name places; empty where there is none.
func rulePath(ed *policy.Edition, q policy.Question) string {
	p := ed.Purpose(q.Purpose)
	if p == nil {
		return ""
	}
	path := "purposes[" + string(p.ID) + "]"
	for i := range p.Rows {
		if p.Rows[i].Category == q.Category {
			return path + ".categories[" + string(q.Category) + "]"
		}
	}
	return path
}

// cites gives the citations on which the question's basis stands: the row's,
// or the purpose's where it has no such row.
func cites(ed *policy.Edition, q policy.Question) []policy.Citation {
	if own := ed.Cites(q.Purpose, q.Category); own != nil {
		return own
	}
	if p := ed.Purpose(q.Purpose); p != nil {
		return p.Cites
	}
	return nil
}

func grounds(reg *law.Registry, ed *policy.Edition, q policy.Question, now time.Time) []Ground {
	if reg == nil {
		return nil
	}
	list := cites(ed, q)
	out := make([]Ground, 0, len(list))
	for _, c := range list {
		g := Ground{Act: c.Act, Article: c.Article, InForce: reg.InForce(c.Act, now)}
		if act, ok := reg.Act(c.Act); ok {
			g.Title = act.Title
		}
		if article, ok := reg.Article(law.Citation{Act: c.Act, Article: c.Article}); ok {
			g.About = article.Title
		}
		g.From, g.To, _ = reg.Interval(c.Act)
		out = append(out, g)
	}
	return out
}

// blank is somebody of whom nothing is known but that he is of age.
func blank(now time.Time) *privacy.Subject {
	return &privacy.Subject{Status: privacy.StatusRegistered, Since: now, AgeKnown: true}
}

// anybody is an actor to whom everything is open: so that what is explained is
// the policy, not a credential.
func anybody() *privacy.Actor {
	a := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, AllPurposes: true, Operations: ^privacy.Operations(0)})
	return &a
}

// clone copies what trying a change may touch.
func clone(s *privacy.Subject) *privacy.Subject {
	out := *s
	out.Consents = append([]privacy.Consent(nil), s.Consents...)
	out.Objections = append([]privacy.Objection(nil), s.Objections...)
	out.Blocks = append([]privacy.Block(nil), s.Blocks...)
	out.Values = append([]privacy.Value(nil), s.Values...)
	return &out
}
