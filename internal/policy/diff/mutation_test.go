package diff

import (
	"maps"
	"slices"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// mutation changes one thing and names the part it touched; "" touches many.
type mutation func(d dice, r *policy.Rules) (part string)

// onPurpose changes one purpose.
func onPurpose(fn func(d dice, r *policy.Rules, p *policy.Purpose)) mutation {
	return func(d dice, r *policy.Rules) string {
		p := &r.Purposes[d.IntN(len(r.Purposes))]
		fn(d, r, p)
		return string(p.ID)
	}
}

func onRow(fn func(d dice, p *policy.Purpose, row *policy.Row)) mutation {
	return onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) {
		if len(p.Rows) > 0 {
			fn(d, p, &p.Rows[d.IntN(len(p.Rows))])
		}
	})
}

func onCategory(fn func(d dice, r *policy.Rules, c *policy.Category)) mutation {
	return func(d dice, r *policy.Rules) string {
		c := &r.Categories[d.IntN(len(r.Categories))]
		fn(d, r, c)
		return string(c.ID)
	}
}

func onRecipient(fn func(d dice, r *policy.Rules, to *policy.Recipient)) mutation {
	return func(d dice, r *policy.Rules) string {
		if len(r.Recipients) == 0 {
			return "nothing"
		}
		to := &r.Recipients[d.IntN(len(r.Recipients))]
		fn(d, r, to)
		return string(to.ID)
	}
}

func on(part string, fn func(d dice, r *policy.Rules)) mutation {
	return func(d dice, r *policy.Rules) string { fn(d, r); return part }
}

// toggle puts an id into a list or takes it out.
func toggle[S ~string](list []S, id S) []S {
	if i := slices.Index(list, id); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return append(slices.Clone(list), id)
}

var mutations = map[string]mutation{
	"operations": onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) {
		p.Operations = toggle(p.Operations, pick(d, allOperations()...))
	}),
	"basis": onPurpose(func(d dice, r *policy.Rules, p *policy.Purpose) {
		q := d.purpose(r, p.ID)
		p.Basis, p.Evidence, p.Default, p.Terms = q.Basis, q.Evidence, q.Default, q.Terms
	}),
	"cites": onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) { p.Cites = d.cites() }),
	"evidence": onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) {
		p.Evidence = map[bool]string{true: pick(d, gradeNames...)}[p.Evidence != ""]
	}),
	"requires": onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) {
		p.Requires = toggle(p.Requires, pick(d, "acceptance", "agreement"))
	}),
	"minor":      onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) { p.Minor = pick(d, "open", "guardian", "locked") }),
	"switchable": onPurpose(func(_ dice, _ *policy.Rules, p *policy.Purpose) { p.Switchable = !p.Switchable }),
	"default": onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) {
		p.Default = map[bool]string{true: "off", false: pick(d, "on", "off")}[p.Basis == privacy.BasisConsent]
	}),
	"marketing": onPurpose(func(_ dice, _ *policy.Rules, p *policy.Purpose) { p.Marketing = !p.Marketing }),
	"transient": onPurpose(func(_ dice, _ *policy.Rules, p *policy.Purpose) { p.Transient = !p.Transient }),
	"duty":      onPurpose(func(_ dice, _ *policy.Rules, p *policy.Purpose) { p.Duty = !p.Duty }),
	"parent":    onPurpose(func(d dice, r *policy.Rules, p *policy.Purpose) { p.Parent = pick(d, "", r.Purposes[0].ID) }),
	"terms":     onPurpose(func(d dice, _ *policy.Rules, p *policy.Purpose) { p.Terms = d.terms(p.Basis) }),
	"to":        onPurpose(func(d dice, r *policy.Rules, p *policy.Purpose) { toggleRecipient(d, r, p) }),
	"title":     onPurpose(func(_ dice, _ *policy.Rules, p *policy.Purpose) { p.Title.Ru += " снова" }),
	"counsel":   onPurpose(func(_ dice, _ *policy.Rules, p *policy.Purpose) { p.Counsel += "x" }),
	"rows":      onPurpose(func(d dice, r *policy.Rules, p *policy.Purpose) { toggleRow(d, r, p) }),
	"row order": onPurpose(func(_ dice, _ *policy.Rules, p *policy.Purpose) { slices.Reverse(p.Rows) }),
	"row ops": onRow(func(d dice, p *policy.Purpose, row *policy.Row) {
		row.Operations = pick(d, nil, d.operations(p.Operations))
	}),
	"row basis": onRow(func(d dice, p *policy.Purpose, row *policy.Row) {
		row.Basis = map[bool]privacy.Basis{false: pick(d, "", privacy.BasisContract, privacy.BasisLaw)}[p.Basis == privacy.BasisConsent]
	}),
	"row cites": onRow(func(d dice, _ *policy.Purpose, row *policy.Row) { row.Cites = pick(d, nil, d.cites()) }),
	"row terms": onRow(func(d dice, p *policy.Purpose, row *policy.Row) {
		terms := d.terms(p.Basis)
		row.Terms = pick(d, nil, &terms)
	}),
	"row keep":  onRow(func(_ dice, _ *policy.Purpose, row *policy.Row) { row.Keep = !row.Keep }),
	"row guard": onRow(func(d dice, _ *policy.Purpose, row *policy.Row) { row.Safeguard = pick(d, "", "G") }),
	"class":     onCategory(func(d dice, _ *policy.Rules, c *policy.Category) { c.Classification = d.category(c.ID).Classification }),
	"sources": onCategory(func(d dice, _ *policy.Rules, c *policy.Category) {
		c.Sources = toggle(c.Sources, pick(d, sourceIDs...))
	}),
	"nature": onCategory(func(d dice, _ *policy.Rules, c *policy.Category) {
		f := pick(d, &c.Child, &c.ThirdPersons, &c.HighRisk)
		*f = !*f
	}),
	"field type": onCategory(func(d dice, _ *policy.Rules, c *policy.Category) { c.Attributes[0].Type = pick(d, "text", "name") }),
	"field class": onCategory(func(d dice, _ *policy.Rules, c *policy.Category) {
		c.Attributes[0].Class = pick(d, "", privacy.ClassPersonal, privacy.ClassSpecial)
	}),
	"field index": onCategory(func(d dice, _ *policy.Rules, c *policy.Category) { c.Attributes[0].Index = pick(d, "", "pin", "email") }),
	"field only": onCategory(func(d dice, r *policy.Rules, c *policy.Category) {
		c.Attributes[0].Only = pick(d, nil, some(d, 2, withRow(r, c.ID)...))
	}),
	"mandatory": onCategory(func(d dice, r *policy.Rules, c *policy.Category) {
		c.Attributes[0].Mandatory = pick(d, nil, some(d, 2, withRow(r, c.ID)...))
	}),
	"fields": onCategory(func(d dice, _ *policy.Rules, c *policy.Category) {
		c.Attributes = append(c.Attributes[:1:1], some(d, 2, policy.Attribute{ID: "b", Type: "text"})...)
	}),
	"agreement": onRecipient(func(d dice, r *policy.Rules, to *policy.Recipient) {
		to.Agreement = d.recipient(r, to.ID).Agreement
		to.Agreement.Ref = pick(d, "1", "1", "2")
	}),
	"country": onRecipient(func(d dice, _ *policy.Rules, to *policy.Recipient) { to.Country = pick(d, "KG", "KZ", "US") }),
	"to fields": onRecipient(func(d dice, r *policy.Rules, to *policy.Recipient) {
		to.Fields = toggle(to.Fields, pick(d, r.Categories...).ID)
	}),
	"to name": onRecipient(func(_ dice, _ *policy.Rules, to *policy.Recipient) { to.Title.En += "!" }),
	"to kind": onRecipient(func(d dice, _ *policy.Rules, to *policy.Recipient) { to.Kind = pick(d, "partner", "processor") }),
	"approve": on("", func(d dice, r *policy.Rules) { r.Safeguards = []policy.Safeguard{d.safeguard()} }),
	"notice": on("notice", func(d dice, r *policy.Rules) {
		r.Notice.Mode, r.Notice.Ahead = pick(d, "none", "banner", "push", "sms"), pick(d, "1mo", "31d", "30d", "now", "2mo")
	}),
	"ways": on("ways", func(d dice, r *policy.Rules) {
		r.Acceptance.Ways = some(d, 2, policy.AcceptanceWay{ID: "sms"}, policy.AcceptanceWay{ID: "tick"})
	}),
	"continued": on("continued", func(d dice, r *policy.Rules) { r.Acceptance.ContinuedUse = pick[privacy.ClauseID](d, "", "6.2a") }),
	"withdrawal": on("withdrawal", func(d dice, r *policy.Rules) {
		r.Withdrawal = some(d, 2, policy.WithdrawalWay{Channel: "letter"}, policy.WithdrawalWay{Channel: "app", Extra: d.yes(2)})
	}),
	"rights": on("rights", func(d dice, r *policy.Rules) {
		r.Rights = some(d, 2, policy.Right{ID: "access", Deadline: pick(d, "answer", "copy")}, policy.Right{ID: "copy", Deadline: "copy"})
	}),
	"holder": on("holder", func(d dice, r *policy.Rules) {
		f := pick(d, &r.Holder.Name, &r.Holder.Letters, &r.Holder.Places, &r.Holder.Officer, &r.Holder.Automation)
		f.Ky = pick(d, "", "x", "y")
	}),
	"clauses": on("clauses", func(d dice, r *policy.Rules) {
		r.Clauses = some(d, 2, policy.ClauseUse{Clause: "1.1", By: pick(d, "verb a", "page b")}, policy.ClauseUse{Clause: "1.2", By: "x"})
	}),
	"listed": on("listed", func(d dice, r *policy.Rules) {
		r.Sources = some(d, 2, policy.Source{ID: "form"}, policy.Source{ID: "sdk"}, policy.Source{ID: "letter"})
	}),
	"named": on("named", func(d dice, r *policy.Rules) {
		r.Operations = some(d, 2, policy.OperationRule{ID: "use"}, policy.OperationRule{ID: "store"})
	}),
	"new purpose": on("", func(d dice, r *policy.Rules) { r.Purposes = append(r.Purposes, d.purpose(r, pick(d, purposeIDs...))) }),
	"old purpose": on("", func(d dice, r *policy.Rules) { r.Purposes = slices.Delete(r.Purposes, 0, 1) }),
	"new data": on("", func(d dice, r *policy.Rules) {
		r.Categories = append(r.Categories, d.category(pick(d, categoryIDs...)))
	}),
	"old data": on("", func(d dice, r *policy.Rules) { dropCategory(r) }),
	"new to": on("", func(d dice, r *policy.Rules) {
		r.Recipients = append(r.Recipients, d.recipient(r, pick(d, recipientIDs...)))
	}),
	"old to": on("", func(_ dice, r *policy.Rules) { dropRecipient(r) }),
}

func toggleRecipient(d dice, r *policy.Rules, p *policy.Purpose) {
	if len(r.Recipients) > 0 {
		p.Recipients = toggle(p.Recipients, pick(d, r.Recipients...).ID)
	}
}

func toggleRow(d dice, r *policy.Rules, p *policy.Purpose) {
	id := pick(d, r.Categories...).ID
	if i := slices.IndexFunc(p.Rows, func(x policy.Row) bool { return x.Category == id }); i >= 0 {
		p.Rows = slices.Delete(p.Rows, i, i+1)
		return
	}
	p.Rows = append(p.Rows, d.row(p, id))
}

func dropRecipient(r *policy.Rules) {
	if len(r.Recipients) == 0 {
		return
	}
	gone := r.Recipients[0].ID
	r.Recipients = r.Recipients[1:]
	for i := range r.Purposes {
		r.Purposes[i].Recipients = slices.DeleteFunc(slices.Clone(r.Purposes[i].Recipients), func(x privacy.RecipientID) bool { return x == gone })
	}
}

// dropCategory takes the first category out of the list, of every purpose and of
// every agreement.
func dropCategory(r *policy.Rules) {
	gone := r.Categories[0].ID
	r.Categories = r.Categories[1:]
	for i := range r.Purposes {
		r.Purposes[i].Rows = slices.DeleteFunc(r.Purposes[i].Rows, func(x policy.Row) bool { return x.Category == gone })
	}
	for i := range r.Recipients {
		r.Recipients[i].Fields = slices.DeleteFunc(slices.Clone(r.Recipients[i].Fields), func(x privacy.CategoryID) bool { return x == gone })
	}
}

// withRow lists the purposes that have a category.
func withRow(r *policy.Rules, c privacy.CategoryID) []privacy.PurposeID {
	var out []privacy.PurposeID
	for i := range r.Purposes {
		if rowOf(&r.Purposes[i], c) != nil {
			out = append(out, r.Purposes[i].ID)
		}
	}
	return out
}

// copied copies rules so far that a mutation of one leaves the other alone.
func copied(r policy.Rules) policy.Rules {
	r.Purposes = slices.Clone(r.Purposes)
	for i := range r.Purposes {
		r.Purposes[i].Rows = slices.Clone(r.Purposes[i].Rows)
	}
	r.Categories = slices.Clone(r.Categories)
	for i := range r.Categories {
		r.Categories[i].Attributes = slices.Clone(r.Categories[i].Attributes)
	}
	r.Recipients = slices.Clone(r.Recipients)
	return r
}

// mutationNames are sorted, so that a seed always draws the same.
var mutationNames = slices.Sorted(maps.Keys(mutations))

// mutated changes rules until they compile, and names the part that changed.
func (d dice) mutated(base policy.Rules, acts policy.Acts) (policy.Rules, string) {
	for {
		r := copied(base)
		part := mutations[pick(d, mutationNames...)](d, &r)
		if len(r.Purposes) == 0 || len(r.Categories) == 0 { // nothing left to change
			continue
		}
		if _, err := policy.Compile(r, "", acts, since); err == nil {
			return r, part
		}
	}
}

// compiling draws rules until they compile.
func (d dice) compiling(acts policy.Acts) policy.Rules {
	for {
		r := d.rules()
		if _, err := policy.Compile(r, "", acts, since); err == nil {
			return r
		}
	}
}
