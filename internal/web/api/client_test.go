package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"kupuya/internal/web/api"
)

// client asks with one credential and holds every answer to what is promised of
// all of them: ids, headers, the form of problems, and the description.
type client struct {
	t     testing.TB
	house *house
	to    http.Handler
	token string
}

func (h *house) on(to http.Handler, token string) *client { return &client{h.t, h, to, token} }

// answer is one answer.
type answer struct {
	t      testing.TB
	asked  string
	status int
	header http.Header
	body   []byte
}

type header struct{ name, value string }

func (c *client) get(path string, more ...header) *answer {
	c.t.Helper()
	return c.do(http.MethodGet, path, nil, more...)
}

func (c *client) post(path string, body any, more ...header) *answer {
	c.t.Helper()
	return c.do(http.MethodPost, path, body, more...)
}

func (c *client) put(path string, body any, more ...header) *answer {
	c.t.Helper()
	return c.do(http.MethodPut, path, body, more...)
}

// do asks. A body of bytes or text goes as it is, anything else as JSON.
func (c *client) do(method, path string, body any, more ...header) *answer {
	c.t.Helper()
	var in io.Reader
	r := httptest.NewRequest(method, path, nil)
	switch b := body.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(b)
	case string:
		in = strings.NewReader(b)
	case io.Reader:
		in = b
	default:
		in = bytes.NewReader(asJSON(c.t, b))
	}
	if in != nil {
		r = httptest.NewRequest(method, path, in)
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for _, h := range more {
		r.Header.Set(h.name, h.value)
	}
	w := httptest.NewRecorder()
	c.to.ServeHTTP(w, r)
	a := &answer{t: c.t, asked: method + " " + path, status: w.Code, header: w.Result().Header, body: w.Body.Bytes()}
	a.promised()
	a.described(r)
	return a
}

// promised holds an answer to what is promised of every answer.
func (a *answer) promised() {
	a.t.Helper()
	id := a.header.Get("X-Request-Id")
	if len(id) != 36 {
		a.t.Errorf("%s: X-Request-Id %q", a.asked, id)
	}
	for name, values := range a.header {
		if len(values) != 1 {
			a.t.Errorf("%s: header %s is there %d times", a.asked, name, len(values))
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
		if got := a.header.Get(name); got != want {
			a.t.Errorf("%s: header %s is %q, want %q", a.asked, name, got, want)
		}
	}
	if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		a.t.Errorf("%s: Content-Security-Policy %q", a.asked, csp)
	}
	if a.status < 400 {
		return
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("%s: %d of type %q: %s", a.asked, a.status, got, a.body)
	}
	p := a.problem()
	if p.Status != a.status || p.Instance != "urn:uuid:"+id || p.Type != "urn:kupuya:problem:"+p.Code || p.Title == "" || p.Detail == "" {
		a.t.Errorf("%s: %d: %s", a.asked, a.status, a.body)
	}
	if strings.ContainsAny(p.Title+p.Detail, "{}") || strings.Contains(p.Detail, "error.") || strings.Contains(p.Detail, "problem.") {
		a.t.Errorf("%s: words with a hole: %s", a.asked, p.Detail)
	}
	if a.header.Get("Content-Language") == "" || a.header.Get("Cache-Control") != "no-store" {
		a.t.Errorf("%s: headers of a problem %v", a.asked, a.header)
	}
	if a.status == 401 && a.header.Get("WWW-Authenticate") != "Bearer" {
		a.t.Errorf("%s: WWW-Authenticate %q", a.asked, a.header.Get("WWW-Authenticate"))
	}
	if wait := a.header.Get("Retry-After"); (a.status == 429 || a.status == 503) && (wait == "" || wait == "0" || wait != strconv.Itoa(p.RetryAfter)) {
		a.t.Errorf("%s: Retry-After %q, retry_after %d", a.asked, wait, p.RetryAfter)
	}
}

// problem is a problem as clients read it.
type problem struct {
	Type, Title, Detail, Instance, Code string
	Field, Name, Problem                string
	Reason, Clause                      string
	Status                              int
	RetryAfter                          int  `json:"retry_after"`
	TriesLeft                           *int `json:"tries_left"`
}

func (a *answer) problem() problem {
	a.t.Helper()
	var p problem
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		a.t.Fatalf("%s: %d: %v: %s", a.asked, a.status, err, a.body)
	}
	return p
}

// is holds an answer to its status.
func (a *answer) is(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.asked, a.status, status, a.body)
	}
	return a
}

// fails holds an answer to a problem, of which want names what must stand in it:
// code, and then members as name=value.
func (a *answer) fails(status int, code string, members ...string) *answer {
	a.t.Helper()
	p := a.is(status).problem()
	if p.Code != code {
		a.t.Fatalf("%s: code %s, want %s: %s", a.asked, p.Code, code, a.body)
	}
	for _, m := range members {
		name, value, _ := strings.Cut(m, "=")
		if got := a.text(name); got != value {
			a.t.Errorf("%s: %s is %q, want %q: %s", a.asked, name, got, value, a.body)
		}
	}
	return a
}

// json is the body read into anything.
func (a *answer) json() any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("%s: %d: %v: %s", a.asked, a.status, err, a.body)
	}
	return v
}

// at gives a member by its path, such as "values.D01.surname"; a number is a
// place in a list.
func (a *answer) at(path string) any {
	a.t.Helper()
	v := a.json()
	for part := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(in) {
				a.t.Fatalf("%s: no %s: %s", a.asked, path, a.body)
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

// text gives a member that is a text; "" when there is none.
func (a *answer) text(path string) string {
	a.t.Helper()
	s, _ := a.at(path).(string)
	return s
}

// description is the OpenAPI description of both listeners, and a mux that finds
// operations by request.
var description = sync.OnceValues(func() (*huma.OpenAPI, *http.ServeMux) {
	d := api.New(nil, nil, nil, nil).Staff().OpenAPI()
	mux := http.NewServeMux()
	for path, item := range d.Paths {
		for method, op := range operations(item) {
			mux.HandleFunc(method+" "+path, func(w http.ResponseWriter, _ *http.Request) { w.(*found).op = op })
		}
	}
	return d, mux
})

type found struct {
	http.ResponseWriter
	op *huma.Operation
}

func operations(item *huma.PathItem) map[string]*huma.Operation {
	out := map[string]*huma.Operation{}
	for method, op := range map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put} {
		if op != nil {
			out[method] = op
		}
	}
	return out
}

// operationOf finds the operation of a request; nil when it has none.
func operationOf(r *http.Request) *huma.Operation {
	_, mux := description()
	w := &found{ResponseWriter: httptest.NewRecorder()}
	mux.ServeHTTP(w, httptest.NewRequest(r.Method, r.URL.String(), nil))
	return w.op
}

// described holds an answer to the description: its status stands there, and its
// body is of the described form.
func (a *answer) described(r *http.Request) {
	a.t.Helper()
	op := operationOf(r)
	if op == nil || r.Method == http.MethodHead {
		return
	}
	d, _ := description()
	response := op.Responses[strconv.Itoa(a.status)]
	if response == nil {
		a.t.Errorf("%s: %d is not described: %s", a.asked, a.status, a.body)
		return
	}
	if response.Ref != "" {
		response = d.Components.Responses[strings.TrimPrefix(response.Ref, "#/components/responses/")]
	}
	if len(a.body) == 0 && len(response.Content) == 0 || a.status == http.StatusNotModified {
		return
	}
	media, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	content := response.Content[media]
	if content == nil {
		a.t.Errorf("%s: %d of type %q is not described", a.asked, a.status, media)
		return
	}
	if !strings.HasSuffix(media, "json") {
		return
	}
	var res huma.ValidateResult
	huma.Validate(d.Components.Schemas, content.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, a.json(), &res)
	for _, err := range res.Errors {
		a.t.Errorf("%s: %d is not as described: %v", a.asked, a.status, err)
	}
}
