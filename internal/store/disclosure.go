package store

import (
	"context"
	"time"

	"kupuya/internal/privacy"
)

// Recipient is a row of the register of recipients. (policy 4.4a, DC-86 p.4)
type Recipient struct {
	ID       privacy.RecipientID
	State    string // draft, active, suspended
	Contract []byte // what was agreed, as JSON
	Author   string // id of who wrote it last
	Endpoint string // address at which the recipient is told of changes; "" for none
	Secrets  []byte // sealed; they sign what he is told
	Changed  time.Time
}

// Disclosure is one transfer of one subject's data: names of fields, no value.
type Disclosure struct {
	Subject   privacy.SubjectID
	ID        string
	Recipient privacy.RecipientID
	Purpose   privacy.PurposeID
	Operation string
	Basis     privacy.Basis
	Clause    privacy.ClauseID
	Edition   privacy.EditionID
	Fields    []string // "D08.msisdn", sorted
	Event     privacy.EventID
	At        time.Time
	Until     time.Time // when the recipient's right to it ends by itself
	TellBy    time.Time // until when the subject must be told; zero where he need not be
	Told      time.Time
	ToldBy    string    // channel, or "before" when an earlier notice said the same
	Withheld  time.Time // it was recorded and did not leave after all
	Ended     time.Time // the recipient confirmed that he has it no more
}

// Propagation is what a recipient must be told of data that went to him. Its id
// is all that he knows of it.
type Propagation struct {
	Subject    privacy.SubjectID
	ID         string
	Recipient  privacy.RecipientID
	Action     string // corrected, blocked, unblocked, withdrawn, deleted, destroyed
	Categories []privacy.CategoryID
	Purpose    privacy.PurposeID
	Seq        uint64 // of the event that caused it, so that the recipient can tell the order
	Created    time.Time
	Due        time.Time // confirmed by then, or the officer hears of it
	Sent       time.Time // taken by the recipient's endpoint
	Late       time.Time // when its being late was recorded
	Confirmed  time.Time
	Outcome    string // told, done, kept; "" until confirmed
	Citation   string // why it is kept
}

// Lawful is a request of a state body. Whom and what it is about is sealed.
type Lawful struct {
	ID       string
	State    string // open, answered, refused
	Author   string
	Decider  string // somebody else
	Sealed   []byte
	Created  time.Time
	Decided  time.Time
	Review   time.Time // until when the answer is hidden from the subject; zero where it is not
	Revealed time.Time
}

// DisclosureView reads who is given what.
type DisclosureView interface {
	// Recipient gives a row of the register; ErrNotFound.
	Recipient(ctx context.Context, id privacy.RecipientID) (Recipient, error)
	Recipients(ctx context.Context) ([]Recipient, error) // by id
	// Disclosures gives what of a subject went to whom, oldest first.
	Disclosures(ctx context.Context, id privacy.SubjectID) ([]Disclosure, error)
	// Disclosure gives one of them; ErrNotFound.
	Disclosure(ctx context.Context, id privacy.SubjectID, disclosure string) (Disclosure, error)
	// Propagations gives what recipients were to be told of a subject, oldest first.
	Propagations(ctx context.Context, id privacy.SubjectID) ([]Propagation, error)
	// Propagation finds one by its id alone; ErrNotFound.
	Propagation(ctx context.Context, id string) (Propagation, error)
	// Unconfirmed gives those that were due by t and are not confirmed, the
	// longest due first.
	Unconfirmed(ctx context.Context, t time.Time, limit int) ([]Propagation, error)
	Lawful(ctx context.Context, id string) (Lawful, error)
	// Lawfuls gives the latest requests of state bodies, newest first.
	Lawfuls(ctx context.Context, limit int) ([]Lawful, error)
	// Late counts what is overdue at t: notices of transfers (transfer_notice),
	// confirmations of recipients (propagation), reviews of what is hidden from a
	// subject (lawful_review); for metrics.
	Late(ctx context.Context, t time.Time) (map[string]int64, error)
}

// DisclosureTx writes who is given what.
type DisclosureTx interface {
	PutRecipient(ctx context.Context, r Recipient) error
	// PutDisclosure inserts, or changes what became of the notice and of the data.
	PutDisclosure(ctx context.Context, d Disclosure) error
	// DropDisclosures removes what is known of the transfers of a subject.
	DropDisclosures(ctx context.Context, id privacy.SubjectID) error
	// PutPropagation inserts, or changes how far it came.
	PutPropagation(ctx context.Context, p Propagation) error
	PutLawful(ctx context.Context, l Lawful) error
}
