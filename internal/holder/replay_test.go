package holder_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// refolds holds that a subject's events tell his standing, field by field, but
// for the day on which he comes of age and his guardian, which no event holds.
func (h *house) refolds(t testing.TB, id privacy.SubjectID) {
	t.Helper()
	stored := *h.standing(t, id)
	stored.MinorUntil, stored.Guardian = time.Time{}, ""
	told := holder.Fold(id, h.facts(t, id))
	if a, b := standingText(t, &stored), standingText(t, &told); a != b {
		t.Fatalf("the events tell\n%s\nand kept is\n%s", b, a)
	}
}

func standingText(t testing.TB, s *privacy.Subject) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// replays runs every decision of a subject again and gives how many there were.
func (h *house) replays(t testing.TB, id privacy.SubjectID) []holder.Replayed {
	t.Helper()
	out := must(h.ReplayAll(context.Background(), officer, id))(t)
	for _, r := range out {
		if !r.Same {
			t.Errorf("%s %s at %s under %s, age %s: %+v", r.Kind, r.Event, r.At, r.Edition, r.Age, r.Answers)
		}
	}
	return out
}

// TestTheEventsTellTheStanding: what a subscriber with everything has is told by
// his stream, before and after each of the ways in which it can go.
func TestTheEventsTellTheStanding(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	guardian := h.subscriber(somebody(1))
	child, err := h.child(person{number: "+996992000002", born: "2016-03-04", surname: "Осмонов"}, guardian)
	if err != nil {
		t.Fatal(err)
	}
	h.refolds(t, child)
	for _, e := range h.facts(t, child) {
		if text := string(must(ledger.Canonical(e))(t)); strings.Contains(text, string(guardian)) {
			t.Errorf("the ledger says who the guardian is: %s", text)
		}
	}
	id := h.everything(t)
	h.refolds(t, id)
	blocked := must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D09"}))(t)
	must(h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Purpose: "P03", Ground: "unlawful"}))(t)
	must(h.Withdraw(ctx, clerk, holder.Withdrawal{Subject: id, Purpose: "P03", Received: noon.Add(-time.Hour)}))(t)
	must(h.Object(ctx, self(id), id, "P08"))(t)
	must(h.Rectify(ctx, officer, holder.Write{Subject: id, Category: "D05", Source: "office_scan", Value: map[string]any{"soate": "41711000000000", "house": "9"}}))(t)
	h.clock.Advance(8 * day)
	h.settle(t, id, "term")
	h.refolds(t, id)
	must(h.Unblock(ctx, self(id), id, blocked.Block, ""))(t)
	must(h.Delete(ctx, self(id), holder.Removal{Subject: id, Categories: []privacy.CategoryID{"D12"}, Ground: holder.GroundRequest}))(t)
	h.refolds(t, id)
	must(h.EndAgreement(ctx, self(id), id))(t)
	must(h.Delete(ctx, self(id), holder.Removal{Subject: id, Ground: holder.GroundClosed}))(t)
	h.clock.Advance(2 * 365 * day)
	h.duties(t)
	h.refolds(t, id)
	h.replays(t, id)
	must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundOrder, Citation: "DC-90.7"}))(t)
	h.refolds(t, id)
	h.replays(t, id)
}

// TestTheStreamAndTheStandingTellOneTime: on a node whose clock is behind, what
// is done next is done when the stream says.
func TestTheStreamAndTheStandingTellOneTime(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	h.clock.Advance(-3 * time.Second)
	h.consent(id, "P03")
	h.put(t, id, "P18", "D09", "billing", secrets["D09"])
	if h.read(t, id, "P03", "D09") == nil {
		t.Error("nothing was released")
	}
	h.refolds(t, id)
	h.replays(t, id)
}

// narrow is a system whose credential names little.
var narrow = privacy.NewActor(privacy.ActorSpec{
	Kind: privacy.ActorSystem, ID: "narrow", Channel: privacy.ChannelAPI, Purposes: []privacy.PurposeID{"P03", "P18"}, Operations: privacy.Use,
})

// shop is a partner: one of the recipients.
var shop = privacy.NewActor(privacy.ActorSpec{
	Kind: privacy.ActorPartner, ID: "shop", Channel: privacy.ChannelPartner, Recipient: "partner-shop",
	AllPurposes: true, Operations: privacy.Transfer,
})

// lookers are the ways of looking at a subject, each of which records a decision.
func (r *run) lookers(number string) map[string]func() {
	ctx := context.Background()
	purposes := must(r.Current(ctx))(r.house.t).Rules.Purposes
	draw := func() holder.Read {
		p := rapid.SampledFrom(purposes).Draw(r.t, "purpose")
		cats := []privacy.CategoryID{"D01", "D02", "D05", "D07", "D08", "D09", "D11", "D12", "D13"}
		n := rapid.IntRange(1, 4).Draw(r.t, "how many")
		return holder.Read{
			Subject: r.id, Purpose: p.ID, Categories: rapid.SliceOfNDistinct(rapid.SampledFrom(cats), n, n, rapid.ID[privacy.CategoryID]).Draw(r.t, "what"),
			Operation: rapid.SampledFrom([]privacy.Operations{privacy.Use, privacy.Use, privacy.Extract, privacy.TransferProvide}).Draw(r.t, "operation"),
		}
	}
	taken := func(err error) {
		if c := privacy.CodeOf(err); c == privacy.Internal || c == privacy.Unavailable {
			r.t.Fatal(err)
		}
	}
	return map[string]func(){
		"read": func() {
			q := draw()
			if q.Operation&privacy.Transfer != 0 {
				q.Recipient = rapid.SampledFrom([]privacy.RecipientID{"billing", "court", "partner-shop"}).Draw(r.t, "recipient")
			}
			taken(failure(r.Read(ctx, crm, q)))
		},
		"read narrowly": func() { taken(failure(r.Read(ctx, narrow, draw()))) },
		"read by staff": func() {
			q := draw()
			q.Case, q.Reason = "CASE-2026/17", "a call"
			taken(failure(r.Read(ctx, clerk, q)))
		},
		"read by a partner": func() {
			q := draw()
			q.Purpose, q.Operation = "P17", privacy.TransferProvide
			q.Recipient = rapid.SampledFrom([]privacy.RecipientID{"partner-shop", "billing", ""}).Draw(r.t, "recipient")
			taken(failure(r.Read(ctx, shop, q)))
		},
		"list": func() {
			taken(failure(r.List(ctx, crm, r.id, rapid.SampledFrom([]privacy.PurposeID{"P13", "P18", "P03", "P08"}).Draw(r.t, "purpose"))))
		},
		"list by staff": func() { taken(failure(r.List(ctx, clerk, r.id, "P19"))) },
		"extract":       func() { taken(failure(r.Extract(ctx, self(r.id), r.id))) },
		"look up": func() {
			if r.destroyed || r.deleted {
				return
			}
			taken(failure(r.FindByNumber(ctx, clerk, number)))
		},
		"send a code": func() {
			taken(failure(r.SendCode(ctx, crm, r.id, evidence.AimDestroy, privacy.Kyrgyz, fmt.Sprintf("192.0.2.%d", rand.IntN(250)))))
		},
	}
}

// TestEveryRecordedDecisionReplaysTheSame: random verbs and readings on several
// subjects over two editions, then every decision in their streams again.
func TestEveryRecordedDecisionReplaysTheSame(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	var runs []*run
	for i := range 6 {
		born := []string{"1990-05-17", "2009-01-15"}[i%2]
		p := somebody(700 + i)
		p.born = born
		r := &run{house: h, naive: &naive{
			now: h.clock.Now(), given: map[privacy.PurposeID]*given{}, objected: map[privacy.PurposeID]bool{}, values: map[privacy.CategoryID]*value{},
		}, id: h.register(p)}
		if born == "2009-01-15" {
			r.adult = time.Date(2027, 1, 14, 18, 0, 0, 0, time.UTC)
		}
		for _, c := range []privacy.CategoryID{"D01", "D02", "D03", "D04", "D05", "D08"} {
			r.values[c] = &value{privacy.ValueLive, h.clock.Now(), map[privacy.PurposeID]bool{"P01": true}}
		}
		runs = append(runs, r)
	}
	acts := 30
	if long() {
		acts = 300
	}
	h.live(runs, acts, 1)
	h.enact(t, variant(t, 2, narrower(t)))
	h.live(runs, acts, 2)
	kinds, refused, editions := map[ledger.Kind]int{}, map[privacy.Reason]int{}, map[privacy.EditionID]int{}
	for _, r := range runs {
		h.refolds(t, r.id)
		for _, x := range h.replays(t, r.id) {
			kinds[x.Kind]++
			editions[x.Edition]++
			for _, a := range x.Answers {
				refused[a.Again.Reason]++
			}
		}
	}
	if len(kinds) < 8 || len(refused) < 8 || len(editions) != 2 {
		t.Errorf("the run shows little: %v %v %v", kinds, refused, editions)
	}
	h.verify(t)
}

// narrower is the edition with one category less for fighting fraud.
func narrower(t testing.TB) func(string) string {
	return func(rules string) string {
		at := strings.Index(rules, "  - id: P08\n")
		return rules[:at] + replace(t, rules[at:], "      - id: D08\n        operations: [systematise, use]\n", "")
	}
}

// live does random things to the subjects, one after another.
func (h *house) live(runs []*run, acts int, seed int) {
	for i, r := range runs {
		rapid.Custom(func(rt *rapid.T) int { // draws that a seed decides
			r.t = rt
			if r.now = h.clock.Now(); !r.accepted && i > 0 {
				r.accept()
				r.agree()
			}
			verbs := r.verbs()
			maps.Copy(verbs, r.lookers(somebody(700+i).number))
			delete(verbs, "wait") // the house has one clock, and the others are not done with
			names := slices.Sorted(maps.Keys(verbs))
			names = append(names, "read", "read", "read by staff", "consent")
			for _, name := range []string{"destroy", "delete"} { // seldom: what is gone is not looked at
				if i%3 != 0 {
					names = slices.DeleteFunc(names, func(n string) bool { return n == name })
				}
			}
			for range acts {
				verbs[rapid.SampledFrom(names).Draw(rt, "verb")]()
				h.clock.Advance(time.Minute)
				r.now = h.clock.Now()
			}
			return 0
		}).Example(seed*1000 + i)
	}
}

// alter changes a recorded event in place, past every verb, as somebody could
// who has the database in his hands; the chain would show it, and so must this.
func (h *house) alter(t testing.TB, e ledger.Event, change func(*ledger.Event)) {
	t.Helper()
	e.Detail, e.Categories = maps.Clone(e.Detail), slices.Clone(e.Categories)
	change(&e)
	text := must(ledger.Canonical(e))(t)
	dir, _ := strings.CutPrefix(h.dsn, "sqlite:")
	db := must(sql.Open("sqlite", "file:"+dir+"/kupuya.db?_pragma=busy_timeout(10000)"))(t)
	defer db.Close()
	res := must(db.Exec(`UPDATE event SET bytes = $1 WHERE event_id = $2`, text, e.ID))(t)
	if n, err := res.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d events altered, %v", n, err)
	}
}

func TestAnAlteredDecisionIsFoundOut(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	h.consent(id, "P03")
	h.put(t, id, "P18", "D09", "billing", secrets["D09"])
	must(h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P03", Categories: []privacy.CategoryID{"D01", "D09", "D11"}, Operation: privacy.Use}))(t)
	must(h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P12", Categories: []privacy.CategoryID{"D08"}, Operation: privacy.Use}))(t)
	must(h.Read(ctx, narrow, holder.Read{Subject: id, Purpose: "P07", Categories: []privacy.CategoryID{"D08"}, Operation: privacy.Use}))(t)
	must(h.List(ctx, crm, id, "P18"))(t)
	facts := h.facts(t, id)
	last := func(k ledger.Kind, n int) ledger.Event {
		var found []ledger.Event
		for _, e := range facts {
			if e.Kind == k {
				found = append(found, e)
			}
		}
		return found[len(found)-1-n]
	}
	for name, c := range map[string]struct {
		e      ledger.Event
		change func(*ledger.Event)
	}{
		"the reason of a refusal":              {last(ledger.DecisionRefused, 1), func(e *ledger.Event) { e.Reason = "blocked" }},
		"the reason of one category":           {last(ledger.DecisionRefused, 1), func(e *ledger.Event) { e.Detail["d08"] = "blocked" }},
		"a scope that was there":               {last(ledger.DecisionRefused, 0), func(e *ledger.Event) { delete(e.Detail, "actor_scope") }},
		"the clause":                           {last(ledger.DataUsed, 0), func(e *ledger.Event) { e.Clause = "3.4" }},
		"the basis":                            {last(ledger.DataUsed, 0), func(e *ledger.Event) { e.Basis = "law" }},
		"until when":                           {last(ledger.DataUsed, 0), func(e *ledger.Event) { e.Until = e.Until.Add(time.Hour) }},
		"a category that was refused":          {last(ledger.DataUsed, 0), func(e *ledger.Event) { delete(e.Detail, "d01"); e.Categories = []string{"D01", "D09"} }},
		"what was listed":                      {last(ledger.DataListed, 0), func(e *ledger.Event) { e.Categories = e.Categories[1:] }},
		"a value whose refusal was not listed": {last(ledger.DataListed, 0), func(e *ledger.Event) { delete(e.Detail, "d04") }},
		"the moment":                           {last(ledger.DataUsed, 0), func(e *ledger.Event) { e.Time = e.Time.AddDate(2, 0, 0) }},
	} {
		got := must(h.Replay(ctx, auditor, id, privacy.EventID(c.e.ID)))(t)
		if !got.Same {
			t.Fatalf("%s: before anything was altered %+v", name, got.Answers)
		}
		h.alter(t, c.e, c.change)
		if got := must(h.Replay(ctx, auditor, id, privacy.EventID(c.e.ID)))(t); got.Same {
			t.Errorf("%s was altered and nobody noticed: %+v", name, got.Answers)
		}
		h.alter(t, c.e, func(*ledger.Event) {})
	}
}

// TestAnAgeThatIsForgottenIsSaidToBe: the ledger holds no age, so after a
// correction or a destruction the answers of then may turn on what is not known.
func TestAnAgeThatIsForgottenIsSaidToBe(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(person{number: "+996992000077", born: "2009-01-15", surname: "Осмонов"})
	h.consent(id, "P05")
	for _, p := range []privacy.PurposeID{"P12", "P07", "P05"} {
		must(h.Read(ctx, crm, holder.Read{Subject: id, Purpose: p, Categories: []privacy.CategoryID{"D08"}, Operation: privacy.Use}))(t)
	}
	ages := func() map[string]holder.AgeThen {
		out := map[string]holder.AgeThen{}
		for _, r := range h.replays(t, id) {
			out[fmt.Sprintf("%s %s", r.Kind, r.Answers[0].Question.Purpose)] = r.Age
		}
		return out
	}
	for of, age := range ages() {
		if age != holder.AgeStands {
			t.Errorf("%s: the age is %s though nothing changed it", of, age)
		}
	}
	must(h.Rectify(ctx, officer, holder.Write{Subject: id, Category: "D02", Source: "office_scan", Value: map[string]any{"birth_date": "1990-05-17"}}))(t)
	must(h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D08"}, Operation: privacy.Use}))(t)
	got := ages()
	if got["data.used P07"] != holder.AgeImmaterial || got["decision.refused P12"] != holder.AgeImmaterial || got["data.used P18"] != holder.AgeStands {
		t.Errorf("after a correction %v", got)
	}
	h.consent(id, "P12")
	must(h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P12", Categories: []privacy.CategoryID{"D08"}, Operation: privacy.Use}))(t)
	must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	if got := ages(); got["data.used P12"] != holder.AgeLost || got["data.used P18"] != holder.AgeImmaterial {
		t.Errorf("after the destruction %v", got)
	}
}

func TestWhoMayHaveADecisionRunAgain(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id, other := h.subscriber(aibek), h.subscriber(somebody(3))
	h.read(t, id, "P18", "D01")
	facts := h.facts(t, id)
	event := privacy.EventID(facts[len(facts)-1].ID)
	for _, who := range []privacy.Actor{self(id), officer, auditor} {
		if r := must(h.Replay(ctx, who, id, event))(t); !r.Same || r.Answers[0].Again.Reason != privacy.Allowed {
			t.Errorf("%s: %+v", who.Kind(), r)
		}
	}
	refusedAs(t, failure(h.Replay(ctx, self(other), id, event)), privacy.NotFound, "")
	refusedAs(t, failure(h.Replay(ctx, officer, other, event)), privacy.NotFound, "")
	refusedAs(t, failure(h.Replay(ctx, officer, id, privacy.EventID(facts[0].ID))), privacy.NotFound, "") // a notice decides nothing
	for _, who := range []privacy.Actor{clerk, crm, shop} {
		refusedAs(t, failure(h.Replay(ctx, who, id, event)), privacy.Forbidden, "")
	}
}
