package draft

import (
	"slices"
	"strings"
	"unicode"
)

// begins reports whether a line without a mark begins a block of its own, rather
// than going on with the line before it.
func (m *maker) begins(i int, loose bool) bool {
	if i == 0 {
		return true
	}
	l, prev := &m.lines[i], &m.lines[i-1]
	end, lower := m.endOf(i-1), m.beginsLower(i)
	fits := prev.width()+1+m.firstWord(i) <= m.shape.fit || l.level < 0
	gap := l.blank && !l.page
	switch {
	case l.label != "":
		return true
	case l.hint == hintPara: // a document made from a PDF has a paragraph for each line
		long := prev.to-prev.from >= 50
		return !(lower && long && !loose && prev.hint != hintHeading && (end == endNone || end == endComma))
	case l.hint != hintNone, prev.hint == hintHeading, prev.hint == hintRow, prev.hint == hintHead:
		return true
	case m.text.soft && l.level >= 0:
		return gap && !(lower && end == endNone && l.page)
	}
	if (end == endNone || end == endComma) && l.level >= 0 && m.opened(i-1) {
		return gap && m.shape.reaped
	}
	switch end {
	case endFull:
		return m.beginsAfterStop(l, prev, lower, fits, gap)
	case endColon:
		return gap || fits || !m.marked() && m.looseAhead(i)
	case endSemi:
		return loose || gap && m.shape.reaped || fits || !lower && (gap || !m.shape.mono || !m.marked())
	case endComma:
		return fits && (loose || m.dedented(l))
	}
	switch {
	case gap && m.shape.reaped:
		return !(lower && prev.width() > m.shape.fit)
	case lower:
		return loose && fits || m.dedented(l) && (prev.width()+1+m.firstWord(i))*4 <= m.shape.widest*3
	}
	if m.shape.widest > 0 && !m.shape.mono && !gap { // ragged: the right edge says little
		fits = (prev.width()+1+m.firstWord(i))*4 <= m.shape.widest*3
	}
	return fits || (gap || !m.shape.parted && m.heads > 0 && m.paras == 0 && m.numberedNow()) && m.headingLike(prev)
}

// learn takes note of whether the block that ends here, when it has a number, is a
// heading or a paragraph: a text does not change its mind.
func (m *maker) learn() {
	if !m.numberedNow() || m.listed() {
		return
	}
	b := &m.blocks[len(m.blocks)-1]
	if endOf(b.text.runes) == endNone && len(b.text.runes) < 250 {
		m.heads++
	} else {
		m.paras++
	}
}

// numberedNow reports whether the block being put together has a number such as
// "3.".
func (m *maker) numberedNow() bool {
	n := len(m.blocks)
	if n == 0 {
		return false
	}
	l := &m.blocks[n-1].label
	return l.style == styleNumber && len(l.nums) == 1 && l.close == '.'
}

// beginsAfterStop decides for a line after one that ends a sentence.
func (m *maker) beginsAfterStop(l, prev *line, lower, fits, gap bool) bool {
	switch {
	case lower:
		return gap && m.shape.reaped
	case gap && m.shape.reaped, fits, m.listEnded(l):
		return true
	case l.indent > prev.indent+1:
		return true
	case m.shape.parted:
		return false
	case m.shape.mono:
		return gap
	}
	return true
}

// marked reports whether the block being put together is an item with a mark.
func (m *maker) marked() bool {
	n := len(m.blocks)
	return n > 0 && m.blocks[n-1].label.style != styleNone
}

// listEnded reports whether a line behind a stop is no part of the item that has
// it: the items before ended with less than a stop, or the lines of the item hang.
func (m *maker) listEnded(l *line) bool {
	n := len(m.blocks)
	if n < 2 || m.numberedNow() {
		return false
	}
	b, before := &m.blocks[n-1], &m.blocks[n-2]
	if b.label.style == styleNone && !b.loose {
		return false
	}
	end := endOf(before.text.runes)
	return before.label.style == b.label.style && before.loose == b.loose && (end == endSemi || end == endComma) || b.hang > l.indent && l.indent <= b.indent
}

// dedented reports whether a line stands left of the mark of the item before it.
func (m *maker) dedented(l *line) bool {
	if len(m.blocks) == 0 {
		return false
	}
	b := &m.blocks[len(m.blocks)-1]
	return b.label.style != styleNone && l.indent < b.indent
}

// headingLike reports whether a line could be a heading that is numbered.
func (m *maker) headingLike(l *line) bool {
	if len(m.blocks) == 0 {
		return false
	}
	b := &m.blocks[len(m.blocks)-1]
	numbered := b.label.style == styleNumber || b.label.style == styleSection || b.label.style == styleRoman
	return numbered && !m.listed() || len(m.blocks) == 1 || allCapitals(m.kept(l.from, l.to))
}

// listed reports whether the block being put together follows the opening of a
// list.
func (m *maker) listed() bool {
	n := len(m.blocks)
	return n > 1 && endOf(m.blocks[n-2].text.runes) == endColon
}

func allCapitals(r []rune) bool {
	upper := 0
	for _, c := range r {
		if unicode.IsLower(c) {
			return false
		}
		if unicode.IsUpper(c) {
			upper++
		}
	}
	return upper > 3
}

// looseAhead reports whether a list without marks begins at a line: items that
// end with a semicolon, or short lines one after another.
func (m *maker) looseAhead(i int) bool {
	semi, short := 0, 0
	for k := i; k < len(m.lines) && k < i+40; k++ {
		l := &m.lines[k]
		if _, marked := readLabel(m.kept(l.from, l.to)); marked || l.label != "" || l.hint > hintPara || l.hint == hintHeading {
			return semi > 0 && k > i || short > 1
		}
		next := k+1 < len(m.lines)
		fits := next && (l.width()+1+m.firstWord(k+1) <= m.shape.fit || m.lines[k+1].level < 0)
		switch end := m.endOf(k); {
		case end == endSemi:
			if semi++; semi > 1 || k == i && fits {
				return true
			}
		case end == endFull:
			return semi > 0 || short > 1
		case (end == endComma || end == endNone) && fits:
			short++
			if end == endNone && !m.beginsLower(k) && next && !m.beginsLower(k+1) && short > 2 {
				return true
			}
		}
	}
	return semi > 0 || short > 2
}

// labelAt reads the label of a line, if it is one here: a dash or a number may
// also stand within a sentence that was broken before it.
func (m *maker) labelAt(i int) (label, bool) {
	l := &m.lines[i]
	r := m.kept(l.from, l.to)
	lab, ok := readLabel(r)
	if !ok {
		return label{}, false
	}
	if l.hint == hintHeading {
		return lab, lab.style == styleNumber || lab.style == styleSection || lab.style == styleRoman
	}
	if lab.style == styleSection && (l.width() > 200 || endOf(r) == endSemi) {
		return label{}, false
	}
	if lab.style == styleNumber && lab.close == 0 && !m.bareNumber(&lab, r, i) {
		return label{}, false
	}
	if i == 0 || l.hint != hintNone {
		return lab, true
	}
	prev := &m.lines[i-1]
	end := m.endOf(i - 1)
	fits := prev.width()+1+m.firstWord(i) <= m.shape.fit || l.level < 0
	gap := l.blank && !l.page && (m.shape.reaped || fits)
	var b block
	if len(m.blocks) > 0 {
		b = m.blocks[len(m.blocks)-1]
	}
	follows := b.label.style == lab.style && (lab.style == styleBullet || b.label.last()+1 == lab.last() && len(b.label.nums) == len(lab.nums))
	switch {
	case m.opened(i-1) && (end == endNone || end == endComma) && lab.close != ')':
		return label{}, false
	case (lab.style == styleLetter || lab.style == styleLatin) && lab.close == '.' && !follows:
		return lab, lab.last() == 1 && m.listAhead(i, &lab)
	case end == endFull, end == endColon, end == endSemi, gap, prev.hint != hintNone, fits:
		return lab, true
	case lab.style == styleBullet && !lab.weak:
		return lab, true
	case end == endComma:
		return lab, follows || b.label.style == styleBullet && lab.style == styleBullet
	case lab.style == styleBullet:
		return lab, follows && b.label.glyph == lab.glyph && l.indent == b.indent || b.kind == kindHeading
	}
	return lab, follows
}

// listAhead reports whether the second of a list follows its first: "а." alone may
// be a shortened word.
func (m *maker) listAhead(i int, lab *label) bool {
	for k := i + 1; k < min(i+30, len(m.lines)); k++ {
		next, ok := readLabel(m.kept(m.lines[k].from, m.lines[k].to))
		if ok && next.style == lab.style && next.close == lab.close && next.last() == 2 {
			return true
		}
	}
	return false
}

// bareNumber reports whether a number without a point or bracket numbers what
// follows: the parts of it are as the text has them, and a capital follows.
func (m *maker) bareNumber(lab *label, r []rune, i int) bool {
	if lab.size >= len(r) || !unicode.IsUpper(r[lab.size]) {
		return false
	}
	if m.text.soft && m.lines[i].hint == hintHeading {
		return true
	}
	if len(lab.nums) > 1 {
		return lab.nums[0] < 60
	}
	return lab.last() == m.numbered+1 && endOf(r) == endNone && len(r) < 90 && (m.lines[i].blank || i == 0)
}

// hyphenMark reports whether a character only shows where a word may be broken.
func hyphenMark(r rune) bool { return r == 0xad || r == 0x1f }

// count learns the words of the text, by which a word that was broken is known.
func (m *maker) count() {
	word := func(from, to int) {
		if from < to {
			m.words[strings.ToLower(string(m.runes[from:to]))]++
		}
	}
	for i := range m.lines {
		from := m.lines[i].from
		for k := m.lines[i].from; k <= m.lines[i].to; k++ {
			inside := k < m.lines[i].to && (unicode.IsLetter(m.runes[k]) || m.runes[k] == '-' && k > from)
			if !inside {
				word(from, k)
				from = k + 1
			}
		}
	}
}

// The halves of words that keep their hyphen when a line ends at it.
var (
	hyphenBefore = strings.Fields("веб интернет онлайн фото видео аудио смс sms e web пин pin ip id cookie сим sim суроо бизнес call push пуш тв qr usb wi fi")
	hyphenBehind = strings.Fields("либо нибудь таки адрес сайт сайты сайтты сайтка сайтта сайтында сайттын талап талаптар талаптарын сүрөт сүрөтү")
)

// rejoin puts a word together that the end of a line has broken, and reports
// whether it did: the hyphen goes, unless the word is known with it.
func (m *maker) rejoin(b *block, l *line) bool {
	last := len(b.text.runes) - 1
	for last >= 0 && hyphenMark(b.text.runes[last]) {
		last--
	}
	r := b.text.runes[last]
	start := last
	for start > 0 && (unicode.IsLetter(b.text.runes[start-1]) || b.text.runes[start-1] == '-') {
		start--
	}
	head := string(b.text.runes[start:last])
	tail := m.head(l)
	soft := l.from > 0 && m.endedSoft(b.text.at[last], l.from)
	switch {
	case tail == "" || !unicode.IsLower([]rune(tail)[0]):
		return r == '-' && head != "" && tail != "" && unicode.IsLetter([]rune(tail)[0]) && m.words[strings.ToLower(head+"-"+tail)] > 0
	case soft:
		return true
	case (r == '-' || r == '‐') && head != "" && unicode.IsLetter(b.text.runes[last-1]):
		lower := strings.ToLower(head)
		switch {
		case m.words[lower+"-"+tail] > 0: // it stands so elsewhere
		case m.words[lower+tail] == 0 && (slices.Contains(hyphenBefore, lower) || slices.Contains(hyphenBehind, tail)):
		default:
			m.uses[b.text.at[last]] = use{as: asHyphen}
			b.text.runes, b.text.at = b.text.runes[:last], b.text.at[:last]
		}
		return true
	case l.page && unicode.IsLetter(r): // a page broke a word and left no hyphen
		head = strings.ToLower(head + string(r))
		return m.words[head] == 1 && m.words[tail] == 1 && m.words[head+tail] > 0
	}
	return false
}

// head is the word, or the part of one, with which a line begins.
func (m *maker) head(l *line) string {
	k := l.from
	for k < l.to && unicode.IsLetter(m.runes[k]) {
		k++
	}
	return string(m.runes[l.from:k])
}

// endedSoft reports whether a mark that only shows where words break stands
// between two characters, right behind the first.
func (m *maker) endedSoft(from, to int) bool {
	return from >= 0 && from+1 < to && hyphenMark(m.runes[from+1])
}
