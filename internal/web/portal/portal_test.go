package portal

import (
	"bytes"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/i18n"
	"kupuya/internal/policy"
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
	if left := regexp.MustCompile(`\b(page|basis|class|operation|recipient|error|lang)\.[a-z]+|\{[a-z]+\}|<no value>|ZgotmplZ`).FindString(page); left != "" {
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

func TestPolicyPageShowsEveryClauseInOrderAndFitsASlowLine(t *testing.T) {
	t.Parallel()
	s := one(t)
	h := Handler(Deps{Policy: s})
	for _, lang := range privacy.Langs {
		w := get(h, "/"+string(lang)+"/policy")
		page, seen := w.Body.String(), textOf(w.Body.String())
		if len(page) >= 60_000 { // US-1.3-1 AC2
			t.Errorf("%s: %d bytes", lang, len(page))
		}
		text := s.docs[0].Texts[lang]
		if len(text.Clauses) < 60 {
			t.Fatalf("the pack has %d clauses", len(text.Clauses))
		}
		from := 0
		for _, c := range text.Clauses {
			if !strings.Contains(page, ` id="c`+string(c.ID)+`"`) {
				t.Errorf("%s: clause %s has no address", lang, c.ID)
			}
			i := strings.Index(seen[from:], string(c.ID)+" "+strings.Join(strings.Fields(c.Text), " "))
			if i < 0 {
				t.Errorf("%s: clause %s is not there in its order", lang, c.ID)
				continue
			}
			from += i
		}
		for _, want := range []string{"mega24/2026-1", s.docs[0].Hash, text.SHA256, i18n.Date(lang, s.docs[0].InForce)} {
			if !strings.Contains(seen, want) {
				t.Errorf("%s: the page does not say %q", lang, want)
			}
		}
		for _, p := range s.docs[0].Rules.Purposes {
			if !strings.Contains(seen, p.Title.In(lang)) || !strings.Contains(seen, p.Terms.Why.In(lang)) && len(p.Rows) == 0 {
				t.Errorf("%s: purpose %s is not in the table", lang, p.ID)
			}
		}
	}
}

func TestAnEditionNotInForceSaysSo(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: three(t)})
	for path, c := range map[string]struct{ has, not []string }{
		"/en/policy":               {[]string{"A new edition has been published. It comes into force on 25 December 2026."}, []string{"no longer in force", "not in force yet"}},
		"/en/policy/mega24/2026-1": {[]string{"A new edition has been published."}, []string{"no longer in force", "not in force yet"}},
		"/en/policy/mega24/2026-0": {[]string{"This edition is no longer in force. It ended on 1 June 2026.", "Read the edition in force"}, []string{"A new edition has been published"}},
		"/ky/policy/mega24/2026-0": {[]string{"Күчүн жоготкон күнү: 1-июнь 2026-ж."}, nil},
		"/ru/policy/mega24/2026-2": {[]string{"Эта редакция ещё не вступила в силу. Дата вступления: 25 декабря 2026 г."}, []string{"утратила силу"}},
	} {
		seen := textOf(get(h, path).Body.String())
		for _, want := range c.has {
			if !strings.Contains(seen, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(seen, not) {
				t.Errorf("%s says %q", path, not)
			}
		}
	}
	if seen := textOf(get(Handler(Deps{Policy: one(t)}), "/en/policy").Body.String()); strings.Contains(seen, "A new edition has been published") {
		t.Error("an edition with no successor announces one")
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

func TestAMissingTranslationIsKyrgyzAndSaysSo(t *testing.T) {
	t.Parallel()
	s := one(t)
	doc := &s.docs[0]
	russian := doc.Texts[privacy.Russian]
	doc.Texts = maps.Clone(doc.Texts)
	delete(doc.Texts, privacy.English)
	doc.Rules.Holder.Places.En = ""
	h := Handler(Deps{Policy: s})
	page := get(h, "/en/policy").Body.String()
	kyrgyz := doc.Texts[privacy.Kyrgyz]
	for _, want := range []string{`<article class="text" lang="ky">`, kyrgyz.Clauses[0].Text, "There is no translation into this language"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(page, russian.Clauses[0].Text) {
		t.Error("Russian stands in for English")
	}
	if page := get(h, "/en/register").Body.String(); !strings.Contains(page, `<span lang="ky">`+doc.Rules.Holder.Places.Ky+`</span>`) {
		t.Error("a Kyrgyz fragment on the English page does not say that it is Kyrgyz")
	}
	if page := get(h, "/ru/policy").Body.String(); strings.Contains(page, `<article class="text" lang=`) {
		t.Error("a text in the page's own language is marked as foreign")
	}
}

func TestTheRegisterIsTheRules(t *testing.T) {
	t.Parallel()
	s := one(t)
	r := s.docs[0].Rules
	seen := textOf(get(Handler(Deps{Policy: s}), "/en/register").Body.String())
	for _, c := range r.Categories {
		if !strings.Contains(seen, c.Title.En) || !strings.Contains(seen, c.Attributes[0].Title.En) {
			t.Errorf("category %s is not in the register", c.ID)
		}
	}
	for _, x := range r.Recipients {
		if !strings.Contains(seen, x.Title.En) || !strings.Contains(seen, x.Agreement.Ref) {
			t.Errorf("recipient %s is not in the register", x.ID)
		}
	}
	for _, g := range r.Safeguards {
		if approved := len(g.Approved) > 1; strings.Contains(seen, g.Measures.En) != approved {
			t.Errorf("safeguard %s: in the register %v, approved %v", g.ID, !approved, approved)
		}
	}
	for _, right := range r.Rights {
		if !strings.Contains(seen, right.Title.En) {
			t.Errorf("right %s is not in the register", right.ID)
		}
	}
	for _, want := range []string{"Identity document and pictures (not used until the safeguards are approved)", r.Holder.Places.En,
		"No data go abroad", "5 February 2026 – 30 June 2026", r.Holder.Automation.En, s.docs[0].Hash} {
		if !strings.Contains(seen, want) {
			t.Errorf("the register does not say %q", want)
		}
	}
	abroad := one(t)
	abroad.docs[0].Rules.Recipients = slices.Clone(r.Recipients)
	abroad.docs[0].Rules.Recipients[0].Country = "KZ"
	if seen := textOf(get(Handler(Deps{Policy: abroad}), "/en/register").Body.String()); strings.Contains(seen, "No data go abroad") || !strings.Contains(seen, "Data go to recipients abroad") {
		t.Error("a recipient abroad is not told of")
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

func TestMarkupInAnEditionIsShownAsText(t *testing.T) {
	t.Parallel()
	const canary = `<script>canary()</script>" onload="canary()`
	s := one(t)
	doc := &s.docs[0]
	doc.Edition = "mega24/<b>canary"
	doc.Rules.Holder.Name = privacy.Words{Ky: canary}
	doc.Rules.Holder.Brand, doc.Rules.Holder.Site = canary, canary
	doc.Rules.Purposes[0].Title.En, doc.Rules.Categories[0].Title.En = canary, canary
	doc.Rules.Recipients[0].Agreement.Ref = canary
	text := doc.Texts[privacy.English]
	text.Title = canary
	text.Clauses = append([]policy.Clause{{ID: `1"><b>canary`, Section: "1", Text: canary}}, text.Clauses...)
	text.Sections = slices.Clone(text.Sections)
	text.Sections[0].Title = canary
	doc.Texts = map[privacy.Lang]policy.Text{privacy.English: text, privacy.Kyrgyz: text}
	h := Handler(Deps{Policy: s})
	for _, path := range []string{"/en", "/en/policy", "/en/register", "/en/editions", "/en/x"} {
		page := get(h, path).Body.String()
		if !strings.Contains(page, "canary") {
			t.Errorf("%s shows no canary", path)
		}
		all, err := elements(page)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, e := range all {
			if _, handler := e.attr["onload"]; handler || e.name == "script" || e.name == "b" {
				t.Errorf("%s: the canary came alive as <%s>", path, e.name)
			}
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
