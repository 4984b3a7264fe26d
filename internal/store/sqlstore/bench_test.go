package sqlstore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/sqlstore"
)

// The figures mean something with KUPUYA_PG_FSYNC=on and a quiet machine; only
// ratios taken in one run count.

// spread runs work b.N times over n goroutines.
func spread(b *testing.B, n int, work func(worker, i int) error) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for w := range n {
		all.Go(func() {
			for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
				if err := work(w, i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

// onEach runs a benchmark on each engine with 1 and 16 goroutines.
func onEach(b *testing.B, run func(b *testing.B, db *sqlstore.DB, dsn string, n int)) {
	for _, e := range engines {
		for _, n := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/%d", e.name, n), func(b *testing.B) {
				dsn := e.fresh(b)
				run(b, openData(b, dsn, sqlstore.Options{}), dsn, n)
			})
		}
	}
}

// crowd registers n subjects with a standing of usual size and one value.
func crowd(b *testing.B, db *sqlstore.DB, n int) []privacy.SubjectID {
	ids := make([]privacy.SubjectID, n)
	for i := range ids {
		ids[i] = privacy.SubjectID(privacy.NewID(noon))
		s := &privacy.Subject{ID: ids[i], Stream: privacy.NewStream(), Status: privacy.StatusRegistered, Since: noon, AgeKnown: true}
		for _, p := range []privacy.PurposeID{"P01", "P03", "P06", "P07"} {
			s.Give(privacy.Consent{ID: privacy.NewID(noon), Purpose: p, Edition: "mega24/2026-1", Grade: privacy.GradeSMS, At: noon})
		}
		for _, c := range []privacy.CategoryID{"D01", "D02", "D03", "D08"} {
			s.Hold(c, "P01", "office", noon)
		}
		err := db.Update(b.Context(), ids[i], func(tx store.Tx) error {
			if err := tx.PutSubject(b.Context(), s); err != nil {
				return err
			}
			return tx.PutRecord(b.Context(), store.Record{Subject: ids[i], Category: "D01", Version: 1, Sealed: random(200), Written: noon})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return ids
}

func consentEvent() *ledger.Event {
	return &ledger.Event{
		V: ledger.FormatVersion, ID: privacy.NewID(noon), Time: noon, Kind: ledger.ConsentGiven,
		Actor: ledger.Actor{Kind: "subject", ID: "0190c2a0-0000-7000-8000-000000000001", Channel: "app"}, Edition: "mega24/2026-1",
		Clause: "4.3", Basis: "consent", Purpose: "P03", Grade: "sms",
	}
}

// BenchmarkFloor is one durable insert of a row like an event's, and nothing else.
func BenchmarkFloor(b *testing.B) {
	onEach(b, func(b *testing.B, db *sqlstore.DB, dsn string, n int) {
		row := random(500)
		const insert = `INSERT INTO note (subject_id, seq, sealed) VALUES ($1, $2, $3)`
		if dir, is := strings.CutPrefix(dsn, "sqlite:"); is {
			raw := sqlstore.Raw(b, filepath.Join(dir, "kupuya.db"))
			spread(b, n, func(_, i int) error { _, err := raw.Exec(insert, "s", i, row); return err })
			return
		}
		cfg, err := pgxpool.ParseConfig(dsn)
		if err != nil {
			b.Fatal(err)
		}
		cfg.MaxConns = 16
		pool, err := pgxpool.NewWithConfig(b.Context(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		defer pool.Close()
		spread(b, n, func(_, i int) error { _, err := pool.Exec(b.Context(), insert, "s", i, row); return err })
	})
}

// BenchmarkAppend is an Update that records one event.
func BenchmarkAppend(b *testing.B) {
	onEach(b, func(b *testing.B, db *sqlstore.DB, _ string, n int) {
		ids := crowd(b, db, 2048)
		spread(b, n, func(w, i int) error {
			id := ids[(i*7+w)%len(ids)]
			return db.Update(b.Context(), id, func(tx store.Tx) error {
				_, err := tx.Append(b.Context(), id, consentEvent())
				return err
			})
		})
	})
}

// BenchmarkChange is what a verb does: editions, standing, change, event, duty, receipt.
func BenchmarkChange(b *testing.B) {
	onEach(b, func(b *testing.B, db *sqlstore.DB, _ string, n int) {
		ids := crowd(b, db, 2048)
		spread(b, n, func(w, i int) error {
			id := ids[(i*7+w)%len(ids)]
			return db.Update(b.Context(), id, func(tx store.Tx) error { return change(b.Context(), tx, id) })
		})
	})
}

func change(ctx context.Context, tx store.Tx, id privacy.SubjectID) error {
	if _, err := tx.Editions(ctx); err != nil {
		return err
	}
	s, err := tx.Subject(ctx, id)
	if err != nil {
		return err
	}
	s.Give(privacy.Consent{ID: privacy.NewID(noon), Purpose: "P03", Edition: "mega24/2026-1", Grade: privacy.GradeSMS, At: noon})
	row, err := tx.Append(ctx, id, consentEvent())
	if err != nil {
		return err
	}
	if err := tx.PutReceipt(ctx, store.Receipt{Subject: id, ID: string(row.ID), Kind: "consent", At: noon, Sealed: row.Bytes}); err != nil {
		return err
	}
	if err := tx.PutDuty(ctx, store.Duty{Subject: id, ID: string(row.ID), Kind: "settle", Cause: "term", Due: noon, Created: noon}); err != nil {
		return err
	}
	return tx.PutSubject(ctx, s)
}

// BenchmarkGroup is the group commit of recorded reads, 64 in one transaction;
// ops are reads.
func BenchmarkGroup(b *testing.B) {
	onEach(b, func(b *testing.B, db *sqlstore.DB, _ string, n int) {
		if n > 1 {
			n = 2 // committers
		}
		ids := crowd(b, db, 1024)
		spread(b, n, func(w, i int) error {
			if i%64 != 0 {
				return nil
			}
			mine := make([]privacy.SubjectID, 64)
			for j := range mine {
				mine[j] = ids[(i*13+j*7+w)%len(ids)]
			}
			return db.UpdateEach(b.Context(), mine, func(tx store.Tx) error {
				for _, id := range mine {
					if _, err := tx.Editions(b.Context()); err != nil {
						return err
					}
					if _, err := tx.Subject(b.Context(), id); err != nil {
						return err
					}
					if _, err := tx.Record(b.Context(), id, "D01"); err != nil {
						return err
					}
					if _, err := tx.Append(b.Context(), id, consentEvent()); err != nil {
						return err
					}
				}
				return nil
			})
		})
	})
}

// BenchmarkView reads one standing.
func BenchmarkView(b *testing.B) {
	onEach(b, func(b *testing.B, db *sqlstore.DB, _ string, n int) {
		ids := crowd(b, db, 2048)
		spread(b, n, func(_, i int) error {
			return db.View(b.Context(), func(v store.View) error { _, err := v.Subject(b.Context(), ids[i%len(ids)]); return err })
		})
	})
}

// BenchmarkDestroyKey destroys keys and leaves no trace of them.
func BenchmarkDestroyKey(b *testing.B) {
	onEach(b, func(b *testing.B, _ *sqlstore.DB, dsn string, n int) {
		k := openKeys(b, dsn, sqlstore.Options{})
		ids := make([]privacy.SubjectID, b.N+1)
		for i := range ids {
			ids[i] = privacy.SubjectID(privacy.NewID(noon))
			if err := k.PutKey(b.Context(), store.SubjectKey{Subject: ids[i], Epoch: 1, Wrapped: random(60), Created: noon}); err != nil {
				b.Fatal(err)
			}
		}
		spread(b, n, func(_, i int) error { return k.DestroyKey(b.Context(), ids[i], "order") })
	})
}
