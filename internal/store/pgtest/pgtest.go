package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"kupuya/internal/store/sqlstore"
)

// The environment that pgtest listens to.
const (
	envDSN  = "KUPUYA_TEST_DSN"    // a server to use: postgres://… of a role that may create databases
	envSkip = "KUPUYA_NO_POSTGRES" // "1": skip what needs PostgreSQL
)

// private is the cluster of this test process, if one was started.
var private struct {
	once    sync.Once
	cluster *Cluster
	err     error
}

// shared is the server, with a connection to it, and the migrated database
// that the others are copied from.
var shared struct {
	once     sync.Once
	server   string
	template string
	err      error
	mu       sync.Mutex
	conn     *pgx.Conn // for one statement at a time
}

// DSN gives a fresh database with both schemas, the data's and the keys'. It is
// dropped at the end of the test.
func DSN(t testing.TB) string {
	t.Helper()
	if os.Getenv(envSkip) == "1" {
		t.Skip("KUPUYA_NO_POSTGRES=1: not tried on PostgreSQL")
	}
	shared.once.Do(func() { shared.err = prepare(context.Background()) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	name := "kupuya_test_" + strings.ToLower(rand.Text()[:16])
	if err := admin("CREATE DATABASE " + name + " TEMPLATE " + shared.template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return within(shared.server, name)
}

// prepare finds or starts the server and makes the template.
func prepare(ctx context.Context) (err error) {
	if shared.server, err = server(); err != nil {
		return err
	}
	if shared.conn, err = pgx.Connect(ctx, shared.server); err != nil {
		return fmt.Errorf("pgtest: the server does not answer: %w", err)
	}
	shared.template, err = makeTemplate(ctx, shared.server)
	return err
}

// admin runs one statement on the server's own database.
func admin(sql string) error {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	_, err := shared.conn.Exec(context.Background(), sql)
	return err
}

// server names the server to use: the one given, or a private one.
func server() (string, error) {
	if dsn := os.Getenv(envDSN); dsn != "" {
		return dsn, nil
	}
	private.once.Do(func() {
		dir, err := tempDir()
		if err == nil {
			private.cluster, err = Start(dir)
		}
		if private.err = err; err != nil && dir != "" {
			private.err = errors.Join(err, os.RemoveAll(dir))
		}
	})
	if private.err != nil {
		return "", private.err
	}
	return private.cluster.DSN("postgres"), nil
}

// Main runs the tests of a package and stops its private cluster. A package
// that uses DSN calls it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if c := private.cluster; c != nil {
		if err := errors.Join(c.Stop(), os.RemoveAll(c.dir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// Serve starts one cluster, runs a command with KUPUYA_TEST_DSN set to it and
// gives the command's exit code, so that the tests of many packages share the
// cluster. A server that is named already is used as it is.
func Serve(args []string) (int, error) {
	if len(args) == 0 {
		return 2, errors.New("pgtest: no command to run")
	}
	dsn := os.Getenv(envDSN)
	if dsn == "" && os.Getenv(envSkip) != "1" {
		dir, err := tempDir()
		if err != nil {
			return 2, err
		}
		defer os.RemoveAll(dir)
		c, err := Start(dir)
		if err != nil {
			return 2, err
		}
		defer c.Stop()
		dsn = c.DSN("postgres")
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), envDSN+"="+dsn)
	if err := cmd.Start(); err != nil {
		return 2, err
	}
	stop := pass(cmd.Process)
	defer stop()
	var exit *exec.ExitError
	switch err := cmd.Wait(); {
	case errors.As(err, &exit):
		return exit.ExitCode(), nil
	case err != nil:
		return 2, err
	}
	return 0, nil
}

// pass hands signals on to the command and lets us live to tidy up after it. An
// interrupt from the keyboard reaches the command by itself.
func pass(to *os.Process) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				_ = to.Signal(s) // it may have ended
			}
		}
	}()
	return func() { signal.Stop(signals); close(signals) }
}

// building is the advisory lock under which the template is made.
const building = 0x6b7570

// makeTemplate makes the migrated database that tests copy, once per server and
// state of the schema, also when many test processes begin together.
func makeTemplate(ctx context.Context, server string) (string, error) {
	name := "kupuya_template_" + sqlstore.Fingerprint()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx) // gives the lock back too
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", building); err != nil {
		return "", err
	}
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	half := name + "_half"
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + half + " WITH (FORCE)", "CREATE DATABASE " + half} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	data, err := sqlstore.Open(ctx, within(server, half), sqlstore.Options{MaxConns: 1})
	if err != nil {
		return "", err
	}
	keys, err := sqlstore.OpenKeys(ctx, within(server, half), sqlstore.Options{MaxConns: 1})
	if err = errors.Join(err, data.Close()); err != nil {
		return "", err
	}
	if err := keys.Close(); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+name)
	return name, err
}

// within names another database of the same server.
func within(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server // and connecting to it says what is wrong
	}
	u.Path = "/" + database
	return u.String()
}
