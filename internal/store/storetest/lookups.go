package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// found gives who has a number at a moment.
func found(t *testing.T, e Engine, token string, at time.Time) (ids []privacy.SubjectID) {
	t.Helper()
	look(t, e, func(ctx context.Context, v store.View) (err error) {
		ids, err = v.Find(ctx, "msisdn", []byte(token), at)
		return err
	})
	return ids
}

// put puts a number in force.
func put(t *testing.T, e Engine, l store.Lookup, single bool) error {
	t.Helper()
	return e.Update(t.Context(), l.Subject, func(tx store.Tx) error { return tx.PutLookup(t.Context(), l, single) })
}

// end ends a number.
func end(t *testing.T, e Engine, id privacy.SubjectID, token string, at time.Time) error {
	t.Helper()
	return e.Update(t.Context(), id, func(tx store.Tx) error { return tx.EndLookup(t.Context(), id, "msisdn", []byte(token), at) })
}

var lookups = []test{
	{"a recycled number is found with the one who had it at the moment", on(func(t *testing.T, e Engine) {
		first, second := register(t, e, 0), register(t, e, 0)
		if err := all(put(t, e, number(first, "n", noon), true), end(t, e, first, "n", after(time.Hour)),
			put(t, e, number(second, "n", after(2*time.Hour)), true)); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			at   time.Time
			want []privacy.SubjectID
		}{
			{noon.Add(-time.Millisecond), nil},
			{noon, []privacy.SubjectID{first}},
			{after(time.Hour - time.Millisecond), []privacy.SubjectID{first}},
			{after(time.Hour), nil},
			{after(2 * time.Hour), []privacy.SubjectID{second}},
			{after(time.Hour * 9999), []privacy.SubjectID{second}},
		} {
			if err := equal("who had it at "+c.at.String(), found(t, e, "n", c.at), c.want); err != nil {
				t.Error(err)
			}
		}
	})},
	{"a single token in force is taken for everybody else, and nothing of the try remains", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		first, second := register(t, e, 0), register(t, e, 0)
		if err := put(t, e, number(first, "n", noon), true); err != nil {
			t.Fatal(err)
		}
		before := p.Dump(t)
		err := e.Update(t.Context(), second, func(tx store.Tx) error {
			if err := tx.PutLookup(t.Context(), number(second, "n", after(time.Hour)), true); !errors.Is(err, store.ErrTaken) {
				t.Errorf("got %v", err)
			}
			return nil // the caller may go on: it is an answer, not a failure
		})
		if err := all(err, equal("everything", p.Dump(t), before)); err != nil {
			t.Fatal(err)
		}
	}},
	{"a single token that another had until later is taken", on(func(t *testing.T, e Engine) {
		first, second := register(t, e, 0), register(t, e, 0)
		if err := all(put(t, e, number(first, "n", noon), true), end(t, e, first, "n", after(time.Hour))); err != nil {
			t.Fatal(err)
		}
		if err := put(t, e, number(second, "n", after(30*time.Minute)), true); !errors.Is(err, store.ErrTaken) {
			t.Fatalf("got %v", err)
		}
		if err := put(t, e, number(second, "n", after(time.Hour)), true); err != nil {
			t.Fatal(err)
		}
	})},
	{"of 8 that take one number at once exactly one gets it", on(func(t *testing.T, e Engine) {
		ids := make([]privacy.SubjectID, 8)
		for i := range ids {
			ids[i] = newID()
		}
		errs := together(8, func(i int) error {
			return e.Update(t.Context(), ids[i], func(tx store.Tx) error {
				return all(tx.PutSubject(t.Context(), person(ids[i])), tx.PutLookup(t.Context(), number(ids[i], "n", noon), true))
			})
		})
		var won []privacy.SubjectID
		for i, err := range errs {
			switch {
			case err == nil:
				won = append(won, ids[i])
			case !errors.Is(err, store.ErrTaken):
				t.Error(err)
			}
		}
		look(t, e, func(ctx context.Context, v store.View) error {
			there, err := v.Subjects(ctx, "", 100)
			return all(err, equal("winners", len(won), 1), equal("who has it", found(t, e, "n", noon), won), equal("subjects made", there, won))
		})
	})},
	{"a token that many may have is found with all of them, newest first", on(func(t *testing.T, e Engine) {
		a, b := register(t, e, 0), register(t, e, 0)
		if err := all(put(t, e, number(a, "n", noon), false), put(t, e, number(b, "n", after(time.Second)), false),
			equal("who", found(t, e, "n", after(time.Minute)), []privacy.SubjectID{b, a})); err != nil {
			t.Fatal(err)
		}
	})},
	{"putting a token that is in force changes nothing, and one that ended may begin again", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 0)
		if err := put(t, e, number(id, "n", noon), true); err != nil {
			t.Fatal(err)
		}
		before := p.Dump(t)
		if err := all(put(t, e, number(id, "n", after(time.Hour)), true), put(t, e, number(id, "n", noon), true),
			equal("everything", p.Dump(t), before), end(t, e, id, "n", noon), equal("nobody", len(found(t, e, "n", noon)), 0),
			put(t, e, number(id, "n", noon), true), equal("who", found(t, e, "n", noon), []privacy.SubjectID{id})); err != nil {
			t.Fatal(err)
		}
	}},
	{"fields and tokens are kept apart, and nobody ends another's", on(func(t *testing.T, e Engine) {
		a, b := register(t, e, 0), register(t, e, 0)
		pin := number(a, "n", noon)
		pin.Field = "pin"
		if err := all(put(t, e, pin, true), put(t, e, number(b, "n", noon), true), put(t, e, number(b, "n2", noon), true),
			equal("who", found(t, e, "n", noon), []privacy.SubjectID{b}), missing("ending another's", end(t, e, a, "n", noon)),
			equal("who, still", found(t, e, "n", noon), []privacy.SubjectID{b})); err != nil {
			t.Fatal(err)
		}
	})},
	{"dropping removes the named fields, or all, of the subject only", on(func(t *testing.T, e Engine) {
		a, b := register(t, e, 0), register(t, e, 0)
		for _, id := range []privacy.SubjectID{a, b} {
			for _, f := range []string{"pin", "email", "document"} {
				if err := put(t, e, store.Lookup{Subject: id, Field: f, Token: []byte(f), From: noon}, false); err != nil {
					t.Fatal(err)
				}
			}
		}
		fields := func(id privacy.SubjectID) (out []string) {
			look(t, e, func(ctx context.Context, v store.View) error {
				ls, err := v.Lookups(ctx, id)
				for _, l := range ls {
					out = append(out, l.Field)
				}
				return err
			})
			return out
		}
		update(t, e, a, func(ctx context.Context, tx store.Tx) error { return tx.DropLookups(ctx, a, "pin", "email") })
		if err := all(equal("left", fields(a), []string{"document"}), equal("the other's", len(fields(b)), 3)); err != nil {
			t.Fatal(err)
		}
		update(t, e, a, func(ctx context.Context, tx store.Tx) error { return tx.DropLookups(ctx, a) })
		if err := all(equal("left", len(fields(a)), 0), equal("the other's", len(fields(b)), 3)); err != nil {
			t.Fatal(err)
		}
	})},
	{"a lookup comes back as it was put, to the millisecond and in UTC", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		bishkek := time.FixedZone("+06", 6*3600)
		l := store.Lookup{Subject: id, Field: "document", Token: []byte{0, 0xff}, From: time.Unix(0, 1_500_000).In(bishkek), To: noon.Add(999 * time.Microsecond)}
		if err := put(t, e, l, false); err != nil {
			t.Fatal(err)
		}
		l.From, l.To = time.Unix(0, 1_000_000).UTC(), noon
		look(t, e, func(ctx context.Context, v store.View) error {
			ls, err := v.Lookups(ctx, id)
			return all(err, equal("the lookup", ls, []store.Lookup{l}))
		})
	})},
}
