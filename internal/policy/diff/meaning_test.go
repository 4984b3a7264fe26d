package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// meaning writes down what an edition means, without its words and without the
// order in which it stands: an account of its own, beside Compare.
func meaning(e edition) []string {
	var out []string
	note := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	r := &e.content.Rules
	note("holder %+v", struct{ a, b, c, d, e, f, g privacy.Words }{r.Holder.Name, r.Holder.Address, r.Holder.Letters, r.Holder.Officer, r.Holder.Places, r.Holder.Regulator, r.Holder.Automation})
	note("notice %s %s continued %v", r.Notice.Mode, r.Notice.Ahead, r.Acceptance.ContinuedUse != "")
	for _, w := range r.Acceptance.Ways {
		note("way %s", w.ID)
	}
	for _, w := range r.Withdrawal {
		note("withdrawal %s %v", w.Channel, w.Extra)
	}
	for _, u := range r.Clauses {
		note("clause %s", u.Clause)
	}
	for _, s := range r.Sources {
		note("source %s", s.ID)
	}
	for _, o := range r.Operations {
		note("operation %s", o.ID)
	}
	for _, x := range r.Rights {
		d, _ := e.content.Law.Deadline(law.DeadlineID(x.Deadline))
		note("right %s %s %s", x.ID, d.From, d.Term)
	}
	for _, d := range e.content.Law.Deadlines() {
		note("deadline %s %s %s", d.ID, d.From, d.Term)
	}
	for i := range r.Categories {
		meaningOfCategory(note, r, &r.Categories[i])
	}
	for _, t := range r.Recipients {
		note("recipient %s %s %s %v %v fields %v", t.ID, t.Kind, t.Country, t.Title, t.Agreement, slices.Sorted(slices.Values(t.Fields)))
	}
	for i := range r.Purposes {
		meaningOfPurpose(note, e, &r.Purposes[i])
	}
	slices.Sort(out)
	return out
}

func meaningOfCategory(note func(string, ...any), r *policy.Rules, c *policy.Category) {
	note("category %s %s %v %v %v from %v", c.ID, c.Classification, c.Child, c.ThirdPersons, c.HighRisk, slices.Sorted(slices.Values(c.Sources)))
	for i := range c.Attributes {
		a := &c.Attributes[i]
		class := a.Class
		if class == "" {
			class = c.Classification
		}
		note("field %s.%s %s %s %s", c.ID, a.ID, a.Type, class, a.Index)
		for _, p := range withRow(r, c.ID) {
			note("field %s.%s under %s %v %v", c.ID, a.ID, p, a.Under(p), slices.Contains(a.Mandatory, p))
		}
	}
}

func meaningOfPurpose(note func(string, ...any), e edition, p *policy.Purpose) {
	note("purpose %s of %s %s stands on %s terms %s evidence %s requires %v minor %s on %v switch %v transient %v duty %v marketing %v operations %v to %v",
		p.ID, p.Parent, p.Basis, ground(e, p.Cites), termsMean(&p.Terms), p.Evidence, slices.Sorted(slices.Values(p.Requires)), p.Minor, p.Default == "on",
		p.Switchable, p.Transient, p.Duty, p.Marketing, bits(p.Operations), slices.Sorted(slices.Values(p.Recipients)))
	for _, row := range p.Rows {
		basis, terms, _ := e.Basis(p.ID, row.Category)
		open := true
		if e.Category(row.Category).Classification == privacy.ClassSpecial {
			q := policy.Question{Purpose: p.ID, Category: row.Category, Operation: e.Main(p.ID, row.Category)}
			d := e.Decide(maximal(e, noon), q, &everything, noon)
			open = d.Reason != privacy.SafeguardsMissing && d.Reason != privacy.BasisNotInForce
			if d.Reason == privacy.BasisNotInForce { // says nothing of safeguards
				open = slices.ContainsFunc(e.content.Rules.Safeguards, func(g policy.Safeguard) bool { return g.ID == row.Safeguard && len(g.Approved) > 1 })
			}
		}
		guard := ""
		for _, g := range e.content.Rules.Safeguards {
			if g.ID == row.Safeguard {
				guard = fmt.Sprint(g.Exception, g.Cites, g.Approved)
			}
		}
		note("row %s.%s %s stands on %s terms %s operations %v keep %v open %v guard %s %s", p.ID, row.Category, basis,
			ground(e, e.Cites(p.ID, row.Category)), termsMean(terms), bits(e.OperationsOf(p.ID, row.Category)), row.Keep, open, row.Safeguard, guard)
	}
}

func bits(names []string) (set privacy.Operations) {
	for _, n := range names {
		o, _ := privacy.ParseOperation(n)
		set |= o
	}
	return set
}

func ground(e edition, cites []policy.Citation) string {
	var acts []string
	for _, c := range cites {
		from, to, _ := e.content.Law.Interval(c.Act)
		acts = append(acts, fmt.Sprint(c.Act, from, to))
	}
	slices.Sort(acts)
	return strings.Join(slices.Compact(acts), "+")
}

// termsMean writes terms in hours and months.
func termsMean(t *policy.Terms) string {
	one := func(s string) string {
		switch {
		case s == "none", s == "while" && t.From == "agreement":
			return "0h"
		case strings.HasSuffix(s, "d"):
			n, _ := strconv.Atoi(strings.TrimSuffix(s, "d"))
			return fmt.Sprint(24*n, "h")
		case strings.HasSuffix(s, "y"):
			n, _ := strconv.Atoi(strings.TrimSuffix(s, "y"))
			return fmt.Sprint(12*n, "mo")
		}
		return s
	}
	return one(t.Processing) + " " + one(t.Storage) + " from " + t.From
}
