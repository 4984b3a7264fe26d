package draft

import (
	"fmt"
	"slices"
	"strings"

	"kupuya/internal/privacy"
)

// The files of a draft beside policy.<lang>.md.
const (
	RulesFile  = "rules.yaml"
	ReportFile = "import-report.json"
)

// TextFile is the name of the text in one language.
func TextFile(lang privacy.Lang) string { return "policy." + string(lang) + ".md" }

// renderText writes the text as a pack has it: a title, sections, and clauses
// that end with their anchors.
func renderText(t *TextReport) []byte {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n", t.Title)
	at := 0
	for _, s := range t.Sections {
		fmt.Fprintf(&out, "\n## %s %s\n", s.Number, s.Title)
		listed := false
		for ; at < len(t.Clauses) && t.Clauses[at].Section == s.Number; at++ {
			c := &t.Clauses[at]
			item := c.Listed
			if !item || !listed {
				out.WriteByte('\n')
			}
			if item {
				out.WriteString("- ")
			}
			fmt.Fprintf(&out, "%s {#%s}\n", c.Text, c.ID)
			listed = item
		}
	}
	return []byte(out.String())
}

// renderer writes rules.yaml: what the texts suggest, and what is open as
// comments that begin with "to decide".
type renderer struct {
	out   strings.Builder
	texts map[privacy.Lang]*TextReport
	lang  privacy.Lang // the language whose rows the rules are made of
}

// source is the language whose rows make the rules: Kyrgyz where it was imported.
func source(texts map[privacy.Lang]*TextReport) privacy.Lang {
	for _, lang := range privacy.Langs {
		if texts[lang] != nil {
			return lang
		}
	}
	return privacy.Kyrgyz
}

func renderRules(texts map[privacy.Lang]*TextReport) []byte {
	r := &renderer{texts: texts, lang: source(texts)}
	t := texts[r.lang]
	r.line("# A draft made by an import of %s. It is not the machine reading of a policy until a", comment(t.Source.Name))
	r.line("# lawyer has gone through it: what the words of the text suggest stands in the rules, what")
	r.line("# they leave open is marked \"to decide\". Numbers in brackets say how sure a suggestion is.")
	r.line("edition: draft/1 # to decide: holder and year, such as acme/2027-1")
	r.holder()
	r.line("\nin_force: publication # to decide: publication, or the day that the text names")
	r.line("supersedes: \"\"")
	r.line("\n# to decide: notice, with mode (none, banner, push, sms), ahead (1mo) and the clause on changes")
	r.acceptance()
	r.withdrawal()
	r.rights()
	r.operations()
	r.line("\n# to decide: sources, the points at which data are collected, each with its clause")
	r.categories()
	r.purposes()
	r.line("\n# to decide: recipients, each with kind, country, agreement and the categories it names")
	r.line("# to decide: safeguards, for every special category")
	r.rest()
	r.line("\n# to decide: consent_form, the headings of a request for consent; review_notes")
	return []byte(r.out.String())
}

func (r *renderer) line(format string, args ...any) { fmt.Fprintf(&r.out, format+"\n", args...) }

// comment keeps words on the one line of a comment.
func comment(s string) string { return strings.Join(strings.Fields(s), " ") }

// quote writes words as a YAML string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(strings.Join(strings.Fields(s), " ")) + `"`
}

// rows are those of one kind in the language of the rules.
func (r *renderer) rows(kind string) []Row { return rowsOf(r.texts[r.lang], kind) }

func rowsOf(t *TextReport, kind string) []Row {
	var out []Row
	if t != nil {
		for _, row := range t.Rows {
			if row.Kind == kind {
				out = append(out, row)
			}
		}
	}
	return out
}

// words gives a title in the languages that were imported: a row's own words, and
// those of the same row and clause in the other texts.
func (r *renderer) words(row *Row, value func(*Row) string) string {
	parts := make([]string, 0, len(privacy.Langs))
	for _, lang := range privacy.Langs {
		text := ""
		if lang == r.lang {
			text = value(row)
		} else {
			for _, other := range rowsOf(r.texts[lang], row.Kind) {
				if other.Clause == row.Clause && (other.ID == row.ID || row.Kind == RowCategory || row.Kind == RowPurpose) {
					text = value(&other)
					break
				}
			}
		}
		parts = append(parts, string(lang)+": "+quote(text))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func byTitle(row *Row) string { return row.Title }

func byValue(row *Row) string { return row.Value }

// led says which words led to a suggestion and how sure it is.
func led(row *Row) string {
	s := fmt.Sprintf("[%.2f]", row.Confidence)
	if row.Is != "" {
		s += " looks like " + strings.Join(append([]string{row.Is}, row.Also...), ", ")
	}
	var words []string
	for _, w := range row.Words {
		words = append(words, "“"+comment(w)+"”")
	}
	if len(words) > 0 {
		s += ", by " + strings.Join(words, ", ")
	}
	return s
}

func (r *renderer) holder() {
	r.line("\nholder: # to decide: brand, address, officer, places, register, regulator, automation")
	found := false
	for _, row := range r.rows(RowHolder) {
		switch row.ID {
		case "name":
			r.line("  name: %s # %s", r.words(&row, byValue), led(&row))
			found = true
		case "site":
			r.line("  site: %s # %s", quote(row.Value), led(&row))
			found = true
		}
	}
	for _, row := range r.rows(RowWithdrawal) {
		if row.ID == "letter" && row.Value != "" {
			r.line("  letters: %s # to decide: read from clause %s", r.words(&row, byValue), row.Clause)
			found = true
		}
	}
	if !found {
		r.line("  site: \"\"")
	}
}

func (r *renderer) acceptance() {
	ways, continued := r.rows(RowAcceptance), r.rows(RowContinued)
	if len(ways) == 0 && len(continued) == 0 {
		r.line("\n# to decide: acceptance, with its clause and ways (sms, drawn, tick)")
		return
	}
	r.line("\nacceptance: # to decide: summary, the lines shown before the full text")
	if len(ways) > 0 {
		r.line("  clause: %s", quote(ways[0].Clause))
	}
	if len(continued) > 0 {
		r.line("  continued_use: %s # %s", quote(continued[0].Clause), led(&continued[0]))
	}
	if len(ways) > 0 {
		r.line("  ways:")
	}
	for _, row := range ways {
		r.line("    - id: %s # %s", row.ID, led(&row))
		r.line("      title: %s", r.words(&row, byTitle))
	}
}

// channels are those that a rule can name; a letter comes first, it is the way
// that always stays open.
var channels = []string{"letter", "app", "site", "sms", "ussd", "call", "office"}

func (r *renderer) withdrawal() {
	rows := r.rows(RowWithdrawal)
	if slices.ContainsFunc(rows, func(row Row) bool { return slices.Contains(channels, row.ID) }) {
		r.line("\nwithdrawal: # to decide: the channels that the text does not name")
	} else {
		r.line("\n# to decide: withdrawal, the channels by which a consent is withdrawn, as easily as it is given")
	}
	for _, channel := range channels {
		for _, row := range rows {
			if row.ID == channel {
				r.line("  - channel: %s # %s", row.ID, led(&row))
				r.line("    clause: %s", quote(row.Clause))
			}
		}
	}
	for _, row := range rows {
		if !slices.Contains(channels, row.ID) {
			r.line("# to decide: clause %s names %s, which is no channel: %s", row.Clause, row.ID, led(&row))
		}
	}
}

func (r *renderer) rights() {
	rows := r.rows(RowRight)
	if len(rows) == 0 {
		r.line("\n# to decide: rights, each with its clause and deadline")
		return
	}
	r.line("\nrights: # to decide: title and deadline of each, and those that the text does not give")
	for _, row := range rows {
		r.line("  - id: %s # %s", row.ID, led(&row))
		r.line("    clause: %s", quote(row.Clause))
	}
}

func (r *renderer) operations() {
	rows := r.rows(RowOperation)
	if len(rows) == 0 {
		r.line("\n# to decide: operations, which of the thirteen are done")
		return
	}
	r.line("\noperations:")
	for _, row := range rows {
		r.line("  - id: %s # %s", row.ID, led(&row))
		r.line("    clause: %s", quote(row.Clause))
		r.line("    title: %s", r.words(&row, byTitle))
		if len(row.Also) > 0 {
			r.line("    kinds:")
		}
		for _, kind := range row.Also {
			r.line("      - id: %s # to decide: title", kind)
		}
	}
}

func (r *renderer) categories() {
	rows := r.rows(RowCategory)
	if len(rows) == 0 {
		r.line("\n# to decide: categories, every kind of data with its attributes")
		return
	}
	r.line("\ncategories: # to decide: sources and attributes of each")
	for _, row := range rows {
		r.line("  - id: %s # %s", row.ID, led(&row))
		r.line("    clause: %s", quote(row.Clause))
		r.line("    title: %s", r.words(&row, byTitle))
		kinds := append([]string{row.Is}, row.Also...)
		has := func(list ...string) bool {
			return slices.ContainsFunc(list, func(k string) bool { return slices.Contains(kinds, k) })
		}
		switch {
		case row.Is == "":
			r.line("    # to decide: classification (personal, special, communications-secret)")
		case has("face", "special"):
			r.line("    classification: special # to decide")
		case has("usage", "location"):
			r.line("    classification: communications-secret # to decide")
		default:
			r.line("    classification: personal # to decide")
		}
		if has("child") {
			r.line("    child: true # to decide")
		}
		if has("address_book") {
			r.line("    third_persons: true # to decide")
		}
	}
}

func (r *renderer) purposes() {
	rows := r.rows(RowPurpose)
	if len(rows) == 0 {
		r.line("\n# to decide: purposes, each with basis, categories, operations and terms")
		return
	}
	r.line("\npurposes: # to decide: plain, off, cites, requires, categories, operations, recipients and terms of each")
	for _, row := range rows {
		r.line("  - id: %s # %s", row.ID, led(&row))
		r.line("    clause: %s", quote(row.Clause))
		r.line("    title: %s", r.words(&row, byTitle))
		if hint := basisHints[row.Is]; hint != "" {
			r.line("    # to decide: basis; the words suggest %s", hint)
		} else {
			r.line("    # to decide: basis")
		}
		r.line("    counsel: to-confirm")
		r.line("    default: \"off\"")
		if slices.Contains(append(row.Also, row.Is), "ads") || row.Is == "partners" {
			r.line("    marketing: true # to decide")
		}
	}
}

// rest lists the clauses that no suggestion cites: each needs a verb or page that
// carries it out.
func (r *renderer) rest() {
	t := r.texts[r.lang]
	cited := map[string]bool{}
	for _, row := range t.Rows {
		if row.Kind != RowHolder {
			cited[row.Clause] = true
		}
	}
	r.line("\nclauses: # to decide: the verb or page that carries out each clause which no rule above cites")
	open := 0
	for _, c := range t.Clauses {
		if !cited[c.ID] {
			r.line("  - {id: %s, by: \"\"}", quote(c.ID))
			open++
		}
	}
	if open == 0 {
		r.line("  []")
	}
}
