package policy

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// terms is how long a row may be processed and stored, and from when.
type terms struct {
	processing, storage span
	from                start
}

type start uint8

const (
	fromCollected start = iota
	fromConsent
	fromAgreement
)

// span is a calendar length. open means "as long as what starts it lasts".
type span struct {
	years, months, days int
	hours               time.Duration
	open                bool
}

func (s span) after(t time.Time) time.Time {
	return t.AddDate(s.years, s.months, s.days).Add(s.hours)
}

// compileTerms reads the terms of a purpose or row. A length ends exactly that
// long after its start: what must go never waits for a working day.
func compileTerms(at string, r *Terms, basis privacy.Basis) (terms, error) {
	var t terms
	switch r.From {
	case "collected", "request":
		t.from = fromCollected
	case "consent":
		if basis != privacy.BasisConsent {
			return t, &Problem{at + ".from", "is consent though the basis is not"}
		}
		t.from = fromConsent
	case "agreement":
		t.from = fromAgreement
	default:
		return t, &Problem{at + ".from", "is none of collected, consent, agreement, request; a term must say what starts it (policy 4.5a)"}
	}
	var err error
	if t.processing, err = parseSpan(at+".processing", r.Processing); err != nil {
		return t, err
	}
	t.storage, err = parseSpan(at+".storage", r.Storage)
	return t, err
}

func parseSpan(at, s string) (span, error) {
	switch s {
	case "while":
		return span{open: true}, nil
	case "now", "none":
		return span{}, nil
	}
	for _, unit := range []struct {
		suffix string
		set    func(*span, int)
	}{
		{"mo", func(s *span, n int) { s.months = n }},
		{"y", func(s *span, n int) { s.years = n }},
		{"d", func(s *span, n int) { s.days = n }},
		{"h", func(s *span, n int) { s.hours = time.Duration(n) * time.Hour }},
	} {
		digits, ok := strings.CutSuffix(s, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n <= 0 || n > 9999 {
			break
		}
		var out span
		unit.set(&out, n)
		return out, nil
	}
	return span{}, &Problem{at, fmt.Sprintf("%q is no length; write while, none, or a number with h, d, mo or y", s)}
}
