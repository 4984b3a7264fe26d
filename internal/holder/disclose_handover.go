package holder

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// handOver opens what was recorded and gives it, if it may still be given: it is
// decided once more before anything is opened, and once more when it lies open.
// What changed in between keeps all of it back, and that is recorded. (policy 4.5b)
func (h *Holder) handOver(ctx context.Context, actor *privacy.Actor, rel *released) (Disclosed, error) {
	out := Disclosed{
		ID: rel.ID, Recipient: rel.Recipient, Subject: rel.Pairwise, Copy: rel.Copy, At: rel.At, Until: rel.Until, Fields: []FieldValue{},
		Absent: rel.Absent, Refused: rel.Refused, Event: rel.Event,
	}
	if len(rel.Items) == 0 {
		out.ID = ""
		return out, nil
	}
	ctx, done := h.out.begin(ctx, rel.Recipient)
	defer done()
	fields, err := h.open(ctx, actor, rel)
	if err == nil {
		_, _, err = h.stillAllowed(ctx, actor, rel)
	}
	if err == nil && ctx.Err() != nil { // the kill switch
		err = keptBack(privacy.RecipientUnknown)
	}
	var held *heldBack
	if !errors.As(err, &held) {
		if err != nil {
			return Disclosed{}, err
		}
		out.Fields = h.inOrder(rel.Recipient, fields)
		if rel.Named {
			out.Fields = append(out.Fields, FieldValue{fieldSubject, rel.Subject})
		}
		return out, nil
	}
	ev, err := h.withhold(context.WithoutCancel(ctx), actor, rel, held.reason)
	for _, item := range rel.Items {
		out.Refused = append(out.Refused, RefusedCategory{item.Category, held.reason, "4.4a"})
	}
	out.Event = ev
	return out, err
}

// heldBack says that a disclosure may not be handed over any more.
type heldBack struct{ reason privacy.Reason }

// Error names the reason.
func (h *heldBack) Error() string { return "holder: held back: " + string(h.reason) }

func keptBack(r privacy.Reason) error { return &heldBack{r} }

// stillAllowed decides everything that was recorded anew, on one snapshot.
func (h *Holder) stillAllowed(ctx context.Context, actor *privacy.Actor, rel *released) ([]policy.Permit, []store.Record, error) {
	var permits []policy.Permit
	var records []store.Record
	ctx = context.WithoutCancel(ctx) // a look that the kill switch cuts short would say nothing of why
	err := h.Store.View(ctx, func(v store.View) error {
		permits, records = nil, nil
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		now := ed.at(h.Clock.Now())
		k, err := h.covering(ctx, v, ed, rel.Recipient, now)
		if privacy.CodeOf(err) == privacy.Refused || privacy.CodeOf(err) == privacy.UnknownName {
			return keptBack(privacy.RecipientUnknown)
		}
		if err != nil {
			return err
		}
		s, err := v.Subject(ctx, rel.Subject)
		if err != nil {
			return err
		}
		if withheld, err := h.withheldBefore(ctx, v, rel); err != nil || withheld {
			return cmp.Or(err, keptBack(privacy.RecipientUnknown))
		}
		for _, item := range rel.Items {
			d := ed.Decide(s, policy.Question{Purpose: rel.Purpose, Category: item.Category, Operation: rel.Operation, Recipient: rel.Recipient}, actor, now)
			permit, yes := d.Permit()
			if !yes {
				return keptBack(d.Reason)
			}
			for _, name := range item.Fields {
				if rel.Lawful == "" && !k.allows(string(item.Category)+"."+name) {
					return keptBack(privacy.RecipientUnknown)
				}
			}
			rec, err := v.Record(ctx, rel.Subject, item.Category)
			if isNotFound(err) {
				return keptBack(privacy.Destroyed)
			}
			if err != nil {
				return err
			}
			if rec.Version != item.Version || rec.Commit != item.Commit { // corrected since: what was recorded is not what would leave
				return keptBack(privacy.Disputed)
			}
			permits, records = append(permits, permit), append(records, rec)
		}
		return nil
	})
	return permits, records, err
}

// withheldBefore reports whether the disclosure was kept back once already: then
// its events say that nothing left, and nothing does. A hidden one says so in the
// sealed register.
func (h *Holder) withheldBefore(ctx context.Context, v store.View, rel *released) (bool, error) {
	if rel.Stream == store.HolderID {
		row, err := v.Lawful(ctx, rel.Lawful)
		if err != nil {
			return true, err
		}
		in, err := h.unseal(&row)
		return slices.Contains(in.Withheld, rel.ID), err
	}
	d, err := v.Disclosure(ctx, rel.Subject, rel.ID)
	if isNotFound(err) { // the subject was destroyed, and his register with him
		return true, nil
	}
	return !d.Withheld.IsZero(), err
}

// open opens the recorded fields.
func (h *Holder) open(ctx context.Context, actor *privacy.Actor, rel *released) ([]FieldValue, error) {
	permits, records, err := h.stillAllowed(ctx, actor, rel)
	if err != nil {
		return nil, err
	}
	ring, err := h.ringOf(ctx, records)
	if ctx.Err() != nil {
		return nil, keptBack(privacy.RecipientUnknown)
	}
	if err != nil {
		return nil, err
	}
	var out []FieldValue
	for i, rec := range records {
		value, err := openValue(ring, permits[i], rec)
		if isNotFound(err) {
			return nil, keptBack(privacy.Destroyed)
		}
		if err != nil {
			return nil, err
		}
		for _, name := range rel.Items[i].Fields {
			if v, has := value[name]; has {
				out = append(out, FieldValue{string(rec.Category) + "." + name, v})
			}
		}
	}
	return out, nil
}

// withhold records that what was recorded as disclosed did not leave.
func (h *Holder) withhold(ctx context.Context, actor *privacy.Actor, rel *released, why privacy.Reason) (privacy.EventID, error) {
	return do(withoutKey(ctx), h, "holder.Disclose", actor, rel.Stream, func(c *change) (privacy.EventID, error) {
		again, err := c.keepBack(rel)
		if err != nil || again {
			return rel.Event, err
		}
		ev, err := c.record(ledger.DataWithheld, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Operation, e.Reason = "4.4a", string(rel.Purpose), opName(rel.Operation), string(why)
			e.Recipient, e.Ref = string(rel.Recipient), string(rel.Event)
			e.Detail = map[string]string{}
			for _, item := range rel.Items {
				e.Categories = append(e.Categories, string(item.Category))
				if names := strings.Join(item.Fields, "+"); len(names) <= 128 && names != "" {
					e.Detail[string(lower(item.Category))] = names
				}
			}
		})
		return ev.ID, err
	})
}

// keepBack notes in the register that a disclosure did not leave, and reports
// whether that was noted before.
func (c *change) keepBack(rel *released) (bool, error) {
	if rel.Stream == store.HolderID {
		return c.withholdHidden(rel)
	}
	d, err := c.Disclosure(c.ctx, c.id, rel.ID)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil || !d.Withheld.IsZero() {
		return true, err
	}
	d.Withheld = c.now
	return false, c.PutDisclosure(c.ctx, d)
}

// egress knows what is on its way out of this process, by recipient, so that the
// kill switch can end it.
type egress struct {
	mu   sync.Mutex
	out  map[privacy.RecipientID]map[*way]struct{}
	rest map[privacy.RecipientID]rest
}

// rest is how long an endpoint that fails is left alone, so that one dead
// endpoint with many messages does not keep everything else waiting.
type rest struct {
	until time.Time
	n     int // failures in a row
}

// longestRest bounds how long all messages to one endpoint wait for another try.
const longestRest = time.Minute

// failed leaves an endpoint alone for a while, ever longer.
func (e *egress) failed(to privacy.RecipientID, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.rest == nil {
		e.rest = map[privacy.RecipientID]rest{}
	}
	n := e.rest[to].n + 1
	e.rest[to] = rest{now.Add(min(time.Duration(n)*2*time.Second, longestRest)), n}
}

// worked ends the rest.
func (e *egress) worked(to privacy.RecipientID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.rest, to)
}

// resting is until when an endpoint is left alone; zero when it is not.
func (e *egress) resting(to privacy.RecipientID) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.rest[to].until
}

// way is one handing-over or sending under way.
type way struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// begin enters something that is about to leave; the function it gives says that
// it has left, or has not.
func (e *egress) begin(ctx context.Context, to privacy.RecipientID) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	w := &way{cancel, make(chan struct{})}
	e.mu.Lock()
	if e.out == nil {
		e.out = map[privacy.RecipientID]map[*way]struct{}{}
	}
	if e.out[to] == nil {
		e.out[to] = map[*way]struct{}{}
	}
	e.out[to][w] = struct{}{}
	e.mu.Unlock()
	return ctx, func() {
		cancel()
		e.mu.Lock()
		delete(e.out[to], w)
		e.mu.Unlock()
		close(w.done)
	}
}

// stop ends everything under way to a recipient and waits until it has ended.
func (e *egress) stop(to privacy.RecipientID) {
	e.mu.Lock()
	var all []*way
	for w := range e.out[to] {
		w.cancel()
		all = append(all, w)
	}
	e.mu.Unlock()
	for _, w := range all {
		<-w.done
	}
}
