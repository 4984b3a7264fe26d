package i18n

import (
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
)

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lang privacy.Lang
		key  string
		args []Arg
		want string
	}{
		"a plain sentence":                          {"ru", "basis.consent", nil, "Согласие"},
		"a language the house does not have":        {"uz", "basis.consent", nil, "Макулдук"},
		"a key nobody wrote is shown as it is":      {"ru", "basis.magic", nil, "basis.magic"},
		"a part with its value":                     {"en", "error.unknown_name", []Arg{A("name", "P99")}, "The edition of the policy has no such name: P99; choose one from its list."},
		"a part without its value is left out":      {"en", "error.unknown_name", []Arg{A("name", "")}, "The edition of the policy has no such name; choose one from its list."},
		"a part without its argument is left out":   {"ky", "error.too_many", nil, "Кыска убакытта өтө көп аракет болду; кайра аракет кылыңыз."},
		"two parts, one with its value":             {"ru", "error.code_wrong", []Arg{A("count", "2"), A("wait", "")}, "Код не подошёл, осталось попыток: 2; введите код из последнего SMS."},
		"an argument the sentence does not ask for": {"ru", "basis.law", []Arg{A("name", "x")}, "Закон"},
		"a count chooses the form: 1":               {"ru", "wait.minute", []Arg{N("count", 1)}, "через 1 минуту"},
		"a count chooses the form: 3":               {"ru", "wait.minute", []Arg{N("count", 3)}, "через 3 минуты"},
		"a count chooses the form: 11":              {"ru", "wait.minute", []Arg{N("count", 11)}, "через 11 минут"},
		"a count chooses the form: 21":              {"ru", "wait.minute", []Arg{N("count", 21)}, "через 21 минуту"},
		"Kyrgyz words do not change with the count": {"ky", "wait.day", []Arg{N("count", 1)}, "1 күндөн кийин"},
		"a value is not read as a placeholder":      {"en", "error.unknown_name", []Arg{A("name", "{wait}[x]")}, "The edition of the policy has no such name: {wait}[x]; choose one from its list."},
		"a count is written as the language does":   {"ru", "wait.day", []Arg{N("count", 1234)}, "через 1\u00a0234 дня"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Text(c.lang, c.key, c.args...); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMissingTranslationIsShownInKyrgyzNeverRussian(t *testing.T) {
	t.Parallel()
	for _, lang := range []privacy.Lang{"", "uz", "ru-RU"} {
		if got := Text(lang, "basis.law"); got != "Мыйзам" {
			t.Errorf("%q: got %q", lang, got)
		}
		if got := Text(lang, "wait.minute", N("count", 4)); got != "4 мүнөттөн кийин" {
			t.Errorf("%q: got %q", lang, got)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]privacy.Lang{
		"":                                       privacy.Kyrgyz,
		"*":                                      privacy.Kyrgyz,
		"ky":                                     privacy.Kyrgyz,
		"ky-KG,ky;q=0.9,ru;q=0.8,en;q=0.7":       privacy.Kyrgyz,
		"kg":                                     privacy.Kyrgyz,
		"kg-KG,ru;q=0.5":                         privacy.Kyrgyz,
		"ru-RU,ru;q=0.9,en;q=0.8":                privacy.Russian,
		"en-GB":                                  privacy.English,
		"en;q=0.3,ru;q=0.9":                      privacy.Russian,
		"ja":                                     privacy.Kyrgyz,
		"kk-KZ,kk;q=0.9":                         privacy.Russian,
		"de-DE,de;q=0.9":                         privacy.English,
		"fr,ru;q=0.1":                            privacy.Russian,
		";;;q=x":                                 privacy.Kyrgyz,
		"ru" + strings.Repeat(",en;q=0.1", 1000): privacy.Kyrgyz,
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%.40q) = %s, want %s", header, got, want)
		}
	}
}

func TestDatesAreInWordsAndOfBishkek(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 20, 5, 59, 0, time.UTC) // already the 25th in Bishkek
	for lang, want := range map[privacy.Lang][2]string{
		privacy.Kyrgyz:  {"25-ноябрь 2026-ж.", "25-ноябрь 2026-ж., 02:05"},
		privacy.Russian: {"25 ноября 2026 г.", "25 ноября 2026 г., 02:05"},
		privacy.English: {"25 November 2026", "25 November 2026, 02:05"},
	} {
		if got := Date(lang, at); got != want[0] {
			t.Errorf("Date in %s = %q, want %q", lang, got, want[0])
		}
		if got := Moment(lang, at); got != want[1] {
			t.Errorf("Moment in %s = %q, want %q", lang, got, want[1])
		}
	}
}

func TestWaitRoundsUpSoThatNobodyComesTooEarly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang privacy.Lang
		d    time.Duration
		want string
	}{
		{privacy.Kyrgyz, 4 * time.Minute, "4 мүнөттөн кийин"},
		{privacy.Russian, 4 * time.Minute, "через 4 минуты"},
		{privacy.English, 4 * time.Minute, "in 4 minutes"},
		{privacy.English, time.Minute + 1, "in 2 minutes"},
		{privacy.English, time.Nanosecond, "in 1 second"},
		{privacy.English, 59 * time.Second, "in 59 seconds"},
		{privacy.English, 59*time.Second + 1, "in 1 minute"},
		{privacy.English, 59*time.Minute + 1, "in 1 hour"},
		{privacy.Russian, 47 * time.Hour, "через 47 часов"},
		{privacy.Russian, 47*time.Hour + 1, "через 2 дня"},
		{privacy.Russian, 31 * 24 * time.Hour, "через 31 день"},
		{privacy.Kyrgyz, 0, ""},
		{privacy.Kyrgyz, -time.Second, ""},
		{privacy.English, 1<<63 - 1, "in 106,752 days"},
	} {
		if got := Wait(c.lang, c.d); got != c.want {
			t.Errorf("Wait(%s, %v) = %q, want %q", c.lang, c.d, got, c.want)
		}
	}
}

func TestNumbersGroupWithBlanksThatDoNotBreak(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang          privacy.Lang
		whole, hundts string
	}{
		{privacy.Kyrgyz, "1\u00a0234\u00a0567", "1\u00a0234,50"},
		{privacy.Russian, "1\u00a0234\u00a0567", "1\u00a0234,50"},
		{privacy.English, "1,234,567", "1,234.50"},
	} {
		if got := Number(c.lang, 1234567); got != c.whole {
			t.Errorf("Number in %s = %q, want %q", c.lang, got, c.whole)
		}
		if got := Hundredths(c.lang, 123450); got != c.hundts {
			t.Errorf("Hundredths in %s = %q, want %q", c.lang, got, c.hundts)
		}
	}
	if got := Hundredths(privacy.Kyrgyz, -5); got != "-0,05" {
		t.Errorf("five tyiyn below zero = %q", got)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"what is not an object":         `["a"]`,
		"nothing":                       ``,
		"an object that breaks off":     `{"a": "b"`,
		"a key that stands twice":       `{"a": "b", "a": "c"}`,
		"an empty text":                 `{"a": " "}`,
		"a text that is none":           `{"a": {"b": "c"}}`,
		"a placeholder without end":     `{"a": "b {c"}`,
		"a placeholder without name":    `{"a": "b {}"}`,
		"a placeholder with a sign":     `{"a": "b {c.d}"}`,
		"a part without end":            `{"a": "b [{c}"}`,
		"a part that begins nowhere":    `{"a": "b] {c}"}`,
		"a part without a placeholder":  `{"a": "b [c]"}`,
		"a part within a part":          `{"a": "b [{c} [{d}]]"}`,
		"a placeholder across the part": `{"a": "b [c {d] e}"}`,
	} {
		if got, err := read([]byte(file)); err == nil {
			t.Errorf("%s was taken: %v", name, got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("ky-KG,ru;q=0.8")
	f.Add("kg;q=1,*;q=0")
	f.Add("en-u-co-phonebk-x-y;q=0.5")
	f.Fuzz(func(t *testing.T, header string) {
		if _, ok := privacy.ParseLang(string(Match(header))); !ok {
			t.Errorf("%q leads to no language of the house", header)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("a {b}[, {c} d]")
	f.Add("[{")
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := parse(s); err == nil && source(m) != s {
			t.Errorf("%q is read as %q", s, source(m))
		}
	})
}
