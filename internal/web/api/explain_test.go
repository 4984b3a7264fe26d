package api_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"kupuya/internal/privacy"
)

func TestAnExplanationSaysWhyAndWhatWouldChangeIt(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	const q = "/v1/policy/explain?purpose=P03&category=D09&operation=use"
	texts := map[string]bool{}
	for _, lang := range []string{"ky", "ru", "en"} {
		a := s.crm.get(q + "&lang=" + lang + "&subject=" + id).is(200)
		if a.text("reason") != "no_consent" || a.at("allowed") != false || a.text("clause") != "3.3" || a.at("general") != false || a.at("reachable") != true ||
			a.text("rule") != "purposes[P03].categories[D09]" || a.text("cites.0.act") != "dc" || a.at("cites.0.in_force") != true {
			t.Errorf("%s: %s", lang, a.body)
		}
		changes := a.at("changes").([]any)
		if len(changes) != 1 || a.text("changes.0.kind") != "consent" || a.text("changes.0.reach") != "subject" || a.text("changes.0.least_evidence") != "tick" {
			t.Errorf("%s: %s", lang, a.body)
		}
		texts[a.text("changes.0.text")], texts[a.text("why")], texts[a.text("sentence")] = true, true, true
	}
	nobody := s.on(s.site, "")
	general := nobody.get(q + "&lang=en").is(200)
	if general.at("general") != true || general.at("reachable") != true || len(general.at("needs").([]any)) < 8 || len(general.at("changes").([]any)) != 0 {
		t.Errorf("%s", general.body)
	}
	if len(texts) != 9 {
		t.Errorf("three languages share words: %v", texts)
	}
	nobody.get(q+"&subject="+id).fails(401, "unauthenticated")
	never := nobody.get("/v1/policy/explain?purpose=P03&category=D04&operation=use&lang=en").is(200)
	if never.at("reachable") != false || never.text("changes.0.kind") != "not_named" || never.text("changes.0.reach") != "nobody" {
		t.Errorf("%s", never.body)
	}
	nobody.get("/v1/policy/explain?purpose=P03&category=D09").fails(422, "missing_value", "field=operation")
}

func TestADecisionIsRunAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	read := s.crm.post("/v1/read", object{"subject": id, "purpose": "P18", "categories": []string{"D01", "D02"}, "operation": "use"}).is(200)
	a := s.officer.get(about(id, "/log/"+read.text("event")+"/replay")).is(200)
	if a.at("same") != true || a.text("kind") != "data.used" || a.text("age") != "stands" || len(a.at("answers").([]any)) != 2 ||
		a.text("answers.0.category") != "D01" || a.text("answers.0.again.reason") != "allowed" || a.text("answers.0.again.clause") != "3.18" ||
		a.text("answers.1.recorded.reason") != "not_in_policy" || a.text("answers.1.again.reason") != "not_in_policy" {
		t.Errorf("%s", a.body)
	}
	s.officer.get(about(nobodyID, "/log/"+read.text("event")+"/replay")).fails(404, "not_found")
	s.officer.get(about(id, "/log/"+nobodyID+"/replay")).fails(404, "not_found")
}

// The published entry is what the Holder's own verb makes, whoever asks. (law B12)
func TestTheFilingIsPublishedAsItIs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, lang := range []string{"ky", "ru", "en"} {
		doc, err := s.FilingOf(t.Context(), "", privacy.Lang(lang))
		if err != nil {
			t.Fatal(err)
		}
		text, err := doc.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/v1/policy/filing?lang=" + lang, "/v1/policy/filing?edition=mega24/2026-1&lang=" + lang} {
			a := s.on(s.site, "").get(path).is(200)
			if err := json.Unmarshal(a.body, &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s is not what is filed", path)
			}
		}
	}
	s.officer.post("/v1/policy/filing", filed("KG-2026/17")).is(201)
	a := s.officer.get("/v1/policy/filing/status").is(200)
	if a.text("state") != "up_to_date" || a.text("filed.number") != "KG-2026/17" || a.at("complete") != float64(11) {
		t.Errorf("%s", a.body)
	}
}
