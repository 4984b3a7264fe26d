package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pquerna/otp/totp"

	"kupuya/internal/holder"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

// scene is a house with the people that requests need.
type scene struct {
	*house
	crm, officer, second *client
	shop                 *client // the partner's
	people               int
	staff                holder.StaffAccount
}

func newScene(t testing.TB) *scene {
	t.Helper()
	h := onSQLite(t)
	s := &scene{house: h, crm: h.crm()}
	for _, into := range []**client{&s.officer, &s.second} {
		*into = h.on(h.site, h.credential(holder.Grant{
			Kind: privacy.ActorOfficer, Org: "dpo", Channel: privacy.ChannelOffice,
			AllPurposes: true, Operations: []string{"all"},
		}))
	}
	s.shop = s.partner()
	var err error
	if s.staff, err = h.AddStaff(context.Background(), officer, "gulnara", privacy.ActorClerk, "office-7"); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scene) person() person {
	s.people++
	return person{fmt.Sprintf("+996992%06d", s.people), "1990-05-17", "Осмонов"}
}

// someone is a new subscriber.
func (s *scene) someone() string { id := s.crm.subscriber(s.person()); return id }

func about(id, path string) string { return "/v1/subjects/" + id + path }

// request is one request: by whom, to where, with what.
type request struct {
	by   *client
	path string
	body any
	with []header
}

func (r request) send(method string) *answer { return r.by.do(method, r.path, r.body, r.with...) }

// row is an operation with a request that succeeds and one that fails as want
// says: a status, a code, and members.
type row struct {
	op   string
	ok   func(s *scene) request
	bad  func(s *scene) request
	want failure
}

type failure struct {
	status  int
	code    string
	members []string // as client.fails takes them
}

func want(status int, code string, members ...string) failure { return failure{status, code, members} }

// rows tries every operation.
var rows = []row{
	{
		"getPolicy", func(s *scene) request { return request{by: s.crm, path: "/v1/policy?lang=en"} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/policy?lang=de"} }, want(422, "bad_value", "field=lang"),
	},
	{
		"listEditions", func(s *scene) request { return request{by: s.on(s.site, ""), path: "/v1/policy/editions"} },
		func(s *scene) request { return request{by: s.on(s.site, "nothing"), path: "/v1/policy/editions"} }, want(401, "unauthenticated"),
	},
	{
		"getEdition", func(s *scene) request { return request{by: s.crm, path: "/v1/policy/editions/mega24/2026-1"} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/policy/editions/mega24/1999-1"} }, want(404, "not_found"),
	},
	{
		"compareEditions", func(s *scene) request {
			return request{by: s.on(s.site, ""), path: "/v1/policy/diff?from=mega24/2026-1&to=mega24/2026-1&lang=en"}
		},
		func(s *scene) request {
			return request{by: s.crm, path: "/v1/policy/diff?from=mega24/2026-1&to=mega24/1999-1"}
		}, want(404, "not_found"),
	},
	{
		"listProposals", func(s *scene) request { return request{by: s.officer, path: "/v1/policy/proposals"} },
		func(s *scene) request { return request{by: s.on(s.site, ""), path: "/v1/policy/proposals"} }, want(401, "unauthenticated"),
	},
	{
		"acceptances", func(s *scene) request { s.someone(); return request{by: s.officer, path: "/v1/policy/acceptances"} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/policy/acceptances"} }, want(403, "forbidden"),
	},
	{
		"draftEdition", func(s *scene) request { return request{by: s.officer, path: "/v1/policy/proposals", body: s.next()} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/policy/proposals", body: s.next()} }, want(403, "forbidden"),
	},
	{
		"reviewEdition", func(s *scene) request {
			return request{by: s.second, path: proposed + "/review", body: object{"sha256": s.drafted()}}
		}, func(s *scene) request {
			return request{by: s.officer, path: proposed + "/review", body: object{"sha256": s.drafted()}}
		}, want(403, "forbidden", "problem=edition.own_draft"),
	},
	{
		"announceEdition", func(s *scene) request {
			s.reviewed()
			return request{by: s.officer, path: proposed + "/announce", body: object{}}
		}, func(s *scene) request {
			s.reviewed()
			return request{by: s.officer, path: proposed + "/announce", body: object{"in_force_at": "2026-12-01T00:00:00Z"}}
		}, want(403, "refused", "problem=edition.too_soon", "field=in_force"),
	},
	{
		"discardEdition", func(s *scene) request {
			s.drafted()
			return request{by: s.second, path: proposed + "/discard"}
		}, func(s *scene) request {
			return request{by: s.second, path: "/v1/policy/proposals/mega24/2026-1/discard"}
		}, want(409, "conflict", "problem=edition.state", "name=published"),
	},
	{"explain", func(s *scene) request {
		return request{by: s.crm, path: "/v1/policy/explain?purpose=P18&category=D01&operation=use&subject=" + s.someone()}
	}, func(s *scene) request {
		return request{by: s.crm, path: "/v1/policy/explain?purpose=P99&category=D01&operation=use&subject=" + s.someone()}
	}, want(422, "unknown_name", "field=purpose", "name=P99")},

	{"tell", func(s *scene) request {
		return request{by: s.crm, path: "/v1/notices", body: object{"language": "ru", "text_sha256": s.crm.get("/v1/policy?lang=ru").text("text_sha256")}}
	}, func(s *scene) request {
		return request{by: s.crm, path: "/v1/notices", body: object{"language": "ru", "text_sha256": s.crm.get("/v1/policy?lang=ky").text("text_sha256")}}
	}, want(422, "text_mismatch", "field=text_sha256")},
	{
		"register", func(s *scene) request { return s.registration(s.person()) },
		func(s *scene) request { p := s.person(); s.crm.register(p); return s.registration(p) }, want(409, "already_taken", "field=D08.msisdn"),
	},
	{"findSubject", func(s *scene) request {
		p := s.person()
		s.crm.register(p)
		return request{by: s.crm, path: "/v1/subjects/find", body: object{"msisdn": p.number}}
	}, func(s *scene) request {
		return request{by: s.crm, path: "/v1/subjects/find", body: object{"msisdn": "+996993000009"}}
	}, want(404, "not_found")},
	{
		"write", func(s *scene) request { return s.mail("app_form") }, func(s *scene) request { return s.mail("street") },
		want(422, "unknown_name", "field=source", "name=street"),
	},
	{
		"putPhoto", func(s *scene) request { return s.photo(s.pictured(), photograph(s.t)) },
		func(s *scene) request { return s.photo(s.pictured(), []byte("not a picture")) }, want(422, "bad_value", "problem=image.format"),
	},
	{"getPhoto", func(s *scene) request {
		id := s.pictured()
		s.photo(id, photograph(s.t)).send(http.MethodPut).is(200)
		return request{by: s.crm, path: about(id, "/data/D04/face_photo?purpose=P16.face")}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/data/D04/foot_photo?purpose=P16.face")}
	}, want(422, "unknown_name", "field=D04", "name=foot_photo")},
	{"rectify", func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/data/D05/rectify"), body: object{"source": "office_scan", "value": object{"soate": "41711000000000"}}}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/data/D07/rectify"), body: object{"source": "office_scan", "value": object{"email": "a@example.org"}}}
	}, want(404, "not_found", "field=category")},
	{
		"list", func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/data?purpose=P18")} },
		func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/data?purpose=P99")} }, want(422, "unknown_name", "field=purpose", "name=P99"),
	},

	{"may", func(s *scene) request {
		return request{by: s.crm, path: "/v1/may", body: object{"subject": s.someone(), "purpose": "P18", "category": "D01", "operation": "use"}}
	}, func(s *scene) request {
		return request{by: s.crm, path: "/v1/may", body: object{"subject": s.someone(), "purpose": "P18", "category": "D01", "operation": "admire"}}
	}, want(422, "unknown_name", "field=operation", "name=admire")},
	{"read", func(s *scene) request {
		return request{by: s.crm, path: "/v1/read", body: object{"subject": s.someone(), "purpose": "P18", "categories": []string{"D01"}, "operation": "use"}}
	}, func(s *scene) request {
		return request{by: s.crm, path: "/v1/read", body: object{"subject": s.someone(), "purpose": "P18", "categories": []string{"D01", "D77"}}}
	}, want(422, "unknown_name", "field=category", "name=D77")},

	{
		"getForm", func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/forms/accept?lang=ru")} },
		func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/forms/P99")} }, want(422, "unknown_name", "name=P99"),
	},
	{
		"sendCode", func(s *scene) request { return s.codeFor(s.someone()) },
		func(s *scene) request { r := s.codeFor(s.someone()); r.send(http.MethodPost).is(201); return r }, want(429, "too_many"),
	},
	{"accept", func(s *scene) request {
		id := s.crm.register(s.person())
		return request{by: s.crm, path: about(id, "/acceptances"), body: s.crm.tick(id, "accept")}
	}, func(s *scene) request {
		id := s.crm.register(s.person())
		body := s.crm.tick(id, "accept")
		body["evidence"].(object)["tick"].(object)["prefilled"] = true
		return request{by: s.crm, path: about(id, "/acceptances"), body: body}
	}, want(422, "evidence_invalid", "problem=evidence.prefilled")},
	{
		"continue", func(s *scene) request {
			id := s.someone()
			s.literal()
			told := s.crm.post("/v1/notices", object{"subject": id, "language": "ky", "text_sha256": s.crm.get("/v1/policy").text("text_sha256")}).is(201)
			return request{by: s.crm, path: about(id, "/acceptances/continued"), body: object{"notice": told.text("notice")}}
		}, func(s *scene) request {
			return request{by: s.crm, path: about(s.someone(), "/acceptances/continued"), body: object{"notice": nobodyID}}
		}, want(422, "notice_required", "field=notice"),
	},
	{
		"decline", func(s *scene) request {
			s.literal()
			return request{by: s.crm, path: about(s.crm.register(s.person()), "/refusals"), body: object{"edition": "mega24/2026-2"}}
		}, func(s *scene) request {
			return request{by: s.crm, path: about(s.someone(), "/refusals"), body: object{"edition": "mega24/2026-2"}}
		}, want(409, "conflict", "problem=edition.accepted"),
	},
	{
		"agree", func(s *scene) request {
			id := s.crm.register(s.person())
			s.crm.post(about(id, "/acceptances"), s.crm.tick(id, "accept")).is(201)
			return request{by: s.crm, path: about(id, "/agreements")}
		}, func(s *scene) request {
			return request{by: s.crm, path: about(s.crm.register(s.person()), "/agreements")}
		},
		want(403, "refused", "reason=not_accepted", "clause=6.1"),
	},
	{
		"endAgreement", func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/agreements/end")} },
		func(s *scene) request {
			return request{by: s.crm, path: about(s.crm.register(s.person()), "/agreements/end")}
		},
		want(409, "conflict", "problem=agreement.none"),
	},
	{
		"consent", func(s *scene) request { return s.consentTo("P03", s.someone()) },
		func(s *scene) request {
			r := s.consentTo("P03", s.someone())
			r.body.(object)["purpose"] = "P01"
			return r
		}, want(409, "conflict", "problem=consent.other_basis", "name=P01"),
	},
	{
		"consents", func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/consents")} },
		func(s *scene) request { return request{by: s.crm, path: about(nobodyID, "/consents")} }, want(404, "not_found"),
	},
	{
		"withdraw", func(s *scene) request {
			id := s.someone()
			s.crm.consent(id, "P03")
			return request{by: s.crm, path: about(id, "/consents/P03/withdraw")}
		}, func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/consents/P03/withdraw")} },
		want(409, "conflict", "problem=consent.none", "name=P03"),
	},
	{"object", func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/objections"), body: object{"purpose": "P09"}}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/objections"), body: object{"purpose": "P01"}}
	}, want(409, "conflict", "problem=objection.basis")},
	{"receipt", func(s *scene) request {
		id := s.someone()
		return request{by: s.crm, path: about(id, "/receipts/"+s.crm.consent(id, "P03").text("receipt"))}
	}, func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/receipts/"+nobodyID)} }, want(404, "not_found")},

	{"block", func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/blocks"), body: object{"category": "D05"}}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/blocks"), body: object{"category": "D99"}}
	}, want(422, "unknown_name", "field=category", "name=D99")},
	{"unblock", func(s *scene) request {
		id := s.someone()
		block := s.crm.post(about(id, "/blocks"), object{}).is(201).text("block")
		return request{by: s.crm, path: about(id, "/blocks/"+block+"/lift")}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/blocks/"+nobodyID+"/lift")}
	}, want(404, "not_found", "field=block")},
	{"dispute", func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/disputes"), body: object{"category": "D05"}}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/disputes"), body: object{"ground": "dislike"}}
	}, want(422, "bad_value", "field=ground", "problem=dispute.ground")},
	{"delete", func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/delete"), body: object{"ground": "account_closed"}}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/delete"), body: object{"ground": "boredom"}}
	}, want(422, "bad_value", "field=ground", "problem=removal.ground")},
	{"destroy", func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/destroy"), body: object{"ground": "subject_request"}}
	}, func(s *scene) request {
		return request{by: s.crm, path: about(s.someone(), "/destroy"), body: object{"ground": "regulator_order"}}
	}, want(422, "missing_value", "field=citation")},
	{
		"extract", func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/extract")} },
		func(s *scene) request { return request{by: s.partner(), path: about(s.someone(), "/extract")} }, want(403, "forbidden"),
	},
	{
		"getFiling", func(s *scene) request { return request{by: s.on(s.site, ""), path: "/v1/policy/filing?lang=en"} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/policy/filing?edition=mega24/1999-1"} }, want(404, "not_found"),
	},
	{
		"filingStatus", func(s *scene) request { return request{by: s.officer, path: "/v1/policy/filing/status"} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/policy/filing/status"} }, want(403, "forbidden"),
	},
	{
		"file", func(s *scene) request {
			return request{by: s.officer, path: "/v1/policy/filing", body: filed("KG-2026/17")}
		},
		func(s *scene) request {
			return request{by: s.officer, path: "/v1/policy/filing", body: filed("Бакыт")}
		},
		want(422, "bad_value", "field=number", "problem=filing.number"),
	},
	{
		"replay", func(s *scene) request {
			id := s.someone()
			return request{by: s.officer, path: about(id, "/log/"+s.written(id)+"/replay")}
		},
		func(s *scene) request {
			id := s.someone()
			return request{by: s.crm, path: about(id, "/log/"+s.written(id)+"/replay")}
		}, want(403, "forbidden"),
	},
	{
		"log", func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/log?limit=2")} },
		func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/log?limit=0")} }, want(422, "bad_value", "field=limit"),
	},

	{"sendSessionCode", func(s *scene) request {
		return request{by: s.on(s.site, ""), path: "/v1/sessions/codes", body: object{"msisdn": "+996994000001", "language": "ru"}}
	}, func(s *scene) request {
		return request{by: s.on(s.site, ""), path: "/v1/sessions/codes", body: object{"msisdn": "+77015550000"}}
	}, want(422, "bad_value", "field=msisdn", "problem=msisdn.country")},
	{
		"openSession", func(s *scene) request { r, code := s.signing(); r.body.(object)["code"] = code; return r },
		func(s *scene) request { r, code := s.signing(); r.body.(object)["code"] = other(code); return r }, want(422, "code_wrong"),
	},
	{"endSession", func(s *scene) request {
		p := s.person()
		s.crm.subscriber(p)
		return request{by: s.signIn(p.number), path: "/v1/sessions/end"}
	}, func(s *scene) request { return request{by: s.crm, path: "/v1/sessions/end"} }, want(403, "forbidden")},

	{
		"checkpoint", func(s *scene) request { s.work(); return request{by: s.on(s.site, ""), path: "/v1/ledger/checkpoint"} },
		func(s *scene) request { return request{by: s.on(s.site, "kup_x_y"), path: "/v1/ledger/checkpoint"} }, want(401, "unauthenticated"),
	},
	{"proof", func(s *scene) request {
		id := s.someone()
		s.work()
		return request{by: s.crm, path: "/v1/ledger/proof?subject=" + id + "&event=" + s.crm.get(about(id, "/log")).text("entries.0.event")}
	}, func(s *scene) request { return request{by: s.crm, path: "/v1/ledger/proof"} }, want(422, "missing_value", "field=event")},

	{
		"disclose", func(s *scene) request { return s.transfer(s.shopper(), "D08") },
		func(s *scene) request { return s.transfer(s.shopper(), "D01") }, want(422, "unknown_name", "problem=disclosure.field", "name=D01"),
	},
	{
		"disclosures", func(s *scene) request { return request{by: s.crm, path: about(s.someone(), "/disclosures")} },
		func(s *scene) request { return request{by: s.crm, path: about(nobodyID, "/disclosures")} }, want(404, "not_found"),
	},
	{"confirmDisclosure", func(s *scene) request {
		id := s.shopper()
		s.transfer(id, "D08").send(http.MethodPost).is(200)
		s.crm.post(about(id, "/consents/P17/withdraw"), nil).is(200)
		message := s.crm.get(about(id, "/disclosures")).is(200).text("disclosures.0.passed_on.0.id")
		return request{by: s.partner(), path: "/v1/disclosures/" + message + "/confirm", body: object{"outcome": "done"}}
	}, func(s *scene) request {
		return request{by: s.partner(), path: "/v1/disclosures/" + nobodyID + "/confirm", body: object{"outcome": "done"}}
	}, want(404, "not_found")},
	{
		"unconfirmed", func(s *scene) request { return request{by: s.officer, path: "/v1/disclosures/unconfirmed"} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/disclosures/unconfirmed"} }, want(403, "forbidden"),
	},
	{"disclosureReport", func(s *scene) request {
		s.work()
		return request{by: s.officer, path: "/v1/disclosures/report?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"}
	}, func(s *scene) request {
		return request{by: s.officer, path: "/v1/disclosures/report?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"}
	}, want(422, "bad_value", "field=to", "problem=recipient.period")},
	{
		"identifyCopy", func(s *scene) request {
			return request{by: s.officer, path: "/v1/disclosures/identify", body: object{"copy": strings.Repeat("0", 32)}}
		},
		func(s *scene) request {
			return request{by: s.officer, path: "/v1/disclosures/identify", body: object{"copy": "of nobody"}}
		}, want(422, "bad_value", "problem=disclosure.mark"),
	},
	{
		"listRecipients", func(s *scene) request { return request{by: s.officer, path: "/v1/recipients"} },
		func(s *scene) request { return request{by: s.partner(), path: "/v1/recipients"} }, want(403, "forbidden"),
	},
	{"registerRecipient", func(s *scene) request {
		return request{by: s.officer, path: "/v1/recipients/partner-shop", body: agreedWithShop()}
	}, func(s *scene) request {
		sale := agreedWithShop()
		sale["kind"] = "sale"
		return request{by: s.officer, path: "/v1/recipients/partner-shop", body: sale}
	}, want(403, "refused", "problem=recipient.sale", "clause=4.4a")},
	{"activateRecipient", func(s *scene) request {
		s.officer.put("/v1/recipients/partner-shop", asJSON(s.t, agreedWithShop())).is(200)
		return request{by: s.officer, path: "/v1/recipients/partner-shop/activate"}
	}, func(s *scene) request {
		less := agreedWithShop()
		delete(less, "access_limits")
		s.officer.put("/v1/recipients/partner-shop", asJSON(s.t, less)).is(200)
		return request{by: s.officer, path: "/v1/recipients/partner-shop/activate"}
	}, want(422, "missing_value", "field=contract.access_limits", "problem=recipient.incomplete")},
	{"suspendRecipient", func(s *scene) request {
		s.shopper()
		return request{by: s.officer, path: "/v1/recipients/partner-shop/suspend", body: object{"reason": "incident"}}
	}, func(s *scene) request {
		return request{by: s.officer, path: "/v1/recipients/partner-shop/suspend", body: object{"reason": "anger"}}
	}, want(422, "bad_value", "problem=recipient.reason")},
	{"setEndpoint", func(s *scene) request {
		s.shopper()
		return request{by: s.officer, path: "/v1/recipients/partner-shop/endpoint", body: object{"url": "https://hooks.shop.example/kupuya"}}
	}, func(s *scene) request {
		return request{by: s.officer, path: "/v1/recipients/partner-shop/endpoint", body: object{"url": "https://169.254.169.254/"}}
	}, want(422, "bad_value", "field=url", "problem=recipient.endpoint")},
	{
		"rotateSecret", func(s *scene) request {
			s.shopper()
			return request{by: s.officer, path: "/v1/recipients/partner-shop/secrets"}
		},
		func(s *scene) request { return request{by: s.officer, path: "/v1/recipients/nobody/secrets"} }, want(404, "not_found", "field=recipient"),
	},
	{
		"listLawful", func(s *scene) request { return request{by: s.officer, path: "/v1/lawful-requests"} },
		func(s *scene) request { return request{by: s.crm, path: "/v1/lawful-requests"} }, want(403, "forbidden"),
	},
	{
		"openLawful", func(s *scene) request { return s.lawful("D01.surname") }, func(s *scene) request { return s.lawful("D09.voice_minutes") },
		want(403, "refused", "problem=lawful.no_court", "field=court_act"),
	},
	{"answerLawful", func(s *scene) request {
		return request{by: s.second, path: "/v1/lawful-requests/" + s.lawful("D01.surname").send(http.MethodPost).is(201).text("id") + "/answer"}
	}, func(s *scene) request {
		return request{by: s.officer, path: "/v1/lawful-requests/" + s.lawful("D01.surname").send(http.MethodPost).is(201).text("id") + "/answer"}
	}, want(403, "forbidden", "problem=lawful.own")},
	{"refuseLawful", func(s *scene) request {
		return request{by: s.second, path: "/v1/lawful-requests/" + s.lawful("D01.surname").send(http.MethodPost).is(201).text("id") + "/refuse", body: object{"reason": "too_wide"}}
	}, func(s *scene) request {
		return request{by: s.second, path: "/v1/lawful-requests/" + nobodyID + "/refuse", body: object{"reason": "too_wide"}}
	}, want(404, "not_found")},
	{"prolongLawful", func(s *scene) request {
		return request{by: s.second, path: "/v1/lawful-requests/" + s.hidden() + "/prolong", body: object{"hide_until": s.clock.Now().Add(48 * time.Hour), "hide_cites": article186}}
	}, func(s *scene) request {
		return request{by: s.second, path: "/v1/lawful-requests/" + s.hidden() + "/prolong", body: object{"hide_until": s.clock.Now().AddDate(9, 0, 0), "hide_cites": article186}}
	}, want(422, "bad_value", "problem=lawful.review", "field=hide_until")},

	{
		"openStaffSession", func(s *scene) request { return s.staffSigning(s.staff.Password) },
		func(s *scene) request { return s.staffSigning("wrong") }, want(401, "unauthenticated"),
	},
}

// filed is the body that records a filing.
func filed(number string) object {
	return object{"lang": "ky", "number": number, "on": "2026-11-20", "stage": 1}
}

// written is an event of somebody's that records a decision.
func (s *scene) written(id string) string {
	log := s.crm.get(about(id, "/log?limit=50")).at("entries").([]any)
	for _, e := range log {
		if e := e.(map[string]any); e["kind"] == "data.written" {
			return e["event"].(string)
		}
	}
	s.t.Fatal("nothing was written")
	return ""
}

// article186 is by what right a disclosure is hidden.
var article186 = object{"act": "dc", "article": "186"}

// agreedWithShop is what was agreed with the partner's shop.
func agreedWithShop() object {
	return object{
		"kind": "partner", "country": "KG", "from": noon.Add(-time.Hour), "nature": "sign-in", "purposes": []string{"P17"},
		"identifiers": []string{"D08.msisdn"}, "subject_categories": []string{"subscribers"}, "written_instructions_only": true,
		"access_limits": "two people", "procedures": object{"rectify": "a day", "complete": "a day", "erase": "at once", "restrict": "at once"},
		"recording": "a log", "incident_hours": 24, "subprocessors": "none", "confirm_hours": 72,
	}
}

// shopper is a subscriber who consented to the partner's shop, to which data may flow.
func (s *scene) shopper() string {
	s.officer.put("/v1/recipients/partner-shop", asJSON(s.t, agreedWithShop())).is(200)
	s.officer.post("/v1/recipients/partner-shop/activate", nil).is(200)
	p := s.person()
	id := s.crm.subscriber(p)
	body := s.crm.sms(id, "P17", p.number)
	body["purpose"] = "P17"
	s.crm.post(about(id, "/consents"), body).is(201)
	return id
}

func (s *scene) transfer(id, category string) request {
	return request{by: s.crm, path: "/v1/disclosures", body: object{"subject": id, "recipient": "partner-shop", "purpose": "P17", "categories": []string{category}}}
}

// lawful is a court's request for one field of a subscriber of its own.
func (s *scene) lawful(field string) request {
	s.officer.put("/v1/recipients/court", asJSON(s.t, object{
		"kind": "authority", "country": "KG", "from": noon.Add(-time.Hour), "cites": object{"act": "dc", "article": "130 p.2"},
	})).is(200)
	s.officer.post("/v1/recipients/court/activate", nil).is(200)
	return request{by: s.officer, path: "/v1/lawful-requests", body: object{
		"authority": "court", "subjects": []string{s.someone()}, "fields": []string{field},
		"cites": object{"act": "dc", "article": "130 p.2"}, "letter": "17/2026",
	}}
}

// hidden is an answered request of which the subject does not know yet.
func (s *scene) hidden() string {
	r := s.lawful("D01.surname")
	r.body.(object)["hide_until"], r.body.(object)["hide_cites"] = s.clock.Now().Add(24*time.Hour), article186
	id := r.send(http.MethodPost).is(201).text("id")
	s.second.post("/v1/lawful-requests/"+id+"/answer", nil).is(200)
	return id
}

// nobodyID is an id that nobody has.
const nobodyID = "0199c0de-0000-7000-8000-000000000001"

// nothingID is an id that no message and no request has.
const nothingID = "0199c0de-0000-7000-8000-000000000002"

func (s *scene) pack() object {
	data, err := archive()
	if err != nil {
		s.t.Fatal(err)
	}
	return object{"pack": base64.StdEncoding.EncodeToString(data)}
}

// proposed is the address of the next edition.
const proposed = "/v1/policy/proposals/mega24/2026-2"

// next is the pack of an edition in which nothing but its name has changed.
func (s *scene) next() object { return s.nextWith("", "") }

// nextWith is the same with one place of its rules changed.
func (s *scene) nextWith(old, now string) object {
	pack, err := fs.Sub(policies.FS, "mega24/2026-1")
	if err != nil {
		s.t.Fatal(err)
	}
	law, err := fs.Sub(policies.FS, "law-kg")
	if err != nil {
		s.t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range []string{"policy.ky.md", "policy.ru.md", "policy.en.md", "expect.yaml", "rules.yaml"} {
		data, err := fs.ReadFile(pack, name)
		if err != nil {
			s.t.Fatal(err)
		}
		if name == "rules.yaml" {
			data = bytes.Replace(data, []byte("edition: mega24/2026-1\n"), []byte("edition: mega24/2026-2\n"), 1)
			data = bytes.Replace(data, []byte(`supersedes: ""`), []byte("supersedes: mega24/2026-1"), 1)
			data = bytes.Replace(data, []byte(old), []byte(now), 1)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	data, err := policyfile.Archive(files, law)
	if err != nil {
		s.t.Fatal(err)
	}
	return object{"pack": base64.StdEncoding.EncodeToString(data)}
}

// drafted drafts the next edition anew and gives its hash.
func (s *scene) drafted() string {
	s.officer.post(proposed+"/discard", nil)
	return s.officer.post("/v1/policy/proposals", s.next()).is(201).text("sha256")
}

func (s *scene) reviewed() {
	s.second.post(proposed+"/review", object{"sha256": s.drafted()}).is(200)
}

// literal puts the next edition in force at once.
func (s *scene) literal() {
	if s.crm.get("/v1/policy").text("edition") == "mega24/2026-2" {
		return
	}
	s.reviewed()
	s.officer.post(proposed+"/announce", object{"mode": "literal"}).is(200)
}

func (s *scene) registration(p person) request {
	return request{by: s.crm, path: "/v1/subjects", body: object{"notice": s.crm.told(), "msisdn": p.number, "birth_date": p.born, "data": p.contract()}}
}

func (s *scene) mail(source string) request {
	return request{by: s.crm, path: about(s.someone(), "/data/D07"), body: object{
		"purpose": "P07", "source": source, "notice": s.crm.told(),
		"value": object{"email": "aibek@example.org"},
	}}
}

// pictured is a subscriber who consented to be compared with his passport.
func (s *scene) pictured() string {
	p := s.person()
	id := s.crm.subscriber(p)
	body := s.crm.sms(id, "P16.face", p.number)
	body["purpose"] = "P16.face"
	s.crm.post(about(id, "/consents"), body).is(201)
	return id
}

func (s *scene) photo(id string, raw []byte) request {
	return request{by: s.crm, path: about(id, "/data/D04/face_photo?purpose=P16.face&source=app_form&notice="+s.crm.told()), body: raw, with: []header{asJPEG}}
}

func (s *scene) codeFor(id string) request {
	return request{by: s.crm, path: about(id, "/codes"), body: object{"aim": "P03", "language": "ky"}}
}

func (s *scene) consentTo(purpose, id string) request {
	body := s.crm.tick(id, purpose)
	body["purpose"] = purpose
	return request{by: s.crm, path: about(id, "/consents"), body: body}
}

func (s *scene) partner() *client {
	return s.on(s.site, s.credential(holder.Grant{
		Kind: privacy.ActorPartner, Org: "shop", Channel: privacy.ChannelPartner,
		Recipient: "partner-shop", AllPurposes: true, Operations: []string{"all"},
	}))
}

// signing is a request for a token that lacks its code.
func (s *scene) signing() (request, string) {
	p := s.person()
	s.crm.subscriber(p)
	nobody := s.on(s.site, "")
	sent := nobody.post("/v1/sessions/codes", object{"msisdn": p.number}).is(201)
	return request{by: nobody, path: "/v1/sessions", body: object{"challenge": sent.text("challenge")}}, s.code(p.number)
}

// other is a code that is not this one.
func other(code string) string {
	return string('0'+('9'-code[0])) + code[1:5] + string('0'+('9'-code[5]))
}

func (s *scene) staffSigning(password string) request {
	code, err := totp.GenerateCode(s.staff.Secret, s.clock.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return request{by: s.on(s.console, ""), path: "/v1/staff/sessions", body: object{"login": s.staff.Login, "password": password, "code": code}}
}

func TestEveryRouteSucceedsAndFailsAsDescribed(t *testing.T) {
	t.Parallel()
	d, _ := description()
	methods, success := map[string]string{}, map[string]int{}
	for _, item := range d.Paths {
		for method, op := range operations(item) {
			methods[op.OperationID] = method
			for status := range op.Responses {
				if n := 0; strings.HasPrefix(status, "2") {
					fmt.Sscan(status, &n)
					success[op.OperationID] = n
				}
			}
		}
	}
	if len(rows) != len(methods) {
		t.Errorf("%d routes are tried, the table has %d", len(rows), len(methods))
	}
	s := newScene(t)
	for _, r := range rows {
		method := methods[r.op]
		if method == "" {
			t.Errorf("no route %s, or tried twice", r.op)
			continue
		}
		delete(methods, r.op)
		ok := r.ok(s).send(method)
		if ok.status != success[r.op] {
			t.Errorf("%s: %d, want %d: %s", r.op, ok.status, success[r.op], ok.body)
		}
		s.clock.Advance(2 * time.Minute) // until codes may be asked for again
		r.bad(s).send(method).fails(r.want.status, r.want.code, r.want.members...)
		s.clock.Advance(2 * time.Minute)
	}
	for op := range methods {
		t.Errorf("%s is not tried", op)
	}
}
