package ledger

import (
	"maps"
	"slices"
)

// Kind says what happened. It is past and dotted. The set is closed: an event of a kind that is not in
// this file is neither written nor read, so a new kind is a visible edit here.
type Kind string

// The kinds of event; meanings says what each stands for.
const (
	EditionDrafted     Kind = "edition.drafted"
	EditionReviewed    Kind = "edition.reviewed"
	EditionWithdrawn   Kind = "edition.withdrawn"
	EditionPublished   Kind = "edition.published"
	EditionSuperseded  Kind = "edition.superseded"
	EditionAnnounced   Kind = "edition.announced"
	SubjectRegistered  Kind = "subject.registered"
	NoticeShown        Kind = "notice.shown"
	EditionAccepted    Kind = "edition.accepted"
	EditionRefused     Kind = "edition.refused"
	UseContinued       Kind = "use.continued"
	AgreementConcluded Kind = "agreement.concluded"
	AgreementEnded     Kind = "agreement.ended"
	ConsentGiven       Kind = "consent.given"
	ConsentWithdrawn   Kind = "consent.withdrawn"
	ConsentExpired     Kind = "consent.expired"
	ConsentRefused     Kind = "consent.refused"
	ObjectionRaised    Kind = "objection.raised"
	ObjectionDecided   Kind = "objection.decided"
	DataWritten        Kind = "data.written"
	DataRectified      Kind = "data.rectified"
	DataRead           Kind = "data.read"
	DataUsed           Kind = "data.used"
	DataListed         Kind = "data.listed"
	DataExtracted      Kind = "data.extracted"
	DataDisclosed      Kind = "data.disclosed"
	DataAnonymised     Kind = "data.anonymised"
	DataDeleted        Kind = "data.deleted"
	DataDestroyed      Kind = "data.destroyed"
	KeyDestroyed       Kind = "key.destroyed"
	BlockSet           Kind = "block.set"
	BlockLifted        Kind = "block.lifted"
	DisputeOpened      Kind = "dispute.opened"
	DisputeClosed      Kind = "dispute.closed"
	RequestOpened      Kind = "request.opened"
	RequestAnswered    Kind = "request.answered"
	RequestRefused     Kind = "request.refused"
	HoldSet            Kind = "hold.set"
	HoldLifted         Kind = "hold.lifted"
	DecisionRefused    Kind = "decision.refused"
	StaffLookedUp      Kind = "staff.looked_up"
	StaffUnmasked      Kind = "staff.unmasked"
	CredentialIssued   Kind = "credential.issued"
	CredentialRevoked  Kind = "credential.revoked"
	SessionOpened      Kind = "session.opened"
	SessionEnded       Kind = "session.ended"
	CodeSent           Kind = "code.sent"
	CodeFailed         Kind = "code.failed"
	TermReached        Kind = "term.reached"
	DutyDone           Kind = "duty.done"
	BreachRecorded     Kind = "breach.recorded"
	AccountClosed      Kind = "account.closed"
	NumberRecycled     Kind = "number.recycled"
	LetterReceived     Kind = "letter.received"
	CertificateIssued  Kind = "certificate.issued"
	ReceiptIssued      Kind = "receipt.issued"
	FilingRecorded     Kind = "filing.recorded"
	DataWithheld       Kind = "data.withheld"

	RecipientRegistered Kind = "recipient.registered"
	RecipientChanged    Kind = "recipient.changed"
	RecipientActivated  Kind = "recipient.activated"
	RecipientSuspended  Kind = "recipient.suspended"
	RecipientTold       Kind = "recipient.told"
	RecipientConfirmed  Kind = "recipient.confirmed"
	RecipientLate       Kind = "recipient.late"
)

// meanings is the closed set, one line each. It is never changed while the program runs.
var meanings = map[Kind]string{
	EditionDrafted:     "A pack was put forward as the next edition.",
	EditionReviewed:    "Somebody other than the author found a drafted edition fit to be announced.",
	EditionWithdrawn:   "An edition that was on its way was taken back before it came into force.",
	EditionPublished:   "An edition of the policy came into force on site, app and decisions at once.",
	EditionSuperseded:  "An edition ceased to be in force because another took its place.",
	EditionAnnounced:   "A coming edition was made known to those it will bind.",
	SubjectRegistered:  "The Holder began to keep data of a Subject.",
	NoticeShown:        "A Subject was told what is processed and why, before or apart from any agreement.",
	EditionAccepted:    "A Subject agreed to an edition of the policy.",
	EditionRefused:     "A Subject declined an edition of the policy.",
	UseContinued:       "A Subject went on using the service after an edition changed; the weakest grade of acceptance.",
	AgreementConcluded: "A service agreement with the Subject was concluded.",
	AgreementEnded:     "A service agreement with the Subject ended.",
	ConsentGiven:       "A Subject allowed one Purpose.",
	ConsentWithdrawn:   "A Subject took back the consent to one Purpose.",
	ConsentExpired:     "A consent reached the end of its term.",
	ConsentRefused:     "A Subject was asked for a consent and said no.",
	ObjectionRaised:    "A Subject objected to a processing that does not rest on consent.",
	ObjectionDecided:   "The Holder decided an objection, with reasons.",
	DataWritten:        "A value of a Category was collected or recorded.",
	DataRectified:      "A value was corrected, updated or completed.",
	DataRead:           "A value was opened for somebody to see.",
	DataUsed:           "A value, or a group of them, was used for a Purpose without being shown.",
	DataListed:         "Subjects were selected or counted by their data.",
	DataExtracted:      "A Subject's data was taken out for the Subject or for a new holder.",
	DataDisclosed:      "Data was passed to a Recipient.",
	DataAnonymised:     "Data was made no longer anybody's.",
	DataDeleted:        "Data was taken out of the app and its views.",
	DataDestroyed:      "Data was made irrecoverable.",
	KeyDestroyed:       "The key of a Subject's data was destroyed, and with it every copy in every backup.",
	BlockSet:           "Processing was restricted.",
	BlockLifted:        "A restriction of processing ended.",
	DisputeOpened:      "A Subject disputed the accuracy or lawfulness of data.",
	DisputeClosed:      "A dispute was decided.",
	RequestOpened:      "A request of a Subject or of an authority was registered.",
	RequestAnswered:    "A request was answered.",
	RequestRefused:     "A request was refused for a reason the law knows.",
	HoldSet:            "A legal duty to keep data was recorded, with its citation.",
	HoldLifted:         "A legal duty to keep data ended.",
	DecisionRefused:    "A use of data was asked for and not allowed.",
	StaffLookedUp:      "A member of staff searched for a Subject.",
	StaffUnmasked:      "A member of staff saw one masked value in full, for a case.",
	CredentialIssued:   "A credential was given to an actor.",
	CredentialRevoked:  "A credential was taken back.",
	SessionOpened:      "An actor signed in.",
	SessionEnded:       "An actor signed out or the session ran out.",
	CodeSent:           "A one-time code was sent.",
	CodeFailed:         "A one-time code was entered wrongly or too late.",
	TermReached:        "A term of keeping ran out.",
	DutyDone:           "Something the Holder owed by a deadline was carried out.",
	BreachRecorded:     "A breach of the protection of data was recorded.",
	AccountClosed:      "A Subject's account was closed.",
	NumberRecycled:     "A subscriber number passed out of a Subject's hands.",
	LetterReceived:     "A paper letter was registered as received.",
	CertificateIssued:  "A certificate of destruction was issued.",
	ReceiptIssued:      "A receipt was given to a Subject.",
	FilingRecorded:     "An entry was filed with the register of holders, as the edition then gave it.",
	DataWithheld:       "A disclosure that was recorded did not leave after all: something changed before it was handed over.",

	RecipientRegistered: "What was agreed with a Recipient was put into the register.",
	RecipientChanged:    "What was agreed with a Recipient, or where and how he is told of changes, was changed.",
	RecipientActivated:  "Data may be passed to a Recipient from now on.",
	RecipientSuspended:  "Nothing may be passed to a Recipient any more, at once.",
	RecipientTold:       "A Recipient took the news of a change to data that was passed to him.",
	RecipientConfirmed:  "A Recipient confirmed what he did with data that was passed to him.",
	RecipientLate:       "A Recipient did not confirm in time what he was told.",
}

// Valid reports whether k is of the closed set.
func (k Kind) Valid() bool {
	_, known := meanings[k]
	return known
}

// Meaning is one English sentence on what an event of this kind tells; empty for a kind that is not of the set.
func (k Kind) Meaning() string { return meanings[k] }

// Kinds lists the closed set in alphabetical order.
func Kinds() []Kind { return slices.Sorted(maps.Keys(meanings)) }
