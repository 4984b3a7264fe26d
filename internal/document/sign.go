package document

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"kupuya/internal/privacy"
)

// room is how many digits are kept for the signature in the file. The longest
// that signCMS makes, of RSA with 4096 bits under a certificate of a state's
// authority, takes about half of them.
const room = 12288

// The form in which the signed ranges stand in the file, always as long.
const (
	rangeMark = "/ByteRange[0 "
	rangeForm = rangeMark + "%010d %010d %010d]/Contents<"
	rangeSize = len(rangeMark) + 3*10 + 2 + len("]/Contents<")
)

// maxPaper is how many bytes a paper may have.
const maxPaper = 64 << 20

// Sign adds the Holder's seal to a paper that Render made, as an update at its
// end: an invisible signature over every byte of the file, which allows no
// later change. at is when it is signed; reason and location are shown by PDF
// readers and may be empty. Every error is the caller's: the paper is not fresh,
// key and certificate do not belong together. (DC-139 p.2)
func Sign(pdf []byte, key crypto.Signer, cert *x509.Certificate, at time.Time, reason, location string) ([]byte, error) {
	const op = "document.Sign"
	if public, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(key.Public()) {
		return nil, privacy.E(op, privacy.Invalid, fmt.Errorf("the certificate is of another key"))
	}
	if _, err := algorithmOf(key.Public()); err != nil {
		return nil, privacy.E(op, privacy.Invalid, err)
	}
	if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
		return nil, privacy.E(op, privacy.Invalid, fmt.Errorf("the certificate is not valid at %v", at))
	}
	file, err := withField(pdf, cert, at, reason, location)
	if err != nil {
		return nil, privacy.E(op, privacy.Invalid, err)
	}
	from := bytes.Index(file, []byte(rangeMark)) + rangeSize - 1
	to := from + room + 2
	copy(file[from-rangeSize+1:], fmt.Sprintf(rangeForm, from, to, len(file)-to))
	digest := digestOf(file, from, to)
	der, err := signCMS(digest, key, cert)
	if err != nil {
		return nil, privacy.E(op, privacy.Invalid, err)
	}
	if hex.EncodedLen(len(der)) > room {
		return nil, privacy.E(op, privacy.Invalid, fmt.Errorf("a signature of %d bytes does not fit", len(der)))
	}
	hex.Encode(file[from+1:], der)
	return file, nil
}

// digestOf is what is signed: all but the signature itself.
func digestOf(file []byte, from, to int) []byte {
	h := sha256.New()
	h.Write(file[:from])
	h.Write(file[to:])
	return h.Sum(nil)
}

// withField appends a field for the signature, filled with zeros, and what ties
// it to the catalogue and the first page.
func withField(pdf []byte, cert *x509.Certificate, at time.Time, reason, location string) ([]byte, error) {
	t, err := readTail(pdf)
	if err != nil {
		return nil, err
	}
	root, err := t.object(t.root)
	if err != nil {
		return nil, err
	}
	page, err := t.object(t.page)
	if err != nil {
		return nil, err
	}
	if bytes.Contains(pdf, []byte(rangeMark)) || bytes.Contains(page, []byte("/Annots")) || len(pdf) > maxPaper {
		return nil, errTail
	}
	size := len(t.offsets)
	signature, field := size, size+1
	u := update{file: append(make([]byte, 0, len(pdf)+room+4096), pdf...), at: map[int]int{}}
	u.object(t.root, string(root)+fmt.Sprintf("/Version/1.7/ViewerPreferences<</DisplayDocTitle true>>/AcroForm<</SigFlags 3/Fields[%d 0 R]>>/Perms<</DocMDP %d 0 R>>\n>>", field, signature))
	u.object(t.page, string(page)+fmt.Sprintf("/Annots[%d 0 R]>>", field))
	u.object(signature, dictionary(cert, at, reason, location))
	u.object(field, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/V %d 0 R/P %d 0 R/Rect[0 0 0 0]/F 132>>", signature, t.page))
	u.close(t, size+2)
	return u.file, nil
}

// dictionary is the signature's own object, with nothing but zeros where ranges
// and signature will stand.
func dictionary(cert *x509.Certificate, at time.Time, reason, location string) string {
	var b strings.Builder
	b.WriteString("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached")
	b.WriteString("/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]")
	fmt.Fprintf(&b, rangeForm, 0, 0, 0)
	b.WriteString(strings.Repeat("0", room))
	fmt.Fprintf(&b, ">/M(%s)", at.UTC().Format(stampForm))
	for _, m := range []struct{ name, value string }{
		{"Name", cert.Subject.CommonName},
		{"Reason", reason},
		{"Location", location},
	} {
		if m.value != "" {
			fmt.Fprintf(&b, "/%s<%s>", m.name, hexText(m.value))
		}
	}
	b.WriteString(">>")
	return b.String()
}

// stampForm is how a moment in UTC is written in a PDF.
const stampForm = "D:20060102150405Z"

// hexText writes text as a PDF has it: UTF-16 with its mark, in hex.
func hexText(s string) string {
	var b strings.Builder
	b.WriteString("feff")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04x", u)
	}
	return b.String()
}

// update is an incremental update: objects after the end of a file.
type update struct {
	file  []byte
	order []int
	at    map[int]int
}

func (u *update) object(number int, body string) {
	u.order = append(u.order, number)
	u.at[number] = len(u.file)
	u.file = fmt.Appendf(u.file, "%d 0 obj\n%s\nendobj\n", number, body)
}

// close writes the table of the update and where the earlier one is.
func (u *update) close(t tail, size int) {
	start := len(u.file)
	u.file = append(u.file, "xref\n"...)
	for _, number := range u.order {
		u.file = fmt.Appendf(u.file, "%d 1\n%010d 00000 n \n", number, u.at[number])
	}
	first, second := sha256.Sum256(t.pdf), sha256.Sum256(u.file)
	u.file = fmt.Appendf(u.file, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/Prev %d/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		size, t.root, t.info, t.start, first[:16], second[:16], start)
}
