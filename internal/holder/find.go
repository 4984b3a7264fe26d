package holder

import (
	"context"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// byNumber gives the subject who has a number now; "" when nobody has.
// (US-2.3.8-1 AC2: a number is an attribute, never the person's key)
func (h *Holder) byNumber(ctx context.Context, v store.View, number string) (privacy.SubjectID, error) {
	norm, err := normalise("msisdn", number, h.formats(h.Clock.Now()))
	if err != nil {
		return "", badValue("msisdn", err)
	}
	found, err := v.Find(ctx, "msisdn", h.Vault.Token("msisdn", norm.(string)), h.Clock.Now())
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// FindByNumber gives the subject who has a number now. Systems may ask; it
// gives an id and nothing else.
func (h *Holder) FindByNumber(ctx context.Context, actor privacy.Actor, number string) (privacy.SubjectID, error) {
	const op = "holder.FindByNumber"
	if !actor.Acts(privacy.ActorSystem, privacy.ActorClerk, privacy.ActorAgent, privacy.ActorOfficer) {
		return "", &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	var id privacy.SubjectID
	err := h.Store.View(ctx, func(v store.View) (err error) {
		id, err = h.byNumber(ctx, v, number)
		return err
	})
	if err == nil && id == "" {
		err = &privacy.Error{Code: privacy.NotFound}
	}
	return id, fail(op, err)
}
