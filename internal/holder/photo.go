package holder

import (
	"context"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/vault"
)

// Photo is one photograph of a document or a face.
type Photo struct {
	Subject   privacy.SubjectID
	Purpose   privacy.PurposeID
	Category  privacy.CategoryID
	Attribute string
	Source    privacy.SourceID
	Notice    string
	Raw       []byte
}

// PutPhoto keeps a photograph: checked, stripped of everything but the picture,
// sealed under a key of its own, so that it can be destroyed without the rest
// of its category. (policy 2.3.4, 2.3.10; US-2.3.4-1 AC2, AC4)
func (h *Holder) PutPhoto(ctx context.Context, actor privacy.Actor, p Photo) (Written, error) {
	const op = "holder.PutPhoto"
	h.decoding <- struct{}{} // a photograph takes hundreds of megabytes to open
	clean, media, err := vault.Photograph(p.Raw)
	<-h.decoding
	if err != nil {
		return Written{}, fail(op, err)
	}
	part := partOf(p.Category, p.Attribute)
	blob := store.Blob{
		Subject: p.Subject, ID: privacy.NewID(h.Clock.Now()), Category: part, Attribute: p.Attribute,
		Media: media, Size: int64(len(clean)),
	}
	var stored bool
	out, err := do(ctx, h, op, &actor, p.Subject, func(c *change) (Written, error) {
		s, err := c.living()
		if err != nil {
			return Written{}, err
		}
		cat, err := c.named(p.Purpose, p.Category)
		if err != nil {
			return Written{}, err
		}
		attr := imageOf(cat, p.Attribute)
		if attr == nil {
			return Written{}, unknown(string(cat.ID), p.Attribute)
		}
		if err := c.sourced(cat, p.Source); err != nil {
			return Written{}, err
		}
		if _, err := c.notice(p.Notice); err != nil {
			return Written{}, err
		}
		const ops = privacy.Collect | privacy.Record
		d := c.decide(policy.Question{Purpose: p.Purpose, Category: p.Category, Operation: ops})
		if d.Allowed() && !attr.Under(p.Purpose) {
			d.Reason = privacy.NotInPolicy
		}
		if !d.Allowed() {
			return Written{}, refusal(d)
		}
		if !stored { // sealed bytes first: a crash leaves a file nobody can open, never a row without its file
			if err := h.Vault.PutBlob(ctx, blob, clean); err != nil {
				return Written{}, err
			}
			stored = true
		}
		held := s.Hold(part, p.Purpose, p.Source, c.now)
		blob.Written = c.now
		if err := c.PutBlob(ctx, blob); err != nil {
			return Written{}, err
		}
		c.dirty = true
		ev, err := c.record(ledger.DataWritten, func(e *ledger.Event) {
			about(e, d, p.Purpose, ops)
			e.Categories, e.Ref = []string{string(part)}, p.Notice
			e.Detail = map[string]string{"source": string(p.Source), "blob": blob.ID}
		})
		if err != nil {
			return Written{}, err
		}
		return Written{Category: part, Version: held.Version, Event: ev.ID, Until: d.Until}, c.settleAt(c.nextDue(part), "term")
	})
	return out, err
}

// GetPhoto releases a photograph, after the event that records it is durable.
func (h *Holder) GetPhoto(ctx context.Context, actor privacy.Actor, p Photo) ([]byte, string, error) {
	const op = "holder.GetPhoto"
	type found struct {
		blob   store.Blob
		permit policy.Permit
	}
	var f found
	_, err := do(withoutKey(ctx), h, op, &actor, p.Subject, func(c *change) (struct{}, error) {
		s, err := c.living()
		if err != nil {
			return struct{}{}, err
		}
		cat, err := c.named(p.Purpose, p.Category)
		if err != nil {
			return struct{}{}, err
		}
		attr := imageOf(cat, p.Attribute)
		if attr == nil {
			return struct{}{}, unknown(string(cat.ID), p.Attribute)
		}
		part := partOf(p.Category, p.Attribute)
		d := c.decide(policy.Question{Purpose: p.Purpose, Category: p.Category, Operation: privacy.Use})
		if v := s.Value(part); d.Allowed() && v != nil && v.State != privacy.ValueLive {
			d.Reason = privacy.Reason(v.State)
		}
		if d.Allowed() && !attr.Under(p.Purpose) {
			d.Reason = privacy.NotInPolicy
		}
		permit, yes := d.Permit()
		if !yes {
			return struct{}{}, refusal(d)
		}
		blobs, err := c.Blobs(ctx, c.id)
		if err != nil {
			return struct{}{}, err
		}
		f = found{permit: permit}
		for _, b := range blobs {
			if b.Category == part && !b.Written.Before(f.blob.Written) {
				f.blob = b
			}
		}
		if f.blob.ID == "" {
			return struct{}{}, &privacy.Error{Code: privacy.NotFound, Field: string(part)}
		}
		_, err = c.record(ledger.DataUsed, func(e *ledger.Event) {
			about(e, d, p.Purpose, privacy.Use)
			e.Categories = []string{string(part)}
			e.Detail = map[string]string{"blob": f.blob.ID}
		})
		return struct{}{}, err
	})
	if err != nil {
		return nil, "", err
	}
	raw, err := h.Vault.OpenBlob(ctx, f.permit, f.blob)
	return raw, f.blob.Media, fail(op, err)
}

func imageOf(cat *policy.Category, name string) *policy.Attribute {
	for i := range cat.Attributes {
		if a := &cat.Attributes[i]; a.ID == name && a.Type == "image" {
			return a
		}
	}
	return nil
}
