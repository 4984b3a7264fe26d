package pgtest_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"kupuya/internal/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// run runs one statement that gives one text.
func run(t *testing.T, dsn, sql string) (out string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), sql).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEachTestHasAMigratedDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	a, b := pgtest.DSN(t), pgtest.DSN(t)
	if a == b {
		t.Fatal("two tests share a database")
	}
	run(t, a, `INSERT INTO lease (name, owner, held_until) VALUES ('n', 'o', 1) RETURNING name`)
	for dsn, want := range map[string]string{a: "1 0", b: "0 0"} {
		if got := run(t, dsn, `SELECT (SELECT count(*) FROM lease) || ' ' || (SELECT count(*) FROM kupuya_keys.subject_key)`); got != want {
			t.Errorf("rows are %s, want %s", got, want)
		}
	}
}

func TestAKilledClusterComesBackWithItsData(t *testing.T) {
	t.Parallel()
	if os.Getenv("KUPUYA_NO_POSTGRES") == "1" {
		t.Skip("KUPUYA_NO_POSTGRES=1")
	}
	dir, err := os.MkdirTemp("", "kupuya-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	c, err := pgtest.Start(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	dsn := c.DSN("postgres")
	run(t, dsn, `SELECT lo_from_bytea(77, 'kept')::text`)
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	if conn, err := pgx.Connect(t.Context(), dsn); err == nil {
		t.Error("a killed server answers", conn.Close(t.Context()))
	}
	if err := c.Restart(); err != nil {
		t.Fatal(err)
	}
	if got := run(t, dsn, `SELECT convert_from(lo_get(77), 'UTF8')`); got != "kept" {
		t.Errorf("after the crash it is %q", got)
	}
}

func TestServeRunsACommandBesideAClusterAndGivesItsExitCode(t *testing.T) {
	code, err := pgtest.Serve([]string{"sh", "-c", `case "$KUPUYA_TEST_DSN" in postgres://*) exit 7;; *) exit 1;; esac`})
	if os.Getenv("KUPUYA_NO_POSTGRES") != "1" && (err != nil || code != 7) {
		t.Errorf("%d, %v", code, err)
	}
	if _, err := pgtest.Serve(nil); err == nil {
		t.Error("no command is taken for one")
	}
	if _, err := pgtest.Serve([]string{"/no/such/program"}); err == nil {
		t.Error("a command that cannot be run is taken for one that was")
	}
}

func TestWhereThereIsNoPostgreSQLItSaysWhatToInstall(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"apt-get install postgresql", "KUPUYA_TEST_DSN", "KUPUYA_NO_POSTGRES=1"} {
		if !strings.Contains(pgtest.ErrMissing.Error(), word) {
			t.Errorf("the error does not name %s", word)
		}
	}
}
