package sqlstore

import (
	"context"
	"time"

	"kupuya/internal/store"
)

// PutMessage is as store.Tx has it.
func (t *tx) PutMessage(ctx context.Context, m store.Message) error {
	return t.later(ctx, `INSERT INTO message (subject_id, message_id, channel, purpose, sealed, due, expires, tries, owner)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')`,
		m.Subject, m.ID, m.Channel, m.Purpose, m.Sealed, ms(m.Due), ms(m.Expires), m.Tries)
}

// PutDuty is as store.Tx has it. One that stands already is replaced and, if
// somebody holds it, taken out of his hands.
func (t *tx) PutDuty(ctx context.Context, d store.Duty) error {
	return t.later(ctx, `INSERT INTO duty (subject_id, duty_id, kind, cause, ref, due, created, tries, owner)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')
		ON CONFLICT (subject_id, duty_id) DO UPDATE SET kind = excluded.kind, cause = excluded.cause, ref = excluded.ref,
		due = excluded.due, tries = duty.tries + 1, owner = '', held_until = NULL`,
		d.Subject, d.ID, d.Kind, d.Cause, d.Ref, ms(d.Due), ms(d.Created), d.Tries)
}

// DutiesDue is as store.View has it.
func (v *view) DutiesDue(ctx context.Context, t time.Time) (map[string]int64, error) {
	return counts[string](ctx, v, `SELECT kind, count(*) FROM duty WHERE due <= $1 GROUP BY kind`, ms(t))
}

// LeaseDuties is as store.Queue has it, the longest due first.
func (d *DB) LeaseDuties(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]store.Duty, error) {
	var mine []store.Duty
	err := d.transact(ctx, "store.LeaseDuties", writing, func(t *tx) error {
		due, err := list(ctx, &t.view, func(s scan, d *store.Duty) error {
			return s((*string)(&d.Subject), &d.ID, &d.Kind, &d.Cause, &d.Ref, at(&d.Due), at(&d.Created), &d.Tries)
		}, `SELECT subject_id, duty_id, kind, cause, ref, due, created, tries FROM duty
			WHERE due <= $1 AND (held_until IS NULL OR held_until <= $1)
			ORDER BY due, subject_id, duty_id LIMIT $2`, ms(now), page(limit))
		if err != nil {
			return err
		}
		mine, err = take(ctx, t, due, func(d *store.Duty) *call {
			d.Tries++
			return do(`UPDATE duty SET owner = $3, held_until = $4, tries = $5
				WHERE subject_id = $1 AND duty_id = $2 AND tries = $5 - 1`,
				d.Subject, d.ID, owner, ms(now.Add(lease)), d.Tries)
		})
		return err
	})
	return mine, err
}

// LeaseMessages is as store.Queue has it, the longest due first. What has
// expired is not handed out.
func (d *DB) LeaseMessages(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]store.Message, error) {
	var mine []store.Message
	err := d.transact(ctx, "store.LeaseMessages", writing, func(t *tx) error {
		due, err := list(ctx, &t.view, func(s scan, m *store.Message) error {
			return s((*string)(&m.Subject), &m.ID, &m.Channel, (*string)(&m.Purpose), &m.Sealed,
				at(&m.Due), at(&m.Expires), &m.Tries)
		}, `SELECT subject_id, message_id, channel, purpose, sealed, due, expires, tries FROM message
			WHERE due <= $1 AND (held_until IS NULL OR held_until <= $1) AND (expires IS NULL OR expires > $1)
			ORDER BY due, subject_id, message_id LIMIT $2`, ms(now), page(limit))
		if err != nil {
			return err
		}
		mine, err = take(ctx, t, due, func(m *store.Message) *call {
			m.Tries++
			return do(`UPDATE message SET owner = $3, held_until = $4, tries = $5
				WHERE subject_id = $1 AND message_id = $2 AND tries = $5 - 1`,
				m.Subject, m.ID, owner, ms(now.Add(lease)), m.Tries)
		})
		return err
	})
	return mine, err
}

// take leases rows that were seen free. Tries counts the leases and fences
// them: of two processes that saw the same row, the update of one finds the
// number changed.
func take[T any](ctx context.Context, t *tx, seen []T, lease func(*T) *call) ([]T, error) {
	if len(seen) == 0 {
		return nil, nil
	}
	calls := make([]*call, len(seen))
	for i := range seen {
		calls[i] = lease(&seen[i])
	}
	if err := t.run(ctx, calls...); err != nil {
		return nil, err
	}
	mine := seen[:0]
	for i, c := range calls {
		if c.n == 1 {
			mine = append(mine, seen[i])
		}
	}
	return mine, nil
}

// DoneDuty is as store.Queue has it; ErrNotFound when d was leased by another
// meanwhile, replaced or stripped: then it is no longer the caller's to end.
func (d *DB) DoneDuty(ctx context.Context, duty store.Duty, now, again time.Time) error {
	if again.IsZero() {
		return d.done(ctx, do(`DELETE FROM duty WHERE subject_id = $1 AND duty_id = $2 AND tries = $3`,
			duty.Subject, duty.ID, duty.Tries))
	}
	return d.done(ctx, do(`UPDATE duty SET due = $4, owner = '', held_until = NULL
		WHERE subject_id = $1 AND duty_id = $2 AND tries = $3`, duty.Subject, duty.ID, duty.Tries, ms(again)))
}

// DoneMessage is as store.Queue has it; ErrNotFound as in DoneDuty.
func (d *DB) DoneMessage(ctx context.Context, m store.Message, again time.Time) error {
	if again.IsZero() {
		return d.done(ctx, do(`DELETE FROM message WHERE subject_id = $1 AND message_id = $2 AND tries = $3`,
			m.Subject, m.ID, m.Tries))
	}
	return d.done(ctx, do(`UPDATE message SET due = $4, owner = '', held_until = NULL
		WHERE subject_id = $1 AND message_id = $2 AND tries = $3`, m.Subject, m.ID, m.Tries, ms(again)))
}

// done carries out one write that must change a row.
func (d *DB) done(ctx context.Context, c *call) error {
	return d.transact(ctx, "store.Done", writing, func(t *tx) error {
		n, err := t.change(ctx, c.sql, c.args...)
		if err == nil && n == 0 {
			return store.ErrNotFound
		}
		return err
	})
}

// Hold is as store.Queue has it. A lease of zero or less gives it up.
func (d *DB) Hold(ctx context.Context, name, owner string, now time.Time, lease time.Duration) (bool, error) {
	held := false
	err := d.transact(ctx, "store.Hold", writing, func(t *tx) error {
		n, err := t.change(ctx, `INSERT INTO lease (name, owner, held_until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, held_until = excluded.held_until
			WHERE lease.owner = excluded.owner OR lease.held_until <= $4`, name, owner, ms(now.Add(lease)), ms(now))
		held = n == 1
		return err
	})
	return held && err == nil, err
}

// Sweep is as store.Queue has it. Each kind is a short transaction of its own.
func (d *DB) Sweep(ctx context.Context, now time.Time) error {
	for _, kind := range []struct {
		sql  string
		keep time.Duration
	}{
		{`DELETE FROM challenge WHERE expires <= $1`, store.ChallengeKept},
		{`DELETE FROM session WHERE expires <= $1`, 0},
		{`DELETE FROM message WHERE expires <= $1`, 0},
		{`DELETE FROM once WHERE at <= $1`, store.OnceKept},
		{`DELETE FROM counter WHERE start_at <= $1`, store.CounterKept},
	} {
		err := d.transact(ctx, "store.Sweep", writing, func(t *tx) error {
			_, err := t.change(ctx, kind.sql, ms(now.Add(-kind.keep)))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
