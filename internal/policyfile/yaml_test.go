package policyfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

type sample struct {
	Name  string         `yaml:"name"`
	Count int            `yaml:"count"`
	On    bool           `yaml:"on"`
	List  []string       `yaml:"list"`
	Rows  []at[sampleID] `yaml:"rows"`
}

type sampleID struct {
	ID  at[lower] `yaml:"id"`
	Sub struct {
		Deep string `yaml:"deep"`
	} `yaml:"sub"`
}

type lower string

func (l *lower) UnmarshalText(b []byte) error {
	if strings.ToLower(string(b)) != string(b) {
		return errors.New("not in lower case")
	}
	*l = lower(b)
	return nil
}

func TestDecodeStrictReadsPlainYAML(t *testing.T) {
	t.Parallel()
	const text = "# said once\nname: \"4.10\"\ncount: 12\non: true\nlist: [\"a\", б]\nrows:\n  - id: x\n    sub: {deep: y}\n  - id: z\n"
	for _, data := range []string{text, "\ufeff" + text, strings.ReplaceAll(text, "\n", "\r\n")} {
		var s sample
		if err := decodeStrict("s.yaml", []byte(data), &s); err != nil {
			t.Fatal(err)
		}
		if s.Name != "4.10" || s.Count != 12 || !s.On || fmt.Sprint(s.List) != "[a б]" {
			t.Errorf("read %+v", s)
		}
		if len(s.Rows) != 2 || s.Rows[0].Value.Sub.Deep != "y" || s.Rows[1].Value.ID.Value != "z" {
			t.Fatalf("rows %+v", s.Rows)
		}
		if s.Rows[1].Line != 9 || s.Rows[1].Column != 5 || s.Rows[1].Value.ID.Column != 9 {
			t.Errorf("the second row was said to stand at %d:%d, its id at column %d", s.Rows[1].Line, s.Rows[1].Column, s.Rows[1].Value.ID.Column)
		}
	}
}

func TestDecodeStrictRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, data, where, msg string
	}{
		{"an unknown key", "name: x\nnmae: y\n", "2:1", "unknown field"},
		{"an unknown key deep inside", "rows:\n  - id: x\n    sub:\n      deap: y\n", "4:7", "unknown field"},
		{"a key of another case", "Name: x\n", "1:1", "unknown field"},
		{"a key given twice", "name: x\nname: y\n", "2:1", "already defined"},
		{"a key given twice, once in quotes", "name: x\n\"name\": y\n", "2:1", "already defined"},
		{"a key given twice deep inside", "rows:\n  - id: x\n    id: y\n", "3:5", "already defined"},
		{"a second document", "name: x\n---\nname: y\n", "3:1", "second document"},
		{"an empty file", "", "", "no document"},
		{"a file of comments", "# nothing\n", "", "no document"},
		{"a key without a value", "name:\n", "1:", "no value"},
		{"an explicit null", "name: ~\n", "1:7", "no value"},
		{"an octal number", "count: 010\n", "1:8", "plain decimal"},
		{"a number with a point", "name: 4.10\n", "1:7", "quote it"},
		{"a number with underscores", "count: 1_0\n", "1:8", "plain decimal"},
		{"an anchor", "name: &a x\n", "1:7", "anchors"},
		{"an alias", "name: &a x\nlist: [*a]\n", "1:7", "anchors"},
		{"a merge", "<<: {name: x}\n", "1:1", "merges"},
		{"a tag", "name: !!str x\n", "1:7", "tags"},
		{"a directive", "%YAML 1.2\n---\nname: x\n", "", ""},
		{"a list where a map is due", "- x\n", "1:1", "sequence"},
		{"text where a number is due", "count: many\n", "1:8", "unmarshal"},
		{"text where a truth value is due", "on: yes\n", "1:5", "unmarshal"},
		{"an open quote", "name: \"x\n", "1:7", "double-quoted"},
		{"a value its own type refuses", "rows:\n  - id: Q\n", "2:9", "lower case"},
		{"bytes that are not UTF-8", "name: x\nlist: [é\xff]\n", "2:9", "UTF-8"},
		{"a file that is too large", "name: " + strings.Repeat("x", maxFileBytes), "", "larger"},
		{"deep brackets", "list: " + strings.Repeat("[", 100_000), "1:39", "deep"},
		{"deep brackets over many lines", "list: " + strings.Repeat("[\n", 100_000), "33:1", "deep"},
		{"deep dashes", strings.Repeat("- ", 100_000), "1:65", "deep"},
		{"deep indentation", "name:" + strings.Repeat("\n", 3) + strings.Repeat(" ", 600) + "x", "4:", "deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			var s sample
			err := decodeStrict("s.yaml", []byte(tt.data), &s)
			var fe *FileError
			if !errors.As(err, &fe) {
				t.Fatalf("got %v, want a *FileError", err)
			}
			want := "s.yaml:"
			if tt.where != "" {
				want += tt.where
			}
			if !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), tt.msg) {
				t.Errorf("got %q, want %q … %q", err, want, tt.msg)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

func FuzzDecodeStrict(f *testing.F) {
	f.Add("name: x\ncount: 3\nrows:\n  - id: x\n    sub: {deep: y}\n")
	f.Add("a: &x [*x]\n? - b\n: |\n  c\n--- !t\n")
	f.Add("list: [[{'a': \"\\u0000\"}, >-\n x]]")
	f.Fuzz(func(t *testing.T, data string) {
		var s sample
		err := decodeStrict("f.yaml", []byte(data), &s)
		var fe *FileError
		if err != nil && !errors.As(err, &fe) {
			t.Fatalf("not a *FileError: %v", err)
		}
		if fe != nil && (fe.File != "f.yaml" || fe.Line < 0 || fe.Msg == "") {
			t.Fatalf("a useless error: %+v", fe)
		}
	})
}
