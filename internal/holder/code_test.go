package holder_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// signing is a subject before the form of his acceptance.
type signing struct {
	*house
	t    *testing.T
	id   privacy.SubjectID
	text string
}

func sign(t *testing.T, h *house, i int) *signing {
	id := h.register(somebody(i))
	f := must(h.Form(context.Background(), crm, id, evidence.AimAccept, privacy.Kyrgyz))(t)
	return &signing{h, t, id, f.TextHash}
}

func (s *signing) try(ev holder.Evidence) *privacy.Error {
	s.t.Helper()
	_, err := s.Accept(context.Background(), crm, holder.Acceptance{Subject: s.id, Lang: privacy.Kyrgyz, Text: s.text, Evidence: ev})
	e := &privacy.Error{}
	errors.As(err, &e)
	return e
}

// none holds that nothing was accepted.
func (s *signing) none(name string) {
	s.t.Helper()
	if got := s.standing(s.t, s.id).Accepted; got.Grade != privacy.GradeNone {
		s.t.Errorf("%s: it was accepted all the same", name)
	}
}

// policy 3.7, 6.1: a code signs one thing, once, in time, and is not guessed.
func TestACodeOpensOneThingOnceInTime(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		t.Run("late", func(t *testing.T) {
			s := sign(t, h, 1)
			ev := s.signed(t, s.id, evidence.AimAccept)
			s.clock.Advance(h.Limits.Valid)
			if e := s.try(ev); e.Code != privacy.CodeExpired {
				t.Errorf("at the moment it ends: %v", e)
			}
			s.none("late")
		})
		t.Run("in the last moment", func(t *testing.T) {
			s := sign(t, h, 2)
			ev := s.signed(t, s.id, evidence.AimAccept)
			s.clock.Advance(h.Limits.Valid - time.Millisecond)
			if e := s.try(ev); e.Code != "" {
				t.Errorf("a millisecond before it ends: %v", e)
			}
		})
		t.Run("replayed", func(t *testing.T) {
			s := sign(t, h, 3)
			ev := s.signed(t, s.id, evidence.AimAccept)
			if e := s.try(ev); e.Code != "" {
				t.Fatal(e)
			}
			if e := s.try(ev); e.Code != privacy.CodeUsed {
				t.Errorf("the second time: %v", e)
			}
			if n := count(s.events(t, s.id), "edition.accepted"); n != 1 {
				t.Errorf("%d acceptances of one code", n)
			}
		})
		t.Run("superseded", func(t *testing.T) {
			s := sign(t, h, 4)
			old := s.signed(t, s.id, evidence.AimAccept)
			s.clock.Advance(h.Limits.Resend)
			now := s.signed(t, s.id, evidence.AimAccept)
			if e := s.try(old); e.Code != privacy.CodeSuperseded {
				t.Errorf("the first code after a second: %v", e)
			}
			s.none("superseded")
			if e := s.try(now); e.Code != "" {
				t.Errorf("the second code: %v", e)
			}
		})
		t.Run("tried too often", func(t *testing.T) {
			s := sign(t, h, 5)
			ev := s.signed(t, s.id, evidence.AimAccept)
			wrong := ev
			wrong.Code = other(ev.Code)
			for left := h.Limits.Tries - 1; left > 0; left-- {
				if e := s.try(wrong); e.Code != privacy.CodeWrong || e.Count != left {
					t.Fatalf("a wrong code says %v with %d left, want %d", e, e.Count, left)
				}
			}
			s.clock.Advance(time.Minute)
			if e := s.try(wrong); e.Code != privacy.TooMany || e.Wait != h.Limits.Valid-time.Minute {
				t.Errorf("the last wrong code says %v, wait %s", e, e.Wait)
			}
			if e := s.try(ev); e.Code != privacy.TooMany || e.Wait <= 0 {
				t.Errorf("the right code after that: %v, wait %s", e, e.Wait)
			}
			s.none("tried too often")
			if n := count(s.events(t, s.id), "code.failed"); n != h.Limits.Tries+1 {
				t.Errorf("%d failures are recorded", n)
			}
		})
		t.Run("for something else", func(t *testing.T) {
			s := sign(t, h, 6)
			h.accept(s.id)
			ev := s.signed(t, s.id, evidence.AimConsent("P03"))
			if e := s.try(ev); e.Code != privacy.EvidenceInvalid {
				t.Errorf("a code for a consent accepts the edition: %v", e)
			}
			f := must(h.Form(context.Background(), crm, s.id, evidence.AimConsent("P02"), privacy.Kyrgyz))(t)
			_, err := h.Consent(context.Background(), crm, holder.Consent{Subject: s.id, Purpose: "P02", Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: ev})
			if privacy.CodeOf(err) != privacy.EvidenceInvalid || h.may(s.id, "P02", "D09", "use") != privacy.NoConsent {
				t.Errorf("a code for P03 consents to P02: %v", err)
			}
		})
		t.Run("somebody else's, one that never was, and none", func(t *testing.T) {
			s, his := sign(t, h, 7), sign(t, h, 8)
			ev := his.signed(t, his.id, evidence.AimAccept)
			for name, c := range map[string]string{"another's": ev.Challenge, "made up": privacy.NewID(noon), "no id": "1", "none": ""} {
				e := s.try(holder.Evidence{Method: "sms", Challenge: c, Code: ev.Code})
				if e.Code != privacy.CodeExpired || e.Field != "evidence.challenge" {
					t.Errorf("%s: %v", name, e)
				}
			}
			s.none("another's code")
			if e := his.try(ev); e.Code != "" {
				t.Errorf("and he can use it no more himself: %v", e)
			}
		})
		t.Run("a code to sign in signs nothing, and one to sign does not sign in", func(t *testing.T) {
			s := sign(t, h, 9)
			sent := must(h.SendSessionCode(context.Background(), somebody(9).number, privacy.Kyrgyz, "192.0.2.9"))(t)
			if e := s.try(holder.Evidence{Method: "sms", Challenge: sent.Challenge, Code: h.inbox()}); e.Code != privacy.EvidenceInvalid {
				t.Errorf("a sign-in code accepts: %v", e)
			}
			h.clock.Advance(h.Limits.Resend)
			ev := s.signed(t, s.id, evidence.AimAccept)
			if _, err := h.OpenSession(context.Background(), ev.Challenge, ev.Code, privacy.ChannelSite); privacy.CodeOf(err) != privacy.CodeExpired {
				t.Errorf("a code to accept signs in: %v", err)
			}
		})
	})
}

// policy 3.7: codes are not sent faster than the limits say, and who asks too
// soon is told how long to wait, to the second.
func TestCodesAreNotAskedForTooOften(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	send := func() (time.Duration, error) {
		_, err := h.SendCode(context.Background(), crm, id, evidence.AimConsent("P03"), privacy.Kyrgyz, "192.0.2.1")
		e := &privacy.Error{}
		if err != nil && (!errors.As(err, &e) || e.Code != privacy.TooMany) {
			t.Fatal(err)
		}
		return e.Wait, err
	}
	h.clock.Advance(50 * time.Second) // the minute of the clock is nearly over
	if wait, err := send(); err != nil {
		t.Fatal(wait, err)
	}
	for _, left := range []time.Duration{time.Minute, 45 * time.Second, 15 * time.Second, time.Millisecond} {
		h.clock.Advance(noon.Add(50*time.Second + time.Minute - left).Sub(h.clock.Now()))
		if wait, err := send(); err == nil || wait != left {
			t.Fatalf("%s before the minute is over: %v, wait %s", left, err, wait)
		}
	}
	h.clock.Advance(time.Millisecond)
	sent := 1
	for ; ; h.clock.Advance(h.Limits.Resend) {
		wait, err := send()
		if err == nil {
			sent++
			continue
		}
		if sent != h.Limits.NumberHour || !h.clock.Now().Add(wait).Equal(noon.Add(time.Hour)) {
			t.Fatalf("after %d codes in an hour: wait %s", sent, wait)
		}
		break
	}
	waiting := must(h.db.LeaseMessages(context.Background(), "test", h.clock.Now(), time.Minute, 100))(t)
	if len(waiting) > sent {
		t.Errorf("%d messages for %d codes", len(waiting), sent)
	}
}

// policy 3.7: whether somebody has a number cannot be told from the answer.
func TestAskingForASignInCodeTellsNothingOfTheNumber(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	h.subscriber(aibek)
	ctx := context.Background()
	gone := h.subscriber(somebody(3))
	must(h.Destroy(ctx, officer, holder.Removal{Subject: gone, Ground: holder.GroundRequest}))(t)
	answers := map[string]holder.CodeSent{}
	for name, number := range map[string]string{"somebody's": aibek.number, "nobody's": "+996991999999", "a destroyed subject's": somebody(3).number} {
		first := must(h.SendSessionCode(ctx, number, privacy.Kyrgyz, name))(t)
		if !privacy.IsID(first.Challenge) {
			t.Errorf("%s number: challenge %q", name, first.Challenge)
		}
		first.Challenge = ""
		answers[name] = first
		_, err := h.SendSessionCode(ctx, number, privacy.Kyrgyz, name)
		e := &privacy.Error{}
		if !errors.As(err, &e) || e.Code != privacy.TooMany || e.Wait != time.Minute {
			t.Errorf("%s number, again at once: %v, wait %s", name, err, e.Wait)
		}
		if _, err := h.OpenSession(ctx, privacy.NewID(noon), "123456", privacy.ChannelSite); privacy.CodeOf(err) != privacy.CodeExpired {
			t.Errorf("%s number: a session with a made-up code: %v", name, err)
		}
	}
	if answers["somebody's"] != answers["nobody's"] || answers["nobody's"] != answers["a destroyed subject's"] {
		t.Errorf("the answers differ: %v", answers)
	}
	if n := len(must(h.db.LeaseMessages(ctx, "test", h.clock.Now(), time.Minute, 100))(t)); n != 1 {
		t.Errorf("%d messages, want the one to somebody", n)
	}
}
