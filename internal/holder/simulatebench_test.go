package holder_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store/pgtest"
)

// crowdSize is how many subjects the benchmarks are about: KUPUYA_SUBJECTS.
func crowdSize(b *testing.B) int {
	if s := os.Getenv("KUPUYA_SUBJECTS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			b.Fatalf("KUPUYA_SUBJECTS=%s is no number of subjects", s)
		}
		return n
	}
	return 100_000
}

// BenchmarkSimulate tries an edition out on a whole population, which is put
// straight into the table first. It reports what the process needed at most.
// The bar: 4,000,000 subjects in 30 s and 1 GiB on two processors.
func BenchmarkSimulate(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dir := b.TempDir()
			dsn := "sqlite:" + dir
			if engine == "postgres" {
				dsn = pgtest.DSN(b)
			}
			h := open(b, dir, dsn)
			n := crowdSize(b)
			bytes := settle(b, dsn, n)
			next := coming(b)
			for b.Loop() {
				forgetPeak(b)
				s := must(h.Simulate(context.Background(), officer, next, holder.SimulateOptions{At: noon}))(b)
				if s.Subjects != int64(n) || len(s.Stops) == 0 {
					b.Fatalf("%d subjects, %d uses stop", s.Subjects, len(s.Stops))
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/simulation")
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "subjects/s")
			b.ReportMetric(float64(bytes)/float64(n), "bytes/standing")
			b.ReportMetric(peak(b), "peak-MiB")
		})
	}
}

// forgetPeak begins the measure of memory anew.
func forgetPeak(b *testing.B) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("the peak is that of the whole run: %v", err)
	}
}

// peak is the most memory this process had since forgetPeak, in MiB.
func peak(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}

// settle puts n subjects straight into the table and gives the bytes of their
// standings.
func settle(b *testing.B, dsn string, n int) (bytes int64) {
	b.Helper()
	dice := rand.New(rand.NewPCG(1, 2))
	i := 0
	next := func() []any {
		s := made(dice, noon.Add(-time.Duration(n-i)*(3*365*24*time.Hour/time.Duration(n))))
		i++
		standing, err := s.AppendBinary(nil)
		if err != nil {
			b.Fatal(err)
		}
		bytes += int64(len(standing))
		return []any{string(s.ID), string(s.Status), standing}
	}
	ctx := context.Background()
	if !strings.HasPrefix(dsn, "sqlite:") {
		conn := must(pgx.Connect(ctx, dsn))(b)
		defer conn.Close(ctx)
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{"subject"}, []string{"subject_id", "status", "standing"},
			pgx.CopyFromFunc(func() ([]any, error) {
				if i == n {
					return nil, nil
				}
				return next(), nil
			})); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Exec(ctx, `VACUUM ANALYZE subject`); err != nil {
			b.Fatal(err)
		}
		return bytes
	}
	file := filepath.Join(strings.TrimPrefix(dsn, "sqlite:"), "kupuya.db")
	db := must(sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=busy_timeout(10000)"))(b)
	defer db.Close()
	const rows = 100
	insert := `INSERT INTO subject (subject_id, status, standing) VALUES ` + strings.Repeat("(?, ?, ?), ", rows-1) + "(?, ?, ?)"
	for i < n {
		tx := must(db.Begin())(b)
		for range 500 {
			if n-i < rows {
				break
			}
			args := make([]any, 0, 3*rows)
			for range rows {
				args = append(args, next()...)
			}
			if _, err := tx.Exec(insert, args...); err != nil {
				b.Fatal(err)
			}
		}
		for n-i < rows && i < n {
			if _, err := tx.Exec(`INSERT INTO subject (subject_id, status, standing) VALUES (?, ?, ?)`, next()...); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return bytes
}

// made makes up where one subscriber stands: most of them usual, some of every
// kind that a look must tell apart.
func made(dice *rand.Rand, since time.Time) *privacy.Subject {
	in := func(percent int) bool { return dice.IntN(100) < percent }
	s := &privacy.Subject{
		ID: privacy.SubjectID(privacy.NewID(since)), Stream: privacy.NewStream(), Status: privacy.StatusRegistered,
		Since: since.Truncate(time.Millisecond), Lang: privacy.Langs[dice.IntN(3)], AgeKnown: !in(1),
	}
	if in(2) {
		s.Status = privacy.StatusDestroyed
		return s
	}
	if in(1) {
		s.Status = privacy.StatusDeleted
	}
	if in(6) {
		s.MinorUntil = noon.AddDate(dice.IntN(8), dice.IntN(12), 0)
	}
	at := func() time.Time {
		return s.Since.Add(time.Duration(dice.Int64N(int64(noon.Sub(s.Since))+1)) / time.Millisecond * time.Millisecond)
	}
	s.Accepted = privacy.Acceptance{ID: privacy.NewID(since), Edition: "mega24/2026-1", Grade: privacy.Grade(1 + dice.IntN(4)), At: s.Since.Add(time.Minute)}
	if !in(3) {
		s.Agreement = privacy.Agreement{ID: privacy.NewID(since), Since: s.Since.Add(2 * time.Minute)}
		if in(8) {
			s.Agreement.Ended = at()
		}
	}
	if in(1) {
		s.Refused = privacy.Refusal{ID: privacy.NewID(since), Edition: "mega24/2027-1", At: noon}
	}
	hold := func(p privacy.PurposeID, src privacy.SourceID, cats ...privacy.CategoryID) {
		for _, c := range cats {
			s.Hold(c, p, src, s.Since.Add(time.Duration(dice.IntN(600))*time.Second))
		}
	}
	hold("P01", "app_form", "D01", "D02", "D03", "D04", "D05", "D08")
	hold("P18", "billing", "D09")
	for i, p := range []privacy.PurposeID{"P02", "P03", "P05", "P06.ads", "P12", "P15", "P16.face", "P17"} {
		if !in(45 - 4*i) {
			continue
		}
		c := privacy.Consent{
			ID: privacy.NewID(since), Purpose: p, Edition: "mega24/2026-1", Grade: privacy.Grade(2 + dice.IntN(3)), By: privacy.ActorSubject, At: at(),
		}
		switch {
		case in(10):
			c.Withdrawn = c.At.Add(time.Hour)
		case in(10):
			c.Until = c.At.AddDate(0, dice.IntN(24), 0)
		}
		s.Give(c)
		hold(p, "sdk", []privacy.CategoryID{"D06", "D07", "D11", "D12", "D13", "D09", "D04", "D08"}[i])
	}
	if in(2) {
		s.Object(privacy.Objection{ID: privacy.NewID(since), Purpose: "P08", At: at()})
	}
	if in(2) {
		s.Set(privacy.Block{ID: privacy.NewID(since), Kind: privacy.KindBlock, Category: "D09", At: at()})
	}
	if in(1) {
		s.Set(privacy.Block{ID: privacy.NewID(since), Kind: privacy.KindDispute, Category: "D05", Purpose: "P03", At: at()})
	}
	return s
}
