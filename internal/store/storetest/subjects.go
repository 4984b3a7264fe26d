package storetest

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

var subjects = []test{
	{"what is not there is ErrNotFound", on(func(t *testing.T, e Engine) {
		id := register(t, e, 1)
		look(t, e, func(ctx context.Context, v store.View) error {
			no := newID()
			_, e1 := v.Subject(ctx, no)
			_, e2 := v.Record(ctx, id, "D01")
			_, e3 := v.Notice(ctx, "no")
			_, e4 := v.Challenge(ctx, "no")
			_, e5 := v.Receipt(ctx, id, "no")
			_, e6 := v.Event(ctx, id, "no")
			_, e7 := v.EditionPack(ctx, "no")
			_, e15 := v.ProposalPack(ctx, "no")
			_, e8 := v.Credential(ctx, "no")
			_, e9 := v.Session(ctx, []byte("no"))
			_, e10 := v.Staff(ctx, "no")
			_, e11 := v.Leaf(ctx, "no")
			_, e12 := v.Checkpoint(ctx)
			_, e13 := v.Hashes(ctx, []int64{0})
			_, e14 := v.Subject(ctx, store.HolderID)
			return all(missing("Subject", e1), missing("Record", e2), missing("Notice", e3), missing("Challenge", e4),
				missing("Receipt", e5), missing("Event", e6), missing("EditionPack", e7), missing("ProposalPack", e15), missing("Credential", e8),
				missing("Session", e9), missing("Staff", e10), missing("Leaf", e11), missing("Checkpoint", e12),
				missing("Hashes", e13), missing("Subject of the Holder", e14))
		})
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			_, e1 := tx.Once(ctx, "crm", "no")
			_, e2 := tx.Subject(ctx, newID())
			e3 := tx.EndLookup(ctx, id, "msisdn", []byte("no"), noon)
			return all(missing("Once", e1), missing("Subject", e2), missing("EndLookup", e3))
		})
	})},
	{"lists of what is not there are empty", on(func(t *testing.T, e Engine) {
		no := newID()
		look(t, e, func(ctx context.Context, v store.View) error {
			head, err := v.Head(ctx, no)
			found, e1 := v.Find(ctx, "msisdn", []byte("no"), noon)
			ls, e2 := v.Lookups(ctx, no)
			rs, e3 := v.Records(ctx, no)
			vs, e4 := v.Versions(ctx, no, "D01")
			bs, e5 := v.Blobs(ctx, no)
			rc, e6 := v.Receipts(ctx, no)
			ev, e7 := v.Events(ctx, no, 0, 0, 10)
			ed, e8 := v.Editions(ctx)
			pr, e14 := v.Proposals(ctx)
			su, e9 := v.Subjects(ctx, "", 10)
			cp, e10 := v.Checkpoints(ctx, 0, 10)
			lv, e11 := v.Leaves(ctx, 0, 10)
			un, e12 := v.Unsealed(ctx, 10)
			hs, e13 := v.Hashes(ctx, nil)
			n := len(found) + len(ls) + len(rs) + len(vs) + len(bs) + len(rc) + len(ev) + len(ed) + len(pr) + len(su) + len(cp) + len(lv) + len(un) + len(hs)
			return all(err, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14,
				equal("head", head, store.Head{}), equal("rows", n, 0))
		})
	})},
	{"the standing comes back as it was put, and the last one counts", on(func(t *testing.T, e Engine) {
		id := newID()
		s := person(id)
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutSubject(ctx, s) })
		s.MinorUntil, s.Guardian = after(time.Hour), newID()
		s.Accepted = privacy.Acceptance{ID: "a", Edition: "mega24/2026-1", Grade: privacy.GradeSMS, At: noon}
		s.Give(privacy.Consent{ID: "c", Purpose: "P03", Edition: "mega24/2026-1", Grade: privacy.GradeTick, At: noon, Until: after(time.Hour)})
		s.Set(privacy.Block{ID: "b", Kind: privacy.KindBlock, Category: "D01", At: noon})
		s.Hold("D01", "P01", "office", noon)
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.PutSubject(ctx, s) })
		look(t, e, func(ctx context.Context, v store.View) error {
			got, err := v.Subject(ctx, id)
			if err != nil {
				return err
			}
			return equal("the standing", *got, *s)
		})
	})},
	{"what the caller does to a standing it was given stays with the caller", on(func(t *testing.T, e Engine) {
		id := register(t, e, 0)
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			s, err := tx.Subject(ctx, id)
			if err != nil {
				return err
			}
			s.Status = privacy.StatusDestroyed
			again, err := tx.Subject(ctx, id)
			return all(err, equal("status", again.Status, privacy.StatusRegistered))
		})
	})},
	{"a subject keeps the stream it began with", on(func(t *testing.T, e Engine) {
		id := register(t, e, 1)
		other := person(id) // with another stream
		coded(t, e.Update(t.Context(), id, func(tx store.Tx) error { return tx.PutSubject(t.Context(), other) }), privacy.Conflict)
		none := person(newID())
		none.Stream = ""
		coded(t, e.Update(t.Context(), none.ID, func(tx store.Tx) error { return tx.PutSubject(t.Context(), none) }), privacy.Conflict)
		holder := person(store.HolderID)
		coded(t, e.Update(t.Context(), store.HolderID, func(tx store.Tx) error { return tx.PutSubject(t.Context(), holder) }), privacy.Conflict)
	})},
	{"subjects are paged in the order of their ids, without the Holder, and counted by status", on(func(t *testing.T, e Engine) {
		var ids []privacy.SubjectID
		for range 7 {
			ids = append(ids, register(t, e, 0))
		}
		slices.Sort(ids)
		update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error {
			_, err := tx.Append(ctx, store.HolderID, event(noon))
			return err
		})
		update(t, e, ids[0], func(ctx context.Context, tx store.Tx) error {
			s, err := tx.Subject(ctx, ids[0])
			if err != nil {
				return err
			}
			s.Status = privacy.StatusDestroyed
			return tx.PutSubject(ctx, s)
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			first, e1 := v.Subjects(ctx, "", 3)
			second, e2 := v.Subjects(ctx, ids[2], 100)
			none, e3 := v.Subjects(ctx, "", 0)
			counts, e4 := v.Counts(ctx)
			return all(e1, e2, e3, e4, equal("the first page", first, ids[:3]), equal("the rest", second, ids[3:]), equal("no page", len(none), 0),
				equal("counts", counts, map[privacy.Status]int64{privacy.StatusRegistered: 6, privacy.StatusDestroyed: 1}))
		})
	})},
	{"a walk over everybody comes in pages, in order, and stops when it is told", on(func(t *testing.T, e Engine) {
		var ids []privacy.SubjectID
		for i := range 7 {
			id := register(t, e, 0)
			ids = append(ids, id)
			update(t, e, id, func(ctx context.Context, tx store.Tx) error {
				s, err := tx.Subject(ctx, id)
				if err != nil {
					return err
				}
				for range i { // of different length, so that what one leaves would show in the next
					s.Give(privacy.Consent{ID: string(newID()), Purpose: privacy.PurposeID(newID()), At: noon})
				}
				return tx.PutSubject(ctx, s)
			})
		}
		slices.Sort(ids)
		look(t, e, func(ctx context.Context, v store.View) error {
			third, e1 := v.Mark(ctx, "", 3)
			last, e2 := v.Mark(ctx, third, 100)
			none, e3 := v.Mark(ctx, last, 1)
			return all(e1, e2, e3, equal("the third", third, ids[2]), equal("the last", last, ids[6]), equal("nobody", none, ""))
		})
		for _, c := range []struct {
			after, upto privacy.SubjectID
			want        []privacy.SubjectID
		}{{"", "", ids}, {"", ids[2], ids[:3]}, {ids[2], ids[4], ids[3:5]}, {ids[4], "", ids[5:]}, {ids[6], "", nil}, {ids[3], ids[3], nil}} {
			look(t, e, func(ctx context.Context, v store.View) error {
				var got []privacy.SubjectID
				var consents []int
				err := v.Standings(ctx, c.after, c.upto, func(s *privacy.Subject) error {
					got, consents = append(got, s.ID), append(consents, len(s.Consents))
					return nil
				})
				for i, id := range got {
					s, err := v.Subject(ctx, id)
					if err := all(err, equal("consents", consents[i], len(s.Consents))); err != nil {
						return err
					}
				}
				return all(err, equal("the walk", got, c.want))
			})
		}
		look(t, e, func(ctx context.Context, v store.View) error {
			var got []privacy.SubjectID
			err := v.StandingsOf(ctx, []privacy.SubjectID{ids[5], newID(), ids[1]}, func(s *privacy.Subject) error {
				got = append(got, s.ID)
				return nil
			})
			return all(err, equal("the named", got, []privacy.SubjectID{ids[5], ids[1]}))
		})
		stop, n := errors.New("enough"), 0
		err := e.View(t.Context(), func(v store.View) error {
			return v.Standings(t.Context(), "", "", func(*privacy.Subject) error { n++; return stop })
		})
		if !errors.Is(err, stop) || n != 1 {
			t.Errorf("after %d standings the walk gives %v", n, err)
		}
		if err := e.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})},
	{"each event links to the one before and is what was signed for", on(func(t *testing.T, e Engine) {
		id := register(t, e, 2)
		var stream privacy.StreamID
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			s, err := tx.Subject(ctx, id)
			if err != nil {
				return err
			}
			stream = s.Stream
			before, err := tx.Head(ctx, id)
			if err != nil {
				return err
			}
			ev := event(after(time.Minute))
			row, err := tx.Append(ctx, id, ev)
			if err != nil {
				return err
			}
			own, err := tx.Event(ctx, id, row.ID) // its own write, before anybody else sees it
			if err != nil {
				return err
			}
			queue, err := tx.UnsealedCount(ctx)
			if err := all(err, equal("its own event", own, row), equal("waiting", queue, 3)); err != nil {
				return err
			}
			now, err := tx.Head(ctx, id)
			canonical, err2 := ledger.Canonical(*ev)
			sum := ledger.Hash(row.Bytes)
			return all(err, err2, equal("prev", ev.Prev, before.Hash), equal("stream", ev.Stream, stream), equal("seq", ev.Seq, 3),
				equal("bytes", row.Bytes, canonical), equal("head", now.Hash, hex.EncodeToString(sum[:])), equal("head's seq", now.Seq, 3))
		})
		look(t, e, func(ctx context.Context, v store.View) error {
			rows, err := v.Events(ctx, id, 0, 0, 100)
			if err != nil {
				return err
			}
			prev := ""
			for i, row := range rows {
				ev, err := ledger.Parse(row.Bytes)
				if err != nil {
					return err
				}
				if err := all(equal("prev", ev.Prev, prev), equal("seq", ev.Seq, i+1), equal("row", row.Seq, i+1), equal("stream", ev.Stream, stream),
					equal("id", row.ID, ev.ID), equal("moment", row.At, ev.Time), equal("subject", row.Subject, id)); err != nil {
					return err
				}
				sum := ledger.Hash(row.Bytes)
				prev = hex.EncodeToString(sum[:])
			}
			head, err := v.Head(ctx, id)
			return all(err, equal("events", len(rows), 3), equal("head", head, store.Head{Stream: stream, Seq: 3, Hash: prev, At: rows[2].At}))
		})
	})},
	{"a stream never runs backwards", on(func(t *testing.T, e Engine) {
		id := register(t, e, 3) // the last at noon and 2 s
		update(t, e, id, func(ctx context.Context, tx store.Tx) error {
			early := event(noon.Add(-time.Hour))
			row, err := tx.Append(ctx, id, early)
			return all(err, equal("the raised time", row.At, after(2*time.Second)), equal("the event's", early.Time, row.At))
		})
	})},
	{"a stream of no subject is the Holder's only", on(func(t *testing.T, e Engine) {
		no := newID()
		coded(t, e.Update(t.Context(), no, func(tx store.Tx) error { _, err := tx.Append(t.Context(), no, event(noon)); return err }), privacy.Internal)
		for range 2 {
			update(t, e, store.HolderID, func(ctx context.Context, tx store.Tx) error {
				_, err := tx.Append(ctx, store.HolderID, event(noon))
				return err
			})
		}
		look(t, e, func(ctx context.Context, v store.View) error {
			head, err := v.Head(ctx, store.HolderID)
			rows, err2 := v.Events(ctx, store.HolderID, 0, 0, 10)
			return all(err, err2, equal("stream", head.Stream, privacy.HolderStream), equal("seq", head.Seq, 2), equal("events", len(rows), 2))
		})
	})},
	{"one event id stands once in a stream", func(t *testing.T, p Place) {
		e := p.Open(t, nil)
		id := register(t, e, 0)
		twice := event(noon)
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { _, err := tx.Append(ctx, id, twice); return err })
		before := p.Dump(t)
		coded(t, e.Update(t.Context(), id, func(tx store.Tx) error { _, err := tx.Append(t.Context(), id, twice); return err }), privacy.Conflict)
		if err := equal("everything", p.Dump(t), before); err != nil {
			t.Fatal(err)
		}
	}},
	{"events are paged both ways with their notes, and only the subject's own", on(func(t *testing.T, e Engine) {
		id, other := register(t, e, 5), register(t, e, 5)
		update(t, e, id, func(ctx context.Context, tx store.Tx) error { return tx.Note(ctx, id, 4, []byte("why")) })
		look(t, e, func(ctx context.Context, v store.View) error {
			seqs := func(rows []store.EventRow, err error) (out []uint64) {
				for _, r := range rows {
					if r.Subject != id {
						t.Errorf("an event of %s among those of %s", r.Subject, id)
					}
					out = append(out, r.Seq)
				}
				if err != nil {
					t.Error(err)
				}
				return out
			}
			rows, err := v.Events(ctx, id, 3, 0, 1)
			if err != nil {
				return err
			}
			same, e1 := v.Event(ctx, id, rows[0].ID)
			_, e2 := v.Event(ctx, other, rows[0].ID)
			return all(e1, missing("another's event", e2),
				equal("oldest first", seqs(v.Events(ctx, id, 0, 0, 3)), []uint64{1, 2, 3}),
				equal("after 3", seqs(v.Events(ctx, id, 3, 0, 100)), []uint64{4, 5}),
				equal("newest first", seqs(v.Events(ctx, id, 0, 1<<63, 2)), []uint64{5, 4}),
				equal("before 4", seqs(v.Events(ctx, id, 0, 4, 100)), []uint64{3, 2, 1}),
				equal("none", len(seqs(v.Events(ctx, id, 0, 0, 0))), 0),
				equal("the note", rows[0].Note, []byte("why")), equal("by id", same, rows[0]))
		})
	})},
}
