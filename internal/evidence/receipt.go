package evidence

import (
	"time"

	"kupuya/internal/privacy"
)

// Schema is the version of the receipt format, the value of Receipt.Schema.
const Schema = "kupuya-receipt/1"

// Kind says what a receipt is for. Notice, acceptance and consent are kinds of
// their own, and Sign holds each to what belongs to it.
type Kind string

// The kinds.
const (
	KindNotice      Kind = "notice"      // somebody was told; agrees to nothing
	KindAcceptance  Kind = "acceptance"  // agreed to an edition; allows no purpose
	KindConsent     Kind = "consent"     // allowed one purpose
	KindRefusal     Kind = "refusal"     // was asked and said no
	KindWithdrawal  Kind = "withdrawal"  // took a consent back
	KindRequest     Kind = "request"     // asked for something the law gives: access, rectification, block, objection
	KindDestruction Kind = "destruction" // certificate that data are gone
)

// Kinds lists them.
func Kinds() []Kind {
	return []Kind{KindNotice, KindAcceptance, KindConsent, KindRefusal, KindWithdrawal, KindRequest, KindDestruction}
}

// Receipt is what a subject takes away: who did what, when, under which
// edition, and how it can be checked. Its members are those of law 4.1 and of
// ISO/IEC TS 27560 that are not personal; the subject stands in it by the
// pseudonym of the ledger. Sign writes it, Verify reads it. Unless it says
// otherwise, a member may be empty and is then absent from the file.
type Receipt struct {
	Schema       string           `json:"schema_version"`   // Schema; Sign sets it
	ID           string           `json:"receipt_id"`       // UUIDv7; always
	Ref          string           `json:"record_id"`        // of the consent, acceptance, notice, request or order it is about; always
	Kind         Kind             `json:"event_type"`       // always
	State        string           `json:"event_state"`      // one that the kind may have, see states; always
	EventTime    time.Time        `json:"event_time"`       // when it took effect; always
	Issued       time.Time        `json:"issued_at"`        // when the receipt was made; always
	Stream       privacy.StreamID `json:"pii_principal_id"` // the subject's pseudonym in the ledger; always
	Event        privacy.EventID  `json:"ledger_event"`     // the event that records it; always
	Jurisdiction string           `json:"jurisdiction"`     // "KG"; Sign sets it
	Holder       Party            `json:"pii_controller"`   // always

	By      privacy.ActorKind `json:"entity_id,omitempty"` // in what capacity somebody acted
	Channel privacy.Channel   `json:"channel,omitempty"`

	Edition     privacy.EditionID `json:"privacy_notice,omitempty"`
	EditionHash string            `json:"privacy_notice_hash,omitempty"` // hex SHA-256 of the edition's pack
	Lang        privacy.Lang      `json:"language,omitempty"`            // in which the text was shown
	TextHash    string            `json:"text_hash,omitempty"`           // HashText of the text shown

	Purpose    privacy.PurposeID     `json:"purpose,omitempty"`
	Title      string                `json:"purpose_title,omitempty"` // in Lang, as the edition has it
	Clause     privacy.ClauseID      `json:"clause,omitempty"`
	Basis      privacy.Basis         `json:"basis,omitempty"`
	Categories []string              `json:"pii_categories,omitempty"`
	Operations []string              `json:"operations,omitempty"`
	Recipients []privacy.RecipientID `json:"recipient_third_parties,omitempty"`
	Processing string                `json:"processing_term,omitempty"` // as the edition says it: "1y", "while"
	Storage    string                `json:"retention_period,omitempty"`
	Places     string                `json:"storage_locations,omitempty"`
	Until      time.Time             `json:"valid_until,omitzero"`        // end of a consent or of a deadline
	Withdrawal []privacy.Channel     `json:"withdrawal_method,omitempty"` // ways of taking a consent back
	Stays      []Stay                `json:"remaining_grounds,omitempty"` // what goes on all the same, and why
	Method     string                `json:"method,omitempty"`            // how it was done: a grade's name, "key_destroyed"
	Grade      privacy.Grade         `json:"evidence_grade,omitzero"`     // of the proof
	Bound      string                `json:"evidence_bound,omitempty"`    // Proof.Bound
	Digest     string                `json:"evidence_digest,omitempty"`   // Proof.Digest
	Scope      string                `json:"scope,omitempty"`             // of a destruction: "whole" or "categories"
	Ground     string                `json:"ground,omitempty"`            // why: a code
	Citation   string                `json:"citation,omitempty"`          // act and article behind the ground
	Rows       int                   `json:"rows_removed,omitempty"`      // of a destruction
	Files      int                   `json:"files_removed,omitempty"`     // of a destruction
	Systems    []string              `json:"systems,omitempty"`           // where it was destroyed: codes
	Backups    time.Time             `json:"backups_expire,omitzero"`     // when the last backup that held a key has ended
	Decided    privacy.ActorKind     `json:"decided_by,omitempty"`        // of a destruction: the office, never a name
	Executed   privacy.ActorKind     `json:"executed_by,omitempty"`       // of a destruction
	Verified   string                `json:"verification,omitempty"`      // of a destruction: code of the check made afterwards
}

// Party is the Holder as the edition names it. (law 4.3)
type Party struct {
	Register string `json:"party_id,omitempty"` // number in the register of holders
	Name     string `json:"party_name"`         // always
	Address  string `json:"party_address,omitempty"`
	Contact  string `json:"party_contact,omitempty"` // of the responsible person's office
	Type     string `json:"party_type"`              // "holder"; Sign sets it
}

// Stay is a ground on which a category is kept after a withdrawal, objection or
// destruction.
type Stay struct {
	Category privacy.CategoryID `json:"category"`
	Purpose  privacy.PurposeID  `json:"purpose,omitempty"`
	Clause   privacy.ClauseID   `json:"clause,omitempty"`
	Basis    privacy.Basis      `json:"basis,omitempty"`
	Citation string             `json:"citation,omitempty"`
	Until    time.Time          `json:"until,omitzero"`
}

// Prove copies what a proof says into the receipt.
func (r *Receipt) Prove(p Proof) {
	r.Method, r.Grade, r.Bound, r.Digest = p.Grade.String(), p.Grade, p.Bound, p.Digest
	r.Lang, r.TextHash, r.Channel, r.EventTime = p.Lang, p.TextHash, p.Channel, p.At
}

// states are the states that an event of a kind may have, in the words of
// ISO/IEC TS 27560 where it has them.
var states = map[Kind][]string{
	KindNotice:      {"notified"},
	KindAcceptance:  {"given"},
	KindConsent:     {"given", "expired", "invalidated"},
	KindRefusal:     {"refused"},
	KindWithdrawal:  {"withdrawn"},
	KindRequest:     {"requested", "answered", "refused"},
	KindDestruction: {"destroyed"},
}
