package portal

import (
	"bytes"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

// changed is a shelf of two editions that differ in rules and words.
func changed(t testing.TB) *shelf {
	t.Helper()
	pack := mega24(t)
	s := &shelf{now: 0, docs: []holder.Document{document(pack, "mega24/2026-1", on(6, 1)), document(pack, "mega24/2026-2", on(12, 25))}}
	next := &s.docs[1]
	next.Rules.Purposes = slices.Clone(next.Rules.Purposes)
	ads := &next.Rules.Purposes[slices.IndexFunc(next.Rules.Purposes, func(p policy.Purpose) bool { return p.ID == "P03" })]
	ads.Rows = append(slices.Clone(ads.Rows), policy.Row{Category: "D07", Operations: []string{"use"}})
	ads.Minor = "open"
	ads.Evidence = "sms"
	ads.Title.Ru = "Реклама по вашим интересам"
	next.Rules.Holder.Site = "mega24.example"
	next.Texts = maps.Clone(next.Texts)
	for lang, text := range next.Texts {
		text.Clauses = slices.Clone(text.Clauses)
		c := text.Clause("3.3")
		c.Text = strings.Replace(c.Text, " ", " <b>D07</b> ", 1)
		next.Texts[lang] = text
	}
	return s
}

const pairPath = "/policy/diff/mega24/2026-1..mega24/2026-2"

// US-1.3-1, policy 6.3: whoever reads sees what changed, what it asks, and the
// clause in three languages, without signing in.
func TestWhatChangedIsShownByWhatItAsks(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: changed(t)})
	for lang, want := range map[privacy.Lang][]string{
		privacy.English: {
			"What changed: mega24/2026-1 → mega24/2026-2", "6 changes", "Wider", "Consent must be asked again", "Data added to the purpose", "P03 Advertising that fits you", "D07 E-mail",
			"purposes[P03].minor", "locked → open", "tick → sms", "[removed: под вас end] [added: по вашим интересам end]", "dc 78 p.2", "62 clauses are unchanged", "mega24.kg → mega24.example",
		},
		privacy.Russian: {"Что изменилось", "6 изменений", "Расширение", "Нужно заново спросить согласие", "К цели добавлены данные", "[добавлено:", "62 пункта без изменений"},
		privacy.Kyrgyz:  {"Эмне өзгөрдү", "Кеңейди", "Макулдукту кайра суроо керек", "Максатка маалымат кошулду", "[кошулганы:", "62 пункт өзгөргөн жок"},
	} {
		w := get(h, "/"+string(lang)+pairPath)
		if w.Code != http.StatusOK {
			t.Fatalf("status %d", w.Code)
		}
		page := w.Body.String()
		checkPage(t, page, lang)
		seen := textOf(page)
		for _, x := range want {
			if !strings.Contains(seen, x) {
				t.Errorf("%s: the page does not say %q", lang, x)
			}
		}
		heaviest, none := strings.Index(page, `<h2 id="ask_again">`), strings.Index(page, `<h2 id="none">`)
		if heaviest < 0 || none < heaviest {
			t.Errorf("%s: what asks most does not stand first", lang)
		}
		for _, other := range privacy.Langs {
			if !regexp.MustCompile(`<td lang="` + string(other) + `"[^>]*>[^<]*<ins>`).MatchString(page) {
				t.Errorf("%s: clause 3.3 does not show the change in %s", lang, other)
			}
		}
		if strings.Contains(page, "<b>") || !strings.Contains(page, `id="c3.3"`) || !strings.Contains(page, `href="#c3.3"`) {
			t.Errorf("%s: markup of an edition came alive, or the clause has no address", lang)
		}
	}
}

func TestEditionsThatDoNotDifferSaySo(t *testing.T) {
	t.Parallel()
	seen := textOf(get(Handler(Deps{Policy: three(t)}), "/en/policy/diff/mega24/2026-0..mega24/2026-1").Body.String())
	if !strings.Contains(seen, "The two editions do not differ") || !strings.Contains(seen, "63 clauses are unchanged") || strings.Contains(seen, "must be told") {
		t.Error(seen)
	}
}

func TestAnEditionLeadsToWhatChanged(t *testing.T) {
	t.Parallel()
	h := Handler(Deps{Policy: changed(t)})
	page := get(h, "/ru/editions").Body.String()
	if strings.Count(page, "/policy/diff/") != 1 || !strings.Contains(page, `href="/ru`+pairPath+`"`) {
		t.Error("the list does not lead to what changed")
	}
	if w := get(h, pairPath, "Accept-Language", "ru"); w.Code != http.StatusFound || w.Header().Get("Location") != "/ru"+pairPath {
		t.Errorf("without a language: %d to %s", w.Code, w.Header().Get("Location"))
	}
}

func TestAComparisonOfWhatWasNeverPublishedIsNotFound(t *testing.T) {
	t.Parallel()
	s := changed(t)
	h := Handler(Deps{Policy: s})
	for _, path := range []string{"mega24/2026-1..mega24/2026-9", "x..mega24/2026-1", "mega24/2026-1", "mega24/2026-1..", "a..b..c"} {
		if w := get(h, "/en/policy/diff/"+path); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
	s.now = -1 // nothing is in force yet
	if w := get(h, "/en"+pairPath); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Alfa Telecom CJSC") {
		t.Errorf("before the first edition is in force: %d", w.Code)
	}
}

// The file is one page that needs nothing else.
func TestTheFileStandsAlone(t *testing.T) {
	t.Parallel()
	s := changed(t)
	r, err := s.Compare(t.Context(), "mega24/2026-1", "mega24/2026-2")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range privacy.Langs {
		var b bytes.Buffer
		if err := WriteDiff(&b, lang, &r); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		all, err := elements(page)
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		for _, e := range all {
			to := e.attr["href"]
			if e.name == "script" || e.name == "link" || e.name == "img" || e.attr["src"] != "" || to != "" && !strings.HasPrefix(to, "#") {
				t.Errorf("%s: <%s %v> leads out of the file", lang, e.name, e.attr)
			}
			if e.name == "th" && e.attr["scope"] == "" {
				t.Error("a <th> does not say what it heads")
			}
		}
		for _, want := range []string{`<html lang="` + string(lang) + `">`, "prefers-color-scheme: dark", "@media print", "mega24/2026-2", "<ins>", "<del>"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the file has no %q", lang, want)
			}
		}
		if strings.Contains(page, "@import") || strings.Contains(page, "url(") || strings.Contains(page, "ZgotmplZ") {
			t.Errorf("%s: the sheet fetches something or was not taken", lang)
		}
	}
}

// Every kind of change has a page that can be made.
func TestEveryKindCanBeShown(t *testing.T) {
	t.Parallel()
	r := &diff.Report{From: "a", To: "b"}
	for _, k := range diff.Kinds() {
		r.Changes = append(r.Changes, diff.Change{Kind: k, Path: "x", Clause: "9.9"})
	}
	for _, lang := range privacy.Langs {
		var b bytes.Buffer
		if err := WriteDiff(&b, lang, r); err != nil {
			t.Fatal(err)
		}
		if left := regexp.MustCompile(`diff\.[a-z.]+`).FindString(b.String()); left != "" || strings.Contains(b.String(), `href="#c9.9"`) {
			t.Errorf("%s: a key in place of words, or a link to nowhere: %q", lang, left)
		}
	}
}
