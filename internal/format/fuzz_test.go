package format

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are values of every kind, right and wrong, for every parser.
var seeds = []string{
	"", " ", "\x00", "\xff", "-", "жок", "Асанов", "Токто уулу", "Acaнoв", "A.", "О'Нил", "y\u0306у", "1990-05-31", "2026-11-24",
	"2026-11-23T18:00:00+06:00", "13105199012345", "02404200610104", "AN1234567", "ан № 1234567", "A N N 1234567", "A B-N1234", "I-АБ 123456", "AB-C123",
	"id_card_2017", "41702205000000", "41704000000010", "720 011", "Aida@Example.ORG", "0555123456", "+996 (555) 12-34-56", "0991123456",
	"8 916 123-45-67", "192.0.2.77", "::ffff:192.0.2.77", "k_9f", "Mozilla/5.0", "https://MEGA24.kg/a?b=c#d", "/a%2fb", "/a?b c", "http://[::1]:80/%zz",
	"blob:0190f4a0-1111-7abc-8def-0123456789ab", strings.Repeat("AB", 16), "network", "42", "true", `["a"]`, "1e400", "{}", td1, td3,
}

// FuzzTypes gives every type any text and any JSON: no type may panic, what it
// gives must be its own one form, and the mask may not be the value.
func FuzzTypes(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, made bool) {
		opts := Options{Today: today, Demo: made}
		raws := []any{s, []any{s}}
		var v any
		if json.Unmarshal([]byte(s), &v) == nil {
			raws = append(raws, v)
		}
		for _, name := range Types() {
			kind, _ := Type(name)
			for _, raw := range raws {
				kind.Mask(raw)
				got, err := kind.Normalise(raw, opts)
				if err != nil {
					if strings.Contains(err.Error(), s) && len(s) > 12 {
						t.Errorf("%s: the error holds the value", name)
					}
					codeOf(t, err)
					continue
				}
				again(t, kind, got, opts)
				str, ok := got.(string)
				if ok && !utf8.ValidString(str) {
					t.Errorf("%s gives broken text %q", name, str)
				}
				if ok && str != hidden && name != "doc_type" && str != initials(str) && kind.Mask(got) == str {
					t.Errorf("%s: the mask is the value %q", name, str)
				}
			}
		}
	})
}

// FuzzMRZ checks that no text makes the reader of zones panic and that the
// lines it gives are read again to the same zone.
func FuzzMRZ(f *testing.F) {
	f.Add(td1)
	f.Add(td3)
	f.Add(card("ID1234567", "13105199012345<", "900531", "F", "290101"))
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMRZ(s, today)
		if err != nil {
			return
		}
		m.PIN(today)
		twice, err := ParseMRZ(m.Text(), today)
		if err != nil || twice.Text() != m.Text() || twice.Number != m.Number || !twice.Birth.Equal(m.Birth) {
			t.Errorf("read again: %v", err)
		}
	})
}

// FuzzDocument tries every type of document with any number and day.
func FuzzDocument(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "2018-01-01")
	}
	f.Fuzz(func(t *testing.T, number, issued string) {
		for _, kind := range DocTypes() {
			d, w, err := ParseDocument(kind, number, issued, today)
			if err != nil {
				codeOf(t, err)
				continue
			}
			twice, w2, err := ParseDocument(kind, d.Number(), d.Issued().Format(isoDate), today)
			if err != nil || twice != d || len(w) != len(w2) {
				t.Errorf("%s: %q read again gives %q, %v", kind, d.number, twice.number, err)
			}
		}
	})
}

// FuzzKeys checks what is made for comparing: no panic, and every name has a key.
func FuzzKeys(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		SortKey(s)
		TruncateIP(s)
		LatinAgrees(s, s)
		RayonOf(s)
		name, err := ParseName(s)
		if err != nil {
			return
		}
		if NameKey(name) == "" {
			t.Errorf("name %q has no key", name)
		}
	})
}

// FuzzAddress checks that an address in its one writing stays as it is.
func FuzzAddress(f *testing.F) {
	f.Add("41711201000000", "Чүй пр.", "114", "7а", "720 011")
	f.Add("41704000000010", "", "1", "", "")
	f.Fuzz(func(t *testing.T, soate, street, house, flat, postcode string) {
		a, err := Address{soate, street, house, flat, postcode}.Normalise()
		if err != nil {
			codeOf(t, err)
			return
		}
		if twice, err := a.Normalise(); err != nil || twice != a {
			t.Errorf("read again: %v", err)
		}
	})
}
