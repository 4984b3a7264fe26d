package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const testOrigin = "holder.example/ledger"

// testKey makes the same key for the same seed, so that every test runs on the same bytes each time.
func testKey(t testing.TB, name string, seed byte) (skey, vkey string) {
	t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	vkey, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	hash := strings.Split(vkey, "+")[1]
	skey = "PRIVATE+KEY+" + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, private.Seed()...))
	return skey, vkey
}

var testStart = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// stream is the pseudonym of the n-th made-up Subject.
func stream(n int) string { return fmt.Sprintf("%032x", 0xa0+n) }

func uuid(n int) string { return fmt.Sprintf("0193585f-9c00-7000-8000-%012x", n) }

// smallEvent has nothing but what every event must have, and a purpose.
func smallEvent(n int, inStream string) Event {
	return Event{
		V: FormatVersion, ID: uuid(n), Stream: inStream, Time: testStart.Add(time.Duration(n) * time.Second),
		Kind: ConsentGiven, Actor: Actor{Kind: "subject"}, Purpose: "P03",
	}
}

// fullEvent has every member.
func fullEvent() Event {
	hash := strings.Repeat("0f", 32)
	return Event{
		V: FormatVersion, ID: uuid(7), Stream: stream(1), Seq: 2, Prev: strings.Repeat("ab", 32),
		Time: testStart.Add(7 * time.Millisecond), Effective: testStart.AddDate(0, 0, -3), Kind: DataRead,
		Actor:    Actor{Kind: "clerk", ID: "staff:17", Org: "office/bishkek-1", Channel: "office"},
		OnBehalf: stream(2), Edition: "mega24/2026-11-01", Clause: "4.5b", Basis: "consent", Citation: "DC-79.5",
		Purpose: "P03", Categories: []string{"D01", "D08"}, Operation: "use", Recipient: "partner-4", Grade: "sms_code",
		Until: testStart.AddDate(1, 0, 0), Reason: "withdrawn", Outcome: "done", Case: "CASE-2026-17", Ref: uuid(8),
		Commit: hash, Note: hash, Text: hash, Lang: "ky", Count: 40,
		Detail: map[string]string{"screen": "consents", "digest": "Zm9v+/8=", "unit": uuid(9)},
	}
}

// book is a whole ledger in memory. Tests change its parts and export what comes out.
type book struct {
	t          testing.TB
	skey, vkey string
	witnesses  []string
	events     []Event
	lines      [][]byte // canonical
	leaves     []tlog.Hash
	stored     memory
	heads      map[string]Head
	notes      map[int64]string
}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(m)) {
			return nil, fmt.Errorf("no hash is stored at %d", index)
		}
		out[i] = m[index]
	}
	return out, nil
}

func newBook(t testing.TB) *book {
	b := &book{t: t, heads: make(map[string]Head), notes: make(map[int64]string)}
	b.skey, b.vkey = testKey(t, testOrigin, 1)
	return b
}

// add links e into its stream and records it.
func (b *book) add(e Event) {
	b.t.Helper()
	b.heads[e.Stream].Link(&e)
	line := b.canonical(e)
	b.heads[e.Stream] = b.heads[e.Stream].After(line)
	stored, _, err := Append(int64(len(b.leaves)), []tlog.Hash{LeafHash(line)}, b.stored)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, s := range stored {
		b.stored = append(b.stored, s.Hash)
	}
	b.events, b.lines, b.leaves = append(b.events, e), append(b.lines, line), append(b.leaves, LeafHash(line))
}

func (b *book) canonical(e Event) []byte {
	b.t.Helper()
	line, err := Canonical(e)
	if err != nil {
		b.t.Fatal(err)
	}
	return line
}

// sign makes the checkpoint of what there is now.
func (b *book) sign() string {
	b.t.Helper()
	f, err := LoadFrontier(int64(len(b.leaves)), b.stored)
	if err != nil {
		b.t.Fatal(err)
	}
	c := Checkpoint{Origin: testOrigin, Size: f.Size(), Root: f.Root(), Time: testStart}
	msg, err := SignCheckpoint(c, b.skey)
	if err != nil {
		b.t.Fatal(err)
	}
	b.notes[c.Size] = msg
	return msg
}

// export writes the book as it stands, with the checkpoints it has.
func (b *book) export() string {
	b.t.Helper()
	var out bytes.Buffer
	x, err := NewExportWriter(&out, b.vkey, b.witnesses...)
	if err != nil {
		b.t.Fatal(err)
	}
	for n := range len(b.lines) + 1 {
		if msg, ok := b.notes[int64(n)]; ok {
			if err := x.Checkpoint(msg); err != nil {
				b.t.Fatal(err)
			}
		}
		if n == len(b.lines) {
			break
		}
		if err := x.Event(b.leaves[n], b.lines[n]); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := x.End(); err != nil {
		b.t.Fatal(err)
	}
	return out.String()
}

// change alters an event after the fact and makes its leaf hash fit again, as a careful forger would.
func (b *book) change(n int, alter func(*Event)) {
	b.t.Helper()
	alter(&b.events[n])
	b.lines[n] = b.canonical(b.events[n])
	b.leaves[n] = LeafHash(b.lines[n])
}

// smallBook has 20 events: the Holder's own at 0 and 11, and three Subjects in turn; checkpoints at 10 and 20.
// Its streams: holder 0 11 | A 1 4 7 10 14 17 | B 2 5 8 12 15 18 | C 3 6 9 13 16 19.
func smallBook(t testing.TB) *book {
	b := newBook(t)
	turn := 0
	for n := range 20 {
		if n == 0 || n == 11 {
			e := smallEvent(n, HolderStream)
			e.Kind, e.Actor.Kind, e.Purpose, e.Edition = EditionPublished, "officer", "", "mega24/2026-11-01"
			b.add(e)
		} else {
			b.add(smallEvent(n, stream(turn%3)))
			turn++
		}
		if n == 9 || n == 19 {
			b.sign()
		}
	}
	return b
}
