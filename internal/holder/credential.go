package holder

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"strings"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Grant is what a credential lets its bearer do: an actor, the purposes and the
// operations it may name. (design section 5)
type Grant struct {
	Kind        privacy.ActorKind   `json:"kind"`
	Org         string              `json:"org"`
	Channel     privacy.Channel     `json:"channel"`
	Recipient   privacy.RecipientID `json:"recipient,omitempty"` // for a partner
	Purposes    []privacy.PurposeID `json:"purposes,omitempty"`
	AllPurposes bool                `json:"all_purposes,omitempty"`
	Operations  []string            `json:"operations"` // names; "all" alone is every one
}

// Issued is a new credential; Secret is shown once.
type Issued struct {
	ID     string `json:"id"`
	Secret string `json:"secret"` // "kup_" id "_" token
}

// IssueCredential makes a bearer credential for a system or partner.
func (h *Holder) IssueCredential(ctx context.Context, actor privacy.Actor, g Grant) (Issued, error) {
	const op = "holder.IssueCredential"
	if !actor.Acts(privacy.ActorOfficer) {
		return Issued{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	if err := g.check(); err != nil {
		return Issued{}, fail(op, err)
	}
	spec, err := json.Marshal(g)
	if err != nil {
		return Issued{}, fail(op, err)
	}
	return do(withoutKey(ctx), h, op, &actor, store.HolderID, func(c *change) (Issued, error) {
		if err := c.grantNames(g); err != nil {
			return Issued{}, err
		}
		id := privacy.NewID(c.now)
		token, hash := NewToken()
		if err := c.PutCredential(ctx, store.Credential{ID: id, Hash: hash, Spec: spec, Created: c.now}); err != nil {
			return Issued{}, err
		}
		_, err := c.record(ledger.CredentialIssued, func(e *ledger.Event) {
			e.Ref = id
			e.Detail = map[string]string{"kind": string(g.Kind), "org": g.Org}
		})
		return Issued{ID: id, Secret: "kup_" + id + "_" + token}, err
	})
}

// RevokeCredential ends a credential at once.
func (h *Holder) RevokeCredential(ctx context.Context, actor privacy.Actor, id string) error {
	const op = "holder.RevokeCredential"
	if !actor.Acts(privacy.ActorOfficer) {
		return &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	_, err := do(withoutKey(ctx), h, op, &actor, store.HolderID, func(c *change) (struct{}, error) {
		cred, err := c.Credential(ctx, id)
		if err != nil || !cred.Revoked.IsZero() {
			return struct{}{}, err
		}
		cred.Revoked = c.now
		if err := c.PutCredential(ctx, cred); err != nil {
			return struct{}{}, err
		}
		_, err = c.record(ledger.CredentialRevoked, func(e *ledger.Event) { e.Ref = id })
		return struct{}{}, err
	})
	return err
}

func (g *Grant) check() error {
	known := false
	for _, k := range privacy.ActorKinds {
		known = known || k == g.Kind
	}
	if !known || g.Kind == privacy.ActorSubject || g.Kind == privacy.ActorRepresentative {
		return &privacy.Error{Code: privacy.BadValue, Field: "kind", Problem: "credential.kind"}
	}
	if g.Org != "" && !recordable(g.Org) {
		return &privacy.Error{Code: privacy.BadValue, Field: "org"}
	}
	if g.Kind == privacy.ActorPartner && g.Recipient == "" {
		return &privacy.Error{Code: privacy.MissingValue, Field: "recipient"}
	}
	_, err := g.operations()
	return err
}

// grantNames refuses names that the edition in force does not have.
func (c *change) grantNames(g Grant) error {
	if c.ed == nil {
		return &privacy.Error{Code: privacy.NotInForce}
	}
	for _, p := range g.Purposes {
		if c.ed.Purpose(p) == nil {
			return unknown("purposes", string(p))
		}
	}
	if g.Recipient != "" && c.ed.Recipient(g.Recipient) == nil {
		return unknown("recipient", string(g.Recipient))
	}
	return nil
}

func (g *Grant) operations() (privacy.Operations, error) {
	var set privacy.Operations
	for _, name := range g.Operations {
		if name == "all" {
			return ^privacy.Operations(0), nil
		}
		o, ok := privacy.ParseOperation(name)
		if !ok {
			return 0, unknown("operations", name)
		}
		set |= o
	}
	return set, nil
}

// CredentialActor gives the actor behind a bearer secret; Unauthenticated when
// it opens nothing (any more).
func (h *Holder) CredentialActor(ctx context.Context, secret string) (privacy.Actor, error) {
	const op = "holder.CredentialActor"
	none := &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	rest, ok := strings.CutPrefix(secret, "kup_")
	id, token, cut := strings.Cut(rest, "_")
	if !ok || !cut || !privacy.IsID(id) {
		return privacy.Actor{}, none
	}
	cred, err := h.credential(ctx, id)
	if isNotFound(err) {
		return privacy.Actor{}, none
	}
	if err != nil {
		return privacy.Actor{}, fail(op, err)
	}
	sum := sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(sum[:], cred.Hash) != 1 || !cred.Revoked.IsZero() {
		return privacy.Actor{}, none
	}
	var g Grant
	if err := json.Unmarshal(cred.Spec, &g); err != nil {
		return privacy.Actor{}, fail(op, err)
	}
	ops, err := g.operations()
	if err != nil {
		return privacy.Actor{}, fail(op, err)
	}
	return privacy.NewActor(privacy.ActorSpec{
		Kind: g.Kind, ID: id, Org: g.Org, Channel: g.Channel, Recipient: g.Recipient,
		Purposes: g.Purposes, AllPurposes: g.AllPurposes, Operations: ops,
	}), nil
}

func (h *Holder) credential(ctx context.Context, id string) (store.Credential, error) {
	var cred store.Credential
	err := h.Store.View(ctx, func(v store.View) (err error) {
		cred, err = v.Credential(ctx, id)
		return err
	})
	return cred, err
}
