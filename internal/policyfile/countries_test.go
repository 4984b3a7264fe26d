package policyfile

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"kupuya/internal/law"
)

// withCountries is the shipped law with a list of countries; "" is none.
func withCountries(t *testing.T, list string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{actsFile, deadlinesFile, holidaysFile, holdsFile} {
		data, err := fs.ReadFile(os.DirFS(lawPack), name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	if list != "" {
		files[countriesFile] = &fstest.MapFile{Data: []byte(list)}
	}
	return files
}

const oneCountry = `countries:
  - id: ZZ
    title: {ky: "Бирөө", ru: "Некая", en: "Some"}
    from: 2026-06-01
    to: 2026-09-01
    cites: [{act: dc, article: "89"}]
    source: "a test"
`

// DC-89: the list ships empty, and an archive from before there was one is read.
func TestNoCountryIsAdequateUntilSomebodyHasTheList(t *testing.T) {
	t.Parallel()
	at := moment(t, "2026-07-01T00:00")
	if r := shippedLaw(t); len(r.Countries()) != 0 || r.Adequate("KZ", at) {
		t.Errorf("the shipped list is %v", r.Countries())
	}
	if r, err := LoadLaw(withCountries(t, "")); err != nil || r.Adequate("ZZ", at) {
		t.Errorf("without the file: %v", err)
	}
	r, err := LoadLaw(withCountries(t, oneCountry))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{"2026-05-31T23:59": false, "2026-06-01T00:00": true, "2026-08-31T23:59": true, "2026-09-01T00:00": false} {
		if got := r.Adequate("ZZ", moment(t, day)); got != want {
			t.Errorf("on %s: %v", day, got)
		}
	}
	if r.Adequate("KZ", at) || !law.IsCountry("ZZ") || law.IsCountry("zz") || law.IsCountry("KGZ") {
		t.Error("a country that is not on the list is adequate, or a code that is none")
	}
}

func TestAListOfCountriesThatIsWrongIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"a code of three letters": {"id: ZZ", "id: ZZZ"},
		"our own state":           {"id: ZZ", "id: KG"},
		"no source":               {`source: "a test"`, `source: ""`},
		"no article":              {`[{act: dc, article: "89"}]`, "[]"},
		"an unknown act":          {"act: dc,", "act: ghost,"},
		"days the wrong way":      {"to: 2026-09-01", "to: 2026-05-01"},
		"no Kyrgyz":               {`ky: "Бирөө", `, ""},
		"the same twice":          {"countries:\n", "countries:\n" + strings.TrimPrefix(oneCountry, "countries:\n")},
	} {
		list := strings.Replace(oneCountry, change[0], change[1], 1)
		_, err := LoadLaw(withCountries(t, list))
		var where *FileError
		if !errors.As(err, &where) || where.File != countriesFile || where.Line == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
