package holder

import (
	"context"
	"errors"
	"slices"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// GroundAgain is the ground of a destruction that a restored copy of the data
// did not know of. Nobody can name it in a request.
const GroundAgain Ground = "destroyed_before"

// replays is the detail of an event that does again what an order did before,
// and unknownOrder stands there when nobody knows which.
const (
	replays      = "replays"
	unknownOrder = "unknown"
)

// Again says what had to be done to bring data and keys to one time.
type Again struct {
	Looked   int `json:"looked_at"`       // subjects
	Ordered  int `json:"destroyed_again"` // destructions that the data did not know of
	Finished int `json:"finished"`        // orders that had been begun
	Keys     int `json:"keys"`            // subjects whose destroyed keys were back
	Keyless  int `json:"keyless"`         // subjects without a key, for no known reason
}

// AgainOptions say how DestroyAgain is run. The zero value works.
type AgainOptions struct {
	// Keyless destroys, too, what has no key and no known order: of copies from
	// before the key store remembered destructions. It is not undone.
	Keyless bool
	// Tell is told how far it is, after every page of subjects.
	Tell func(a Again, total int64)
}

// DestroyAgain brings restored data and their keys to one time: what the key
// store remembers as destroyed is ordered, destroyed and certified in these
// data, each event saying that it replays another; orders begun are finished;
// keys that came back with an older key store are destroyed. Then CatchUp lets
// the Holder serve. It is run alone, and may stop and be run again at any
// point: what is done is not done twice. (policy 3.21, DC-83 p.1)
func (h *Holder) DestroyAgain(ctx context.Context, o AgainOptions) (Again, error) {
	const op = "holder.DestroyAgain"
	var a Again
	last, err := h.Vault.Mark(ctx)
	if err != nil {
		return a, fail(op, err)
	}
	have, err := h.keysMark(ctx)
	if err != nil {
		return a, fail(op, err)
	}
	if have.ID != "" && have.ID != last.ID {
		return a, privacy.E(op, privacy.Unavailable, ErrOtherKeys)
	}
	if have.N < 0 {
		have.N = -have.N - 1
	}
	if err := h.ordersAgain(ctx, &a, have.N); err != nil {
		return a, fail(op, err)
	}
	if err := h.lookAtAll(ctx, &a, o, have.N > last.N); err != nil {
		return a, fail(op, err)
	}
	if a.Keyless > 0 && !o.Keyless {
		return a, privacy.E(op, privacy.Unavailable, keyless(a.Keyless))
	}
	if err := h.Store.Update(ctx, store.HolderID, func(tx store.Tx) error { return tx.PutKeysMark(ctx, last) }); err != nil {
		return a, fail(op, err)
	}
	return a, h.CatchUp(ctx)
}

// ordersAgain goes through what the key store remembers after a number.
func (h *Holder) ordersAgain(ctx context.Context, a *Again, after int64) error {
	for {
		page, err := h.Vault.Destroyed(ctx, after, behindPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, d := range page {
			after = d.N
			known := false
			if err := h.Store.View(ctx, func(v store.View) error {
				known, err = knows(ctx, v, d)
				return err
			}); err != nil {
				return err
			}
			if known {
				continue
			}
			cats := []privacy.CategoryID{d.Category}
			if d.Category == "" {
				cats = nil
			}
			if err := h.orderAgain(ctx, d.Subject, string(d.Order), cats); err != nil {
				return err
			}
			a.Ordered++
		}
	}
}

// orderAgain orders and carries out what an order did before.
func (h *Holder) orderAgain(ctx context.Context, id privacy.SubjectID, before string, named []privacy.CategoryID) error {
	duty, err := do(withoutKey(ctx), h, "holder.DestroyAgain", system(), id, func(c *change) (store.Duty, error) {
		c.replays = before
		cats, whole := named, len(named) == 0
		if whole {
			for i := range c.s.Values {
				if v := &c.s.Values[i]; !v.Gone() {
					cats = append(cats, v.Category)
				}
			}
		}
		return c.order(cats, whole, GroundAgain, "DC-83.1", "3.21")
	})
	if err != nil {
		return err
	}
	_, err = h.Shred(ctx, duty)
	return err
}

// lookAtAll compares every subject with his keys. Only a key store that is older
// than the data can have back what was destroyed: otherwise a key that is there
// for what these data call destroyed was made since, beside other data.
func (h *Holder) lookAtAll(ctx context.Context, a *Again, o AgainOptions, older bool) error {
	var total int64
	if err := h.Store.View(ctx, func(v store.View) error {
		counts, err := v.Counts(ctx)
		for _, n := range counts {
			total += n
		}
		return err
	}); err != nil {
		return err
	}
	for after := privacy.SubjectID(""); ; {
		odd, upto, n, err := h.oddAmong(ctx, after, older)
		if err != nil || n == 0 {
			return err
		}
		for _, one := range odd {
			if err := h.setRight(ctx, a, one, o.Keyless); err != nil {
				return err
			}
		}
		after = upto
		a.Looked += n
		if o.Tell != nil {
			o.Tell(*a, total)
		}
	}
}

// odd is a subject whose data and keys do not fit.
type odd struct {
	id        privacy.SubjectID
	begun     bool                 // an order is not carried out
	keyless   bool                 // the key is gone and nobody ordered it
	seedless  []privacy.CategoryID // the same of values
	back      bool                 // the key is there and should not be
	seedsBack []privacy.CategoryID // the same of seeds
}

// oddAmong looks at a page of subjects after the given one.
func (h *Holder) oddAmong(ctx context.Context, after privacy.SubjectID, older bool) (out []odd, upto privacy.SubjectID, n int, err error) {
	err = h.Store.View(ctx, func(v store.View) error {
		out, n = nil, 0
		if upto, err = v.Mark(ctx, after, behindPage); err != nil || upto == "" {
			return err
		}
		kept, err := h.Vault.Kept(ctx, after, upto)
		if err != nil {
			return err
		}
		return v.Standings(ctx, after, upto, func(s *privacy.Subject) error {
			n++
			cats, has := kept[s.ID]
			if one := compare(s, has, cats, older); one.id != "" {
				out = append(out, one)
			}
			return nil
		})
	})
	return out, upto, n, err
}

// compare holds a standing to the keys; the zero odd when they fit.
func compare(s *privacy.Subject, has bool, seeds []privacy.CategoryID, older bool) odd {
	one := odd{id: s.ID, begun: s.Status == privacy.StatusDestroying}
	switch {
	case s.Status == privacy.StatusDestroyed:
		one.back = has && older
	case one.begun:
	case !has:
		one.keyless = true
	default:
		for i := range s.Values {
			v := &s.Values[i]
			there := slices.Contains(seeds, v.Category)
			switch {
			case v.State == privacy.ValueShredding:
				one.begun = true
			case v.State == privacy.ValueDestroyed && there && older:
				one.seedsBack = append(one.seedsBack, v.Category)
			case v.State != privacy.ValueDestroyed && !there:
				one.seedless = append(one.seedless, v.Category)
			}
		}
	}
	if !one.begun && !one.keyless && !one.back && len(one.seedless)+len(one.seedsBack) == 0 {
		return odd{}
	}
	return one
}

// setRight does what one subject needs.
func (h *Holder) setRight(ctx context.Context, a *Again, one odd, destroyKeyless bool) error {
	if one.begun {
		if err := h.finishOrders(ctx, one.id); err != nil {
			return err
		}
		a.Finished++
	}
	if one.back || len(one.seedsBack) > 0 {
		if err := h.keysAgain(ctx, one); err != nil {
			return err
		}
		a.Keys++
	}
	if !one.keyless && len(one.seedless) == 0 {
		return nil
	}
	a.Keyless++
	if !destroyKeyless {
		return nil
	}
	return h.orderAgain(ctx, one.id, unknownOrder, one.seedless)
}

// finishOrders carries out what was ordered of a subject and is not certified.
func (h *Holder) finishOrders(ctx context.Context, id privacy.SubjectID) error {
	orders, done := []ledger.Event{}, map[string]bool{}
	if err := h.eachEvent(ctx, id, func(e ledger.Event) {
		switch e.Kind {
		case ledger.DataDestroyed:
			orders = append(orders, e)
		case ledger.KeyDestroyed:
			done[e.Ref] = true
		}
	}); err != nil {
		return err
	}
	for _, e := range orders {
		if done[e.ID] {
			continue
		}
		_, err := h.Shred(ctx, store.Duty{Subject: id, Kind: DutyShred, Ref: e.ID})
		if err != nil && privacy.CodeOf(err) != privacy.Refused { // refused: another order took it along
			return err
		}
	}
	return nil
}

// eachEvent hands on a subject's events, oldest first.
func (h *Holder) eachEvent(ctx context.Context, id privacy.SubjectID, fn func(ledger.Event)) error {
	return h.Store.View(ctx, func(v store.View) error {
		for after := uint64(0); ; {
			rows, err := v.Events(ctx, id, after, 0, 500)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, row := range rows {
				e, err := ledger.Parse(row.Bytes)
				if err != nil {
					return err
				}
				fn(e)
				after = row.Seq
			}
		}
	})
}

var errNoOrder = errors.New("holder: destroyed without an order")

// keysAgain destroys keys that came back with an older key store, by the order
// that destroyed them before, and records it.
func (h *Holder) keysAgain(ctx context.Context, one odd) error {
	var order ledger.Event // the last that took the whole subject, or any of the categories
	if err := h.eachEvent(ctx, one.id, func(e ledger.Event) {
		hit := slices.ContainsFunc(e.Categories, func(c string) bool { return slices.Contains(one.seedsBack, privacy.CategoryID(c)) })
		if e.Kind == ledger.DataDestroyed && (one.back || hit) {
			order = e
		}
	}); err != nil {
		return err
	}
	if order.ID == "" {
		return privacy.E("holder.DestroyAgain", privacy.Internal, errNoOrder)
	}
	_, err := do(withoutKey(ctx), h, "holder.DestroyAgain", system(), one.id, func(c *change) (struct{}, error) {
		var err error
		if one.back {
			err = h.Vault.DestroySubject(ctx, one.id, privacy.EventID(order.ID))
		} else {
			err = h.Vault.DestroyCategories(ctx, one.id, privacy.EventID(order.ID), one.seedsBack...)
		}
		if err != nil {
			return struct{}{}, err
		}
		_, err = c.record(ledger.KeyDestroyed, func(e *ledger.Event) {
			e.Clause, e.Operation, e.Reason, e.Citation, e.Ref = "3.21", order.Operation, string(GroundAgain), "DC-83.1", order.ID
			e.Categories = categories(one.seedsBack...)
			e.Detail = map[string]string{replays: order.ID}
		})
		return struct{}{}, err
	})
	return err
}
