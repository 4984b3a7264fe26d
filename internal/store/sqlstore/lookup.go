package sqlstore

import (
	"context"
	"math"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Find is as store.View has it.
func (v *view) Find(ctx context.Context, field string, token []byte, at time.Time) ([]privacy.SubjectID, error) {
	return list(ctx, v, readID, `SELECT subject_id FROM lookup
		WHERE token = $1 AND field = $2 AND from_at <= $3 AND (to_at IS NULL OR to_at > $3)
		ORDER BY from_at DESC, subject_id DESC`, token, field, ms(at))
}

// Lookups is as store.View has it: by field, then oldest first.
func (v *view) Lookups(ctx context.Context, id privacy.SubjectID) ([]store.Lookup, error) {
	return list(ctx, v, func(s scan, l *store.Lookup) error {
		return s((*string)(&l.Subject), &l.Field, &l.Token, at(&l.From), at(&l.To))
	}, `SELECT subject_id, field, token, from_at, to_at FROM lookup WHERE subject_id = $1
		ORDER BY field, from_at, token`, id)
}

// PutLookup is as store.Tx has it. A token that is in force for the subject
// already stays as it is; one that ended in the moment it began is taken up
// again. Whether another subject has it is judged in the statement itself and,
// for two transactions at once, by the unique key.
func (t *tx) PutLookup(ctx context.Context, l store.Lookup, single bool) error {
	if _, err := t.own(l.Subject); err != nil {
		return err
	}
	one, until := int64(0), int64(math.MaxInt64)
	if single {
		one = 1
	}
	if !l.To.IsZero() {
		until = l.To.UnixMilli()
	}
	n, err := t.change(ctx, `INSERT INTO lookup (token, field, subject_id, from_at, to_at, single)
		SELECT $1, $2, $3, $4, $5, $6
		WHERE NOT EXISTS (SELECT 1 FROM lookup WHERE token = $1 AND field = $2 AND subject_id <> $3
			AND single = 1 AND single = $6 AND from_at < $7 AND (to_at IS NULL OR to_at > $4))
		ON CONFLICT DO NOTHING`, l.Token, l.Field, l.Subject, ms(l.From), ms(l.To), one, until)
	if err != nil || n == 1 {
		return err
	}
	return t.putAgain(ctx, l, single)
}

// putAgain settles a token that PutLookup did not insert.
func (t *tx) putAgain(ctx context.Context, l store.Lookup, single bool) error {
	var mine, same, others bool
	err := t.run(ctx, ask(func(s scan) error {
		var subject string
		var from, to time.Time
		err := s(&subject, at(&from), at(&to))
		switch {
		case subject != string(l.Subject):
			others = others || single && to.IsZero()
		case to.IsZero():
			mine = true
		default:
			same = same || from.UnixMilli() == l.From.UnixMilli()
		}
		return err
	}, `SELECT subject_id, from_at, to_at FROM lookup WHERE token = $1 AND field = $2`, l.Token, l.Field))
	switch {
	case err != nil || mine:
		return err
	case others || !same:
		return store.ErrTaken
	}
	return t.later(ctx, `UPDATE lookup SET to_at = $5 WHERE token = $1 AND field = $2 AND subject_id = $3 AND from_at = $4`,
		l.Token, l.Field, l.Subject, ms(l.From), ms(l.To))
}

// EndLookup is as store.Tx has it; ErrNotFound when the token is not in force
// for the subject. It cannot end before it began.
func (t *tx) EndLookup(ctx context.Context, id privacy.SubjectID, field string, token []byte, at time.Time) error {
	if _, err := t.own(id); err != nil {
		return err
	}
	n, err := t.change(ctx, `UPDATE lookup SET to_at = CASE WHEN from_at > $4 THEN from_at ELSE $4 END
		WHERE token = $1 AND field = $2 AND subject_id = $3 AND to_at IS NULL`, token, field, id, ms(at))
	if err == nil && n == 0 {
		return store.ErrNotFound
	}
	return err
}

// DropLookups is as store.Tx has it.
func (t *tx) DropLookups(ctx context.Context, id privacy.SubjectID, fields ...string) error {
	if _, err := t.own(id); err != nil {
		return err
	}
	if len(fields) == 0 {
		return t.later(ctx, `DELETE FROM lookup WHERE subject_id = $1`, id)
	}
	for _, f := range fields {
		if err := t.later(ctx, `DELETE FROM lookup WHERE subject_id = $1 AND field = $2`, id, f); err != nil {
			return err
		}
	}
	return nil
}
