package draft

import (
	"strings"
	"unicode"
)

// The words whose point ends no sentence, and those that may stand at its end.
var (
	abbreviations = set(`ш көч г гг ул пр просп д дом кв обл р р-н н с пос мкр пер бул стр корп оф им см ст стст п пп пп. абз
		тел моб факс руб коп сом млн млрд тыс гр проф акад доц инж напр мис кыскача мин макс прим таб рис гл ред изд
		ж к б э ө ү м т а в и о у я no nos art arts sec st ave vs etc inc ltd co jr sr dr mr mrs ms e.g i.e approx dept`)
	endAbbreviations = set(`т.д т.п т.е др пр ж.б ж.б.у.с у.с etc г гг ж inc ltd co сом коп руб`)
)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// abbreviated reports whether the point at the end of r belongs to a shortened
// word. At the end of a line or before a capital some of them end the sentence
// too: "и т.д.", "2026 г.".
func abbreviated(r []rune, mayEnd bool) bool {
	n := len(r) - 1 // the point
	start := n
	for start > 0 && (unicode.IsLetter(r[start-1]) || r[start-1] == '.' || r[start-1] == '-') {
		start--
	}
	word := strings.ToLower(string(r[start:n]))
	switch {
	case word == "":
		return false
	case word == "пр" || word == "др": // "и пр." may end a sentence, "пр. Чуй" does not
		return !mayEnd || !strings.HasSuffix(strings.TrimRightFunc(string(r[:start]), blank), " и")
	case len([]rune(word)) == 1 && unicode.IsUpper(r[start]): // an initial
		return true
	case !abbreviations[word] && !endAbbreviations[word]:
		return false
	case !mayEnd || !endAbbreviations[word]:
		return true
	case word == "г" || word == "гг" || word == "ж" || word == "сом" || word == "руб" || word == "коп":
		k := start - 1
		for k >= 0 && (blank(r[k]) || r[k] == '-') {
			k--
		}
		return k < 0 || !unicode.IsDigit(r[k])
	}
	return false
}

// sentences parts a paragraph where a sentence ends and the next begins.
func sentences(p piece) []piece {
	var out []piece
	from, depth := 0, 0
	for i := 0; i < len(p.runes); i++ {
		switch r := p.runes[i]; {
		case r == '(' || r == '[':
			depth++
			continue
		case r == ')' || r == ']':
			depth = max(0, depth-1)
			continue
		case !strings.ContainsRune(".!?…", r):
			continue
		case r == '.' && abbreviated(p.runes[from:i+1], true):
			continue
		}
		end := i + 1
		for end < len(p.runes) && strings.ContainsRune(".!?…»”\")’", p.runes[end]) {
			if p.runes[end] == ')' {
				depth = max(0, depth-1)
			}
			end++
		}
		next := end
		for next < len(p.runes) && blank(p.runes[next]) {
			next++
		}
		if next == end || next >= len(p.runes) || depth > 0 {
			continue
		}
		if !beginsSentence(p.runes[next:]) {
			continue
		}
		out = append(out, p.part(from, end))
		from, i = next, next-1
	}
	if last := p.part(from, len(p.runes)); len(last.runes) > 0 {
		out = append(out, last)
	}
	return out
}

// beginsSentence reports whether a sentence can begin so.
func beginsSentence(r []rune) bool {
	for _, c := range r {
		switch {
		case unicode.IsUpper(c), unicode.IsDigit(c):
			return true
		case strings.ContainsRune("«„“\"'(—–-[", c), blank(c):
			continue
		default:
			return unicode.IsLetter(c) && !unicode.IsLower(c)
		}
	}
	return false
}

// enumerated parts a sentence that lists things after a colon, each behind a
// semicolon or each with a number or letter of its own, into its opening and its
// items. It returns nil for a sentence that does not.
func enumerated(p piece) []piece {
	colon := -1
	for i, r := range p.runes {
		if r == ':' && i+1 < len(p.runes) && blank(p.runes[i+1]) {
			colon = i
			break
		}
	}
	if colon < 0 {
		return nil
	}
	rest := p.part(colon+1, len(p.runes))
	items := byLabels(rest)
	if items == nil {
		items = bySemicolons(rest)
	}
	if len(items) < 2 {
		return nil
	}
	return append([]piece{p.part(0, colon+1)}, items...)
}

func bySemicolons(p piece) []piece {
	var out []piece
	from, depth := 0, 0
	for i, r := range p.runes {
		switch r {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		case ';':
			if depth == 0 {
				out = append(out, p.part(from, i+1))
				from = i + 1
			}
		}
	}
	if last := p.part(from, len(p.runes)); len(last.runes) > 0 {
		out = append(out, last)
	}
	if len(out) < 3 {
		return nil
	}
	return out
}

// byLabels parts "1) …; 2) …" and "а) …, б) …".
func byLabels(p piece) []piece {
	first, ok := readLabel(p.runes)
	if !ok || first.style == styleBullet || first.last() != 1 || first.close == 0 {
		return nil
	}
	var starts []int
	for i := 0; i < len(p.runes); i++ {
		if i > 0 && !blank(p.runes[i-1]) {
			continue
		}
		l, ok := readLabel(p.runes[i:])
		if ok && l.style == first.style && l.close == first.close && len(l.nums) == len(first.nums) && l.last() == len(starts)+1 {
			starts = append(starts, i)
		}
	}
	var out []piece
	for k, s := range starts {
		end := len(p.runes)
		if k+1 < len(starts) {
			end = starts[k+1]
		}
		out = append(out, p.part(s, end))
	}
	return out
}
