package format

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// sample is what a type makes of one value: the one form and the mask, or the code.
type sample struct {
	name string
	raw  any
	want any
	mask string
	code string
}

func bad(name string, raw any, code string) sample { return sample{name: name, raw: raw, code: code} }

func good(name string, raw, want any, mask string) sample {
	return sample{name: name, raw: raw, want: want, mask: mask}
}

var blob = "blob:0190f4a0-1111-7abc-8def-0123456789ab"

var samples = map[string][]sample{
	"name": {
		good("a name", " Асанов ", "Асанов", "А."), good("two words", "Токто уулу", "Токто уулу", "Т. у."),
		bad("a digit", "Асан1", NameDigits), bad("nothing", "", ValueEmpty),
	},
	"patronymic": {
		good("given", "Асановна", "Асановна", "А."), good("absent", "", "", ""), good("a dash", "-", "", ""),
		bad("a digit", "7", NameDigits),
	},
	"text": {
		good("free text", " СРС  211031 ", "СРС 211031", "•••"), good("200 runes", strings.Repeat("ң", 200), strings.Repeat("ң", 200), "•••"),
		bad("201 runes", strings.Repeat("ң", 201), ValueLong), bad("a control character", "a\u0007b", ValueCharacters), bad("nothing", " ", ValueEmpty),
	},
	"date":       {good("a day", "2030-01-01", "2030-01-01", "••.••.2030"), bad("no day", "2030-02-30", DateUnreal)},
	"birth_date": {good("a birth", "1990-05-31", "1990-05-31", "••.••.1990"), bad("in the future", "2030-01-01", DateFuture)},
	"time": {
		good("in Bishkek", "2026-11-23T18:00:00+06:00", "2026-11-23T12:00:00Z", "••.••.2026"),
		good("with a fraction", "2026-11-23T12:00:00.250Z", "2026-11-23T12:00:00.25Z", "••.••.2026"),
		bad("without a zone", "2026-11-23T12:00:00", TimeForm), bad("the year 1", "0001-01-01T00:00:00Z", TimeForm),
	},
	"pin": {
		good("a PIN", "1 31051990 12345", "13105199012345", "••••••••••2345"), bad("an entity's", "02404200610104", PINEntity),
		bad("a number of JSON", 13105199012345.0, ValueType),
	},
	"doc_type":   {good("a card", "id_card_2017", "id_card_2017", "id_card_2017"), bad("unknown", "library_card", DocumentType)},
	"doc_number": {good("a card", "id 123-4567", "ID1234567", "••••••567"), bad("short", "ID12345", DocumentNumber)},
	"soate":      {good("a rayon", "41702205000000", "41702205000000", "Ак-Суу району"), bad("unknown", "41799999999999", SOATEUnknown)},
	"postcode": {
		good("a postcode", "720 011", "720011", "72••••"), bad("another country's", "620011", PostcodeForm), bad("short", "72001", PostcodeForm),
	},
	"location": {
		good("rounded", 74.58762, 74.59, "74.••"), good("JSON's own number", json.Number("42.8"), 42.8, "42.••"), good("zero has no sign", -0.001, 0.0, "0.••"),
		good("the edge", 180.0, 180.0, "180.••"), bad("beyond the edge", 180.01, LocationRange), bad("no number", math.NaN(), LocationRange),
		bad("without end", math.Inf(1), LocationRange), bad("text", "42.8", ValueType),
	},
	"latitude":  {good("Bishkek", 42.8746, 42.87, "42.••"), bad("beyond the pole", 90.1, LocationRange)},
	"longitude": {good("Bishkek", 74.5698, 74.57, "74.••"), bad("beyond the edge", -180.1, LocationRange)},
	"email":     {good("an address", "Aida@Example.org", "Aida@example.org", "A•••@e•••.org"), bad("no address", "aida", EmailForm)},
	"msisdn":    {good("a number", "0555 123 456", "+996555123456", "+996 ••• ••• 456"), bad("made up", "0991123456", MSISDNSynthetic)},
	"ip": {
		good("version 4", " 192.0.2.77", "192.0.2.77", "192.0.2.0/24"), good("version 6", "2001:DB8:0:0::1", "2001:db8::1", "2001:db8::/48"),
		good("version 4 within 6", "::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0/24"), bad("a zone", "fe80::1%eth0", IPForm), bad("leading zeros", "192.0.02.1", IPForm),
	},
	"cookie": {
		good("an id", "k_9f.A-Z~", "k_9f.A-Z~", "•••"), bad("a semicolon", "a;b", CookieForm), bad("a blank", "a b", CookieForm),
		bad("a backslash", `a\b`, CookieForm), good("256 bytes", strings.Repeat("a", 256), strings.Repeat("a", 256), "•••"), bad("257 bytes", strings.Repeat("a", 257), CookieForm),
	},
	"user_agent": {
		good("a browser", "Mozilla/5.0 (Linux; Android 14)", "Mozilla/5.0 (Linux; Android 14)", "Mozilla •••"), good("an unknown program", "Айгүл/1", "Айгүл/1", "•••"),
		bad("513 runes", strings.Repeat("a", 513), ValueLong),
	},
	"device": {
		good("a telephone", "Samsung Galaxy A15", "Samsung Galaxy A15", "Samsung •••"), good("a name its owner gave", "Айгүлдүн телефону", "Айгүлдүн телефону", "•••"),
		good("a hardware number", "356938035643809", "356938035643809", "•••"), bad("a new line", "a\nb", ValueCharacters),
	},
	"url": {
		good("a page", "HTTPS://MEGA24.kg/tariffs?id=7#top", "https://mega24.kg/tariffs?id=7", "https://mega24.kg/•••"), good("a path", "/tariffs/7", "/tariffs/7", "/•••"),
		bad("a password", "https://a:b@mega24.kg/", URLForm), bad("a script", "javascript:alert(1)", URLForm), bad("another site without a scheme", "//evil.example/x", URLForm),
		bad("a file", "file:///etc/passwd", URLForm), bad("no path from the root", "tariffs", URLForm), bad("a page too long", "/"+strings.Repeat("a", 2048), ValueLong),
	},
	"image": {good("a reference", blob, blob, "•••"), bad("a path", "blob:../../etc/passwd", ImageForm), bad("data", "data:image/png;base64,AAAA", ImageForm)},
	"hash": {
		good("in capitals", strings.Repeat("AB", 32), strings.Repeat("ab", 32), "•••"), bad("odd", strings.Repeat("a", 63), HashForm),
		bad("fifteen bytes", strings.Repeat("ab", 15), HashForm), bad("a number in the clear", "+996555123456", HashForm),
	},
	"code": {good("a code", " Network ", "network", "•••"), good("64 bytes", strings.Repeat("a", 64), strings.Repeat("a", 64), "•••"), bad("65 bytes", strings.Repeat("a", 65), CodeForm), bad("a blank", "a b", CodeForm)},
	"hashes": {
		good("two", []any{strings.Repeat("AB", 16), strings.Repeat("cd", 16)}, []string{strings.Repeat("ab", 16), strings.Repeat("cd", 16)}, "•••"),
		good("none", []any{}, []string{}, "•••"), bad("a number within", []any{1.0}, ValueType), bad("a telephone number within", []any{"0555123456"}, HashForm),
		good("five thousand", slices.Repeat([]any{strings.Repeat("ab", 16)}, 5000), slices.Repeat([]string{strings.Repeat("ab", 16)}, 5000), "•••"),
		bad("one more", slices.Repeat([]any{strings.Repeat("ab", 16)}, 5001), ValueList), bad("no list", strings.Repeat("ab", 16), ValueType),
	},
	"codes": {good("two", []any{"open", "pay.bill"}, []string{"open", "pay.bill"}, "•••"), bad("one is no code", []any{"open", "?"}, CodeForm)},
	"count": {
		good("a number", 42.0, int64(42), "•••"), good("zero", json.Number("0"), int64(0), "•••"), good("the last exact one", float64(1<<53-1), int64(1<<53-1), "•••"),
		bad("beyond", float64(1<<53), CountWhole), bad("a fraction", 1.5, CountWhole), bad("below zero", -1.0, CountWhole), bad("not a number", math.NaN(), CountWhole), bad("text", "42", ValueType),
	},
	"bool": {good("true", true, true, "•••"), good("false", false, false, "•••"), bad("text", "true", ValueType)},
}

func TestTypes(t *testing.T) {
	t.Parallel()
	for _, name := range Types() {
		kind, _ := Type(name)
		if kind.Name() != name {
			t.Errorf("%s calls itself %s", name, kind.Name())
		}
		if len(samples[name]) < 2 {
			t.Errorf("type %s is tried with %d values", name, len(samples[name]))
		}
		for _, wrong := range []any{nil, map[string]any{}, []any{map[string]any{}}, struct{}{}} {
			if _, err := kind.Normalise(wrong, plainly); codeOf(t, err) != ValueType {
				t.Errorf("%s takes %T: %v", name, wrong, err)
			}
		}
		if kind.Mask(nil) != "" {
			t.Errorf("%s masks no value as %q", name, kind.Mask(nil))
		}
		for _, s := range samples[name] {
			t.Run(name+": "+s.name, func(t *testing.T) {
				t.Parallel()
				got, err := kind.Normalise(s.raw, plainly)
				if code := codeOf(t, err); code != s.code {
					t.Fatalf("problem %q, want %q", code, s.code)
				}
				if err != nil {
					if got != nil {
						t.Errorf("refused, yet it gives %v", got)
					}
					return
				}
				if !reflect.DeepEqual(got, s.want) {
					t.Errorf("got %#v, want %#v", got, s.want)
				}
				if m := Mask(name, got); m != s.mask {
					t.Errorf("mask %q, want %q", m, s.mask)
				}
				again(t, kind, got, plainly)
			})
		}
	}
}

// again checks that the one form is its own one form, also after JSON.
func again(t *testing.T, kind Kind, value any, opts Options) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var back any
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{value, back} {
		twice, err := kind.Normalise(v, opts)
		if err != nil || !reflect.DeepEqual(twice, value) {
			t.Errorf("%s: %#v read again gives %#v, %v", kind.Name(), value, twice, err)
		}
	}
}

func TestUnknownTypeIsRefusedAndHidden(t *testing.T) {
	t.Parallel()
	kind, ok := Type("iris_scan")
	if ok {
		t.Fatal("an unknown type is known")
	}
	if _, err := kind.Normalise("x", plainly); err == nil {
		t.Error("an unknown type reads")
	}
	if kind.Mask("secret") != hidden || Mask("iris_scan", "secret") != hidden {
		t.Error("an unknown type shows its value")
	}
}

func TestNoTodayMeansNoBirthIsTaken(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]string{"birth_date": "1990-05-31", "pin": "13105199012345"} {
		kind, _ := Type(name)
		if _, err := kind.Normalise(v, Options{}); err == nil {
			t.Errorf("%s was read without a day to read it on", name)
		}
	}
}

func TestMaskHidesWhatIsNotOfTheType(t *testing.T) {
	t.Parallel()
	const canary = "канарейка-13105199012345"
	for _, name := range Types() {
		m := Mask(name, canary)
		if name == "name" || name == "patronymic" { // text of any kind has a first letter
			if m != "к." {
				t.Errorf("%s: %q", name, m)
			}
			continue
		}
		if m != hidden && name != "url" && name != "doc_number" || strings.Contains(m, "канар") {
			t.Errorf("%s shows %q", name, m)
		}
		if m := Mask(name, struct{ X string }{canary}); m != hidden {
			t.Errorf("%s shows %q of a struct", name, m)
		}
	}
}

func TestProblemsAreAClosedSet(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range Problems() {
		if seen[c] || strings.Count(c, ".") != 1 {
			t.Errorf("code %q stands twice or has no room", c)
		}
		seen[c] = true
	}
	for _, list := range samples {
		for _, s := range list {
			if s.code != "" && !seen[s.code] {
				t.Errorf("%s is not in Problems()", s.code)
			}
		}
	}
	for _, w := range Warnings() {
		if seen[string(w)] {
			t.Errorf("%s is both a problem and a warning", w)
		}
	}
}

func TestEveryCodeOfTheSourceIsListed(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, c := range Problems() {
		listed[c] = true
	}
	for _, w := range Warnings() {
		listed[string(w)] = true
	}
	for _, code := range declared(t) {
		if !listed[code] {
			t.Errorf("%s is declared and not listed", code)
		}
		delete(listed, code)
	}
	for code := range listed {
		t.Errorf("%s is listed and not declared", code)
	}
}

func TestProblemNamesThePartAndNotTheValue(t *testing.T) {
	t.Parallel()
	_, err := ParseDateBoxes("31", "канарейка", "1990")
	if got := err.Error(); got != "format: date.form in month" {
		t.Errorf("error %q", got)
	}
	if got := problem(PINDate).Error(); got != "format: pin.date" {
		t.Errorf("error %q", got)
	}
}
