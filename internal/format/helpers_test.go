package format

import (
	"errors"
	"testing"
	"time"
)

var (
	today   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	plainly = Options{Today: today}
	demo    = Options{Today: today, Demo: true}
)

// codeOf gives the code of a problem, "" for no error.
func codeOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var p *Problem
	if !errors.As(err, &p) {
		t.Fatalf("error %v is no *Problem", err)
	}
	return p.Code
}

// reading is one line of a table of what is typed and what comes of it.
type reading struct{ name, in, want, code string }

func run(t *testing.T, cases []reading, read func(string) (string, error)) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(c.in)
			if code := codeOf(t, err); code != c.code {
				t.Fatalf("read(%q): problem %q, want %q", c.in, code, c.code)
			}
			if err == nil && got != c.want {
				t.Errorf("read(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func hasWarning(list []Warning, w Warning) bool {
	for _, x := range list {
		if x == w {
			return true
		}
	}
	return false
}
