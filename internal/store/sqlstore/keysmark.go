package sqlstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// whole is the category of what was destroyed of a subject altogether.
const whole privacy.CategoryID = ""

// The rows of the two marks.
const (
	markDestroyed = "destroyed" // in the key store
	markKeys      = "keys"      // in the data
)

const markOf = `SELECT id, n FROM mark WHERE name = $1`

// named gives a new key store its name. Of many that come at once, the first
// gives it.
func (k *Keys) named(ctx context.Context) error {
	if m, err := k.Mark(ctx); err != nil || m.ID != "" {
		return err
	}
	id := make([]byte, 16)
	rand.Read(id) // never fails
	return k.write(ctx, "store.OpenKeys", func(t *tx) error {
		return t.later(ctx, `INSERT INTO mark (name, id, n) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`, markDestroyed, hex.EncodeToString(id))
	})
}

// Mark is as store.Keys has it.
func (k *Keys) Mark(ctx context.Context) (m store.KeysMark, err error) {
	err = k.transact(ctx, "store.Mark", reading, func(t *tx) error {
		return t.run(ctx, readMark(&m, markDestroyed))
	})
	return m, err
}

// remember writes down what an order destroyed, once for each order. The mark's
// row is taken first, by everybody, so that numbers become visible in their
// order and nobody waits in a circle.
func (t *tx) remember(ctx context.Context, id privacy.SubjectID, order privacy.EventID, cats []privacy.CategoryID) error {
	cats = slices.Clone(cats)
	err := t.run(ctx, ask(func(s scan) error {
		var c, by string
		err := s(&c, &by)
		if by == string(order) {
			cats = slices.DeleteFunc(cats, func(have privacy.CategoryID) bool { return have == privacy.CategoryID(c) })
		}
		return err
	}, `SELECT category, order_id FROM destroyed WHERE subject_id = $1`, id))
	if err != nil || len(cats) == 0 {
		return err
	}
	var last int64
	if err := t.one(ctx, []any{&last}, `UPDATE mark SET n = n + $2 WHERE name = $1 RETURNING n`, markDestroyed, len(cats)); err != nil {
		return err
	}
	if slices.Contains(cats, whole) { // stands for all the others
		if err := t.later(ctx, `DELETE FROM destroyed WHERE subject_id = $1`, id); err != nil {
			return err
		}
	}
	for i, c := range cats {
		if err := t.later(ctx, `INSERT INTO destroyed (subject_id, category, n, order_id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (subject_id, category) DO UPDATE SET n = excluded.n, order_id = excluded.order_id`,
			id, c, last-int64(len(cats)-1-i), order); err != nil {
			return err
		}
	}
	return nil
}

// Destroyed is as store.Keys has it.
func (k *Keys) Destroyed(ctx context.Context, after int64, limit int) (gone []store.Destroyed, err error) {
	err = k.transact(ctx, "store.Destroyed", reading, func(t *tx) error {
		gone, err = list(ctx, &t.view, func(s scan, d *store.Destroyed) error {
			return s(&d.N, (*string)(&d.Subject), (*string)(&d.Category), (*string)(&d.Order))
		}, `SELECT n, subject_id, category, order_id FROM destroyed WHERE n > $1 ORDER BY n LIMIT $2`, after, page(limit))
		return err
	})
	return gone, err
}

// Kept is as store.Keys has it.
func (k *Keys) Kept(ctx context.Context, from, upto privacy.SubjectID) (map[privacy.SubjectID][]privacy.CategoryID, error) {
	kept := map[privacy.SubjectID][]privacy.CategoryID{}
	err := k.transact(ctx, "store.Kept", reading, func(t *tx) error {
		return t.run(ctx,
			ask(func(s scan) error {
				var id privacy.SubjectID
				err := readID(s, &id)
				kept[id] = nil
				return err
			}, `SELECT subject_id FROM subject_key WHERE subject_id >= $1 AND subject_id <= $2`, from, upto),
			ask(func(s scan) error {
				var id, c string
				err := s(&id, &c)
				kept[privacy.SubjectID(id)] = append(kept[privacy.SubjectID(id)], privacy.CategoryID(c))
				return err
			}, `SELECT subject_id, category FROM seed WHERE subject_id >= $1 AND subject_id <= $2`, from, upto))
	})
	return kept, err
}

// KeysMark is as store.View has it.
func (v *view) KeysMark(ctx context.Context) (m store.KeysMark, err error) {
	err = v.run(ctx, readMark(&m, markKeys))
	return m, err
}

// PutKeysMark is as store.Tx has it.
func (t *tx) PutKeysMark(ctx context.Context, m store.KeysMark) error {
	return t.later(ctx, `INSERT INTO mark (name, id, n) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET id = excluded.id, n = excluded.n`, markKeys, m.ID, m.N)
}

// readMark asks for a mark, which stays as it is when there is none.
func readMark(m *store.KeysMark, name string) *call {
	return ask(func(s scan) error { return s(&m.ID, &m.N) }, markOf, name)
}
