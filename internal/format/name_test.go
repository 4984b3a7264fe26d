package format

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"Kyrgyz letters are kept", "Өмүрбеков", "Өмүрбеков", ""},
		{"ң is kept", "Чыңгыз", "Чыңгыз", ""},
		{"blanks are trimmed and joined", "  Токто \u00a0 уулу ", "Токто уулу", ""},
		{"кызы is a word of the name", "Асан кызы", "Асан кызы", ""},
		{"decomposed letters are composed", norm.NFD.String("Йусупов Ёлкин"), "Йусупов Ёлкин", ""},
		{"a double name", "Анна–Мария", "Анна-Мария", ""},
		{"an apostrophe in any shape", "О'Нил", "О’Нил", ""},
		{"a Latin name", "O’Neill", "O’Neill", ""},
		{"Latin twins within a Cyrillic word become Cyrillic", "Acaнoв", "Асанов", ""},
		{"Latin letters without twins within a Cyrillic word are refused", "Асаnов", "", NameScript},
		{"two words in two scripts are two words", "Асанов Jr", "Асанов Jr", ""},
		{"a digit", "Асан0в", "", NameDigits},
		{"a digit of another script", "Асан٣", "", NameDigits},
		{"a sign that no name has", "Асанов<script>", "", NameCharacters},
		{"an emoji", "Асанов😀", "", NameCharacters},
		{"no letter at all", "-.-", "", NameCharacters},
		{"a NUL", "Аса\x00нов", "", ValueCharacters},
		{"a new line", "Аса\nнов", "", ValueCharacters},
		{"a bidirectional override", "Асанов\u202eвона", "", ValueCharacters},
		{"a zero-width blank", "Аса\u200bнов", "", ValueCharacters},
		{"broken encoding", "Аса\xff", "", ValueCharacters},
		{"a heap of marks", "Аса\u0301\u0301\u0301нов", "", NameCharacters},
		{"nothing", " \t", "", ValueEmpty},
		{"a hundred letters", strings.Repeat("ө", 100), strings.Repeat("ө", 100), ""},
		{"a hundred and one", strings.Repeat("ө", 101), "", ValueLong},
	}, ParseName)
}

func TestParsePatronymic(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"given", "Асанович", "Асанович", ""},
		{"absent", "", "", ""},
		{"a dash for absent", " — ", "", ""},
		{"a word for absent", "Жок", "", ""},
		{"уулу is accepted", "Асан уулу", "Асан уулу", ""},
		{"a digit", "Асанови4", "", NameDigits},
	}, ParsePatronymic)
}

func TestParseLatinName(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"raised", "Omurbekov", "OMURBEKOV", ""},
		{"two words and a hyphen", "anna-maria  asan kyzy", "ANNA-MARIA ASAN KYZY", ""},
		{"Cyrillic is not Latin", "Асанов", "", NameCharacters},
		{"a digit", "ASAN0V", "", NameDigits},
		{"filler alone", "---", "", NameCharacters},
		{"nothing", "", "", ValueEmpty},
	}, ParseLatinName)
}

func TestNameKeyFoldsWhatKeyboardsLack(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Өмүралы", "Омуралы", "ӨМҮРАЛЫ", "омурали"},
		{"Чыңгыз", "Чингиз", "чынгыз"},
		{"Жумабек", "Джумабек"},
		{"Асан уулу", "Асан", "АСАН кызы"},
		{"Алёна", "алена", norm.NFD.String("Алёна")},
		{"Анна-Мария", "анна мария"},
	} {
		for _, s := range same[1:] {
			if NameKey(s) != NameKey(same[0]) {
				t.Errorf("%q and %q have keys %q and %q", same[0], s, NameKey(same[0]), NameKey(s))
			}
		}
	}
	for _, differ := range [][2]string{{"Асан", "Осмон"}, {"Айгүл", "Айгерим"}, {"Улан", "Уланбек"}} {
		if NameKey(differ[0]) == NameKey(differ[1]) {
			t.Errorf("%q and %q have one key", differ[0], differ[1])
		}
	}
	if NameKey("уулу") == "" {
		t.Error("a name of nothing but уулу has no key")
	}
	if NameKey("\x00") != "" {
		t.Error("what is no text has a key")
	}
}

func TestLatinSpelling(t *testing.T) {
	t.Parallel()
	if got := LatinSpelling("Чыңгыз Өмүрбек уулу"); got != "CHYNGYZ OMURBEK UULU" {
		t.Errorf("%q", got)
	}
}

func TestLatinAgreesWithUsualSpellings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, latin string
		want        bool
	}{
		{"Өмүрбеков", "OMURBEKOV", true},
		{"Өмүрбеков", "OEMUERBEKOV", true},
		{"Чыңгыз", "CHYNGYZ", true},
		{"Чыңгыз", "CHINGIZ", true},
		{"Жылдыз", "ZHYLDYZ", true},
		{"Жылдыз", "JYLDYZ", true},
		{"Хасанов", "HASANOV", true},
		{"Асан кызы", "ASAN<KYZY", true},
		{"Асанов", "OSMONOV", false},
		{"Айгүл", "AIDA", false},
	} {
		if got := LatinAgrees(c.name, c.latin); got != c.want {
			t.Errorf("LatinAgrees(%q, %q) = %v", c.name, c.latin, got)
		}
	}
}
