package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kupuya/internal/privacy"
)

// untold finds languages in which there is no text. (DC-114 p.6)
func untold(l *look, say say) {
	for _, lang := range privacy.Langs {
		if !slices.Contains(l.langs, lang) {
			say(place{lang: lang}, Arg{"lang", string(lang)})
		}
	}
}

// untranslated finds clauses that one language has and another lacks.
func untranslated(l *look, say say) {
	for _, lang := range l.langs {
		for _, other := range l.langs {
			text := l.texts[lang]
			for i := range text.Clauses {
				if id := text.Clauses[i].ID; l.plain[other][id] == "" {
					say(place{clause: id, lang: other}, Arg{"clause", string(id)}, Arg{"lang", string(other)})
				}
			}
		}
	}
}

// halfsaid finds sentences of the rules that stand in some languages only. A
// language that the whole text lacks is said once, by untold.
func halfsaid(l *look, say say) {
	l.wordsOf(func(path string, w privacy.Words, _ bool) {
		if w == (privacy.Words{}) {
			return
		}
		for _, lang := range privacy.Langs {
			if in(w, lang) == "" && (slices.Contains(l.langs, lang) || len(l.langs) == 0) {
				say(place{lang: lang, path: path}, Arg{"lang", string(lang)})
			}
		}
	})
}

// unsaid finds sentences of the rules that somebody reads and nobody wrote.
func unsaid(l *look, say say) {
	l.wordsOf(func(path string, w privacy.Words, needed bool) {
		if needed && w == (privacy.Words{}) {
			say(place{path: path})
		}
	})
}

// misplaced finds sentences that stand in the place of another language, in the
// text and in the rules. (ISO/IEC 29184 5.2.4)
func misplaced(l *look, say say) {
	m := l.learn()
	judge := func(at place, w privacy.Words) {
		for _, lang := range privacy.Langs {
			if s := in(w, lang); s != "" && foreign(lang, s, w) {
				at.lang = lang
				say(at, Arg{"lang", string(lang)})
				return
			}
		}
		if m.swapped(w.Ky, w.Ru) {
			at.lang = privacy.Kyrgyz
			say(at, Arg{"lang", string(privacy.Kyrgyz)})
		}
	}
	t := l.source()
	for i := range t.Clauses {
		id := t.Clauses[i].ID
		judge(place{clause: id}, privacy.Words{Ky: l.clause(privacy.Kyrgyz, id), Ru: l.clause(privacy.Russian, id), En: l.clause(privacy.English, id)})
	}
	l.wordsOf(func(path string, w privacy.Words, _ bool) { judge(place{path: path}, w) })
}

// foreign reports whether a sentence is in an alphabet that its language does
// not use. Words that are the same in every language, such as SMS, are nobody's.
func foreign(lang privacy.Lang, s string, w privacy.Words) bool {
	latin, cyrillic, ours := false, false, false
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			latin = true
		case 'Ѐ' <= r && r <= 'ӿ':
			cyrillic = true
			ours = ours || strings.ContainsRune("өүңӨҮҢ", r)
		}
	}
	switch lang {
	case privacy.English:
		return cyrillic
	case privacy.Russian:
		return ours || latin && !cyrillic && w.Ru != w.En
	}
	return latin && !cyrillic && w.Ky != w.En
}

// drifted finds clauses whose source text changed since the edition before while
// a translation stayed as it was. (ISO/IEC 29184 5.5.2)
func drifted(l *look, say say) {
	if l.previous == nil || len(l.langs) == 0 {
		return
	}
	old := l.previous.Texts
	was := old[l.langs[0]]
	t := l.source()
	for i := range t.Clauses {
		c := &t.Clauses[i]
		before := was.Clause(c.ID)
		if before == nil || before.Text == c.Text {
			continue
		}
		for _, lang := range l.langs[1:] {
			other := old[lang]
			if o := other.Clause(c.ID); o != nil && o.Text == l.clause(lang, c.ID) {
				say(place{clause: c.ID, lang: lang}, Arg{"clause", string(c.ID)}, Arg{"lang", string(lang)})
			}
		}
	}
}

var (
	digits    = regexp.MustCompile(`\d+`)
	addressed = regexp.MustCompile(`[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}`)
)

// uneven compares one measure of every clause with the source text's.
func uneven(measure func(string) []string) func(*look, say) {
	return func(l *look, say say) {
		t := l.source()
		for i := range t.Clauses {
			c := &t.Clauses[i]
			want := measure(c.Text)
			for _, lang := range l.langs[1:] {
				s := l.clause(lang, c.ID)
				if have := measure(s); s != "" && !slices.Equal(have, want) {
					say(place{clause: c.ID, lang: lang}, Arg{"said", list(want)}, Arg{"have", list(have)})
				}
			}
		}
	}
}

// numbersOf are the numbers of a sentence, dates included, in their order of
// size: languages put them in different places.
func numbersOf(s string) []string {
	if !strings.ContainsAny(s, "0123456789") {
		return nil
	}
	out := digits.FindAllString(s, -1)
	slices.Sort(out)
	return out
}

// addressesOf are the sites and mailboxes of a sentence.
func addressesOf(s string) []string {
	if i := strings.IndexByte(s, '.'); i < 0 || i == len(s)-1 || !strings.ContainsFunc(s, func(r rune) bool { return 'a' <= r && r <= 'z' }) {
		return nil // no point within, or no letter of an address
	}
	out := addressed.FindAllString(s, -1)
	for i := range out {
		out[i] = strings.ToLower(out[i])
	}
	slices.Sort(out)
	return out
}

// listOf counts the parts of the lists in a sentence: what stands between two
// semicolons or more, and within each pair of brackets between commas. One
// semicolon is a matter of style.
func listOf(s string) []string {
	var out []string
	if n := strings.Count(s, ";"); n > 1 {
		out = append(out, strconv.Itoa(n+1))
	}
	for _, m := range bracketed.FindAllStringSubmatch(s, -1) {
		if n := strings.Count(m[1], ","); n > 0 {
			out = append(out, strconv.Itoa(n+1))
		}
	}
	return out
}

var bracketed = regexp.MustCompile(`\(([^()]*)\)`)

// longest is the number of words of the longest sentence.
func longest(s string) int {
	n := 0
	for sentence := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(".!?…", r) }) {
		n = max(n, len(strings.Fields(sentence)))
	}
	return n
}
