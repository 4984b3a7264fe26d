package format

import (
	"regexp"
	"testing"
)

func TestParseDocumentNumber(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"as kept", "AN1234567", "AN1234567", ""},
		{"lower case with a blank", "an 1234567", "AN1234567", ""},
		{"Cyrillic АН is AN by sound, for AH is no series", "ан № 1234567", "AN1234567", ""},
		{"Latin AH stays AH", "AH1234567", "AH1234567", ""},
		{"Cyrillic ИД is ID by sound", "И Д 1234567", "ID1234567", ""},
		{"Cyrillic РЕ is PE by look", "РЕ1234567", "PE1234567", ""},
		{"a Cyrillic А beside a Latin N", "АN 1234567", "AN1234567", ""},
		{"Cyrillic АС is AC", "ас № 123456", "AC123456", ""},
		{"a sign for number", "ID №0012345", "ID0012345", ""},
		{"No in words", "ID No. 0012345", "ID0012345", ""},
		{"Nº and a hyphen", "id nº 001-2345", "ID0012345", ""},
		{"a hash and a long dash", "ID–# 0012345", "ID0012345", ""},
		{"blanks everywhere", " I D  12 34 567 ", "ID1234567", ""},
		{"a series that begins like the sign for number", "NO1234567", "NO1234567", ""},
		{"a known series with too few digits", "ID123456", "", DocumentNumber},
		{"a known series with too many", "AN12345678", "", DocumentNumber},
		{"AC may have six", "AC123456", "AC123456", ""},
		{"AC may not have five", "AC12345", "", DocumentNumber},
		{"a foreign passport", "n1234567a", "N1234567A", ""},
		{"a Cyrillic series without twins stays Cyrillic", "аж 123456", "АЖ123456", ""},
		{"a Roman numeral beside Cyrillic", "I-АБ № 123456", "I-АБ123456", ""},
		{"alphabets mixed beyond look-alikes", "АЖZ123456", "", DocumentAlphabet},
		{"no digits", "PASSPORT", "", DocumentNumber},
		{"too long", "ABCDEFGHIJ12345678901", "", DocumentNumber},
		{"a NUL within", "AN\x001234567", "", ValueCharacters},
		{"nothing", "", "", ValueEmpty},
	}, ParseDocumentNumber)
}

func TestParseDocument(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		kind         DocType
		number, date string
		code, field  string
		warning      Warning
	}{
		{"a card of 2004 on its last day", "id_card_2004", "AN1234567", "2017-04-30", "", "", ""},
		{"a card whose ten years have passed", "id_card_2004", "AN1234567", "2016-11-22", "", "", DocumentExpired},
		{"a card on the last day of its term", "id_card_2004", "AN1234567", "2016-11-23", "", "", ""},
		{"a card of 2004 a day later", "id_card_2004", "AN1234567", "2017-05-01", DocumentInterval, "issued", ""},
		{"a card of 2017 on its first day", "id_card_2017", "ID1234567", "2017-05-01", "", "", ""},
		{"a card of 2017 a day earlier", "id_card_2017", "ID1234567", "2017-04-30", DocumentInterval, "issued", ""},
		{"a card issued today", "id_card_2025", "ID1234567", "2026-11-23", "", "", DocumentUnsure},
		{"a card issued tomorrow", "id_card_2025", "ID1234567", "2026-11-24", DateFuture, "issued", ""},
		{"the series of another type", "id_card_2017", "AN1234567", "2018-01-01", DocumentSeries, "number", ""},
		{"no series", "id_card_2017", "1234567", "2018-01-01", DocumentSeries, "number", ""},
		{"too few digits", "id_card_2017", "ID123456", "2018-01-01", DocumentNumber, "number", ""},
		{"an assumed series is a warning", "passport_2020", "PE1234567", "2022-01-01", "", "", DocumentUnsure},
		{"so is another in its place", "passport_2020", "PA1234567", "2022-01-01", "", "", DocumentUnsure},
		{"a military card has a free number", "military_id", "НБ 123456", "2010-06-01", "", "", ""},
		{"a birth certificate", "birth_certificate", "I-АБ №123456", "2015-06-01", "", "", ""},
		{"a birth certificate of two letters and seven digits", "birth_certificate", "KR 0012345", "2015-06-01", "", "", ""},
		{"a birth certificate with five digits", "birth_certificate", "I-АБ 12345", "2015-06-01", DocumentNumber, "number", ""},
		{"an unknown type", "library_card", "ID1234567", "2018-01-01", DocumentType, "type", ""},
		{"no day of issue", "id_card_2017", "ID1234567", "", DateForm, "issued", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, w, err := ParseDocument(c.kind, c.number, c.date, today)
			if code := codeOf(t, err); code != c.code {
				t.Fatalf("problem %q, want %q", code, c.code)
			}
			if err != nil {
				if p := err.(*Problem); p.Field != c.field {
					t.Errorf("field %q, want %q", p.Field, c.field)
				}
				return
			}
			if c.warning != "" != hasWarning(w, c.warning) {
				t.Errorf("warnings %v, want %q", w, c.warning)
			}
			if c.warning == "" && len(w) > 0 {
				t.Errorf("unexpected warnings %v", w)
			}
			if d.Type() != c.kind || d.Issued().Format(isoDate) != c.date {
				t.Errorf("document is %s of %s", d.Type(), d.Issued())
			}
		})
	}
}

func TestDocumentTable(t *testing.T) {
	t.Parallel()
	seen := map[DocType]bool{}
	for _, r := range documentTable() {
		if seen[r.kind] {
			t.Errorf("%s stands twice", r.kind)
		}
		seen[r.kind] = true
		if r.from.IsZero() || !r.to.IsZero() && r.to.Before(r.from) {
			t.Errorf("%s has no interval", r.kind)
		}
		switch r.form {
		case formSeries:
			if !regexp.MustCompile(`^[A-Z]{2}$`).MatchString(r.series) || r.digitsMin < 1 || r.digitsMax < r.digitsMin {
				t.Errorf("%s: series %q, digits %d-%d", r.kind, r.series, r.digitsMin, r.digitsMax)
			}
		case formFree, formBirth:
		default:
			t.Errorf("%s: form %q", r.kind, r.form)
		}
	}
	if got := len(DocTypes()); got != 14 {
		t.Errorf("%d types, want 14", got)
	}
}
