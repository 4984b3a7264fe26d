package holder

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// sessionLife is how long a subscriber's token opens.
const sessionLife = 12 * time.Hour

// SendSessionCode sends a sign-in code to a number. The answer is the same
// whether somebody has the number or not. (policy 3.7, US-2.3.8-1)
func (h *Holder) SendSessionCode(ctx context.Context, number string, lang privacy.Lang, address string) (CodeSent, error) {
	const op = "holder.SendSessionCode"
	norm, err := h.normalNumber(number)
	if err != nil {
		return CodeSent{}, fail(op, err)
	}
	if _, ok := privacy.ParseLang(string(lang)); !ok {
		return CodeSent{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "language"}
	}
	var owner privacy.SubjectID
	if err := h.Store.View(ctx, func(v store.View) (err error) {
		owner, err = h.byNumber(ctx, v, norm)
		return err
	}); err != nil {
		return CodeSent{}, fail(op, err)
	}
	if owner == "" {
		owner = store.HolderID
	}
	actor := system()
	return do(ctx, h, op, actor, owner, func(c *change) (CodeSent, error) {
		if c.ed == nil {
			return CodeSent{}, &privacy.Error{Code: privacy.NotInForce}
		}
		token := h.Vault.Token("msisdn", norm)
		d := policy.Decision{}
		if c.s != nil {
			d = c.ed.Decide(c.s, policy.Question{Purpose: purposeService, Category: "D08", Operation: privacy.Use}, actor, c.now)
		}
		if !d.Allowed() { // nobody's number, or one that may not be written to: count it, send nothing
			return c.sendNothing(token, address)
		}
		return c.sendCode(evidence.Shown{Aim: evidence.AimSession, Subject: c.id}, lang, norm, address, d)
	})
}

// sendNothing makes a challenge that looks and fails like one that was sent, so
// that nobody learns by it whose number it is.
func (c *change) sendNothing(token []byte, address string) (CodeSent, error) {
	if err := c.mayAsk(token, address); err != nil {
		return CodeSent{}, err
	}
	if err := c.Supersede(c.ctx, token, string(evidence.AimSession), c.now); err != nil {
		return CodeSent{}, err
	}
	code, _ := NewToken() // no six digits: nothing that is typed in is right
	s := evidence.Shown{Aim: evidence.AimSession, Subject: c.id}
	ch, err := evidence.NewChallenge(c.h.codeKey(), privacy.NewID(c.now), code, s, c.now, c.h.Limits)
	if err != nil {
		return CodeSent{}, err
	}
	err = c.PutChallenge(c.ctx, store.Challenge{
		ID: ch.ID, Subject: c.id, Address: token, Aim: string(s.Aim), Bound: ch.Bound,
		CodeHash: ch.CodeHash, Sent: c.now, Expires: ch.Expires, State: string(ch.State),
	})
	return CodeSent{Challenge: ch.ID, Expires: ch.Expires, Resend: c.now.Add(c.h.Limits.Resend)}, err
}

// Session is an opened session; Token is shown once.
type Session struct {
	Token   string            `json:"token"`
	Subject privacy.SubjectID `json:"subject"`
	Expires time.Time         `json:"expires_at"`
}

// OpenSession exchanges a code for a token. (policy 3.7)
func (h *Holder) OpenSession(ctx context.Context, challenge, code string, ch privacy.Channel) (Session, error) {
	const op = "holder.OpenSession"
	var row store.Challenge
	none := &privacy.Error{Op: op, Code: privacy.CodeExpired, Field: "challenge"}
	err := h.Store.View(ctx, func(v store.View) (err error) {
		row, err = v.Challenge(ctx, challenge)
		return err
	})
	if isNotFound(err) || err == nil && row.Aim != string(evidence.AimSession) {
		return Session{}, none
	}
	if err != nil {
		return Session{}, fail(op, err)
	}
	actor := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSubject, ID: "subject", Channel: ch, Subject: row.Subject})
	return do(ctx, h, op, &actor, row.Subject, func(c *change) (Session, error) {
		s := evidence.Shown{Aim: evidence.AimSession, Subject: c.id}
		if _, err := c.proveCode(s, Evidence{Challenge: challenge, Code: code}); err != nil {
			return Session{}, err
		}
		if _, err := c.living(); err != nil {
			return Session{}, none
		}
		token, hash := NewToken()
		out := Session{Token: token, Subject: c.id, Expires: c.now.Add(sessionLife)}
		if err := c.PutSession(ctx, store.Session{Hash: hash, Subject: c.id, Level: "sms", Created: c.now, Expires: out.Expires}); err != nil {
			return Session{}, err
		}
		_, err := c.record(ledger.SessionOpened, func(e *ledger.Event) { e.Clause, e.Grade = "3.7", "sms" })
		return out, err
	})
}

// SubjectActor gives the actor behind a subscriber's token; Unauthenticated
// when it opens nothing (any more).
func (h *Holder) SubjectActor(ctx context.Context, token string, ch privacy.Channel) (privacy.Actor, error) {
	const op = "holder.SubjectActor"
	none := &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	sum := sha256.Sum256([]byte(token))
	var s store.Session
	err := h.Store.View(ctx, func(v store.View) (err error) {
		s, err = v.Session(ctx, sum[:])
		return err
	})
	if isNotFound(err) || err == nil && (s.Subject == "" || !s.Ended.IsZero() || !h.Clock.Now().Before(s.Expires)) {
		return privacy.Actor{}, none
	}
	if err != nil {
		return privacy.Actor{}, fail(op, err)
	}
	return privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorSubject, ID: "subject", Channel: ch, Subject: s.Subject,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	}), nil
}

// EndSession ends a token of the actor's own at once.
func (h *Holder) EndSession(ctx context.Context, actor privacy.Actor, token string) error {
	sum := sha256.Sum256([]byte(token))
	id := actor.Subject()
	if id == "" {
		id = store.HolderID // a member of staff
	}
	_, err := do(ctx, h, "holder.EndSession", &actor, id, func(c *change) (struct{}, error) {
		s, err := c.Session(ctx, sum[:])
		if err != nil || !s.Ended.IsZero() {
			return struct{}{}, err
		}
		if s.Subject != actor.Subject() || s.Staff != "" && s.Staff != actor.ID() {
			return struct{}{}, store.ErrNotFound
		}
		s.Ended = c.now
		if err := c.PutSession(ctx, s); err != nil {
			return struct{}{}, err
		}
		_, err = c.record(ledger.SessionEnded, nil)
		return struct{}{}, err
	})
	return err
}

// NewToken makes a random bearer token and the hash by which it is kept.
func NewToken() (token string, hash []byte) {
	var b [32]byte
	rand.Read(b[:])
	token = base64.RawURLEncoding.EncodeToString(b[:])
	sum := sha256.Sum256([]byte(token))
	return token, sum[:]
}
