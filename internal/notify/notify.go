// Package notify carries messages out of the house. It promises that whoever
// sends them knows no way of sending: every channel is a Sender behind the same
// interface, and a message that was accepted is somebody's to deliver.
package notify

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrNoChannel says that nothing is set up to carry messages. They stay in the
// outbox until something is.
var ErrNoChannel = errors.New("notify: no SMS channel is set up")

// SMS is one text message. To is an E.164 number.
type SMS struct {
	ID   string // the same message is sent under the same id, so that a repeat is known
	To   string
	Text string
}

// Sender hands one message to the network. It returns nil only when the network
// took it.
type Sender interface {
	Send(ctx context.Context, m SMS) error
}

// None is the Sender of a Holder that has no channel.
type None struct{}

// Send refuses.
func (None) Send(context.Context, SMS) error { return ErrNoChannel }

// Handset is a pretended network for the demonstration: it shows every message
// that each number received and delivers none. Its memory is bounded.
type Handset struct {
	mu   sync.Mutex
	now  func() time.Time
	seen map[string]bool
	all  []Received
}

// Received is a message on the pretended handset.
type Received struct {
	To   string    `json:"to"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// kept is how many messages a handset remembers.
const kept = 2000

// NewHandset makes a handset whose messages are timed by now.
func NewHandset(now func() time.Time) *Handset {
	return &Handset{now: now, seen: map[string]bool{}}
}

// Send shows the message; one that was shown already is not shown again.
func (h *Handset) Send(_ context.Context, m SMS) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen[m.ID] {
		return nil
	}
	h.seen[m.ID] = true
	h.all = append(h.all, Received{To: m.To, Text: m.Text, At: h.now()})
	if len(h.all) > kept {
		h.all = append([]Received(nil), h.all[len(h.all)-kept:]...)
		clear(h.seen)
	}
	return nil
}

// Messages gives what a number received, newest first; all of them for "".
func (h *Handset) Messages(number string) []Received {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := []Received{}
	for i := len(h.all) - 1; i >= 0; i-- {
		if number == "" || h.all[i].To == number {
			out = append(out, h.all[i])
		}
	}
	return out
}
