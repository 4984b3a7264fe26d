package sqlstore

import (
	"context"
	"errors"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Notice is as store.View has it.
func (v *view) Notice(ctx context.Context, id string) (store.Notice, error) {
	n := store.Notice{ID: id}
	err := v.one(ctx, []any{
		(*string)(&n.Subject), (*string)(&n.Edition), (*string)(&n.Lang), &n.Text,
		(*string)(&n.Channel), &n.Scope, at(&n.At),
	},
		`SELECT subject_id, edition, lang, text_hash, channel, scope, at FROM notice WHERE notice_id = $1`, id)
	return n, err
}

var errBound = errors.New("sqlstore: the notice belongs to another subject")

// PutNotice is as store.Tx has it. What was shown is never edited; a notice
// that belongs to another subject is a Conflict.
func (t *tx) PutNotice(ctx context.Context, n store.Notice) error {
	changed, err := t.change(ctx, `INSERT INTO notice (notice_id, subject_id, edition, lang, text_hash, channel, scope, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (notice_id) DO UPDATE SET subject_id = excluded.subject_id
		WHERE notice.subject_id = '' OR notice.subject_id = excluded.subject_id`,
		n.ID, n.Subject, n.Edition, n.Lang, n.Text, n.Channel, n.Scope, ms(n.At))
	if err == nil && changed == 0 {
		return privacy.E(t.op, privacy.Conflict, errBound)
	}
	return err
}

// Challenge is as store.View has it.
func (v *view) Challenge(ctx context.Context, id string) (store.Challenge, error) {
	c := store.Challenge{ID: id}
	err := v.one(ctx, []any{
		(*string)(&c.Subject), &c.Address, &c.Aim, &c.Bound, &c.CodeHash, at(&c.Sent), at(&c.Expires),
		&c.Tries, &c.State,
	}, `SELECT subject_id, address, aim, bound, code_hash, sent, expires, tries, state
		FROM challenge WHERE challenge_id = $1`, id)
	return c, err
}

// PutChallenge is as store.Tx has it. Of one that stands already, only tries and
// state change.
func (t *tx) PutChallenge(ctx context.Context, c store.Challenge) error {
	return t.later(ctx, `INSERT INTO challenge
		(challenge_id, subject_id, address, aim, bound, code_hash, sent, expires, tries, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (challenge_id) DO UPDATE SET tries = excluded.tries, state = excluded.state`,
		c.ID, c.Subject, c.Address, c.Aim, c.Bound, c.CodeHash, ms(c.Sent), ms(c.Expires), c.Tries, c.State)
}

// Supersede is as store.Tx has it: one that has expired at the moment stays as it is.
func (t *tx) Supersede(ctx context.Context, address []byte, aim string, at time.Time) error {
	return t.later(ctx, `UPDATE challenge SET state = 'superseded'
		WHERE address = $1 AND aim = $2 AND state = 'open' AND expires > $3`, address, aim, ms(at))
}

// Receipt is as store.View has it.
func (v *view) Receipt(ctx context.Context, id privacy.SubjectID, receipt string) ([]byte, error) {
	var sealed []byte
	err := v.one(ctx, []any{&sealed}, `SELECT sealed FROM receipt WHERE subject_id = $1 AND receipt_id = $2`, id, receipt)
	return sealed, err
}

// Receipts is as store.View has it: oldest first.
func (v *view) Receipts(ctx context.Context, id privacy.SubjectID) ([]store.Receipt, error) {
	return list(ctx, v, func(s scan, r *store.Receipt) error {
		return s((*string)(&r.Subject), &r.ID, &r.Kind, at(&r.At), &r.Sealed)
	}, `SELECT subject_id, receipt_id, kind, at, sealed FROM receipt WHERE subject_id = $1 ORDER BY at, receipt_id`, id)
}

// PutReceipt is as store.Tx has it.
func (t *tx) PutReceipt(ctx context.Context, r store.Receipt) error {
	return t.later(ctx, `INSERT INTO receipt (subject_id, receipt_id, kind, at, sealed) VALUES ($1, $2, $3, $4, $5)`,
		r.Subject, r.ID, r.Kind, ms(r.At), r.Sealed)
}

// Strip is as store.Tx has it. (policy 3.21)
func (t *tx) Strip(ctx context.Context, id privacy.SubjectID) error {
	if _, err := t.own(id); err != nil {
		return err
	}
	for _, sql := range []string{
		`DELETE FROM receipt WHERE subject_id = $1`,
		`DELETE FROM note WHERE subject_id = $1`,
		`DELETE FROM message WHERE subject_id = $1`,
		`DELETE FROM challenge WHERE subject_id = $1`,
		`DELETE FROM session WHERE subject_id = $1`,
		`DELETE FROM once WHERE subject_id = $1`,
	} {
		if err := t.later(ctx, sql, id); err != nil {
			return err
		}
	}
	return nil
}

// Once is as store.Tx has it.
func (t *tx) Once(ctx context.Context, actor, key string) (store.Once, error) {
	o := store.Once{Actor: actor, Key: key}
	err := t.one(ctx, []any{(*string)(&o.Subject), &o.Body, &o.Sealed, at(&o.At)},
		`SELECT subject_id, body, sealed, at FROM once WHERE actor = $1 AND once_key = $2`, actor, key)
	return o, err
}

// SaveOnce is as store.Tx has it. Of two transactions that save the same key at
// once, one is run again and finds the other's result.
func (t *tx) SaveOnce(ctx context.Context, o store.Once) error {
	return t.later(ctx, `INSERT INTO once (actor, once_key, subject_id, body, sealed, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		o.Actor, o.Key, o.Subject, o.Body, o.Sealed, ms(o.At))
}

// Hit is as store.Tx has it.
func (t *tx) Hit(ctx context.Context, key string, start time.Time, n int) (int, error) {
	sum := 0
	if n == 0 {
		err := t.run(ctx, ask(func(s scan) error { return s(&sum) },
			`SELECT hits FROM counter WHERE counter_key = $1 AND start_at = $2`, key, ms(start)))
		return sum, err
	}
	err := t.one(ctx, []any{&sum}, `INSERT INTO counter (counter_key, start_at, hits) VALUES ($1, $2, $3)
		ON CONFLICT (counter_key, start_at) DO UPDATE SET hits = counter.hits + excluded.hits RETURNING hits`,
		key, ms(start), n)
	return sum, err
}
