package draft

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
)

// zipped packs files into a document.
func zipped(t testing.TB, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range sortedKeys(files) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func cp1251(t testing.TB, s string) string {
	t.Helper()
	out, err := charmap.Windows1251.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatCannotBeReadIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	const sentence = "Политика говорит, какие данные мы храним и зачем.\n"
	bomb := zipped(t, map[string]string{"word/document.xml": "<w:document>" + strings.Repeat(" ", 64<<20) + "</w:document>"})
	if len(bomb) > 1<<20 {
		t.Fatal("the bomb is no bomb")
	}
	tests := []struct {
		what, name, data, problem, msg string
		line, column                   int
	}{
		{"a program", "a.txt", "\x7fELF\x02\x01\x01\x00\x00\x00", problemFormat, "give a .txt", 0, 0},
		{"a picture", "a.docx", "\x89PNG\r\n\x1a\n", problemFormat, "binary", 0, 0},
		{"bytes of all kinds", "a.md", strings.Repeat("\x01\x02\x03abc", 50), problemFormat, "binary", 0, 0},
		{"an old Word file", "a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", problemOldWord, "save it as .docx", 0, 0},
		{"rich text", "a.txt", "{\\rtf1 text}", problemFormat, "save it as .docx", 0, 0},
		{"a name that lies", "a.pdf", sentence, problemFormat, "is called .pdf", 0, 0},
		{"an unknown name", "a.xlsx", sentence, problemFormat, "ends in .xlsx", 0, 0},
		{"an encrypted PDF", "a.pdf", "%PDF-1.7\n1 0 obj\n<< /Encrypt 5 0 R >>\n", problemEncrypted, "without a password", 0, 0},
		{"nothing", "a.txt", "", problemEmpty, "is empty", 0, 0},
		{"blanks", "a.txt", " \n\n \t\n", problemEmpty, "holds no text", 0, 0},
		{"a page that is a script", "a.html", "<html><head><title>App</title></head><body><script>render('text')</script></body></html>", problemEmpty, "holds no text", 0, 0},
		{"windows-1251 inside UTF-8", "a.txt", sentence + "Второй абзац: " + cp1251(t, "тут другая кодировка") + "\n", problemEncoding, "save the whole file as UTF-8", 2, 15},
		{"UTF-8 inside windows-1251", "a.txt", cp1251(t, sentence) + cp1251(t, "Второй ") + "абзац\n", problemEncoding, "save the whole file as UTF-8", 2, 8},
		{"KOI8-R", "a.txt", koi8(t, strings.Repeat(sentence, 5)), problemEncoding, "neither UTF-8", 0, 0},
		{"half of a UTF-16", "a.txt", "\xff\xfea", problemEncoding, "UTF-16", 0, 0},
		{"NUL", "a.txt", sentence + "сло\x00во\n", problemInvisible, "U+0000", 2, 4},
		{"an override of direction", "a.md", "# П\n\n" + sentence + "слово \u202eоволс\n", problemInvisible, "U+202E", 4, 7},
		{"an override in a document", "a.docx", zipped(t, map[string]string{"word/document.xml": "<w:document><w:p><w:r><w:t>слово \u202eоволс</w:t></w:r></w:p></w:document>"}), problemInvisible, "U+202E", 1, 7},
		{"a zip of something else", "a.docx", zipped(t, map[string]string{"readme": "text"}), problemDamaged, "has no word/document.xml", 0, 0},
		{"a broken zip", "a.docx", "PK\x03\x04broken", problemDamaged, "no document of Word", 0, 0},
		{"broken XML", "a.docx", zipped(t, map[string]string{"word/document.xml": "<w:document><w:p>"}), problemDamaged, "damaged inside", 0, 0},
		{"XML without an end of depth", "a.docx", zipped(t, map[string]string{"word/document.xml": strings.Repeat("<w:p>", 5000)}), problemDamaged, "nested too deeply", 0, 0},
		{"a bomb", "a.docx", bomb, problemSize, "unpacks to more than", 0, 0},
		{"too much text", "a.txt", strings.Repeat(sentence, 60_000), problemSize, "read on a phone", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			t.Parallel()
			_, err := Read("/some/where/"+tt.name, strings.NewReader(tt.data))
			var e *privacy.Error
			var fe *policyfile.FileError
			if !errors.As(err, &e) || !errors.As(err, &fe) {
				t.Fatalf("the error is %v", err)
			}
			if e.Problem != tt.problem || e.Code == "" || fe.File != tt.name || fe.Line != tt.line || fe.Column != tt.column || !strings.Contains(fe.Msg, tt.msg) {
				t.Errorf("%s %s at %d:%d of %s: %s", e.Code, e.Problem, fe.Line, fe.Column, fe.File, fe.Msg)
			}
		})
	}
}

func koi8(t testing.TB, s string) string {
	t.Helper()
	out, err := charmap.KOI8R.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// endless gives bytes without end and counts them.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestNoMoreIsReadThanATextMayHave(t *testing.T) {
	t.Parallel()
	r := &endless{}
	_, err := Read("a.txt", r)
	if e := (*privacy.Error)(nil); !errors.As(err, &e) || e.Code != privacy.TooLarge {
		t.Fatalf("the error is %v", err)
	}
	if r.read > 2*MaxFile {
		t.Errorf("%d bytes were read", r.read)
	}
}

func TestAPDFIsReadThroughPoppler(t *testing.T) {
	t.Parallel()
	const pdf = "%PDF-1.4\n%%EOF\n"
	give := func(out string, err error) extractor {
		return func(context.Context, []byte) ([]byte, error) { return []byte(out), err }
	}
	text, err := read(context.Background(), "a.pdf", strings.NewReader(pdf), give("Политика\n\n1. Данные\n\nМы храним имя.\n\n1\n\fИ телефон.\n", nil))
	if err != nil {
		t.Fatal(err)
	}
	d := makeDraft(t, text, privacy.Russian, nil)
	checkAccount(t, text, d)
	if n := d.Text().Account.Left[reasonPage]; n != 1 {
		t.Errorf("the number of the page: %+v", d.Text().Account)
	}
	for _, tt := range []struct {
		err     error
		problem string
	}{{exec.ErrNotFound, problemTool}, {errEncrypted, problemEncrypted}, {errors.New("exit status 1"), problemDamaged}} {
		_, err := read(context.Background(), "a.pdf", strings.NewReader(pdf), give("", tt.err))
		if e := (*privacy.Error)(nil); !errors.As(err, &e) || e.Problem != tt.problem {
			t.Errorf("%v gives %v", tt.err, err)
		}
	}
}

func TestProblemsHaveCodesAndTheListIsWhole(t *testing.T) {
	t.Parallel()
	if len(Problems()) != len(problemCodes) {
		t.Errorf("%d problems, %d codes", len(Problems()), len(problemCodes))
	}
	for _, p := range Problems() {
		if problemCodes[p] == "" {
			t.Errorf("%s has no code", p)
		}
	}
}
