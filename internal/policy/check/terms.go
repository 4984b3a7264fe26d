package check

import (
	"slices"
	"strconv"
	"strings"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// endless finds terms that are not said. (DC-73 p.1(7), policy 4.5a)
func endless(l *look, say say) {
	l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) {
		if p.Template && len(p.Rows) == 0 && t.Processing != "" && t.Storage != "" && t.From != "" {
			return
		}
		var lack []string
		for _, x := range []struct{ key, value string }{{"processing", t.Processing}, {"storage", t.Storage}, {"from", t.From}} {
			if x.value == "" {
				lack = append(lack, x.key)
			}
		}
		if len(lack) > 0 {
			say(place{clause: p.Clause, path: path}, Arg{"what", list(lack)})
		}
	})
}

// lasting finds consents without an end. (policy 4.5a, DC-79 p.4)
func lasting(l *look, say say) {
	l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) {
		if p.Basis == privacy.BasisConsent && (t.Processing == "while" || t.Storage == "while") {
			say(place{clause: p.Clause, path: path})
		}
	})
}

// days is how long a term is, near enough to compare; forever for "while".
func days(term string) int {
	const forever = 1 << 30
	if term == "while" {
		return forever
	}
	for _, u := range []struct {
		mark string
		days int
	}{{"mo", 30}, {"y", 365}, {"d", 1}, {"h", 0}} {
		if n, err := strconv.Atoi(strings.TrimSuffix(term, u.mark)); err == nil && strings.HasSuffix(term, u.mark) {
			return n * u.days
		}
	}
	return 0
}

// absurd finds terms that contradict themselves: processing that outlasts
// storage, a storing that the operations cannot do or that a transient purpose
// must not. A "while" counted from an agreement ends with it, and storage begins
// to run there.
func absurd(l *look, say say) {
	l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) {
		if t.Processing == "" || t.Storage == "" {
			return
		}
		none := t.Storage == "none" || t.Storage == "now"
		ends := t.From == "agreement" || t.From == "request" // what starts it ends by itself
		outlasts := days(t.Processing) > days(t.Storage) && !none && !(t.Processing == "while" && ends)
		if none != p.Transient || outlasts {
			say(place{clause: p.Clause, path: path}, Arg{"processing", t.Processing}, Arg{"storage", t.Storage})
		}
	})
}

// holds are the terms for which the law lets data be kept.
func (l *look) holdFor(term string) []law.Hold {
	var out []law.Hold
	for _, h := range l.law.Holds() {
		if h.Term.String() == term {
			out = append(out, h)
		}
	}
	return out
}

// long is above how many days a term without a hold wants a reason in the law:
// a year is the Holder's own choice, more is not.
const long = 366

// unheld finds terms longer than a year that are no hold of the law, or do not
// cite it whole; and citations of a hold for another term. (DC-83 p.2)
func unheld(l *look, say say) {
	l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) {
		for _, term := range []string{t.Processing, t.Storage} {
			if open(term) || days(term) < long || slices.ContainsFunc(l.holdFor(term), func(h law.Hold) bool { return citesAll(t.Cites, h.Cites) }) {
				continue
			}
			say(place{clause: p.Clause, path: path}, Arg{"term", term})
			return
		}
		if len(t.Cites) > 0 && days(t.Storage) < long {
			say(place{clause: p.Clause, path: path}, Arg{"term", t.Storage})
		}
	})
}

func citesAll(have []policy.Citation, want []law.Citation) bool {
	for _, w := range want {
		if !slices.ContainsFunc(have, func(c policy.Citation) bool { return c.Act == w.Act && c.Article == w.Article }) {
			return false
		}
	}
	return true
}

// unkept finds rows that a legal hold is to keep and that do not keep, and rows
// that keep for every purpose without a hold. (DC-118 p.3, Tax Code 98)
func unkept(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		for j := range p.Rows {
			r := &p.Rows[j]
			held := p.Basis == privacy.BasisLaw && r.Terms != nil && len(r.Terms.Cites) > 0
			if r.Keep != held {
				say(place{clause: p.Clause, path: pathOf("purposes[%s].categories[%s]", p.ID, r.Category)}, Arg{"data", string(r.Category)})
			}
		}
	}
}

// deadline gives a deadline of the law.
func (l *look) deadline(id string) (law.Deadline, bool) { return l.law.Deadline(law.DeadlineID(id)) }

// clocks are the rights that the law gives and the deadlines that answer them,
// by regime. Of the law of 2008 only the clock of access was read; the others
// stay empty and are not guessed. (policy 5.0-5.3)
var clocks = []struct {
	right     string
	dc, law58 law.DeadlineID
	article   string
}{
	{"access", "access_or_copy", "legacy_access", "73 p.4"},
	{"rectify", "rectify_answer", "", "75"},
	{"update", "rectify_answer", "", "75"},
	{"block", "restriction_notice", "", "85 p.2"},
	{"destroy", "erase", "", "83 p.1"},
	{"dispute", "restriction_set", "", "85 p.1"},
	{"withdraw", "erase", "", "79 p.5"},
	{"object", "objection_decision", "", "84 p.2"},
	{"portability", "portability", "", "76"},
	{"delete", "orphan_delete", "", "118 p.2"},
	{"complain", "complaint_fix", "", "119 p.3"},
}

// rights finds rights of the subject that the rules lack. (policy 5.0)
func rights(l *look, say say) {
	for _, c := range clocks {
		if !slices.ContainsFunc(l.rules.Rights, func(x policy.Right) bool { return x.ID == c.right }) {
			say(place{path: "rights", article: law.Citation{Act: "dc", Article: c.article}}, Arg{"right", c.right})
		}
	}
}

// misclocked finds rights answered by a clock that is not theirs under the law
// of the day: a deadline that the law does not know, of another regime, or of
// another right.
func misclocked(l *look, say say) {
	regime := l.law.Regime(l.on)
	for _, x := range l.rules.Rights {
		for _, c := range clocks {
			if c.right != x.ID {
				continue
			}
			want := c.dc
			if regime == law.Law58 {
				want = c.law58
			}
			d, known := l.deadline(x.Deadline)
			if known && (d.ID != want || d.Regime != "" && d.Regime != regime) {
				say(place{clause: x.Clause, path: pathOf("rights[%s].deadline", x.ID)},
					Arg{"right", x.ID}, Arg{"have", x.Deadline}, Arg{"want", string(want)}, Arg{"regime", string(regime)})
			}
		}
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
