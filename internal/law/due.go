package law

import (
	"errors"
	"slices"
	"time"

	"kupuya/internal/privacy"
)

// Due is when a term ends. A term in days, unitMonths or years ends with its last
// day: whatever happens before End is in time, and End itself is the midnight
// of Bishkek after LastDay. A term in hours ends at End to the instant.
type Due struct {
	LastDay Date      // the last day on which it is in time, in Bishkek
	End     time.Time // the first instant at which it is late, in UTC
	Unsure  []int     // years that were counted through though not all their days off are known; empty for a sure answer
}

// Late reports whether something done at t is done too late.
func (d Due) Late(t time.Time) bool { return !t.Before(d.End) }

// Earlier is the one of two that ends first, unsure where either is: how one
// answer satisfies two regimes.
func Earlier(a, b Due) Due {
	if b.End.Before(a.End) {
		a, b = b, a
	}
	a.Unsure = slices.Concat(a.Unsure, b.Unsure)
	slices.Sort(a.Unsure)
	a.Unsure = slices.Compact(a.Unsure)
	return a
}

// Due is the end of a term within which something must be done, when what
// starts the term happens at from. The errors are privacy.BadValue for no term
// and for a day beyond the year 9999. Years whose days off are not all known
// are no error, but named in the answer.
func (c *Calendar) Due(from time.Time, t Term) (Due, error) { return c.end(from, t, true) }

// AtLeast is the end of a term that must run out before something may happen.
// It differs from Due only where a day off is still to be confirmed.
func (c *Calendar) AtLeast(from time.Time, t Term) (Due, error) { return c.end(from, t, false) }

func (c *Calendar) end(from time.Time, t Term, doubtWorks bool) (Due, error) {
	begin := DateOf(from)
	last, first := begin, begin // first is the day from which the calendar mattered
	switch t.unit {
	case unitNow, unitHours:
		return instant(from, t)
	case unitWorkingDays: // CC-208: the day after is the first
		first = begin.AddDays(1)
		for n := 0; n < t.n; {
			if last = last.AddDays(1); c.counts(last, doubtWorks) {
				n++
			}
		}
	case unitDays:
		first, last = c.roll(begin.AddDays(t.n), doubtWorks)
	case unitMonths:
		first, last = c.roll(begin.AddMonths(t.n), doubtWorks)
	case unitYears:
		first, last = c.roll(begin.AddMonths(12*t.n), doubtWorks)
	case unitJanuary: // DC-118 p.2: destruction does not wait for a working day
		return whole(Date{begin.year + t.n, 1, 1}.AddDays(-1), nil)
	default:
		return Due{}, bad("there is no term")
	}
	return whole(last, c.unsure(first, last))
}

// Before is the last moment for something that must be done at least a term
// ahead of an event at when: the whole term lies between the two days. Terms in
// hours, days and working days, and "now" for up to the event itself, can be
// counted so; the error for others is privacy.BadValue.
func (c *Calendar) Before(when time.Time, t Term) (Due, error) {
	event := DateOf(when)
	last := event
	switch t.unit {
	case unitNow:
		return instant(when, t)
	case unitHours:
		return instant(when, Term{-t.n, unitHours})
	case unitDays:
		return whole(event.AddDays(-t.n-1), nil)
	case unitWorkingDays:
		for n := 0; n < t.n; {
			if last = last.AddDays(-1); c.counts(last, false) {
				n++
			}
		}
		return whole(last.AddDays(-1), c.unsure(last, event))
	}
	return Due{}, bad("only now, hours, days and working days count back from an event")
}

// roll moves a last day that is not worked to the next that is. (CC-209 p.5)
func (c *Calendar) roll(d Date, doubtWorks bool) (nominal, last Date) {
	for last = d; !c.counts(last, doubtWorks); {
		last = last.AddDays(1)
	}
	return d, last
}

// instant is the end of a term in hours, or of none.
func instant(from time.Time, t Term) (Due, error) {
	end := from.UTC().Add(time.Duration(t.n) * time.Hour)
	if t.unit == unitNow {
		return inRange(Due{LastDay: DateOf(from), End: end})
	}
	return inRange(Due{LastDay: DateOf(end.Add(-1)), End: end})
}

// whole is the end of a term that lasts through the day last.
func whole(last Date, unsure []int) (Due, error) {
	return inRange(Due{LastDay: last, End: last.AddDays(1).Start(), Unsure: unsure})
}

func inRange(d Due) (Due, error) {
	if d.LastDay.year < 1 || d.LastDay.year > 9999 {
		return Due{}, bad("the term ends outside the years 1 to 9999")
	}
	return d, nil
}

func bad(msg string) error { return privacy.E("law.Due", privacy.BadValue, errors.New(msg)) }
