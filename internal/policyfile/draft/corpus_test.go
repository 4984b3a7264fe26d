package draft

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kupuya/internal/privacy"
)

// corpus lists the policies of testdata/corpus, all in our own words: name, number
// and language stand in the name of the file.
func corpus(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/[0-9]*.*.*")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		if !strings.HasSuffix(f, ".golden") {
			out = append(out, f)
		}
	}
	if len(out) < 12 {
		t.Fatalf("the corpus has only %d policies", len(out))
	}
	return out
}

func langOf(name string) privacy.Lang {
	parts := strings.Split(filepath.Base(name), ".")
	return privacy.Lang(parts[1])
}

func readCorpus(t testing.TB, name string) *Text {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := Read(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// shapeOf is what a golden file keeps: ids with kinds, what the rows are, and the
// account; for the corpus the beginnings of the words too.
func shapeOf(r *TextReport, words bool) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s\n", r.Source.Format, r.Source.Encoding)
	for _, sec := range r.Sections {
		fmt.Fprintf(&s, "section %s", sec.Number)
		if words {
			fmt.Fprintf(&s, " %s", sec.Title)
		}
		s.WriteByte('\n')
		for _, c := range r.Clauses {
			if c.Section != sec.Number {
				continue
			}
			fmt.Fprintf(&s, "  %s %s", c.ID, c.Kind)
			if words {
				w := []rune(c.Text)
				if len(w) > 50 {
					w = append(append(append([]rune(nil), w[:24]...), []rune(" … ")...), w[len(w)-22:]...)
				}
				fmt.Fprintf(&s, " | %s", string(w))
			}
			s.WriteByte('\n')
		}
	}
	for _, row := range r.Rows {
		fmt.Fprintf(&s, "%s %s", row.Kind, row.ID)
		if row.Is != "" {
			fmt.Fprintf(&s, " is %s", strings.Join(append([]string{row.Is}, row.Also...), "+"))
		} else if len(row.Also) > 0 {
			fmt.Fprintf(&s, " with %s", strings.Join(row.Also, "+"))
		}
		fmt.Fprintf(&s, " by %s %.2f", row.Clause, row.Confidence)
		if words && row.Value != "" {
			fmt.Fprintf(&s, " | %s", row.Value)
		}
		s.WriteByte('\n')
	}
	a := r.Account
	fmt.Fprintf(&s, "clause %d heading %d marker %d hyphenation %d columns %d\n", a.Clause, a.Heading, a.Marker, a.Hyphenation, a.Columns)
	for _, reason := range sortedKeys(a.Left) {
		fmt.Fprintf(&s, "left out %d %s\n", a.Left[reason], reason)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&s, "note %s %s\n", n.Code, n.Clause)
	}
	return s.String()
}

func TestEveryPolicyOfTheCorpusIsReadInItsShape(t *testing.T) {
	t.Parallel()
	for _, name := range corpus(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			text := readCorpus(t, name)
			d := makeDraft(t, text, langOf(name), nil)
			checkAccount(t, text, d)
			checkPack(t, d)
			golden(t, name+".golden", shapeOf(d.Text(), true))
		})
	}
}

func TestTheSameTextGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, name := range corpus(t) {
		text := readCorpus(t, name)
		first, second := makeDraft(t, text, langOf(name), nil), makeDraft(t, text, langOf(name), nil)
		for file := range first.Files {
			if string(first.Files[file]) != string(second.Files[file]) {
				t.Errorf("%s: %s differs from one run to the next", name, file)
			}
		}
	}
}
