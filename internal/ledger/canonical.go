package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// The canonical form is one JSON object: members in alphabetical order, no white space, empty members absent, times
// as "2026-11-23T10:00:00.000Z". Every string is held to an alphabet that needs no escapes, so there is exactly
// one way to write an event, and the bytes are the same in any language that can print text.

// Canonical returns the canonical form of e, or *Invalid.
func Canonical(e Event) ([]byte, error) { return AppendCanonical(nil, &e) }

// AppendCanonical appends the canonical form of e to dst. It allocates only to grow dst. On an error, which is
// *Invalid, dst comes back as it was.
func AppendCanonical(dst []byte, e *Event) ([]byte, error) {
	w := writer{buf: slices.Grow(dst, 1024)}
	w.raw(`{"actor":{`)
	w.code("channel", "actor.channel", e.Actor.Channel)
	w.id("id", "actor.id", e.Actor.ID)
	w.need("actor.kind", e.Actor.Kind != "", ruleCode)
	w.code("kind", "actor.kind", e.Actor.Kind)
	w.id("org", "actor.org", e.Actor.Org)
	w.raw(`}`)
	w.code("basis", "basis", e.Basis)
	w.id("case", "case", e.Case)
	w.categories(e.Categories)
	w.id("citation", "citation", e.Citation)
	w.code("clause", "clause", e.Clause)
	w.hash("commit", e.Commit)
	w.need("count", e.Count >= 0 && e.Count <= maxCount, ruleCount)
	w.number("count", int64(e.Count))
	w.detail(e.Detail)
	w.id("edition", "edition", e.Edition)
	w.time("effective", e.Effective)
	w.code("grade", "grade", e.Grade)
	w.need("id", validUUIDv7(e.ID), ruleUUID)
	w.text("id", e.ID)
	w.need("kind", e.Kind.Valid(), ruleKind)
	w.text("kind", string(e.Kind))
	w.need("lang", e.Lang == "" || validLang(e.Lang), ruleLang)
	w.text("lang", e.Lang)
	w.hash("note", e.Note)
	w.id("on_behalf", "on_behalf", e.OnBehalf)
	w.code("operation", "operation", e.Operation)
	w.code("outcome", "outcome", e.Outcome)
	w.need("prev", validPrev(e.Prev, e.Seq), rulePrev)
	w.text("prev", e.Prev)
	w.code("purpose", "purpose", e.Purpose)
	w.code("reason", "reason", e.Reason)
	w.id("recipient", "recipient", e.Recipient)
	w.id("ref", "ref", e.Ref)
	w.need("seq", e.Seq >= 1 && e.Seq <= maxSize, ruleSeq)
	w.number("seq", e.Seq)
	w.need("stream", validStream(e.Stream), ruleStream)
	w.text("stream", e.Stream)
	w.hash("text", e.Text)
	w.need("time", !e.Time.IsZero(), ruleTime)
	w.time("time", e.Time)
	w.time("until", e.Until)
	w.need("v", e.V == FormatVersion, ruleVersion)
	w.number("v", int64(e.V))
	w.raw(`}`)
	if w.field != "" {
		return dst, &Invalid{Field: w.field, Rule: w.rule}
	}
	return w.buf, nil
}

// writer appends members and remembers the first that broke its rule.
type writer struct {
	buf         []byte
	field, rule string
}

func (w *writer) raw(s string) { w.buf = append(w.buf, s...) }

func (w *writer) need(field string, ok bool, rule string) {
	if !ok && w.field == "" {
		w.field, w.rule = field, rule
	}
}

func (w *writer) name(name string) {
	if w.buf[len(w.buf)-1] != '{' {
		w.buf = append(w.buf, ',')
	}
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '"', ':')
}

func (w *writer) quoted(s string) {
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, s...)
	w.buf = append(w.buf, '"')
}

// text writes a member whose value was held to its rule already.
func (w *writer) text(name, s string) {
	if s != "" {
		w.name(name)
		w.quoted(s)
	}
}

func (w *writer) code(name, field, s string) {
	w.need(field, s == "" || validCode(s), ruleCode)
	w.text(name, s)
}

func (w *writer) id(name, field, s string) {
	w.need(field, s == "" || validID(s), ruleID)
	w.text(name, s)
}

func (w *writer) hash(name, s string) {
	w.need(name, s == "" || validHex(s, 64), ruleHash)
	w.text(name, s)
}

func (w *writer) number(name string, n int64) {
	if n != 0 {
		w.name(name)
		w.buf = strconv.AppendInt(w.buf, n, 10)
	}
}

func (w *writer) time(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	w.need(name, validTime(t), ruleTime)
	w.name(name)
	w.buf = append(w.buf, '"')
	w.buf = appendTime(w.buf, t)
	w.buf = append(w.buf, '"')
}

func (w *writer) categories(codes []string) {
	if len(codes) == 0 {
		return
	}
	w.need("categories", len(codes) <= maxCategories, ruleCategories)
	w.name("categories")
	w.raw(`[`)
	for i, c := range codes {
		w.need("categories", validCode(c) && (i == 0 || codes[i-1] < c), ruleCategories)
		if i > 0 {
			w.raw(`,`)
		}
		w.quoted(c)
	}
	w.raw(`]`)
}

func (w *writer) detail(pairs map[string]string) {
	w.need("detail", len(pairs) <= maxDetail, ruleDetail)
	if len(pairs) == 0 || len(pairs) > maxDetail {
		return
	}
	var room [maxDetail]string
	keys := room[:0]
	for k := range pairs {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	w.raw(`,"detail":{`)
	for _, k := range keys {
		v := pairs[k]
		w.need("detail", validDetailKey(k) && validID(v), ruleDetail)
		w.name(k)
		w.quoted(v)
	}
	w.raw(`}`)
}

const timeLayout = "2006-01-02T15:04:05.000Z"

// appendTime writes what timeLayout describes, for a time that passes validTime.
func appendTime(dst []byte, t time.Time) []byte {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	two := func(n int) { dst = append(dst, byte('0'+n/10), byte('0'+n%10)) }
	two(year / 100 % 100)
	two(year % 100)
	dst = append(dst, '-')
	two(int(month))
	dst = append(dst, '-')
	two(day)
	dst = append(dst, 'T')
	two(hour)
	dst = append(dst, ':')
	two(minute)
	dst = append(dst, ':')
	two(second)
	dst = append(dst, '.')
	ms := t.Nanosecond() / int(time.Millisecond)
	dst = append(dst, byte('0'+ms/100))
	two(ms % 100)
	return append(dst, 'Z')
}

// Hash is SHA-256 of an event's canonical bytes; Prev of the next event in the stream is its hexadecimal form.
func Hash(canonical []byte) [32]byte { return sha256.Sum256(canonical) }

// LeafHash is the event's hash in the Merkle tree, as RFC 6962 has it. It differs from Hash, so that a link can
// never stand in for a leaf.
func LeafHash(canonical []byte) tlog.Hash { return tlog.RecordHash(canonical) }

// Head is where a stream stands: the number and Hash of its last event. The zero Head is an empty stream.
type Head struct {
	// Seq is the number of the last event; 0 if there is none.
	Seq int64
	// Hash is Hash of its canonical bytes.
	Hash [32]byte
}

// Link makes e the next event after h by setting its Seq and Prev.
func (h Head) Link(e *Event) {
	e.Seq, e.Prev = h.Seq+1, ""
	if h.Seq > 0 {
		e.Prev = hex.EncodeToString(h.Hash[:])
	}
}

// After is the Head once the event with these canonical bytes was appended.
func (h Head) After(canonical []byte) Head { return Head{Seq: h.Seq + 1, Hash: Hash(canonical)} }
