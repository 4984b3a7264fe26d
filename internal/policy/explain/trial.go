package explain

import (
	"slices"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// trial is a question that is asked again and again while its standing, its
// actor and its moment are changed.
type trial struct {
	law     *law.Registry
	ed      *policy.Edition
	s       *privacy.Subject
	q       policy.Question
	actor   *privacy.Actor
	now     time.Time
	grounds []Ground
}

// most is more changes than any question can need: each does away with a
// refusal for good, and waiting may bring a few of them back once.
const most = 24

// toYes changes what can be changed until the answer is yes, and gives the
// changes in order. Where something cannot be, that alone is given: nobody is
// asked for a consent that would be of no use.
func (t *trial) toYes() ([]Change, bool) {
	var out []Change
	d := t.ed.Decide(t.s, t.q, t.actor, t.now)
	for range most {
		if d.Allowed() {
			return out, true
		}
		c := t.change(d.Reason)
		next := t.ed.Decide(t.s, t.q, t.actor, t.now)
		if c.Reach != ByNobody && next.Reason == d.Reason { // of no use: what else is in the way of it?
			c = t.change(d.Reason)
		}
		if c.Reason = d.Reason; c.Reach == ByNobody {
			return []Change{c}, false
		}
		if next.Reason == d.Reason {
			break
		}
		out, d = append(out, c), next
	}
	return []Change{{Kind: KindTerm, Reach: ByNobody, Reason: d.Reason}}, false
}

// change does what does away with a refusal, and says what it did. Where nobody
// can, it does nothing.
func (t *trial) change(r privacy.Reason) Change {
	switch r {
	case privacy.NotInPolicy:
		if t.now.Before(t.ed.InForce()) {
			return t.wait(KindEdition, t.ed.InForce())
		}
		return Change{Kind: KindNotNamed, Reach: ByNobody}
	case privacy.NoSubject:
		return t.wait(KindRegistered, t.s.Since)
	case privacy.Deleted:
		if t.s.Status == privacy.StatusDeleted {
			return Change{Kind: KindDeleted, Reach: ByNobody}
		}
		return t.collect()
	case privacy.Destroyed:
		return t.destroyed()
	case privacy.Blocked:
		return t.lift(privacy.KindBlock, Change{Kind: KindUnblock, Reach: BySubject})
	case privacy.Disputed:
		return t.lift(privacy.KindDispute, Change{Kind: KindCloseDispute, Reach: ByHolder})
	case privacy.Objected:
		return t.objection()
	case privacy.BasisNotInForce:
		return t.act()
	case privacy.NotAccepted:
		t.s.Accepted = privacy.Acceptance{Edition: t.ed.ID(), Grade: privacy.GradeTick, At: t.now}
		t.s.Refused = privacy.Refusal{}
		return t.byChild(Change{Kind: KindAccept, Reach: BySubject})
	case privacy.NoAgreement:
		return t.agree()
	case privacy.NoConsent, privacy.ConsentWithdrawn, privacy.ConsentExpired, privacy.EvidenceTooWeak:
		return t.consent()
	case privacy.SafeguardsMissing:
		return Change{Kind: KindSafeguards, Reach: ByNobody}
	case privacy.MinorLocked:
		return t.minor()
	case privacy.TermReached:
		return t.term()
	case privacy.RecipientUnknown:
		return t.recipient()
	}
	t.actor = anybody()
	return Change{Kind: KindActor, Reach: ByHolder}
}

// wait moves the moment on.
func (t *trial) wait(k Kind, until time.Time) Change {
	t.now = until
	return Change{Kind: k, Reach: ByTime, At: until}
}

// collect holds the value as collected now: what was there before has gone.
func (t *trial) collect() Change {
	t.s.Values = slices.DeleteFunc(t.s.Values, func(v privacy.Value) bool { return v.Category == t.q.Category })
	t.s.Hold(t.q.Category, t.q.Purpose, "", t.now)
	return Change{Kind: KindCollect, Reach: BySubject}
}

func (t *trial) destroyed() Change {
	if t.s.Status == privacy.StatusDestroying || t.s.Status == privacy.StatusDestroyed {
		return Change{Kind: KindDestroyed, Reach: ByNobody}
	}
	const gathering = privacy.Collect | privacy.Record
	if t.q.Operation&^gathering == 0 { // nothing but the old key is in the way
		t.s.Value(t.q.Category).State = privacy.ValueDestroyed
		return Change{Kind: KindShredded, Reach: ByHolder}
	}
	return t.collect()
}

// lift takes every block of a kind that covers the question out of force.
func (t *trial) lift(kind privacy.BlockKind, c Change) Change {
	kept := t.s.Blocks[:0]
	for _, b := range t.s.Blocks {
		if b.Kind != kind || !b.Covers(t.q.Category, t.q.Purpose) || t.now.Before(b.At) {
			kept = append(kept, b)
			continue
		}
		c.Refs, c.Days = append(c.Refs, b.ID), append(c.Days, b.At)
	}
	t.s.Blocks = kept
	return c
}

func (t *trial) objection() Change {
	o := t.s.Objection(t.q.Purpose)
	c := Change{Kind: KindObjection, Reach: BySubject, At: o.At, Refs: []string{o.ID}}
	if t.basis() == privacy.BasisConsent {
		c.Variant = "consent" // a consent given afterwards takes it back
	}
	t.s.Allow(t.q.Purpose)
	return c
}

// act waits for acts that come into force, or names one that has ended.
func (t *trial) act() Change {
	var until time.Time
	var latest *Ground
	for i := range t.grounds {
		g := &t.grounds[i]
		if !g.To.IsZero() && !t.now.Before(g.To) {
			return Change{Kind: KindActEnded, Reach: ByNobody, At: g.To, Act: g}
		}
		if t.now.Before(g.From) && g.From.After(until) {
			until, latest = g.From, g
		}
	}
	if latest == nil {
		return Change{Kind: KindActEnded, Reach: ByNobody}
	}
	c := t.wait(KindActFuture, until)
	c.Act = latest
	return c
}

func (t *trial) agree() Change {
	t.s.Agreement = privacy.Agreement{Since: t.now}
	return t.byChild(Change{Kind: KindAgree, Reach: BySubject})
}

// consent gives one under this edition, as strong as the purpose asks. (DC-79,
// DC-81, policy 4.3)
func (t *trial) consent() Change {
	rule := t.ed.Purpose(t.q.Purpose)
	grade, _ := privacy.ParseGrade(rule.Evidence)
	c := Change{Kind: KindConsent, Reach: BySubject, Grade: grade}
	by := privacy.ActorSubject
	switch {
	case rule.Minor == "locked" && !t.s.AgeKnown:
		c.Variant = "age"
		t.s.AgeKnown, t.s.MinorUntil = true, time.Time{}
	case rule.Minor == "locked" && t.s.Minor(t.now): // nobody gives it for him
		c.Variant, c.At = "adult", t.s.MinorUntil
		t.now = t.s.MinorUntil
	case rule.Minor == "guardian" && t.s.Child(t.now):
		c.Variant, c.Reach, by = "child", ByRepresentative, privacy.ActorRepresentative
	}
	t.s.Give(privacy.Consent{
		Purpose: t.q.Purpose, Edition: t.ed.ID(), Grade: grade, By: by, At: t.now, Until: t.ed.ConsentUntil(t.q.Purpose, t.now),
	})
	return c
}

// minor is what a lock for the subject's age waits for.
func (t *trial) minor() Change {
	if t.ed.Purpose(t.q.Purpose).Minor != "locked" { // a child's own consent, where the representative must give it
		return t.consent()
	}
	if !t.s.AgeKnown {
		t.s.AgeKnown, t.s.MinorUntil = true, time.Time{}
		return Change{Kind: KindAge, Reach: BySubject}
	}
	return t.wait(KindAdult, t.s.MinorUntil)
}

// term begins anew what the term runs from.
func (t *trial) term() Change {
	_, terms, _ := t.ed.Basis(t.q.Purpose, t.q.Category)
	switch terms.From {
	case "consent":
		return t.consent()
	case "agreement":
		return t.agree()
	}
	return t.collect()
}

// recipient names one, waits for the agreement with it, or says why it cannot be.
func (t *trial) recipient() Change {
	rule := t.ed.Purpose(t.q.Purpose)
	if t.q.Recipient != "" {
		r := t.ed.Recipient(t.q.Recipient)
		if r == nil || !slices.Contains(rule.Recipients, r.ID) || !slices.Contains(r.Fields, t.q.Category) {
			return Change{Kind: KindUnlisted, Reach: ByNobody}
		}
		from, to := days(r)
		if t.now.Before(from) {
			return t.wait(KindFuture, from)
		}
		return Change{Kind: KindEnded, Reach: ByNobody, At: to}
	}
	c := Change{Kind: KindRecipient, Reach: ByHolder}
	for _, id := range t.able() {
		if c.Recipients == nil {
			t.q.Recipient = id
		}
		c.Recipients = append(c.Recipients, t.ed.Recipient(id).Title)
	}
	if c.Recipients == nil {
		return Change{Kind: KindUnlisted, Reach: ByNobody}
	}
	return c
}

// able lists to whom the category may go under the purpose now.
func (t *trial) able() []privacy.RecipientID {
	var out []privacy.RecipientID
	for _, id := range t.ed.Purpose(t.q.Purpose).Recipients {
		r := t.ed.Recipient(id)
		from, to := days(r)
		if slices.Contains(r.Fields, t.q.Category) && !t.now.Before(from) && (to.IsZero() || t.now.Before(to)) {
			out = append(out, id)
		}
	}
	return out
}

// days are from when to when a recipient's agreement is in force. Compile has
// read them before.
func days(r *policy.Recipient) (from, to time.Time) {
	read := func(s string) time.Time {
		if d, err := law.ParseDate(s); err == nil {
			return d.Start()
		}
		return time.Time{}
	}
	return read(r.Agreement.From), read(r.Agreement.To)
}

// byChild gives a change into the hands of the representative where the subject
// is under fourteen. (DC-81)
func (t *trial) byChild(c Change) Change {
	if t.s.Child(t.now) {
		c.Reach, c.Variant = ByRepresentative, "child"
	}
	return c
}

func (t *trial) basis() privacy.Basis {
	if b, _, ok := t.ed.Basis(t.q.Purpose, t.q.Category); ok {
		return b
	}
	return t.ed.Purpose(t.q.Purpose).Basis
}

// toNo names what would end a yes: only what does.
func (t *trial) toNo(s *privacy.Subject, until time.Time) []Change {
	var out []Change
	try := func(c Change, do func()) {
		t.s = clone(s)
		was := t.now
		do()
		if d := t.ed.Decide(t.s, t.q, t.actor, t.now); !d.Allowed() {
			c.Reason = d.Reason
			out = append(out, c)
		}
		t.now = was
	}
	if con := s.Consent(t.q.Purpose); con != nil && t.basis() == privacy.BasisConsent {
		try(Change{Kind: KindWithdraw, Reach: BySubject, Refs: []string{con.ID}}, func() {
			c := t.s.Consent(t.q.Purpose)
			*c = c.Withdraw(t.now)
		})
	}
	if t.basis() == privacy.BasisInterest {
		try(Change{Kind: KindObject, Reach: BySubject}, func() { t.s.Object(privacy.Objection{Purpose: t.q.Purpose, At: t.now}) })
	}
	try(Change{Kind: KindBlock, Reach: BySubject}, func() {
		t.s.Set(privacy.Block{Kind: privacy.KindBlock, Category: t.q.Category, Purpose: t.q.Purpose, At: t.now})
	})
	if !until.IsZero() {
		try(Change{Kind: KindLapse, Reach: ByTime, At: until}, func() { t.now = until })
	}
	return out
}
