package holder

import (
	"context"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// DropOrphans destroys keys that were made for a registration that never came
// to be, an hour after they were made.
func (h *Holder) DropOrphans(ctx context.Context) error {
	const op, page = "holder.DropOrphans", 200
	before := h.Clock.Now().Add(-time.Hour)
	for after := privacy.SubjectID(""); ; {
		ids, err := h.Vault.KeysBefore(ctx, before, after, page)
		if err != nil {
			return fail(op, err)
		}
		for _, id := range ids {
			after = id
			var orphan bool
			if err := h.Store.View(ctx, func(v store.View) error {
				_, err := v.Subject(ctx, id)
				orphan = isNotFound(err)
				if orphan {
					return nil
				}
				return err
			}); err != nil {
				return fail(op, err)
			}
			if orphan {
				if err := h.Vault.DestroySubject(ctx, id); err != nil {
					return fail(op, err)
				}
			}
		}
		if len(ids) < page {
			return nil
		}
	}
}
