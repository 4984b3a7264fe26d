package draft

import (
	"strings"
)

// grow makes sections and nodes of the blocks.
func (m *maker) grow() {
	rest := m.takeTitle()
	g := grower{m: m}
	for i := range rest {
		if b := &rest[i]; len(b.text.part(0, len(b.text.runes)).runes) > 0 {
			g.block(b)
		}
	}
	m.sections = g.sections
}

// takeTitle takes the blocks at the top that name the document.
func (m *maker) takeTitle() []block {
	top, numbered, later := m.topLevel(), false, false
	n := 0
	for n < len(m.blocks) && n < 6 && m.titular(&m.blocks[n], top) {
		n++
	}
	for i := range m.blocks {
		b := &m.blocks[i]
		if b.kind == kindHeading && b.label.style != styleNone {
			numbered = true
		} else if i >= n && b.kind == kindHeading {
			later = true
		}
	}
	if n > 0 && m.blocks[n-1].kind == kindHeading && !numbered && later {
		last := &m.blocks[n-1]
		if n > 1 || last.hint == hintHeading && last.level >= top && m.hinted(top) > 1 {
			n-- // the first section begins here
		}
	}
	for i := range n {
		m.title = append(m.title, m.blocks[i].text.part(0, len(m.blocks[i].text.runes)))
	}
	return m.blocks[n:]
}

// hinted counts the headings of a level that the format itself gives.
func (m *maker) hinted(level int) (count int) {
	for i := range m.blocks {
		if m.blocks[i].hint == hintHeading && m.blocks[i].level == level {
			count++
		}
	}
	return count
}

func (m *maker) titular(b *block, top int) bool {
	words := len(strings.Fields(string(b.text.runes)))
	switch {
	case b.label.style != styleNone, b.kind == kindItem, b.kind == kindRow, b.kind == kindHead:
		return false
	case b.hint == hintHeading:
		return b.level <= top
	case b.kind == kindHeading || b.kind == kindSub:
		return true
	}
	end := endOf(b.text.runes)
	return words <= 25 && end == endNone
}

// grower hangs each block where it belongs.
type grower struct {
	m        *maker
	sections []*section
	subs     []*node // open headings within the section
	numbered []*node // open paragraphs with numbers such as 1.1
	last     *node   // the paragraph or heading right before
	list     []*node // open items, the outermost first
	indents  []int   // theirs
	base     int     // level of the first item of the list
	heads    []string
}

func (g *grower) section() *section {
	if len(g.sections) == 0 {
		g.sections = append(g.sections, &section{made: "…"})
	}
	return g.sections[len(g.sections)-1]
}

func (g *grower) block(b *block) {
	text := b.text.part(0, len(b.text.runes))
	switch b.kind {
	case kindHeading:
		s := &section{label: b.label, title: text}
		g.sections = append(g.sections, s)
		g.subs, g.numbered, g.last, g.list, g.heads = nil, nil, nil, nil, nil
	case kindHead:
		g.heads = nil
		from := 0
		for _, end := range b.cells {
			c := b.text.part(from, end)
			g.heads = append(g.heads, strings.Trim(c.String(), "— "))
			from = end
		}
		g.m.use(&text, use{as: asColumn})
	case kindRow:
		nd := g.hang(b, g.opening())
		nd.parts = []*clause{{kind: clauseRow, text: text, cells: b.cells, heads: g.heads}}
	case kindItem:
		g.item(b, text)
	case kindSub:
		g.sub(b, text)
	default:
		g.para(b, text)
	}
}

// hang adds a node below another, or to the section.
func (g *grower) hang(b *block, up *node) *node {
	nd := &node{kind: b.kind, label: b.label, up: up}
	if up != nil {
		up.kids = append(up.kids, nd)
		return nd
	}
	s := g.section()
	s.nodes = append(s.nodes, nd)
	return nd
}

// opening is the node whose list begins or goes on here.
func (g *grower) opening() *node {
	if g.last != nil {
		return g.last
	}
	return g.inner()
}

// inner is the heading within the section that is open.
func (g *grower) inner() *node {
	if len(g.subs) > 0 {
		return g.subs[len(g.subs)-1]
	}
	return nil
}

func (g *grower) sub(b *block, text piece) {
	level := len(b.label.nums)
	if level == 0 {
		level = 2
		if b.hint == hintHeading {
			level = b.level + 10
		}
	}
	for len(g.subs) > 0 && g.subs[len(g.subs)-1].level >= level {
		g.subs = g.subs[:len(g.subs)-1]
	}
	nd := g.hang(b, g.inner())
	nd.level = level
	nd.parts = []*clause{{kind: clauseHeading, text: text}}
	g.subs = append(g.subs, nd)
	g.last, g.list, g.heads = nd, nil, nil
	g.numbered = nil
}

func (g *grower) para(b *block, text piece) {
	up := g.inner()
	if depth := len(b.label.nums); b.label.style == styleNumber && depth > 1 {
		for len(g.numbered) > 0 && len(g.numbered[len(g.numbered)-1].label.nums) >= depth {
			g.numbered = g.numbered[:len(g.numbered)-1]
		}
		if n := len(g.numbered); n > 0 && within(g.numbered[n-1].label.nums, b.label.nums) {
			up = g.numbered[n-1]
		}
	}
	nd := g.hang(b, up)
	if len(b.label.nums) > 1 {
		g.numbered = append(g.numbered, nd)
	}
	for _, s := range sentences(text) {
		nd.parts = append(nd.parts, &clause{kind: clauseSentence, text: s})
	}
	if up != nil && up.kind == kindPara && len(nd.parts) == 1 && endOf(up.opener().text.runes) == endColon {
		nd.kind, nd.parts[0].kind = kindItem, clauseItem // "2.1.1. …;" below "2.1. …:"
	}
	g.last, g.list, g.heads = nd, nil, nil
}

func within(outer, inner []int) bool {
	if len(outer) >= len(inner) {
		return false
	}
	for i := range outer {
		if outer[i] != inner[i] {
			return false
		}
	}
	return true
}

func (g *grower) item(b *block, text piece) {
	depth := g.depth(b)
	g.list, g.indents = g.list[:depth], g.indents[:depth]
	up := g.opening()
	if depth > 0 {
		up = g.list[depth-1]
	}
	nd := g.hang(b, up)
	nd.parts = []*clause{{kind: clauseItem, text: text}}
	g.list, g.indents = append(g.list, nd), append(g.indents, b.indent)
}

// depth says how deep in the open list an item stands.
func (g *grower) depth(b *block) int {
	if len(g.list) == 0 {
		g.base, g.indents = b.level, nil
		return 0
	}
	if b.hint == hintItem {
		return max(0, min(b.level-g.base, len(g.list)))
	}
	top := len(g.list) - 1
	opens := endOf(g.list[top].parts[0].text.runes) == endColon
	deeper := b.indent >= g.indents[top]+2
	if b.label.style != styleBullet && b.label.style != styleNone {
		return g.numberedDepth(b, opens || deeper)
	}
	outer := g.list[top].label
	switch {
	case opens || deeper:
		return top + 1
	case outer.style != styleBullet && outer.style != b.label.style && endOf(g.list[top].parts[0].text.runes) == endNone:
		return top + 1
	}
	for d := top; d >= 0; d-- {
		if g.indents[d] > b.indent+1 || g.list[d].label.style != b.label.style {
			continue
		}
		if d == 0 || g.indents[d] != g.indents[d-1] || g.list[d].label.glyph == b.label.glyph || g.list[d-1].label.glyph != b.label.glyph {
			return d
		}
	}
	return 0
}

// numberedDepth is the depth of an item with a number or letter: beside the one
// it follows, or below the last when it begins a list.
func (g *grower) numberedDepth(b *block, opens bool) int {
	for d := len(g.list) - 1; d >= 0; d-- {
		l := &g.list[d].label
		if b.indent+2 <= g.indents[d] && d > 0 {
			continue
		}
		if l.style == b.label.style && l.close == b.label.close && len(l.nums) == len(b.label.nums) && l.last() < b.label.last() {
			return d
		}
	}
	same := false
	for _, nd := range g.list {
		same = same || nd.label.style == b.label.style && nd.label.close == b.label.close
	}
	if b.label.last() == 1 && (opens || !same) {
		return len(g.list)
	}
	return len(g.list) - 1
}
