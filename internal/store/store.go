// Package store says what must be kept, and how surely, without a word of SQL.
//
// It promises: what Update acknowledges is durable and whole (state, events and
// outbox in one transaction, or nothing); two Updates of one subject never run
// at once, from any process; facts and events are appended, never edited; what
// is absent is ErrNotFound, what cannot be reached is Unavailable. Package
// sqlstore carries it out; package storetest is the contract both engines pass.
package store

import (
	"context"
	"errors"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// ErrNotFound says that the row is not there.
var ErrNotFound = errors.New("store: not found")

// ErrTaken says that a single value (a number in force) already has a subject.
var ErrTaken = errors.New("store: taken")

// Store keeps everything but keys. Errors of the engine come back as
// privacy.Unavailable when the engine cannot be reached and as
// privacy.Internal otherwise.
type Store interface {
	// Update runs fn in one transaction that holds the subject's row until it
	// ends; other Updates of the same subject wait. fn sees its own writes. When
	// fn fails nothing is kept. An id that has no row yet is held as well as
	// the engine allows: two that insert it at once cannot both succeed. fn may
	// be run again when the engine asks for it, so it must not act on the world,
	// and it must not begin another Update, which would wait for its own end.
	// Use HolderID for what concerns no subject.
	Update(ctx context.Context, id privacy.SubjectID, fn func(Tx) error) error
	// UpdateEach runs one transaction over several subjects, locking them in a
	// fixed order: the group commit of recorded reads.
	UpdateEach(ctx context.Context, ids []privacy.SubjectID, fn func(Tx) error) error
	// View runs fn on one consistent snapshot that sees every acknowledged write.
	View(ctx context.Context, fn func(View) error) error
	// Ping reports whether the engine answers.
	Ping(ctx context.Context) error
	Close() error
}

// How long Sweep leaves what has no end of its own, or has to be explained for
// a while after it.
const (
	// ChallengeKept is how long an expired code is still told from one that never was.
	ChallengeKept = 24 * time.Hour
	// OnceKept is how long a repeated request with an idempotency key has one effect.
	OnceKept = 72 * time.Hour
	// CounterKept is longer than any window of a limit.
	CounterKept = 31 * 24 * time.Hour
)

// HolderID is the row and stream of what concerns no subject.
const HolderID privacy.SubjectID = "holder"

// View reads.
type View interface {
	// Subject gives the standing; ErrNotFound when there is none.
	Subject(ctx context.Context, id privacy.SubjectID) (*privacy.Subject, error)
	// Head gives the last link of the subject's stream; a zero Head when the
	// stream has no event.
	Head(ctx context.Context, id privacy.SubjectID) (Head, error)
	// Find gives the subjects to whom a blind-index token belongs at the moment
	// at, newest first.
	Find(ctx context.Context, field string, token []byte, at time.Time) ([]privacy.SubjectID, error)
	// Lookups gives the tokens of a subject that are in force or past.
	Lookups(ctx context.Context, id privacy.SubjectID) ([]Lookup, error)

	// Record gives the current sealed value of a category; ErrNotFound.
	Record(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID) (Record, error)
	// Records gives the current sealed values of a subject, by category.
	Records(ctx context.Context, id privacy.SubjectID) ([]Record, error)
	// Versions gives every version of a category's value, oldest first.
	Versions(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID) ([]Record, error)
	Blobs(ctx context.Context, id privacy.SubjectID) ([]Blob, error)

	Notice(ctx context.Context, id string) (Notice, error)
	Challenge(ctx context.Context, id string) (Challenge, error)
	Receipt(ctx context.Context, id privacy.SubjectID, receipt string) ([]byte, error)
	Receipts(ctx context.Context, id privacy.SubjectID) ([]Receipt, error)

	// Events gives a page of a subject's stream with seq > after, oldest first,
	// or with seq < before, newest first, when before is not zero.
	Events(ctx context.Context, id privacy.SubjectID, after, before uint64, limit int) ([]EventRow, error)
	// Event finds one event of the given subject by id; ErrNotFound.
	Event(ctx context.Context, id privacy.SubjectID, event privacy.EventID) (EventRow, error)

	Editions(ctx context.Context) ([]Edition, error) // oldest first, without the packs
	EditionPack(ctx context.Context, id privacy.EditionID) ([]byte, error)
	// Proposals gives the editions on their way, and those that went it, oldest
	// first, without the packs.
	Proposals(ctx context.Context) ([]Proposal, error)
	ProposalPack(ctx context.Context, id privacy.EditionID) ([]byte, error) // ErrNotFound

	Credential(ctx context.Context, id string) (Credential, error)
	Session(ctx context.Context, tokenHash []byte) (Session, error)
	Staff(ctx context.Context, login string) (Staff, error)

	// Subjects pages through all ids after the given one, in order.
	Subjects(ctx context.Context, after privacy.SubjectID, limit int) ([]privacy.SubjectID, error)
	// Mark gives the id of the subject that comes n places after the given one,
	// of the last when fewer follow, and "" when nobody does: the ends of the
	// pages of a walk over everybody.
	Mark(ctx context.Context, after privacy.SubjectID, n int) (privacy.SubjectID, error)
	// Standings hands fn the standings of the subjects after one id, up to and
	// with another, in the order of their ids; upto "" is no end. The Subject is
	// fn's until it returns: it is overwritten by the next. An error of fn ends
	// the walk and is given.
	Standings(ctx context.Context, after, upto privacy.SubjectID, fn func(*privacy.Subject) error) error
	// StandingsOf is the same for the named subjects; the unknown are left out.
	StandingsOf(ctx context.Context, ids []privacy.SubjectID, fn func(*privacy.Subject) error) error
	// Counts gives how many subjects stand in each status; for reports only.
	Counts(ctx context.Context) (map[privacy.Status]int64, error)
	// DutiesDue counts open duties due by t, by kind; for metrics.
	DutiesDue(ctx context.Context, t time.Time) (map[string]int64, error)
	// KeysMark gives whose keys the data belong to and which of their destructions
	// the data know of; zero before the first PutKeysMark.
	KeysMark(ctx context.Context) (KeysMark, error)

	TreeView
	DisclosureView
}

// TreeView reads the Merkle tree.
type TreeView interface {
	Hashes(ctx context.Context, indexes []int64) ([][32]byte, error)
	Leaf(ctx context.Context, event privacy.EventID) (int64, error)               // leaf number; ErrNotFound while unsealed
	Leaves(ctx context.Context, from int64, limit int) ([]LeafRow, error)         // with the events' bytes, by number
	Checkpoint(ctx context.Context) (Checkpoint, error)                           // the latest; ErrNotFound
	Checkpoints(ctx context.Context, from int64, limit int) ([]Checkpoint, error) // size >= from, by size
	Unsealed(ctx context.Context, limit int) ([]EventRow, error)                  // by time, then stream and seq
	UnsealedCount(ctx context.Context) (int64, error)
}

// Tx reads and writes within one transaction.
type Tx interface {
	View
	DisclosureTx

	// PutSubject inserts or replaces the standing.
	PutSubject(ctx context.Context, s *privacy.Subject) error
	// Append adds the event to the stream of the subject: it sets Stream, Seq
	// and Prev (and raises Time to the stream's last, so that a stream never
	// runs backwards), stores the canonical bytes and queues them for the tree.
	// The stream of an id without standing row is HolderID's only.
	Append(ctx context.Context, id privacy.SubjectID, e *ledger.Event) (EventRow, error)
	// Note keeps a sealed free text beside an event of the subject.
	Note(ctx context.Context, id privacy.SubjectID, seq uint64, sealed []byte) error

	// PutLookup puts a token in force from the moment from. single: the token
	// may belong to one subject at a time (ErrTaken).
	PutLookup(ctx context.Context, l Lookup, single bool) error
	// EndLookup ends a token in force; ErrNotFound when it is not.
	EndLookup(ctx context.Context, id privacy.SubjectID, field string, token []byte, at time.Time) error
	// DropLookups removes every token of the subject; fields empty means all.
	DropLookups(ctx context.Context, id privacy.SubjectID, fields ...string) error

	// PutRecord adds a version and makes it current.
	PutRecord(ctx context.Context, r Record) error
	// DropRecords removes all versions of the categories, and their blobs' rows;
	// no categories means all. It gives the blobs whose files must go.
	DropRecords(ctx context.Context, id privacy.SubjectID, cats ...privacy.CategoryID) ([]Blob, error)
	PutBlob(ctx context.Context, b Blob) error

	PutNotice(ctx context.Context, n Notice) error // insert, or bind to a subject once
	PutChallenge(ctx context.Context, c Challenge) error
	// Supersede marks challenges of the same address token and aim that are open
	// and not expired at the moment as superseded.
	Supersede(ctx context.Context, address []byte, aim string, at time.Time) error
	PutReceipt(ctx context.Context, r Receipt) error
	// Strip removes everything else of the subject that is personal or sealed:
	// receipts, notes, messages, challenges, sessions, results of Once.
	Strip(ctx context.Context, id privacy.SubjectID) error

	PutMessage(ctx context.Context, m Message) error
	PutDuty(ctx context.Context, d Duty) error

	// PutEdition is the switch: the edition is the one in force from the moment
	// this transaction is durable, for every node. (policy 6.4a)
	PutEdition(ctx context.Context, e Edition, pack []byte) error
	// PutProposal inserts or replaces a proposal; a nil pack leaves the one that
	// is there.
	PutProposal(ctx context.Context, p Proposal, pack []byte) error
	PutCredential(ctx context.Context, c Credential) error
	PutSession(ctx context.Context, s Session) error
	PutStaff(ctx context.Context, s Staff) error

	// Once gives the sealed result kept under (actor, key), or ErrNotFound. With
	// SaveOnce in the same transaction a repeated request has one effect.
	Once(ctx context.Context, actor, key string) (Once, error)
	SaveOnce(ctx context.Context, o Once) error

	// Hit adds n to the counter of a key in the window that began at start and
	// gives the sum: limits on codes and look-ups. n may be 0 to read.
	Hit(ctx context.Context, key string, start time.Time, n int) (int, error)

	// PutKeysMark replaces the mark.
	PutKeysMark(ctx context.Context, m KeysMark) error

	// SealLeaves appends hashes to the tree: leaves are the events in their
	// order, hashes the new stored nodes, checkpoint the signed note. The events
	// leave the queue in the same transaction.
	SealLeaves(ctx context.Context, first int64, events []EventRow, at int64, hashes [][32]byte, c Checkpoint) error
}

// Queue hands out leased work; each call is its own short transaction.
type Queue interface {
	// LeaseDuties takes up to limit duties due by now that nobody holds. Tries
	// counts the leases; it fences them, so what is done is what was leased.
	LeaseDuties(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]Duty, error)
	// DoneDuty ends a leased duty; with again not zero it is due again then
	// instead. ErrNotFound when it was leased to another or replaced meanwhile.
	DoneDuty(ctx context.Context, d Duty, now, again time.Time) error
	// LeaseMessages is the same for messages. Expired ones are not handed out.
	LeaseMessages(ctx context.Context, owner string, now time.Time, lease time.Duration, limit int) ([]Message, error)
	// DoneMessage removes a delivered message, or puts it off until again;
	// ErrNotFound as in DoneDuty.
	DoneMessage(ctx context.Context, m Message, again time.Time) error
	// Hold takes or renews a named lease ("seal") for owner; false when another
	// holds it. A lease of zero gives it up.
	Hold(ctx context.Context, name, owner string, now time.Time, lease time.Duration) (bool, error)
	// Sweep removes what has expired at now and nothing else: challenges a while
	// (ChallengeKept) after their end, sessions and messages at theirs, results
	// of Once and counters OnceKept and CounterKept after they were begun.
	Sweep(ctx context.Context, now time.Time) error
}

// Head is the last link of a stream.
type Head struct {
	Stream privacy.StreamID
	Seq    uint64
	Hash   string // hex
	At     time.Time
}

// EventRow is one stored event.
type EventRow struct {
	Subject privacy.SubjectID
	Seq     uint64
	ID      privacy.EventID
	At      time.Time
	Bytes   []byte // canonical
	Note    []byte // sealed free text; nil
}

// LeafRow is an event with its place in the tree.
type LeafRow struct {
	N int64
	EventRow
}

// Lookup is one blind-index token.
type Lookup struct {
	Subject privacy.SubjectID
	Field   string // msisdn, pin, document, email
	Token   []byte
	From    time.Time
	To      time.Time // zero while in force
}

// Record is one version of one category's sealed value.
type Record struct {
	Subject   privacy.SubjectID
	Category  privacy.CategoryID
	Version   int
	Sealed    []byte
	Source    privacy.SourceID
	Notice    string
	Purpose   privacy.PurposeID // under which it was written
	Edition   privacy.EditionID
	Collected time.Time
	Written   time.Time
	Commit    string    // hex salted commitment, as in the ledger
	Verified  string    // how, "" when it was not
	Ended     time.Time // when a later version took its place
}

// Blob is a sealed file; its bytes are in the blob directory under ID.
type Blob struct {
	Subject   privacy.SubjectID
	ID        string
	Category  privacy.CategoryID
	Attribute string
	Media     string
	Size      int64
	Written   time.Time
}

// Notice is proof that something was shown. Subject is empty until it is bound.
type Notice struct {
	ID      string
	Subject privacy.SubjectID
	Edition privacy.EditionID
	Lang    privacy.Lang
	Text    string // hex SHA-256 of the text shown
	Channel privacy.Channel
	Scope   string // what it was about: "edition", a purpose, a category
	At      time.Time
}

// Challenge is a one-time code sent to somebody. It holds no code and no number.
type Challenge struct {
	ID       string
	Subject  privacy.SubjectID // "" when the number is nobody's
	Address  []byte            // blind-index token of the number
	Aim      string            // session, accept, consent:P03 …
	Bound    string            // hex hash of what the code signs: edition, language, purpose, text
	CodeHash []byte
	Sent     time.Time
	Expires  time.Time
	Tries    int
	State    string // open, used, superseded, locked
}

// Receipt is a signed receipt, kept sealed.
type Receipt struct {
	Subject privacy.SubjectID
	ID      string
	Kind    string // acceptance, consent, withdrawal, notice, destruction …
	At      time.Time
	Sealed  []byte
}

// Message is an outgoing message: sealed, and gone when delivered.
type Message struct {
	Subject privacy.SubjectID
	ID      string
	Channel string // sms, email, webhook
	Purpose privacy.PurposeID
	Sealed  []byte
	Due     time.Time
	Expires time.Time // a code nobody can use any more is not sent
	Tries   int
}

// Duty is something that must be done by a moment.
type Duty struct {
	Subject privacy.SubjectID
	ID      string
	Kind    string // settle, shred, …
	Cause   string
	Ref     string
	Due     time.Time
	Created time.Time
	Tries   int
}

// Edition is a published edition.
type Edition struct {
	ID        privacy.EditionID
	Hash      string // hex SHA-256 of the pack
	Published time.Time
	InForce   time.Time
}

// Proposal is an edition on its way into force. (policy 6.3, 6.4a; DC-114 p.5)
type Proposal struct {
	Edition   privacy.EditionID
	Hash      string // hex SHA-256 of the pack
	State     string // draft, reviewed, announced, withdrawn, published
	Mode      string // first, lawful, literal; empty until announced
	Author    string // id of who drafted it
	Reviewer  string // id of who reviewed it: somebody else
	Drafted   time.Time
	Reviewed  time.Time
	Announced time.Time
	InForce   time.Time         // planned; the moment of the switch once it is published
	Cursor    privacy.SubjectID // up to whom the subjects were told
	Told      int64             // how many were
	ToldAt    time.Time         // when all who were there at the announcement had been told
}

// Checkpoint is a signed tree head.
type Checkpoint struct {
	Size int64
	Note string
	At   time.Time
}

// Credential is what a system or partner shows. Spec is its JSON scope.
type Credential struct {
	ID      string
	Hash    []byte // SHA-256 of the secret
	Spec    []byte
	Created time.Time
	Revoked time.Time
}

// Session is a subscriber's or staff member's bearer token.
type Session struct {
	Hash    []byte // SHA-256 of the token
	Subject privacy.SubjectID
	Staff   string // login, for staff
	Level   string // identity level: sms, password_totp
	Created time.Time
	Expires time.Time
	Ended   time.Time
}

// Staff is a staff account.
type Staff struct {
	Login    string
	Role     privacy.ActorKind
	Org      string
	Password string // argon2id, encoded
	TOTP     []byte // sealed secret
	Step     int64  // last TOTP step used: a code works once
	Created  time.Time
	Ended    time.Time
}

// Once is the kept result of a request with an idempotency key.
type Once struct {
	Actor   string
	Key     string
	Subject privacy.SubjectID
	Body    []byte // SHA-256 of the request
	Sealed  []byte // result
	At      time.Time
}
