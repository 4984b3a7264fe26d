package check

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Input is what is judged.
type Input struct {
	Content  policy.Content  // rules, texts, and the law they stand on
	Edition  *policy.Edition // as compiled; nil where it does not compile or nobody has tried
	On       time.Time       // the day whose law counts
	Previous *policy.Content // the edition before, for changes that a translation missed; nil for none
}

// Run judges an edition. It never fails: what cannot be read is a finding too.
func Run(in Input) Report {
	l := newLook(&in)
	for i := range all {
		r := &all[i]
		if r.find == nil { // given by whoever loads the pack: Unread, Missed
			continue
		}
		r.find(l, func(at place, args ...Arg) {
			l.out = append(l.out, r.finding(at, args))
		})
	}
	return Sorted(l.out)
}

// rule is a code with how to find it.
type rule struct {
	Info
	find func(l *look, say say)
}

// say adds a finding at a place.
type say func(at place, args ...Arg)

// place is where a finding stands. A severity milder or stronger than the
// code's own is named here.
type place struct {
	clause   privacy.ClauseID
	lang     privacy.Lang
	path     string
	severity Severity
	article  law.Citation // where it is not the code's own
	resolved bool
}

func (r *rule) finding(at place, args []Arg) Finding {
	f := Finding{
		Code: r.Code, Severity: r.Severity, Article: r.Article, ISO: r.ISO,
		Clause: at.clause, Lang: at.lang, Path: at.path, Resolved: at.resolved, Args: args,
	}
	for i := range args { // a name left empty still fills its place in the sentence
		args[i].Value = orDash(args[i].Value)
	}
	if at.severity != "" {
		f.Severity = at.severity
	}
	if at.article.Act != "" {
		f.Article = at.article
	}
	return f
}

// Sorted makes a report of findings from several hands, without repetitions.
func Sorted(found []Finding) Report {
	order := func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(a.Code, b.Code))
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return order(&a, &b) })
	found = slices.CompactFunc(found, func(a, b Finding) bool {
		return a.Code == b.Code && a.Severity == b.Severity && a.Clause == b.Clause && a.Lang == b.Lang && a.Path == b.Path && slices.Equal(a.Args, b.Args)
	})
	return Report{Findings: found}
}

// Unread is the finding that a file of the pack cannot be taken as it is.
func Unread(msg string) Finding {
	return byCode("K-E01").finding(place{}, []Arg{{"problem", msg}})
}

// Missed is the finding that a question of the pack is answered otherwise than
// its authors expect.
func Missed(m *policy.Miss) Finding {
	x := m.Expectation
	return byCode("K-Q01").finding(place{clause: x.Clause, path: m.Path}, []Arg{{"question", x.Q}, {"answer", m.Why}})
}

func byCode(c Code) *rule {
	for i := range all {
		if all[i].Code == c {
			return &all[i]
		}
	}
	return &rule{Info: Info{Code: c, Severity: Error}}
}

// compiles finds the contradiction on which compiling stops.
func compiles(l *look, say say) {
	if l.edition != nil {
		return
	}
	_, err := policy.Compile(l.rules, "", l.law, time.Time{})
	var wrong *policy.Problem
	if errors.As(err, &wrong) {
		say(place{path: wrong.Path}, Arg{"problem", wrong.Msg})
	}
}
