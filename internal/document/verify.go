package document

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf16"
)

// What Verify answers for a paper that is not as it was signed. They are
// distinct, so that whoever asks learns what happened to it.
var (
	ErrUnsigned = errors.New("document: not signed")
	ErrForeign  = errors.New("document: signed, but not in the one form of this house")
	ErrChanged  = errors.New("document: changed since it was signed")
	ErrAppended = errors.New("document: something was added after it was signed")
	ErrCut      = errors.New("document: cut off, or signed only in part")
	ErrSigner   = errors.New("document: unchanged, but not signed by a certificate that is trusted here")
)

// Signature is what a sound signature says.
type Signature struct {
	Certificate *x509.Certificate
	Trusted     bool      // roots were given and vouch for the certificate
	At          time.Time // when it was signed, by the signer's own clock
	Reason      string
	Location    string
}

var (
	rangesForm = regexp.MustCompile(`^/ByteRange\[0 (\d{10}) (\d{10}) (\d{10})\]/Contents<`)
	saidForm   = regexp.MustCompile(`^>/M\((D:\d{14}Z)\)(?:/Name<([0-9a-f]*)>)?(?:/Reason<([0-9a-f]*)>)?(?:/Location<([0-9a-f]*)>)?>>\nendobj\n`)
)

// Verify checks a paper offline and gives who signed it, when and why. It is
// sound only when the one signature, in the one form that Sign writes, covers
// every byte of the file but its own digits, which have one spelling; so any
// byte changed, added or missing is found. roots are the certificates that are
// trusted, by which the signer's must be vouched for at the time of signing.
// Without roots the paper may be anybody's: Trusted is then false and the
// fingerprint is to be compared. (DC-139 p.2)
func Verify(pdf []byte, roots *x509.CertPool) (Signature, error) {
	at := bytes.Index(pdf, []byte("/ByteRange")) // an earlier paper has none
	switch {
	case at < 0 || len(pdf) > maxPaper:
		return Signature{}, ErrUnsigned
	case !bytes.HasPrefix(pdf, []byte("%PDF-1.")):
		return Signature{}, ErrChanged
	}
	ranges := rangesForm.FindSubmatch(pdf[at:min(len(pdf), at+2*rangeSize)])
	if ranges == nil {
		return Signature{}, ErrForeign
	}
	from := at + rangeSize - 1
	to := from + room + 2
	end := atoi(ranges[2]) + atoi(ranges[3])
	switch {
	case atoi(ranges[1]) != from || atoi(ranges[2]) != to || end < to:
		return Signature{}, ErrForeign
	case end > len(pdf):
		return Signature{}, ErrCut
	}
	s, err := readSignature(pdf[:end], from, to)
	if err != nil {
		return Signature{}, err
	}
	if end < len(pdf) {
		return Signature{}, ErrAppended
	}
	return s, s.trust(roots)
}

// readSignature checks a file that ends where its signature says.
func readSignature(file []byte, from, to int) (Signature, error) {
	der, ok := digits(file[from+1 : to-1])
	if !ok {
		return Signature{}, ErrChanged
	}
	cert, err := openCMS(der, digestOf(file, from, to))
	if err != nil {
		return Signature{}, fmt.Errorf("%w (%w)", ErrChanged, err)
	}
	said := saidForm.FindSubmatch(file[to-1:])
	if said == nil {
		return Signature{}, ErrForeign
	}
	at, err := time.Parse(stampForm, string(said[1]))
	if err != nil {
		return Signature{}, ErrForeign
	}
	return Signature{Certificate: cert, At: at, Reason: plainText(said[3]), Location: plainText(said[4])}, nil
}

// trust asks the roots.
func (s *Signature) trust(roots *x509.CertPool) error {
	if roots == nil {
		return nil
	}
	_, err := s.Certificate.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: s.At, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrSigner, err)
	}
	s.Trusted = true
	return nil
}

// digits reads the digits of a signature, small letters only, and sees that
// nothing but zeros fills the room behind it.
func digits(text []byte) ([]byte, bool) {
	raw := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(raw, text); err != nil || bytes.ContainsAny(text, "ABCDEF") {
		return nil, false
	}
	// A signature is a SEQUENCE that says its own length in two bytes.
	if len(raw) < 4 || raw[0] != 0x30 || raw[1] != 0x82 {
		return nil, false
	}
	size := 4 + int(raw[2])<<8 + int(raw[3])
	if size > len(raw) || len(bytes.Trim(raw[size:], "\x00")) > 0 {
		return nil, false
	}
	return raw[:size], true
}

// plainText is the inverse of hexText.
func plainText(text []byte) string {
	raw := make([]byte, hex.DecodedLen(len(text)))
	if n, err := hex.Decode(raw, text); err != nil || n < 2 || n%2 != 0 {
		return ""
	}
	var units []uint16
	for i := 2; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}
