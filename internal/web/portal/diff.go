package portal

import (
	"html/template"
	"io"
	"net/http"
	"strings"

	"kupuya/internal/i18n"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

// between stands between the two editions in the address of a comparison.
const between = ".."

// diffPage is what changes from one edition to another.
type diffPage struct {
	*diff.Report
	Groups  []diffGroup   // by effect, the heaviest first
	Clauses []diff.Clause // those that changed, and those that a change names
	Same    int           // how many more did not change
}

// diffGroup is the changes that ask the same of the Holder.
type diffGroup struct {
	Effect  diff.Effect
	Changes []diffRow
}

// diffRow is one change with the titles of what it names.
type diffRow struct {
	diff.Change
	Named []named
	Said  []said
}

// named is something that a change names.
type named struct {
	ID    string
	Title privacy.Words
}

// said is a sentence of the rules that changed, in one language.
type said struct {
	Lang   privacy.Lang
	Pieces []diff.Piece
}

// compare is what changes between two editions, under an address that stays.
// (policy 1.3, 6.3)
func (p *portal) compare(v *view, r *http.Request) error {
	from, to, _ := strings.Cut(r.PathValue("pair"), between)
	report, err := p.Policy.Compare(r.Context(), privacy.EditionID(from), privacy.EditionID(to))
	if err != nil {
		return err
	}
	if v.Holder == nil { // only announced: nothing is in force yet
		doc, err := p.Policy.Edition(r.Context(), report.To)
		if err != nil {
			return err
		}
		v.Holder = &doc.Rules.Holder
	}
	v.showDiff(&report)
	return nil
}

// WriteDiff writes a comparison as one page that needs nothing else: no script,
// no sheet, no request.
func WriteDiff(w io.Writer, lang privacy.Lang, r *diff.Report) error {
	v := &view{Lang: lang}
	v.showDiff(r)
	return templates["diff"].ExecuteTemplate(w, "difffile", v)
}

func (v *view) showDiff(r *diff.Report) {
	page := &diffPage{Report: r}
	cited := map[privacy.ClauseID]bool{}
	for i := len(diff.Effects) - 1; i >= 0; i-- {
		group := diffGroup{Effect: diff.Effects[i]}
		for _, c := range r.By(group.Effect) {
			cited[c.Clause] = true
			group.Changes = append(group.Changes, rowOf(r, c))
		}
		if len(group.Changes) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	for _, c := range r.Texts {
		if c.State != diff.Same || cited[c.ID] {
			page.Clauses = append(page.Clauses, c)
			delete(cited, c.ID)
			continue
		}
		page.Same++
	}
	for _, g := range page.Groups { // a clause that neither text has is no place to go
		for i := range g.Changes {
			if cited[g.Changes[i].Clause] {
				g.Changes[i].Clause = ""
			}
		}
	}
	v.Template, v.Body = "diff", page
	v.Title = i18n.Text(v.Lang, "diff.title", i18n.A("from", string(r.From)), i18n.A("to", string(r.To)))
}

func rowOf(r *diff.Report, c diff.Change) diffRow {
	row := diffRow{Change: c}
	if t, ok := r.Names.Purposes[c.Purpose]; ok {
		row.Named = append(row.Named, named{string(c.Purpose), t})
	}
	if t, ok := r.Names.Categories[c.Category]; ok {
		row.Named = append(row.Named, named{string(c.Category), t})
	}
	if t, ok := r.Names.Recipients[c.Recipient]; ok {
		row.Named = append(row.Named, named{"", t})
	}
	for _, lang := range privacy.Langs {
		if before, after := only(c.Was, lang), only(c.Is, lang); before != after {
			row.Said = append(row.Said, said{lang, diff.Words(before, after)})
		}
	}
	return row
}

// only gives words in one language, or none: another would not be what changed.
func only(w privacy.Words, lang privacy.Lang) string {
	switch lang {
	case privacy.Russian:
		return w.Ru
	case privacy.English:
		return w.En
	}
	return w.Ky
}

// Count gives the words of the catalogue with a count in them.
func (v *view) Count(key string, n int) string { return i18n.Text(v.Lang, key, i18n.N("count", n)) }

// Pieces hands the pieces of a sentence to their template.
func (v *view) Pieces(list []diff.Piece) map[string]any {
	return map[string]any{"View": v, "List": list}
}

// Sheet is the style sheet, for a page that stands alone.
func (v *view) Sheet() template.CSS { return template.CSS(styleSheet) }
