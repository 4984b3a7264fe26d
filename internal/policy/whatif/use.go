package whatif

import (
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// The sorts of operations between which Decide tells; within one it does not.
var sorts = [...]privacy.Operations{
	privacy.BlockOp | privacy.Delete | privacy.Destroy,
	privacy.Store,
	privacy.Collect | privacy.Record,
	privacy.Transfer,
	privacy.Systematise | privacy.Accumulate | privacy.Clarify | privacy.Extract | privacy.Use | privacy.Anonymise,
}

// uses groups the questions about a category under a purpose.
func (p *Plan) uses(id privacy.PurposeID, c privacy.CategoryID, recipients []privacy.RecipientID, alike bool) (out []use) {
	all := operationsOf(p.current, id, c) | operationsOf(p.next, id, c)
	for _, sort := range sorts {
		to := []privacy.RecipientID{""}
		if sort == privacy.Transfer {
			to = recipients
		}
		for _, r := range to {
			groups := map[string]int{}
			for o := privacy.Operations(1); o != 0; o <<= 1 {
				if all&sort&o == 0 {
					continue
				}
				q := policy.Question{Purpose: id, Category: c, Operation: o, Recipient: r}
				key := p.profile(q)
				at, known := groups[key]
				if !known {
					at = len(out)
					groups[key] = at
					out = append(out, use{
						category: c, recipient: r, alike: alike, was: p.current.Covers(q), is: p.next.Covers(q),
						pair: p.pair(q), at: p.take(ofUse + len(reasons)),
					})
				}
				out[at].operations |= o
			}
		}
	}
	return out
}

// operationsOf is what an edition allows with a category under a purpose.
func operationsOf(e *policy.Edition, p privacy.PurposeID, c privacy.CategoryID) (set privacy.Operations) {
	for _, name := range e.OperationsOf(p, c) {
		o, _ := privacy.ParseOperation(name) // the edition compiled
		set |= o
	}
	return set
}

// profile says which editions cover a question. Questions of one sort with one
// profile have one answer for any subject.
func (p *Plan) profile(q policy.Question) string {
	key := []byte{bit(p.current.Covers(q)), bit(p.next.Covers(q))}
	for _, e := range p.current.Earlier() {
		key = append(key, bit(e.Covers(q)))
	}
	for _, e := range p.next.Earlier() {
		key = append(key, bit(e.Covers(q)))
	}
	return string(key)
}

func bit(b bool) byte {
	if b {
		return '1'
	}
	return '0'
}

// additions says, for each edition under which a consent may have been given,
// whether the coming edition names under the purpose what that one did not: for
// that the subject must be asked again. (DC-78 p.2)
func (p *Plan) additions(id privacy.PurposeID, cats []privacy.CategoryID, recipients []privacy.RecipientID) map[privacy.EditionID]bool {
	out := map[privacy.EditionID]bool{}
	for _, old := range p.next.Earlier() {
		if old.ID() != p.next.ID() {
			out[old.ID()] = p.adds(old, id, cats, recipients)
		}
	}
	return out
}

func (p *Plan) adds(old *policy.Edition, id privacy.PurposeID, cats []privacy.CategoryID, recipients []privacy.RecipientID) bool {
	for _, c := range cats {
		for o := privacy.Operations(1); o != 0; o <<= 1 {
			to := []privacy.RecipientID{""}
			if o&privacy.Transfer != 0 {
				to = append(to, recipients...)
			}
			for _, r := range to {
				if q := (policy.Question{Purpose: id, Category: c, Operation: o, Recipient: r}); p.next.Covers(q) && !old.Covers(q) {
					return true
				}
			}
		}
	}
	return false
}

// lookPurpose counts where a subject stands with one purpose, and the uses that
// stop or begin.
func (p *Plan) lookPurpose(x *purpose, s *privacy.Subject, now time.Time, odd bool, n []int64) {
	n = n[x.at:]
	if x.consent {
		if c := s.Consent(x.id); c == nil || !c.Alive(now) {
			n[without]++
			return
		}
	}
	if x.alike && !odd {
		switch had, _ := p.has(x, s, now, true, false); {
		case !had:
			n[without]++
		case x.again(p, s, now):
			n[asked]++
		default:
			n[keeps]++
		}
		return
	}
	switch had, has := p.has(x, s, now, true, true); {
	case had && !has:
		n[loses]++
		n[ofPurpose+reasons[p.why(x, s, now)]]++
	case had && x.again(p, s, now):
		n[asked]++
	case had:
		n[keeps]++
	case has:
		n[gains]++
	default:
		n[without]++
	}
	p.lookUses(x, s, now, odd, n)
}

// has reports whether the purpose is in use under each of the editions that is
// asked: whether a row of it may be put to the operation that is its main one in
// either.
func (p *Plan) has(x *purpose, s *privacy.Subject, now time.Time, current, next bool) (had, has bool) {
	for i := range x.asks {
		had = had || current && x.asks[i].current.Ask(s, &p.anyone, now) == privacy.Allowed
		has = has || next && x.asks[i].next.Ask(s, &p.anyone, now) == privacy.Allowed
		if had == current && has == next {
			break
		}
	}
	return had, has
}

// why is the reason for which the first thing that was allowed is refused.
func (p *Plan) why(x *purpose, s *privacy.Subject, now time.Time) privacy.Reason {
	for i := range x.asks {
		if x.asks[i].current.Ask(s, &p.anyone, now) == privacy.Allowed {
			return x.asks[i].next.Ask(s, &p.anyone, now)
		}
	}
	return privacy.NotInPolicy
}

// again reports whether the consent, which stands, was given under an edition
// that did not name all that the coming one does.
func (x *purpose) again(p *Plan, s *privacy.Subject, now time.Time) bool {
	rule := p.next.Purpose(x.id)
	if rule == nil || rule.Basis != privacy.BasisConsent {
		return false
	}
	c := s.Consent(x.id)
	return c != nil && c.Alive(now) && c.Edition != p.next.ID() && x.adds[c.Edition]
}

// lookUses counts the uses that stop and those that begin.
func (p *Plan) lookUses(x *purpose, s *privacy.Subject, now time.Time, odd bool, n []int64) {
	for i := range x.uses {
		u := &x.uses[i]
		if u.alike && !odd {
			continue
		}
		before := u.was && u.current.Ask(s, &p.anyone, now) == privacy.Allowed
		if !before && !u.is {
			continue
		}
		switch after := u.next.Ask(s, &p.anyone, now); {
		case before && after != privacy.Allowed:
			n[u.at-x.at+ofUse+reasons[after]]++
		case !before && after == privacy.Allowed:
			n[u.at-x.at+begins]++
		}
	}
}
