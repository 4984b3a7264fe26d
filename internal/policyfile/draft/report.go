package draft

import (
	"kupuya/internal/privacy"
)

// ReportFormat names the form of a report; a file that says otherwise was not
// written by an import.
const ReportFormat = "kupuya-import/1"

// Report says what an import made of a text and holds what the next import of a
// changed text needs.
type Report struct {
	Format string                       `json:"format"`
	Texts  map[privacy.Lang]*TextReport `json:"texts"`
	Files  map[string][]string          `json:"files"` // hex SHA-256 of what imports wrote: now, and the time before
}

// TextReport is the report on the text in one language.
type TextReport struct {
	Source   Source    `json:"source"`
	Account  Account   `json:"account"`
	Title    string    `json:"title"`
	Sections []Section `json:"sections"`
	Clauses  []Clause  `json:"clauses"`
	Changes  Changes   `json:"changes"`
	Retired  []Retired `json:"retired"` // ids that are never given again
	Rows     []Row     `json:"rows"`
	Notes    []Note    `json:"notes"`
	Spans    []Span    `json:"spans"`
}

// Source says what was read.
type Source struct {
	Name       string `json:"name"`
	Format     string `json:"format"`
	Encoding   string `json:"encoding"`
	SHA256     string `json:"sha256"`
	Characters int    `json:"characters"` // not blank
}

// Account counts the characters of the source that are not blank, each once.
// Clause, Heading, Marker, Hyphenation, Columns and Left add up to Characters.
type Account struct {
	Clause      int            `json:"clause"`
	Heading     int            `json:"heading"`
	Marker      int            `json:"marker"`
	Hyphenation int            `json:"hyphenation"`
	Columns     int            `json:"columns"` // heads of columns of tables
	Left        map[string]int `json:"left"`    // left out, by reason
	Characters  int            `json:"characters"`
	Replaced    int            `json:"replaced"` // of those in clauses and headings: written otherwise, because a pack's text has no markup
	Added       int            `json:"added"`    // in clauses and not in the source: between the cells of a row
}

// Section is a heading as the pack has it.
type Section struct {
	Number string `json:"number"`
	Title  string `json:"title"`
	Label  string `json:"label,omitempty"` // its number in the source
	Made   bool   `json:"made,omitempty"`  // the source has no such heading
	Hash   string `json:"hash"`
}

// Clause is a clause as the pack has it.
type Clause struct {
	ID      string `json:"id"`
	Section string `json:"section"`
	Kind    string `json:"kind"`             // heading, opening, sentence, item or row
	Listed  bool   `json:"listed,omitempty"` // stands in a list
	Label   string `json:"label,omitempty"`  // its number in the source
	Hash    string `json:"hash"`             // hex SHA-256 of the words
	Change  string `json:"change"`           // kept, moved, changed or new
	Was     string `json:"was,omitempty"`
	Text    string `json:"text"`
}

// What became of a clause since the import before.
const (
	ChangeKept    = "kept"
	ChangeMoved   = "moved"   // the same words in another place
	ChangeChanged = "changed" // the same id, other words
	ChangeNew     = "new"
)

// Changes counts the clauses by what became of them.
type Changes struct {
	Kept    int `json:"kept"`
	Moved   int `json:"moved"`
	Changed int `json:"changed"`
	New     int `json:"new"`
	Retired int `json:"retired"` // since the import before
}

// Retired is a clause that the text has no more.
type Retired struct {
	ID   string `json:"id"`
	Hash string `json:"hash"`
	Text string `json:"text"`
}

// The kinds of rows.
const (
	RowCategory   = "category"
	RowPurpose    = "purpose"
	RowOperation  = "operation"
	RowRight      = "right"
	RowAcceptance = "acceptance"
	RowWithdrawal = "withdrawal"
	RowContinued  = "continued_use"
	RowHolder     = "holder"
)

// Row is a suggestion for rules.yaml.
type Row struct {
	Kind       string   `json:"kind"`
	ID         string   `json:"id"`             // D01, P01, collect, access, sms, letter …
	Is         string   `json:"is,omitempty"`   // what the vocabulary takes it for
	Also       []string `json:"also,omitempty"` // what else it names
	Clause     string   `json:"clause"`
	Title      string   `json:"title,omitempty"`
	Value      string   `json:"value,omitempty"` // an address, a name
	Words      []string `json:"words"`           // that led to it
	Confidence float64  `json:"confidence"`      // from 0 to 1
}

// Note is something for the lawyer to decide or to know.
type Note struct {
	Code   string `json:"code"`
	Clause string `json:"clause,omitempty"`
	Text   string `json:"text"`
}

// Span is a run of characters of the source and what became of it. The texts of
// all spans, one after another, are the source without its blanks.
type Span struct {
	Line int    `json:"line,omitempty"` // of the source; of the paragraph where the format has no lines
	As   string `json:"as"`             // clause, heading, marker, hyphenation, table header or left out
	Of   string `json:"of,omitempty"`   // the clause or section, or the reason
	Text string `json:"text"`
}
