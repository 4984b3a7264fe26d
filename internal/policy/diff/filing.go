package diff

import (
	"strings"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// filing compares what the register of holders is told beside the other rules.
// Facts about the Holder as a company are notes; how subjects are told, how data
// are kept safe and whose they are is not. (law 4.5)
func (c *comparison) filing() {
	a, b := &c.a.rules.Filing, &c.b.rules.Filing
	at := func(step string) Change { return Change{Path: "filing." + step} }
	c.said("informing.changed", a.Informing, b.Informing, at("informing"))
	for _, l := range sentencesAt(a.Measures, b.Measures) {
		c.said("measures.changed", l.a, l.b, at("measures"+l.at))
	}
	pairs(a.Groups, b.Groups, func(g *policy.Group) string { return g.ID }, func(id string, x, y *policy.Group) {
		ch := at("groups[" + id + "]")
		if x == nil || y == nil {
			c.either(x == nil, "group.added", ch)
			return
		}
		c.said("group.changed", x.Title, y.Title, ch.below("title"))
		c.differs("group.changed", sorted(x.Categories), sorted(y.Categories), ch.below("categories"))
	})
	for _, w := range []struct {
		step string
		a, b privacy.Words
	}{{"array", a.Array, b.Array}, {"ownership", a.Ownership, b.Ownership}, {"subordination", a.Subordination, b.Subordination}, {"head", a.Head, b.Head}} {
		c.said("note", w.a, w.b, at(w.step))
	}
	for _, f := range []struct{ step, a, b string }{
		{"phone", a.Phone, b.Phone},
		{"email", a.Email, b.Email},
		{"fax", a.Fax, b.Fax},
		{"on", a.On, b.On},
		{"stage", a.Stage, b.Stage},
		{"to_fill", joined(a.ToFill), joined(b.ToFill)},
	} {
		c.differs("note", f.a, f.b, at(f.step))
	}
}

// waivers notes citations that stand for a reason; they revive nothing.
func (c *comparison) waivers() {
	id := func(w *policy.Waiver) string { return string(w.Act) + " " + w.Rule }
	pairs(c.a.rules.Waivers, c.b.rules.Waivers, id, func(k string, x, y *policy.Waiver) {
		var was, is policy.Waiver
		if x != nil {
			was = *x
		}
		if y != nil {
			is = *y
		}
		at := Change{Path: "waivers[" + k + "]"}
		line := func(act law.ActID, by, on string) string { return strings.TrimSpace(string(act) + " " + by + " " + on) }
		c.differs("note", line(was.Act, was.By, was.On), line(is.Act, is.By, is.On), at)
		c.said("note", was.Reason, is.Reason, at.below("reason"))
	})
}
