package holder

import (
	"context"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// Acceptance is agreement to the edition in force as a whole.
type Acceptance struct {
	Subject  privacy.SubjectID
	Lang     privacy.Lang
	Text     string // hex SHA-256 of the text that was shown
	Evidence Evidence
}

// Accepted is a recorded acceptance with its signed receipt.
type Accepted struct {
	Acceptance string            `json:"acceptance"`
	Edition    privacy.EditionID `json:"edition"`
	Grade      privacy.Grade     `json:"grade"`
	At         time.Time         `json:"accepted_at"`
	Event      privacy.EventID   `json:"event"`
	Receipt    string            `json:"receipt"`
}

// Accept records that the subject agreed to the edition in force, by a code
// from an SMS, his own signature or a tick. It turns on no purpose. (policy 6.1)
func (h *Holder) Accept(ctx context.Context, actor privacy.Actor, a Acceptance) (Accepted, error) {
	return do(ctx, h, "holder.Accept", &actor, a.Subject, func(c *change) (Accepted, error) {
		s, err := c.living()
		if err != nil {
			return Accepted{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return Accepted{}, err
		}
		if err := c.mayAgree(); err != nil {
			return Accepted{}, err
		}
		text, err := c.text(a.Lang, a.Text)
		if err != nil {
			return Accepted{}, err
		}
		proof, err := c.prove(evidence.AimAccept, a.Lang, text.SHA256, a.Evidence)
		if err != nil {
			return Accepted{}, err
		}
		acc := privacy.Acceptance{ID: privacy.NewID(c.now), Edition: c.ed.ID(), Grade: proof.Grade, At: c.now}
		if s.Accepted.Edition != acc.Edition || s.Accepted.Grade < acc.Grade { // a weaker act does not undo a stronger one
			s.Accepted = acc
		}
		s.Refused = privacy.Refusal{} // who accepts has thought better of it
		c.dirty = true
		ev, err := c.record(ledger.EditionAccepted, func(e *ledger.Event) {
			e.Clause, e.Ref = "6.1", acc.ID
			c.proven(e, proof)
		})
		if err != nil {
			return Accepted{}, err
		}
		receipt, err := c.receipt(evidence.KindAcceptance, ev.ID, func(r *evidence.Receipt) {
			r.Ref, r.State = acc.ID, "given"
			r.Prove(proof)
		})
		return Accepted{Acceptance: acc.ID, Edition: acc.Edition, Grade: acc.Grade, At: acc.At, Event: ev.ID, Receipt: receipt}, err
	})
}

// Continued records the first use after a change that was shown: the weakest
// acceptance. It replaces no stronger one of the same edition and turns on no
// purpose. (policy 6.2a)
func (h *Holder) Continued(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, notice string) (Accepted, error) {
	return do(ctx, h, "holder.Continued", &actor, subject, func(c *change) (Accepted, error) {
		s, err := c.living()
		if err != nil {
			return Accepted{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return Accepted{}, err
		}
		if err := c.mayAgree(); err != nil {
			return Accepted{}, err
		}
		n, err := c.notice(notice)
		if err != nil {
			return Accepted{}, err
		}
		if n.Subject != c.id || n.Edition != c.ed.ID() || n.Scope == scopeComing {
			return Accepted{}, &privacy.Error{Code: privacy.NoticeRequired, Field: "notice"}
		}
		switch {
		case s.Accepted.Grade == privacy.GradeNone: // it goes on with what was agreed to; it begins nothing
			return Accepted{}, &privacy.Error{Code: privacy.Refused, Reason: privacy.NotAccepted, Clause: "6.1"}
		case s.Refused.Edition == c.ed.ID():
			return Accepted{}, &privacy.Error{Code: privacy.Conflict, Name: string(c.ed.ID()), Problem: "edition.refused"}
		}
		if s.Accepted.Edition == c.ed.ID() {
			return Accepted{Acceptance: s.Accepted.ID, Edition: s.Accepted.Edition, Grade: s.Accepted.Grade, At: s.Accepted.At}, nil
		}
		proof, err := evidence.ContinuedUse(c.shown(evidence.AimAccept, n.Lang, n.Text), n.ID, c.actor.Channel(), c.now)
		if err != nil {
			return Accepted{}, err
		}
		s.Accepted = privacy.Acceptance{ID: privacy.NewID(c.now), Edition: c.ed.ID(), Grade: proof.Grade, At: c.now}
		c.dirty = true
		ev, err := c.record(ledger.UseContinued, func(e *ledger.Event) {
			e.Clause, e.Ref = "6.2a", s.Accepted.ID
			c.proven(e, proof)
		})
		return Accepted{Acceptance: s.Accepted.ID, Edition: c.ed.ID(), Grade: proof.Grade, At: c.now, Event: ev.ID}, err
	})
}

// mayAgree refuses the word of who cannot give it: of an account that was
// deleted (policy 6.4b), and of a child of under fourteen who acts alone (DC-81).
func (c *change) mayAgree() error {
	if c.s.Status == privacy.StatusDeleted {
		return &privacy.Error{Code: privacy.Refused, Reason: privacy.Deleted, Clause: "6.4b"}
	}
	if c.s.Child(c.now) && c.actor.Acts(privacy.ActorSubject) {
		return &privacy.Error{Code: privacy.Refused, Reason: privacy.MinorLocked, Clause: "2.3.10"}
	}
	return nil
}
