package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"kupuya/internal/privacy"
)

// Rows are rows of one table on their way into a store: of its columns in the
// given order, each nil, int64, string or []byte. Next gives io.EOF after the
// last.
type Rows struct {
	Table   string
	Columns []string
	Next    func() ([]any, error)
}

// What can keep a copy from being made or taken. Each comes inside a
// privacy.Error.
var (
	// ErrNotEmpty says that there is something where a copy should go.
	ErrNotEmpty = errors.New("sqlstore: there are data already")
	// ErrShape says that rows do not fit the schema of their version.
	ErrShape = errors.New("sqlstore: rows that do not fit the schema")
)

// Snapshot hands on every row of every table as of one moment, whoever writes
// meanwhile: table is told of each table, its columns in the order of their
// names, and gives what takes its rows. The values of a row are the taker's. It
// gives the version of the schema, by which Restore knows the rows.
func (b *base) Snapshot(ctx context.Context, table func(name string, columns []string) (func(row []any) error, error)) (version int, err error) {
	const op = "store.Snapshot"
	err = b.transact(ctx, op, reading, func(t *tx) error {
		if version, err = t.version(ctx, len(b.steps)); err != nil {
			return err
		}
		if version != len(b.steps) {
			return privacy.E(op, privacy.Conflict, ErrNewer)
		}
		for _, name := range b.tables() {
			cols, err := t.columns(ctx, name)
			if err != nil {
				return err
			}
			take, err := table(name, cols)
			if err != nil {
				return err
			}
			if err := t.run(ctx, ask(rowsTo(len(cols), take), "SELECT "+strings.Join(cols, ", ")+" FROM "+name)); err != nil {
				return err
			}
		}
		return nil
	})
	return version, err
}

// rowsTo reads rows of so many columns, whatever they hold.
func rowsTo(n int, take func([]any) error) func(scan) error {
	return func(s scan) error {
		row, dest := make([]any, n), make([]any, n)
		for i := range row {
			dest[i] = &row[i]
		}
		if err := s(dest...); err != nil {
			return err
		}
		return take(row)
	}
}

// tables are the names of what is copied: all but the list of migrations, which
// comes with the schema.
func (b *base) tables() (names []string) {
	for _, t := range b.declared {
		if t.Name != "migration" {
			names = append(names, t.Name)
		}
	}
	return names
}

func (t *tx) columns(ctx context.Context, table string) ([]string, error) {
	return list(ctx, &t.view, func(s scan, c *string) error { return s(c) }, t.e.columns(), table)
}

// Restore makes the data that dsn names into what the rows say, in one
// transaction: all of it is there, or what was there before. version is the one
// that Snapshot gave; the schema is brought from it to this program's. Data that
// are there are replaced with force and refused as Conflict (ErrNotEmpty)
// without. The copy is marked as restored, so that nobody serves it before the
// destructions since are done again.
func Restore(ctx context.Context, dsn string, version int, force bool, rows iter.Seq2[Rows, error], opts Options) error {
	b, err := connect(ctx, dsn, "kupuya.db", "", dataMigrations, DataTables(), opts)
	if err != nil {
		return err
	}
	err = b.restore(ctx, version, force, rows, func(t *tx) error {
		n, err := t.change(ctx, `UPDATE mark SET n = -n - 1 WHERE name = $1 AND n >= 0`, markKeys)
		if err == nil && n == 0 {
			err = t.later(ctx, `INSERT INTO mark (name, id, n) VALUES ($1, '', -1) ON CONFLICT DO NOTHING`, markKeys)
		}
		return err
	})
	return errors.Join(err, b.Close())
}

// RestoreKeys is Restore for a key store. It keeps its name and its number.
func RestoreKeys(ctx context.Context, dsn string, version int, force bool, rows iter.Seq2[Rows, error], opts Options) error {
	b, err := connect(ctx, dsn, "keys.db", "kupuya_keys", keyMigrations, KeyTables(), opts)
	if err != nil {
		return err
	}
	return errors.Join(b.restore(ctx, version, force, rows, func(*tx) error { return nil }), b.Close())
}

func (b *base) restore(ctx context.Context, version int, force bool, rows iter.Seq2[Rows, error], last func(*tx) error) error {
	const op = "store.Restore"
	if version < 1 || version > len(b.steps) {
		return privacy.E(op, privacy.Conflict, fmt.Errorf("%w: version %d, and this program knows %d", ErrNewer, version, len(b.steps)))
	}
	err, _ := b.attempt(ctx, op, writing, func(t *tx) error { // once: the rows come once
		if err := t.clearSchema(ctx, force); err != nil {
			return err
		}
		for _, step := range b.steps[:version] {
			if err := t.apply(ctx, step); err != nil {
				return err
			}
		}
		if err := t.loadAll(ctx, rows); err != nil {
			return err
		}
		for _, step := range b.steps[version:] {
			if err := t.apply(ctx, step); err != nil {
				return err
			}
		}
		return last(t)
	})
	return wrap(b.e, op, err)
}

// clearSchema drops every table, when they hold nothing or force is given.
func (t *tx) clearSchema(ctx context.Context, force bool) error {
	if err := t.e.serial(ctx, t.s); err != nil {
		return t.fail(err)
	}
	for _, table := range t.declared {
		there := false
		if err := t.run(ctx, ask(func(scan) error { there = true; return nil }, t.e.hasTable(), table.Name)); err != nil {
			return err
		}
		if !there {
			continue
		}
		if !force && table.Name != "migration" && table.Name != "mark" {
			full := false
			if err := t.run(ctx, ask(func(scan) error { full = true; return nil }, "SELECT 1 FROM "+table.Name+" LIMIT 1")); err != nil {
				return err
			}
			if full {
				return privacy.E(t.op, privacy.Conflict, ErrNotEmpty)
			}
		}
		if err := t.run(ctx, do("DROP TABLE "+table.Name)); err != nil {
			return err
		}
	}
	return nil
}

// loadAll takes rows into the tables they name, which must have just their
// columns.
func (t *tx) loadAll(ctx context.Context, rows iter.Seq2[Rows, error]) error {
	known := map[string][]string{}
	for r, err := range rows {
		if err != nil {
			return err
		}
		if known[r.Table] == nil && slices.ContainsFunc(t.declared, func(d Table) bool { return d.Name == r.Table && d.Name != "migration" }) {
			if known[r.Table], err = t.columns(ctx, r.Table); err != nil {
				return err
			}
		}
		if len(r.Columns) == 0 || !slices.Equal(r.Columns, known[r.Table]) {
			return privacy.E(t.op, privacy.Invalid, fmt.Errorf("%w: table %.40q", ErrShape, r.Table))
		}
		if err := t.load(ctx, r); err != nil {
			return err
		}
	}
	return t.err
}

func (t *tx) load(ctx context.Context, r Rows) error {
	var failed error // of the rows, and not of the engine
	next := func() ([]any, error) {
		row, err := r.Next()
		if err == nil {
			if len(row) != len(r.Columns) {
				err = ErrShape
			} else {
				err = bind(row)
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			failed = err
		}
		return row, err
	}
	err := t.s.load(ctx, r.Table, r.Columns, next)
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return t.fail(err)
	}
	return nil
}
