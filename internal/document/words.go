package document

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

// voice says what papers say, in one language.
type voice privacy.Lang

func (v voice) lang() privacy.Lang { return privacy.Lang(v) }

func (v voice) say(key string, pairs ...string) string { return i18n.In(v.lang()).Say(key, pairs...) }

// name is the word for a code of a closed set, and nothing for no code.
func (v voice) name(set, code string) string {
	if code == "" {
		return ""
	}
	return v.say(set + "." + code)
}

func (v voice) names(set string, codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = v.name(set, c)
	}
	return out
}

// day and moment tell nothing for no time.
func (v voice) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.Date(v.lang(), t)
}

func (v voice) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.Moment(v.lang(), t)
}

func (v voice) count(n int) string { return i18n.Number(v.lang(), int64(n)) }

func list(items []string) string { return strings.Join(items, "; ") }

func (v voice) cites(citations []string) string {
	out := make([]string, len(citations))
	for i, c := range citations {
		out[i] = Cite(v.lang(), c)
	}
	return list(out)
}

// citation is how the house writes a place in an act: DC-73.4, DC-73 p.2(3),
// dc 73 p.2(3).
var citation = regexp.MustCompile(`^([A-Za-z]+[0-9]*)[- ](\d+(?:-\d+)?)(?:(?:\.| p\.|\.p\.)(\S+))?$`)

// acts are the acts whose names papers know, by their code.
var acts = map[string]string{"dc": "document.act.dc", "cc": "document.act.cc", "tax": "document.act.tax", "const": "document.act.const"}

// Cite tells a place in an act as people read it: "DC-73.4" is "Цифровой кодекс,
// ст. 73, п. 4". What it does not know it gives back as it is.
func Cite(lang privacy.Lang, code string) string {
	m := citation.FindStringSubmatch(code)
	if m == nil || acts[strings.ToLower(m[1])] == "" {
		return code
	}
	v := voice(lang)
	return v.say("document.cite", "act", v.say(acts[strings.ToLower(m[1])]), "article", m[2], "point", strings.TrimSuffix(m[3], "."))
}

// term is how the rules write a length of time.
var term = regexp.MustCompile(`^(\d{1,4})(h|d|wd|mo|y)$`)

// Term tells a term of the rules as people read it: "1y" is "1 год". What it
// does not know it gives back as it is.
func Term(lang privacy.Lang, code string) string {
	switch code {
	case "while", "now":
		return i18n.Text(lang, "document.term."+code)
	}
	m := term.FindStringSubmatch(code)
	if m == nil {
		return code
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return code
	}
	return i18n.Text(lang, "document.term."+m[2], i18n.N("count", n))
}
