package holder

import (
	"context"
	"errors"
	"fmt"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// What keeps a Holder from serving: data and keys that are not of one time. The
// keys stand apart, so that a backup of the data cannot bring back what was
// destroyed; but then a restored copy of the data does not know that it was.
var (
	// ErrBehind says that the data are a copy from before a destruction.
	ErrBehind = errors.New(`the data do not know of every destruction that their keys have carried out: they are a copy from before; run "kupuya restore --replay" before anything is served`)
	// ErrRestored says that a restore was not finished.
	ErrRestored = errors.New(`the data were restored and what was destroyed since the backup is not destroyed again yet; run "kupuya restore --replay"`)
	// ErrKeysBehind says that the keys are a copy from before a destruction.
	ErrKeysBehind = errors.New(`the key store is older than the data: keys that were destroyed may be back; run "kupuya restore --replay" before anything is served`)
	// ErrOtherKeys says that the key store belongs to other data.
	ErrOtherKeys = errors.New("this key store is not the one of these data; check --store and --key-store")
	// ErrKeyless says that somebody's key is gone and nobody knows why.
	ErrKeyless = errors.New("have no key, or not for all that is held, and no order to destroy them is known: their values open for nobody")
)

// behindPage is how many destructions are looked at in one go.
const behindPage = 500

// CatchUp makes sure that the data know of every destruction of their key store,
// and notes how far that is. Otherwise it says Unavailable with one of the
// errors above, and nothing may be served. It looks at nothing twice, so it may
// be asked at every start and every minute. (policy 3.21)
func (h *Holder) CatchUp(ctx context.Context) error {
	const op = "holder.CatchUp"
	for {
		last, err := h.Vault.Mark(ctx)
		if err != nil {
			return fail(op, err)
		}
		have, err := h.keysMark(ctx)
		if err != nil {
			return fail(op, err)
		}
		if err := together(have, last); err != nil {
			return privacy.E(op, privacy.Unavailable, err)
		}
		if have == last {
			return nil
		}
		next, err := h.knownFrom(ctx, have.N, last)
		if err != nil {
			return fail(op, err)
		}
		if err := h.Store.Update(ctx, store.HolderID, func(tx store.Tx) error {
			if now, err := tx.KeysMark(ctx); err != nil || now != have { // another process was here; look again
				return err
			}
			return tx.PutKeysMark(ctx, next)
		}); err != nil {
			return fail(op, err)
		}
	}
}

// keysMark is how far the data know of destructions.
func (h *Holder) keysMark(ctx context.Context) (m store.KeysMark, err error) {
	err = h.Store.View(ctx, func(v store.View) error {
		m, err = v.KeysMark(ctx)
		return err
	})
	return m, err
}

// together refuses marks of data and keys that cannot be of one time. Data
// without a mark have never met a key store: they take the one they are given.
func together(data, keys store.KeysMark) error {
	switch {
	case data.ID != "" && data.ID != keys.ID:
		return ErrOtherKeys
	case data.N < 0:
		return ErrRestored
	case data.N > keys.N:
		return ErrKeysBehind
	}
	return nil
}

// knownFrom looks at a page of destructions after the given number and gives
// the mark up to which the data know of them all.
func (h *Holder) knownFrom(ctx context.Context, after int64, last store.KeysMark) (store.KeysMark, error) {
	page, err := h.Vault.Destroyed(ctx, after, behindPage)
	if err != nil {
		return store.KeysMark{}, err
	}
	next := last
	if len(page) == behindPage {
		next.N = page[len(page)-1].N
	}
	err = h.Store.View(ctx, func(v store.View) error {
		for _, d := range page {
			known, err := knows(ctx, v, d)
			if err == nil && !known {
				err = privacy.E("holder.CatchUp", privacy.Unavailable, ErrBehind)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return next, err
}

// knows reports whether the data know of a destruction: its order stands in the
// subject's stream, so that it is carried out or queued, or nothing is left to
// destroy. A subject who is not there came after the copy was made.
func knows(ctx context.Context, v store.View, d store.Destroyed) (bool, error) {
	s, err := v.Subject(ctx, d.Subject)
	if isNotFound(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if s.Status == privacy.StatusDestroying || s.Status == privacy.StatusDestroyed {
		return true, nil
	}
	if d.Category != "" {
		if value := s.Value(d.Category); value == nil || value.Gone() {
			return true, nil
		}
	}
	_, err = v.Event(ctx, d.Subject, d.Order)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// keyless is ErrKeyless with how many it is about.
func keyless(n int) error {
	return fmt.Errorf("%d subjects %w", n, ErrKeyless)
}
