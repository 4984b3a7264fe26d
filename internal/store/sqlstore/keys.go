package sqlstore

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// OpenKeys opens the keys that dsn names: the file DIR/keys.db of "sqlite:DIR",
// or the schema kupuya_keys of a PostgreSQL database, which may be the data's or
// one of its own. Errors are those of Open.
//
// A key that SQLite has destroyed is in no byte of its files when DestroyKey
// returns. PostgreSQL takes it out of reach of SQL and of new base backups;
// its bytes may stay in the free room of a page, in the write-ahead log and its
// archive, and on standbys until they are written over. There the epoch of the
// key that wraps it covers it: keys and seeds alike open for nobody once that
// epoch is destroyed, so archives of this schema must not be kept longer than
// an epoch lasts.
func OpenKeys(ctx context.Context, dsn string, opts Options) (*Keys, error) {
	b, err := open(ctx, dsn, "keys.db", "kupuya_keys", keyMigrations, KeyTables(), opts)
	if err != nil {
		return nil, err
	}
	k := &Keys{base: b}
	if err := k.named(ctx); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	return k, nil
}

// Keys is an open key store. It is safe for use by many goroutines and, on the
// same keys, by many processes.
type Keys struct {
	base
	wiping shared
}

var _ store.Keys = (*Keys)(nil)

func (k *Keys) write(ctx context.Context, op string, fn func(*tx) error) error {
	return k.transact(ctx, op, writing, fn)
}

// PutKey is as store.Keys has it.
func (k *Keys) PutKey(ctx context.Context, key store.SubjectKey) error {
	return k.write(ctx, "store.PutKey", func(t *tx) error {
		n, err := t.change(ctx, `INSERT INTO subject_key (subject_id, epoch, wrapped, created) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, key.Subject, key.Epoch, key.Wrapped, ms(key.Created))
		if err == nil && n == 0 {
			return store.ErrTaken
		}
		for c, seed := range key.Seeds {
			if err == nil {
				err = t.later(ctx, `INSERT INTO seed (subject_id, category, seed, epoch) VALUES ($1, $2, $3, $4)`, key.Subject, c, seed, key.Epoch)
			}
		}
		return err
	})
}

// Key is as store.Keys has it.
func (k *Keys) Key(ctx context.Context, id privacy.SubjectID) (store.SubjectKey, error) {
	var key store.SubjectKey
	err := k.transact(ctx, "store.Key", reading, func(t *tx) (err error) {
		key, err = t.key(ctx, `SELECT subject_id, epoch, wrapped, created FROM subject_key WHERE subject_id = $1`, id)
		return err
	})
	if err != nil {
		return store.SubjectKey{}, err
	}
	return key, nil
}

// key reads a subject's key by the given query, and then its seeds.
func (t *tx) key(ctx context.Context, sql string, id privacy.SubjectID) (store.SubjectKey, error) {
	key := store.SubjectKey{Seeds: map[privacy.CategoryID][]byte{}}
	err := t.run(ctx,
		ask(func(s scan) error {
			return s((*string)(&key.Subject), &key.Epoch, &key.Wrapped, at(&key.Created))
		}, sql, id),
		ask(func(s scan) error {
			var c string
			var seed []byte
			err := s(&c, &seed)
			key.Seeds[privacy.CategoryID(c)] = seed
			return err
		}, `SELECT category, seed FROM seed WHERE subject_id = $1`, id))
	if err == nil && key.Subject == "" {
		err = store.ErrNotFound
	}
	return key, err
}

const keyLocked = `SELECT subject_id, epoch, wrapped, created FROM subject_key WHERE subject_id = $1 FOR UPDATE`

// PutSeed is as store.Keys has it. The lock on the key's row keeps a seed from
// coming to life beside the destruction of its key, or beside its rewrapping.
func (k *Keys) PutSeed(ctx context.Context, id privacy.SubjectID, wrapped []byte, c privacy.CategoryID, seed []byte) ([]byte, error) {
	var stands []byte
	err := k.write(ctx, "store.PutSeed", func(t *tx) error {
		key, err := t.key(ctx, keyLocked, id)
		switch {
		case err != nil:
			return err
		case !bytes.Equal(key.Wrapped, wrapped):
			return store.ErrChanged
		case key.Seeds[c] != nil:
			stands = key.Seeds[c]
			return nil
		}
		stands = seed
		return t.later(ctx, `INSERT INTO seed (subject_id, category, seed, epoch) VALUES ($1, $2, $3, $4)`, id, c, seed, key.Epoch)
	})
	return stands, err
}

// Rewrap is as store.Keys has it.
func (k *Keys) Rewrap(ctx context.Context, old, anew store.SubjectKey) error {
	return k.write(ctx, "store.Rewrap", func(t *tx) error {
		stands, err := t.key(ctx, keyLocked, old.Subject)
		switch {
		case err != nil:
			return err
		case !bytes.Equal(stands.Wrapped, old.Wrapped), !maps.EqualFunc(stands.Seeds, old.Seeds, bytes.Equal),
			!slices.Equal(slices.Sorted(maps.Keys(old.Seeds)), slices.Sorted(maps.Keys(anew.Seeds))):
			return store.ErrChanged
		}
		if err := t.later(ctx, `UPDATE subject_key SET epoch = $2, wrapped = $3 WHERE subject_id = $1`, old.Subject, anew.Epoch, anew.Wrapped); err != nil {
			return err
		}
		for c, seed := range anew.Seeds {
			if err := t.later(ctx, `UPDATE seed SET seed = $3, epoch = $4 WHERE subject_id = $1 AND category = $2`, old.Subject, c, seed, anew.Epoch); err != nil {
				return err
			}
		}
		return nil
	})
}

// Old is as store.Keys has it: the oldest epochs first.
func (k *Keys) Old(ctx context.Context, epoch int, limit int) ([]privacy.SubjectID, error) {
	ids, err := k.ids(ctx, "store.Old", `SELECT subject_id FROM subject_key WHERE epoch < $1 ORDER BY epoch, subject_id LIMIT $2`,
		epoch, page(limit))
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	return k.ids(ctx, "store.Old", `SELECT DISTINCT subject_id FROM seed WHERE epoch IS NULL ORDER BY subject_id LIMIT $1`, page(limit))
}

func (k *Keys) ids(ctx context.Context, op, sql string, args ...any) (ids []privacy.SubjectID, err error) {
	err = k.transact(ctx, op, reading, func(t *tx) error {
		ids, err = list(ctx, &t.view, readID, sql, args...)
		return err
	})
	return ids, err
}

// DestroySeeds is as store.Keys has it. (policy 3.21)
func (k *Keys) DestroySeeds(ctx context.Context, id privacy.SubjectID, order privacy.EventID, cats ...privacy.CategoryID) error {
	err := k.write(ctx, "store.DestroySeeds", func(t *tx) error {
		if err := t.run(ctx, ask(func(scan) error { return nil }, keyLocked, id)); err != nil {
			return err
		}
		for _, c := range cats {
			if err := t.later(ctx, `DELETE FROM seed WHERE subject_id = $1 AND category = $2`, id, c); err != nil {
				return err
			}
		}
		return t.remember(ctx, id, order, cats)
	})
	if err != nil {
		return err
	}
	return k.Scrub(ctx)
}

// DestroyKey is as store.Keys has it. (policy 3.21)
func (k *Keys) DestroyKey(ctx context.Context, id privacy.SubjectID, order privacy.EventID) error {
	err := k.write(ctx, "store.DestroyKey", func(t *tx) error {
		if err := t.later(ctx, `DELETE FROM subject_key WHERE subject_id = $1`, id); err != nil {
			return err
		}
		if err := t.later(ctx, `DELETE FROM seed WHERE subject_id = $1`, id); err != nil {
			return err
		}
		return t.remember(ctx, id, order, []privacy.CategoryID{whole})
	})
	if err != nil {
		return err
	}
	return k.Scrub(ctx)
}

// Scrub is as store.Keys has it: those who ask at once share a run.
func (k *Keys) Scrub(ctx context.Context) error {
	err := k.wiping.share(ctx, func(ctx context.Context) error {
		return k.scrub(ctx, "store.Scrub", []string{"subject_key", "seed"})
	})
	return wrap(k.e, "store.Scrub", err)
}

// shared lets those who need the same work done share it: each gets a run that
// began after he asked, and at most one runs at a time.
type shared struct {
	run  sync.Mutex
	mu   sync.Mutex
	next *shareRun // not begun yet
}

type shareRun struct {
	done chan struct{}
	err  error
}

// shareTime bounds a run, which belongs to no caller's context.
const shareTime = 30 * time.Second

func (s *shared) share(ctx context.Context, work func(context.Context) error) error {
	s.mu.Lock()
	mine := s.next
	if mine == nil {
		mine = &shareRun{done: make(chan struct{})}
		s.next = mine
		go s.start(context.WithoutCancel(ctx), mine, work)
	}
	s.mu.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *shared) start(ctx context.Context, r *shareRun, work func(context.Context) error) {
	s.run.Lock()
	defer s.run.Unlock()
	s.mu.Lock()
	s.next = nil // who asks from now on needs a later run
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, shareTime)
	defer cancel()
	r.err = work(ctx)
	close(r.done)
}
