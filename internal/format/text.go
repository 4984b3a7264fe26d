package format

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	textMax  = 200     // runes of free text
	inputMax = 8 << 10 // bytes of any typed value; nothing longer is looked at
)

// clean brings typed text to its one form: NFC, trimmed, runs of blanks as one
// blank. It refuses what cannot be seen: control, bidirectional and zero-width
// characters, NUL, broken encoding. (policy 2.3.1)
func clean(s string) (string, error) {
	if len(s) > inputMax {
		return "", problem(ValueLong)
	}
	if !utf8.ValidString(s) {
		return "", problem(ValueCharacters)
	}
	s = norm.NFC.String(strings.TrimSpace(s))
	var b strings.Builder
	blank := false
	for i, r := range s {
		switch {
		case unicode.Is(unicode.Zs, r):
			blank = true
			continue
		case !unicode.IsPrint(r), r == utf8.RuneError, i == 0 && unicode.Is(unicode.M, r):
			return "", problem(ValueCharacters)
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "", problem(ValueEmpty)
	}
	return b.String(), nil
}

// ParseText reads free text: at most 200 runes on one line.
func ParseText(s string) (string, error) { return parseText(s, textMax) }

func parseText(s string, max int) (string, error) {
	s, err := clean(s)
	if err != nil {
		return "", err
	}
	if utf8.RuneCountInString(s) > max {
		return "", problem(ValueLong)
	}
	return s, nil
}

// cyrillicLooks and latinLooks are letters that look alike on paper and on a
// keyboard, pair by pair.
const (
	cyrillicLooks = "АВСЕНКМОРТХасеорхө"
	latinLooks    = "ABCEHKMOPTXaceopxɵ"
)

var (
	toLatin    = lookalikes(cyrillicLooks, latinLooks)
	toCyrillic = lookalikes(latinLooks, cyrillicLooks)
)

func lookalikes(from, to string) *strings.Replacer {
	a, b := []rune(from), []rune(to)
	pairs := make([]string, 0, 2*len(a))
	for i := range a {
		pairs = append(pairs, string(a[i]), string(b[i]))
	}
	return strings.NewReplacer(pairs...)
}

func has(table *unicode.RangeTable, s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(table, r) })
}

// digitsOnly drops blanks and reports whether all the rest is ASCII digits.
func digitsOnly(s string) (string, bool) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.IsSpace(r):
		default:
			return "", false
		}
	}
	return b.String(), true
}
