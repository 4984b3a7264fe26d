package law

import (
	"regexp"
	"slices"
	"time"

	"kupuya/internal/privacy"
)

// Country is a state whose protection of personal data the regulator found
// adequate, so that data may go there without another ground. (DC-89)
type Country struct {
	Code  string        `yaml:"id" json:"code"` // ISO 3166-1 alpha-2
	Title privacy.Words `yaml:"title" json:"title"`
	From  Date          `yaml:"from" json:"from"`      // the first day on the list
	To    Date          `yaml:"to" json:"to,omitzero"` // the first day no longer on it; zero while it is
	Cites []Citation    `yaml:"cites" json:"cites"`    // the regulator's list
	Read  string        `yaml:"source" json:"source"`  // where it was read
}

// Home is the state of the Holder: within it nothing crosses a border.
const Home = "KG"

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// IsCountry reports whether code has the form of a country's code.
func IsCountry(code string) bool { return countryForm.MatchString(code) }

// fault says what is wrong with the country by itself, or "".
func (c *Country) fault() string {
	switch {
	case !IsCountry(c.Code):
		return "the id is not two capital letters, as in ISO 3166-1"
	case c.Code == Home:
		return "within the Holder's own state nothing crosses a border"
	case !c.Title.Complete():
		return "the title is not in ky, ru and en"
	case c.From.IsZero() || reversed(c.From, c.To):
		return "from is missing, or it ends before it begins"
	case len(c.Cites) == 0 || c.Read == "":
		return "cites nothing or names no source; a country stands on the regulator's list"
	}
	return ""
}

// indexCountries checks the list of countries.
func (r *Registry) indexCountries() error {
	seen := map[string]bool{}
	for i := range r.countries {
		c := &r.countries[i]
		msg := c.fault()
		if msg == "" {
			msg = r.cited(c.Cites)
		}
		if seen[c.Code] {
			msg = "the id is given twice"
		}
		if seen[c.Code] = true; msg != "" {
			return &Problem{TableCountries, i, c.Code, msg}
		}
	}
	return nil
}

// Countries lists the states that the regulator found adequate. It is empty as
// long as nobody has the regulator's list.
func (r *Registry) Countries() []Country { return slices.Clone(r.countries) }

// Adequate reports whether data may go to a state at the instant at because it
// is on the regulator's list.
func (r *Registry) Adequate(code string, at time.Time) bool {
	day := DateOf(at)
	return slices.ContainsFunc(r.countries, func(c Country) bool {
		return c.Code == code && !day.Before(c.From) && (c.To.IsZero() || day.Before(c.To))
	})
}
