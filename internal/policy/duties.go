package policy

import (
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// Duty is what the Holder owes about one value: destroy it, or look again at
// the moment Due because a basis may have ended by then.
type Duty struct {
	Category privacy.CategoryID
	Destroy  bool
	Due      time.Time
	Clause   privacy.ClauseID // of the last purpose that kept it
}

// Duties says, for every value the Holder keeps of the subject, whether it must
// be destroyed now or when to look again. A value lives as long as any purpose
// for which it was collected, or any duty to keep it, still allows storing it;
// the last one to end destroys it. (policy 3.21, DC-83, DC-78 p.5)
func (e *Edition) Duties(s *privacy.Subject, now time.Time) []Duty {
	if s == nil || s.Status == privacy.StatusDestroyed {
		return nil
	}
	var out []Duty
	for i := range s.Values {
		v := &s.Values[i]
		if v.Gone() {
			continue
		}
		out = append(out, e.duty(s, v, now))
	}
	return out
}

func (e *Edition) duty(s *privacy.Subject, v *privacy.Value, now time.Time) Duty {
	d := Duty{Category: v.Category, Destroy: true, Due: now, Clause: "3.21"}
	// A photograph is kept under a name of its own, D04.face_photo, and lives
	// only as long as the purposes it was collected for.
	id, part, _ := strings.Cut(string(v.Category), ".")
	cat, known := e.categories[privacy.CategoryID(id)]
	if !known {
		return d
	}
	var last time.Time
	open := false
	for id, p := range e.purposes {
		r := &p.rows[cat]
		if !r.present || !(r.keep && part == "" || collectedFor(v, id)) {
			continue
		}
		until, keeps := e.keeps(s, p, r, v, now)
		if !keeps {
			continue
		}
		d.Destroy = false
		if until.IsZero() {
			open = true
		} else if until.After(last) {
			last = until
		}
	}
	switch {
	case d.Destroy:
	case open:
		d.Due = time.Time{}
	default:
		d.Due = last
	}
	return d
}

// keeps reports whether the purpose still allows storing the value, and until
// when if that is known.
func (e *Edition) keeps(s *privacy.Subject, p *purpose, r *row, v *privacy.Value, now time.Time) (time.Time, bool) {
	q := Question{Purpose: p.rule.ID, Category: r.rule.Category, Operation: privacy.Store}
	var until time.Time
	reason := e.basis(s, p, r, q, now, &until)
	begun := s.Accepted.Grade != privacy.GradeNone || !s.Agreement.Since.IsZero()
	switch {
	case !begun && p.basis != privacy.BasisConsent: // a registration that was never finished
		due := v.Collected.Add(abandoned)
		return due, now.Before(due)
	case reason == privacy.NoAgreement && s.Agreement.Since.IsZero(): // accepted, contract still to come
	case reason != privacy.Allowed:
		return time.Time{}, false
	}
	q.Category = v.Category // the term runs from the day this very value was collected
	if end, ends := r.end(s, p.rule.ID, q); ends {
		if !now.Before(end) {
			return time.Time{}, false
		}
		earliest(&until, end)
	}
	return until, true
}

// abandoned is how long data of a registration that was never finished wait.
// (US-3.1-1 AC4)
const abandoned = 24 * time.Hour

func collectedFor(v *privacy.Value, p privacy.PurposeID) bool {
	for _, id := range v.Purposes {
		if id == p {
			return true
		}
	}
	return false
}
