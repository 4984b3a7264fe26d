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
		c.s.End(cat, privacy.ValueShredding, c.now)
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

// Shred finishes a destruction that was ordered: keys first, then rows, then
// the event and the certificate, while the subject's row is held, so that
// nothing new is collected in between. A second run finds nothing left to do.
func (h *Holder) Shred(ctx context.Context, d store.Duty) (Destruction, error) {
	const op = "holder.Shred"
	var blobs []store.Blob
	out, err := do(withoutKey(ctx), h, op, system(), d.Subject, func(c *change) (Destruction, error) {
		blobs = nil
		row, err := c.Event(ctx, d.Subject, privacy.EventID(d.Ref))
		if err != nil {
			return Destruction{}, err
		}
		order, err := ledger.Parse(row.Bytes)
		if err != nil {
			return Destruction{}, err
		}
		var out Destruction
		out, blobs, err = c.shred(order)
		return out, err
	})
	if err != nil {
		return Destruction{}, err
	}
	for _, b := range blobs {
		if err := h.Vault.DropBlob(ctx, b); err != nil {
			return Destruction{}, fail(op, err)
		}
	}
	return out, nil
}

// shred destroys the keys of what an order names and is not destroyed yet,
// removes its rows and certifies it. Destroying a key twice is harmless, so a
// transaction that has to be run again loses nothing.
func (c *change) shred(order ledger.Event) (Destruction, []store.Blob, error) {
	whole := order.Outcome == "whole"
	out := Destruction{Subject: c.id, Whole: whole, Ordered: privacy.EventID(order.ID), At: c.now, Categories: []privacy.CategoryID{}}
	if c.s == nil {
		return out, nil, store.ErrNotFound
	}
	for _, cat := range order.Categories {
		if v := c.s.Value(privacy.CategoryID(cat)); v != nil && v.State == privacy.ValueShredding {
			out.Categories = append(out.Categories, v.Category)
		}
	}
	if whole && c.s.Status != privacy.StatusDestroying || !whole && len(out.Categories) == 0 { // done by another run
		return out, nil, &privacy.Error{Code: privacy.Refused, Reason: privacy.Destroyed, Clause: "3.21"}
	}
	blobs, err := c.shredKeys(out.Categories, whole)
	if err != nil {
		return out, nil, err
	}
	ev, err := c.record(ledger.KeyDestroyed, func(e *ledger.Event) {
		e.Clause, e.Operation, e.Reason, e.Ref = order.Clause, order.Operation, order.Reason, order.ID
		e.Categories, e.Citation = order.Categories, order.Citation
	})
	if err != nil {
		return out, nil, err
	}
	out.Event = ev.ID
	out.Certificate, err = c.certificate(order, ev, whole)
	return out, blobs, err
}

// shredKeys destroys the keys, then removes what they opened, and gives the
// files that must go.
func (c *change) shredKeys(cats []privacy.CategoryID, whole bool) ([]store.Blob, error) {
	c.dirty = true
	if !whole {
		if err := c.h.Vault.DestroyCategories(c.ctx, c.id, cats...); err != nil {
			return nil, err
		}
		for _, cat := range cats {
			c.s.End(cat, privacy.ValueDestroyed, c.now)
		}
		if err := c.dropIndexes(cats); err != nil {
			return nil, err
		}
		return c.DropRecords(c.ctx, c.id, cats...)
	}
	if err := c.h.Vault.DestroySubject(c.ctx, c.id); err != nil {
		return nil, err
	}
	blobs, err := c.DropRecords(c.ctx, c.id)
	if err != nil {
		return nil, err
	}
	if err := c.DropLookups(c.ctx, c.id); err != nil {
		return nil, err
	}
	c.s = &privacy.Subject{ID: c.s.ID, Stream: c.s.Stream, Status: privacy.StatusDestroyed, Since: c.s.Since, Lang: c.s.Lang} // the tombstone
	return blobs, c.Strip(c.ctx, c.id)
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
