package draft

import (
	"unicode"
)

// Text is a document as it was read: all of its characters, and what its format
// says of their shape. Make turns it into a draft.
type Text struct {
	Name     string // of the file
	Format   string // txt, md, html, docx or pdf
	Encoding string // utf-8, utf-16 or windows-1251; what the format fixes for docx and pdf
	SHA256   string // hex, of the file

	runes []rune
	lines []line
	left  []span // what the reader leaves out, with the reason
	soft  bool   // the format joins lines itself: only empty lines part paragraphs
}

// Source gives the characters of the document in reading order: what the report
// accounts for. Markup of html and docx is no part of it, the words are.
func (t *Text) Source() string { return string(t.runes) }

// hint is what the format says of a line.
type hint uint8

const (
	hintNone    hint = iota // a line of plain text, which may go on in the next
	hintHeading             // a heading of some level
	hintPara                // begins a paragraph
	hintItem                // begins an item of a list
	hintRow                 // a row of a table
	hintHead                // the row of a table that names its columns
)

// line is one line of plain text, or one paragraph of a format that knows
// paragraphs. It begins and ends with what is not blank.
type line struct {
	from, to int // runes of the text
	indent   int // blanks before it
	number   int // in the file, from 1; of a paragraph where the format has no lines
	blank    bool
	page     bool // a page ends before it
	hint     hint
	level    int    // of a heading from 1, of an item from 0
	label    string // numbering that the format makes itself
	strong   bool   // the whole line is bold
	cells    []span // of a row
}

// Why characters are left out of the clauses.
const (
	reasonPage     = "page number"
	reasonRunning  = "running header"
	reasonContents = "table of contents"
	reasonRule     = "decoration"
	reasonMarkup   = "markup"
	reasonLink     = "link address"
	reasonHidden   = "hidden"
	reasonAround   = "navigation"
	reasonScript   = "script or style"
	reasonDeleted  = "deleted revision"
	reasonUnseen   = "invisible character"
	reasonComment  = "comment"
)

// span is a part of the text from one rune to another, and what became of it.
type span struct {
	from, to int
	reason   string
}

// What becomes of a character.
const (
	asNothing uint8 = iota
	asClause
	asHeading
	asMarker
	asHyphen
	asColumn // the head of a column of a table
	asLeft
)

var usesNames = [...]string{
	asNothing: "", asClause: "clause", asHeading: "heading", asMarker: "marker", asHyphen: "hyphenation",
	asColumn: "table header", asLeft: "left out",
}

// use says what became of one character.
type use struct {
	as uint8
	of int32 // the clause, the section or the reason, by its place in a list
}

// blank reports whether a character takes no ink at all.
func blank(r rune) bool { return unicode.IsSpace(r) }

// unseen reports whether a character is one that nobody sees and a pack refuses.
func unseen(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Cc) && !blank(r) }

// piece is text on its way into a clause: characters, each with its place in the
// source, or -1 for a blank that joins two lines.
type piece struct {
	runes []rune
	at    []int
}

func (p *piece) add(r rune, at int) {
	p.runes = append(p.runes, r)
	p.at = append(p.at, at)
}

// join puts a single blank behind what is there.
func (p *piece) join() {
	if n := len(p.runes); n > 0 && p.runes[n-1] != ' ' {
		p.add(' ', -1)
	}
}

// part is the piece from one index to another, without blanks at its ends.
func (p *piece) part(from, to int) piece {
	for from < to && blank(p.runes[from]) {
		from++
	}
	for to > from && blank(p.runes[to-1]) {
		to--
	}
	return piece{p.runes[from:to:to], p.at[from:to:to]}
}

// String gives the text with every run of blanks as one.
func (p *piece) String() string {
	out := make([]rune, 0, len(p.runes))
	for _, r := range p.runes {
		if blank(r) {
			if len(out) > 0 && out[len(out)-1] != ' ' {
				out = append(out, ' ')
			}
			continue
		}
		out = append(out, r)
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return string(out)
}
