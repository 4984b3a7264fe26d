package format

import (
	"strconv"
	"strings"
	"time"
)

const (
	isoDate = "2006-01-02"
	ageMax  = 120 // years (policy 2.3.2)
)

// bishkek is the zone in which "today" is meant: UTC+6 all year.
var bishkek = time.FixedZone("Asia/Bishkek", 6*60*60)

// day gives the calendar day of t in Kyrgyzstan, as midnight UTC.
func day(t time.Time) time.Time {
	y, m, d := t.In(bishkek).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// realDate gives the day, or false when no calendar has it.
func realDate(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, y >= 1800 && y <= 2200 && t.Year() == y && int(t.Month()) == m && t.Day() == d
}

// ParseDate reads year-month-day, "1990-05-31", and gives midnight UTC of that
// day. Years run from 1800 to 2200.
func ParseDate(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if len(s) != len(isoDate) || s[4] != '-' || s[7] != '-' {
		return time.Time{}, problem(DateForm)
	}
	return ParseDateBoxes(s[8:], s[5:7], s[:4])
}

// ParseDateBoxes reads a date typed in three boxes. A problem names the box:
// "day", "month" or "year". (policy 2.3.2)
func ParseDateBoxes(dayBox, month, year string) (time.Time, error) {
	d, err := box("day", dayBox, 2)
	if err != nil {
		return time.Time{}, err
	}
	m, err := box("month", month, 2)
	if err != nil {
		return time.Time{}, err
	}
	y, err := box("year", year, 4)
	if err != nil {
		return time.Time{}, err
	}
	t, ok := realDate(y, m, d)
	switch {
	case ok:
		return t, nil
	case y < 1800 || y > 2200:
		return time.Time{}, problemIn("year", DateUnreal)
	case m < 1 || m > 12:
		return time.Time{}, problemIn("month", DateUnreal)
	}
	return time.Time{}, problemIn("day", DateUnreal)
}

func box(field, s string, max int) (int, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, problemIn(field, ValueEmpty)
	}
	if len(s) > max {
		return 0, problemIn(field, DateForm)
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, problemIn(field, DateForm)
	}
	return int(n), nil
}

// CheckBirth says whether a day can be somebody's birth: not later than today
// in Kyrgyzstan, and at most 120 years ago. (policy 2.3.2)
func CheckBirth(birth, today time.Time) error {
	switch now := day(today); {
	case birth.After(now):
		return problem(DateFuture)
	case age(birth, now) > ageMax:
		return problem(DateAge)
	}
	return nil
}

// ParseBirthDate reads year-month-day and checks that it can be a birth.
func ParseBirthDate(s string, today time.Time) (time.Time, error) {
	t, err := ParseDate(s)
	if err != nil {
		return time.Time{}, err
	}
	return t, CheckBirth(t, today)
}

// OfAge reports whether a person born on birth has reached years today. Other
// rooms are told this alone, not the date. (policy 2.3.2)
func OfAge(birth, today time.Time, years int) bool { return age(birth, day(today)) >= years }

// age is full years between two days at midnight UTC. Somebody born on
// 29 February grows older on 1 March of a common year.
func age(birth, now time.Time) int {
	years := now.Year() - birth.Year()
	if now.Month() < birth.Month() || now.Month() == birth.Month() && now.Day() < birth.Day() {
		years--
	}
	return years
}
