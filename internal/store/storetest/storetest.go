// Package storetest is the contract of package store: what every engine must
// keep, tried through the interfaces alone.
//
// It promises that an engine that passes Run and RunKeys can be put in the
// place of another and nobody notices, also when connections break at any call,
// when sixty-four want the same row, and when the program is killed and opened
// again.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Engine is both halves of an open store.
type Engine interface {
	store.Store
	store.Queue
}

// Place is one fresh database, empty but for its schema.
type Place struct {
	// Open opens it; called again, it opens the same data as another process
	// would. fault, if not nil, is asked before every call of the engine with
	// what it is about to do, and with "committed" after a commit; its error
	// breaks the connection there. The engine is closed at the end of the test.
	Open func(t *testing.T, fault func(op string) error) Engine
	// Dump gives every row of every table, one line each, "table: …", sorted.
	Dump func(t *testing.T) []string
}

// Run tries an engine. fresh gives each test a place of its own.
func Run(t *testing.T, fresh func(t *testing.T) Place) {
	for _, part := range []struct {
		name  string
		tests []test
	}{
		{"transactions", transactions},
		{"standing and events", subjects},
		{"lookups", lookups},
		{"records", records},
		{"proofs", proofs},
		{"disclosures", disclosures},
		{"tree", trees},
		{"work", queues},
		{"faults", faults},
		{"model", models},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range part.tests {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(t, fresh(t))
				})
			}
		})
	}
}

// test is one sentence of the contract.
type test struct {
	name string
	run  func(t *testing.T, p Place)
}

// on makes a test that needs one engine.
func on(run func(t *testing.T, e Engine)) func(*testing.T, Place) {
	return func(t *testing.T, p Place) { run(t, p.Open(t, nil)) }
}

// noon is when the tests take place.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return noon.Add(d) }

// newID makes a subject's id.
func newID() privacy.SubjectID { return privacy.SubjectID(privacy.NewID(noon)) }

// person makes the standing of a subject.
func person(id privacy.SubjectID) *privacy.Subject {
	return &privacy.Subject{
		ID: id, Stream: privacy.NewStream(), Status: privacy.StatusRegistered, Since: noon,
		Lang: privacy.Kyrgyz, AgeKnown: true,
	}
}

// event makes an event that may be appended.
func event(at time.Time) *ledger.Event {
	return &ledger.Event{
		V: ledger.FormatVersion, ID: privacy.NewID(at), Time: at, Kind: ledger.DataRead,
		Actor: ledger.Actor{Kind: "system", ID: "crm"},
	}
}

// update runs fn on a subject and fails the test with its error.
func update(t *testing.T, e store.Store, id privacy.SubjectID, fn func(context.Context, store.Tx) error) {
	t.Helper()
	if err := e.Update(t.Context(), id, func(tx store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// look runs fn on a view and fails the test with its error.
func look(t *testing.T, e store.Store, fn func(context.Context, store.View) error) {
	t.Helper()
	if err := e.View(t.Context(), func(v store.View) error { return fn(t.Context(), v) }); err != nil {
		t.Fatal(err)
	}
}

// register makes a subject with so many events.
func register(t *testing.T, e store.Store, events int) privacy.SubjectID {
	t.Helper()
	id := newID()
	update(t, e, id, func(ctx context.Context, tx store.Tx) error {
		if err := tx.PutSubject(ctx, person(id)); err != nil {
			return err
		}
		for i := range events {
			if _, err := tx.Append(ctx, id, event(after(time.Duration(i)*time.Second))); err != nil {
				return err
			}
		}
		return nil
	})
	return id
}

// equal compares what was read with what was kept.
func equal(what string, got, want any) error {
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		return fmt.Errorf("%s is\n%s\nand not\n%s", what, g, w)
	}
	return nil
}

// missing wants ErrNotFound.
func missing(what string, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%s gives %v and not ErrNotFound", what, err)
	}
	return nil
}

// coded wants an error of a code.
func coded(t *testing.T, err error, code privacy.Code) {
	t.Helper()
	if err == nil || privacy.CodeOf(err) != code {
		t.Fatalf("got %v, want an error with the code %s", err, code)
	}
}

// all gives the first error.
func all(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// together runs n functions at once and gives their errors.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start, done := make(chan struct{}), make(chan struct{})
	for i := range n {
		go func() {
			<-start
			errs[i] = fn(i)
			done <- struct{}{}
		}()
	}
	close(start)
	for range n {
		<-done
	}
	return errs
}
