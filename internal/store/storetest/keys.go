package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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

// again is the key wrapped once more, with all its seeds.
func again(k store.SubjectKey, epoch int) store.SubjectKey {
	anew := k
	anew.Epoch, anew.Wrapped, anew.Seeds = epoch, fmt.Append(nil, "again ", epoch, string(k.Subject)), map[privacy.CategoryID][]byte{}
	for c, seed := range k.Seeds {
		anew.Seeds[c] = fmt.Append(nil, epoch, string(seed))
	}
	return anew
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
			seed, err := k.PutSeed(t.Context(), made.Subject, made.Wrapped, "D03", fmt.Append(nil, "seed ", i))
			got[i] = string(seed)
			return err
		})
		old, err := k.PutSeed(t.Context(), made.Subject, made.Wrapped, "D01", []byte("late"))
		made.Seeds["D03"] = []byte(got[0])
		_, none := k.PutSeed(t.Context(), newID(), made.Wrapped, "D01", []byte("seed"))
		if err := all(append(errs, err, equal("seeds", len(slices.Compact(got)), 1), equal("what stood", old, made.Seeds["D01"]),
			stands(t, k, made), missing("a seed without a key", none))...); err != nil {
			t.Fatal(err)
		}
	}},
	{"a seed sealed beside a key that was wrapped anew is refused", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made := newKey(t, k)
		anew := again(made, 2)
		if err := k.Rewrap(t.Context(), made, anew); err != nil {
			t.Fatal(err)
		}
		for _, c := range []privacy.CategoryID{"D01", "D03"} {
			if _, err := k.PutSeed(t.Context(), made.Subject, made.Wrapped, c, []byte("late")); !errors.Is(err, store.ErrChanged) {
				t.Fatalf("%s: got %v", c, err)
			}
		}
		if err := stands(t, k, anew); err != nil {
			t.Fatal(err)
		}
	}},
	{"keys are wrapped anew only when they stand as they were read", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		for name, meanwhile := range map[string]func(store.SubjectKey) error{
			"a seed came": func(k1 store.SubjectKey) error {
				_, err := k.PutSeed(t.Context(), k1.Subject, k1.Wrapped, "D09", []byte("new"))
				return err
			},
			"a seed went": func(k1 store.SubjectKey) error { return k.DestroySeeds(t.Context(), k1.Subject, "o", "D01") },
			"a seed went and another came": func(k1 store.SubjectKey) error {
				err := k.DestroySeeds(t.Context(), k1.Subject, "o", "D01")
				_, err2 := k.PutSeed(t.Context(), k1.Subject, k1.Wrapped, "D01", []byte("new"))
				return all(err, err2)
			},
			"somebody else was first": func(k1 store.SubjectKey) error { return k.Rewrap(t.Context(), k1, again(k1, 2)) },
		} {
			made := newKey(t, k)
			if err := meanwhile(made); err != nil {
				t.Fatal(err)
			}
			before, err := k.Key(t.Context(), made.Subject)
			if err != nil {
				t.Fatal(err)
			}
			if err := k.Rewrap(t.Context(), made, again(made, 3)); !errors.Is(err, store.ErrChanged) {
				t.Fatalf("%s: got %v", name, err)
			}
			anew := again(before, 3)
			if err := all(stands(t, k, before), k.Rewrap(t.Context(), before, anew), stands(t, k, anew)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		made, other := newKey(t, k), newKey(t, k)
		anew := again(made, 3)
		few := anew
		few.Seeds = nil
		if err := k.Rewrap(t.Context(), made, few); !errors.Is(err, store.ErrChanged) {
			t.Fatalf("a rewrapping that forgets seeds: %v", err)
		}
		old, err := k.Old(t.Context(), 3, 10)
		if err := all(err, equal("left to do", old, slices.Sorted(slices.Values([]privacy.SubjectID{made.Subject, other.Subject}))), k.Rewrap(t.Context(), made, anew)); err != nil {
			t.Fatal(err)
		}
		old, err = k.Old(t.Context(), 3, 10)
		none, err2 := k.Old(t.Context(), 1, 10)
		if err := all(err, err2, equal("left to do", old, []privacy.SubjectID{other.Subject}), equal("none", len(none), 0),
			k.DestroyKey(t.Context(), made.Subject, "o"), missing("wrapping what is gone", k.Rewrap(t.Context(), anew, again(anew, 4)))); err != nil {
			t.Fatal(err)
		}
	}},
	{"destroying a seed leaves the others, and a new seed is another", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made, other := newKey(t, k), newKey(t, k)
		if err := all(k.DestroySeeds(t.Context(), made.Subject, "o1", "D01", "D09"), k.DestroySeeds(t.Context(), made.Subject, "o1", "D01")); err != nil {
			t.Fatal(err)
		}
		delete(made.Seeds, "D01")
		if err := all(stands(t, k, made), stands(t, k, other)); err != nil {
			t.Fatal(err)
		}
		seed, err := k.PutSeed(t.Context(), made.Subject, made.Wrapped, "D01", []byte("new"))
		if err := all(err, equal("the new seed", string(seed), "new")); err != nil {
			t.Fatal(err)
		}
	}},
	{"destroying a key takes its seeds along and nobody else's, once or twice", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		made, other := newKey(t, k), newKey(t, k)
		before := p.Dump(t)
		if err := all(k.DestroyKey(t.Context(), made.Subject, "o1"), k.DestroyKey(t.Context(), made.Subject, "o1")); err != nil {
			t.Fatal(err)
		}
		_, err := k.Key(t.Context(), made.Subject)
		_, err2 := k.PutSeed(t.Context(), made.Subject, made.Wrapped, "D01", []byte("late"))
		if err := all(missing("the key", err), missing("a seed of it", err2), stands(t, k, other),
			equal("rows gone", len(less(keyRows(before), keyRows(p.Dump(t)))), 3)); err != nil {
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
				return k.DestroyKey(t.Context(), gone[i].Subject, "o")
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
		breakEach(t, &c, p.Dump, func(i int) error { return k.Rewrap(t.Context(), stock[i], again(stock[i], 2)) },
			func(_ int, before, after []string) error { return equal("rows changed", len(less(after, before)), 3) })
		breakEach(t, &c, p.Dump, func(i int) error {
			_, err := k.PutSeed(t.Context(), stock[i+20].Subject, stock[i+20].Wrapped, "D05", []byte("new"))
			return err
		}, func(_ int, before, after []string) error { return equal("rows made", len(less(after, before)), 1) })
		breakEach(t, &c, p.Dump, func(i int) error { return k.DestroyKey(t.Context(), stock[i].Subject, "o") },
			func(_ int, before, after []string) error { return remembered(before, after, 3, 1) })
		breakEach(t, &c, p.Dump, func(i int) error { return k.DestroySeeds(t.Context(), stock[i+10].Subject, "o", "D01", "D02") },
			func(_ int, before, after []string) error { return remembered(before, after, 2, 2) })
	}},
	{"what was destroyed is remembered once for each order, in numbers that rise", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		a, b := newKey(t, k), newKey(t, k)
		first, err := k.Mark(t.Context())
		if err := all(err, equal("the length of the name", len(first.ID), 32),
			k.DestroySeeds(t.Context(), a.Subject, "o1", "D01", "D02"), k.DestroySeeds(t.Context(), a.Subject, "o1", "D01", "D02"),
			k.DestroyKey(t.Context(), b.Subject, "o2"), k.DestroySeeds(t.Context(), a.Subject, "o3", "D02"), k.DestroySeeds(t.Context(), newID(), "o4")); err != nil {
			t.Fatal(err)
		}
		gone, err := k.Destroyed(t.Context(), 0, 10)
		want := []store.Destroyed{{N: 1, Subject: a.Subject, Category: "D01", Order: "o1"}, {N: 3, Subject: b.Subject, Order: "o2"}, {N: 4, Subject: a.Subject, Category: "D02", Order: "o3"}}
		if err := all(err, equal("remembered", gone, want), k.DestroyKey(t.Context(), a.Subject, "o5"), k.DestroyKey(t.Context(), a.Subject, "o5")); err != nil {
			t.Fatal(err)
		}
		gone, err = k.Destroyed(t.Context(), 3, 10) // the whole subject stands for its categories
		page, err2 := k.Destroyed(t.Context(), 0, 1)
		last, err3 := p.Open(t, nil).Mark(t.Context())
		if err := all(err, err2, err3, equal("later", gone, []store.Destroyed{{N: 5, Subject: a.Subject, Order: "o5"}}), equal("a page", page, want[1:2]),
			equal("the mark", last, store.KeysMark{ID: first.ID, N: 5})); err != nil {
			t.Fatal(err)
		}
	}},
	{"8 who destroy at once get numbers of their own, without a gap", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		var keys [8]store.SubjectKey
		for i := range keys {
			keys[i] = newKey(t, k)
		}
		errs := together(8, func(i int) error { return k.DestroyKey(t.Context(), keys[i].Subject, "o") })
		gone, err := k.Destroyed(t.Context(), 0, 100)
		for i, d := range gone {
			errs = append(errs, equal("a number", d.N, int64(i+1)))
		}
		if err := all(append(errs, err, equal("destroyed", len(gone), 8))...); err != nil {
			t.Fatal(err)
		}
	}},
	{"who has a key is told for a range of ids, with what has a seed", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		keys := []store.SubjectKey{newKey(t, k), newKey(t, k), newKey(t, k), newKey(t, k)}
		slices.SortFunc(keys, func(a, b store.SubjectKey) int { return strings.Compare(string(a.Subject), string(b.Subject)) })
		if err := all(k.DestroySeeds(t.Context(), keys[1].Subject, "o", "D01", "D02"), k.DestroyKey(t.Context(), keys[2].Subject, "o")); err != nil {
			t.Fatal(err)
		}
		kept, err := k.Kept(t.Context(), keys[0].Subject, keys[2].Subject)
		for _, cats := range kept {
			slices.Sort(cats)
		}
		if err := all(err, equal("kept", kept, map[privacy.SubjectID][]privacy.CategoryID{keys[0].Subject: {"D01", "D02"}, keys[1].Subject: nil})); err != nil {
			t.Fatal(err)
		}
	}},
	{"seeds made, destroyed and rewrapped at once: none is lost, none comes back", rewrappedBeside},
	{"text with NUL or broken UTF-8 is refused", func(t *testing.T, p KeysPlace) {
		k := p.Open(t, nil)
		for _, bad := range []privacy.SubjectID{"a\x00b", "\xff"} {
			coded(t, k.PutKey(t.Context(), key(bad)), privacy.Invalid)
		}
		if n := len(keyRows(p.Dump(t))); n != 0 {
			t.Fatalf("%d rows", n)
		}
	}},
}

// keyRows are the lines of a dump that hold keys and seeds.
func keyRows(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		table, _, _ := strings.Cut(line, ":")
		return table != "subject_key" && table != "seed"
	})
}

// remembered wants so many keys and seeds gone, and so many destructions new.
func remembered(before, after []string, gone, orders int) error {
	count := func(lines []string, table string) (n int) {
		for _, line := range lines {
			if strings.HasPrefix(line, table+":") {
				n++
			}
		}
		return n
	}
	return all(equal("keys and seeds gone", len(less(keyRows(before), keyRows(after))), gone),
		equal("destructions remembered", count(after, "destroyed")-count(before, "destroyed"), orders))
}

// rewrappedBeside has some make seeds, some destroy them and some rewrap, all of
// one subject, and holds each seed to what became of it: what somebody was given
// and nobody destroyed stands, in the wrapping of the day; what was destroyed is
// gone.
func rewrappedBeside(t *testing.T, p KeysPlace) {
	k := p.Open(t, nil)
	made := newKey(t, k)
	const each = 12
	again3 := func(fn func() error) error {
		for {
			if err := fn(); !errors.Is(err, store.ErrChanged) {
				return err
			}
		}
	}
	make1 := func(c privacy.CategoryID) error {
		return again3(func() error {
			have, err := k.Key(t.Context(), made.Subject)
			if err != nil {
				return err
			}
			_, err = k.PutSeed(t.Context(), made.Subject, have.Wrapped, c, append(fmt.Append(nil, have.Epoch), "seed of "+c...))
			return err
		})
	}
	errs := together(6, func(i int) error {
		for n := range each {
			var err error
			switch stays, goes := privacy.CategoryID(fmt.Sprint("S", i, ".", n)), privacy.CategoryID(fmt.Sprint("G", i, ".", n)); {
			case i < 2:
				err = make1(stays)
			case i < 4:
				err = all(make1(goes), k.DestroySeeds(t.Context(), made.Subject, privacy.EventID(goes), goes))
			default:
				err = again3(func() error {
					old, err := k.Key(t.Context(), made.Subject)
					if err != nil {
						return err
					}
					anew := again(old, old.Epoch+1)
					for c := range anew.Seeds { // as if sealed anew: the epoch before what never changes
						anew.Seeds[c] = append(fmt.Append(nil, anew.Epoch), "seed of "+c...)
					}
					return k.Rewrap(t.Context(), old, anew)
				})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	have, err := k.Key(t.Context(), made.Subject)
	errs = append(errs, err, equal("seeds", len(have.Seeds), 2*each+2), equal("wrappings", have.Epoch, 1+2*each))
	for c, seed := range have.Seeds {
		if c != "D01" && c != "D02" {
			errs = append(errs, equal("the seed of "+string(c), string(seed), fmt.Sprint(have.Epoch)+"seed of "+string(c)))
		}
	}
	gone, err := k.Destroyed(t.Context(), 0, 1000)
	if err := all(append(errs, err, equal("remembered", len(gone), 2*each))...); err != nil {
		t.Fatal(err)
	}
}
