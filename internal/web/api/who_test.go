package api_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// eachOperation gives every operation of the site with a path in which id stands
// for the subject and something harmless for everything else.
func eachOperation(id string, try func(method, path string, op *huma.Operation)) {
	d, _ := description()
	fill := strings.NewReplacer("{id}", id, "{category}", "D05", "{attribute}", "face_photo", "{aim}", "accept", "{purpose}", "P03",
		"{receipt}", nobodyID, "{block}", nobodyID, "{message}", nothingID, "{recipient}", "partner-shop", "{request}", nothingID, "{pack}", "mega24", "{edition}", "2026-1")
	for path, item := range d.Paths {
		for method, op := range operations(item) {
			if op.OperationID != "openStaffSession" {
				try(method, fill.Replace(path), op)
			}
		}
	}
}

var requestID = regexp.MustCompile(`"instance":"[^"]*"`)

// sameFor is a body without what differs from request to request.
func (a *answer) sameFor() string { return requestID.ReplaceAllString(string(a.body), "") }

func TestNobodyGetsAnythingButWhatIsPublic(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	var first string
	eachOperation(nobodyID, func(method, path string, op *huma.Operation) {
		public := op.Security != nil && len(op.Security) == 0
		a := h.on(h.site, "").do(method, path, nil)
		if public == (a.status == 401) {
			t.Errorf("%s without a credential: %d", a.asked, a.status)
		}
		if a.status != 401 {
			return
		}
		a.fails(401, "unauthenticated")
		if first == "" {
			first = a.sameFor()
		}
		if a.sameFor() != first {
			t.Errorf("%s: %s, elsewhere %s", a.asked, a.body, first)
		}
	})
	if first == "" {
		t.Error("no operation asked who is there")
	}
}

func TestACredentialThatOpensNothingIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	good := h.credential(holder.Grant{Kind: privacy.ActorSystem, Org: "crm", Channel: privacy.ChannelAPI, AllPurposes: true, Operations: []string{"all"}})
	issued, err := h.IssueCredential(context.Background(), officer, holder.Grant{Kind: privacy.ActorSystem, Org: "old", Channel: privacy.ChannelAPI, Operations: []string{"use"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.RevokeCredential(context.Background(), officer, issued.ID); err != nil {
		t.Fatal(err)
	}
	h.crm().subscriber(aibek)
	expired := h.signIn(aibek.number).token
	h.clock.Advance(13 * time.Hour)
	var first string
	for name, auth := range map[string]string{
		"a word":                          "Bearer nothing",
		"no token":                        "Bearer ",
		"no scheme":                       good,
		"another scheme":                  "Basic " + good,
		"a credential with a wrong end":   "Bearer " + good[:len(good)-1] + "?",
		"a credential without its secret": "Bearer " + good[:strings.LastIndex(good, "_")],
		"a credential of another":         "Bearer kup_" + nobodyID + good[len("kup_")+36:],
		"a revoked credential":            "Bearer " + issued.Secret,
		"a session that is over":          "Bearer " + expired,
		"letters of another alphabet":     "Bearer \u0430\x00",
	} {
		a := h.on(h.site, "").post("/v1/may", object{"subject": nobodyID, "purpose": "P18", "category": "D01", "operation": "use"}, header{"Authorization", auth})
		if a.fails(401, "unauthenticated"); first == "" {
			first = a.sameFor()
		}
		if a.sameFor() != first {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	eachOperation(nobodyID, func(method, path string, _ *huma.Operation) {
		h.on(h.site, issued.Secret).do(method, path, nil).fails(401, "unauthenticated")
	})
	h.on(h.site, "").get("/v1/subjects/"+nobodyID+"/log", header{"Authorization", "bearer " + good}).fails(404, "not_found") // a scheme has no case
}

// samples are bodies with every member that an operation takes.
func samples(told string) map[string]object {
	agreeing := object{"purpose": "P03", "language": "ky", "text_sha256": "00", "channel": "call", "evidence": object{
		"method":    "sms",
		"challenge": nobodyID, "code": "123456", "drawn": object{"bound": "00"}, "tick": object{"bound": "00"},
	}}
	accepting := object{"language": "ky", "text_sha256": "00", "channel": "call", "evidence": agreeing["evidence"]}
	removing := object{
		"categories": []string{"D05"}, "ground": "subject_request", "citation": "DC-90.7", "channel": "letter",
		"evidence": object{"method": "sms", "challenge": nobodyID, "code": "123456"},
	}
	question := object{"subject": nobodyID, "purpose": "P18", "category": "D01", "operation": "use", "recipient": "regulator"}
	return map[string]object{
		"draftEdition":    {"pack": "AAAA"},
		"file":            {"lang": "ky", "number": "KG-2026/17", "on": "2026-11-20", "stage": 9},
		"reviewEdition":   {"sha256": "00"},
		"announceEdition": {"mode": "lawful", "in_force_at": "2027-01-31T00:00:00Z"},
		"continue":        {"notice": nobodyID, "channel": "call"},
		"decline":         {"edition": "mega24/2026-2", "channel": "call"},
		"tell":            {"subject": nobodyID, "language": "ky", "text_sha256": "00", "channel": "call"},
		"register": {
			"notice": told, "msisdn": "+996994000077", "birth_date": "1990-05-17", "language": "ky", "guardian": nobodyID,
			"source": "app_form", "channel": "app", "data": object{"D01": object{"surname": "Осмонов", "given": "Бакыт"}},
		},
		"findSubject": {"msisdn": "+996994000077"},
		"write":       {"purpose": "P01", "source": "app_form", "notice": told, "channel": "app", "value": object{"soate": "41711000000000"}},
		"rectify":     {"purpose": "P16", "source": "app_form", "channel": "app", "value": object{"soate": "41711000000000"}},
		"may":         question,
		"read": {
			"subject": nobodyID, "purpose": "P18", "categories": []string{"D01"}, "operation": "use", "recipient": "regulator",
			"reason": "a call", "case": "CASE-2026/17",
		},
		"disclose": {
			"subject": nobodyID, "recipient": "partner-shop", "purpose": "P17", "operation": "transfer.provide",
			"categories": []string{"D08"}, "fields": []string{"D08.msisdn"},
		},
		"confirmDisclosure": {"outcome": "kept", "citation": "tax-98"},
		"identifyCopy":      {"copy": strings.Repeat("0", 32), "subject": strings.Repeat("0", 32), "order": []string{"D08.msisdn"}},
		"registerRecipient": agreedWithShop(),
		"suspendRecipient":  {"reason": "incident"},
		"setEndpoint":       {"url": "https://hooks.shop.example/kupuya"},
		"openLawful": {
			"authority": "court", "subjects": []string{nobodyID}, "purpose": "P13", "fields": []string{"D01.surname"},
			"cites": object{"act": "dc", "article": "130 p.2"}, "court_act": "AD-1/26", "letter": "17/2026",
			"hide_until": "2026-12-20T06:00:00Z", "hide_cites": object{"act": "dc", "article": "186"},
		},
		"refuseLawful":     {"reason": "too_wide"},
		"prolongLawful":    {"hide_until": "2026-12-20T06:00:00Z", "hide_cites": object{"act": "dc", "article": "186"}},
		"sendCode":         {"aim": "P03", "language": "ky", "channel": "call"},
		"accept":           accepting,
		"consent":          agreeing,
		"agree":            {"channel": "call"},
		"endAgreement":     {"channel": "call"},
		"withdraw":         {"channel": "letter", "received_at": "2026-11-20T06:00:00Z"},
		"object":           {"purpose": "P09", "channel": "call"},
		"block":            {"category": "D05", "purpose": "P18", "channel": "call"},
		"unblock":          {"outcome": "lifted", "channel": "call"},
		"dispute":          {"category": "D05", "purpose": "P18", "ground": "unlawful", "channel": "call"},
		"delete":           removing,
		"destroy":          removing,
		"sendSessionCode":  {"msisdn": "+996994000077", "language": "ky"},
		"openSession":      {"challenge": nobodyID, "code": "123456"},
		"openStaffSession": {"login": "nobody", "password": "none", "code": "123456"},
	}
}

func TestASubscriberCannotTellOthersFromNobody(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.person()
	s.crm.subscriber(p)
	me, stranger, told := s.signIn(p.number), s.someone(), s.crm.told()
	bodies := samples(told)
	bodies["withdraw"] = nil // a subscriber writes no letters
	first := map[string]string{}
	same := func(op string, a *answer) {
		t.Helper()
		got := a.fails(404, "not_found").sameFor()
		if first[op] == "" {
			first[op] = got
		}
		if got != first[op] {
			t.Errorf("%s: %s, of another %s", a.asked, got, first[op])
		}
	}
	for _, id := range []string{stranger, nobodyID, "holder", "none", "%00", "%D0%B0", strings.ToUpper(stranger)} {
		eachOperation(id, func(method, path string, op *huma.Operation) {
			var body any = bodies[op.OperationID]
			switch {
			case !strings.Contains(path, id), method == http.MethodGet && strings.Contains(path, "/policy"):
				return
			case op.OperationID == "putPhoto":
				same(op.OperationID, me.put(path+"?purpose=P16.face&source=app_form&notice="+told, photograph(t), asJPEG))
				return
			case op.OperationID == "getPhoto":
				path += "?purpose=P16.face"
			case bodies[op.OperationID] == nil:
				body = nil
			}
			same(op.OperationID, me.do(method, path, body))
		})
	}
	text := s.crm.get("/v1/policy").text("text_sha256")
	for _, id := range []string{stranger, nobodyID, "none"} {
		same("tell", me.post("/v1/notices", object{"subject": id, "language": "ky", "text_sha256": text}))
		same("read", me.post("/v1/read", object{"subject": id, "purpose": "P13", "categories": []string{"D01"}, "operation": "extract"}))
		same("proof", me.get("/v1/ledger/proof?subject="+id+"&event="+nobodyID))
		if got := me.may(id, "P18", "D01", "use"); got != "no_subject" {
			t.Errorf("may of %s: %s", id, got)
		}
		if got := me.get("/v1/policy/explain?purpose=P18&category=D01&operation=use&subject=" + id).is(200).text("reason"); got != "no_subject" {
			t.Errorf("explain of %s: %s", id, got)
		}
	}
	me.post("/v1/subjects/find", object{"msisdn": "+996992000002"}).fails(403, "forbidden") // numbers are not tried out
	if len(first) < 22 {
		t.Errorf("only %d operations were tried", len(first))
	}
}

func TestACredentialIsBoundToThePurposesItNames(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	billing := s.on(s.site, s.credential(holder.Grant{
		Kind: privacy.ActorSystem, Org: "billing", Channel: privacy.ChannelAPI,
		Purposes: []privacy.PurposeID{"P18"}, Operations: []string{"use"},
	}))
	if got := billing.may(id, "P18", "D01", "use"); got != "allowed" {
		t.Errorf("its own purpose: %s", got)
	}
	if got := billing.may(id, "P01", "D01", "use"); got != "actor_not_allowed" {
		t.Errorf("another purpose: %s", got)
	}
	read := billing.post("/v1/read", object{"subject": id, "purpose": "P01", "categories": []string{"D01"}}).is(200)
	if read.text("refused.0.reason") != "actor_not_allowed" || len(read.at("values").(object)) != 0 {
		t.Errorf("reading for another purpose: %s", read.body)
	}
	billing.get(about(id, "/data?purpose=P01")).fails(403, "refused", "reason=actor_not_allowed")
	billing.put(about(id, "/data/D05"), object{"purpose": "P18", "source": "app_form", "notice": s.crm.told(), "value": object{"soate": "41711000000000"}}).is(403)
	billing.post("/v1/subjects", s.registration(s.person()).body).fails(403, "forbidden")
	billing.post(about(id, "/destroy"), object{"ground": "subject_request"}).fails(403, "forbidden")
	billing.get(about(id, "/extract")).fails(403, "forbidden")
	if got := s.crm.may(id, "P18", "D01", "use"); got != "allowed" {
		t.Errorf("after all that was refused: %s", got)
	}
}
