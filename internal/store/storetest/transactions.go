package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

var errOwn = errors.New("the caller's own error")

var transactions = []test{
	{"what was acknowledged is there for another process", func(t *testing.T, p Place) {
		id := register(t, p.Open(t, nil), 3)
		look(t, p.Open(t, nil), func(ctx context.Context, v store.View) error {
			s, err := v.Subject(ctx, id)
			if err != nil {
				return err
			}
			head, err := v.Head(ctx, id)
			return all(err, equal("seq", head.Seq, 3), equal("stream", head.Stream, s.Stream))
		})
	}},
	{"what was acknowledged is there after closing and opening again", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 3)
		before := p.Dump(t)
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		e = p.Open(t, nil)
		look(t, e, func(ctx context.Context, v store.View) error {
			_, err := v.Subject(ctx, id)
			return all(err, equal("everything", p.Dump(t), before))
		})
	}},
	{"an error of the caller keeps nothing and comes back as it is", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 1)
		before := p.Dump(t)
		err := e.Update(t.Context(), id, func(tx store.Tx) error {
			return all(everything(t.Context(), tx, id), errOwn)
		})
		if err != errOwn {
			t.Fatalf("got %v", err)
		}
		if err := equal("everything", p.Dump(t), before); err != nil {
			t.Fatal(err)
		}
	}},
	{"a panic keeps nothing and leaves the store usable", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 1)
		before := p.Dump(t)
		for range 20 { // more than there are connections
			func() {
				defer func() { _ = recover() }()
				_ = e.Update(t.Context(), id, func(tx store.Tx) error {
					if err := everything(t.Context(), tx, id); err != nil {
						t.Error(err)
					}
					panic("impossible state")
				})
			}()
		}
		update(t, e, id, func(context.Context, store.Tx) error { return nil })
		if err := equal("everything", p.Dump(t), before); err != nil {
			t.Fatal(err)
		}
	}},
	{"an error that the caller drops dooms the transaction all the same", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 1)
		before := p.Dump(t)
		err := e.Update(t.Context(), id, func(tx store.Tx) error {
			bad := event(noon)
			bad.Kind = "no.such"
			if _, err := tx.Append(t.Context(), id, bad); err == nil {
				t.Error("an event of no kind was taken")
			}
			return tx.PutDuty(t.Context(), duty(id, "d"))
		})
		coded(t, err, privacy.Internal)
		if err := equal("everything", p.Dump(t), before); err != nil {
			t.Fatal(err)
		}
	}},
	{"a transaction sees its own writes and nobody else does", func(t *testing.T, p Place) {
		e, other := p.Open(t, nil), p.Open(t, nil)
		id := newID()
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			if err := everything(ctx, tx, id); err != nil {
				return err
			}
			s, err := tx.Subject(ctx, id)
			if err != nil {
				return err
			}
			rec, err := tx.Record(ctx, id, "D01")
			look(t, other, func(ctx context.Context, v store.View) error {
				_, err := v.Subject(ctx, id)
				return missing("an unfinished subject", err)
			})
			return all(err, equal("status", s.Status, privacy.StatusRegistered), equal("version", rec.Version, 2))
		})
	}},
	{"64 updates of one subject at once keep 64", func(t *testing.T, p Place) {
		a, b := p.Open(t, nil), p.Open(t, nil) // two processes
		id := register(t, a, 0)
		errs := together(64, func(i int) error {
			e := a
			if i%2 == 1 {
				e = b
			}
			return e.Update(t.Context(), id, func(tx store.Tx) error {
				s, err := tx.Subject(t.Context(), id)
				if err != nil {
					return err
				}
				s.Hold("D01", "P01", "office", noon)
				_, err = tx.Append(t.Context(), id, event(noon))
				return all(err, tx.PutSubject(t.Context(), s))
			})
		})
		if err := all(errs...); err != nil {
			t.Fatal(err)
		}
		look(t, a, func(ctx context.Context, v store.View) error {
			s, err := v.Subject(ctx, id)
			if err != nil {
				return err
			}
			head, err := v.Head(ctx, id)
			return all(err, equal("changes kept", s.Value("D01").Version, 64), equal("events kept", head.Seq, 64))
		})
	}},
	{"of 8 that make one subject at once one does", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := newID()
		made := make([]bool, 8)
		errs := together(8, func(i int) error {
			return e.Update(t.Context(), id, func(tx store.Tx) error {
				made[i] = false
				_, err := tx.Subject(t.Context(), id)
				if !errors.Is(err, store.ErrNotFound) {
					return err
				}
				made[i] = true
				s := person(id)
				if err := tx.PutSubject(t.Context(), s); err != nil {
					return err
				}
				_, err = tx.Append(t.Context(), id, event(noon))
				return err
			})
		})
		n := 0
		for _, m := range made {
			if m {
				n++
			}
		}
		if err := all(append(errs, equal("makers", n, 1))...); err != nil {
			t.Fatal(err)
		}
		look(t, e, func(ctx context.Context, v store.View) error {
			head, err := v.Head(ctx, id)
			return all(err, equal("events", head.Seq, 1))
		})
	}},
	{"of many at once those who fail take nothing of the others along", on(func(t *testing.T, e Engine) {
		ids := make([]privacy.SubjectID, 32)
		for i := range ids {
			ids[i] = register(t, e, 0)
		}
		errs := together(len(ids), func(i int) error {
			return e.Update(t.Context(), ids[i], func(tx store.Tx) error {
				if err := everything(t.Context(), tx, ids[i]); err != nil || i%2 == 0 {
					return err
				}
				return errOwn
			})
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			for i, id := range ids {
				head, err := v.Head(ctx, id)
				rs, err2 := v.Records(ctx, id)
				want := []any{error(nil), 1, 2}
				if i%2 == 1 {
					want = []any{errOwn, 0, 0}
				}
				if err := all(err, err2, equal("what came of it", []any{errs[i], head.Seq, len(rs)}, want)); err != nil {
					return err
				}
			}
			return nil
		})
	})},
	{"groups that name the same subjects in any order do not block each other", on(func(t *testing.T, e Engine) {
		ids := make([]privacy.SubjectID, 24)
		for i := range ids {
			ids[i] = register(t, e, 0)
		}
		var runs atomic.Int64 // a deadlock that is run again would show here
		errs := together(24, func(i int) error {
			mine := slices.Clone(ids)
			if i%2 == 1 {
				slices.Reverse(mine)
			}
			mine = append(mine, ids[0]) // one of them twice
			return e.UpdateEach(t.Context(), mine, func(tx store.Tx) error {
				runs.Add(1)
				for _, id := range mine {
					if _, err := tx.Append(t.Context(), id, event(noon)); err != nil {
						return err
					}
				}
				return nil
			})
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			first, err := v.Head(ctx, ids[0])
			last, err2 := v.Head(ctx, ids[23])
			return all(append(errs, err, err2, equal("events of one", last.Seq, 24), equal("of the one named twice", first.Seq, 48),
				equal("runs", runs.Load(), 24))...)
		})
	})},
	{"a subject that is not held cannot be written", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id, other := register(t, e, 1), register(t, e, 1)
		before := p.Dump(t)
		for name, write := range map[string]func(store.Tx) error{
			"PutSubject":      func(tx store.Tx) error { return tx.PutSubject(t.Context(), person(other)) },
			"Append":          func(tx store.Tx) error { _, err := tx.Append(t.Context(), other, event(noon)); return err },
			"Note":            func(tx store.Tx) error { return tx.Note(t.Context(), other, 1, []byte("n")) },
			"PutLookup":       func(tx store.Tx) error { return tx.PutLookup(t.Context(), number(other, "a", noon), true) },
			"EndLookup":       func(tx store.Tx) error { return tx.EndLookup(t.Context(), other, "msisdn", []byte("a"), noon) },
			"DropLookups":     func(tx store.Tx) error { return tx.DropLookups(t.Context(), other) },
			"PutRecord":       func(tx store.Tx) error { return tx.PutRecord(t.Context(), record(other, "D01", 1)) },
			"DropRecords":     func(tx store.Tx) error { _, err := tx.DropRecords(t.Context(), other); return err },
			"PutBlob":         func(tx store.Tx) error { return tx.PutBlob(t.Context(), blob(other, "b", "D04")) },
			"Strip":           func(tx store.Tx) error { return tx.Strip(t.Context(), other) },
			"PutDisclosure":   func(tx store.Tx) error { return tx.PutDisclosure(t.Context(), disclosure(other, "d")) },
			"DropDisclosures": func(tx store.Tx) error { return tx.DropDisclosures(t.Context(), other) },
			"PutPropagation":  func(tx store.Tx) error { return tx.PutPropagation(t.Context(), propagation(other, "p")) },
		} {
			err := e.Update(t.Context(), id, func(tx store.Tx) error {
				if write(tx) == nil {
					t.Errorf("%s wrote to a subject that is not held", name)
				}
				return nil
			})
			coded(t, err, privacy.Internal)
		}
		if err := equal("everything", p.Dump(t), before); err != nil {
			t.Fatal(err)
		}
	}},
	{"a view stays as it began while the world goes on", func(t *testing.T, p Place) {
		a, b := p.Open(t, nil), p.Open(t, nil)
		id := register(t, a, 1)
		look(t, a, func(ctx context.Context, v store.View) error {
			if _, err := v.Head(ctx, id); err != nil {
				return err
			}
			update(t, b, id, func(ctx context.Context, tx store.Tx) error {
				_, err := tx.Append(ctx, id, event(noon))
				return err
			})
			head, err := v.Head(ctx, id)
			if err != nil {
				return err
			}
			rows, err := v.Events(ctx, id, 0, 0, 10)
			return all(err, equal("seq", head.Seq, 1), equal("events", len(rows), 1))
		})
		look(t, a, func(ctx context.Context, v store.View) error { // and the next one sees it
			head, err := v.Head(ctx, id)
			return all(err, equal("seq", head.Seq, 2))
		})
	}},
	{"a context that ended gives Unavailable and keeps nothing", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 1)
		before := p.Dump(t)
		ended, end := context.WithCancel(t.Context())
		coded(t, e.Update(ended, id, func(tx store.Tx) error {
			if err := everything(ended, tx, id); err != nil {
				t.Error(err)
			}
			end()
			return nil
		}), privacy.Unavailable)
		never := func(store.Tx) error { t.Error("began all the same"); return nil }
		coded(t, e.Update(ended, id, never), privacy.Unavailable)
		coded(t, e.View(ended, func(v store.View) error { _, err := v.Editions(ended); return err }), privacy.Unavailable)
		late, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
		defer stop()
		coded(t, e.Update(late, id, never), privacy.Unavailable)
		coded(t, e.Ping(late), privacy.Unavailable)
		if err := all(e.Ping(t.Context()), equal("everything", p.Dump(t), before)); err != nil {
			t.Fatal(err)
		}
	}},
	{"a closed store is unavailable", on(func(t *testing.T, e Engine) {
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		coded(t, e.Update(t.Context(), newID(), func(store.Tx) error { return nil }), privacy.Unavailable)
		coded(t, e.Ping(t.Context()), privacy.Unavailable)
	})},
	{"text with NUL or broken UTF-8 is refused and nothing is kept", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 1)
		before := p.Dump(t)
		for _, bad := range []string{"a\x00b", "\xff", "Өз\xd0"} {
			for _, write := range []func(store.Tx) error{
				func(tx store.Tx) error { d := duty(id, "d"); d.Cause = bad; return tx.PutDuty(t.Context(), d) },
				func(tx store.Tx) error { _, err := tx.Hit(t.Context(), bad, noon, 1); return err },
				func(tx store.Tx) error { _, err := tx.Notice(t.Context(), bad); return err },
			} {
				coded(t, e.Update(t.Context(), id, write), privacy.Invalid)
			}
		}
		coded(t, e.Update(t.Context(), id, func(tx store.Tx) error {
			s, err := tx.Subject(t.Context(), id)
			if err != nil {
				return err
			}
			s.Accepted.ID = "\xff"
			return tx.PutSubject(t.Context(), s)
		}), privacy.Invalid)
		if err := equal("everything", p.Dump(t), before); err != nil {
			t.Fatal(err)
		}
	}},
	{"any other text and any bytes come back as they were", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		words := "Өзгөн, Үч-Коргон ң 🙂 \t\n'\"\\ %s ? $1 " + strings.Repeat("ү", 1000)
		bytes := []byte{0, 1, 2, 0xff, 0, '\'', 0x80}
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			n := store.Notice{ID: "n1", Scope: words, At: noon}
			r := store.Receipt{Subject: id, ID: words, Kind: "consent", At: noon, Sealed: bytes}
			empty := store.Receipt{Subject: id, ID: "empty", Kind: "consent", At: noon}
			return all(tx.PutNotice(ctx, n), tx.PutReceipt(ctx, r), tx.PutReceipt(ctx, empty))
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			n, err1 := v.Notice(ctx, "n1")
			sealed, err2 := v.Receipt(ctx, id, words)
			none, err3 := v.Receipt(ctx, id, "empty")
			return all(err1, err2, err3, equal("text", n.Scope, words), equal("bytes", sealed, bytes), equal("no bytes", len(none), 0))
		})
	})},
}
