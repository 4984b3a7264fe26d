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
	if err := r.check(); err != nil {
		return Destruction{}, fail(op, err)
	}
	duty, err := do(ctx, h, op, &actor, r.Subject, func(c *change) (store.Duty, error) {
		if _, err := c.living(); err != nil {
			return store.Duty{}, err
		}
		if err := c.mayDo(privacy.Destroy); err != nil {
			return store.Duty{}, err
		}
		if err := c.stepUp(evidence.AimDestroy, r.Evidence); err != nil {
			return store.Duty{}, err
		}
		cats, err := c.held(r.Categories)
		if err != nil {
			return store.Duty{}, err
		}
		c.last = len(r.Categories) == 0
		return c.order(cats, c.last, r.Ground, r.Citation, "3.21")
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
			e.Outcome = outcomeWhole
		}
		if c.replays != "" {
			e.Detail = map[string]string{replays: c.replays}
		}
	})
	if err != nil {
		return store.Duty{}, err
	}
	for _, cat := range cats {
		c.s.End(cat, privacy.ValueShredding, c.now)
	}
	c.dirty = true
	d := store.Duty{
		Subject: c.id, ID: privacy.NewID(c.now), Kind: DutyShred, Cause: string(g), Ref: string(ev.ID),
		Due: c.now.Add(shredGrace), Created: c.now,
	}
	if whole {
		c.s.Status = privacy.StatusDestroying
	}
	return d, c.PutDuty(c.ctx, d)
}

// shredGrace is how long the request that ordered a destruction may take to
// finish it before work does: both do the same and neither does it twice.
const shredGrace = 5 * time.Second

// Shred finishes a destruction that was ordered: keys first, then files and
// rows, then the event and the certificate, while the subject's row is held, so
// that nothing new is collected in between. Each step may be done twice, so a
// run that broke off is simply run again; a run after the last one destroys
// nothing more and gives what was done.
func (h *Holder) Shred(ctx context.Context, d store.Duty) (Destruction, error) {
	return do(withoutKey(ctx), h, "holder.Shred", system(), d.Subject, func(c *change) (Destruction, error) {
		row, err := c.Event(ctx, d.Subject, privacy.EventID(d.Ref))
		if err != nil {
			return Destruction{}, err
		}
		order, err := ledger.Parse(row.Bytes)
		if err != nil {
			return Destruction{}, err
		}
		if c.s == nil {
			return Destruction{}, store.ErrNotFound
		}
		return c.shred(order)
	})
}

// shred destroys the keys of what an order names and is not destroyed yet,
// removes its rows and certifies it.
func (c *change) shred(order ledger.Event) (Destruction, error) {
	whole := order.Outcome == outcomeWhole
	var cats []privacy.CategoryID
	for _, cat := range order.Categories {
		if v := c.s.Value(privacy.CategoryID(cat)); v != nil && v.State == privacy.ValueShredding {
			cats = append(cats, v.Category)
		}
	}
	if whole && c.s.Status != privacy.StatusDestroying || !whole && len(cats) == 0 {
		return c.shreddedBefore(order)
	}
	if err := c.shredKeys(&order, cats, whole); err != nil {
		return Destruction{}, err
	}
	ev, err := c.record(ledger.KeyDestroyed, func(e *ledger.Event) {
		e.Clause, e.Operation, e.Reason, e.Ref = order.Clause, order.Operation, order.Reason, order.ID
		e.Categories, e.Citation, e.Detail = order.Categories, order.Citation, order.Detail
	})
	if err != nil {
		return Destruction{}, err
	}
	return c.certified(order, ev)
}

// shredKeys destroys the keys, then removes what they opened. An order that
// replays another finds them destroyed, and leaves a seed that was made since
// for a value that was collected since.
func (c *change) shredKeys(order *ledger.Event, cats []privacy.CategoryID, whole bool) error {
	c.dirty = true
	var err error
	switch before := order.Detail[replays]; {
	case before != "" && before != unknownOrder:
	case whole:
		err = c.h.Vault.DestroySubject(c.ctx, c.id, privacy.EventID(order.ID))
	default:
		err = c.h.Vault.DestroyCategories(c.ctx, c.id, privacy.EventID(order.ID), cats...)
	}
	if err != nil {
		return err
	}
	if err := c.dropFiles(cats, whole); err != nil {
		return err
	}
	if !whole {
		for _, cat := range cats {
			c.s.End(cat, privacy.ValueDestroyed, c.now)
		}
		if err := c.dropIndexes(cats); err != nil {
			return err
		}
		_, err := c.DropRecords(c.ctx, c.id, cats...)
		return err
	}
	if _, err := c.DropRecords(c.ctx, c.id); err != nil {
		return err
	}
	if err := c.DropLookups(c.ctx, c.id); err != nil {
		return err
	}
	c.s = &privacy.Subject{ID: c.s.ID, Stream: c.s.Stream, Status: privacy.StatusDestroyed, Since: c.s.Since, Lang: c.s.Lang} // the tombstone
	return c.Strip(c.ctx, c.id)
}

// dropFiles removes the files before the rows that name them: no file outlives
// its row unseen.
func (c *change) dropFiles(cats []privacy.CategoryID, whole bool) error {
	blobs, err := c.Blobs(c.ctx, c.id)
	if err != nil {
		return err
	}
	for _, b := range blobs {
		if !whole && !contains(cats, b.Category) {
			continue
		}
		if err := c.h.Vault.DropBlob(c.ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// shreddedBefore gives what another run did of the order.
func (c *change) shreddedBefore(order ledger.Event) (Destruction, error) {
	for after := uint64(order.Seq); ; {
		rows, err := c.Events(c.ctx, c.id, after, 0, 100)
		if err != nil {
			return Destruction{}, err
		}
		if len(rows) == 0 {
			return Destruction{}, &privacy.Error{Code: privacy.Refused, Reason: privacy.Destroyed, Clause: "3.21"}
		}
		for _, row := range rows {
			e, err := ledger.Parse(row.Bytes)
			if err != nil {
				return Destruction{}, err
			}
			if e.Kind == ledger.KeyDestroyed && e.Ref == order.ID {
				if c.ed, err = c.h.book.byID(c.ctx, c.Tx, privacy.EditionID(e.Edition)); err != nil {
					return Destruction{}, err
				}
				return c.certified(order, row)
			}
			after = row.Seq
		}
	}
}

// certified signs what was destroyed, why and how it can be checked. (law 4.4)
func (c *change) certified(order ledger.Event, ev store.EventRow) (Destruction, error) {
	out := Destruction{
		Subject: c.id, Categories: []privacy.CategoryID{}, Whole: order.Outcome == outcomeWhole,
		Ordered: privacy.EventID(order.ID), Event: ev.ID, At: ev.At,
	}
	for _, cat := range order.Categories {
		out.Categories = append(out.Categories, privacy.CategoryID(cat))
	}
	r := c.newReceipt(evidence.KindDestruction, ev.ID)
	r.ID, r.Issued = string(ev.ID), ev.At // the same certificate whenever it is asked for
	r.EventTime, r.Ref, r.State = ev.At, order.ID, "destroyed"
	r.Ground, r.Citation = order.Reason, order.Citation
	r.Categories = order.Categories
	r.Method, r.Scope = "key_destroyed", "categories"
	if out.Whole {
		r.Scope = "whole"
	}
	r.Decided, r.Executed = privacy.ActorKind(order.Actor.Kind), c.actor.Kind()
	signed, err := evidence.Sign(r, c.h.ReceiptKey)
	out.Certificate = string(signed)
	return out, err
}

// withoutKey keeps the idempotency key of a request to its first change.
func withoutKey(ctx context.Context) context.Context { return context.WithValue(ctx, keyCtx{}, nil) }
