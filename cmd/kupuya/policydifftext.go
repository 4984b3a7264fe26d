package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"kupuya/internal/i18n"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

// diffText writes a comparison for a person at a terminal. What went stands in
// [- -], what came in {+ +}, in colour too where there is a terminal that wants it.
type diffText struct {
	strings.Builder
	lang   privacy.Lang
	wide   int
	colour bool
}

// leastWide is how wide a terminal must be for three languages side by side.
const leastWide = 90

func newDiffText(w io.Writer, lang privacy.Lang) *diffText {
	t := &diffText{lang: lang, wide: 120}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 40 {
		t.wide = min(n, 200)
	}
	if f, ok := w.(*os.File); ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" {
		st, err := f.Stat()
		t.colour = err == nil && st.Mode()&os.ModeCharDevice != 0
	}
	return t
}

func (t *diffText) say(key string, args ...i18n.Arg) string { return i18n.Text(t.lang, key, args...) }

func (t *diffText) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// report writes the changes by what they ask, the heaviest first, then the
// clauses.
func (t *diffText) report(r *diff.Report) {
	t.line("%s", t.bold(printable(t.say("diff.title", i18n.A("from", string(r.From)), i18n.A("to", string(r.To))))))
	if len(r.Changes) == 0 {
		t.line("%s", t.say("diff.same"))
		return
	}
	t.line("%s", t.say("diff.count", i18n.N("count", len(r.Changes))))
	t.line("%s: %s", t.say("diff.class"), t.say("diff.class."+r.Class().String()))
	t.line("%s: %s", t.say("diff.effect"), t.say("diff.effect."+r.Effect().String()))
	t.line("%s", t.say("diff.judged"))
	cited := map[privacy.ClauseID]bool{}
	for i := len(diff.Effects) - 1; i >= 0; i-- {
		list := r.By(diff.Effects[i])
		if len(list) == 0 {
			continue
		}
		t.line("\n%s", t.bold(t.say("diff.effect."+diff.Effects[i].String())))
		for k := range list {
			cited[list[k].Clause] = true
			t.change(r, &list[k])
		}
	}
	t.clauses(r, cited)
}

// signs tell the classes apart at a glance.
var signs = map[diff.Class]string{diff.Wording: "~", diff.Narrower: "-", diff.Wider: "+"}

func (t *diffText) change(r *diff.Report, c *diff.Change) {
	t.line("  %s %s (%s)", signs[c.Class], t.say("diff.kind."+string(c.Kind)), strings.ToLower(t.say("diff.class."+c.Class.String())))
	if names := t.names(r, c); names != "" {
		t.line("      %s", printable(names))
	}
	where := printable(c.Path)
	if c.Before != "" || c.After != "" {
		where += "  " + printable(orDash(c.Before)) + " → " + printable(orDash(c.After))
	}
	t.line("      %s", where)
	for _, lang := range privacy.Langs {
		was, is := in(c.Was, lang), in(c.Is, lang)
		if was == is {
			continue
		}
		for n, l := range t.paint(wrap(marked(diff.Words(was, is)), t.wide-10)) {
			label := string(lang)
			if n > 0 {
				label = "  "
			}
			t.line("      %s  %s", label, l)
		}
	}
	var ground []string
	for _, cite := range c.Cites {
		ground = append(ground, cite.String())
	}
	foot := t.say("diff.ground") + ": " + strings.Join(ground, ", ")
	if c.Clause != "" {
		foot = t.say("diff.clause") + " " + printable(string(c.Clause)) + ". " + foot
	}
	t.line("      %s", foot)
}

// names says in words what a change names.
func (t *diffText) names(r *diff.Report, c *diff.Change) string {
	var out []string
	if w, ok := r.Names.Purposes[c.Purpose]; ok {
		out = append(out, string(c.Purpose)+" "+w.In(t.lang))
	}
	if w, ok := r.Names.Categories[c.Category]; ok {
		out = append(out, string(c.Category)+" "+w.In(t.lang))
	}
	if c.Operation != "" {
		out = append(out, t.say("operation."+c.Operation))
	}
	if w, ok := r.Names.Recipients[c.Recipient]; ok {
		out = append(out, w.In(t.lang))
	}
	return strings.Join(out, " · ")
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// in gives words in one language, or none.
func in(w privacy.Words, lang privacy.Lang) string {
	switch lang {
	case privacy.Russian:
		return w.Ru
	case privacy.English:
		return w.En
	}
	return w.Ky
}

// clauses writes those that changed or are named by a change, in three
// languages: side by side where there is room, otherwise one below another.
func (t *diffText) clauses(r *diff.Report, cited map[privacy.ClauseID]bool) {
	var show []*diff.Clause
	for i := range r.Texts {
		if c := &r.Texts[i]; c.State != diff.Same || cited[c.ID] {
			show = append(show, c)
		}
	}
	if len(show) > 0 {
		t.line("\n%s", t.bold(t.say("diff.clauses")))
	}
	for _, c := range show {
		t.line("\n  %s  %s", printable(string(c.ID)), t.say("diff.state."+string(c.State)))
		if t.wide < leastWide {
			for _, lang := range privacy.Langs {
				t.line("    %s", i18n.Text(lang, "lang."+string(lang)))
				for _, l := range t.paint(wrap(marked(c.In[lang]), t.wide-6)) {
					t.line("      %s", l)
				}
			}
			continue
		}
		t.columns(c)
	}
	if rest := len(r.Texts) - len(show); rest > 0 {
		t.line("\n%s", t.say("diff.rest", i18n.N("count", rest)))
	}
}

// columns writes a clause in three languages side by side.
func (t *diffText) columns(c *diff.Clause) {
	wide := (t.wide - 4 - 2*3) / 3
	var cells [3][]string // as wide as they are, without colour
	var shown [3][]string
	rows := 0
	for i, lang := range privacy.Langs {
		cells[i] = append([]string{i18n.Text(lang, "lang."+string(lang))}, wrap(marked(c.In[lang]), wide)...)
		shown[i] = t.paint(cells[i])
		rows = max(rows, len(cells[i]))
	}
	for n := range rows {
		var line strings.Builder
		line.WriteString("   ")
		for i := range cells {
			text, wideAs := "", 0
			if n < len(cells[i]) {
				text, wideAs = shown[i][n], utf8.RuneCountInString(cells[i][n])
			}
			line.WriteString(" " + text)
			if i < len(cells)-1 {
				line.WriteString(strings.Repeat(" ", max(0, wide-wideAs)) + " │")
			}
		}
		t.line("%s", strings.TrimRight(line.String(), " "))
	}
}

// marked writes pieces as one sentence with marks.
func marked(pieces []diff.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		switch p.State {
		case diff.Removed:
			b.WriteString("[-" + printable(p.Text) + "-]")
		case diff.Added:
			b.WriteString("{+" + printable(p.Text) + "+}")
		default:
			b.WriteString(printable(p.Text))
		}
	}
	return b.String()
}

// wrap breaks a sentence into lines of at most wide letters, and a word that is
// wider than a line wherever it must be.
func wrap(s string, wide int) []string {
	var out []string
	var line []rune
	for word := range strings.FieldsSeq(s) {
		w := []rune(word)
		if len(line) > 0 && len(line)+1+len(w) > wide {
			out = append(out, string(line))
			line = nil
		}
		if len(line) > 0 {
			line = append(line, ' ')
		}
		line = append(line, w...)
		for len(line) > wide {
			out = append(out, string(line[:wide]))
			line = line[wide:]
		}
	}
	if len(line) > 0 || len(out) == 0 {
		out = append(out, string(line))
	}
	return out
}

// paint colours what stands between marks, from line to line.
func (t *diffText) paint(lines []string) []string {
	if !t.colour {
		return lines
	}
	const red, green, off = "\x1b[31m", "\x1b[32m", "\x1b[0m"
	out := make([]string, len(lines))
	on := ""
	for i, l := range lines {
		var b strings.Builder
		b.WriteString(on)
		for l != "" {
			switch {
			case strings.HasPrefix(l, "[-"), strings.HasPrefix(l, "{+"):
				on = map[byte]string{'[': red, '{': green}[l[0]]
				b.WriteString(on + l[:2])
				l = l[2:]
			case strings.HasPrefix(l, "-]"), strings.HasPrefix(l, "+}"):
				b.WriteString(l[:2] + off)
				on, l = "", l[2:]
			default:
				b.WriteByte(l[0])
				l = l[1:]
			}
		}
		if on != "" {
			b.WriteString(off)
		}
		out[i] = b.String()
	}
	return out
}

func (t *diffText) bold(s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}
