package draft

import (
	"slices"
	"strings"
	"unicode"
)

// label is what a line is marked or numbered with.
type label struct {
	style byte // 0 none, 'b' bullet, 'n' number, 'l' Cyrillic letter, 'a' Latin letter, 'r' Roman, 's' "Section 3"
	nums  []int
	close rune // '.', ')' or 0
	glyph rune // of a bullet
	weak  bool // may also be a sign within a sentence
	size  int  // characters, with the blanks behind it
}

const (
	styleNone    = 0
	styleBullet  = 'b'
	styleNumber  = 'n'
	styleLetter  = 'l'
	styleLatin   = 'a'
	styleRoman   = 'r'
	styleSection = 's'
)

// last is the number of the label within its list, from 1.
func (l *label) last() int {
	if len(l.nums) == 0 {
		return 0
	}
	return l.nums[len(l.nums)-1]
}

// String writes a label without what closes it: "2.3".
func (l *label) String() string {
	parts := make([]string, len(l.nums))
	for i, n := range l.nums {
		parts[i] = numberText(n)
	}
	return strings.Join(parts, ".")
}

const (
	strongBullets = "•●○◦▪▫■□►▶▸‣⁃∙·‧❖◆◇★☆✓✔✗➢➤→☑☐¤"
	weakBullets   = "-–—−‒*+o»>~"
)

// readLabel reads the label with which a line may begin.
func readLabel(r []rune) (label, bool) {
	for _, read := range []func([]rune) (label, bool){bulletLabel, sectionLabel, numberLabel, letterLabel} {
		if l, ok := read(r); ok {
			for l.size < len(r) && blank(r[l.size]) {
				l.size++
			}
			return l, true
		}
	}
	return label{}, false
}

func bulletLabel(r []rune) (label, bool) {
	if len(r) < 2 {
		return label{}, false
	}
	glyph, next := r[0], r[1]
	l := label{style: styleBullet, glyph: glyph, size: 1}
	private := unicode.Is(unicode.Co, glyph)
	picture := unicode.Is(unicode.So, glyph) && !strings.ContainsRune("№©®™°℠", glyph)
	switch {
	case private, picture, strings.ContainsRune(strongBullets, glyph):
		return l, blank(next) || unicode.IsLetter(next) || strings.ContainsRune("«\"“(", next)
	case strings.ContainsRune(weakBullets, glyph):
		l.weak = true
		dash := strings.ContainsRune("-–—−‒", glyph) && unicode.IsLetter(next)
		return l, blank(next) || dash
	}
	return label{}, false
}

// numberLabel reads "3.", "3)", "(3)", "3.1", "3.1.2.".
func numberLabel(r []rune) (label, bool) {
	l := label{style: styleNumber}
	i := 0
	open := len(r) > 0 && r[0] == '('
	if open {
		i++
	}
	for {
		start, n := i, 0
		for i < len(r) && r[i] >= '0' && r[i] <= '9' && i-start < 4 {
			n = n*10 + int(r[i]-'0')
			i++
		}
		if i == start || i-start > 3 {
			return label{}, false
		}
		l.nums = append(l.nums, n)
		if i+1 < len(r) && r[i] == '.' && r[i+1] >= '0' && r[i+1] <= '9' {
			i++
			continue
		}
		break
	}
	if i < len(r) && (r[i] == '.' || r[i] == ')') {
		l.close = r[i]
		i++
		if i < len(r) && r[i] == ')' && l.close == '.' {
			i++
		}
	}
	l.size = i
	switch {
	case open && l.close != ')', i < len(r) && !blank(r[i]) && !(l.close != 0 && unicode.IsLetter(r[i])):
		return label{}, false
	case l.close == 0 && (i >= len(r) || len(l.nums) > 5):
		return label{}, false
	}
	return l, true
}

// The orders in which lists are lettered: Russian without ё and й, and Kyrgyz.
var (
	russianLetters = []rune("абвгдежзиклмнопрстуфхцчшщэюя")
	kyrgyzLetters  = []rune("абвгдеёжзийклмнңоөпрстуүфхцчшщэюя")
)

// letterLabel reads "а)", "(а)", "b)", "iv)", "IV.".
func letterLabel(r []rune) (label, bool) {
	i := 0
	open := len(r) > 0 && r[0] == '('
	if open {
		i++
	}
	start := i
	for i < len(r) && unicode.IsLetter(r[i]) && i-start < 6 {
		i++
	}
	word := r[start:i]
	if len(word) == 0 || i >= len(r) || r[i] != ')' && r[i] != '.' || open && r[i] != ')' {
		return label{}, false
	}
	l := label{close: r[i], size: i + 1}
	if l.size < len(r) && !blank(r[l.size]) && !(l.close == ')' && unicode.IsLetter(r[l.size])) || l.size >= len(r) {
		return label{}, false
	}
	if n := fromRoman(string(word)); n > 0 && n < 60 {
		l.style, l.nums = styleRoman, []int{n}
		return l, true
	}
	if len(word) != 1 || l.close == '.' && unicode.IsUpper(word[0]) {
		return label{}, false
	}
	c := unicode.ToLower(word[0])
	if n := slices.Index(russianLetters, c); n >= 0 {
		l.style, l.nums = styleLetter, []int{n + 1}
		return l, true
	}
	if n := slices.Index(kyrgyzLetters, c); n >= 0 {
		l.style, l.nums = styleLetter, []int{n + 1}
		return l, true
	}
	if c >= 'a' && c <= 'z' {
		l.style, l.nums = styleLatin, []int{int(c-'a') + 1}
		return l, true
	}
	return label{}, false
}

// fromRoman reads a Roman numeral in one case; 0 is none.
func fromRoman(s string) int {
	if s != strings.ToLower(s) && s != strings.ToUpper(s) {
		return 0
	}
	values := map[rune]int{'I': 1, 'V': 5, 'X': 10, 'L': 50}
	total, before := 0, 0
	for _, r := range strings.ToUpper(s) {
		v := values[r]
		if v == 0 {
			return 0
		}
		if total += v; v > before && before > 0 {
			total -= 2 * before
		}
		before = v
	}
	if roman(total) != strings.ToUpper(s) {
		return 0
	}
	return total
}

// The words that number a part of a text, before the number and behind it.
var (
	partsBefore = []string{"раздел", "глава", "статья", "часть", "бөлүм", "бап", "берене", "глава", "section", "article", "chapter", "part", "§"}
	partsBehind = []string{"бөлүм", "бөлүк", "бап", "берене", "глава", "раздел", "статья"}
)

// sectionLabel reads "Раздел 2.", "2-бөлүм.", "Section 2:", "§ 2". What follows
// the number begins anew, so that "Статья 5 Закона" is a sentence.
func sectionLabel(r []rune) (label, bool) {
	i := 0
	word := func() string {
		start := i
		for i < len(r) && (unicode.IsLetter(r[i]) || r[i] == '§') && i-start < 12 {
			i++
		}
		return strings.ToLower(string(r[start:i]))
	}
	blanks := func() {
		for i < len(r) && blank(r[i]) {
			i++
		}
	}
	number := func() int {
		start := i
		for i < len(r) && !blank(r[i]) && !strings.ContainsRune(".:-–—", r[i]) && i-start < 6 {
			i++
		}
		if n := atoi(string(r[start:i])); n > 0 && n < 1000 {
			return n
		}
		return fromRoman(string(r[start:i]))
	}
	n := 0
	if slices.Contains(partsBefore, word()) {
		blanks()
		n = number()
	} else {
		i = 0
		if n = number(); n == 0 || i >= len(r) || !strings.ContainsRune("-–— ", r[i]) {
			return label{}, false
		}
		i++
		if !slices.Contains(partsBehind, word()) {
			return label{}, false
		}
	}
	if n == 0 {
		return label{}, false
	}
	blanks()
	ends := i >= len(r)
	if !ends && strings.ContainsRune(".:-–—", r[i]) {
		i, ends = i+1, true
	}
	return label{style: styleSection, nums: []int{n}, size: i}, ends
}
