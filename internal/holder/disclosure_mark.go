package holder

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// lookupPairwise is the field of the blind index under which a recipient's own
// ids of subjects are found.
const lookupPairwise = "pairwise"

// Pairwise is the id under which one recipient knows a subject: a keyed function
// of both, so that two recipients cannot compare their lists, and nobody without
// the Holder's key can tell whose it is. (law F8, US-3.17-1)
func (h *Holder) Pairwise(to privacy.RecipientID, id privacy.SubjectID) string {
	return hexOf(h.Vault.Token("pairwise-of", string(to)+"\n"+string(id)))
}

// pairwiseToken is how the blind index has such an id: whoever holds a copy of
// the store and a recipient's list cannot bring the two together.
func (h *Holder) pairwiseToken(pairwise string) []byte {
	return h.Vault.Token(lookupPairwise, pairwise)
}

// mark gives a disclosure the recipient's own id of the subject and a copy mark,
// and makes the id findable.
func (c *change) mark(rel *released) error {
	rel.Pairwise, rel.Copy = c.h.Pairwise(rel.Recipient, c.id), c.h.newCopy(rel.Recipient)
	token := c.h.pairwiseToken(rel.Pairwise)
	have, err := c.Lookups(c.ctx, c.id)
	if err != nil {
		return err
	}
	for _, l := range have {
		if l.Field == lookupPairwise && bytes.Equal(l.Token, token) {
			return nil
		}
	}
	err = c.PutLookup(c.ctx, store.Lookup{Subject: c.id, Field: lookupPairwise, Token: token, From: c.now}, true)
	if errors.Is(err, store.ErrTaken) { // sixteen bytes of a keyed function: somebody else's cannot be the same
		return &privacy.Error{Code: privacy.Internal, Err: err}
	}
	return err
}

// The two halves of a copy mark: random bytes, and what the key makes of them and
// of the recipient.
const (
	copyRandom = 6
	copyTag    = 10
)

func (h *Holder) newCopy(to privacy.RecipientID) string {
	var nonce [copyRandom]byte
	rand.Read(nonce[:]) // never fails
	return hexOf(append(nonce[:], h.copyTag(to, nonce[:])...))
}

func (h *Holder) copyTag(to privacy.RecipientID, nonce []byte) []byte {
	return h.Vault.Token("copy", string(to)+"\n"+hexOf(nonce))[:copyTag]
}

// inOrder puts fields into an order that only this recipient gets, and always
// gets.
func (h *Holder) inOrder(to privacy.RecipientID, fields []FieldValue) []FieldValue {
	slices.SortFunc(fields, func(a, b FieldValue) int {
		return bytes.Compare(h.orderOf(to, a.Name), h.orderOf(to, b.Name))
	})
	return fields
}

func (h *Holder) orderOf(to privacy.RecipientID, field string) []byte {
	return h.Vault.Token("order", string(to)+"\n"+field)
}

// Leak is what was found outside of the house: any of a copy mark, a subject's id
// as a recipient knows it, and the names of fields in the order they stood in.
type Leak struct {
	Copy    string
	Subject string
	Order   []string
}

// Identified says whose copy a leak can be.
type Identified struct {
	ByCopy    privacy.RecipientID   `json:"by_copy,omitempty"`    // sure: nobody without the key makes such a mark
	BySubject privacy.RecipientID   `json:"by_subject,omitempty"` // sure, as long as the subject is not destroyed
	ByOrder   []privacy.RecipientID `json:"by_order"`             // those whose order it is: of n fields one in n! others has it by chance
	Event     privacy.EventID       `json:"event"`
}

var mark32 = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Identify tells from which recipient's copy something leaked. Who takes out the
// marks and shuffles the fields leaves nothing to tell by: values themselves are
// never changed, since the Holder answers for their being right (DC-78). The
// look is recorded. (US-4.4a-1 AC4)
func (h *Holder) Identify(ctx context.Context, actor privacy.Actor, l Leak) (Identified, error) {
	const op = "holder.Identify"
	if err := person(&actor); err != nil {
		return Identified{}, fail(op, err)
	}
	if l.Copy == "" && l.Subject == "" && len(l.Order) == 0 {
		return Identified{}, &privacy.Error{Op: op, Code: privacy.MissingValue, Field: "copy"}
	}
	if l.Copy != "" && !mark32.MatchString(l.Copy) || l.Subject != "" && !mark32.MatchString(l.Subject) || len(l.Order) > 256 {
		return Identified{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "copy", Problem: "disclosure.mark"}
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Identified, error) {
		rows, err := c.Recipients(ctx)
		if err != nil {
			return Identified{}, err
		}
		whose, err := c.Find(ctx, lookupPairwise, h.pairwiseToken(l.Subject), c.now)
		if err != nil {
			return Identified{}, err
		}
		out := Identified{ByOrder: []privacy.RecipientID{}}
		for i := range rows {
			to := rows[i].ID
			if raw, err := hex.DecodeString(l.Copy); err == nil && len(raw) == copyRandom+copyTag && bytes.Equal(raw[copyRandom:], h.copyTag(to, raw[:copyRandom])) {
				out.ByCopy = to
			}
			for _, id := range whose {
				if h.Pairwise(to, id) == l.Subject {
					out.BySubject = to
				}
			}
			if len(l.Order) > 1 && slices.IsSortedFunc(l.Order, func(a, b string) int { return bytes.Compare(h.orderOf(to, a), h.orderOf(to, b)) }) {
				out.ByOrder = append(out.ByOrder, to)
			}
		}
		ev, err := c.record(ledger.StaffLookedUp, func(e *ledger.Event) {
			e.Clause, e.Reason = "4.4a", "leak"
			if out.ByCopy != "" || out.BySubject != "" {
				e.Recipient = string(max(out.ByCopy, out.BySubject))
			}
		})
		out.Event = ev.ID
		return out, err
	})
}
