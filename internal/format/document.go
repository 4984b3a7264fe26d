package format

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// Document is an identity document: its type, number with series, and day of
// issue. It prints as its mask. (policy 2.3.4)
type Document struct {
	kind   DocType
	number string
	issued time.Time
	years  int
}

// ParseDocument reads the requisites of a document of type t, issued on the day
// issued ("2019-03-14"). The series and the count of digits must be those of the
// type, and the day of issue within the dates in which the type was issued and
// not after today. Where the table is not certain of the series, another one is
// a warning. A problem names the part: "type", "number" or "issued".
func ParseDocument(t DocType, number, issued string, today time.Time) (Document, []Warning, error) {
	rule, ok := documentRule(t)
	if !ok {
		return Document{}, nil, problemIn("type", DocumentType)
	}
	number, sure, err := rule.check(number)
	if err != nil {
		return Document{}, nil, inField("number", err)
	}
	on, err := ParseDate(issued)
	if err != nil {
		return Document{}, nil, inField("issued", err)
	}
	switch {
	case on.After(day(today)):
		return Document{}, nil, problemIn("issued", DateFuture)
	case !rule.issuedOn(on):
		return Document{}, nil, problemIn("issued", DocumentInterval)
	}
	d := Document{rule.kind, number, on, rule.validYears}
	var w []Warning
	if !sure {
		w = append(w, DocumentUnsure)
	}
	if end, ok := d.Expires(); ok && end.Before(day(today)) {
		w = append(w, DocumentExpired)
	}
	return d, w, nil
}

// Type tells the type.
func (d Document) Type() DocType { return d.kind }

// Number tells series and number as they are kept: "AN1234567".
func (d Document) Number() string { return d.number }

// Issued tells the day of issue, at midnight UTC.
func (d Document) Issued() time.Time { return d.issued }

// Expires gives the last day of the document's term, false where its type has
// none in the table. A passed term asks for a new document and stops no service.
func (d Document) Expires() (time.Time, bool) {
	if d.years == 0 {
		return time.Time{}, false
	}
	return d.issued.AddDate(d.years, 0, 0), true
}

// String is the mask.
func (d Document) String() string { return maskTail(d.number) }

// Format prints the mask for every verb.
func (d Document) Format(f fmt.State, _ rune) { redact(f, d.String()) }

// LogValue is the mask.
func (d Document) LogValue() slog.Value { return slog.StringValue(d.String()) }

var (
	// A series, perhaps a sign for "number" set off by a blank, and digits.
	seriesNumber = regexp.MustCompile(`^([A-Z]{2})(?:[ -]+N[O°º]?\.?[ -]*|[ -]*[№#][ -]*|[ -]*)([0-9][0-9 -]*)$`)
	seriesHead   = regexp.MustCompile(`^(\p{L} *\p{L})(?:[ №#-]|N[OО°º]?\.?)*[0-9]`)
	bySound      = strings.NewReplacer("А", "A", "Е", "E", "Д", "D", "И", "I", "Н", "N", "П", "P", "С", "C")
	freeNumber   = regexp.MustCompile(`^[0-9A-ZА-ЯЁӨҮҢ/-]{4,20}$`)
	birthNumber  = regexp.MustCompile(`^([0-9A-ZА-ЯЁӨҮҢ-]{0,8}?)([0-9]{6,8})$`)
	roman        = regexp.MustCompile(`^[IVXLC]+-`) // «I-АБ» is a Roman numeral beside Cyrillic letters
)

// ParseDocumentNumber reads series and number without knowing the type: blanks,
// hyphen, a sign for "number", lower case and Cyrillic look-alikes are brought to
// "AN1234567". A series of the table must have its count of digits; other
// numbers keep their letters and any inner hyphen.
func ParseDocumentNumber(s string) (string, error) {
	series, digits, number, err := canonicalNumber(s)
	if err != nil {
		return "", err
	}
	if series == "" {
		return number, nil
	}
	if !knownSeries(series) {
		return number, nil
	}
	for _, r := range documentTable() {
		if r.series == series && r.fits(digits) {
			return number, nil
		}
	}
	return "", problem(DocumentNumber)
}

// canonicalNumber gives the one writing of a number; series and digits are empty
// when it is not two Latin letters and digits.
func canonicalNumber(s string) (series, digits, number string, err error) {
	s, err = parseText(s, 40)
	if err != nil {
		return "", "", "", err
	}
	upper := seriesBySound(toDashes(strings.ToUpper(s)))
	latin := toLatin.Replace(upper)
	if has(unicode.Cyrillic, latin) { // a Cyrillic series that is no look-alike stays Cyrillic
		if has(unicode.Latin, roman.ReplaceAllString(upper, "")) {
			return "", "", "", problem(DocumentAlphabet)
		}
		latin = upper
	}
	number = strings.NewReplacer(" ", "", "№", "", "#", "").Replace(latin)
	for _, form := range []string{latin, number} {
		if m := seriesNumber.FindStringSubmatch(form); m != nil {
			digits = strings.NewReplacer(" ", "", "-", "").Replace(m[2])
			if len(digits) < 4 || len(digits) > 12 {
				return "", "", "", problem(DocumentNumber)
			}
			return m[1], digits, m[1] + digits, nil
		}
	}
	if !freeNumber.MatchString(number) || !strings.ContainsAny(number, "0123456789") {
		return "", "", "", problem(DocumentNumber)
	}
	return "", "", number, nil
}

// seriesBySound reads a series of the table typed by the sound of its letters on
// a Kyrgyz keyboard: «АН», whose Н looks like H, is AN, and «ИД» is ID. A series
// that look-alikes already explain is left alone.
func seriesBySound(upper string) string {
	head := seriesHead.FindStringSubmatch(upper)
	if head == nil {
		return upper
	}
	letters := strings.ReplaceAll(head[1], " ", "")
	sound := bySound.Replace(letters)
	if knownSeries(toLatin.Replace(letters)) || !knownSeries(sound) {
		return upper
	}
	return sound + upper[len(head[1]):]
}

// toDashes makes every kind of dash a hyphen.
func toDashes(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Pd, r) {
			return '-'
		}
		return r
	}, s)
}
