package diff

import (
	"math"
	"strconv"
	"strings"
)

// length is a term as a range of hours that it is sure to lie within, and a
// count within its unit, so that terms of one unit compare exactly.
type length struct {
	unit     string
	n        int
	min, max float64 // hours
}

// order is how one length stands to another.
type order uint8

const (
	same order = iota
	shorter
	longer
	unclear
)

const (
	day   = 24
	slack = 15 * day // what days off may add to a term
)

// exact are lengths that are the same number of hours from any start; counted
// are terms of the law, which begin the day after and end with a working day.
// forever is how long "while" lasts where nothing but a choice ends it.
const forever = math.MaxFloat64

// span reads a term of a purpose. open is how long "while" lasts.
func span(s string, open float64) (length, bool) {
	switch s {
	case "while":
		return length{"h", 0, open, open}, true
	case "now", "none":
		return length{"h", 0, 0, 0}, true
	}
	n, unit, ok := split(s)
	h := float64(n)
	switch {
	case !ok:
	case unit == "h":
		return length{"h", n, h, h}, true
	case unit == "d":
		return length{"h", n, h * day, h * day}, true
	case unit == "mo" || unit == "y":
		return months(n, unit, 0), true
	}
	return length{}, false
}

// counted reads a term of the law, as law.Term writes it.
func counted(s string) (length, bool) {
	if s == "" || s == "now" {
		return length{"h", 0, 0, 0}, true
	}
	if digits, ok := strings.CutPrefix(s, "jan1+"); ok {
		n, err := strconv.Atoi(digits)
		return length{"jan", n, float64(n-1) * 365 * day, float64(n) * 366 * day}, err == nil
	}
	n, unit, ok := split(s)
	h := float64(n)
	switch {
	case !ok:
	case unit == "h":
		return length{"h", n, h, h}, true
	case unit == "d":
		return length{"d", n, h * day, (h+1)*day + slack}, true
	case unit == "wd":
		return length{"wd", n, h * day, 3*h*day + slack + day}, true
	case unit == "mo" || unit == "y":
		return months(n, unit, slack+day), true
	}
	return length{}, false
}

// months is a length in months, or in years of twelve.
func months(n int, unit string, slack float64) length {
	if unit == "y" {
		n *= 12
	}
	years, rest := float64(n/12), float64(n%12)
	return length{"mo", n, (365*years + math.Max(0, 30*rest-2)) * day, (366*years+31*rest)*day + slack}
}

func split(s string) (n int, unit string, ok bool) {
	i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if i <= 0 {
		return 0, "", false
	}
	n, err := strconv.Atoi(s[:i])
	return n, s[i:], err == nil
}

// atMost reports whether a is never longer than b.
func (a length) atMost(b length) bool {
	switch {
	case a.unit == b.unit && a.unit != "h", a.unit == "d" && b.unit == "wd":
		return a.n <= b.n // as many working days never end before as many days
	}
	return a.max <= b.min
}

// to is how a length stands to the one that takes its place: longer where the
// later one is.
func (a length) to(b length) order {
	switch less, more := a.atMost(b), b.atMost(a); {
	case less && more:
		return same
	case less:
		return longer
	case more:
		return shorter
	}
	return unclear
}
