package policy

import (
	"fmt"
	"slices"
	"strings"

	"kupuya/internal/privacy"
)

// Sheet is what counsel signs: the closed lists of an edition a second time, row
// by row and without prose. Rules and sheet are written by two hands; where they
// differ, one of them has slipped. What stands in neither is refused.
type Sheet struct {
	Rows       []SheetRow
	Data       []SheetData
	Recipients []SheetRecipient
}

// SheetRow says what one purpose may do with some kinds of data. A template has
// none.
type SheetRow struct {
	Purpose    privacy.PurposeID     `yaml:"purpose"`
	Data       []privacy.CategoryID  `yaml:"data"`
	Basis      privacy.Basis         `yaml:"basis"`
	May        []string              `yaml:"may"`
	Processing string                `yaml:"processing"`
	Storage    string                `yaml:"storage"`
	From       string                `yaml:"from"`
	To         []privacy.RecipientID `yaml:"to"`
	Requires   []string              `yaml:"requires"`
	Minor      string                `yaml:"minor"`
	Evidence   string                `yaml:"evidence"`
	Line       int                   `yaml:"-"` // of expect.yaml, from 1
}

// SheetData says what a kind of data consists of and where it comes from. A
// field is written as its id, its type, its class where it has one of its own,
// and the purposes for which it must be given: "surname name P01".
type SheetData struct {
	Data   privacy.CategoryID `yaml:"data"`
	From   []privacy.SourceID `yaml:"from"`
	Fields []string           `yaml:"fields"`
	Line   int                `yaml:"-"`
}

// SheetRecipient says what a recipient may get, and until when.
type SheetRecipient struct {
	Recipient privacy.RecipientID  `yaml:"recipient"`
	Gets      []privacy.CategoryID `yaml:"gets"`
	Until     string               `yaml:"until"`
	Line      int                  `yaml:"-"`
}

// Compare gives a miss for everything in which the rules differ from the sheet,
// with the path of the rule. An edition without a sheet has nothing to differ
// from.
func (s *Sheet) Compare(r *Rules) []Miss {
	if len(s.Rows) == 0 {
		return nil
	}
	c := sheetComparison{}
	c.rows(s.Rows, r)
	c.data(s.Data, r)
	c.recipients(s.Recipients, r)
	return c.out
}

type sheetComparison struct{ out []Miss }

func (c *sheetComparison) miss(line int, clause privacy.ClauseID, path, format string, args ...any) {
	c.out = append(c.out, Miss{
		Expectation: &Expectation{Q: "the sheet and the rules say the same", Clause: clause, Line: line},
		Why:         path + ": " + fmt.Sprintf(format, args...), Path: path,
	})
}

// same compares one member of a rule with what the sheet says of it.
func (c *sheetComparison) same(line int, clause privacy.ClauseID, path, what, have, want string) {
	if have != want {
		c.miss(line, clause, path, "%s is %q in the rules and %q on the sheet", what, have, want)
	}
}

func (c *sheetComparison) rows(sheet []SheetRow, r *Rules) {
	type key struct {
		purpose  privacy.PurposeID
		category privacy.CategoryID
	}
	signed := map[key]*SheetRow{}
	for i := range sheet {
		s := &sheet[i]
		for _, cat := range append(slices.Clone(s.Data), "")[:max(1, len(s.Data))] {
			signed[key{s.Purpose, cat}] = s
		}
	}
	seen := map[key]bool{}
	for i := range r.Purposes {
		p := &r.Purposes[i]
		rows := p.Rows
		if len(rows) == 0 {
			rows = []Row{{}}
		}
		for j := range rows {
			row := &rows[j]
			k, path := key{p.ID, row.Category}, fmt.Sprintf("purposes[%s]", p.ID)
			if row.Category != "" {
				path += fmt.Sprintf(".categories[%s]", row.Category)
			}
			s := signed[k]
			if seen[k] = true; s == nil {
				c.miss(0, p.Clause, path, "is not on the sheet")
				continue
			}
			c.row(s, p, row, path)
		}
	}
	for i := range sheet {
		for _, cat := range sheet[i].Data {
			if !seen[key{sheet[i].Purpose, cat}] {
				c.miss(sheet[i].Line, "", fmt.Sprintf("purposes[%s].categories[%s]", sheet[i].Purpose, cat), "is on the sheet and not in the rules")
			}
		}
	}
}

func (c *sheetComparison) row(s *SheetRow, p *Purpose, row *Row, path string) {
	basis, names, terms := p.Basis, p.Operations, &p.Terms
	if row.Basis != "" {
		basis = row.Basis
	}
	if len(row.Operations) > 0 {
		names = row.Operations
	}
	if row.Terms != nil {
		terms = row.Terms
	}
	same := func(what, have, want string) { c.same(s.Line, p.Clause, path, what, have, want) }
	same("basis", string(basis), string(s.Basis))
	same("what may be done", sortedNames(names), sortedNames(s.May))
	same("processing", terms.Processing, s.Processing)
	same("storage", terms.Storage, s.Storage)
	same("from", terms.From, s.From)
	same("recipients", sortedNames(p.Recipients), sortedNames(s.To))
	same("requires", sortedNames(p.Requires), sortedNames(s.Requires))
	same("minor", p.Minor, s.Minor)
	same("evidence", p.Evidence, s.Evidence)
}

func (c *sheetComparison) data(sheet []SheetData, r *Rules) {
	seen := map[privacy.CategoryID]bool{}
	for i := range r.Categories {
		cat := &r.Categories[i]
		path := fmt.Sprintf("categories[%s]", cat.ID)
		seen[cat.ID] = true
		j := slices.IndexFunc(sheet, func(s SheetData) bool { return s.Data == cat.ID })
		if j < 0 {
			c.miss(0, cat.Clause, path, "is not on the sheet")
			continue
		}
		s := &sheet[j]
		c.same(s.Line, cat.Clause, path+".sources", "where it comes from", sortedNames(cat.Sources), sortedNames(s.From))
		var fields []string
		for k := range cat.Attributes {
			fields = append(fields, cat.Attributes[k].signed())
		}
		c.same(s.Line, cat.Clause, path+".attributes", "what it consists of", strings.Join(fields, "; "), strings.Join(s.Fields, "; "))
	}
	for i := range sheet {
		if !seen[sheet[i].Data] {
			c.miss(sheet[i].Line, "", fmt.Sprintf("categories[%s]", sheet[i].Data), "is on the sheet and not in the rules")
		}
	}
}

// signed is the attribute as the sheet writes it.
func (a *Attribute) signed() string {
	words := []string{a.ID, a.Type}
	if a.Class != "" {
		words = append(words, string(a.Class))
	}
	for _, p := range a.Mandatory {
		words = append(words, string(p))
	}
	return strings.Join(words, " ")
}

func (c *sheetComparison) recipients(sheet []SheetRecipient, r *Rules) {
	seen := map[privacy.RecipientID]bool{}
	for i := range r.Recipients {
		to := &r.Recipients[i]
		path := fmt.Sprintf("recipients[%s]", to.ID)
		seen[to.ID] = true
		j := slices.IndexFunc(sheet, func(s SheetRecipient) bool { return s.Recipient == to.ID })
		if j < 0 {
			c.miss(0, to.Clause, path, "is not on the sheet")
			continue
		}
		c.same(sheet[j].Line, to.Clause, path+".fields", "what it gets", sortedNames(to.Fields), sortedNames(sheet[j].Gets))
		c.same(sheet[j].Line, to.Clause, path+".agreement", "until", to.Agreement.To, sheet[j].Until)
	}
	for i := range sheet {
		if !seen[sheet[i].Recipient] {
			c.miss(sheet[i].Line, "", fmt.Sprintf("recipients[%s]", sheet[i].Recipient), "is on the sheet and not in the rules")
		}
	}
}

func sortedNames[S ~string](names []S) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = string(n)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
