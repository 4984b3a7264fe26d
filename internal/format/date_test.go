package format

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"a day", "1990-05-31", "1990-05-31", ""},
		{"blanks around", " 1990-05-31\n", "1990-05-31", ""},
		{"29 February of a leap year", "2000-02-29", "2000-02-29", ""},
		{"29 February of a common year", "1900-02-29", "", DateUnreal},
		{"31 April", "2020-04-31", "", DateUnreal},
		{"month 0", "2020-00-10", "", DateUnreal},
		{"the first year", "1800-01-01", "1800-01-01", ""},
		{"before the first year", "1799-12-31", "", DateUnreal},
		{"the order of another country", "31-05-1990", "", DateForm},
		{"dots", "1990.05.31", "", DateForm},
		{"a moment", "1990-05-31T00:00:00Z", "", DateForm},
		{"a sign", "1990-+5-31", "", DateForm},
		{"letters", "199o-05-31", "", DateForm},
		{"nothing", "", "", DateForm},
	}, func(s string) (string, error) { return readDate(s, plainly) })
}

func TestParseBirthDate(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"today", "2026-11-23", "2026-11-23", ""},
		{"tomorrow", "2026-11-24", "", DateFuture},
		{"120 years and a day short of 121", "1905-11-24", "1905-11-24", ""},
		{"121 years", "1905-11-23", "", DateAge},
	}, func(s string) (string, error) { return readBirth(s, plainly) })
}

func TestTodayIsMeantInKyrgyzstan(t *testing.T) {
	t.Parallel()
	evening := time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC) // midnight in Bishkek
	if _, err := ParseBirthDate("2026-11-24", evening); err != nil {
		t.Errorf("a child born after midnight in Bishkek: %v", err)
	}
	if _, err := ParseBirthDate("2026-11-24", evening.Add(-time.Second)); err == nil {
		t.Error("a birth tomorrow was taken")
	}
}

func TestParseDateBoxes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, day, month, year, want, code, field string }{
		{"full boxes", "31", "05", "1990", "1990-05-31", "", ""},
		{"single digits and blanks", " 1 ", "5", "1990", "1990-05-01", "", ""},
		{"an empty day", "", "5", "1990", "", ValueEmpty, "day"},
		{"a word for a month", "1", "май", "1990", "", DateForm, "month"},
		{"a negative day", "-1", "5", "1990", "", DateForm, "day"},
		{"month 13", "1", "13", "1990", "", DateUnreal, "month"},
		{"31 April", "31", "4", "1990", "", DateUnreal, "day"},
		{"a year of two digits", "1", "4", "90", "", DateUnreal, "year"},
		{"a year of five digits", "1", "4", "19900", "", DateForm, "year"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := ParseDateBoxes(c.day, c.month, c.year)
			if code := codeOf(t, err); code != c.code {
				t.Fatalf("problem %q, want %q", code, c.code)
			}
			if err != nil {
				if f := err.(*Problem).Field; f != c.field {
					t.Errorf("field %q, want %q", f, c.field)
				}
			} else if got := d.Format(isoDate); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestOfAge(t *testing.T) {
	t.Parallel()
	born := func(s string) time.Time { d, _ := ParseDate(s); return d }
	for _, c := range []struct {
		name, birth, today string
		years              int
		want               bool
	}{
		{"the day before the birthday", "2010-11-24", "2026-11-23", 16, false},
		{"on the birthday", "2010-11-23", "2026-11-23", 16, true},
		{"a leap day's child on 28 February", "2008-02-29", "2026-02-28", 18, false},
		{"a leap day's child on 1 March", "2008-02-29", "2026-03-01", 18, true},
	} {
		if got := OfAge(born(c.birth), born(c.today), c.years); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
