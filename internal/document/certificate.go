package document

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// The years between which the certificate of a key that the house keeps itself
// is valid. The end is the moment by which RFC 5280 says that there is none:
// papers are checked long after they were signed, and a key that must not be
// used any more is told by withdrawing its fingerprint.
var (
	ValidFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ValidTo   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// NewCertificate makes the certificate of the Holder's seal, signed by its own
// key: who trusts it has compared its fingerprint. The same arguments give the
// same bytes, so that it need not be kept, as long as the key signs the same
// way each time, as one of the vault does.
func NewCertificate(name string, key crypto.Signer, from, to time.Time) (*x509.Certificate, error) {
	if _, err := algorithmOf(key.Public()); err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("document: certificate: %w", err)
	}
	sum := sha256.Sum256(append([]byte(name+"\x00"), public...))
	sum[0] &= 0x7f // a serial number is positive
	template := &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes(sum[:16]),
		Subject:               pkix.Name{CommonName: name, Country: []string{"KG"}},
		NotBefore:             from,
		NotAfter:              to,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("document: certificate: %w", err)
	}
	return x509.ParseCertificate(raw)
}

// Fingerprint is what people compare: SHA-256 of the certificate in hex, in
// groups of four.
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	digits := hex.EncodeToString(sum[:])
	var groups []string
	for i := 0; i < len(digits); i += 4 {
		groups = append(groups, digits[i:i+4])
	}
	return strings.Join(groups, " ")
}

// EncodeCertificate writes a certificate as the file that other tools read.
func EncodeCertificate(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

// ReadCertificates reads a file of one or more certificates, PEM or DER.
func ReadCertificates(file []byte) ([]*x509.Certificate, error) {
	if !bytes.Contains(file, []byte("-----BEGIN")) {
		return x509.ParseCertificates(file)
	}
	var out []*x509.Certificate
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, cert)
	}
	if len(out) == 0 {
		return nil, errors.New("document: there is no certificate in the file")
	}
	return out, nil
}

// algorithmOf is how a key signs: ECDSA on P-256 or RSA of 2048 bits and more,
// both with SHA-256, which PDF readers know. Ed25519 they do not.
func algorithmOf(public crypto.PublicKey) (x509.SignatureAlgorithm, error) {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return x509.ECDSAWithSHA256, nil
		}
	case *rsa.PublicKey:
		if k.N.BitLen() >= 2048 {
			return x509.SHA256WithRSA, nil
		}
	}
	return 0, errors.New("document: a key that PDF readers do not know; it is ECDSA on P-256 or RSA of at least 2048 bits")
}
