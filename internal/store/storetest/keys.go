package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// KeysPlace is one fresh database of keys; see Place.
type KeysPlace struct {
	Open func(t *testing.T, fault func(op string) error) store.Keys
	Dump func(t *testing.T) []string
}

// RunKeys tries an engine of keys. fresh gives each test a place of its own.
func RunKeys(t *testing.T, fresh func(t *testing.T) KeysPlace) {
	for _, c := range keyTests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, fresh(t))
		})
	}
}

func key(id privacy.SubjectID) store.SubjectKey {
	return store.SubjectKey{
		Subject: id, Epoch: 1, Wrapped: []byte("wrapped of " + id), Created: noon,
		Seeds: map[privacy.CategoryID][]byte{"D01": []byte("seed one of " + id), "D02": {0, 1}},
	}
}

// newKey makes a subject's key.
func newKey(t *testing.T, k store.Keys) store.SubjectKey {
	t.Helper()
	made := key(newID())
	if err := k.PutKey(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	return made
}

// stands wants a key to be as given.
func stands(t *testing.T, k store.Keys, want store.SubjectKey) error {
	got, err := k.Key(t.Context(), want.Subject)
	return all(err, equal("the key", got, want))
}

var keyTests = []struct {
	name string
	run  func(t *testing.T, p KeysPlace)
}{
	{"a key is put once and comes back, also for another process", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made := newKey(t, k)
		forged := made
		forged.Wrapped, forged.Seeds = []byte("forged"), nil
		if err := k.PutKey(t.Context(), forged); !errors.Is(err, store.ErrTaken) {
			t.Fatalf("got %v", err)
		}
		_, err := k.Key(t.Context(), newID())
		if err := all(stands(t, k, made), stands(t, p.Open(t, nil), made), missing("no key", err), k.Ping(t.Context())); err != nil {
			t.Fatal(err)
		}
	}},
	{"the first seed of a category stays, also when 8 bring one at once", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made := newKey(t, k)
		got := make([]string, 8)
		errs := together(8, func(i int) error {
			seed, err := k.PutSeed(t.Context(), made.Subject, "D03", fmt.Append(nil, "seed ", i))
			got[i] = string(seed)
			return err
		})
		old, err := k.PutSeed(t.Context(), made.Subject, "D01", []byte("late"))
		made.Seeds["D03"] = []byte(got[0])
		_, none := k.PutSeed(t.Context(), newID(), "D01", []byte("seed"))
		if err := all(append(errs, err, equal("seeds", len(slices.Compact(got)), 1), equal("what stood", old, made.Seeds["D01"]),
			stands(t, k, made), missing("a seed without a key", none))...); err != nil {
			t.Fatal(err)
		}
	}},
	{"a key is wrapped anew only when it is of the epoch it was read in", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made, other := newKey(t, k), newKey(t, k)
		anew := made
		anew.Epoch, anew.Wrapped = 2, []byte("anew")
		anew.Seeds = map[privacy.CategoryID][]byte{"D01": []byte("anew"), "D09": []byte("no such seed")}
		if err := k.Rewrap(t.Context(), anew, 1); err != nil {
			t.Fatal(err)
		}
		again := anew
		again.Epoch, again.Wrapped = 3, []byte("late")
		want := anew
		want.Seeds = map[privacy.CategoryID][]byte{"D01": []byte("anew"), "D02": {0, 1}}
		old, err := k.Old(t.Context(), 2, 10)
		none, err2 := k.Old(t.Context(), 3, 0)
		if err := all(err, err2, missing("a late wrapping", k.Rewrap(t.Context(), again, 1)), stands(t, k, want), stands(t, k, other),
			equal("left to do", old, []privacy.SubjectID{other.Subject}), equal("none", len(none), 0)); err != nil {
			t.Fatal(err)
		}
	}},
	{"destroying a seed leaves the others, and a new seed is another", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made, other := newKey(t, k), newKey(t, k)
		if err := all(k.DestroySeeds(t.Context(), made.Subject, "D01", "D09"), k.DestroySeeds(t.Context(), made.Subject, "D01")); err != nil {
			t.Fatal(err)
		}
		delete(made.Seeds, "D01")
		if err := all(stands(t, k, made), stands(t, k, other)); err != nil {
			t.Fatal(err)
		}
		seed, err := k.PutSeed(t.Context(), made.Subject, "D01", []byte("new"))
		if err := all(err, equal("the new seed", string(seed), "new")); err != nil {
			t.Fatal(err)
		}
	}},
	{"destroying a key takes its seeds along and nobody else's, once or twice", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made, other := newKey(t, k), newKey(t, k)
		before := p.Dump(t)
		if err := all(k.DestroyKey(t.Context(), made.Subject), k.DestroyKey(t.Context(), made.Subject)); err != nil {
			t.Fatal(err)
		}
		_, err := k.Key(t.Context(), made.Subject)
		_, err2 := k.PutSeed(t.Context(), made.Subject, "D01", []byte("late"))
		if err := all(missing("the key", err), missing("a seed of it", err2), stands(t, k, other),
			equal("rows gone", len(less(before, p.Dump(t))), 3)); err != nil {
			t.Fatal(err)
		}
	}},
	{"16 destroy and 16 make at once, and each gets what he asked for", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		var gone, made [16]store.SubjectKey
		for i := range gone {
			gone[i], made[i] = newKey(t, k), key(newID())
		}
		errs := together(32, func(i int) error {
			if i < 16 {
				return k.DestroyKey(t.Context(), gone[i].Subject)
			}
			return k.PutKey(t.Context(), made[i-16])
		})
		for i := range gone {
			_, err := k.Key(t.Context(), gone[i].Subject)
			errs = append(errs, missing("a destroyed key", err), stands(t, k, made[i]))
		}
		if err := all(errs...); err != nil {
			t.Fatal(err)
		}
	}},
	{"work that is cut at any call is whole or nothing", func(t *testing.T, p KeysPlace) {
		var c cutter
		k := p.Open(t, c.fault)
		breakEach(t, &c, p.Dump, func(int) error { return k.PutKey(t.Context(), key(newID())) },
			func(_ int, before, after []string) error { return equal("rows made", len(less(after, before)), 3) })
		var stock []store.SubjectKey
		for range 30 {
			stock = append(stock, newKey(t, k))
		}
		breakEach(t, &c, p.Dump, func(i int) error {
			k2 := stock[i]
			k2.Epoch, k2.Wrapped = 2, []byte("anew")
			return k.Rewrap(t.Context(), k2, 1)
		}, func(_ int, before, after []string) error { return equal("rows changed", len(less(after, before)), 1) })
		breakEach(t, &c, p.Dump, func(i int) error { return k.DestroyKey(t.Context(), stock[i].Subject) },
			func(_ int, before, after []string) error { return equal("rows gone", len(less(before, after)), 3) })
		breakEach(t, &c, p.Dump, func(i int) error { return k.DestroySeeds(t.Context(), stock[i+10].Subject, "D01", "D02") },
			func(_ int, before, after []string) error { return equal("rows gone", len(less(before, after)), 2) })
	}},
	{"text with NUL or broken UTF-8 is refused", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		for _, bad := range []privacy.SubjectID{"a\x00b", "\xff"} {
			coded(t, k.PutKey(t.Context(), key(bad)), privacy.Invalid)
		}
		if n := len(p.Dump(t)); n != 1 { // the row of the migration
			t.Fatalf("%d rows", n)
		}
	}},
}
