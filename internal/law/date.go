package law

import (
	"errors"
	"time"

	"kupuya/internal/privacy"
)

// Bishkek is the zone in which the law counts days: UTC+6 all year.
var Bishkek = time.FixedZone("Asia/Bishkek", 6*60*60)

// Date is a day of the calendar, without a time of day. The zero value is no
// day; it stands for "not known" or "still in force", as the field says.
type Date struct{ year, month, day int }

// ParseDate reads "2026-02-05" and nothing else: four, two and two digits, a
// day that exists, years 0001 to 9999. The error, privacy.BadValue, does not
// repeat the text, which may be somebody's birthday.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, privacy.E("law.ParseDate", privacy.BadValue, errors.New("not a day of the form 2026-01-31"))
	}
	return dateOf(t), nil
}

// DateOf is the day that it is in Bishkek at t.
func DateOf(t time.Time) Date { return dateOf(t.In(Bishkek)) }

// dateOf drops the time of day and the zone of t.
func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, int(m), d}
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// String gives "2026-02-05", or "" for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// MarshalText writes what String gives.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what String gives; empty text is no day.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d = Date{}
	if len(b) > 0 {
		*d, err = ParseDate(string(b))
	}
	return err
}

// Start is the instant at which the day begins in Bishkek, in UTC.
func (d Date) Start() time.Time {
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, Bishkek).UTC()
}

// Year is the number of the year.
func (d Date) Year() int { return d.year }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// AddDays is the day n days later, or earlier where n is below zero.
func (d Date) AddDays(n int) Date { return dateOf(d.utc().AddDate(0, 0, n)) }

// AddMonths is the same number of the month n months later, or the last day of
// that month where it has no such number. (Civil Code 209 p.3)
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.year, time.Month(d.month+n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), int(first.Month()), min(d.day, last)}
}

// Before reports whether d comes before o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// Compare is -1, 0 or 1 as d comes before, is, or comes after o.
func (d Date) Compare(o Date) int { return d.utc().Compare(o.utc()) }

// utc is midnight UTC of the day: for counting, not for telling when it is.
func (d Date) utc() time.Time {
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
}
