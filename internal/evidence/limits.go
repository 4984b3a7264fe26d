package evidence

import "time"

// Limits bounds how codes are sent and tried. The zero value allows nothing.
type Limits struct {
	Valid  time.Duration // how long a code opens
	Tries  int           // wrong tries after which it opens no more
	Resend time.Duration // least time between two codes to one number

	NumberHour  int // codes to one number in an hour
	NumberDay   int // codes to one number in a day
	AddressHour int // codes asked for from one network address in an hour
	AddressDay  int // codes asked for from one network address in a day
}

// DefaultLimits gives the limits of policy 3.7 as the stories have them: five
// minutes, five tries, sixty seconds. With at most 5 codes of 5 tries an hour
// the chance to guess one is 1 in 40,000. Addresses are allowed more, since
// many subscribers of a mobile network share one.
func DefaultLimits() Limits {
	return Limits{
		Valid: 5 * time.Minute, Tries: 5, Resend: time.Minute,
		NumberHour: 5, NumberDay: 15, AddressHour: 100, AddressDay: 500,
	}
}

// Counts is how many codes were sent so far in the running hour and day, which
// began at HourStart and DayStart.
type Counts struct {
	NumberHour, NumberDay, AddressHour, AddressDay int
}

// HourStart is when the hour that counts began.
func HourStart(now time.Time) time.Time { return now.UTC().Truncate(time.Hour) }

// DayStart is when the day that counts began, in UTC.
func DayStart(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }

// Allow says whether one more code may be sent, and otherwise how long to wait
// until every exceeded hour or day is over.
func (l Limits) Allow(c Counts, now time.Time) (wait time.Duration, ok bool) {
	for _, w := range []struct {
		count, most int
		ends        time.Time
	}{
		{c.NumberHour, l.NumberHour, HourStart(now).Add(time.Hour)},
		{c.AddressHour, l.AddressHour, HourStart(now).Add(time.Hour)},
		{c.NumberDay, l.NumberDay, DayStart(now).Add(24 * time.Hour)},
		{c.AddressDay, l.AddressDay, DayStart(now).Add(24 * time.Hour)},
	} {
		if w.count >= w.most {
			wait = max(wait, w.ends.Sub(now))
		}
	}
	return wait, wait == 0
}
