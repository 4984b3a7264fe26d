package holder

import (
	"context"
	"encoding/json"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// checker is a Poster that can tell an address that it would never post to.
type checker interface{ Check(address string) error }

// secret is one signing secret of an endpoint. An old one signs beside the new
// until Until.
type secret struct {
	Secret string    `json:"secret"`
	Until  time.Time `json:"until,omitzero"`
}

// overlap is how long an old secret goes on signing after a new one was made.
const overlap = 24 * time.Hour

// Endpoint is where a recipient is told of changes. Secret is shown once, when it
// is made.
type Endpoint struct {
	Recipient privacy.RecipientID `json:"recipient"`
	URL       string              `json:"url"`
	Secret    string              `json:"secret,omitempty"` // whsec_…, as Standard Webhooks has it
	OldUntil  time.Time           `json:"old_secret_until,omitzero"`
}

// SetEndpoint says where a recipient is told of changes. The first time it makes
// the secret that signs; "" takes the address out. (US-3.17-2)
func (h *Holder) SetEndpoint(ctx context.Context, actor privacy.Actor, id privacy.RecipientID, url string) (Endpoint, error) {
	const op = "holder.SetEndpoint"
	if c, ok := h.Hooks.(checker); url != "" && (!ok || c.Check(url) != nil) {
		return Endpoint{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "url", Problem: "recipient.endpoint"}
	}
	return h.endpoint(ctx, op, actor, id, func(c *change, row *store.Recipient, all []secret) ([]secret, string, error) {
		row.Endpoint = url
		if len(all) > 0 {
			return all, "", nil
		}
		fresh := notify.NewSecret()
		return []secret{{Secret: fresh}}, fresh, nil
	})
}

// RotateSecret makes a new signing secret. Both sign for a day, so that the
// recipient can change over without losing a message.
func (h *Holder) RotateSecret(ctx context.Context, actor privacy.Actor, id privacy.RecipientID) (Endpoint, error) {
	return h.endpoint(ctx, "holder.RotateSecret", actor, id, func(c *change, _ *store.Recipient, all []secret) ([]secret, string, error) {
		fresh := notify.NewSecret()
		out := []secret{{Secret: fresh}}
		for i, s := range alive(all, c.now) {
			if i == 0 { // the one in use; those before it have had their day
				s.Until = c.now.Add(overlap)
				out = append(out, s)
			}
		}
		return out, fresh, nil
	})
}

func (h *Holder) endpoint(ctx context.Context, op string, actor privacy.Actor, id privacy.RecipientID,
	fn func(*change, *store.Recipient, []secret) ([]secret, string, error),
) (Endpoint, error) {
	if err := person(&actor); err != nil {
		return Endpoint{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Endpoint, error) {
		row, err := c.Recipient(ctx, id)
		if isNotFound(err) {
			return Endpoint{}, &privacy.Error{Code: privacy.NotFound, Field: "recipient"}
		}
		if err != nil {
			return Endpoint{}, err
		}
		all, err := h.opened(&row)
		if err != nil {
			return Endpoint{}, err
		}
		all, fresh, err := fn(c, &row, all)
		if err != nil {
			return Endpoint{}, err
		}
		plain, err := json.Marshal(all)
		if err != nil {
			return Endpoint{}, err
		}
		if row.Secrets, err = h.Vault.SealNode("webhook", string(id), plain); err != nil {
			return Endpoint{}, err
		}
		_, err = c.putRecipient(ledger.RecipientChanged, &row, []func(*ledger.Event){func(e *ledger.Event) {
			e.Outcome = "endpoint"
			if fresh != "" {
				e.Outcome = "secret"
			}
		}})
		out := Endpoint{Recipient: id, URL: row.Endpoint, Secret: fresh}
		if len(all) > 1 {
			out.OldUntil = all[1].Until
		}
		return out, err
	})
}

// opened gives the secrets of a recipient, newest first.
func (h *Holder) opened(row *store.Recipient) ([]secret, error) {
	if len(row.Secrets) == 0 {
		return nil, nil
	}
	plain, err := h.Vault.OpenNode("webhook", string(row.ID), row.Secrets)
	if err != nil {
		return nil, err
	}
	var all []secret
	err = json.Unmarshal(plain, &all)
	return all, err
}

// secrets gives those that sign now.
func (h *Holder) secrets(row *store.Recipient, now time.Time) ([]string, error) {
	all, err := h.opened(row)
	var out []string
	for _, s := range alive(all, now) {
		out = append(out, s.Secret)
	}
	return out, err
}

func alive(all []secret, now time.Time) (out []secret) {
	for _, s := range all {
		if s.Until.IsZero() || now.Before(s.Until) {
			out = append(out, s)
		}
	}
	return out
}
