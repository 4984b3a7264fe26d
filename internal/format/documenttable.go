package format

import (
	_ "embed" // the table of documents
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// DocType names a type of identity document, such as "id_card_2017".
type DocType string

// How the number of a type is written.
const (
	formSeries = "series" // two Latin letters and digits
	formFree   = "free"   // as the issuer writes it
	formBirth  = "birth"  // a series of up to eight characters and six to eight digits
)

// docRule is one row of documents.csv: what the number of a type looks like and
// when the type was issued.
type docRule struct {
	kind                 DocType
	form, series         string
	sure                 bool // the series is known and not assumed
	digitsMin, digitsMax int
	from, to             time.Time // days of issue; a zero end is open
	validYears           int       // 0: no term in the table
}

//go:embed documents.csv
var documentsCSV string

// documentTable reads the embedded table once. A row that cannot be read is a
// fault of the build, found by any test.
var documentTable = sync.OnceValue(func() []docRule {
	var rules []docRule
	for _, row := range readTable(documentsCSV) {
		rules = append(rules, docRule{
			kind: DocType(row["type"]), form: row["form"], series: row["series"], sure: row["series_sure"] != "no",
			digitsMin: number(row["digits_min"]), digitsMax: number(row["digits_max"]),
			from: date(row["issued_from"]), to: date(row["issued_to"]), validYears: number(row["valid_years"]),
		})
	}
	return rules
})

// DocTypes lists the types of the table in its order, the commonest first.
func DocTypes() []DocType {
	var types []DocType
	for _, r := range documentTable() {
		types = append(types, r.kind)
	}
	return types
}

func documentRule(t DocType) (docRule, bool) {
	for _, r := range documentTable() {
		if r.kind == t {
			return r, true
		}
	}
	return docRule{}, false
}

func knownSeries(series string) bool {
	return slices.ContainsFunc(documentTable(), func(r docRule) bool { return r.form == formSeries && r.series == series })
}

func (r docRule) issuedOn(d time.Time) bool {
	return !d.Before(r.from) && (r.to.IsZero() || !d.After(r.to))
}

func (r docRule) fits(digits string) bool {
	return len(digits) >= r.digitsMin && len(digits) <= r.digitsMax
}

// check gives the one writing of a number of this type, and whether its series
// is beyond doubt.
func (r docRule) check(s string) (string, bool, error) {
	series, digits, number, err := canonicalNumber(s)
	switch {
	case err != nil:
		return "", false, err
	case r.form == formFree:
		return number, true, nil
	case r.form == formBirth:
		m := birthNumber.FindStringSubmatch(number)
		if m == nil || !r.fits(m[2]) {
			return "", false, problem(DocumentNumber)
		}
		return number, true, nil
	case series == "", r.sure && series != r.series:
		return "", false, problem(DocumentSeries)
	case !r.fits(digits):
		return "", false, problem(DocumentNumber)
	}
	return number, r.sure, nil
}

// readTable gives the rows of an embedded table by column name.
func readTable(text string) []map[string]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("format: embedded table: " + err.Error())
	}
	var out []map[string]string
	for _, cells := range rows[1:] {
		row := make(map[string]string, len(cells))
		for i, cell := range cells {
			row[rows[0][i]] = cell
		}
		out = append(out, row)
	}
	return out
}

func number(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("format: embedded table: " + err.Error())
	}
	return n
}

func date(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(isoDate, s)
	if err != nil {
		panic("format: embedded table: " + err.Error())
	}
	return t
}
