package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// kept is how many events there are: a request that is refused leaves none.
func (h *house) kept() int64 {
	h.t.Helper()
	n, err := h.Unsealed(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// speaker is the client that may use an operation, and its listener.
func (s *scene) speaker(op string) *client {
	switch op {
	case "draftEdition", "reviewEdition", "announceEdition", "discardEdition", "identifyCopy", "registerRecipient", "suspendRecipient", "setEndpoint",
		"openLawful", "refuseLawful", "prolongLawful":
		return s.officer
	case "confirmDisclosure":
		return s.shop
	case "openStaffSession":
		return s.on(s.console, "")
	}
	return s.crm
}

// withBody calls try for every operation that reads JSON, with a path to a living subscriber.
func (s *scene) withBody(id string, try func(c *client, method, path string, op *huma.Operation)) {
	s.t.Helper()
	n := 0
	each := func(method, path string, op *huma.Operation) {
		if op.RequestBody != nil && op.RequestBody.Content["application/json"] != nil {
			n++
			try(s.speaker(op.OperationID), method, path, op)
		}
	}
	eachOperation(id, each)
	d, _ := description()
	each(http.MethodPost, "/v1/staff/sessions", d.Paths["/v1/staff/sessions"].Post)
	if n != len(samples("")) {
		s.t.Errorf("%d operations read JSON, there are samples for %d", n, len(samples("")))
	}
}

// canary is a value that must not come back, nor reach the log.
const canary = "KANARЕЙКА-20501199000077"

func (s *scene) silent(a *answer) {
	s.t.Helper()
	for _, part := range []string{canary, "KANAR", "20501199000077"} {
		if bytes.Contains(a.body, []byte(part)) {
			s.t.Errorf("%s repeats what was sent: %s", a.asked, a.body)
		}
	}
	for name, values := range a.header {
		if strings.Contains(strings.Join(values, " "), "KANAR") {
			s.t.Errorf("%s repeats what was sent in %s", a.asked, name)
		}
	}
}

func TestABodyThatCannotBeReadInOneWayIsNeverADecision(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	before := s.kept()
	c := `"` + canary + `"`
	bodies := []struct {
		name, body string
		status     int
		problem    string
	}{
		{"nothing but blanks", "  \n", 400, "json.form"},
		{"null", "null", 400, "json.null"},
		{"a list", "[" + c + "]", 400, "json.form"},
		{"a text", c, 400, "json.form"},
		{"a number", "20501199000077", 400, "json.form"},
		{"an object that does not end", `{"subject":` + c, 400, "json.form"},
		{"something after the object", `{} ` + c, 400, "json.form"},
		{"two objects", `{}{"purpose":` + c + `}`, 400, "json.form"},
		{"a comma too many", `{"purpose":` + c + `,}`, 400, "json.form"},
		{"a comment", `{/*` + canary + `*/}`, 400, "json.form"},
		{"single quotes", `{'purpose':'` + canary + `'}`, 400, "json.form"},
		{"NaN", `{"purpose":NaN}`, 400, "json.form"},
		{"a member twice", `{"purpose":"P18","purpose":` + c + `}`, 400, "json.duplicate"},
		{"a member twice, once escaped", `{"purpose":"P18","p\u0075rpose":` + c + `}`, 400, "json.duplicate"},
		{"a member twice deep inside", `{"evidence":{"drawn":{"a":1,"a":` + c + `}}}`, 400, "json.duplicate"},
		{"letters that are no UTF-8", "{\"purpose\":\"" + canary + "\xff\"}", 400, "json.utf8"},
		{"half a surrogate pair", `{"purpose":"\ud800` + canary + `"}`, 400, "json.form"},
		{"a byte order mark", "\ufeff{}", 400, "json.form"},
		{"nested too deep", `{"a":` + strings.Repeat("[", 17) + c + strings.Repeat("]", 17) + `}`, 400, "json.depth"},
		{"nested so deep that a stack would end", strings.Repeat(`{"a":`, 100_000), 400, "json.depth"},
		{"more than fits", `{"purpose":"` + strings.Repeat(canary, 40_000) + `"}`, 413, ""},
	}
	s.withBody(id, func(by *client, method, path string, op *huma.Operation) {
		for _, b := range bodies {
			a := by.do(method, path, b.body)
			code := "invalid"
			if b.status == 413 {
				code = "too_large"
			}
			a.fails(b.status, code, "problem="+b.problem)
			s.silent(a)
		}
		for _, media := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", "application/problem+json", "image/jpeg", "json", canary} {
			a := by.do(method, path, `{"purpose":`+c+`}`, header{"Content-Type", media}).fails(415, "unsupported_media")
			s.silent(a)
		}
		if op.RequestBody.Required {
			by.do(method, path, nil).fails(400, "invalid")
		}
	})
	endless := io.MultiReader(strings.NewReader(`{"purpose":"`), strings.NewReader(strings.Repeat(canary, 40_000)))
	s.silent(s.crm.post("/v1/may", endless).fails(413, "too_large")) // that did not say how long it is
	photo := about(id, "/data/D04/face_photo?purpose=P16.face")
	s.crm.put(photo, nil, asJPEG).fails(400, "invalid")
	s.crm.put(photo, `{"picture":`+c+`}`).fails(415, "unsupported_media")
	s.crm.put(photo, photograph(t), header{"Content-Type", "image/webp"}).fails(415, "unsupported_media")
	s.crm.put(photo, make([]byte, 12<<20+1), asJPEG).fails(413, "too_large")
	if after := s.kept(); after != before {
		t.Errorf("%d events were kept", after-before)
	}
	if strings.Contains(s.log.String(), "KANAR") {
		t.Error("the log has what was sent")
	}
}

// bend gives copies of a sample, in each of which one member is another.
func bend(sample object, value any, try func(member string, body object)) {
	for name, was := range sample {
		body := object{}
		for n, v := range sample {
			body[n] = v
		}
		body[name] = value
		try(name, body)
		if inner, ok := was.(object); ok {
			bend(inner, value, func(member string, changed object) {
				body[name] = changed
				try(name+"."+member, body)
			})
		}
	}
}

func TestNoMemberOfABodyIsEverRepeated(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id, told := s.someone(), s.crm.told()
	bodies := samples(told)
	for _, op := range []string{"delete", "destroy"} {
		bodies[op]["ground"] = "boredom" // nothing is to happen
	}
	tried := 0
	s.withBody(id, func(by *client, method, path string, op *huma.Operation) {
		for _, value := range []any{canary, canary + "\u0000", "=" + canary, 20501199000077, true, nil, []any{canary}, object{canary: canary}, []any{nil, object{canary: 1}}} {
			bend(bodies[op.OperationID], value, func(member string, body object) {
				tried++
				a := by.do(method, path, body)
				s.silent(a)
				if a.status >= 500 {
					t.Errorf("%s with %v for %s: %s", a.asked, value, member, a.body)
				}
			})
		}
		bend(bodies[op.OperationID], "x", func(member string, body object) {
			inner := body
			for part := range strings.SplitSeq(member, ".") {
				if next, ok := inner[part].(object); ok {
					inner = next
				}
			}
			inner[canary] = canary
			a := by.do(method, path, body)
			s.silent(a)
			delete(inner, canary)
			if a.status < 400 {
				t.Errorf("%s takes a member it does not know", a.asked)
			}
		})
	})
	if tried < 800 {
		t.Errorf("only %d bodies were tried", tried)
	}
	if strings.Contains(s.log.String(), "KANAR") || strings.Contains(s.log.String(), "20501199000077") {
		t.Error("the log has what was sent")
	}
}

func TestNoPartOfAnAddressIsEverRepeated(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	d, _ := description()
	for _, value := range []string{canary, "KANAR\x00", "KANAR\xff", "../KANAR", "KANAR'--", "18446744073709551615", "-1", strings.Repeat("KANAR", 400)} {
		escaped := url.PathEscape(value)
		for path, item := range d.Paths {
			for method, op := range operations(item) {
				by := s.speaker(op.OperationID)
				for _, p := range op.Parameters {
					target := path
					switch p.In {
					case "path":
						target = strings.ReplaceAll(target, "{"+p.Name+"}", escaped)
					case "query":
						target += "?" + p.Name + "=" + url.QueryEscape(value)
					}
					target = strings.ReplaceAll(target, "{id}", id)
					for strings.Contains(target, "{") {
						i, j := strings.Index(target, "{"), strings.Index(target, "}")
						target = target[:i] + "D05" + target[j+1:]
					}
					var with []header
					if p.In == "header" {
						with = append(with, header{p.Name, value})
					}
					a := by.do(method, target, nil, with...)
					s.silent(a)
					if a.status >= 500 {
						t.Errorf("%s with %q for %s: %s", a.asked, value, p.Name, a.body)
					}
				}
			}
		}
	}
	if strings.Contains(s.log.String(), "KANAR") {
		t.Error("the log has what was sent")
	}
}
