package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

var errCut = errors.New("the connection was cut")

// cutter breaks the n-th call of the engine.
type cutter struct {
	mu sync.Mutex
	n  int    // calls until the cut
	op string // what was cut; "" while nothing was
}

func (c *cutter) fault(op string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n--; c.n != 0 {
		return nil
	}
	c.op = op
	return errCut
}

// arm sets the cut at the n-th call from now.
func (c *cutter) arm(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n, c.op = n, ""
}

func (c *cutter) cut() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.op
}

// breakEach runs work with a cut at its first call, its second and so on, until
// it ends before the cut. Where it was cut it must say Unavailable, and the
// place must be as before, or, when the cut came after the commit, as the work
// leaves it: never in between.
func breakEach(t *testing.T, c *cutter, dump func(*testing.T) []string, work func(i int) error, whole func(i int, before, after []string) error) {
	t.Helper()
	for i := 1; ; i++ {
		before := dump(t)
		c.arm(i)
		err := work(i)
		op := c.cut()
		c.arm(0)
		after := dump(t)
		if op == "" {
			if err := all(err, whole(i, before, after)); err != nil {
				t.Fatalf("whole, after %d calls: %v", i, err)
			}
			if i < 4 {
				t.Fatalf("only %d calls were cut", i-1)
			}
			return
		}
		if privacy.CodeOf(err) != privacy.Unavailable || !errors.Is(err, errCut) {
			t.Fatalf("cut at call %d (%s) gives %v", i, op, err)
		}
		if op == "committed" || op == "scrub" {
			err = whole(i, before, after)
		} else {
			err = equal("the place", after, before)
		}
		if err != nil {
			t.Fatalf("cut at call %d (%s): %v", i, op, err)
		}
	}
}

var faults = []test{
	{"a transaction that is cut at any call is whole or nothing", func(t *testing.T, p Place) {
		var c cutter
		e := p.Open(t, c.fault)
		work := func(int) error {
			id := newID()
			return e.Update(t.Context(), id, func(tx store.Tx) error { return everything(t.Context(), tx, id) })
		}
		breakEach(t, &c, p.Dump, work, func(_ int, before, after []string) error {
			return equal("new rows", len(less(after, before)), 26)
		})
	}},
	{"a destruction that is cut at any call is whole or nothing", func(t *testing.T, p Place) {
		var c cutter
		e := p.Open(t, c.fault)
		ids := map[int]privacy.SubjectID{}
		work := func(i int) error { // on a subject that was made before the cut was set
			return e.Update(t.Context(), ids[i], func(tx store.Tx) error {
				_, err := tx.DropRecords(t.Context(), ids[i])
				return all(err, tx.DropLookups(t.Context(), ids[i]), tx.Strip(t.Context(), ids[i]))
			})
		}
		dump := func(t *testing.T) []string { return p.Dump(t) }
		for i := 1; i <= 40; i++ {
			ids[i] = newID()
			update(t, e, ids[i], func(ctx context.Context, tx store.Tx) error { return everything(ctx, tx, ids[i]) })
		}
		breakEach(t, &c, dump, work, func(_ int, before, after []string) error {
			return equal("rows gone", len(less(before, after)), 11)
		})
	}},
	{"sealing that is cut at any call is whole or nothing", func(t *testing.T, p Place) {
		var c cutter
		e, other := p.Open(t, c.fault), p.Open(t, nil)
		register(t, e, 60)
		work := func(int) error {
			rows := waiting(t, other, 3)
			first := int64(0)
			look(t, other, func(ctx context.Context, v store.View) error {
				leaves, err := v.Leaves(ctx, 0, 1000)
				first = int64(len(leaves))
				return err
			})
			return seal(t, e, first, rows, first, hashes(int(first), 3))
		}
		breakEach(t, &c, p.Dump, work, func(_ int, before, after []string) error {
			return all(equal("new rows", len(less(after, before)), 7), equal("left the queue", len(less(before, after)), 3))
		})
	}},
	{"work that is cut at any call is leased whole or not at all, and done or not", func(t *testing.T, p Place) {
		var c cutter
		e := p.Open(t, c.fault)
		owe(t, e, duty(newID(), "a"), duty(newID(), "b"))
		breakEach(t, &c, p.Dump, func(i int) error {
			_, err := e.LeaseDuties(t.Context(), "w", after(time.Duration(i)*time.Hour), time.Minute, 10)
			return err
		}, func(_ int, before, after []string) error { return equal("leased", len(less(after, before)), 2) })
		for i := range 20 {
			owe(t, e, duty(privacy.SubjectID(fmt.Sprint(i)), "d"))
		}
		leased, err := e.LeaseDuties(t.Context(), "w", after(1000*time.Hour), time.Minute, 100)
		if err != nil {
			t.Fatal(err)
		}
		breakEach(t, &c, p.Dump, func(i int) error { return e.DoneDuty(t.Context(), leased[i], noon, time.Time{}) },
			func(_ int, before, after []string) error { return equal("done", len(less(before, after)), 1) })
	}},
	{"a reading that is cut at any call gives no answer", func(t *testing.T, p Place) {
		var c cutter
		e := p.Open(t, c.fault)
		id := register(t, e, 1)
		breakEach(t, &c, p.Dump, func(int) error {
			return e.View(t.Context(), func(v store.View) error {
				_, e1 := v.Subject(t.Context(), id)
				_, e2 := v.Events(t.Context(), id, 0, 0, 10)
				return all(e1, e2)
			})
		}, func(_ int, before, after []string) error { return equal("the place", after, before) })
	}},
}
