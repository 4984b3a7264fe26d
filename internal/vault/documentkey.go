package vault

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"fmt"
	"io"
	"strconv"
)

// documentKey signs papers. It does not print.
type documentKey struct{ key *ecdsa.PrivateKey }

// DocumentKey gives the key that seals papers: ECDSA on P-256, which PDF readers
// know. It is derived from the seed of receipts, which say the same to machines,
// so that key files made before there were papers have it too, and the file
// keeps its format. It is the same every time.
func (s *Sealed) DocumentKey() (crypto.Signer, error) {
	seed := s.keys.Load().Receipt
	for try := range 4 { // all but one in four thousand million is a key at once
		raw, err := derive(seed, nil, string(bind([]string{"document", strconv.Itoa(try)})))
		if err != nil {
			return nil, fail("vault.DocumentKey", err)
		}
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
		clear(raw)
		if err == nil {
			return documentKey{key}, nil
		}
	}
	return nil, fail("vault.DocumentKey", ErrDamaged)
}

// Public implements crypto.Signer.
func (k documentKey) Public() crypto.PublicKey { return k.key.Public() }

// Sign implements crypto.Signer. Without rand the signature is always the same.
func (k documentKey) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.key.Sign(rand, digest, opts)
}

// Format prints that it is a key and not which, for every verb.
func (documentKey) Format(f fmt.State, _ rune) {
	// fmt keeps the error of the writer behind f and reports it itself.
	_, _ = io.WriteString(f, redacted)
}
