package holder_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

const day = 24 * time.Hour

// at sets the clock and carries out what fell due by then.
func (h *house) at(t testing.TB, when time.Time) {
	t.Helper()
	h.clock.Advance(when.Sub(h.clock.Now()))
	h.duties(t)
}

// state is what became of a value.
func (h *house) state(t testing.TB, id privacy.SubjectID, c privacy.CategoryID) privacy.ValueState {
	t.Helper()
	v := h.standing(t, id).Value(c)
	if v == nil {
		return ""
	}
	sealed := slices.ContainsFunc(h.rows(t), func(line string) bool {
		return strings.HasPrefix(line, "record:") && strings.Contains(line, string(id)) && strings.Contains(line, "category="+string(c)+" ")
	})
	if sealed == (v.State == privacy.ValueDestroyed) {
		t.Errorf("%s is %s, and has a sealed value: %v", c, v.State, sealed)
	}
	return v.State
}

// policy 4.5a: a consent that runs out acts like a withdrawal at that moment.
func TestAConsentEndsAtItsUntil(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		id := h.subscriber(aibek)
		con := h.consent(id, "P03")
		if want := noon.AddDate(1, 0, 0); !con.Until.Equal(want) {
			t.Fatalf("until %s, want %s", con.Until, want)
		}
		h.at(t, con.Until.Add(-time.Millisecond))
		if got := h.may(id, "P03", "D09", "use"); got != privacy.Allowed {
			t.Errorf("a millisecond before: %s", got)
		}
		h.clock.Advance(time.Millisecond) // nobody has looked yet
		if got := h.may(id, "P03", "D09", "use"); got != privacy.ConsentExpired {
			t.Errorf("at its end: %s", got)
		}
		h.duties(t)
		h.settle(t, id, "any")
		h.at(t, con.Until.Add(day))
		if n := count(h.events(t, id), "consent.expired"); n != 1 {
			t.Errorf("its end is recorded %d times", n)
		}
		if got := h.may(id, "P03", "D09", "use"); got != privacy.ConsentExpired { // US-4.5a-1 AC3: no silent renewal
			t.Errorf("a day later: %s", got)
		}
		h.consent(id, "P03")
		if got := h.may(id, "P03", "D09", "use"); got != privacy.Allowed {
			t.Errorf("given anew: %s", got)
		}
		h.verify(t)
	})
}

// policy 4.5b: a letter takes effect on the day it was received.
func TestALetterTakesEffectWhenItWasReceived(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	h.consent(id, "P03")
	given := h.clock.Now()
	h.consent(id, "P05")
	h.clock.Advance(10 * day)
	letter := clerk.Via(privacy.ChannelLetter)
	received := h.clock.Now().Add(-3 * day)
	w := must(h.Withdraw(ctx, letter, holder.Withdrawal{Subject: id, Purpose: "P03", Received: received}))(t)
	if !w.Effective.Equal(received) {
		t.Errorf("effective %s, received %s", w.Effective, received)
	}
	e := must(h.Log(ctx, self(id), id, 0, 1))(t).Entries[0]
	if e.Kind != ledger.ConsentWithdrawn || !e.Effective.Equal(received) || !e.At.Equal(h.clock.Now()) || e.Channel != "letter" {
		t.Errorf("recorded as %+v", e)
	}
	signed := must(h.Receipt(ctx, self(id), id, w.Receipt))(t)
	if r, err := evidence.Verify(signed, h.ReceiptVKey); err != nil || !r.EventTime.Equal(received) || r.State != "withdrawn" {
		t.Errorf("the receipt says %s %s: %v", r.EventTime, r.State, err)
	}
	if got := h.may(id, "P03", "D09", "use"); got != privacy.ConsentWithdrawn {
		t.Errorf("after the letter: %s", got)
	}
	// a letter that came before the consent ends it from its beginning
	early := must(h.Withdraw(ctx, letter, holder.Withdrawal{Subject: id, Purpose: "P05", Received: given.Add(-day)}))(t)
	if !early.Effective.Equal(given) {
		t.Errorf("a letter from before takes effect at %s, the consent was given at %s", early.Effective, given)
	}
}

// policy 3.21: a value lives as long as its last purpose, and no longer.
func TestAValueGoesWithItsLastBasis(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		h.consent(id, "P05")
		h.put(t, id, "P05", "D13", "sdk", secrets["D13"]) // on the consent alone
		h.put(t, id, "P05", "D12", "sdk", secrets["D12"]) // on the consent,
		h.put(t, id, "P08", "D12", "sdk", secrets["D12"]) // and against fraud
		collected := h.clock.Now()
		h.clock.Advance(day)
		w := must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P05"}))(t)
		if len(w.Stays) != 1 || w.Stays[0].Category != "D12" || w.Stays[0].Purpose != "P08" || w.Stays[0].Clause != "3.8" {
			t.Errorf("he is told that %+v stays", w.Stays)
		}
		h.duties(t)
		if got := h.state(t, id, "D13"); got != privacy.ValueDestroyed {
			t.Errorf("what stood on the consent alone is %s", got)
		}
		for _, c := range []privacy.CategoryID{"D12", "D01", "D05", "D08"} {
			if got := h.state(t, id, c); got != privacy.ValueLive {
				t.Errorf("%s, which others keep, is %s", c, got)
			}
		}
		h.at(t, collected.Add(90*day-time.Second))
		if got := h.state(t, id, "D12"); got != privacy.ValueLive {
			t.Errorf("a second before its term D12 is %s", got)
		}
		h.at(t, collected.Add(90*day+time.Second)) // nobody asks: work looks by itself
		if got := h.state(t, id, "D12"); got != privacy.ValueDestroyed {
			t.Errorf("after its term D12 is %s", got)
		}
		h.verify(t)
	})
}

// policy 5.3: what is disputed is evidence until the dispute is closed.
func TestNothingDisputedIsDestroyedByItself(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	h.consent(id, "P05")
	h.put(t, id, "P05", "D13", "sdk", secrets["D13"])
	b := must(h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D13", Ground: "unlawful"}))(t)
	must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P05"}))(t)
	h.at(t, noon.Add(30*day))
	if got := h.state(t, id, "D13"); got != privacy.ValueLive {
		t.Fatalf("under dispute it is %s", got)
	}
	must(h.Unblock(ctx, officer, id, b.Block, "lifted"))(t)
	h.duties(t)
	if got := h.state(t, id, "D13"); got != privacy.ValueDestroyed {
		t.Errorf("after the dispute it is %s", got)
	}
}

// DC-116 p.4, policy 3.21: after the contract each value has its own term, at
// the end of which it goes without anybody asking.
func TestAfterTheContractTheTermsRunOut(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	h.at(t, noon.Add(100*day))
	must(h.EndAgreement(ctx, officer, id))(t)
	ended := h.clock.Now()
	for _, c := range []struct {
		name     string
		at       time.Time
		kept     []privacy.CategoryID
		gone     []privacy.CategoryID
		nothing  bool
		question privacy.Reason
	}{
		{"at once, what only the contract needed is out of use", ended, []privacy.CategoryID{"D01", "D02", "D03", "D04", "D05", "D08"}, nil, false, privacy.NoAgreement},
		{"three years later claims are barred", ended.AddDate(3, 0, 0).Add(time.Minute), []privacy.CategoryID{"D01", "D08"}, []privacy.CategoryID{"D02", "D03", "D04", "D05"}, false, privacy.NoAgreement},
		{"a minute before six years", ended.AddDate(6, 0, 0).Add(-time.Minute), []privacy.CategoryID{"D01", "D08"}, nil, false, privacy.NoAgreement},
		{"six years later nothing is left for the tax office", ended.AddDate(6, 0, 0).Add(time.Minute), nil, []privacy.CategoryID{"D01", "D08"}, true, privacy.Destroyed},
	} {
		h.at(t, c.at)
		for _, cat := range c.kept {
			if got := h.state(t, id, cat); got != privacy.ValueLive {
				t.Errorf("%s: %s is %s", c.name, cat, got)
			}
		}
		for _, cat := range c.gone {
			if got := h.state(t, id, cat); got != privacy.ValueDestroyed {
				t.Errorf("%s: %s is %s", c.name, cat, got)
			}
		}
		if got := h.may(id, "P18", "D01", "use"); got != c.question {
			t.Errorf("%s: the contract's use is %s", c.name, got)
		}
	}
	if open := openDuties(h, t); len(open) > 2 {
		t.Errorf("duties pile up: %v", open)
	}
	h.verify(t)
}

// openDuties lists what waits to be done.
func openDuties(h *house, t *testing.T) (out []string) {
	for _, line := range h.rows(t) {
		if strings.HasPrefix(line, "duty:") {
			out = append(out, line)
		}
	}
	return out
}

// A subject who reads, writes and withdraws for years has a few duties, not
// one for each day.
func TestDutiesDoNotPileUp(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	for range 12 {
		h.consent(id, "P05")
		h.put(t, id, "P05", "D12", "sdk", secrets["D12"])
		must(h.Withdraw(context.Background(), self(id), holder.Withdrawal{Subject: id, Purpose: "P05"}))(t)
		h.at(t, h.clock.Now().Add(100*day))
	}
	if open := openDuties(h, t); len(open) > 6 {
		t.Errorf("%d duties wait:\n%s", len(open), strings.Join(open, "\n"))
	}
	if got := h.standing(t, id).Value("D01").State; got != privacy.ValueLive {
		t.Errorf("under the contract D01 is %s", got)
	}
}

// US-3.1-1 AC4: what somebody gave and did not go through with goes after a day.
func TestAnAbandonedRegistrationIsPurged(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		left, stayed := h.register(aibek), h.register(somebody(1))
		h.accept(stayed)
		h.at(t, noon.Add(day-time.Second))
		if got := h.state(t, left, "D01"); got != privacy.ValueLive {
			t.Fatalf("before the day is over: %s", got)
		}
		h.at(t, noon.Add(26*time.Hour))
		for _, v := range h.standing(t, left).Values {
			if got := h.state(t, left, v.Category); got != privacy.ValueDestroyed {
				t.Errorf("%s is %s after a day", v.Category, got)
			}
		}
		if got := h.state(t, stayed, "D01"); got != privacy.ValueLive {
			t.Errorf("of one who accepted, D01 is %s", got)
		}
		if _, err := h.FindByNumber(context.Background(), crm, aibek.number); privacy.CodeOf(err) != privacy.NotFound {
			t.Errorf("the number still finds him: %v", err)
		}
		if again := h.register(aibek); again == left {
			t.Error("the same subject came back")
		}
		h.verify(t)
	})
}
