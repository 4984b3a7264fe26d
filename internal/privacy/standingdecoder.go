package privacy

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrDamaged says that bytes are no standing that this program has written.
var ErrDamaged = errors.New("privacy: a damaged standing")

// UnmarshalBinary reads what AppendBinary wrote, or the JSON in which standings
// were kept before, and nothing else.
func (s *Subject) UnmarshalBinary(b []byte) error {
	*s = Subject{}
	var d Decoder
	return d.decode(b, s, nil)
}

// Decoder reads standings one after another into one Subject. It keeps the
// words it has met and the Subject's slices, so that a walk over a population
// allocates nothing but room for the ids of some dozens of subjects at a time.
// The strings it gives stay good, though one that is kept keeps that room; the
// slices are overwritten by the next standing. It is for one goroutine; the zero
// value is ready.
type Decoder struct {
	words map[string]*word
	zones map[int]*time.Location
	turn  uint64

	b    []byte
	base int64
	bad  bool
	have []string        // the words of this record, after wordsOfV1
	text string          // the whole record, where no words are kept
	ids  strings.Builder // of some dozens of records
}

// word is a text met before, and the last record that brought it.
type word struct {
	s    string
	turn uint64
}

// Room for ids is made for many records at once, and anew when there is little left.
const (
	idsRoom = 16 << 10
	idsLeft = 1 << 10
)

// wordsKept bounds what a decoder remembers, whatever it is given.
const wordsKept = 4096

// Decode reads one standing into s, which may be one that it filled before.
func (d *Decoder) Decode(b []byte, s *Subject) error {
	if d.words == nil {
		d.words = make(map[string]*word, 64)
	}
	return d.decode(b, s, d.words)
}

func (d *Decoder) decode(b []byte, s *Subject, words map[string]*word) error {
	switch {
	case len(b) == 0:
		return ErrDamaged
	case b[0] == standingJSON:
		*s = Subject{}
		return json.Unmarshal(b, s)
	case b[0] != standingV1:
		return ErrDamaged
	}
	d.b, d.base, d.bad, d.have, d.text = b[1:], year2020, false, d.have[:0], ""
	d.turn++
	if words == nil {
		d.have = make([]string, 0, 32)
		d.text = string(d.b)
	}
	if words == nil {
		d.ids.Grow(6 * 36)
	} else if d.ids.Cap()-d.ids.Len() < idsLeft {
		d.ids = strings.Builder{}
		d.ids.Grow(idsRoom)
	}
	d.subject(s)
	d.bad = d.bad || len(d.b) > 0
	d.b = nil
	if d.bad {
		*s = Subject{}
		return ErrDamaged
	}
	return nil
}

func (d *Decoder) subject(s *Subject) {
	has := d.uint()
	d.must(has <= hasAll)
	s.AgeKnown = has&hasAge != 0
	s.ID = SubjectID(d.id())
	s.Stream = StreamID(d.id())
	s.Status = Status(d.word())
	s.Since = d.moment()
	if !s.Since.IsZero() {
		d.base = s.Since.UnixMilli()
	}
	s.Lang = Lang(d.word())
	s.MinorUntil, s.Guardian = time.Time{}, ""
	if has&hasMinor != 0 {
		s.MinorUntil = d.moment()
		d.must(!s.MinorUntil.IsZero())
	}
	if has&hasGuardian != 0 {
		s.Guardian = SubjectID(d.id())
		d.must(s.Guardian != "")
	}
	s.Accepted, s.Refused, s.Agreement = Acceptance{}, Refusal{}, Agreement{}
	if has&hasAccepted != 0 {
		a := &s.Accepted
		a.ID, a.Edition = d.id(), EditionID(d.word())
		var mark bool
		a.Grade, mark = d.grade()
		a.At = d.moment()
		d.must(!mark && !a.none())
	}
	if has&hasRefused != 0 {
		s.Refused = Refusal{ID: d.id(), Edition: EditionID(d.word()), At: d.moment()}
		d.must(!s.Refused.none())
	}
	if has&hasAgreement != 0 {
		s.Agreement = Agreement{ID: d.id(), Since: d.moment(), Ended: d.moment()}
		d.must(!s.Agreement.none())
	}
	d.lists(s, has)
}

func (d *Decoder) lists(s *Subject, has uint64) {
	s.Consents = room(s.Consents, d.count(has&hasConsents))
	for i := range s.Consents {
		c := &s.Consents[i]
		c.ID, c.Purpose, c.Edition = d.id(), PurposeID(d.word()), EditionID(d.word())
		c.Grade, c.Expired = d.grade()
		c.By = ActorKind(d.word())
		c.At, c.Until, c.Withdrawn = d.moment(), d.moment(), d.moment()
	}
	s.Objections = room(s.Objections, d.count(has&hasObjections))
	for i := range s.Objections {
		s.Objections[i] = Objection{ID: d.id(), Purpose: PurposeID(d.word()), At: d.moment()}
	}
	s.Blocks = room(s.Blocks, d.count(has&hasBlocks))
	for i := range s.Blocks {
		s.Blocks[i] = Block{ID: d.id(), Kind: BlockKind(d.word()), Category: CategoryID(d.word()), Purpose: PurposeID(d.word()), At: d.moment()}
	}
	s.Values = room(s.Values, d.count(has&hasValues))
	for i := range s.Values {
		d.value(&s.Values[i])
	}
}

func (d *Decoder) value(v *Value) {
	v.Category, v.State = CategoryID(d.word()), ValueState(d.word())
	v.Version = d.number()
	v.Collected, v.Source = d.moment(), SourceID(d.word())
	v.Purposes = room(v.Purposes, d.length())
	for i := range v.Purposes {
		v.Purposes[i] = PurposeID(d.word())
	}
	v.Ended = d.moment()
}

// room gives a slice of n that keeps what it can of the old one, so that the
// slices within its elements are used again; nil for none where there was none.
func room[T any](old []T, n int) []T {
	if n <= cap(old) {
		return old[:n]
	}
	out := make([]T, n)
	copy(out, old[:cap(old)])
	return out
}

func (d *Decoder) must(ok bool) {
	if !ok {
		d.bad = true
	}
}

// uint reads a number of the fewest bytes; 0 once something was wrong.
func (d *Decoder) uint() uint64 {
	if len(d.b) > 0 && d.b[0] < 0x80 && !d.bad {
		n := d.b[0]
		d.b = d.b[1:]
		return uint64(n)
	}
	var n uint64
	for i := 0; !d.bad && i < len(d.b) && i < 9; i++ { // nine bytes hold more than anything here needs
		c := d.b[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if c == 0 {
				break
			}
			d.b = d.b[i+1:]
			return n
		}
	}
	d.bad = true
	return 0
}

// count reads the length of a list that is there.
func (d *Decoder) count(there uint64) int {
	if there == 0 {
		return 0
	}
	n := d.length()
	d.must(n > 0)
	return n
}

// length reads a length that the bytes left can hold.
func (d *Decoder) length() int {
	n := d.number()
	if n > len(d.b) {
		d.bad = true
		return 0
	}
	return n
}

func (d *Decoder) number() int {
	n := d.uint()
	if n > maxNumber {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *Decoder) grade() (Grade, bool) {
	n := d.uint()
	if n>>1 >= uint64(len(gradeNames)) {
		d.bad = true
		return 0, false
	}
	return Grade(n >> 1), n&1 != 0
}

// take gives the next n bytes.
func (d *Decoder) take(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.bad = true
	}
	if d.bad {
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *Decoder) word() string {
	n := d.uint()
	switch {
	case n == 0:
		return ""
	case n&1 == 1:
		return d.newWord(n >> 1)
	}
	n = n/2 - 1
	if n < uint64(len(wordsOfV1)) {
		return wordsOfV1[n]
	}
	if n -= uint64(len(wordsOfV1)); n >= uint64(len(d.have)) {
		d.bad = true
		return ""
	}
	return d.have[n]
}

// newWord takes a word that this record has not had.
func (d *Decoder) newWord(n uint64) string {
	raw := d.take(n)
	if len(raw) == 0 {
		d.bad = true
		return ""
	}
	if w := d.words[string(raw)]; w != nil {
		d.must(w.turn != d.turn)
		w.turn = d.turn
		d.have = append(d.have, w.s)
		return w.s
	}
	s := d.fresh(raw)
	d.have = append(d.have, s)
	return s
}

// fresh makes a string of bytes that were not met before.
func (d *Decoder) fresh(raw []byte) (s string) {
	if d.text != "" {
		end := len(d.text) - len(d.b)
		s = d.text[end-len(raw) : end]
	} else {
		s = string(raw)
	}
	d.must(utf8.ValidString(s))
	for _, known := range wordsOfV1 {
		d.must(known != s)
	}
	for _, known := range d.have {
		d.must(known != s)
	}
	if d.words != nil && len(d.words) < wordsKept && !d.bad {
		d.words[s] = &word{s, d.turn}
	}
	return s
}

func (d *Decoder) id() string {
	switch n := d.uint(); n {
	case idNone:
		return ""
	case idUUID:
		raw := d.take(16)
		if raw == nil {
			return ""
		}
		var text [36]byte
		hex.Encode(text[0:8], raw[0:4])
		hex.Encode(text[9:13], raw[4:6])
		hex.Encode(text[14:18], raw[6:8])
		hex.Encode(text[19:23], raw[8:10])
		hex.Encode(text[24:36], raw[10:16])
		text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
		return d.keep(text[:])
	case idPseudonym:
		raw := d.take(16)
		if raw == nil {
			return ""
		}
		var text [32]byte
		hex.Encode(text[:], raw)
		return d.keep(text[:])
	default:
		raw := d.take(n - idOther + 1)
		d.must(utf8.Valid(raw))
		s := d.keep(raw)
		d.must(!(len(s) == 36 && isUUID(s)) && !(len(s) == 32 && isLowerHex(s)))
		return s
	}
}

// keep makes a string in the room for the record's ids.
func (d *Decoder) keep(b []byte) string {
	start := d.ids.Len()
	d.ids.Write(b)
	return d.ids.String()[start:]
}

func (d *Decoder) moment() time.Time {
	head := d.uint()
	if head == 0 {
		return time.Time{}
	}
	head--
	delta := unzigzag(head >> 2)
	if delta > 1<<50 || delta < -1<<50 { // sixty thousand years
		d.bad = true
		return time.Time{}
	}
	t := time.UnixMilli(d.base + delta).UTC()
	if head&momentNanos != 0 {
		nanos := d.uint()
		d.must(nanos > 0 && nanos < uint64(time.Millisecond))
		t = t.Add(time.Duration(nanos % uint64(time.Millisecond)))
	}
	if head&momentZone != 0 {
		zone := unzigzag(d.uint())
		if zone == 0 || zone < -dayOfSeconds || zone > dayOfSeconds {
			d.bad = true
			return time.Time{}
		}
		t = t.In(d.zone(int(zone)))
	}
	d.must(!t.IsZero() && calendar(t))
	return t
}

// zone gives a place so many seconds east of UTC.
func (d *Decoder) zone(east int) *time.Location {
	if at := d.zones[east]; at != nil {
		return at
	}
	at := time.FixedZone("", east)
	if d.zones == nil {
		d.zones = map[int]*time.Location{}
	}
	if len(d.zones) < wordsKept {
		d.zones[east] = at
	}
	return at
}
