package holder

import (
	"context"

	"kupuya/internal/policy"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Compare says what changes from one edition to another, in either direction:
// of those that were published or are announced. It needs no actor, since
// everybody may read them, and must see what is coming before it binds.
// (policy 1.3, 6.3; DC-114 p.5)
func (h *Holder) Compare(ctx context.Context, a, b privacy.EditionID) (diff.Report, error) {
	var out diff.Report
	err := h.Store.View(ctx, func(v store.View) error {
		from, err := h.readable(ctx, v, a)
		if err != nil {
			return err
		}
		to, err := h.readable(ctx, v, b)
		if err != nil {
			return err
		}
		out = diff.Compare(*from, *to)
		return nil
	})
	return out, fail("holder.Compare", err)
}

// readable is the content of an edition that everybody may read.
func (h *Holder) readable(ctx context.Context, v store.View, id privacy.EditionID) (*policy.Content, error) {
	ed, err := h.book.byID(ctx, v, id)
	if err == nil {
		return ed.content(), nil
	}
	if privacy.CodeOf(err) != privacy.NotFound {
		return nil, err
	}
	p, err := proposalIn(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if p.State != StateAnnounced {
		return nil, store.ErrNotFound
	}
	return h.book.proposed(ctx, v, &p)
}
