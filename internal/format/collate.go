package format

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKeyVersion names the tables behind SortKey. Keys are kept in the store
// and compared as bytes there, so a store rebuilds them when this changes.
const SortKeyVersion = "ky-cldr" + collate.CLDRVersion

// SortKey gives bytes whose order is the order of Kyrgyz: на, нб, ңа; Омар,
// орус, Өмүр, өрүк. The order of the bytes of the text itself puts ң, ө and ү
// after я, and databases differ in the locales they have.
func SortKey(s string) []byte {
	var buf collate.Buffer
	return slices.Clone(collate.New(language.Make("ky")).KeyFromString(&buf, s))
}
