package format

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

const (
	callingCode    = "996"
	nationalDigits = 9
)

// MSISDN is a subscriber number of Kyrgyzstan: +996 and nine digits. It prints
// as its mask. The prefix never proves the operator, since numbers move, and
// the number is never a person's key, since numbers are given again. (policy 2.3.8)
type MSISDN struct{ national string }

// ParseMSISDN reads a number in any usual writing: 0555123456, 555 123 456,
// 996555123456, 00996…, +996 (555) 12-34-56, also with the invisible marks that
// address books add. Another country has a code of its own. The block 991-994,
// which belongs to nobody, is for made-up numbers and only with opts.Demo.
func ParseMSISDN(s string, opts Options) (MSISDN, error) {
	digits, plus, err := dialled(s)
	if err != nil {
		return MSISDN{}, err
	}
	national, err := nationalPart(digits, plus)
	if err != nil {
		return MSISDN{}, err
	}
	m := MSISDN{national}
	if m.Synthetic() {
		if !opts.Demo {
			return MSISDN{}, problem(MSISDNSynthetic)
		}
		return m, nil
	}
	parsed, err := phonenumbers.Parse("+"+callingCode+national, "KG")
	if err != nil || !phonenumbers.IsValidNumberForRegion(parsed, "KG") {
		return MSISDN{}, problem(MSISDNUnassigned)
	}
	switch phonenumbers.GetNumberType(parsed) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return m, nil
	}
	return MSISDN{}, problem(MSISDNFixed)
}

// dialled keeps the digits and says whether the number is international.
func dialled(s string) (digits string, plus bool, err error) {
	if len(s) > inputMax {
		return "", false, problem(MSISDNLength)
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0 && !plus:
			plus = true
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r), strings.ContainsRune("().", r):
		default:
			return "", false, problem(MSISDNCharacters)
		}
	}
	digits = b.String()
	switch {
	case digits == "":
		return "", false, problem(ValueEmpty)
	case !plus && strings.HasPrefix(digits, "00"):
		return digits[2:], true, nil
	}
	return digits, plus, nil
}

func nationalPart(digits string, plus bool) (string, error) {
	rest, ours := strings.CutPrefix(digits, callingCode)
	if trimmed := strings.TrimPrefix(rest, "0"); ours && len(trimmed) == nationalDigits {
		return trimmed, nil
	}
	switch {
	case plus && ours:
		return "", problem(MSISDNLength)
	case plus:
		return "", problem(MSISDNCountry)
	case len(digits) == nationalDigits && digits[0] != '0':
		return digits, nil
	case len(digits) == nationalDigits+1 && digits[0] == '0':
		return digits[1:], nil
	case foreign(digits):
		return "", problem(MSISDNCountry)
	}
	return "", problem(MSISDNLength)
}

// foreign says whether digits typed without a plus are a whole number of
// another country. An 8 in front is how Russia and Kazakhstan dial themselves.
func foreign(digits string) bool {
	if len(digits) == 11 && digits[0] == '8' {
		digits = "7" + digits[1:]
	}
	n, err := phonenumbers.Parse("+"+digits, "")
	return err == nil && phonenumbers.IsValidNumber(n)
}

// Synthetic reports whether the number lies in 991-994, which no subscriber can have.
func (m MSISDN) Synthetic() bool { return m.national >= "991" && m.national < "995" }

// E164 tells the number as it is kept: "+996555123456"; "" for the zero value.
func (m MSISDN) E164() string {
	if m.national == "" {
		return ""
	}
	return "+" + callingCode + m.national
}

// International tells the number for display abroad: "+996 555 123 456".
func (m MSISDN) International() string { return m.display("+" + callingCode + " ") }

// National tells the number for display at home: "0555 123 456".
func (m MSISDN) National() string { return m.display("0") }

func (m MSISDN) display(prefix string) string {
	if m.national == "" {
		return ""
	}
	return prefix + m.national[:3] + " " + m.national[3:6] + " " + m.national[6:]
}

// String is the mask.
func (m MSISDN) String() string { return maskMSISDN(m.E164()) }

// Format prints the mask for every verb.
func (m MSISDN) Format(f fmt.State, _ rune) { redact(f, m.String()) }

// LogValue is the mask.
func (m MSISDN) LogValue() slog.Value { return slog.StringValue(m.String()) }

// SyntheticMSISDN gives the n-th made-up number, one for each n from 0 to
// 3,999,999: 991000000 is n = 0, 994999999 the last. It is false beyond.
func SyntheticMSISDN(n int) (MSISDN, bool) {
	if n < 0 || n >= 4_000_000 {
		return MSISDN{}, false
	}
	return MSISDN{strconv.Itoa(991_000_000 + n)}, true
}
