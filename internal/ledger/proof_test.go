package ledger

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func proofs(t testing.TB) (b *book, inclusion, consistency []byte) {
	t.Helper()
	b = smallBook(t)
	in, err := ProveEvent(b.lines[13], 13, b.notes[20], b.vkey, b.stored)
	if err != nil {
		t.Fatal(err)
	}
	growth, err := ProveGrowth(b.notes[10], b.notes[20], b.vkey, b.stored)
	if err != nil {
		t.Fatal(err)
	}
	if inclusion, err = json.Marshal(in); err != nil {
		t.Fatal(err)
	}
	if consistency, err = json.Marshal(growth); err != nil {
		t.Fatal(err)
	}
	return b, inclusion, consistency
}

func TestAProofStandsAlone(t *testing.T) {
	t.Parallel()
	b, inclusion, consistency := proofs(t)
	p, err := VerifyProof(inclusion, b.vkey)
	if err != nil || p.Kind != Inclusion || p.Index != 13 || p.Size != 20 {
		t.Errorf("inclusion: %+v, %v", p, err)
	}
	if e, err := Parse(p.Event); err != nil || !reflect.DeepEqual(e, b.events[13]) {
		t.Errorf("the proof carries another event: %v", err)
	}
	p, err = VerifyProof(consistency, b.vkey)
	if err != nil || p.Kind != Consistency || p.OldSize != 10 || p.Size != 20 {
		t.Errorf("consistency: %+v, %v", p, err)
	}
	for name, proof := range map[string][]byte{"inclusion": inclusion, "consistency": consistency} {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, proof, "", "  "); err != nil {
			t.Fatal(err)
		}
		if _, err := VerifyProof(pretty.Bytes(), b.vkey); err != nil {
			t.Errorf("%s: a proof printed for reading does not hold: %v", name, err)
		}
		_, other := testKey(t, testOrigin, 2)
		if _, err := VerifyProof(proof, other); err == nil {
			t.Errorf("%s: a proof holds under another key", name)
		}
	}
}

func TestTheFirstEventOfALedgerOfOneCanBeProved(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.add(smallEvent(0, stream(0)))
	msg := b.sign()
	p, err := ProveEvent(b.lines[0], 0, msg, b.vkey, b.stored)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyProof(text, b.vkey); err != nil {
		t.Error(err)
	}
	same, err := ProveGrowth(msg, msg, b.vkey, b.stored)
	if err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(same); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyProof(text, b.vkey); err != nil {
		t.Error(err)
	}
}

func TestNoProofIsMadeOfWhatIsNotSo(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	if _, err := ProveEvent(b.lines[12], 13, b.notes[20], b.vkey, b.stored); err == nil {
		t.Error("an event is proved at the place of another")
	}
	if _, err := ProveEvent(b.lines[13], 13, b.notes[10], b.vkey, b.stored); err == nil {
		t.Error("an event is proved in a tree that was smaller")
	}
	if _, err := ProveGrowth(b.notes[20], b.notes[10], b.vkey, b.stored); err == nil {
		t.Error("a ledger is proved to have shrunk")
	}
	if _, err := ProveEvent(b.lines[13], 13, "x", b.vkey, b.stored); err == nil {
		t.Error("an event is proved under no checkpoint")
	}
	if _, err := ProveGrowth(b.notes[10], "x", b.vkey, b.stored); err == nil {
		t.Error("growth is proved to no checkpoint")
	}
	b.stored[tlog.StoredHashIndex(0, 12)][0] ^= 1
	if _, err := ProveEvent(b.lines[13], 13, b.notes[20], b.vkey, b.stored); err == nil {
		t.Error("a proof from a damaged tree is given away")
	}
}

func TestAProofThatWasTouchedDoesNotHold(t *testing.T) {
	t.Parallel()
	b, inclusion, consistency := proofs(t)
	swap := func(proof []byte, old, with string) string {
		changed := strings.Replace(string(proof), old, with, 1)
		if changed == string(proof) {
			t.Fatalf("the case changes nothing: %s", old)
		}
		return changed
	}
	for name, proof := range map[string]string{
		"nothing":                           "",
		"null":                              "null",
		"two proofs":                        string(inclusion) + string(inclusion),
		"another position":                  swap(inclusion, `"index":13`, `"index":12`),
		"another size":                      swap(inclusion, `"size":20`, `"size":19`),
		"another event":                     swap(inclusion, `"purpose":"P03"`, `"purpose":"P06"`),
		"an event that cannot be":           swap(inclusion, `"purpose":"P03"`, `"purpose":"P 3"`),
		"another kind":                      swap(inclusion, `"inclusion"`, `"consistency"`),
		"an unknown kind":                   swap(inclusion, `"inclusion"`, `"exclusion"`),
		"an unknown member":                 swap(inclusion, `"index"`, `"x":1,"index"`),
		"a member twice":                    swap(inclusion, `"index"`, `"index":12,"index"`),
		"a member in capitals":              swap(inclusion, `"index"`, `"Index"`),
		"an inclusion with an earlier size": swap(inclusion, `"hashes"`, `"old_size":10,"hashes"`),
		"another earlier size":              swap(consistency, `"old_size":10`, `"old_size":9`),
		"a consistency with a position":     swap(consistency, `"size":20`, `"index":1,"size":20`),
		"an earlier checkpoint of nobody's": swap(consistency, `"old_checkpoint":"holder`, `"old_checkpoint":"Holder`),
		"a checkpoint of nobody's":          swap(consistency, `"checkpoint":"holder`, `"checkpoint":"Holder`),
	} {
		if p, err := VerifyProof([]byte(proof), b.vkey); err == nil || !reflect.DeepEqual(p, Proof{}) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	for name, proof := range map[string][]byte{"inclusion": inclusion, "consistency": consistency} {
		for i := range len(proof) * 8 {
			flipped := bytes.Clone(proof)
			flipped[i/8] ^= 1 << (i % 8)
			if _, err := VerifyProof(flipped, b.vkey); err == nil {
				t.Fatalf("%s: bit %d of byte %d flipped, and the proof holds", name, i%8, i/8)
			}
		}
	}
}

func FuzzVerifyProof(f *testing.F) {
	b, inclusion, consistency := proofs(f)
	f.Add(inclusion)
	f.Add(consistency)
	f.Fuzz(func(t *testing.T, proof []byte) {
		p, err := VerifyProof(proof, b.vkey)
		if err != nil || p.Kind != Inclusion {
			return
		}
		if int(p.Index) >= len(b.lines) || !bytes.Equal(p.Event, b.lines[p.Index]) {
			t.Errorf("a proof holds for an event that was never recorded: %s", proof)
		}
	})
}
