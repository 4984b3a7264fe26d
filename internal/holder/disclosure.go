package holder

import (
	"context"
	"strings"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Handed is one line of a subject's register of disclosures: all that a notice of
// a transfer says, and what became of the data since. (law 4.2, F3; DC-73 p.1(6))
type Handed struct {
	ID        string              `json:"disclosure"`
	Recipient privacy.RecipientID `json:"recipient"`
	Title     privacy.Words       `json:"recipient_title"`
	Kind      string              `json:"recipient_kind"`
	Country   string              `json:"country"`
	Ground    string              `json:"cross_border_ground,omitempty"`
	PolicyURL string              `json:"recipient_policy,omitempty"`
	Agreement string              `json:"agreement"`
	Purpose   privacy.PurposeID   `json:"purpose"`
	Why       privacy.Words       `json:"purpose_title"`
	Clause    privacy.ClauseID    `json:"clause"`
	Basis     privacy.Basis       `json:"basis"`
	Edition   privacy.EditionID   `json:"edition"`
	Fields    []string            `json:"fields"`
	At        time.Time           `json:"at"`
	Until     time.Time           `json:"until,omitzero"`
	Notice    string              `json:"notice"` // told, due, late, not_due
	TellBy    time.Time           `json:"tell_by,omitzero"`
	Told      time.Time           `json:"told_at,omitzero"`
	ToldBy    string              `json:"told_by,omitempty"`
	Withheld  time.Time           `json:"withheld_at,omitzero"` // recorded, and did not leave after all
	Ended     time.Time           `json:"ended_at,omitzero"`    // the recipient confirmed that he has it no more
	Event     privacy.EventID     `json:"event"`
	Passed    []Passed            `json:"passed_on"` // changes that the recipient was told of
}

// Passed is one change that a recipient was, or is to be, told of.
type Passed struct {
	ID         string               `json:"id"`
	Action     string               `json:"action"`
	Categories []privacy.CategoryID `json:"categories"`
	Created    time.Time            `json:"created_at"`
	Due        time.Time            `json:"due_at"`
	Sent       time.Time            `json:"sent_at,omitzero"`
	Confirmed  time.Time            `json:"confirmed_at,omitzero"`
	Outcome    string               `json:"outcome,omitempty"` // told, done, kept
	Citation   string               `json:"citation,omitempty"`
}

// Disclosures shows a subject to whom what of his went, when, what for and on
// what basis; officers and the auditor see the same. (policy 4.2, 5.2; US-4.4a-1)
func (h *Holder) Disclosures(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID) ([]Handed, error) {
	const op = "holder.Disclosures"
	out := []Handed{}
	err := h.Store.View(ctx, func(v store.View) error {
		out = out[:0]
		if actor.Acts(privacy.ActorPartner, privacy.ActorAnalyst) {
			return &privacy.Error{Code: privacy.Forbidden}
		}
		if err := mayKnow(ctx, v, &actor, subject); err != nil {
			return err
		}
		rows, err := v.Disclosures(ctx, subject)
		if err != nil {
			return err
		}
		told, err := v.Propagations(ctx, subject)
		if err != nil {
			return err
		}
		now := h.Clock.Now()
		for i := range rows {
			g, err := h.handed(ctx, v, &rows[i], now)
			if err != nil {
				return err
			}
			for j := range told {
				if told[j].Recipient == g.Recipient && !told[j].Created.Before(g.At) {
					g.Passed = append(g.Passed, passedOf(&told[j]))
				}
			}
			out = append(out, g)
		}
		return nil
	})
	return out, fail(op, err)
}

func passedOf(p *store.Propagation) Passed {
	return Passed{
		ID: p.ID, Action: p.Action, Categories: append([]privacy.CategoryID{}, p.Categories...), Created: p.Created, Due: p.Due, Sent: p.Sent,
		Confirmed: p.Confirmed, Outcome: p.Outcome, Citation: p.Citation,
	}
}

// handed names the parts of a row in the words of the edition it happened under.
func (h *Holder) handed(ctx context.Context, v store.View, d *store.Disclosure, now time.Time) (Handed, error) {
	g := Handed{
		ID: d.ID, Recipient: d.Recipient, Purpose: d.Purpose, Clause: d.Clause, Basis: d.Basis, Edition: d.Edition,
		Fields: append([]string{}, d.Fields...), At: d.At, Until: d.Until, TellBy: d.TellBy, Told: d.Told, ToldBy: d.ToldBy,
		Withheld: d.Withheld, Ended: d.Ended, Event: d.Event, Passed: []Passed{},
	}
	switch {
	case !d.Told.IsZero():
		g.Notice = "told"
	case d.TellBy.IsZero() || !d.Withheld.IsZero():
		g.Notice = "not_due"
	case now.Before(d.TellBy):
		g.Notice = "due"
	default:
		g.Notice = "late"
	}
	ed, err := h.book.byID(ctx, v, d.Edition)
	if err != nil {
		return g, err
	}
	if r := ed.Recipient(d.Recipient); r != nil {
		g.Title, g.Kind, g.Country, g.PolicyURL, g.Agreement = r.Title, r.Kind, r.Country, r.PolicyURL, r.Agreement.Ref
	}
	if p := ed.Purpose(d.Purpose); p != nil {
		g.Why = p.Title
	}
	row, err := v.Recipient(ctx, d.Recipient)
	if err == nil {
		var k Contract
		if k, err = contractOf(&row); err == nil {
			g.Ground = k.Ground
		}
	}
	if isNotFound(err) {
		err = nil
	}
	return g, err
}

// fieldsOf gives the fields that an event of a disclosure names, as "D08.msisdn".
func fieldsOf(e *ledger.Event) []string {
	if e.Kind != ledger.DataDisclosed {
		return nil
	}
	return fieldsNamed(e)
}

// fieldsNamed is the same for what was kept back.
func fieldsNamed(e *ledger.Event) (out []string) {
	for _, cat := range e.Categories {
		if names := e.Detail[string(lower(privacy.CategoryID(cat)))]; names != "" {
			for name := range strings.SplitSeq(names, "+") {
				out = append(out, cat+"."+name)
			}
		}
	}
	return out
}
