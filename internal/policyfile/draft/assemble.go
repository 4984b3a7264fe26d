package draft

import (
	"slices"
	"strings"
	"unicode"

	"kupuya/internal/privacy"
)

// maker turns one text into a draft, step by step: lines become blocks, blocks
// sections and clauses, clauses get ids and suggest rows.
type maker struct {
	text    *Text
	lang    privacy.Lang
	runes   []rune
	uses    []use
	reasons []string // of what is left out; use.of points here
	lines   []line
	words   map[string]int // how often each word stands in the text
	shape   shape

	numbered  int  // the last whole number that numbered a block
	heads     int  // blocks so far that are numbered and look like headings
	paras     int  // and those that are numbered and do not
	otherwise bool // sections are numbered in words or Roman, so plain numbers are not theirs
	blocks    []block
	notes     []Note

	title    []piece
	sections []*section
	clauses  []*clause
}

// block is a heading, a paragraph, an item or a row: lines put together.
type block struct {
	kind   byte
	hint   hint
	level  int
	label  label
	loose  bool // an item of a list without marks
	strong bool
	indent int
	hang   int // the indent of its later lines
	line   int
	text   piece
	cells  []int // where the cells of a row end
}

const (
	kindPara    = 'p'
	kindHeading = 'h'
	kindItem    = 'i'
	kindRow     = 'r'
	kindHead    = 'c' // names the columns of a table
	kindSub     = 's' // a heading within a section
)

// How a line ends.
const (
	endNone  = byte(0)
	endFull  = '.'
	endColon = ':'
	endSemi  = ';'
	endComma = ','
)

func newMaker(t *Text, lang privacy.Lang) *maker {
	m := &maker{
		text: t, lang: lang, runes: t.runes, uses: make([]use, len(t.runes)),
		lines: slices.Clone(t.lines), words: map[string]int{},
	}
	for _, s := range t.left {
		m.leave(s.from, s.to, s.reason)
	}
	for i, r := range m.runes {
		if hyphenMark(r) && m.uses[i].as == asNothing {
			m.uses[i] = use{as: asHyphen}
		}
	}
	return m
}

// leave notes that characters are no part of any clause, and why.
func (m *maker) leave(from, to int, reason string) {
	of := slices.Index(m.reasons, reason)
	if of < 0 {
		of = len(m.reasons)
		m.reasons = append(m.reasons, reason)
	}
	for i := from; i < to; i++ {
		if m.uses[i].as == asNothing && !blank(m.runes[i]) {
			m.uses[i] = use{asLeft, int32(of)}
		}
	}
}

// kept are the characters of a span that are still to be read.
func (m *maker) kept(from, to int) []rune {
	out := make([]rune, 0, to-from)
	for i := from; i < to; i++ {
		if m.uses[i].as == asNothing {
			out = append(out, m.runes[i])
		}
	}
	return out
}

func (m *maker) lineText(i int) string { return string(m.kept(m.lines[i].from, m.lines[i].to)) }

// endOf says how a line ends; quotation marks and brackets behind a stop do not
// hide it, and the point of an abbreviation is no stop.
func (m *maker) endOf(i int) byte {
	l := &m.lines[i]
	return endOf(m.kept(max(l.from, l.to-40), l.to))
}

func endOf(r []rune) byte {
	n := len(r)
	for n > 0 && (blank(r[n-1]) || strings.ContainsRune("»”\"’)]", r[n-1])) {
		n--
	}
	if n == 0 {
		return endNone
	}
	switch r[n-1] {
	case '.':
		if abbreviated(r[:n], true) {
			return endNone
		}
		return endFull
	case '!', '?', '…':
		return endFull
	case ':', ';', ',':
		return byte(r[n-1])
	}
	return endNone
}

// beginsLower reports whether a line begins in the middle of a sentence.
func (m *maker) beginsLower(i int) bool {
	for _, r := range m.kept(m.lines[i].from, m.lines[i].to) {
		if unicode.IsLetter(r) {
			return unicode.IsLower(r)
		}
		if unicode.IsDigit(r) {
			return false
		}
	}
	return false
}

func (l *line) width() int { return l.indent + l.to - l.from }

// firstWord is how wide the first word of a line is.
func (m *maker) firstWord(i int) int {
	n := 0
	for k := m.lines[i].from; k < m.lines[i].to && !blank(m.runes[k]); k++ {
		n++
	}
	return n
}

// assemble puts the lines of each paragraph, heading and item together.
func (m *maker) assemble() {
	m.count()
	m.undo()
	m.lone()
	m.measure()
	loose := false
	for i := range m.lines {
		l := &m.lines[i]
		if l.hint == hintRow || l.hint == hintHead {
			m.row(l)
			loose = false
			continue
		}
		lab, marked := m.labelAt(i)
		switch {
		case marked, l.hint == hintHeading, l.hint == hintItem:
			loose = false
		case i > 0 && m.begins(i, loose) && m.endOf(i-1) == endColon:
			loose = m.looseAhead(i)
		case loose && i > 0 && m.endOf(i-1) == endNone && m.leaves(i):
			loose = false
		}
		if i == 0 || marked || m.begins(i, loose) {
			if i > 0 && loose && m.endOf(i-1) == endFull {
				loose = false
			}
			m.start(l, lab, marked, loose)
		}
		m.extend(l)
	}
}

// leaves reports whether a line ends a list of short lines without marks: it is a
// heading in capitals or a whole sentence.
func (m *maker) leaves(i int) bool {
	l := &m.lines[i]
	if allCapitals(m.kept(l.from, l.to)) {
		return true
	}
	end := m.endOf(i)
	return !m.beginsLower(i) && l.width() > 45 && (end == endFull || end == endColon)
}

// start begins a block with a line.
func (m *maker) start(l *line, lab label, marked, loose bool) {
	b := block{kind: kindPara, hint: l.hint, level: l.level, strong: l.strong, indent: l.indent, line: l.number, loose: loose}
	if l.label != "" {
		if made, ok := readLabel([]rune(l.label + " x")); ok {
			made.size = 0
			b.label = made
		}
	}
	if marked {
		typed := lab
		for i, n := l.from, 0; n < lab.size && i < l.to; i++ {
			if m.uses[i].as == asNothing {
				n++
				if !blank(m.runes[i]) {
					m.uses[i] = use{as: asMarker}
				}
			}
		}
		if b.label.style == styleNone || b.label.style == styleBullet || typed.style == styleNumber {
			b.label = typed
		}
	}
	m.learn()
	if b.label.style == styleNumber && len(b.label.nums) == 1 {
		m.numbered = b.label.last()
	}
	m.blocks = append(m.blocks, b)
}

// extend adds the words of a line to the block being put together.
func (m *maker) extend(l *line) {
	b := &m.blocks[len(m.blocks)-1]
	if len(b.text.runes) > 0 {
		b.hang = l.indent
		if !m.rejoin(b, l) {
			b.text.join()
		}
	}
	for i := l.from; i < l.to; i++ {
		if m.uses[i].as == asNothing {
			b.text.add(m.runes[i], i)
		}
	}
	b.strong = b.strong && l.strong
}

// row makes a block of a row of a table; a cell that only numbers the row is its
// label.
func (m *maker) row(l *line) {
	b := block{kind: kindRow, hint: l.hint, line: l.number}
	if l.hint == hintHead {
		b.kind = kindHead
	}
	for k, c := range l.cells {
		var p piece
		for i := c.from; i < c.to; i++ {
			if m.uses[i].as == asNothing {
				p.add(m.runes[i], i)
			}
		}
		p = p.part(0, len(p.runes))
		if k == 0 && b.kind == kindRow && len(l.cells) > 1 && len(p.runes) > 0 && len(p.runes) < 8 &&
			!strings.ContainsFunc(string(p.runes), unicode.IsLetter) {
			for _, at := range p.at {
				if !blank(m.runes[at]) {
					m.uses[at] = use{as: asMarker}
				}
			}
			p = piece{}
		}
		if len(p.runes) > 0 && len(b.text.runes) > 0 {
			for _, r := range " — " {
				b.text.add(r, -1)
			}
		}
		b.text.runes = append(b.text.runes, p.runes...)
		b.text.at = append(b.text.at, p.at...)
		b.cells = append(b.cells, len(b.text.runes))
	}
	m.blocks = append(m.blocks, b)
}

// lone joins a mark that stands on a line of its own, as a PDF gives it, to the
// line it marks.
func (m *maker) lone() {
	kept := m.lines[:0]
	for i := 0; i < len(m.lines); i++ {
		l := m.lines[i]
		r := m.kept(l.from, l.to)
		if l.hint == hintNone && len(r) > 0 && len(r) <= 5 && i+1 < len(m.lines) && m.lines[i+1].hint == hintNone {
			lab, ok := readLabel(append(slices.Clone(r), ' ', 'x'))
			_, next := readLabel(m.kept(m.lines[i+1].from, m.lines[i+1].to))
			if ok && lab.size == len(r)+1 && !next && (lab.style == styleBullet || lab.close != 0) {
				for k := l.from; k < l.to; k++ {
					if !blank(m.runes[k]) && m.uses[k].as == asNothing {
						m.uses[k] = use{as: asMarker}
					}
				}
				m.lines[i+1].label, m.lines[i+1].blank = string(r), m.lines[i+1].blank || l.blank
				m.lines[i+1].indent = l.indent
				continue
			}
		}
		kept = append(kept, l)
	}
	m.lines = kept
}
