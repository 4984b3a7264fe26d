package i18n

import (
	"golang.org/x/text/language"

	"kupuya/internal/privacy"
)

// headerMax is how much of an Accept-Language header is worth reading.
const headerMax = 512

var matcher = language.NewMatcher(tags)

// Match chooses the language of a reader from an Accept-Language header. "kg",
// the country's code that sites write for the language, means Kyrgyz. Who asks for
// a language the house does not have gets one that its readers commonly know,
// by the tables of Unicode, and otherwise Kyrgyz. (clauses.md 8.1)
func Match(acceptLanguage string) privacy.Lang {
	if len(acceptLanguage) > headerMax {
		return privacy.Kyrgyz
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return privacy.Kyrgyz
	}
	for i, w := range wanted {
		if base, sure := w.Base(); sure == language.Exact && base.String() == "kg" {
			wanted[i] = tags[0]
		}
	}
	_, i, _ := matcher.Match(wanted...)
	return privacy.Langs[i]
}
