package document

import (
	"time"
	"unicode/utf8"

	"kupuya/internal/privacy"
)

// Kind is what sort of paper it is.
type Kind string

// The kinds.
const (
	KindExtract     Kind = "extract"     // what is held of a subject (policy 5.2)
	KindAnswer      Kind = "answer"      // to a request
	KindRefusal     Kind = "refusal"     // of a request, or of a part of one
	KindNotice      Kind = "notice"      // somebody is told
	KindCertificate Kind = "certificate" // that data are destroyed, for the subject
	KindAct         Kind = "act"         // of destruction, for the Holder's own files
	KindReceipt     Kind = "receipt"     // that something came in
)

// Kinds lists them.
func Kinds() []Kind {
	return []Kind{KindExtract, KindAnswer, KindRefusal, KindNotice, KindCertificate, KindAct, KindReceipt}
}

// Document is a paper before it has a form. Its words are in one language; what
// the page itself says comes from the catalogue when it is rendered.
type Document struct {
	Kind   Kind
	Number string    // always; in the Holder's register of papers
	Date   time.Time // always; of the paper, and of the file
	Title  string    // always
	Holder Holder    // always
	To     Addressee // empty for the Holder's own papers
	Body   []Block   // always
	Proof  Proof
}

// Holder is whose paper it is, in the language of the paper. (DC-115 p.1)
type Holder struct {
	Name      string // always
	Address   string // always
	Register  string // number in the register of holders; empty until filed
	Contact   string // of the responsible person (DC-88 p.2(3))
	Regulator string // to whom one complains; needed where there is an appeal
}

// Addressee is who the paper is for.
type Addressee struct {
	Name  string
	Lines []string // address or other way to reach him, a line each
}

// Proof is how the paper hangs on the ledger. Every member may be empty.
type Proof struct {
	Receipt     string // id of the signed receipt that says the same to a machine
	Event       privacy.EventID
	Position    string // of the event in the ledger; empty until it is sealed
	Link        string // where it can be looked up
	Certificate string // Fingerprint of the seal's certificate
}

// code is what the picture for a camera says: the link, or the ids themselves.
func (p Proof) code() string {
	switch {
	case p.Link != "":
		return p.Link
	case p.Receipt != "":
		return "kupuya:receipt/" + p.Receipt
	case p.Event != "":
		return "kupuya:event/" + string(p.Event)
	}
	return ""
}

// Block is a piece of a paper's body.
type Block interface{ block() }

// Heading begins a section.
type Heading string

// Paragraph is running text. A line feed in it begins a new line.
type Paragraph string

// Items is a list.
type Items []string

// Field is a name with its value.
type Field struct{ Name, Value string }

// Fields are names with values, below each other. One without a value is left
// out.
type Fields []Field

// Column is a column of a table. Its share of the width is Weight, 1 when zero.
type Column struct {
	Name   string
	Weight float64
}

// Table has rows of as many cells as it has columns. On paper with large print
// each row stands as a list of fields, since columns would be too narrow to read.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Lines are places to sign by hand: the office of each signer.
type Lines []string

func (Heading) block()   {}
func (Paragraph) block() {}
func (Items) block()     {}
func (Fields) block()    {}
func (Table) block()     {}
func (Lines) block()     {}

// check refuses a paper that lacks what every paper has.
func (d *Document) check(op string) error {
	known := false
	for _, k := range Kinds() {
		known = known || d.Kind == k
	}
	if !known {
		return &privacy.Error{Op: op, Code: privacy.BadValue, Field: "kind"}
	}
	for _, m := range []struct {
		field string
		ok    bool
	}{
		{"number", d.Number != ""},
		{"date", !d.Date.IsZero()},
		{"title", d.Title != ""},
		{"holder.name", d.Holder.Name != ""},
		{"holder.address", d.Holder.Address != ""},
		{"body", len(d.Body) > 0},
	} {
		if !m.ok {
			return &privacy.Error{Op: op, Code: privacy.MissingValue, Field: m.field}
		}
	}
	for _, b := range d.Body {
		if t, ok := b.(Table); ok && !t.fits() {
			return &privacy.Error{Op: op, Code: privacy.BadValue, Field: "table"}
		}
	}
	return nil
}

// The bounds of a table: no column narrower than a date, no name that fills a
// page.
const (
	maxColumns = 8
	maxName    = 40
	leastShare = 1.0 / 12
)

// fits reports whether every row has as many cells as there are columns, and
// whether these can be drawn.
func (t *Table) fits() bool {
	if len(t.Columns) == 0 || len(t.Columns) > maxColumns {
		return false
	}
	for i, share := range t.shares(1) {
		if share < leastShare || utf8.RuneCountInString(t.Columns[i].Name) > maxName {
			return false
		}
	}
	for _, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return false
		}
	}
	return true
}
