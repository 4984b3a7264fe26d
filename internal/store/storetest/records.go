package storetest

import (
	"context"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

var records = []test{
	{"the last version is current and the earlier ones ended when it was written", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		one, two, three := record(id, "D01", 1), record(id, "D01", 2), record(id, "D01", 5)
		three.Collected, three.Verified = time.Time{}, ""
		other := record(id, "D02", 1)
		for _, r := range []store.Record{one, two, three, other} {
			update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutRecord(ctx, r) })
		}
		one.Ended, two.Ended = two.Written, three.Written
		look(t, e, func(ctx context.Context, v store.View) error {
			current, e1 := v.Record(ctx, id, "D01")
			every, e2 := v.Records(ctx, id)
			versions, e3 := v.Versions(ctx, id, "D01")
			return all(e1, e2, e3, equal("current", current, three), equal("by category", every, []store.Record{three, other}),
				equal("versions", versions, []store.Record{one, two, three}))
		})
	})},
	{"a version that is not later is refused", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 0)
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutRecord(ctx, record(id, "D01", 5)) })
		before := p.Dump(t)
		for _, version := range []int{5, 4} {
			coded(t, e.Update(t.Context(), id, func(tx store.Tx) error { return tx.PutRecord(t.Context(), record(id, "D01", version)) }), privacy.Conflict)
		}
		if err := equal("everything", p.Dump(t), before); err != nil {
			t.Fatal(err)
		}
	}},
	{"dropping removes all versions and blobs of the categories and gives the blobs", on(func(t *testing.T, e Engine) {
		a, b := register(t, e, 0), register(t, e, 0)
		for _, id := range []privacy.SubjectID{a, b} {
			update(t, e, id, func(ctx context.Context, tx store.Tx) error {
				return all(tx.PutRecord(ctx, record(id, "D01", 1)), tx.PutRecord(ctx, record(id, "D01", 2)), tx.PutRecord(ctx, record(id, "D04", 1)),
					tx.PutRecord(ctx, record(id, "D05", 1)), tx.PutBlob(ctx, blob(id, "b4", "D04")), tx.PutBlob(ctx, blob(id, "b5", "D05")))
			})
		}
		left := func(id privacy.SubjectID) (recs []privacy.CategoryID, blobs []store.Blob) {
			look(t, e, func(ctx context.Context, v store.View) error {
				rs, err := v.Records(ctx, id)
				for _, r := range rs {
					recs = append(recs, r.Category)
				}
				old, err2 := v.Versions(ctx, id, "D01")
				if id == a && len(old) > 0 {
					t.Error("an old version is left")
				}
				var err3 error
				blobs, err3 = v.Blobs(ctx, id)
				return all(err, err2, err3)
			})
			return recs, blobs
		}
		var gone []store.Blob
		update(t, e, a, func(ctx context.Context, tx store.Tx) (err error) {
			gone, err = tx.DropRecords(ctx, a, "D01", "D04", "D09")
			return err
		})
		recs, blobs := left(a)
		if err := all(equal("given", gone, []store.Blob{blob(a, "b4", "D04")}), equal("records", recs, []privacy.CategoryID{"D05"}),
			equal("blobs", blobs, []store.Blob{blob(a, "b5", "D05")})); err != nil {
			t.Fatal(err)
		}
		update(t, e, a, func(ctx context.Context, tx store.Tx) (err error) { gone, err = tx.DropRecords(ctx, a); return err })
		recs, blobs = left(a)
		kept, theirs := left(b)
		if err := all(equal("given", gone, []store.Blob{blob(a, "b5", "D05")}), equal("left", len(recs)+len(blobs), 0),
			equal("the other's", len(kept)+len(theirs), 5)); err != nil {
			t.Fatal(err)
		}
	})},
	{"a group reads what stands, also after it wrote itself", on(func(t *testing.T, e Engine) {
		a, b, c := register(t, e, 0), register(t, e, 0), register(t, e, 0)
		for _, id := range []privacy.SubjectID{a, b} {
			update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutRecord(ctx, record(id, "D01", 1)) })
		}
		err := e.UpdateEach(t.Context(), []privacy.SubjectID{a, b, c}, func(tx store.Tx) error {
			ctx := t.Context()
			ra, e1 := tx.Record(ctx, a, "D01")
			_, e2 := tx.Record(ctx, c, "D01")
			e3 := tx.PutRecord(ctx, record(b, "D01", 2))
			rb, e4 := tx.Record(ctx, b, "D01")
			_, e5 := tx.DropRecords(ctx, a)
			_, e6 := tx.Record(ctx, a, "D01")
			return all(e1, missing("c's", e2), e3, e4, e5, missing("what was dropped", e6),
				equal("a's", ra, record(a, "D01", 1)), equal("b's", rb, record(b, "D01", 2)))
		})
		if err != nil {
			t.Fatal(err)
		}
	})},
}
