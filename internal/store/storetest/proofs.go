package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

var proofs = []test{
	{"a notice is bound once, and what was shown is never edited", on(func(t *testing.T, e Engine) {
		a, b := register(t, e, 0), register(t, e, 0)
		n := store.Notice{ID: "n", Edition: "mega24/2026-1", Lang: "ky", Text: "ff", Channel: "site", Scope: "edition", At: noon}
		bound := n
		bound.Subject = a
		other := n
		other.Subject = b
		edited := bound
		edited.Text, edited.Lang, edited.At = "00", "en", after(time.Hour)
		bind := func(id privacy.SubjectID, n store.Notice) error {
			return e.Update(t.Context(), id, func(tx store.Tx) error { return tx.PutNotice(t.Context(), n) })
		}
		if err := all(bind(store.HolderID, n), bind(a, bound), bind(a, edited)); err != nil {
			t.Fatal(err)
		}
		coded(t, bind(b, other), privacy.Conflict)
		coded(t, bind(a, n), privacy.Conflict) // nor is it unbound
		look(t, e, func(ctx context.Context, v store.View) error {
			got, err := v.Notice(ctx, "n")
			return all(err, equal("the notice", got, bound))
		})
	})},
	{"of a challenge only tries and state change", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		c := challenge(id, "c")
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutChallenge(ctx, c) })
		changed := c
		changed.Tries, changed.State = 3, "locked"
		forged := changed
		forged.CodeHash, forged.Bound, forged.Expires, forged.Subject = []byte("other"), "00", after(time.Hour), newID()
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutChallenge(ctx, forged) })
		look(t, e, func(ctx context.Context, v store.View) error {
			got, err := v.Challenge(ctx, "c")
			return all(err, equal("the challenge", got, changed))
		})
		wrong := c
		wrong.State = "perhaps"
		coded(t, e.Update(t.Context(), id, func(tx store.Tx) error { return tx.PutChallenge(t.Context(), wrong) }), privacy.Internal)
	})},
	{"a new code supersedes the open ones of the same address and aim and no others", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		names := []string{"same", "aim", "address", "used", "expired"}
		cs := map[string]store.Challenge{}
		for _, n := range names {
			cs[n] = challenge(id, n)
		}
		edit := func(name string, fn func(*store.Challenge)) { c := cs[name]; fn(&c); cs[name] = c }
		edit("aim", func(c *store.Challenge) { c.Aim = "consent:P03" })
		edit("address", func(c *store.Challenge) { c.Address = []byte("other") })
		edit("used", func(c *store.Challenge) { c.State = "used" })
		edit("expired", func(c *store.Challenge) { c.Expires = noon })
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			for _, c := range cs {
				if err := tx.PutChallenge(ctx, c); err != nil {
					return err
				}
			}
			return tx.Supersede(ctx, []byte("address"), "session", noon)
		})
		want := map[string]string{"same": "superseded", "aim": "open", "address": "open", "used": "used", "expired": "open"}
		look(t, e, func(ctx context.Context, v store.View) error {
			for _, n := range names {
				c, err := v.Challenge(ctx, n)
				if err := all(err, equal(n, c.State, want[n])); err != nil {
					return err
				}
			}
			return nil
		})
	})},
	{"receipts come back oldest first, to their subject only", on(func(t *testing.T, e Engine) {
		a, b := register(t, e, 0), register(t, e, 0)
		late, early := receipt(a, "r1"), receipt(a, "r2")
		late.At = after(time.Hour)
		update(t, e, a, func(ctx context.Context, tx store.Tx) error {
			return all(tx.PutReceipt(ctx, late), tx.PutReceipt(ctx, early), tx.PutReceipt(ctx, receipt(b, "r1")))
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			rs, err := v.Receipts(ctx, a)
			one, err2 := v.Receipt(ctx, a, "r2")
			_, err3 := v.Receipt(ctx, b, "r2")
			return all(err, err2, missing("another's", err3), equal("receipts", rs, []store.Receipt{early, late}), equal("sealed", one, early.Sealed))
		})
	})},
	{"a request with an idempotency key has one effect, also when it comes 8 times at once", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		errs := together(8, func(int) error {
			return e.Update(t.Context(), id, func(tx store.Tx) error {
				switch _, err := tx.Once(t.Context(), "crm", "k"); {
				case err == nil:
					return nil
				case missing("Once", err) != nil:
					return err
				}
				_, err := tx.Append(t.Context(), id, event(noon))
				return all(err, tx.SaveOnce(t.Context(), onceOf(id, "k")))
			})
		})
		if err := all(errs...); err != nil {
			t.Fatal(err)
		}
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			head, err := tx.Head(ctx, id)
			kept, err2 := tx.Once(ctx, "crm", "k")
			_, err3 := tx.Once(ctx, "another", "k")
			return all(err, err2, missing("another's key", err3), equal("effects", head.Seq, 1), equal("result", kept, onceOf(id, "k")))
		})
	})},
	{"one key under two subjects at once has one effect", on(func(t *testing.T, e Engine) {
		ids := [2]privacy.SubjectID{register(t, e, 0), register(t, e, 0)}
		errs := together(2, func(i int) error {
			return e.Update(t.Context(), ids[i], func(tx store.Tx) error {
				if _, err := tx.Once(t.Context(), "crm", "k"); err == nil {
					return nil
				}
				_, err := tx.Append(t.Context(), ids[i], event(noon))
				return all(err, tx.SaveOnce(t.Context(), onceOf(ids[i], "k")))
			})
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			a, err := v.Head(ctx, ids[0])
			b, err2 := v.Head(ctx, ids[1])
			return all(append(errs, err, err2, equal("effects", a.Seq+b.Seq, 1))...)
		})
	})},
	{"a counter loses no hit, and keys and windows are apart", on(func(t *testing.T, e Engine) {
		ids := make([]privacy.SubjectID, 16)
		for i := range ids {
			ids[i] = register(t, e, 0)
		}
		errs := together(16, func(i int) error {
			return e.Update(t.Context(), ids[i], func(tx store.Tx) error { _, err := tx.Hit(t.Context(), "k", noon, 2); return err })
		})
		if err := all(errs...); err != nil {
			t.Fatal(err)
		}
		update(t, e, ids[0], func(ctx context.Context, tx store.Tx) error {
			read, e1 := tx.Hit(ctx, "k", noon, 0)
			next, e2 := tx.Hit(ctx, "k", noon, 1)
			other, e3 := tx.Hit(ctx, "k2", noon, 0)
			window, e4 := tx.Hit(ctx, "k", after(time.Minute), 0)
			return all(e1, e2, e3, e4, equal("read", read, 32), equal("next", next, 33), equal("another key", other, 0), equal("another window", window, 0))
		})
	})},
	{"editions come oldest first, with their packs apart, and are never replaced", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		one := store.Edition{ID: "b/1", Hash: "ff", Published: noon, InForce: after(time.Hour)}
		two := store.Edition{ID: "a/2", Hash: "ee", Published: after(time.Minute), InForce: after(time.Minute)}
		update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error {
			before, e1 := tx.Editions(ctx)
			e2 := all(tx.PutEdition(ctx, two, []byte("second")), tx.PutEdition(ctx, one, []byte("first")))
			after, e3 := tx.Editions(ctx)
			return all(e1, e2, e3, equal("before", len(before), 0), equal("in the transaction itself", after, []store.Edition{one, two}))
		})
		before := p.Dump(t)
		one.Hash = "00"
		coded(t, e.Update(t.Context(), store.HolderID, func(tx store.Tx) error { return tx.PutEdition(t.Context(), one, []byte("forged")) }), privacy.Conflict)
		one.Hash = "ff"
		look(t, e, func(ctx context.Context, v store.View) error {
			rows, err := v.Editions(ctx)
			pack, err2 := v.EditionPack(ctx, "b/1")
			return all(err, err2, equal("editions", rows, []store.Edition{one, two}), equal("pack", string(pack), "first"), equal("everything", p.Dump(t), before))
		})
	}},
	{"a proposal is replaced as a whole, and keeps its pack where none is given", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		one := store.Proposal{Edition: "b/1", Hash: "ff", State: "draft", Author: "a", Drafted: noon}
		two := store.Proposal{
			Edition: "a/2", Hash: "ee", State: "announced", Mode: "lawful", Author: "a", Reviewer: "b", Drafted: after(time.Minute),
			Reviewed: after(time.Minute), Announced: after(time.Minute), InForce: after(time.Hour), Cursor: newID(), Told: 7, ToldAt: after(time.Minute),
		}
		missing := func(tx store.Tx) error { return tx.PutProposal(t.Context(), one, nil) }
		if err := e.Update(t.Context(), store.HolderID, missing); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a proposal without a pack: %v", err)
		}
		update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error {
			return all(tx.PutProposal(ctx, two, []byte("second")), tx.PutProposal(ctx, one, []byte("first")))
		})
		one.State, one.Hash = "reviewed", "dd"
		update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error { return tx.PutProposal(ctx, one, nil) })
		look(t, e, func(ctx context.Context, v store.View) error {
			rows, err := v.Proposals(ctx)
			pack, err2 := v.ProposalPack(ctx, "b/1")
			return all(err, err2, equal("proposals", rows, []store.Proposal{one, two}), equal("pack", string(pack), "first"))
		})
		one.State = "draft"
		update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error { return tx.PutProposal(ctx, one, []byte("third")) })
		look(t, e, func(ctx context.Context, v store.View) error {
			pack, err := v.ProposalPack(ctx, "b/1")
			return all(err, equal("a new pack", string(pack), "third"))
		})
	}},
	{"credentials, sessions and staff come back as they were put last", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		cred := store.Credential{ID: "c", Hash: []byte("h"), Spec: []byte(`{"p":["P01"]}`), Created: noon}
		sess := session(id, "token")
		staff := store.Staff{Login: "aigul", Role: privacy.ActorOfficer, Org: "dpo", Password: "argon2id$", TOTP: []byte("s"), Step: 1 << 40, Created: noon}
		put := func() {
			update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error {
				return all(tx.PutCredential(ctx, cred), tx.PutSession(ctx, sess), tx.PutStaff(ctx, staff))
			})
			look(t, e, func(ctx context.Context, v store.View) error {
				c, e1 := v.Credential(ctx, "c")
				s, e2 := v.Session(ctx, []byte("token"))
				st, e3 := v.Staff(ctx, "aigul")
				return all(e1, e2, e3, equal("credential", c, cred), equal("session", s, sess), equal("staff", st, staff))
			})
		}
		put()
		cred.Revoked, sess.Ended, sess.Level, staff.Ended, staff.Step = after(time.Hour), after(time.Minute), "password_totp", noon, 1<<40+1
		put()
	})},
	{"stripping leaves the tombstone, the proofs and what is owed, and touches nobody else", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		gone, other := newID(), newID()
		for _, id := range []privacy.SubjectID{gone, other} {
			update(t, e, id, func(ctx context.Context, tx store.Tx) error { return everything(ctx, tx, id) })
		}
		before := p.Dump(t)
		update(t, e, gone, func(ctx context.Context, tx store.Tx) error {
			_, err := tx.DropRecords(ctx, gone)
			return all(err, tx.DropLookups(ctx, gone), tx.Strip(ctx, gone))
		})
		removed := map[string]bool{}
		for _, line := range less(before, p.Dump(t)) {
			if !strings.Contains(line, string(gone)) {
				t.Errorf("removed of somebody else: %s", line)
			}
			removed[table(line)] = true
		}
		want := map[string]bool{"record": true, "blob": true, "lookup": true, "receipt": true, "note": true, "message": true, "challenge": true, "session": true, "once": true}
		if err := equal("tables", removed, want); err != nil {
			t.Fatal(err)
		}
		for _, line := range p.Dump(t) {
			if strings.Contains(line, string(gone)) && want[table(line)] {
				t.Errorf("left: %s", line)
			}
		}
	}},
}

// table is the table of a line of a dump.
func table(line string) string { name, _, _ := strings.Cut(line, ":"); return name }

// less gives the lines of a that are not in b.
func less(a, b []string) (out []string) {
	have := map[string]int{}
	for _, line := range b {
		have[line]++
	}
	for _, line := range a {
		if have[line]--; have[line] < 0 {
			out = append(out, line)
		}
	}
	return out
}
