package holder

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// CodeSent says that a code is on its way. It says nothing of the number, nor
// whether anybody has it.
type CodeSent struct {
	Challenge string    `json:"challenge"`
	Expires   time.Time `json:"expires_at"`
	Resend    time.Time `json:"resend_at"` // earliest moment for another one
}

// SMS is an outgoing text message, as it lies sealed in the outbox.
type SMS struct {
	To   string `json:"to"` // E.164
	Text string `json:"text"`
}

// purposeService is the purpose of service messages. (policy 3.7)
const purposeService privacy.PurposeID = "P07"

// SendCode sends the subject a code that signs exactly one thing: the edition
// (aim accept) or one purpose (aim consent:P03), in the language and by the text
// that is shown. An earlier code for the same is superseded. (policy 6.1)
func (h *Holder) SendCode(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, aim evidence.Aim, lang privacy.Lang, address string) (CodeSent, error) {
	const op = "holder.SendCode"
	return do(ctx, h, op, &actor, subject, func(c *change) (CodeSent, error) {
		if _, err := c.living(); err != nil {
			return CodeSent{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return CodeSent{}, err
		}
		shown := evidence.Shown{Aim: aim, Subject: c.id}
		if aim != evidence.AimDestroy {
			form, err := c.form(aim, lang)
			if err != nil {
				return CodeSent{}, err
			}
			shown = c.shown(aim, lang, form.TextHash)
		} else if _, ok := privacy.ParseLang(string(lang)); !ok {
			return CodeSent{}, &privacy.Error{Code: privacy.BadValue, Field: "language"}
		}
		number, d, err := c.number()
		if err != nil {
			return CodeSent{}, err
		}
		return c.sendCode(shown, lang, number, address, d)
	})
}

// number opens the subject's number for a service message.
func (c *change) number() (string, policy.Decision, error) {
	d := c.ed.Decide(c.s, policy.Question{Purpose: purposeService, Category: "D08", Operation: privacy.Use}, system(), c.now)
	permit, yes := d.Permit()
	if !yes {
		return "", d, refusal(d)
	}
	rec, err := c.Record(c.ctx, c.id, "D08")
	if isNotFound(err) {
		return "", d, &privacy.Error{Code: privacy.MissingValue, Field: "D08"}
	}
	if err != nil {
		return "", d, err
	}
	ring, err := c.ring()
	if err != nil {
		return "", d, err
	}
	value, err := openValue(ring, permit, rec)
	if err != nil {
		return "", d, err
	}
	number, _ := value["msisdn"].(string)
	return number, d, nil
}

// sendCode counts, makes, records and queues one code in the transaction.
func (c *change) sendCode(s evidence.Shown, lang privacy.Lang, number, address string, d policy.Decision) (CodeSent, error) {
	h := c.h
	token := h.Vault.Token("msisdn", number)
	if err := c.mayAsk(token, address); err != nil {
		return CodeSent{}, err
	}
	code, err := evidence.NewCode(rand.Reader)
	if err != nil {
		return CodeSent{}, err
	}
	id := privacy.NewID(c.now)
	ch, err := evidence.NewChallenge(h.codeKey(), id, code, s, c.now, h.Limits)
	if err != nil {
		return CodeSent{}, err
	}
	if err := c.Supersede(c.ctx, token, string(s.Aim), c.now); err != nil {
		return CodeSent{}, err
	}
	if err := c.PutChallenge(c.ctx, store.Challenge{
		ID: id, Subject: c.id, Address: token, Aim: string(s.Aim), Bound: ch.Bound,
		CodeHash: ch.CodeHash, Sent: c.now, Expires: ch.Expires, State: string(ch.State),
	}); err != nil {
		return CodeSent{}, err
	}
	text, err := evidence.CodeText(lang, s.Aim, code, h.Site)
	if err != nil {
		return CodeSent{}, err
	}
	if _, err := c.record(ledger.CodeSent, func(e *ledger.Event) {
		about(e, d, purposeService, privacy.Use)
		e.Categories, e.Ref = []string{"D08"}, id
	}); err != nil {
		return CodeSent{}, err
	}
	if err := c.queueSMS(number, text, purposeService, ch.Expires); err != nil {
		return CodeSent{}, err
	}
	return CodeSent{Challenge: id, Expires: ch.Expires, Resend: c.now.Add(h.Limits.Resend)}, nil
}

// mayAsk counts a code against the limits per number and per address; a code
// that was asked for too soon says how long to wait. (policy 3.7)
func (c *change) mayAsk(token []byte, address string) error {
	number := "code:" + hexOf(token)
	from := "from:" + hexOf(c.h.Vault.Token("address", address))
	hour, day := evidence.HourStart(c.now), evidence.DayStart(c.now)
	var n evidence.Counts
	for _, k := range []struct {
		key   string
		start time.Time
		into  *int
	}{{number, hour, &n.NumberHour}, {number + ":day", day, &n.NumberDay}, {from, hour, &n.AddressHour}, {from + ":day", day, &n.AddressDay}} {
		sum, err := c.Hit(c.ctx, k.key, k.start, 1)
		if err != nil {
			return err
		}
		*k.into = sum - 1
	}
	if wait, ok := c.h.Limits.Allow(n, c.now); !ok {
		return &privacy.Error{Code: privacy.TooMany, Wait: wait}
	}
	return c.notTooSoon(number + ":last")
}

// notTooSoon keeps codes to one number apart. The counter of a slot holds when
// in it the last code was sent, in milliseconds from one, so that the wait is
// exact across the slots.
func (c *change) notTooSoon(key string) error {
	resend := c.h.Limits.Resend
	slot := c.now.Truncate(resend)
	for _, start := range []time.Time{slot, slot.Add(-resend)} {
		last, err := c.Hit(c.ctx, key, start, 0)
		if err != nil {
			return err
		}
		free := start.Add(time.Duration(last-1) * time.Millisecond).Add(resend)
		if last > 0 && c.now.Before(free) {
			return &privacy.Error{Code: privacy.TooMany, Wait: free.Sub(c.now)}
		}
	}
	_, err := c.Hit(c.ctx, key, slot, 1+int(c.now.Sub(slot)/time.Millisecond))
	return err
}

// queueSMS puts a sealed message into the outbox.
func (c *change) queueSMS(to, text string, p privacy.PurposeID, expires time.Time) error {
	plain, err := json.Marshal(SMS{To: to, Text: text})
	if err != nil {
		return err
	}
	id := privacy.NewID(c.now)
	sealed, err := c.sealFor("message", id, plain)
	if err != nil {
		return err
	}
	return c.PutMessage(c.ctx, store.Message{Subject: c.id, ID: id, Channel: "sms", Purpose: p, Sealed: sealed, Due: c.now, Expires: expires})
}

// OpenSMS opens a queued message for delivery.
func (h *Holder) OpenSMS(ctx context.Context, m store.Message) (SMS, error) {
	var out SMS
	plain, err := h.Vault.OpenFor(ctx, m.Subject, "message", m.ID, m.Sealed)
	if err != nil {
		return out, fail("holder.OpenSMS", err)
	}
	return out, json.Unmarshal(plain, &out)
}

// Form gives what a page shows before it asks the subject to agree.
func (h *Holder) Form(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, aim evidence.Aim, lang privacy.Lang) (Form, error) {
	const op = "holder.Form"
	var out Form
	err := h.Store.View(ctx, func(v store.View) error {
		now := h.Clock.Now()
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		now = ed.at(now)
		s, err := v.Subject(ctx, subject)
		if err != nil && !isNotFound(err) {
			return err
		}
		c := &change{h: h, ctx: ctx, id: subject, s: s, ed: ed, actor: &actor, now: now}
		if _, err := c.living(); err != nil {
			return err
		}
		out, err = c.form(aim, lang)
		return err
	})
	return out, fail(op, err)
}

func (c *change) form(aim evidence.Aim, lang privacy.Lang) (Form, error) {
	if _, ok := privacy.ParseLang(string(lang)); !ok {
		return Form{}, &privacy.Error{Code: privacy.BadValue, Field: "language"}
	}
	f := Form{Edition: c.ed.ID(), EditionHash: c.ed.Hash(), Lang: lang, Least: privacy.GradeTick.String()}
	if p, consent := aim.Purpose(); consent {
		if err := c.mayConsent(p); err != nil {
			return Form{}, err
		}
		f.Text, f.Least = c.ed.ConsentText(p, lang, c.s.Minor(c.now)), c.ed.Purpose(p).Evidence
		f.TextHash = evidence.HashText(f.Text)
	} else if aim == evidence.AimAccept {
		text := c.ed.texts[lang]
		f.Text, f.TextHash = text.Source, text.SHA256
	} else {
		return Form{}, unknown("aim", string(aim))
	}
	s := c.shown(aim, lang, f.TextHash)
	f.Bound = s.Bind()
	return f, nil
}

// normalNumber is a number as it is indexed.
func (h *Holder) normalNumber(number string) (string, error) {
	norm, err := normalise("msisdn", number, h.formats(h.Clock.Now()))
	if err != nil {
		return "", badValue("msisdn", err)
	}
	return norm.(string), nil
}
