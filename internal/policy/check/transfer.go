package check

import (
	"slices"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// transfers reports whether a purpose, or a row of it, hands data out.
func transfers(p *policy.Purpose) bool {
	if set(p.Operations)&privacy.Transfer != 0 {
		return true
	}
	return slices.ContainsFunc(p.Rows, func(r policy.Row) bool { return set(r.Operations)&privacy.Transfer != 0 })
}

// unnamed finds purposes that hand data out to nobody by name. (DC-73 p.1(6))
func unnamed(l *look, say say) {
	for i := range l.rules.Purposes {
		if p := &l.rules.Purposes[i]; transfers(p) && len(p.Recipients) == 0 {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].recipients", p.ID)}, Arg{"purpose", string(p.ID)})
		}
	}
}

// needless finds recipients of purposes that hand nothing out, or nothing that
// their agreement names.
func needless(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		for _, id := range p.Recipients {
			to := l.recipients[id]
			given := transfers(p) && to != nil && slices.ContainsFunc(p.Rows, func(r policy.Row) bool {
				return allowed(p, &r)&privacy.Transfer != 0 && slices.Contains(to.Fields, r.Category)
			})
			if !given {
				say(place{clause: p.Clause, path: pathOf("purposes[%s].recipients", p.ID)}, Arg{"recipient", string(id)})
			}
		}
	}
}

// unused finds recipients that no purpose names.
func unused(l *look, say say) {
	for i := range l.rules.Recipients {
		to := &l.rules.Recipients[i]
		if !slices.ContainsFunc(l.rules.Purposes, func(p policy.Purpose) bool { return slices.Contains(p.Recipients, to.ID) }) {
			say(place{clause: to.Clause, path: pathOf("recipients[%s]", to.ID)}, Arg{"recipient", string(to.ID)})
		}
	}
}

// loose finds recipients whose agreement, country, policy or fields are not
// written down. (DC-86 p.4, DC-73 p.1(6))
func loose(l *look, say say) {
	for i := range l.rules.Recipients {
		to := &l.rules.Recipients[i]
		for _, x := range []struct {
			key  string
			lack bool
		}{
			{"agreement", to.Agreement.Ref == "" || to.Agreement.From == ""},
			{"country", to.Country == ""},
			{"policy_url", to.PolicyURL == ""},
			{"fields", len(to.Fields) == 0},
			{"kind", to.Kind == ""},
		} {
			if x.lack {
				say(place{clause: to.Clause, path: pathOf("recipients[%s].%s", to.ID, x.key)}, Arg{"recipient", string(to.ID)}, Arg{"what", x.key})
			}
		}
	}
}

// lapsed finds recipients whose agreement is not alive on the day: nothing may
// go there. (policy 4.4a)
func lapsed(l *look, say say) {
	for i := range l.rules.Recipients {
		to := &l.rules.Recipients[i]
		from, _ := time.ParseInLocation(time.DateOnly, to.Agreement.From, law.Bishkek) // a date that cannot be read is refused by compiling
		until, err := time.ParseInLocation(time.DateOnly, to.Agreement.To, law.Bishkek)
		if l.on.Before(from) || err == nil && !l.on.Before(until) {
			say(place{clause: to.Clause, path: pathOf("recipients[%s].agreement", to.ID)}, Arg{"recipient", string(to.ID)})
		}
	}
}

// abroad finds recipients in other countries. No list of countries with enough
// protection is known here, so each needs a ground of its own. (DC-89)
func abroad(l *look, say say) {
	for i := range l.rules.Recipients {
		if to := &l.rules.Recipients[i]; to.Country != "KG" && to.Country != "" {
			say(place{clause: to.Clause, path: pathOf("recipients[%s].country", to.ID)}, Arg{"recipient", string(to.ID)}, Arg{"country", to.Country})
		}
	}
}

var partnersSaid = saying([]string{"өнөктөш*"}, []string{"партн*"}, []string{"partner*"})

// partnerless finds texts that speak of partners though no recipient is one.
// (DC-73 p.1(6))
func partnerless(l *look, say say) {
	if slices.ContainsFunc(l.rules.Recipients, func(r policy.Recipient) bool { return r.Kind == "partner" }) {
		return
	}
	seen := map[privacy.ClauseID]bool{}
	l.anywhere(&partnersSaid, func(id privacy.ClauseID, lang privacy.Lang) {
		if !seen[id] && !l.carries(id, "sources") {
			seen[id] = true
			say(place{clause: id, lang: lang})
		}
	})
}
