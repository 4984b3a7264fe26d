package policy

import (
	"time"

	"kupuya/internal/privacy"
)

// Question asks whether one operation on one category is allowed for one
// purpose. Recipient is empty unless data leave the Holder.
type Question struct {
	Purpose   privacy.PurposeID
	Category  privacy.CategoryID
	Operation privacy.Operations // one operation, or all the kinds of a bare one
	Recipient privacy.RecipientID
}

// Decision is an answer. Clause and Basis say on what it rests; Until is when a
// yes will lapse if nothing else changes, zero when nothing is known to end it.
type Decision struct {
	Reason  privacy.Reason
	Clause  privacy.ClauseID
	Basis   privacy.Basis
	Edition privacy.EditionID
	Until   time.Time
	AsOf    time.Time

	question Question
	subject  privacy.SubjectID
}

// Allowed reports whether the answer is yes.
func (d *Decision) Allowed() bool { return d.Reason == privacy.Allowed }

// Permit opens one category of one subject for one purpose and operation. Only
// a Decision that says yes makes one; the zero Permit opens nothing.
type Permit struct{ d Decision }

// Permit gives the permit of a yes.
func (d *Decision) Permit() (Permit, bool) {
	if d.Reason != privacy.Allowed {
		return Permit{}, false
	}
	return Permit{*d}, true
}

// Subject is whose data the permit opens; "" for the zero Permit.
func (p *Permit) Subject() privacy.SubjectID { return p.d.subject }

// Purpose is the purpose for which it was given.
func (p *Permit) Purpose() privacy.PurposeID { return p.d.question.Purpose }

// Category is the category it opens.
func (p *Permit) Category() privacy.CategoryID { return p.d.question.Category }

// Operation is what may be done.
func (p *Permit) Operation() privacy.Operations { return p.d.question.Operation }

// Recipient is to whom the data may go, if to anybody.
func (p *Permit) Recipient() privacy.RecipientID { return p.d.question.Recipient }

// Decision is the yes from which the permit came.
func (p *Permit) Decision() Decision { return p.d }

const (
	// keeping is what goes on under a block: the data stay, and may be ended.
	keeping = privacy.Store | privacy.BlockOp | privacy.Delete | privacy.Destroy
	// ending is what no term ever stops.
	ending = privacy.BlockOp | privacy.Delete | privacy.Destroy
	// gathering is what may follow deletion or destruction of an earlier value.
	gathering = privacy.Collect | privacy.Record
)

// only reports whether o is not empty and within set.
func only(o, set privacy.Operations) bool { return o != 0 && o&^set == 0 }

// Decide answers one question about one subject at the moment now, stopping at
// the first refusal in the order of design section 3. A nil subject is one that
// is not known. It allocates nothing.
func (e *Edition) Decide(s *privacy.Subject, q Question, actor *privacy.Actor, now time.Time) Decision {
	d := Decision{Reason: privacy.NotInPolicy, Edition: e.rules.Edition, AsOf: now, question: q}
	if now.Before(e.inForce) {
		return d
	}
	p := e.purposes[q.Purpose]
	cat, known := e.categories[q.Category]
	if p == nil || !known || q.Operation == 0 || p.rule.Template {
		if p != nil {
			d.Clause = p.rule.Clause
		}
		return d
	}
	r := &p.rows[cat]
	d.Clause, d.Basis = p.rule.Clause, p.basis
	if r.present {
		d.Basis = r.basis
	}
	if q.Recipient != "" && e.recipients[q.Recipient] == nil {
		d.Reason = privacy.RecipientUnknown
		return d
	}
	var until time.Time
	d.Reason = e.standing(s, p, q, now)
	if d.Reason == privacy.Allowed {
		d.Reason = e.basis(s, p, r, q, now, &until)
	}
	if d.Reason != privacy.Allowed {
		return d
	}
	d.Reason = e.within(s, p, r, cat, q, actor, now, &until)
	if d.Reason == privacy.Allowed {
		d.Until, d.subject = until, s.ID
	}
	return d
}

// standing checks the subject, blocks, disputes and objections.
func (e *Edition) standing(s *privacy.Subject, p *purpose, q Question, now time.Time) privacy.Reason {
	if s == nil || now.Before(s.Since) {
		return privacy.NoSubject
	}
	switch s.Status {
	case privacy.StatusDestroying, privacy.StatusDestroyed:
		return privacy.Destroyed
	case privacy.StatusDeleted:
		if !only(q.Operation, keeping) {
			return privacy.Deleted
		}
	}
	if v := s.Value(q.Category); v != nil {
		switch {
		case v.State == privacy.ValueShredding: // nothing new before the old key is gone
			return privacy.Destroyed
		case only(q.Operation, gathering):
		case v.State == privacy.ValueDestroyed:
			return privacy.Destroyed
		case v.State == privacy.ValueDeleted && !only(q.Operation, keeping): // policy 4.2: deleted is out of use, still kept
			return privacy.Deleted
		}
	}
	if !p.rule.Duty && !only(q.Operation, keeping) { // policy 5.3, T7
		for i := range s.Blocks {
			b := &s.Blocks[i]
			if !b.Covers(q.Category, q.Purpose) || now.Before(b.At) {
				continue
			}
			if b.Kind == privacy.KindDispute {
				return privacy.Disputed
			}
			return privacy.Blocked
		}
	}
	return privacy.Allowed
}

// basis checks that the ground on which the row stands is alive.
func (e *Edition) basis(s *privacy.Subject, p *purpose, r *row, q Question, now time.Time, until *time.Time) privacy.Reason {
	basis, force := p.basis, p.inForce
	if r.present {
		basis, force = r.basis, r.inForce
	}
	if basis == privacy.BasisInterest || basis == privacy.BasisConsent { // DC-84
		if o := s.Objection(q.Purpose); o != nil && !now.Before(o.At) && !only(q.Operation, keeping) {
			return privacy.Objected
		}
	}
	if !force.holds(now) {
		return privacy.BasisNotInForce
	}
	earliest(until, force.to)
	if p.acceptance && (s.Accepted.Grade == privacy.GradeNone || now.Before(s.Accepted.At) ||
		s.Refused.Edition == e.rules.Edition && !only(q.Operation, keeping)) { // policy 6.4b: it never binds who refused it
		return privacy.NotAccepted
	}
	if p.agreement && !s.Agreement.Alive(now) {
		ended := !s.Agreement.Ended.IsZero() && !now.Before(s.Agreement.Ended)
		if !(ended && only(q.Operation, keeping)) { // what is kept after the end is for the term to say
			return privacy.NoAgreement
		}
	}
	if basis == privacy.BasisConsent {
		return e.consent(s, p, q, now, until)
	}
	return privacy.Allowed
}

func (e *Edition) consent(s *privacy.Subject, p *purpose, q Question, now time.Time, until *time.Time) privacy.Reason {
	c := s.Consent(q.Purpose)
	switch {
	case c == nil || now.Before(c.At):
		return privacy.NoConsent
	case !c.Withdrawn.IsZero() && !now.Before(c.Withdrawn):
		return privacy.ConsentWithdrawn
	case !c.Until.IsZero() && !now.Before(c.Until): // policy 4.5a
		return privacy.ConsentExpired
	case c.Grade < p.evidence:
		return privacy.EvidenceTooWeak
	case c.Edition != e.rules.Edition && e.covers(q) && !e.earlier[c.Edition].reaches(s, c, q, now, until):
		return privacy.NoConsent // DC-78 p.2: an old consent does not grow with the new edition
	}
	earliest(until, c.Until)
	earliest(until, c.Withdrawn)
	return privacy.Allowed
}

// reaches reports whether a consent given under this edition still reaches, by
// its own measure, what q asks; under a nil edition none did. A later edition may
// ask for weaker proof, unlock minors or keep longer: the consent does not follow.
func (e *Edition) reaches(s *privacy.Subject, c *privacy.Consent, q Question, now time.Time, until *time.Time) bool {
	if !e.covers(q) {
		return false
	}
	p := e.purposes[q.Purpose]
	if c.Grade < p.evidence || p.locked && s.Minor(now) || p.guardian && s.Child(now) && c.By != privacy.ActorRepresentative {
		return false
	}
	end, ends := p.rows[e.categories[q.Category]].end(s, q.Purpose, q)
	if ends {
		earliest(until, end)
	}
	return !ends || now.Before(end)
}

// covers reports whether this edition names what q asks, with the safeguards and
// the recipient it needs; a nil edition does not.
func (e *Edition) covers(q Question) bool {
	if e == nil {
		return false
	}
	p := e.purposes[q.Purpose]
	i, known := e.categories[q.Category]
	if p == nil || !known {
		return false
	}
	r := &p.rows[i]
	if !r.present || !r.ops.Has(q.Operation) || r.special && !r.guarded {
		return false
	}
	if q.Operation&privacy.Transfer == 0 {
		return true
	}
	for _, to := range p.recipients {
		if to.rule.ID == q.Recipient && to.field[i] {
			return true
		}
	}
	return false
}

// within checks category and operation, safeguards, minors, terms, recipient
// and actor, in that order.
func (e *Edition) within(s *privacy.Subject, p *purpose, r *row, cat int, q Question, actor *privacy.Actor, now time.Time, until *time.Time) privacy.Reason {
	if !r.present || !r.ops.Has(q.Operation) {
		return privacy.NotInPolicy
	}
	if r.special && !r.guarded { // DC-80
		return privacy.SafeguardsMissing
	}
	if p.locked && s.Minor(now) { // policy 2.3.10, DC-81 p.5
		return privacy.MinorLocked
	}
	if p.guardian && s.Child(now) && r.basis == privacy.BasisConsent && s.Consent(q.Purpose).By != privacy.ActorRepresentative {
		return privacy.MinorLocked
	}
	if end, ends := r.end(s, p.rule.ID, q); ends {
		if !now.Before(end) {
			return privacy.TermReached
		}
		earliest(until, end)
	}
	if reason := e.recipient(p, cat, q, now, until); reason != privacy.Allowed {
		return reason
	}
	if actor == nil || !actor.MayName(q.Purpose, q.Operation) {
		return privacy.ActorNotAllowed
	}
	if actor.Kind() == privacy.ActorPartner && q.Recipient != actor.Recipient() {
		return privacy.ActorNotAllowed
	}
	return privacy.Allowed
}

// end is when the row's term is over for this subject and operation.
func (r *row) end(s *privacy.Subject, p privacy.PurposeID, q Question) (time.Time, bool) {
	length := r.terms.processing
	switch {
	case only(q.Operation, ending): // what must go may always go
		return time.Time{}, false
	case only(q.Operation, keeping):
		length = r.terms.storage
	}
	var from time.Time
	switch r.terms.from {
	case fromConsent:
		c := s.Consent(p)
		if length.open || c == nil {
			return time.Time{}, false
		}
		from = c.At
	case fromAgreement:
		from = s.Agreement.Ended
	default:
		if v := s.Value(q.Category); v != nil && !v.Gone() && !only(q.Operation, gathering) {
			from = v.Collected
		}
		if length.open {
			return time.Time{}, false
		}
	}
	if from.IsZero() {
		return time.Time{}, false
	}
	return length.after(from), true
}

func (e *Edition) recipient(p *purpose, cat int, q Question, now time.Time, until *time.Time) privacy.Reason {
	if q.Operation&privacy.Transfer == 0 {
		return privacy.Allowed
	}
	for _, to := range p.recipients {
		if to.rule.ID == q.Recipient && to.field[cat] && to.alive.holds(now) { // policy 4.4a
			earliest(until, to.alive.to)
			return privacy.Allowed
		}
	}
	return privacy.RecipientUnknown
}

func earliest(t *time.Time, end time.Time) {
	if !end.IsZero() && (t.IsZero() || end.Before(*t)) {
		*t = end
	}
}
