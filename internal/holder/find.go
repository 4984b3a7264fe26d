package holder

import (
	"context"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// byNumber gives the subject who has a number now; "" when nobody has.
// (US-2.3.8-1 AC2: a number is an attribute, never the person's key)
func (h *Holder) byNumber(ctx context.Context, v store.View, number string) (privacy.SubjectID, error) {
	norm, err := h.normalNumber(number)
	if err != nil {
		return "", err
	}
	found, err := v.Find(ctx, "msisdn", h.Vault.Token("msisdn", norm), h.Clock.Now())
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// lookups is how many numbers one account or credential may look up in an hour.
var lookups = map[privacy.ActorKind]int{privacy.ActorSystem: 200_000, privacy.ActorClerk: 120, privacy.ActorAgent: 300, privacy.ActorOfficer: 120}

// purposeServing is the purpose under which staff serve a subscriber.
const purposeServing privacy.PurposeID = "P19"

// FindByNumber gives the subject who has a number now: an id and nothing else.
// Look-ups are limited, and a member of staff's stands in the subject's log.
// (policy 2.3.8, US-2.3.8-2)
func (h *Holder) FindByNumber(ctx context.Context, actor privacy.Actor, number string) (privacy.SubjectID, error) {
	const op = "holder.FindByNumber"
	most, may := lookups[actor.Kind()]
	if !may {
		return "", &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	var id privacy.SubjectID
	if err := h.Store.View(ctx, func(v store.View) (err error) {
		id, err = h.byNumber(ctx, v, number)
		return err
	}); err != nil {
		return "", fail(op, err)
	}
	if actor.Acts(privacy.ActorSystem) { // counted here, recorded by what it does next
		return found(op, id, h.countLookup(ctx, actor, most))
	}
	on := id
	if on == "" {
		on = store.HolderID
	}
	_, err := do(withoutKey(ctx), h, op, &actor, on, func(c *change) (struct{}, error) {
		if err := c.count(actor, most); err != nil || c.s == nil {
			return struct{}{}, err
		}
		d := c.decide(policy.Question{Purpose: purposeServing, Category: "D08", Operation: privacy.Use})
		_, err := c.record(ledger.StaffLookedUp, func(e *ledger.Event) {
			about(e, d, purposeServing, privacy.Use)
			e.Categories = []string{"D08"}
			if !d.Allowed() {
				e.Reason = string(d.Reason)
			}
			scoped(e, c.actor, purposeServing, privacy.Use)
		})
		return struct{}{}, err
	})
	return found(op, id, err)
}

func found(op string, id privacy.SubjectID, err error) (privacy.SubjectID, error) {
	if err == nil && id == "" {
		err = &privacy.Error{Code: privacy.NotFound}
	}
	if err != nil {
		return "", fail(op, err)
	}
	return id, nil
}

func (h *Holder) countLookup(ctx context.Context, actor privacy.Actor, most int) error {
	return h.Store.Update(ctx, store.HolderID, func(tx store.Tx) error {
		c := &change{Tx: tx, h: h, ctx: ctx, id: store.HolderID, actor: &actor, now: h.Clock.Now()}
		return c.count(actor, most)
	})
}

// count refuses an actor who looks up more numbers in an hour than the work of
// one can need.
func (c *change) count(actor privacy.Actor, most int) error {
	hour := c.now.Truncate(time.Hour)
	n, err := c.Hit(c.ctx, "lookup:"+actor.ID(), hour, 1)
	if err == nil && n > most {
		err = &privacy.Error{Code: privacy.TooMany, Wait: hour.Add(time.Hour).Sub(c.now)}
	}
	return err
}
