package law

import (
	"errors"
	"strconv"
	"strings"

	"kupuya/internal/privacy"
)

// Term is a length of time as the law words it. The zero value is no term.
//
//	now     at once
//	72h     hours, to the instant; working days do not matter
//	7d      calendar days
//	7wd     working days
//	1mo     months
//	3y      years
//	jan1+2  until 1 January of the second year after, that is, until the end of
//	        the calendar year that follows the year of the event (DC-118 p.2)
type Term struct {
	n    int
	unit unit
}

type unit uint8

const (
	unitNone unit = iota
	unitNow
	unitHours
	unitDays
	unitWorkingDays
	unitMonths
	unitYears
	unitJanuary
)

// units lists how a term is written: a number and a mark, or a mark and a
// number. A mark that ends another comes after it.
var units = [...]struct {
	unit unit
	mark string
	max  int
}{
	{unitWorkingDays, "wd", 9999},
	{unitDays, "d", 9999},
	{unitHours, "h", 9999},
	{unitMonths, "mo", 1200},
	{unitYears, "y", 100},
}

const (
	nowMark     = "now"
	januaryMark = "jan1+"
	januaryMax  = 100
)

// ParseTerm reads a term as String writes it: no sign, no leading zero, no
// term of nothing but "now". The error is privacy.BadValue.
func ParseTerm(s string) (Term, error) {
	if s == nowMark {
		return Term{unit: unitNow}, nil
	}
	if digits, ok := strings.CutPrefix(s, januaryMark); ok {
		if n := number(digits, januaryMax); n > 0 {
			return Term{n, unitJanuary}, nil
		}
	}
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.mark)
		if !ok {
			continue
		}
		if n := number(digits, u.max); n > 0 {
			return Term{n, u.unit}, nil
		}
		break
	}
	return Term{}, privacy.E("law.ParseTerm", privacy.BadValue,
		errors.New("not a term; write now, or a number with h, d, wd, mo or y, or jan1+ and a number"))
}

// number reads plain digits between 1 and most, or gives 0.
func number(digits string, most int) int {
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > most || strconv.Itoa(n) != digits {
		return 0
	}
	return n
}

// IsZero reports whether t is no term.
func (t Term) IsZero() bool { return t.unit == unitNone }

// String gives the term as ParseTerm reads it, or "" for no term.
func (t Term) String() string {
	switch t.unit {
	case unitNone:
		return ""
	case unitNow:
		return nowMark
	case unitJanuary:
		return januaryMark + strconv.Itoa(t.n)
	}
	for _, u := range units {
		if u.unit == t.unit {
			return strconv.Itoa(t.n) + u.mark
		}
	}
	return ""
}

// MarshalText writes what String gives.
func (t Term) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what String gives; empty text is no term.
func (t *Term) UnmarshalText(b []byte) (err error) {
	*t = Term{}
	if len(b) > 0 {
		*t, err = ParseTerm(string(b))
	}
	return err
}

// countsBack reports whether the term can be counted back from an event.
func (t Term) countsBack() bool {
	switch t.unit {
	case unitNow, unitHours, unitDays, unitWorkingDays:
		return true
	}
	return false
}
