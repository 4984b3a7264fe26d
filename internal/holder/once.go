package holder

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Key is an idempotency key with the hash of the request it came with.
type Key struct {
	Key  string
	Body []byte // SHA-256 of method, path and body
}

type keyCtx struct{}

// WithKey makes the next change under ctx happen once: a repeated request with
// the same key gets the first one's result, another request with the same key
// is refused.
func WithKey(ctx context.Context, k Key) context.Context { return context.WithValue(ctx, keyCtx{}, k) }

// once is the key of a change under way.
type once struct{ Key }

func onceOf(ctx context.Context) *once {
	if k, ok := ctx.Value(keyCtx{}).(Key); ok && k.Key != "" {
		return &once{k}
	}
	return nil
}

// load puts the kept result into out and stops the transaction.
func (o *once) load(ctx context.Context, h *Holder, tx store.Tx, actor *privacy.Actor, out any) error {
	kept, err := tx.Once(ctx, onceActor(actor), o.Key.Key)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(kept.Body, o.Body) {
		return &privacy.Error{Code: privacy.KeyReused}
	}
	plain, err := h.Vault.OpenNode("once", onceID(actor, o.Key.Key), kept.Sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, out); err != nil {
		return err
	}
	return errReplayed
}

// save keeps the result, sealed, in the transaction of the change itself.
func (o *once) save(ctx context.Context, h *Holder, tx store.Tx, actor *privacy.Actor, id privacy.SubjectID, now time.Time, out any) error {
	plain, err := json.Marshal(out)
	if err != nil {
		return err
	}
	sealed, err := h.Vault.SealNode("once", onceID(actor, o.Key.Key), plain)
	if err != nil {
		return err
	}
	return tx.SaveOnce(ctx, store.Once{Actor: onceActor(actor), Key: o.Key.Key, Subject: id, Body: o.Body, Sealed: sealed, At: now})
}

func onceID(a *privacy.Actor, key string) string { return onceActor(a) + "|" + key }

// onceActor is whose a key is: every subscriber's is his own.
func onceActor(a *privacy.Actor) string {
	if a.Subject() == "" {
		return a.ID()
	}
	return a.ID() + "|" + string(a.Subject())
}
