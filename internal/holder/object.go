package holder

import (
	"context"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// Objected says that a purpose stopped.
type Objected struct {
	Objection string            `json:"objection"`
	Purpose   privacy.PurposeID `json:"purpose"`
	Event     privacy.EventID   `json:"event"`
}

// Object stops a purpose that stands on a legitimate interest, at once. What
// contract or law require cannot be objected to: the answer says so and names
// the clause. (DC-84 p.1, policy 5.0)
func (h *Holder) Object(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, p privacy.PurposeID) (Objected, error) {
	return do(ctx, h, "holder.Object", &actor, subject, func(c *change) (Objected, error) {
		s, err := c.living()
		if err != nil {
			return Objected{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return Objected{}, err
		}
		rule := c.ed.Purpose(p)
		if rule == nil {
			return Objected{}, unknown("purpose", string(p))
		}
		open := rule.Basis == privacy.BasisInterest || rule.Basis == privacy.BasisConsent
		for _, row := range rule.Rows {
			open = open || row.Basis == privacy.BasisInterest
		}
		if !open {
			return Objected{}, &privacy.Error{Code: privacy.Conflict, Field: "purpose", Name: string(p), Clause: rule.Clause, Problem: "objection.basis"}
		}
		if old := s.Objection(p); old != nil {
			return Objected{Objection: old.ID, Purpose: p}, nil
		}
		o := privacy.Objection{ID: privacy.NewID(c.now), Purpose: p, At: c.now}
		s.Object(o)
		c.dirty = true
		ev, err := c.record(ledger.ObjectionRaised, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Citation, e.Ref = "5.0", string(p), "DC-84.1", o.ID
		})
		if err != nil {
			return Objected{}, err
		}
		return Objected{Objection: o.ID, Purpose: p, Event: ev.ID}, c.settleSoon("objection")
	})
}
