package explain

import (
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// Voice speaks one language. Room i18n has one; this room has no words.
type Voice interface {
	Lang() privacy.Lang
	Say(key string, pairs ...string) string // the sentence of a key with its values by name
	Day(t time.Time) string                 // a day as the language writes it
}

// Why says in a sentence why the answer is what it is.
func (x *Explanation) Why(v Voice) string {
	if x.General && x.Reason == privacy.NoSubject {
		if x.Reachable {
			return v.Say("explain.general")
		}
		return v.Say("explain.general.never")
	}
	return v.Say("reason." + string(x.Reason))
}

// Say puts the change into words.
func (c *Change) Say(v Voice) string {
	var days []string
	for _, d := range c.Days {
		days = append(days, v.Day(d))
	}
	pairs := []string{"dates", strings.Join(days, ", "), "recipients", names(v, c.Recipients)}
	if !c.At.IsZero() {
		pairs = append(pairs, "date", v.Day(c.At))
	}
	if c.Grade != privacy.GradeNone {
		pairs = append(pairs, "grade", v.Say("grade."+c.Grade.String()))
	}
	if c.Act != nil {
		pairs = append(pairs, "act", c.Act.Title.In(v.Lang()))
	}
	return v.Say(c.Key(), pairs...)
}

// Say puts the condition into words.
func (n *Need) Say(v Voice) string {
	pairs := []string{"recipients", names(v, n.Recipients), "why", strings.TrimSuffix(n.Why.In(v.Lang()), ".")}
	if !n.At.IsZero() {
		pairs = append(pairs, "date", v.Day(n.At))
	}
	if n.Grade != privacy.GradeNone {
		pairs = append(pairs, "grade", v.Say("grade."+n.Grade.String()))
	}
	if n.Act != nil {
		pairs = append(pairs, "act", n.Act.Title.In(v.Lang()), "article", n.Act.Article)
	}
	return v.Say("explain.need."+string(n.Kind), pairs...)
}

func names(v Voice, list []privacy.Words) string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].In(v.Lang())
	}
	return strings.Join(out, "; ")
}
