// Package work does what must be done without anybody asking: it seals events
// into the tree, settles what followed from a change, finishes destructions,
// delivers the outbox and sweeps what has expired.
//
// It promises that each duty is leased, so that one worker does it and another
// takes it over when that one dies, and that doing it twice is doing it once.
// It holds no rule of the law: it calls the Holder's verbs.
package work

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Worker is one worker. Any number may run on one store.
type Worker struct {
	Holder *holder.Holder
	Queue  store.Queue
	SMS    notify.Sender
	Clock  clock.Clock
	Name   string // distinguishes workers in leases
	Log    *slog.Logger
	Every  time.Duration // how often it looks; 200 ms when zero
}

const (
	lease = 30 * time.Second
	batch = 100
)

// Run works until ctx ends and then finishes what it has begun.
func (w *Worker) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, loop := range []struct {
		name  string
		every time.Duration
		once  func(context.Context) (more bool, err error)
	}{
		{"seal", w.every(), w.Seal},
		{"duties", w.every(), w.Duties},
		{"outbox", w.every(), w.Outbox},
		{"sweep", time.Minute, w.Sweep},
	} {
		all.Go(func() { w.loop(ctx, loop.name, loop.every, loop.once) })
	}
	all.Wait()
}

func (w *Worker) every() time.Duration {
	if w.Every == 0 {
		return 200 * time.Millisecond
	}
	return w.Every
}

func (w *Worker) loop(ctx context.Context, name string, every time.Duration, once func(context.Context) (bool, error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		more, err := once(context.WithoutCancel(ctx))
		if err != nil && !failing {
			w.Log.Error("work failed", "loop", name, "code", string(privacy.CodeOf(err)), "err", err)
		}
		failing = err != nil
		if more && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Seal puts waiting events into the tree, when this worker has the lease.
func (w *Worker) Seal(ctx context.Context) (more bool, err error) {
	mine, err := w.Queue.Hold(ctx, "seal", w.Name, w.Clock.Now(), lease)
	if err != nil || !mine {
		return false, err
	}
	n, err := w.Holder.Seal(ctx)
	return n > 0, err
}

// Duties carries out what is due. One that fails is due again later, ever more
// slowly, and is never dropped.
func (w *Worker) Duties(ctx context.Context) (more bool, err error) {
	due, err := w.Queue.LeaseDuties(ctx, w.Name, w.Clock.Now(), lease, batch)
	if err != nil {
		return false, err
	}
	for _, d := range due {
		var next time.Time
		switch d.Kind {
		case holder.DutySettle:
			_, err = w.Holder.Settle(ctx, d)
		case holder.DutyShred:
			_, err = w.Holder.Shred(ctx, d)
		case holder.DutyTell:
			next, err = w.Holder.TellAll(ctx, d)
		case holder.DutySwitch:
			next, err = w.Holder.Switch(ctx, d)
		case holder.DutyReview:
			err = w.Holder.Look(ctx, d)
		case holder.DutyRefuse:
			next, err = w.Holder.Leave(ctx, d)
		case holder.DutyTransferNotice:
			err = w.Holder.TellTransfer(ctx, d)
		case holder.DutyPropagate:
			next, err = w.Holder.Propagate(ctx, d)
		case holder.DutyReveal:
			next, err = w.Holder.Reveal(ctx, d)
		default:
			err = errors.New("work: a duty of unknown kind " + d.Kind)
		}
		switch privacy.CodeOf(err) {
		case "", privacy.Refused, privacy.NotFound: // done, by us or by another
			err = nil
		default:
			next = w.Clock.Now().Add(backoff(d.Tries))
			w.Log.Error("duty failed", "kind", d.Kind, "tries", d.Tries, "code", string(privacy.CodeOf(err)), "err", err)
		}
		if err := w.Queue.DoneDuty(ctx, d, w.Clock.Now(), next); err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, err // one that is not found was put anew meanwhile, or is another's by now
		}
	}
	return len(due) == batch, nil
}

// Outbox delivers messages. One that nobody can use any more is not sent.
func (w *Worker) Outbox(ctx context.Context) (more bool, err error) {
	out, err := w.Queue.LeaseMessages(ctx, w.Name, w.Clock.Now(), lease, batch)
	if err != nil {
		return false, err
	}
	for _, m := range out {
		now := w.Clock.Now()
		var again time.Time
		if m.Expires.IsZero() || now.Before(m.Expires) {
			if err := w.send(ctx, m); err != nil {
				again = now.Add(backoff(m.Tries))
				w.Log.Warn("message not sent", "channel", m.Channel, "purpose", string(m.Purpose), "tries", m.Tries, "err", err)
			}
		}
		if err := w.Queue.DoneMessage(ctx, m, again); err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
	}
	return len(out) == batch, nil
}

func (w *Worker) send(ctx context.Context, m store.Message) error {
	sms, err := w.Holder.OpenSMS(ctx, m)
	if privacy.CodeOf(err) == privacy.NotFound {
		return nil // the subject was destroyed: there is nobody to write to
	}
	if err != nil {
		return err
	}
	return w.SMS.Send(ctx, notify.SMS{ID: m.ID, To: sms.To, Text: sms.Text})
}

// Sweep removes what has expired by its own term: codes, sessions, kept
// results and counters. And it notes up to which destruction of the key store
// the data know of all, so that the next start has little to look at.
func (w *Worker) Sweep(ctx context.Context) (more bool, err error) {
	return false, errors.Join(w.Queue.Sweep(ctx, w.Clock.Now()), w.Holder.CatchUp(ctx))
}

// backoff is how long to wait after the n-th failure: 1 s, 2 s, 4 s … 1 h.
func backoff(n int) time.Duration {
	return min(time.Second<<min(n, 12), time.Hour)
}
