package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Dump gives every row of every declared table, sorted.
func Dump(ctx context.Context, db any) ([]string, error) {
	b, tables := baseOf(db), DataTables()
	if _, isKeys := db.(*Keys); isKeys {
		tables = KeyTables()
	}
	var lines []string
	err := b.transact(ctx, "dump", reading, func(t *tx) error {
		for _, table := range tables {
			cols, err := t.columns(ctx, table.Name)
			if err != nil {
				return err
			}
			err = t.run(ctx, ask(func(s scan) error {
				row := make([]any, len(cols))
				dest := make([]any, len(cols))
				for i := range row {
					dest[i] = &row[i]
				}
				if err := s(dest...); err != nil {
					return err
				}
				line := table.Name + ":"
				for i, v := range row {
					line += fmt.Sprintf(" %s=%v", cols[i], v)
				}
				lines = append(lines, line)
				return nil
			}, "SELECT "+strings.Join(cols, ", ")+" FROM "+table.Name))
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(lines)
	return lines, err
}

func baseOf(db any) *base {
	switch db := db.(type) {
	case *DB:
		return &db.base
	case *Keys:
		return &db.base
	}
	panic("not a database of this package")
}

// Step runs one more migration on an open store: the next release's.
func Step(ctx context.Context, db *DB, text string) error {
	runs, err := strconv.ParseInt(firstLine.FindStringSubmatch(text)[1], 10, 64)
	if err != nil {
		return err
	}
	next := migration{version: int64(len(dataMigrations) + 1), name: "next", runs: runs, text: text}
	return migrate(ctx, db.base, append(slices.Clone(dataMigrations), next))
}

// Steps is how many migrations of the data this program has.
func Steps() int { return len(dataMigrations) }

// OpenAs opens a store as a program that knew the first so many migrations did.
func OpenAs(ctx context.Context, dsn string, steps int) (*DB, error) {
	b, err := open(ctx, dsn, "kupuya.db", "", dataMigrations[:steps], DataTables(), Options{})
	if err != nil {
		return nil, err
	}
	return &DB{b}, nil
}

// Query runs a query of the test's own and gives its rows of one text column.
func Query(ctx context.Context, db any, sql string, args ...any) (out []string, err error) {
	err = baseOf(db).transact(ctx, "test", writing, func(t *tx) error {
		out, err = list(ctx, &t.view, func(s scan, c *string) error { return s(c) }, sql, args...)
		return err
	})
	return out, err
}

// Raw opens a file of SQLite with the store's settings and one connection.
func Raw(t testing.TB, path string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+path+"?"+pragmas)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// OpenKeysAs opens keys as a program that knew the first so many migrations did.
func OpenKeysAs(ctx context.Context, dsn string, steps int) (*Keys, error) {
	b, err := open(ctx, dsn, "keys.db", "kupuya_keys", keyMigrations[:steps], KeyTables(), Options{})
	if err != nil {
		return nil, err
	}
	return &Keys{base: b}, nil
}

// TablesAt names the tables that the first so many migrations of the data make.
func TablesAt(steps int) (names []string) {
	for _, m := range dataMigrations[:steps] {
		for _, s := range m.statements() {
			if t, creates := tableOf(engineOnly.ReplaceAllString(s, "")); creates && !slices.Contains(names, t.Name) {
				names = append(names, t.Name)
			}
		}
	}
	return names
}
