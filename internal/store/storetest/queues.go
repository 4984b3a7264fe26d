package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// owe queues duties.
func owe(t *testing.T, e Engine, ds ...store.Duty) {
	t.Helper()
	update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error {
		for _, d := range ds {
			if err := tx.PutDuty(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// lease takes duties and fails the test with its error.
func lease(t *testing.T, e Engine, owner string, now time.Time) []store.Duty {
	t.Helper()
	ds, err := e.LeaseDuties(t.Context(), owner, now, time.Minute, 10)
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

var queues = []test{
	{"duties are handed out when they are due, the longest due first, and once", on(func(t *testing.T, e Engine) {
		id := newID()
		first, second, later := duty(id, "b"), duty(id, "a"), duty(id, "c")
		second.Due, later.Due = after(time.Second), after(2*time.Second)
		owe(t, e, second, later, first)
		got := lease(t, e, "w1", after(time.Second))
		first.Tries, second.Tries = 1, 1
		if err := all(equal("leased", got, []store.Duty{first, second}), equal("leased again", len(lease(t, e, "w1", after(time.Second))), 0),
			equal("leased to another", len(lease(t, e, "w2", after(time.Second))), 0)); err != nil {
			t.Fatal(err)
		}
		one, err := e.LeaseDuties(t.Context(), "w1", after(time.Hour), time.Minute, 1)
		if err := all(err, equal("no more than asked for", len(one), 1)); err != nil {
			t.Fatal(err)
		}
	})},
	{"a duty whose owner died goes to another, and the dead one cannot end it", on(func(t *testing.T, e Engine) {
		owe(t, e, duty(newID(), "d"))
		dead := lease(t, e, "w1", noon)[0]
		if n := len(lease(t, e, "w2", after(time.Minute-time.Millisecond))); n != 0 {
			t.Fatal("handed out while it was held")
		}
		mine := lease(t, e, "w2", after(time.Minute))
		if err := all(equal("leased", len(mine), 1), missing("the dead one's end", e.DoneDuty(t.Context(), dead, after(time.Minute), time.Time{})),
			missing("the dead one's delay", e.DoneDuty(t.Context(), dead, after(time.Minute), after(time.Hour))),
			e.DoneDuty(t.Context(), mine[0], after(time.Minute), time.Time{}), equal("left", len(lease(t, e, "w3", after(time.Hour*99))), 0),
			missing("ending it twice", e.DoneDuty(t.Context(), mine[0], noon, time.Time{}))); err != nil {
			t.Fatal(err)
		}
	})},
	{"a duty put off is due then, and one put anew meanwhile is not ended with the old", on(func(t *testing.T, e Engine) {
		d := duty(newID(), "d")
		owe(t, e, d)
		mine := lease(t, e, "w", noon)[0]
		if err := all(e.DoneDuty(t.Context(), mine, noon, after(time.Hour)), equal("before", len(lease(t, e, "w", after(time.Hour-time.Millisecond))), 0)); err != nil {
			t.Fatal(err)
		}
		mine = lease(t, e, "w", after(time.Hour))[0]
		d.Cause = "agreement_ended"
		owe(t, e, d)
		if err := missing("ending what was replaced", e.DoneDuty(t.Context(), mine, noon, time.Time{})); err != nil {
			t.Fatal(err)
		}
		if err := equal("the new cause", lease(t, e, "w", after(time.Hour))[0].Cause, "agreement_ended"); err != nil {
			t.Fatal(err)
		}
	})},
	{"8 workers at once take each duty once", on(func(t *testing.T, e Engine) {
		var ds []store.Duty
		for i := range 40 {
			ds = append(ds, duty(newID(), fmt.Sprint("d", i)))
		}
		owe(t, e, ds...)
		taken := make([][]string, 8)
		errs := together(8, func(i int) error {
			for empty := 0; empty < 3; {
				mine, err := e.LeaseDuties(t.Context(), fmt.Sprint("w", i), noon, time.Minute, 5)
				if err != nil {
					return err
				}
				if len(mine) == 0 {
					empty++
				}
				for _, d := range mine {
					taken[i] = append(taken[i], d.ID)
				}
			}
			return nil
		})
		rest := lease(t, e, "last", noon)
		for len(rest) > 0 { // a worker that lost every race may have given up early
			for _, d := range rest {
				taken[0] = append(taken[0], d.ID)
			}
			rest = lease(t, e, "last", noon)
		}
		every := slices.Concat(taken...)
		slices.Sort(every)
		if err := all(append(errs, equal("taken", len(every), 40), equal("different", len(slices.Compact(every)), 40))...); err != nil {
			t.Fatal(err)
		}
	})},
	{"open duties are counted by kind until they are done", on(func(t *testing.T, e Engine) {
		a, b, c := duty(newID(), "a"), duty(newID(), "b"), duty(newID(), "c")
		b.Kind, c.Due = "shred", after(time.Hour)
		owe(t, e, a, b, c)
		due := func(at time.Time) (m map[string]int64) {
			look(t, e, func(ctx context.Context, v store.View) (err error) { m, err = v.DutiesDue(ctx, at); return err })
			return m
		}
		now, all3 := due(noon), due(after(time.Hour))
		for _, d := range lease(t, e, "w", noon) {
			if err := e.DoneDuty(t.Context(), d, noon, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		if err := all(equal("now", now, map[string]int64{"settle": 1, "shred": 1}), equal("later", all3, map[string]int64{"settle": 2, "shred": 1}),
			equal("left", due(after(time.Hour)), map[string]int64{"settle": 1})); err != nil {
			t.Fatal(err)
		}
	})},
	{"messages are leased alike, and an expired one is not sent", on(func(t *testing.T, e Engine) {
		a, b := message(newID(), "a"), message(newID(), "b")
		b.Expires = time.Time{} // never
		update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error {
			return all(tx.PutMessage(ctx, a), tx.PutMessage(ctx, b))
		})
		take := func(now time.Time) []store.Message {
			ms, err := e.LeaseMessages(t.Context(), "w", now, time.Minute, 10)
			if err != nil {
				t.Fatal(err)
			}
			return ms
		}
		early, both := take(noon.Add(-time.Millisecond)), take(noon)
		a.Tries, b.Tries = 1, 1
		slices.SortFunc(both, func(x, y store.Message) int { return int(x.ID[0]) - int(y.ID[0]) })
		if err := all(equal("early", len(early), 0), equal("leased", both, []store.Message{a, b}),
			e.DoneMessage(t.Context(), both[0], after(time.Hour)), // which is when it expires
			e.DoneMessage(t.Context(), both[1], after(2*time.Minute))); err != nil {
			t.Fatal(err)
		}
		left := take(after(time.Hour))
		if err := all(equal("left", len(left), 1), equal("which", left[0].ID, "b"), missing("the old lease's end", e.DoneMessage(t.Context(), both[1], time.Time{})),
			e.DoneMessage(t.Context(), left[0], time.Time{}), equal("none", len(take(after(time.Hour*9))), 0)); err != nil {
			t.Fatal(err)
		}
	})},
	{"a named lease has one owner, who may renew it, until it ends or is given up", on(func(t *testing.T, e Engine) {
		for _, c := range []struct {
			name, owner string
			now         time.Time
			lease       time.Duration
			want        bool
		}{
			{"seal", "a", noon, time.Minute, true},
			{"seal", "b", after(time.Second), time.Minute, false},
			{"other", "b", noon, time.Minute, true},
			{"seal", "a", after(50 * time.Second), time.Minute, true},
			{"seal", "b", after(109 * time.Second), time.Minute, false},
			{"seal", "b", after(110 * time.Second), time.Minute, true},
			{"seal", "a", after(111 * time.Second), time.Minute, false},
			{"seal", "b", after(112 * time.Second), 0, true},
			{"seal", "a", after(112 * time.Second), time.Minute, true},
		} {
			got, err := e.Hold(t.Context(), c.name, c.owner, c.now, c.lease)
			if err != nil || got != c.want {
				t.Errorf("%s for %s at %s: %v, %v", c.name, c.owner, c.now, got, err)
			}
		}
		won := make([]bool, 8)
		errs := together(8, func(i int) (err error) {
			won[i], err = e.Hold(t.Context(), "race", fmt.Sprint(i), noon, time.Minute)
			return err
		})
		n := 0
		for _, w := range won {
			if w {
				n++
			}
		}
		if err := all(append(errs, equal("owners", n, 1))...); err != nil {
			t.Fatal(err)
		}
	})},
	{"sweeping removes what has expired and nothing else, ever", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := newID()
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			forever := message(id, "forever")
			forever.Expires = time.Time{}
			return all(everything(ctx, tx, id), tx.PutMessage(ctx, forever))
		})
		if err := seal(t, e, 0, waiting(t, e, 1), 0, hashes(0, 1)); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Hold(t.Context(), "seal", "w", noon, time.Minute); err != nil {
			t.Fatal(err)
		}
		sweep := func(now time.Time) (tables []string) {
			before := p.Dump(t)
			if err := e.Sweep(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			after := p.Dump(t)
			if n := len(less(after, before)); n > 0 {
				t.Errorf("sweeping changed %d rows", n)
			}
			for _, line := range less(before, after) {
				tables = append(tables, table(line))
			}
			return tables
		}
		const tick = time.Millisecond
		for _, c := range []struct {
			at   time.Time
			want []string
		}{
			{noon, nil},
			{after(time.Hour - tick), nil},
			{after(time.Hour), []string{"message", "session"}},
			{after(5*time.Minute + store.ChallengeKept - tick), nil},
			{after(5*time.Minute + store.ChallengeKept), []string{"challenge"}},
			{after(store.OnceKept - tick), nil},
			{after(store.OnceKept), []string{"once"}},
			{after(store.CounterKept - tick), nil},
			{after(store.CounterKept), []string{"counter"}},
			{noon.AddDate(900, 0, 0), nil},
		} {
			if err := equal("swept at "+c.at.String(), sweep(c.at), c.want); err != nil {
				t.Error(err)
			}
		}
		look(t, e, func(ctx context.Context, v store.View) error {
			_, err := v.Subject(ctx, privacy.SubjectID(id))
			return err
		})
	}},
}
