package handset

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"kupuya/internal/i18n"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
)

const (
	first  = "+996991000001"
	second = "+996992000002"
)

// received makes a handset that two numbers got messages on.
func received(t testing.TB, texts ...string) http.Handler {
	t.Helper()
	now := time.Date(2026, 11, 25, 8, 5, 0, 0, time.UTC)
	h := notify.NewHandset(func() time.Time { now = now.Add(time.Second); return now })
	for i, text := range append([]string{"MEGA24 коду: 482913. Эч кимге айтпаңыз.\n@mega24.kg #482913"}, texts...) {
		if err := h.Send(t.Context(), notify.SMS{ID: fmt.Sprint("a", i), To: first, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Send(t.Context(), notify.SMS{ID: "b", To: second, Text: "Саясаттын жаңы редакциясы"}); err != nil {
		t.Fatal(err)
	}
	return Handler(h)
}

func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// tags reads a page strictly and gives its start tags.
func tags(t *testing.T, page string) []html.Token {
	t.Helper()
	void := []string{"meta", "link", "input"}
	var out []html.Token
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF || len(open) > 0 {
				t.Fatalf("not well formed: %v, open %v", z.Err(), open)
			}
			return out
		case html.StartTagToken:
			tag := z.Token()
			if out = append(out, tag); !slices.Contains(void, tag.Data) {
				open = append(open, tag.Data)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> within %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func TestThePageSaysInThreeLanguagesThatItIsADemonstration(t *testing.T) {
	t.Parallel()
	h := received(t)
	for _, lang := range privacy.Langs {
		for _, w := range []*httptest.ResponseRecorder{get(h, "/handset?lang="+string(lang)), get(h, "/handset", "Accept-Language", string(lang))} {
			page := w.Body.String()
			if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Content-Language") != string(lang) {
				t.Errorf("%s: status %d, headers %v", lang, w.Code, w.Header())
			}
			for _, other := range privacy.Langs {
				if !strings.Contains(page, `<p lang="`+string(other)+`">`+i18n.Text(other, "page.demo")+`</p>`) {
					t.Errorf("the page in %s does not say in %s that it is a demonstration", lang, other)
				}
			}
			if !strings.Contains(page, `<html lang="`+string(lang)+`">`) || !strings.Contains(page, i18n.Text(lang, "page.handset.title")) {
				t.Errorf("the page is not in %s", lang)
			}
			for _, tag := range tags(t, page) {
				for _, a := range tag.Attr {
					if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
						t.Errorf("<%s> has %s inline", tag.Data, a.Key)
					}
				}
				if tag.Data == "script" || tag.Data == "style" {
					t.Errorf("there is a <%s>", tag.Data)
				}
			}
			if strings.Contains(page, "page.") {
				t.Error("a key stands in place of words")
			}
		}
	}
}

func TestThePageShowsWhatANumberReceived(t *testing.T) {
	t.Parallel()
	h := received(t)
	for name, c := range map[string]struct {
		query    string
		has, not []string
	}{
		"every number":                   {"", []string{first, second, "482913"}, nil},
		"one number":                     {"?to=%2B996991000001", []string{"482913", "Бардык номерлер"}, []string{second}},
		"a plus that came as a blank":    {"?to=+996991000001", []string{"482913"}, []string{second}},
		"a number as people type it":     {"?to=0991%20000-001", []string{"482913"}, []string{second}},
		"a number that received nothing": {"?to=0993000000", []string{"Билдирүү жок."}, []string{first, second}},
		"something that is no number":    {"?to=abc", []string{"Билдирүү жок."}, []string{first, second}},
		"by the clock of Bishkek":        {"", []string{"25-ноябрь 2026-ж., 14:05", `datetime="2026-11-25T08:05:01Z"`}, nil},
	} {
		page := html.UnescapeString(get(h, "/handset"+c.query).Body.String())
		for _, want := range c.has {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not show %q", name, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(page, not) {
				t.Errorf("%s: the page shows %q", name, not)
			}
		}
	}
	if page := get(h, "/handset").Body.String(); strings.Index(page, "жаңы редакциясы") > strings.Index(page, "482913") {
		t.Error("the newest message does not come first")
	}
}

func TestThePageRefreshesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	h := received(t)
	const refresh = `<meta http-equiv="refresh" content="5">`
	if page := get(h, "/handset?to=0991000001").Body.String(); !strings.Contains(page, refresh) || !strings.Contains(page, "pause=1") {
		t.Error("the page does not refresh, or cannot be stopped")
	}
	if page := get(h, "/handset?to=0991000001&pause=1").Body.String(); strings.Contains(page, refresh) || !strings.Contains(html.UnescapeString(page), first) {
		t.Error("a stopped page refreshes, or lost its number")
	}
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	h := received(t)
	for _, path := range []string{"/handset", "/handset?lang=ru&to=" + "%2B996991000001" + "&pause=1"} {
		for _, tag := range tags(t, get(h, path).Body.String()) {
			for _, a := range tag.Attr {
				if a.Key != "href" && a.Key != "action" {
					continue
				}
				if w := get(h, a.Val); w.Code != http.StatusOK {
					t.Errorf("%s on %s answers %d", a.Val, path, w.Code)
				}
			}
		}
	}
	if css := get(h, "/handset/style.css"); !strings.HasPrefix(css.Header().Get("Content-Type"), "text/css") || strings.Contains(css.Body.String(), "url(") {
		t.Errorf("the style sheet is %q", css.Header().Get("Content-Type"))
	}
}

func TestMessagesAsJSON(t *testing.T) {
	t.Parallel()
	h := received(t)
	for query, want := range map[string]int{"": 2, "?to=+996991000001": 1, "?to=%2B996992000002": 1, "?to=0555123456": 0} {
		w := get(h, "/handset/messages"+query)
		var got []struct {
			To, Text string
			At       time.Time
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != want || got == nil || w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
			t.Errorf("%s: %d messages, headers %v", query, len(got), w.Header())
		}
		for _, m := range got {
			if m.To == "" || m.Text == "" || m.At.IsZero() {
				t.Errorf("%s: a message lacks something: %+v", query, m)
			}
		}
	}
}

func TestMarkupInAMessageIsShownAsText(t *testing.T) {
	t.Parallel()
	h := received(t, `<script>canary()</script><img src=x onerror="canary()">`)
	page := get(h, "/handset").Body.String()
	if !strings.Contains(page, "canary") {
		t.Error("the message is not shown")
	}
	page += get(h, `/handset?to=%22%3E%3Cscript%3Ecanary()`).Body.String()
	for _, alive := range []string{"<script", "<img"} {
		if strings.Contains(page, alive) {
			t.Errorf("the message came alive as %s", alive)
		}
	}
}

func TestALongMemoryDoesNotMakeAHeavyPage(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 500 {
		many = append(many, fmt.Sprint("message ", i))
	}
	page := get(received(t, many...), "/handset").Body.String()
	if n := strings.Count(page, `class="text"`); n != most || len(page) > 100_000 {
		t.Errorf("%d messages in %d bytes", n, len(page))
	}
	if !strings.Contains(page, "message 499") || strings.Contains(page, "message 3<") {
		t.Error("the newest messages are not those shown")
	}
}

func TestOtherAddressesAndMethodsAreNotThere(t *testing.T) {
	t.Parallel()
	h := received(t)
	if w := get(h, "/handset/other"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown address answers %d", w.Code)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/handset/messages", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST answers %d", w.Code)
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"+996 991 123 456", "0991123456", " 996991123456", "", "++", "abc", "0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Number(s)
		if again := Number(once); again != once {
			t.Errorf("%q is %q, and that again %q", s, once, again)
		}
	})
}
