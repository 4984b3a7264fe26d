package sqlstore

import (
	"context"
	"encoding/hex"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// tx reads and writes within one transaction.
type tx struct {
	view
	held  map[privacy.SubjectID]*held
	order []privacy.SubjectID // of held
	ahead map[value]*store.Record

	declared []Table // of the schema at hand
}

var _ store.Tx = (*tx)(nil)

// held is what a transaction knows of a subject it has locked.
type held struct {
	stream   privacy.StreamID // "" while the subject has none
	head     ledger.Head
	at       time.Time
	row      bool // the engine has the row
	dirty    bool
	standing []byte // as it is kept; nil when there is none
}

const (
	streamLocked = `SELECT stream, seq, head, last_at FROM stream WHERE subject_id = $1 FOR UPDATE`
	streamOf     = `SELECT stream, seq, head, last_at FROM stream WHERE subject_id = $1`
	standingOf   = `SELECT standing FROM subject WHERE subject_id = $1`
)

// readStream takes a row of streamLocked or streamOf.
func (h *held) readStream(s scan) error {
	var hash []byte
	if err := s((*string)(&h.stream), &h.head.Seq, &hash, at(&h.at)); err != nil {
		return err
	}
	copy(h.head.Hash[:], hash)
	h.row = true
	return nil
}

// hold locks the subjects and reads what every verb needs of them, in one round
// trip. The standing is read by a statement of its own after the lock, because
// PostgreSQL would otherwise give it as it was before the wait.
func (t *tx) hold(ctx context.Context, ids []privacy.SubjectID) error {
	t.order = ids
	t.held = make(map[privacy.SubjectID]*held, len(ids))
	calls := make([]*call, 0, 2*len(ids)+1)
	for _, id := range ids {
		h := &held{}
		t.held[id] = h
		calls = append(calls, ask(h.readStream, streamLocked, id))
		if id != store.HolderID {
			calls = append(calls, ask(func(s scan) error { return s(&h.standing) }, standingOf, id))
		}
	}
	return t.run(ctx, append(calls, t.askEditions())...)
}

// own gives a subject that the transaction has locked.
func (t *tx) own(id privacy.SubjectID) (*held, error) {
	if h := t.held[id]; h != nil {
		return h, nil
	}
	return nil, t.fail(privacy.E(t.op, privacy.Internal, errNotHeld))
}

// finish writes the ends of the streams that grew and commits.
func (t *tx) finish(ctx context.Context) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	for _, id := range t.order {
		h := t.held[id]
		if !h.dirty {
			continue
		}
		var hash any
		if h.head.Seq > 0 {
			hash = h.head.Hash[:]
		}
		var err error
		if h.row {
			err = t.later(ctx, `UPDATE stream SET seq = $2, head = $3, last_at = $4 WHERE subject_id = $1`,
				id, h.head.Seq, hash, ms(h.at))
		} else { // a plain insert: of two that make a subject at once, one fails
			err = t.later(ctx, `INSERT INTO stream (subject_id, stream, seq, head, last_at) VALUES ($1, $2, $3, $4, $5)`,
				id, h.stream, h.head.Seq, hash, ms(h.at))
		}
		if err != nil {
			return err
		}
	}
	if t.err != nil {
		return t.err
	}
	if err := t.s.commit(ctx); err != nil {
		return t.fail(err)
	}
	return nil
}

// Head is as store.View has it.
func (v *view) Head(ctx context.Context, id privacy.SubjectID) (store.Head, error) {
	var h held
	err := v.run(ctx, ask(h.readStream, streamOf, id))
	return h.shown(), err
}

// Head is as store.View has it, with what this transaction appended.
func (t *tx) Head(ctx context.Context, id privacy.SubjectID) (store.Head, error) {
	if h := t.held[id]; h != nil {
		return h.shown(), t.err
	}
	return t.view.Head(ctx, id)
}

func (h *held) shown() store.Head {
	if h.head.Seq == 0 {
		return store.Head{}
	}
	return store.Head{Stream: h.stream, Seq: uint64(h.head.Seq), Hash: hex.EncodeToString(h.head.Hash[:]), At: h.at}
}
