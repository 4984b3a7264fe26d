package api_test

import (
	"fmt"
	"testing"
	"time"
)

func TestALetterTakesEffectOnTheDayItWasReceived(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.person()
	id := s.crm.subscriber(p)
	path := about(id, "/consents/P03/withdraw")
	s.crm.consent(id, "P03")
	s.clock.Advance(72 * time.Hour)
	received := noon.Add(24 * time.Hour)
	s.crm.post(path, object{"received_at": received, "channel": "call"}).fails(422, "bad_value", "field=received_at", "problem=letter.only")
	s.crm.post(path, object{"received_at": noon.Add(100 * time.Hour), "channel": "letter"}).fails(422, "bad_value", "field=received_at", "problem=date.future")
	s.crm.post(path, object{"received_at": "yesterday", "channel": "letter"}).fails(422, "bad_value", "field=received_at")
	s.crm.post(path, object{"channel": "pigeon"}).fails(422, "unknown_name", "field=channel", "name=pigeon")
	s.signIn(p.number).post(path, object{"received_at": received, "channel": "letter"}).fails(422, "bad_value", "problem=letter.only")
	gone := s.crm.post(path, object{"received_at": received, "channel": "letter"}).is(200)
	if got := gone.text("effective_at"); got != received.Format(time.RFC3339) {
		t.Errorf("effective %s, want %s", got, received)
	}
	entry := s.crm.get(about(id, "/log?limit=1")).is(200)
	if entry.text("entries.0.kind") != "consent.withdrawn" || entry.text("entries.0.who.channel") != "letter" || entry.text("entries.0.effective_at") != received.Format(time.RFC3339) {
		t.Errorf("log %s", entry.body)
	}
}

func TestATransferGoesThroughTheGateAndStandsInTheExtract(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.shopper()
	read := object{"subject": id, "purpose": "P17", "categories": []string{"D08"}, "operation": "transfer.provide", "recipient": "partner-shop"}
	s.crm.post("/v1/read", read).fails(422, "bad_value", "problem=disclosure.gate")
	s.partner().post("/v1/read", read).fails(403, "forbidden", "problem=disclosure.gate")
	give := func(to any) *answer {
		return s.crm.post("/v1/disclosures", object{"subject": id, "recipient": to, "purpose": "P17", "categories": []string{"D08"}})
	}
	give("acme").fails(422, "unknown_name", "field=recipient", "name=acme")
	give("partner-bank").fails(403, "refused", "problem=recipient.not_active", "reason=recipient_unknown")
	given := give("partner-shop").is(200)
	if given.text("fields.0.name") != "D08.msisdn" || given.text("fields.0.value") == "" || given.text("subject") == id {
		t.Errorf("to the shop: %s", given.body)
	}
	mine := s.partner().post("/v1/disclosures", object{"subject": given.text("subject"), "purpose": "P17", "fields": []string{"D08.msisdn"}}).is(200)
	if mine.text("subject") != given.text("subject") || mine.text("copy") == given.text("copy") {
		t.Errorf("the partner asks himself: %s", mine.body)
	}
	s.partner().post("/v1/disclosures", object{"subject": id, "purpose": "P17", "fields": []string{"D08.msisdn"}}).fails(404, "not_found")
	x := s.crm.get(about(id, "/extract")).is(200)
	if len(x.at("disclosures").([]any)) != 2 || x.text("disclosures.0.recipient") != "partner-shop" || x.text("disclosures.0.event") != given.text("event") ||
		x.text("disclosures.0.fields.0") != "D08.msisdn" {
		t.Errorf("disclosures %v", x.at("disclosures"))
	}
}

func TestTheLogIsReadPageByPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	for range 7 {
		s.crm.get(about(id, "/data?purpose=P18")).is(200)
	}
	whole := s.crm.get(about(id, "/log?limit=200")).is(200)
	if whole.at("next") != nil {
		t.Errorf("the only page has one after it: %v", whole.at("next"))
	}
	var events []any
	for next := ""; ; {
		page := s.crm.get(about(id, "/log?limit=4"+next)).is(200)
		events = append(events, page.at("entries").([]any)...)
		if page.at("next") == nil {
			break
		}
		if n := len(page.at("entries").([]any)); n != 4 {
			t.Fatalf("a page has %d entries", n)
		}
		next = fmt.Sprintf("&before=%v", page.at("next"))
	}
	if fmt.Sprint(events) != fmt.Sprint(whole.at("entries")) {
		t.Errorf("%d entries page by page, %d at once", len(events), len(whole.at("entries").([]any)))
	}
}

func TestASubscriberDestroysWithAFreshCodeOnly(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.person()
	id := s.crm.subscriber(p)
	me := s.signIn(p.number)
	body := object{"ground": "subject_request"}
	me.post(about(id, "/destroy"), body).fails(422, "missing_value", "field=evidence")
	s.clock.Advance(2 * time.Minute)
	sent := me.post(about(id, "/codes"), object{"aim": "destroy", "language": "ky"}).is(201)
	code := s.code(p.number)
	body["evidence"] = object{"method": "sms", "challenge": sent.text("challenge"), "code": other(code)}
	me.post(about(id, "/destroy"), body).fails(422, "code_wrong")
	if got := s.crm.may(id, "P18", "D01", "use"); got != "allowed" {
		t.Errorf("after a wrong code: %s", got)
	}
	body["evidence"].(object)["code"] = code
	me.post(about(id, "/destroy"), body).is(200)
	if got := s.crm.may(id, "P18", "D01", "use"); got != "destroyed" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestAQueryThatIsMisspeltIsRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	for path, name := range map[string]string{"/v1/policy?lng=ru": "lng", about(id, "/log?befor=3"): "befor", about(id, "/consents?x=1"): "x"} {
		s.crm.get(path).fails(422, "unknown_name", "field="+name, "name="+name)
	}
}
