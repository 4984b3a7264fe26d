package evidence

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// shown is what the tests agree to unless they say otherwise.
func shown(aim Aim) Shown {
	return Shown{
		Edition: "mega24/2026-1", EditionHash: HashText("pack"), Lang: privacy.Kyrgyz,
		TextHash: HashText("Макулдук берем"), Aim: aim, Subject: "0193589c-0000-7000-8000-000000000001",
	}
}

// wantProblem fails unless err is evidence refused for the problem.
func wantProblem(t *testing.T, err error, problem string) {
	t.Helper()
	var e *privacy.Error
	if !errors.As(err, &e) || e.Code != privacy.EvidenceInvalid || e.Problem != problem {
		t.Fatalf("got %v, want %s %s", err, privacy.EvidenceInvalid, problem)
	}
}

func wantCode(t *testing.T, err error, code privacy.Code) *privacy.Error {
	t.Helper()
	var e *privacy.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	return e
}

func TestBindChangesWithEveryMember(t *testing.T) {
	t.Parallel()
	s := shown(AimAccept)
	first := s.Bind()
	if !isHash(first) {
		t.Fatalf("Bind gives %q, not a hash", first)
	}
	for name, change := range map[string]func(*Shown){
		"another edition":  func(s *Shown) { s.Edition = "mega24/2026-2" },
		"another pack":     func(s *Shown) { s.EditionHash = HashText("other") },
		"another language": func(s *Shown) { s.Lang = privacy.Russian },
		"another text":     func(s *Shown) { s.TextHash = HashText("other") },
		"another aim":      func(s *Shown) { s.Aim = AimConsent("P03") },
		"somebody else":    func(s *Shown) { s.Subject = "" },
	} {
		other := s
		change(&other)
		if other.Bind() == first {
			t.Errorf("%s has the same hash", name)
		}
	}
	joined := Shown{Edition: "ab", EditionHash: "c"}
	split := Shown{Edition: "a", EditionHash: "bc"}
	if joined.Bind() == split.Bind() {
		t.Error("members that run into each other have the same hash")
	}
}

// The published rule, so that a client in another language can be written by it.
func TestBindIsWhatTheCommentSays(t *testing.T) {
	t.Parallel()
	s := Shown{Edition: "e/1", Lang: privacy.Kyrgyz, Aim: AimSession}
	if got, want := s.Bind(), HashText("kupuya/1/bind\n3:e/1\n0:\n2:ky\n0:\n7:session\n0:\n"); got != want {
		t.Errorf("Bind is %s, the rule gives %s", got, want)
	}
}

func TestAimNamesItsPurpose(t *testing.T) {
	t.Parallel()
	if p, ok := AimConsent("P06.ads").Purpose(); !ok || p != "P06.ads" {
		t.Errorf("purpose %q, %v", p, ok)
	}
	for _, a := range []Aim{AimAccept, AimSession, "consent:", ""} {
		if p, ok := a.Purpose(); ok {
			t.Errorf("aim %q names the purpose %q", a, p)
		}
	}
	if AimSession.Agrees() || !AimAccept.Agrees() || !AimConsent("P03").Agrees() {
		t.Error("an acceptance and a consent agree to something, a session does not")
	}
}

func TestNothingIsAgreedToThatNobodySaysWasShown(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Shown){
		"no edition":           func(s *Shown) { s.Edition = "" },
		"no hash of the pack":  func(s *Shown) { s.EditionHash = "" },
		"no hash of the text":  func(s *Shown) { s.TextHash = "" },
		"an upper-case hash":   func(s *Shown) { s.TextHash = strings.ToUpper(s.TextHash) },
		"a language of nobody": func(s *Shown) { s.Lang = "kg" },
		"no aim":               func(s *Shown) { s.Aim = "" },
		"no language at all":   func(s *Shown) { s.Lang = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := shown(AimConsent("P03"))
			change(&s)
			_, err := NewChallenge(key, "c1", "482913", s, noon, DefaultLimits())
			wantProblem(t, err, ShownMissing)
			if _, err := ContinuedUse(s, "n1", privacy.ChannelApp, noon); err == nil {
				t.Error("continued use agrees to it")
			}
			tick := tickOf(s)
			_, err = tick.Prove(s, privacy.ChannelApp, noon)
			wantProblem(t, err, ShownMissing)
			d := signature(s)
			_, err = d.Prove(s, privacy.ChannelApp, noon)
			wantProblem(t, err, ShownMissing)
		})
	}
}

func TestContinuedUseAgreesToAnEditionOnly(t *testing.T) {
	t.Parallel()
	p, err := ContinuedUse(shown(AimAccept), "n1", privacy.ChannelApp, noon)
	if err != nil || p.Grade != privacy.GradeContinuedUse || p.Ref != "n1" {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, aim := range []Aim{AimConsent("P03"), AimSession} {
		_, err := ContinuedUse(shown(aim), "n1", privacy.ChannelApp, noon)
		wantProblem(t, err, SilentUse)
	}
	_, err = ContinuedUse(shown(AimAccept), "", privacy.ChannelApp, noon)
	wantProblem(t, err, ShownMissing)
}

// Continued use < tick < drawn < SMS, whatever a later edit does to the names.
func TestGradesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	s := shown(AimAccept)
	silent, err := ContinuedUse(s, "n1", privacy.ChannelApp, noon)
	if err != nil {
		t.Fatal(err)
	}
	tick := tickOf(s)
	ticked, err := tick.Prove(s, privacy.ChannelApp, noon)
	if err != nil {
		t.Fatal(err)
	}
	d := signature(s)
	drawn, err := d.Prove(s, privacy.ChannelApp, noon)
	if err != nil {
		t.Fatal(err)
	}
	c := challenge(t, s)
	_, sms, err := c.Check(key, "482913", s, privacy.ChannelSMS, noon, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	proofs := []Proof{{}, silent, ticked, drawn, sms}
	digests := map[string]bool{}
	for i := 1; i < len(proofs); i++ {
		p := proofs[i]
		if p.Grade <= proofs[i-1].Grade {
			t.Errorf("%s is not above %s", p.Grade, proofs[i-1].Grade)
		}
		if p.Bound != s.Bind() || p.TextHash != s.TextHash || p.Lang != s.Lang || !p.At.Equal(noon) || !isHash(p.Digest) || digests[p.Digest] {
			t.Errorf("the proof by %s says %+v", p.Grade, p)
		}
		digests[p.Digest] = true
	}
}

func TestProblemsAreAClosedSet(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range Problems() {
		if seen[p] || !strings.HasPrefix(p, "evidence.") {
			t.Errorf("%q stands twice or has another prefix", p)
		}
		seen[p] = true
	}
	if len(seen) != 18 {
		t.Errorf("%d problems; a new one also needs its words in three languages and a test here", len(seen))
	}
}
