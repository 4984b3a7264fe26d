package evidence

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kupuya/internal/privacy"
)

// ErrSignature is what Verify answers for a file that the key did not sign or
// that was changed or cut since.
var ErrSignature = errors.New("evidence: not signed by this key, or changed since")

// ErrReceipt is what Verify answers for a file that the key signed but that is
// no receipt of this format.
var ErrReceipt = errors.New("evidence: signed, but no receipt in its one written form")

// encode writes the one form of a receipt: UTF-8 JSON, members in the order of
// the struct, absent when empty, indented by two spaces, moments in UTC with at
// most milliseconds and without trailing zeros, one line feed at the end.
func (r *Receipt) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return nil, fmt.Errorf("evidence: receipt: %w", err)
	}
	return b.Bytes(), nil
}

// Sign makes the receipt's file: JSON that a person can read, an empty line and
// a signature line, in the form of a signed note. It sets the members that are
// always the same, brings moments to UTC milliseconds and words to one line.
// skey is a note signer key. It fails with MissingValue or BadValue when the receipt says too little
// or too much for its kind, or something that may be personal. (policy 6.1,
// DC-139 p.2)
func Sign(r Receipt, skey string) ([]byte, error) {
	const op = "evidence.Sign"
	r.Schema, r.Jurisdiction, r.Holder.Type = Schema, "KG", "holder"
	for _, t := range []*time.Time{&r.EventTime, &r.Issued, &r.Until, &r.Backups} {
		*t = stamp(*t)
	}
	for _, w := range []*string{&r.Holder.Register, &r.Holder.Name, &r.Holder.Address, &r.Holder.Contact, &r.Title, &r.Places} {
		*w = strings.Join(strings.Fields(*w), " ")
	}
	r.Stays = append([]Stay(nil), r.Stays...)
	for i := range r.Stays {
		r.Stays[i].Until = stamp(r.Stays[i].Until)
	}
	if err := r.check(op); err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return nil, privacy.E(op, privacy.Internal, errors.New("the receipt key is no note signer key")) // the cause could quote it
	}
	text, err := r.encode()
	if err != nil {
		return nil, privacy.E(op, privacy.Internal, err)
	}
	file, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return nil, privacy.E(op, privacy.Internal, err)
	}
	return file, nil
}

// Verify checks a receipt's file against the Holder's published keys and gives
// what it says. It needs nothing but the file and a key. Not one bit can be
// changed without ErrSignature. ErrReceipt is for what else the key may have
// signed, such as a receipt of a newer format.
func Verify(file []byte, vkeys ...string) (Receipt, error) {
	if len(file) > maxReceipt {
		return Receipt{}, ErrSignature
	}
	known := make([]note.Verifier, len(vkeys))
	for i, k := range vkeys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return Receipt{}, fmt.Errorf("evidence.Verify: key %d is no note verifier key: %w", i+1, err)
		}
		known[i] = v
	}
	n, err := note.Open(file, note.VerifierList(known...))
	if err != nil {
		return Receipt{}, ErrSignature
	}
	if len(n.Sigs) != 1 || !bytes.Equal(file, signed(n)) {
		return Receipt{}, ErrSignature // a second spelling of the signature line
	}
	return parse([]byte(n.Text))
}

// signed writes a note with its one signature again. Base64 that does not end
// in zero bits decodes like its neighbour, so it is held to one spelling.
func signed(n *note.Note) []byte {
	sig := n.Sigs[0]
	if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
		return nil
	}
	return []byte(n.Text + "\n— " + sig.Name + " " + sig.Base64 + "\n")
}

// parse reads exactly what encode writes.
func parse(text []byte) (Receipt, error) {
	var r Receipt
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Receipt{}, ErrReceipt
	}
	if err := r.check("evidence.Verify"); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if again, err := r.encode(); err != nil || !bytes.Equal(again, text) {
		return Receipt{}, ErrReceipt
	}
	return r, nil
}
