package holder_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// naive is what a careful reader of the policy would note on paper about one
// subject. It shares no rule with the program.
type naive struct {
	now                time.Time
	deleted, destroyed bool
	adult              time.Time // when he is eighteen
	accepted           bool
	since, ended       time.Time // of the contract
	given              map[privacy.PurposeID]*given
	objected           map[privacy.PurposeID]bool
	blocks             []block
	values             map[privacy.CategoryID]*value
}

type given struct{ at, withdrawn time.Time }

type block struct {
	id       string
	dispute  bool
	category privacy.CategoryID
	purpose  privacy.PurposeID
}

type value struct {
	state     privacy.ValueState
	collected time.Time
	purposes  map[privacy.PurposeID]bool
}

// question is one of those that the model answers, with what the policy says of it.
type question struct {
	purpose  privacy.PurposeID
	category privacy.CategoryID
	op       privacy.Operations
	contract bool // stands on the concluded contract
	consent  bool
	interest bool
	duty     bool // no block stops it
}

var questions = []question{
	{purpose: "P01", category: "D05", op: privacy.Store},
	{purpose: "P01", category: "D05", op: privacy.Collect | privacy.Record},
	{purpose: "P03", category: "D09", op: privacy.Use, consent: true},
	{purpose: "P05", category: "D12", op: privacy.Use, consent: true},
	{purpose: "P07", category: "D08", op: privacy.Use},
	{purpose: "P08", category: "D11", op: privacy.Use, interest: true},
	{purpose: "P12", category: "D08", op: privacy.Use, consent: true},
	{purpose: "P13", category: "D01", op: privacy.Extract, duty: true},
	{purpose: "P18", category: "D01", op: privacy.Use, contract: true},
}

// may is the answer to a question, in the order in which the policy is read.
func (m *naive) may(q question) privacy.Reason {
	keeping, gathering := q.op == privacy.Store, q.op == privacy.Collect|privacy.Record
	v := m.values[q.category]
	switch {
	case m.destroyed:
		return privacy.Destroyed
	case m.deleted && !keeping:
		return privacy.Deleted
	case v != nil && !gathering && v.state == privacy.ValueDestroyed:
		return privacy.Destroyed
	case v != nil && !gathering && !keeping && v.state == privacy.ValueDeleted:
		return privacy.Deleted
	}
	for _, b := range m.blocks {
		if !q.duty && !keeping && (b.category == "" || b.category == q.category) && (b.purpose == "" || b.purpose == q.purpose) {
			if b.dispute {
				return privacy.Disputed
			}
			return privacy.Blocked
		}
	}
	if m.objected[q.purpose] && !keeping {
		return privacy.Objected
	}
	if (q.contract || q.consent) && !m.accepted {
		return privacy.NotAccepted
	}
	if q.contract && !m.underContract() {
		return privacy.NoAgreement
	}
	if q.consent {
		switch g := m.given[q.purpose]; {
		case g == nil:
			return privacy.NoConsent
		case !g.withdrawn.IsZero():
			return privacy.ConsentWithdrawn
		case !m.now.Before(g.at.AddDate(1, 0, 0)):
			return privacy.ConsentExpired
		}
	}
	if (q.purpose == "P03" || q.purpose == "P12") && m.now.Before(m.adult) {
		return privacy.MinorLocked
	}
	if m.over(q, v) {
		return privacy.TermReached
	}
	return privacy.Allowed
}

// over reports whether the term of the question has run out.
func (m *naive) over(q question, v *value) bool {
	switch q.purpose {
	case "P05", "P08": // ninety days from the day of collection
		return v != nil && v.state != privacy.ValueDestroyed && !m.now.Before(v.collected.AddDate(0, 0, 90))
	case "P13": // six years after the contract
		return m.afterContract(6)
	case "P01": // kept three years after the contract; nothing more is collected for it once it has ended
		if q.op == privacy.Store {
			return m.afterContract(3)
		}
		return m.afterContract(0)
	case "P07":
		return m.afterContract(0)
	}
	return false
}

func (m *naive) afterContract(years int) bool {
	return !m.ended.IsZero() && !m.now.Before(m.ended.AddDate(years, 0, 0))
}

func (m *naive) underContract() bool { return !m.since.IsZero() && m.ended.IsZero() }

// settle destroys what nothing keeps any more and nobody disputes.
func (m *naive) settle() {
	for c, v := range m.values {
		disputed := slices.ContainsFunc(m.blocks, func(b block) bool { return b.dispute && (b.category == "" || b.category == c) })
		if v.state != privacy.ValueDestroyed && !disputed && !m.kept(c, v) {
			v.state = privacy.ValueDestroyed
		}
	}
}

func (m *naive) kept(c privacy.CategoryID, v *value) bool {
	fresh := m.now.Before(v.collected.AddDate(0, 0, 90))
	if g := m.given["P05"]; v.purposes["P05"] && g != nil && g.withdrawn.IsZero() && m.now.Before(g.at.AddDate(1, 0, 0)) && fresh {
		return true
	}
	if !m.accepted && m.since.IsZero() { // a registration that was not finished
		return m.now.Before(v.collected.Add(24 * time.Hour))
	}
	return v.purposes["P08"] && fresh || v.purposes["P01"] && !m.afterContract(3) || (c == "D01" || c == "D08") && !m.afterContract(6)
}

// run is one subject, in the program and on paper.
type run struct {
	*house
	*naive
	t  *rapid.T
	id privacy.SubjectID
}

// expect holds that a verb was taken or refused as the paper says.
func (r *run) expect(verb string, err error, ok bool) bool {
	if (err == nil) != ok {
		r.t.Fatalf("%s: %v, expected to be taken: %v", verb, err, ok)
	}
	if c := privacy.CodeOf(err); c == privacy.Internal || c == privacy.Unavailable {
		r.t.Fatalf("%s: %v", verb, err)
	}
	return ok
}

func (r *run) answers() []privacy.Reason {
	asks := make([]holder.Ask, len(questions))
	for i, q := range questions {
		asks[i].Subject = r.id
		asks[i].Purpose, asks[i].Category, asks[i].Operation = q.purpose, q.category, q.op
	}
	ds, err := r.Ask(context.Background(), crm, asks)
	if err != nil {
		r.t.Fatal(err)
	}
	out := make([]privacy.Reason, len(ds))
	for i := range ds {
		out[i] = ds[i].Reason
	}
	return out
}

// compare holds the program's answers against the paper's.
func (r *run) compare(after string) {
	got := r.answers()
	for i, q := range questions {
		if want := r.naive.may(q); got[i] != want {
			r.t.Fatalf("after %s: %s %s %s is %s, want %s", after, q.purpose, q.category, q.op, got[i], want)
		}
		if g := r.given[q.purpose]; q.consent && got[i] == privacy.Allowed && g == nil {
			r.t.Fatalf("after %s: %s is on without a consent", after, q.purpose)
		}
	}
	r.refolds(r.house.t, r.id)
}

// noneTurnedOn holds that no answer became a yes.
func (r *run) noneTurnedOn(verb string, before []privacy.Reason) {
	for i, now := range r.answers() {
		if now == privacy.Allowed && before[i] != privacy.Allowed {
			r.t.Fatalf("%s turned %s %s on (it was %s)", verb, questions[i].purpose, questions[i].category, before[i])
		}
	}
}

var lastNumber atomic.Int64

// TestTheHolderAgreesWithThePaper runs random verbs on one subject after another
// and compares every answer with a naive model: allowed or refused, and why.
func TestTheHolderAgreesWithThePaper(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	rapid.Check(t, func(rt *rapid.T) {
		h.clock.Advance(noon.Sub(h.clock.Now()))
		born := rapid.SampledFrom([]string{"1990-05-17", "2009-01-15"}).Draw(rt, "born")
		p := person{number: fmt.Sprintf("+996994%06d", lastNumber.Add(1)), born: born, surname: "Осмонов"}
		r := &run{h, &naive{
			now: noon, given: map[privacy.PurposeID]*given{}, objected: map[privacy.PurposeID]bool{},
			values: map[privacy.CategoryID]*value{},
		}, rt, h.register(p)}
		if born == "2009-01-15" {
			r.adult = time.Date(2027, 1, 14, 18, 0, 0, 0, time.UTC)
		}
		for _, c := range []privacy.CategoryID{"D01", "D02", "D03", "D04", "D05", "D08"} {
			r.values[c] = &value{privacy.ValueLive, noon, map[privacy.PurposeID]bool{"P01": true}}
		}
		r.compare("registration")
		if rapid.IntRange(0, 4).Draw(rt, "beginning") > 1 { // most go through with it
			r.accept()
			r.agree()
			if rapid.Bool().Draw(rt, "app used") {
				r.consent("P05")
				r.write(onConsent)
			}
		}
		verbs := r.verbs()
		names := slices.Sorted(maps.Keys(verbs))
		names = append(names, "write", "wait", "block", "withdraw", "consent") // what more depends on
		for range rapid.IntRange(1, 14).Draw(rt, "acts") {
			name := rapid.SampledFrom(names).Draw(rt, "verb")
			verbs[name]()
			r.compare(name)
			if rapid.Bool().Draw(rt, "settled") {
				verbs["settle"]()
				r.compare("settling after " + name)
			}
		}
		h.events(t, r.id)
		h.replays(t, r.id)
	})
	h.verify(t)
}

func (r *run) accept() {
	before := r.answers()
	f, err := r.Form(context.Background(), crm, r.id, evidence.AimAccept, privacy.Kyrgyz)
	if err == nil {
		_, err = r.Accept(context.Background(), crm, holder.Acceptance{Subject: r.id, Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: r.tick(f)})
	}
	if r.expect("accept", err, !r.deleted && !r.destroyed) {
		r.accepted = true
	}
	r.consentsUntouched("accept", before)
}

// consentsUntouched holds that accepting an edition allows no purpose.
func (r *run) consentsUntouched(verb string, before []privacy.Reason) {
	for i, now := range r.answers() {
		if questions[i].consent && now == privacy.Allowed && before[i] != privacy.Allowed && before[i] != privacy.NotAccepted {
			r.t.Fatalf("%s turned %s on", verb, questions[i].purpose)
		}
	}
}

func (r *run) agree() {
	full := true
	for _, c := range []privacy.CategoryID{"D01", "D02", "D03", "D04", "D05", "D08"} {
		full = full && r.values[c].state == privacy.ValueLive
	}
	_, err := r.Agree(context.Background(), crm, r.id)
	if r.expect("agree", err, !r.deleted && !r.destroyed && (r.underContract() || r.accepted && full)) && !r.underContract() {
		r.since, r.ended = r.now, time.Time{}
	}
}

func (r *run) verbs() map[string]func() {
	ctx := context.Background()
	purpose := func(of ...privacy.PurposeID) privacy.PurposeID { return rapid.SampledFrom(of).Draw(r.t, "purpose") }
	return map[string]func(){
		"accept": r.accept,
		"agree":  r.agree,
		"continue": func() {
			before := r.answers()
			doc, err := r.Current(ctx)
			if err != nil {
				r.t.Fatal(err)
			}
			told, err := r.Tell(ctx, crm, r.id, privacy.Kyrgyz, doc.Texts[privacy.Kyrgyz].SHA256)
			if err == nil {
				_, err = r.Continued(ctx, crm, r.id, told.Notice)
			}
			r.expect("continue", err, !r.deleted && !r.destroyed && r.accepted) // it begins nothing
			r.noneTurnedOn("continue", before)
		},
		"end the contract": func() {
			_, err := r.EndAgreement(ctx, crm, r.id)
			if r.expect("end", err, !r.destroyed && r.underContract()) {
				r.ended = r.now
			}
		},
		"consent": func() { r.consent(purpose("P03", "P05", "P12")) },
		"withdraw": func() {
			p := purpose("P03", "P05", "P05", "P12")
			before := r.answers()
			_, err := r.Withdraw(ctx, self(r.id), holder.Withdrawal{Subject: r.id, Purpose: p})
			if r.expect("withdraw", err, !r.destroyed && r.given[p] != nil) && r.given[p].withdrawn.IsZero() {
				r.given[p].withdrawn = r.now
			}
			r.noneTurnedOn("withdraw", before)
		},
		"object": func() {
			p := purpose("P03", "P08")
			before := r.answers()
			_, err := r.Object(ctx, self(r.id), r.id, p)
			if r.expect("object", err, !r.destroyed) {
				r.objected[p] = true
			}
			r.noneTurnedOn("object", before)
		},
		"block": func() {
			b := block{
				dispute: rapid.Bool().Draw(r.t, "dispute"), category: rapid.SampledFrom([]privacy.CategoryID{"", "D05", "D12", "D12"}).Draw(r.t, "category"),
				purpose: purpose("", "P03", "P18"),
			}
			q := holder.BlockRequest{Subject: r.id, Category: b.category, Purpose: b.purpose, Ground: "unlawful"}
			before := r.answers()
			set := r.Block
			if b.dispute {
				set = r.Dispute
			}
			out, err := set(ctx, self(r.id), q)
			if r.expect("block", err, !r.destroyed) {
				b.id = out.Block
				r.blocks = append(r.blocks, b)
			}
			r.noneTurnedOn("block", before)
		},
		"unblock": func() {
			if len(r.blocks) == 0 {
				return
			}
			_, err := r.Unblock(ctx, officer, r.id, r.blocks[0].id, "lifted")
			if r.expect("unblock", err, !r.destroyed) {
				r.blocks = r.blocks[1:]
			}
		},
		"write": func() {
			r.write(rapid.SampledFrom([]holder.Write{
				{Purpose: "P08", Category: "D11", Source: "sdk", Value: secrets["D11"]},
				onConsent,
				{Purpose: "P01", Category: "D05", Source: "app_form", Value: secrets["D05"]},
			}).Draw(r.t, "what"))
		},
		"delete": func() {
			c := rapid.SampledFrom([]privacy.CategoryID{"D05", "D12", ""}).Draw(r.t, "what")
			before := r.answers()
			_, err := r.Delete(ctx, self(r.id), r.removal(c))
			r.removed("delete", err, c, privacy.ValueDeleted)
			r.noneTurnedOn("delete", before)
		},
		"destroy": func() {
			c := rapid.SampledFrom([]privacy.CategoryID{"D05", "D12", "D05", ""}).Draw(r.t, "what")
			_, err := r.Destroy(ctx, officer, r.removal(c))
			r.removed("destroy", err, c, privacy.ValueDestroyed)
		},
		"wait": func() {
			d := rapid.SampledFrom([]time.Duration{time.Hour, 25 * time.Hour, 25 * time.Hour, 60 * day, 91 * day, 366 * day, 4 * 365 * day}).Draw(r.t, "how long")
			before := r.answers()
			r.clock.Advance(d)
			minor := r.now.Before(r.adult)
			if r.now = r.clock.Now(); !minor { // nothing comes by itself but of age
				r.noneTurnedOn("waiting", before)
			}
		},
		"settle": func() {
			before := r.answers()
			if _, err := r.Settle(ctx, store.Duty{Subject: r.id, Kind: holder.DutySettle, Cause: "any"}); err != nil {
				r.t.Fatal(err)
			}
			if !r.destroyed {
				r.naive.settle()
			}
			r.noneTurnedOn("settling", before)
		},
	}
}

// onConsent is a value that a consent alone keeps.
var onConsent = holder.Write{Purpose: "P05", Category: "D12", Source: "sdk", Value: secrets["D12"]}

func (r *run) consent(p privacy.PurposeID) {
	ctx := context.Background()
	f, err := r.Form(ctx, crm, r.id, evidence.AimConsent(p), privacy.Kyrgyz)
	if err == nil {
		_, err = r.Consent(ctx, crm, holder.Consent{Subject: r.id, Purpose: p, Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: r.tick(f)})
	}
	locked := p != "P05" && r.now.Before(r.adult)
	if r.expect("consent", err, !r.deleted && !r.destroyed && r.accepted && !locked) {
		r.given[p] = &given{at: r.now}
		delete(r.objected, p)
	}
}

func (r *run) write(w holder.Write) {
	w.Subject, w.Notice = r.id, r.told()
	q := question{purpose: w.Purpose, category: w.Category, op: privacy.Collect | privacy.Record, consent: w.Purpose == "P05"}
	v := r.values[w.Category]
	anew := v != nil && v.state == privacy.ValueLive && w.Purpose != "P01" // collecting anew is not stopped by an old term
	may := r.naive.may(q)
	_, err := r.Write(context.Background(), crm, w)
	if !r.expect("write", err, may == privacy.Allowed || anew && may == privacy.TermReached) {
		return
	}
	if v == nil || v.state != privacy.ValueLive {
		v = &value{privacy.ValueLive, r.now, map[privacy.PurposeID]bool{}}
		r.values[w.Category] = v
	}
	v.purposes[w.Purpose] = true
}

func (r *run) removal(c privacy.CategoryID) holder.Removal {
	out := holder.Removal{Subject: r.id, Ground: holder.GroundRequest}
	if c != "" {
		out.Categories = []privacy.CategoryID{c}
	}
	return out
}

// removed notes what a deletion or destruction did.
func (r *run) removed(verb string, err error, c privacy.CategoryID, state privacy.ValueState) {
	held := r.values[c] != nil && r.values[c].state != privacy.ValueDestroyed
	if !r.expect(verb, err, !r.destroyed && (c == "" || held)) {
		return
	}
	for of, v := range r.values {
		if (c == "" || of == c) && v.state != privacy.ValueDestroyed {
			v.state = state
		}
	}
	if c == "" {
		r.deleted = r.deleted || state == privacy.ValueDeleted
		r.destroyed = state == privacy.ValueDestroyed
	}
}
