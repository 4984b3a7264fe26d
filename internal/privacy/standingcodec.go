package privacy

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"time"
	"unicode/utf8"
)

// The standing is kept in a compact form of its own: a tenth of the time and a
// fifth of the room that JSON takes, so that a whole population can be walked in
// seconds. Equal standings give equal bytes, and a damaged one is refused.
//
// Version 1 is the byte 1, then the members in the order of AppendBinary. Every
// number is a uvarint of the fewest bytes.
//
//   - Presence: one bit for each part that may be absent; an absent part has no bytes.
//   - Word (codes and states): 0 is empty; an odd number 2n+1 is a new word of n bytes, which
//     follow; an even number 2n+2 is the n-th of the words met so far, wordsOfV1 first.
//   - Id: 0 is empty; 1 is a UUID of 16 bytes; 2 is a pseudonym of 16 bytes; n+3 is another of n+1 bytes.
//   - Moment: 0 is none; otherwise 1 + 4·zigzag(milliseconds after the base) + bits: 1 when nanoseconds
//     follow, 2 when an offset from UTC in seconds (zigzag) follows. The base is Since, for Since itself
//     the beginning of 2020.
//
// A form that begins with "{" is JSON, as it was kept before; it is read and
// never written again.
const (
	standingV1   = 1
	standingJSON = '{'
)

// wordsOfV1 are known to both sides; the list belongs to version 1 and never changes.
var wordsOfV1 = [...]string{
	string(StatusRegistered), string(StatusDeleted), string(StatusDestroying), string(StatusDestroyed), string(ValueLive),
	string(ActorSubject), string(ActorRepresentative), string(KindBlock), string(KindDispute),
	string(Kyrgyz), string(Russian), string(English),
}

// The bits of presence.
const (
	hasAge = 1 << iota
	hasMinor
	hasGuardian
	hasAccepted
	hasRefused
	hasAgreement
	hasConsents
	hasObjections
	hasBlocks
	hasValues
	hasAll = 1<<iota - 1
)

// The forms of an id.
const (
	idNone = iota
	idUUID
	idPseudonym
	idOther
)

// The bits beside a moment.
const (
	momentNanos = 1 << iota
	momentZone
)

// year2020 is the base of Since, in unix milliseconds.
const year2020 = 1_577_836_800_000

var (
	errWord   = errors.New("a standing with text that is not UTF-8")
	errMoment = errors.New("a standing with a moment outside the years 0 to 9999")
	errNumber = errors.New("a standing with a number that is none of a standing")
)

// AppendBinary appends the standing in the form in which it is kept. Text that
// is not UTF-8, a moment that no calendar of the house has and an unknown grade
// are Invalid.
func (s *Subject) AppendBinary(b []byte) ([]byte, error) {
	w := standingWriter{b: append(b, standingV1), base: year2020, words: make([]string, 0, 32)}
	w.uint(s.presence())
	w.id(string(s.ID))
	w.id(string(s.Stream))
	w.word(string(s.Status))
	w.moment(s.Since)
	if !s.Since.IsZero() {
		w.base = s.Since.UnixMilli()
	}
	w.word(string(s.Lang))
	if !s.MinorUntil.IsZero() {
		w.moment(s.MinorUntil)
	}
	if s.Guardian != "" {
		w.id(string(s.Guardian))
	}
	if a := &s.Accepted; !a.none() {
		w.id(a.ID)
		w.word(string(a.Edition))
		w.grade(a.Grade, false)
		w.moment(a.At)
	}
	if r := &s.Refused; !r.none() {
		w.id(r.ID)
		w.word(string(r.Edition))
		w.moment(r.At)
	}
	if a := &s.Agreement; !a.none() {
		w.id(a.ID)
		w.moment(a.Since)
		w.moment(a.Ended)
	}
	w.lists(s)
	if w.err != nil {
		return b, E("privacy.Subject", Invalid, w.err)
	}
	return w.b, nil
}

// presence gives the bits of what is there.
func (s *Subject) presence() (set uint64) {
	for _, part := range [...]struct {
		there bool
		bit   uint64
	}{
		{s.AgeKnown, hasAge},
		{!s.MinorUntil.IsZero(), hasMinor},
		{s.Guardian != "", hasGuardian},
		{!s.Accepted.none(), hasAccepted},
		{!s.Refused.none(), hasRefused},
		{!s.Agreement.none(), hasAgreement},
		{len(s.Consents) > 0, hasConsents},
		{len(s.Objections) > 0, hasObjections},
		{len(s.Blocks) > 0, hasBlocks},
		{len(s.Values) > 0, hasValues},
	} {
		if part.there {
			set |= part.bit
		}
	}
	return set
}

func (a *Acceptance) none() bool {
	return a.ID == "" && a.Edition == "" && a.Grade == GradeNone && a.At.IsZero()
}

func (r *Refusal) none() bool { return r.ID == "" && r.Edition == "" && r.At.IsZero() }

func (a *Agreement) none() bool { return a.ID == "" && a.Since.IsZero() && a.Ended.IsZero() }

// standingWriter writes one standing; its first error stays.
type standingWriter struct {
	b     []byte
	words []string // those of this record, after wordsOfV1
	base  int64
	err   error
}

func (w *standingWriter) lists(s *Subject) {
	w.count(len(s.Consents))
	for i := range s.Consents {
		c := &s.Consents[i]
		w.id(c.ID)
		w.word(string(c.Purpose))
		w.word(string(c.Edition))
		w.grade(c.Grade, c.Expired)
		w.word(string(c.By))
		w.moment(c.At)
		w.moment(c.Until)
		w.moment(c.Withdrawn)
	}
	w.count(len(s.Objections))
	for i := range s.Objections {
		o := &s.Objections[i]
		w.id(o.ID)
		w.word(string(o.Purpose))
		w.moment(o.At)
	}
	w.count(len(s.Blocks))
	for i := range s.Blocks {
		b := &s.Blocks[i]
		w.id(b.ID)
		w.word(string(b.Kind))
		w.word(string(b.Category))
		w.word(string(b.Purpose))
		w.moment(b.At)
	}
	w.count(len(s.Values))
	for i := range s.Values {
		w.value(&s.Values[i])
	}
}

func (w *standingWriter) value(v *Value) {
	w.word(string(v.Category))
	w.word(string(v.State))
	if v.Version < 0 || v.Version > maxNumber {
		w.fail(errNumber)
	}
	w.uint(uint64(v.Version))
	w.moment(v.Collected)
	w.word(string(v.Source))
	w.uint(uint64(len(v.Purposes)))
	for _, p := range v.Purposes {
		w.word(string(p))
	}
	w.moment(v.Ended)
}

func (w *standingWriter) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *standingWriter) uint(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

// count writes the length of a list; that an empty one is absent is said already.
func (w *standingWriter) count(n int) {
	if n > 0 {
		w.uint(uint64(n))
	}
}

func (w *standingWriter) grade(g Grade, mark bool) {
	if int(g) >= len(gradeNames) {
		w.fail(errNumber)
	}
	n := uint64(g) << 1
	if mark {
		n |= 1
	}
	w.uint(n)
}

func (w *standingWriter) word(s string) {
	if s == "" {
		w.uint(0)
		return
	}
	for i, have := range wordsOfV1 {
		if have == s {
			w.uint(uint64(i)*2 + 2)
			return
		}
	}
	for i, have := range w.words {
		if have == s {
			w.uint(uint64(i+len(wordsOfV1))*2 + 2)
			return
		}
	}
	w.text(s, uint64(len(s))*2+1)
	w.words = append(w.words, s)
}

func (w *standingWriter) text(s string, head uint64) {
	if !utf8.ValidString(s) {
		w.fail(errWord)
	}
	w.uint(head)
	w.b = append(w.b, s...)
}

func (w *standingWriter) id(s string) {
	switch {
	case s == "":
		w.uint(idNone)
	case len(s) == 36 && isUUID(s):
		w.uint(idUUID)
		w.hex(s[0:8])
		w.hex(s[9:13])
		w.hex(s[14:18])
		w.hex(s[19:23])
		w.hex(s[24:36])
	case len(s) == 32 && isLowerHex(s):
		w.uint(idPseudonym)
		w.hex(s)
	default:
		w.text(s, uint64(len(s)-1)+idOther)
	}
}

// hex appends the bytes of hexadecimal digits, which were looked at before.
func (w *standingWriter) hex(s string) {
	w.b, _ = hex.AppendDecode(w.b, []byte(s))
}

func (w *standingWriter) moment(t time.Time) {
	if t.IsZero() {
		w.uint(0)
		return
	}
	_, zone := t.Zone()
	if !calendar(t) || zone > dayOfSeconds || zone < -dayOfSeconds {
		w.fail(errMoment)
		return
	}
	delta := t.UnixMilli() - w.base
	nanos := uint64(t.Nanosecond() % int(time.Millisecond))
	head := zigzag(delta) << 2
	if nanos != 0 {
		head |= momentNanos
	}
	if zone != 0 {
		head |= momentZone
	}
	w.uint(head + 1)
	if nanos != 0 {
		w.uint(nanos)
	}
	if zone != 0 {
		w.uint(zigzag(int64(zone)))
	}
}

// calendar reports whether the year is one that the house can write.
func calendar(t time.Time) bool { y := t.Year(); return y >= 0 && y <= 9999 }

func zigzag(n int64) uint64   { return uint64(n)<<1 ^ uint64(n>>63) }
func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// isUUID reports whether s has the form of an id of 36 characters.
func isUUID(s string) bool {
	return s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' && isLowerHex(s[0:8]) && isLowerHex(s[9:13]) &&
		isLowerHex(s[14:18]) && isLowerHex(s[19:23]) && isLowerHex(s[24:36])
}

func isLowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

const (
	maxNumber    = math.MaxInt32 // of a list, a version
	dayOfSeconds = 24 * 60 * 60
)
