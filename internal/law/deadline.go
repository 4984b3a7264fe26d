package law

import "kupuya/internal/privacy"

// DeadlineID names a row of deadlines, such as "info_on_request".
type DeadlineID string

// Event is what a term is counted from or to, such as "request_received".
type Event string

// RegimeID names a regime.
type RegimeID string

// The two regimes. A fact falls under the one of its own day.
const (
	Law58 RegimeID = "law58" // the Law on personal information of 2008
	DC    RegimeID = "dc"    // the Digital Code
)

// Regime is a body of law that governs the facts of its days.
type Regime struct {
	ID    RegimeID      `yaml:"id" json:"id"`
	Title privacy.Words `yaml:"title" json:"title"`
	Act   ActID         `yaml:"act" json:"act"`
	From  Date          `yaml:"from" json:"from,omitzero"` // zero for the first
	To    Date          `yaml:"to" json:"to,omitzero"`     // the first day of the next; zero for the last
}

// Deadline is a term that the law sets. Exactly one of From and Before is given.
type Deadline struct {
	ID         DeadlineID    `yaml:"id" json:"id"`
	Title      privacy.Words `yaml:"title" json:"title"`
	From       Event         `yaml:"from" json:"from,omitempty"`     // the term runs from this
	Before     Event         `yaml:"before" json:"before,omitempty"` // the term must have run before this
	Term       Term          `yaml:"term" json:"term"`
	Min        bool          `yaml:"min" json:"min,omitempty"`       // the term is the least that must pass, not the most that may
	Regime     RegimeID      `yaml:"regime" json:"regime,omitempty"` // empty where it holds under every regime
	Cites      []Citation    `yaml:"cites" json:"cites"`
	Confidence Confidence    `yaml:"confidence" json:"confidence"`
	Note       privacy.Words `yaml:"note" json:"note,omitzero"`
}

// HoldID names a preset of holds, such as "tax".
type HoldID string

// Hold is a term for which the law makes the Holder keep data that would
// otherwise be destroyed, or lets him. (DC-83 p.2)
type Hold struct {
	ID           HoldID        `yaml:"id" json:"id"`
	Title        privacy.Words `yaml:"title" json:"title"`
	From         Event         `yaml:"from" json:"from"`
	Term         Term          `yaml:"term" json:"term"` // no term only where NeedsCounsel
	Cites        []Citation    `yaml:"cites" json:"cites"`
	NeedsCounsel bool          `yaml:"needs_counsel" json:"needs_counsel,omitempty"` // nobody has found the rule: the hold holds nothing until counsel fills it in
	Note         privacy.Words `yaml:"note" json:"note,omitzero"`
}

// fault says what is wrong with the deadline by itself, or "".
func (d *Deadline) fault() string {
	switch {
	case !d.Title.Complete():
		return "the title is not in ky, ru and en"
	case (d.From == "") == (d.Before == ""):
		return "exactly one of from and before must be given"
	case d.Term.IsZero():
		return "there is no term"
	case len(d.Cites) == 0:
		return "cites nothing; name the act and article"
	case !d.Confidence.valid():
		return "the confidence is none of official, matched, presigning, opening, secondary, memory, inferred"
	case d.Before != "" && !d.Term.countsBack():
		return "only now, hours, days and working days count back from an event"
	}
	return ""
}

// fault says what is wrong with the hold by itself, or "".
func (h *Hold) fault() string {
	switch {
	case !h.Title.Complete():
		return "the title is not in ky, ru and en"
	case h.From == "":
		return "from is missing; a hold must say what starts it"
	case h.NeedsCounsel && (!h.Term.IsZero() || len(h.Cites) > 0):
		return "needs counsel and yet has a term or an article"
	case h.NeedsCounsel && !h.Note.Complete():
		return "the note must say in ky, ru and en what counsel must find"
	case !h.NeedsCounsel && h.Term.IsZero():
		return "there is no term; leave it empty only where counsel is needed"
	case !h.NeedsCounsel && len(h.Cites) == 0: // DC-83 p.2: no hold without an article
		return "cites nothing; a hold stands on an act and article"
	}
	return ""
}
