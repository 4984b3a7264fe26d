package api_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

func TestWhatIsNotThereIsAProblemInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	crm := h.crm()
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/v1", 404, ""},
		{"GET", "/v1/", 404, ""},
		{"GET", "/v1/nothing", 404, ""},
		{"POST", "/v1/nothing", 404, ""},
		{"GET", "/v1/policy/", 404, ""},
		{"GET", "/v1//policy", 404, ""},
		{"GET", "/v1/./policy", 404, ""},
		{"GET", "/v1/subjects/../policy", 404, ""},
		{"GET", "/v1/subjects/%2e%2e/policy", 404, ""},
		{"POST", "/v1//may", 404, ""},
		{"GET", "/v1/V1/policy", 404, ""},
		{"GET", "/v1/may", 405, "POST"},
		{"HEAD", "/v1/may", 405, "POST"},
		{"PUT", "/v1/may", 405, "POST"},
		{"OPTIONS", "/v1/may", 405, "POST"},
		{"TRACE", "/v1/may", 405, "POST"},
		{"BREW", "/v1/may", 405, "POST"},
		{"PATCH", "/v1/policy", 405, "GET, HEAD"},
		{"DELETE", "/v1/policy/editions", 405, "GET, HEAD"},
		{"DELETE", "/v1/subjects/" + nobodyID + "/data/D04/face_photo", 405, "GET, HEAD, PUT"},
		{"POST", "/openapi.json", 405, "GET, HEAD"},
	} {
		for lang, word := range map[string]string{"": "Табылган жок", "ru": "Не найдено", "en-GB,en;q=0.9": "Not found", "kg": "Табылган жок", "\xff": "Табылган жок"} {
			a := crm.do(c.method, c.path, nil, header{"Accept-Language", lang}).is(c.status)
			if c.method == http.MethodHead && a.status == c.status {
				continue // whose body is not sent
			}
			if got := a.problem().Title; got != word {
				t.Errorf("%s in %q: %s", a.asked, lang, got)
			}
			if got := a.header.Get("Allow"); got != c.allow {
				t.Errorf("%s: Allow %q, want %q", a.asked, got, c.allow)
			}
		}
	}
	for _, path := range []string{"/v1/policy", "/v1/policy/editions", "/openapi.json"} {
		h.on(h.site, "").do(http.MethodHead, path, nil).is(200)
	}
}

func TestProblemsAreInTheReadersLanguageWhereverTheyComeFrom(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	for from, try := range map[string]func(by *client, in header) *answer{
		"the guard":   func(by *client, in header) *answer { return by.post("/v1/may", "null", in) },
		"the library": func(by *client, in header) *answer { return by.post("/v1/may", object{"purpose": 1}, in) },
		"the holder": func(by *client, in header) *answer {
			return by.post(about(id, "/agreements/end"), object{"channel": "office"}, in)
		},
		"the session": func(by *client, in header) *answer { return s.on(s.site, "none").get("/v1/policy", in) },
	} {
		titles := map[string]bool{}
		for said, lang := range map[string]string{"": "ky", "ru-RU,ru;q=0.9": "ru", "en": "en", "ja": "ky"} {
			if from == "the holder" {
				s.crm.post(about(id, "/agreements"), nil).is(201)
				s.crm.post(about(id, "/agreements/end"), nil).is(200)
			}
			a := try(s.crm, header{"Accept-Language", said})
			if a.status < 400 || a.header.Get("Content-Language") != lang {
				t.Errorf("%s in %q: %d in %s", from, said, a.status, a.header.Get("Content-Language"))
			}
			titles[a.problem().Title] = true
		}
		if len(titles) != 3 {
			t.Errorf("%s has the titles %v", from, titles)
		}
	}
}

func TestWhenTheStoreIsDownNothingIsAnswered(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id, told := s.someone(), s.crm.told()
	bodies := samples(told)
	s.breakAt(func(string) error { return errors.New("cut: host=db.internal password=KANAR") })
	tried := 0
	eachOperation(id, func(method, path string, op *huma.Operation) {
		for _, by := range []*client{s.crm, s.on(s.site, "")} {
			public := op.Security != nil
			if by.token == "" && !public || op.OperationID == "draftEdition" {
				continue
			}
			var body any = bodies[op.OperationID]
			if bodies[op.OperationID] == nil {
				body = nil
			}
			switch op.OperationID {
			case "getPhoto", "putPhoto":
				path += "?purpose=P16.face"
			case "compareEditions":
				path += "?from=mega24/2026-1&to=mega24/2026-1"
			case "explain":
				path, _, _ = strings.Cut(path, "?")
				path += "?purpose=P18&category=D01&operation=use"
			}
			a := by.do(method, path, body).fails(503, "unavailable")
			if strings.Contains(string(a.body), "KANAR") || strings.Contains(string(a.body), "db.internal") {
				t.Errorf("%s tells what is inside: %s", a.asked, a.body)
			}
			tried++
		}
	})
	s.breakAt(nil)
	if tried < 40 {
		t.Errorf("only %d requests were tried", tried)
	}
	for reason := range s.counts.decisions {
		t.Errorf("a decision was given: %s", reason)
	}
	if got := s.crm.may(id, "P18", "D01", "use"); got != "allowed" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestNothingIsReleasedThatCouldNotBeRecorded(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	for _, at := range []string{"insert", "commit"} {
		s.breakAt(func(op string) error {
			if op == at {
				return errors.New("cut")
			}
			return nil
		})
		for _, a := range []*answer{
			s.crm.post("/v1/read", object{"subject": id, "purpose": "P18", "categories": []string{"D01"}}),
			s.crm.get(about(id, "/data?purpose=P18")),
			s.crm.get(about(id, "/extract")),
		} {
			if a.fails(503, "unavailable"); strings.Contains(string(a.body), "Осмонов") {
				t.Errorf("%s: %s", a.asked, a.body)
			}
		}
		s.breakAt(nil)
	}
}

func TestCodesAreCountedAndLimited(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.person()
	s.crm.subscriber(p)
	nobody := s.on(s.site, "")
	body := object{"msisdn": p.number}
	sent := nobody.post("/v1/sessions/codes", body).is(201)
	if again := nobody.post("/v1/sessions/codes", body).fails(429, "too_many"); again.header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %s", again.header.Get("Retry-After"))
	}
	code := s.code(p.number)
	in := object{"challenge": sent.text("challenge"), "code": other(code)}
	for left := 4; left > 0; left-- {
		a := nobody.post("/v1/sessions", in).fails(422, "code_wrong")
		if got := a.problem().TriesLeft; got == nil || *got != left {
			t.Errorf("tries left %v, want %d: %s", got, left, a.body)
		}
	}
	locked := nobody.post("/v1/sessions", in).fails(429, "too_many")
	if wait, err := strconv.Atoi(locked.header.Get("Retry-After")); err != nil || wait < 60 || wait > 300 {
		t.Errorf("Retry-After %s", locked.header.Get("Retry-After"))
	}
	in["code"] = code
	nobody.post("/v1/sessions", in).fails(429, "too_many") // the right one comes too late
	in["code"] = "12345"
	in["challenge"] = nobodyID
	nobody.post("/v1/sessions", in).fails(422, "code_expired")
}

func TestACodeWorksOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	req, code := s.signing()
	req.body.(object)["code"] = code[:3] + " " + code[3:] // as people type it
	first := req.send(http.MethodPost).is(201)
	req.send(http.MethodPost).fails(422, "code_used")
	me := s.on(s.site, first.text("token"))
	me.get(about(first.text("subject"), "/consents")).is(200)
	me.post("/v1/sessions/end", nil).is(204)
	me.get(about(first.text("subject"), "/consents")).fails(401, "unauthenticated")
}

func TestAskingForACodeTellsNothingOfWhoHasTheNumber(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.person()
	s.crm.subscriber(p)
	nobody := s.on(s.site, "")
	shape := func(a *answer) string {
		a.is(201)
		return strings.ReplaceAll(string(a.body), a.text("challenge"), "")
	}
	known, unknown := nobody.post("/v1/sessions/codes", object{"msisdn": p.number}), nobody.post("/v1/sessions/codes", object{"msisdn": "+996994555555"})
	if shape(known) != shape(unknown) || len(known.text("challenge")) != len(unknown.text("challenge")) {
		t.Errorf("%s and %s", known.body, unknown.body)
	}
	nobody.post("/v1/sessions/codes", object{"msisdn": "+996994555555"}).fails(429, "too_many")
}
