package document

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

// The signature inside a paper is a CMS of the kind that PAdES baseline B-B
// asks for: detached, SHA-256, one certificate, one signer, who signs the
// content's digest and the digest of his own certificate. (RFC 5652, RFC 5035,
// ETSI EN 319 142-1)
var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidRSA           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidECDSA         = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content signedData `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      encapsulated
	Certificates asn1.RawValue
	Signers      []signerInfo `asn1:"set"`
}

type encapsulated struct{ Type asn1.ObjectIdentifier }

type signerInfo struct {
	Version   int
	Issuer    issuerAndSerial
	Digest    pkix.AlgorithmIdentifier
	Attrs     asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature []byte
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

// signingCertificate is SigningCertificateV2 with SHA-256, its default.
type signingCertificate struct{ Certs []certID }

type certID struct{ Hash []byte }

// attributes are what the signer signs, as the SET whose bytes are signed.
func attributes(cert *x509.Certificate, digest []byte) ([]byte, error) {
	hash := sha256.Sum256(cert.Raw)
	var list []attribute
	for _, a := range []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{
		{oidContentType, oidData},
		{oidMessageDigest, digest},
		{oidSigningCert, signingCertificate{[]certID{{hash[:]}}}},
	} {
		value, err := asn1.Marshal(a.value)
		if err != nil {
			return nil, err
		}
		list = append(list, attribute{a.oid, asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: value}})
	}
	return asn1.MarshalWithParams(list, "set") // which sorts, as DER asks
}

// encodeCMS puts the parts of a signature into their one form.
func encodeCMS(cert *x509.Certificate, attrs, signature []byte) ([]byte, error) {
	algorithm := pkix.AlgorithmIdentifier{Algorithm: oidECDSA}
	if cert.PublicKeyAlgorithm == x509.RSA {
		algorithm = pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue}
	}
	implicit := append([]byte{0xa0}, attrs[1:]...) // the SET as [0] IMPLICIT
	return asn1.Marshal(contentInfo{oidSignedData, signedData{
		Version:      1,
		Digests:      []pkix.AlgorithmIdentifier{{Algorithm: oidSHA256}},
		Content:      encapsulated{oidData},
		Certificates: asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: cert.Raw},
		Signers: []signerInfo{{
			Version:   1,
			Issuer:    issuerAndSerial{asn1.RawValue{FullBytes: cert.RawIssuer}, cert.SerialNumber},
			Digest:    pkix.AlgorithmIdentifier{Algorithm: oidSHA256},
			Attrs:     asn1.RawValue{FullBytes: implicit},
			Algorithm: algorithm,
			Signature: signature,
		}},
	}})
}

// signCMS signs a digest.
func signCMS(digest []byte, key crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	attrs, err := attributes(cert, digest)
	if err != nil {
		return nil, fmt.Errorf("document: signature: %w", err)
	}
	sum := sha256.Sum256(attrs)
	signature, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("document: signature: %w", err)
	}
	return encodeCMS(cert, attrs, signature)
}

// openCMS gives the certificate by which a digest is signed. Only the
// certificate and the signature are taken from der; everything else must be
// what signCMS writes, byte for byte, so that nothing unsigned in it can vary.
func openCMS(der, digest []byte) (*x509.Certificate, error) {
	var info contentInfo
	if rest, err := asn1.Unmarshal(der, &info); err != nil || len(rest) > 0 || len(info.Content.Signers) != 1 {
		return nil, errors.New("no signature of this form")
	}
	cert, err := x509.ParseCertificate(info.Content.Certificates.Bytes)
	if err != nil {
		return nil, err
	}
	algorithm, err := algorithmOf(cert.PublicKey)
	if err != nil {
		return nil, err
	}
	attrs, err := attributes(cert, digest)
	if err != nil {
		return nil, err
	}
	signature := info.Content.Signers[0].Signature
	again, err := encodeCMS(cert, attrs, signature)
	if err != nil || !bytes.Equal(again, der) {
		return nil, errors.New("signs something else")
	}
	return cert, cert.CheckSignature(algorithm, attrs, signature)
}
