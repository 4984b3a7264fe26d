package diff

import (
	"slices"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// side is one of two editions, with its rules by id and everything that a row
// inherits from its purpose resolved.
type side struct {
	rules     *policy.Rules
	law       *law.Registry
	purpose   map[privacy.PurposeID]*policy.Purpose
	category  map[privacy.CategoryID]*policy.Category
	recipient map[privacy.RecipientID]*policy.Recipient
	safeguard map[string]*policy.Safeguard
}

func newSide(c *policy.Content) *side {
	r := &c.Rules
	s := &side{
		rules: r, law: c.Law,
		purpose:   make(map[privacy.PurposeID]*policy.Purpose, len(r.Purposes)),
		category:  make(map[privacy.CategoryID]*policy.Category, len(r.Categories)),
		recipient: make(map[privacy.RecipientID]*policy.Recipient, len(r.Recipients)),
		safeguard: make(map[string]*policy.Safeguard, len(r.Safeguards)),
	}
	for i := range r.Purposes {
		s.purpose[r.Purposes[i].ID] = &r.Purposes[i]
	}
	for i := range r.Categories {
		s.category[r.Categories[i].ID] = &r.Categories[i]
	}
	for i := range r.Recipients {
		s.recipient[r.Recipients[i].ID] = &r.Recipients[i]
	}
	for i := range r.Safeguards {
		s.safeguard[r.Safeguards[i].ID] = &r.Safeguards[i]
	}
	return s
}

// rowOf gives a category under a purpose, or nil.
func rowOf(p *policy.Purpose, c privacy.CategoryID) *policy.Row {
	if p == nil {
		return nil
	}
	for i := range p.Rows {
		if p.Rows[i].Category == c {
			return &p.Rows[i]
		}
	}
	return nil
}

// bears reports whether a purpose on which the change bears is as of says.
func (s *side) bears(ch *Change, of func(*policy.Purpose, *policy.Row) bool) bool {
	for i := range s.rules.Purposes {
		p := &s.rules.Purposes[i]
		r := rowOf(p, ch.Category)
		if ch.Purpose != "" && ch.Purpose != p.ID || ch.Category != "" && r == nil ||
			ch.Recipient != "" && !slices.Contains(p.Recipients, ch.Recipient) {
			continue
		}
		if of(p, r) {
			return true
		}
	}
	return false
}

func basisOf(p *policy.Purpose, r *policy.Row) privacy.Basis {
	if r != nil && r.Basis != "" {
		return r.Basis
	}
	return p.Basis
}

func citesOf(p *policy.Purpose, r *policy.Row) []policy.Citation {
	if r != nil && len(r.Cites) > 0 {
		return r.Cites
	}
	return p.Cites
}

func termsOf(p *policy.Purpose, r *policy.Row) *policy.Terms {
	if r != nil && r.Terms != nil {
		return r.Terms
	}
	return &p.Terms
}

func operationsOf(p *policy.Purpose, r *policy.Row) privacy.Operations {
	names := p.Operations
	if r != nil && len(r.Operations) > 0 {
		names = r.Operations
	}
	var set privacy.Operations
	for _, n := range names {
		o, _ := privacy.ParseOperation(n)
		set |= o
	}
	return set
}

// open reports whether the ban on special categories leaves the row free: it
// does where two have approved the safeguard, as policy.Compile asks. (DC-80)
func (s *side) open(r *policy.Row) bool {
	cat, g := s.category[r.Category], s.safeguard[r.Safeguard]
	return cat == nil || cat.Classification != privacy.ClassSpecial ||
		g != nil && len(g.Approved) >= 2 && g.Approved[0] != g.Approved[1] && g.Exception != ""
}

// interval is a span of time in which something is in force; a zero end is open.
type interval struct{ from, to time.Time }

func (i interval) empty() bool { return !i.to.IsZero() && !i.from.Before(i.to) }

// beyond reports whether the interval holds a moment that o does not.
func (i interval) beyond(o interval) bool {
	switch {
	case i.empty():
		return false
	case o.empty(), i.from.Before(o.from):
		return true
	case o.to.IsZero():
		return false
	}
	return i.to.IsZero() || i.to.After(o.to)
}

// String gives the days, as "2026-02-05..".
func (i interval) String() string {
	text := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(law.Bishkek).Format(time.DateOnly)
	}
	return text(i.from) + ".." + text(i.to)
}

// force is when every act of the citations is in force at once.
func (s *side) force(cites []policy.Citation) interval {
	var all interval
	for _, c := range cites {
		from, to, known := s.law.Interval(c.Act)
		if !known {
			from, to = time.Unix(1, 0), time.Unix(0, 0) // never
		}
		if from.After(all.from) {
			all.from = from
		}
		if !to.IsZero() && (all.to.IsZero() || to.Before(all.to)) {
			all.to = to
		}
	}
	return all
}

// alive is when an agreement is.
func alive(a *policy.Agreement) interval {
	var i interval
	i.from, _ = time.ParseInLocation(time.DateOnly, a.From, law.Bishkek)
	if a.To != "" {
		i.to, _ = time.ParseInLocation(time.DateOnly, a.To, law.Bishkek)
	}
	return i
}
