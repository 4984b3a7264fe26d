package law

import (
	"strconv"
	"time"
)

// WarningCode says what the registry does not know, from a closed set. The
// text of each is the key "law.warning.<code>".
type WarningCode string

// The warnings.
const (
	WarnActUnknown     WarningCode = "act_unknown"     // an act with something left empty
	WarnActDoubt       WarningCode = "act_doubt"       // an act of which nobody can vouch that it is in force now
	WarnDeadlineUnread WarningCode = "deadline_unread" // a deadline known from memory or by inference only
	WarnHoldUnset      WarningCode = "hold_unset"      // a hold that waits for counsel and holds nothing
	WarnYearUnknown    WarningCode = "year_unknown"    // this year or the next: days off missing or to be confirmed
)

// Warning is one thing that is not known, for the check at start and for the
// officer's console.
type Warning struct {
	Code WarningCode `json:"code"`
	ID   string      `json:"id"` // of the act, deadline or hold, or the year
}

// Warnings lists what is not known at the instant now, in the order of the
// tables. An empty list is the aim; nothing stops because of it.
func (r *Registry) Warnings(now time.Time) []Warning {
	var out []Warning
	warn := func(is bool, code WarningCode, id string) {
		if is {
			out = append(out, Warning{code, id})
		}
	}
	today := DateOf(now)
	for i := range r.acts {
		a := &r.acts[i]
		warn(a.Unknown, WarnActUnknown, string(a.ID))
		warn(!a.DoubtFrom.IsZero() && !today.Before(a.DoubtFrom), WarnActDoubt, string(a.ID))
	}
	for i := range r.deadlines {
		d := &r.deadlines[i]
		warn(d.Confidence == Memory || d.Confidence == Inferred, WarnDeadlineUnread, string(d.ID))
	}
	for i := range r.holds {
		warn(r.holds[i].NeedsCounsel, WarnHoldUnset, string(r.holds[i].ID))
	}
	for _, y := range []int{today.Year(), today.Year() + 1} {
		warn(!r.calendar.Known(y), WarnYearUnknown, strconv.Itoa(y))
	}
	return out
}
