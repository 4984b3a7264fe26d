// Package whatif says what a coming edition would do to the population before
// it is published.
//
// It promises the counts that asking Decide and Duties of both editions about
// every subject would give, one by one, and no others; it only leaves out what
// cannot differ. It is pure: a Plan is compiled once from two editions, looks at
// standings one at a time at a given moment, and adds to a Tally; tallies of
// parts of a population add up to that of the whole, so a walk can be shared out
// and taken up again.
//
// Both editions are asked about the same moment, as if the coming one were in
// force then: what differs is what the edition does, and not the passing of time.
package whatif

import (
	"slices"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Plan compares two editions, ready to look at any number of subjects. It is
// safe for use by many goroutines, each with a Tally of its own.
type Plan struct {
	current, next *policy.Edition
	same          bool // one and the same edition
	purposes      []purpose
	categories    []category // the last stands for those of neither edition
	column        map[privacy.CategoryID]int
	clashes       []clash
	keeping       [2]*policy.Keeping // of the current edition and of the coming one
	counters      int
	anyone        privacy.Actor
}

// purpose is a purpose of either edition.
type purpose struct {
	id      privacy.PurposeID
	consent bool // in either edition: without a living consent nothing is allowed
	alike   bool // both editions answer every question about it alike
	asks    []pair
	uses    []use
	adds    map[privacy.EditionID]bool // what the coming edition adds to what was consented to under an edition
	at      int                        // of its counters
}

// pair is one question in both editions.
type pair struct{ current, next policy.Spot }

// use is a group of questions that have one answer for any subject: operations
// on a category under a purpose, of one sort and covered by the same editions.
type use struct {
	category   privacy.CategoryID
	operations privacy.Operations
	recipient  privacy.RecipientID
	alike      bool
	was, is    bool // named by the current edition, by the coming one
	pair
	at int
}

// category is a category of either edition.
type category struct {
	id    privacy.CategoryID
	alike bool                // both editions keep it alike
	holds []privacy.PurposeID // purposes that keep it as a duty, in either edition
	at    int
}

// clash is something that stands in a standing and that the coming edition
// takes no notice of.
type clash struct {
	kind     string // block, dispute, objection
	purpose  privacy.PurposeID
	category privacy.CategoryID
	vanishes bool // the name is not in the coming edition; otherwise the use goes on in spite of it
	at       int
}

// The counters of a purpose; the reasons for losing it follow.
const (
	keeps = iota
	asked
	gains
	loses
	without
	ofPurpose
)

// The counters of a use: who may begin it; the reasons for losing it follow.
const (
	begins = iota
	ofUse
)

// The counters of a category; two for each hold follow, before and after.
const (
	held = iota
	dueBefore
	dueAfter
	dueNewly
	dueDisputed
	dueBlocked
	holdOnlyBefore
	holdOnlyAfter
	ofCategory
)

// The counters of the whole.
const (
	looked = iota
	gone
	clashing
	ofAll
)

var reasons = func() map[privacy.Reason]int {
	out := make(map[privacy.Reason]int, len(privacy.Reasons))
	for i, r := range privacy.Reasons {
		out[r] = i
	}
	return out
}()

// New compiles a plan. current is the edition in force; next is the coming one,
// in force at the moment the plan is asked about and compiled with every edition
// under which living consents were given.
func New(current, next *policy.Edition) *Plan {
	p := &Plan{
		current: current, next: next, same: current.ID() == next.ID(), column: map[privacy.CategoryID]int{}, counters: ofAll,
		keeping: [2]*policy.Keeping{current.Keeping(), next.Keeping()},
		anyone:  privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, ID: "whatif", AllPurposes: true, Operations: ^privacy.Operations(0)}),
	}
	cats := union(idsOf(current.Rules().Categories, categoryID), idsOf(next.Rules().Categories, categoryID))
	for _, id := range union(idsOf(current.Rules().Purposes, purposeID), idsOf(next.Rules().Purposes, purposeID)) {
		if permits(current, id) || permits(next, id) {
			p.purposes = append(p.purposes, p.purpose(id, cats))
		}
	}
	for i, id := range append(cats, "") {
		p.categories = append(p.categories, p.category(id))
		p.column[id] = i
	}
	p.clashes = p.foresee()
	return p
}

func purposeID(p *policy.Purpose) privacy.PurposeID    { return p.ID }
func categoryID(c *policy.Category) privacy.CategoryID { return c.ID }

func idsOf[T any, ID comparable](list []T, of func(*T) ID) (out []ID) {
	for i := range list {
		out = append(out, of(&list[i]))
	}
	return out
}

// union gives a, then what only b has.
func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// permits reports whether a purpose is one and not only the pattern of others.
func permits(e *policy.Edition, id privacy.PurposeID) bool {
	rule := e.Purpose(id)
	return rule != nil && !rule.Template
}

// take sets n counters apart.
func (p *Plan) take(n int) int {
	at := p.counters
	p.counters += n
	return at
}

func (p *Plan) pair(q policy.Question) pair { return pair{p.current.Spot(q), p.next.Spot(q)} }

func (p *Plan) purpose(id privacy.PurposeID, cats []privacy.CategoryID) purpose {
	out := purpose{id: id, consent: true, alike: true, at: p.take(ofPurpose + len(reasons))}
	for _, e := range []*policy.Edition{p.current, p.next} {
		if rule := e.Purpose(id); rule != nil && rule.Basis != privacy.BasisConsent {
			out.consent = false
		}
	}
	var recipients []privacy.RecipientID
	for _, e := range []*policy.Edition{p.current, p.next} {
		if rule := e.Purpose(id); rule != nil {
			recipients = union(recipients, rule.Recipients)
		}
	}
	for _, c := range cats {
		alike := policy.Alike(p.current, p.next, id, c)
		out.alike = out.alike && alike
		mains := union([]privacy.Operations{p.current.Main(id, c)}, []privacy.Operations{p.next.Main(id, c)})
		for _, o := range mains {
			if o != 0 {
				out.asks = append(out.asks, p.pair(policy.Question{Purpose: id, Category: c, Operation: o}))
			}
		}
		out.uses = append(out.uses, p.uses(id, c, recipients, alike)...)
	}
	out.adds = p.additions(id, cats, recipients)
	return out
}

func (p *Plan) category(id privacy.CategoryID) category {
	out := category{id: id, alike: true}
	for i := range p.purposes {
		x := p.purposes[i].id
		out.alike = out.alike && policy.Alike(p.current, p.next, x, id)
		for _, e := range []*policy.Edition{p.current, p.next} {
			if keptBy(e, x, id) && !slices.Contains(out.holds, x) {
				out.holds = append(out.holds, x)
			}
		}
	}
	out.at = p.take(ofCategory + 2*len(out.holds))
	return out
}

// keptBy reports whether storing a category is a duty under a purpose.
func keptBy(e *policy.Edition, p privacy.PurposeID, c privacy.CategoryID) bool {
	rule := e.Purpose(p)
	return rule != nil && slices.ContainsFunc(rule.Rows, func(r policy.Row) bool { return r.Category == c && r.Keep })
}

// Look counts one subject at the moment now. It keeps nothing of it.
func (p *Plan) Look(s *privacy.Subject, now time.Time, t *Tally) {
	t.fit(p)
	n := t.N
	n[looked]++
	if s.Status == privacy.StatusDestroying || s.Status == privacy.StatusDestroyed {
		n[gone]++
		return
	}
	odd := p.odd(s)
	for i := range p.purposes {
		p.lookPurpose(&p.purposes[i], s, now, odd, n)
	}
	p.lookValues(s, now, odd, n)
	p.lookClashes(s, now, n)
}

// odd reports whether the subject may be answered otherwise even where the
// editions are alike.
func (p *Plan) odd(s *privacy.Subject) bool {
	if p.same {
		return false
	}
	if id := s.Refused.Edition; id != "" && (id == p.current.ID() || id == p.next.ID()) {
		return true
	}
	for i := range s.Consents {
		if s.Consents[i].Edition == p.next.ID() {
			return true
		}
	}
	return false
}
