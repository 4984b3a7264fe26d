package holder

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// DutyPropagate tells one recipient of one change.
const DutyPropagate = "propagate"

// The changes that a recipient is told of.
const (
	actionCorrected = "corrected"
	actionBlocked   = "blocked"
	actionUnblocked = "unblocked"
	actionWithdrawn = "withdrawn"
	actionDeleted   = "deleted"
	actionDestroyed = "destroyed"
)

// actions are the events after which those who hold a copy must do the same. A
// verb cannot forget them: what is recorded is what is passed on.
var actions = map[ledger.Kind]string{
	ledger.DataRectified:    actionCorrected,
	ledger.BlockSet:         actionBlocked,
	ledger.DisputeOpened:    actionBlocked,
	ledger.BlockLifted:      actionUnblocked,
	ledger.DisputeClosed:    actionUnblocked,
	ledger.ConsentWithdrawn: actionWithdrawn,
	ledger.ConsentExpired:   actionWithdrawn,
	ledger.ObjectionRaised:  actionWithdrawn,
	ledger.DataDeleted:      actionDeleted,
	ledger.DataDestroyed:    actionDestroyed,
}

// confirmable are the changes after which the recipient must say that his copy is
// gone: taking the message is not doing it.
func confirmable(action string) bool {
	return action == actionWithdrawn || action == actionDeleted || action == actionDestroyed
}

// propagate queues telling every recipient that holds what an event changed, in
// the transaction of the event. (law L: recipients are told; US-3.17-2)
func (c *change) propagate(e *ledger.Event) error {
	action, tells := actions[e.Kind]
	if !tells || c.id == store.HolderID {
		return nil
	}
	rows, err := c.Disclosures(c.ctx, c.id)
	if err != nil {
		return err
	}
	hit := map[privacy.RecipientID][]privacy.CategoryID{}
	for i := range rows {
		if d := &rows[i]; d.Withheld.IsZero() && d.Ended.IsZero() {
			hit[d.Recipient] = append(hit[d.Recipient], touched(action, e, d)...)
		}
	}
	for _, to := range sortedKeys(hit) {
		if cats := slices.Compact(slices.Sorted(slices.Values(hit[to]))); len(cats) > 0 {
			if err := c.owe(to, action, cats, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// touched gives the categories of a disclosure that an event is about.
func touched(action string, e *ledger.Event, d *store.Disclosure) (out []privacy.CategoryID) {
	if e.Purpose != "" && action != actionCorrected && privacy.PurposeID(e.Purpose) != d.Purpose {
		return nil // a block, withdrawal or objection that is about another purpose
	}
	for _, cat := range categoriesOf(d) {
		about := len(e.Categories) == 0 && action != actionDestroyed && action != actionDeleted
		for _, named := range e.Categories {
			about = about || named == string(cat) // a photograph of a category is not the category
		}
		if about || e.Outcome == "whole" {
			out = append(out, cat)
		}
	}
	return out
}

// categoriesOf are the categories of the fields that left.
func categoriesOf(d *store.Disclosure) []privacy.CategoryID {
	var out []privacy.CategoryID
	for _, f := range d.Fields {
		out = append(out, base(privacy.CategoryID(f)))
	}
	return slices.Compact(slices.Sorted(slices.Values(out)))
}

// owe queues one message to one recipient.
func (c *change) owe(to privacy.RecipientID, action string, cats []privacy.CategoryID, e *ledger.Event) error {
	due := c.now.Add(confirmHours * time.Hour)
	row, err := c.Recipient(c.ctx, to)
	switch {
	case isNotFound(err):
	case err != nil:
		return err
	default:
		k, err := contractOf(&row)
		if err != nil {
			return err
		}
		if k.ConfirmHours > 0 {
			due = c.now.Add(time.Duration(k.ConfirmHours) * time.Hour)
		}
	}
	p := store.Propagation{
		Subject: c.id, ID: privacy.NewID(c.now), Recipient: to, Action: action, Categories: cats,
		Purpose: privacy.PurposeID(e.Purpose), Seq: uint64(e.Seq), Created: c.now, Due: due,
	}
	if err := c.PutPropagation(c.ctx, p); err != nil {
		return err
	}
	return c.PutDuty(c.ctx, store.Duty{
		Subject: c.id, ID: DutyPropagate + ":" + p.ID, Kind: DutyPropagate, Cause: action, Ref: p.ID, Due: c.now, Created: c.now,
	})
}

// news is the body of a webhook: which of the recipient's subjects, which kinds
// of data, what happened. It names no value.
type news struct {
	Type      string    `json:"type"` // "disclosure.destroyed"
	Timestamp time.Time `json:"timestamp"`
	Data      newsData  `json:"data"`
}

type newsData struct {
	ID         string               `json:"id"`
	Subject    string               `json:"subject"` // as the recipient knows him
	Action     string               `json:"action"`
	Categories []privacy.CategoryID `json:"categories"`
	Purpose    privacy.PurposeID    `json:"purpose,omitempty"`
	Seq        uint64               `json:"seq"` // of two messages about one subject the higher is the later
	Confirm    string               `json:"confirm,omitempty"`
	ConfirmBy  time.Time            `json:"confirm_by"`
}

// Propagate tells a recipient of a change, once or again, and records that he
// took it. It gives when to go on; zero when there is nothing more to do. What is
// not confirmed in time is recorded as late, once, and sent again every day.
// (US-3.17-2)
func (h *Holder) Propagate(ctx context.Context, d store.Duty) (again time.Time, err error) {
	const op = "holder.Propagate"
	now := h.Clock.Now()
	p, row, err := h.toTell(ctx, d)
	if err != nil || !p.Confirmed.IsZero() {
		return time.Time{}, fail(op, err)
	}
	if !now.Before(p.Due) && p.Late.IsZero() {
		if err := h.moved(ctx, p.Subject, p.ID, func(c *change, p *store.Propagation) (ledger.Kind, error) {
			p.Late = c.now
			return ledger.RecipientLate, nil
		}); err != nil {
			return time.Time{}, err
		}
	}
	if !p.Sent.IsZero() && now.Before(p.Due) { // taken; waits to be confirmed
		return p.Due, nil
	}
	if h.Hooks == nil || row.State != RecipientActive || row.Endpoint == "" {
		return h.wait(&p, now, time.Hour), nil
	}
	if until := h.out.resting(p.Recipient); now.Before(until) {
		return h.wait(&p, now, until.Sub(now)+pause(p.ID, 1)/5), nil
	}
	if err := h.send(ctx, &p, &row, now); privacy.CodeOf(err) == privacy.Unavailable {
		return time.Time{}, fail(op, err) // our own store
	} else if err != nil {
		h.out.failed(p.Recipient, now)
		h.Options.Log.Warn("recipient not told", "recipient", string(p.Recipient), "action", p.Action, "tries", d.Tries, "err", err)
		return h.wait(&p, now, pause(p.ID, d.Tries)), nil
	}
	h.out.worked(p.Recipient)
	err = h.moved(ctx, p.Subject, p.ID, func(c *change, p *store.Propagation) (ledger.Kind, error) {
		if p.Sent = c.now; !confirmable(p.Action) && p.Confirmed.IsZero() {
			p.Confirmed, p.Outcome = c.now, "told"
		}
		return ledger.RecipientTold, nil
	})
	if err != nil || !confirmable(p.Action) {
		return time.Time{}, err
	}
	return h.wait(&p, now, 24*time.Hour), nil
}

// wait is when to look at a message again: after a while, but on the day by which
// it must be confirmed at the latest.
func (h *Holder) wait(p *store.Propagation, now time.Time, d time.Duration) time.Time {
	next := now.Add(d)
	if p.Due.After(now) && p.Due.Before(next) {
		return p.Due
	}
	return next
}

// pause is how long to wait after the n-th failure: 5 s, 10 s, 20 s … 6 h, a fifth
// more or less by the message's own id, so that what failed together is not tried
// again together.
func pause(id string, n int) time.Duration {
	d := min(5*time.Second<<min(max(n-1, 0), 13), 6*time.Hour)
	sum := sha256.Sum256(binary.BigEndian.AppendUint32([]byte(id), uint32(n)))
	part := time.Duration(binary.BigEndian.Uint16(sum[:2]))
	return d - d/5 + 2*d/5*part/(1<<16)
}

// toTell reads a message and its recipient as they are now.
func (h *Holder) toTell(ctx context.Context, d store.Duty) (p store.Propagation, row store.Recipient, err error) {
	err = h.Store.View(ctx, func(v store.View) error {
		if p, err = v.Propagation(ctx, d.Ref); err != nil {
			return err
		}
		row, err = v.Recipient(ctx, p.Recipient)
		if isNotFound(err) {
			row, err = store.Recipient{ID: p.Recipient}, nil
		}
		return err
	})
	return p, row, err
}

// send posts one message, unless the recipient is cut off meanwhile: the register
// is read again once the sending stands where the kill switch can reach it.
func (h *Holder) send(ctx context.Context, p *store.Propagation, row *store.Recipient, now time.Time) error {
	ctx, done := h.out.begin(ctx, p.Recipient)
	defer done()
	_, fresh, err := h.toTell(context.WithoutCancel(ctx), store.Duty{Ref: p.ID})
	if err != nil {
		return err
	}
	if fresh.State != RecipientActive || fresh.Endpoint != row.Endpoint || ctx.Err() != nil {
		return keptBack(privacy.RecipientUnknown)
	}
	secrets, err := h.secrets(&fresh, now)
	if err != nil {
		return err
	}
	data := newsData{
		ID: p.ID, Subject: h.Pairwise(p.Recipient, p.Subject), Action: p.Action, Categories: p.Categories, Purpose: p.Purpose,
		Seq: p.Seq, ConfirmBy: p.Due,
	}
	if confirmable(p.Action) {
		data.Confirm = "https://" + h.Site + "/v1/disclosures/" + p.ID + "/confirm"
	}
	body, err := json.Marshal(news{Type: "disclosure." + p.Action, Timestamp: p.Created, Data: data})
	if err != nil {
		return err
	}
	return h.Hooks.Post(ctx, notify.Webhook{URL: fresh.Endpoint, ID: p.ID, Time: now, Body: body, Secrets: secrets})
}

// moved changes how far a message came and records it. A subject who was destroyed
// has his tombstone, and a stream that goes on.
func (h *Holder) moved(ctx context.Context, subject privacy.SubjectID, id string, fn func(*change, *store.Propagation) (ledger.Kind, error), set ...func(*ledger.Event)) error {
	_, err := do(withoutKey(ctx), h, "holder.Propagate", system(), subject, func(c *change) (struct{}, error) {
		return struct{}{}, c.moved(id, fn, set...)
	})
	return err
}

func (c *change) moved(id string, fn func(*change, *store.Propagation) (ledger.Kind, error), set ...func(*ledger.Event)) error {
	p, err := c.Propagation(c.ctx, id)
	if err != nil {
		return err
	}
	kind, err := fn(c, &p)
	if err != nil || kind == "" {
		return err
	}
	if err := c.PutPropagation(c.ctx, p); err != nil {
		return err
	}
	_, err = c.record(kind, func(e *ledger.Event) {
		e.Clause, e.Recipient, e.Ref, e.Reason, e.Outcome = "4.4a", string(p.Recipient), p.ID, p.Action, p.Outcome
		e.Purpose, e.Categories = string(p.Purpose), categories(p.Categories...)
		for _, fn := range set {
			fn(e)
		}
	})
	return err
}
