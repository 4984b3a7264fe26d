package format

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const nameMax = 100 // runes of one part of a name

// ParseName reads one part of a name as the document has it: Kyrgyz letters are
// kept, «уулу» and «кызы» are words like others, case is left alone. A Latin
// letter that looks like a Cyrillic one, within a Cyrillic word, becomes that
// one. Digits and signs that no name has are refused. (policy 2.3.1)
func ParseName(s string) (string, error) {
	s, err := parseText(s, nameMax)
	if err != nil {
		return "", err
	}
	s = strings.NewReplacer("'", "’", "‘", "’", "ʼ", "’", "`", "’", "´", "’").Replace(toDashes(s))
	letters, marks := false, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters, marks = true, 0
		case unicode.Is(unicode.Mn, r) && marks < 2:
			marks++
		case unicode.IsDigit(r):
			return "", problem(NameDigits)
		case r == ' ', r == '-', r == '’', r == '.':
			marks = 2 // a sign carries no accent
		default:
			return "", problem(NameCharacters)
		}
	}
	if !letters {
		return "", problem(NameCharacters)
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		if !has(unicode.Cyrillic, w) || !has(unicode.Latin, w) {
			continue
		}
		words[i] = toCyrillic.Replace(w)
		if has(unicode.Latin, words[i]) {
			return "", problem(NameScript)
		}
	}
	return norm.NFC.String(strings.Join(words, " ")), nil
}

// ParsePatronymic reads a patronymic, which may be absent: nothing, a dash,
// «жок» and «нет» all give "". (policy 2.3.1)
func ParsePatronymic(s string) (string, error) {
	switch strings.ToLower(toDashes(strings.TrimSpace(s))) {
	case "", "-", "жок", "нет":
		return "", nil
	}
	return ParseName(s)
}

// ParseLatinName reads the Latin spelling from a document, kept apart from the
// name itself: capital letters A to Z, hyphen and blank. (policy 2.3.1)
func ParseLatinName(s string) (string, error) {
	s, err := parseText(s, nameMax)
	if err != nil {
		return "", err
	}
	s = toDashes(strings.ToUpper(s))
	letters := false
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			letters = true
		case unicode.IsDigit(r):
			return "", problem(NameDigits)
		case r == ' ', r == '-':
		default:
			return "", problem(NameCharacters)
		}
	}
	if !letters {
		return "", problem(NameCharacters)
	}
	return s, nil
}

var keyFold = strings.NewReplacer("дж", "ж", "ө", "о", "ү", "у", "ң", "н", "ё", "е", "ы", "и", "-", " ", "’", "", "'", "", ".", " ")

// NameKey gives the form under which names are searched and matched: lower
// case, ө as о, ү as у, ң as н, ё as е, ы as и, дж as ж, without уулу and кызы.
// Russian keyboards often lack the Kyrgyz letters, so a match is a candidate for
// a person to look at and never proof. (policy 2.3.1)
func NameKey(s string) string {
	s, err := clean(s)
	if err != nil {
		return ""
	}
	words := strings.Fields(keyFold.Replace(strings.ToLower(s)))
	kept := make([]string, 0, len(words))
	for _, w := range words {
		switch w {
		case "уулу", "кизи", "uulu", "kyzy":
		default:
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, " ")
}

// latinOf spells Cyrillic letters the way machine-readable zones do; latinFold
// then takes away what spellings differ in: Ө as O or OE, Ү as U or UE, Ң as N
// or NG, Ж as J or ZH, Х as H or KH.
var (
	latinOf = strings.NewReplacer("а", "A", "б", "B", "в", "V", "г", "G", "д", "D", "е", "E", "ё", "E", "ж", "ZH", "з", "Z",
		"и", "I", "й", "I", "к", "K", "л", "L", "м", "M", "н", "N", "ң", "N", "о", "O", "ө", "O", "п", "P", "р", "R",
		"с", "S", "т", "T", "у", "U", "ү", "U", "ф", "F", "х", "KH", "ц", "TS", "ч", "CH", "ш", "SH", "щ", "SHCH",
		"ъ", "", "ы", "Y", "ь", "", "э", "E", "ю", "IU", "я", "IA")
	latinFold = strings.NewReplacer("DZH", "J", "DJ", "J", "ZH", "J", "KH", "H", "OE", "O", "UE", "U", "NG", "N", "SHCH", "SH",
		"TC", "TS", "YO", "E", "IO", "E", "Y", "I", "'", "", "’", "", "-", "", " ", "", ".", "", "<", "")
)

// LatinSpelling gives one likely spelling of a name in capital Latin letters, to
// offer where a document's own spelling is not at hand.
func LatinSpelling(name string) string {
	return strings.ToUpper(latinOf.Replace(strings.ToLower(name)))
}

// LatinAgrees reports whether latin is a likely spelling of name. It is for a
// warning only: nobody is refused for how a document was transliterated.
func LatinAgrees(name, latin string) bool {
	return latinFold.Replace(LatinSpelling(name)) == latinFold.Replace(LatinSpelling(latin))
}

// initials gives the first letter of each word, "А. Н."
func initials(s string) string {
	var out []string
	for _, w := range strings.Fields(s) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLetter(r) {
			out = append(out, string(r)+".")
		}
	}
	return strings.Join(out, " ")
}
