package check

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// look is an edition laid out for looking: names to rules, clauses to the rules
// that cite them, sentences as plain words.
type look struct {
	rules      policy.Rules
	texts      map[privacy.Lang]policy.Text
	langs      []privacy.Lang // that the text has
	law        *law.Registry
	edition    *policy.Edition
	previous   *policy.Content
	on         time.Time
	categories map[privacy.CategoryID]*policy.Category
	purposes   map[privacy.PurposeID]*policy.Purpose
	recipients map[privacy.RecipientID]*policy.Recipient
	cited      map[privacy.ClauseID][]string
	plain      map[privacy.Lang]map[privacy.ClauseID]string
	waived     map[waiver]bool // waiver → whether it was needed
	out        []Finding
}

func newLook(in *Input) *look {
	l := &look{
		rules: in.Content.Rules, texts: in.Content.Texts, law: in.Content.Law, edition: in.Edition,
		previous: in.Previous, on: in.On,
		categories: map[privacy.CategoryID]*policy.Category{},
		purposes:   map[privacy.PurposeID]*policy.Purpose{},
		recipients: map[privacy.RecipientID]*policy.Recipient{},
		plain:      map[privacy.Lang]map[privacy.ClauseID]string{},
		waived:     map[waiver]bool{},
	}
	if l.law == nil {
		l.law = &law.Registry{}
	}
	for i := range l.rules.Categories {
		l.categories[l.rules.Categories[i].ID] = &l.rules.Categories[i]
	}
	for i := range l.rules.Purposes {
		l.purposes[l.rules.Purposes[i].ID] = &l.rules.Purposes[i]
	}
	for i := range l.rules.Recipients {
		l.recipients[l.rules.Recipients[i].ID] = &l.rules.Recipients[i]
	}
	for _, w := range l.rules.Waivers {
		l.waived[waiver{w.Act, w.Rule}] = false
	}
	l.cited = l.rules.Citations()
	for _, lang := range privacy.Langs {
		text, has := l.texts[lang]
		if !has || len(text.Clauses) == 0 {
			continue
		}
		l.langs = append(l.langs, lang)
		l.plain[lang] = make(map[privacy.ClauseID]string, len(text.Clauses))
		for i := range text.Clauses {
			l.plain[lang][text.Clauses[i].ID] = plainWords(text.Clauses[i].Text)
		}
	}
	return l
}

// source is the text whose clauses the others translate: Kyrgyz where there is
// one, else the first that there is.
func (l *look) source() *policy.Text {
	if len(l.langs) == 0 {
		return &policy.Text{}
	}
	t := l.texts[l.langs[0]]
	return &t
}

// clause gives a clause's text in a language, "" where it has none.
func (l *look) clause(lang privacy.Lang, id privacy.ClauseID) string {
	t := l.texts[lang]
	if c := t.Clause(id); c != nil {
		return c.Text
	}
	return ""
}

// purposesAt lists the purposes that cite a clause.
func (l *look) purposesAt(id privacy.ClauseID) []*policy.Purpose {
	var out []*policy.Purpose
	for i := range l.rules.Purposes {
		if p := &l.rules.Purposes[i]; p.Clause == id {
			out = append(out, p)
		}
	}
	return out
}

// carries reports whether a rule of one of these kinds cites the clause: the
// first words of its path.
func (l *look) carries(id privacy.ClauseID, kinds ...string) bool {
	return slices.ContainsFunc(l.cited[id], func(path string) bool {
		kind, _, _ := strings.Cut(path, "[")
		return slices.Contains(kinds, kind)
	})
}

// plainWords gives a sentence in small letters as words between single blanks,
// without signs, so that " кат " finds the word and " кат" its beginning.
func plainWords(s string) string {
	out := make([]byte, 0, len(s)+2)
	out = append(out, ' ')
	for _, r := range s {
		if r = letter(r); r != ' ' {
			out = utf8.AppendRune(out, r)
		} else if out[len(out)-1] != ' ' {
			out = append(out, ' ')
		}
	}
	if out[len(out)-1] != ' ' {
		out = append(out, ' ')
	}
	return string(out)
}

// letter gives a letter or digit in its small form, and a blank for every other
// sign. The alphabets of the house are told apart without a table.
func letter(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9', 'а' <= r && r <= 'я':
		return r
	case 'A' <= r && r <= 'Z', 'А' <= r && r <= 'Я':
		return r + 0x20
	case r < 0x80:
		return ' '
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return unicode.ToLower(r)
	}
	return ' '
}

// phrases are ways of saying one thing, by language.
type phrases [3][]phrase

// phrase is words of which all must stand in a sentence, or must not.
type phrase []struct {
	text string
	not  bool
}

// saying makes phrases. Words joined by + must all stand in the sentence, one
// that begins with ! must not; a * ends a word in any manner, as the languages of
// the house need it.
func saying(ky, ru, en []string) phrases {
	var out phrases
	for i, list := range [][]string{ky, ru, en} {
		for _, s := range list {
			var p phrase
			for part := range strings.SplitSeq(s, "+") {
				word, not := strings.CutPrefix(strings.TrimSpace(part), "!")
				text := " " + word + " "
				if stem, open := strings.CutSuffix(word, "*"); open {
					text = " " + stem
				}
				p = append(p, struct {
					text string
					not  bool
				}{text, not})
			}
			out[i] = append(out[i], p)
		}
	}
	return out
}

// said reports whether plain words say one of the phrases.
func (p *phrases) said(lang privacy.Lang, plain string) bool {
	for _, phrase := range p[slices.Index(privacy.Langs[:], lang)] {
		all := true
		for i := 0; all && i < len(phrase); i++ {
			all = strings.Contains(plain, phrase[i].text) != phrase[i].not
		}
		if all {
			return true
		}
	}
	return false
}

// anywhere gives the clauses, in every language, that say one of the phrases.
func (l *look) anywhere(p *phrases, each func(id privacy.ClauseID, lang privacy.Lang)) {
	for _, lang := range l.langs {
		text := l.texts[lang]
		for i := range text.Clauses {
			if id := text.Clauses[i].ID; p.said(lang, l.plain[lang][id]) {
				each(id, lang)
			}
		}
	}
}

func pathOf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// set gives the operations that names stand for; a name nobody knows is left
// out, since compiling refuses it.
func set(names []string) privacy.Operations {
	var out privacy.Operations
	for _, n := range names {
		if o, ok := privacy.ParseOperation(n); ok {
			out |= o
		}
	}
	return out
}

// allowed are the operations of a row.
func allowed(p *policy.Purpose, r *policy.Row) privacy.Operations {
	if len(r.Operations) > 0 {
		return set(r.Operations)
	}
	return set(p.Operations)
}

// basisOf is the basis of a row.
func basisOf(p *policy.Purpose, r *policy.Row) privacy.Basis {
	if r.Basis != "" {
		return r.Basis
	}
	return p.Basis
}

// eachTerms gives every term of the rules with its path.
func (l *look) eachTerms(each func(p *policy.Purpose, path string, t *policy.Terms)) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		each(p, pathOf("purposes[%s].terms", p.ID), &p.Terms)
		for j := range p.Rows {
			if t := p.Rows[j].Terms; t != nil {
				each(p, pathOf("purposes[%s].categories[%s].terms", p.ID, p.Rows[j].Category), t)
			}
		}
	}
}

// in gives words in a language and never in another.
func in(w privacy.Words, lang privacy.Lang) string {
	switch lang {
	case privacy.Russian:
		return w.Ru
	case privacy.English:
		return w.En
	}
	return w.Ky
}

func keys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func list(s []string) string {
	if len(s) == 0 {
		return "–"
	}
	return strings.Join(s, ", ")
}

func sortedClauses(m map[privacy.ClauseID]bool) []privacy.ClauseID {
	var out []privacy.ClauseID
	for id, in := range m {
		if in && id != "" {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
