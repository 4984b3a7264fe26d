package holder

import (
	"errors"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Evidence is how somebody agrees: one of the three ways of policy 6.1. Body is
// the JSON that the way asks for, read by room evidence.
type Evidence struct {
	Method    string // sms, drawn, tick
	Challenge string // sms: id of the code that was sent
	Code      string // sms: the six digits
	Body      []byte // drawn: the strokes; tick: what was ticked
}

// Form is what a page needs before it asks somebody to agree: the text, its
// hash, and the one hash that every way of agreeing signs.
type Form struct {
	Edition     privacy.EditionID
	EditionHash string
	Lang        privacy.Lang
	Text        string
	TextHash    string
	Bound       string
	Least       string // least grade of evidence: tick, drawn, sms
}

// shown is what stands before the subject's eyes now.
func (c *change) shown(aim evidence.Aim, lang privacy.Lang, textHash string) evidence.Shown {
	return evidence.Shown{Edition: c.ed.ID(), EditionHash: c.ed.Hash(), Lang: lang, TextHash: textHash, Aim: aim, Subject: c.id}
}

// prove checks the evidence. A wrong code is counted although it fails.
func (c *change) prove(aim evidence.Aim, lang privacy.Lang, textHash string, ev Evidence) (evidence.Proof, error) {
	s := c.shown(aim, lang, textHash)
	switch ev.Method {
	case "sms":
		return c.proveCode(s, ev)
	case "drawn":
		d, err := evidence.ParseDrawing(ev.Body)
		if err != nil {
			return evidence.Proof{}, err
		}
		proof, err := d.Prove(s, c.actor.Channel(), c.now)
		if err != nil {
			return proof, err
		}
		return proof, c.keepStrokes(&d, proof.Digest)
	case "tick":
		t, err := evidence.ParseTick(ev.Body)
		if err != nil {
			return evidence.Proof{}, err
		}
		if t.TickedAt.After(c.now) {
			return evidence.Proof{}, &privacy.Error{Code: privacy.BadValue, Field: "evidence.ticked_at", Problem: "date.future"}
		}
		return t.Prove(s, c.actor.Channel(), c.now)
	case "":
		return evidence.Proof{}, &privacy.Error{Code: privacy.MissingValue, Field: "evidence.method"}
	}
	return evidence.Proof{}, unknown("evidence.method", ev.Method)
}

// stepUp asks a subscriber for a fresh code before what cannot be undone: a
// session alone may be somebody else's hand on an unlocked phone.
func (c *change) stepUp(aim evidence.Aim, ev Evidence) error {
	if !c.actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative) {
		return nil
	}
	if ev.Method != "sms" {
		return &privacy.Error{Code: privacy.MissingValue, Field: "evidence"}
	}
	_, err := c.proveCode(evidence.Shown{Aim: aim, Subject: c.id}, ev)
	return err
}

// keepStrokes keeps the movement of the hand, sealed: the digest in the ledger
// proves which strokes were signed with only to somebody who has them. They are
// fetched like a receipt and go with the subject's key. (policy 6.1, DC-151)
func (c *change) keepStrokes(d *evidence.Drawing, digest string) error {
	if err := c.unseen(digest); err != nil {
		return err
	}
	id := privacy.NewID(c.now)
	sealed, err := c.sealFor("receipt", id, d.Canonical())
	if err != nil {
		return err
	}
	c.strokes = id
	return c.PutReceipt(c.ctx, store.Receipt{Subject: c.id, ID: id, Kind: "strokes", At: c.now, Sealed: sealed})
}

// unseen refuses strokes that were signed with before: no hand draws the same
// twice. (DC-151)
func (c *change) unseen(digest string) error {
	copied := &privacy.Error{Code: privacy.EvidenceInvalid, Problem: evidence.Copied}
	token := c.h.Vault.Token("strokes", digest)
	owners, err := c.Find(c.ctx, "strokes", token, c.now) // a subject's own token may be put twice
	if err != nil {
		return err
	}
	if len(owners) > 0 {
		return copied
	}
	err = c.PutLookup(c.ctx, store.Lookup{Subject: c.id, Field: "strokes", Token: token, From: c.now}, true)
	if errors.Is(err, store.ErrTaken) {
		return copied
	}
	return err
}

func (c *change) proveCode(s evidence.Shown, ev Evidence) (evidence.Proof, error) {
	none := &privacy.Error{Code: privacy.CodeExpired, Field: "evidence.challenge"}
	if !privacy.IsID(ev.Challenge) {
		return evidence.Proof{}, none
	}
	row, err := c.Challenge(c.ctx, ev.Challenge)
	if isNotFound(err) || err == nil && row.Subject != c.id {
		return evidence.Proof{}, none
	}
	if err != nil {
		return evidence.Proof{}, err
	}
	ch, proof, wrong := challengeOf(row).Check(c.h.codeKey(), ev.Code, s, c.actor.Channel(), c.now, c.h.Limits)
	row.Tries, row.State = ch.Tries, string(ch.State)
	if err := c.PutChallenge(c.ctx, row); err != nil {
		return evidence.Proof{}, err
	}
	if wrong != nil {
		if _, err := c.record(ledger.CodeFailed, func(e *ledger.Event) {
			e.Clause, e.Ref, e.Reason = "3.7", row.ID, string(privacy.CodeOf(wrong))
		}); err != nil {
			return evidence.Proof{}, err
		}
		return evidence.Proof{}, &kept{wrong}
	}
	return proof, nil
}

func challengeOf(k store.Challenge) evidence.Challenge {
	return evidence.Challenge{
		ID: k.ID, Aim: evidence.Aim(k.Aim), Bound: k.Bound, CodeHash: k.CodeHash, Sent: k.Sent,
		Expires: k.Expires, Tries: k.Tries, State: evidence.State(k.State),
	}
}

// codeKey is the key under which codes are hashed. It never leaves the vault's
// own keys: whoever reads the table cannot try a million codes.
func (h *Holder) codeKey() []byte { return h.Vault.Token("code", "key") }

// proven copies a proof into an event.
func (c *change) proven(e *ledger.Event, p evidence.Proof) {
	e.Grade, e.Lang, e.Text = p.Grade.String(), string(p.Lang), p.TextHash
	e.Detail = map[string]string{"bound": p.Bound, "evidence": p.Digest}
	if c.strokes != "" {
		e.Detail["strokes"] = c.strokes
	}
}
