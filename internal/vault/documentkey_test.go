package vault

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// The derivation is a promise: another key would make every certificate that
// was ever published worthless. It needs nothing but the seed that key files
// have had from the first.
func TestTheKeyOfPapersIsDerivedTheSameWayForEver(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.age")
	if err := createFile(path, phrase, oldFile()); err != nil {
		t.Fatal(err)
	}
	file, err := OpenFile(path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	key, err := file.DocumentKey()
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.Public().(*ecdsa.PublicKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(point)
	if got := hex.EncodeToString(sum[:8]); got != "283f9d024d01e50c" {
		t.Errorf("the key's mark is %s", got)
	}
}

// oldFile is a key file as it was before there were papers.
func oldFile() keyFile {
	k := keyFile{Format: 1, Work: 1, IndexVersion: 1}
	for i, to := range []*[]byte{&k.Index, &k.Node, &k.Ledger, &k.Receipt} {
		*to = []byte(strings.Repeat(string(rune('a'+i)), keySize))
	}
	k.addEpoch(noon)
	return k
}

func TestTheKeyOfPapersSignsAndDoesNotPrint(t *testing.T) {
	t.Parallel()
	v, w := newVault(t), newVault(t)
	key, err := v.file.DocumentKey()
	if err != nil {
		t.Fatal(err)
	}
	again, err := v.file.DocumentKey()
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.file.DocumentKey()
	if err != nil {
		t.Fatal(err)
	}
	public := key.Public().(*ecdsa.PublicKey)
	if !public.Equal(again.Public()) || public.Equal(other.Public()) {
		t.Error("the key is not the one of its file")
	}
	sum := sha256.Sum256([]byte("paper"))
	sig, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil || !ecdsa.VerifyASN1(public, sum[:], sig) {
		t.Errorf("it does not sign: %v", err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, key); got != redacted {
			t.Errorf("%s prints %q", verb, got)
		}
	}
}
