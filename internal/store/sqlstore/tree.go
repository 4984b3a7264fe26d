package sqlstore

import (
	"context"
	"errors"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Hashes is as store.TreeView has it; ErrNotFound when one is not there.
func (v *view) Hashes(ctx context.Context, indexes []int64) ([][32]byte, error) {
	out := make([][32]byte, len(indexes))
	calls := make([]*call, len(indexes))
	found := 0
	for i, idx := range indexes {
		calls[i] = ask(func(s scan) error {
			var hash []byte
			err := s(&hash)
			copy(out[i][:], hash)
			found++
			return err
		}, `SELECT hash FROM tree_hash WHERE idx = $1`, idx)
	}
	if len(calls) == 0 {
		return out, nil
	}
	if err := v.run(ctx, calls...); err != nil {
		return nil, err
	}
	if found < len(indexes) {
		return nil, store.ErrNotFound
	}
	return out, nil
}

// Leaf is as store.TreeView has it.
func (v *view) Leaf(ctx context.Context, event privacy.EventID) (int64, error) {
	var n int64
	err := v.one(ctx, []any{&n}, `SELECT n FROM leaf WHERE event_id = $1`, event)
	return n, err
}

// Leaves is as store.TreeView has it, without the notes.
func (v *view) Leaves(ctx context.Context, from int64, limit int) ([]store.LeafRow, error) {
	return list(ctx, v, func(s scan, r *store.LeafRow) error {
		return s(&r.N, (*string)(&r.Subject), &r.Seq, (*string)(&r.ID), at(&r.At), &r.Bytes)
	}, `SELECT l.n, e.subject_id, e.seq, e.event_id, e.at, e.bytes
		FROM (SELECT n, subject_id, seq FROM leaf WHERE n >= $1 ORDER BY n LIMIT $2) l
		JOIN event e ON e.subject_id = l.subject_id AND e.seq = l.seq ORDER BY l.n`, from, page(limit))
}

func readCheckpoint(s scan, c *store.Checkpoint) error { return s(&c.Size, &c.Note, at(&c.At)) }

// Checkpoint is as store.TreeView has it.
func (v *view) Checkpoint(ctx context.Context) (store.Checkpoint, error) {
	var c store.Checkpoint
	err := v.one(ctx, []any{&c.Size, &c.Note, at(&c.At)},
		`SELECT size, note, at FROM checkpoint ORDER BY size DESC LIMIT 1`)
	return c, err
}

// Checkpoints is as store.TreeView has it.
func (v *view) Checkpoints(ctx context.Context, from int64, limit int) ([]store.Checkpoint, error) {
	return list(ctx, v, readCheckpoint,
		`SELECT size, note, at FROM checkpoint WHERE size >= $1 ORDER BY size LIMIT $2`, from, page(limit))
}

// Unsealed is as store.TreeView has it, without the notes.
func (v *view) Unsealed(ctx context.Context, limit int) ([]store.EventRow, error) {
	return list(ctx, v, func(s scan, r *store.EventRow) error {
		return s((*string)(&r.Subject), &r.Seq, (*string)(&r.ID), at(&r.At), &r.Bytes)
	}, `SELECT e.subject_id, e.seq, e.event_id, e.at, e.bytes
		FROM (SELECT subject_id, seq, stream, at FROM unsealed ORDER BY at, stream, seq LIMIT $1) u
		JOIN event e ON e.subject_id = u.subject_id AND e.seq = u.seq ORDER BY u.at, u.stream, u.seq`, page(limit))
}

// UnsealedCount is as store.TreeView has it.
func (v *view) UnsealedCount(ctx context.Context) (int64, error) {
	var n int64
	err := v.one(ctx, []any{&n}, `SELECT count(*) FROM unsealed`)
	return n, err
}

var errTree = errors.New("sqlstore: the leaves do not continue the tree")

// SealLeaves is as store.Tx has it. Leaves and hashes must continue what is
// stored and every event must still wait in the queue; otherwise another
// process sealed meanwhile, and it is a Conflict.
func (t *tx) SealLeaves(ctx context.Context, first int64, events []store.EventRow, at int64, hashes [][32]byte, c store.Checkpoint) error {
	var leaves, stored int64
	if err := t.one(ctx, []any{&leaves, &stored}, `SELECT (SELECT coalesce(max(n), -1) + 1 FROM leaf),
		(SELECT coalesce(max(idx), -1) + 1 FROM tree_hash)`); err != nil {
		return err
	}
	if len(events) == 0 || first != leaves || at != stored || c.Size != first+int64(len(events)) {
		return t.fail(privacy.E(t.op, privacy.Conflict, errTree))
	}
	calls := make([]*call, 0, 2*len(events)+len(hashes)+1)
	for i, e := range events {
		calls = append(calls,
			do(`DELETE FROM unsealed WHERE subject_id = $1 AND seq = $2`, e.Subject, within(e.Seq)),
			do(`INSERT INTO leaf (n, event_id, subject_id, seq) VALUES ($1, $2, $3, $4)`,
				first+int64(i), e.ID, e.Subject, within(e.Seq)))
	}
	waiting := calls[:len(calls):len(calls)]
	for i := range hashes {
		calls = append(calls, do(`INSERT INTO tree_hash (idx, hash) VALUES ($1, $2)`, at+int64(i), hashes[i][:]))
	}
	calls = append(calls, do(`INSERT INTO checkpoint (size, note, at) VALUES ($1, $2, $3)`, c.Size, c.Note, ms(c.At)))
	if err := t.run(ctx, calls...); err != nil {
		return err
	}
	for _, call := range waiting {
		if call.n != 1 {
			return t.fail(privacy.E(t.op, privacy.Conflict, errTree))
		}
	}
	return nil
}
