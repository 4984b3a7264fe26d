package evidence

import (
	"time"

	"kupuya/internal/privacy"
)

// Proof is what a method leaves behind: enough to say later who agreed to which
// text, how and when, and nothing personal. (DC-79 p.4)
type Proof struct {
	Grade    privacy.Grade   `json:"grade"`             // how strong it is; its name is also the method
	Bound    string          `json:"bound"`             // Shown.Bind of what it signs
	Digest   string          `json:"digest"`            // hash of the evidence itself, which is kept sealed or not at all
	Ref      string          `json:"ref,omitempty"`     // id of the challenge or notice it rests on
	Lang     privacy.Lang    `json:"lang,omitempty"`    // in which the text was shown
	TextHash string          `json:"text,omitempty"`    // of the text shown
	Channel  privacy.Channel `json:"channel,omitempty"` // through which it came
	At       time.Time       `json:"at"`                // UTC, whole milliseconds
}

// prove makes the proof of something that was checked.
func prove(g privacy.Grade, s *Shown, digest, ref string, ch privacy.Channel, now time.Time) Proof {
	return Proof{
		Grade: g, Bound: s.Bind(), Digest: digest, Ref: ref, Lang: s.Lang, TextHash: s.TextHash,
		Channel: ch, At: stamp(now),
	}
}

// stamp gives the form of a moment that a proof or receipt carries.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// ContinuedUse is the weakest proof: the subject went on using the service
// after the change was shown in the notice named by its id. It agrees to an
// edition and to nothing else; offered for a purpose it is refused with
// SilentUse. (policy 6.2a, DC-78 p.2)
func ContinuedUse(s Shown, notice string, ch privacy.Channel, now time.Time) (Proof, error) {
	const op = "evidence.ContinuedUse"
	if s.Aim != AimAccept {
		return Proof{}, refuse(op, SilentUse)
	}
	if err := s.check(op); err != nil {
		return Proof{}, err
	}
	if notice == "" {
		return Proof{}, refuse(op, ShownMissing)
	}
	return prove(privacy.GradeContinuedUse, &s, digest("kupuya/1/continued-use", notice, s.Bind()), notice, ch, now), nil
}
