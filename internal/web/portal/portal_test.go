package portal

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

func TestEveryPageIsWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: three(t)})
	for _, lang := range privacy.Langs {
		for _, path := range pages {
			at := "/" + string(lang) + path
			t.Run(at, func(t *testing.T) {
				t.Parallel()
				w := get(h, at)
				want := http.StatusOK
				if path == "/no/such/page" {
					want = http.StatusNotFound
				}
				if w.Code != want || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Content-Language") != string(lang) {
					t.Fatalf("status %d, headers %v", w.Code, w.Header())
				}
				checkPage(t, w.Body.String(), lang)
			})
		}
	}
}

// checkPage holds a page to what every page owes its readers.
func checkPage(t *testing.T, page string, lang privacy.Lang) {
	t.Helper()
	all, err := elements(page)
	if err != nil {
		t.Fatalf("not well formed: %v", err)
	}
	if !strings.HasPrefix(page, "<!DOCTYPE html>\n<html lang=\""+string(lang)+"\">") {
		t.Error("the page does not begin with its type and language")
	}
	count := map[string]int{}
	level := 0
	for i, e := range all {
		count[e.name]++
		if e.name == "script" || e.name == "style" || e.name == "iframe" || e.name == "img" {
			t.Errorf("there is a <%s>", e.name)
		}
		for a := range e.attr {
			if a == "style" || strings.HasPrefix(a, "on") {
				t.Errorf("<%s> has %s inline", e.name, a)
			}
		}
		if e.name == "a" && strings.TrimSpace(e.text) == "" && (i+1 == len(all) || all[i+1].name != "span") {
			t.Errorf("the link to %s has no words", e.attr["href"])
		}
		if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6' {
			if now := int(e.name[1] - '0'); now > level+1 {
				t.Errorf("<%s> comes after a heading of level %d", e.name, level)
			} else {
				level = now
			}
		}
		if e.name == "th" && e.attr["scope"] == "" {
			t.Error("a <th> does not say what it heads")
		}
	}
	for _, name := range []string{"title", "h1", "main", "header", "footer"} {
		if count[name] != 1 {
			t.Errorf("there are %d <%s>", count[name], name)
		}
	}
	if first := all[slices.IndexFunc(all, func(e element) bool { return e.name == "body" })+1]; first.attr["href"] != "#main" {
		t.Errorf("the first thing on the page is <%s>, not the way past the menu", first.name)
	}
	seen := textOf(page)
	for _, name := range []privacy.Words{ // law B8
		{Ky: "«Альфа Телеком» ЖАК", Ru: "ЗАО «Альфа Телеком»", En: "Alfa Telecom CJSC"},
		{Ky: "720011, Кыргыз Республикасы, Бишкек ш., Сүйүмбаев көч., 123", Ru: "720011, Кыргызская Республика, г. Бишкек, ул. Суюмбаева, 123", En: "123 Suyumbaev St, Bishkek, 720011, Kyrgyz Republic"},
	} {
		if !strings.Contains(seen, name.In(lang)) {
			t.Errorf("the page does not say %q", name.In(lang))
		}
	}
	for _, other := range privacy.Langs {
		if !strings.Contains(page, `lang="`+string(other)+`" hreflang="`+string(other)+`"`) {
			t.Errorf("there is no way to %s", other)
		}
	}
	if left := regexp.MustCompile(`\b(page|diff|basis|class|operation|recipient|error|lang)\.[a-z]+|\{[a-z]+\}|<no value>|ZgotmplZ`).FindString(page); left != "" {
		t.Errorf("there is a key in place of words: %q", left)
	}
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: three(t)})
	ids := map[string]map[string]bool{} // of each page
	var links []string
	for _, lang := range privacy.Langs {
		for _, path := range pages[:len(pages)-1] {
			at := "/" + string(lang) + path
			all, err := elements(get(h, at).Body.String())
			if err != nil {
				t.Fatal(err)
			}
			ids[at] = map[string]bool{}
			for _, e := range all {
				ids[at][e.attr["id"]] = true
				if to, ok := e.attr["href"]; ok {
					if strings.HasPrefix(to, "#") {
						to = at + to
					}
					links = append(links, to)
				}
			}
		}
	}
	if len(links) < 500 {
		t.Fatalf("only %d links were found", len(links))
	}
	slices.Sort(links)
	for _, to := range slices.Compact(links) {
		path, id, _ := strings.Cut(to, "#")
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
			t.Errorf("%s leads off the site", to)
			continue
		}
		if w := get(h, path); w.Code != http.StatusOK {
			t.Errorf("%s answers %d", to, w.Code)
		}
		if id != "" && !ids[path][id] {
			t.Errorf("%s: the page has no such place", to)
		}
	}
}

func TestAnUnchangedPageIsNotSentTwice(t *testing.T) {
	t.Parallel()
	s := three(t)
	h := Handler(Deps{Policy: s})
	for _, path := range []string{"/ky", "/ky/policy", "/ru/policy/mega24/2026-0", "/en/editions", "/ky/register"} {
		first := get(h, path)
		tag := first.Header().Get("ETag")
		if tag == "" || first.Header().Get("Cache-Control") != "public, no-cache" {
			t.Fatalf("%s: headers %v", path, first.Header())
		}
		if w := get(h, path, "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
			t.Errorf("%s again: %d with %d bytes", path, w.Code, w.Body.Len())
		}
		if w := get(h, path, "If-None-Match", `"other"`); w.Code != http.StatusOK || w.Header().Get("ETag") != tag {
			t.Errorf("%s with another tag: %d", path, w.Code)
		}
	}
	before := get(h, "/ky/policy").Header().Get("ETag")
	s.now = 2 // the publication of the next edition is seen at once (policy 6.4a)
	if w := get(h, "/ky/policy", "If-None-Match", before); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "mega24/2026-2") {
		t.Errorf("after the switch the old page is still good: %d", w.Code)
	}
	if get(h, "/ky/policy").Header().Get("ETag") == get(h, "/ru/policy").Header().Get("ETag") {
		t.Error("two languages share a tag")
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: three(t)})
	for path, c := range map[string]struct {
		header, to string
		status     int
		varies     bool
	}{
		"/":                         {"ru", "/ru", http.StatusFound, true},
		"/?x=1":                     {"", "/ky?x=1", http.StatusFound, true},
		"/policy":                   {"en-GB", "/en/policy", http.StatusFound, true},
		"/policy/mega24/2026-1":     {"", "/ky/policy/mega24/2026-1", http.StatusFound, true},
		"/kg":                       {"ru", "/ky", http.StatusPermanentRedirect, false},
		"/kg/policy/mega24/2026-1":  {"ru", "/ky/policy/mega24/2026-1", http.StatusPermanentRedirect, false},
		"/kg/policy?print=1":        {"", "/ky/policy?print=1", http.StatusPermanentRedirect, false},
		"/ru/":                      {"", "/ru", http.StatusPermanentRedirect, false},
		"/en/register/":             {"", "/en/register", http.StatusPermanentRedirect, false},
		"/ru/policy/":               {"", "/ru/policy", http.StatusPermanentRedirect, false},
		"/kg/%2F%2Fevil.example":    {"", "/ky/%2F%2Fevil.example", http.StatusPermanentRedirect, false},
		"/%2Fevil.example/":         {"", "/%2Fevil.example", http.StatusPermanentRedirect, false},
		"/ky/policy/mega24/2026-1/": {"", "/ky/policy/mega24/2026-1", http.StatusPermanentRedirect, false},
	} {
		w := get(h, path, "Accept-Language", c.header)
		if w.Code != c.status || w.Header().Get("Location") != c.to {
			t.Errorf("%s: %d to %q, want %d to %q", path, w.Code, w.Header().Get("Location"), c.status, c.to)
		}
		if varies := w.Header().Get("Vary") == "Accept-Language"; varies != c.varies {
			t.Errorf("%s: Vary is %q", path, w.Header().Get("Vary"))
		}
	}
}

func TestStyleSheetIsKeptForGoodAndComplete(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: one(t)})
	w := get(h, stylePath)
	css := w.Body.String()
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/css; charset=utf-8" || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
	for _, want := range []string{"prefers-color-scheme: dark", "@media print", "focus-visible"} {
		if !strings.Contains(css, want) {
			t.Errorf("the sheet has no %q", want)
		}
	}
	if strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the sheet fetches something")
	}
}

func FuzzPath(f *testing.F) {
	for _, path := range pages {
		f.Add("/ky" + path)
	}
	f.Add("/kg//evil.example")
	f.Add("//evil.example/")
	f.Add("/policy/\\evil")
	h := Handler(Deps{Policy: &shelf{docs: []holder.Document{document(mega24(f), "mega24/2026-1", on(6, 1))}}})
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = "/" + strings.TrimPrefix(path, "/")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%q answers %d", path, w.Code)
		}
		if to := w.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
			t.Errorf("%q leads off the site, to %q", path, to)
		}
	})
}
