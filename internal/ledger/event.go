// Package ledger is the proof the Holder leaves of everything it did with personal data.
//
// It promises three things. Nothing personal is in the ledger: an event carries codes, ids, pseudonyms and
// salted commitments, and every member is held to a pattern in which free text, an e-mail address or a
// subscriber number does not fit. A gap shows: each event names the hash of the one before it in its stream, and a
// Merkle tree over all of them is signed as it grows. Anybody can check: Verify needs an export and the public
// key, and names the first position that is not as it was recorded.
//
// The room is pure. It keeps no state, reads no clock and knows no database; bytes come in and go out.
//
// DC-78 p.7 (the Holder must be able to prove that it kept the principles) and art.3 p.3(5) (the proof is kept for
// the whole life cycle) are why the room exists.
package ledger

import "time"

// FormatVersion is the only version of the event format, the value of Event.V.
const FormatVersion = 1

// HolderStream is the stream of events that concern no Subject, such as the publication of an edition.
const HolderStream = "holder"

// Event is one fact, past and unchangeable. Its canonical form (AppendCanonical) is what is hashed, linked, put in
// the tree and exported. A member that is zero or empty is absent from the canonical form and is read back as zero.
//
// A "code" is 1-64 characters of A-Z a-z 0-9 . _ - beginning with a letter or digit. An "id" is 1-128 characters
// of the same and : / + = @. A "hash" is 64 lower-case hexadecimal characters. Nine digits in a row are refused
// in every code and id, unless they are part of a UUID or of a pseudonym or hash; so is anything shaped like an e-mail address.
type Event struct {
	// V is the format version, always FormatVersion. JSON: v.
	V int
	// ID is the event's own UUIDv7 in lower case. JSON: id.
	ID string
	// Stream is the pseudonym of the Subject, 32 lower-case hexadecimal characters, or HolderStream. JSON: stream.
	Stream string
	// Seq numbers the events of a stream from 1 without a gap. JSON: seq.
	Seq int64
	// Prev is Hash of the previous event of the stream, in hexadecimal; empty exactly when Seq is 1. JSON: prev.
	Prev string
	// Time is when the event was recorded, made by Stamp. JSON: time.
	Time time.Time
	// Effective is when it took effect, if that is not when it was recorded (a letter received last week). JSON: effective.
	Effective time.Time
	// Kind says what happened; one of the closed set in kind.go. JSON: kind.
	Kind Kind
	// Actor is who did it. JSON: actor.
	Actor Actor
	// OnBehalf is the id of the Subject or authority the Actor stood in for (guardian, attorney, heir). JSON: on_behalf.
	OnBehalf string
	// Edition is the id of the policy edition in force for the event. JSON: edition.
	Edition string
	// Clause is the clause of that edition, a code such as 4.5b. JSON: clause.
	Clause string
	// Basis is the code of the legal basis. JSON: basis.
	Basis string
	// Citation is the article or agreement behind the basis, an id such as DC-85.2. JSON: citation.
	Citation string
	// Purpose is the code of the Purpose. JSON: purpose.
	Purpose string
	// Categories are the codes of the Categories concerned, ascending and without repeats, at most 64. JSON: categories.
	Categories []string
	// Operation is the code of the Operation. JSON: operation.
	Operation string
	// Recipient is the id of the Recipient in a disclosure. JSON: recipient.
	Recipient string
	// Grade is the code of the strength of the evidence. JSON: grade.
	Grade string
	// Until is when what was set or given ends by itself. JSON: until.
	Until time.Time
	// Reason is a code from a closed set, never free text. JSON: reason.
	Reason string
	// Outcome is the code of how it ended. JSON: outcome.
	Outcome string
	// Case is the id of the case a member of staff worked on. JSON: case.
	Case string
	// Ref is the id of what the event concerns: a consent, block, request, hold or credential. JSON: ref.
	Ref string
	// Commit is a salted commitment to a value; the salt is destroyed with the Subject's key. A hash. JSON: commit.
	Commit string
	// Note is a commitment to a free text that is sealed elsewhere. A hash. JSON: note.
	Note string
	// Text is the hash of the text that was shown. A hash. JSON: text.
	Text string
	// Lang is the language of that text, two or three lower-case letters. JSON: lang.
	Lang string
	// Count is how many uses one grouped event stands for, 1 to 99,999,999. JSON: count.
	Count int
	// Detail holds what only one kind of event needs. Keys are 1-32 characters of a-z 0-9 _ beginning with a
	// letter; values are ids; at most 32 pairs. JSON: detail.
	Detail map[string]string
}

// Actor is who did what the event tells. Kind has no useful zero: an event without it is refused.
type Actor struct {
	// Kind is the code of the sort of actor: subject, clerk, officer, partner, system. JSON: kind.
	Kind string
	// ID is the pseudonym or staff id of the actor. JSON: id.
	ID string
	// Org is the id of the actor's office, partner or service. JSON: org.
	Org string
	// Channel is the code of the way the actor came: app, site, office, letter. JSON: channel.
	Channel string
}

// Stamp gives the form of t that an event may carry: UTC, cut to whole milliseconds.
func Stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Invalid is the error for an event that may not be recorded. It names the member and the rule, never the
// value, because a value refused here may be just the personal datum that must not be kept or logged.
type Invalid struct {
	// Field is the JSON name of the member, with a dot for one inside actor.
	Field string
	// Rule says what the member must be.
	Rule string
}

// Error says which member breaks which rule.
func (e *Invalid) Error() string { return "ledger: event member " + e.Field + " must be " + e.Rule }
