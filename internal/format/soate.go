package format

import (
	_ "embed" // the classifier
	"slices"
	"strings"
	"sync"
)

// SOATEVersion names the edition of the embedded classifier. It is kept beside
// an address, because aiyl aimaks are merged and codes change. (policy 2.3.5)
const SOATEVersion = "2026-11"

// PlaceKind is the rank of a place in the classifier.
type PlaceKind string

// The ranks that the embedded classifier has.
const (
	Country      PlaceKind = "country"
	Oblast       PlaceKind = "oblast"
	RepublicCity PlaceKind = "city_rep" // Bishkek and Osh, of an oblast's rank
	CityDistrict PlaceKind = "city_district"
	Rayon        PlaceKind = "rayon"
	City         PlaceKind = "city" // a town of a rayon's rank
)

// Place is one unit of the state classifier of territories.
type Place struct {
	Code   string // 14 digits: 417, oblast, rayon or town, aimak, village
	Kind   PlaceKind
	Parent string // the code above; empty for the country
	Ky     string // its name in Kyrgyz
	Ru     string // its name in Russian
}

//go:embed soate.csv
var soateCSV string

// soateAlias maps codes that other sources give to a unit to the one we keep.
var soateAlias = map[string]string{"41704000000010": "41704400000010"} // Naryn town, as in the statistics workbook

type classifier struct {
	byCode   map[string]Place
	byRayon  map[string]Place // by the first eight digits
	byOblast map[string]Place // by the first five
	children map[string][]Place
}

var soate = sync.OnceValue(func() classifier {
	c := classifier{map[string]Place{}, map[string]Place{}, map[string]Place{}, map[string][]Place{}}
	for _, row := range readTable(soateCSV) {
		p := Place{row["code"], PlaceKind(row["kind"]), row["parent"], row["name_ky"], row["name_ru"]}
		c.byCode[p.Code] = p
		switch p.Kind {
		case Oblast:
			c.byOblast[p.Code[:5]] = p
		case RepublicCity:
			c.byOblast[p.Code[:5]], c.byRayon[p.Code[:8]] = p, p
		case Rayon, City, CityDistrict:
			c.byRayon[p.Code[:8]] = p
		}
		c.children[p.Parent] = append(c.children[p.Parent], p)
	}
	for _, list := range c.children {
		slices.SortFunc(list, func(a, b Place) int { return slices.Compare(SortKey(a.Ky), SortKey(b.Ky)) })
	}
	return c
})

// LookupSOATE finds a unit of the embedded classifier by its 14 digits.
func LookupSOATE(code string) (Place, bool) {
	p, ok := soate().byCode[code]
	return p, ok
}

// SOATEChildren lists the units just below code in Kyrgyz order; "" gives the
// country. A unit without children in the table gives none.
func SOATEChildren(code string) []Place { return slices.Clone(soate().children[code]) }

// RayonOf gives the rayon, town or city district that a code lies in, the
// finest place that analytics may see; false for an oblast, the country and
// codes the classifier does not have. (policy 2.3.5)
func RayonOf(code string) (Place, bool) {
	if len(code) != 14 {
		return Place{}, false
	}
	p, ok := soate().byRayon[code[:8]]
	return p, ok
}

// OblastOf gives the oblast, or Bishkek or Osh, that a code lies in.
func OblastOf(code string) (Place, bool) {
	if len(code) != 14 {
		return Place{}, false
	}
	p, ok := soate().byOblast[code[:5]]
	return p, ok
}

// ParseSOATE reads a code of 14 digits, blanks allowed. The rayon or town must
// be in the classifier; an aimak or village below it need not be, since the
// embedded table ends at rayons.
func ParseSOATE(s string) (string, error) {
	if len(s) > inputMax {
		return "", problem(SOATEForm)
	}
	code, ok := digitsOnly(s)
	if !ok || len(code) != 14 {
		return "", problem(SOATEForm)
	}
	if known, ok := soateAlias[code]; ok {
		code = known
	}
	if _, ok := RayonOf(code); ok {
		return code, nil
	}
	if strings.HasPrefix(code, "417") && strings.HasSuffix(code, "000000000") {
		if _, ok := LookupSOATE(code); ok {
			return "", problem(SOATECoarse)
		}
	}
	return "", problem(SOATEUnknown)
}
