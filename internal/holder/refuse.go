package holder

import (
	"context"
	"errors"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Declined says that a subject refused an edition, and when his agreement ends
// because of it.
type Declined struct {
	Edition privacy.EditionID `json:"edition"`
	At      time.Time         `json:"refused_at"`
	Ends    time.Time         `json:"agreement_ends_at"`
	Event   privacy.EventID   `json:"event"`
	Receipt string            `json:"receipt"`
}

// Decline records that a subject refuses a coming edition, or the one in force
// that he has not accepted. Nothing of it ever applies to him: what he consented
// to stands as it stood, what asks for an acceptance stops with the switch, and
// the agreement ends then; what is held is kept unchanged until he decides about
// it. (policy 6.4b; DC-114 p.5, DC-118)
func (h *Holder) Decline(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, edition privacy.EditionID) (Declined, error) {
	const op = "holder.Decline"
	return do(ctx, h, op, &actor, subject, func(c *change) (Declined, error) {
		s, err := c.living()
		if err != nil {
			return Declined{}, err
		}
		if err := errors.Join(c.mayDecideFor(), c.mayAgree()); err != nil {
			return Declined{}, err
		}
		ends, err := c.declinable(edition)
		if err != nil {
			return Declined{}, err
		}
		if s.Refused.Edition == edition { // said before
			return Declined{Edition: edition, At: s.Refused.At, Ends: ends}, nil
		}
		s.Refused = privacy.Refusal{ID: privacy.NewID(c.now), Edition: edition, At: c.now}
		c.dirty = true
		ev, err := c.record(ledger.EditionRefused, func(e *ledger.Event) {
			e.Clause, e.Citation, e.Ref, e.Effective = "6.4b", "DC-114.5", s.Refused.ID, ledger.Stamp(ends)
			e.Detail = map[string]string{"edition": string(edition)}
		})
		if err != nil {
			return Declined{}, err
		}
		receipt, err := c.receipt(evidence.KindRefusal, ev.ID, func(r *evidence.Receipt) {
			r.Ref, r.State = s.Refused.ID, "refused"
		})
		if err != nil {
			return Declined{}, err
		}
		return Declined{Edition: edition, At: c.now, Ends: ends, Event: ev.ID, Receipt: receipt}, c.PutDuty(c.ctx, store.Duty{
			Subject: c.id, ID: DutyRefuse, Kind: DutyRefuse, Cause: "edition_refused", Ref: string(edition), Due: ends, Created: c.now,
		})
	})
}

// declinable gives when a refusal of the edition takes effect: with the switch
// of one that is announced, at once for the one in force, unless it was accepted.
func (c *change) declinable(edition privacy.EditionID) (time.Time, error) {
	if edition == c.ed.ID() {
		if c.s.Accepted.Edition == edition && c.s.Accepted.Grade > privacy.GradeContinuedUse {
			return time.Time{}, &privacy.Error{Code: privacy.Conflict, Name: string(edition), Problem: "edition.accepted"}
		}
		return c.now, nil
	}
	p, err := c.proposal(edition)
	if isNotFound(err) || err == nil && p.State != StateAnnounced {
		return time.Time{}, &privacy.Error{Code: privacy.NotFound, Field: "edition"}
	}
	return p.InForce, err
}

// Leave ends the agreement of a subject whose refusal has taken effect. It gives
// when to look again where the switch was put off. (DC-114 p.5)
func (h *Holder) Leave(ctx context.Context, d store.Duty) (again time.Time, err error) {
	const op = "holder.Leave"
	edition := privacy.EditionID(d.Ref)
	return do(withoutKey(ctx), h, op, system(), d.Subject, func(c *change) (time.Time, error) {
		if c.s == nil || c.ed == nil || c.s.Refused.Edition != edition {
			return time.Time{}, nil
		}
		if c.ed.ID() != edition {
			p, err := c.proposal(edition)
			if err != nil || p.State != StateAnnounced {
				return time.Time{}, err // taken back: nothing is left to refuse
			}
			return later(p.InForce, c.now.Add(time.Second)), nil
		}
		if !c.s.Agreement.Alive(c.now) {
			return time.Time{}, nil
		}
		c.s.Agreement.Ended = c.now
		c.dirty = true
		if _, err := c.record(ledger.AgreementEnded, func(e *ledger.Event) {
			e.Clause, e.Ref, e.Citation, e.Reason = "6.4b", c.s.Agreement.ID, "DC-114.5", "edition_refused"
		}); err != nil {
			return time.Time{}, err
		}
		return time.Time{}, c.settleSoon("agreement_ended")
	})
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
