package portal

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/i18n"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

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
