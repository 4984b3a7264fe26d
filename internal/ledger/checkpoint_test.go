package ledger

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func testCheckpoint() Checkpoint {
	return Checkpoint{Origin: testOrigin, Size: 7, Root: LeafHash([]byte("root")), Time: testStart}
}

func TestCheckpointTextIsThatOfATlogCheckpoint(t *testing.T) {
	t.Parallel()
	c := testCheckpoint()
	want := "holder.example/ledger\n7\n" + c.Root.String() + "\ntime 2026-11-23T10:00:00.000Z\n"
	if got := c.Text(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if back, err := ParseCheckpoint(want); err != nil || back != c {
		t.Errorf("read back as %+v, %v", back, err)
	}
	c.Time = time.Time{}
	if back, err := ParseCheckpoint(c.Text()); err != nil || back != c || strings.Contains(c.Text(), "time") {
		t.Errorf("without a time it is read back as %+v, %v", back, err)
	}
}

func TestATextThatIsNotExactlyACheckpointIsRefused(t *testing.T) {
	t.Parallel()
	text := testCheckpoint().Text()
	root := testCheckpoint().Root.String()
	var empty Frontier
	for name, bad := range map[string]string{
		"nothing":                       "",
		"no root":                       "a\n7\n",
		"no last line break":            strings.TrimSuffix(text, "\n"),
		"a blank line at the end":       text + "\n",
		"an extension that is not ours": strings.Replace(text, "time ", "date ", 1),
		"a second extension":            text + "more x\n",
		"a time that is not":            strings.Replace(text, "-11-23T", "-11-31T", 1),
		"a leading zero":                strings.Replace(text, "\n7\n", "\n07\n", 1),
		"a sign":                        strings.Replace(text, "\n7\n", "\n+7\n", 1),
		"a negative size":               strings.Replace(text, "\n7\n", "\n-7\n", 1),
		"a size beyond all":             strings.Replace(text, "\n7\n", "\n9223372036854775807\n", 1),
		"something after the size":      strings.Replace(text, "\n7\n", "\n7 \n", 1),
		"a short root":                  strings.Replace(text, root, "AAAA", 1),
		"unused bits in the root":       strings.Replace(text, root, root[:42]+"B=", 1),
		"an origin with a space":        strings.Replace(text, "holder", "hol der", 1),
		"an origin with a plus":         strings.Replace(text, "holder", "hol+der", 1),
		"no origin":                     strings.TrimPrefix(text, testOrigin),
		"nothing with a root":           strings.Replace(text, "\n7\n", "\n0\n", 1),
	} {
		if c, err := ParseCheckpoint(bad); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: read as %+v, %v", name, c, err)
		}
	}
	if _, err := ParseCheckpoint(Checkpoint{Origin: testOrigin, Root: empty.Root()}.Text()); err != nil {
		t.Errorf("the checkpoint of an empty ledger is refused: %v", err)
	}
}

func TestASignedCheckpointOpensOnlyWithItsKey(t *testing.T) {
	t.Parallel()
	skey, vkey := testKey(t, testOrigin, 1)
	_, sameName := testKey(t, testOrigin, 2)
	_, otherName := testKey(t, "other.example", 1)
	msg, err := SignCheckpoint(testCheckpoint(), skey)
	if err != nil {
		t.Fatal(err)
	}
	got, err := OpenCheckpoint(msg, vkey)
	if err != nil || got.Checkpoint != testCheckpoint() || got.Witnesses != nil {
		t.Errorf("opened as %+v, %v", got, err)
	}
	for name, key := range map[string]string{"another key of the name": sameName, "another name": otherName} {
		if got, err := OpenCheckpoint(msg, key); !errors.Is(err, ErrSignature) || got.Size != 0 {
			t.Errorf("%s opens it: %+v, %v", name, got, err)
		}
	}
	parts := strings.SplitN(vkey, "+", 3)
	capitals := parts[0] + "+" + strings.ToUpper(parts[1]) + "+" + parts[2]
	if capitals == vkey {
		t.Fatal("the hash of the test key has no letter")
	}
	for name, key := range map[string]string{"nothing": "", "the secret key": skey, "a cut key": vkey[:len(vkey)-4], "the hash in capitals": capitals} {
		if _, err := OpenCheckpoint(msg, key); !errors.Is(err, ErrKey) {
			t.Errorf("%s is taken for a key: %v", name, err)
		}
	}
}

func TestAKeySignsOnlyForItsOwnLedger(t *testing.T) {
	t.Parallel()
	other, otherV := testKey(t, "other.example", 3)
	if _, err := SignCheckpoint(testCheckpoint(), other); !errors.Is(err, ErrKey) {
		t.Errorf("the key of another ledger signs: %v", err)
	}
	// Even if it signs the text by another way, the checkpoint does not open.
	msg, err := SignNote(testCheckpoint().Text(), other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCheckpoint(msg, otherV); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("the checkpoint of another origin opens: %v", err)
	}
	skey, _ := testKey(t, testOrigin, 1)
	broken := testCheckpoint()
	broken.Size = -1
	if _, err := SignCheckpoint(broken, skey); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("a checkpoint of size -1 is signed: %v", err)
	}
	broken = testCheckpoint()
	broken.Time = testStart.Add(time.Microsecond)
	if _, err := SignCheckpoint(broken, skey); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("a checkpoint with a time that cannot be written is signed: %v", err)
	}
	if _, err := SignNote("text\n", "PRIVATE+KEY+secret"); !errors.Is(err, ErrKey) || strings.Contains(err.Error(), "secret") {
		t.Errorf("a broken key: %v", err)
	}
}

func TestEveryFlippedBitOfANoteIsSeen(t *testing.T) {
	t.Parallel()
	skey, vkey := testKey(t, testOrigin, 1)
	msg, err := SignCheckpoint(testCheckpoint(), skey)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(msg) * 8 {
		flipped := []byte(msg)
		flipped[i/8] ^= 1 << (i % 8)
		if _, err := OpenNote(string(flipped), vkey); err == nil {
			t.Errorf("bit %d of %q flipped, and the note opens", i%8, msg[i/8])
		}
		if _, err := OpenCheckpoint(string(flipped), vkey); err == nil {
			t.Errorf("bit %d of %q flipped, and the checkpoint opens", i%8, msg[i/8])
		}
	}
	line := msg[strings.Index(msg, "—"):]
	for name, changed := range map[string]string{"a signature twice": msg + line, "another line break": msg + "\n", "cut": msg[:len(msg)-1]} {
		if _, err := OpenNote(changed, vkey); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWitnessCosigns(t *testing.T) {
	t.Parallel()
	skey, vkey := testKey(t, testOrigin, 1)
	witness, witnessV := testKey(t, "witness.example", 9)
	stranger, strangerV := testKey(t, "stranger.example", 10)
	msg, err := SignCheckpoint(testCheckpoint(), skey)
	if err != nil {
		t.Fatal(err)
	}
	both, err := Cosign(msg, vkey, witness)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenCheckpoint(both, vkey, witnessV, strangerV); err != nil || !slices.Equal(got.Witnesses, []string{witnessV}) {
		t.Errorf("opened with the witness: %+v, %v", got, err)
	}
	if got, err := OpenCheckpoint(both, vkey); err != nil || got.Witnesses != nil {
		t.Errorf("opened by somebody who does not know the witness: %+v, %v", got, err)
	}
	if _, err := OpenNote(both, vkey); !errors.Is(err, ErrSignature) {
		t.Errorf("OpenNote passes over a signature it cannot check: %v", err)
	}
	// The witness's line under another text is wrong, and is not passed over by those who know the witness.
	other := testCheckpoint()
	other.Size = 8
	otherMsg, err := SignCheckpoint(other, skey)
	if err != nil {
		t.Fatal(err)
	}
	forged := otherMsg + both[strings.LastIndex(both, "—"):]
	if _, err := OpenCheckpoint(forged, vkey, witnessV); !errors.Is(err, ErrSignature) {
		t.Errorf("a cosignature moved to another checkpoint: %v", err)
	}
	// A checkpoint only witnesses signed is nobody's.
	alone, err := SignNote(testCheckpoint().Text(), witness)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCheckpoint(alone, vkey, witnessV); !errors.Is(err, ErrSignature) {
		t.Errorf("a checkpoint without the ledger's signature opens: %v", err)
	}
	if _, err := Cosign(alone, vkey, stranger); !errors.Is(err, ErrSignature) {
		t.Errorf("a witness cosigns what the ledger did not sign: %v", err)
	}
	for name, key := range map[string]string{"no key": "x", "the witness's own": witnessV} {
		if _, err := Cosign(msg, key, witness); err == nil {
			t.Errorf("a witness cosigns what it checked with %s", name)
		}
	}
	if text, err := OpenNote(msg, "x"); !errors.Is(err, ErrKey) || text != "" {
		t.Errorf("a note opens with no key: %q, %v", text, err)
	}
	if _, err := OpenCheckpoint(msg, vkey, witnessV, witnessV); !errors.Is(err, ErrKey) {
		t.Errorf("a witness counts twice: %v", err)
	}
}

func TestGenerateKeyMakesAPairThatWorks(t *testing.T) {
	t.Parallel()
	skey, vkey, err := GenerateKey("mega24.example/receipts")
	if err != nil {
		t.Fatal(err)
	}
	msg, err := SignNote("kupuya-receipt\n1\n", skey)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := OpenNote(msg, vkey); err != nil || text != "kupuya-receipt\n1\n" {
		t.Errorf("opened as %q, %v", text, err)
	}
	for _, name := range []string{"", "two words", "a+b", "Купуя", `a"b`, strings.Repeat("n", 129)} {
		if _, _, err := GenerateKey(name); !errors.Is(err, ErrKey) {
			t.Errorf("a key of the name %q: %v", name, err)
		}
	}
	for _, text := range []string{"", "no line break", "a\x00\n"} {
		msg, err := SignNote(text, skey)
		if err != nil {
			continue
		}
		if _, err := OpenNote(msg, vkey); err == nil {
			t.Errorf("%q is signed and opens", text)
		}
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	skey, vkey := testKey(f, testOrigin, 1)
	witness, witnessV := testKey(f, "witness.example", 9)
	msg, err := SignCheckpoint(testCheckpoint(), skey)
	if err != nil {
		f.Fatal(err)
	}
	both, err := Cosign(msg, vkey, witness)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(msg)
	f.Add(both)
	f.Fuzz(func(t *testing.T, other string) {
		c, err := OpenCheckpoint(other, vkey, witnessV)
		if err == nil && c.Checkpoint != testCheckpoint() {
			t.Errorf("%q opens as a checkpoint that nobody signed", other)
		}
	})
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add(testCheckpoint().Text())
	f.Add("a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := ParseCheckpoint(text); err == nil && c.Text() != text {
			t.Errorf("read %q, written %q", text, c.Text())
		}
	})
}
