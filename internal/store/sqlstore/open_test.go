package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// register makes a subject.
func register(t testing.TB, db *sqlstore.DB) privacy.SubjectID {
	t.Helper()
	id := privacy.SubjectID(privacy.NewID(noon))
	s := &privacy.Subject{ID: id, Stream: privacy.NewStream(), Status: privacy.StatusRegistered, Since: noon}
	if err := db.Update(t.Context(), id, func(tx store.Tx) error { return tx.PutSubject(t.Context(), s) }); err != nil {
		t.Fatal(err)
	}
	return id
}

// record appends an event.
func record(ctx context.Context, db *sqlstore.DB, id privacy.SubjectID) error {
	return db.Update(ctx, id, func(tx store.Tx) error { return appendOne(ctx, tx, id) })
}

func appendOne(ctx context.Context, tx store.Tx, id privacy.SubjectID) error {
	_, err := tx.Append(ctx, id, &ledger.Event{
		V: ledger.FormatVersion, ID: privacy.NewID(noon), Time: noon, Kind: ledger.DataRead,
		Actor: ledger.Actor{Kind: "system", ID: "crm"},
	})
	return err
}

// kept gives the number of the subject's events, each checked against its link.
func kept(t testing.TB, db *sqlstore.DB, id privacy.SubjectID) int {
	t.Helper()
	var rows []store.EventRow
	if err := db.View(t.Context(), func(v store.View) (err error) {
		rows, err = v.Events(t.Context(), id, 0, 0, 1<<20)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var head ledger.Head
	for _, row := range rows {
		e, err := ledger.Parse(row.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		linked := e
		head.Link(&linked)
		if linked.Prev != e.Prev || linked.Seq != e.Seq {
			t.Fatalf("event %d does not link to the one before", e.Seq)
		}
		head = ledger.Head{Seq: e.Seq, Hash: ledger.Hash(row.Bytes)}
	}
	return len(rows)
}

func TestWhatIsWrongAtStartIsSaidClearly(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("not a directory"), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	for _, name := range []string{"kupuya.db", "keys.db"} {
		if err := os.WriteFile(filepath.Join(damaged, name), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, dsn string
		want      error
	}{
		{"no data source", "", sqlstore.ErrDSN},
		{"an engine nobody speaks", "mysql://u:canary@h/d", sqlstore.ErrDSN},
		{"sqlite without a directory", "sqlite:", sqlstore.ErrDSN},
		{"a URL that is none", "postgres://u:canary@h:port/d", sqlstore.ErrDSN},
		{"no server there", "postgres://u:canary@/d?host=" + t.TempDir(), sqlstore.ErrConnect},
		{"a file in place of the directory", "sqlite:" + file, sqlstore.ErrDirectory},
		{"a file that is no database", "sqlite:" + damaged, sqlstore.ErrConnect},
	} {
		for _, open := range []func() error{
			func() error { _, err := sqlstore.Open(t.Context(), c.dsn, sqlstore.Options{}); return err },
			func() error { _, err := sqlstore.OpenKeys(t.Context(), c.dsn, sqlstore.Options{}); return err },
		} {
			err := open()
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: the password is in the error", c.name)
			}
		}
	}
}

func TestPostgreSQLThatMayLoseWritesIsRefused(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t) + "&options=" + "-c%20synchronous_commit%3Doff"
	if _, err := sqlstore.Open(t.Context(), dsn, sqlstore.Options{}); !errors.Is(err, sqlstore.ErrEngine) {
		t.Fatalf("got %v", err)
	}
}

func TestTheFilesAreForTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a b?c%d#e", "data") // made, whatever it is called
	db := openData(t, "sqlite:"+dir, sqlstore.Options{})
	openKeys(t, "sqlite:"+dir, sqlstore.Options{})
	register(t, db)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %s", e.Name(), info.Mode())
		}
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); !strings.Contains(got, "keys.db") || !strings.Contains(got, "kupuya.db") {
		t.Errorf("the files are %s", got)
	}
}

func TestEightProcessesThatBeginAtOnceMakeOneSchema(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		if strings.HasPrefix(dsn, "postgres") {
			empty(t, dsn)
		}
		errs := make(chan error, 16)
		for range 8 {
			go func() {
				db, err := sqlstore.Open(t.Context(), dsn, sqlstore.Options{MaxConns: 1})
				if err == nil {
					err = db.Close()
				}
				errs <- err
			}()
			go func() {
				k, err := sqlstore.OpenKeys(t.Context(), dsn, sqlstore.Options{MaxConns: 1})
				if err == nil {
					err = k.Close()
				}
				errs <- err
			}()
		}
		for range 16 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if n := len(dump(t, openData(t, dsn, sqlstore.Options{}))); n != sqlstore.Steps() {
			t.Errorf("%d rows, want one for each migration", n)
		}
	})
}

// empty takes the schemas out of a database that pgtest made.
func empty(t *testing.T, dsn string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), `DROP SCHEMA kupuya_keys CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public`)
	if err = errors.Join(err, conn.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// next begins a migration on which only the next release runs.
var next = fmt.Sprintf("-- runs with programs from %d\n", sqlstore.Steps()+1)

func TestTheNextReleaseMigratesWhatIsThere(t *testing.T) {
	t.Parallel()
	const column = "ALTER TABLE stream ADD COLUMN later BIGINT;\n"
	onBoth(t, func(t *testing.T, dsn string) {
		db := openData(t, dsn, sqlstore.Options{})
		id := register(t, db)
		if err := record(t.Context(), db, id); err != nil {
			t.Fatal(err)
		}
		before := dump(t, db)
		if err := sqlstore.Step(t.Context(), db, "-- runs with programs from 1\n"+column); err != nil {
			t.Fatal(err)
		}
		// What was there is there, and this release goes on running beside the next.
		again := openData(t, dsn, sqlstore.Options{})
		for _, line := range before {
			if table, _, _ := strings.Cut(line, ":"); table != "stream" && !strings.Contains(strings.Join(dump(t, again), "\n"), line) {
				t.Errorf("gone: %s", line)
			}
		}
		for _, db := range []*sqlstore.DB{db, again} {
			if err := record(t.Context(), db, id); err != nil {
				t.Fatal(err)
			}
		}
		if n := kept(t, again, id); n != 3 {
			t.Errorf("%d events, want 3", n)
		}
	})
}

func TestASchemaThatThisProgramDoesNotKnowIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		db := openData(t, dsn, sqlstore.Options{})
		if err := sqlstore.Step(t.Context(), db, next+"ALTER TABLE stream ADD COLUMN later BIGINT;\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := sqlstore.Open(t.Context(), dsn, sqlstore.Options{}); !errors.Is(err, sqlstore.ErrNewer) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestAMigrationThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		db := openData(t, dsn, sqlstore.Options{})
		before := dump(t, db)
		err := sqlstore.Step(t.Context(), db, next+"ALTER TABLE stream ADD COLUMN later BIGINT;\nALTER TABLE nothing ADD COLUMN x BIGINT;\n")
		if err == nil {
			t.Fatal("a broken migration passed")
		}
		if after := dump(t, db); strings.Join(after, "\n") != strings.Join(before, "\n") {
			t.Error("something of it was kept")
		}
		if err := sqlstore.Step(t.Context(), db, "-- runs with programs from 1\nALTER TABLE stream ADD COLUMN later BIGINT;\n"); err != nil {
			t.Errorf("the column of the broken migration is there: %v", err)
		}
	})
}

func TestTextIsOrderedByItsBytesOnBothEngines(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		dsn := pgtest.DSN(t)
		for _, db := range []any{openData(t, dsn, sqlstore.Options{}), openKeys(t, dsn, sqlstore.Options{})} {
			odd, err := sqlstore.Query(t.Context(), db, `SELECT table_name || '.' || column_name FROM information_schema.columns
				WHERE table_schema = ANY (current_schemas(false)) AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`)
			if err != nil || len(odd) > 0 {
				t.Errorf("columns in the server's order: %v, %v", odd, err)
			}
		}
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dsn := "sqlite:" + t.TempDir()
		for _, db := range []any{openData(t, dsn, sqlstore.Options{}), openKeys(t, dsn, sqlstore.Options{})} {
			loose, err := sqlstore.Query(t.Context(), db, `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
				AND strict = 0 AND name NOT LIKE 'sqlite_%'`)
			if err != nil || len(loose) > 0 {
				t.Errorf("tables without types: %v, %v", loose, err)
			}
			settings, err := sqlstore.Query(t.Context(), db, `SELECT (SELECT journal_mode FROM pragma_journal_mode) || ' ' ||
				(SELECT synchronous FROM pragma_synchronous) || ' ' || (SELECT secure_delete FROM pragma_secure_delete) || ' ' ||
				(SELECT foreign_keys FROM pragma_foreign_keys)`)
			if err != nil || settings[0] != "wal 2 1 1" {
				t.Errorf("settings are %v, %v", settings, err)
			}
		}
	})
}
