package diff

import (
	"testing"
	"time"

	"kupuya/internal/law"
)

func TestTermsAreOrderedOnlyWhereNobodyCouldDoubt(t *testing.T) {
	t.Parallel()
	open := func(s string) (length, bool) { return span(s, forever) }
	closed := func(s string) (length, bool) { return span(s, 0) }
	for _, c := range []struct {
		read func(string) (length, bool)
		a, b string
		want order
	}{
		{open, "1y", "12mo", same},
		{open, "24h", "1d", same},
		{open, "none", "now", same},
		{open, "1y", "2y", longer},
		{open, "1y", "365d", shorter},
		{open, "365d", "1y", longer},
		{open, "366d", "1y", shorter},
		{open, "30d", "1mo", unclear},
		{open, "1mo", "31d", longer},
		{open, "1mo", "28d", shorter},
		{open, "99y", "while", longer},
		{closed, "while", "none", same},
		{closed, "while", "1d", longer},
		{counted, "7d", "7wd", longer},
		{counted, "7wd", "7d", shorter},
		{counted, "8d", "7wd", unclear},
		{counted, "7wd", "10wd", longer},
		{counted, "24h", "1d", longer}, // the day of the event does not count
		{counted, "1wd", "72h", unclear},
		{counted, "now", "1h", longer},
		{counted, "jan1+2", "jan1+3", longer},
		{counted, "jan1+2", "1y", unclear},
		{counted, "3y", "6y", longer},
		{counted, "1mo", "", shorter},
	} {
		x, ok := c.read(c.a)
		y, also := c.read(c.b)
		if !ok || !also || x.to(y) != c.want {
			t.Errorf("%s to %s: %d, want %d", c.a, c.b, x.to(y), c.want)
		}
	}
	for _, s := range []string{"", "y", "1", "1w", "while "} {
		if _, ok := open(s); ok {
			t.Errorf("%q was read", s)
		}
	}
}

// What is called longer never ends before, and what is called the same ends
// together, from any day of ten years and whatever days are off.
func TestTheOrderOfDeadlinesIsThatOfTheCalendar(t *testing.T) {
	t.Parallel()
	off := law.Year{Year: 2027, Off: []law.DayOff{{Date: date("2027-01-01"), To: date("2027-01-12"), Title: words("x")}}}
	calendar, err := law.NewCalendar([]law.Year{off})
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"now", "24h", "72h", "1d", "3d", "7d", "30d", "31d", "45d", "1wd", "3wd", "7wd", "10wd", "25wd", "1mo", "2mo", "12mo", "1y", "2y", "jan1+1", "jan1+2", "jan1+3"}
	for _, a := range all {
		for _, b := range all {
			x, _ := counted(a)
			y, _ := counted(b)
			how := x.to(y)
			first, _ := law.ParseTerm(a)
			second, _ := law.ParseTerm(b)
			for i := range 1200 {
				from := time.Date(2026, 1, 1, 17, 55, 0, 0, time.UTC).Add(time.Duration(i) * 41 * time.Hour)
				p, errP := calendar.Due(from, first)
				q, errQ := calendar.Due(from, second)
				if errP != nil || errQ != nil {
					t.Fatal(errP, errQ)
				}
				if how == longer && q.End.Before(p.End) || how == shorter && p.End.Before(q.End) || how == same && !p.End.Equal(q.End) {
					t.Fatalf("%s to %s is called %d, but from %s they end at %s and %s", a, b, how, from, p.End, q.End)
				}
			}
		}
	}
}
