// Package holder is what the Holder does: one file per verb of the law.
//
// It promises: nothing is done without an Actor who may do it; what the policy
// does not allow is refused with its reason; each change is one transaction of
// state, event and outgoing messages, acknowledged only when it is durable;
// data are released only after the event that records it is durable; a
// repeated request with the same idempotency key has one effect. What follows
// from a change (destroying what has no other basis) is queued in the same
// transaction and carried out by settle, the one place for it.
package holder

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"slices"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/notify"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/vault"
)

// Options are what a Holder is made of. All but Log, Demo and Limits are needed.
type Options struct {
	Store       store.Store
	Vault       *vault.Vault
	Clock       clock.Clock
	ReadPack    ReadPack // reads the archive of an edition; policyfile does
	ReceiptKey  string   // note signer key of receipts and certificates
	ReceiptVKey string
	LedgerKey   string // note signer key of the ledger
	LedgerVKey  string
	Origin      string // name of the ledger: the Holder's domain
	Site        string // origin-bound last line of codes, "mega24.kg"
	Limits      evidence.Limits
	Demo        bool          // made-up numbers (991-994) are accepted
	Hooks       notify.Poster // tells recipients of changes; nil tells nobody
	Lawful      bool          // requests of state bodies may be registered and answered (DC-186: off until counsel says how)
	Log         *slog.Logger
}

// Holder carries out the verbs. It is safe for use by many goroutines.
type Holder struct {
	Options
	book     *book
	reads    *committer
	out      egress        // what is on its way to recipients
	decoding chan struct{} // photographs being opened at once
}

// New makes a Holder. Close stops its reader.
func New(o Options) *Holder {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h := &Holder{Options: o, book: newBook(o.ReadPack), decoding: make(chan struct{}, 2)}
	h.reads = newCommitter(h)
	return h
}

// Close waits for reads under way. Reads after it are refused as unavailable.
func (h *Holder) Close() { h.reads.close() }

// change is one transaction of a verb: what it acts on and what it may touch.
type change struct {
	store.Tx
	h       *Holder
	ctx     context.Context
	id      privacy.SubjectID
	s       *privacy.Subject // nil when there is no standing yet
	ed      *edition
	actor   *privacy.Actor
	now     time.Time
	dirty   bool
	last    bool        // the subject's last change: what is kept of it is not his
	strokes string      // id under which the strokes of a drawn signature are kept
	replays string      // the order that this one does again, on a restored copy of the data
	keys    *vault.Ring // the subject's keys, fetched when first needed
}

// ring gives the subject's keys for the length of the transaction.
func (c *change) ring() (*vault.Ring, error) {
	if c.keys == nil {
		r, err := c.h.Vault.Ring(c.ctx, c.id)
		if err != nil {
			return nil, err
		}
		c.keys = r
	}
	return c.keys, nil
}

// sealFor seals something of the subject that belongs to no category.
func (c *change) sealFor(kind, item string, plain []byte) ([]byte, error) {
	r, err := c.ring()
	if err != nil {
		return nil, err
	}
	return r.SealFor(kind, item, plain)
}

// errReplayed stops a transaction whose result is already kept.
var errReplayed = errors.New("holder: replayed")

// kept is a failure that leaves a trace: the transaction is kept (a wrong code
// is counted) and the error is given all the same.
type kept struct{ error }

// do runs a verb on one subject in one transaction. The result is what the
// caller gets, also when it repeats the request under the same key.
func do[T any](ctx context.Context, h *Holder, op string, actor *privacy.Actor, id privacy.SubjectID, fn func(*change) (T, error)) (T, error) {
	var out T
	once := onceOf(ctx)
	now := h.Clock.Now()
	var failure error
	err := h.Store.Update(ctx, id, func(tx store.Tx) error {
		var zero T
		out, failure = zero, nil
		if once != nil {
			if err := once.load(ctx, h, tx, actor, &out); err != nil {
				return err
			}
		}
		c := &change{Tx: tx, h: h, ctx: ctx, id: id, actor: actor, now: now}
		if err := c.load(); err != nil {
			return err
		}
		var err error
		if out, err = fn(c); err != nil {
			var kept *kept
			if errors.As(err, &kept) {
				failure = kept.error
				return nil
			}
			return err
		}
		if c.dirty {
			if err := tx.PutSubject(ctx, c.s); err != nil {
				return err
			}
		}
		if once != nil {
			of := id
			if c.last {
				of = store.HolderID
			}
			return once.save(ctx, h, tx, actor, of, now, out)
		}
		return nil
	})
	if code := privacy.CodeOf(err); once != nil && (code == privacy.Conflict || code == privacy.NoticeRequired || code == privacy.AlreadyTaken) {
		// Another request with the same key may have been first.
		if first := h.Store.Update(ctx, id, func(tx store.Tx) error {
			return once.load(ctx, h, tx, actor, &out)
		}); errors.Is(first, errReplayed) {
			err = first
		}
	}
	if errors.Is(err, errReplayed) {
		err = nil
	}
	if err == nil {
		err = failure
	}
	return out, fail(op, err)
}

func (c *change) load() error {
	ed, err := c.h.book.current(c.ctx, c.Tx)
	if err != nil && privacy.CodeOf(err) != privacy.NotInForce {
		return err
	}
	if c.ed = ed; ed != nil {
		c.now = ed.at(c.now)
	}
	head, err := c.Head(c.ctx, c.id)
	if err != nil {
		return err
	}
	if c.now.Before(head.At) { // what is recorded next cannot have been before: the stream and the standing tell one time
		c.now = head.At
	}
	if c.id == store.HolderID {
		return nil
	}
	c.s, err = c.Subject(c.ctx, c.id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// living gives the standing of a subject on whom the actor may act: one who is
// registered. To others it looks as if there were none. Partners, analysts and
// auditors act on nobody; they are not even told whether he is there.
func (c *change) living() (*privacy.Subject, error) {
	if c.actor.Acts(privacy.ActorPartner, privacy.ActorAnalyst, privacy.ActorAuditor) {
		return nil, &privacy.Error{Code: privacy.Forbidden}
	}
	return c.present()
}

// present is living for those who only ask: whether they may is for the
// decision to say.
func (c *change) present() (*privacy.Subject, error) {
	if c.ed == nil {
		return nil, &privacy.Error{Code: privacy.NotInForce}
	}
	if c.s == nil || !concerns(c.actor, c.s) {
		return nil, &privacy.Error{Code: privacy.NotFound}
	}
	switch c.s.Status {
	case privacy.StatusDestroying, privacy.StatusDestroyed:
		return nil, &privacy.Error{Code: privacy.Refused, Reason: privacy.Destroyed, Clause: "3.21"}
	}
	return c.s, nil
}

// concerns reports whether the actor may know of the subject at all. Withheld
// looks like not found.
func concerns(a *privacy.Actor, s *privacy.Subject) bool {
	switch a.Kind() {
	case privacy.ActorSubject:
		return a.Subject() == s.ID
	case privacy.ActorRepresentative:
		return s.Guardian != "" && a.Subject() == s.Guardian
	case "":
		return false
	}
	return true
}

// mayDo refuses an actor whose credential does not name the operation.
func (c *change) mayDo(o privacy.Operations) error {
	if c.actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative) {
		return nil // their own data: the rights of policy 5.0
	}
	if c.actor.Acts(privacy.ActorPartner, privacy.ActorAnalyst, privacy.ActorAuditor) || !c.actor.Can(o) {
		return &privacy.Error{Code: privacy.Forbidden, Name: o.String()}
	}
	return nil
}

// record appends an event about the subject and marks nothing else.
func (c *change) record(kind ledger.Kind, set func(*ledger.Event)) (store.EventRow, error) {
	e := ledger.Event{
		V:     ledger.FormatVersion,
		ID:    privacy.NewID(c.now),
		Time:  ledger.Stamp(c.now),
		Kind:  kind,
		Actor: actorOf(c.actor),
	}
	if c.ed != nil {
		e.Edition = string(c.ed.ID())
	}
	if set != nil {
		set(&e)
	}
	row, err := c.Append(c.ctx, c.id, &e)
	if err != nil {
		return row, err
	}
	return row, c.propagate(&e)
}

// settleSoon queues what must follow from a change. (design section 2)
func (c *change) settleSoon(cause string) error {
	return c.PutDuty(c.ctx, store.Duty{
		Subject: c.id, ID: privacy.NewID(c.now), Kind: DutySettle, Cause: cause,
		Due: c.now, Created: c.now,
	})
}

// settleAt queues a look at a moment when something ends by itself.
func (c *change) settleAt(at time.Time, cause string) error {
	if at.IsZero() {
		return nil
	}
	return c.PutDuty(c.ctx, store.Duty{
		Subject: c.id, ID: privacy.NewID(c.now), Kind: DutySettle, Cause: cause,
		Due: at, Created: c.now,
	})
}

// The kinds of duty that work carries out.
const (
	DutySettle = "settle" // compare what is kept with what may be kept
	DutyShred  = "shred"  // finish a destruction that was ordered
)

func actorOf(a *privacy.Actor) ledger.Actor {
	return ledger.Actor{Kind: string(a.Kind()), ID: a.ID(), Org: a.Org(), Channel: string(a.Channel())}
}

// fail names the verb on an error on its way out.
func fail(op string, err error) error {
	if err == nil {
		return nil
	}
	var e *privacy.Error
	if errors.As(err, &e) && e == err && e.Op == "" {
		e.Op = op
		return e
	}
	if errors.Is(err, store.ErrNotFound) {
		return privacy.E(op, privacy.NotFound, err)
	}
	return privacy.E(op, privacy.Internal, err)
}

// categories gives ids as sorted text for an event.
func categories(ids ...privacy.CategoryID) []string {
	seen := make(map[privacy.CategoryID]bool, len(ids))
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, string(id))
		}
	}
	return sorted(out)
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// decide answers one question on what the transaction sees.
func (c *change) decide(q policy.Question) policy.Decision {
	return c.ed.Decide(c.s, q, c.actor, c.now)
}

// OwnStream is the Holder's own stream, for events that concern no subject.
const OwnStream = store.HolderID
