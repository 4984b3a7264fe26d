package holder

import (
	"context"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Settled says what a look at one subject led to.
type Settled struct {
	Destroyed []privacy.CategoryID
	Next      time.Time // when something else may end; zero when nothing is known to
}

// Settle is the one place that turns any cause (a withdrawal, an expiry, the
// end of a term, an objection, a deletion) into what the Holder owes: consents
// that ran out are recorded as expired, values that nothing keeps any more are
// destroyed, and the next moment to look is queued. It may be run at any time,
// any number of times. (policy 3.21, 4.5a; DC-83 p.1)
func (h *Holder) Settle(ctx context.Context, d store.Duty) (Settled, error) {
	const op = "holder.Settle"
	actor := system()
	type result struct {
		settled Settled
		shred   *store.Duty
	}
	var res result
	_, err := do(withoutKey(ctx), h, op, actor, d.Subject, func(c *change) (struct{}, error) {
		res = result{}
		if c.s == nil || c.ed == nil || c.s.Status == privacy.StatusDestroying || c.s.Status == privacy.StatusDestroyed {
			return struct{}{}, nil
		}
		if err := c.expire(); err != nil {
			return struct{}{}, err
		}
		var gone []privacy.CategoryID
		for _, duty := range c.ed.Duties(c.s, c.now) {
			switch {
			case duty.Destroy && !disputed(c.s, duty.Category):
				gone = append(gone, duty.Category)
			case !duty.Destroy:
				res.settled.Next = sooner(res.settled.Next, duty.Due)
			}
		}
		for i := range c.s.Consents {
			if con := &c.s.Consents[i]; con.Alive(c.now) {
				res.settled.Next = sooner(res.settled.Next, con.Until)
			}
		}
		if err := c.lookAgain(res.settled.Next); err != nil {
			return struct{}{}, err
		}
		res.settled.Destroyed = gone
		if len(gone) > 0 {
			shred, err := c.order(gone, false, groundOf(d.Cause), "DC-83.1", "3.21")
			if err != nil {
				return struct{}{}, err
			}
			res.shred = &shred
		}
		return struct{}{}, nil
	})
	if err != nil {
		return Settled{}, err
	}
	if res.shred != nil {
		if _, err := h.Shred(ctx, *res.shred); err != nil {
			return Settled{}, err
		}
	}
	return res.settled, nil
}

// lookAgain queues the next look at a subject. There is one such duty, put off
// or brought forward by every look, so that they do not pile up.
func (c *change) lookAgain(at time.Time) error {
	if at.IsZero() {
		return nil
	}
	return c.PutDuty(c.ctx, store.Duty{Subject: c.id, ID: "next", Kind: DutySettle, Cause: "term", Due: at, Created: c.now})
}

// expire records consents that ran out; each once. (policy 4.5a)
func (c *change) expire() error {
	for i := range c.s.Consents {
		con := &c.s.Consents[i]
		if con.Until.IsZero() || c.now.Before(con.Until) || !con.Withdrawn.IsZero() || con.Expired {
			continue
		}
		con.Expired, c.dirty = true, true
		if _, err := c.record(ledger.ConsentExpired, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Basis, e.Ref = "4.5a", string(con.Purpose), string(privacy.BasisConsent), con.ID
			e.Effective = ledger.Stamp(con.Until)
		}); err != nil {
			return err
		}
	}
	return nil
}

func groundOf(cause string) Ground {
	switch cause {
	case "withdrawal":
		return GroundWithdrawn
	case "objection":
		return GroundObjection
	case "agreement_ended":
		return GroundEnded
	}
	return GroundPurpose
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
