package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// memory is a store and a folder of photographs.
type memory struct {
	tables []string
	cols   map[string][]string
	rows   map[string][][]any
	blobs  map[string][]byte
	fail   error
	wait   chan struct{} // closed when the last table is being read
}

func (m *memory) Snapshot(_ context.Context, table func(string, []string) (func([]any) error, error)) (int, error) {
	for _, name := range m.tables {
		take, err := table(name, m.cols[name])
		if err != nil {
			return 0, err
		}
		for _, row := range m.rows[name] {
			if err := take(row); err != nil {
				return 0, err
			}
		}
	}
	if m.wait != nil {
		close(m.wait)
		select {}
	}
	return 4, m.fail
}

func (m *memory) Get(_ context.Context, id string) ([]byte, error) {
	if b, ok := m.blobs[id]; ok {
		return b, nil
	}
	return nil, store.ErrNotFound
}

func (m *memory) Put(_ context.Context, id string, b []byte) error {
	m.blobs[id] = bytes.Clone(b)
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// filled has rows of every kind of value, more than one member of them, and
// photographs, one of them gone.
func filled() *memory {
	m := &memory{
		tables: []string{"subject", "blob", "checkpoint", "mark", "empty"},
		cols: map[string][]string{
			"subject": {"a", "b", "c", "d"}, "blob": {"blob_id", "size"}, "checkpoint": {"note", "size"}, "mark": {"id", "n", "name"}, "empty": {"x"},
		},
		rows: map[string][][]any{
			"checkpoint": {{"the last", int64(9)}, {"an earlier", int64(3)}}, "mark": {{"abcd", int64(17), "keys"}},
		},
		blobs: map[string][]byte{},
	}
	for i := range 600 {
		m.rows["subject"] = append(m.rows["subject"], []any{fmt.Sprint("ңөү\x00", i), int64(i) - 300, nil, random(20_000)})
	}
	for i := range 5 {
		id := privacy.NewID(noon)
		m.rows["blob"] = append(m.rows["blob"], []any{id, int64(i)})
		if i > 0 {
			m.blobs[id] = random(3000 * i)
		}
	}
	return m
}

func write1(t testing.TB, m *memory) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x"+Extension)
	if _, err := Write(t.Context(), path, m, Options{Header: Header{Kind: Data, Made: noon, Origin: "test"}, Blobs: m}); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestABackupGivesBackWhatWasKept(t *testing.T) {
	t.Parallel()
	m := filled()
	path := write1(t, m)
	got, err := Verify(t.Context(), path, Data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows["subject"] != 600 || got.Rows["empty"] != 0 || got.Blobs != 4 || got.Missing != 1 || got.Schema != 4 ||
		got.Checkpoint != "the last" || got.Keys != "abcd" || got.Known != 17 || !got.Made.Equal(noon) {
		t.Errorf("%+v", got)
	}
	back := &memory{rows: map[string][][]any{}, blobs: map[string][]byte{}}
	parts := 0
	Load(t.Context(), path, got, back, nil, func(r Rows, err error) bool {
		if err != nil {
			t.Fatal(err)
		}
		if r.Table == "subject" {
			parts++
		}
		if !slices.Equal(r.Columns, m.cols[r.Table]) {
			t.Errorf("%s has the columns %v", r.Table, r.Columns)
		}
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				return true
			}
			if err != nil {
				t.Fatal(err)
			}
			back.rows[r.Table] = append(back.rows[r.Table], []any{})
			for _, v := range row {
				if b, ok := v.([]byte); ok {
					v = bytes.Clone(b)
				}
				last := len(back.rows[r.Table]) - 1
				back.rows[r.Table][last] = append(back.rows[r.Table][last], v)
			}
		}
	})
	if fmt.Sprint(back.rows) != fmt.Sprint(m.rows) || fmt.Sprint(back.blobs) != fmt.Sprint(m.blobs) || parts < 3 {
		t.Errorf("something else came back, in %d parts", parts)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file may be read by others: %v, %v", info.Mode(), err)
	}
}

func TestADamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	m := filled()
	m.rows["subject"] = m.rows["subject"][:6]
	path := write1(t, m)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tried := func(what string, b []byte, want ...error) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Verify(t.Context(), path, Data, nil)
		if err == nil || len(want) > 0 && !slices.ContainsFunc(want, func(w error) bool { return errors.Is(err, w) }) {
			t.Fatalf("%s: %v", what, err)
		}
		if !strings.Contains(err.Error(), path) {
			t.Fatalf("%s: the message does not name the file: %v", what, err)
		}
	}
	for n := 0; n < len(whole); n += 1 + len(whole)/97 {
		tried(fmt.Sprint("cut at ", n), whole[:n], ErrNone, ErrTruncated, ErrDamaged)
		flipped := bytes.Clone(whole)
		flipped[n] ^= 1 << (n % 8)
		if n >= 10 { // the header of gzip has bytes that say nothing
			tried(fmt.Sprint("a bit flipped at ", n), flipped)
		}
	}
	tried("cut by a byte", whole[:len(whole)-1])
	tried("an empty file", nil, ErrNone)
	tried("a text", []byte("no backup at all"), ErrNone)
	tried("another archive", packed(t, []byte("no tar either")), ErrNone, ErrTruncated)
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), path, Keys, nil); !errors.Is(err, ErrKind) {
		t.Errorf("taken for keys: %v", err)
	}
	if _, err := Verify(t.Context(), path, Data, nil); err != nil {
		t.Errorf("as it was written: %v", err)
	}
}

func packed(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Between being verified and being loaded the file may be another.
func TestAFileThatChangesAfterItWasVerifiedIsNotLoaded(t *testing.T) {
	t.Parallel()
	path, other := write1(t, filled()), write1(t, filled())
	m, err := Verify(t.Context(), path, Data, nil)
	if err != nil {
		t.Fatal(err)
	}
	var last error
	Load(t.Context(), other, m, filled(), nil, func(_ Rows, err error) bool { last = err; return true })
	if !errors.Is(last, ErrDamaged) {
		t.Errorf("got %v", last)
	}
}

func TestABackupIsNotReplacedUnasked(t *testing.T) {
	t.Parallel()
	m := filled()
	path := write1(t, m)
	o := Options{Header: Header{Kind: Data, Made: noon.Add(time.Hour)}, Blobs: m}
	if _, err := Write(t.Context(), path, m, o); !errors.Is(err, ErrThere) {
		t.Fatalf("got %v", err)
	}
	o.Force = true
	if _, err := Write(t.Context(), path, m, o); err != nil {
		t.Fatal(err)
	}
	if h, err := Open(path); err != nil || !h.Made.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestWhatFailsLeavesNoFile(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*memory){
		"the store fails":            func(m *memory) { m.fail = errors.New("the connection broke") },
		"a value of no known type":   func(m *memory) { m.rows["empty"] = [][]any{{3.5}} },
		"a photograph without an id": func(m *memory) { m.rows["blob"] = [][]any{{"", int64(1)}} },
	} {
		m := filled()
		spoil(m)
		dir := t.TempDir()
		if _, err := Write(t.Context(), filepath.Join(dir, "x"+Extension), m, Options{Header: Header{Kind: Data, Made: noon}, Blobs: m}); err == nil {
			t.Errorf("%s, and it is written", name)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is left, %v", name, left, err)
		}
	}
}

// envVictim makes this test binary the process that is killed.
const envVictim = "KUPUYA_TEST_BACKUP_VICTIM"

// TestVictim is that process: it writes a backup and stops before its end.
func TestVictim(t *testing.T) {
	path := os.Getenv(envVictim)
	if path == "" {
		t.Skip("only for the test that kills it")
	}
	m := filled()
	m.wait = make(chan struct{})
	go func() { <-m.wait; fmt.Println("under way") }()
	_, err := Write(t.Context(), path, m, Options{Header: Header{Kind: Data, Made: noon}, Blobs: m})
	t.Fatal(err)
}

func TestABackupThatWasKilledIsNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := Name(dir, Data, noon)
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	victim.Env = append(os.Environ(), envVictim+"="+path)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 9)
	if _, err := io.ReadFull(out, line); err != nil || string(line) != "under way" {
		t.Fatalf("%q, %v", line, err)
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait() // it was killed
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || !strings.HasSuffix(left[0].Name(), partial) {
		t.Fatalf("left: %v, %v", left, err)
	}
	if _, err := Verify(t.Context(), filepath.Join(dir, left[0].Name()), Data, nil); err == nil {
		t.Error("what is left passes for a backup")
	}
	if _, err := Newest(dir, Data); !errors.Is(err, ErrNoBackup) {
		t.Errorf("the folder has a backup: %v", err)
	}
	if err := Tidy(dir); err != nil {
		t.Fatal(err)
	}
	m := filled()
	if _, err := Write(t.Context(), path, m, Options{Header: Header{Kind: Data, Made: noon}, Blobs: m}); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestTheNewestBackupOfAKindIsFound(t *testing.T) {
	t.Parallel()
	dir, m := t.TempDir(), filled()
	m.rows["subject"] = nil
	for i, kind := range []string{Data, Data, Keys} {
		made := noon.Add(time.Duration(i) * time.Hour)
		if _, err := Write(t.Context(), Name(dir, kind, made), m, Options{Header: Header{Kind: kind, Made: made}, Blobs: m}); err != nil {
			t.Fatal(err)
		}
	}
	for _, junk := range []string{"z" + Extension, "zz" + Extension + partial, "readme.txt"} {
		if err := os.WriteFile(filepath.Join(dir, junk), []byte("junk"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for kind, hours := range map[string]int{Data: 1, Keys: 2} {
		if found, err := Newest(dir, kind); err != nil || !found.Header.Made.Equal(noon.Add(time.Duration(hours)*time.Hour)) {
			t.Errorf("%s: %+v, %v", kind, found, err)
		}
	}
	if _, err := List(filepath.Join(dir, "nothing"), Data); err == nil {
		t.Error("a folder that is not there has backups")
	}
}

func TestASearchFindsWhatStandsInABackup(t *testing.T) {
	t.Parallel()
	m := filled()
	m.rows["subject"] = append(m.rows["subject"], []any{"the canary's name", int64(0), nil, []byte("the canary's token")})
	id := m.rows["blob"][2][0].(string)
	m.blobs[id] = append(m.blobs[id], "the canary's photograph"...)
	found, _, err := Search(t.Context(), write1(t, m), map[string]string{
		"the canary's name": "name", "the canary's token": "token", "the canary's photograph": "photograph", "somebody else's": "other", id: "id",
	})
	if err != nil || found["name"] != 1 || found["token"] != 1 || found["photograph"] != 1 || found["id"] != 2 || len(found) != 4 {
		t.Errorf("%v, %v", found, err)
	}
}

// What is written is read, whatever it is.
func TestRowsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	value := rapid.OneOf(rapid.Just[any](nil), rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.String(), func(s string) any { return s }), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) any { return b }))
	rapid.Check(t, func(r *rapid.T) {
		cols := rapid.SliceOfN(rapid.String(), 1, 6).Draw(r, "columns")
		rows := rapid.SliceOf(rapid.SliceOfN(value, len(cols), len(cols))).Draw(r, "rows")
		b := appendNames(nil, cols)
		for _, row := range rows {
			b, _ = appendRow(b, row)
		}
		got, err := newRowReader(b)
		if err != nil || !slices.Equal(got.columns, cols) {
			r.Fatal(got, err)
		}
		for _, want := range rows {
			row, err := got.next()
			if err != nil || fmt.Sprintf("%#v", row) != fmt.Sprintf("%#v", want) {
				r.Fatalf("%v for %v, %v", row, want, err)
			}
		}
		if _, err := got.next(); !errors.Is(err, io.EOF) {
			r.Fatal(err)
		}
	})
}

// FuzzRows gives the reader of rows whatever somebody may put into a file: it
// ends, and what it gives can be written and read again.
func FuzzRows(f *testing.F) {
	b, _ := appendRow(appendNames(nil, []string{"a", "b", "c", "d"}), []any{nil, int64(-5), "ңө", []byte{1, 2}})
	f.Add(b)
	f.Add([]byte{1, 1, 'a', 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := newRowReader(b)
		if err != nil {
			return
		}
		for range len(b) + 1 {
			row, err := r.next()
			if err != nil {
				return
			}
			again, known := appendRow(appendNames(nil, r.columns), row)
			if !known {
				t.Fatalf("a value that nobody writes: %v", row)
			}
			if second, err := newRowReader(again); err != nil || !slices.Equal(second.columns, r.columns) {
				t.Fatal(err)
			}
		}
		t.Fatal("it has more rows than bytes")
	})
}
