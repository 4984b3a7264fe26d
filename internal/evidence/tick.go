package evidence

import (
	"encoding/json"
	"time"

	"kupuya/internal/privacy"
)

// The least and most time between seeing a box and ticking it.
const (
	minTick = 300 * time.Millisecond
	maxTick = 24 * time.Hour
)

const maxTickBody = 4 << 10

// Tick is a box that somebody ticked. A page without script leaves it to the
// server to fill: shown when the notice was served, ticked when the form came.
type Tick struct {
	Bound     string       // Shown.Bind, as the page was given it
	TextHash  string       // of the text beside the box
	Lang      privacy.Lang // of that text
	Prefilled *bool        // nil when nobody says, which is refused like true
	ShownAt   time.Time    // by the clock that also made TickedAt
	TickedAt  time.Time
}

// ParseTick reads the body of a tick: an object with bound, text_hash, lang,
// prefilled, shown_at and ticked_at (RFC 3339) and nothing else. It refuses what cannot be
// read with Form and what is too long with Long; what the body says is for
// Prove to judge.
func ParseTick(raw []byte) (Tick, error) {
	const op = "evidence.ParseTick"
	if len(raw) > maxTickBody {
		return Tick{}, refuse(op, Long)
	}
	m, ok := members(raw, "bound", "text_hash", "lang", "prefilled", "shown_at", "ticked_at")
	var t Tick
	if !ok || !read(m, "bound", &t.Bound) || !read(m, "text_hash", &t.TextHash) || !read(m, "lang", &t.Lang) ||
		!read(m, "shown_at", &t.ShownAt) || !read(m, "ticked_at", &t.TickedAt) {
		return Tick{}, refuse(op, Form)
	}
	if said := m["prefilled"]; said != nil && json.Unmarshal(said, &t.Prefilled) != nil {
		return Tick{}, refuse(op, Form)
	}
	return t, nil
}

// Prove gives the proof of a tick, or the problem with it: TextMismatch when
// the text or language is not the one the edition has, EvidenceInvalid with
// Bound, Prefilled or TickTime otherwise. A box is never ticked in advance.
// (policy 6.1, DC-79 p.3)
func (t *Tick) Prove(s Shown, ch privacy.Channel, now time.Time) (Proof, error) {
	const op = "evidence.Tick"
	if err := s.check(op); err != nil {
		return Proof{}, err
	}
	if t.TextHash != s.TextHash || t.Lang != s.Lang {
		return Proof{}, privacy.E(op, privacy.TextMismatch, nil)
	}
	if t.Bound != s.Bind() {
		return Proof{}, refuse(op, Bound)
	}
	if t.Prefilled == nil || *t.Prefilled {
		return Proof{}, refuse(op, Prefilled)
	}
	if took := t.TickedAt.Sub(t.ShownAt); t.ShownAt.IsZero() || took < minTick || took > maxTick {
		return Proof{}, refuse(op, TickTime)
	}
	const layout = "2006-01-02T15:04:05.000Z"
	kept := digest("kupuya/1/tick", t.Bound, t.TextHash, string(t.Lang),
		t.ShownAt.UTC().Format(layout), t.TickedAt.UTC().Format(layout))
	return prove(privacy.GradeTick, &s, kept, "", ch, now), nil
}
