package sqlstore

import (
	"context"

	"kupuya/internal/privacy"
)

// Mark is as store.View has it. It walks the index of the key alone.
func (v *view) Mark(ctx context.Context, after privacy.SubjectID, n int) (privacy.SubjectID, error) {
	var id privacy.SubjectID
	err := v.one(ctx, []any{(*string)(&id)}, `SELECT coalesce(max(subject_id), '') FROM
		(SELECT subject_id FROM subject WHERE subject_id > $1 ORDER BY subject_id LIMIT $2) s`, after, page(n))
	return id, err
}

// Standings is as store.View has it. The rows are decoded as the engine gives
// them, one at a time, so that a population of any size takes the room of one.
func (v *view) Standings(ctx context.Context, after, upto privacy.SubjectID, fn func(*privacy.Subject) error) error {
	if upto == "" {
		return v.run(ctx, askRaw(decoding(fn), `SELECT standing FROM subject WHERE subject_id > $1 ORDER BY subject_id`, after))
	}
	return v.run(ctx, askRaw(decoding(fn), `SELECT standing FROM subject WHERE subject_id > $1 AND subject_id <= $2
		ORDER BY subject_id`, after, upto))
}

// StandingsOf is as store.View has it: a look-up each, in one round trip where
// the engine allows.
func (v *view) StandingsOf(ctx context.Context, ids []privacy.SubjectID, fn func(*privacy.Subject) error) error {
	each := decoding(fn)
	for len(ids) > 0 {
		n := min(len(ids), 1000)
		calls := make([]*call, n)
		for i, id := range ids[:n] {
			calls[i] = askRaw(each, standingOf, id)
		}
		if err := v.run(ctx, calls...); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// decoding hands standings to fn in one Subject.
func decoding(fn func(*privacy.Subject) error) func([]byte) error {
	var d privacy.Decoder
	var s privacy.Subject
	return func(b []byte) error {
		if err := d.Decode(b, &s); err != nil {
			return err
		}
		return fn(&s)
	}
}
