package holder_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/synth"
)

var sixDigits = regexp.MustCompile(`#(\d{6})`)

// code asks for a code and reads it from the outbox, as the handset would.
func (h *house) code(id privacy.SubjectID, aim evidence.Aim) holder.Evidence {
	h.t.Helper()
	ctx := context.Background()
	h.clock.Advance(61 * time.Minute) // codes to one number keep their distance
	sent, err := h.SendCode(ctx, crm, id, aim, privacy.Kyrgyz, "192.0.2.7")
	if err != nil {
		h.t.Fatal(err)
	}
	return holder.Evidence{Method: "sms", Challenge: sent.Challenge, Code: h.inbox()}
}

// inbox takes the one message that waits and gives the code in it.
func (h *house) inbox() string {
	h.t.Helper()
	ctx := context.Background()
	messages, err := h.db.LeaseMessages(ctx, "test", h.clock.Now(), time.Minute, 10)
	if err != nil || len(messages) != 1 {
		h.t.Fatalf("%d messages wait, want one: %v", len(messages), err)
	}
	sms, err := h.OpenSMS(ctx, messages[0])
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.db.DoneMessage(ctx, messages[0], time.Time{}); err != nil {
		h.t.Fatal(err)
	}
	m := sixDigits.FindStringSubmatch(sms.Text)
	if m == nil {
		h.t.Fatal("the message carries no code")
	}
	return m[1]
}

// consentBySMS consents with the strongest of the three ways.
func (h *house) consentBySMS(id privacy.SubjectID, p privacy.PurposeID) {
	h.t.Helper()
	ctx := context.Background()
	ev := h.code(id, evidence.AimConsent(p))
	f, err := h.Form(ctx, crm, id, evidence.AimConsent(p), privacy.Kyrgyz)
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.Consent(ctx, crm, holder.Consent{Subject: id, Purpose: p, Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: ev}); err != nil {
		h.t.Fatalf("%s: %v", p, err)
	}
}

// write keeps a value under a purpose.
func (h *house) write(id privacy.SubjectID, p privacy.PurposeID, c privacy.CategoryID, src privacy.SourceID, value map[string]any) error {
	_, err := h.Write(context.Background(), crm, holder.Write{Subject: id, Purpose: p, Category: c, Source: src, Notice: h.told(), Value: value})
	return err
}

func TestEachCategoryIsKeptInItsOneFormAndNothingElseIs(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	for _, p := range []privacy.PurposeID{"P02", "P05"} {
		h.consent(id, p)
	}
	made, _ := synth.New(1, noon).Subscriber(3)
	for _, c := range []struct {
		name    string
		purpose privacy.PurposeID
		cat     privacy.CategoryID
		source  privacy.SourceID
		good    map[string]any
		shown   string // an attribute and how it is kept
		kept    any
		bad     map[string]any
		problem string
	}{
		{
			"policy 2.3.1: a name keeps its Kyrgyz letters", "P18", "D01", "app_form",
			map[string]any{"surname": " Өмүралиева ", "given": "Айгүл"},
			"surname", "Өмүралиева",
			map[string]any{"surname": "R2-D2", "given": "x"},
			"name.",
		},
		{
			"policy 2.3.2: a birth date is a real day", "P16", "D02", "app_form",
			map[string]any{"birth_date": "1991-02-28"},
			"birth_date", "1991-02-28",
			map[string]any{"birth_date": "1991-02-30"},
			"date.",
		},
		{
			"policy 2.3.3: a PIN is a person's", "P16", "D03", "app_form",
			map[string]any{"pin": "2 1705 1990 90001"},
			"pin", "21705199090001",
			map[string]any{"pin": "02404200610104"},
			"pin.entity",
		},
		{
			"policy 2.3.4: a document's look-alikes are folded", "P16", "D04", "app_form",
			map[string]any{"doc_type": "id_card_2004", "doc_number": "ан 1234567", "issued": "2010-02-03", "issuer": "MKK 211031"},
			"doc_number", "AN1234567",
			map[string]any{"doc_type": "id_card_2004", "doc_number": "AN1", "issued": "2010-02-03", "issuer": "x"},
			"document.",
		},
		{
			"policy 2.3.5: an address has a place of the classifier", "P18", "D05", "app_form",
			map[string]any{"soate": "41711000000000", "street": "Чүй пр.", "house": "1"},
			"soate", "41711000000000",
			map[string]any{"soate": "99999999999999", "street": "x", "house": "1"},
			"soate.",
		},
		{
			"policy 2.3.6: a location is a place on Earth", "P15.case", "D06", "network",
			map[string]any{
				"latitude": 42.87, "longitude": 74.59,
				"at": "2026-11-23T05:00:00Z", "origin": "network",
			},
			"origin", "network",
			map[string]any{"latitude": 142.0, "longitude": 74.59, "at": "2026-11-23T05:00:00Z", "origin": "network"},
			"location.",
		},
		{
			"policy 2.3.7: an e-mail address is one", "P14", "D07", "app_form",
			map[string]any{"email": "aibek@Example.COM"},
			"email", "aibek@example.com",
			map[string]any{"email": "aibek"},
			"email.",
		},
		{
			"policy 2.3.8: a number is of this country", "P18", "D08", "app_form",
			map[string]any{"msisdn": "0991 00 00 01"},
			"msisdn", "+996991000001",
			map[string]any{"msisdn": "+79161234567"},
			"msisdn.country",
		},
		{
			"policy 2.3.9: usage is counted, not listed", "P18", "D09", "billing",
			map[string]any{
				"month": "2026-10", "voice_minutes": 120.0,
				"sms_count": 3.0, "data_mb": 5120.0,
			},
			"month", "2026-10",
			map[string]any{"month": "2026-10", "voice_minutes": -1.0, "sms_count": 3.0, "data_mb": 1.0},
			"",
		},
		{
			"policy 2.3.11: what the device sends has a form", "P05", "D11", "sdk",
			map[string]any{"ip": "192.0.2.33", "cookie_id": "c0ffee-1234"},
			"ip", "192.0.2.33",
			map[string]any{"ip": "300.1.1.1", "cookie_id": "c0ffee-1234"},
			"ip.",
		},
		{
			"policy 2.3.12: so has what the browser says", "P05", "D12", "sdk", made.Data["D12"], "user_agent", made.Data["D12"]["user_agent"],
			map[string]any{"user_agent": "x", "accessed_at": "yesterday", "url": "https://mega24.example/", "device": "x"},
			"time.",
		},
		{
			"policy 2.3.13: contacts are hashes, never names", "P02", "D13", "sdk", made.Data["D13"], "activity", nil,
			map[string]any{"contacts_hashed": []any{"Бакыт досум"}, "activity": []any{"open"}},
			"hash.",
		},
	} {
		err := h.write(id, c.purpose, c.cat, c.source, c.bad)
		var e *privacy.Error
		if asError(err, &e); privacy.CodeOf(err) != privacy.BadValue || !strings.HasPrefix(e.Problem, c.problem) {
			t.Errorf("%s: a bad value gave %v", c.name, err)
		}
		if err := h.write(id, c.purpose, c.cat, c.source, c.good); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		x, err := h.Extract(context.Background(), self(id), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range x.Rows {
			if row.Category == c.cat && c.kept != nil && row.Data[c.shown] != c.kept {
				t.Errorf("%s: kept as %v, want %v", c.name, row.Data[c.shown], c.kept)
			}
		}
		// policy 2.3, 2.0: the list is closed; a field that no category has is named and refused
		extra := map[string]any{"shoe_size": 43.0}
		if err := h.write(id, c.purpose, c.cat, c.source, extra); privacy.CodeOf(err) != privacy.UnknownName {
			t.Errorf("%s: an unknown field gave %v", c.name, err)
		}
		// policy 1.2a: a way of collecting that is not registered is refused
		if err := h.write(id, c.purpose, c.cat, "carrier_pigeon", c.good); privacy.CodeOf(err) != privacy.UnknownName {
			t.Errorf("%s: an unregistered source gave %v", c.name, err)
		}
	}
	// policy 2.3.10: a child's certificate is kept for a child's number
	if err := h.write(id, "P01", "D10", "app_form", map[string]any{
		"certificate_number": "КР-01 123456", "issued": "2020-01-05",
		"issuer": "ЗАГС", "child_name": "Бакыт",
	}); err != nil {
		t.Error(err)
	}
}

// Each purpose, by the operation that matters: closed or open for a subscriber
// who consented to nothing, and after he consented where that is the basis.
func TestEachPurposeStandsOnItsOwnBasis(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	rules := []struct {
		clause  string
		purpose privacy.PurposeID
		cat     privacy.CategoryID
		op      string
		before  privacy.Reason
	}{
		{"policy 3.1", "P01", "D03", "use", privacy.Allowed},
		{"policy 3.2", "P02", "D09", "use", privacy.NoConsent},
		{"policy 3.3", "P03", "D09", "use", privacy.NoConsent},
		{"policy 3.4", "P04", "D01", "use", privacy.Allowed},
		{"policy 3.5", "P05", "D12", "use", privacy.NoConsent},
		{"policy 3.6", "P06", "D08", "use", privacy.Allowed},
		{"policy 3.6", "P06.ads", "D08", "use", privacy.NoConsent},
		{"policy 3.7", "P07", "D08", "use", privacy.Allowed},
		{"policy 3.8", "P08", "D08", "use", privacy.Allowed},
		{"policy 3.9", "P09", "D09", "anonymise", privacy.Allowed},
		{"policy 3.9", "P09", "D09", "use", privacy.NotInPolicy},
		{"policy 3.10", "P10", "D08", "use", privacy.Allowed},
		{"policy 3.11", "P11", "D06", "use", privacy.NoConsent},
		{"policy 3.11", "P11", "D06", "store", privacy.NoConsent},
		{"policy 3.12", "P12", "D08", "use", privacy.NoConsent},
		{"policy 3.13", "P13", "D01", "extract", privacy.Allowed},
		{"policy 3.14", "P14", "D08", "use", privacy.Allowed},
		{"policy 3.15", "P15", "D06", "use", privacy.NoConsent},
		{"policy 3.15", "P15.case", "D06", "use", privacy.Allowed},
		{"policy 3.16", "P16", "D02", "use", privacy.Allowed},
		{"policy 3.16", "P16.face", "D04", "use", privacy.NoConsent},
		{"policy 3.17", "P17", "D08", "use", privacy.NoConsent},
		{"policy 3.18", "P18", "D09", "use", privacy.Allowed},
		{"policy 3.19", "P19", "D01", "use", privacy.Allowed},
		{"policy 3.20", "P20", "D01", "use", privacy.NotInPolicy},
	}
	for _, r := range rules {
		if got := h.may(id, r.purpose, r.cat, r.op); got != r.before {
			t.Errorf("%s: %s %s %s is %s for somebody who consented to nothing, want %s", r.clause, r.purpose, r.cat, r.op, got, r.before)
		}
	}
	asked := map[privacy.PurposeID]bool{}
	for _, r := range rules {
		if r.before != privacy.NoConsent || asked[r.purpose] {
			continue
		}
		asked[r.purpose] = true
		h.consentBySMS(id, r.purpose)
		want := privacy.Allowed
		if got := h.may(id, r.purpose, r.cat, "use"); got != want {
			t.Errorf("%s: %s %s is %s after the consent, want %s", r.clause, r.purpose, r.cat, got, want)
		}
		if _, err := h.Withdraw(context.Background(), self(id), holder.Withdrawal{Subject: id, Purpose: r.purpose}); err != nil { // policy 4.5b
			t.Fatal(err)
		}
		if got := h.may(id, r.purpose, r.cat, "use"); got != privacy.ConsentWithdrawn {
			t.Errorf("%s: %s %s is %s after the withdrawal", r.clause, r.purpose, r.cat, got)
		}
	}
	// policy 3.11: a location for the nearest centre is used and never stored, whoever consents
	h.consent(id, "P11")
	if got := h.may(id, "P11", "D06", "store"); got != privacy.NotInPolicy {
		t.Errorf("storing a location for P11 is %s", got)
	}
	// policy 3.20: nobody can consent to what is not a purpose yet
	_, err := h.Form(context.Background(), crm, id, evidence.AimConsent("P20"), privacy.Kyrgyz)
	refusedAs(t, err, privacy.Refused, privacy.NotInPolicy)
}

// policy 4.4a, 4.4b: data leave the Holder only to a recipient that is listed
// for the purpose, under an agreement in force, for the fields it names.
func TestDataLeaveOnlyToListedRecipients(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	h.consentBySMS(id, "P17")
	ctx := context.Background()
	h.recipients(t, "partner-shop", "billing")
	give := func(p privacy.PurposeID, c privacy.CategoryID, to privacy.RecipientID) (int, error) {
		d, err := h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: to, Purpose: p, Categories: []privacy.CategoryID{c}})
		return len(d.Fields), err
	}
	if n, err := give("P17", "D08", "partner-shop"); n != 1 || err != nil {
		t.Errorf("a partner with consent and agreement got %d fields: %v", n, err)
	}
	if n, err := give("P17", "D08", "court"); n != 0 || privacy.CodeOf(err) != privacy.Refused {
		t.Errorf("a recipient that is not in the register got %d: %v", n, err)
	}
	if n, err := give("P18", "D01", "partner-shop"); n != 0 || privacy.CodeOf(err) != privacy.Refused {
		t.Errorf("a partner got what the contract is for: %d, %v", n, err)
	}
	if n, err := give("P18", "D01", "billing"); n != 2 || err != nil {
		t.Errorf("a processor got %d of the two agreed fields: %v", n, err)
	}
	x, err := h.Extract(ctx, self(id), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Disclosed) != 2 || x.Disclosed[0].Recipient != "partner-shop" || x.Disclosed[1].Recipient != "billing" {
		t.Errorf("the extract shows the disclosures %+v", x.Disclosed)
	}
}

func TestSmallerPromises(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	doc, err := h.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("policy 1.1, 4.1: every event of processing names edition, clause and basis", func(t *testing.T) {
		id := h.subscriber(person{"+996991000011", "1988-01-02", "Асанов"})
		if _, err := h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use}); err != nil {
			t.Fatal(err)
		}
		page, err := h.Log(ctx, self(id), id, 0, 200)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, e := range page.Entries {
			if e.Kind != ledger.DataWritten && e.Kind != ledger.DataUsed {
				continue
			}
			seen++
			if e.Edition != doc.Edition || e.Clause == "" || e.Basis == "" || e.Purpose == "" {
				t.Errorf("an event without its ground: %+v", e)
			}
		}
		if seen < 7 {
			t.Errorf("only %d events of processing", seen)
		}
	})
	t.Run("policy 1.2b: staff see masked values and leave a trace", func(t *testing.T) {
		id := h.subscriber(person{"+996991000012", "1988-01-02", "Бекова"})
		l, err := h.List(ctx, clerk, id, "P19")
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "Бекова") || strings.Contains(string(b), "991000012") {
			t.Errorf("a masked listing shows a value: %s", b)
		}
		if _, err := h.Read(ctx, clerk, holder.Read{Subject: id, Purpose: "P19", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use}); privacy.CodeOf(err) != privacy.MissingValue {
			t.Errorf("staff unmasked without a case: %v", err)
		}
		if _, err := h.Read(ctx, clerk, holder.Read{
			Subject: id, Purpose: "P19", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use,
			Case: "CASE-2026/17", Reason: "абонент офисте",
		}); err != nil {
			t.Fatal(err)
		}
		page, err := h.Log(ctx, self(id), id, 0, 2)
		if err != nil {
			t.Fatal(err)
		}
		if e := page.Entries[0]; e.Kind != ledger.StaffUnmasked || e.Case != "CASE-2026/17" || e.Note != "абонент офисте" {
			t.Errorf("the subject sees %+v", e)
		}
		if e := page.Entries[1]; e.Kind != ledger.StaffLookedUp {
			t.Errorf("the masked look-up is %+v", e)
		}
	})
	t.Run("policy 1.4, 2.2: the contract needs acceptance and what is mandatory, and no consent", func(t *testing.T) {
		r, err := h.Register(ctx, crm, holder.Registration{
			Notice: h.told(), MSISDN: "+996991000013", BirthDate: "1990-01-02",
			Lang: privacy.Kyrgyz, Source: "app_form",
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Agree(ctx, crm, r.Subject)
		refusedAs(t, err, privacy.Refused, privacy.NotAccepted)
		h.accept(r.Subject)
		_, err = h.Agree(ctx, crm, r.Subject)
		refusedAs(t, err, privacy.MissingValue, "")
		for c, v := range contract(person{"", "1990-01-02", "Токтоева"}) {
			if err := h.write(r.Subject, "P01", c, "app_form", v); err != nil {
				t.Fatal(err)
			}
		}
		if _, err = h.Agree(ctx, crm, r.Subject); err != nil {
			t.Errorf("with all that is mandatory and nothing optional: %v", err)
		}
	})
	t.Run("policy 2.1: a visitor is told before he is anybody", func(t *testing.T) {
		if told := h.told(); !privacy.IsID(told) {
			t.Errorf("a visitor's notice is %q", told)
		}
	})
	t.Run("policy 2.0: a subject sees to what he consented, and since when", func(t *testing.T) {
		id := h.subscriber(person{"+996991000014", "1988-01-02", "Чоров"})
		con := h.consent(id, "P02")
		s, err := h.Consents(ctx, self(id), id)
		if err != nil || len(s.Consents) != 1 || s.Consents[0].ID != con.Consent || s.Consents[0].At != con.At || s.Consents[0].Until.IsZero() {
			t.Errorf("he sees %+v: %v", s, err)
		}
	})
	t.Run("policy 3.0: no purpose is a wildcard", func(t *testing.T) {
		id := h.subscriber(person{"+996991000015", "1988-01-02", "Жапаров"})
		for _, name := range []privacy.PurposeID{"", "*", "P", "P0", "P03.x"} {
			_, err := h.Read(ctx, crm, holder.Read{Subject: id, Purpose: name, Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use})
			refusedAs(t, err, privacy.UnknownName, "")
		}
	})
	t.Run("policy 4.2: delete and destroy are two things", func(t *testing.T) {
		id := h.subscriber(person{"+996991000016", "1988-01-02", "Эсенов"})
		if _, err := h.Delete(ctx, officer, holder.Removal{Subject: id, Categories: []privacy.CategoryID{"D05"}, Ground: holder.GroundRequest}); err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P18", "D05", "use"); got != privacy.Deleted {
			t.Errorf("a deleted value is %s", got)
		}
		if _, err := h.Destroy(ctx, officer, holder.Removal{Subject: id, Categories: []privacy.CategoryID{"D05"}, Ground: holder.GroundRequest}); err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P18", "D05", "use"); got != privacy.Destroyed {
			t.Errorf("a destroyed value is %s", got)
		}
		if got := h.may(id, "P18", "D01", "use"); got != privacy.Allowed {
			t.Errorf("another category went with it: %s", got)
		}
	})
	t.Run("policy 5.0, 5.1: the subject blocks, lifts and objects by himself", func(t *testing.T) {
		id := h.subscriber(person{"+996991000017", "1988-01-02", "Турдуев"})
		b, err := h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D01"})
		if err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P18", "D01", "use"); got != privacy.Blocked {
			t.Errorf("a blocked value is %s", got)
		}
		if b.TellBy.Before(h.clock.Now()) || b.TellBy.After(h.clock.Now().Add(5*24*time.Hour)) { // DC-85 p.2: a working day
			t.Errorf("to be told by %s", b.TellBy)
		}
		if _, err := h.Unblock(ctx, self(id), id, b.Block, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Object(ctx, self(id), id, "P18"); privacy.CodeOf(err) != privacy.Conflict {
			t.Errorf("an objection to the contract gave %v", err)
		}
		if _, err := h.Object(ctx, self(id), id, "P09"); err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P09", "D09", "anonymise"); got != privacy.Objected {
			t.Errorf("after the objection %s", got)
		}
	})
	t.Run("policy 6.2a, 6.3: continued use is the weakest acceptance and turns nothing on", func(t *testing.T) {
		id := h.subscriber(person{"+996991000018", "1988-01-02", "Сыдыков"})
		h.publish(t, variant(t, 2, nil))
		doc := must(h.Current(ctx))(t)
		told, err := h.Tell(ctx, crm, id, privacy.Russian, doc.Texts[privacy.Russian].SHA256)
		if err != nil {
			t.Fatal(err)
		}
		acc, err := h.Continued(ctx, self(id), id, told.Notice)
		if err != nil || acc.Grade != privacy.GradeContinuedUse {
			t.Fatalf("continued use: %+v %v", acc, err)
		}
		for _, p := range doc.Rules.Purposes {
			if p.Basis == privacy.BasisConsent && !p.Template && h.may(id, p.ID, p.Rows[0].Category, "use") == privacy.Allowed {
				t.Errorf("continued use turned on %s", p.ID)
			}
		}
	})
	t.Run("policy 6.4a: what is published is never edited", func(t *testing.T) {
		data := variant(t, 2, nil)
		again, err := h.Draft(ctx, officer, data)
		if err != nil || again.State != holder.StatePublished {
			t.Errorf("the same pack again: %v", err)
		}
		if _, err := h.Draft(ctx, crm, data); privacy.CodeOf(err) != privacy.Forbidden {
			t.Errorf("a system published: %v", err)
		}
	})
	t.Run("policy 6.4b: who does not agree leaves; the profile goes at once, the contract when it is ended", func(t *testing.T) {
		id := h.subscriber(person{"+996991000019", "1988-01-02", "Кадыров"})
		if _, err := h.Delete(ctx, self(id), holder.Removal{Subject: id, Ground: holder.GroundClosed}); err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P18", "D01", "use"); got != privacy.Deleted {
			t.Errorf("after the account was deleted: %s", got)
		}
		if _, err := h.FindByNumber(ctx, crm, "+996991000019"); privacy.CodeOf(err) != privacy.NotFound {
			t.Errorf("the number still finds somebody: %v", err)
		}
	})
}

// policy 2.3.10: a minor does not grow up by correcting his own date of birth.
func TestAMinorDoesNotUnlockHimself(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(person{"+996991000031", "2010-05-17", "Бейшеев"})
	older := holder.Write{Subject: id, Category: "D02", Purpose: "P16", Source: "app_form", Value: map[string]any{"birth_date": "2000-05-17"}}
	_, err := h.Rectify(ctx, self(id), older)
	refusedAs(t, err, privacy.Refused, privacy.MinorLocked)
	older.Notice = h.told()
	_, err = h.Write(ctx, self(id), older)
	refusedAs(t, err, privacy.Refused, privacy.MinorLocked)
	if got := h.may(id, "P03", "D09", "use"); got == privacy.Allowed {
		t.Error("advertising opened for a minor")
	}
	older.Source = "office_scan"
	if _, err := h.Rectify(ctx, clerk, older); err != nil {
		t.Errorf("a clerk who sees the document: %v", err)
	}
}

// policy 6.1: the strokes of a drawn signature are kept, so that the digest in
// the ledger can be checked against them, and they are used once.
func TestTheStrokesOfASignatureAreKept(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	f, err := h.Form(ctx, crm, id, evidence.AimConsent("P17"), privacy.Kyrgyz)
	if err != nil {
		t.Fatal(err)
	}
	var stroke [][3]int
	for i := range 40 {
		stroke = append(stroke, [3]int{20 + 8*i, 100 + (i*i*7)%60, 25 * i})
	}
	body, err := json.Marshal(map[string]any{"edition_hash": f.EditionHash, "bound": f.Bound, "width": 400, "height": 200, "strokes": [][][3]int{stroke}})
	if err != nil {
		t.Fatal(err)
	}
	give := holder.Consent{
		Subject: id, Purpose: "P17", Lang: privacy.Kyrgyz, Text: f.TextHash,
		Evidence: holder.Evidence{Method: "drawn", Body: body},
	}
	if _, err := h.Consent(ctx, self(id), give); err != nil {
		t.Fatal(err)
	}
	var kept string
	if err := h.Store.View(ctx, func(v store.View) error {
		all, err := v.Receipts(ctx, id)
		for _, r := range all {
			if r.Kind == "strokes" {
				kept = r.ID
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	raw, err := h.Receipt(ctx, self(id), id, kept)
	if err != nil {
		t.Fatal(err)
	}
	again, err := evidence.ParseDrawing(raw)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := evidence.ParseDrawing(body)
	if err != nil || again.Digest() != signed.Digest() {
		t.Errorf("what is kept is not what was signed with: %v", err)
	}
	if _, err := h.Consent(ctx, self(id), give); privacy.CodeOf(err) != privacy.EvidenceInvalid {
		t.Errorf("the same strokes again: %v", err)
	}
}
