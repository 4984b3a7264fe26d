package draft

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	mdHeading = regexp.MustCompile(`^ {0,3}(#{1,6})[ \t]+\S`)
	mdClosing = regexp.MustCompile(`[ \t]#+[ \t]*$`)
	mdUnder   = regexp.MustCompile(`^ {0,3}(=+|-{2,})[ \t]*$`)
	mdFence   = regexp.MustCompile("^ {0,3}(```|~~~)")
	mdQuote   = regexp.MustCompile(`^ {0,3}(> ?)+`)
	mdAnchor  = regexp.MustCompile(`\{#[^{}]*\}[ \t]*$`)
	mdComment = regexp.MustCompile(`(?s)<!--.*?-->`)
	mdTag     = regexp.MustCompile(`</?[A-Za-z][^<>\n]*>`)
	mdLink    = regexp.MustCompile(`!?\[([^\[\]\n]*)\]\(([^()\n]*)\)`)
	mdStrong  = regexp.MustCompile(`\*\*|__|~~`)
	mdEmph    = regexp.MustCompile("[*_`]")
	mdEscape  = regexp.MustCompile(`\\[!-/:-@\[-` + "`" + `{-~]`)
	mdMatter  = regexp.MustCompile(`^---[ \t]*\n(?s:.*?)\n---[ \t]*(\n|$)`)
	mdTable   = regexp.MustCompile(`^ {0,3}\|?[ \t]*:?-{3,}:?[ \t]*(\|[ \t]*:?-{3,}:?[ \t]*)*\|?[ \t]*$`)
)

// readMarkdown reads Markdown as plain text whose lines join unless an empty line
// parts them; its signs are left out, headings and tables are known.
func (t *Text) readMarkdown(text string) {
	t.readLines(text)
	t.soft = true
	m := &mdReader{t: t}
	src := string(t.runes)
	at := places(src)
	if loc := mdMatter.FindStringIndex(src); loc != nil {
		m.leave(0, at[loc[1]], reasonMarkup)
	}
	for _, loc := range mdComment.FindAllStringIndex(src, -1) {
		m.leave(at[loc[0]], at[loc[1]], reasonHidden)
	}
	lines := t.lines
	t.lines = nil
	code := false
	for i := range lines {
		l := &lines[i]
		s := string(t.runes[l.from:l.to])
		switch {
		case m.gone(l.from, l.to):
		case mdFence.MatchString(s):
			code = !code
			m.leave(l.from, l.to, reasonMarkup)
		case code:
			t.lines = append(t.lines, *l)
		case mdTable.MatchString(s) && strings.Contains(s, "|"):
			m.leave(l.from, l.to, reasonMarkup)
			if n := len(t.lines); n > 0 && t.lines[n-1].hint == hintRow {
				t.lines[n-1].hint = hintHead
			}
		case mdUnder.MatchString(s):
			m.under(l, s)
		default:
			m.line(l, s)
		}
	}
	t.left = m.spans()
}

// places says how many characters stand before each byte of s.
func places(s string) []int {
	out := make([]int, len(s)+1)
	n := 0
	for i, r := range s {
		for k := i; k < i+utf8.RuneLen(r); k++ {
			out[k] = n
		}
		n++
	}
	out[len(s)] = n
	return out
}

// mdReader marks what Markdown's own signs are.
type mdReader struct {
	t    *Text
	left map[int]string
}

func (m *mdReader) leave(from, to int, reason string) {
	if m.left == nil {
		m.left = map[int]string{}
	}
	for i := from; i < to; i++ {
		m.left[i] = reason
	}
}

// gone reports whether nothing of a line is still to be read.
func (m *mdReader) gone(from, to int) bool {
	for i := from; i < to; i++ {
		if m.left[i] == "" && !blank(m.t.runes[i]) {
			return false
		}
	}
	return true
}

func (m *mdReader) spans() []span {
	var out []span
	for i := range m.t.runes {
		reason := m.left[i]
		if reason == "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].to == i && out[n-1].reason == reason {
			out[n-1].to++
			continue
		}
		out = append(out, span{i, i + 1, reason})
	}
	return out
}

// under reads a line of signs: it underlines a heading, or parts the text.
func (m *mdReader) under(l *line, s string) {
	m.leave(l.from, l.to, reasonMarkup)
	n := len(m.t.lines)
	if n == 0 || l.blank || m.t.lines[n-1].hint != hintNone {
		return
	}
	prev := &m.t.lines[n-1]
	prev.hint, prev.level = hintHeading, 2
	if strings.HasPrefix(s, "=") {
		prev.level = 1
	}
}

// line reads one line of words.
func (m *mdReader) line(l *line, s string) {
	at, start := places(s), l.from
	mark := func(loc []int, reason string) { m.leave(start+at[loc[0]], start+at[loc[1]], reason) }
	if loc := mdQuote.FindStringIndex(s); loc != nil {
		mark(loc, reasonMarkup)
	}
	if loc := mdHeading.FindStringSubmatchIndex(s); loc != nil {
		l.hint, l.level = hintHeading, loc[3]-loc[2]
		mark(loc[2:4], reasonMarkup)
		if loc := mdClosing.FindStringIndex(s); loc != nil {
			mark(loc, reasonMarkup)
		}
	}
	for _, loc := range mdAnchor.FindAllStringIndex(s, -1) {
		mark(loc, reasonMarkup)
	}
	for _, loc := range mdLink.FindAllStringSubmatchIndex(s, -1) {
		mark([]int{loc[0], loc[2]}, reasonMarkup)
		mark([]int{loc[3], loc[4]}, reasonMarkup)
		mark(loc[4:6], reasonLink)
		mark([]int{loc[5], loc[1]}, reasonMarkup)
	}
	for _, loc := range mdTag.FindAllStringIndex(s, -1) {
		mark(loc, reasonMarkup)
	}
	for _, loc := range mdEscape.FindAllStringIndex(s, -1) {
		mark([]int{loc[0], loc[0] + 1}, reasonMarkup)
	}
	m.emphasis(s, mark)
	if strings.HasPrefix(s, "|") || strings.Count(s, " | ") > 0 && strings.HasSuffix(s, "|") {
		m.row(l)
	}
	for l.from < l.to && (blank(m.t.runes[l.from]) || m.left[l.from] != "") {
		l.from++
	}
	for l.to > l.from && (blank(m.t.runes[l.to-1]) || m.left[l.to-1] != "") {
		l.to--
	}
	if l.from < l.to {
		m.t.lines = append(m.t.lines, *l)
	}
}

// emphasis marks paired signs of emphasis; a bullet at the beginning, a sign
// between blanks and the underlines of a form stay.
func (m *mdReader) emphasis(s string, mark func([]int, string)) {
	if all := mdStrong.FindAllStringIndex(s, -1); len(all)%2 == 0 {
		for _, loc := range all {
			mark(loc, reasonMarkup)
		}
	}
	rest := mdStrong.ReplaceAllString(s, "\x00\x00")
	var open []int
	for _, loc := range mdEmph.FindAllStringIndex(rest, -1) {
		before := loc[0] == 0 || rest[loc[0]-1] == ' ' || rest[loc[0]-1] == '('
		after := loc[1] == len(rest) || strings.ContainsRune(" .,;:)\x00", rune(rest[loc[1]]))
		escaped := loc[0] > 0 && rest[loc[0]-1] == '\\'
		switch {
		case escaped || before && after:
		case before && open == nil:
			open = loc
		case after && open != nil && rest[open[0]] == rest[loc[0]]:
			mark(open, reasonMarkup)
			mark(loc, reasonMarkup)
			open = nil
		}
	}
}

// row reads a line of a table.
func (m *mdReader) row(l *line) {
	l.hint = hintRow
	from := l.from
	for i := l.from; i <= l.to; i++ {
		if i == l.to || m.t.runes[i] == '|' {
			if i > from {
				l.cells = append(l.cells, span{from: from, to: i})
			}
			if i < l.to {
				m.leave(i, i+1, reasonMarkup)
			}
			from = i + 1
		}
	}
}
