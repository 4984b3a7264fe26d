package holder

import (
	"context"

	"kupuya/internal/store"
)

// Unsealed is how many events wait for the tree.
func (h *Holder) Unsealed(ctx context.Context) (n int64, err error) {
	err = h.Store.View(ctx, func(v store.View) (err error) {
		n, err = v.UnsealedCount(ctx)
		return err
	})
	return n, fail("holder.Unsealed", err)
}

// Due is how many duties are due and not done, by kind.
func (h *Holder) Due(ctx context.Context) (due map[string]int64, err error) {
	err = h.Store.View(ctx, func(v store.View) (err error) {
		due, err = v.DutiesDue(ctx, h.Clock.Now())
		return err
	})
	return due, fail("holder.Due", err)
}

// Ready reports whether verbs can be carried out: the store and the keys answer
// and an edition is in force.
func (h *Holder) Ready(ctx context.Context) error {
	if err := h.Store.Ping(ctx); err != nil {
		return fail("holder.Ready", err)
	}
	if err := h.Vault.Ping(ctx); err != nil {
		return fail("holder.Ready", err)
	}
	_, err := h.Current(ctx)
	return err
}
