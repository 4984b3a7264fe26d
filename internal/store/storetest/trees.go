package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// hashes makes n hashes that can be told apart.
func hashes(from, n int) [][32]byte {
	out := make([][32]byte, n)
	for i := range out {
		out[i] = [32]byte{byte(from + i), 7}
	}
	return out
}

// waiting gives the queue of the tree.
func waiting(t *testing.T, e Engine, limit int) (rows []store.EventRow) {
	t.Helper()
	look(t, e, func(ctx context.Context, v store.View) (err error) { rows, err = v.Unsealed(ctx, limit); return err })
	return rows
}

// seal puts events into the tree.
func seal(t *testing.T, e Engine, first int64, rows []store.EventRow, at int64, hs [][32]byte) error {
	c := store.Checkpoint{Size: first + int64(len(rows)), Note: "kupuya\nүлгү\n", At: after(time.Hour)}
	return e.Update(t.Context(), store.HolderID, func(tx store.Tx) error {
		return tx.SealLeaves(t.Context(), first, rows, at, hs, c)
	})
}

var trees = []test{
	{"events wait in the order of time, then stream and number", on(func(t *testing.T, e Engine) {
		var rows []store.EventRow
		for range 3 {
			id := register(t, e, 3)
			look(t, e, func(ctx context.Context, v store.View) error {
				mine, err := v.Events(ctx, id, 0, 0, 10)
				rows = append(rows, mine...)
				return err
			})
		}
		streams := map[privacy.SubjectID]string{}
		look(t, e, func(ctx context.Context, v store.View) error {
			for _, r := range rows {
				s, err := v.Subject(ctx, r.Subject)
				if err != nil {
					return err
				}
				streams[r.Subject] = string(s.Stream)
			}
			n, err := v.UnsealedCount(ctx)
			return all(err, equal("count", n, 9))
		})
		slices.SortFunc(rows, func(a, b store.EventRow) int {
			if d := a.At.Compare(b.At); d != 0 {
				return d
			}
			if streams[a.Subject] != streams[b.Subject] {
				if streams[a.Subject] < streams[b.Subject] {
					return -1
				}
				return 1
			}
			return int(a.Seq) - int(b.Seq)
		})
		if err := all(equal("the queue", waiting(t, e, 100), rows), equal("a part of it", waiting(t, e, 4), rows[:4])); err != nil {
			t.Fatal(err)
		}
	})},
	{"sealed events leave the queue and are leaves under a checkpoint", on(func(t *testing.T, e Engine) {
		register(t, e, 5)
		rows := waiting(t, e, 100)
		if err := all(seal(t, e, 0, rows[:3], 0, hashes(0, 4)), seal(t, e, 3, rows[3:], 4, hashes(4, 4))); err != nil {
			t.Fatal(err)
		}
		look(t, e, func(ctx context.Context, v store.View) error {
			n, e1 := v.UnsealedCount(ctx)
			last, e2 := v.Checkpoint(ctx)
			from4, e3 := v.Checkpoints(ctx, 4, 10)
			every, e4 := v.Checkpoints(ctx, 0, 1)
			leaves, e5 := v.Leaves(ctx, 1, 3)
			number, e6 := v.Leaf(ctx, rows[4].ID)
			hs, e7 := v.Hashes(ctx, []int64{7, 0, 4})
			_, e8 := v.Hashes(ctx, []int64{7, 8})
			if err := all(e1, e2, e3, e4, e5, e6, e7, missing("a hash that is not there", e8)); err != nil {
				return err
			}
			want := []store.LeafRow{{N: 1, EventRow: rows[1]}, {N: 2, EventRow: rows[2]}, {N: 3, EventRow: rows[3]}}
			return all(equal("waiting", n, 0), equal("size", last.Size, 5), equal("note", last.Note, "kupuya\nүлгү\n"), equal("at", last.At, after(time.Hour)),
				equal("checkpoints from 4", from4, []store.Checkpoint{last}), equal("the first", every[0].Size, 3), equal("leaves", leaves, want),
				equal("the last leaf", number, 4), equal("hashes", hs, [][32]byte{{7, 7}, {0, 7}, {4, 7}}))
		})
	})},
	{"what does not continue the tree is refused whole", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		register(t, e, 6)
		rows := waiting(t, e, 100)
		if err := seal(t, e, 0, rows[:2], 0, hashes(0, 3)); err != nil {
			t.Fatal(err)
		}
		before := p.Dump(t)
		for _, c := range []struct {
			name  string
			first int64
			rows  []store.EventRow
			at    int64
		}{
			{"a gap between leaves", 3, rows[2:3], 3},
			{"a leaf that is there", 1, rows[2:3], 3},
			{"a gap between hashes", 2, rows[2:3], 4},
			{"a hash that is there", 2, rows[2:3], 2},
			{"no event", 2, nil, 3},
			{"an event that is sealed", 2, rows[1:3], 3},
			{"an event twice", 2, []store.EventRow{rows[2], rows[2]}, 3},
		} {
			err := seal(t, e, c.first, c.rows, c.at, hashes(3, 2))
			if privacy.CodeOf(err) != privacy.Conflict {
				t.Errorf("%s: %v", c.name, err)
			}
			if err := equal("everything after "+c.name, p.Dump(t), before); err != nil {
				t.Error(err)
			}
		}
	}},
	{"of 4 that seal the same events at once one does", on(func(t *testing.T, e Engine) {
		register(t, e, 4)
		rows := waiting(t, e, 100)
		ok := 0
		for _, err := range together(4, func(int) error { return seal(t, e, 0, rows, 0, hashes(0, 7)) }) {
			switch {
			case err == nil:
				ok++
			case privacy.CodeOf(err) != privacy.Conflict:
				t.Error(err)
			}
		}
		look(t, e, func(ctx context.Context, v store.View) error {
			leaves, err := v.Leaves(ctx, 0, 100)
			return all(err, equal("who did", ok, 1), equal("leaves", len(leaves), 4))
		})
	})},
}
