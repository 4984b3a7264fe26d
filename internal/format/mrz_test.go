package format

import (
	"slices"
	"strings"
	"testing"
)

// The specimens of ICAO 9303.
const (
	td1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
	td3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)

func TestParseMRZSpecimens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, number string
		optional         []string
	}{
		{"a card", td1, "D23145890", nil},
		{"a passport", td3, "L898902C3", []string{"ZE184226B"}},
		{"a passport without line ends, in lower case", strings.ToLower(strings.ReplaceAll(td3, "\n", "")), "L898902C3", []string{"ZE184226B"}},
		{"a card with Windows line ends", strings.ReplaceAll(td1, "\n", "\r\n "), "D23145890", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := ParseMRZ(c.in, today)
			if err != nil {
				t.Fatal(err)
			}
			if m.Number != c.number || m.State != "UTO" || m.Nationality != "UTO" || m.Sex != Female ||
				m.Surname != "ERIKSSON" || m.Given != "ANNA MARIA" || !slices.Equal(m.Optional, c.optional) {
				t.Errorf("%s %s %s %d %s %s %v", m.Number, m.State, m.Nationality, m.Sex, m.Surname, m.Given, m.Optional)
			}
			if b, e := m.Birth.Format(isoDate), m.Expires.Format(isoDate); b != "1974-08-12" || e != "2012-04-15" {
				t.Errorf("born %s, expires %s", b, e)
			}
		})
	}
}

func TestCheckDigits(t *testing.T) {
	t.Parallel()
	for field, digit := range map[string]string{"L898902C3": "6", "740812": "2", "120415": "9", "D23145890": "7", "<<<<<<<<<<<<<<": "0"} {
		if !checked(field, digit) {
			t.Errorf("%s does not check to %s", field, digit)
		}
	}
}

func TestEveryWrongDigitIsFound(t *testing.T) {
	t.Parallel()
	for _, whole := range []string{td1, td3} {
		flat := strings.ReplaceAll(whole, "\n", "")
		for i, r := range flat {
			if r < '0' || r > '9' {
				continue
			}
			wrong := flat[:i] + string('0'+(r-'0'+1)%10) + flat[i+1:]
			if _, err := ParseMRZ(wrong, today); err == nil {
				t.Errorf("digit %d was changed and nothing noticed", i)
			}
		}
	}
}

func TestParseMRZRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, code string }{
		"nothing":             {"", MRZForm},
		"two lines of a card": {td1[:61], MRZForm},
		"a visa":              {"V" + td3[1:], MRZForm},
		"Cyrillic letters":    {strings.Replace(td1, "E", "Е", 1), MRZForm},
		"other check digits":  {strings.Replace(td1, "D231458907", "D231458908", 1), MRZCheck},
		"a book":              {strings.Repeat("<", 9000), MRZForm},
	} {
		if _, err := ParseMRZ(c.in, today); codeOf(t, err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// card builds a TD1 zone with right check digits.
func card(number, optional, birth, sex, expires string) string {
	a := "ID" + "KGZ" + number + digitOf(number) + optional
	b := birth + digitOf(birth) + sex + expires + digitOf(expires) + "KGZ" + strings.Repeat("<", 11)
	b += digitOf(a[5:] + b[0:7] + b[8:15] + b[18:29])
	return a + b + "ASANOVA<<AIGUL<<<<<<<<<<<<<<<<"
}

func digitOf(s string) string {
	for d := '0'; d <= '9'; d++ {
		if checked(s, string(d)) {
			return string(d)
		}
	}
	return ""
}

func TestCardWithPIN(t *testing.T) {
	t.Parallel()
	m, err := ParseMRZ(card("ID1234567", "13105199012345<", "900531", "F", "290101"), today)
	if err != nil {
		t.Fatal(err)
	}
	pin, ok := m.PIN(today)
	if !ok || pin.Digits() != "13105199012345" {
		t.Errorf("PIN %q %v", pin.Digits(), ok)
	}
	if w := m.Disagrees("ID1234567", pin.Birth()); len(w) != 0 {
		t.Errorf("warnings %v", w)
	}
	if w := m.Disagrees("ID7654321", today); !hasWarning(w, MRZDocumentDiffers) || !hasWarning(w, MRZBirthDiffers) {
		t.Errorf("warnings %v", w)
	}
	if m, err = ParseMRZ(card("ID1234567", strings.Repeat("<", 15), "90<<<<", "<", "290101"), today); err != nil {
		t.Fatal(err)
	}
	if _, ok := m.PIN(today); ok || !m.Birth.IsZero() || m.Sex != SexUnknown {
		t.Error("what the zone leaves open is told")
	}
}

func TestLongNumberGoesOnInTheOptionalPart(t *testing.T) {
	t.Parallel()
	// ICAO 9303-5, the specimen with a number of more than nine characters.
	m, err := ParseMRZ("I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<", today)
	if err != nil {
		t.Fatal(err)
	}
	if m.Number != "D23145890734" || len(m.Optional) != 0 {
		t.Errorf("number %s, optional %v", m.Number, m.Optional)
	}
}

func TestCenturyOfBirth(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"261123": "2026-11-23", "261124": "1926-11-24", "000229": "2000-02-29"} {
		got, ok := mrzDate(in, day(today))
		if !ok || got.Format(isoDate) != want {
			t.Errorf("%s: %s", in, got.Format(isoDate))
		}
	}
	if _, ok := mrzDate("990230", day(today)); ok {
		t.Error("30 February was taken")
	}
}
