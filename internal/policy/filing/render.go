package filing

import (
	"fmt"
	"html"
	"strings"
)

// Voice gives the words of the catalogue in the document's language. Room i18n
// has one.
type Voice interface {
	Say(key string, pairs ...string) string
}

// writer puts headings, paragraphs and lists into one form of text.
type writer interface {
	heading(level int, text string)
	paragraph(text string)
	list(items []string)
}

// Markdown gives the document as people read it.
func (d *Document) Markdown(v Voice) string {
	var m markdown
	d.write(&m, v)
	return m.b.String()
}

// HTML gives the document as a page of its own.
func (d *Document) HTML(v Voice) string {
	var h page
	fmt.Fprintf(&h.b, "<!doctype html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n<title>%s</title>\n",
		html.EscapeString(string(d.Lang)), html.EscapeString(v.Say("filing.title")))
	d.write(&h, v)
	h.b.WriteString("</html>\n")
	return h.b.String()
}

func (d *Document) write(w writer, v Voice) {
	w.heading(1, v.Say("filing.title"))
	w.paragraph(v.Say("filing.edition", "edition", string(d.Edition), "hash", d.Pack))
	if d.Register.Number == "" {
		w.paragraph(v.Say("filing.unfiled"))
	} else {
		w.paragraph(v.Say("filing.register", "number", d.Register.Number, "date", d.Register.On, "stage", d.Register.Stage))
	}
	for _, f := range d.Fields {
		w.heading(2, fmt.Sprintf("%d. %s", f.No, v.Say("filing.field."+f.Key)))
		d.field(w, v, &f)
	}
	w.heading(1, v.Say("filing.record"))
	for i := range d.Record {
		d.Record[i].write(w, v)
	}
	w.heading(2, v.Say("filing.automated"))
	w.paragraph(d.Automated)
}

func (d *Document) field(w writer, v Voice, f *Field) {
	var lines []string
	for i := range f.Items {
		line := f.Items[i].line(v)
		if f.Key == "holder" {
			line = v.Say("filing.item."+f.Items[i].ID) + ": " + line
		}
		lines = append(lines, line)
	}
	for _, m := range d.Missing {
		if m.Field == f.No {
			lines = append(lines, v.Say("filing.missing", "rule", m.Rule))
		}
	}
	w.list(lines)
}

// line puts an item into one line.
func (x *Item) line(v Voice) string {
	var out []string
	if x.Text != "" {
		out = append(out, x.Text)
	}
	var codes []string
	for _, c := range x.Codes {
		if !strings.Contains(c, " ") { // lengths are said by the text
			codes = append(codes, v.Say(c))
		}
	}
	if len(codes) > 0 {
		out = append(out, strings.Join(codes, ", "))
	}
	if len(x.Parts) > 0 {
		out = append(out, strings.Join(x.Parts, "; "))
	}
	return strings.Join(out, " — ")
}

func (a *Activity) write(w writer, v Voice) {
	w.heading(2, fmt.Sprintf("%s %s", a.Purpose, a.Title))
	lines := []string{
		v.Say("filing.clause", "clause", string(a.Clause)),
		v.Say("filing.basis") + ": " + v.Say("basis."+string(a.Basis)) + " (" + strings.Join(a.Articles, "; ") + ")",
	}
	add := func(key string, parts []string) {
		if len(parts) == 0 {
			parts = []string{v.Say("filing.none")}
		}
		lines = append(lines, v.Say(key)+": "+strings.Join(parts, "; "))
	}
	texts := func(items []Item) []string {
		var out []string
		for i := range items {
			out = append(out, items[i].Text)
		}
		return out
	}
	add("filing.field.data", texts(a.Data))
	add("filing.field.groups", a.Groups)
	add("filing.operations", a.Operations)
	add("filing.field.recipients", texts(a.Recipients))
	add("filing.field.terms", texts(a.Terms))
	add("filing.field.sources", a.Sources)
	add("filing.safeguards", a.Measures)
	add("filing.field.abroad", a.Abroad)
	w.list(lines)
}

// markdown writes Markdown; what the rules say is not read as marks.
type markdown struct{ b strings.Builder }

var marks = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "#", `\#`)

func (m *markdown) heading(level int, text string) {
	m.b.WriteString(strings.Repeat("#", level) + " " + marks.Replace(text) + "\n\n")
}
func (m *markdown) paragraph(text string) { m.b.WriteString(marks.Replace(text) + "\n\n") }
func (m *markdown) list(items []string) {
	for _, s := range items {
		m.b.WriteString("- " + marks.Replace(s) + "\n")
	}
	m.b.WriteString("\n")
}

// page writes HTML.
type page struct{ b strings.Builder }

func (p *page) element(name, text string) {
	p.b.WriteString("<" + name + ">" + html.EscapeString(text) + "</" + name + ">\n")
}
func (p *page) heading(level int, text string) { p.element(fmt.Sprintf("h%d", level), text) }
func (p *page) paragraph(text string)          { p.element("p", text) }
func (p *page) list(items []string) {
	p.b.WriteString("<ul>\n")
	for _, s := range items {
		p.element("li", s)
	}
	p.b.WriteString("</ul>\n")
}
