package format

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestParseSOATE(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"a rayon", "41702205000000", "41702205000000", ""},
		{"blanks", "417 02 205 000 000", "41702205000000", ""},
		{"a town", "41702410000010", "41702410000010", ""},
		{"Bishkek", "41711000000000", "41711000000000", ""},
		{"a village below a rayon we know", "41702205801020", "41702205801020", ""},
		{"Naryn town as the workbook has it", "41704000000010", "41704400000010", ""},
		{"a rayon that does not exist", "41702299000000", "", SOATEUnknown},
		{"a village of such a rayon", "41702299801010", "", SOATEUnknown},
		{"another country", "39802205000000", "", SOATEUnknown},
		{"an oblast is too coarse", "41702000000000", "", SOATECoarse},
		{"the country is too coarse", "41700000000000", "", SOATECoarse},
		{"thirteen digits", "4170220500000", "", SOATEForm},
		{"letters", "4170220500000O", "", SOATEForm},
	}, ParseSOATE)
}

func TestClassifier(t *testing.T) {
	t.Parallel()
	if got := len(soate().byCode); got != 66 {
		t.Errorf("%d codes, want 66", got)
	}
	for code, p := range soate().byCode {
		if p.Ky == "" || p.Ru == "" {
			t.Errorf("%s lacks a name", code)
		}
		if p.Kind == Country {
			continue
		}
		if _, ok := LookupSOATE(p.Parent); !ok {
			t.Errorf("%s has an unknown parent %s", code, p.Parent)
		}
		if o, ok := OblastOf(code); !ok || o.Kind != Oblast && o.Kind != RepublicCity {
			t.Errorf("%s lies in no oblast", code)
		}
	}
	if p, ok := RayonOf("41706255801010"); !ok || p.Ky != "Өзгөн району" {
		t.Errorf("a village of Özgön rayon lies in %q", p.Ky)
	}
	for _, code := range []string{"41706000000000", "41700000000000", "", "417", "41799255801010"} {
		if p, ok := RayonOf(code); ok {
			t.Errorf("%q lies in %q", code, p.Ky)
		}
	}
	if p, ok := OblastOf("41706255801010"); !ok || p.Ky != "Ош облусу" {
		t.Errorf("it lies in %q", p.Ky)
	}
}

func TestChildrenAreInKyrgyzOrder(t *testing.T) {
	t.Parallel()
	var names []string
	for _, p := range SOATEChildren("41706000000000") {
		names = append(names, p.Ky)
	}
	want := []string{"Алай району", "Араван району", "Кара-Кулжа району", "Кара-Суу району", "Ноокат району", "Өзгөн району", "Чоң-Алай району"}
	if !slices.Equal(names, want) {
		t.Errorf("children of Osh oblast: %v", names)
	}
	if top := SOATEChildren(""); len(top) != 1 || top[0].Kind != Country {
		t.Errorf("the top is %v", top)
	}
	if SOATEChildren("41702205000000") != nil {
		t.Error("a rayon has children in the table")
	}
	SOATEChildren("41706000000000")[0].Ky = "spoilt"
	if SOATEChildren("41706000000000")[0].Ky == "spoilt" {
		t.Error("a caller can change the classifier")
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	full := Address{" 41711201000000", " Чүй  пр.", "114", "7а", "720 011"}
	got, err := full.Normalise()
	if want := (Address{"41711201000000", "Чүй пр.", "114", "7а", "720011"}); err != nil || got != want {
		t.Errorf("got %q %q %q %q %q, %v", got.SOATE, got.Street, got.House, got.Flat, got.Postcode, err)
	}
	if got.String() != "Ленин району" {
		t.Errorf("mask %q", got)
	}
	if _, err := (Address{SOATE: "41702205000000", House: "3"}).Normalise(); err != nil {
		t.Errorf("a house in a village without streets: %v", err)
	}
	for field, spoil := range map[string]func(*Address){
		"soate":    func(a *Address) { a.SOATE = "1" },
		"street":   func(a *Address) { a.Street = strings.Repeat("ө", 201) },
		"house":    func(a *Address) { a.House = "" },
		"flat":     func(a *Address) { a.Flat = "\x00" },
		"postcode": func(a *Address) { a.Postcode = "123456" },
	} {
		a := full
		spoil(&a)
		_, err := a.Normalise()
		if p, ok := err.(*Problem); !ok || p.Field != field {
			t.Errorf("spoilt %s: %v", field, err)
		}
	}
}

func TestSortKeyIsKyrgyzOrder(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{
		{"на", "нб", "ңа"},
		{"Омар", "орус", "Өмүр", "өрүк"},
		{"уй", "үй"},
		{"Ошто", "Өзгөн"},
		{"Уч", "Үч"},
		{"Алымбекова Каныкей", "Алымбекова Нургүл", "Өмүрбеков Азамат"},
	} {
		for i := 1; i < len(order); i++ {
			if bytes.Compare(SortKey(order[i-1]), SortKey(order[i])) >= 0 {
				t.Errorf("%s does not stand before %s", order[i-1], order[i])
			}
		}
	}
	if !strings.HasPrefix(SortKeyVersion, "ky-") {
		t.Errorf("sort keys have the version %q", SortKeyVersion)
	}
}

func TestParseLocation(t *testing.T) {
	t.Parallel()
	got, err := ParseLocation(42.874722, 74.612222)
	if err != nil || got != (Location{42.87, 74.61}) {
		t.Errorf("%v, %v", got, err)
	}
	for field, l := range map[string]Location{"latitude": {90.01, 0}, "longitude": {0, -180.01}} {
		_, err := ParseLocation(l.Latitude, l.Longitude)
		if p, ok := err.(*Problem); !ok || p.Code != LocationRange || p.Field != field {
			t.Errorf("%v: %v", l, err)
		}
	}
	if _, err := ParseLocation(-90, 180); err != nil {
		t.Errorf("the edge of the globe: %v", err)
	}
}
