package diff

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// pairCount is how many pairs of editions are tried.
func pairCount() int {
	if testing.Short() {
		return 500
	}
	return 10_000
}

// spread runs fn for each seed on every processor.
func spread(t *testing.T, count int, fn func(t *testing.T, d dice)) {
	t.Helper()
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < count && !t.Failed(); i += workers {
				fn(t, dice{rand.New(rand.NewPCG(uint64(i), 7))})
			}
		})
	}
	wg.Wait()
}

// edition is one side of a pair.
type edition struct {
	content policy.Content
	*policy.Edition
}

func compiled(t *testing.T, r policy.Rules, reg *law.Registry) edition {
	t.Helper()
	e, err := policy.Compile(r, "", reg, since)
	if err != nil {
		t.Fatal(err)
	}
	return edition{policy.Content{Rules: r, Law: reg}, e}
}

// pair draws two editions: strangers, or one made from the other in some steps.
func pair(t *testing.T, d dice, registries []*law.Registry) (a, b edition) {
	one := pick(d, registries...)
	two := pick(d, one, one, one, pick(d, registries...))
	rules := d.compiling(one)
	a = compiled(t, rules, one)
	if d.yes(4) {
		return a, compiled(t, d.compiling(two), two)
	}
	for range d.IntN(4) {
		rules, _ = d.mutated(rules, two)
	}
	return a, compiled(t, rules, two)
}

// everything is an actor who may name everything.
var everything = privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, ID: "test", AllPurposes: true, Operations: ^privacy.Operations(0)})

// maximal is an adult who accepted, concluded the contract and consented in the
// strongest way to whatever asks it, at the moment of the question.
func maximal(e edition, at time.Time) *privacy.Subject {
	s := &privacy.Subject{
		ID: "0199c0de-0000-7000-8000-000000000001", Status: privacy.StatusRegistered, Since: at, AgeKnown: true,
		Accepted:  privacy.Acceptance{ID: "a", Edition: e.ID(), Grade: privacy.GradeQualified, At: at},
		Agreement: privacy.Agreement{ID: "g", Since: at},
	}
	for _, p := range purposeIDs {
		s.Give(privacy.Consent{ID: string(p), Purpose: p, Edition: e.ID(), Grade: privacy.GradeQualified, By: privacy.ActorRepresentative, At: at})
	}
	return s
}

// standing draws any subject: a minor, consents that are weak, old or missing,
// no acceptance, a contract that ended, blocks, objections, old values.
func (d dice) standing(e edition, now time.Time) *privacy.Subject {
	ago := func() time.Time { return now.AddDate(0, 0, -d.IntN(1200)).Add(-time.Duration(d.IntN(48)) * time.Hour) }
	s := maximal(e, ago())
	if d.yes(2) {
		s.MinorUntil = now.AddDate(d.IntN(12), 0, 1)
	}
	s.AgeKnown = !d.yes(10)
	if d.yes(4) {
		s.Accepted = privacy.Acceptance{}
	}
	if d.yes(3) {
		s.Agreement.Ended = ago()
	}
	if d.yes(6) {
		s.Agreement = privacy.Agreement{}
	}
	s.Consents = nil
	for _, p := range purposeIDs {
		if d.yes(6) {
			continue
		}
		at := ago()
		if d.yes(2) {
			at = now
		}
		s.Give(privacy.Consent{
			ID: string(p), Purpose: p, Edition: e.ID(), At: at, By: pick(d, privacy.ActorSubject, privacy.ActorRepresentative),
			Grade: pick(d, privacy.GradeTick, privacy.GradeDrawn, privacy.GradeSMS, privacy.GradeQualified),
		})
	}
	for _, c := range categoryIDs {
		if d.yes(2) {
			s.Hold(c, "P1", "form", ago())
		}
	}
	if d.yes(5) {
		s.Object(privacy.Objection{ID: "o", Purpose: pick(d, purposeIDs...), At: ago()})
	}
	if d.yes(5) {
		s.Set(privacy.Block{ID: "b", Kind: privacy.KindBlock, Category: pick(d, "", categoryIDs[0]), At: ago()})
	}
	return s
}

// matrix asks every question there is.
func matrix(ask func(q policy.Question)) {
	for _, p := range purposeIDs {
		for _, c := range categoryIDs {
			for o := privacy.Collect; o != 0; o <<= 1 {
				ask(policy.Question{Purpose: p, Category: c, Operation: o})
				for _, to := range recipientIDs {
					ask(policy.Question{Purpose: p, Category: c, Operation: o, Recipient: to})
				}
			}
		}
	}
}

// covered reports whether a change of the class, or one that goes nobody knows
// where, covers the question.
func covered(r *Report, q policy.Question, class Class) bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool {
		return (c.Class == class || judgements[c.Kind].reverse == c.Kind && c.Class == Wider) && c.Covers(q)
	})
}

// place says that a question is answered yes but for a term that is over, which
// is an attribute of the place and not its absence.
func place(e edition, s *privacy.Subject, q policy.Question, now time.Time) bool {
	d := e.Decide(s, q, &everything, now)
	return d.Allowed() || d.Reason == privacy.TermReached
}

// living reports whether every act and agreement of the rules is in force at noon.
func living(e edition) bool {
	at := func(i interval) bool {
		return !i.empty() && !noon.Before(i.from) && (i.to.IsZero() || noon.Before(i.to))
	}
	s := newSide(&e.content)
	for i := range e.content.Rules.Purposes {
		p := &e.content.Rules.Purposes[i]
		for j := range p.Rows {
			if !at(s.force(citesOf(p, &p.Rows[j]))) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(e.content.Rules.Recipients, func(r policy.Recipient) bool { return !at(alive(&r.Agreement)) })
}

// What the report says of the matrix is what the decisions say: place by place,
// for whoever gave everything; and nothing opens or closes for anybody else
// without a change that covers it.
func TestTheReportEqualsBruteForce(t *testing.T) {
	t.Parallel()
	registries := laws(t)
	var mu sync.Mutex
	var exact, opened, closed, silent int
	spread(t, pairCount(), func(t *testing.T, d dice) {
		a, b := pair(t, d, registries)
		r := Compare(a.content, b.content)
		o, c := 0, 0
		whole := living(a) && living(b)
		if whole {
			o, c = exactly(t, a, b, &r)
		}
		quiet := r.Class() == Wording
		for range 3 {
			sound(t, d, a, b, &r, quiet)
		}
		mu.Lock()
		defer mu.Unlock()
		opened, closed = opened+o, closed+c
		if whole {
			exact++
		}
		if quiet {
			silent++
		}
	})
	t.Logf("%d pairs, %d of them exactly: %d places opened, %d closed; %d pairs differ in words at most", pairCount(), exact, opened, closed, silent)
	if exact < pairCount()/3 || opened < exact || closed < exact || silent < pairCount()/20 {
		t.Error("the pairs are too much alike to show anything")
	}
}

// exactly holds the changes of the matrix to the decisions about the maximal
// subject.
func exactly(t *testing.T, a, b edition, r *Report) (opened, closed int) {
	sa, sb := maximal(a, noon), maximal(b, noon)
	matrix(func(q policy.Question) {
		before, after := place(a, sa, q, noon), place(b, sb, q, noon)
		var wider, narrower bool
		for i := range r.Changes {
			if c := &r.Changes[i]; c.Atoms() && c.Covers(q) {
				wider, narrower = wider || c.Class == Wider, narrower || c.Class == Narrower
			}
		}
		switch {
		case wider && before, after && !before != (wider && after):
			t.Errorf("%+v: allowed before: %v, after: %v, said to be new: %v\n%+v", q, before, after, wider, r.Changes)
		case narrower && after, before && !after != (narrower && before):
			t.Errorf("%+v: allowed before: %v, after: %v, said to be gone: %v\n%+v", q, before, after, narrower, r.Changes)
		case after && !before:
			opened++
		case before && !after:
			closed++
		}
	})
	return opened, closed
}

// sound holds the whole report to the decisions about any subject at any moment.
func sound(t *testing.T, d dice, a, b edition, r *Report, quiet bool) {
	now := noon.AddDate(0, 0, d.IntN(900)-450)
	seed := d.Uint64()
	sa := dice{rand.New(rand.NewPCG(seed, 1))}.standing(a, now)
	sb := dice{rand.New(rand.NewPCG(seed, 1))}.standing(b, now)
	matrix(func(q policy.Question) {
		before, after := a.Decide(sa, q, &everything, now), b.Decide(sb, q, &everything, now)
		switch {
		case before.Allowed() == after.Allowed():
		case quiet:
			t.Errorf("%+v: %s before, %s after, and yet nothing but words changed\n%+v", q, before.Reason, after.Reason, r.Changes)
		case after.Allowed() && !covered(r, q, Wider):
			t.Errorf("%+v: %s before and allowed after, which no wider change covers\n%+v", q, before.Reason, r.Changes)
		case before.Allowed() && !covered(r, q, Narrower):
			t.Errorf("%+v: allowed before and %s after, which no narrower change covers\n%+v", q, after.Reason, r.Changes)
		}
	})
}

// Comparing backwards gives the same changes turned round.
func TestComparingBackwardsTurnsEveryChangeRound(t *testing.T) {
	t.Parallel()
	registries := laws(t)
	spread(t, pairCount(), func(t *testing.T, d dice) {
		a, b := pair(t, d, registries)
		there, back := Compare(a.content, b.content), Compare(b.content, a.content)
		var turned []Change
		for _, c := range back.Changes {
			c.Kind, c.Before, c.After, c.Was, c.Is = judgements[c.Kind].reverse, c.After, c.Before, c.Is, c.Was
			turned = append(turned, c)
		}
		if x, y := bare(there.Changes), bare(turned); !slices.Equal(x, y) {
			t.Errorf("there: %+v\nback, turned round: %+v", x, y)
		}
		for _, c := range there.Changes {
			if back := judgements[judgements[c.Kind].reverse].class; c.Class == Narrower && back != Wider {
				t.Errorf("%s narrows there and is %s back", c.Kind, back)
			}
		}
	})
}

// key is a change without what depends on the direction.
type key struct {
	kind                              Kind
	path, operation                   string
	purpose                           privacy.PurposeID
	category                          privacy.CategoryID
	recipient                         privacy.RecipientID
	before, after, was, is, wasE, isE string
}

func bare(list []Change) []key {
	var out []key
	for _, c := range list {
		out = append(out, key{c.Kind, c.Path, c.Operation, c.Purpose, c.Category, c.Recipient, c.Before, c.After, c.Was.Ky, c.Is.Ky, c.Was.En, c.Is.En})
	}
	slices.SortFunc(out, func(a, b key) int {
		switch x, y := a.path+string(a.kind)+a.operation+string(a.purpose), b.path+string(b.kind)+b.operation+string(b.purpose); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return out
}

func TestAnEditionDoesNotDifferFromItself(t *testing.T) {
	t.Parallel()
	registries := laws(t)
	spread(t, pairCount()/10, func(t *testing.T, d dice) {
		reg := pick(d, registries...)
		e := compiled(t, d.compiling(reg), reg)
		twin := e.content
		twin.Rules = copied(twin.Rules)
		twin.Rules.Edition, twin.Rules.InForce, twin.Rules.Supersedes = "e/2", "2027-01-01", "e/1"
		if r := Compare(e.content, twin); len(r.Changes) > 0 || r.Class() != Wording || r.Effect() != None {
			t.Errorf("%+v", r.Changes)
		}
	})
}

// No chain of steps that each narrow leads to something wider.
func TestNarrowStepsNeverWiden(t *testing.T) {
	t.Parallel()
	registries := laws(t)
	var mu sync.Mutex
	chains := 0
	spread(t, pairCount(), func(t *testing.T, d dice) {
		reg := pick(d, registries...)
		first := compiled(t, d.compiling(reg), reg)
		last := first
		for range 4 {
			other := pick(d, reg, reg, pick(d, registries...))
			rules, _ := d.mutated(last.content.Rules, other)
			next := compiled(t, rules, other)
			if r := Compare(last.content, next.content); r.Class() != Wider {
				last = next
				mu.Lock()
				chains++
				mu.Unlock()
			}
		}
		if r := Compare(first.content, last.content); r.Class() == Wider {
			t.Errorf("by narrow steps to %+v", r.Wider())
		}
	})
	if chains < pairCount() {
		t.Errorf("only %d steps were narrow", chains)
	}
}

// What is put together of changes to different parts is never better than the
// worst of them.
func TestTheWholeIsNeverBetterThanItsParts(t *testing.T) {
	t.Parallel()
	registries := laws(t)
	spread(t, pairCount(), func(t *testing.T, d dice) {
		reg := pick(d, registries...)
		base := d.compiling(reg)
		one, part := d.mutated(base, reg)
		seed := rand.NewPCG(d.Uint64(), 3)
		two, other := dice{rand.New(seed)}.mutated(base, reg)
		if part == "" || other == "" || part == other {
			return
		}
		both := copied(one)
		graft(&both, &two, other)
		if _, err := policy.Compile(both, "", reg, since); err != nil {
			return
		}
		from := policy.Content{Rules: base, Law: reg}
		class := func(r policy.Rules) Class { x := Compare(from, policy.Content{Rules: r, Law: reg}); return x.Class() }
		if whole := class(both); whole != max(class(one), class(two)) {
			t.Errorf("%s: %s, %s: %s, together %s", part, class(one), other, class(two), whole)
		}
	})
}

// graft puts a part of one edition into another.
func graft(into, from *policy.Rules, part string) {
	for i := range into.Purposes {
		if string(into.Purposes[i].ID) == part {
			into.Purposes[i] = from.Purposes[i]
		}
	}
	for i := range into.Categories {
		if string(into.Categories[i].ID) == part {
			into.Categories[i] = from.Categories[i]
		}
	}
	for i := range into.Recipients {
		if string(into.Recipients[i].ID) == part {
			into.Recipients[i] = from.Recipients[i]
		}
	}
	switch part {
	case "notice":
		into.Notice = from.Notice
	case "ways":
		into.Acceptance.Ways = from.Acceptance.Ways
	case "continued":
		into.Acceptance.ContinuedUse = from.Acceptance.ContinuedUse
	case "withdrawal":
		into.Withdrawal = from.Withdrawal
	case "rights":
		into.Rights = from.Rights
	case "holder":
		into.Holder = from.Holder
	case "clauses":
		into.Clauses = from.Clauses
	case "listed":
		into.Sources = from.Sources
	case "named":
		into.Operations = from.Operations
	}
}

// An edition in which nothing but words changed means the same.
func TestWordingMeansTheSame(t *testing.T) {
	t.Parallel()
	registries := laws(t)
	var mu sync.Mutex
	alike := 0
	spread(t, pairCount(), func(t *testing.T, d dice) {
		a, b := pair(t, d, registries)
		r := Compare(a.content, b.content)
		equal := reflect.DeepEqual(meaning(a), meaning(b))
		if equal != (r.Class() == Wording) {
			t.Errorf("the same meaning: %v, class %s\n%+v", equal, r.Class(), r.Changes)
		}
		if equal {
			mu.Lock()
			alike++
			mu.Unlock()
		}
	})
	if alike < pairCount()/20 {
		t.Errorf("only %d pairs mean the same", alike)
	}
}
