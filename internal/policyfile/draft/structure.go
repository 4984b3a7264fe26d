package draft

import (
	"strings"
	"unicode"
)

// section is a part of the text under one heading.
type section struct {
	label  label
	number string
	title  piece
	made   string // a title that the import had to make
	clause *clause
	nodes  []*node
}

// node is a paragraph, an item, a row or a heading within a section, with what
// hangs on it.
type node struct {
	kind  byte
	label label
	parts []*clause // its sentences; one for an item
	kids  []*node
	up    *node
	level int
}

// clause is the smallest part: what gets an id.
type clause struct {
	id      string
	fresh   string // the id it would have in a first import
	kind    string
	text    piece
	words   string // as it stands in the pack
	hash    string
	change  string
	was     string // its id's former hash, when changed
	node    *node
	section *section
	cells   []int
	heads   []string // of the columns of its table
}

// The kinds of clauses.
const (
	clauseHeading  = "heading" // a heading that promises something itself
	clauseIntro    = "opening" // opens a list
	clauseSentence = "sentence"
	clauseItem     = "item"
	clauseRow      = "row"
)

// classify says of each block whether it is a heading, a paragraph or an item.
func (m *maker) classify() {
	m.spread()
	top := m.topLevel()
	for i := range m.blocks {
		b := &m.blocks[i]
		m.otherwise = m.otherwise || b.label.style == styleSection || b.label.style == styleRoman && m.numberedHeading(i, label{}, 0)
	}
	var list label
	section := 0
	labelled, seen := false, false // headings with numbers: in the text, and so far
	for i := range m.blocks {
		if b := &m.blocks[i]; m.numberedHeading(i, label{}, 0) && b.label.style != styleNone {
			labelled = true
		}
	}
	for i := range m.blocks {
		b := &m.blocks[i]
		switch {
		case b.kind == kindRow || b.kind == kindHead || b.kind == kindItem:
		case b.hint == hintHeading:
			b.kind = kindHeading
			if b.level > top {
				b.kind = kindSub
			}
		case b.hint == hintItem:
			b.kind = kindItem
			if m.itemHeading(i, section) {
				b.kind = kindHeading
			} else if len(b.label.nums) > 1 {
				b.kind = kindPara
			}
		case b.loose:
			b.kind = kindItem
		case b.label.style == styleNone:
			if m.bareHeading(i) {
				b.kind = kindHeading
				if labelled && seen {
					b.kind = kindSub
				}
			}
		case m.numberedHeading(i, list, section):
			b.kind = kindHeading
		case b.label.style == styleNumber && len(b.label.nums) > 1:
			if m.bareHeading(i) {
				b.kind = kindSub
			}
		case b.label.style == styleNumber && !m.inList(i, list):
			b.kind = kindPara
		default:
			b.kind = kindItem
		}
		if b.kind == kindHeading {
			list = label{}
			if b.label.style != styleNone {
				section, seen = b.label.last(), true
			}
		} else if b.kind == kindItem && b.label.style == styleNumber {
			list = b.label
		}
	}
}

// topLevel is the level of heading that makes a section. A single heading above
// all others is the title.
func (m *maker) topLevel() int {
	count := [10]int{}
	first := -1
	for i := range m.blocks {
		b := &m.blocks[i]
		if b.hint == hintHeading && b.level < len(count) {
			count[b.level]++
			if first < 0 {
				first = i
			}
		}
	}
	top := 0
	for top < len(count)-1 && count[top] == 0 {
		top++
	}
	if first >= 0 && count[top] == 1 && m.blocks[first].level == top && m.beforeText(first) && m.blocks[first].label.style == styleNone {
		for next := top + 1; next < len(count); next++ {
			if count[next] > 0 {
				return next
			}
		}
	}
	return top
}

// beforeText reports whether nothing but short lines stands before a block.
func (m *maker) beforeText(i int) bool {
	for k := range m.blocks[:i] {
		if endOf(m.blocks[k].text.runes) == endFull || len(m.blocks[k].text.runes) > 200 {
			return false
		}
	}
	return true
}

// itemHeading reports whether an item of a document's own numbering is in truth
// the heading of a section: lists of documents number those too.
func (m *maker) itemHeading(i, section int) bool {
	b := &m.blocks[i]
	if b.label.style == styleBullet || b.label.style == styleNone || len(b.label.nums) != 1 || b.level > 0 || b.label.close == ')' {
		return false
	}
	if i+1 >= len(m.blocks) || endOf(b.text.runes) != endNone || i > 0 && endOf(m.blocks[i-1].text.runes) == endColon {
		return false
	}
	next := &m.blocks[i+1]
	content := next.hint == hintPara || len(next.label.nums) > 1 || next.level > 0
	return content && b.label.last() == section+1
}

// numberedHeading reports whether a numbered block is the heading of a section.
func (m *maker) numberedHeading(i int, list label, section int) bool {
	b := &m.blocks[i]
	switch b.label.style {
	case styleSection:
		return true
	case styleRoman:
		return b.label.close == '.' && m.short(b) && i+1 < len(m.blocks) && unicode.IsUpper(first(b.text.runes))
	case styleNumber:
	default:
		return false
	}
	if len(b.label.nums) > 1 || b.hint == hintItem || b.label.close == ')' || !unicode.IsUpper(first(b.text.runes)) {
		return false
	}
	end := endOf(b.text.runes)
	words := len(strings.Fields(string(b.text.runes)))
	if m.otherwise && !allCapitals(b.text.runes) || end == endColon && words > 4 {
		return false
	}
	if end == endSemi || end == endComma || end == endFull && words > 7 || words > 30 || i+1 >= len(m.blocks) {
		return false
	}
	if i > 0 && endOf(m.blocks[i-1].text.runes) == endColon && m.blocks[i-1].kind != kindHeading && !allCapitals(b.text.runes) {
		return false
	}
	next := &m.blocks[i+1].label
	sibling := next.style == styleNumber && len(next.nums) == 1 && next.close == b.label.close && next.last() == b.label.last()+1
	if list.style == styleNumber && list.close == b.label.close && b.label.last() == list.last()+1 {
		return b.label.last() == section+1 && !sibling && end == endNone && !m.adjacent(i)
	}
	return !sibling || allCapitals(b.text.runes)
}

// adjacent reports whether the block before is the item before.
func (m *maker) adjacent(i int) bool {
	if i == 0 {
		return false
	}
	prev := &m.blocks[i-1]
	return prev.kind == kindItem && prev.label.style == styleNumber && prev.label.last()+1 == m.blocks[i].label.last()
}

// inList reports whether a block with a plain number is an item of a list, and
// not a paragraph that the text numbers.
func (m *maker) inList(i int, list label) bool {
	b := &m.blocks[i]
	end := endOf(b.text.runes)
	if end == endSemi || end == endComma || b.label.close == ')' {
		return true
	}
	if list.style == styleNumber && b.label.last() == list.last()+1 && b.label.close == list.close {
		return true
	}
	return i > 0 && b.label.last() == 1 && endOf(m.blocks[i-1].text.runes) == endColon
}

func first(r []rune) rune {
	for _, c := range r {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
	}
	return 0
}

func (m *maker) short(b *block) bool {
	words := len(strings.Fields(string(b.text.runes)))
	end := endOf(b.text.runes)
	return words > 0 && words <= 16 && (end == endNone || end == endColon || end == endFull && words <= 4)
}

// bareHeading reports whether a block without a number looks like a heading:
// short, without a stop, and text follows.
func (m *maker) bareHeading(i int) bool {
	b := &m.blocks[i]
	words := strings.Fields(string(b.text.runes))
	if len(words) == 0 || !unicode.IsUpper(first(b.text.runes)) || i+1 >= len(m.blocks) || b.kind != kindPara {
		return false
	}
	end := endOf(b.text.runes)
	if i > 0 && endOf(m.blocks[i-1].text.runes) == endComma {
		return false
	}
	loud := allCapitals(b.text.runes) || b.strong
	switch {
	case loud && len(words) <= 25 && end != endSemi && end != endComma && !(end == endFull && !b.strong):
		return i == 0 || endOf(m.blocks[i-1].text.runes) != endColon || b.strong
	case end != endNone || len(words) > 10:
		return false
	case i > 0 && endOf(m.blocks[i-1].text.runes) != endFull && !m.blocks[i-1].heading() && i > 4 && m.blocks[i-1].kind != kindItem:
		return false
	}
	next := &m.blocks[i+1]
	return next.label.style != styleNone || next.hint == hintItem || len(next.text.runes) > len(b.text.runes) || m.bareNext(i)
}

func (b *block) heading() bool { return b.kind == kindHeading || b.kind == kindSub }

func (m *maker) bareNext(i int) bool { return i < 3 && i+2 < len(m.blocks) }

// spread parts blocks that hold a whole list: an opening, a colon, and items
// behind semicolons or with numbers of their own.
func (m *maker) spread() {
	var out []block
	for i := range m.blocks {
		b := m.blocks[i]
		if b.kind != kindPara || b.hint == hintHeading || b.hint == hintItem || b.label.style == styleBullet ||
			b.label.style != styleNone && len(b.label.nums) < 2 && b.label.close == ')' || b.loose {
			out = append(out, b)
			continue
		}
		var open []piece // sentences that stay one paragraph
		pending := func() {
			if len(open) == 0 {
				return
			}
			p := b
			p.text = joined(open)
			out = append(out, p)
			b.label, open = label{}, nil
		}
		for _, s := range sentences(b.text) {
			items := enumerated(s)
			if items == nil {
				open = append(open, s)
				continue
			}
			open = append(open, items[0])
			pending()
			for _, item := range items[1:] {
				out = append(out, m.inline(item, &b))
			}
		}
		pending()
	}
	m.blocks = out
}

// inline makes an item of a part of a paragraph.
func (m *maker) inline(p piece, of *block) block {
	b := block{kind: kindItem, line: of.line, indent: of.indent + 1, loose: true}
	if lab, ok := readLabel(p.runes); ok && lab.style != styleBullet {
		for k := range lab.size {
			if at := p.at[k]; at >= 0 && !blank(p.runes[k]) {
				m.uses[at] = use{as: asMarker}
			}
		}
		b.label, p = lab, p.part(lab.size, len(p.runes))
	}
	b.text = p
	return b
}

func joined(list []piece) piece {
	var out piece
	for _, p := range list {
		out.join()
		out.runes = append(out.runes, p.runes...)
		out.at = append(out.at, p.at...)
	}
	return out
}
