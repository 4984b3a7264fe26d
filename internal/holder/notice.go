package holder

import (
	"context"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Told is proof that the policy was shown before anything was collected.
type Told struct {
	Notice  string            `json:"notice"`
	Edition privacy.EditionID `json:"edition"`
	Lang    privacy.Lang      `json:"language"`
	Text    string            `json:"text_sha256"`
	At      time.Time         `json:"shown_at"`
}

// Tell records that the edition in force was shown to somebody in a language:
// a notice, which is neither an acceptance nor a consent. The subject is empty
// for a visitor; registration binds the notice. textHash must be the hash of
// the text the edition has in that language. (policy 2.1; DC-73 p.1, design
// principle 4)
func (h *Holder) Tell(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, lang privacy.Lang, textHash string) (Told, error) {
	const op = "holder.Tell"
	if actor.Kind() == "" {
		return Told{}, &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	}
	id := subject
	if id == "" {
		id = store.HolderID
	}
	return do(ctx, h, op, &actor, id, func(c *change) (Told, error) {
		if c.ed == nil {
			return Told{}, &privacy.Error{Code: privacy.NotInForce}
		}
		if subject != "" {
			if _, err := c.living(); err != nil {
				return Told{}, err
			}
		}
		text, err := c.text(lang, textHash)
		if err != nil {
			return Told{}, err
		}
		n := store.Notice{
			ID: privacy.NewID(c.now), Subject: subject, Edition: c.ed.ID(), Lang: lang, Text: text.SHA256,
			Channel: actor.Channel(), Scope: "edition", At: c.now,
		}
		if err := c.PutNotice(ctx, n); err != nil {
			return Told{}, err
		}
		if subject != "" { // a visitor's is recorded in his own stream when he registers
			if err := c.recordNotice(n); err != nil {
				return Told{}, err
			}
		}
		return Told{Notice: n.ID, Edition: n.Edition, Lang: lang, Text: n.Text, At: n.At}, nil
	})
}

func (c *change) recordNotice(n store.Notice) error {
	_, err := c.record(ledger.NoticeShown, func(e *ledger.Event) {
		e.Edition, e.Clause, e.Lang, e.Text, e.Ref = string(n.Edition), "1.3", string(n.Lang), n.Text, n.ID
		if !n.At.Equal(c.now) {
			e.Effective = n.At
		}
	})
	return err
}

// text gives the edition's text in a language when its hash is the one that
// was shown.
func (c *change) text(lang privacy.Lang, hash string) (policy.Text, error) {
	text, ok := c.ed.texts[lang]
	if !ok {
		return text, &privacy.Error{Code: privacy.BadValue, Field: "language"}
	}
	if hash != text.SHA256 {
		return text, &privacy.Error{Code: privacy.TextMismatch, Field: "text_sha256"}
	}
	return text, nil
}

// notice gives a notice that allows collecting from the subject: shown for a
// published edition, bound to him or still to nobody. (DC-73 p.2(1))
func (c *change) notice(id string) (store.Notice, error) {
	missing := &privacy.Error{Code: privacy.NoticeRequired, Field: "notice"}
	if !privacy.IsID(id) {
		return store.Notice{}, missing
	}
	n, err := c.Notice(c.ctx, id)
	if isNotFound(err) {
		return n, missing
	}
	if err != nil {
		return n, err
	}
	if n.Subject != "" && n.Subject != c.id {
		return n, missing
	}
	return n, nil
}
