package evidence

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// codeDigits is how many digits a code has.
const codeDigits = 6

// NewCode draws six digits, each number equally likely, from r, which is
// crypto/rand's Reader outside tests. It fails only when r does. (policy 3.7)
func NewCode(r io.Reader) (string, error) {
	const whole = (1 << 32) / 1_000_000 * 1_000_000 // numbers from here on would favour low codes
	for {
		var b [4]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return "", fmt.Errorf("evidence.NewCode: %w", err)
		}
		if n := uint64(binary.BigEndian.Uint32(b[:])); n < whole {
			return fmt.Sprintf("%0*d", codeDigits, n%1_000_000), nil
		}
	}
}

// CodeHash is what is kept of a code: a keyed hash over the challenge and the
// code, so that whoever reads the table cannot try all million codes.
func CodeHash(key []byte, challenge, code string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(digest("kupuya/1/code", challenge, code)))
	return h.Sum(nil)
}

// State is where a challenge stands.
type State string

// The states. A challenge in any other state, the zero one included, opens
// nothing.
const (
	Open       State = "open"
	Used       State = "used"
	Superseded State = "superseded" // a newer code was sent
	Locked     State = "locked"     // tried too often
)

// Challenge is a code that was sent, as far as checking it needs. It holds
// neither the code nor the number.
type Challenge struct {
	ID       string
	Aim      Aim
	Bound    string // Shown.Bind of what the code signs
	CodeHash []byte
	Sent     time.Time
	Expires  time.Time
	Tries    int // wrong ones so far
	State    State
}

// NewChallenge makes the challenge for a code about to be sent.
func NewChallenge(key []byte, id, code string, s Shown, now time.Time, l Limits) (Challenge, error) {
	if err := s.check("evidence.NewChallenge"); err != nil {
		return Challenge{}, err
	}
	return Challenge{
		ID: id, Aim: s.Aim, Bound: s.Bind(), CodeHash: CodeHash(key, id, code),
		Sent: now, Expires: now.Add(l.Valid), State: Open,
	}, nil
}

// Check tries a code against the challenge for what s says is asked now. The
// Challenge it gives back must be kept whether there is an error or not, in the
// transaction that read it, or tries go uncounted. Errors are of these codes:
// CodeSuperseded, CodeUsed and CodeExpired; EvidenceInvalid with CodeForm (not
// six digits) or Bound (sent for something else), which cost no try and tell
// nothing about the code; CodeWrong with the tries left in Count; TooMany with
// the Wait until a new code may be asked for. (policy 3.7, 6.1)
func (c Challenge) Check(key []byte, code string, s Shown, ch privacy.Channel, now time.Time, l Limits) (Challenge, Proof, error) {
	const op = "evidence.Check"
	switch {
	case c.State == Superseded:
		return c, Proof{}, privacy.E(op, privacy.CodeSuperseded, nil)
	case c.State == Used:
		return c, Proof{}, privacy.E(op, privacy.CodeUsed, nil)
	case !now.Before(c.Expires) || c.State != Open && c.State != Locked:
		return c, Proof{}, privacy.E(op, privacy.CodeExpired, nil)
	case c.State == Locked || c.Tries >= l.Tries:
		c.State = Locked
		return c, Proof{}, tooMany(op, c.Expires.Sub(now))
	}
	if err := s.check(op); err != nil {
		return c, Proof{}, err
	}
	if s.Aim != c.Aim || s.Bind() != c.Bound {
		return c, Proof{}, refuse(op, Bound)
	}
	code, ok := sixDigits(code)
	if !ok {
		return c, Proof{}, refuse(op, CodeForm)
	}
	if !hmac.Equal(CodeHash(key, c.ID, code), c.CodeHash) {
		c.Tries++
		if c.Tries >= l.Tries {
			c.State = Locked
			return c, Proof{}, tooMany(op, c.Expires.Sub(now))
		}
		return c, Proof{}, &privacy.Error{Op: op, Code: privacy.CodeWrong, Count: l.Tries - c.Tries}
	}
	c.State = Used
	kept := digest("kupuya/1/sms", c.ID, hex.EncodeToString(c.CodeHash), c.Bound)
	return c, prove(privacy.GradeSMS, &s, kept, c.ID, ch, now), nil
}

// Resend says whether another code may be sent after this one, and otherwise
// how long to wait: after a while for an honest one that got lost, and when it
// would have expired for one that was tried too often. The zero Challenge
// stands for no earlier code.
func (c *Challenge) Resend(now time.Time, l Limits) (wait time.Duration, ok bool) {
	free := c.Sent.Add(l.Resend)
	if c.State == Locked {
		free = c.Expires
	}
	if c.Sent.IsZero() || !now.Before(free) {
		return 0, true
	}
	return free.Sub(now), false
}

func tooMany(op string, wait time.Duration) error {
	return &privacy.Error{Op: op, Code: privacy.TooMany, Wait: wait}
}

// sixDigits drops the blanks and hyphens that people and keyboards put in.
func sixDigits(s string) (string, bool) {
	if len(s) > 64 {
		return "", false
	}
	s = strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "\t", "").Replace(s)
	if len(s) != codeDigits {
		return "", false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return "", false
		}
	}
	return s, true
}
