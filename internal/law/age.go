package law

import "time"

// Birthday is the day on which somebody born on born turns n: the same number
// of the same month. Somebody born on 29 February grows older on 1 March of a
// common year, so that the protection of a child never ends a day early.
// (DC-81; Civil Code 61)
func Birthday(born Date, n int) Date {
	return dateOf(time.Date(born.year+n, time.Month(born.month), born.day, 0, 0, 0, 0, time.UTC))
}

// Age is the full years that somebody born on born has lived at the instant at,
// by the day that it then is in Bishkek. It is below zero before the birth.
func Age(born Date, at time.Time) int {
	today := DateOf(at)
	years := today.year - born.year
	if today.Before(Birthday(born, years)) {
		years--
	}
	return years
}
