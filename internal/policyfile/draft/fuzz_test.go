package draft

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kupuya/internal/privacy"
)

// seed gives a fuzz target the corpus files of a format.
func seed(f *testing.F, ext string) {
	f.Helper()
	for _, name := range corpus(f) {
		if filepath.Ext(name) != ext {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
}

// never holds a reader to what must be true of any input: it refuses, or makes a
// draft that accounts for every character and loads as a pack, and again from its
// own report.
func never(t *testing.T, name, data string) {
	t.Helper()
	text, err := read(context.Background(), name, strings.NewReader(data), func(_ context.Context, pdf []byte) ([]byte, error) { return pdf, nil })
	if err != nil {
		return
	}
	d, err := Make(text, privacy.Russian, nil)
	if err != nil {
		if !strings.Contains(err.Error(), problemEmpty) && !strings.Contains(err.Error(), problemSize) {
			t.Fatal(err)
		}
		return
	}
	checkAccount(t, text, d)
	checkPack(t, d)
	again, err := Make(text, privacy.Russian, d.Report)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range d.Text().Clauses {
		if have := again.Text().Clauses[i]; have.ID != c.ID || have.Change != ChangeKept {
			t.Errorf("clause %s is %s %s when the same text is imported again", c.ID, have.ID, have.Change)
		}
	}
}

func FuzzPlainText(f *testing.F) {
	seed(f, ".txt")
	f.Fuzz(func(t *testing.T, data string) { never(t, "a.txt", data) })
}

func FuzzMarkdown(f *testing.F) {
	seed(f, ".md")
	f.Add("* a *b* _c_ `d` \\* [e](f) | g |\n|---|\n| h | i |\n<!-- j -->\n# #k\n- - l\n")
	f.Fuzz(func(t *testing.T, data string) { never(t, "a.md", data) })
}

func FuzzHTML(f *testing.F) {
	seed(f, ".html")
	f.Add("<table><tr><td>1<table><tr><td>a<li>b</table><td><ul><li><pre>c\nd</table><p>e")
	f.Fuzz(func(t *testing.T, data string) { never(t, "a.html", "<html>"+data) })
}

func FuzzDocx(f *testing.F) {
	f.Add(`<w:document><w:body><w:p><w:pPr><w:pStyle w:val="H"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>слово</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>один</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`,
		`<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`)
	f.Fuzz(func(t *testing.T, document, numbering string) {
		never(t, "a.docx", zipped(t, map[string]string{"word/document.xml": document, "word/numbering.xml": numbering}))
	})
}

func FuzzPages(f *testing.F) { // what pdftotext gives
	seed(f, ".txt")
	f.Add("1\n\fa\n2\n\fa\n3\n\fсло-\n4\n\fво\n")
	f.Fuzz(func(t *testing.T, data string) { never(t, "a.pdf", "%PDF-"+data) })
}
