package check

import (
	"slices"
	"strconv"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
)

// waiver names a citation that may stand though its act does not.
type waiver struct {
	act  law.ActID
	rule string
}

// eachCite gives every citation of the rules with the path of the list it
// stands in. A right cites what its deadline cites.
func eachCite(r *policy.Rules, reg *law.Registry, each func(path string, i int, c policy.Citation)) {
	all := func(path string, cites []policy.Citation) {
		for i, c := range cites {
			each(path, i, c)
		}
	}
	for i := range r.Purposes {
		p := &r.Purposes[i]
		all(pathOf("purposes[%s].cites", p.ID), p.Cites)
		all(pathOf("purposes[%s].terms.cites", p.ID), p.Terms.Cites)
		for j := range p.Rows {
			row := &p.Rows[j]
			at := pathOf("purposes[%s].categories[%s]", p.ID, row.Category)
			all(at+".cites", row.Cites)
			if row.Terms != nil {
				all(at+".terms.cites", row.Terms.Cites)
			}
		}
	}
	for i := range r.Safeguards {
		all(pathOf("safeguards[%s].cites", r.Safeguards[i].ID), r.Safeguards[i].Cites)
	}
	if reg == nil {
		return
	}
	for _, x := range r.Rights {
		if d, known := reg.Deadline(law.DeadlineID(x.Deadline)); known {
			for _, c := range d.Cites {
				each(pathOf("rights[%s].deadline", x.ID), -1, policy.Citation{Act: c.Act, Article: c.Article, Why: string(d.ID)})
			}
		}
	}
}

// Citing lists the rules of an edition that stand on an act, as paths into
// rules.yaml in the order of the file: what is to be pointed elsewhere when the
// act ends or another takes its place.
func Citing(content *policy.Content, act law.ActID) []string {
	var out []string
	eachCite(&content.Rules, content.Law, func(path string, _ int, c policy.Citation) {
		if c.Act == act && !slices.Contains(out, path) {
			out = append(out, path)
		}
	})
	return out
}

// excused reports whether a waiver lets a citation stand, and notes that the
// waiver is needed.
func (l *look) excused(path string, act law.ActID) bool {
	w := waiver{act, path}
	if _, given := l.waived[w]; !given {
		return false
	}
	l.waived[w] = true
	return true
}

// unlisted finds citations of acts that the registry does not have.
func unlisted(l *look, say say) {
	eachCite(&l.rules, l.law, func(path string, i int, c policy.Citation) {
		if _, known := l.law.Act(c.Act); !known {
			say(place{path: path}, Arg{"act", string(c.Act)})
		}
	})
}

// dead finds citations of acts that are not in force on the day, or of which
// nobody can vouch that they are. (policy 4.1)
func dead(l *look, say say) {
	eachCite(&l.rules, l.law, func(path string, _ int, c policy.Citation) {
		if _, known := l.law.Act(c.Act); known && !l.law.InForce(c.Act, l.on) && !l.excused(path, c.Act) {
			say(place{path: path, article: cite(c)}, Arg{"act", string(c.Act)}, Arg{"day", law.DateOf(l.on).String()})
		}
	})
}

func cite(c policy.Citation) law.Citation { return law.Citation{Act: c.Act, Article: c.Article} }

// articleless finds citations of articles that the registry does not list.
func articleless(l *look, say say) {
	eachCite(&l.rules, l.law, func(path string, _ int, c policy.Citation) {
		if _, known := l.law.Act(c.Act); !known {
			return
		}
		if _, known := l.law.Article(cite(c)); !known {
			say(place{path: path, article: cite(c)}, Arg{"act", string(c.Act)}, Arg{"article", c.Article})
		}
	})
}

// replaced finds citations of acts whose place another took, until each points
// there or is waived.
func replaced(l *look, say say) {
	eachCite(&l.rules, l.law, func(path string, _ int, c policy.Citation) {
		if a, known := l.law.Act(c.Act); known && a.Replaced != "" && !l.excused(path, c.Act) {
			say(place{path: path, article: cite(c)}, Arg{"act", string(c.Act)}, Arg{"other", string(a.Replaced)})
		}
	})
}

// ending finds citations of acts that are known to end on a day to come.
func ending(l *look, say say) {
	eachCite(&l.rules, l.law, func(path string, _ int, c policy.Citation) {
		_, to, known := l.law.Interval(c.Act)
		if known && !to.IsZero() && l.on.Before(to) {
			say(place{path: path, article: cite(c)}, Arg{"act", string(c.Act)}, Arg{"day", law.DateOf(to).String()})
		}
	})
}

// wordless finds citations that do not say why they are made.
func wordless(l *look, say say) {
	eachCite(&l.rules, l.law, func(path string, i int, c policy.Citation) {
		if c.Why == "" {
			say(place{path: pathOf("%s[%d]", path, i), article: cite(c)}, Arg{"act", string(c.Act)}, Arg{"article", c.Article})
		}
	})
}

// idleWaivers finds waivers that waive nothing. It comes after everything that
// a waiver can excuse.
func idleWaivers(l *look, say say) {
	for i, w := range l.rules.Waivers {
		if !l.waived[waiver{w.Act, w.Rule}] {
			say(place{path: pathOf("waivers[%d]", i)}, Arg{"act", string(w.Act)}, Arg{"rule", w.Rule})
		}
	}
}

// bareWaivers finds waivers without a reason in three languages, a person or a
// day.
func bareWaivers(l *look, say say) {
	for i, w := range l.rules.Waivers {
		if _, err := time.Parse(time.DateOnly, w.On); err != nil || !w.Reason.Complete() || w.By == "" {
			say(place{path: pathOf("waivers[%d]", i)}, Arg{"act", string(w.Act)}, Arg{"rule", w.Rule})
		}
	}
}

// years finds this year or the next where the days off are not all known, so
// that deadlines counted through them are not sure.
func years(l *look, say say) {
	for _, w := range l.law.Warnings(l.on) {
		if w.Code == law.WarnYearUnknown {
			say(place{}, Arg{"year", w.ID})
		}
	}
}

// doubts notes what the registry does not know of the law this edition stands
// on: acts read in part, deadlines from memory, holds that wait for counsel.
func doubts(l *look, say say) {
	cited := map[string]bool{}
	eachCite(&l.rules, l.law, func(_ string, _ int, c policy.Citation) { cited[string(c.Act)] = true })
	for _, x := range l.rules.Rights {
		cited[x.Deadline] = true
	}
	for _, w := range l.law.Warnings(l.on) {
		switch w.Code {
		case law.WarnActUnknown, law.WarnDeadlineUnread:
			if cited[w.ID] {
				say(place{}, Arg{"id", w.ID})
			}
		case law.WarnHoldUnset:
			say(place{}, Arg{"id", w.ID})
		}
	}
}

// unruled finds deadlines of rights that the law does not have at all.
func unruled(l *look, say say) {
	for _, x := range l.rules.Rights {
		if _, known := l.deadline(x.Deadline); !known {
			say(place{clause: x.Clause, path: pathOf("rights[%s].deadline", x.ID)}, Arg{"deadline", x.Deadline})
		}
	}
}

// unsummarised finds editions whose summary has not the eight lines that are
// shown before the full text.
func unsummarised(l *look, say say) {
	const lines = 8
	if n := len(l.rules.Acceptance.SummaryLines); n != lines {
		say(place{path: "acceptance.summary"}, Arg{"have", strconv.Itoa(n)}, Arg{"want", strconv.Itoa(lines)})
	}
}
