package draft

import "slices"

// shape is how a text is laid out on its lines.
type shape struct {
	mono   bool // every line is filled to one width
	widest int  // line that goes on in the next
	fit    int  // a line whose next word would have fitted in this width was ended on purpose
	reaped bool // empty lines part paragraphs, and never tear one
	parted bool // all paragraphs are parted by empty lines
}

// broad is a width that nobody wraps lines to: where a line is wider, each line is
// a paragraph.
const broad = 220

// undo takes back the paragraphs of a document that was made from a PDF and has
// one for each line: it is read as lines.
func (m *maker) undo() {
	paras, torn := 0, 0
	for i := 1; i < len(m.lines); i++ {
		if m.lines[i].hint != hintPara || m.lines[i-1].hint != hintPara {
			continue
		}
		paras++
		_, marked := readLabel(m.kept(m.lines[i].from, m.lines[i].to))
		end := m.endOf(i - 1)
		if !marked && m.beginsLower(i) && (end == endNone || end == endComma) && m.lines[i-1].width() > 50 {
			torn++
		}
	}
	if torn < 5 || torn*4 < paras {
		return
	}
	for i := range m.lines {
		if m.lines[i].hint == hintPara {
			m.lines[i].hint, m.lines[i].blank = hintNone, false
		}
	}
}

// measure finds out how the text is laid out, from the places where a sentence
// surely goes on in the next line; where there are none, from those where it may.
func (m *maker) measure() {
	var sums, widths, may []int
	torn, gaps, full := 0, 0, 0
	for i := range m.lines {
		l := &m.lines[i]
		if l.hint != hintNone {
			continue
		}
		full = max(full, l.width())
		if i == 0 || m.lines[i-1].hint != hintNone || l.level < 0 {
			continue
		}
		prev := &m.lines[i-1]
		_, marked := readLabel(m.kept(l.from, l.to))
		end := m.endOf(i - 1)
		open := m.opened(i - 1)
		goesOn := (end == endNone || end == endComma) && (open || !marked && m.beginsLower(i))
		if l.blank && !l.page {
			gaps++
			if goesOn && prev.width() > 30 {
				torn++
			}
		}
		sum := prev.width() + 1 + m.firstWord(i)
		switch {
		case goesOn && prev.width() > 24:
			sums, widths = append(sums, sum), append(widths, prev.width())
		case !marked && !l.blank && (end == endNone || end == endComma):
			may = append(may, sum)
		}
	}
	m.shape.reaped = gaps > 0 && torn*16 <= gaps
	if torn > 2 && gaps*10 >= 9*len(m.lines) { // every other line is empty: that says nothing
		for i := range m.lines {
			m.lines[i].blank = false
		}
	}
	slices.Sort(sums)
	slices.Sort(may)
	switch {
	case full > broad:
		m.shape.fit = 1 << 30
	case len(sums) > 0:
		m.shape.widest = slices.Max(widths)
		m.shape.mono = sums[len(sums)/25] > full
		m.shape.fit = sums[len(sums)/20] - 1
	case len(may) > 0 && may[0] > full:
		m.shape.widest, m.shape.mono = full, true
	default:
		m.shape.fit = 1 << 30
	}
	if m.shape.mono {
		m.shape.fit = full
	}
	m.shape.parted = m.shape.reaped && m.apart()
}

// apart reports whether paragraphs are parted by empty lines alone: hardly ever
// does a short line with a stop at its end stand right before a capital.
func (m *maker) apart() bool {
	close, apart := 0, 0
	for i := 1; i < len(m.lines); i++ {
		l, prev := &m.lines[i], &m.lines[i-1]
		_, marked := readLabel(m.kept(l.from, l.to))
		if l.hint != hintNone || l.level < 0 || marked || l.page || m.endOf(i-1) != endFull || m.beginsLower(i) {
			continue
		}
		switch {
		case l.blank:
			apart++
		case (prev.width()+1+m.firstWord(i))*4 <= m.shape.widest*3:
			close++
		}
	}
	return close < 2 || close*4 < apart
}

// opened reports whether a bracket is open at the end of a line, so that the
// sentence goes on whatever follows.
func (m *maker) opened(i int) bool {
	depth := 0
	for _, r := range m.kept(m.lines[i].from, m.lines[i].to) {
		switch r {
		case '(', '«':
			depth++
		case ')', '»':
			depth = max(0, depth-1)
		}
	}
	return depth > 0
}
