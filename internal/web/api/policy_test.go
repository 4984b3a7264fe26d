package api_test

import (
	"fmt"
	"testing"
)

func TestAReaderIsNotSentWhatHeHas(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	nobody := h.on(h.site, "")
	for _, path := range []string{"/v1/policy", "/v1/policy?lang=ru", "/v1/policy/editions", "/v1/policy/editions/mega24/2026-1"} {
		first := nobody.get(path).is(200)
		tag := first.header.Get("ETag")
		if len(tag) < 10 || tag[0] != '"' || first.header.Get("Cache-Control") != "no-cache" {
			t.Fatalf("%s: ETag %s, Cache-Control %s", path, tag, first.header.Get("Cache-Control"))
		}
		for _, have := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			a := nobody.get(path, header{"If-None-Match", have}).is(304)
			if len(a.body) != 0 || a.header.Get("ETag") != tag {
				t.Errorf("%s to a reader who has %s: %q with ETag %s", path, have, a.body, a.header.Get("ETag"))
			}
		}
		for _, have := range []string{`"other"`, tag[1 : len(tag)-1], tag[:len(tag)-2] + `"`} {
			nobody.get(path, header{"If-None-Match", have}).is(200)
		}
		nobody.get(path, header{"If-Modified-Since", "Tue, 24 Nov 2026 06:00:00 GMT"}).is(200) // by the tag alone
	}
	if nobody.get("/v1/policy").header.Get("ETag") == nobody.get("/v1/policy?lang=ru").header.Get("ETag") {
		t.Error("two languages have one tag")
	}
}

func TestAnEditionIsReadInThreeLanguages(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	nobody := h.on(h.site, "")
	titles := map[string]bool{}
	for _, lang := range []string{"ky", "ru", "en"} {
		a := nobody.get("/v1/policy?lang=" + lang).is(200)
		titles[a.text("title")] = true
		if a.text("language") != lang || a.text("edition") != "mega24/2026-1" || len(a.at("categories").([]any)) != 13 || a.at("superseded_at") != nil {
			t.Errorf("%s: %s", lang, a.body)
		}
		if len(a.at("clauses").([]any)) < 50 || len(a.at("purposes").([]any)) < 20 {
			t.Errorf("%s: %d clauses, %d purposes", lang, len(a.at("clauses").([]any)), len(a.at("purposes").([]any)))
		}
		clause := nobody.get("/v1/policy/explain?purpose=P03&category=D09&operation=use&subject="+nobodyID+"&lang="+lang, header{"Authorization", "Bearer " + h.crm().token}).is(200)
		if clause.text("clause") != "3.3" || clause.text("sentence") == "" || clause.text("reason") != "no_subject" {
			t.Errorf("%s: %s", lang, clause.body)
		}
		titles[clause.text("purpose")] = true
	}
	if len(titles) != 6 {
		t.Errorf("titles %v", fmt.Sprint(titles))
	}
}

func TestDraftingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	tag := s.crm.get("/v1/policy").header.Get("ETag")
	again := s.officer.post("/v1/policy/proposals", s.pack()).is(201)
	if again.text("state") != "published" || s.crm.get("/v1/policy").header.Get("ETag") != tag {
		t.Errorf("%s", again.body)
	}
	s.officer.post("/v1/policy/proposals", object{"pack": "not base64"}).fails(400, "invalid", "field=pack")
	s.officer.post("/v1/policy/proposals", object{"pack": "AAAA"}).fails(400, "invalid", "problem=edition.pack")
	s.officer.post("/v1/policy/proposals", s.nextWith("in_force: publication\n", "in_force: publication\nshoe_size: 43\n")).fails(400, "invalid", "field=rules.yaml:37:1")
	s.officer.post("/v1/policy/proposals", s.nextWith("minor: locked", "minor: sometimes")).fails(400, "invalid", "problem=edition.pack", "field=purposes[P02].minor")
	if n := len(s.crm.get("/v1/policy/editions").at("editions").([]any)); n != 1 {
		t.Errorf("%d editions", n)
	}
}
