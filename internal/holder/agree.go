package holder

import (
	"context"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Agreed is a concluded service contract.
type Agreed struct {
	Agreement string          `json:"agreement"`
	Since     time.Time       `json:"since"`
	Event     privacy.EventID `json:"event"`
}

// Agree concludes the service contract: a record of its own, beside the
// acceptance of the policy and any consent. It needs the acceptance and every
// value that the rules make mandatory for the contract, and no optional one.
// (policy 1.4, 2.2, 3.1)
func (h *Holder) Agree(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID) (Agreed, error) {
	return do(ctx, h, "holder.Agree", &actor, subject, func(c *change) (Agreed, error) {
		s, err := c.living()
		if err != nil {
			return Agreed{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return Agreed{}, err
		}
		if err := c.mayAgree(); err != nil {
			return Agreed{}, err
		}
		if s.Agreement.Alive(c.now) {
			return Agreed{Agreement: s.Agreement.ID, Since: s.Agreement.Since}, nil
		}
		if s.Accepted.Grade == privacy.GradeNone {
			return Agreed{}, &privacy.Error{Code: privacy.Refused, Reason: privacy.NotAccepted, Clause: "6.1"}
		}
		if err := c.mandatory(purposeContract); err != nil {
			return Agreed{}, err
		}
		s.Agreement = privacy.Agreement{ID: privacy.NewID(c.now), Since: c.now}
		c.dirty = true
		ev, err := c.record(ledger.AgreementConcluded, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Basis, e.Ref = "1.4", string(purposeContract), string(privacy.BasisContract), s.Agreement.ID
		})
		return Agreed{Agreement: s.Agreement.ID, Since: c.now, Event: ev.ID}, err
	})
}

// EndAgreement ends the service contract; what the terms keep, they keep from
// this day. (DC-116 p.4)
func (h *Holder) EndAgreement(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID) (Agreed, error) {
	return do(ctx, h, "holder.EndAgreement", &actor, subject, func(c *change) (Agreed, error) {
		s, err := c.living()
		if err != nil {
			return Agreed{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return Agreed{}, err
		}
		if !s.Agreement.Alive(c.now) {
			return Agreed{}, &privacy.Error{Code: privacy.Conflict, Problem: "agreement.none"}
		}
		s.Agreement.Ended = c.now
		c.dirty = true
		ev, err := c.record(ledger.AgreementEnded, func(e *ledger.Event) {
			e.Clause, e.Ref, e.Citation = "1.4", s.Agreement.ID, "DC-116.4"
		})
		if err != nil {
			return Agreed{}, err
		}
		return Agreed{Agreement: s.Agreement.ID, Since: s.Agreement.Since, Event: ev.ID}, c.settleSoon("agreement_ended")
	})
}

// mandatory refuses when a mandatory attribute of a purpose is missing. Only
// presence is looked at: which attributes a value must have was held when it
// was written.
func (c *change) mandatory(p privacy.PurposeID) error {
	for _, cat := range c.ed.Rules().Categories {
		if len(mandatoryOf(&cat, p)) == 0 {
			continue
		}
		if v := c.s.Value(cat.ID); v == nil || v.State != privacy.ValueLive {
			return &privacy.Error{Code: privacy.MissingValue, Field: string(cat.ID)}
		}
	}
	return nil
}

// mandatoryOf lists the attributes of a category that a purpose must have.
func mandatoryOf(cat *policy.Category, p privacy.PurposeID) []string {
	var out []string
	for i := range cat.Attributes {
		for _, need := range cat.Attributes[i].Mandatory {
			if need == p {
				out = append(out, cat.Attributes[i].ID)
			}
		}
	}
	return out
}
