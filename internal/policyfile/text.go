package policyfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// A text is a small part of Markdown: one "# title", "## 1 section" headings,
// paragraphs and "- " list items, each of which is a clause and ends with its
// anchor "{#1.2a}". A clause may run over several lines.
var (
	sectionHead = regexp.MustCompile(`^## ([0-9]{1,3}) (\S.*)$`)
	anchorAtEnd = regexp.MustCompile(`^(.*?)\s*\{#([^{}]*)\}$`)
	anchorID    = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*[a-z]?(\.[a-z]+)?$`)
)

// markup is what Markdown would not show as it stands; a clause is plain text.
const markup = "*_`<>[]{}\\|"

// parseText reads one language of a pack's text. Its errors are *FileError and
// say what to do.
func parseText(name string, lang privacy.Lang, data []byte) (*policy.Text, error) {
	if len(data) > maxFileBytes {
		return nil, &FileError{File: name, Msg: fmt.Sprintf("is larger than %d bytes; a text is read on a phone", maxFileBytes)}
	}
	sum := sha256.Sum256(data)
	p := textParser{
		name: name, text: &policy.Text{Lang: lang, SHA256: hex.EncodeToString(sum[:])},
		seen: map[privacy.ClauseID]int{},
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for line := range strings.Lines(string(data)) {
		p.number++
		if err := p.line(strings.TrimRight(line, "\r\n")); err != nil {
			return nil, err
		}
	}
	if err := p.flush(); err != nil {
		return nil, err
	}
	p.number, p.block = 0, nil
	switch {
	case p.text.Title == "":
		return nil, p.fault(1, "has no title; begin the file with a line \"# …\"")
	case len(p.text.Clauses) == 0:
		return nil, p.fault(1, "has no clause; write paragraphs that end with an anchor such as {#1.1}")
	}
	return p.text, nil
}

type textParser struct {
	name   string
	text   *policy.Text
	seen   map[privacy.ClauseID]int // anchor → line
	number int                      // of the line being read
	block  []string                 // lines of the clause being read
	start  int                      // line on which it began
	item   bool
}

// fault is an error at a column of the line being read.
func (p *textParser) fault(column int, format string, args ...any) *FileError {
	return &FileError{File: p.name, Line: p.number, Column: column, Msg: fmt.Sprintf(format, args...)}
}

func (p *textParser) line(s string) error {
	if !utf8.ValidString(s) {
		return p.fault(1, "is not UTF-8 text; save the file as UTF-8")
	}
	for i, r := range s {
		if unicode.In(r, unicode.Cc, unicode.Cf) || r == utf8.RuneError {
			return p.fault(column(s, i), "holds a character that cannot be seen (U+%04X); remove it", r)
		}
	}
	switch {
	case strings.TrimSpace(s) == "":
		return p.flush()
	case strings.HasPrefix(s, "#"):
		if err := p.flush(); err != nil {
			return err
		}
		return p.heading(s)
	case strings.HasPrefix(s, "- "):
		if err := p.flush(); err != nil {
			return err
		}
		p.item, p.start, p.block = true, p.number, []string{s[2:]}
		return nil
	case len(p.block) == 0:
		if s[0] == ' ' {
			return p.fault(1, "begins with a space; only a list item goes on in an indented line")
		}
		p.item, p.start = false, p.number
	case p.item != strings.HasPrefix(s, "  "):
		return p.fault(1, "is neither the next line of the clause nor set apart from it; leave an empty line, or indent the lines of a list item by two spaces")
	}
	p.block = append(p.block, strings.TrimPrefix(s, "  "))
	return nil
}

func (p *textParser) heading(s string) error {
	if title, ok := strings.CutPrefix(s, "# "); ok {
		switch title = strings.TrimSpace(title); {
		case title == "":
			return p.fault(3, "the title is empty")
		case p.text.Title != "":
			return p.fault(1, "is a second title; a text has one, sections begin with \"## 1 …\"")
		case strings.ContainsAny(title, markup):
			return p.fault(3, "a title is plain text without any of %s", markup)
		}
		p.text.Title = title
		return nil
	}
	m := sectionHead.FindStringSubmatch(s)
	if m == nil {
		return p.fault(1, "is no heading of a text; write \"# title\" once and \"## 1 section\" for sections")
	}
	title := strings.TrimSpace(m[2])
	if strings.ContainsAny(title, markup) {
		return p.fault(5+len(m[1]), "a heading is plain text without any of %s", markup)
	}
	if p.text.Title == "" {
		return p.fault(1, "stands before the title; begin the file with a line \"# …\"")
	}
	for _, have := range p.text.Sections {
		if have.Number == m[1] {
			return p.fault(4, "section %s stands twice; give each section its own number", m[1])
		}
	}
	p.text.Sections = append(p.text.Sections, policy.Section{Number: m[1], Title: title})
	return nil
}

// flush ends the clause being read, if there is one.
func (p *textParser) flush() error {
	if len(p.block) == 0 {
		return nil
	}
	last := p.block[len(p.block)-1]
	number := p.number
	defer func() { p.number, p.block = number, nil }()
	p.number = p.start + len(p.block) - 1

	m := anchorAtEnd.FindStringSubmatch(strings.TrimRight(last, " "))
	if m == nil {
		return p.fault(1+utf8.RuneCountInString(last), "the clause ends without an anchor; end it with one such as {#3.15}")
	}
	indent := 0
	if p.item {
		indent = 2
	}
	at := indent + column(last, strings.LastIndex(last, "{#"))
	id := privacy.ClauseID(m[2])
	switch first, twice := p.seen[id]; {
	case !anchorID.MatchString(m[2]):
		return p.fault(at, "{#%s} is no anchor; write numbers and points, as in {#2.3.4} or {#4.5b}", m[2])
	case twice:
		return p.fault(at, "{#%s} already stands on line %d; give each clause its own anchor", id, first)
	case len(p.text.Sections) == 0:
		return p.fault(at, "{#%s} stands before the first section; write \"## 1 …\" above it", id)
	}
	p.block[len(p.block)-1] = m[1]
	text := strings.Join(strings.Fields(strings.Join(p.block, " ")), " ")
	if text == "" {
		return p.fault(at, "{#%s} has no text; write the clause before its anchor", id)
	}
	if i := strings.IndexAny(text, markup); i >= 0 {
		return p.fault(1, "the clause {#%s} holds %q; a clause is plain text with one anchor at its end", id, text[i:i+1])
	}
	p.seen[id] = p.start
	p.text.Clauses = append(p.text.Clauses, policy.Clause{
		ID: id, Text: text, Item: p.item, Line: p.start,
		Section: p.text.Sections[len(p.text.Sections)-1].Number,
	})
	return nil
}

// column counts characters before the byte i of s, from 1.
func column(s string, i int) int { return 1 + utf8.RuneCountInString(s[:i]) }

// sameAnchors checks that a translation has the clauses of the source text, in
// its order and kind.
func sameAnchors(source, other *policy.Text, sourceName, otherName string) error {
	fault := func(line int, format string, args ...any) error {
		return &FileError{File: otherName, Line: line, Column: 1, Msg: fmt.Sprintf(format, args...)}
	}
	for i := range other.Clauses {
		if c := &other.Clauses[i]; source.Clause(c.ID) == nil {
			return fault(c.Line, "{#%s} does not stand in %s; translate what the source text has and nothing else", c.ID, sourceName)
		}
	}
	for i := range source.Clauses {
		c := &source.Clauses[i]
		o := other.Clause(c.ID)
		if o == nil {
			return fault(0, "{#%s} is missing (line %d of %s); every language has the same clauses", c.ID, c.Line, sourceName)
		}
		switch at := &other.Clauses[i]; {
		case at.ID != c.ID:
			return fault(at.Line, "{#%s} stands where %s has {#%s}; keep the order of the source text", at.ID, sourceName, c.ID)
		case at.Section != c.Section:
			return fault(at.Line, "{#%s} stands in section %s, in %s it stands in section %s", c.ID, at.Section, sourceName, c.Section)
		case at.Item != c.Item:
			return fault(at.Line, "{#%s} is a list item in one language and a paragraph in another; make it the same", c.ID)
		}
	}
	if len(source.Sections) != len(other.Sections) {
		return fault(0, "has %d sections, %s has %d; every language has the same sections", len(other.Sections), sourceName, len(source.Sections))
	}
	for i := range source.Sections {
		if source.Sections[i].Number != other.Sections[i].Number {
			return fault(0, "section %s stands where %s has section %s", other.Sections[i].Number, sourceName, source.Sections[i].Number)
		}
	}
	return nil
}
