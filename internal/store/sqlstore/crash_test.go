package sqlstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
)

// envVictim makes this test binary the process that is killed.
const envVictim = "KUPUYA_TEST_VICTIM"

// TestVictim is that process: it records events on the subject it is given and
// prints a line for each that was acknowledged, until it is killed.
func TestVictim(t *testing.T) {
	dsn, subject, found := strings.Cut(os.Getenv(envVictim), " ")
	if !found {
		t.Skip("only for the tests that kill it")
	}
	db := openData(t, dsn, sqlstore.Options{})
	for {
		if err := record(t.Context(), db, privacy.SubjectID(subject)); err != nil {
			t.Fatal(err)
		}
		fmt.Println("acknowledged")
	}
}

func TestAKilledProgramHasLostNothingItAcknowledged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		db := openData(t, dsn, sqlstore.Options{})
		id := register(t, db)
		acknowledged := 0
		for round := range 4 {
			victim := exec.Command(os.Args[0], "-test.run=^TestVictim$")
			victim.Env = append(os.Environ(), envVictim+"="+dsn+" "+string(id))
			out, err := victim.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := victim.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			for n := 0; lines.Scan(); n++ {
				if lines.Text() == "acknowledged" {
					acknowledged++
				}
				if n == 10+7*round {
					if err := victim.Process.Kill(); err != nil {
						t.Error(err)
					}
				}
			}
			if err := victim.Wait(); err == nil {
				t.Fatal("the victim ended by itself")
			}
		}
		// One write a round may be durable and not yet told.
		if n := kept(t, db, id); n < acknowledged || n > acknowledged+4 || acknowledged < 40 {
			t.Errorf("%d events acknowledged, %d kept", acknowledged, n)
		}
	})
}

func TestAKilledPostgreSQLHasLostNothingAcknowledgedAndNoAnswerIsGivenMeanwhile(t *testing.T) {
	t.Parallel()
	if os.Getenv("KUPUYA_NO_POSTGRES") == "1" {
		t.Skip("KUPUYA_NO_POSTGRES=1")
	}
	dir, err := os.MkdirTemp("", "kupuya-crash-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	cluster, err := pgtest.Start(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	db := openData(t, cluster.DSN("postgres"), sqlstore.Options{MaxConns: 4})
	ids := []privacy.SubjectID{register(t, db), register(t, db), register(t, db), register(t, db)}
	acknowledged := make([]int, len(ids))
	for range 3 {
		var count atomic.Int64
		enough, ended := make(chan struct{}), sync.WaitGroup{}
		for i, id := range ids {
			ended.Go(func() {
				for {
					err := record(t.Context(), db, id)
					if err != nil {
						if privacy.CodeOf(err) != privacy.Unavailable {
							t.Errorf("with the server killed: %v", err)
						}
						return
					}
					acknowledged[i]++
					if count.Add(1) == 100 {
						close(enough)
					}
				}
			})
		}
		<-enough
		if err := cluster.Kill(); err != nil {
			t.Fatal(err)
		}
		ended.Wait()
		down, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		err := db.View(down, func(v store.View) error { _, err := v.Subject(down, ids[0]); return err })
		if privacy.CodeOf(err) != privacy.Unavailable || privacy.CodeOf(db.Ping(down)) != privacy.Unavailable {
			t.Errorf("while the server is down: %v", err)
		}
		cancel()
		if err := cluster.Restart(); err != nil {
			t.Fatal(err)
		}
		if err := db.Ping(t.Context()); err != nil {
			t.Errorf("with the server back: %v", err)
		}
	}
	for i, id := range ids {
		if n := kept(t, db, id); n < acknowledged[i] || n > acknowledged[i]+3 {
			t.Errorf("%d events acknowledged, %d kept", acknowledged[i], n)
		}
	}
}

func TestAConnectionThatEndsInATransactionKeepsNothingAndIsReplaced(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	db := openData(t, dsn, sqlstore.Options{MaxConns: 1})
	other := openData(t, dsn, sqlstore.Options{MaxConns: 1})
	id := register(t, db)
	for _, when := range []string{"before a read", "before the commit"} {
		err := db.Update(t.Context(), id, func(tx store.Tx) error {
			if err := appendOne(t.Context(), tx, id); err != nil {
				return err
			}
			if _, err := sqlstore.Query(t.Context(), other, `SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
				t.Error(err)
			}
			if when == "before a read" {
				_, err := tx.Records(t.Context(), id)
				return err
			}
			return nil
		})
		if privacy.CodeOf(err) != privacy.Unavailable {
			t.Errorf("%s: %v", when, err)
		}
		if n := kept(t, db, id); n != 0 {
			t.Errorf("%s: %d events kept", when, n)
		}
	}
	if err := record(t.Context(), db, id); err != nil {
		t.Fatal(err)
	}
}

func TestADeadlockIsRunAgainAndBothSucceed(t *testing.T) {
	t.Parallel()
	db := openData(t, pgtest.DSN(t)+"&options=-c%20deadlock_timeout%3D20ms", sqlstore.Options{})
	ids := []privacy.SubjectID{register(t, db), register(t, db)}
	var met sync.WaitGroup // both hold their first row before either asks for its second
	met.Add(2)
	errs, runs := make(chan error, 2), atomic.Int64{}
	for i, id := range ids {
		go func() {
			first := true
			errs <- db.Update(t.Context(), id, func(tx store.Tx) error {
				runs.Add(1)
				keys := []string{"a", "b"}
				if _, err := tx.Hit(t.Context(), keys[i], noon, 1); err != nil {
					return err
				}
				if first {
					first = false
					met.Done()
					met.Wait()
				}
				_, err := tx.Hit(t.Context(), keys[1-i], noon, 1)
				return err
			})
		}()
	}
	for range ids {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if runs.Load() < 3 {
		t.Error("there was no deadlock: the test proves nothing")
	}
	for _, line := range dump(t, db) {
		if strings.HasPrefix(line, "counter:") && !strings.Contains(line, "hits=2") {
			t.Errorf("a hit is lost or doubled: %s", line)
		}
	}
}

func TestAWriterInAnotherProcessIsWaitedForUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + t.TempDir()
	a, b := openData(t, dsn, sqlstore.Options{}), openData(t, dsn, sqlstore.Options{})
	id, other := register(t, a), register(t, a)
	holds, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- a.Update(t.Context(), id, func(store.Tx) error { close(holds); <-release; return nil })
	}()
	<-holds
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for _, db := range []*sqlstore.DB{a, b} {
		if err := record(short, db, other); privacy.CodeOf(err) != privacy.Unavailable {
			t.Errorf("got %v", err)
		}
	}
	waits := make(chan error)
	go func() { waits <- record(t.Context(), b, other) }()
	close(release)
	if err := errors.Join(<-done, <-waits); err != nil {
		t.Fatal(err)
	}
	if n := kept(t, a, other); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

func TestPostgreSQLHasNoOpenTransactionsLeft(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	db := openData(t, dsn, sqlstore.Options{MaxConns: 2})
	id := register(t, db)
	for range 10 {
		_ = db.Update(t.Context(), id, func(store.Tx) error { return errors.New("no") })
		_ = db.View(t.Context(), func(v store.View) error { _, err := v.Subject(t.Context(), id); return err })
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	var open, held int
	err = conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE state LIKE 'idle in%'), count(*) - 1 FROM pg_stat_activity
		WHERE datname = current_database()`).Scan(&open, &held)
	if err = errors.Join(err, conn.Close(t.Context())); err != nil || open != 0 || held > 2 {
		t.Errorf("%d open transactions on %d connections, %v", open, held, err)
	}
}

func TestAFullDiskLosesNothingAcknowledgedAndHeals(t *testing.T) {
	t.Parallel()
	db := openData(t, "sqlite:"+t.TempDir(), sqlstore.Options{})
	var ids [8]privacy.SubjectID
	for i := range ids {
		ids[i] = register(t, db)
	}
	limit := func(pages string) {
		if _, err := sqlstore.Query(t.Context(), db, `PRAGMA max_page_count = `+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("400")
	var acknowledged [8]int
	var writers sync.WaitGroup
	for i, id := range ids {
		writers.Go(func() {
			for {
				err := db.Update(t.Context(), id, func(tx store.Tx) error {
					name := fmt.Sprint(acknowledged[i])
					if err := tx.PutReceipt(t.Context(), store.Receipt{Subject: id, ID: name, Kind: "k", At: noon, Sealed: random(9000)}); err != nil {
						return err
					}
					return appendOne(t.Context(), tx, id)
				})
				if err != nil {
					if privacy.CodeOf(err) != privacy.Unavailable {
						t.Errorf("on a full disk: %v", err)
					}
					return
				}
				acknowledged[i]++
			}
		})
	}
	writers.Wait()
	limit("1000000")
	for i, id := range ids {
		if n := kept(t, db, id); n != acknowledged[i] || n == 0 {
			t.Errorf("%d events acknowledged, %d kept", acknowledged[i], n)
		}
		if err := record(t.Context(), db, id); err != nil {
			t.Errorf("with room again: %v", err)
		}
	}
}
