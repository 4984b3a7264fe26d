package api_test

import (
	"slices"
	"testing"
)

// US-1.3-1, policy 6.3: what an announced edition will change is there for
// everybody, with what it asks and the clause in three languages.
func TestWhatAnAnnouncedEditionChangesIsThereForEverybody(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	nobody := s.on(s.site, "")
	const path = "/v1/policy/diff?from=mega24/2026-1&to=mega24/2026-2"
	next := s.nextWith("operations: [collect, record, store, use]\n    categories:\n      - id: D09", "operations: [collect, record, store, use, extract]\n    categories:\n      - id: D09")
	hash := s.officer.post("/v1/policy/proposals", next).is(201).text("sha256")
	nobody.get(path).fails(404, "not_found") // a draft
	s.second.post(proposed+"/review", object{"sha256": hash}).is(200)
	s.officer.post(proposed+"/announce", object{}).is(200)
	sentences := map[string]bool{}
	for _, lang := range []string{"ky", "ru", "en"} {
		a := nobody.get(path + "&lang=" + lang).is(200)
		changes := a.at("changes").([]any)
		if len(changes) != 1 || a.text("class") != "wider" || a.text("effect") != "ask_again" || a.text("language") != lang {
			t.Fatalf("%s", a.body)
		}
		c := changes[0].(map[string]any)
		if c["kind"] != "operation.added" || c["operation"] != "extract" || c["clause"] != "3.3" || c["purpose"] != "P03" || !slices.Equal(c["cites"].([]any), []any{"dc 78 p.2"}) {
			t.Errorf("%v", c)
		}
		sentences[c["sentence"].(string)] = true
		sentences[a.at("names").(map[string]any)["P03"].(string)] = true
		sentences[a.text("sentence")] = true
	}
	if len(sentences) != 9 {
		t.Errorf("sentences %v", sentences)
	}
	back := nobody.get("/v1/policy/diff?to=mega24/2026-1&from=mega24/2026-2&lang=en").is(200)
	if back.text("class") != "narrower" || back.at("unchanged_clauses").(float64) != 63 {
		t.Errorf("%s", back.body)
	}
}

func TestAComparisonNamesWhatIsWrongWithTheQuestion(t *testing.T) {
	t.Parallel()
	nobody := func() *client { h := onSQLite(t); return h.on(h.site, "") }()
	nobody.get("/v1/policy/diff?from=mega24/2026-1").fails(422, "missing_value", "field=to")
	nobody.get("/v1/policy/diff?to=mega24/2026-1").fails(422, "missing_value", "field=from")
	nobody.get("/v1/policy/diff?from=mega24/2026-1&to=mega24/2026-1&lang=de").fails(422, "bad_value", "field=lang")
	nobody.get("/v1/policy/diff?from=&to=mega24/2026-1").fails(422, "missing_value", "field=from")
	nobody.get("/v1/policy/diff?from=..%2F..&to=mega24/2026-1").fails(404, "not_found")
}
