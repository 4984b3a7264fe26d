package holder_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/notify"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// facts gives the events of a stream.
func (h *house) facts(t testing.TB, id privacy.SubjectID) (out []ledger.Event) {
	t.Helper()
	if err := h.db.View(context.Background(), func(v store.View) error {
		rows, err := v.Events(context.Background(), id, 0, 0, 100_000)
		for _, row := range rows {
			out = append(out, must(ledger.Parse(row.Bytes))(t))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// editionEvents lists what happened to editions, from the Holder's own stream.
func (h *house) editionEvents(t testing.TB) (out []string) {
	t.Helper()
	for _, e := range h.facts(t, store.HolderID) {
		if strings.HasPrefix(string(e.Kind), "edition.") {
			out = append(out, fmt.Sprintf("%s %s", e.Kind, e.Ref))
		}
	}
	return out
}

// DC-114 p.5, law I2: draft → reviewed by somebody else → announced a month ahead, with everybody told → in force → superseded;
// each step is an event with the hashes of pack and texts, and no step can be left out.
func TestAnEditionGoesTheWholeWay(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		h.consent(id, "P03")
		pack := variant(t, 2, wider(t))
		const next = privacy.EditionID("mega24/2026-2")

		_, err := h.Announce(ctx, officer, next, holder.Announcement{})
		refusedAs(t, err, privacy.NotFound, "")
		p := must(h.Draft(ctx, officer, pack))(t)
		_, err = h.Announce(ctx, officer, next, holder.Announcement{})
		refusedAs(t, err, privacy.Conflict, "") // not reviewed
		_, err = h.Review(ctx, officer, next, p.Hash)
		refusedAs(t, err, privacy.Forbidden, "") // his own
		_, err = h.Review(ctx, second, next, strings.Repeat("0", 64))
		refusedAs(t, err, privacy.Conflict, "") // another pack
		must(h.Review(ctx, second, next, p.Hash))(t)
		again := must(h.Draft(ctx, officer, variant(t, 2, nil)))(t)
		if again.State != holder.StateDraft || again.Reviewer != "" {
			t.Fatalf("a changed draft is %+v", again)
		}
		p = h.reviewed(t, pack)

		_, err = h.Announce(ctx, officer, next, holder.Announcement{Mode: holder.ModeLiteral})
		refusedAs(t, err, privacy.Refused, "") // it is wider
		_, err = h.Announce(ctx, officer, next, holder.Announcement{InForce: noon.Add(29 * day)})
		refusedAs(t, err, privacy.Refused, "") // 29 days
		p = must(h.Announce(ctx, officer, next, holder.Announcement{InForce: noon.Add(40 * day)}))(t)
		if p.State != holder.StateAnnounced || p.Mode != holder.ModeLawful || must(h.Current(ctx))(t).Edition == next {
			t.Fatalf("announced it is %+v", p)
		}
		h.tellAll(t, next)
		if p = h.proposal(t, next); p.Told != 1 || p.ToldAt.IsZero() {
			t.Fatalf("told: %+v", p)
		}
		h.clock.Advance(40*day - time.Millisecond)
		if again := h.doSwitch(t, next); !again.Equal(p.InForce) {
			t.Fatalf("a millisecond early it says %s", again)
		}
		h.clock.Advance(time.Millisecond)
		h.duties(t)
		doc, old := must(h.Current(ctx))(t), must(h.Edition(ctx, "mega24/2026-1"))(t)
		if doc.Edition != next || !old.Superseded.Equal(doc.InForce) {
			t.Fatalf("in force is %s, superseded at %s", doc.Edition, old.Superseded)
		}
		want := []string{
			"edition.drafted mega24/2026-1", "edition.reviewed mega24/2026-1", "edition.announced mega24/2026-1", "edition.published mega24/2026-1",
			"edition.drafted mega24/2026-2", "edition.reviewed mega24/2026-2", "edition.drafted mega24/2026-2", "edition.drafted mega24/2026-2",
			"edition.reviewed mega24/2026-2", "edition.announced mega24/2026-2", "edition.superseded mega24/2026-1", "edition.published mega24/2026-2",
		}
		if got := h.editionEvents(t); !slices.Equal(got, want) {
			t.Errorf("the ledger tells\n%s", strings.Join(got, "\n"))
		}
		for _, e := range h.facts(t, store.HolderID) {
			if e.Kind == ledger.EditionPublished && (e.Detail["pack"] == "" || e.Detail["text_ky"] == "" || e.Detail["text_ru"] == "" || e.Detail["text_en"] == "") {
				t.Errorf("%s lacks a hash: %v", e.Kind, e.Detail)
			}
		}
		h.verify(t)
	})
}

// DC-114 p.5: everybody is told once, by SMS where there is a number, also who registers meanwhile, also after a crash between two
// pages; and the switch waits until everybody was told a month ago.
func TestTheSwitchWaitsUntilEverybodyWasTold(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	ids := []privacy.SubjectID{h.subscriber(aibek), h.subscriber(somebody(1)), h.subscriber(somebody(2))}
	h.drain(t)
	p := h.announce(t, variant(t, 2, wider(t)), holder.Announcement{})
	h.clock.Advance(p.InForce.Sub(h.clock.Now())) // nobody was told
	again := h.doSwitch(t, p.Edition)
	if !again.After(h.clock.Now().Add(30 * day)) {
		t.Fatalf("put off to %s", again)
	}
	h.tellAll(t, p.Edition)
	h.tellAll(t, p.Edition)
	late := h.subscriber(somebody(3))
	h.tellAll(t, p.Edition)
	if got := h.proposal(t, p.Edition); got.Told != 4 || !got.InForce.Equal(again) {
		t.Fatalf("%+v", got)
	}
	for _, id := range append(ids, late) {
		told := 0
		for _, e := range h.facts(t, id) {
			if e.Kind == ledger.EditionAnnounced {
				told++
				if e.Detail["by"] != "sms" || e.Text == "" || e.Ref != "mega24/2026-2" {
					t.Errorf("told by %v of %s", e.Detail, e.Ref)
				}
			}
		}
		if told != 1 {
			t.Errorf("%s was told %d times", id, told)
		}
	}
	net := notify.NewHandset(h.clock.Now)
	must(h.worker(net).Outbox(ctx))(t)
	if sms := net.Messages(aibek.number); len(sms) == 0 || !strings.Contains(sms[0].Text, "mega24.kg/ky/policy/mega24/2026-2") {
		t.Errorf("the SMS says %v", sms)
	}
	h.clock.Advance(again.Sub(h.clock.Now()))
	if again := h.doSwitch(t, p.Edition); !again.IsZero() {
		t.Fatalf("put off once more to %s", again)
	}
	h.verify(t)
}

// policy 6.4b, law I2: who refuses before the day is never bound: no new row is his, and his agreement ends with the switch. What is
// held stays until he decides.
func TestWhoRefusesIsNeverBound(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, other := h.subscriber(aibek), h.subscriber(somebody(1))
		p := h.announce(t, variant(t, 2, wider(t)), holder.Announcement{})
		h.tellAll(t, p.Edition)
		_, err := h.Decline(ctx, self(id), id, "mega24/2030-1")
		refusedAs(t, err, privacy.NotFound, "")
		no := must(h.Decline(ctx, self(id), id, p.Edition))(t)
		if twice := must(h.Decline(ctx, self(id), id, p.Edition))(t); !no.Ends.Equal(p.InForce) || !twice.At.Equal(no.At) {
			t.Errorf("refused: %+v, then %+v", no, twice)
		}
		if got := h.may(id, "P18", "D01", "use"); got != privacy.Allowed {
			t.Errorf("before the switch the contract is %s", got)
		}
		h.clock.Advance(p.InForce.Sub(h.clock.Now()))
		h.duties(t)
		h.clock.Advance(time.Second)
		h.duties(t)
		if got := h.may(id, "P18", "D01", "use"); got != privacy.NotAccepted && got != privacy.NoAgreement {
			t.Errorf("after the switch the contract is %s", got)
		}
		if got := h.may(id, "P18", "D01", "store"); got != privacy.Allowed {
			t.Errorf("keeping it is %s", got)
		}
		if s := h.standing(t, id); s.Agreement.Ended.IsZero() || s.Value("D01").Gone() {
			t.Errorf("the agreement ended %s, the name is %s", s.Agreement.Ended, s.Value("D01").State)
		}
		if got := h.may(other, "P18", "D01", "use"); got != privacy.Allowed {
			t.Errorf("somebody else's contract is %s", got)
		}
		told := must(h.Tell(ctx, crm, id, privacy.Kyrgyz, must(h.Current(ctx))(t).Texts[privacy.Kyrgyz].SHA256))(t)
		_, err = h.Continued(ctx, self(id), id, told.Notice)
		refusedAs(t, err, privacy.Conflict, "")
		h.verify(t)
	})
}

// A refusal of an edition that is taken back ends nothing.
func TestAnEditionThatIsTakenBackBindsNobody(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	p := h.announce(t, variant(t, 2, wider(t)), holder.Announcement{})
	must(h.Decline(ctx, self(id), id, p.Edition))(t)
	must(h.Discard(ctx, second, p.Edition))(t)
	h.clock.Advance(60 * day)
	h.duties(t)
	if got := must(h.Current(ctx))(t).Edition; got != "mega24/2026-1" {
		t.Errorf("%s is in force", got)
	}
	if s := h.standing(t, id); !s.Agreement.Ended.IsZero() {
		t.Error("the agreement ended all the same")
	}
	if p := h.announce(t, variant(t, 2, nil), holder.Announcement{Mode: holder.ModeLiteral}); p.State != holder.StatePublished {
		t.Errorf("another edition in its place is %s", p.State)
	}
}

// policy 6.4a: a node whose clock is behind serves the new edition all the same, and dates nothing before it was in force.
func TestANodeWithASlowClockServesTheNewEdition(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	h.publish(t, variant(t, 2, nil))
	h.clock.Advance(-2 * time.Second)
	if got := h.may(id, "P18", "D01", "use"); got != privacy.Allowed {
		t.Errorf("under a slow clock the contract is %s", got)
	}
	h.consent(id, "P03")
	if at := h.standing(t, id).Consent("P03").At; at.Before(must(h.Current(context.Background()))(t).InForce) {
		t.Errorf("the consent is dated %s", at)
	}
}

// policy 6.2a, T2: deemed acceptance never turns a purpose on, for anybody, in any standing.
func TestDeemedAcceptanceTurnsNothingOn(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	people := map[string]privacy.SubjectID{
		"with a contract": h.subscriber(aibek), "with consents": h.subscriber(somebody(1)), "only registered": h.register(somebody(2)),
		"who objected": h.subscriber(somebody(3)), "whose contract ended": h.subscriber(somebody(4)),
	}
	for _, p := range []privacy.PurposeID{"P02", "P03", "P06.ads", "P12"} {
		h.consent(people["with consents"], p)
	}
	must(h.Object(ctx, self(people["who objected"]), people["who objected"], "P08"))(t)
	must(h.EndAgreement(ctx, crm, people["whose contract ended"]))(t)
	h.enact(t, variant(t, 2, wider(t)))
	doc := must(h.Current(ctx))(t)
	var asks []holder.Ask
	for _, p := range doc.Rules.Purposes {
		for _, row := range p.Rows {
			for _, op := range []privacy.Operations{privacy.Use, privacy.Collect, privacy.Store, privacy.Transfer} {
				for _, to := range append([]privacy.RecipientID{""}, p.Recipients...) {
					asks = append(asks, holder.Ask{Question: policy.Question{Purpose: p.ID, Category: row.Category, Operation: op, Recipient: to}})
				}
			}
		}
	}
	answers := func(id privacy.SubjectID) (out []privacy.Reason) {
		for i := range asks {
			asks[i].Subject = id
		}
		for _, d := range must(h.Ask(ctx, crm, asks))(t) {
			out = append(out, d.Reason)
		}
		return out
	}
	deemed := 0
	for who, id := range people {
		before := answers(id)
		told := must(h.Tell(ctx, crm, id, privacy.Russian, doc.Texts[privacy.Russian].SHA256))(t)
		if _, err := h.Continued(ctx, self(id), id, told.Notice); err == nil {
			deemed++
		}
		if after := answers(id); !slices.Equal(before, after) {
			t.Errorf("going on changed answers for one %s", who)
		}
	}
	if deemed != 4 {
		t.Errorf("%d of 4 went on", deemed)
	}
}

// A crash at any call of telling loses nobody and tells nobody twice; a crash at any call of the switch leaves the old edition or
// the new one, whole.
func TestAnEditionIsWholeWhereverItsWayIsCut(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ids := []privacy.SubjectID{h.subscriber(aibek), h.subscriber(somebody(1))}
		p := h.announce(t, variant(t, 2, wider(t)), holder.Announcement{})
		cut := func(what string, do func() error) {
			t.Helper()
			for n := 1; ; n++ {
				mend := h.cutAt(n)
				err := do()
				if mend() == "" {
					if err != nil || n < 4 {
						t.Fatalf("%s: %d calls, and then %v", what, n-1, err)
					}
					return
				}
				if err != nil && privacy.CodeOf(err) != privacy.Unavailable {
					t.Fatalf("%s cut at call %d says %v", what, n, err)
				}
			}
		}
		tell := store.Duty{Subject: store.HolderID, Kind: holder.DutyTell, Ref: string(p.Edition)}
		cut("telling", func() error { return failure(h.TellAll(ctx, tell)) })
		if got := h.proposal(t, p.Edition); got.Told != 2 || got.ToldAt.IsZero() {
			t.Errorf("told: %+v", got)
		}
		for _, id := range ids {
			if n := count(h.events(t, id), string(ledger.EditionAnnounced)); n != 1 {
				t.Errorf("%s was told %d times", id, n)
			}
		}
		h.clock.Advance(p.InForce.Sub(h.clock.Now()))
		cut("the switch", func() error {
			return failure(h.Switch(ctx, store.Duty{Subject: store.HolderID, Kind: holder.DutySwitch, Ref: string(p.Edition)}))
		})
		kinds := h.events(t, store.HolderID)
		if count(kinds, "edition.published") != 2 || count(kinds, "edition.superseded") != 1 {
			t.Errorf("the ledger tells %v", kinds)
		}
		if got := must(h.Current(ctx))(t).Edition; got != p.Edition {
			t.Errorf("%s is in force", got)
		}
		h.verify(t)
	})
}
