package whatif_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/whatif"
	"kupuya/internal/privacy"
)

// brute counts with Decide and Duties alone, one question at a time.
type brute struct {
	current, next       *policy.Edition
	bareCurrent         *policy.Edition // without the rows that keep as a duty
	bareNext            *policy.Edition
	withHold            map[privacy.PurposeID][2]*policy.Edition // with those of one purpose alone
	purposes            []privacy.PurposeID
	categories          []privacy.CategoryID
	recipients          []privacy.RecipientID
	all                 privacy.Actor
	counts              map[string]int64
	stops, begins       map[policy.Question]int64
	stopReasons         map[string]int64
	subjects, gone, hit int64
}

func newBrute(t *testing.T, current, next policy.Rules, reg *law.Registry, older *policy.Edition) *brute {
	b := &brute{
		all:    privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, ID: "test", AllPurposes: true, Operations: ^privacy.Operations(0)}),
		counts: map[string]int64{}, stops: map[policy.Question]int64{}, begins: map[policy.Question]int64{}, stopReasons: map[string]int64{},
		withHold: map[privacy.PurposeID][2]*policy.Edition{},
	}
	b.current = compile(t, current, reg, noon.AddDate(-1, 0, 0), older)
	b.next = compile(t, next, reg, noon, older, b.current)
	bare := func(r policy.Rules, but privacy.PurposeID) policy.Rules {
		r = clone(t, r)
		for i := range r.Purposes {
			if p := &r.Purposes[i]; p.ID != but {
				p.Rows = slices.DeleteFunc(p.Rows, func(x policy.Row) bool { return x.Keep })
				p.Template = p.Template || len(p.Rows) == 0
			}
		}
		return r
	}
	b.bareCurrent = compile(t, bare(current, ""), reg, noon.AddDate(-1, 0, 0), older)
	b.bareNext = compile(t, bare(next, ""), reg, noon, older, b.current)
	for _, r := range []policy.Rules{current, next} {
		for _, p := range r.Purposes {
			if !slices.Contains(b.purposes, p.ID) && !p.Template { // a pattern of others is no purpose
				b.purposes = append(b.purposes, p.ID)
				b.withHold[p.ID] = [2]*policy.Edition{
					compile(t, bare(current, p.ID), reg, noon.AddDate(-1, 0, 0), older), compile(t, bare(next, p.ID), reg, noon, older, b.current),
				}
			}
		}
		for _, c := range r.Categories {
			if !slices.Contains(b.categories, c.ID) {
				b.categories = append(b.categories, c.ID)
			}
		}
		for _, x := range r.Recipients {
			if !slices.Contains(b.recipients, x.ID) {
				b.recipients = append(b.recipients, x.ID)
			}
		}
	}
	return b
}

func (b *brute) yes(e *policy.Edition, s *privacy.Subject, q policy.Question) (bool, privacy.Reason) {
	d := e.Decide(s, q, &b.all, noon)
	return d.Allowed(), d.Reason
}

func (b *brute) look(s *privacy.Subject) {
	b.subjects++
	if s.Status == privacy.StatusDestroying || s.Status == privacy.StatusDestroyed {
		b.gone++
		return
	}
	for _, p := range b.purposes {
		b.purpose(s, p)
	}
	b.values(s)
	b.clashes(s)
}

func (b *brute) purpose(s *privacy.Subject, p privacy.PurposeID) {
	had, has, why := false, false, privacy.Reason("")
	for _, c := range b.categories {
		for _, o := range []privacy.Operations{b.current.Main(p, c), b.next.Main(p, c)} {
			if o == 0 {
				continue
			}
			q := policy.Question{Purpose: p, Category: c, Operation: o}
			before, _ := b.yes(b.current, s, q)
			after, reason := b.yes(b.next, s, q)
			if before && !had {
				had, why = true, reason
			}
			has = has || after
		}
		for o := privacy.Operations(1); o != 0; o <<= 1 {
			to := []privacy.RecipientID{""}
			if o&privacy.Transfer != 0 {
				to = b.recipients
			}
			for _, r := range to {
				q := policy.Question{Purpose: p, Category: c, Operation: o, Recipient: r}
				before, _ := b.yes(b.current, s, q)
				after, reason := b.yes(b.next, s, q)
				if before && !after {
					b.stops[q]++
					b.stopReasons[fmt.Sprint(q, reason)]++
				}
				if !before && after {
					b.begins[q]++
				}
			}
		}
	}
	state := "without"
	switch {
	case had && !has:
		state = "lose"
		b.counts[fmt.Sprintf("%s lose %s", p, why)]++
	case had && b.again(s, p):
		state = "ask"
	case had:
		state = "keep"
	case has:
		state = "gain"
	}
	b.counts[fmt.Sprintf("%s %s", p, state)]++
}

// again is written once more, from the words of the law.
func (b *brute) again(s *privacy.Subject, p privacy.PurposeID) bool {
	rule, c := b.next.Purpose(p), s.Consent(p)
	if rule == nil || rule.Basis != privacy.BasisConsent || c == nil || !c.Alive(noon) || c.Edition == b.next.ID() {
		return false
	}
	for _, old := range b.next.Earlier() {
		if old.ID() != c.Edition {
			continue
		}
		for _, row := range rule.Rows {
			var was *policy.Row
			oldRule := old.Purpose(p)
			if oldRule != nil {
				for i := range oldRule.Rows {
					if oldRule.Rows[i].Category == row.Category {
						was = &oldRule.Rows[i]
					}
				}
			}
			if was == nil {
				return true
			}
			for o := privacy.Operations(1); o != 0; o <<= 1 {
				if set(b.next.OperationsOf(p, row.Category))&o == 0 {
					continue
				}
				if set(old.OperationsOf(p, row.Category))&o == 0 {
					return true
				}
				for _, r := range rule.Recipients {
					if o&privacy.Transfer != 0 && !slices.Contains(oldRule.Recipients, r) {
						return true
					}
				}
			}
		}
	}
	return false
}

func set(names []string) (out privacy.Operations) {
	for _, n := range names {
		o, _ := privacy.ParseOperation(n)
		out |= o
	}
	return out
}

func (b *brute) values(s *privacy.Subject) {
	destroys := func(e *policy.Edition) map[privacy.CategoryID]bool {
		out := map[privacy.CategoryID]bool{}
		for _, d := range e.Duties(s, noon) {
			out[d.Category] = d.Destroy
		}
		return out
	}
	before, after, bareBefore, bareAfter := destroys(b.current), destroys(b.next), destroys(b.bareCurrent), destroys(b.bareNext)
	for _, v := range s.Values {
		if v.Gone() {
			continue
		}
		base, _, _ := strings.Cut(string(v.Category), ".")
		name := base
		if !slices.Contains(b.categories, privacy.CategoryID(base)) {
			name = ""
		}
		add := func(is bool, what string) {
			if is {
				b.counts[name+" "+what]++
			}
		}
		blocked := func(kind privacy.BlockKind) bool {
			return slices.ContainsFunc(s.Blocks, func(x privacy.Block) bool {
				return x.Kind == kind && (x.Category == "" || string(x.Category) == base)
			})
		}
		c := v.Category
		add(true, "held")
		add(before[c], "due before")
		add(after[c], "due after")
		add(after[c] && !before[c], "due newly")
		add(after[c] && blocked(privacy.KindDispute), "disputed")
		add(after[c] && blocked(privacy.KindBlock), "blocked")
		if string(c) != base { // a part lives only as long as what it was collected for
			continue
		}
		add(!before[c] && bareBefore[c], "hold before")
		add(!after[c] && bareAfter[c], "hold after")
		for p, with := range b.withHold {
			add(!before[c] && bareBefore[c] && !destroys(with[0])[c], fmt.Sprintf("hold %s before", p))
			add(!after[c] && bareAfter[c] && !destroys(with[1])[c], fmt.Sprintf("hold %s after", p))
		}
	}
}

func (b *brute) clashes(s *privacy.Subject) {
	found := false
	add := func(what string) { b.counts["clash "+what]++; found = true }
	for _, x := range s.Blocks {
		if x.At.After(noon) {
			continue
		}
		if x.Category != "" && b.current.Category(x.Category) != nil && b.next.Category(x.Category) == nil {
			add(fmt.Sprint(x.Kind, " ", x.Category, " vanishes"))
		}
		for _, p := range b.purposes {
			was, is := b.current.Purpose(p), b.next.Purpose(p)
			switch {
			case was == nil:
			case is == nil && x.Purpose == p:
				add(fmt.Sprint(x.Kind, " ", p, " vanishes"))
			case is != nil && !was.Duty && is.Duty && (x.Purpose == "" || x.Purpose == p):
				add(fmt.Sprint(x.Kind, " ", p, " overridden"))
			}
		}
	}
	for _, o := range s.Objections {
		if o.At.After(noon) {
			continue
		}
		was, is := b.current.Purpose(o.Purpose), b.next.Purpose(o.Purpose)
		heard := func(e *policy.Edition) bool {
			return slices.ContainsFunc(b.categories, func(c privacy.CategoryID) bool {
				basis, _, has := e.Basis(o.Purpose, c)
				return has && (basis == privacy.BasisConsent || basis == privacy.BasisInterest)
			})
		}
		switch {
		case was == nil:
		case is == nil:
			add(fmt.Sprint("objection ", o.Purpose, " vanishes"))
		case heard(b.current) && !heard(b.next):
			add(fmt.Sprint("objection ", o.Purpose, " overridden"))
		}
	}
	if found {
		b.hit++
	}
}

// compare checks a report against what was counted by force.
func (b *brute) compare(t *testing.T, r whatif.Report) {
	t.Helper()
	got := map[string]int64{}
	put := func(n int64, format string, args ...any) {
		if n != 0 {
			got[fmt.Sprintf(format, args...)] += n
		}
	}
	for _, p := range r.Purposes {
		put(p.Keep, "%s keep", p.Purpose)
		put(p.Ask, "%s ask", p.Purpose)
		put(p.Gain, "%s gain", p.Purpose)
		put(p.Lose, "%s lose", p.Purpose)
		put(p.Without, "%s without", p.Purpose)
		for why, n := range p.Reasons {
			put(n, "%s lose %s", p.Purpose, why)
		}
		if sum := p.Keep + p.Ask + p.Gain + p.Lose + p.Without; sum != r.Subjects-r.Gone {
			t.Errorf("%s: the counts add up to %d and not to %d", p.Purpose, sum, r.Subjects-r.Gone)
		}
	}
	for _, v := range r.Values {
		for what, n := range map[string]int64{
			"held": v.Held, "due before": v.DueBefore, "due after": v.DueAfter, "due newly": v.DueNewly, "disputed": v.Disputed,
			"blocked": v.Blocked, "hold before": v.HoldBefore, "hold after": v.HoldAfter,
		} {
			put(n, "%s %s", v.Category, what)
		}
		for _, h := range v.Holds {
			put(h.Before, "%s hold %s before", v.Category, h.Purpose)
			put(h.After, "%s hold %s after", v.Category, h.Purpose)
		}
	}
	for _, c := range r.Clashes {
		put(c.Count, "clash %s %s%s %s", c.Kind, c.Category, c.Purpose, c.Problem)
	}
	put(r.Subjects, "all")
	put(r.Gone, "gone")
	put(r.Contesting, "hit")
	want := map[string]int64{"all": b.subjects, "gone": b.gone, "hit": b.hit}
	for k, n := range b.counts {
		want[k] = n
	}
	differ(t, got, want)
	stops, begins, why := map[policy.Question]int64{}, map[policy.Question]int64{}, map[string]int64{}
	for _, u := range r.Stops {
		for _, q := range u.Questions() {
			stops[q] += u.Subjects
			for reason, n := range u.Reasons {
				why[fmt.Sprint(q, reason)] += n
			}
		}
	}
	for _, u := range r.Begins {
		for _, q := range u.Questions() {
			begins[q] += u.Subjects
		}
	}
	differ(t, stops, b.stops)
	differ(t, begins, b.begins)
	differ(t, why, b.stopReasons)
}

func differ[K comparable](t *testing.T, got, want map[K]int64) {
	t.Helper()
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%v: %d, by force %d", k, got[k], n)
		}
	}
	for k, n := range got {
		if want[k] == 0 && n != 0 {
			t.Errorf("%v: %d, by force none", k, n)
		}
	}
}

func TestAPlanCountsWhatAskingOneByOneCounts(t *testing.T) {
	t.Parallel()
	rules, reg := pack(t)
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			dice := rand.New(rand.NewPCG(seed, 7))
			first := mutate(t, dice, rules, reg, "t/1", dice.IntN(6))
			current := mutate(t, dice, first, reg, "t/2", dice.IntN(6))
			next := mutate(t, dice, current, reg, "t/3", dice.IntN(12))
			older := compile(t, first, reg, noon.AddDate(-2, 0, 0))
			b := newBrute(t, current, next, reg, older)
			plan := whatif.New(b.current, b.next)
			var parts [3]whatif.Tally
			names := []privacy.EditionID{"t/1", "t/2", "t/2", "t/2", "t/2", "t/3", "t/0"}
			for i := range 40 {
				s := somebody(dice, &first, names)
				b.look(s)
				plan.Look(s, noon, &parts[i%len(parts)])
			}
			var whole whatif.Tally // in parts, and kept between them
			for i := range parts {
				raw, err := json.Marshal(&parts[i])
				if err != nil {
					t.Fatal(err)
				}
				var part whatif.Tally
				if err := json.Unmarshal(raw, &part); err != nil || !plan.Fits(&part) {
					t.Fatalf("the part does not fit: %v", err)
				}
				whole.Add(&part)
			}
			b.compare(t, plan.Report(&whole))
		})
	}
}

func TestAnEditionInPlaceOfItselfChangesNothing(t *testing.T) {
	t.Parallel()
	rules, reg := pack(t)
	current := compile(t, rules, reg, noon.AddDate(-1, 0, 0))
	again := compile(t, rules, reg, noon, current)
	plan := whatif.New(current, again)
	dice := rand.New(rand.NewPCG(1, 2))
	var tally whatif.Tally
	for range 300 {
		plan.Look(somebody(dice, &rules, []privacy.EditionID{rules.Edition}), noon, &tally)
	}
	r := plan.Report(&tally)
	var kept int64
	for _, p := range r.Purposes {
		if p.Lose+p.Gain+p.Ask > 0 {
			t.Errorf("%+v", p)
		}
		kept += p.Keep
	}
	if kept == 0 || len(r.Stops)+len(r.Begins)+len(r.Clashes) > 0 {
		t.Errorf("%d kept, stops %v, begins %v, collisions %v", kept, r.Stops, r.Begins, r.Clashes)
	}
}

func TestLookingAllocatesNothing(t *testing.T) {
	plan, crowd := measured(t)
	var tally whatif.Tally
	plan.Look(crowd[0], noon, &tally)
	i := 0
	if n := testing.AllocsPerRun(500, func() { plan.Look(crowd[i%len(crowd)], noon, &tally); i++ }); n != 0 {
		t.Errorf("a look allocates %v times", n)
	}
}

// measured is a coming edition that adds a recipient, takes a category away
// from one purpose and shortens a term, and usual subscribers.
func measured(t testing.TB) (*whatif.Plan, []*privacy.Subject) {
	rules, reg := pack(t)
	current := compile(t, rules, reg, noon.AddDate(-1, 0, 0))
	next := clone(t, rules)
	next.Edition = "t/next"
	for i := range next.Purposes {
		switch p := &next.Purposes[i]; p.ID {
		case "P03":
			p.Rows = p.Rows[1:]
			p.Operations = append(p.Operations, "systematise")
		case "P18":
			p.Terms.Storage = "30d"
		}
	}
	for i := range next.Categories {
		for j := range next.Categories[i].Attributes {
			next.Categories[i].Attributes[j].Mandatory, next.Categories[i].Attributes[j].Only = nil, nil
		}
	}
	plan := whatif.New(current, compile(t, next, reg, noon, current))
	dice := rand.New(rand.NewPCG(3, 4))
	var crowd []*privacy.Subject
	for range 1000 {
		at := noon.Add(-time.Duration(dice.IntN(24*300)) * time.Hour)
		s := &privacy.Subject{
			ID: "s", Status: privacy.StatusRegistered, Since: at, AgeKnown: true,
			Accepted:  privacy.Acceptance{ID: "a", Edition: rules.Edition, Grade: privacy.GradeSMS, At: at},
			Agreement: privacy.Agreement{ID: "g", Since: at},
		}
		for _, p := range []privacy.PurposeID{"P03", "P06.ads", "P12"} {
			if dice.IntN(2) == 0 {
				s.Give(privacy.Consent{ID: "c", Purpose: p, Edition: rules.Edition, Grade: privacy.GradeSMS, By: privacy.ActorSubject, At: at})
			}
		}
		for _, c := range rules.Categories[:10] {
			s.Hold(c.ID, "P01", "app_form", at)
			s.Hold(c.ID, "P03", "app_form", at)
		}
		crowd = append(crowd, s)
	}
	return plan, crowd
}

func BenchmarkLook(b *testing.B) {
	plan, crowd := measured(b)
	var tally whatif.Tally
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		plan.Look(crowd[i%len(crowd)], noon, &tally)
		i++
	}
}
