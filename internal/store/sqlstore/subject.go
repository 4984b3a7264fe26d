package sqlstore

import (
	"context"
	"errors"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Subject is as store.View has it.
func (v *view) Subject(ctx context.Context, id privacy.SubjectID) (*privacy.Subject, error) {
	var standing []byte
	if err := v.one(ctx, []any{&standing}, standingOf, id); err != nil {
		return nil, err
	}
	return v.subject(standing)
}

// Subject is as store.View has it, with what this transaction put.
func (t *tx) Subject(ctx context.Context, id privacy.SubjectID) (*privacy.Subject, error) {
	h := t.held[id]
	switch {
	case h == nil:
		return t.view.Subject(ctx, id)
	case t.err != nil:
		return nil, t.err
	case h.standing == nil:
		return nil, store.ErrNotFound
	}
	return t.subject(h.standing)
}

func (v *view) subject(standing []byte) (*privacy.Subject, error) {
	var s privacy.Subject
	if err := s.UnmarshalBinary(standing); err != nil {
		return nil, v.fail(err)
	}
	return &s, nil
}

var errStream = errors.New("sqlstore: a subject needs a stream and keeps it")

// PutSubject is as store.Tx has it. A subject keeps the stream it began with.
func (t *tx) PutSubject(ctx context.Context, s *privacy.Subject) error {
	h, err := t.own(s.ID)
	if err != nil {
		return err
	}
	if s.ID == store.HolderID || s.Stream == "" || h.stream != "" && h.stream != s.Stream {
		return t.fail(privacy.E(t.op, privacy.Conflict, errStream))
	}
	standing, err := s.AppendBinary(nil)
	if err != nil { // text that is not UTF-8 among others
		return t.fail(err)
	}
	sql := `UPDATE subject SET status = $2, standing = $3 WHERE subject_id = $1`
	if h.standing == nil {
		sql = `INSERT INTO subject (subject_id, status, standing) VALUES ($1, $2, $3)`
	}
	h.standing = standing
	if !h.row {
		h.stream, h.dirty = s.Stream, true
	}
	return t.later(ctx, sql, s.ID, s.Status, standing)
}

// Subjects is as store.View has it.
func (v *view) Subjects(ctx context.Context, after privacy.SubjectID, limit int) ([]privacy.SubjectID, error) {
	return list(ctx, v, readID,
		`SELECT subject_id FROM subject WHERE subject_id > $1 ORDER BY subject_id LIMIT $2`, after, page(limit))
}

// Counts is as store.View has it.
func (v *view) Counts(ctx context.Context) (map[privacy.Status]int64, error) {
	return counts[privacy.Status](ctx, v, `SELECT status, count(*) FROM subject GROUP BY status`)
}

// counts reads rows of a word and a number.
func counts[K ~string](ctx context.Context, v *view, sql string, args ...any) (map[K]int64, error) {
	out := map[K]int64{}
	err := v.run(ctx, ask(func(s scan) error {
		var k string
		var n int64
		err := s(&k, &n)
		out[K(k)] = n
		return err
	}, sql, args...))
	return out, err
}
