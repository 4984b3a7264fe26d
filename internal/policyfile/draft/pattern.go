package draft

import (
	"strings"
	"unicode"

	"kupuya/internal/privacy"
)

// token is one word of a clause, small and in one spelling, with its place.
type token struct {
	word     string
	from, to int // in the characters of the words
}

// fold writes a letter in one spelling: ё as е, and ng as Kyrgyz has it where a
// text took the letter of another language.
func fold(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case 'ё':
		return 'е'
	case 'ӊ':
		return 'ң'
	}
	return r
}

// halt is the token between two sentences, which no gap of a pattern leaps over.
const halt = "\x00"

// tokens parts words into tokens; a hyphen parts them too.
func tokens(r []rune) []token {
	var out []token
	var word []rune
	from := 0
	for i := 0; i <= len(r); i++ {
		if i < len(r) && (unicode.IsLetter(r[i]) || unicode.IsDigit(r[i])) {
			if len(word) == 0 {
				from = i
			}
			word = append(word, fold(r[i]))
			continue
		}
		if len(word) > 0 {
			out = append(out, token{string(word), from, i})
			word = word[:0]
		}
		if i+1 < len(r) && strings.ContainsRune(".;!?", r[i]) && blank(r[i+1]) && len(out) > 0 {
			out = append(out, token{halt, i, i})
		}
	}
	return out
}

// A pattern is words in order. A word matches every token that begins with it,
// because Kyrgyz and Russian put their grammar at the end; "=" before it asks for
// the whole token, "|" parts choices, "~" lets up to four words stand between, and
// "!" before choices refuses them as the word before. "келишим ~ түз" finds "келишимдерди өз убагында түзүү".
type pattern [][]string

func compile(s string) pattern {
	var p pattern
	for _, w := range strings.Fields(s) {
		choices := strings.Split(w, "|")
		for i := range choices {
			choices[i] = strings.Map(fold, choices[i])
		}
		p = append(p, choices)
	}
	return p
}

const gapWidth = 4

// find looks for the pattern and gives the tokens it spans.
func (p pattern) find(words []token) (from, to int, ok bool) {
	for i := range words {
		if end := p.at(words, i); end > 0 {
			return i, end, true
		}
	}
	return 0, 0, false
}

// at gives the end of the pattern when it begins at the i-th token, or 0.
func (p pattern) at(words []token, i int) int {
	if len(p) == 0 {
		return i
	}
	if p[0][0] == "~" {
		for gap := 0; gap <= gapWidth && i+gap < len(words) && words[i+gap].word != halt; gap++ {
			if end := p[1:].at(words, i+gap); end > 0 {
				return end
			}
		}
		return 0
	}
	if i >= len(words) {
		return 0
	}
	if not, ok := strings.CutPrefix(p[0][0], "!"); ok {
		for _, choice := range append([]string{not}, p[0][1:]...) {
			if i > 0 && matches(words[i-1].word, choice) {
				return 0
			}
		}
		return p[1:].at(words, i)
	}
	for _, choice := range p[0] {
		if matches(words[i].word, choice) {
			return p[1:].at(words, i+1)
		}
	}
	return 0
}

func matches(word, choice string) bool {
	if whole, ok := strings.CutPrefix(choice, "="); ok {
		return word == whole
	}
	return strings.HasPrefix(word, choice)
}

// entry is a thing that a vocabulary knows: its id and the patterns of each
// language, strong ones that name it and weak ones that only hint at it.
type entry struct {
	id   string
	ky   string // patterns, parted by semicolons
	ru   string
	en   string
	any  string // in every language
	weak string // in every language, hints only
}

// vocabulary is a list of entries made ready for one language.
type vocabulary []struct {
	id     string
	strong []pattern
	weak   []pattern
}

func patterns(s string) []pattern {
	var out []pattern
	for _, part := range strings.Split(s, ";") {
		if p := compile(part); len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// in makes a list of entries ready for a language. Kyrgyz texts borrow Russian
// words and Russian ones Kyrgyz; the other language's patterns only hint.
func in(lang privacy.Lang, entries []entry) vocabulary {
	out := make(vocabulary, len(entries))
	for i, e := range entries {
		own, other := e.en, ""
		switch lang {
		case privacy.Kyrgyz:
			own, other = e.ky, e.ru
		case privacy.Russian:
			own, other = e.ru, ""
		}
		out[i].id = e.id
		out[i].strong = append(patterns(own), patterns(e.any)...)
		out[i].weak = append(patterns(e.weak), patterns(other)...)
	}
	return out
}

// hit is what a vocabulary found in words.
type hit struct {
	id       string
	words    string // as the text has them
	from, to int    // tokens
	strong   bool
}

// hits finds every entry that stands in the words, each once, in the order in
// which they stand there.
func (v vocabulary) hits(r []rune, words []token) []hit {
	var out []hit
	for i := range v {
		best := hit{from: -1}
		try := func(list []pattern, strong bool) {
			for _, p := range list {
				from, to, ok := p.find(words)
				if ok && (best.from < 0 || strong && !best.strong || strong == best.strong && from < best.from) {
					best = hit{v[i].id, string(r[words[from].from:words[to-1].to]), from, to, strong}
				}
			}
		}
		try(v[i].strong, true)
		if best.from < 0 {
			try(v[i].weak, false)
		}
		if best.from >= 0 {
			out = append(out, best)
		}
	}
	sortHits(out)
	return out
}

func sortHits(h []hit) {
	for i := 1; i < len(h); i++ {
		for k := i; k > 0 && (h[k].from < h[k-1].from || h[k].from == h[k-1].from && h[k].to > h[k-1].to); k-- {
			h[k], h[k-1] = h[k-1], h[k]
		}
	}
}

// has reports whether any pattern of a list stands in the words.
func has(list []pattern, words []token) bool {
	for _, p := range list {
		if _, _, ok := p.find(words); ok {
			return true
		}
	}
	return false
}
