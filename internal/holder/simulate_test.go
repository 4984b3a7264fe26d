package holder_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// coming is an edition that takes the traffic data from the advertising, and
// keeps what the network brought for thirty days.
func coming(t testing.TB) policy.Content {
	t.Helper()
	data := must(archive())(t)
	src := must(readPack(data))(t)
	var rules policy.Rules
	if err := json.Unmarshal(must(json.Marshal(src.Rules))(t), &rules); err != nil {
		t.Fatal(err)
	}
	rules.Edition = "mega24/2027-1"
	for i := range rules.Categories {
		for j := range rules.Categories[i].Attributes {
			rules.Categories[i].Attributes[j].Only, rules.Categories[i].Attributes[j].Mandatory = nil, nil
		}
	}
	for i := range rules.Purposes {
		switch p := &rules.Purposes[i]; p.ID {
		case "P03":
			p.Rows = slices.DeleteFunc(p.Rows, func(r policy.Row) bool { return r.Category == "D09" })
		case "P12":
			p.Evidence = "sms"
		}
	}
	return policy.Content{Rules: rules, Texts: src.Texts, Law: src.Law}
}

// town is a population: one without anything, three with a consent to
// advertising whose traffic data were used, one of whom objects and blocks, one
// with a tick for P12, one destroyed.
func town(t testing.TB, h *house) (ids []privacy.SubjectID) {
	ctx := context.Background()
	for i := range 6 {
		p := somebody(i)
		p.born = "1990-05-1" + string(rune('1'+i))
		ids = append(ids, h.subscriber(p))
	}
	for _, id := range ids[1:4] {
		h.consent(id, "P03")
		h.put(t, id, "P18", "D09", "billing", secrets["D09"])
		for range 2 {
			h.read(t, id, "P03", "D09")
		}
	}
	h.read(t, ids[0], "P03", "D09") // refused, for want of a consent
	h.consent(ids[4], "P12")
	if _, err := h.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	h.read(t, ids[1], "P18", "D09") // waits for the tree
	must(h.Destroy(ctx, officer, holder.Removal{Subject: ids[5], Ground: holder.GroundUnlawful}))(t)
	return ids
}

// purpose gives the counts of one purpose.
func purpose(t testing.TB, s *holder.Simulation, id privacy.PurposeID) (keep, ask, lose, gain, without int64) {
	t.Helper()
	for _, p := range s.Purposes {
		if p.Purpose == id {
			return p.Keep, p.Ask, p.Lose, p.Gain, p.Without
		}
	}
	t.Fatalf("%s is not counted", id)
	return 0, 0, 0, 0, 0
}

func TestASimulationCountsThePopulationAndChangesNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ids := town(t, h)
		var before []*privacy.Subject
		for _, id := range ids {
			before = append(before, h.standing(t, id))
		}
		s := must(h.Simulate(ctx, officer, coming(t), holder.SimulateOptions{Days: 7}))(t)
		for i, id := range ids {
			if !reflect.DeepEqual(before[i], h.standing(t, id)) {
				t.Errorf("the standing of %d changed", i)
			}
		}
		if s.Subjects != 6 || s.Gone != 1 || s.Next != "mega24/2027-1" || s.Current != "mega24/2026-1" || !s.At.Equal(noon) {
			t.Errorf("%+v", s)
		}
		if keep, ask, lose, gain, without := purpose(t, &s, "P03"); keep != 3 || ask+lose+gain != 0 || without != 2 {
			t.Errorf("P03: %d %d %d %d %d", keep, ask, lose, gain, without)
		}
		if keep, _, lose, _, _ := purpose(t, &s, "P12"); keep != 0 || lose != 1 {
			t.Errorf("P12: %d kept, %d lost", keep, lose)
		}
		stopped := false
		for _, u := range s.Stops {
			if u.Purpose == "P03" && u.Category == "D09" && slices.Contains(u.Operations, "use") {
				stopped = u.Subjects == 3 && u.Reasons[privacy.NotInPolicy] == 3
			}
		}
		if !stopped {
			t.Errorf("the use of traffic for advertising does not stop: %+v", s.Stops)
		}
		d := s.Decisions
		if d == nil || d.Stop != 6 || len(d.Callers) != 1 || d.Gone == 0 || d.Go == 0 || d.Asked != d.Go+d.Stop+d.Begin+d.Already+d.Gone {
			t.Fatalf("%+v", d)
		}
		want := holder.CallerStopped{
			Actor: "system", ID: "test-system", Org: "test-org", Purpose: "P03", Category: "D09", Operation: "use",
			Reason: privacy.NotInPolicy, Count: 6,
		}
		if d.Callers[0] != want {
			t.Errorf("got  %+v\nwant %+v", d.Callers[0], want)
		}
		h.counted(t, s.Event, "simulation", "mega24/2027-1", 6)
		h.verify(t)
	})
}

// counted checks the event that says that the population was counted.
func (h *house) counted(t testing.TB, id privacy.EventID, what string, about privacy.EditionID, n int) {
	t.Helper()
	var e ledger.Event
	if err := h.db.View(context.Background(), func(v store.View) error {
		row, err := v.Event(context.Background(), store.HolderID, id)
		if err != nil {
			return err
		}
		e, err = ledger.Parse(row.Bytes)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if e.Kind != ledger.DataListed || e.Count != n || e.Ref != string(about) || e.Detail["what"] != what || e.Actor.Kind != "officer" {
		t.Errorf("recorded as %+v", e)
	}
}

func TestASimulationThatIsNotRecordedIsNotReleased(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	h.subscriber(aibek)
	h.breakAt(func(op string) error {
		if op == "insert" {
			return errors.New("broken")
		}
		return nil
	})
	s, err := h.Simulate(context.Background(), officer, coming(t), holder.SimulateOptions{})
	h.breakAt(nil)
	if privacy.CodeOf(err) != privacy.Unavailable || s.Event != "" {
		t.Fatalf("%v, event %q", err, s.Event)
	}
}

func TestASimulationThatIsBrokenOffGoesOnAndCountsTheSame(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		town(t, h)
		next := coming(t)
		o := holder.SimulateOptions{At: noon.AddDate(0, 1, 0), Days: 7, Page: 1}
		whole := must(h.Simulate(ctx, officer, next, o))(t)
		broken := errors.New("broken off")
		for stop := 1; ; stop++ {
			o := o
			var state []byte
			saves := 0
			o.Save = func(b []byte) error {
				state = slices.Clone(b)
				if saves++; saves == stop {
					return broken
				}
				return nil
			}
			if _, err := h.Simulate(ctx, officer, next, o); err == nil {
				if stop < 7 {
					t.Errorf("saved only %d times", stop)
				}
				break
			} else if !errors.Is(err, broken) {
				t.Fatal(err)
			}
			o.Save, o.Resume = nil, state
			again := must(h.Simulate(ctx, officer, next, o))(t)
			if !again.Resumed {
				t.Error("does not say that it went on")
			}
			again.Resumed, again.Event = whole.Resumed, whole.Event
			if got, want := must(json.Marshal(&again))(t), must(json.Marshal(&whole))(t); string(got) != string(want) {
				t.Fatalf("broken off at %d\ngot  %s\nwant %s", stop, got, want)
			}
			o.Days++
			if _, err := h.Simulate(ctx, officer, next, o); privacy.CodeOf(err) != privacy.Conflict {
				t.Fatalf("a state of other days is taken: %v", err)
			}
		}
	})
}

func TestWhoMaySimulateAndWhat(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	for _, who := range []privacy.Actor{crm, clerk, auditor, {}} {
		if _, err := h.Simulate(ctx, who, coming(t), holder.SimulateOptions{}); privacy.CodeOf(err) != privacy.Forbidden {
			t.Errorf("%s: %v", who.Kind(), err)
		}
	}
	broken := coming(t)
	broken.Rules.Purposes[0].Cites = nil
	for name, c := range map[string]struct {
		next policy.Content
		o    holder.SimulateOptions
		want privacy.Code
	}{
		"a pack that does not compile": {broken, holder.SimulateOptions{}, privacy.Invalid},
		"a state that is none":         {coming(t), holder.SimulateOptions{Resume: []byte("{")}, privacy.Invalid},
		"a state of nothing":           {coming(t), holder.SimulateOptions{Resume: []byte("{}")}, privacy.Conflict},
		"days before nothing":          {coming(t), holder.SimulateOptions{Days: -1}, privacy.BadValue},
	} {
		if _, err := h.Simulate(ctx, officer, c.next, c.o); privacy.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := must(h.Simulate(ctx, officer, coming(t), holder.SimulateOptions{}))(t); s.Subjects != 0 || s.Decisions != nil {
		t.Errorf("nobody is %+v", s)
	}
}

func TestAcceptancesAddUpToTheLiving(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ids := town(t, h)
		h.register(person{number: "+996992777001", born: "1991-01-17", surname: "Асанова"}) // accepted nothing
		h.enact(t, variant(t, 2, wider(t)))
		doc := must(h.Current(ctx))(t)
		told := must(h.Tell(ctx, crm, ids[0], privacy.Kyrgyz, doc.Texts[privacy.Kyrgyz].SHA256))(t)
		must(h.Continued(ctx, self(ids[0]), ids[0], told.Notice))(t)
		h.accept(ids[1])
		must(h.Decline(ctx, self(ids[2]), ids[2], doc.Edition))(t)
		for _, who := range []privacy.Actor{crm, clerk, {}} {
			if _, err := h.Acceptances(ctx, who); privacy.CodeOf(err) != privacy.Forbidden {
				t.Errorf("%s: %v", who.Kind(), err)
			}
		}
		a := must(h.Acceptances(ctx, officer))(t)
		if a.Living != 6 || len(a.Editions) != 2 || !a.At.After(noon.Add(-time.Second)) {
			t.Fatalf("%+v", a)
		}
		for _, e := range a.Editions {
			if e.Explicit+e.Deemed+e.Refused+e.None != a.Living {
				t.Errorf("does not add up: %+v", e)
			}
		}
		if e := a.Editions[1]; e.Explicit != 1 || e.Tick != 1 || e.Deemed != 1 || e.Refused != 1 || e.None != 3 {
			t.Errorf("%+v", e)
		}
		h.counted(t, a.Event, "acceptances", doc.Edition, 6)
	})
}
