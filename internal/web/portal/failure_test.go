package portal

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

func TestWhatIsNotThereIsARealPageInTheLanguage(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: three(t)})
	for path, c := range map[string]struct {
		header string
		lang   privacy.Lang
	}{
		"/ky/policy/mega24/1999-1":    {"ru", privacy.Kyrgyz},
		"/ru/policy/../../etc/passwd": {"", privacy.Kyrgyz},
		"/en/nowhere":                 {"", privacy.English},
		"/ru/policy2":                 {"", privacy.Russian},
		"/nowhere":                    {"ru-RU", privacy.Russian},
		"/uz/policy":                  {"", privacy.Kyrgyz},
		"/favicon.ico":                {"en", privacy.English},
		"/ky/%3Cscript%3E":            {"", privacy.Kyrgyz},
	} {
		w := get(h, path, "Accept-Language", c.header)
		if path == "/ru/policy/../../etc/passwd" { // the mux cleans the path first
			w = get(h, w.Header().Get("Location"), "Accept-Language", c.header)
		}
		if w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" {
			t.Errorf("%s: status %d, headers %v", path, w.Code, w.Header())
		}
		if seen := textOf(w.Body.String()); !strings.Contains(seen, i18n.Text(c.lang, "error.not_found")) {
			t.Errorf("%s does not say in %s that it is not there: %s", path, c.lang, seen)
		}
		if strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%s: the path came back as markup", path)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/ky/policy", strings.NewReader("a=b"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST answers %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	r = httptest.NewRequest(http.MethodHead, "/ky/policy", nil)
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("ETag") == "" {
		t.Errorf("HEAD answers %d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestFailuresSayNothingOfTheirCause(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		path   string
		status int
		key    string
		logged bool
	}{
		"the store is down":         {privacy.E("x", privacy.Unavailable, errStore), "/ru/policy", 503, "error.unavailable", true},
		"something is broken":       {errStore, "/ru", 500, "error.internal", true},
		"no edition is in force":    {nil, "/ru/policy", 409, "error.not_in_force", false},
		"no register without rules": {nil, "/ru/register", 409, "error.not_in_force", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			h := Handler(Deps{Policy: &shelf{now: -1, err: c.err}, Log: slog.New(slog.NewTextHandler(&log, nil))})
			w := get(h, c.path)
			seen := textOf(w.Body.String())
			if w.Code != c.status || !strings.Contains(seen, i18n.Text(privacy.Russian, c.key)) {
				t.Errorf("status %d, page %q", w.Code, seen)
			}
			if strings.Contains(w.Body.String(), "canary") {
				t.Error("the page tells the inner error")
			}
			if strings.Contains(log.String(), "canary") != c.logged {
				t.Errorf("log: %q", log.String())
			}
			if _, err := elements(w.Body.String()); err != nil {
				t.Errorf("not well formed: %v", err)
			}
		})
	}
	h := Handler(Deps{Policy: &shelf{now: -1}})
	for _, path := range []string{"/ky", "/en/editions"} {
		if w := get(h, path); w.Code != http.StatusOK {
			t.Errorf("%s before the first edition answers %d", path, w.Code)
		}
	}
}

func TestAFailureOnOurSideTellsTheRequest(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: &shelf{err: errStore}})
	w := httptest.NewRecorder()
	w.Header().Set("X-Request-Id", "0199-request")
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ky", nil))
	if !strings.Contains(w.Body.String(), "0199-request") {
		t.Error("the reader has no number to tell us")
	}
}
