package law

import (
	"testing"
	"time"

	"kupuya/internal/privacy"
)

// day reads a date that the test is sure of.
func day(t testing.TB, s string) Date {
	t.Helper()
	if s == "" {
		return Date{}
	}
	d, err := ParseDate(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

// at reads "2026-11-20T23:30" as that moment in Bishkek.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02T15:04", s, Bishkek)
	if err != nil {
		t.Fatal(err)
	}
	return m.UTC()
}

func term(t testing.TB, s string) Term {
	t.Helper()
	m, err := ParseTerm(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return m
}

func words(s string) privacy.Words { return privacy.Words{Ky: s, Ru: s, En: s} }

// winter is a calendar that knows of 2026 and 2027 that only 1 and 7 January
// are off.
func winter(t testing.TB) *Calendar {
	t.Helper()
	var list []Year
	for _, y := range []string{"2026", "2027"} {
		d := day(t, y+"-01-01")
		list = append(list, Year{Year: d.Year(), Complete: true, Off: []DayOff{
			{Date: d, Title: words("New Year")}, {Date: d.AddDays(6), Title: words("Christmas")},
		}})
	}
	c, err := NewCalendar(list)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
