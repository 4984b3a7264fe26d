package draft

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
)

// use notes what becomes of the characters of a piece.
func (m *maker) use(p *piece, u use) {
	for _, at := range p.at {
		if at >= 0 && !blank(m.runes[at]) && m.uses[at].as == asNothing {
			m.uses[at] = u
		}
	}
}

// settle notes for every character what became of it. A character that is
// neither used nor left out is a fault of the import, and nothing is made.
func (m *maker) settle() error {
	for i, c := range m.clauses {
		m.use(&c.text, use{asClause, int32(i)})
	}
	for i := range m.title {
		m.use(&m.title[i], use{asHeading, -1})
	}
	for i, s := range m.sections {
		m.use(&s.title, use{asHeading, int32(i)})
	}
	for i, r := range m.runes {
		if !blank(r) && m.uses[i].as == asNothing {
			return fmt.Errorf("draft: character %d of %s (%q) was lost; this is a fault of the program, please report it", i+1, m.text.Name, r)
		}
	}
	return nil
}

// unmark is what stands in a pack for the signs that its text may not hold.
var unmark = map[rune]rune{
	'*': '∗', '_': 'ˍ', '`': '‘', '<': '‹', '>': '›', '[': '(', ']': ')', '{': '(', '}': ')', '\\': '⧵', '|': '¦',
}

// plainWords writes text as a pack may hold it, and counts what it had to
// replace: signs of markup, and those with which a line would begin something.
func plainWords(s string, item bool) (string, int) {
	replaced := 0
	out := []rune(s)
	for i, r := range out {
		if to, ok := unmark[r]; ok {
			out[i] = to
			replaced++
		}
	}
	if len(out) > 0 && !item {
		switch {
		case out[0] == '#':
			out[0] = '№'
			replaced++
		case out[0] == '-' && (len(out) == 1 || out[1] == ' '):
			out[0] = '–'
			replaced++
		}
	}
	return string(out), replaced
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// word fills in the words and hashes of the clauses.
func (m *maker) word() (replaced, added int) {
	for _, c := range m.clauses {
		words, n := plainWords(c.text.String(), c.item())
		c.words, c.hash = words, hashOf(words)
		replaced += n
		for i, r := range c.text.runes {
			if c.text.at[i] < 0 && !blank(r) {
				added++
			}
		}
		if n > 0 {
			m.note("replaced", c.id, "signs of markup were replaced, a pack's text has none of them: compare %q", words)
		}
	}
	return replaced, added
}

func (c *clause) item() bool {
	return c.kind == clauseItem || c.kind == clauseRow || c.node != nil && c.node.kind == kindItem
}

// titleWords is the title of the document.
func (m *maker) titleWords() (title string, made bool, replaced int) {
	var parts []string
	for i := range m.title {
		parts = append(parts, m.title[i].String())
	}
	title, replaced = plainWords(strings.Join(parts, " "), true)
	if title == "" {
		title, _, _ = strings.Cut(m.text.Name, ".")
		title, _ = plainWords(strings.Join(strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }), " "), true)
		made = true
	}
	if title == "" {
		title = "…"
	}
	return title, made, replaced
}

// account counts the characters by what became of them.
func (m *maker) account() Account {
	a := Account{Left: map[string]int{}}
	for i, r := range m.runes {
		if blank(r) {
			continue
		}
		a.Characters++
		switch u := m.uses[i]; u.as {
		case asClause:
			a.Clause++
		case asHeading:
			a.Heading++
		case asMarker:
			a.Marker++
		case asHyphen:
			a.Hyphenation++
		case asColumn:
			a.Columns++
		case asLeft:
			a.Left[m.reasons[u.of]]++
		}
	}
	return a
}

// spans writes what became of the text, run by run.
func (m *maker) spans() []Span {
	var out []Span
	var was use
	number := 0
	lines := m.text.lines
	var text []rune
	end := func() {
		if len(text) > 0 {
			out[len(out)-1].Text = string(text)
		}
		text = text[:0]
	}
	at := 0
	gap := false
	for i, r := range m.runes {
		for at < len(lines) && lines[at].from <= i {
			number = lines[at].number
			at++
		}
		if blank(r) {
			gap = true
			continue
		}
		u := m.uses[i]
		if len(text) == 0 || u != was {
			end()
			out = append(out, Span{Line: number, As: usesNames[u.as], Of: m.of(u)})
			was = u
		} else if gap {
			text = append(text, ' ')
		}
		text = append(text, r)
		gap = false
	}
	end()
	return out
}

// of names what a character belongs to.
func (m *maker) of(u use) string {
	switch {
	case u.as == asClause:
		return m.clauses[u.of].id
	case u.as == asHeading && u.of < 0:
		return "title"
	case u.as == asHeading:
		return m.sections[u.of].number
	case u.as == asLeft:
		return m.reasons[u.of]
	}
	return ""
}

func (m *maker) note(code, clause, format string, args ...any) {
	m.notes = append(m.notes, Note{code, clause, fmt.Sprintf(format, args...)})
}
