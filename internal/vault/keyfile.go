package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"
)

// DefaultWork makes one try of a passphrase cost about a second and 256 MB.
const DefaultWork = 18

const (
	fileFormat  = 1
	maxWork     = 22
	maxFile     = 1 << 20
	maxPassword = 1024
)

// keyFile is what the passphrase seals.
type keyFile struct {
	Format       int        `json:"format"`
	Work         int        `json:"work"`
	Epochs       []epochKey `json:"epochs"` // of the KEK, oldest first
	IndexVersion int        `json:"index_version"`
	Index        []byte     `json:"index"`   // PRF key of the blind index
	Node         []byte     `json:"node"`    // for what concerns no subject
	Ledger       []byte     `json:"ledger"`  // Ed25519 seed
	Receipt      []byte     `json:"receipt"` // Ed25519 seed
}

type epochKey struct {
	Number int       `json:"epoch"`
	Key    []byte    `json:"key"`
	Made   time.Time `json:"made"`
}

func (k *keyFile) addEpoch(now time.Time) {
	number := 1
	if n := len(k.Epochs); n > 0 {
		number = k.Epochs[n-1].Number + 1
	}
	k.Epochs = append(k.Epochs, epochKey{number, fresh(keySize), now.UTC()})
}

// whole reports whether nothing is missing: a half-written file must never
// pass for one with other keys.
func (k *keyFile) whole() bool {
	if k.Work < 1 || k.Work > maxWork || k.IndexVersion < 1 || len(k.Epochs) == 0 {
		return false
	}
	for i, e := range k.Epochs {
		if e.Number < 1 || len(e.Key) != keySize || i > 0 && e.Number <= k.Epochs[i-1].Number {
			return false
		}
	}
	return !slices.ContainsFunc([][]byte{k.Index, k.Node, k.Ledger, k.Receipt}, func(b []byte) bool { return len(b) != keySize })
}

func readFile(path, passphrase string) (keyFile, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return keyFile{}, fmt.Errorf("vault: key file: %w", err)
	}
	return unsealFile(raw, passphrase)
}

// unsealFile opens and checks the bytes of a key file.
func unsealFile(raw []byte, passphrase string) (keyFile, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil || len(passphrase) > maxPassword {
		return keyFile{}, ErrPassphrase
	}
	id.SetMaxWorkFactor(maxWork)
	r, err := age.Decrypt(bytes.NewReader(raw), id)
	if err != nil {
		var none *age.NoIdentityMatchError
		if errors.As(err, &none) && slices.Equal(none.StanzaTypes, []string{"scrypt"}) {
			return keyFile{}, ErrPassphrase
		}
		return keyFile{}, ErrFile
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return keyFile{}, ErrFile
	}
	defer clear(plain)
	var version struct {
		Format int `json:"format"`
	}
	if json.Unmarshal(plain, &version) != nil {
		return keyFile{}, ErrFile
	}
	if version.Format > fileFormat {
		return keyFile{}, ErrNewer
	}
	var k keyFile
	d := json.NewDecoder(bytes.NewReader(plain))
	d.DisallowUnknownFields()
	if d.Decode(&k) != nil || k.Format != fileFormat || !k.whole() {
		return keyFile{}, ErrFile
	}
	return k, nil
}

func sealFile(k keyFile, passphrase string) ([]byte, error) {
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil || len(passphrase) > maxPassword {
		return nil, fmt.Errorf("vault: a passphrase has 1 to %d bytes", maxPassword)
	}
	to.SetWorkFactor(k.Work)
	plain, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	defer clear(plain)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	return out.Bytes(), nil
}

func createFile(path, passphrase string, k keyFile) error {
	return replaceFile(path, func() ([]byte, error) {
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("vault: key file %s: %w", path, os.ErrExist)
		}
		return sealFile(k, passphrase)
	})
}

// changeFile reads the file, lets change alter it, and gives what is then
// durable. The file as it stands is what is changed, not what some process
// remembers of it: an epoch lost here would lose every key under it.
func changeFile(path, passphrase string, change func(*keyFile) error) (keyFile, error) {
	var k keyFile
	err := replaceFile(path, func() (sealed []byte, err error) {
		if k, err = readFile(path, passphrase); err != nil {
			return nil, err
		}
		if err := change(&k); err != nil {
			return nil, err
		}
		return sealFile(k, passphrase)
	})
	return k, err
}

// replaceFile puts the bytes that content gives in the place of path at once
// and durably, or changes nothing. The file beside it keeps others from doing
// the same meanwhile.
func replaceFile(path string, content func() ([]byte, error)) error {
	next := path + ".new"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return ErrBusy
	}
	if err != nil {
		return fmt.Errorf("vault: key file: %w", err)
	}
	sealed, err := content()
	if err == nil {
		_, err = f.Write(sealed)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = swapFile(next, path)
	}
	if err == nil {
		return nil
	}
	if left := os.Remove(next); !errors.Is(left, os.ErrNotExist) {
		err = errors.Join(err, left)
	}
	return fmt.Errorf("vault: changing the key file: %w", err)
}

// swapFile renames next to path. What stood there is overwritten, so that a
// dropped epoch does not lie in free space for whoever knows the passphrase; on
// media that move what they write only the end of the medium does that surely.
func swapFile(next, path string) error {
	old, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if old != nil {
		defer old.Close()
	}
	if err := errors.Join(os.Rename(next, path), syncDir(filepath.Dir(path))); err != nil || old == nil {
		return err
	}
	info, err := old.Stat()
	if err != nil {
		return err
	}
	if _, err := old.WriteAt(make([]byte, info.Size()), 0); err != nil {
		return err
	}
	return old.Sync()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
