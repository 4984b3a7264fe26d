package synth

import (
	"math/rand/v2"
	"strconv"

	"kupuya/internal/format"
)

// region is an oblast or one of the two great cities: how many live there, what
// its postal indices begin with, and a box of coordinates that lies wholly
// within the country.
type region struct {
	code         string // of the classifier
	share        int    // in a hundred
	postcode     string // the first four digits
	south, north float64
	west, east   float64
}

var (
	cityStreets    = []string{"Чүй пр.", "Манас пр.", "Киев көч.", "ул. Токтогула", "ул. Московская", "Жибек Жолу пр.", "7-мкр.", "Асанбай мкр.", "ул. Ахунбаева"}
	villageStreets = []string{"Ленин көч.", "Манас көч.", "Ысык-Көл көч.", "ул. Школьная", "Бейшеналиев көч.", "Алма-Ата көч.", "ж/м Достук"}
)

var regions = []region{
	{code: "41711000000000", share: 27, postcode: "7200", south: 42.82, north: 42.92, west: 74.50, east: 74.68},
	{code: "41721000000000", share: 6, postcode: "7235", south: 40.48, north: 40.56, west: 72.76, east: 72.84},
	{code: "41708000000000", share: 16, postcode: "7240", south: 42.65, north: 42.82, west: 73.80, east: 75.20},
	{code: "41706000000000", share: 18, postcode: "7230", south: 39.80, north: 40.40, west: 72.70, east: 73.80},
	{code: "41703000000000", share: 15, postcode: "7209", south: 41.30, north: 41.80, west: 72.40, east: 73.80},
	{code: "41702000000000", share: 7, postcode: "7220", south: 41.90, north: 42.50, west: 76.60, east: 78.50},
	{code: "41705000000000", share: 5, postcode: "7251", south: 40.00, north: 40.08, west: 70.75, east: 70.90},
	{code: "41704000000000", share: 3, postcode: "7229", south: 41.20, north: 41.80, west: 74.50, east: 76.50},
	{code: "41707000000000", share: 3, postcode: "7242", south: 42.40, north: 42.60, west: 71.50, east: 72.80},
}

func pickRegion(r *rand.Rand) region {
	at, n := r.IntN(100), 0
	for at -= regions[0].share; at >= 0; at -= regions[n].share {
		n++
	}
	return regions[n]
}

// home makes an address by the classifier. (policy 2.3.5)
func home(r *rand.Rand) map[string]any {
	at := pickRegion(r)
	place := at.code
	if below := format.SOATEChildren(at.code); len(below) > 0 {
		place = pick(r, below).Code
	}
	p, _ := format.LookupSOATE(place)
	a := map[string]any{
		"soate": place, "house": strconv.Itoa(1 + r.IntN(250)),
		"postcode": at.postcode + strconv.Itoa(10+r.IntN(90)),
	}
	if p.Kind == format.Rayon {
		a["street"] = pick(r, villageStreets)
		return a
	}
	a["street"] = pick(r, cityStreets)
	if r.IntN(3) > 0 {
		a["flat"] = strconv.Itoa(1 + r.IntN(120))
	}
	return a
}

// cell gives a coarse place of the country. (policy 2.3.6)
func cell(r *rand.Rand) (latitude, longitude float64) {
	at := pickRegion(r)
	l, err := format.ParseLocation(at.south+r.Float64()*(at.north-at.south), at.west+r.Float64()*(at.east-at.west))
	if err != nil {
		panic("synth: a region lies outside the globe")
	}
	return l.Latitude, l.Longitude
}
