package diff

import (
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// holder compares who answers for the data and how he is reached. (DC-73 p.1)
func (c *comparison) holder() {
	a, b := &c.a.rules.Holder, &c.b.rules.Holder
	at := func(step string) Change { return Change{Path: "holder." + step} }
	c.said("holder.identity", a.Name, b.Name, at("name"))
	c.differs("holder.contact", a.Brand, b.Brand, at("brand"))
	c.differs("holder.contact", a.Site, b.Site, at("site"))
	c.said("holder.contact", a.Address, b.Address, at("address"))
	c.said("holder.contact", a.Officer, b.Officer, at("officer"))
	c.said("holder.contact", a.Regulator, b.Regulator, at("regulator"))
	c.said("holder.letters", a.Letters, b.Letters, at("letters"))
	c.said("holder.places", a.Places, b.Places, at("places"))
	c.differs("holder.register", a.Register, b.Register, at("register"))
	ch := at("automation")
	ch.Was, ch.Is = a.Automation, b.Automation
	var none privacy.Words
	switch {
	case a.Automation == b.Automation:
	case a.Automation == none, b.Automation == none:
		c.either(a.Automation == none, "automation.added", ch)
	default:
		c.said("automation.changed", a.Automation, b.Automation, ch)
	}
}

// said adds a change of a sentence that is itself the rule.
func (c *comparison) said(kind Kind, a, b privacy.Words, ch Change) {
	if a != b {
		ch.Kind, ch.Was, ch.Is = kind, a, b
		c.add(ch)
	}
}

// modes orders how loudly a change of edition is told. (policy 6.3)
var modes = map[string]int{"none": 0, "banner": 1, "push": 2, "sms": 3}

// promises compares what the Holder owes: notice, acceptance, withdrawal,
// rights, and clauses that verbs and pages carry out.
func (c *comparison) promises() {
	a, b := c.a.rules, c.b.rules
	at := Change{Path: "notice.mode", Clause: b.Notice.Clause, Before: a.Notice.Mode, After: b.Notice.Mode}
	if a.Notice.Mode != b.Notice.Mode {
		c.either(modes[b.Notice.Mode] < modes[a.Notice.Mode], "notice.quieter", at)
	}
	c.length("notice", a.Notice.Ahead, b.Notice.Ahead, counted, true, Change{Path: "notice.ahead", Clause: b.Notice.Clause})
	c.acceptance()
	pairs(a.Withdrawal, b.Withdrawal, func(w *policy.WithdrawalWay) privacy.Channel { return w.Channel },
		func(id privacy.Channel, x, y *policy.WithdrawalWay) {
			at := Change{Path: "withdrawal[" + string(id) + "]", Clause: clauseOf(x, y, func(w *policy.WithdrawalWay) privacy.ClauseID { return w.Clause })}
			if x == nil || y == nil {
				c.either(y == nil, "withdrawal.removed", at)
				return
			}
			c.flag("withdrawal.unpromised", x.Extra, y.Extra, at.below("extra"))
		})
	c.rights()
	c.named()
	c.carried()
}

// named compares which operations, and kinds of them, the list names. (policy 4.2)
func (c *comparison) named() {
	a, b := c.a.rules, c.b.rules
	pairs(a.Operations, b.Operations, func(o *policy.OperationRule) string { return o.ID }, func(id string, x, y *policy.OperationRule) {
		if x == nil || y == nil {
			c.either(y == nil, "operation.unnamed", Change{
				Path: "operations[" + id + "]", Operation: id,
				Clause: clauseOf(x, y, func(o *policy.OperationRule) privacy.ClauseID { return o.Clause }),
			})
		}
	})
	pairs(kindsOf(a), kindsOf(b), func(k *policy.OperationKind) string { return k.ID }, func(id string, x, y *policy.OperationKind) {
		if x == nil || y == nil {
			c.either(y == nil, "operation.unnamed", Change{Path: "operations[" + id + "]", Operation: id})
		}
	})
}

// kindsOf lists the kinds of all operations.
func kindsOf(r *policy.Rules) (all []policy.OperationKind) {
	for i := range r.Operations {
		all = append(all, r.Operations[i].Kinds...)
	}
	return all
}

func (c *comparison) acceptance() {
	a, b := &c.a.rules.Acceptance, &c.b.rules.Acceptance
	pairs(a.Ways, b.Ways, func(w *policy.AcceptanceWay) string { return w.ID }, func(id string, x, y *policy.AcceptanceWay) {
		if x == nil || y == nil {
			c.either(x == nil, "acceptance.added", Change{Path: "acceptance.ways[" + id + "]", Clause: b.Clause})
		}
	})
	clause := b.ContinuedUse
	if clause == "" {
		clause = a.ContinuedUse
	}
	c.differs("identification.changed", a.Identification, b.Identification, Change{Path: "acceptance.identification", Clause: b.Clause})
	at := Change{Path: "acceptance.continued_use", Clause: clause}
	if a.ContinuedUse != "" && b.ContinuedUse != "" {
		c.differs("note", string(a.ContinuedUse), string(b.ContinuedUse), at)
	}
	c.flag("continued.added", a.ContinuedUse != "", b.ContinuedUse != "", at)
}

// rights compares the rights and their deadlines, each by the law its edition
// knew; then the other deadlines that both know. (policy 5.0-5.3)
func (c *comparison) rights() {
	used := map[law.DeadlineID]bool{}
	pairs(c.a.rules.Rights, c.b.rules.Rights, func(r *policy.Right) string { return r.ID }, func(id string, a, b *policy.Right) {
		at := Change{Path: "rights[" + id + "]", Clause: clauseOf(a, b, func(r *policy.Right) privacy.ClauseID { return r.Clause })}
		if a == nil || b == nil {
			c.either(b == nil, "right.removed", at)
			return
		}
		at = at.below("deadline")
		x, okX := c.a.deadline(a.Deadline)
		y, okY := c.b.deadline(b.Deadline)
		if !okX || !okY {
			c.differs("deadline.unclear", a.Deadline, b.Deadline, at)
			return
		}
		used[x.ID] = used[x.ID] || x.ID == y.ID
		c.deadline(&x, &y, at)
	})
	if c.b.law == nil {
		return
	}
	for _, y := range c.b.law.Deadlines() {
		x, ok := c.a.deadline(string(y.ID))
		if ok && !used[y.ID] {
			c.deadline(&x, &y, Change{Path: "law.deadlines[" + string(y.ID) + "]"})
		}
	}
}

func (s *side) deadline(id string) (law.Deadline, bool) {
	if s.law == nil {
		return law.Deadline{}, false
	}
	return s.law.Deadline(law.DeadlineID(id))
}

// deadline compares two terms of the law. Terms from other events, or one that
// is the least with one that is the most, cannot be compared.
func (c *comparison) deadline(a, b *law.Deadline, at Change) {
	event := func(d *law.Deadline) string {
		return d.Term.String() + " " + string(d.From) + string(d.Before) + " " + string(d.Regime) + " " + yes(d.Min)
	}
	if a.From != b.From || a.Before != b.Before || a.Min != b.Min || a.Regime != b.Regime {
		c.differs("deadline.unclear", event(a), event(b), at)
		return
	}
	c.length("deadline", a.Term.String(), b.Term.String(), counted, a.Min || a.Before != "", at)
}

// carried compares the clauses that a verb or a page carries out: one that is
// dropped was a promise.
func (c *comparison) carried() {
	before, after := c.a.rules.Citations(), c.b.rules.Citations()
	pairs(c.a.rules.Clauses, c.b.rules.Clauses, func(u *policy.ClauseUse) privacy.ClauseID { return u.Clause },
		func(id privacy.ClauseID, a, b *policy.ClauseUse) {
			at := Change{Path: "clauses[" + string(id) + "]", Clause: id}
			switch {
			case a == nil && len(before[id]) == 0, b == nil && len(after[id]) == 0:
				c.either(b == nil, "clause.dropped", at)
			case a == nil: // a rule carried it out
				c.differs("note", "", b.By, at)
			case b == nil:
				c.differs("note", a.By, "", at)
			default:
				c.differs("note", a.By, b.By, at)
			}
		})
}

// holds compares for how long the law makes the Holder keep data. (DC-83 p.2)
func (c *comparison) holds() {
	if c.a.law == nil || c.b.law == nil {
		return
	}
	pairs(c.a.law.Holds(), c.b.law.Holds(), func(h *law.Hold) law.HoldID { return h.ID }, func(id law.HoldID, a, b *law.Hold) {
		at := Change{Path: "law.holds[" + string(id) + "]"}
		switch {
		case a == nil || b == nil:
			c.either(a == nil, "hold.added", at)
		case a.From != b.From:
			c.differs("term.start", a.Term.String()+" "+string(a.From), b.Term.String()+" "+string(b.From), at)
		default:
			c.length("term", a.Term.String(), b.Term.String(), counted, false, at)
		}
	})
}
