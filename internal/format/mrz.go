package format

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// MRZ is the machine-readable zone of a card (three lines of 30, TD1) or of a
// passport (two lines of 44, TD3), ICAO 9303, with all check digits found right.
// It prints as dots. (policy 2.3.4)
type MRZ struct {
	Code        string    // kind of document: "I", "ID", "P"
	State       string    // who issued it, "KGZ"
	Number      string    // without filler
	Nationality string    // "KGZ"
	Birth       time.Time // midnight UTC; zero where the zone leaves a part unknown
	Sex         Sex
	Expires     time.Time // midnight UTC; zero where unknown
	Optional    []string  // what the issuer added, without filler; a card may hold the PIN here
	Surname     string    // in Latin letters, not to be held against the name itself (LatinAgrees)
	Given       string

	lines []string
}

// ParseMRZ reads a zone typed or scanned: lower case and blanks are forgiven,
// line ends may be missing. The century of birth is the latest that is not
// after today.
func ParseMRZ(s string, today time.Time) (MRZ, error) {
	if len(s) > inputMax {
		return MRZ{}, problem(MRZForm)
	}
	s = strings.Join(strings.Fields(strings.ToUpper(s)), "")
	if strings.ContainsFunc(s, func(r rune) bool { return mrzValue(r) < 0 }) {
		return MRZ{}, problem(MRZForm)
	}
	switch {
	case len(s) == 90 && strings.ContainsRune("ACI", rune(s[0])):
		return parseTD1(s[:30], s[30:60], s[60:], today)
	case len(s) == 88 && s[0] == 'P':
		return parseTD3(s[:44], s[44:], today)
	}
	return MRZ{}, problem(MRZForm)
}

func parseTD1(a, b, c string, today time.Time) (MRZ, error) {
	number, check, extra := a[5:14], a[14:15], a[15:]
	if check == "<" { // a number of more than nine characters goes on in the optional part
		rest, after, _ := strings.Cut(extra, "<")
		if len(rest) < 2 {
			return MRZ{}, problem(MRZForm)
		}
		number, check, extra = number+rest[:len(rest)-1], rest[len(rest)-1:], after
	}
	if !checked(number, check) || !checked(b[0:6], b[6:7]) || !checked(b[8:14], b[14:15]) ||
		!checked(a[5:]+b[0:7]+b[8:15]+b[18:29], b[29:]) {
		return MRZ{}, problem(MRZCheck)
	}
	m := MRZ{Code: unfill(a[:2]), State: unfill(a[2:5]), Number: unfill(number), Nationality: unfill(b[15:18]), lines: []string{a, b, c}}
	return m.with(b[0:6], b[7:8], b[8:14], c, []string{extra, b[18:29]}, today)
}

func parseTD3(a, b string, today time.Time) (MRZ, error) {
	personal := b[42:43]
	if personal == "<" {
		personal = "0" // the standard leaves the digit of an empty field open
	}
	if !checked(b[0:9], b[9:10]) || !checked(b[13:19], b[19:20]) || !checked(b[21:27], b[27:28]) ||
		!checked(b[28:42], personal) || !checked(b[0:10]+b[13:20]+b[21:43], b[43:]) {
		return MRZ{}, problem(MRZCheck)
	}
	m := MRZ{Code: unfill(a[:2]), State: unfill(a[2:5]), Number: unfill(b[0:9]), Nationality: unfill(b[10:13]), lines: []string{a, b}}
	return m.with(b[13:19], b[20:21], b[21:27], a[5:], []string{b[28:42]}, today)
}

// with fills in what both sizes have.
func (m MRZ) with(birth, sex, expires, names string, optional []string, today time.Time) (MRZ, error) {
	var ok bool
	if m.Birth, ok = mrzDate(birth, day(today)); !ok {
		return MRZ{}, problem(MRZForm)
	}
	if m.Expires, ok = mrzDate(expires, time.Time{}); !ok {
		return MRZ{}, problem(MRZForm)
	}
	switch sex {
	case "F":
		m.Sex = Female
	case "M":
		m.Sex = Male
	}
	surname, given, _ := strings.Cut(names, "<<")
	m.Surname, m.Given = unfill(surname), unfill(given)
	for _, o := range optional {
		if o = unfill(o); o != "" {
			m.Optional = append(m.Optional, o)
		}
	}
	return m, nil
}

// PIN looks for a person's PIN in the optional part. (policy 2.3.3)
func (m MRZ) PIN(today time.Time) (PIN, bool) {
	for _, o := range m.Optional {
		if p, err := ParsePIN(o, today); err == nil {
			return p, true
		}
	}
	return PIN{}, false
}

// Disagrees compares the zone with the typed number and date of birth; an empty
// number and a zero time are not compared.
func (m MRZ) Disagrees(number string, birth time.Time) []Warning {
	var w []Warning
	if number != "" && number != m.Number {
		w = append(w, MRZDocumentDiffers)
	}
	if !birth.IsZero() && !m.Birth.IsZero() && !birth.Equal(m.Birth) {
		w = append(w, MRZBirthDiffers)
	}
	return w
}

// Text tells the lines of the zone in capitals, one per line.
func (m MRZ) Text() string { return strings.Join(m.lines, "\n") }

// String is dots.
func (m MRZ) String() string { return hidden }

// Format prints dots for every verb.
func (m MRZ) Format(f fmt.State, _ rune) { redact(f, hidden) }

// LogValue is dots.
func (m MRZ) LogValue() slog.Value { return slog.StringValue(hidden) }

// checked reports whether digit is the check digit of field: weights 7, 3, 1
// over the values of the characters, modulo ten.
func checked(field, digit string) bool {
	sum := 0
	for i, r := range field {
		sum += mrzValue(r) * [3]int{7, 3, 1}[i%3]
	}
	return digit == strconv.Itoa(sum%10)
}

// mrzValue is what a character counts: digits themselves, A as 10, filler
// nothing; -1 for what no zone holds.
func mrzValue(r rune) int {
	switch {
	case r == '<':
		return 0
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= 'A' && r <= 'Z':
		return int(r-'A') + 10
	}
	return -1
}

// unfill turns filler into blanks and drops it at the ends.
func unfill(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '<' }), " ")
}

// mrzDate reads YYMMDD. A zero today means this century; otherwise the latest
// century that is not after it. A part left unknown gives the zero time.
func mrzDate(s string, today time.Time) (time.Time, bool) {
	if strings.Contains(s, "<") {
		return time.Time{}, true
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return time.Time{}, false
	}
	y, m, d := n/10_000, n/100%100, n%100
	t, ok := realDate(2000+y, m, d)
	if !today.IsZero() && (!ok || t.After(today)) {
		t, ok = realDate(1900+y, m, d)
	}
	return t, ok
}
