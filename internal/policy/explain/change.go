package explain

import (
	"time"

	"kupuya/internal/privacy"
)

// Kind says what would change an answer: a closed set. The words of each are
// the key "explain.change.<kind>".
type Kind string

// What would make a refusal a yes.
const (
	KindEdition      Kind = "edition"       // the edition comes into force
	KindRegistered   Kind = "registered"    // the standing begins
	KindCollect      Kind = "collect"       // the value is collected anew
	KindShredded     Kind = "shredded"      // a destruction that is under way is finished
	KindUnblock      Kind = "unblock"       // the blocks are lifted
	KindCloseDispute Kind = "close_dispute" // the disputes are closed
	KindObjection    Kind = "objection"     // the objection is taken back
	KindActFuture    Kind = "act_future"    // the act comes into force
	KindAccept       Kind = "accept"        // the edition is accepted
	KindAgree        Kind = "agree"         // the service contract is concluded
	KindConsent      Kind = "consent"       // a consent is given
	KindAdult        Kind = "adult"         // the subject comes of age
	KindAge          Kind = "age"           // the date of birth is shown, and he is of age
	KindRecipient    Kind = "recipient"     // the recipient is named
	KindFuture       Kind = "recipient_future"
	KindActor        Kind = "actor" // somebody asks whose credential names it
)

// What stands in the way and is in nobody's reach under this edition.
const (
	KindNotNamed   Kind = "not_named"          // the policy does not name it
	KindUnlisted   Kind = "recipient_unlisted" // the edition lets no such data go there
	KindEnded      Kind = "recipient_ended"    // the recipient's agreement has ended
	KindDeleted    Kind = "deleted"            // the account was deleted
	KindDestroyed  Kind = "destroyed"          // the subject was destroyed
	KindActEnded   Kind = "act_ended"          // the act is not in force any more, or nobody can vouch that it is
	KindSafeguards Kind = "safeguards"         // special data without approved safeguards
	KindTerm       Kind = "term"               // the rules leave no time for it
)

// What would end a yes.
const (
	KindWithdraw Kind = "withdraw" // the consent is withdrawn
	KindObject   Kind = "object"   // the subject objects
	KindBlock    Kind = "block"    // the subject blocks the data
	KindLapse    Kind = "lapse"    // it ends by itself
)

// Kinds lists the closed set.
var Kinds = [...]Kind{
	KindEdition, KindRegistered, KindCollect, KindShredded, KindUnblock, KindCloseDispute, KindObjection, KindActFuture, KindAccept,
	KindAgree, KindConsent, KindAdult, KindAge, KindRecipient, KindFuture, KindActor, KindNotNamed, KindUnlisted, KindEnded, KindDeleted,
	KindDestroyed, KindActEnded, KindSafeguards, KindTerm, KindWithdraw, KindObject, KindBlock, KindLapse,
}

// Reach says who can bring a change about.
type Reach string

// The reaches.
const (
	BySubject        Reach = "subject"
	ByRepresentative Reach = "representative"
	ByHolder         Reach = "holder"
	ByTime           Reach = "time"
	ByNobody         Reach = "nobody" // under this edition
)

// Change is one thing that would change the answer. At is since when what it
// ends has stood, or from when it can be; the other members are set where the
// kind needs them.
type Change struct {
	Kind       Kind
	Reach      Reach
	Reason     privacy.Reason // the refusal that it does away with, or brings
	At         time.Time
	Days       []time.Time     // since when each of several has stood
	Refs       []string        // ids of the blocks, the objection or the consent
	Grade      privacy.Grade   // least evidence of a consent
	Act        *Ground         // of act_future and act_ended
	Recipients []privacy.Words // who may be named
	Variant    string          // other words of the same kind: adult, age, child, consent
}

// Key is the key of the words.
func (c *Change) Key() string {
	key := "explain.change." + string(c.Kind)
	if c.Variant != "" {
		key += "." + c.Variant
	}
	return key
}
