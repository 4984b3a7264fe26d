package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"
)

func TestKeyFileIsForItsOwnerOnlyAndNotReplaced(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	info, err := os.Stat(v.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	before := read(t, v.path)
	if err := CreateFile(v.path, "other", noon, 1); !errors.Is(err, os.ErrExist) {
		t.Errorf("creating again: %v", err)
	}
	if !bytes.Equal(before, read(t, v.path)) {
		t.Error("creating again changed the file")
	}
	if leftovers, _ := filepath.Glob(v.path + ".new"); leftovers != nil {
		t.Errorf("left behind: %v", leftovers)
	}
	for name, work := range map[string]int{"no work": 0, "too much work": 23} {
		if err := CreateFile(v.path+"2", phrase, noon, work); err == nil {
			t.Errorf("%s: made all the same", name)
		}
	}
	if err := CreateFile(v.path+"3", "", noon, 1); err == nil {
		t.Error("an empty passphrase: made all the same")
	}
	if _, err := os.Stat(v.path + "3"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what failed left a file: %v", err)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// write seals any text as a key file, as a damaged or newer program might.
func write(t *testing.T, text string, to age.Recipient) string {
	t.Helper()
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	path := filepath.Join(t.TempDir(), "keys.age")
	if err == nil {
		err = os.WriteFile(path, b.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func scrypt(t *testing.T, work int) age.Recipient {
	t.Helper()
	r, err := age.NewScryptRecipient(phrase)
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(work)
	return r
}

func TestKeyFileThatDoesNotOpenSaysWhy(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	good, err := json.Marshal(v.file.keys.Load())
	if err != nil {
		t.Fatal(err)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"no file":                      {filepath.Join(t.TempDir(), "none"), os.ErrNotExist},
		"a newer format":               {write(t, strings.Replace(string(good), `"format":1`, `"format":2`, 1), scrypt(t, 1)), ErrNewer},
		"no format":                    {write(t, strings.Replace(string(good), `"format":1,`, ``, 1), scrypt(t, 1)), ErrFile},
		"an unknown member":            {write(t, strings.Replace(string(good), `{`, `{"x":1,`, 1), scrypt(t, 1)), ErrFile},
		"no JSON":                      {write(t, "keys", scrypt(t, 1)), ErrFile},
		"no epoch":                     {write(t, `{"format":1,"work":1,"epochs":[],"index_version":1}`, scrypt(t, 1)), ErrFile},
		"a key cut short":              {write(t, strings.Replace(string(good), `"node":"`, `"node":"AAAA","x":"`, 1), scrypt(t, 1)), ErrFile},
		"another's recipient":          {write(t, string(good), id.Recipient()), ErrFile},
		"a folder":                     {t.TempDir(), nil},
		"a file that is no key file":   {"vault.go", ErrFile},
		"more work than anybody waits": {write(t, string(good), scrypt(t, 1)), nil},
	} {
		got, err := OpenFile(c.path, phrase)
		switch {
		case name == "more work than anybody waits":
			raw := bytes.Replace(read(t, c.path), []byte(" 1\n"), []byte(" 30\n"), 1)
			if _, err := unsealFile(raw, phrase); !errors.Is(err, ErrFile) {
				t.Errorf("%s: %v", name, err)
			}
		case err == nil || got != nil || c.want != nil && !errors.Is(err, c.want):
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	for _, wrong := range []string{"wrong", "", phrase + " ", strings.Repeat("x", 2000)} {
		if _, err := OpenFile(v.path, wrong); !errors.Is(err, ErrPassphrase) {
			t.Errorf("a wrong passphrase: %v", err)
		}
	}
}

// Whatever is damaged, the file does not open with other keys than it had.
func TestADamagedKeyFileNeverOpens(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	raw := read(t, v.path)
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 0x04
		_, err := unsealFile(bad, phrase)
		if !errors.Is(err, ErrFile) && !errors.Is(err, ErrPassphrase) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if _, err := unsealFile(raw[:i], phrase); !errors.Is(err, ErrFile) && !errors.Is(err, ErrPassphrase) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
}

func TestEpochsComeAndGo(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	other, err := OpenFile(v.path, phrase) // another process
	if err != nil {
		t.Fatal(err)
	}
	if n, err := v.file.NewEpoch(phrase, noon.AddDate(0, 1, 0)); n != 2 || err != nil {
		t.Fatalf("epoch %d, %v", n, err)
	}
	epoch, wrapped, err := v.file.Wrap(t.Context(), fresh(keySize), []byte(anna))
	if err != nil || epoch != 2 {
		t.Fatalf("wrapped under %d, %v", epoch, err)
	}
	if _, err := other.Unwrap(t.Context(), 2, wrapped, []byte(anna)); !errors.Is(err, ErrEpoch) {
		t.Errorf("a process that has not reloaded: %v", err)
	}
	if err := other.Reload("wrong"); !errors.Is(err, ErrPassphrase) || other.Epoch() != 1 {
		t.Errorf("a failed reload: %v, epoch %d", err, other.Epoch())
	}
	if err := other.Reload(phrase); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Unwrap(t.Context(), 2, wrapped, []byte(anna)); err != nil {
		t.Errorf("a process that has reloaded: %v", err)
	}
	for name, c := range map[string]struct {
		epoch int
		ad    string
	}{"another subject": {2, string(bakyt)}, "an older epoch": {1, string(anna)}} {
		if _, err := v.file.Unwrap(t.Context(), c.epoch, wrapped, []byte(c.ad)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	epochs := v.file.Epochs()
	if len(epochs) != 2 || epochs[0].Number != 1 || !epochs[1].Made.Equal(noon.AddDate(0, 1, 0)) {
		t.Errorf("epochs %v", epochs)
	}
	if err := v.file.drop(phrase, 1); err != nil {
		t.Fatal(err)
	}
	if n, err := v.file.NewEpoch(phrase, noon); n != 3 || err != nil {
		t.Errorf("the number of a dropped epoch is given again: %d, %v", n, err)
	}
	if _, err := v.file.NewEpoch("wrong", noon); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
}

// What is in memory is not what is changed: two processes that each begin an
// epoch make two, and neither loses the other's.
func TestTwoProcessesDoNotLoseAnEpoch(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	const each, processes = 4, 3
	var wg sync.WaitGroup
	for range processes {
		s, err := OpenFile(v.path, phrase)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for done := 0; done < each; {
				_, err := s.NewEpoch(phrase, noon)
				if err == nil {
					done++
				} else if !errors.Is(err, ErrBusy) {
					t.Errorf("neither done nor busy: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := v.file.Reload(phrase); err != nil {
		t.Fatal(err)
	}
	if got := len(v.file.Epochs()); got != 1+each*processes {
		t.Errorf("%d epochs, want %d", got, 1+each*processes)
	}
}

func TestAnInterruptedChangeIsSeen(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	if err := os.WriteFile(v.path+".new", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := v.file.NewEpoch(phrase, noon); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
	if _, err := OpenFile(v.path, phrase); err != nil {
		t.Errorf("the file itself must still open: %v", err)
	}
	if string(read(t, v.path+".new")) != "half" {
		t.Error("what another left was touched")
	}
}

// The file that a change replaced does not keep the dropped epoch readable.
func TestTheReplacedFileIsOverwritten(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	kept := v.path + ".link" // another name for the same bytes on disk
	if err := os.Link(v.path, kept); err != nil {
		t.Fatal(err)
	}
	if _, err := v.file.NewEpoch(phrase, noon); err != nil {
		t.Fatal(err)
	}
	if old := read(t, kept); len(bytes.Trim(old, "\x00")) != 0 {
		t.Error("the old bytes are still there")
	}
}

func TestSigningKeysAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	again, err := OpenFile(v.path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	for name, get := range map[string]func(*Sealed) (string, string, error){
		"ledger":  func(s *Sealed) (string, string, error) { return s.LedgerKey("mega24.kg/ledger") },
		"receipt": func(s *Sealed) (string, string, error) { return s.ReceiptKey("mega24.kg/receipts") },
	} {
		skey, vkey, err := get(v.file)
		if err != nil {
			t.Fatal(err)
		}
		skey2, vkey2, err := get(again)
		if err != nil || skey != skey2 || vkey != vkey2 {
			t.Errorf("%s: another key after opening the file again, %v", name, err)
		}
		signer, err := note.NewSigner(skey)
		if err != nil {
			t.Fatal(err)
		}
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := signer.Sign([]byte("x"))
		if err != nil || !verifier.Verify([]byte("x"), sig) {
			t.Errorf("%s: the two keys do not belong together, %v", name, err)
		}
	}
	ledger, _, _ := v.file.LedgerKey("n")
	receipt, _, _ := v.file.ReceiptKey("n")
	if ledger == receipt {
		t.Error("one key signs both")
	}
}

// The form of the seed is pinned: a Go release that drew keys otherwise would
// change every Holder's public key.
func TestSigningKeyOfAKnownSeed(t *testing.T) {
	t.Parallel()
	s := &Sealed{}
	s.keys.Store(&keyFile{Ledger: bytes.Repeat([]byte{7}, 32)})
	skey, _, err := s.LedgerKey("x")
	if want := "PRIVATE+KEY+x+021156a7+AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"; skey != want || err != nil {
		t.Errorf("got %s, %v", skey, err)
	}
}

func FuzzUnsealFile(f *testing.F) {
	v := newVault(f)
	raw := read(f, v.path)
	f.Add(raw)
	f.Add(raw[:60])
	f.Add([]byte("age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.Contains(b, []byte(" 2")) || bytes.Contains(b, []byte(" 1")) && !bytes.Contains(b, []byte(" 1\n")) {
			return // a work factor that would only be slow
		}
		k, err := unsealFile(b, phrase)
		switch {
		case err == nil && !k.whole():
			t.Error("half a set of keys passes for a whole one")
		case err != nil && !errors.Is(err, ErrFile) && !errors.Is(err, ErrPassphrase) && !errors.Is(err, ErrNewer):
			t.Errorf("the error says nothing: %v", err)
		}
	})
}
