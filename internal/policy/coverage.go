package policy

import (
	"fmt"
	"sort"

	"kupuya/internal/privacy"
)

// Gap is a clause that no rule carries out, or a rule that no clause supports.
// (principle 1)
type Gap struct {
	Clause privacy.ClauseID
	Rules  []string // that cite a clause which the text does not have; empty when nobody cites the clause
}

// String says what is wrong and what to do.
func (g Gap) String() string {
	if len(g.Rules) == 0 {
		return fmt.Sprintf("clause %s: no rule carries it out; cite it in a rule, or name the verb or page under clauses", g.Clause)
	}
	return fmt.Sprintf("clause %s: cited by %s, but the text has no such anchor; add the clause or correct the citation", g.Clause, g.Rules[0])
}

// Citations lists the rules that cite each clause, as paths into rules.yaml.
func (r *Rules) Citations() map[privacy.ClauseID][]string {
	out := map[privacy.ClauseID][]string{}
	cite := func(c privacy.ClauseID, format string, args ...any) {
		if c != "" {
			out[c] = append(out[c], fmt.Sprintf(format, args...))
		}
	}
	cite(r.Notice.Clause, "notice")
	cite(r.Acceptance.Clause, "acceptance")
	cite(r.Acceptance.ContinuedUse, "acceptance.continued_use")
	for _, w := range r.Withdrawal {
		cite(w.Clause, "withdrawal[%s]", w.Channel)
	}
	for _, x := range r.Rights {
		cite(x.Clause, "rights[%s]", x.ID)
	}
	for _, o := range r.Operations {
		cite(o.Clause, "operations[%s]", o.ID)
	}
	for _, s := range r.Sources {
		cite(s.Clause, "sources[%s]", s.ID)
	}
	for _, c := range r.Categories {
		cite(c.Clause, "categories[%s]", c.ID)
	}
	for _, p := range r.Purposes {
		cite(p.Clause, "purposes[%s]", p.ID)
	}
	for _, t := range r.Recipients {
		cite(t.Clause, "recipients[%s]", t.ID)
	}
	for _, u := range r.Clauses {
		cite(u.Clause, "clauses[%s] by %s", u.Clause, u.By)
	}
	return out
}

// Coverage compares text and rules both ways.
func Coverage(e *Edition, text Text) []Gap {
	cited := e.rules.Citations()
	var gaps []Gap
	for i := range text.Clauses {
		id := text.Clauses[i].ID
		if len(cited[id]) == 0 {
			gaps = append(gaps, Gap{Clause: id})
		}
		delete(cited, id)
	}
	for id, rules := range cited {
		sort.Strings(rules)
		gaps = append(gaps, Gap{Clause: id, Rules: rules})
	}
	sort.Slice(gaps, func(i, j int) bool { return gaps[i].Clause < gaps[j].Clause })
	return gaps
}
