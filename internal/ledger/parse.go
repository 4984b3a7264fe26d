package ledger

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotCanonical is what Parse answers for bytes that are not exactly one event in canonical form.
var ErrNotCanonical = errors.New("ledger: not a canonical event")

// Parse reads one event from its canonical form and nothing else: unknown, repeated or misplaced members, white
// space, escapes, a number or time written differently, or more than MaxEvent bytes give ErrNotCanonical; a
// member that breaks its rule gives *Invalid. What Parse accepts, Canonical writes again byte for byte.
func Parse(b []byte) (Event, error) {
	var e Event
	if err := parse(string(b), &e); err != nil {
		return Event{}, err
	}
	return e, nil
}

// parse fills the zero Event at e from s. Its strings are parts of s.
func parse(s string, e *Event) error {
	if len(s) > MaxEvent {
		return fmt.Errorf("%w: longer than %d bytes", ErrNotCanonical, MaxEvent)
	}
	r := reader{s: s}
	r.raw(`{"actor":{`)
	r.code("channel", "actor.channel", &e.Actor.Channel)
	r.id("id", "actor.id", &e.Actor.ID)
	r.code("kind", "actor.kind", &e.Actor.Kind)
	r.must("actor.kind", e.Actor.Kind != "", ruleCode)
	r.id("org", "actor.org", &e.Actor.Org)
	r.raw(`}`)
	r.code("basis", "basis", &e.Basis)
	r.id("case", "case", &e.Case)
	r.categories(e)
	r.id("citation", "citation", &e.Citation)
	r.code("clause", "clause", &e.Clause)
	r.hash("commit", &e.Commit)
	e.Count = int(r.number("count"))
	r.must("count", e.Count <= maxCount, ruleCount)
	r.detail(e)
	r.id("edition", "edition", &e.Edition)
	r.time("effective", &e.Effective)
	r.code("grade", "grade", &e.Grade)
	r.text("id", &e.ID)
	r.must("id", validUUIDv7(e.ID), ruleUUID)
	r.text("kind", (*string)(&e.Kind))
	r.must("kind", e.Kind.Valid(), ruleKind)
	r.text("lang", &e.Lang)
	r.must("lang", e.Lang == "" || validLang(e.Lang), ruleLang)
	r.hash("note", &e.Note)
	r.id("on_behalf", "on_behalf", &e.OnBehalf)
	r.code("operation", "operation", &e.Operation)
	r.code("outcome", "outcome", &e.Outcome)
	r.text("prev", &e.Prev)
	r.code("purpose", "purpose", &e.Purpose)
	r.code("reason", "reason", &e.Reason)
	r.id("recipient", "recipient", &e.Recipient)
	r.id("ref", "ref", &e.Ref)
	e.Seq = r.number("seq")
	r.must("seq", e.Seq >= 1, ruleSeq)
	r.must("prev", validPrev(e.Prev, e.Seq), rulePrev)
	r.text("stream", &e.Stream)
	r.must("stream", validStream(e.Stream), ruleStream)
	r.hash("text", &e.Text)
	r.time("time", &e.Time)
	r.must("time", !e.Time.IsZero(), ruleTime)
	r.time("until", &e.Until)
	e.V = int(r.number("v"))
	r.must("v", e.V == FormatVersion, ruleVersion)
	r.raw(`}`)
	r.end()
	return r.err
}

// reader walks canonical bytes and remembers the first error; after one it reads nothing more.
type reader struct {
	s   string
	at  int
	err error
}

func (r *reader) rest() string { return r.s[r.at:] }

func (r *reader) fail() {
	if r.err == nil {
		r.err = fmt.Errorf("%w: at byte %d", ErrNotCanonical, r.at)
	}
}

func (r *reader) must(field string, ok bool, rule string) {
	if !ok && r.err == nil {
		r.err = &Invalid{Field: field, Rule: rule}
	}
}

func (r *reader) raw(want string) {
	if r.err == nil && strings.HasPrefix(r.rest(), want) {
		r.at += len(want)
		return
	}
	r.fail()
}

func (r *reader) end() {
	if r.at != len(r.s) {
		r.fail()
	}
}

// has steps over the name of a member if that is what comes next.
func (r *reader) has(name string) bool {
	if r.err != nil {
		return false
	}
	at := r.at
	if r.s[at-1] != '{' {
		if at == len(r.s) || r.s[at] != ',' {
			return false
		}
		at++
	}
	// The name, its two quotes and the colon.
	end := at + len(name) + 3
	if end > len(r.s) || r.s[at] != '"' || r.s[at+1:end-2] != name || r.s[end-2] != '"' || r.s[end-1] != ':' {
		return false
	}
	r.at = end
	return true
}

// quoted reads a string that is not empty. A value with an escape in it breaks every rule, so none is undone here.
func (r *reader) quoted() string {
	rest := r.rest()
	if r.err == nil && len(rest) > 2 && rest[0] == '"' {
		if n := strings.IndexByte(rest[1:], '"'); n > 0 {
			r.at += n + 2
			return rest[1 : 1+n]
		}
	}
	r.fail()
	return ""
}

func (r *reader) text(name string, to *string) bool {
	if !r.has(name) {
		return false
	}
	*to = r.quoted()
	return true
}

func (r *reader) code(name, field string, to *string) {
	if r.text(name, to) {
		r.must(field, validCode(*to), ruleCode)
	}
}

func (r *reader) id(name, field string, to *string) {
	if r.text(name, to) {
		r.must(field, validID(*to), ruleID)
	}
}

func (r *reader) hash(name string, to *string) {
	if r.text(name, to) {
		r.must(name, validHex(*to, 64), ruleHash)
	}
}

// number reads a member from 1 to maxSize; 0 stands for an absent one.
func (r *reader) number(name string) int64 {
	if !r.has(name) {
		return 0
	}
	n, size := leadingNumber(r.rest())
	if size == 0 || n == 0 {
		r.fail()
		return 0
	}
	r.at += size
	return n
}

// leadingNumber reads the decimal number at the start of s, 0 to maxSize without leading zeros, and its length;
// the length is 0 when there is none.
func leadingNumber[T string | []byte](s T) (n int64, size int) {
	for size < len(s) && s[size] >= '0' && s[size] <= '9' {
		n = n*10 + int64(s[size]-'0')
		size++
		if n > maxSize {
			return 0, 0
		}
	}
	if size > 1 && s[0] == '0' {
		return 0, 0
	}
	return n, size
}

func (r *reader) time(name string, to *time.Time) {
	if !r.has(name) {
		return
	}
	t, ok := parseTime(r.quoted())
	r.must(name, ok, ruleTime)
	if ok {
		*to = t
	}
}

// parseTime reads exactly what appendTime writes.
func parseTime(s string) (time.Time, bool) {
	if len(s) != len(timeLayout) {
		return time.Time{}, false
	}
	for i := range len(s) {
		if digit := s[i] >= '0' && s[i] <= '9'; digit != (timeLayout[i] >= '0' && timeLayout[i] <= '9') || !digit && s[i] != timeLayout[i] {
			return time.Time{}, false
		}
	}
	number := func(from, to int) (n int) {
		for _, c := range []byte(s[from:to]) {
			n = n*10 + int(c-'0')
		}
		return n
	}
	year, month, day := number(0, 4), number(5, 7), number(8, 10)
	hour, minute, second, ms := number(11, 13), number(14, 16), number(17, 19), number(20, 23)
	if year < 1970 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, ms*int(time.Millisecond), time.UTC)
	return t, t.Day() == day
}

func (r *reader) categories(e *Event) {
	if !r.has("categories") {
		return
	}
	r.raw(`[`)
	list := make([]string, 0, strings.Count(r.upTo(']'), ",")+1)
	for r.err == nil {
		c := r.quoted()
		n := len(list)
		r.must("categories", n < maxCategories && validCode(c) && (n == 0 || list[n-1] < c), ruleCategories)
		list = append(list, c)
		if strings.HasPrefix(r.rest(), `]`) {
			break
		}
		r.raw(`,`)
	}
	r.raw(`]`)
	e.Categories = list
}

func (r *reader) detail(e *Event) {
	if !r.has("detail") {
		return
	}
	r.raw(`{`)
	pairs := make(map[string]string, strings.Count(r.upTo('}'), ",")+1)
	last := ""
	for r.err == nil {
		k := r.quoted()
		r.raw(`:`)
		v := r.quoted()
		r.must("detail", len(pairs) < maxDetail && last < k && validDetailKey(k) && validID(v), ruleDetail)
		pairs[k], last = v, k
		if strings.HasPrefix(r.rest(), `}`) {
			break
		}
		r.raw(`,`)
	}
	r.raw(`}`)
	e.Detail = pairs
}

// upTo is what comes before the next b; it serves to size lists and maps.
func (r *reader) upTo(b byte) string {
	head, _, _ := strings.Cut(r.rest(), string(b))
	return head
}
