package holder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Published says what edition is in force and since when.
type Published struct {
	Edition   privacy.EditionID `json:"edition"`
	Hash      string            `json:"sha256"`
	Published time.Time         `json:"published_at"`
	InForce   time.Time         `json:"in_force_at"`
	Event     privacy.EventID   `json:"event"`
}

// Publish puts the archive of an edition in force: at once, or from the day the
// edition itself names. It is one atomic switch, and what is published is never
// edited: a second pack under the same id is refused, the same pack changes
// nothing. (policy 6.4a)
func (h *Holder) Publish(ctx context.Context, actor privacy.Actor, pack []byte) (Published, error) {
	const op = "holder.Publish"
	if !actor.Acts(privacy.ActorOfficer) {
		return Published{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	src, err := h.ReadPack(pack)
	if err != nil {
		return Published{}, privacy.E(op, privacy.Invalid, err)
	}
	sum := sha256.Sum256(pack)
	hash := hex.EncodeToString(sum[:])
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Published, error) {
		rows, err := c.Editions(ctx)
		if err != nil {
			return Published{}, err
		}
		for _, row := range rows {
			if row.ID != src.Rules.Edition {
				continue
			}
			if row.Hash != hash {
				return Published{}, &privacy.Error{Code: privacy.Conflict, Name: string(row.ID), Problem: "edition.immutable"}
			}
			return Published{Edition: row.ID, Hash: hash, Published: row.Published, InForce: row.InForce}, nil
		}
		if n := len(rows); n > 0 && src.Rules.Supersedes != rows[n-1].ID {
			return Published{}, &privacy.Error{Code: privacy.Conflict, Name: string(src.Rules.Supersedes), Problem: "edition.supersedes"}
		}
		inForce := c.now
		if src.Rules.InForce != "publication" {
			day, err := time.Parse(time.RFC3339, src.Rules.InForce+"T00:00:00+06:00")
			if err != nil {
				return Published{}, &privacy.Error{Code: privacy.Invalid, Field: "in_force", Err: err}
			}
			if inForce = day.UTC(); inForce.Before(c.now) {
				inForce = c.now
			}
		}
		row := store.Edition{ID: src.Rules.Edition, Hash: hash, Published: c.now, InForce: inForce}
		if _, err := policy.Compile(src.Rules, hash, actsOf{src.Law}, inForce); err != nil {
			return Published{}, &privacy.Error{Code: privacy.Invalid, Err: err}
		}
		if err := c.PutEdition(ctx, row, pack); err != nil {
			return Published{}, err
		}
		ev, err := c.record(ledger.EditionPublished, func(e *ledger.Event) {
			e.Edition, e.Effective, e.Clause = string(row.ID), inForce, "6.4a"
			e.Detail = map[string]string{"pack": hash}
			for lang, text := range src.Texts {
				e.Detail["text_"+string(lang)] = text.SHA256
			}
		})
		return Published{Edition: row.ID, Hash: hash, Published: c.now, InForce: inForce, Event: ev.ID}, err
	})
}

// Document is an edition as people read it.
type Document struct {
	Edition    privacy.EditionID
	Hash       string
	Published  time.Time
	InForce    time.Time
	Superseded time.Time // zero while it is in force
	Rules      *policy.Rules
	Texts      map[privacy.Lang]policy.Text
}

// Current gives the edition in force. It needs no actor: everybody may read it.
// (policy 1.3)
func (h *Holder) Current(ctx context.Context) (Document, error) {
	var doc Document
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.current(ctx, v, h.Clock.Now())
		if err != nil {
			return err
		}
		doc, err = h.document(ctx, v, ed)
		return err
	})
	return doc, fail("holder.Current", err)
}

// Edition gives any published edition. (policy 1.3)
func (h *Holder) Edition(ctx context.Context, id privacy.EditionID) (Document, error) {
	var doc Document
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.byID(ctx, v, id)
		if err != nil {
			return err
		}
		doc, err = h.document(ctx, v, ed)
		return err
	})
	return doc, fail("holder.Edition", err)
}

func (h *Holder) document(ctx context.Context, v store.View, ed *edition) (Document, error) {
	rows, err := v.Editions(ctx)
	if err != nil {
		return Document{}, err
	}
	doc := Document{
		Edition: ed.ID(), Hash: ed.Hash(), Published: ed.published, InForce: ed.InForce(),
		Rules: ed.Rules(), Texts: ed.texts,
	}
	for i := range rows {
		if rows[i].ID == ed.ID() && i+1 < len(rows) {
			doc.Superseded = rows[i+1].InForce
		}
	}
	return doc, nil
}

// Editions lists what was published, oldest first.
func (h *Holder) Editions(ctx context.Context) ([]store.Edition, error) {
	var rows []store.Edition
	err := h.Store.View(ctx, func(v store.View) (err error) {
		rows, err = v.Editions(ctx)
		return err
	})
	return rows, fail("holder.Editions", err)
}
