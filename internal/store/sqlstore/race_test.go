package sqlstore_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
)

// The races here are brought about and not hoped for: the fault hook, which is
// asked before every call of the engine, holds one side until the other is
// where it does harm.

func TestTwoWorkersThatSeeTheSameDutiesLeaseEachOnce(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	plain := openData(t, dsn, sqlstore.Options{})
	id := register(t, plain)
	err := plain.Update(t.Context(), id, func(tx store.Tx) error {
		for _, name := range []string{"a", "b", "c"} {
			d := store.Duty{Subject: id, ID: name, Kind: "settle", Due: noon, Created: noon}
			if err := tx.PutDuty(t.Context(), d); err != nil {
				return err
			}
			m := store.Message{Subject: id, ID: name, Channel: "sms", Due: noon}
			if err := tx.PutMessage(t.Context(), m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"duties", "messages"} {
		var seen sync.WaitGroup // both have read before either writes
		seen.Add(2)
		taken := make(chan int, 2)
		for _, owner := range []string{"w1", "w2"} {
			var once sync.Once
			db := openData(t, dsn, sqlstore.Options{Fault: func(op string) error {
				if op == "update" {
					once.Do(func() { seen.Done(); seen.Wait() })
				}
				return nil
			}})
			go func() {
				var n int
				var err error
				if kind == "duties" {
					var got []store.Duty
					got, err = db.LeaseDuties(t.Context(), owner, noon, time.Minute, 10)
					n = len(got)
				} else {
					var got []store.Message
					got, err = db.LeaseMessages(t.Context(), owner, noon, time.Minute, 10)
					n = len(got)
				}
				if err != nil {
					t.Error(err)
				}
				taken <- n
			}()
		}
		if n := <-taken + <-taken; n != 3 {
			t.Errorf("%d %s were leased, want 3", n, kind)
		}
	}
}

func TestASeedCannotComeToLifeBesideTheDestructionOfItsKey(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	destroyer, watcher := openKeys(t, dsn, sqlstore.Options{}), openKeys(t, dsn, sqlstore.Options{})
	id := privacy.SubjectID(privacy.NewID(noon))
	wrapped := random(60)
	if err := destroyer.PutKey(t.Context(), store.SubjectKey{Subject: id, Epoch: 1, Wrapped: wrapped, Created: noon}); err != nil {
		t.Fatal(err)
	}
	destroyed := make(chan error, 1)
	var once sync.Once
	k := openKeys(t, dsn, sqlstore.Options{Fault: func(op string) error {
		if op == "insert" { // the key was read; now it is to be destroyed
			once.Do(func() {
				done := make(chan struct{})
				go func() { destroyed <- destroyer.DestroyKey(t.Context(), id, "order"); close(done) }()
				for waits := false; !waits; runtime.Gosched() {
					select {
					case <-done:
						return
					default:
					}
					locks, err := sqlstore.Query(t.Context(), watcher, `SELECT query FROM pg_stat_activity
						WHERE datname = current_database() AND wait_event_type = 'Lock'`)
					if err != nil {
						t.Error(err)
						return
					}
					waits = len(locks) > 0
				}
			})
		}
		return nil
	}})
	if _, err := k.PutSeed(t.Context(), id, wrapped, "D01", random(45)); err != nil {
		t.Error(err)
	}
	if err := <-destroyed; err != nil {
		t.Error(err)
	}
	for _, line := range dump(t, watcher) {
		if strings.HasPrefix(line, "subject_key:") || strings.HasPrefix(line, "seed:") {
			t.Errorf("left: %s", line)
		}
	}
}
