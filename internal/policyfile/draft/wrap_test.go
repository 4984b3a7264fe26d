package draft

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kupuya/internal/privacy"
)

// layout writes the clauses of a draft as plain text again, wrapped to a width and
// marked with bullets of any kind: what another editor makes of the same words.
type layout struct {
	width  int
	indent int
	glyph  func() string
	out    strings.Builder
}

func (l *layout) wrap(first, rest, words string) {
	line := first
	for i, w := range strings.Fields(words) {
		switch {
		case i == 0:
			line += w
		case len([]rune(line))+1+len([]rune(w)) > l.width:
			l.out.WriteString(line + "\n")
			line = rest + w
		default:
			line += " " + w
		}
	}
	l.out.WriteString(line + "\n")
}

func (l *layout) nodes(nodes []*node, depth int) {
	for _, nd := range nodes {
		var words []string
		for _, p := range nd.parts {
			words = append(words, p.words)
		}
		mark := ""
		switch nd.label.style {
		case styleNumber, styleLetter, styleLatin, styleRoman:
			mark = label2(nd.label)
		}
		if nd.kind == kindItem {
			if mark == "" {
				mark = l.glyph()
			}
			pad := strings.Repeat(" ", l.indent*depth)
			l.wrap(pad+mark+" ", pad+strings.Repeat(" ", len([]rune(mark))+1), strings.Join(words, " "))
		} else {
			if mark != "" {
				mark += " "
			}
			l.out.WriteByte('\n')
			l.wrap(mark, "", strings.Join(words, " "))
			l.out.WriteByte('\n')
		}
		l.nodes(nd.kids, depth+1)
	}
}

// label2 writes a label with what closes it.
func label2(l label) string {
	s := l.String()
	switch l.style {
	case styleLetter:
		s = string(russianLetters[l.last()-1])
	case styleLatin:
		s = string(rune('a' + l.last() - 1))
	case styleRoman:
		s = roman(l.last())
	}
	if l.close != 0 {
		s += string(l.close)
	}
	return s
}

func (m *maker) laidOut(l *layout) string {
	for i := range m.title {
		l.wrap("", "", m.title[i].String())
		l.out.WriteByte('\n')
	}
	for _, s := range m.sections {
		l.out.WriteByte('\n')
		mark := ""
		if s.label.style == styleNumber {
			mark = label2(s.label) + " "
		}
		if s.label.style == styleSection {
			mark = fmt.Sprintf("Раздел %d. ", s.label.last())
		}
		if s.label.style == styleRoman {
			mark = roman(s.label.last()) + ". "
		}
		if len(s.title.runes) > 0 {
			l.wrap(mark, "", s.title.String())
		}
		l.out.WriteByte('\n')
		l.nodes(s.nodes, 1)
	}
	return l.out.String()
}

func structured(t testing.TB, text *Text, lang privacy.Lang) *maker {
	t.Helper()
	m := newMaker(text, lang)
	m.furnish()
	m.assemble()
	m.classify()
	m.grow()
	m.number()
	m.word()
	if err := m.settle(); err != nil {
		t.Fatal(err)
	}
	return m
}

// outline is ids and words.
func (m *maker) outline() string {
	var s strings.Builder
	for _, c := range m.clauses {
		fmt.Fprintf(&s, "%s %s\n", c.id, c.words)
	}
	return s.String()
}

func TestWrappingAndBulletsChangeNoClause(t *testing.T) {
	t.Parallel()
	glyphs := []string{"•", "–", "—", "-", "·", "*", "▪", "➢", "✓", "\uf0b7", "\uf0fc", "○"}
	for _, name := range []string{
		"01-wrapped.ru.txt", "02-pages.ru.txt", "03-dashes.ky.txt", "04-restarts.ru.txt", "05-nomarks.ky.txt",
		"08-numbered.ru.txt", "14-crlf.ky.txt", "15-cp1251.ru.txt", "18-torn.ky.txt",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rewrapped(t, structured(t, readCorpus(t, "testdata/corpus/"+name), langOf(name)), glyphs)
		})
	}
	t.Run("the original", func(t *testing.T) {
		t.Parallel()
		rewrapped(t, structured(t, original(t), privacy.Kyrgyz), glyphs)
	})
}

func rewrapped(t *testing.T, m *maker, glyphs []string) {
	t.Helper()
	want := m.outline()
	rapid.Check(t, func(t *rapid.T) {
		l := &layout{
			width: rapid.IntRange(48, 130).Draw(t, "width"), indent: rapid.IntRange(0, 4).Draw(t, "indent"),
			glyph: func() string { return rapid.SampledFrom(glyphs).Draw(t, "glyph") },
		}
		laid := m.laidOut(l)
		text, err := Read("again.txt", strings.NewReader(laid))
		if err != nil {
			t.Fatal(err)
		}
		again := newMaker(text, m.lang)
		again.furnish()
		again.assemble()
		again.classify()
		again.grow()
		again.number()
		again.word()
		if have := again.outline(); have != want {
			t.Fatalf("width %d\n%s", l.width, firstDifference(want, have))
		}
	})
}
