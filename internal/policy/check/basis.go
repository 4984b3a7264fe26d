package check

import (
	"slices"
	"strings"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// baseless finds purposes without a basis, or with one that cites nothing.
// (DC-79 p.1-2)
func baseless(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if p.Basis == "" || len(p.Cites) == 0 {
			say(place{clause: p.Clause, path: pathOf("purposes[%s]", p.ID)})
		}
	}
}

// borrowed finds rows with a basis of their own and no citation of their own.
func borrowed(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		for j := range p.Rows {
			if r := &p.Rows[j]; r.Basis != "" && r.Basis != p.Basis && len(r.Cites) == 0 {
				say(place{clause: p.Clause, path: pathOf("purposes[%s].categories[%s]", p.ID, r.Category)}, Arg{"basis", string(r.Basis)})
			}
		}
	}
}

// void finds consents asked where another basis exists: such a consent is
// void. It shows in an article of another basis, in a clause that names only
// others, and in a contract or acceptance without which nothing works.
// (DC-79 p.3(3))
func void(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if p.Basis != privacy.BasisConsent {
			continue
		}
		other := slices.ContainsFunc(p.Cites, func(c policy.Citation) bool { return c.Act == "dc" && c.Article == "79 p.1" })
		for _, lang := range l.langs {
			said := basesSaid(lang, l.plain[lang][p.Clause])
			other = other || len(said) > 0 && !said[privacy.BasisConsent]
		}
		if other {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].basis", p.ID)})
		}
	}
}

// switches finds purposes whose switch and basis disagree: a consent that the
// subject cannot switch, a switch or an "off" where there is none to give.
func switches(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		consent := p.Basis == privacy.BasisConsent
		if p.Basis != "" && (consent != p.Switchable || consent != (p.Default == "off") || !consent && p.Default != "on") {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].switchable", p.ID)}, Arg{"basis", string(p.Basis)})
		}
	}
}

// doubled notes a kind of data that one clause uses under a consent and under
// another basis. Children of purposes keep the two apart; without them it is an
// error. (DC-79)
func doubled(l *look, say say) {
	for i := range l.rules.Purposes {
		for j := range l.rules.Purposes {
			p, q := &l.rules.Purposes[i], &l.rules.Purposes[j]
			if p.Clause == "" || p.Clause != q.Clause || p.Basis != privacy.BasisConsent || q.Basis == privacy.BasisConsent {
				continue
			}
			severity := Note
			if p.Parent != q.ID && q.Parent != p.ID {
				severity = Error
			}
			for k := range p.Rows {
				id := p.Rows[k].Category
				if slices.ContainsFunc(q.Rows, func(r policy.Row) bool { return r.Category == id }) {
					say(place{clause: p.Clause, path: pathOf("purposes[%s].categories[%s]", p.ID, id), severity: severity},
						Arg{"data", string(id)}, Arg{"other", string(q.ID)})
				}
			}
		}
	}
}

// harder finds channels by which a consent is given and cannot be withdrawn: the
// site and the app where there are forms, SMS where a code proves it, and the
// letter, which may not be refused. (DC-79 p.5; Code on Offences 228-2)
func harder(l *look, say say) {
	need := map[string]bool{"letter": true}
	for _, s := range l.rules.Sources {
		switch s.ID {
		case "web_form":
			need["site"] = true
		case "app_form":
			need["app"] = true
		case "office_scan":
			need["office"] = true
		case "subject_call":
			need["call"] = true
		}
	}
	for _, w := range l.rules.Acceptance.Ways {
		if w.ID == "sms" {
			need["sms"] = true
		}
	}
	for _, channel := range keys(need) {
		if !slices.ContainsFunc(l.rules.Withdrawal, func(w policy.WithdrawalWay) bool { return string(w.Channel) == channel }) {
			say(place{path: "withdrawal"}, Arg{"channel", channel})
		}
	}
}

// promised finds ways of withdrawing marked wrongly as what the law's least, a
// letter, is or what goes beyond it.
func promised(l *look, say say) {
	for _, w := range l.rules.Withdrawal {
		if w.Extra == (string(w.Channel) == "letter") {
			say(place{clause: w.Clause, path: pathOf("withdrawal[%s].extra", w.Channel)})
		}
	}
}

// orphans finds children of purposes that name no parent, or another than their
// id does.
func orphans(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		parent, _, child := strings.Cut(string(p.ID), ".")
		if child != (p.Parent != "") || child && string(p.Parent) != parent {
			say(place{clause: p.Clause, path: pathOf("purposes[%s]", p.ID)}, Arg{"parent", parent})
		}
	}
}

// unprovable finds consents that ask for stronger proof than any way of
// accepting gives. (policy 6.1)
func unprovable(l *look, say say) {
	best := privacy.GradeNone
	for _, w := range l.rules.Acceptance.Ways {
		if g, ok := privacy.ParseGrade(w.ID); ok {
			best = max(best, g)
		}
	}
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if g, ok := privacy.ParseGrade(p.Evidence); ok && p.Basis == privacy.BasisConsent && g > best {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].evidence", p.ID)}, Arg{"grade", p.Evidence})
		}
	}
}

// unconfirmed finds purposes whose basis no lawyer has confirmed, and such of
// which nobody says it. A confirmation names the day: "confirmed 2026-12-01".
func unconfirmed(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		at := place{clause: p.Clause, path: pathOf("purposes[%s].counsel", p.ID)}
		switch {
		case p.Counsel == "to-confirm":
			at.severity = Note
		case strings.HasPrefix(p.Counsel, "confirmed "):
			continue
		}
		say(at, Arg{"purpose", string(p.ID)})
	}
}

// compulsory finds fields that must be filled in for a purpose that neither a
// contract nor the law asks for. (policy 2.2, DC-78 p.3)
func compulsory(l *look, say say) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		for j := range c.Attributes {
			for _, id := range c.Attributes[j].Mandatory {
				p := l.purposes[id]
				if p == nil {
					continue
				}
				for k := range p.Rows {
					if b := basisOf(p, &p.Rows[k]); p.Rows[k].Category == c.ID && b != privacy.BasisContract && b != privacy.BasisLaw {
						say(place{clause: c.Clause, path: pathOf("categories[%s].attributes[%s].mandatory", c.ID, c.Attributes[j].ID)}, Arg{"purpose", string(id)})
					}
				}
			}
		}
	}
}

// duties finds purposes that go on under a block though no duty asks for them,
// and duties that a block would stop. (policy 5.3)
func duties(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if p.Duty != (p.Basis == privacy.BasisLaw && p.Terms.From == "request") {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].duty", p.ID)})
		}
	}
}

// childish finds consents asked of minors without words that a child
// understands. (DC-81 p.4)
func childish(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if p.Basis == privacy.BasisConsent && p.Minor != "locked" && p.Child == (privacy.Words{}) {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].child", p.ID)})
		}
	}
}

// unlocked finds advertising and partners open to minors, consents that a child
// would give alone, and services that a lock keeps from minors though nobody is
// asked for a consent. (DC-81 p.1, p.5)
func unlocked(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if p.Marketing && p.Minor != "locked" || (p.Basis == privacy.BasisConsent) != (p.Minor == "locked" || p.Minor == "guardian") {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].minor", p.ID)})
		}
	}
}
