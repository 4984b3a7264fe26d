package privacy

// Reason says why a question was answered as it was: a closed set, the same on
// the wire, in the ledger and on screen.
type Reason string

// The reasons. Only Allowed is a yes.
const (
	Allowed           Reason = "allowed"
	NotInPolicy       Reason = "not_in_policy"
	NoSubject         Reason = "no_subject"
	Deleted           Reason = "deleted"
	Destroyed         Reason = "destroyed"
	Blocked           Reason = "blocked"
	Disputed          Reason = "disputed"
	Objected          Reason = "objected"
	NotAccepted       Reason = "not_accepted"
	NoAgreement       Reason = "no_agreement"
	NoConsent         Reason = "no_consent"
	ConsentExpired    Reason = "consent_expired"
	ConsentWithdrawn  Reason = "consent_withdrawn"
	EvidenceTooWeak   Reason = "evidence_too_weak"
	TermReached       Reason = "term_reached"
	MinorLocked       Reason = "minor_locked"
	SafeguardsMissing Reason = "safeguards_missing"
	RecipientUnknown  Reason = "recipient_unknown"
	ActorNotAllowed   Reason = "actor_not_allowed"
	BasisNotInForce   Reason = "basis_not_in_force"
)

// Reasons lists the closed set in the order of the published interface.
var Reasons = [...]Reason{
	Allowed, NotInPolicy, NoSubject, Deleted, Destroyed, Blocked, Disputed, Objected, NotAccepted, NoAgreement,
	NoConsent, ConsentExpired, ConsentWithdrawn, EvidenceTooWeak, TermReached, MinorLocked, SafeguardsMissing,
	RecipientUnknown, ActorNotAllowed, BasisNotInForce,
}
