package whatif

import (
	"slices"
	"strings"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Tally is what was counted of some subjects under one Plan. The zero Tally has
// counted nobody. It is kept as JSON between two runs of a walk.
type Tally struct {
	N []int64 `json:"n"`
}

func (t *Tally) fit(p *Plan) {
	if len(t.N) != p.counters {
		t.N = make([]int64, p.counters)
	}
}

// Add adds what was counted of other subjects under the same plan.
func (t *Tally) Add(o *Tally) {
	if len(t.N) < len(o.N) {
		t.N = append(t.N, make([]int64, len(o.N)-len(t.N))...)
	}
	for i, n := range o.N {
		t.N[i] += n
	}
}

// Reset forgets what was counted and keeps the room for it.
func (t *Tally) Reset() { clear(t.N) }

// Fits reports whether the tally can be one of this plan.
func (p *Plan) Fits(t *Tally) bool { return len(t.N) == p.counters }

// Report is a tally with names. Every list is in the order of the editions.
type Report struct {
	Current    privacy.EditionID `json:"current"`
	Next       privacy.EditionID `json:"next"`
	Subjects   int64             `json:"subjects"` // all that were looked at
	Gone       int64             `json:"gone"`     // of these destroyed, or on the way to it; they are counted nowhere else
	Purposes   []PurposeCount    `json:"purposes"`
	Stops      []UseCount        `json:"uses_that_stop"`
	Begins     []UseCount        `json:"uses_that_begin"`
	Values     []ValueCount      `json:"values"`
	Clashes    []ClashCount      `json:"collisions"`
	Contesting int64             `json:"subjects_in_collision"` // whose own step the coming edition takes no notice of
}

// PurposeCount says how many subjects stand where with a purpose. Keep, Ask,
// Gain, Lose and Without add up to the living subjects.
type PurposeCount struct {
	Purpose privacy.PurposeID        `json:"purpose"`
	Consent bool                     `json:"consent"`           // in the coming edition
	Keep    int64                    `json:"keep"`              // in use under both editions
	Ask     int64                    `json:"ask_again"`         // as Keep, but the coming edition adds what the consent does not cover
	Gain    int64                    `json:"gain"`              // in use under the coming edition only
	Lose    int64                    `json:"lose"`              // in use under the current edition only
	Without int64                    `json:"without"`           // in use under neither
	Reasons map[privacy.Reason]int64 `json:"reasons,omitempty"` // why it is lost
}

// UseCount says for how many subjects a use stops or begins.
type UseCount struct {
	Purpose    privacy.PurposeID        `json:"purpose"`
	Category   privacy.CategoryID       `json:"category"`
	Operations []string                 `json:"operations"`
	Recipient  privacy.RecipientID      `json:"recipient,omitempty"`
	Subjects   int64                    `json:"subjects"`
	Reasons    map[privacy.Reason]int64 `json:"reasons,omitempty"`
}

// ValueCount says how many values of a category are held, and what becomes of
// them. The parts of a category (photographs) count with it; category "" is
// what neither edition names.
type ValueCount struct {
	Category  privacy.CategoryID `json:"category"`
	Held      int64              `json:"held"`
	DueBefore int64              `json:"due_before"` // for destruction, under the current edition
	DueAfter  int64              `json:"due_after"`  // under the coming one
	DueNewly  int64              `json:"due_newly"`  // under the coming one only
	Disputed  int64              `json:"due_and_disputed"`
	Blocked   int64              `json:"due_and_blocked"`
	// Values that nothing but a duty to keep holds; a value that two hold counts
	// with both in Holds.
	HoldBefore int64       `json:"held_by_duty_before"`
	HoldAfter  int64       `json:"held_by_duty_after"`
	Holds      []HoldCount `json:"holds,omitempty"`
}

// HoldCount says how many values only duties to keep hold, this one among them.
type HoldCount struct {
	Purpose privacy.PurposeID `json:"purpose"`
	Before  int64             `json:"before"`
	After   int64             `json:"after"`
}

// ClashCount says how many blocks, disputes or objections in force meet a name
// that vanishes, or a purpose that goes on in spite of them.
type ClashCount struct {
	Kind     string             `json:"kind"` // block, dispute, objection
	Purpose  privacy.PurposeID  `json:"purpose,omitempty"`
	Category privacy.CategoryID `json:"category,omitempty"`
	Problem  string             `json:"problem"` // vanishes, overridden
	Count    int64              `json:"count"`
}

// Report gives a tally its names. Purposes and categories come all, uses and
// clashes where there are any.
func (p *Plan) Report(t *Tally) Report {
	whole := Tally{}
	whole.fit(p)
	whole.Add(t)
	n := whole.N
	out := Report{Current: p.current.ID(), Next: p.next.ID(), Subjects: n[looked], Gone: n[gone], Contesting: n[clashing]}
	for i := range p.purposes {
		p.reportPurpose(&p.purposes[i], n, &out)
	}
	for i := range p.categories {
		if c := p.categories[i].report(n); c.Category != "" || c.Held > 0 {
			out.Values = append(out.Values, c)
		}
	}
	for _, c := range p.clashes {
		if n[c.at] > 0 {
			problem := "overridden"
			if c.vanishes {
				problem = "vanishes"
			}
			out.Clashes = append(out.Clashes, ClashCount{c.kind, c.purpose, c.category, problem, n[c.at]})
		}
	}
	return out
}

func (p *Plan) reportPurpose(x *purpose, all []int64, out *Report) {
	n := all[x.at:]
	rule := p.next.Purpose(x.id)
	out.Purposes = append(out.Purposes, PurposeCount{
		Purpose: x.id, Consent: rule != nil && rule.Basis == privacy.BasisConsent,
		Keep: n[keeps], Ask: n[asked], Gain: n[gains], Lose: n[loses], Without: n[without], Reasons: named(n[ofPurpose:]),
	})
	for i := range x.uses {
		u := &x.uses[i]
		n := all[u.at:]
		count := UseCount{Purpose: x.id, Category: u.category, Operations: u.operations.Names(), Recipient: u.recipient}
		if n[begins] > 0 {
			count.Subjects = n[begins]
			out.Begins = append(out.Begins, count)
		}
		if count.Reasons = named(n[ofUse:]); count.Reasons != nil {
			count.Subjects = 0
			for _, k := range count.Reasons {
				count.Subjects += k
			}
			out.Stops = append(out.Stops, count)
		}
	}
}

// named gives the counters of reasons their names; nil when there are none.
func named(n []int64) (out map[privacy.Reason]int64) {
	for i, r := range privacy.Reasons {
		if n[i] > 0 {
			if out == nil {
				out = map[privacy.Reason]int64{}
			}
			out[r] = n[i]
		}
	}
	return out
}

func (c *category) report(all []int64) ValueCount {
	n := all[c.at:]
	out := ValueCount{
		Category: c.id, Held: n[held], DueBefore: n[dueBefore], DueAfter: n[dueAfter], DueNewly: n[dueNewly],
		Disputed: n[dueDisputed], Blocked: n[dueBlocked], HoldBefore: n[holdOnlyBefore], HoldAfter: n[holdOnlyAfter],
	}
	for i, id := range c.holds {
		if h := (HoldCount{id, n[ofCategory+2*i], n[ofCategory+2*i+1]}); h.Before+h.After > 0 {
			out.Holds = append(out.Holds, h)
		}
	}
	return out
}

// Questions lists what one group of a report stands for, one operation each.
func (u *UseCount) Questions() (out []policy.Question) {
	for _, name := range u.Operations {
		set, _ := privacy.ParseOperation(name) // it was written by Names
		for o := privacy.Operations(1); o != 0; o <<= 1 {
			if set&o != 0 {
				out = append(out, policy.Question{Purpose: u.Purpose, Category: u.Category, Operation: o, Recipient: u.Recipient})
			}
		}
	}
	slices.SortFunc(out, func(a, b policy.Question) int { return strings.Compare(a.Operation.String(), b.Operation.String()) })
	return out
}
