package holder

import (
	"context"
	"errors"
	"slices"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// DutyReveal shows a subject a disclosure that was hidden from him until then.
const DutyReveal = "reveal"

// AnswerLawful is the second pair of eyes: somebody other than who registered the
// request finds it lawful, and the named fields of the one named person are handed
// over. A hidden answer leaves its event in the Holder's stream, and in the
// subject's only when it is revealed. Asked again by the same person it is handed
// over again, which is recorded again. (policy 4.4b; law F9)
func (h *Holder) AnswerLawful(ctx context.Context, actor privacy.Actor, id string) (Disclosed, error) {
	const op = "holder.AnswerLawful"
	if err := h.lawfulActor(&actor); err != nil {
		return Disclosed{}, fail(op, err)
	}
	var in lawfulSealed
	err := h.Store.View(ctx, func(v store.View) error {
		row, err := v.Lawful(ctx, id)
		if err == nil {
			in, err = h.unseal(&row)
		}
		return err
	})
	if err == nil && len(in.Request.Subjects) != 1 {
		err = &privacy.Error{Code: privacy.Conflict, Problem: lawfulState}
	}
	if err != nil {
		return Disclosed{}, fail(op, err)
	}
	rel, err := onBoth(ctx, h, &actor, in.Request.Subjects[0], func(own, his *change) (released, error) { return own.answerLawful(his, id) })
	if err != nil {
		return Disclosed{}, fail(op, err)
	}
	out, err := h.handOver(withoutKey(ctx), &actor, &rel)
	return out, fail(op, err)
}

// onBoth runs one transaction on the Holder's stream and on one subject's. What is
// kept under an idempotency key is the Holder's: the subject's own rows would tell
// of what is hidden.
func onBoth[T any](ctx context.Context, h *Holder, actor *privacy.Actor, subject privacy.SubjectID, fn func(own, his *change) (T, error)) (T, error) {
	var out T
	now, once := h.Clock.Now(), onceOf(ctx)
	err := h.Store.UpdateEach(ctx, []privacy.SubjectID{store.HolderID, subject}, func(tx store.Tx) error {
		var zero T
		out = zero
		if once != nil {
			if err := once.load(ctx, h, tx, actor, &out); err != nil {
				return err
			}
		}
		own := &change{Tx: tx, h: h, ctx: ctx, id: store.HolderID, actor: actor, now: now}
		his := &change{Tx: tx, h: h, ctx: ctx, id: subject, actor: actor, now: now}
		if err := own.load(); err != nil {
			return err
		}
		if err := his.load(); err != nil {
			return err
		}
		if own.ed == nil {
			return &privacy.Error{Code: privacy.NotInForce}
		}
		var err error
		if out, err = fn(own, his); err != nil || once == nil {
			return err
		}
		return once.save(ctx, h, tx, actor, store.HolderID, now, out)
	})
	if errors.Is(err, errReplayed) {
		err = nil
	}
	return out, err
}

// answerLawful decides and records what is handed over.
func (c *change) answerLawful(his *change, id string) (released, error) {
	row, in, err := c.lawful(id)
	if err != nil {
		return released{}, err
	}
	r := &in.Request
	switch {
	case row.State == "answered" && row.Decider != c.actor.ID(), row.State == "refused":
		return released{}, &privacy.Error{Code: privacy.Conflict, Name: row.State, Problem: lawfulState}
	case row.Author == c.actor.ID():
		return released{}, &privacy.Error{Code: privacy.Forbidden, Problem: "lawful.own"}
	}
	if _, err := his.present(); err != nil {
		return released{}, err
	}
	first := row.State == "open"
	if first {
		row.State, row.Decider, row.Decided = "answered", c.actor.ID(), c.now
		if err := c.answerable(r); err != nil { // an act may have ended since it was registered
			return released{}, err
		}
	}
	hidden := !row.Review.IsZero() && row.Revealed.IsZero()
	rel := released{
		ID: privacy.NewID(c.now), Subject: his.id, Stream: his.id, Recipient: r.Authority, Purpose: r.Purpose,
		Operation: privacy.TransferProvide, At: c.now, Lawful: row.ID, Absent: []privacy.CategoryID{}, Refused: []RefusedCategory{},
	}
	d, err := his.choose(&rel, c.ed.byCategory(r.Fields), false)
	if err != nil {
		return released{}, err
	}
	// His own index is not touched while it is hidden: it would tell.
	rel.Pairwise, rel.Copy = c.h.Pairwise(rel.Recipient, his.id), c.h.newCopy(rel.Recipient)
	stream := his
	if hidden {
		rel.Stream, stream = store.HolderID, c
	}
	if err := stream.recordAnswer(&rel, &row, r, d); err != nil {
		return released{}, err
	}
	if len(rel.Items) > 0 && !hidden && !first { // handed over again: known to him already
		if err := his.keepDisclosure(&rel, d); err != nil {
			return released{}, err
		}
	}
	if !first {
		return rel, nil
	}
	if len(rel.Items) > 0 {
		if hidden {
			in.Release, in.Basis, in.Clause = &rel, d.Basis, d.Clause
			if err := c.revealAt(&row); err != nil {
				return released{}, err
			}
		} else if err := his.keepDisclosure(&rel, d); err != nil {
			return released{}, err
		}
	}
	if err := c.putLawful(&row, &in); err != nil {
		return released{}, err
	}
	_, err = c.recordLawful(ledger.RequestAnswered, &row, r, nil)
	return rel, err
}

// byCategory groups the named fields.
func (e *edition) byCategory(fields []string) map[privacy.CategoryID][]string {
	out := map[privacy.CategoryID][]string{}
	for _, f := range slices.Compact(slices.Sorted(slices.Values(fields))) {
		if cat, a := e.attribute(f); a != nil {
			out[cat.ID] = append(out[cat.ID], a.ID)
		}
	}
	return out
}

// recordAnswer records what is handed over, or that nothing is.
func (c *change) recordAnswer(rel *released, row *store.Lawful, r *LawfulRequest, d policy.Decision) error {
	if len(rel.Items) == 0 {
		return c.nothingLeft(rel, d)
	}
	ev, err := c.record(ledger.DataDisclosed, func(e *ledger.Event) {
		rel.tell(e, d, "")
		e.Detail["request"] = hashOf(row.Sealed)
		e.Case, e.Citation, e.Reason = row.ID, citation(r.Cites), "authority"
		if c.id == store.HolderID {
			e.Until, e.Outcome = ledger.Stamp(row.Review), "hidden"
		}
	})
	rel.Event = ev.ID
	return err
}

// withholdHidden notes that a hidden disclosure did not leave, and reports whether
// that was noted before.
func (c *change) withholdHidden(rel *released) (bool, error) {
	row, in, err := c.lawful(rel.Lawful)
	if err != nil || slices.Contains(in.Withheld, rel.ID) {
		return true, err
	}
	in.Withheld = append(in.Withheld, rel.ID)
	return false, c.putLawful(&row, &in)
}

// revealAt queues showing the subject what was hidden from him.
func (c *change) revealAt(row *store.Lawful) error {
	return c.PutDuty(c.ctx, store.Duty{
		Subject: store.HolderID, ID: DutyReveal + ":" + row.ID, Kind: DutyReveal, Cause: "review", Ref: row.ID, Due: row.Review, Created: c.now,
	})
}

// Reveal shows a subject what was hidden from him, on the day set for it: it comes
// into his log, his register and his extract as of the day it happened, and he is
// told. (policy 4.4b; principle 7)
func (h *Holder) Reveal(ctx context.Context, d store.Duty) (again time.Time, err error) {
	const op = "holder.Reveal"
	var row store.Lawful
	var in lawfulSealed
	if err := h.Store.View(ctx, func(v store.View) error {
		if row, err = v.Lawful(ctx, d.Ref); err == nil {
			in, err = h.unseal(&row)
		}
		return err
	}); err != nil {
		return time.Time{}, fail(op, err)
	}
	if in.Release == nil {
		return time.Time{}, nil
	}
	again, err = onBoth(withoutKey(ctx), h, system(), in.Release.Subject, func(own, his *change) (time.Time, error) {
		row, in, err := own.lawful(d.Ref)
		if err != nil || !row.Revealed.IsZero() {
			return time.Time{}, err
		}
		if own.now.Before(row.Review) { // prolonged meanwhile
			return row.Review, nil
		}
		row.Revealed = own.now
		if err := own.putLawful(&row, &in); err != nil {
			return time.Time{}, err
		}
		if _, err := own.recordLawful(ledger.DutyDone, &row, &in.Request, func(e *ledger.Event) { e.Outcome, e.Until = "revealed", time.Time{} }); err != nil {
			return time.Time{}, err
		}
		if slices.Contains(in.Withheld, in.Release.ID) { // nothing left, so there is nothing to show
			return time.Time{}, nil
		}
		return time.Time{}, his.reveal(&in)
	})
	return again, fail(op, err)
}

// reveal puts the disclosure into the subject's own records.
func (c *change) reveal(in *lawfulSealed) error {
	if c.s == nil {
		return nil
	}
	rel := in.Release
	first := policy.Decision{Basis: in.Basis, Clause: in.Clause}
	ev, err := c.record(ledger.DataDisclosed, func(e *ledger.Event) {
		rel.tell(e, first, "")
		e.Detail["hidden"] = string(rel.Event)
		e.Case, e.Citation, e.Reason = rel.Lawful, citation(in.Request.Cites), "authority"
		e.Effective, e.Outcome = ledger.Stamp(rel.At), "revealed"
	})
	if err != nil || c.s.Status == privacy.StatusDestroyed || c.s.Status == privacy.StatusDestroying {
		return err
	}
	rel.Event = ev.ID
	return c.keepDisclosure(rel, first)
}
