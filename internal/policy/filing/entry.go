package filing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Document is an entry with the record of processing, in one language.
type Document struct {
	V         int               `json:"v"` // version of the form, 1
	Edition   privacy.EditionID `json:"edition"`
	Pack      string            `json:"pack_sha256"`
	Lang      privacy.Lang      `json:"lang"`
	Register  Register          `json:"register"`
	Fields    []Field           `json:"fields"` // the twelve, in the order of the form
	Missing   []Missing         `json:"missing"`
	Record    []Activity        `json:"record"`              // one per purpose
	Automated string            `json:"automated_decisions"` // which, what they mean, and how to refuse them
}

// Register is the standing of the entry with the regulator, as the rules say.
type Register struct {
	Number string `json:"number"`
	On     string `json:"on"`
	Stage  string `json:"stage"`
}

// Field is one of the twelve fields.
type Field struct {
	No    int    `json:"no"`
	Key   string `json:"key"` // "array"; its title is the key "filing.field.<key>"
	Items []Item `json:"items"`
}

// Item is one line of a field.
type Item struct {
	ID    string   `json:"id"`              // "P03", "D09", "address"
	Text  string   `json:"text,omitempty"`  // words of the edition
	Parts []string `json:"parts,omitempty"` // further words: attributes, sources, operations
	Codes []string `json:"codes,omitempty"` // keys of the catalogue: "basis.consent"
}

// Missing is something that the form asks for and the rules do not say.
type Missing struct {
	Field   int    `json:"field"`
	Rule    string `json:"rule"`    // what would fill it: "filing.head"
	Flagged bool   `json:"flagged"` // the rules say themselves that it waits for the Holder
}

// Activity is one purpose in the record of processing.
type Activity struct {
	Purpose    privacy.PurposeID `json:"purpose"`
	Clause     privacy.ClauseID  `json:"clause"`
	Title      string            `json:"title"`
	Basis      privacy.Basis     `json:"basis"`
	Articles   []string          `json:"articles"` // "Digital Code of the Kyrgyz Republic, 79 p.2"
	Data       []Item            `json:"data"`
	Groups     []string          `json:"groups"`
	Operations []string          `json:"operations"`
	Recipients []Item            `json:"recipients"`
	Terms      []Item            `json:"terms"`
	Sources    []string          `json:"sources"`
	Measures   []string          `json:"measures"` // beside those of the whole array
	Abroad     []string          `json:"abroad"`   // countries
}

// The fields of the form, in its order. (law 4.5)
var keys = [...]string{
	"array", "holder", "purposes", "terms", "data", "groups", "sources", "informing", "measures", "person", "recipients", "abroad",
}

// Build makes the document of an edition in a language. (law B12, K1, K2, 4.5)
func Build(c *policy.Content, ed *policy.Edition, lang privacy.Lang) Document {
	b := builder{c: c, r: ed.Rules(), ed: ed, lang: lang}
	d := Document{
		V: 1, Edition: ed.ID(), Pack: ed.Hash(), Lang: lang, Missing: []Missing{},
		Register:  Register{b.r.Holder.Register, b.r.Filing.On, b.r.Filing.Stage},
		Automated: b.r.Holder.Automation.In(lang), Record: []Activity{},
	}
	for i, make := range []func() []Item{
		b.array, b.holder, b.purposes, b.terms, b.data, b.groups, b.sources, b.informing, b.measures, b.person, b.recipients, b.abroad,
	} {
		b.field = i + 1
		d.Fields = append(d.Fields, Field{No: b.field, Key: keys[i], Items: make()})
	}
	d.Missing = append(d.Missing, b.missing...)
	for i := range b.r.Purposes {
		if p := &b.r.Purposes[i]; !p.Template {
			d.Record = append(d.Record, b.activity(p))
		}
	}
	return d
}

// Complete is how many of the twelve fields lack nothing.
func (d *Document) Complete() int {
	lacks := map[int]bool{}
	for _, m := range d.Missing {
		lacks[m.Field] = true
	}
	return len(d.Fields) - len(lacks)
}

// JSON gives the bytes that are filed and published: the same for the same
// edition, whenever they are made.
func (d *Document) JSON() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(d)
	return out.Bytes(), err
}

// Hash is the hex SHA-256 of the bytes.
func (d *Document) Hash() (string, error) {
	text, err := d.JSON()
	return sum(text), err
}

// Digest is the hex SHA-256 of the twelve fields alone: as long as it stays the
// same, nothing has to be filed anew.
func (d *Document) Digest() (string, error) {
	text, err := json.Marshal(d.Fields)
	return sum(text), err
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
