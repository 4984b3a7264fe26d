package web_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/web"
	"kupuya/internal/web/api"
)

// counter remembers what was counted.
type counter struct {
	mu  sync.Mutex
	all []string
}

func (c *counter) Request(route string, status int, _ time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, route+" "+http.StatusText(status))
}

func now() time.Time { return time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC) }

// house is a site whose interface and pages are what a test says.
func house(api, pages http.Handler, proxies ...netip.Prefix) (site http.Handler, c *counter, log *bytes.Buffer) {
	c, log = &counter{}, &bytes.Buffer{}
	return web.Site{API: api, Pages: pages, Proxies: proxies, Count: c, Now: now, Log: slog.New(slog.NewTextHandler(log, nil))}.Handler(), c, log
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if _, err := w.Write([]byte(text)); err != nil {
			panic(err)
		}
	}
}

func ask(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestEveryAnswerHasAnIDAndNothingToLeakBy(t *testing.T) {
	t.Parallel()
	site, _, _ := house(says("api"), says("page"))
	console := web.Console{
		API: says("api"), Metrics: says("metrics"), Ready: func(*http.Request) error { return nil },
		Count: &counter{}, Now: now, Log: slog.New(slog.DiscardHandler),
	}.Handler()
	seen := map[string]bool{}
	for _, c := range []struct {
		to   http.Handler
		path string
	}{{site, "/"}, {site, "/v1/policy"}, {site, "/v1"}, {site, "/openapi.json"}, {console, "/v1/read"}, {console, "/metrics"}, {console, "/healthz"}, {console, "/readyz"}, {console, "/none"}} {
		h := ask(c.to, "GET", c.path).Result().Header
		id := h.Get("X-Request-Id")
		if !privacy.IsID(id) || seen[id] {
			t.Errorf("%s: id %q", c.path, id)
		}
		seen[id] = true
		for name, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":           "geolocation=(), camera=(), microphone=()",
			"Cache-Control":                "no-store",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.path, name, got, want)
			}
		}
		if server := h.Get("Server") + h.Get("X-Powered-By"); server != "" {
			t.Errorf("%s says what it is made of: %s", c.path, server)
		}
	}
}

func TestTheInterfaceGetsItsPathsAsTheyAre(t *testing.T) {
	t.Parallel()
	site, _, _ := house(says("api"), says("page"))
	for path, want := range map[string]string{
		"/v1": "api", "/v1/": "api", "/v1//may": "api", "/v1/../x": "api", "/openapi.json": "api",
		"/": "page", "/v2/may": "page", "/v1x": "page", "/openapi.yaml": "page",
	} {
		if got := ask(site, "POST", path).Body.String(); got != want {
			t.Errorf("%s goes to the %s", path, got)
		}
	}
}

func TestAPanicIsAProblemWithoutItsValue(t *testing.T) {
	t.Parallel()
	site, counted, log := house(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Cache-Control", "public")
		panic("Осмонов Бакыт")
	}), says("page"))
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/v1/policy", nil)
	r.Header.Set("Accept-Language", "ru")
	site.ServeHTTP(w, r)
	var p struct{ Code, Instance, Title string }
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	id := w.Header().Get("X-Request-Id")
	if w.Code != 500 || p.Code != "internal" || p.Instance != "urn:uuid:"+id || p.Title != "Ошибка на нашей стороне" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Content-Language") != "ru" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("header %v", w.Header())
	}
	if strings.Contains(w.Body.String()+log.String(), "Осмонов") {
		t.Errorf("the value of the panic is told: %s %s", w.Body, log)
	}
	if !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "web_test.go") {
		t.Errorf("the log does not say where: %s", log)
	}
	if len(counted.all) != 1 || counted.all[0] != " Internal Server Error" {
		t.Errorf("counted %q", counted.all)
	}
}

func TestHalfAnAnswerIsCutOff(t *testing.T) {
	t.Parallel()
	site, counted, _ := house(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		says(`{"allowed":`)(w, r)
		panic("broken")
	}), says("page"))
	func() {
		defer func() {
			if v := recover(); v != http.ErrAbortHandler {
				t.Errorf("recovered %v", v)
			}
		}()
		w := httptest.NewRecorder()
		defer func() {
			if got := w.Body.String(); got != `{"allowed":` {
				t.Errorf("answer %s", got)
			}
		}()
		site.ServeHTTP(w, httptest.NewRequest("GET", "/v1/may", nil))
	}()
	if len(counted.all) != 1 {
		t.Errorf("counted %q", counted.all)
	}
}

func TestPagesTakeNoFormFromAnotherSite(t *testing.T) {
	t.Parallel()
	site, _, _ := house(says("api"), says("page"))
	for path, want := range map[string]int{"/ky/consents": 403, "/v1/may": 200} { // the interface has no cookies to ride on
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", path, nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		site.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestWhoAsksIsKnownByTheNearestAddressWeBelieve(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, c := range map[string]struct {
		remote string
		passed []string
		want   string
	}{
		"nobody between":                     {"192.0.2.7:1234", nil, "192.0.2.7"},
		"a stranger who says somebody else":  {"192.0.2.7:1234", []string{"198.51.100.1"}, "192.0.2.7"},
		"our proxy":                          {"10.1.2.3:1234", []string{"198.51.100.1"}, "198.51.100.1"},
		"our proxy, after what a client put": {"10.1.2.3:1234", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		"the same in two headers":            {"10.1.2.3:1234", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1"},
		"our proxy that says nothing":        {"10.1.2.3:1234", nil, "10.1.2.3"},
		"our proxy that says nonsense":       {"10.1.2.3:1234", []string{"unknown"}, "10.1.2.3"},
		"a network of IPv6":                  {"[2001:db8:1:2:3:4:5:6]:1234", nil, "2001:db8:1:2::/64"},
		"its neighbour":                      {"[2001:db8:1:2:ffff::1%eth0]:1234", nil, "2001:db8:1:2::/64"},
		"IPv4 written as IPv6":               {"[::ffff:192.0.2.7]:1234", nil, "192.0.2.7"},
		"our proxy of IPv6":                  {"[fd00::1]:1234", []string{"2001:db8:9::1"}, "2001:db8:9::/64"},
		"no address at all":                  {"@", nil, "@"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			site, _, _ := house(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = api.Address(r.Context()) }), says(""), proxies...)
			r := httptest.NewRequest("GET", "/v1/policy", nil)
			r.RemoteAddr = c.remote
			for _, v := range c.passed {
				r.Header.Add("X-Forwarded-For", v)
			}
			site.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("address %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheConsoleSaysWhetherItIsReady(t *testing.T) {
	t.Parallel()
	var broken error
	var log bytes.Buffer
	console := web.Console{
		API: says("api"), Metrics: says("metrics"), Ready: func(*http.Request) error { return broken },
		Count: &counter{}, Now: now, Log: slog.New(slog.NewTextHandler(&log, nil)),
	}.Handler()
	if w := ask(console, "GET", "/readyz"); w.Code != 200 || w.Body.String() != "ready\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	broken = &privacy.Error{Op: "test", Code: privacy.Unavailable, Problem: "inner"}
	if w := ask(console, "GET", "/readyz"); w.Code != 503 || w.Body.String() != "not ready: unavailable\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(console, "GET", "/healthz"); w.Code != 200 {
		t.Errorf("%d: a house that is not ready is alive all the same", w.Code)
	}
	if !strings.Contains(log.String(), "inner") {
		t.Errorf("log %s", &log)
	}
}
