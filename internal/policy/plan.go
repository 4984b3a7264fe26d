package policy

import (
	"slices"
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// Spot is a question that one edition has looked up, to be asked about many
// subjects. It answers as Decide does, and only spares the looking up.
type Spot struct {
	e     *Edition
	p     *purpose
	cat   int
	q     Question
	never privacy.Reason // the answer for everybody, where the names alone decide
}

// Spot looks a question up.
func (e *Edition) Spot(q Question) Spot {
	at := Spot{e: e, p: e.purposes[q.Purpose], q: q}
	var known bool
	at.cat, known = e.categories[q.Category]
	switch {
	case at.p == nil || !known || q.Operation == 0 || at.p.rule.Template:
		at.never = privacy.NotInPolicy
	case q.Recipient != "" && e.recipients[q.Recipient] == nil:
		at.never = privacy.RecipientUnknown
	}
	return at
}

// Ask gives the reason that Decide would give at the moment now.
func (at *Spot) Ask(s *privacy.Subject, actor *privacy.Actor, now time.Time) privacy.Reason {
	if now.Before(at.e.inForce) {
		return privacy.NotInPolicy
	}
	if at.never != "" {
		return at.never
	}
	r := &at.p.rows[at.cat]
	if reason := at.e.standing(s, at.p, at.q, now); reason != privacy.Allowed {
		return reason
	}
	var until time.Time
	if reason := at.e.basis(s, at.p, r, at.q, now, &until); reason != privacy.Allowed {
		return reason
	}
	return at.e.within(s, at.p, r, at.cat, at.q, actor, now, &until)
}

// Covers reports whether the edition names what the question asks: the scope of
// a consent that was given under it. (DC-78 p.2)
func (e *Edition) Covers(q Question) bool { return e.covers(q) }

// Earlier lists the editions whose consents this one knows the scope of.
func (e *Edition) Earlier() []*Edition {
	out := make([]*Edition, 0, len(e.earlier))
	for _, old := range e.earlier {
		out = append(out, old)
	}
	slices.SortFunc(out, func(a, b *Edition) int { return strings.Compare(string(a.rules.Edition), string(b.rules.Edition)) })
	return out
}

// Alike reports whether two editions answer every question about a category
// under a purpose alike, and keep it alike, for whoever has refused neither and
// has no consent under b.
func Alike(a, b *Edition, p privacy.PurposeID, c privacy.CategoryID) bool {
	ra, rb := a.row(p, c), b.row(p, c)
	if ra == nil || rb == nil {
		return ra == rb
	}
	pa, pb := a.purposes[p], b.purposes[p]
	return pa.basis == pb.basis && pa.evidence == pb.evidence && pa.acceptance == pb.acceptance && pa.agreement == pb.agreement &&
		pa.guardian == pb.guardian && pa.locked == pb.locked && pa.rule.Duty == pb.rule.Duty && pa.rule.Template == pb.rule.Template &&
		ra.keep == rb.keep && ra.basis == rb.basis && ra.inForce.same(rb.inForce) && ra.ops == rb.ops && ra.special == rb.special &&
		ra.guarded == rb.guarded && ra.terms == rb.terms &&
		slices.EqualFunc(pa.recipients, pb.recipients, func(x, y *recipient) bool {
			return x.rule.ID == y.rule.ID && x.alive.same(y.alive) && x.field[a.categories[c]] == y.field[b.categories[c]]
		})
}

func (i interval) same(o interval) bool { return i.from.Equal(o.from) && i.to.Equal(o.to) }

// Keeping says which purposes of an edition keep a value: what Duties rests on,
// made ready for many subjects.
type Keeping struct {
	e    *Edition
	rows [][]keeper // by category
}

type keeper struct {
	id privacy.PurposeID
	p  *purpose
	r  *row
}

// Kept is one purpose that keeps a value.
type Kept struct {
	Purpose privacy.PurposeID
	Hold    bool // storing is a duty in itself, for whatever purpose the value was collected
}

// Keeping makes an edition ready.
func (e *Edition) Keeping() *Keeping {
	k := &Keeping{e: e, rows: make([][]keeper, len(e.rules.Categories))}
	for i := range e.rules.Purposes {
		p := e.purposes[e.rules.Purposes[i].ID]
		for cat := range p.rows {
			if r := &p.rows[cat]; r.present {
				k.rows[cat] = append(k.rows[cat], keeper{p.rule.ID, p, r})
			}
		}
	}
	return k
}

// Of appends the purposes that keep a value at the moment now to found; where it
// appends none, Duties says that the value must be destroyed. (policy 3.21)
func (k *Keeping) Of(s *privacy.Subject, v *privacy.Value, now time.Time, found []Kept) []Kept {
	id, part, _ := strings.Cut(string(v.Category), ".")
	cat, known := k.e.categories[privacy.CategoryID(id)]
	if !known {
		return found
	}
	for i := range k.rows[cat] {
		w := &k.rows[cat][i]
		hold := w.r.keep && part == ""
		if !hold && !collectedFor(v, w.id) {
			continue
		}
		if _, keeps := k.e.keeps(s, w.p, w.r, v, now); keeps {
			found = append(found, Kept{w.id, hold})
		}
	}
	return found
}
