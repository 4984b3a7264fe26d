package holder_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
)

// told is what a webhook says.
type told struct {
	Type string
	Data struct {
		ID, Subject, Action, Purpose, Confirm string
		Categories                            []string
		Seq                                   uint64
	}
}

func toldIn(t testing.TB, body string) (out told) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Every change of what a recipient holds is passed on to him and to nobody else,
// without a value.
func TestEveryChangeIsPassedOnToWhoHoldsTheData(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.recipients(t, "partner-shop", "billing", "tunduk")
		k := h.hooked(t, "partner-shop", "billing", "tunduk")
		id := h.customer(t, aibek)
		must(h.Disclose(ctx, crm, toShop(id)))(t)
		must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D05"}}))(t)
		expect := func(what string, want ...string) {
			t.Helper()
			h.duties(t)
			var got []string
			for _, body := range k.taken() {
				m := toldIn(t, body)
				who := privacy.RecipientID("billing")
				if m.Data.Subject == h.Pairwise("partner-shop", id) {
					who = "partner-shop"
				} else if m.Data.Subject != h.Pairwise("billing", id) {
					t.Errorf("%s names %s", what, m.Data.Subject)
				}
				got = append(got, string(who)+" "+m.Type+" "+strings.Join(m.Data.Categories, "+"))
				for _, secret := range []string{string(id), aibek.number, "991000001", "Осмонов", "Бакыт", "Манас"} {
					if strings.Contains(body, secret) {
						t.Errorf("%s: the message holds %s", what, secret)
					}
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s is passed on as %v, want %v", what, got, want)
			}
		}
		expect("nothing")
		must(h.Rectify(ctx, clerk, holder.Write{Subject: id, Category: "D05", Source: "office_scan", Value: map[string]any{"soate": "41711000000000", "street": "Манас пр.", "house": "40"}}))(t)
		expect("a correction", "billing disclosure.corrected D05")
		must(h.Rectify(ctx, clerk, holder.Write{Subject: id, Category: "D03", Source: "office_scan", Value: contract(aibek)["D03"]}))(t)
		expect("a correction of what nobody holds")
		b := must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id}))(t)
		expect("a block", "billing disclosure.blocked D01+D05", "partner-shop disclosure.blocked D08")
		must(h.Unblock(ctx, self(id), id, b.Block, ""))(t)
		expect("its end", "billing disclosure.unblocked D01+D05", "partner-shop disclosure.unblocked D08")
		must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Purpose: "P17"}))(t)
		expect("a block of one purpose", "partner-shop disclosure.blocked D08")
		must(h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D01", Ground: "unlawful"}))(t)
		expect("a dispute", "billing disclosure.blocked D01")
		must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
		expect("a withdrawal", "partner-shop disclosure.withdrawn D08")
		must(h.Delete(ctx, self(id), holder.Removal{Subject: id, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D05"}}))(t)
		expect("a deletion", "billing disclosure.deleted D05")
		must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
		expect("a destruction", "billing disclosure.destroyed D01+D05", "partner-shop disclosure.destroyed D08")
		h.verify(t)
	})
}

// A receiver that is built on the public library of Standard Webhooks takes what
// we send, also while a secret is rotated.
func TestAReceiverOfTheStandardTakesWhatIsPassedOn(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.recipients(t, "partner-shop")
	h.Hooks = notify.NewWebhooks(notify.HookRules{Plain: true, Private: true})
	var mu sync.Mutex
	var wh *standardwebhooks.Webhook
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil || wh.VerifyIgnoringTimestamp(body, r.Header) != nil { // the test's clock is its own
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		got = append(got, r.Header.Get("webhook-id"))
	}))
	t.Cleanup(s.Close)
	key := func(e holder.Endpoint) {
		t.Helper()
		w, err := standardwebhooks.NewWebhook(e.Secret)
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		wh = w
		mu.Unlock()
	}
	arrived := func() int {
		mu.Lock()
		defer mu.Unlock()
		n := len(got)
		got = nil
		return n
	}
	e := must(h.SetEndpoint(ctx, officer, "partner-shop", s.URL+"/hook"))(t)
	key(e)
	id := h.customer(t, aibek)
	must(h.Disclose(ctx, crm, toShop(id)))(t)
	change := func() {
		b := must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Purpose: "P17"}))(t)
		h.duties(t)
		must(h.Unblock(ctx, self(id), id, b.Block, ""))(t)
		h.duties(t)
	}
	if change(); arrived() != 2 {
		t.Error("the first secret does not open what we send")
	}
	fresh := must(h.RotateSecret(ctx, officer, "partner-shop"))(t)
	if change(); arrived() != 2 || fresh.Secret == e.Secret || fresh.OldUntil.IsZero() {
		t.Error("on the day of the rotation the old secret does not open what we send")
	}
	key(fresh)
	if change(); arrived() != 2 {
		t.Error("the new secret does not open what we send")
	}
	key(e)
	h.clock.Advance(24 * time.Hour)
	if change(); arrived() != 0 {
		t.Error("a day later the old secret signs still")
	}
	for _, line := range h.rows(t) {
		if strings.Contains(line, "whsec_") {
			t.Errorf("a secret lies open: %.60s", line)
		}
	}
	if again := must(h.SetEndpoint(ctx, officer, "partner-shop", s.URL+"/other"))(t); again.Secret != "" {
		t.Error("a secret is shown a second time")
	}
}

// US-3.17-2: erasure is confirmed by the one who was told, late ones are recorded
// and listed, and what failed is tried again, ever more slowly.
func TestErasureIsConfirmedOrEscalated(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.recipients(t, "partner-shop", "billing")
		k := h.hooked(t, "partner-shop", "billing")
		id := h.customer(t, aibek)
		must(h.Disclose(ctx, crm, toShop(id)))(t)
		must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.surname"}}))(t)
		k.refuse(&notify.Refusal{Status: 500})
		must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
		tries := 0
		k.on = func(context.Context, notify.Webhook) { tries++ }
		for range 60 {
			h.duties(t)
			h.clock.Advance(time.Minute)
		}
		if tries < 10 || tries > 24 { // two messages: 5 s, 10 s, 20 s … between the tries
			t.Errorf("%d tries within an hour", tries)
		}
		k.refuse(nil)
		h.clock.Advance(6 * time.Hour)
		h.duties(t)
		bodies := k.taken()
		if len(bodies) != 2 {
			t.Fatalf("%d messages arrived", len(bodies))
		}
		of := map[string]told{}
		for _, body := range bodies {
			m := toldIn(t, body)
			of[m.Data.Subject] = m
			if m.Data.Confirm != "https://mega24.kg/v1/disclosures/"+m.Data.ID+"/confirm" {
				t.Errorf("confirm at %s", m.Data.Confirm)
			}
		}
		shop, bill := of[h.Pairwise("partner-shop", id)].Data.ID, of[h.Pairwise("billing", id)].Data.ID
		if late := must(h.Unconfirmed(ctx, officer, 0))(t); len(late) != 0 {
			t.Errorf("late before the term: %v", late)
		}
		done := holder.Confirmation{ID: shop, Outcome: "done"}
		for name, c := range map[string]struct {
			who  privacy.Actor
			f    holder.Confirmation
			code privacy.Code
		}{
			"another recipient":     {bearer("billing"), done, privacy.NotFound},
			"the Holder's system":   {crm, done, privacy.Forbidden},
			"the officer":           {officer, done, privacy.Forbidden},
			"no such message":       {bearer("partner-shop"), holder.Confirmation{ID: privacy.NewID(noon), Outcome: "done"}, privacy.NotFound},
			"no outcome":            {bearer("partner-shop"), holder.Confirmation{ID: shop}, privacy.BadValue},
			"kept without a law":    {bearer("partner-shop"), holder.Confirmation{ID: shop, Outcome: "kept"}, privacy.MissingValue},
			"kept by somebody's id": {bearer("partner-shop"), holder.Confirmation{ID: shop, Outcome: "kept", Citation: "+996 991 000001"}, privacy.BadValue},
		} {
			refusedAs(t, failure(h.Confirm(ctx, c.who, c.f)), c.code, "")
			_ = name
		}
		if p := must(h.Confirm(ctx, bearer("partner-shop"), done))(t); p.Outcome != "done" || p.Confirmed.IsZero() {
			t.Errorf("confirmed: %+v", p)
		}
		if p := must(h.Confirm(ctx, bearer("partner-shop"), holder.Confirmation{ID: shop, Outcome: "kept", Citation: "tax-98"}))(t); p.Outcome != "done" {
			t.Errorf("a second confirmation changes the first: %+v", p)
		}
		h.clock.Advance(72 * time.Hour)
		h.duties(t)
		late := must(h.Unconfirmed(ctx, officer, 0))(t)
		if len(late) != 1 || late[0].Recipient != "billing" || late[0].Subject != id || late[0].Action != "destroyed" {
			t.Errorf("late: %+v", late)
		}
		if n := must(h.Late(ctx))(t)["propagation"]; n != 1 {
			t.Errorf("the gauge shows %d", n)
		}
		if again := k.taken(); len(again) != 1 || toldIn(t, again[0]).Data.ID != bill {
			t.Errorf("sent again: %v", again)
		}
		h.clock.Advance(25 * time.Hour)
		h.duties(t)
		if again := k.taken(); len(again) != 1 {
			t.Errorf("a day later sent again: %v", again)
		}
		kinds := h.events(t, id)
		if count(kinds, "recipient.late") != 1 || count(kinds, "recipient.confirmed") != 1 || count(kinds, "recipient.told") != 4 {
			t.Errorf("recorded: %v", kinds)
		}
		must(h.Confirm(ctx, bearer("billing"), holder.Confirmation{ID: bill, Outcome: "done"}))(t)
		for _, line := range h.rows(t) { // nobody has anything of a destroyed subject: nothing is remembered of what went where
			if strings.HasPrefix(line, "disclosure:") {
				t.Errorf("left: %s", line)
			}
		}
		h.clock.Advance(100 * 24 * time.Hour)
		h.duties(t)
		if n := len(must(h.Unconfirmed(ctx, officer, 0))(t)) + len(k.taken()); n != 0 {
			t.Errorf("%d more after all was confirmed", n)
		}
		h.verify(t)
	})
}

// The kill switch stops what is on its way too, and after it no connection is
// made; when the recipient is let in again he is told what he missed.
func TestTheKillSwitchStopsWebhooksAndTheyGoOnAfterIt(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.recipients(t, "partner-shop")
	k := h.hooked(t, "partner-shop")
	id := h.customer(t, aibek)
	must(h.Disclose(ctx, crm, toShop(id)))(t)
	begun := make(chan struct{})
	thrown := make(chan struct{})
	k.on = func(ctx context.Context, _ notify.Webhook) { // on its way when the switch is thrown
		close(begun)
		<-ctx.Done() // which the switch brings about, and then waits
		<-thrown
	}
	must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
	w := h.worker(notify.None{})
	worked := make(chan error)
	go func() { _, err := w.Duties(ctx); worked <- err }()
	<-begun
	returned := make(chan error)
	go func() {
		returned <- failure(h.SuspendRecipient(ctx, officer, "partner-shop", "incident"))
	}()
	for !strings.Contains(strings.Join(h.rows(t), "\n"), "state=suspended") {
	}
	select {
	case <-returned:
		t.Error("the verb returned while a message was on its way")
	default:
	}
	close(thrown)
	if err := errors.Join(<-worked, <-returned); err != nil {
		t.Fatal(err)
	}
	k.on = func(context.Context, notify.Webhook) { t.Error("after the kill switch something was sent") }
	for range 10 {
		h.clock.Advance(time.Hour)
		h.duties(t)
	}
	if got := k.taken(); len(got) != 0 {
		t.Errorf("taken: %v", got)
	}
	k.on = nil
	must(h.ActivateRecipient(ctx, officer, "partner-shop"))(t)
	h.clock.Advance(time.Hour)
	h.duties(t)
	if got := k.taken(); len(got) != 1 || toldIn(t, got[0]).Data.Action != "withdrawn" {
		t.Errorf("let in again he is told %v", got)
	}
}

// Whoever has not said where he is told, or whose agreement nobody activated, is
// told of nothing and is listed once it is late.
func TestARecipientWithoutAnEndpointIsListed(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.recipients(t, "partner-shop")
	id := h.customer(t, aibek)
	must(h.Disclose(ctx, crm, toShop(id)))(t)
	must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
	h.duties(t)
	h.clock.Advance(72 * time.Hour)
	h.duties(t)
	if late := must(h.Unconfirmed(ctx, officer, 0))(t); len(late) != 1 || !late[0].Sent.IsZero() {
		t.Errorf("late: %+v", late)
	}
	if n := count(h.events(t, id), "recipient.late"); n != 1 {
		t.Errorf("recorded %d times", n)
	}
	for _, who := range []privacy.Actor{crm, clerk, self(id), bearer("partner-shop")} {
		refusedAs(t, failure(h.Unconfirmed(ctx, who, 0)), privacy.Forbidden, "")
	}
	h.Hooks = nil
	for _, bad := range []string{"https://shop.example/hook", "http://169.254.169.254/"} {
		refusedAs(t, failure(h.SetEndpoint(ctx, officer, "partner-shop", bad)), privacy.BadValue, "")
	}
	h.Hooks = notify.NewWebhooks(notify.HookRules{})
	for _, bad := range []string{"http://shop.example/hook", "https://10.0.0.1/", "https://[::1]/", "file:///etc/passwd"} {
		refusedAs(t, failure(h.SetEndpoint(ctx, officer, "partner-shop", bad)), privacy.BadValue, "")
	}
	refusedAs(t, failure(h.SetEndpoint(ctx, officer, "uncle", "https://shop.example/hook")), privacy.NotFound, "")
}

// law F4: the term comes from the registry of the law, who was told of the same
// before is not told again, and a processor is no third party.
func TestTheSubjectIsToldOfATransferToAThirdParty(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.recipients(t, "partner-shop", "billing", "tunduk")
		id := h.customer(t, aibek)
		h.drain(t)
		first := must(h.Disclose(ctx, crm, toShop(id)))(t)
		must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.surname"}}))(t)
		due := must(h.Disclosures(ctx, self(id), id))(t)
		for _, g := range due {
			if g.Recipient == "partner-shop" && (g.Notice != "due" || g.TellBy.Before(g.At.AddDate(0, 0, 7)) || g.TellBy.After(g.At.AddDate(0, 0, 9))) {
				t.Errorf("to be told by %s", g.TellBy)
			}
		}
		if n := must(h.Late(ctx))(t)["transfer_notice"]; n != 0 {
			t.Errorf("%d late at once", n)
		}
		h.clock.Advance(10 * day)
		if n := must(h.Late(ctx))(t)["transfer_notice"]; n != 1 {
			t.Errorf("%d late after ten days", n)
		}
		h.duties(t)
		waiting := must(h.db.LeaseMessages(ctx, "test", h.clock.Now(), time.Minute, 10))(t)
		if len(waiting) != 1 {
			t.Fatalf("%d messages wait", len(waiting))
		}
		sms := must(h.OpenSMS(ctx, waiting[0]))(t)
		if sms.To != aibek.number || !strings.Contains(sms.Text, "Өнөктөш дүкөн") || !strings.Contains(sms.Text, "23.11.2026") || !strings.Contains(sms.Text, "https://mega24.kg/ky/") {
			t.Errorf("told: %s", sms.Text)
		}
		h.drain(t)
		if kinds := h.events(t, id); count(kinds, "notice.shown") != 2 { // the policy's, and this one
			t.Errorf("recorded: %v", kinds)
		}
		must(h.Disclose(ctx, crm, toShop(id)))(t)
		h.duties(t)
		if waiting := must(h.db.LeaseMessages(ctx, "test", h.clock.Now(), time.Minute, 10))(t); len(waiting) != 0 {
			t.Error("he is told the same twice")
		}
		for _, g := range must(h.Disclosures(ctx, self(id), id))(t) {
			want := map[bool]string{true: "sms", false: "before"}[g.ID == first.ID]
			if g.Recipient == "partner-shop" && (g.Notice != "told" || g.ToldBy != want) {
				t.Errorf("told by %s, want %s", g.ToldBy, want)
			}
			if g.Recipient == "billing" && g.Notice != "not_due" {
				t.Errorf("a processor: %s", g.Notice)
			}
		}
		must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D08"}))(t) // his number may not be used
		must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "tunduk", Purpose: "P16", Fields: []string{"D01.given"}}))(t)
		h.duties(t)
		last := must(h.Disclosures(ctx, self(id), id))(t)
		if !slices.ContainsFunc(last, func(g holder.Handed) bool { return g.Recipient == "tunduk" && g.ToldBy == "site" }) {
			t.Errorf("without a number he is told %+v", last)
		}
		if n := must(h.Late(ctx))(t)["transfer_notice"]; n != 0 {
			t.Errorf("%d late after all were told", n)
		}
		for _, who := range []privacy.Actor{bearer("partner-shop"), actor(privacy.ActorAnalyst, privacy.ChannelAPI)} {
			refusedAs(t, failure(h.Disclosures(ctx, who, id)), privacy.Forbidden, "")
		}
		refusedAs(t, failure(h.Disclosures(ctx, self(id), h.subscriber(somebody(3)))), privacy.NotFound, "")
	})
}
