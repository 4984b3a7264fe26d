package draft

import (
	"strings"
	"unicode/utf8"
)

// part is a run of characters of a paragraph; with a reason it is left out.
type part struct {
	text   string
	reason string
	brk    bool // a line ends here
}

// para is a paragraph as a format with paragraphs gives it.
type para struct {
	hint   hint
	level  int
	label  string
	strong bool
	parts  []part
}

func (p *para) add(text, reason string) {
	if text == "" {
		return
	}
	if n := len(p.parts); n > 0 && p.parts[n-1].reason == reason && !p.parts[n-1].brk {
		p.parts[n-1].text += text
		return
	}
	p.parts = append(p.parts, part{text: text, reason: reason})
}

// words is the text of the paragraph that stays.
func (p *para) words() string {
	var s strings.Builder
	for _, part := range p.parts {
		switch {
		case part.brk:
			s.WriteByte('\n')
		case part.reason == "":
			s.WriteString(part.text)
		}
	}
	return strings.TrimSpace(s.String())
}

// cell is a cell of a table.
type cell struct {
	head  bool
	paras []para
}

// table is a table as a format gives it: rows of cells.
type table struct{ rows [][]cell }

// data reports whether the table says something in columns; otherwise it only
// holds a page together and is read as paragraphs.
func (tb *table) data() bool {
	if len(tb.rows) < 2 {
		return false
	}
	wide := 0
	for _, row := range tb.rows {
		full := 0
		for _, c := range row {
			size := 0
			for i := range c.paras {
				size += utf8.RuneCountInString(c.paras[i].words())
				if c.paras[i].hint == hintHeading {
					return false
				}
			}
			if size > 0 {
				full++
			}
			if size > 900 || len(c.paras) > 12 {
				return false
			}
		}
		if full >= 2 {
			wide++
		}
	}
	return wide*2 > len(tb.rows)
}

// put writes a paragraph into the text.
func (t *Text) put(p *para) {
	l := line{hint: p.hint, level: p.level, label: p.label, strong: p.strong, blank: true}
	l.from = len(t.runes)
	first := true
	end := func() {
		l.to = len(t.runes)
		for l.from < l.to && (blank(t.runes[l.from]) || t.isLeft(l.from)) {
			l.from++
		}
		for l.to > l.from && (blank(t.runes[l.to-1]) || t.isLeft(l.to-1)) {
			l.to--
		}
		if l.to > l.from {
			l.number = len(t.lines) + 1
			t.lines = append(t.lines, l)
			first = false
		}
		t.runes = append(t.runes, '\n')
		l.from = len(t.runes)
		if !first {
			l = line{from: l.from, hint: hintNone, strong: p.strong, level: -1}
		}
	}
	for _, part := range p.parts {
		if part.brk {
			end()
			continue
		}
		from := len(t.runes)
		t.runes = append(t.runes, []rune(part.text)...)
		if part.reason != "" {
			t.left = append(t.left, span{from, len(t.runes), part.reason})
		}
	}
	end()
}

// isLeft reports whether the reader has left a character out. Only the last few
// spans can hold one that was just written.
func (t *Text) isLeft(i int) bool {
	for k := len(t.left) - 1; k >= 0 && t.left[k].to > i; k-- {
		if t.left[k].from <= i {
			return true
		}
	}
	return false
}

// putTable writes a table: a row becomes one line, its cells remembered; a table
// without columns becomes its paragraphs.
func (t *Text) putTable(tb *table) {
	if !tb.data() {
		for _, row := range tb.rows {
			for _, c := range row {
				for i := range c.paras {
					t.put(&c.paras[i])
				}
			}
		}
		return
	}
	for i, row := range tb.rows {
		t.putRow(row, i == 0 && heads(row) || allHeads(row))
	}
}

// heads reports whether a first row names the columns: no cell of it is long or
// ends like a sentence.
func heads(row []cell) bool {
	for _, c := range row {
		for i := range c.paras {
			if w := c.paras[i].words(); utf8.RuneCountInString(w) > 60 || strings.HasSuffix(w, ".") || strings.HasSuffix(w, ";") {
				return false
			}
		}
	}
	return true
}

func allHeads(row []cell) bool {
	for _, c := range row {
		if !c.head {
			return false
		}
	}
	return len(row) > 0
}

func (t *Text) putRow(row []cell, head bool) {
	l := line{hint: hintRow, from: len(t.runes), blank: true}
	if head {
		l.hint = hintHead
	}
	for _, c := range row {
		from := len(t.runes)
		for i := range c.paras {
			for _, part := range c.paras[i].parts {
				at := len(t.runes)
				if part.brk {
					t.runes = append(t.runes, ' ')
					continue
				}
				t.runes = append(t.runes, []rune(part.text)...)
				if part.reason != "" {
					t.left = append(t.left, span{at, len(t.runes), part.reason})
				}
			}
			t.runes = append(t.runes, ' ')
		}
		l.cells = append(l.cells, span{from: from, to: len(t.runes)})
		t.runes = append(t.runes, '\t')
	}
	l.to = len(t.runes)
	t.runes = append(t.runes, '\n')
	for l.from < l.to && blank(t.runes[l.from]) {
		l.from++
	}
	for l.to > l.from && blank(t.runes[l.to-1]) {
		l.to--
	}
	if l.to > l.from {
		l.number = len(t.lines) + 1
		t.lines = append(t.lines, l)
	}
}
