package holder

import (
	"context"
	"sort"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// newReceipt begins a receipt about the subject at hand.
func (c *change) newReceipt(kind evidence.Kind, event privacy.EventID) evidence.Receipt {
	rules := c.ed.Rules()
	lang := c.s.Lang
	return evidence.Receipt{
		ID: privacy.NewID(c.now), Kind: kind, EventTime: c.now, Issued: c.now, Stream: c.s.Stream,
		Event: event, By: c.actor.Kind(), Channel: c.actor.Channel(), Edition: c.ed.ID(), EditionHash: c.ed.Hash(),
		Holder: evidence.Party{
			Register: rules.Holder.Register, Name: rules.Holder.Name.In(lang),
			Address: rules.Holder.Address.In(lang), Contact: rules.Holder.Officer.In(lang),
		},
		Places: rules.Holder.Places.In(lang),
	}
}

// receipt signs a receipt and keeps it, sealed, for the subject to fetch again.
func (c *change) receipt(kind evidence.Kind, event privacy.EventID, fill func(*evidence.Receipt)) (string, error) {
	r := c.newReceipt(kind, event)
	fill(&r)
	signed, err := evidence.Sign(r, c.h.ReceiptKey)
	if err != nil {
		return "", err
	}
	sealed, err := c.sealFor("receipt", r.ID, signed)
	if err != nil {
		return "", err
	}
	return r.ID, c.PutReceipt(c.ctx, store.Receipt{Subject: c.id, ID: r.ID, Kind: string(kind), At: c.now, Sealed: sealed})
}

// purposeTerms copies what the edition says of a purpose into a receipt.
func (c *change) purposeTerms(r *evidence.Receipt, p privacy.PurposeID) {
	rule := c.ed.Purpose(p)
	if rule == nil {
		return
	}
	var ops privacy.Operations
	for _, row := range rule.Rows {
		r.Categories = append(r.Categories, string(row.Category))
		for _, name := range c.ed.OperationsOf(p, row.Category) {
			o, _ := privacy.ParseOperation(name)
			ops |= o
		}
	}
	r.Purpose, r.Title, r.Clause, r.Basis = p, rule.Title.In(c.s.Lang), rule.Clause, rule.Basis
	r.Operations = ops.Names()
	r.Recipients = rule.Recipients
	r.Processing, r.Storage = rule.Terms.Processing, rule.Terms.Storage
	for _, w := range c.ed.Rules().Withdrawal {
		r.Withdrawal = append(r.Withdrawal, w.Channel)
	}
}

// Receipt gives a receipt of the subject: a signed text that is verified
// offline. (policy 6.1, US-6.1-1 AC3)
func (h *Holder) Receipt(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, id string) ([]byte, error) {
	const op = "holder.Receipt"
	var sealed, certificate []byte
	err := h.Store.View(ctx, func(v store.View) error {
		if err := mayKnow(ctx, v, &actor, subject); err != nil {
			return err
		}
		var err error
		sealed, err = v.Receipt(ctx, subject, id)
		if isNotFound(err) {
			certificate, err = h.certificateOf(ctx, v, subject, privacy.EventID(id))
		}
		return err
	})
	if err != nil || certificate != nil {
		return certificate, fail(op, err)
	}
	plain, err := h.Vault.OpenFor(ctx, subject, "receipt", id, sealed)
	return plain, fail(op, err)
}

// certificateOf signs again the certificate of a destruction, which is named by
// its event: the key that would have sealed it is gone.
func (h *Holder) certificateOf(ctx context.Context, v store.View, subject privacy.SubjectID, event privacy.EventID) ([]byte, error) {
	row, err := v.Event(ctx, subject, event)
	if err != nil {
		return nil, err
	}
	e, err := ledger.Parse(row.Bytes)
	if err != nil {
		return nil, err
	}
	if e.Kind != ledger.KeyDestroyed {
		return nil, store.ErrNotFound
	}
	ordered, err := v.Event(ctx, subject, privacy.EventID(e.Ref))
	if err != nil {
		return nil, err
	}
	order, err := ledger.Parse(ordered.Bytes)
	if err != nil {
		return nil, err
	}
	c := &change{h: h, ctx: ctx, id: subject, actor: system(), now: row.At}
	if c.s, err = v.Subject(ctx, subject); err != nil {
		return nil, err
	}
	if c.ed, err = h.book.byID(ctx, v, privacy.EditionID(e.Edition)); err != nil {
		return nil, err
	}
	d, err := c.certified(order, row)
	return []byte(d.Certificate), err
}

// Consents gives where a subject's consents and acceptance stand, by purpose.
// (policy 2.0)
func (h *Holder) Consents(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID) (*privacy.Subject, error) {
	var s *privacy.Subject
	err := h.Store.View(ctx, func(v store.View) error {
		if err := mayKnow(ctx, v, &actor, subject); err != nil {
			return err
		}
		var err error
		s, err = v.Subject(ctx, subject)
		return err
	})
	if err != nil {
		return nil, fail("holder.Consents", err)
	}
	sort.Slice(s.Consents, func(i, j int) bool { return s.Consents[i].Purpose < s.Consents[j].Purpose })
	return s, nil
}

// mayKnow refuses, as not found, whoever may not know of the subject.
func mayKnow(ctx context.Context, v store.View, a *privacy.Actor, id privacy.SubjectID) error {
	s, err := v.Subject(ctx, id)
	if err != nil {
		return err
	}
	if !concerns(a, s) || a.Acts(privacy.ActorPartner, privacy.ActorAnalyst) {
		return store.ErrNotFound
	}
	return nil
}
