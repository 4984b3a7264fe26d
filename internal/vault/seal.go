package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

const (
	keySize  = 32
	seedSize = 16
	saltSize = 32
	// sealForm is the first byte of everything sealed, so that another way of
	// sealing can come without guessing.
	sealForm = 1
)

// seal encrypts plain under key for the place that the parts name. The form is
// one byte, a fresh nonce of 12 bytes, the ciphertext and a tag of 16.
func seal(key, plain []byte, place ...string) ([]byte, error) {
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 1, 1+gcm.Overhead()+len(plain))
	out[0] = sealForm
	return gcm.Seal(out, nil, plain, bind(place)), nil
}

// open is the inverse of seal: ErrDamaged unless key and place are the same and
// no bit has changed.
func open(key, sealed []byte, place ...string) (Secret, error) {
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < 1+gcm.Overhead() || sealed[0] != sealForm {
		return nil, ErrDamaged
	}
	plain, err := gcm.Open(make([]byte, 0, len(sealed)), nil, sealed[1:], bind(place))
	if err != nil {
		return nil, ErrDamaged
	}
	return plain, nil
}

func newGCM(key []byte) (cipher.AEAD, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("vault: a key of %d bytes", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// bind writes the parts of a place one after another, each behind its length,
// so that no two places have the same bytes.
func bind(parts []string) []byte {
	out := append(make([]byte, 0, 128), "kupuya/1"...)
	for _, p := range parts {
		out = binary.AppendUvarint(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}

// derive gives the key for one use of a longer-lived key.
func derive(key, salt []byte, info string) (Secret, error) {
	return hkdf.Key(sha256.New, key, salt, info, keySize)
}
