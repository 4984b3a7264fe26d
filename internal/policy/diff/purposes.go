package diff

import (
	"slices"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// purposes compares what each purpose allows, and on what ground. (policy 3.1-3.20)
func (c *comparison) purposes() {
	pairs(c.a.rules.Purposes, c.b.rules.Purposes, func(p *policy.Purpose) privacy.PurposeID { return p.ID },
		func(id privacy.PurposeID, a, b *policy.Purpose) {
			at := Change{Path: "purposes[" + string(id) + "]", Purpose: id}
			switch {
			case a == nil:
				at.Clause, at.After = b.Clause, rowsOf(b)
				c.either(true, "purpose.added", at)
			case b == nil:
				at.Clause, at.Before = a.Clause, rowsOf(a)
				c.either(false, "purpose.added", at)
			default:
				at.Clause = b.Clause
				c.ground(at, a, b)
				c.conditions(at, a, b)
				c.allowed(at, a, b)
				c.rows(at, a, b)
			}
		})
}

func rowsOf(p *policy.Purpose) string {
	var ids []privacy.CategoryID
	for i := range p.Rows {
		ids = append(ids, p.Rows[i].Category)
	}
	return joined(ids)
}

// below is a change at a place within another's.
func (ch Change) below(step string) Change {
	ch.Path += "." + step
	return ch
}

// ground compares basis, citations and terms, of the purpose and of rows that
// differ from it.
func (c *comparison) ground(at Change, a, b *policy.Purpose) {
	c.basis(at, a.Basis, b.Basis)
	c.cites(at, a.Cites, b.Cites)
	if !a.Template && !b.Template {
		c.terms(at, &a.Terms, &b.Terms)
	}
	for i := range b.Rows {
		y := &b.Rows[i]
		x := rowOf(a, y.Category)
		if x == nil {
			continue
		}
		row := rowAt(at, y.Category)
		if x.Basis != "" || y.Basis != "" {
			c.basis(row, basisOf(a, x), basisOf(b, y))
		}
		if len(x.Cites) > 0 || len(y.Cites) > 0 {
			c.cites(row, citesOf(a, x), citesOf(b, y))
		}
		if x.Terms != nil || y.Terms != nil {
			c.terms(row, termsOf(a, x), termsOf(b, y))
		}
	}
}

func rowAt(at Change, id privacy.CategoryID) Change {
	at.Path += ".categories[" + string(id) + "]"
	at.Category = id
	return at
}

func (c *comparison) basis(at Change, a, b privacy.Basis) {
	at = at.below("basis")
	at.Before, at.After = string(a), string(b)
	switch {
	case a == b:
	case a == privacy.BasisConsent, b == privacy.BasisConsent: // the subject loses or gains a switch
		c.either(a == privacy.BasisConsent, "consent.dropped", at)
	default:
		c.differs("basis.changed", at.Before, at.After, at)
	}
}

// cites compares the acts on which something stands and when they are in force
// together. Another article of the same acts is a note.
func (c *comparison) cites(at Change, a, b []policy.Citation) {
	at = at.below("cites")
	before, after := acts(a), acts(b)
	c.differs("cites.changed", before, after, at)
	if before == after {
		c.differs("note", articles(a), articles(b), at)
	}
	if c.a.law == nil || c.b.law == nil {
		return
	}
	c.interval("force.longer", c.a.force(a), c.b.force(b), at)
}

// interval tells which moments were gained and which were lost.
func (c *comparison) interval(gain Kind, a, b interval, at Change) {
	at.Before, at.After = a.String(), b.String()
	if b.beyond(a) {
		c.either(true, gain, at)
	}
	if a.beyond(b) {
		c.either(false, gain, at)
	}
}

func acts(list []policy.Citation) string {
	var out []string
	for _, x := range list {
		out = append(out, string(x.Act))
	}
	slices.Sort(out)
	return joined(slices.Compact(out))
}

func articles(list []policy.Citation) string {
	var out []string
	for _, x := range list {
		out = append(out, string(x.Act)+" "+x.Article)
	}
	slices.Sort(out)
	return joined(out)
}

// terms compares how long processing and storage last. A term from another
// event cannot be compared.
func (c *comparison) terms(at Change, a, b *policy.Terms) {
	at = at.below("terms")
	if a.From != b.From {
		ch := at.below("from")
		c.differs("term.start", a.Processing+" "+a.Storage+" "+a.From, b.Processing+" "+b.Storage+" "+b.From, ch)
		return
	}
	open := float64(forever)
	if a.From == "agreement" { // nothing after its end
		open = 0
	}
	read := func(s string) (length, bool) { return span(s, open) }
	c.length("term", a.Processing, b.Processing, read, false, at.below("processing"))
	c.length("term", a.Storage, b.Storage, read, false, at.below("storage"))
}

// lengths are the kinds of a changed length: the wider, and the one that cannot
// be told.
var lengths = map[string][2]Kind{
	"term":     {"term.longer", "term.unclear"},
	"deadline": {"deadline.later", "deadline.unclear"},
	"notice":   {"notice.later", "notice.unclear"},
}

// length compares two lengths. atLeast says that the longer one is the better
// for the subject.
func (c *comparison) length(what, a, b string, read func(string) (length, bool), atLeast bool, at Change) {
	if a == b {
		return
	}
	kinds := lengths[what]
	x, okX := read(a)
	y, okY := read(b)
	at.Before, at.After = a, b
	how := unclear
	if okX && okY {
		how = x.to(y)
	}
	switch how {
	case same:
	case unclear:
		c.differs(kinds[1], a, b, at)
	default:
		c.either((how == longer) != atLeast, kinds[0], at)
	}
}

// minors orders the locks for minors. (DC-81)
var minors = map[string]int{"open": 0, "guardian": 1, "locked": 2}

// conditions compares what must hold before a purpose allows anything.
func (c *comparison) conditions(at Change, a, b *policy.Purpose) {
	c.differs("purpose.parent", string(a.Parent), string(b.Parent), at.below("parent"))
	if a.Basis == privacy.BasisConsent && b.Basis == privacy.BasisConsent && a.Evidence != b.Evidence {
		x, _ := privacy.ParseGrade(a.Evidence)
		y, _ := privacy.ParseGrade(b.Evidence)
		ch := at.below("evidence")
		ch.Before, ch.After = a.Evidence, b.Evidence
		c.either(y < x, "evidence.weaker", ch)
	}
	sets(a.Requires, b.Requires, func(need string, came bool) {
		ch := at.below("requires")
		ch.Before, ch.After = joined(a.Requires), joined(b.Requires)
		c.either(!came, "requires.removed", ch)
	})
	if a.Minor != b.Minor {
		ch := at.below("minor")
		ch.Before, ch.After = a.Minor, b.Minor
		c.either(minors[b.Minor] < minors[a.Minor], "minor.opened", ch)
	}
	c.flag("default.on", a.Default == "on", b.Default == "on", at.below("default"))
	c.flag("switch.removed", !a.Switchable, !b.Switchable, at.below("switchable"))
	c.flag("transient.removed", !a.Transient, !b.Transient, at.below("transient"))
	c.flag("duty.added", a.Duty, b.Duty, at.below("duty"))
	if a.Marketing != b.Marketing {
		ch := at.below("marketing")
		ch.Kind = "marketing.changed"
		c.add(ch)
	}
}

// allowed compares operations and recipients of the purpose as a whole.
func (c *comparison) allowed(at Change, a, b *policy.Purpose) {
	x, y := operationsOf(a, nil), operationsOf(b, nil)
	for _, o := range (y &^ x).Names() {
		ch := at.below("operations")
		ch.Operation, ch.After = o, c.rowsWith(b, o)
		c.either(true, "operation.added", ch)
	}
	for _, o := range (x &^ y).Names() {
		ch := at.below("operations")
		ch.Operation, ch.Before = o, c.rowsWith(a, o)
		c.either(false, "operation.added", ch)
	}
	sets(a.Recipients, b.Recipients, func(id privacy.RecipientID, came bool) {
		ch := at.below("recipients[" + string(id) + "]")
		ch.Recipient, ch.Operation = id, "transfer"
		c.either(came, "purpose.recipient.added", ch)
	})
}

// rowsWith lists the categories for which a purpose has an operation.
func (c *comparison) rowsWith(p *policy.Purpose, operation string) string {
	o, _ := privacy.ParseOperation(operation)
	var ids []privacy.CategoryID
	for i := range p.Rows {
		if operationsOf(p, &p.Rows[i])&o != 0 {
			ids = append(ids, p.Rows[i].Category)
		}
	}
	return joined(ids)
}

// rows compares the categories of a purpose.
func (c *comparison) rows(at Change, a, b *policy.Purpose) {
	pairs(a.Rows, b.Rows, func(r *policy.Row) privacy.CategoryID { return r.Category }, func(id privacy.CategoryID, x, y *policy.Row) {
		row := rowAt(at, id)
		switch {
		case x == nil:
			row.After = operationsOf(b, y).String()
			c.either(true, "purpose.category.added", row)
			return
		case y == nil:
			row.Before = operationsOf(a, x).String()
			c.either(false, "purpose.category.added", row)
			return
		}
		c.flag("special.opened", c.a.open(x), c.b.open(y), row)
		c.flag("keep.added", x.Keep, y.Keep, row.below("keep"))
		c.safeguard(row, x, y)
		before, after := operationsOf(a, x), operationsOf(b, y)
		whole, was := operationsOf(b, nil), operationsOf(a, nil)
		for _, o := range (after &^ before & was).Names() { // what is new to the purpose was said there
			ch := row.below("operations")
			ch.Operation = o
			c.either(true, "operation.added", ch)
		}
		for _, o := range (before &^ after & whole).Names() {
			ch := row.below("operations")
			ch.Operation = o
			c.either(false, "operation.added", ch)
		}
	})
}
