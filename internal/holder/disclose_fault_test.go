package holder_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// The verbs of disclosing are broken at every call of the stores like all others.
func init() {
	shop := func(t *testing.T, h *house, n int) privacy.SubjectID {
		h.Lawful = true
		if h.Hooks == nil {
			h.recipients(t, "partner-shop", "court")
			h.hooked(t, "partner-shop")
		}
		h.drain(t)
		id := h.customer(t, somebody(n))
		h.finish(t) // what others still owe is not ours to count
		h.drain(t)
		return id
	}
	faultyVerbs = append(faultyVerbs,
		faultyVerb{name: "register a recipient", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			h.subscriber(somebody(n))
			must(h.RegisterRecipient(context.Background(), officer, contracts()["billing"]))(t)
			return func(ctx context.Context) error {
				return failure(h.RegisterRecipient(ctx, officer, contracts()["billing"]))
			}
		}, twice: true},
		faultyVerb{name: "suspend a recipient", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			h.subscriber(somebody(n))
			h.recipients(t, "billing")
			return func(ctx context.Context) error { return failure(h.SuspendRecipient(ctx, officer, "billing", "other")) }
		}},
		faultyVerb{name: "disclose", quick: true, steps: true, ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			id := shop(t, h, n)
			return func(ctx context.Context) error {
				out, err := h.Disclose(ctx, crm, toShop(id))
				if err != nil && len(out.Fields) > 0 {
					return errors.New("a disclosure that failed gave values")
				}
				return err
			}
		}},
		faultyVerb{name: "tell of a transfer", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			id := shop(t, h, n)
			d := must(h.Disclose(context.Background(), crm, toShop(id)))(t)
			return func(ctx context.Context) error {
				return h.TellTransfer(ctx, store.Duty{Subject: id, Kind: holder.DutyTransferNotice, Ref: d.ID})
			}
		}, steps: true},
		faultyVerb{name: "pass on a withdrawal", quick: true, ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			id := shop(t, h, n)
			must(h.Disclose(context.Background(), crm, toShop(id)))(t)
			must(h.Withdraw(context.Background(), self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
			message := h.passed(t, id)
			return func(ctx context.Context) error {
				return failure(h.Propagate(ctx, store.Duty{Subject: id, Kind: holder.DutyPropagate, Ref: message, Tries: 1}))
			}
		}, steps: true, twice: true},
		faultyVerb{name: "confirm", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			id := shop(t, h, n)
			must(h.Disclose(context.Background(), crm, toShop(id)))(t)
			must(h.Withdraw(context.Background(), self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
			message := h.passed(t, id)
			return func(ctx context.Context) error {
				return failure(h.Confirm(ctx, bearer("partner-shop"), holder.Confirmation{ID: message, Outcome: "done"}))
			}
		}, steps: true},
		faultyVerb{name: "answer a request", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			id := shop(t, h, n)
			req := must(h.OpenLawful(context.Background(), officer, asked(id)))(t)
			return func(ctx context.Context) error {
				out, err := h.AnswerLawful(ctx, second, req.ID)
				if err != nil && len(out.Fields) > 0 {
					return errors.New("an answer that failed gave values")
				}
				return err
			}
		}, steps: true, twice: true},
		faultyVerb{name: "reveal", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
			id := shop(t, h, n)
			r := asked(id)
			r.HideUntil, r.HideCites = h.clock.Now().Add(time.Minute), holder.Provision{Act: "dc", Article: "186"}
			req := must(h.OpenLawful(context.Background(), officer, r))(t)
			must(h.AnswerLawful(context.Background(), second, req.ID))(t)
			h.clock.Advance(time.Minute)
			return func(ctx context.Context) error {
				return failure(h.Reveal(ctx, store.Duty{Subject: store.HolderID, Kind: holder.DutyReveal, Ref: req.ID}))
			}
		}, steps: true},
	)
}

// passed is the id of the message that a subject's recipient is owed.
func (h *house) passed(t testing.TB, id privacy.SubjectID) string {
	t.Helper()
	var out string
	if err := h.db.View(context.Background(), func(v store.View) error {
		rows, err := v.Propagations(context.Background(), id)
		if err == nil {
			out = rows[0].ID
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

var _ notify.Poster = (*hooks)(nil)
