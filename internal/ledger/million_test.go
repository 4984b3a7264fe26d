package ledger

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// madeExport makes the export of a large ledger as it is read, so that no test needs the disk or the memory for it. It
// keeps count of the time it takes itself.
type madeExport struct {
	b       *book
	out     bytes.Buffer
	x       *ExportWriter
	heads   []Head
	tree    Frontier
	event   Event
	line    []byte
	next    int
	total   int
	every   int // events between checkpoints
	spent   time.Duration
	written int64
	ended   bool
}

func newMadeExport(t testing.TB, total, streams, every int) *madeExport {
	t.Helper()
	m := &madeExport{b: newBook(t), heads: make([]Head, streams), event: fullEvent(), total: total, every: every}
	x, err := NewExportWriter(&m.out, m.b.vkey)
	if err != nil {
		t.Fatal(err)
	}
	m.x = x
	return m
}

func (m *madeExport) Read(p []byte) (int, error) {
	for m.out.Len() == 0 {
		if m.ended {
			return 0, io.EOF
		}
		start := time.Now()
		for range 512 {
			if m.ended {
				break
			}
			if err := m.step(); err != nil {
				return 0, err
			}
		}
		m.spent += time.Since(start)
		m.written += int64(m.out.Len())
	}
	return m.out.Read(p)
}

// step writes one event, and what is due after it.
func (m *madeExport) step() error {
	// A stride that has no divisor in common with the number of streams visits them all, in no obvious order.
	n := m.next * 7919 % len(m.heads)
	e := &m.event
	e.ID, e.Stream, e.Time = uuid(m.next), stream(n), testStart.Add(time.Duration(m.next)*time.Millisecond)
	m.heads[n].Link(e)
	line, err := AppendCanonical(m.line[:0], e)
	if err != nil {
		return err
	}
	m.line, m.heads[n] = line, m.heads[n].After(line)
	leaf := LeafHash(line)
	m.tree.Append(leaf)
	if err := m.x.Event(leaf, line); err != nil {
		return err
	}
	m.next++
	if m.next%m.every == 0 || m.next == m.total {
		msg, err := SignCheckpoint(Checkpoint{Origin: testOrigin, Size: m.tree.Size(), Root: m.tree.Root()}, m.b.skey)
		if err != nil {
			return err
		}
		if err := m.x.Checkpoint(msg); err != nil {
			return err
		}
	}
	if m.next == m.total {
		m.ended = true
		return m.x.End()
	}
	return nil
}

// A million events of the largest common sort, in half a million streams, a checkpoint each thousand: what the auditor
// of an operator does in a minute on two slow cores and in half a gigabyte.
func TestVerifyMillion(t *testing.T) {
	if os.Getenv("KUPUYA_LONG") != "1" {
		t.Skip("set KUPUYA_LONG=1 to verify a million events")
	}
	const total = 1_000_000
	m := newMadeExport(t, total, total/2+1, 1000)
	var peak uint64
	watch := func(int64) {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		peak = max(peak, now.Sys)
	}
	start := time.Now()
	got, err := Verify(m, m.b.vkey, VerifyOptions{Progress: watch})
	took := time.Since(start) - m.spent
	if err != nil {
		t.Fatal(err)
	}
	if got.Events != total || got.Streams != total/2+1 || got.Proven != total || got.Root != m.tree.Root() {
		t.Errorf("verified something else: %+v", got)
	}
	t.Logf("%d events, %d MB of export: %v, %v per event, at most %d MiB from the system (with what made the export, which took %v)",
		total, m.written>>20, took.Round(time.Millisecond), took/total, peak>>20, m.spent.Round(time.Millisecond))
	if took > time.Minute || peak > 512<<20 {
		t.Errorf("too slow or too large: %v, %d MiB", took, peak>>20)
	}
}

func BenchmarkVerify(b *testing.B) {
	made := newMadeExport(b, 2000, 701, 1000)
	export, err := io.ReadAll(made)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(export)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := verify(string(export), made.b.vkey); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2000, "ns/event")
}

func BenchmarkAppend(b *testing.B) {
	const size = 100_003
	store := grown(b, testLeaves(size))
	leaves := testLeaves(1000)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Append(size, leaves, store); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/leaf")
}

func TestVerifyManyStreams(t *testing.T) {
	t.Parallel()
	m := newMadeExport(t, 10_000, 3_001, 1000)
	var last int64
	got, err := Verify(m, m.b.vkey, VerifyOptions{Progress: func(n int64) {
		if n < last {
			t.Errorf("progress went back from %d to %d", last, n)
		}
		last = n
	}})
	if err != nil || got.Streams != 3_001 || got.Checkpoints != 10 || last != 10_000 {
		t.Errorf("%+v, %v, progress %d", got, err, last)
	}
	if !strings.HasPrefix(got.Origin, "holder") {
		t.Errorf("origin %q", got.Origin)
	}
}
