package check

import (
	"slices"
	"strconv"
	"strings"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// idle finds kinds of data that no purpose uses. (DC-78 p.3)
func idle(l *look, say say) {
	used := map[privacy.CategoryID]bool{}
	for i := range l.rules.Purposes {
		for j := range l.rules.Purposes[i].Rows {
			used[l.rules.Purposes[i].Rows[j].Category] = true
		}
	}
	for i := range l.rules.Categories {
		if c := &l.rules.Categories[i]; !used[c.ID] {
			say(place{clause: c.Clause, path: pathOf("categories[%s]", c.ID)}, Arg{"data", string(c.ID)})
		}
	}
}

// sourceless finds kinds of data that come from nowhere, or from a source that
// is not registered. (policy 1.2a)
func sourceless(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		at := place{clause: c.Clause, path: pathOf("categories[%s].sources", c.ID)}
		if len(c.Sources) == 0 {
			say(at, Arg{"source", "–"})
		}
		for _, id := range c.Sources {
			if !slices.ContainsFunc(l.rules.Sources, func(s policy.Source) bool { return s.ID == id }) {
				say(at, Arg{"source", string(id)})
			}
		}
	}
}

// sensitive notes how many rows use special data: above a thousand subjects an
// impact assessment comes first. (DC-82 p.2)
func sensitive(l *look, say say) {
	n := 0
	for i := range l.rules.Purposes {
		for j := range l.rules.Purposes[i].Rows {
			if c := l.categories[l.rules.Purposes[i].Rows[j].Category]; c != nil && c.Classification == privacy.ClassSpecial {
				n++
			}
		}
	}
	if n > 0 {
		say(place{path: "safeguards"}, Arg{"rows", strconv.Itoa(n)})
	}
}

// unassessed finds kinds of data that call for an impact assessment and have
// none on record. (DC-82 p.1)
func unassessed(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		switch at := pathOf("categories[%s]", c.ID); {
		case c.ThirdPersons && !c.HighRisk: // somebody else's data are never a low risk
			say(place{clause: c.Clause, path: at, severity: Error}, Arg{"data", string(c.ID)})
		case (c.HighRisk || c.Classification == privacy.ClassSpecial) && c.Assessment == "":
			say(place{clause: c.Clause, path: at}, Arg{"data", string(c.ID)})
		}
	}
}

// exposed finds attributes of special data that are neither kept to a purpose
// nor said to be less: a safeguard for one attribute would open them all.
// (DC-80)
func exposed(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		for j := range c.Attributes {
			if a := &c.Attributes[j]; c.Classification == privacy.ClassSpecial && a.Class == "" && len(a.Only) == 0 {
				say(place{clause: c.Clause, path: pathOf("categories[%s].attributes[%s]", c.ID, a.ID)}, Arg{"field", a.ID})
			}
		}
	}
}

// least is the lowest class in which a type of value may be kept, where it is
// not plainly personal. Where somebody is and how much he calls are metadata of
// communications. (DC-130 p.4)
var least = map[string]privacy.Classification{
	"latitude": privacy.ClassComms, "longitude": privacy.ClassComms, "count": privacy.ClassComms,
}

// underclassed finds kinds of data kept more openly than what they hold allows.
func underclassed(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		want := privacy.ClassPersonal
		for j := range c.Attributes {
			if w := least[c.Attributes[j].Type]; w != "" {
				want = w
			}
		}
		low := c.Classification == privacy.ClassPublic || c.Classification == privacy.ClassInternal ||
			want == privacy.ClassComms && c.Classification != privacy.ClassComms
		if low {
			say(place{clause: c.Clause, path: pathOf("categories[%s].classification", c.ID)}, Arg{"class", string(want)})
		}
		for j := range c.Attributes {
			a := &c.Attributes[j]
			if a.Class == privacy.ClassPublic || a.Class == privacy.ClassInternal || !a.Class.Valid() && a.Class != "" {
				say(place{clause: c.Clause, path: pathOf("categories[%s].attributes[%s].class", c.ID, a.ID)}, Arg{"class", string(want)})
			}
		}
	}
}

// formless finds kinds of data without fields and fields without a type: nothing
// says what may be stored there. (policy 2.3)
func formless(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		if len(c.Attributes) == 0 {
			say(place{clause: c.Clause, path: pathOf("categories[%s]", c.ID)}, Arg{"field", string(c.ID)})
		}
		for j := range c.Attributes {
			if a := &c.Attributes[j]; a.ID == "" || a.Type == "" {
				say(place{clause: c.Clause, path: pathOf("categories[%s].attributes[%d]", c.ID, j)}, Arg{"field", string(c.ID) + "." + a.ID})
			}
		}
	}
}

// findable are the types by which a subject is looked for, with their indexes.
var findable = map[string]string{"msisdn": "msisdn", "pin": "pin", "doc_number": "document", "email": "email"}

// unfindable finds identifiers without their blind index, by which alone the
// subject is found, and indexes on what identifies nobody. (DC-42)
func unfindable(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		for j := range c.Attributes {
			if a := &c.Attributes[j]; a.Index != findable[a.Type] {
				say(place{clause: c.Clause, path: pathOf("categories[%s].attributes[%s].index", c.ID, a.ID)}, Arg{"field", a.ID})
			}
		}
	}
}

// pictured finds pictures that every purpose of their kind of data could open.
// (DC-80, Civil Code 19)
func pictured(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		for j := range c.Attributes {
			if a := &c.Attributes[j]; a.Type == "image" && len(a.Only) == 0 {
				say(place{clause: c.Clause, path: pathOf("categories[%s].attributes[%s].only", c.ID, a.ID)}, Arg{"field", a.ID})
			}
		}
	}
}

// unapproved finds safeguards that lift nothing yet: without two different
// roles that approved them, without a numbered exception, or without measures.
// (DC-80 p.2)
func unapproved(l *look, say say) {
	for i := range l.rules.Safeguards {
		s := &l.rules.Safeguards[i]
		n, err := strconv.Atoi(s.Exception)
		roles := slices.Clone(s.Approved)
		slices.Sort(roles)
		roles = slices.DeleteFunc(slices.Compact(roles), func(r string) bool { return strings.TrimSpace(r) == "" })
		if err != nil || n < 1 || n > 11 {
			say(place{path: pathOf("safeguards[%s].exception", s.ID), severity: Error}, Arg{"safeguard", s.ID}, Arg{"have", list(roles)})
		} else if len(roles) < 2 {
			say(place{path: pathOf("safeguards[%s].approved", s.ID)}, Arg{"safeguard", s.ID}, Arg{"have", list(roles)})
		}
	}
}
