package draft

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
)

var update = flag.Bool("update", false, "write the golden files")

// readText reads a document from memory.
func readText(t testing.TB, name, data string) *Text {
	t.Helper()
	text, err := Read(name, strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func makeDraft(t testing.TB, text *Text, lang privacy.Lang, earlier *Report) *Draft {
	t.Helper()
	d, err := Make(text, lang, earlier)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ink is a text without its blanks.
func ink(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// checkAccount holds a draft to its first promise: the report has every character
// of the source that is not blank, once, in order; the clauses hold those that it
// says they do; and the sums agree.
func checkAccount(t testing.TB, text *Text, d *Draft) {
	t.Helper()
	r := d.Text()
	var all strings.Builder
	clauses := map[string]string{}
	count := map[string]int{}
	for _, s := range r.Spans {
		w := ink(s.Text)
		all.WriteString(w)
		count[s.As] += len([]rune(w))
		if s.As == "clause" {
			clauses[s.Of] += w
		}
		if s.As == "left out" && r.Account.Left[s.Of] == 0 {
			t.Errorf("%q is left out for %q, which the account does not have", s.Text, s.Of)
		}
		if s.As == "" {
			t.Errorf("nothing is said of %q", s.Text)
		}
	}
	if want := ink(text.Source()); all.String() != want {
		t.Errorf("the spans give %d characters, the source has %d", len(all.String()), len(want))
	}
	for i := range r.Clauses {
		c := &r.Clauses[i]
		want, _ := plainWords(clauses[c.ID], true)
		have := ink(c.Text)
		if c.Kind == clauseRow {
			have, want = strings.ReplaceAll(have, "—", ""), strings.ReplaceAll(want, "—", "")
		}
		for old, made := range map[string]string{"#": "№", "-": "–"} { // at the beginning of a paragraph
			if rest, ok := strings.CutPrefix(have, made); ok && strings.HasPrefix(want, old) {
				have = old + rest
			}
		}
		if have != want {
			t.Errorf("clause %s is %q, its characters are %q", c.ID, have, want)
		}
		delete(clauses, c.ID)
	}
	for id := range clauses {
		t.Errorf("the spans name a clause %s that is not there", id)
	}
	a := r.Account
	left := 0
	for _, n := range a.Left {
		left += n
	}
	if sum := a.Clause + a.Heading + a.Marker + a.Hyphenation + a.Columns + left; sum != a.Characters || a.Characters != len([]rune(ink(text.Source()))) {
		t.Errorf("the account adds up to %d of %d characters: %+v", sum, a.Characters, a)
	}
	for as, n := range map[string]int{"clause": a.Clause, "heading": a.Heading, "marker": a.Marker, "hyphenation": a.Hyphenation, "table header": a.Columns, "left out": left} {
		if count[as] != n {
			t.Errorf("%s: %d by the spans, %d by the account", as, count[as], n)
		}
	}
}

// checkPack holds a draft to its second promise: its files are those of a pack.
func checkPack(t testing.TB, d *Draft) {
	t.Helper()
	fsys := fstest.MapFS{
		RulesFile: {Data: d.Files[RulesFile]},
		"expect.yaml": {Data: []byte("given:\n  - {id: one, subject: {age: adult}}\nquestions:\n" +
			"  - {q: \"May it?\", given: one, at: 2026-06-01, purpose: P01, category: D01, operation: collect, want: not_in_policy}\n")},
	}
	for _, lang := range privacy.Langs {
		fsys[TextFile(lang)] = &fstest.MapFile{Data: d.Files[TextFile(d.Lang)]}
	}
	pack, err := policyfile.LoadPack(fsys)
	if err != nil {
		t.Errorf("the draft does not load: %v", err)
		return
	}
	text, r := pack.Texts[d.Lang], d.Text()
	if len(text.Clauses) != len(r.Clauses) || len(text.Sections) != len(r.Sections) || text.Title != r.Title {
		t.Fatalf("the pack has %d clauses in %d sections under %q; the report has %d in %d under %q",
			len(text.Clauses), len(text.Sections), text.Title, len(r.Clauses), len(r.Sections), r.Title)
	}
	for i, c := range text.Clauses {
		if w := r.Clauses[i]; string(c.ID) != w.ID || c.Text != w.Text || c.Item != w.Listed || c.Section != w.Section {
			t.Errorf("clause %d: the pack has %+v, the report %+v", i, c, w)
		}
	}
	cited := map[string]bool{}
	for id := range pack.Rules.Citations() {
		cited[string(id)] = true
	}
	for _, row := range r.Rows {
		if row.Kind != RowHolder && row.ID != "email" && !cited[row.Clause] {
			t.Errorf("no rule cites clause %s for %s %s", row.Clause, row.Kind, row.ID)
		}
	}
	for _, c := range r.Clauses {
		if !cited[c.ID] && !bytes.Contains(d.Files[RulesFile], []byte(quote(c.ID))) {
			t.Errorf("clause %s stands nowhere in the rules, not even to decide", c.ID)
		}
	}
}

// golden compares what a test made with a file, or writes it.
func golden(t *testing.T, name, have string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; run go test -update", err)
	}
	if string(want) != have {
		t.Errorf("%s is not what the import makes now; look at the difference, then run go test -update\n%s", filepath.Base(name), firstDifference(string(want), have))
	}
}

func firstDifference(want, have string) string {
	w, h := strings.Split(want, "\n"), strings.Split(have, "\n")
	for i := range min(len(w), len(h)) {
		if w[i] != h[i] {
			return "want " + w[i] + "\nhave " + h[i]
		}
	}
	return "one is longer"
}
