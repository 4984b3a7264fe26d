package holder

import (
	"context"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Withdrawal ends one consent. Received is the day a letter came in; zero means
// now. (policy 4.5b, T4)
type Withdrawal struct {
	Subject  privacy.SubjectID
	Purpose  privacy.PurposeID
	Received time.Time
}

// Withdrawn says what stopped, and what goes on and why.
type Withdrawn struct {
	Consent   string            `json:"consent"`
	Purpose   privacy.PurposeID `json:"purpose"`
	Effective time.Time         `json:"effective_at"`
	Stays     []Remaining       `json:"stays"` // what is kept on another basis
	Event     privacy.EventID   `json:"event"`
	Receipt   string            `json:"receipt"` // id; see Receipt
}

// Remaining is a value of the withdrawn purpose that another purpose keeps.
type Remaining struct {
	Category privacy.CategoryID `json:"category"`
	Purpose  privacy.PurposeID  `json:"purpose"`
	Clause   privacy.ClauseID   `json:"clause"`
	Basis    privacy.Basis      `json:"basis"`
	Until    time.Time          `json:"until,omitzero"`
}

// Withdraw ends a consent at once, by any channel, as easily as it was given:
// no code, no reason. A letter takes effect as of the day it was received.
// (policy 4.5b, DC-79 p.5)
func (h *Holder) Withdraw(ctx context.Context, actor privacy.Actor, w Withdrawal) (Withdrawn, error) {
	return do(ctx, h, "holder.Withdraw", &actor, w.Subject, func(c *change) (Withdrawn, error) {
		s, err := c.living()
		if err != nil {
			return Withdrawn{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return Withdrawn{}, err
		}
		rule := c.ed.Purpose(w.Purpose)
		if rule == nil {
			return Withdrawn{}, unknown("purpose", string(w.Purpose))
		}
		at := c.now
		if !w.Received.IsZero() {
			if w.Received.After(c.now) {
				return Withdrawn{}, &privacy.Error{Code: privacy.BadValue, Field: "received_at", Problem: "date.future"}
			}
			at = w.Received.UTC().Truncate(time.Millisecond)
		}
		con := s.Consent(w.Purpose)
		if con == nil {
			return Withdrawn{}, &privacy.Error{Code: privacy.Conflict, Field: "purpose", Name: string(w.Purpose), Problem: "consent.none"}
		}
		if at.Before(con.At) {
			at = con.At
		}
		*con = con.Withdraw(at)
		c.dirty = true
		ev, err := c.record(ledger.ConsentWithdrawn, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Basis, e.Ref = "4.5b", string(w.Purpose), string(privacy.BasisConsent), con.ID
			if !at.Equal(c.now) {
				e.Effective = ledger.Stamp(at)
			}
		})
		if err != nil {
			return Withdrawn{}, err
		}
		receipt, err := c.receipt(evidence.KindWithdrawal, ev.ID, func(r *evidence.Receipt) {
			c.purposeTerms(r, w.Purpose)
			r.Ref = con.ID
			r.EventTime = at
			r.State = "withdrawn"
		})
		if err != nil {
			return Withdrawn{}, err
		}
		if err := c.settleSoon("withdrawal"); err != nil {
			return Withdrawn{}, err
		}
		return Withdrawn{
			Consent: con.ID, Purpose: w.Purpose, Effective: at, Stays: c.remaining(w.Purpose),
			Event: ev.ID, Receipt: receipt,
		}, nil
	})
}

// mayDecideFor refuses those who may not carry a subject's wish. A clerk or an
// agent types in what was said or written; partners, analysts and auditors do
// not.
func (c *change) mayDecideFor() error {
	if c.actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative, privacy.ActorClerk, privacy.ActorAgent,
		privacy.ActorOfficer, privacy.ActorSystem) {
		return nil
	}
	return &privacy.Error{Code: privacy.Forbidden}
}

// remaining lists the values of a purpose that others keep. (T5)
func (c *change) remaining(gone privacy.PurposeID) []Remaining {
	out := []Remaining{}
	for i := range c.s.Values {
		v := &c.s.Values[i]
		if v.State != privacy.ValueLive {
			continue
		}
		if _, _, had := c.ed.Basis(gone, v.Category); !had {
			continue
		}
		for _, p := range v.Purposes {
			if p == gone {
				continue
			}
			d := c.ed.Decide(c.s, policy.Question{Purpose: p, Category: v.Category, Operation: privacy.Store}, system(), c.now)
			if d.Allowed() {
				out = append(out, Remaining{v.Category, p, d.Clause, d.Basis, d.Until})
				break
			}
		}
	}
	return out
}

// system is the Holder itself asking about its own duties.
func system() *privacy.Actor {
	a := privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorSystem, ID: "kupuya", Channel: privacy.ChannelSystem,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
	return &a
}
