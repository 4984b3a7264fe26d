package holder_test

import (
	"context"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

// US-1.3-1: the difference between two editions is there for whoever asks, from
// the day the later one is announced; a draft is nobody's business yet.
func TestEditionsThatMayBeReadAreCompared(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	const one, two = privacy.EditionID("mega24/2026-1"), privacy.EditionID("mega24/2026-2")
	_, err := h.Compare(ctx, one, two)
	refusedAs(t, err, privacy.NotFound, "")
	_, err = h.Compare(ctx, two, one)
	refusedAs(t, err, privacy.NotFound, "")
	h.reviewed(t, variant(t, 2, wider(t)))
	_, err = h.Compare(ctx, one, two)
	refusedAs(t, err, privacy.NotFound, "")
	must(h.Announce(ctx, officer, two, holder.Announcement{}))(t)
	if coming := must(h.Compare(ctx, one, two))(t); coming.Class() != diff.Wider {
		t.Errorf("coming: %+v", coming.Changes)
	}
	h.tellAll(t, two)
	h.clock.Advance(h.proposal(t, two).InForce.Sub(h.clock.Now()))
	h.doSwitch(t, two)
	there, back := must(h.Compare(ctx, one, two))(t), must(h.Compare(ctx, two, one))(t)
	if there.From != one || there.To != two || there.Class() != diff.Wider || there.Effect() != diff.AskAgain || back.Class() != diff.Narrower {
		t.Errorf("there %s %s, back %s: %+v", there.Class(), there.Effect(), back.Class(), there.Changes)
	}
	if len(there.Texts) != 63 {
		t.Errorf("%d clauses", len(there.Texts))
	}
	if same := must(h.Compare(ctx, two, two))(t); len(same.Changes) != 0 {
		t.Errorf("an edition differs from itself: %+v", same.Changes)
	}
}
