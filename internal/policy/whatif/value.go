package whatif

import (
	"slices"
	"strings"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// lookValues counts what is held, what falls due for destruction under each
// edition, and what only a duty to keep holds back. (policy 3.21, DC-83)
func (p *Plan) lookValues(s *privacy.Subject, now time.Time, odd bool, n []int64) {
	var room [2][16]policy.Kept
	for i := range s.Values {
		v := &s.Values[i]
		if v.Gone() {
			continue
		}
		base, _, _ := strings.Cut(string(v.Category), ".")
		col, known := p.column[privacy.CategoryID(base)]
		if !known {
			col = len(p.categories) - 1
		}
		c := &p.categories[col]
		n := n[c.at:]
		n[held]++
		before := p.keeping[0].Of(s, v, now, room[0][:0])
		after := before
		if !c.alike || odd {
			after = p.keeping[1].Of(s, v, now, room[1][:0])
		}
		if len(before) == 0 {
			n[dueBefore]++
		}
		if len(after) == 0 {
			n[dueAfter]++
			if len(before) > 0 {
				n[dueNewly]++
			}
			p.contested(s, privacy.CategoryID(base), n)
		}
		c.holding(before, n, holdOnlyBefore, 0)
		c.holding(after, n, holdOnlyAfter, 1)
	}
}

// contested counts a value that is due though the subject disputes it, or asked
// to have it kept out of use: the one must not be destroyed before the dispute
// is decided (policy 5.3), the other may have been kept for his claims (5.1).
func (p *Plan) contested(s *privacy.Subject, base privacy.CategoryID, n []int64) {
	var disputed, blocked bool
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Category == "" || b.Category == base {
			disputed = disputed || b.Kind == privacy.KindDispute
			blocked = blocked || b.Kind == privacy.KindBlock
		}
	}
	if disputed {
		n[dueDisputed]++
	}
	if blocked {
		n[dueBlocked]++
	}
}

// holding counts a value that nothing but duties to keep holds, for each of them.
func (c *category) holding(found []policy.Kept, n []int64, only, side int) {
	if len(found) == 0 {
		return
	}
	for _, k := range found {
		if !k.Hold {
			return
		}
	}
	n[only]++
	for _, k := range found {
		if i := slices.Index(c.holds, k.Purpose); i >= 0 {
			n[ofCategory+2*i+side]++
		}
	}
}

// foresee lists what of the subjects' own steps the coming edition would take
// no notice of: blocks, disputes and objections whose purpose or category it
// does not name, or whose purpose it lets go on in spite of them. (policy 5.1, 5.3; DC-84)
func (p *Plan) foresee() (out []clash) {
	add := func(c clash, kinds ...string) {
		for _, c.kind = range kinds {
			c.at = p.take(1)
			out = append(out, c)
		}
	}
	const block, dispute = string(privacy.KindBlock), string(privacy.KindDispute)
	for i := range p.current.Rules().Categories {
		if c := p.current.Rules().Categories[i].ID; p.next.Category(c) == nil {
			add(clash{category: c, vanishes: true}, block, dispute)
		}
	}
	for i := range p.current.Rules().Purposes {
		was := &p.current.Rules().Purposes[i]
		is := p.next.Purpose(was.ID)
		if is == nil {
			add(clash{purpose: was.ID, vanishes: true}, block, dispute, "objection")
			continue
		}
		if is.Duty && !was.Duty {
			add(clash{purpose: was.ID}, block, dispute)
		}
		if objectable(was) && !objectable(is) {
			add(clash{purpose: was.ID}, "objection")
		}
	}
	return out
}

// objectable reports whether an objection stops anything under a purpose.
func objectable(p *policy.Purpose) bool {
	stands := func(b privacy.Basis) bool { return b == privacy.BasisInterest || b == privacy.BasisConsent }
	for i := range p.Rows {
		if b := p.Rows[i].Basis; b != "" && stands(b) || b == "" && stands(p.Basis) {
			return true
		}
	}
	return false
}

func (p *Plan) lookClashes(s *privacy.Subject, now time.Time, n []int64) {
	any := false
	for i := range p.clashes {
		c := &p.clashes[i]
		if c.kind == "objection" {
			if o := s.Objection(c.purpose); o != nil && !now.Before(o.At) {
				n[c.at]++
				any = true
			}
			continue
		}
		for j := range s.Blocks {
			b := &s.Blocks[j]
			if string(b.Kind) == c.kind && !now.Before(b.At) && c.meets(b) {
				n[c.at]++
				any = true
			}
		}
	}
	if any {
		n[clashing]++
	}
}

// meets reports whether a block is one that the clash is about: it names what
// vanishes, or stands on the purpose that goes on in spite of it.
func (c *clash) meets(b *privacy.Block) bool {
	switch {
	case c.vanishes && c.category != "":
		return b.Category == c.category
	case c.vanishes:
		return b.Purpose == c.purpose
	}
	return b.Purpose == "" || b.Purpose == c.purpose
}
