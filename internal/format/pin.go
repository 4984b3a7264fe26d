package format

import (
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// Sex is what a PIN tells. Nobody is asked for it.
type Sex byte

// The values of the first digit of a person's PIN.
const (
	SexUnknown Sex = 0
	Female     Sex = 1
	Male       Sex = 2
)

// PIN is the personal identification number: 14 digits, of which the first
// tells the sex (0 for a legal entity), the next eight the day of birth or
// registration as DDMMYYYY, the last five are serial. No check digit is
// published, so none is demanded. It prints as its mask; Digits tells it. One
// person may have had several and two persons may have the same, so it is never
// a person's key. (policy 2.3.3)
type PIN struct{ digits string }

// ParsePIN reads a person's PIN, blanks allowed. The day in it must be real,
// not after today and not more than 120 years ago; whether it is the declared
// birth date is for Disagrees, since that is a doubt and no refusal.
func ParsePIN(s string, today time.Time) (PIN, error) {
	p, born, err := readPIN(s, today)
	switch {
	case err != nil:
		return PIN{}, err
	case p.digits[0] == '0':
		return PIN{}, problem(PINEntity)
	case age(born, day(today)) > ageMax:
		return PIN{}, problem(PINAge)
	}
	return p, nil
}

// ParseEntityPIN reads the number of a legal entity, such as the Holder.
func ParseEntityPIN(s string, today time.Time) (PIN, error) {
	p, _, err := readPIN(s, today)
	switch {
	case err != nil:
		return PIN{}, err
	case p.digits[0] != '0':
		return PIN{}, problem(PINPerson)
	}
	return p, nil
}

func readPIN(s string, today time.Time) (PIN, time.Time, error) {
	if len(s) > inputMax {
		return PIN{}, time.Time{}, problem(PINLength)
	}
	d, ok := digitsOnly(s)
	switch {
	case !ok:
		return PIN{}, time.Time{}, problem(PINDigits)
	case len(d) != 14:
		return PIN{}, time.Time{}, problem(PINLength)
	case d[0] > '2':
		return PIN{}, time.Time{}, problem(PINFirst)
	}
	p := PIN{d}
	born, ok := p.date()
	if !ok || born.After(day(today)) {
		return PIN{}, time.Time{}, problem(PINDate)
	}
	return p, born, nil
}

func (p PIN) date() (time.Time, bool) {
	if len(p.digits) != 14 {
		return time.Time{}, false
	}
	n, err := strconv.Atoi(p.digits[1:9])
	if err != nil {
		return time.Time{}, false
	}
	return realDate(n%10_000, n/10_000%100, n/1_000_000)
}

// Digits tells the 14 digits; it is "" for the zero PIN.
func (p PIN) Digits() string { return p.digits }

// Birth is the day told by digits 2-9, at midnight UTC; the day of registration
// for a legal entity; zero for the zero PIN.
func (p PIN) Birth() time.Time { t, _ := p.date(); return t }

// Sex is what the first digit tells; unknown for a legal entity.
func (p PIN) Sex() Sex {
	if p.digits == "" {
		return SexUnknown
	}
	return Sex(p.digits[0] - '0')
}

// Disagrees compares the PIN with the declared birth date and sex; a zero time
// and SexUnknown are not compared. The answer goes to a review. (policy 2.3.2)
func (p PIN) Disagrees(birth time.Time, sex Sex) []Warning {
	var w []Warning
	if !birth.IsZero() && birth.UTC().Format(isoDate) != p.Birth().Format(isoDate) {
		w = append(w, PINBirthDiffers)
	}
	if sex != SexUnknown && p.Sex() != SexUnknown && sex != p.Sex() {
		w = append(w, PINSexDiffers)
	}
	return w
}

// String is the mask.
func (p PIN) String() string { return maskPIN(p.digits) }

// Format prints the mask for every verb.
func (p PIN) Format(f fmt.State, _ rune) { redact(f, p.String()) }

// LogValue is the mask.
func (p PIN) LogValue() slog.Value { return slog.StringValue(p.String()) }
