package holder

import (
	"cmp"
	"slices"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// What an event of a decision holds in its detail, beside the refusal of each
// category that was refused: enough to ask the whole question again.
const (
	askedOf    = "asked"       // "held": every value held was asked about
	actorScope = "actor_scope" // "none": the credential did not name purpose and operation
	actorAs    = "actor_as"    // the recipient that a partner is, where it asked for another
	absent     = "absent"      // allowed, but nothing was held
)

// outcomeOf is what an event says of a category from which nothing was released.
func outcomeOf(d policy.Decision) string {
	if d.Allowed() {
		return absent
	}
	return string(d.Reason)
}

// mostNoted is how many pairs the detail of an event holds.
const mostNoted = 32

// noted puts into the detail what became of a category, as far as there is room
// for it.
func noted(detail map[string]string, c privacy.CategoryID, d policy.Decision) {
	if len(detail) < mostNoted {
		detail[string(lower(c))] = outcomeOf(d)
	}
}

// scoped notes what of the actor's scope a decision may have turned on; nothing
// where it named what was asked.
func scoped(e *ledger.Event, a *privacy.Actor, p privacy.PurposeID, o privacy.Operations) {
	note := func(key, value string) {
		if e.Detail == nil {
			e.Detail = map[string]string{}
		}
		e.Detail[key] = value
	}
	if !a.MayName(p, o) {
		note(actorScope, "none")
	}
	if a.Acts(privacy.ActorPartner) && string(a.Recipient()) != e.Recipient {
		note(actorAs, string(a.Recipient()))
	}
}

// ask finds the questions that an event records the answers to, and what it
// says of each; false where it records no decision.
func (r *rerun) ask(f *folded) bool {
	e := &r.e
	op, ok := opOf(e)
	if !ok {
		return false
	}
	r.first = e.Detail[askedOf] == ""
	given := map[privacy.CategoryID]privacy.Reason{}
	for _, c := range e.Categories {
		given[base(privacy.CategoryID(c))] = privacy.Allowed
	}
	if e.Reason != "" { // a refusal of all
		for c := range given {
			given[c] = privacy.Reason(e.Reason)
		}
	}
	for _, cat := range r.ed.Rules().Categories {
		switch said := e.Detail[string(lower(cat.ID))]; said {
		case "":
		case absent:
			given[cat.ID] = privacy.Allowed
		default:
			given[cat.ID] = privacy.Reason(said)
		}
	}
	if !r.first && len(e.Detail) < mostNoted {
		for i := range f.Values { // of all that was held then, nothing may be left out
			if c := f.Values[i].Category; c == base(c) && given[c] == "" {
				given[c] = ""
			}
		}
	}
	for c, reason := range given {
		r.asked = append(r.asked, ReplayedAnswer{
			Question: policy.Question{Purpose: privacy.PurposeID(e.Purpose), Category: c, Operation: op, Recipient: privacy.RecipientID(e.Recipient)},
			Recorded: Given{Reason: reason, Clause: privacy.ClauseID(e.Clause), Edition: privacy.EditionID(e.Edition)},
		})
	}
	slices.SortFunc(r.asked, func(a, b ReplayedAnswer) int { return cmp.Compare(a.Question.Category, b.Question.Category) })
	return len(r.asked) > 0
}

// opOf is the operation that a decision was about; false for an event that
// records none.
func opOf(e *ledger.Event) (privacy.Operations, bool) {
	switch e.Kind {
	case ledger.DataWritten:
		return privacy.Collect | privacy.Record, true
	case ledger.DecisionRefused, ledger.DataRead, ledger.DataUsed, ledger.DataDisclosed, ledger.StaffUnmasked, ledger.StaffLookedUp,
		ledger.DataListed, ledger.DataExtracted, ledger.DataRectified, ledger.CodeSent:
		if e.Purpose != "" {
			return privacy.ParseOperation(e.Operation)
		}
	}
	return 0, false
}
