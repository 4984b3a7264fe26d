package sqlstore

import (
	"context"
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
// key that wraps it covers it: the wrapped bytes open for nobody once that
// epoch is destroyed, so archives of this schema must not be kept longer than
// an epoch lasts, and seeds must be wrapped with it too.
func OpenKeys(ctx context.Context, dsn string, opts Options) (store.Keys, error) {
	b, err := open(ctx, dsn, "keys.db", "kupuya_keys", keyMigrations, opts)
	if err != nil {
		return nil, err
	}
	return &keys{base: b}, nil
}

// keys is as store.Keys has it.
type keys struct {
	base
	wiping shared
}

func (k *keys) write(ctx context.Context, op string, fn func(*tx) error) error {
	return k.transact(ctx, op, writing, fn)
}

// PutKey is as store.Keys has it.
func (k *keys) PutKey(ctx context.Context, key store.SubjectKey) error {
	return k.write(ctx, "store.PutKey", func(t *tx) error {
		n, err := t.change(ctx, `INSERT INTO subject_key (subject_id, epoch, wrapped, created) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, key.Subject, key.Epoch, key.Wrapped, ms(key.Created))
		if err == nil && n == 0 {
			return store.ErrTaken
		}
		for c, seed := range key.Seeds {
			if err == nil {
				err = t.later(ctx, `INSERT INTO seed (subject_id, category, seed) VALUES ($1, $2, $3)`, key.Subject, c, seed)
			}
		}
		return err
	})
}

// Key is as store.Keys has it.
func (k *keys) Key(ctx context.Context, id privacy.SubjectID) (store.SubjectKey, error) {
	var key store.SubjectKey
	err := k.transact(ctx, "store.Key", reading, func(t *tx) error {
		key = store.SubjectKey{Seeds: map[privacy.CategoryID][]byte{}}
		err := t.run(ctx,
			ask(func(s scan) error {
				return s((*string)(&key.Subject), &key.Epoch, &key.Wrapped, at(&key.Created))
			}, `SELECT subject_id, epoch, wrapped, created FROM subject_key WHERE subject_id = $1`, id),
			ask(func(s scan) error {
				var c string
				var seed []byte
				err := s(&c, &seed)
				key.Seeds[privacy.CategoryID(c)] = seed
				return err
			}, `SELECT category, seed FROM seed WHERE subject_id = $1`, id))
		if err == nil && key.Subject == "" {
			return store.ErrNotFound
		}
		return err
	})
	if err != nil {
		return store.SubjectKey{}, err
	}
	return key, nil
}

const keyLocked = `SELECT epoch FROM subject_key WHERE subject_id = $1 FOR UPDATE`

// PutSeed is as store.Keys has it. The lock on the key's row keeps a seed from
// coming to life beside the destruction of its key.
func (k *keys) PutSeed(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID, seed []byte) ([]byte, error) {
	var stands []byte
	err := k.write(ctx, "store.PutSeed", func(t *tx) error {
		var epoch int
		if err := t.one(ctx, []any{&epoch}, keyLocked, id); err != nil {
			return err
		}
		if err := t.later(ctx, `INSERT INTO seed (subject_id, category, seed) VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`, id, c, seed); err != nil {
			return err
		}
		return t.one(ctx, []any{&stands}, `SELECT seed FROM seed WHERE subject_id = $1 AND category = $2`, id, c)
	})
	return stands, err
}

// Rewrap is as store.Keys has it.
func (k *keys) Rewrap(ctx context.Context, key store.SubjectKey, old int) error {
	return k.write(ctx, "store.Rewrap", func(t *tx) error {
		n, err := t.change(ctx, `UPDATE subject_key SET epoch = $2, wrapped = $3 WHERE subject_id = $1 AND epoch = $4`,
			key.Subject, key.Epoch, key.Wrapped, old)
		if err == nil && n == 0 {
			return store.ErrNotFound
		}
		for c, seed := range key.Seeds {
			if err == nil {
				err = t.later(ctx, `UPDATE seed SET seed = $3 WHERE subject_id = $1 AND category = $2`, key.Subject, c, seed)
			}
		}
		return err
	})
}

// Old is as store.Keys has it: the oldest epochs first.
func (k *keys) Old(ctx context.Context, epoch int, limit int) ([]privacy.SubjectID, error) {
	return k.ids(ctx, "store.Old", `SELECT subject_id FROM subject_key WHERE epoch < $1 ORDER BY epoch, subject_id LIMIT $2`,
		epoch, page(limit))
}

func (k *keys) ids(ctx context.Context, op, sql string, args ...any) (ids []privacy.SubjectID, err error) {
	err = k.transact(ctx, op, reading, func(t *tx) error {
		ids, err = list(ctx, &t.view, readID, sql, args...)
		return err
	})
	return ids, err
}

// DestroySeeds is as store.Keys has it. (policy 3.21)
func (k *keys) DestroySeeds(ctx context.Context, id privacy.SubjectID, cats ...privacy.CategoryID) error {
	err := k.write(ctx, "store.DestroySeeds", func(t *tx) error {
		if err := t.run(ctx, ask(func(scan) error { return nil }, keyLocked, id)); err != nil {
			return err
		}
		for _, c := range cats {
			if err := t.later(ctx, `DELETE FROM seed WHERE subject_id = $1 AND category = $2`, id, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return k.wipe(ctx)
}

// DestroyKey is as store.Keys has it. (policy 3.21)
func (k *keys) DestroyKey(ctx context.Context, id privacy.SubjectID) error {
	err := k.write(ctx, "store.DestroyKey", func(t *tx) error {
		if err := t.later(ctx, `DELETE FROM subject_key WHERE subject_id = $1`, id); err != nil {
			return err
		}
		return t.later(ctx, `DELETE FROM seed WHERE subject_id = $1`, id)
	})
	if err != nil {
		return err
	}
	return k.wipe(ctx)
}

// wipe removes the remains of what was deleted before it was called.
func (k *keys) wipe(ctx context.Context) error {
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
