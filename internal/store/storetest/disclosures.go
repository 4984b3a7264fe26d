package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

func recipient(id privacy.RecipientID) store.Recipient {
	return store.Recipient{
		ID: id, State: "draft", Contract: []byte(`{"recipient":"shop"}`), Author: "officer",
		Endpoint: "https://shop.example/hook", Secrets: []byte{0, 1, 2}, Changed: noon,
	}
}

func disclosure(id privacy.SubjectID, name string) store.Disclosure {
	return store.Disclosure{
		Subject: id, ID: name, Recipient: "shop", Purpose: "P17", Operation: "transfer.provide", Basis: privacy.BasisConsent,
		Clause: "3.17", Edition: "e", Fields: []string{"D08.msisdn", "D09.month"}, Event: "event", At: noon,
		Until: after(48 * time.Hour), TellBy: after(24 * time.Hour),
	}
}

func propagation(id privacy.SubjectID, name string) store.Propagation {
	return store.Propagation{
		Subject: id, ID: name, Recipient: "shop", Action: "destroyed", Categories: []privacy.CategoryID{"D08", "D09"},
		Purpose: "P17", Seq: 7, Created: noon, Due: after(time.Hour),
	}
}

func lawful(name string) store.Lawful {
	return store.Lawful{ID: name, State: "open", Author: "a", Sealed: []byte{0, 9}, Created: noon}
}

// disclosed writes to every table of the disclosures.
func disclosed(ctx context.Context, tx store.Tx, id privacy.SubjectID) error {
	return all(
		tx.PutRecipient(ctx, recipient(privacy.RecipientID("to-"+id))),
		tx.PutDisclosure(ctx, disclosure(id, "disclosure")),
		tx.PutPropagation(ctx, propagation(id, "propagation-"+string(id))),
		tx.PutLawful(ctx, lawful("lawful-"+string(id))))
}

var disclosures = []test{
	{"recipients come back as they were put last, by id", on(func(t *testing.T, e Engine) {
		b, a := recipient("b"), recipient("a")
		put := func(r store.Recipient) {
			update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error { return tx.PutRecipient(ctx, r) })
		}
		put(b)
		put(a)
		b.State, b.Endpoint, b.Secrets, b.Changed, b.Contract, b.Author = "suspended", "", []byte{}, after(time.Hour), []byte("{}"), "second"
		put(b)
		look(t, e, func(ctx context.Context, v store.View) error {
			rows, err := v.Recipients(ctx)
			one, err1 := v.Recipient(ctx, "b")
			_, none := v.Recipient(ctx, "c")
			return all(err, err1, equal("all", rows, []store.Recipient{a, b}), equal("one", one, b), missing("an unknown recipient", none))
		})
	})},
	{"of a disclosure only what became of it changes, and dropping touches nobody else", on(func(t *testing.T, e Engine) {
		id, other := register(t, e, 0), register(t, e, 0)
		first, later, his := disclosure(id, "1"), disclosure(id, "0"), disclosure(other, "1")
		later.At, later.TellBy = after(time.Minute), time.Time{}
		put := func(of privacy.SubjectID, d store.Disclosure) {
			update(t, e, of, func(ctx context.Context, tx store.Tx) error { return tx.PutDisclosure(ctx, d) })
		}
		put(id, later)
		put(id, first)
		put(other, his)
		changed := first
		changed.Told, changed.ToldBy, changed.Withheld, changed.Ended = after(time.Second), "sms", after(2*time.Second), after(3*time.Second)
		forged := changed
		forged.Recipient, forged.Fields, forged.At = "uncle", nil, after(99*time.Hour)
		put(id, forged)
		look(t, e, func(ctx context.Context, v store.View) error {
			mine, err := v.Disclosures(ctx, id)
			one, err1 := v.Disclosure(ctx, id, "0")
			_, none := v.Disclosure(ctx, other, "0")
			return all(err, err1, equal("his disclosures", mine, []store.Disclosure{changed, later}), equal("one", one, later), missing("another's", none))
		})
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.DropDisclosures(ctx, id) })
		look(t, e, func(ctx context.Context, v store.View) error {
			mine, err := v.Disclosures(ctx, id)
			theirs, err1 := v.Disclosures(ctx, other)
			return all(err, err1, equal("left", len(mine), 0), equal("the other's", theirs, []store.Disclosure{his}))
		})
	})},
	{"a propagation is found by its id alone, and is unconfirmed from its day until it is confirmed", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		a, b := propagation(id, "a"), propagation(id, "b")
		b.Due, b.Seq, b.Categories, b.Action = after(time.Minute), 3, nil, "blocked"
		put := func(p store.Propagation) {
			update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutPropagation(ctx, p) })
		}
		put(a)
		put(b)
		due := func(at time.Time, want ...store.Propagation) {
			t.Helper()
			look(t, e, func(ctx context.Context, v store.View) error {
				rows, err := v.Unconfirmed(ctx, at, 10)
				return all(err, equal("unconfirmed", rows, append([]store.Propagation(nil), want...)))
			})
		}
		due(after(59 * time.Second))
		due(after(time.Minute), b)
		due(after(time.Hour), b, a)
		b.Sent, b.Late, b.Confirmed, b.Outcome, b.Citation = noon, after(time.Hour), after(2*time.Hour), "kept", "dc-83.p.2"
		put(b)
		due(after(time.Hour), a)
		look(t, e, func(ctx context.Context, v store.View) error {
			rows, err := v.Propagations(ctx, id)
			one, err1 := v.Propagation(ctx, "b")
			_, none := v.Propagation(ctx, "c")
			return all(err, err1, equal("his", rows, []store.Propagation{b, a}), equal("one", one, b), missing("an unknown one", none))
		})
	})},
	{"requests of state bodies come back newest first, as they were put last", on(func(t *testing.T, e Engine) {
		old, fresh := lawful("old"), lawful("fresh")
		fresh.Created = after(time.Minute)
		put := func(l store.Lawful) {
			update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error { return tx.PutLawful(ctx, l) })
		}
		put(old)
		put(fresh)
		old.State, old.Decider, old.Decided, old.Review, old.Revealed, old.Sealed = "answered", "b", noon, after(time.Hour), after(2*time.Hour), []byte{7}
		put(old)
		look(t, e, func(ctx context.Context, v store.View) error {
			rows, err := v.Lawfuls(ctx, 10)
			one, err1 := v.Lawful(ctx, "old")
			few, err2 := v.Lawfuls(ctx, 1)
			_, none := v.Lawful(ctx, "none")
			return all(err, err1, err2, equal("all", rows, []store.Lawful{fresh, old}), equal("one", one, old), equal("few", len(few), 1), missing("an unknown one", none))
		})
	})},
	{"what is late is counted by kind", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		told, withheld, never := disclosure(id, "told"), disclosure(id, "withheld"), disclosure(id, "never")
		told.Told, withheld.Withheld, never.TellBy = noon, noon, time.Time{}
		hidden, shown := lawful("hidden"), lawful("shown")
		hidden.State, hidden.Review = "answered", after(time.Hour)
		shown.State, shown.Review, shown.Revealed = "answered", after(time.Hour), noon
		done := propagation(id, "done")
		done.Confirmed = noon
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			return all(tx.PutDisclosure(ctx, disclosure(id, "late")), tx.PutDisclosure(ctx, told), tx.PutDisclosure(ctx, withheld),
				tx.PutDisclosure(ctx, never), tx.PutPropagation(ctx, propagation(id, "late")), tx.PutPropagation(ctx, done),
				tx.PutLawful(ctx, hidden), tx.PutLawful(ctx, shown), tx.PutLawful(ctx, lawful("open")))
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			before, err := v.Late(ctx, noon)
			later, err1 := v.Late(ctx, after(24*time.Hour))
			return all(err, err1,
				equal("late at first", before, map[string]int64{"transfer_notice": 0, "propagation": 0, "lawful_review": 0}),
				equal("late a day after", later, map[string]int64{"transfer_notice": 1, "propagation": 1, "lawful_review": 1}))
		})
	})},
	{"a state or action of no closed set is refused", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		r, p, l := recipient("r"), propagation(id, "p"), lawful("l")
		r.State, p.Action, l.State = "sale", "sold", "hidden"
		for name, write := range map[string]func(context.Context, store.Tx) error{
			"a recipient":   func(ctx context.Context, tx store.Tx) error { return tx.PutRecipient(ctx, r) },
			"a propagation": func(ctx context.Context, tx store.Tx) error { return tx.PutPropagation(ctx, p) },
			"a request":     func(ctx context.Context, tx store.Tx) error { return tx.PutLawful(ctx, l) },
			"a field with a zero": func(ctx context.Context, tx store.Tx) error {
				d := disclosure(id, strings.Repeat("\x00", 1))
				return tx.PutDisclosure(ctx, d)
			},
		} {
			if err := e.Update(t.Context(), id, func(tx store.Tx) error { return write(t.Context(), tx) }); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
	})},
}
