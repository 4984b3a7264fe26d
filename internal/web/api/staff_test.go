package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"kupuya/internal/privacy"
)

func TestStaffSignInWithPasswordAndASecondFactor(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	good := s.staffSigning(s.staff.Password)
	var first string
	for name, change := range map[string]func(object){
		"another login":    func(b object) { b["login"] = "nobody" },
		"an empty login":   func(b object) { b["login"] = "" },
		"another password": func(b object) { b["password"] = "wrong" },
		"an empty one":     func(b object) { b["password"] = "" },
		"another code":     func(b object) { b["code"] = other(b["code"].(string)) },
		"no code":          func(b object) { b["code"] = "" },
		"all of it wrong":  func(b object) { b["login"], b["password"], b["code"] = "x", "y", "z" },
	} {
		body := object{}
		for n, v := range good.body.(object) {
			body[n] = v
		}
		change(body)
		a := good.by.post(good.path, body).fails(401, "unauthenticated")
		if first == "" {
			first = a.sameFor()
		}
		if a.sameFor() != first {
			t.Errorf("%s: %s, elsewhere %s", name, a.body, first)
		}
	}
	in := good.send(http.MethodPost).is(201)
	if in.text("role") != "clerk" || in.text("token") == "" {
		t.Errorf("session %s", in.body)
	}
	if got := good.send(http.MethodPost).fails(401, "unauthenticated").sameFor(); got != first { // its code works once
		t.Errorf("a code used again: %s, elsewhere %s", got, first)
	}
	s.clock.Advance(time.Minute)
	s.staffSigning(s.staff.Password).send(http.MethodPost).is(201)
	for range 10 {
		s.staffSigning("guess").by.post(good.path, object{"login": "gulnara", "password": "guess", "code": "000000"})
	}
	s.clock.Advance(time.Minute)
	s.staffSigning(s.staff.Password).send(http.MethodPost).fails(429, "too_many") // for the rest of the hour
}

func TestEachListenerKnowsItsOwn(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	clerk := s.staffSigning(s.staff.Password).send(http.MethodPost).is(201).text("token")
	p := s.person()
	s.crm.subscriber(p)
	me := s.signIn(p.number)
	s.on(s.console, clerk).get(about(id, "/consents")).is(200)
	for name, by := range map[string]*client{
		"staff on the site":           s.on(s.site, clerk),
		"a credential on the console": s.on(s.console, s.crm.token),
		"a subscriber on the console": s.on(s.console, me.token),
	} {
		a := by.get(about(id, "/consents"))
		if a.status != 401 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := s.on(s.site, "").get("/v1/staff/sessions").fails(404, "not_found"); a.header.Get("Allow") != "" {
		t.Error("staff can sign in on the site")
	}
	s.clock.Advance(9 * time.Hour)
	s.on(s.console, clerk).get(about(id, "/consents")).fails(401, "unauthenticated")
}

func TestAClerkNamesACaseAndAReason(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.person()
	id := s.crm.subscriber(p)
	clerk := s.on(s.console, s.staffSigning(s.staff.Password).send(http.MethodPost).is(201).text("token"))
	body := object{"subject": id, "purpose": "P18", "categories": []string{"D01"}, "operation": "use"}
	clerk.post("/v1/read", body).fails(422, "missing_value", "field=case")
	body["case"] = "CASE-2026/17"
	clerk.post("/v1/read", body).fails(422, "missing_value", "field=reason")
	body["reason"] = "Абонент чалды" // free words, kept sealed
	if got := clerk.post("/v1/read", body).is(200).text("values.D01.surname"); got != "Осмонов" {
		t.Errorf("surname %q", got)
	}
	body["case"] = "Осмонов Бакыт"
	clerk.post("/v1/read", body).fails(422, "bad_value", "field=case", "problem=case.form")
	me := s.signIn(p.number)
	log := me.get(about(id, "/log?limit=200")).is(200)
	for _, e := range log.at("entries").([]any) {
		e := e.(object)
		if e["kind"] != "staff.unmasked" {
			continue
		}
		if who := e["who"].(object); who["role"] != "clerk" || who["organisation"] != "office-7" || e["case"] != "CASE-2026/17" || e["note"] != "Абонент чалды" {
			t.Errorf("entry %v", e)
		}
		return
	}
	t.Errorf("the subscriber does not see who looked: %s", log.body)
}

func TestAnAuditorSeesTheLogWithoutTheWords(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	s.crm.post("/v1/read", object{"subject": id, "purpose": "P18", "categories": []string{"D01"}, "reason": "KANAR"}).is(200)
	auditor, err := s.AddStaff(context.Background(), officer, "auditor", privacy.ActorAuditor, "dpa")
	if err != nil {
		t.Fatal(err)
	}
	s.staff = auditor
	by := s.on(s.console, s.staffSigning(auditor.Password).send(http.MethodPost).is(201).text("token"))
	log := by.get(about(id, "/log?limit=200")).is(200)
	s.silent(log)
	if len(log.at("entries").([]any)) < 5 {
		t.Errorf("log %s", log.body)
	}
	read := by.post("/v1/read", object{"subject": id, "purpose": "P18", "categories": []string{"D01"}, "case": "CASE-1", "reason": "x"}).is(200)
	if len(read.at("values").(object)) != 0 || read.text("refused.0.reason") != "actor_not_allowed" {
		t.Errorf("an auditor reads %s", read.body)
	}
	by.get(about(id, "/extract")).fails(403, "forbidden")
}
