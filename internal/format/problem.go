package format

import (
	"fmt"
	"io"
	"slices"
)

// Problem says why a value cannot be right. It carries a code and, where a value
// has parts, the part; never the value, so it may be logged and shown.
type Problem struct {
	Code  string // one of Problems()
	Field string // the part at fault, such as "month" or "street"; empty where there are no parts
}

// Error names the code and the part.
func (p *Problem) Error() string {
	if p.Field == "" {
		return "format: " + p.Code
	}
	return "format: " + p.Code + " in " + p.Field
}

func problem(code string) error { return &Problem{Code: code} }

func problemIn(field, code string) error { return &Problem{Code: code, Field: field} }

// inField says in which part a problem lies.
func inField(field string, err error) error {
	p, ok := err.(*Problem)
	if !ok {
		return err
	}
	return &Problem{Code: p.Code, Field: field}
}

// The codes of problems. A value with a problem is refused.
const (
	ValueType       = "value.type"       // JSON of another type than the attribute's
	ValueEmpty      = "value.empty"      // nothing but blanks
	ValueLong       = "value.long"       // longer than the type allows
	ValueCharacters = "value.characters" // control, invisible or unreadable characters
	ValueList       = "value.list"       // more items than a list may hold

	NameCharacters = "name.characters" // a sign that no name has
	NameDigits     = "name.digits"     // a digit in a name
	NameScript     = "name.script"     // Latin and Cyrillic letters mixed within a word

	DateForm   = "date.form"   // not year-month-day, or not digits
	DateUnreal = "date.unreal" // a day that no calendar has
	DateFuture = "date.future" // later than today
	DateAge    = "date.age"    // a birth more than 120 years ago

	PINDigits = "pin.digits" // something else than digits
	PINLength = "pin.length" // not 14 digits
	PINFirst  = "pin.first"  // the first digit is none of 0, 1, 2
	PINEntity = "pin.entity" // the number of a legal entity where a person's is asked
	PINPerson = "pin.person" // the number of a person where a legal entity's is asked
	PINDate   = "pin.date"   // digits 2-9 are no real day up to today
	PINAge    = "pin.age"    // digits 2-9 are more than 120 years ago

	DocumentType     = "document.type"     // no such type in the table
	DocumentSeries   = "document.series"   // the series is not that of the type, or is missing
	DocumentNumber   = "document.number"   // the digits are too few or too many, or there are none
	DocumentAlphabet = "document.alphabet" // Cyrillic and Latin letters mixed beyond look-alikes
	DocumentInterval = "document.interval" // issued when this type was not

	MSISDNCharacters = "msisdn.characters" // a letter or a sign that no number has
	MSISDNLength     = "msisdn.length"     // too few or too many digits
	MSISDNCountry    = "msisdn.country"    // a number of another country
	MSISDNUnassigned = "msisdn.unassigned" // a range of the national plan that nobody holds
	MSISDNFixed      = "msisdn.fixed"      // a fixed line, which is no subscriber number
	MSISDNSynthetic  = "msisdn.synthetic"  // 991-994, made-up numbers, outside a demonstration

	SOATEForm    = "soate.form"    // not 14 digits
	SOATEUnknown = "soate.unknown" // no such place in the classifier
	SOATECoarse  = "soate.coarse"  // a country or an oblast where a rayon or town is needed
	PostcodeForm = "postcode.form" // not six digits beginning with 72

	EmailForm    = "email.form"    // not an address
	EmailLetters = "email.letters" // letters other than Latin, usually a Cyrillic look-alike

	CountWhole    = "count.whole"    // not a whole number of zero or more
	LocationRange = "location.range" // outside the globe
	IPForm        = "ip.form"
	CookieForm    = "cookie.form"
	URLForm       = "url.form" // neither http, https nor a path
	TimeForm      = "time.form"
	ImageForm     = "image.form" // not a reference made by the server
	HashForm      = "hash.form"
	CodeForm      = "code.form"

	MRZForm  = "mrz.form"  // not a machine-readable zone of an identity card or passport
	MRZCheck = "mrz.check" // a check digit that does not fit
)

// Problems lists the closed set, so that the words for each can be tested for
// completeness.
func Problems() []string {
	return slices.Clone([]string{
		ValueType, ValueEmpty, ValueLong, ValueCharacters, ValueList,
		NameCharacters, NameDigits, NameScript,
		DateForm, DateUnreal, DateFuture, DateAge,
		PINDigits, PINLength, PINFirst, PINEntity, PINPerson, PINDate, PINAge,
		DocumentType, DocumentSeries, DocumentNumber, DocumentAlphabet, DocumentInterval,
		MSISDNCharacters, MSISDNLength, MSISDNCountry, MSISDNUnassigned, MSISDNFixed, MSISDNSynthetic,
		SOATEForm, SOATEUnknown, SOATECoarse, PostcodeForm,
		EmailForm, EmailLetters,
		CountWhole, LocationRange, IPForm, CookieForm, URLForm, TimeForm, ImageForm, HashForm, CodeForm,
		MRZForm, MRZCheck,
	})
}

// Warning is a doubt about a value that is kept all the same and goes to a
// person to look at. (policy 2.3.2)
type Warning string

// The warnings.
const (
	PINBirthDiffers    Warning = "pin.birth_differs"      // the PIN and the date of birth tell different days
	PINSexDiffers      Warning = "pin.sex_differs"        // the PIN and the declared sex differ
	DocumentUnsure     Warning = "document.series_unsure" // the table is not certain of the series of this type
	DocumentExpired    Warning = "document.expired"       // the term of the document has passed
	LatinNameDiffers   Warning = "name.latin_differs"     // the Latin spelling is not a likely one of the name
	MRZDocumentDiffers Warning = "mrz.document_differs"   // the zone and the typed document number differ
	MRZBirthDiffers    Warning = "mrz.birth_date_differs" // the zone and the typed date of birth differ
)

// Warnings lists the closed set of warnings.
func Warnings() []Warning {
	return []Warning{
		PINBirthDiffers, PINSexDiffers, DocumentUnsure, DocumentExpired,
		LatinNameDiffers, MRZDocumentDiffers, MRZBirthDiffers,
	}
}

// redact prints a mask for every verb, so that no way of formatting shows a value.
func redact(f fmt.State, mask string) {
	// A fmt.State only fails when the writer behind it does, and fmt reports that itself.
	_, _ = io.WriteString(f, mask)
}
