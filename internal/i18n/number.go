package i18n

import (
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"kupuya/internal/privacy"
)

// Number writes a whole number: 1 234 567 with blanks that do not break, and
// 1,234,567 in English.
func Number(lang privacy.Lang, n int64) string {
	return message.NewPrinter(tag(lang)).Sprint(number.Decimal(n))
}

// Hundredths writes a sum given in its hundredth part, such as tyiyn for som:
// 1 234,50, and 1,234.50 in English. Sums beyond 90 million million are not
// exact.
func Hundredths(lang privacy.Lang, n int64) string {
	return message.NewPrinter(tag(lang)).Sprint(number.Decimal(float64(n)/100, number.Scale(2)))
}
