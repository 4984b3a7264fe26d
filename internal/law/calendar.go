package law

import (
	"slices"
	"strconv"
	"time"

	"kupuya/internal/privacy"
)

// Year is what is known of the days off of one year.
type Year struct {
	Year     int      `yaml:"year" json:"year"`
	Complete bool     `yaml:"complete" json:"complete"` // every holiday and every moved day of the year is here
	Off      []DayOff `yaml:"off" json:"off"`           // holidays, and working days moved away
	Worked   []DayOff `yaml:"worked" json:"worked"`     // Saturdays, Sundays and the like that are worked instead
}

// DayOff is a day, or the days from Date to To, that departs from the week.
type DayOff struct {
	Date    Date          `yaml:"date" json:"date"`
	To      Date          `yaml:"to" json:"to,omitzero"` // the last of several days; zero for one day
	Title   privacy.Words `yaml:"title" json:"title"`
	Confirm bool          `yaml:"confirm" json:"confirm,omitempty"` // nobody has yet compared it with the official list
}

// Calendar tells working days from days off: Saturday and Sunday, and what the
// years say. It does not change once made.
//
// An entry still to be confirmed is counted against the Holder, who must not be
// late on the strength of a rumour: such a day is a working day where something
// must be done in time, and a day off where something must wait long enough.
type Calendar struct {
	years map[int]bool // complete or not
	days  map[Date]departure
}

// departure is how a day departs from the week.
type departure struct{ off, confirm bool }

// NewCalendar makes a calendar, or says with a *Problem which row is wrong: a
// year given twice, a day outside its year, entered twice, or worked though it
// is no Saturday or Sunday.
func NewCalendar(years []Year) (*Calendar, error) {
	c := &Calendar{years: map[int]bool{}, days: map[Date]departure{}}
	for i := range years {
		y := &years[i]
		wrong := func(msg string) (*Calendar, error) {
			return nil, &Problem{Table: TableYears, Index: i, ID: strconv.Itoa(y.Year), Msg: msg}
		}
		if _, twice := c.years[y.Year]; twice {
			return wrong("the year is given twice")
		}
		c.years[y.Year] = y.Complete
		for _, list := range []struct {
			rows []DayOff
			off  bool
		}{{y.Off, true}, {y.Worked, false}} {
			for _, row := range list.rows {
				last := row.To
				if last.IsZero() {
					last = row.Date
				}
				switch {
				case row.Date.IsZero() || row.Date.Year() != y.Year || last.Year() != y.Year:
					return wrong("the day " + row.Date.String() + " is not in this year")
				case last.Before(row.Date):
					return wrong("the days from " + row.Date.String() + " end before they begin")
				case !row.Title.Complete():
					return wrong("the day " + row.Date.String() + " has no title in ky, ru and en")
				case row.Confirm && y.Complete:
					return wrong("the day " + row.Date.String() + " is still to be confirmed, so the year is not complete")
				}
				for d := row.Date; !last.Before(d); d = d.AddDays(1) {
					if _, twice := c.days[d]; twice {
						return wrong("the day " + d.String() + " is given twice")
					}
					if !list.off && !weekend(d) {
						return wrong("the day " + d.String() + " is worked anyway; it is no Saturday or Sunday")
					}
					c.days[d] = departure{list.off, row.Confirm}
				}
			}
		}
	}
	return c, nil
}

func weekend(d Date) bool {
	day := d.Weekday()
	return day == time.Saturday || day == time.Sunday
}

// Working reports whether d is a working day by what is confirmed.
func (c *Calendar) Working(d Date) bool {
	if p, ok := c.days[d]; ok && !p.confirm {
		return !p.off
	}
	return !weekend(d)
}

// counts reports whether d counts as a working day. Where what is still to be
// confirmed says something else than the week, working decides.
func (c *Calendar) counts(d Date, working bool) bool {
	if p, ok := c.days[d]; ok && p.confirm && p.off != weekend(d) {
		return working
	}
	return c.Working(d)
}

// Known reports whether the days off of a year are all here and confirmed. No
// calendar knows none.
func (c *Calendar) Known(year int) bool { return c != nil && c.years[year] }

// unsure lists the years from that of a to that of b whose days off are not
// all known.
func (c *Calendar) unsure(a, b Date) []int {
	var out []int
	for y := a.Year(); y <= b.Year(); y++ {
		if !c.Known(y) {
			out = append(out, y)
		}
	}
	return slices.Clip(out)
}
