package explain

import (
	"slices"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// NeedKind is a condition that a yes needs: a closed set. The words of each are
// the key "explain.need.<kind>".
type NeedKind string

// The conditions, in the order in which Decide looks at them.
const (
	NeedEdition    NeedKind = "edition"    // the edition is in force
	NeedSubject    NeedKind = "subject"    // the subject is registered, and nothing of it was deleted or destroyed
	NeedUnblocked  NeedKind = "unblocked"  // no block or dispute covers it
	NeedUnobjected NeedKind = "unobjected" // the subject has not objected
	NeedAct        NeedKind = "act"        // the act cited is in force
	NeedAccepted   NeedKind = "accepted"   // the edition is accepted
	NeedAgreement  NeedKind = "agreement"  // the service contract is in force
	NeedConsent    NeedKind = "consent"    // a consent with enough evidence is in force
	NeedNamed      NeedKind = "named"      // the policy names purpose, category and operation
	NeedSafeguards NeedKind = "safeguards" // the safeguards of special data are approved
	NeedAdult      NeedKind = "adult"      // the subject is of age
	NeedGuardian   NeedKind = "guardian"   // for a child the representative consented
	NeedTerm       NeedKind = "term"       // the term is not over
	NeedRecipient  NeedKind = "recipient"  // the recipient is listed and its agreement in force
	NeedActor      NeedKind = "actor"      // the credential of whoever asks names purpose and operation
)

// NeedKinds lists the closed set.
var NeedKinds = [...]NeedKind{
	NeedEdition, NeedSubject, NeedUnblocked, NeedUnobjected, NeedAct, NeedAccepted, NeedAgreement, NeedConsent, NeedNamed,
	NeedSafeguards, NeedAdult, NeedGuardian, NeedTerm, NeedRecipient, NeedActor,
}

// Need is one condition. Fails marks one that does not hold now, whoever the
// subject is; the other members are set where the kind needs them.
type Need struct {
	Kind       NeedKind
	Fails      bool
	At         time.Time // of the edition: since when it is in force
	Grade      privacy.Grade
	Why        privacy.Words   // of the term: until when, and why
	Act        *Ground         // of the act
	Recipients []privacy.Words // to whom it may go
}

// keeping is what goes on under a block and an objection.
const keeping = privacy.Store | privacy.BlockOp | privacy.Delete | privacy.Destroy

// needs lists the conditions of a yes in general.
func (t *trial) needs(now time.Time) []Need {
	t.now = now
	rule := t.ed.Purpose(t.q.Purpose)
	_, terms, present := t.ed.Basis(t.q.Purpose, t.q.Category)
	named := rule != nil && !rule.Template && present && t.operation()
	out := []Need{{Kind: NeedEdition, At: t.ed.InForce(), Fails: now.Before(t.ed.InForce())}}
	if rule == nil || rule.Template {
		return append(out, Need{Kind: NeedNamed, Fails: true})
	}
	add := func(wanted bool, n Need) {
		if wanted {
			out = append(out, n)
		}
	}
	basis, kept := t.basis(), t.q.Operation&^keeping == 0
	add(true, Need{Kind: NeedSubject})
	add(!rule.Duty && !kept, Need{Kind: NeedUnblocked})
	add((basis == privacy.BasisInterest || basis == privacy.BasisConsent) && !kept, Need{Kind: NeedUnobjected})
	for i := range t.grounds {
		add(true, Need{Kind: NeedAct, Act: &t.grounds[i], Fails: !t.grounds[i].InForce})
	}
	add(slices.Contains(rule.Requires, "acceptance"), Need{Kind: NeedAccepted})
	add(slices.Contains(rule.Requires, "agreement"), Need{Kind: NeedAgreement})
	grade, _ := privacy.ParseGrade(rule.Evidence)
	add(basis == privacy.BasisConsent, Need{Kind: NeedConsent, Grade: grade})
	add(true, Need{Kind: NeedNamed, Fails: !named})
	if !named {
		return out
	}
	special := t.ed.Category(t.q.Category).Classification == privacy.ClassSpecial
	add(special, Need{Kind: NeedSafeguards, Fails: !t.guarded(rule)})
	add(rule.Minor == "locked", Need{Kind: NeedAdult})
	add(rule.Minor == "guardian" && basis == privacy.BasisConsent, Need{Kind: NeedGuardian})
	add(true, Need{Kind: NeedTerm, Why: terms.Why})
	add(t.q.Operation&privacy.Transfer != 0, t.needsRecipient())
	return append(out, Need{Kind: NeedActor})
}

// operation reports whether the rules let the operation be done at all.
func (t *trial) operation() bool {
	var set privacy.Operations
	for _, name := range t.ed.OperationsOf(t.q.Purpose, t.q.Category) {
		o, _ := privacy.ParseOperation(name)
		set |= o
	}
	return set.Has(t.q.Operation)
}

// guarded reports whether the row's safeguard is approved by two. (DC-80)
func (t *trial) guarded(rule *policy.Purpose) bool {
	for i := range rule.Rows {
		if row := &rule.Rows[i]; row.Category == t.q.Category {
			for _, g := range t.ed.Rules().Safeguards {
				if g.ID == row.Safeguard {
					return len(g.Approved) >= 2 && g.Approved[0] != g.Approved[1] && g.Exception != ""
				}
			}
		}
	}
	return false
}

func (t *trial) needsRecipient() Need {
	n := Need{Kind: NeedRecipient}
	for _, id := range t.able() {
		n.Recipients = append(n.Recipients, t.ed.Recipient(id).Title)
	}
	n.Fails = n.Recipients == nil || t.q.Recipient != "" && !slices.Contains(t.able(), t.q.Recipient)
	return n
}
