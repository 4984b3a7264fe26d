package holder_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// has counts the rows of a table that name the subject.
func (h *house) has(t testing.TB, table string, id privacy.SubjectID) (n int) {
	t.Helper()
	for _, line := range append(h.rows(t), h.keyRows(t)...) {
		if strings.HasPrefix(line, table+":") && strings.Contains(line, string(id)) {
			n++
		}
	}
	return n
}

// keyTable names a table of the key store as keyRows does.
func (h *house) keyTable(name string) string {
	if strings.HasPrefix(h.dsn, "sqlite:") {
		return name
	}
	return "kupuya_keys." + name
}

// policy 4.2: deleted is out of every view and decision and still there;
// destroyed is there no more.
func TestDeletedIsNotDestroyed(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		con := h.consent(id, "P03")
		records := h.has(t, "record", id)
		must(h.Delete(ctx, self(id), holder.Removal{Subject: id, Ground: holder.GroundClosed}))(t)
		h.duties(t)
		doc := must(h.Current(ctx))(t)
		for _, p := range doc.Rules.Purposes {
			for _, row := range p.Rows {
				for _, o := range []privacy.Operations{privacy.Use, privacy.Extract, privacy.Collect, privacy.TransferProvide, privacy.Anonymise} {
					if got := h.ask(t, crm, id, p.ID, row.Category, o); got == privacy.Allowed {
						t.Errorf("deleted, and %s %s %s is allowed", p.ID, row.Category, o)
					}
				}
			}
		}
		if got := h.ask(t, crm, id, "P01", "D01", privacy.Store); got != privacy.Allowed {
			t.Errorf("deleted, and storing it to its term is %s", got)
		}
		for _, tile := range must(h.List(ctx, self(id), id, "P13"))(t).Tiles {
			if len(tile.Masked) > 0 {
				t.Errorf("deleted, and %s is listed", tile.Category)
			}
		}
		for _, row := range must(h.Extract(ctx, self(id), id))(t).Rows {
			if row.Data != nil {
				t.Errorf("deleted, and %s is extracted", row.Category)
			}
		}
		if got := h.read(t, id, "P18", "D01"); got != nil {
			t.Errorf("deleted, and read: %v", got)
		}
		if _, err := h.FindByNumber(ctx, crm, aibek.number); privacy.CodeOf(err) != privacy.NotFound {
			t.Errorf("deleted, and found by number: %v", err)
		}
		if h.has(t, "record", id) != records || h.has(t, h.keyTable("subject_key"), id) != 1 {
			t.Error("deleted, and something sealed is gone")
		}
		if _, err := h.Receipt(ctx, self(id), id, con.Receipt); err != nil {
			t.Errorf("deleted, and the receipt of his consent cannot be had: %v", err)
		}
		must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
		for _, table := range []string{"record", "lookup", "receipt", "message", "note", h.keyTable("subject_key"), h.keyTable("seed")} {
			if n := h.has(t, table, id); n > 0 {
				t.Errorf("destroyed, and %d rows of %s are left", n, table)
			}
		}
		if s := h.standing(t, id); len(s.Values)+len(s.Consents) > 0 || s.Status != privacy.StatusDestroyed {
			t.Errorf("more than a tombstone is left: %+v", s)
		}
		h.verify(t)
	})
}

// A deleted account does not go on agreeing.
func TestADeletedAccountGivesNothingMore(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	h.consent(id, "P05")
	form := must(h.Form(ctx, crm, id, evidence.AimConsent("P03"), privacy.Kyrgyz))(t)
	must(h.Delete(ctx, self(id), holder.Removal{Subject: id, Ground: holder.GroundClosed}))(t)
	if _, err := h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P05"}); err != nil {
		t.Errorf("he cannot withdraw: %v", err) // policy 4.5b: at any time
	}
	_, err := h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P01", Category: "D05", Source: "app_form", Notice: h.told(), Value: secrets["D05"]})
	refusedAs(t, err, privacy.Refused, privacy.Deleted)
	_, err = h.Consent(ctx, crm, holder.Consent{Subject: id, Purpose: "P03", Lang: privacy.Kyrgyz, Text: form.TextHash, Evidence: h.tick(form)})
	refusedAs(t, err, privacy.Refused, privacy.Deleted)
	f := must(h.Current(ctx))(t).Texts[privacy.Kyrgyz]
	_, err = h.Accept(ctx, crm, holder.Acceptance{Subject: id, Lang: privacy.Kyrgyz, Text: f.SHA256, Evidence: h.tick(form)})
	refusedAs(t, err, privacy.Refused, privacy.Deleted)
}

// What is collected anew after a destruction is not destroyed by the old order.
func TestAnOldOrderDoesNotDestroyWhatCameAfter(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		h.put(t, id, "P07", "D07", "app_form", map[string]any{"email": "old@canary.example"})
		key := holder.WithKey(ctx, holder.Key{Key: "k", Body: []byte("b")})
		r := holder.Removal{Subject: id, Categories: []privacy.CategoryID{"D07"}, Ground: holder.GroundRequest}
		first := must(h.Destroy(key, officer, r))(t)
		h.put(t, id, "P07", "D07", "app_form", map[string]any{"email": "new@canary.example"})
		h.clock.Advance(time.Minute)
		h.duties(t) // the order's duty is due by now
		again := must(h.Destroy(key, officer, r))(t)
		if again.Event != first.Event || again.Ordered != first.Ordered || !again.At.Equal(first.At) || !slices.Equal(again.Categories, first.Categories) {
			t.Errorf("the repeated request gives %+v, the first gave %+v", again, first)
		}
		if rec, err := evidence.Verify([]byte(again.Certificate), h.ReceiptVKey); err != nil || !rec.EventTime.Equal(first.At) || rec.Scope != "categories" {
			t.Errorf("the certificate, issued again: %v %+v", err, rec)
		}
		if got := h.read(t, id, "P07", "D07"); got["email"] != "new@canary.example" {
			t.Errorf("what came after reads %v", got)
		}
		if n := count(h.events(t, id), "key.destroyed"); n != 1 {
			t.Errorf("%d destructions are recorded", n)
		}
		h.verify(t)
	})
}

// policy 3.21: a destruction that broke off is finished by work; from the order
// on nothing is allowed, and nothing new is taken before the old key is gone.
func TestADestructionThatBrokeOffIsFinished(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		h.put(t, id, "P07", "D07", "app_form", secrets["D07"])
		h.breakAt(func(op string) error {
			if strings.HasPrefix(op, "key delete") {
				return errCut
			}
			return nil
		})
		_, err := h.Destroy(ctx, officer, holder.Removal{Subject: id, Categories: []privacy.CategoryID{"D07"}, Ground: holder.GroundRequest})
		h.breakAt(nil)
		if privacy.CodeOf(err) != privacy.Unavailable {
			t.Fatalf("it says %v", err)
		}
		for _, o := range []privacy.Operations{privacy.Use, privacy.Store, privacy.Collect | privacy.Record} {
			if got := h.ask(t, crm, id, "P07", "D07", o); got != privacy.Destroyed {
				t.Errorf("after the order %s is %s", o, got)
			}
		}
		_, err = h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Notice: h.told(), Value: secrets["D07"]})
		refusedAs(t, err, privacy.Refused, privacy.Destroyed)
		h.clock.Advance(time.Minute)
		h.duties(t)
		if got := h.state(t, id, "D07"); got != privacy.ValueDestroyed {
			t.Errorf("work left it %s", got)
		}
		if n := must(h.Due(ctx))(t)[holder.DutyShred]; n != 0 {
			t.Errorf("%d orders are open", n)
		}
		h.put(t, id, "P07", "D07", "app_form", secrets["D07"])
	})
}

// A subject that was destroyed is refused to everybody, and what is asked for
// him later finds nothing.
func TestNothingComesAfterDestruction(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	session := must(h.SendSessionCode(ctx, aibek.number, privacy.Kyrgyz, "192.0.2.1"))(t)
	token := must(h.OpenSession(ctx, session.Challenge, h.inbox(), privacy.ChannelSite))(t).Token
	must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	for verb, err := range everyVerb(t, h, officer, id) {
		if slices.Contains(append([]string{"log", "consents"}, unlike...), verb) || privacy.CodeOf(err) == privacy.NotFound && (verb == "receipt" || verb == "prove") {
			continue
		}
		if e := (&privacy.Error{}); !asError(err, &e) || e.Reason != privacy.Destroyed {
			t.Errorf("%s: %v", verb, err)
		}
	}
	if _, err := h.SubjectActor(ctx, token, privacy.ChannelSite); privacy.CodeOf(err) != privacy.Unauthenticated {
		t.Errorf("his session goes on: %v", err)
	}
	if got := h.settle(t, id, "any"); len(got.Destroyed) > 0 {
		t.Errorf("settled again: %+v", got)
	}
	if _, err := h.Shred(ctx, store.Duty{Subject: id, Ref: privacy.NewID(noon)}); privacy.CodeOf(err) != privacy.NotFound {
		t.Errorf("an order that never was: %v", err)
	}
	if again := h.subscriber(aibek); again == id { // US-6.4b-1 AC5
		t.Error("re-registration does not start from zero")
	}
	h.verify(t)
}
