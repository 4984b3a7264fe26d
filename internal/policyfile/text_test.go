package policyfile

import (
	"errors"
	"strings"
	"testing"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

const smallText = "# Title\n\n## 1 First\n\nOne sentence. {#1.1}\n\nTwo lines\nof a clause. {#1.2a}\n\n## 2 Second\n\n- An item,\n  going on. {#2.1}\n- Another. {#2.2}\n"

func TestATextIsReadClauseByClause(t *testing.T) {
	t.Parallel()
	for _, data := range []string{smallText, "\ufeff" + smallText, strings.ReplaceAll(smallText, "\n", "\r\n"), strings.TrimSuffix(smallText, "\n")} {
		text, err := parseText("policy.en.md", privacy.English, []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		want := []policy.Clause{
			{ID: "1.1", Section: "1", Text: "One sentence.", Line: 5},
			{ID: "1.2a", Section: "1", Text: "Two lines of a clause.", Line: 7},
			{ID: "2.1", Section: "2", Text: "An item, going on.", Item: true, Line: 12},
			{ID: "2.2", Section: "2", Text: "Another.", Item: true, Line: 14},
		}
		if text.Title != "Title" || text.Lang != privacy.English || len(text.SHA256) != 64 || len(text.Clauses) != len(want) {
			t.Fatalf("read %+v", text)
		}
		for i := range want {
			if text.Clauses[i] != want[i] {
				t.Errorf("clause %d: got %+v, want %+v", i, text.Clauses[i], want[i])
			}
		}
		if len(text.Sections) != 2 || text.Sections[1] != (policy.Section{Number: "2", Title: "Second"}) {
			t.Errorf("sections %+v", text.Sections)
		}
		if c := text.Clause("2.2"); c == nil || c.Text != "Another." || text.Clause("2.3") != nil {
			t.Errorf("finding a clause by its anchor gave %+v", c)
		}
	}
}

func TestAFaultInATextNamesItsPlace(t *testing.T) {
	t.Parallel()
	const head = "# T\n\n## 1 S\n\n"
	tests := []struct{ name, data, where, msg string }{
		{"an anchor given twice", head + "A. {#1.1}\n\nB. {#1.1}\n", "7:4", "already stands on line 5"},
		{"a paragraph without an anchor", head + "A. {#1.1}\n\nBöö.\n", "7:5", "without an anchor"},
		{"a list item without an anchor", head + "- A.\n- B. {#1.2}\n", "5:3", "without an anchor"},
		{"an anchor without a text", head + "{#1.1}\n", "5:1", "has no text"},
		{"an empty list item", head + "- {#1.1}\n", "5:3", "has no text"},
		{"an anchor in the middle", head + "A {#1.1} b. {#1.2}\n", "5:", "one anchor at its end"},
		{"an anchor that is a word", head + "A. {#first}\n", "5:4", "is no anchor"},
		{"an anchor with a point too many", head + "A. {#1.}\n", "5:4", "is no anchor"},
		{"an anchor in capitals", head + "Өө. {#1.1A}\n", "5:5", "is no anchor"},
		{"a clause before the first section", "# T\n\nA. {#1.1}\n", "3:4", "before the first section"},
		{"a section before the title", "## 1 S\n", "1:1", "before the title"},
		{"a second title", "# T\n# U\n", "2:1", "second title"},
		{"no title", "\n", "", "no title"},
		{"no clause", "# T\n\n## 1 S\n", "", "no clause"},
		{"a section without a number", "# T\n## S\n", "2:1", "no heading"},
		{"a section number given twice", head + "A. {#1.1}\n\n## 1 S\n", "7:4", "stands twice"},
		{"a third level of headings", "# T\n### 1 S\n", "2:1", "no heading"},
		{"emphasis", head + "A *b*. {#1.1}\n", "5:1", "plain text"},
		{"a link", head + "[a](b) {#1.1}\n", "5:1", "plain text"},
		{"an indented paragraph", head + "  A. {#1.1}\n", "5:1", "begins with a space"},
		{"an item that goes on without indentation", head + "- A\nb. {#1.1}\n", "6:1", "indent"},
		{"a paragraph that goes on indented", head + "A\n  b. {#1.1}\n", "6:1", "empty line"},
		{"a tab", head + "A\tb. {#1.1}\n", "5:2", "U+0009"},
		{"a mark that turns the line around", head + "A\u202eb. {#1.1}\n", "5:2", "U+202E"},
		{"bytes that are not UTF-8", head + "A\xff {#1.1}\n", "5:1", "UTF-8"},
		{"a file that is too large", head + strings.Repeat("A", maxFileBytes), "", "larger"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parseText("p.md", privacy.Kyrgyz, []byte(tt.data))
			wantFault(t, err, "p.md:", tt.where, tt.msg)
		})
	}
}

// wantFault checks that err is a *FileError at a place, with words to act on.
func wantFault(t *testing.T, err error, file, where, msg string) {
	t.Helper()
	var fe *FileError
	if !errors.As(err, &fe) {
		t.Fatalf("got %v, want a *FileError", err)
	}
	if !strings.HasPrefix(err.Error(), file+where) || !strings.Contains(err.Error(), msg) {
		t.Errorf("got %q, want %q … %q", err, file+where, msg)
	}
}

func TestEveryLanguageHasTheClausesOfTheSourceText(t *testing.T) {
	t.Parallel()
	swap := strings.NewReplacer("{#2.1}", "{#2.2}", "{#2.2}", "{#2.1}")
	tests := []struct{ name, other, msg string }{
		{"a clause is missing", strings.Replace(smallText, "- Another. {#2.2}\n", "", 1), "{#2.2} is missing"},
		{"a clause is added", smallText + "- More. {#2.3}\n", "{#2.3} does not stand"},
		{"the order differs", swap.Replace(smallText), "keep the order"},
		{"an item became a paragraph", strings.Replace(smallText, "- Another.", "\nAnother.", 1), "list item in one language"},
		{"a clause moved to another section", strings.Replace(smallText, "## 2 Second\n\n- An item,\n  going on. {#2.1}\n", "- An item,\n  going on. {#2.1}\n\n## 2 Second\n\n", 1), "section"},
		{"a section has another number", strings.Replace(smallText, "## 2", "## 3", 1), "section"},
		{"a section is added", smallText + "\n## 3 More\n", "3 sections"},
	}
	source, err := parseText("policy.ky.md", privacy.Kyrgyz, []byte(smallText))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			other, err := parseText("policy.ru.md", privacy.Russian, []byte(tt.other))
			if err != nil {
				t.Fatal(err)
			}
			wantFault(t, sameAnchors(source, other, "policy.ky.md", "policy.ru.md"), "policy.ru.md:", "", tt.msg)
		})
	}
	if err := sameAnchors(source, source, "policy.ky.md", "policy.ky.md"); err != nil {
		t.Errorf("a text is said to differ from itself: %v", err)
	}
}

func FuzzParseText(f *testing.F) {
	f.Add(smallText)
	f.Add("# T\n## 1 S\n- a\n  b {#1}\n- {#2.a}\n{#}")
	f.Add("\ufeff# T\r\n\r\n## 1 S\r\nА {#1.1}{#1.2}\r\n")
	f.Fuzz(func(t *testing.T, data string) {
		text, err := parseText("f.md", privacy.Kyrgyz, []byte(data))
		if err != nil {
			var fe *FileError
			if !errors.As(err, &fe) || fe.File != "f.md" || fe.Msg == "" || fe.Line < 0 || fe.Column < 0 {
				t.Fatalf("a useless error: %#v", err)
			}
			return
		}
		// What was read, written again in the plainest form, reads the same.
		var again strings.Builder
		again.WriteString("# " + text.Title + "\n")
		next := 0
		for _, s := range text.Sections {
			again.WriteString("\n## " + s.Number + " " + s.Title + "\n")
			for ; next < len(text.Clauses) && text.Clauses[next].Section == s.Number; next++ {
				c := text.Clauses[next]
				if c.Text == "" || strings.Contains(c.Text, "{#") || (next > 0 && c.Line <= text.Clauses[next-1].Line) {
					t.Fatalf("read a clause that is none: %+v", c)
				}
				if c.Item {
					again.WriteString("\n- " + c.Text + " {#" + string(c.ID) + "}\n")
				} else {
					again.WriteString("\n" + c.Text + " {#" + string(c.ID) + "}\n")
				}
			}
		}
		second, err := parseText("f.md", privacy.Kyrgyz, []byte(again.String()))
		if err != nil {
			t.Fatalf("%v in\n%s", err, again.String())
		}
		if len(second.Clauses) != len(text.Clauses) || next != len(text.Clauses) {
			t.Fatalf("clauses were lost: %d, %d, %d", len(text.Clauses), len(second.Clauses), next)
		}
		for i := range text.Clauses {
			a, b := text.Clauses[i], second.Clauses[i]
			a.Line, b.Line = 0, 0
			if a != b {
				t.Fatalf("%+v became %+v", a, b)
			}
		}
	})
}
