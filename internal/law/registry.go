package law

import (
	"errors"
	"regexp"
	"slices"
	"time"

	"kupuya/internal/privacy"
)

// Table names a table of the law, for errors.
type Table string

// The tables.
const (
	TableRegimes   Table = "regimes"
	TableActs      Table = "acts"
	TableDeadlines Table = "deadlines"
	TableHolds     Table = "holds"
	TableYears     Table = "years"
	TableCountries Table = "countries"
)

// Tables is the law as files hold it.
type Tables struct {
	Regimes   []Regime
	Acts      []Act
	Deadlines []Deadline
	Holds     []Hold
	Years     []Year
	Countries []Country
}

// Problem is a row that cannot be taken into a registry.
type Problem struct {
	Table Table
	Index int    // of the row in its table, from 0
	ID    string // of the row, where it has one
	Msg   string // what is wrong and what to do
}

// Error reads "deadlines[erase]: what is wrong".
func (p *Problem) Error() string { return string(p.Table) + "[" + p.ID + "]: " + p.Msg }

// Registry is the law as far as it is known. It does not change once made and
// may be used by many at once; what its methods return must not be changed.
type Registry struct {
	regimes   []Regime
	acts      []Act
	deadlines []Deadline
	holds     []Hold
	act       map[ActID]*Act
	deadline  map[DeadlineID]*Deadline
	hold      map[HoldID]*Hold
	calendar  *Calendar
	countries []Country
}

// NewRegistry takes the tables, or says with a *Problem which row is wrong: an
// id missing, malformed or given twice, an interval that ends before it begins,
// a citation of an act or article that is not in the table of acts, regimes
// that leave or share a day, a row without its three languages.
func NewRegistry(t Tables) (*Registry, error) {
	r := &Registry{
		regimes: slices.Clone(t.Regimes), acts: slices.Clone(t.Acts),
		deadlines: slices.Clone(t.Deadlines), holds: slices.Clone(t.Holds), countries: slices.Clone(t.Countries),
		act: map[ActID]*Act{}, deadline: map[DeadlineID]*Deadline{}, hold: map[HoldID]*Hold{},
	}
	for _, step := range []func() error{r.indexActs, r.checkRegimes, r.indexDeadlines, r.indexHolds, r.indexCountries} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	var err error
	if r.calendar, err = NewCalendar(t.Years); err != nil {
		return nil, err
	}
	return r, nil
}

// idForm is how every id of the law is written.
var idForm = regexp.MustCompile(`^[a-z0-9]+([_-][a-z0-9]+)*$`)

// index puts the rows of a table under their ids and asks each for its fault.
func index[K ~string, V any](table Table, rows []V, into map[K]*V, id func(*V) K, fault func(*V) string) error {
	for i := range rows {
		row := &rows[i]
		k := id(row)
		msg := fault(row)
		if _, twice := into[k]; twice {
			msg = "the id is given twice"
		}
		if !idForm.MatchString(string(k)) {
			msg = "the id is not small letters and digits joined by _ or -"
		}
		if msg != "" {
			return &Problem{table, i, string(k), msg}
		}
		into[k] = row
	}
	return nil
}

func (r *Registry) indexActs() error {
	if err := index(TableActs, r.acts, r.act, func(a *Act) ActID { return a.ID }, (*Act).fault); err != nil {
		return err
	}
	for i := range r.acts {
		if a := &r.acts[i]; a.Replaced != "" && (r.act[a.Replaced] == nil || a.Replaced == a.ID) {
			return &Problem{TableActs, i, string(a.ID), "is replaced by " + string(a.Replaced) + ", which is no other act of the table"}
		}
	}
	return nil
}

func (r *Registry) indexDeadlines() error {
	return index(TableDeadlines, r.deadlines, r.deadline, func(d *Deadline) DeadlineID { return d.ID }, func(d *Deadline) string {
		if msg := d.fault(); msg != "" {
			return msg
		}
		if d.Regime != "" && !slices.ContainsFunc(r.regimes, func(g Regime) bool { return g.ID == d.Regime }) {
			return "the regime is none of the table"
		}
		return r.cited(d.Cites)
	})
}

func (r *Registry) indexHolds() error {
	return index(TableHolds, r.holds, r.hold, func(h *Hold) HoldID { return h.ID }, func(h *Hold) string {
		if msg := h.fault(); msg != "" {
			return msg
		}
		return r.cited(h.Cites)
	})
}

// checkRegimes sees to it that every day has exactly one regime.
func (r *Registry) checkRegimes() error {
	seen := map[RegimeID]*Regime{}
	if len(r.regimes) == 0 {
		return &Problem{Table: TableRegimes, Msg: "there is no regime"}
	}
	var day Date
	for i, g := range r.regimes {
		last := i == len(r.regimes)-1
		if g.From != day || g.To.IsZero() != last || !g.From.IsZero() && reversed(g.From, g.To) {
			return &Problem{TableRegimes, i, string(g.ID), "does not begin where the one before ends; every day has one regime, the first begins and the last ends open"}
		}
		day = g.To
	}
	return index(TableRegimes, r.regimes, seen, func(g *Regime) RegimeID { return g.ID }, func(g *Regime) string {
		if r.act[g.Act] == nil {
			return "the act is none of the table"
		}
		if !g.Title.Complete() {
			return "the title is not in ky, ru and en"
		}
		return ""
	})
}

// cited says which citation points nowhere, or "".
func (r *Registry) cited(list []Citation) string {
	for _, c := range list {
		a := r.act[c.Act]
		if a == nil {
			return "cites the act " + string(c.Act) + ", which is not in the table of acts"
		}
		if !slices.ContainsFunc(a.Articles, func(art Article) bool { return art.ID == c.article() }) {
			return "cites " + c.String() + ", an article that the table of acts does not list"
		}
	}
	return ""
}

// Acts lists the acts in the order of the table.
func (r *Registry) Acts() []Act { return slices.Clone(r.acts) }

// Act gives an act.
func (r *Registry) Act(id ActID) (Act, bool) { return lookup(r.act, id) }

// Article gives the article that a citation points to.
func (r *Registry) Article(c Citation) (Article, bool) {
	if a := r.act[c.Act]; a != nil {
		for _, art := range a.Articles {
			if art.ID == c.article() {
				return art, true
			}
		}
	}
	return Article{}, false
}

// Interval is from when to when an act is in force: the first instant in force
// and the first no longer, in Bishkek's days. A zero from is a day nobody knows,
// before everything here; a zero to means that it still is in force. An act of
// which nobody can vouch that it is in force ends here where the doubt begins.
// It is false for an act that is not in the table.
func (r *Registry) Interval(id ActID) (from, to time.Time, ok bool) {
	a := r.act[id]
	if a == nil {
		return from, to, false
	}
	from, to = a.interval()
	return from, to, true
}

// InForce reports whether an act is in force at the instant at. An act that is
// not in the table is not.
func (r *Registry) InForce(id ActID, at time.Time) bool {
	from, to, ok := r.Interval(id)
	return ok && !at.Before(from) && (to.IsZero() || at.Before(to))
}

// Regime is the regime of a fact that happened at the instant at.
func (r *Registry) Regime(at time.Time) RegimeID {
	day := DateOf(at)
	for _, g := range r.regimes {
		if g.To.IsZero() || day.Before(g.To) {
			return g.ID
		}
	}
	return "" // NewRegistry leaves the last regime open
}

// Deadlines lists the deadlines in the order of the table.
func (r *Registry) Deadlines() []Deadline { return slices.Clone(r.deadlines) }

// Deadline gives a deadline.
func (r *Registry) Deadline(id DeadlineID) (Deadline, bool) { return lookup(r.deadline, id) }

// Due is when a deadline ends if its event happens at the instant at: for most,
// until when something must be done; for a least term, what must be over before
// something may happen; for a term before an event, the last moment ahead of
// it. An unknown id is privacy.UnknownName.
func (r *Registry) Due(id DeadlineID, at time.Time) (Due, error) {
	d := r.deadline[id]
	switch {
	case d == nil:
		return Due{}, &privacy.Error{Op: "law.Due", Code: privacy.UnknownName, Name: string(id), Err: errors.New("no such deadline")}
	case d.Before != "":
		return r.calendar.Before(at, d.Term)
	case d.Min:
		return r.calendar.AtLeast(at, d.Term)
	}
	return r.calendar.Due(at, d.Term)
}

// Holds lists the presets of holds in the order of the table.
func (r *Registry) Holds() []Hold { return slices.Clone(r.holds) }

// Hold gives a preset of holds.
func (r *Registry) Hold(id HoldID) (Hold, bool) { return lookup(r.hold, id) }

// Calendar gives the calendar of working days.
func (r *Registry) Calendar() *Calendar { return r.calendar }

func lookup[K comparable, V any](m map[K]*V, k K) (V, bool) {
	if v := m[k]; v != nil {
		return *v, true
	}
	var zero V
	return zero, false
}
