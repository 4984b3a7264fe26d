package sqlstore

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Options say how a database is opened. The zero value works.
type Options struct {
	// MaxConns bounds the connections to PostgreSQL and the readers of SQLite,
	// which has one writer besides. 0 means 16 and 4.
	MaxConns int
	// Fault is for tests: it is asked before every call of the engine ("begin",
	// the first word of a statement, "commit", "scrub") and once more after a
	// commit ("committed"); an error makes it as if the connection broke there.
	Fault func(op string) error
}

// DB is an open store. It is safe for use by many goroutines and, on the same
// data, by many processes.
type DB struct{ base }

var (
	_ store.Store = (*DB)(nil)
	_ store.Queue = (*DB)(nil)
)

// Open opens the store that dsn names, "sqlite:DIR" or "postgres://…", and
// brings its schema up to this program's. Errors wrap one of ErrDSN,
// ErrConnect, ErrDirectory, ErrNewer, ErrEngine.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	b, err := open(ctx, dsn, "kupuya.db", "", dataMigrations, DataTables(), opts)
	if err != nil {
		return nil, err
	}
	return &DB{b}, nil
}

// open connects to a database and brings it up to date.
func open(ctx context.Context, dsn, file, schema string, m migrations, tables []Table, opts Options) (base, error) {
	b, err := connect(ctx, dsn, file, schema, m, tables, opts)
	if err != nil {
		return base{}, err
	}
	if err := migrate(ctx, b, m); err != nil {
		return base{}, errors.Join(err, b.e.close())
	}
	return b, nil
}

// connect connects to a database. SQLite takes the file, PostgreSQL the schema,
// where "" is the one the data source says.
func connect(ctx context.Context, dsn, file, schema string, m migrations, tables []Table, opts Options) (base, error) {
	var e engine
	var err error
	switch {
	case strings.HasPrefix(dsn, "sqlite:") && len(dsn) > len("sqlite:"):
		e, err = openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"), file, opts)
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		e, err = openPostgres(ctx, dsn, schema, opts)
	default:
		err = ErrDSN // and not a word of dsn, which may hold a password
	}
	if err != nil {
		return base{}, err
	}
	return base{e: e, fault: opts.Fault, steps: m, declared: tables}, nil
}

// base is what the store and the keys share.
type base struct {
	e        engine
	fault    func(string) error
	steps    migrations
	declared []Table
}

// Close waits for transactions under way and lets the engine go.
func (b *base) Close() error { return b.e.close() }

// Ping reports whether the engine answers.
func (b *base) Ping(ctx context.Context) error {
	return b.transact(ctx, "store.Ping", reading, func(t *tx) error {
		return t.run(ctx, ask(func(scan) error { return nil }, `SELECT 1`))
	})
}

// Update is as store.Store has it.
func (d *DB) Update(ctx context.Context, id privacy.SubjectID, fn func(store.Tx) error) error {
	return d.UpdateEach(ctx, []privacy.SubjectID{id}, fn)
}

// UpdateEach is as store.Store has it. The subjects are locked in the order of
// their ids, so that two groups never wait for each other in a circle.
func (d *DB) UpdateEach(ctx context.Context, ids []privacy.SubjectID, fn func(store.Tx) error) error {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return d.transact(ctx, "store.Update", writing, func(t *tx) error {
		if err := t.hold(ctx, ids); err != nil {
			return err
		}
		return fn(t)
	})
}

// View is as store.Store has it.
func (d *DB) View(ctx context.Context, fn func(store.View) error) error {
	return d.transact(ctx, "store.View", reading, func(t *tx) error { return fn(&t.view) })
}

// Scrub removes what deleted rows left in the data file and its journal: to be
// called after destruction. The rows were sealed and their key is gone; this
// is the second lock on the door. On PostgreSQL it vacuums the tables, so that
// SQL and new base backups no longer have the rows; archived journals keep
// their ciphertext until they are dropped.
func (d *DB) Scrub(ctx context.Context) error {
	return d.scrub(ctx, "store.Scrub", []string{
		"subject", "record", "blob", "lookup", "note", "receipt", "message",
		"challenge", "session", "once",
	})
}

func (b *base) scrub(ctx context.Context, op string, tables []string) error {
	if b.fault != nil {
		if err := b.fault("scrub"); err != nil {
			return wrap(b.e, op, errFault{err})
		}
	}
	return wrap(b.e, op, b.e.scrub(ctx, tables))
}

// attempts bounds how often a transaction is run when the engine asks for it.
const attempts = 6

// transact runs fn in a transaction, again when the engine asks for it: after a
// deadlock, or when another transaction inserted the same row at once.
func (b *base) transact(ctx context.Context, op string, m mode, fn func(*tx) error) error {
	for try := 1; ; try++ {
		err, more := b.attempt(ctx, op, m, fn)
		if !more || try == attempts {
			return err
		}
		pause := time.NewTimer(rand.N(time.Duration(try*try) * time.Millisecond))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

// attempt runs fn in one transaction and says whether it may be run again. What
// the engine said counts more than what fn made of it.
func (b *base) attempt(ctx context.Context, op string, m mode, fn func(*tx) error) (err error, more bool) {
	s, err := b.begin(ctx, m)
	if err != nil {
		return wrap(b.e, op, err), false
	}
	defer s.end()
	t := &tx{view: view{e: b.e, s: s, op: op}, declared: b.declared}
	if err = fn(t); err == nil {
		err = t.finish(ctx)
	} else if lost := s.rollback(); lost != nil {
		err = t.fail(lost) // the caller's reason may rest on what was not kept
	}
	if t.err == nil {
		return err, false
	}
	if !errors.Is(err, t.err) {
		err = t.err
	}
	v := b.e.judge(t.err)
	return err, m == writing && (v == again || v == duplicate)
}

func (b *base) begin(ctx context.Context, m mode) (session, error) {
	if b.fault != nil {
		if err := b.fault("begin"); err != nil {
			return nil, errFault{err}
		}
	}
	s, err := b.e.begin(ctx, m)
	if err == nil && b.fault != nil {
		s = faulty{s, b.fault}
	}
	return s, err
}
