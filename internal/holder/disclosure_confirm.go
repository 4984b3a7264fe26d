package holder

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Confirmation is what a recipient says he did: done, or kept because a law of
// his own makes him, which he cites.
type Confirmation struct {
	ID       string
	Outcome  string
	Citation string
}

// Confirm records that a recipient did what he was told. Only the one who was told
// can; to others it looks as if there were no such message. Confirming again
// changes nothing. (US-3.17-2)
func (h *Holder) Confirm(ctx context.Context, actor privacy.Actor, f Confirmation) (Passed, error) {
	const op = "holder.Confirm"
	if !actor.Acts(privacy.ActorPartner) {
		return Passed{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	switch {
	case f.Outcome != "done" && f.Outcome != "kept":
		return Passed{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "outcome", Problem: "disclosure.outcome"}
	case f.Outcome == "kept" && f.Citation == "":
		return Passed{}, &privacy.Error{Op: op, Code: privacy.MissingValue, Field: "citation", Problem: "citation.missing"}
	case f.Outcome == "done" && f.Citation != "", f.Citation != "" && !recordable(f.Citation):
		return Passed{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "citation", Problem: "citation.unknown"}
	}
	var of store.Propagation
	err := h.Store.View(ctx, func(v store.View) (err error) {
		of, err = v.Propagation(ctx, f.ID)
		return err
	})
	if err == nil && of.Recipient != actor.Recipient() {
		err = store.ErrNotFound
	}
	if err != nil {
		return Passed{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, of.Subject, func(c *change) (Passed, error) {
		if err := c.moved(f.ID, func(c *change, p *store.Propagation) (ledger.Kind, error) {
			if !p.Confirmed.IsZero() {
				of = *p
				return "", nil
			}
			if p.Sent.IsZero() { // he was faster than the record of his being told
				p.Sent = c.now
			}
			p.Confirmed, p.Outcome, p.Citation = c.now, f.Outcome, f.Citation
			of = *p
			return ledger.RecipientConfirmed, c.endedAt(p)
		}, func(e *ledger.Event) { e.Citation = f.Citation }); err != nil {
			return Passed{}, err
		}
		return passedOf(&of), nil
	})
}

// endedAt notes that a recipient has no more of what he confirmed to have
// destroyed. Of a subject who was himself destroyed nothing is remembered once
// nobody has anything of him.
func (c *change) endedAt(p *store.Propagation) error {
	if !confirmable(p.Action) || p.Outcome != "done" {
		return nil
	}
	rows, err := c.Disclosures(c.ctx, c.id)
	if err != nil {
		return err
	}
	left := false
	for i := range rows {
		d := &rows[i]
		gone := d.Recipient == p.Recipient && !d.At.After(p.Created) && (p.Purpose == "" || p.Action != actionWithdrawn || p.Purpose == d.Purpose) && covers(p.Categories, categoriesOf(d))
		if d.Ended.IsZero() && d.Withheld.IsZero() && gone {
			d.Ended = c.now
			if err := c.PutDisclosure(c.ctx, *d); err != nil {
				return err
			}
		}
		left = left || d.Ended.IsZero() && d.Withheld.IsZero()
	}
	if !left && c.s != nil && c.s.Status == privacy.StatusDestroyed {
		return c.DropDisclosures(c.ctx, c.id)
	}
	return nil
}

// covers reports whether every one of want is in have.
func covers(have, want []privacy.CategoryID) bool {
	return !slices.ContainsFunc(want, func(c privacy.CategoryID) bool { return !contains(have, c) })
}

// Overdue is one change that a recipient has not confirmed in time.
type Overdue struct {
	Passed
	Subject   privacy.SubjectID   `json:"subject"`
	Recipient privacy.RecipientID `json:"recipient"`
	State     string              `json:"recipient_state"`
}

// Unconfirmed lists for the officer what recipients have not confirmed in time, the
// longest due first. (US-3.17-2)
func (h *Holder) Unconfirmed(ctx context.Context, actor privacy.Actor, limit int) ([]Overdue, error) {
	const op = "holder.Unconfirmed"
	if !actor.Acts(privacy.ActorOfficer, privacy.ActorAuditor) {
		return nil, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	if limit <= 0 || limit > 500 {
		limit = 100
	}
	out := []Overdue{}
	err := h.Store.View(ctx, func(v store.View) error {
		out = out[:0]
		rows, err := v.Unconfirmed(ctx, h.Clock.Now(), limit)
		if err != nil {
			return err
		}
		all, err := v.Recipients(ctx)
		if err != nil {
			return err
		}
		states := map[privacy.RecipientID]string{}
		for _, r := range all {
			states[r.ID] = r.State
		}
		for i := range rows {
			out = append(out, Overdue{passedOf(&rows[i]), rows[i].Subject, rows[i].Recipient, states[rows[i].Recipient]})
		}
		return nil
	})
	return out, fail(op, err)
}

// Late counts what is overdue: notices of transfers, confirmations of recipients,
// reviews of what is hidden from a subject; for metrics.
func (h *Holder) Late(ctx context.Context) (late map[string]int64, err error) {
	err = h.Store.View(ctx, func(v store.View) (err error) {
		late, err = v.Late(ctx, h.Clock.Now())
		return err
	})
	return late, fail("holder.Late", err)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
