package holder

import (
	"context"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Destruction is what was made irrecoverable, with its certificate.
type Destruction struct {
	Subject     privacy.SubjectID    `json:"subject"`
	Categories  []privacy.CategoryID `json:"categories"` // all that was held, when the whole subject went
	Whole       bool                 `json:"whole"`
	Ordered     privacy.EventID      `json:"ordered"`     // event of the order
	Event       privacy.EventID      `json:"event"`       // event of the destroyed key
	Certificate string               `json:"certificate"` // signed text, verifiable offline (law 4.4)
	At          time.Time            `json:"destroyed_at"`
}

// Destroy makes data irrecoverable in every copy: their key is destroyed, then
// their rows and files are removed, and a certificate says so. The order is
// durable before the key goes; a crash in between is finished by work, and from
// the order on every decision says destroyed. (policy 3.21, DC-83)
func (h *Holder) Destroy(ctx context.Context, actor privacy.Actor, r Removal) (Destruction, error) {
	const op = "holder.Destroy"
	if !r.Ground.Valid() {
		return Destruction{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "ground", Problem: "removal.ground"}
	}
	if r.Ground == GroundOrder && r.Citation == "" {
		return Destruction{}, &privacy.Error{Op: op, Code: privacy.MissingValue, Field: "citation"}
	}
	duty, err := do(ctx, h, op, &actor, r.Subject, func(c *change) (store.Duty, error) {
		if _, err := c.living(); err != nil {
			return store.Duty{}, err
		}
		if err := c.mayDo(privacy.Destroy); err != nil {
			return store.Duty{}, err
		}
		cats, err := c.held(r.Categories)
		if err != nil {
			return store.Duty{}, err
		}
		return c.order(cats, len(r.Categories) == 0, r.Ground, r.Citation, "3.21")
	})
	if err != nil {
		return Destruction{}, err
	}
	return h.Shred(ctx, duty)
}

// order records that values must be destroyed and makes it so for every
// decision; the keys go after the transaction.
func (c *change) order(cats []privacy.CategoryID, whole bool, g Ground, citation string, clause privacy.ClauseID) (store.Duty, error) {
	ev, err := c.record(ledger.DataDestroyed, func(e *ledger.Event) {
		e.Clause, e.Operation, e.Reason, e.Citation = string(clause), privacy.Destroy.String(), string(g), citation
		e.Categories = categories(cats...)
		if whole {
			e.Outcome = "whole"
		}
	})
	if err != nil {
		return store.Duty{}, err
	}
	for _, cat := range cats {
		c.s.End(cat, privacy.ValueDestroyed, c.now)
	}
	c.dirty = true
	d := store.Duty{Subject: c.id, ID: privacy.NewID(c.now), Kind: DutyShred, Cause: string(g), Ref: string(ev.ID),
		Due: c.now.Add(shredGrace), Created: c.now}
	if whole {
		c.s.Status = privacy.StatusDestroying
	}
	return d, c.PutDuty(c.ctx, d)
}

// shredGrace is how long the request that ordered a destruction may take to
// finish it before work does: both do the same and neither does it twice.
const shredGrace = 5 * time.Second

// Shred finishes a destruction that was ordered. It may be run again at any
// point: keys first, then rows and files, then the event and the certificate.
func (h *Holder) Shred(ctx context.Context, d store.Duty) (Destruction, error) {
	const op = "holder.Shred"
	order, cats, whole, err := h.orderOf(ctx, d)
	if err != nil {
		return Destruction{}, fail(op, err)
	}
	if whole {
		err = h.Vault.DestroySubject(ctx, d.Subject)
	} else {
		err = h.Vault.DestroyCategories(ctx, d.Subject, cats...)
	}
	if err != nil {
		return Destruction{}, fail(op, err)
	}
	actor := system()
	out, err := do(withoutKey(ctx), h, op, actor, d.Subject, func(c *change) (shredded, error) {
		return c.shred(order, cats, whole)
	})
	if err != nil {
		return Destruction{}, err
	}
	for _, b := range out.Blobs {
		if err := h.Vault.DropBlob(ctx, b); err != nil {
			return Destruction{}, fail(op, err)
		}
	}
	return out.Destruction, nil
}

// orderOf reads what a shred duty is about from the event that ordered it.
func (h *Holder) orderOf(ctx context.Context, d store.Duty) (order ledger.Event, cats []privacy.CategoryID, whole bool, err error) {
	err = h.Store.View(ctx, func(v store.View) error {
		row, err := v.Event(ctx, d.Subject, privacy.EventID(d.Ref))
		if err != nil {
			return err
		}
		order, err = ledger.Parse(row.Bytes)
		return err
	})
	for _, c := range order.Categories {
		cats = append(cats, privacy.CategoryID(c))
	}
	return order, cats, order.Outcome == "whole", err
}

type shredded struct {
	Destruction
	Blobs []store.Blob `json:"-"`
}

// shred removes the rows of what has no key any more and certifies it.
func (c *change) shred(order ledger.Event, cats []privacy.CategoryID, whole bool) (shredded, error) {
	out := shredded{Destruction: Destruction{Subject: c.id, Categories: cats, Whole: whole, Ordered: privacy.EventID(order.ID), At: c.now}}
	if c.s == nil {
		return out, store.ErrNotFound
	}
	var err error
	if whole {
		out.Blobs, err = c.DropRecords(c.ctx, c.id)
	} else if len(cats) > 0 {
		out.Blobs, err = c.DropRecords(c.ctx, c.id, cats...)
	}
	if err != nil {
		return out, err
	}
	if whole {
		if c.s.Status == privacy.StatusDestroyed { // done by another run
			return out, &privacy.Error{Code: privacy.Refused, Reason: privacy.Destroyed, Clause: "3.21"}
		}
		if err := c.DropLookups(c.ctx, c.id); err != nil {
			return out, err
		}
		if err := c.Strip(c.ctx, c.id); err != nil {
			return out, err
		}
		c.s = &privacy.Subject{ID: c.s.ID, Stream: c.s.Stream, Status: privacy.StatusDestroyed, Since: c.s.Since} // the tombstone
		c.dirty = true
	} else if err := c.dropIndexes(cats); err != nil {
		return out, err
	}
	ev, err := c.record(ledger.KeyDestroyed, func(e *ledger.Event) {
		e.Clause, e.Operation, e.Reason, e.Ref = order.Clause, order.Operation, order.Reason, order.ID
		e.Categories, e.Citation = order.Categories, order.Citation
	})
	if err != nil {
		return out, err
	}
	out.Event = ev.ID
	out.Certificate, err = c.certificate(order, ev, whole)
	return out, err
}

// certificate signs what was destroyed, why and how it can be checked. (law 4.4)
func (c *change) certificate(order ledger.Event, ev store.EventRow, whole bool) (string, error) {
	r := c.newReceipt(evidence.KindDestruction, ev.ID)
	r.Ref, r.State = order.ID, "destroyed"
	r.Ground, r.Citation = order.Reason, order.Citation
	r.Categories = order.Categories
	r.Method, r.Scope = "key_destroyed", "categories"
	if whole {
		r.Scope = "whole"
	}
	r.Decided, r.Executed = privacy.ActorKind(order.Actor.Kind), c.actor.Kind()
	signed, err := evidence.Sign(r, c.h.ReceiptKey)
	return string(signed), err
}

// withoutKey keeps the idempotency key of a request to its first change.
func withoutKey(ctx context.Context) context.Context { return context.WithValue(ctx, keyCtx{}, nil) }
