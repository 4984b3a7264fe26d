package privacy

import "time"

// Status is where a subject stands as a whole.
type Status string

// The statuses. A destroyed subject leaves a tombstone: the id and the stream,
// nothing personal. (policy 3.21)
const (
	StatusRegistered Status = "registered"
	StatusDeleted    Status = "deleted"   // out of every view and decision, sealed under its terms
	StatusDestroying Status = "shredding" // ordered; the key is being destroyed
	StatusDestroyed  Status = "destroyed"
)

// Subject is the standing of one subject: all that a decision needs and no
// value of personal data. The one date it keeps is the coming of age of a
// minor; for adults it is dropped.
type Subject struct {
	ID         SubjectID   `json:"id"`
	Stream     StreamID    `json:"stream"`
	Status     Status      `json:"status"`
	Since      time.Time   `json:"since"`
	Lang       Lang        `json:"lang,omitempty"`
	AgeKnown   bool        `json:"age,omitempty"`
	MinorUntil time.Time   `json:"minor,omitzero"` // zero for adults
	Guardian   SubjectID   `json:"guardian,omitempty"`
	Accepted   Acceptance  `json:"acc,omitzero"`
	Refused    Refusal     `json:"ref,omitzero"`
	Agreement  Agreement   `json:"agr,omitzero"`
	Consents   []Consent   `json:"con,omitempty"` // the latest per purpose; earlier ones stand in the ledger
	Objections []Objection `json:"obj,omitempty"`
	Blocks     []Block     `json:"blk,omitempty"` // those in force
	Values     []Value     `json:"val,omitempty"` // one per category ever held
}

// Acceptance is agreement to an edition as a whole: not a consent to any
// purpose. (policy 6.1)
type Acceptance struct {
	ID      string    `json:"id,omitempty"`
	Edition EditionID `json:"ed,omitempty"`
	Grade   Grade     `json:"gr,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// Refusal is the latest edition that the subject declined. (policy 6.4b; DC-114 p.5)
type Refusal struct {
	ID      string    `json:"id,omitempty"`
	Edition EditionID `json:"ed,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// Agreement is the service contract. (policy 1.4)
type Agreement struct {
	ID    string    `json:"id,omitempty"`
	Since time.Time `json:"since,omitzero"`
	Ended time.Time `json:"ended,omitzero"`
}

// Alive reports whether the agreement is in force at t.
func (a *Agreement) Alive(t time.Time) bool {
	return !a.Since.IsZero() && !t.Before(a.Since) && (a.Ended.IsZero() || t.Before(a.Ended))
}

// Consent allows one purpose, revocably. (policy 4.3)
type Consent struct {
	ID        string    `json:"id"`
	Purpose   PurposeID `json:"p"`
	Edition   EditionID `json:"ed"`
	Grade     Grade     `json:"gr"`
	By        ActorKind `json:"by,omitempty"` // subject or representative
	At        time.Time `json:"at"`
	Until     time.Time `json:"until,omitzero"` // zero: as long as it is not withdrawn
	Withdrawn time.Time `json:"wd,omitzero"`
	Expired   bool      `json:"ex,omitempty"` // its running out has been recorded; deciding looks at Until alone
}

// Withdraw ends the consent from the moment at. Withdrawing twice keeps the
// earlier moment. (policy 4.5b)
func (c Consent) Withdraw(at time.Time) Consent {
	if c.Withdrawn.IsZero() || at.Before(c.Withdrawn) {
		c.Withdrawn = at
	}
	return c
}

// Alive reports whether the consent is in force at t. Expiry acts like a
// withdrawal at Until. (policy 4.5a)
func (c *Consent) Alive(t time.Time) bool {
	return !t.Before(c.At) && (c.Withdrawn.IsZero() || t.Before(c.Withdrawn)) && (c.Until.IsZero() || t.Before(c.Until))
}

// Objection stops a purpose that needs no consent. (DC-84)
type Objection struct {
	ID      string    `json:"id"`
	Purpose PurposeID `json:"p"`
	At      time.Time `json:"at"`
}

// BlockKind tells a block from a dispute.
type BlockKind string

// The kinds: a dispute blocks what it disputes while it is examined. (policy 5.3)
const (
	KindBlock   BlockKind = "block"
	KindDispute BlockKind = "dispute"
)

// Block keeps data out of use without deleting them. An empty category or
// purpose means all of them. (policy 5.1, 5.3)
type Block struct {
	ID       string     `json:"id"`
	Kind     BlockKind  `json:"k"`
	Category CategoryID `json:"c,omitempty"`
	Purpose  PurposeID  `json:"p,omitempty"`
	At       time.Time  `json:"at"`
}

// Covers reports whether the block stands on this category under this purpose.
func (b *Block) Covers(c CategoryID, p PurposeID) bool {
	return (b.Category == "" || b.Category == c) && (b.Purpose == "" || b.Purpose == p)
}

// ValueState says whether a value can still be seen, or opened at all.
type ValueState string

// The states: deleted is out of every view but sealed; shredding is ordered to
// be destroyed, which its key still waits for; destroyed is irrecoverable, and
// the category may be collected anew.
const (
	ValueLive      ValueState = "live"
	ValueDeleted   ValueState = "deleted"
	ValueShredding ValueState = "shredding"
	ValueDestroyed ValueState = "destroyed"
)

// Value is what is known of the value held in one category, without the value.
type Value struct {
	Category  CategoryID  `json:"c"`
	State     ValueState  `json:"s"`
	Version   int         `json:"v"`
	Collected time.Time   `json:"at"`
	Source    SourceID    `json:"src,omitempty"`
	Purposes  []PurposeID `json:"p,omitempty"` // for which it was collected; the last one to end destroys it (policy 3.21)
	Ended     time.Time   `json:"end,omitzero"`
}

// Minor reports whether the subject is under eighteen at t, or may be: an age
// that is not known protects like a minor's.
func (s *Subject) Minor(t time.Time) bool {
	return !s.AgeKnown || t.Before(s.MinorUntil)
}

// Child reports whether the subject is under fourteen at t, so that a
// representative acts. (DC-81)
func (s *Subject) Child(t time.Time) bool {
	return !s.MinorUntil.IsZero() && t.Before(s.MinorUntil.AddDate(-4, 0, 0))
}

// Consent gives the latest consent for a purpose, or nil.
func (s *Subject) Consent(p PurposeID) *Consent {
	for i := range s.Consents {
		if s.Consents[i].Purpose == p {
			return &s.Consents[i]
		}
	}
	return nil
}

// Value gives what is known of a category's value, or nil.
func (s *Subject) Value(c CategoryID) *Value {
	for i := range s.Values {
		if s.Values[i].Category == c {
			return &s.Values[i]
		}
	}
	return nil
}

// Objection gives the objection to a purpose, or nil.
func (s *Subject) Objection(p PurposeID) *Objection {
	for i := range s.Objections {
		if s.Objections[i].Purpose == p {
			return &s.Objections[i]
		}
	}
	return nil
}

// Give sets the latest consent for its purpose.
func (s *Subject) Give(c Consent) {
	if old := s.Consent(c.Purpose); old != nil {
		*old = c
		return
	}
	s.Consents = append(s.Consents, c)
}

// Object records an objection; a second one to the same purpose changes nothing.
func (s *Subject) Object(o Objection) {
	if s.Objection(o.Purpose) == nil {
		s.Objections = append(s.Objections, o)
	}
}

// Allow takes an objection back.
func (s *Subject) Allow(p PurposeID) {
	for i := range s.Objections {
		if s.Objections[i].Purpose == p {
			s.Objections = append(s.Objections[:i], s.Objections[i+1:]...)
			return
		}
	}
}

// Set puts a block in force.
func (s *Subject) Set(b Block) { s.Blocks = append(s.Blocks, b) }

// Lift takes a block out of force and reports whether it stood.
func (s *Subject) Lift(id string) (Block, bool) {
	for i, b := range s.Blocks {
		if b.ID == id {
			s.Blocks = append(s.Blocks[:i], s.Blocks[i+1:]...)
			return b, true
		}
	}
	return Block{}, false
}

// Hold notes that a category's value is held for a purpose from the moment at.
// A correction keeps the day of collection; a value collected again after
// deletion or destruction starts anew.
func (s *Subject) Hold(c CategoryID, p PurposeID, src SourceID, at time.Time) *Value {
	v := s.Value(c)
	if v == nil {
		s.Values = append(s.Values, Value{Category: c})
		v = &s.Values[len(s.Values)-1]
	}
	if v.State != ValueLive {
		*v = Value{Category: c, State: ValueLive, Version: v.Version, Collected: at}
	}
	v.Version++
	v.Source = src
	for _, have := range v.Purposes {
		if have == p {
			return v
		}
	}
	v.Purposes = append(v.Purposes, p)
	return v
}

// End marks a category's value deleted, shredding or destroyed. What is on its
// way to destruction does not become merely deleted again.
func (s *Subject) End(c CategoryID, state ValueState, at time.Time) {
	v := s.Value(c)
	if v == nil || v.State == ValueDestroyed || v.State == ValueShredding && state == ValueDeleted {
		return
	}
	v.State, v.Ended = state, at
}

// Gone reports whether the value is destroyed or ordered to be.
func (v *Value) Gone() bool { return v.State == ValueDestroyed || v.State == ValueShredding }
