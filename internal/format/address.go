package format

import (
	"fmt"
	"log/slog"
	"regexp"
)

// Address is where somebody lives or stays: a place of the classifier and the
// rest in words. House is the only further part that must be given. It prints as
// its rayon. (policy 2.3.5)
type Address struct {
	SOATE    string // 14 digits, to the rayon or finer
	Street   string // with its kind, in Kyrgyz or Russian: «Чүй пр.»; empty in a village without streets
	House    string
	Flat     string // empty for a house
	Postcode string // 72 and four digits; may be empty
}

var postcode = regexp.MustCompile(`^72[0-9]{4}$`)

// ParsePostcode reads a postal index of Kyrgyzstan, blanks allowed.
func ParsePostcode(s string) (string, error) {
	digits, ok := digitsOnly(s)
	if !ok || !postcode.MatchString(digits) {
		return "", problem(PostcodeForm)
	}
	return digits, nil
}

// Normalise gives the address in its one writing. A problem names the part:
// "soate", "street", "house", "flat" or "postcode".
func (a Address) Normalise() (Address, error) {
	parts := []struct {
		name     string
		value    *string
		optional bool
		parse    func(string) (string, error)
	}{
		{"soate", &a.SOATE, false, ParseSOATE},
		{"street", &a.Street, true, ParseText},
		{"house", &a.House, false, func(s string) (string, error) { return parseText(s, 20) }},
		{"flat", &a.Flat, true, func(s string) (string, error) { return parseText(s, 20) }},
		{"postcode", &a.Postcode, true, ParsePostcode},
	}
	for _, p := range parts {
		if p.optional && *p.value == "" {
			continue
		}
		v, err := p.parse(*p.value)
		if err != nil {
			return Address{}, inField(p.name, err)
		}
		*p.value = v
	}
	return a, nil
}

// String is the mask: the rayon and no more.
func (a Address) String() string { return maskSOATE(a.SOATE) }

// Format prints the mask for every verb.
func (a Address) Format(f fmt.State, _ rune) { redact(f, a.String()) }

// LogValue is the mask.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }
