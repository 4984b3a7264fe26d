package format

import "math"

// Location is a coarse cell of the globe: degrees rounded to two decimals,
// about a kilometre. Nothing finer is kept. (policy 2.3.6)
type Location struct{ Latitude, Longitude float64 }

// ParseLocation checks and rounds a pair of degrees. A problem names the part,
// "latitude" or "longitude".
func ParseLocation(latitude, longitude float64) (Location, error) {
	lat, err := parseDegrees(latitude, 90)
	if err != nil {
		return Location{}, inField("latitude", err)
	}
	lon, err := parseDegrees(longitude, 180)
	if err != nil {
		return Location{}, inField("longitude", err)
	}
	return Location{lat, lon}, nil
}

func parseDegrees(v, max float64) (float64, error) {
	if math.IsNaN(v) || v < -max || v > max {
		return 0, problem(LocationRange)
	}
	return math.Round(v*100)/100 + 0, nil // + 0 turns minus zero into zero
}
