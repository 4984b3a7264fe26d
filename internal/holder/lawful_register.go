package holder

import (
	"encoding/json"
	"strings"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// lawful reads a request and opens it.
func (c *change) lawful(id string) (store.Lawful, lawfulSealed, error) {
	row, err := c.Lawful(c.ctx, id)
	if err != nil {
		return row, lawfulSealed{}, err
	}
	in, err := c.h.unseal(&row)
	return row, in, err
}

func (h *Holder) unseal(row *store.Lawful) (in lawfulSealed, err error) {
	plain, err := h.Vault.OpenNode("lawful", row.ID, row.Sealed)
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(plain, &in)
}

func (c *change) putLawful(row *store.Lawful, in *lawfulSealed) error {
	plain, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if row.Sealed, err = c.h.Vault.SealNode("lawful", row.ID, plain); err != nil {
		return err
	}
	return c.PutLawful(c.ctx, *row)
}

// recordLawful records in the Holder's own stream what became of a request. The
// event commits to the sealed text and names nobody.
func (c *change) recordLawful(kind ledger.Kind, row *store.Lawful, r *LawfulRequest, set func(*ledger.Event)) (store.EventRow, error) {
	return c.record(kind, func(e *ledger.Event) {
		e.Clause, e.Ref, e.Reason, e.Note = "4.4b", row.ID, "authority", hashOf(row.Sealed)
		if c.ed.Recipient(r.Authority) != nil {
			e.Recipient = string(r.Authority)
		}
		if c.ed.cited("cites", r.Cites, c.now) == nil {
			e.Citation = citation(r.Cites)
		}
		var cats []privacy.CategoryID
		for _, f := range r.Fields {
			if cat, _ := c.ed.attribute(f); cat != nil {
				cats = append(cats, cat.ID)
			}
		}
		e.Categories = categories(cats...)
		e.Until = stampOrNone(row.Review)
		if set != nil {
			set(e)
		}
	})
}

func stampOrNone(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return ledger.Stamp(t)
}

func lawfulOf(row *store.Lawful, r *LawfulRequest) Lawful {
	out := Lawful{
		ID: row.ID, State: row.State, Author: row.Author, Decider: row.Decider, Request: *r, Created: row.Created, Decided: row.Decided,
		Review: row.Review, Revealed: row.Revealed,
	}
	out.Request.Fields = append([]string{}, r.Fields...)
	out.Request.Letter = strings.TrimSpace(r.Letter)
	return out
}
