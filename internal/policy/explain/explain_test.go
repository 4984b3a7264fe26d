package explain_test

import (
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/policy"
	"kupuya/internal/policy/explain"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

type world struct {
	content policy.Content
	ed      *policy.Edition
}

// mega is the edition that comes with the program; in other worlds the act it
// stands on is still to come, or has ended.
var (
	mega   = sync.OnceValue(func() world { return makeWorld("") })
	coming = sync.OnceValue(func() world { return makeWorld("from: 2027-06-01") })
	ended  = sync.OnceValue(func() world { return makeWorld("from: 2026-02-05\n    to: 2026-06-01") })
)

// makeWorld compiles the edition after an earlier one that had fewer rows, so
// that an old consent may be too narrow. code, when given, is when the Digital
// Code is in force.
func makeWorld(code string) world {
	packFS, err := fs.Sub(policies.FS, "mega24/2026-1")
	check(err)
	p, err := policyfile.LoadPack(packFS)
	check(err)
	reg, err := policyfile.LoadLaw(lawFiles(code))
	check(err)
	old := p.Rules
	old.Edition = "mega24/2025-9"
	old.Purposes = append([]policy.Purpose(nil), p.Rules.Purposes...)
	for i := range old.Purposes {
		if r := &old.Purposes[i]; len(r.Rows) > 1 {
			r.Rows = r.Rows[1:]
		}
	}
	old.Categories = append([]policy.Category(nil), p.Rules.Categories...)
	for i := range old.Categories {
		old.Categories[i].Attributes = nil
	}
	first, err := policy.Compile(old, "", reg, time.Time{})
	check(err)
	ed, err := policy.Compile(p.Rules, p.Hash, reg, noon.AddDate(0, -1, 0), first)
	check(err)
	return world{policy.Content{Rules: p.Rules, Texts: p.Texts, Law: reg}, ed}
}

// lawFiles are the files of the law, with other days for the Digital Code.
func lawFiles(code string) fs.FS {
	out := fstest.MapFS{}
	lawFS, err := fs.Sub(policies.FS, "law-kg")
	check(err)
	check(fs.WalkDir(lawFS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(lawFS, name)
		if name == "acts.yaml" && code != "" {
			head, acts, _ := strings.Cut(string(data), "\nacts:\n")
			data = []byte(head + "\nacts:\n" + strings.Replace(acts, "from: 2026-02-05", code, 1))
		}
		out[name] = &fstest.MapFile{Data: data}
		return err
	}))
	return out
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// everybody is an actor to whom everything is open.
func everybody() privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, AllPurposes: true, Operations: ^privacy.Operations(0)})
}

// scene is a question about somebody, by somebody, at a moment.
type scene struct {
	s     *privacy.Subject
	q     policy.Question
	actor privacy.Actor
	now   time.Time
}

func (x scene) decide(w world) policy.Decision { return w.ed.Decide(x.s, x.q, &x.actor, x.now) }

func drawQuestion(t *rapid.T, w world) policy.Question {
	p := rapid.SampledFrom(w.content.Rules.Purposes).Draw(t, "purpose")
	q := policy.Question{Purpose: p.ID}
	if len(p.Rows) > 0 && rapid.IntRange(0, 5).Draw(t, "within") > 0 {
		q.Category = rapid.SampledFrom(p.Rows).Draw(t, "row").Category
		names := w.ed.OperationsOf(p.ID, q.Category)
		q.Operation, _ = privacy.ParseOperation(rapid.SampledFrom(names).Draw(t, "operation"))
	} else {
		q.Category = rapid.SampledFrom(w.content.Rules.Categories).Draw(t, "category").ID
		q.Operation, _ = privacy.ParseOperation(rapid.SampledFrom(append(privacy.OperationNames(), "transfer.provide")).Draw(t, "operation"))
	}
	if q.Operation&privacy.Transfer != 0 && rapid.Bool().Draw(t, "to somebody") {
		q.Recipient = rapid.SampledFrom(w.content.Rules.Recipients).Draw(t, "recipient").ID
	}
	return q
}

func drawSubject(t *rapid.T, q policy.Question, now time.Time) *privacy.Subject {
	when := func(name string) time.Time {
		return now.AddDate(0, 0, rapid.SampledFrom([]int{-1200, -400, -100, -1, 0, 1, 40}).Draw(t, name))
	}
	odds := rapid.SampledFrom([]int{1, 6}).Draw(t, "odds") // some have little the matter with them
	maybe := func(name string, of int) bool { return rapid.IntRange(0, of*odds).Draw(t, name) == 0 }
	s := &privacy.Subject{ID: "0199c0de-0000-7000-8000-000000000001", Status: privacy.StatusRegistered, Since: when("since"), AgeKnown: !maybe("age unknown", 5)}
	if maybe("status", 5) {
		s.Status = rapid.SampledFrom([]privacy.Status{privacy.StatusDeleted, privacy.StatusDestroying, privacy.StatusDestroyed}).Draw(t, "which status")
	}
	if maybe("minor", 2) {
		s.MinorUntil = now.AddDate(rapid.SampledFrom([]int{-1, 1, 3, 9}).Draw(t, "years"), 0, 0)
	}
	if !maybe("not accepted", 3) {
		s.Accepted = privacy.Acceptance{Edition: "mega24/2026-1", Grade: privacy.GradeTick, At: when("accepted")}
	}
	if maybe("refused", 5) {
		s.Refused = privacy.Refusal{Edition: "mega24/2026-1", At: when("refused")}
	}
	if !maybe("no agreement", 3) {
		s.Agreement.Since = when("agreed")
		if maybe("ended", 3) {
			s.Agreement.Ended = s.Agreement.Since.AddDate(0, 2, 0)
		}
	}
	if !maybe("no consent", 3) {
		c := privacy.Consent{
			ID: "c", Purpose: q.Purpose, At: when("consented"), By: rapid.SampledFrom([]privacy.ActorKind{privacy.ActorSubject, privacy.ActorRepresentative}).Draw(t, "by"),
			Edition: rapid.SampledFrom([]privacy.EditionID{"mega24/2026-1", "mega24/2025-9", "mega24/2000-1"}).Draw(t, "under"),
			Grade:   rapid.SampledFrom([]privacy.Grade{privacy.GradeTick, privacy.GradeDrawn, privacy.GradeSMS}).Draw(t, "grade"),
		}
		if maybe("until", 2) {
			c.Until = c.At.AddDate(1, 0, 0)
		}
		if maybe("withdrawn", 3) {
			c.Withdrawn = c.At.AddDate(0, 1, 0)
		}
		s.Consents = append(s.Consents, c)
	}
	if maybe("objected", 4) {
		s.Objections = []privacy.Objection{{ID: "o", Purpose: q.Purpose, At: when("objection")}}
	}
	for i := range rapid.SampledFrom([]int{0, 0, 0, 1, 3}).Draw(t, "blocks") {
		s.Blocks = append(s.Blocks, privacy.Block{
			ID:       string(rune('a' + i)),
			Kind:     rapid.SampledFrom([]privacy.BlockKind{privacy.KindBlock, privacy.KindDispute}).Draw(t, "kind"),
			Category: rapid.SampledFrom([]privacy.CategoryID{"", q.Category, "D06"}).Draw(t, "on"),
			Purpose:  rapid.SampledFrom([]privacy.PurposeID{"", q.Purpose, "P15"}).Draw(t, "for"), At: when("blocked"),
		})
	}
	if maybe("held", 1) {
		s.Values = []privacy.Value{{
			Category: q.Category, Version: 1, Collected: when("collected"), Purposes: []privacy.PurposeID{q.Purpose},
			State: rapid.SampledFrom([]privacy.ValueState{privacy.ValueLive, privacy.ValueLive, privacy.ValueDeleted, privacy.ValueShredding, privacy.ValueDestroyed}).Draw(t, "state"),
		}}
	}
	return s
}

func drawActor(t *rapid.T, q policy.Question) privacy.Actor {
	spec := privacy.ActorSpec{Kind: privacy.ActorSystem, Purposes: []privacy.PurposeID{q.Purpose}, Operations: ^privacy.Operations(0)}
	switch rapid.IntRange(0, 5).Draw(t, "actor") {
	case 0:
		spec.Purposes = []privacy.PurposeID{"P13"}
	case 1:
		spec.Kind, spec.Recipient = privacy.ActorPartner, "partner-shop"
	case 2:
		spec.Operations = privacy.Use
	}
	return privacy.NewActor(spec)
}

func drawScene(t *rapid.T, w world) scene {
	now := noon.AddDate(rapid.SampledFrom([]int{-2, 0, 0, 0, 0, 2, 4}).Draw(t, "year"), 0, 0)
	q := drawQuestion(t, w)
	return scene{drawSubject(t, q, now), q, drawActor(t, q), now}
}

// apply does what a change says, read from its members alone.
func (x *scene) apply(w world, c explain.Change) {
	s := *x.s
	s.Consents = append([]privacy.Consent(nil), s.Consents...)
	s.Blocks = append([]privacy.Block(nil), s.Blocks...)
	s.Objections = append([]privacy.Objection(nil), s.Objections...)
	s.Values = append([]privacy.Value(nil), s.Values...)
	x.s = &s
	by := privacy.ActorSubject
	if c.Reach == explain.ByRepresentative {
		by = privacy.ActorRepresentative
	}
	switch c.Kind {
	case explain.KindEdition, explain.KindRegistered, explain.KindActFuture, explain.KindAdult, explain.KindFuture, explain.KindLapse:
		x.now = c.At
	case explain.KindCollect:
		for i := range s.Values {
			if s.Values[i].Category == x.q.Category {
				s.Values[i].State = privacy.ValueDestroyed
			}
		}
		s.Hold(x.q.Category, x.q.Purpose, "app_form", x.now)
	case explain.KindShredded:
		s.End(x.q.Category, privacy.ValueDestroyed, x.now)
		s.Value(x.q.Category).State = privacy.ValueDestroyed
	case explain.KindUnblock, explain.KindCloseDispute:
		for _, id := range c.Refs {
			s.Lift(id)
		}
	case explain.KindObjection:
		s.Allow(x.q.Purpose)
	case explain.KindAccept:
		s.Accepted, s.Refused = privacy.Acceptance{Edition: w.ed.ID(), Grade: privacy.GradeTick, At: x.now}, privacy.Refusal{}
	case explain.KindAgree:
		s.Agreement = privacy.Agreement{Since: x.now}
	case explain.KindAge:
		s.AgeKnown, s.MinorUntil = true, time.Time{}
	case explain.KindConsent:
		switch c.Variant {
		case "adult":
			x.now = c.At
		case "age":
			s.AgeKnown, s.MinorUntil = true, time.Time{}
		}
		s.Give(privacy.Consent{Purpose: x.q.Purpose, Edition: w.ed.ID(), Grade: c.Grade, By: by, At: x.now, Until: w.ed.ConsentUntil(x.q.Purpose, x.now)})
	case explain.KindRecipient:
		for _, r := range w.content.Rules.Recipients {
			if r.Title == c.Recipients[0] {
				x.q.Recipient = r.ID
			}
		}
	case explain.KindActor:
		x.actor = everybody()
	case explain.KindWithdraw:
		*s.Consent(x.q.Purpose) = s.Consent(x.q.Purpose).Withdraw(x.now)
	case explain.KindObject:
		s.Object(privacy.Objection{Purpose: x.q.Purpose, At: x.now})
	case explain.KindBlock:
		s.Set(privacy.Block{Kind: privacy.KindBlock, Category: x.q.Category, Purpose: x.q.Purpose, At: x.now})
	default:
		panic(c.Kind)
	}
}

// TestWhatIsSaidToChangeAnAnswerDoes: every change does away with the refusal
// it answers, all of them lead to a yes, and what is said to be in nobody's
// reach is said alone.
func TestWhatIsSaidToChangeAnAnswerDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom([]func() world{mega, mega, mega, coming, ended}).Draw(t, "world")()
		x := drawScene(t, w)
		before := *x.s
		said := explain.Answer(w.content, w.ed, x.s, x.q, &x.actor, x.now)
		if !reflect.DeepEqual(before, *x.s) {
			t.Fatal("explaining changed the standing")
		}
		d := x.decide(w)
		if said.Reason != d.Reason || said.Clause != d.Clause || said.Basis != d.Basis || said.Until != d.Until {
			t.Fatalf("explained %s, decided %s", said.Reason, d.Reason)
		}
		switch {
		case d.Allowed():
			for _, c := range said.Changes {
				y := x
				if y.apply(w, c); y.decide(w).Reason != c.Reason || c.Reason == privacy.Allowed {
					t.Fatalf("%s is said to end the yes with %s: %s", c.Kind, c.Reason, y.decide(w).Reason)
				}
			}
		case !said.Reachable:
			if len(said.Changes) != 1 || said.Changes[0].Reach != explain.ByNobody {
				t.Fatalf("out of reach, and yet %+v", said.Changes)
			}
			if c := said.Changes[0]; c.Kind == explain.KindTerm && c.Reason != privacy.TermReached {
				t.Fatalf("gave up on %s", c.Reason)
			}
		default:
			for _, c := range said.Changes {
				was := x.decide(w).Reason
				if c.Reason != was || c.Reach == explain.ByNobody {
					t.Fatalf("%+v answers another refusal than %s", c, was)
				}
				if x.apply(w, c); x.decide(w).Reason == was {
					t.Fatalf("%s does not do away with %s", c.Kind, was)
				}
			}
			if got := x.decide(w).Reason; got != privacy.Allowed {
				t.Fatalf("after all changes %s", got)
			}
		}
	})
}

// TestWhatIsOutOfReachIsOutOfReach: no standing at all is allowed what the
// explanation says nobody can change, unless it is this very subject's.
func TestWhatIsOutOfReachIsOutOfReach(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom([]func() world{mega, mega, mega, coming, ended}).Draw(t, "world")()
		x := drawScene(t, w)
		said := explain.Answer(w.content, w.ed, x.s, x.q, &x.actor, x.now)
		if said.Allowed() || said.Reachable {
			return
		}
		c := said.Changes[0]
		if c.Kind == explain.KindDeleted || c.Kind == explain.KindDestroyed || c.At.After(x.now) {
			return // of this subject alone, or he would come too late
		}
		other := scene{drawSubject(t, x.q, x.now), x.q, everybody(), x.now}
		if other.decide(w).Reason == privacy.Allowed {
			t.Fatalf("%s is said to be in nobody's reach, and somebody is allowed it", c.Kind)
		}
	})
}

// TestTheGeneralConditionsAreTheConditions: somebody for whom they all hold is
// allowed it, and somebody for whom one does not is not.
func TestTheGeneralConditionsAreTheConditions(t *testing.T) {
	t.Parallel()
	w := mega()
	for _, p := range w.content.Rules.Purposes {
		for _, row := range p.Rows {
			for _, name := range w.ed.OperationsOf(p.ID, row.Category) {
				q := policy.Question{Purpose: p.ID, Category: row.Category}
				q.Operation, _ = privacy.ParseOperation(name)
				checkNeeds(t, w, q)
			}
			checkNeeds(t, w, policy.Question{Purpose: p.ID, Category: row.Category, Operation: privacy.Transfer, Recipient: "billing"})
		}
		checkNeeds(t, w, policy.Question{Purpose: p.ID, Category: "D10", Operation: privacy.Anonymise})
	}
}

func checkNeeds(t *testing.T, w world, q policy.Question) {
	t.Helper()
	said := explain.Answer(w.content, w.ed, nil, q, nil, noon)
	if !said.General || said.Reason == privacy.Allowed {
		t.Fatalf("%v: nobody was asked about and the answer is %s", q, said.Reason)
	}
	fails := false
	for i, n := range said.Needs {
		if fails = fails || n.Fails; i > 0 && order(n.Kind) < order(said.Needs[i-1].Kind) {
			t.Errorf("%v: %s stands after %s", q, n.Kind, said.Needs[i-1].Kind)
		}
	}
	if fails == said.Reachable {
		t.Errorf("%v: reachable %v, and a condition fails: %v", q, said.Reachable, fails)
	}
	if fails {
		return
	}
	full := build(w, q, said.Needs, "")
	if got := full.decide(w).Reason; got != privacy.Allowed {
		t.Errorf("%v: all conditions hold and the answer is %s", q, got)
	}
	for _, n := range said.Needs {
		lacking := build(w, q, said.Needs, n.Kind)
		if lacking.s == nil || !reflect.DeepEqual(full, lacking) {
			if got := lacking.decide(w).Reason; got == privacy.Allowed {
				t.Errorf("%v: %s does not hold and the answer is yes", q, n.Kind)
			}
		}
	}
}

func order(k explain.NeedKind) int {
	for i, have := range explain.NeedKinds {
		if have == k {
			return i
		}
	}
	return -1
}

// build makes the standing for which the conditions hold, all but one.
func build(w world, q policy.Question, needs []explain.Need, but explain.NeedKind) scene {
	x := scene{&privacy.Subject{Status: privacy.StatusRegistered, Since: noon, AgeKnown: true}, q, everybody(), noon}
	for _, n := range needs {
		lacks := n.Kind == but
		switch n.Kind {
		case explain.NeedSubject:
			if lacks {
				x.s = nil
				return x
			}
		case explain.NeedUnblocked:
			if lacks {
				x.s.Set(privacy.Block{Kind: privacy.KindDispute, At: noon})
			}
		case explain.NeedUnobjected:
			if lacks {
				x.s.Object(privacy.Objection{Purpose: q.Purpose, At: noon})
			}
		case explain.NeedAccepted:
			if !lacks {
				x.s.Accepted = privacy.Acceptance{Edition: w.ed.ID(), Grade: privacy.GradeTick, At: noon}
			}
		case explain.NeedAgreement:
			if !lacks {
				x.s.Agreement.Since = noon
			}
		case explain.NeedConsent:
			grade := n.Grade
			if lacks {
				grade--
			}
			x.s.Give(privacy.Consent{Purpose: q.Purpose, Edition: w.ed.ID(), Grade: grade, By: privacy.ActorSubject, At: noon})
		case explain.NeedAdult:
			if lacks {
				x.s.MinorUntil = noon.AddDate(1, 0, 0)
			}
		case explain.NeedGuardian:
			if lacks {
				x.s.MinorUntil = noon.AddDate(9, 0, 0)
			}
		case explain.NeedRecipient:
			x.q.Recipient = q.Recipient
			if lacks {
				x.q.Recipient = "nobody"
			} else if q.Recipient == "" {
				x.q.Recipient = recipientCalled(w, n.Recipients[0])
			}
		case explain.NeedActor:
			if lacks {
				x.actor = privacy.Actor{}
			}
		}
	}
	return x
}

func recipientCalled(w world, title privacy.Words) privacy.RecipientID {
	for _, r := range w.content.Rules.Recipients {
		if r.Title == title {
			return r.ID
		}
	}
	return ""
}

func TestAnExplanationNamesClauseRuleAndArticle(t *testing.T) {
	t.Parallel()
	w := mega()
	who := everybody()
	s := &privacy.Subject{
		Status: privacy.StatusRegistered, Since: noon.AddDate(-1, 0, 0), AgeKnown: true,
		Accepted: privacy.Acceptance{Edition: w.ed.ID(), Grade: privacy.GradeTick, At: noon.AddDate(-1, 0, 0)},
		Blocks:   []privacy.Block{{ID: "b1", Kind: privacy.KindBlock, Category: "D09", At: noon.AddDate(0, 0, -3)}},
	}
	x := explain.Answer(w.content, w.ed, s, policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}, &who, noon)
	if x.Reason != privacy.Blocked || x.Clause != "3.3" || x.Rule != "purposes[P03].categories[D09]" || !x.Sentence.Complete() || !x.Purpose.Complete() {
		t.Errorf("%+v", x)
	}
	if len(x.Grounds) != 2 || x.Grounds[0].Act != "dc" || !x.Grounds[0].Title.Complete() || !x.Grounds[0].About.Complete() || !x.Grounds[0].InForce {
		t.Errorf("grounds %+v", x.Grounds)
	}
	if !x.Reachable || len(x.Changes) != 2 || x.Changes[0].Kind != explain.KindUnblock || x.Changes[0].Refs[0] != "b1" ||
		x.Changes[1].Kind != explain.KindConsent || x.Changes[1].Grade != privacy.GradeTick {
		t.Errorf("changes %+v", x.Changes)
	}
	for name, c := range map[string]struct {
		q    policy.Question
		now  time.Time
		kind explain.Kind
	}{
		"what the policy does not name":                 {policy.Question{Purpose: "P03", Category: "D04", Operation: privacy.Use}, noon, explain.KindNotNamed},
		"a recipient of whom the purpose knows nothing": {policy.Question{Purpose: "P17", Category: "D08", Operation: privacy.TransferProvide, Recipient: "court"}, noon, explain.KindUnlisted},
		"a recipient whose agreement has ended":         {policy.Question{Purpose: "P17", Category: "D08", Operation: privacy.TransferProvide, Recipient: "partner-bank"}, noon, explain.KindEnded},
	} {
		s := &privacy.Subject{Status: privacy.StatusRegistered, Since: noon, AgeKnown: true}
		x := explain.Answer(w.content, w.ed, s, c.q, &who, c.now)
		if x.Reachable || len(x.Changes) != 1 || x.Changes[0].Kind != c.kind {
			t.Errorf("%s: %+v", name, x.Changes)
		}
	}
}

func TestAYesNamesWhatWouldEndIt(t *testing.T) {
	t.Parallel()
	w := mega()
	who := everybody()
	s := &privacy.Subject{
		Status: privacy.StatusRegistered, Since: noon, AgeKnown: true, Accepted: privacy.Acceptance{Grade: privacy.GradeTick, At: noon},
		Consents: []privacy.Consent{{ID: "c", Purpose: "P03", Edition: w.ed.ID(), Grade: privacy.GradeTick, At: noon, Until: noon.AddDate(1, 0, 0)}},
	}
	for _, c := range []struct {
		q    policy.Question
		want []explain.Kind
	}{
		{policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}, []explain.Kind{explain.KindWithdraw, explain.KindBlock, explain.KindLapse}},
		{policy.Question{Purpose: "P08", Category: "D11", Operation: privacy.Use}, []explain.Kind{explain.KindObject, explain.KindBlock}},
		{policy.Question{Purpose: "P13", Category: "D01", Operation: privacy.Extract}, nil}, // a duty, which nobody stops
	} {
		x := explain.Answer(w.content, w.ed, s, c.q, &who, noon)
		var got []explain.Kind
		for _, ch := range x.Changes {
			got = append(got, ch.Kind)
		}
		if !x.Allowed() || !x.Reachable || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %s, ended by %v, want %v", c.q, x.Reason, got, c.want)
		}
	}
}

func TestAnActThatIsNotInForceIsNamed(t *testing.T) {
	t.Parallel()
	who := everybody()
	s := &privacy.Subject{Status: privacy.StatusRegistered, Since: noon, AgeKnown: true}
	q := policy.Question{Purpose: "P01", Category: "D01", Operation: privacy.Use}
	w := coming()
	x := explain.Answer(w.content, w.ed, s, q, &who, noon)
	if x.Reason != privacy.BasisNotInForce || !x.Reachable || x.Changes[0].Kind != explain.KindActFuture || x.Changes[0].Act.Act != "dc" ||
		!x.Changes[0].At.Equal(time.Date(2027, 5, 31, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("an act to come: %s %+v", x.Reason, x.Changes)
	}
	w = ended()
	x = explain.Answer(w.content, w.ed, s, q, &who, noon)
	if x.Reason != privacy.BasisNotInForce || x.Reachable || x.Changes[0].Kind != explain.KindActEnded || x.Changes[0].At.IsZero() {
		t.Errorf("an act that ended: %s %+v", x.Reason, x.Changes)
	}
}

func BenchmarkAnswer(b *testing.B) {
	w := mega()
	who := everybody()
	s := &privacy.Subject{Status: privacy.StatusRegistered, Since: noon, AgeKnown: true, Blocks: []privacy.Block{{ID: "b1", Kind: privacy.KindBlock, At: noon}}}
	for i := range w.content.Rules.Categories {
		s.Hold(w.content.Rules.Categories[i].ID, "P01", "app_form", noon)
	}
	q := policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}
	for b.Loop() {
		explain.Answer(w.content, w.ed, s, q, &who, noon)
	}
}
