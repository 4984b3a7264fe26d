package policy_test

import (
	"io/fs"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/policy"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// mega24 compiles the full pack.
func mega24(t testing.TB) *policy.Edition {
	t.Helper()
	sub := func(dir string) fs.FS {
		f, err := fs.Sub(policies.FS, dir)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	pack, err := policyfile.LoadPack(sub("mega24/2026-1"))
	if err != nil {
		t.Fatal(err)
	}
	law, err := policyfile.LoadLaw(sub("law-kg"))
	if err != nil {
		t.Fatal(err)
	}
	ed, err := policy.Compile(pack.Rules, pack.Hash, law, noon.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return ed
}

// anyone is an actor who may name everything.
func anyone() *privacy.Actor {
	a := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, ID: "test", AllPurposes: true, Operations: ^privacy.Operations(0)})
	return &a
}

// subscriber is an adult under contract who consented to everything that asks it.
func subscriber(e *policy.Edition) *privacy.Subject {
	at := noon.AddDate(0, -2, 0)
	s := &privacy.Subject{
		ID: "0199c0de-0000-7000-8000-000000000001", Status: privacy.StatusRegistered, Since: at, AgeKnown: true,
		Accepted:  privacy.Acceptance{ID: "a", Edition: e.ID(), Grade: privacy.GradeSMS, At: at},
		Agreement: privacy.Agreement{ID: "g", Since: at},
	}
	for _, p := range e.Rules().Purposes {
		if p.Basis == privacy.BasisConsent {
			s.Give(privacy.Consent{ID: string(p.ID), Purpose: p.ID, Edition: e.ID(), Grade: privacy.GradeSMS, By: privacy.ActorSubject, At: at})
		}
	}
	for _, c := range e.Rules().Categories {
		s.Hold(c.ID, "P01", "app_form", at)
	}
	return s
}

func TestDecidingAllocatesNothing(t *testing.T) {
	e := mega24(t)
	s, who := subscriber(e), anyone()
	q := policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}
	if d := e.Decide(s, q, who, noon); !d.Allowed() {
		t.Fatalf("the question measured is refused: %s", d.Reason)
	}
	if n := testing.AllocsPerRun(1000, func() { e.Decide(s, q, who, noon) }); n != 0 {
		t.Fatalf("a decision allocates %v times", n)
	}
}

// BenchmarkDecide measures a yes by consent on the full pack, which passes
// every check.
func BenchmarkDecide(b *testing.B) {
	e := mega24(b)
	s, who := subscriber(e), anyone()
	q := policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}
	b.ReportAllocs()
	for b.Loop() {
		if d := e.Decide(s, q, who, noon); d.Reason != privacy.Allowed {
			b.Fatal(d.Reason)
		}
	}
}

// BenchmarkDecideMixed measures the questions of a day: every purpose and
// category of the pack in turn, yes and no.
func BenchmarkDecideMixed(b *testing.B) {
	e := mega24(b)
	s, who := subscriber(e), anyone()
	var questions []policy.Question
	for _, p := range e.Rules().Purposes {
		for _, c := range e.Rules().Categories {
			questions = append(questions, policy.Question{Purpose: p.ID, Category: c.ID, Operation: privacy.Use})
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e.Decide(s, questions[i], who, noon)
		if i++; i == len(questions) {
			i = 0
		}
	}
}

// drawStanding draws any standing a subject could have, sane or not.
func drawStanding(t *rapid.T, e *policy.Edition) *privacy.Subject {
	s := subscriber(e)
	moment := func(name string) time.Time {
		return noon.Add(time.Duration(rapid.IntRange(-24*400, 24*400).Draw(t, name)) * time.Hour)
	}
	s.Status = rapid.SampledFrom([]privacy.Status{
		privacy.StatusRegistered, privacy.StatusRegistered, privacy.StatusRegistered,
		privacy.StatusDeleted, privacy.StatusDestroying, privacy.StatusDestroyed,
	}).Draw(t, "status")
	s.AgeKnown = rapid.IntRange(0, 9).Draw(t, "age known") > 0
	if rapid.Bool().Draw(t, "minor") {
		s.MinorUntil = moment("of age")
	}
	s.Accepted.Grade = rapid.SampledFrom([]privacy.Grade{privacy.GradeNone, privacy.GradeContinuedUse, privacy.GradeTick, privacy.GradeSMS}).Draw(t, "accepted")
	if rapid.Bool().Draw(t, "agreement ended") {
		s.Agreement.Ended = moment("ended")
	}
	var kept []privacy.Consent
	for _, c := range s.Consents {
		if !rapid.Bool().Draw(t, "consent "+string(c.Purpose)) {
			continue
		}
		c.Grade = rapid.SampledFrom([]privacy.Grade{privacy.GradeContinuedUse, privacy.GradeTick, privacy.GradeDrawn, privacy.GradeSMS}).Draw(t, "grade")
		if rapid.Bool().Draw(t, "withdrawn") {
			c.Withdrawn = moment("withdrawn at")
		}
		if rapid.Bool().Draw(t, "expires") {
			c.Until = moment("until")
		}
		kept = append(kept, c)
	}
	s.Consents = kept
	if rapid.Bool().Draw(t, "objects") {
		s.Object(privacy.Objection{ID: "o", Purpose: "P08", At: moment("objected")})
	}
	if rapid.Bool().Draw(t, "blocked") {
		s.Set(privacy.Block{
			ID: "b", Kind: rapid.SampledFrom([]privacy.BlockKind{privacy.KindBlock, privacy.KindDispute}).Draw(t, "kind"),
			Category: rapid.SampledFrom([]privacy.CategoryID{"", "D05", "D09"}).Draw(t, "blocked category"), At: moment("blocked at"),
		})
	}
	for i := range s.Values {
		s.Values[i].State = rapid.SampledFrom([]privacy.ValueState{
			privacy.ValueLive, privacy.ValueLive, privacy.ValueDeleted,
			privacy.ValueShredding, privacy.ValueDestroyed,
		}).Draw(t, "value")
	}
	return s
}

func drawQuestion(t *rapid.T, e *policy.Edition) policy.Question {
	var purposes []privacy.PurposeID
	for _, p := range e.Rules().Purposes {
		purposes = append(purposes, p.ID)
	}
	return policy.Question{
		Purpose:   rapid.SampledFrom(append(purposes, "P99")).Draw(t, "purpose"),
		Category:  rapid.SampledFrom([]privacy.CategoryID{"D01", "D02", "D04", "D05", "D06", "D08", "D09", "D11", "D12", "D13", "D99"}).Draw(t, "category"),
		Operation: privacy.Operations(rapid.Uint16().Draw(t, "operations")),
		Recipient: rapid.SampledFrom([]privacy.RecipientID{"", "", "partner-shop", "partner-bank", "court", "nobody"}).Draw(t, "recipient"),
	}
}

// policy 4.3: what has no living basis is refused, whatever else is true.
func TestNothingIsAllowedWithoutABasis(t *testing.T) {
	t.Parallel()
	e, who := mega24(t), anyone()
	rapid.Check(t, func(t *rapid.T) {
		s, q := drawStanding(t, e), drawQuestion(t, e)
		d := e.Decide(s, q, who, noon)
		if !d.Allowed() {
			if _, yes := d.Permit(); yes {
				t.Fatal("a refusal gave a permit")
			}
			return
		}
		basis, _, has := e.Basis(q.Purpose, q.Category)
		if !has {
			t.Fatalf("%v was allowed though the purpose does not have the category", q)
		}
		if basis == privacy.BasisConsent {
			if c := s.Consent(q.Purpose); c == nil || !c.Alive(noon) || c.Grade == privacy.GradeContinuedUse {
				t.Fatalf("%v was allowed without a living consent: %+v", q, c)
			}
		}
		if q.Operation&privacy.Transfer != 0 && q.Recipient == "" {
			t.Fatalf("%v was allowed to go to nobody", q)
		}
	})
}

// policy 4.3: less consent never allows more.
func TestLessConsentNeverAllowsMore(t *testing.T) {
	t.Parallel()
	e, who := mega24(t), anyone()
	rapid.Check(t, func(t *rapid.T) {
		more, q := drawStanding(t, e), drawQuestion(t, e)
		less := *more
		less.Consents = nil
		for _, c := range more.Consents {
			switch rapid.IntRange(0, 3).Draw(t, "take away") {
			case 0: // taken away
			case 1:
				less.Consents = append(less.Consents, c.Withdraw(noon.Add(-time.Hour)))
			case 2:
				c.Grade = privacy.GradeContinuedUse
				less.Consents = append(less.Consents, c)
			default:
				less.Consents = append(less.Consents, c)
			}
		}
		with, without := e.Decide(more, q, who, noon), e.Decide(&less, q, who, noon)
		if without.Allowed() && !with.Allowed() {
			t.Fatalf("%v: refused (%s) with the consents and allowed with fewer", q, with.Reason)
		}
	})
}

// policy 4.5a: the same standing, question and moment always give the same
// answer, also from an edition that was compiled anew.
func TestADecisionCanBeRunAgain(t *testing.T) {
	t.Parallel()
	first, again, who := mega24(t), mega24(t), anyone()
	rapid.Check(t, func(t *rapid.T) {
		s, q := drawStanding(t, first), drawQuestion(t, first)
		if a, b := first.Decide(s, q, who, noon), again.Decide(s, q, who, noon); !reflect.DeepEqual(a, b) {
			t.Fatalf("%v was answered %+v and then %+v", q, a, b)
		}
	})
}

// A yes says until when: just before, it is still a yes; at that moment it is not.
func TestAYesHoldsUntilItSaysAndNotLonger(t *testing.T) {
	t.Parallel()
	e, who := mega24(t), anyone()
	rapid.Check(t, func(t *rapid.T) {
		s, q := drawStanding(t, e), drawQuestion(t, e)
		d := e.Decide(s, q, who, noon)
		if !d.Allowed() || d.Until.IsZero() {
			return
		}
		if at := e.Decide(s, q, who, d.Until); at.Allowed() {
			t.Fatalf("%v is still allowed at %s, when it should have lapsed", q, d.Until)
		}
	})
}

func TestTheZeroPermitOpensNothing(t *testing.T) {
	t.Parallel()
	var p policy.Permit
	if p.Subject() != "" || p.Category() != "" || p.Operation() != 0 {
		t.Fatal("the zero permit names something")
	}
	var nobody privacy.Actor
	e := mega24(t)
	if d := e.Decide(subscriber(e), policy.Question{Purpose: "P18", Category: "D01", Operation: privacy.Use}, &nobody, noon); d.Reason != privacy.ActorNotAllowed {
		t.Fatalf("the zero actor was answered %s", d.Reason)
	}
}
