package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Sealed is the node's key file, open in memory: the KEK, the key of the blind
// index, the node's own key, and the seeds of the keys that sign the ledger and
// receipts. It is safe for use by many goroutines.
type Sealed struct {
	path string
	keys atomic.Pointer[keyFile] // which fmt does not look behind, whatever holds it
}

// Format prints where the file is and none of its keys, for every verb.
func (s *Sealed) Format(f fmt.State, _ rune) {
	// fmt keeps the error of the writer behind f and reports it itself.
	_, _ = io.WriteString(f, "[key file "+s.path+"]")
}

// Epoch is one epoch of the KEK.
type Epoch struct {
	Number int
	Made   time.Time
}

// CreateFile makes a key file with fresh keys, readable by its owner only, and
// refuses to replace one. work is the cost of trying a passphrase, as the
// logarithm of what scrypt is told: DefaultWork outside tests.
func CreateFile(path, passphrase string, now time.Time, work int) error {
	k := keyFile{
		Format: fileFormat, Work: work, IndexVersion: 1, Index: fresh(keySize), Node: fresh(keySize),
		Ledger: fresh(keySize), Receipt: fresh(keySize),
	}
	k.addEpoch(now)
	if !k.whole() {
		return fmt.Errorf("vault: a work factor of %d; it is 1 to %d, and %d outside tests", work, maxWork, DefaultWork)
	}
	return createFile(path, passphrase, k)
}

// OpenFile reads a key file. Errors are those of the file system (it is not
// there), ErrPassphrase, ErrFile and ErrNewer.
func OpenFile(path, passphrase string) (*Sealed, error) {
	k, err := readFile(path, passphrase)
	if err != nil {
		return nil, err
	}
	s := &Sealed{path: path}
	s.keys.Store(&k)
	return s, nil
}

// Reload reads the file again, after another process made or dropped an epoch.
// When it fails, what was read before stays.
func (s *Sealed) Reload(passphrase string) error {
	k, err := readFile(s.path, passphrase)
	if err != nil {
		return err
	}
	s.keys.Store(&k)
	return nil
}

// NewEpoch begins an epoch: the file is durable before anything is wrapped
// under it. Other nodes must reload before rewrapping begins.
func (s *Sealed) NewEpoch(passphrase string, now time.Time) (int, error) {
	k, err := changeFile(s.path, passphrase, func(k *keyFile) error {
		k.addEpoch(now)
		return nil
	})
	if err != nil {
		return 0, err
	}
	s.keys.Store(&k)
	return s.Epoch(), nil
}

// drop destroys an epoch that is not the newest, in the file and in memory.
func (s *Sealed) drop(passphrase string, epoch int) error {
	k, err := changeFile(s.path, passphrase, func(k *keyFile) error {
		at := slices.IndexFunc(k.Epochs, func(e epochKey) bool { return e.Number == epoch })
		switch {
		case at < 0:
			return ErrEpoch
		case at == len(k.Epochs)-1:
			return ErrInUse
		}
		k.Epochs = slices.Delete(k.Epochs, at, at+1)
		return nil
	})
	if err != nil {
		return err
	}
	s.keys.Store(&k)
	return nil
}

// Epochs lists the epochs in the file, oldest first.
func (s *Sealed) Epochs() []Epoch {
	var out []Epoch
	for _, e := range s.keys.Load().Epochs {
		out = append(out, Epoch{e.Number, e.Made})
	}
	return out
}

// Epoch is the number of the newest epoch.
func (s *Sealed) Epoch() int {
	e := s.keys.Load().Epochs
	return e[len(e)-1].Number
}

// Wrap implements KEK.
func (s *Sealed) Wrap(_ context.Context, key Secret, ad []byte) (int, []byte, error) {
	epochs := s.keys.Load().Epochs
	e := epochs[len(epochs)-1]
	wrapped, err := seal(e.Key, key, "key", string(ad), strconv.Itoa(e.Number))
	return e.Number, wrapped, err
}

// Unwrap implements KEK.
func (s *Sealed) Unwrap(_ context.Context, epoch int, wrapped, ad []byte) (Secret, error) {
	for _, e := range s.keys.Load().Epochs {
		if e.Number == epoch {
			return open(e.Key, wrapped, "key", string(ad), strconv.Itoa(epoch))
		}
	}
	return nil, ErrEpoch
}

// LedgerKey gives the Holder's key of the ledger of that name, in the form of
// signed notes: skey signs and stays here, vkey is for everybody. It is the same
// every time.
func (s *Sealed) LedgerKey(name string) (skey, vkey string, err error) {
	return note.GenerateKey(bytes.NewReader(s.keys.Load().Ledger), name)
}

// ReceiptKey gives the key that signs receipts and certificates, like LedgerKey.
func (s *Sealed) ReceiptKey(name string) (skey, vkey string, err error) {
	return note.GenerateKey(bytes.NewReader(s.keys.Load().Receipt), name)
}

func fresh(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}
