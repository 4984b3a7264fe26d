package document

import (
	"bytes"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

var rewrite = flag.Bool("update", false, "write testdata/papers.*.txt")

// What every paper says, word for word and line for line. A lawyer can read it.
func TestPapersSayWhatIsWritten(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		var b strings.Builder
		all := papers(lang)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			b.WriteString("=== " + name + "\n" + said(t, render(t, all[name], lang, Options{})) + "\n")
		}
		file := "testdata/papers." + string(lang) + ".txt"
		if *rewrite {
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("%s is not what the papers say; look, and run the test with -update", file)
		}
	}
}

// A standard tool finds the same words, so that people can search and copy them.
func TestAStandardToolReadsEveryLetter(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		d, err := received(lang).Document(lang)
		if err != nil {
			t.Fatal(err)
		}
		const all = "Ң Ө Ү ң ө ү Ё ё Ъ ъ Щ щ № 5 — «тырмакча» “quotes” „лапки“ ‘a’ ’ • … § © × − 1 234,50"
		d.Body = append(d.Body, Paragraph(all))
		pdf, err := Render(d, lang, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := tool(t, pdf, "pdftotext", "-enc", "UTF-8", "FILE", "-")
		for _, want := range []string{all, d.Title, date(lang), "№ ЖМ-26/117", "Үсөнова", "Бишкек"} {
			if lang == privacy.English && (want == "Үсөнова" || want == "Бишкек") {
				continue
			}
			if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
				t.Errorf("%s: pdftotext does not find %q in\n%s", lang, want, got)
			}
		}
		about := tool(t, pdf, "pdfinfo", "FILE")
		if !strings.Contains(about, d.Title+" № ") {
			t.Errorf("%s: the file does not name its title: %s", lang, about)
		}
		if !bytes.Contains(pdf, []byte("/Lang ("+string(lang)+")")) {
			t.Errorf("%s: the file does not name its language", lang)
		}
	}
}

func received(lang privacy.Lang) Received {
	return Received{Head: head(lang), Request: request(RequestWithdraw, lang)}
}

func TestTheSameContentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {Large: true}} {
		first := render(t, access(privacy.Kyrgyz, 20), privacy.Kyrgyz, o)
		for range 3 {
			if !bytes.Equal(first, render(t, access(privacy.Kyrgyz, 20), privacy.Kyrgyz, o)) {
				t.Fatal("the same paper has other bytes")
			}
		}
	}
	later := access(privacy.Kyrgyz, 20)
	later.Date = later.Date.Add(time.Second)
	if bytes.Equal(render(t, access(privacy.Kyrgyz, 20), privacy.Kyrgyz, Options{}), render(t, later, privacy.Kyrgyz, Options{})) {
		t.Error("another moment gives the same bytes: the date of the file is not the paper's")
	}
}

// Nothing is written outside of the margins, or over what stands beside it.
func TestNothingRunsOutOfItsPlace(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		for _, o := range []Options{{}, {Large: true}} {
			d, err := access(lang, 12).Document(lang)
			if err != nil {
				t.Fatal(err)
			}
			long := strings.Repeat("Көпсөздүүжөндөмсүзсөз", 20) + " " + strings.Repeat("w-", 300)
			d.To.Name, d.Title, d.Number, d.Holder.Name = long, d.Title+long, long, long
			d.Body = append(d.Body, Paragraph(long), Items{long}, Fields{{long, long}}, Lines{long},
				Table{[]Column{{long[:60], 1}, {"b", 0.5}, {"c", 3}}, [][]string{{long, long, strings.Repeat(long, 30)}, {"", "", ""}}})
			pdf, err := Render(d, lang, o)
			if err != nil {
				t.Fatal(err)
			}
			inside(t, pdf, o)
		}
	}
}

// inside holds every piece of text to the margins and to what follows it in its
// own line.
func inside(t *testing.T, pdf []byte, o Options) {
	t.Helper()
	p := newPen(&Document{Date: noon}, privacy.Kyrgyz, o)
	all := pieces(t, pdf)
	for i, x := range all {
		wide := max(p.width(style{size: x.size}, x.text), p.width(style{size: x.size, bold: true}, x.text)) / 1.12 // bold is wider
		left, right := x.x*point, x.x*point+wide
		if left < leftEdge-0.1 || right > pageWidth-rightEdge+0.1 || x.y*point < bottomEdge-15 || x.y*point > pageHeight-topEdge+0.1 {
			t.Errorf("page %d: %.60q stands outside of the margins, from %.1f to %.1f mm, %.1f mm above the foot", x.page, x.text, left, right, x.y*point)
		}
		if i+1 < len(all) && all[i+1].page == x.page && all[i+1].y == x.y && all[i+1].x > x.x && right > all[i+1].x*point {
			t.Errorf("page %d: %.60q runs into %.60q", x.page, x.text, all[i+1].text)
		}
		if o.Large && x.size < 14 {
			t.Errorf("large print has %.60q in %.1f points", x.text, x.size)
		}
	}
}

func TestWrapLosesNothingAndKeepsToTheWidth(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	letters := []rune("абвгдөүңӨҮҢabcxyz0123456789-/@.__,:;«»“”№—()[]%\u00a0中😀\n ")
	p := newPen(&Document{Date: noon}, privacy.Kyrgyz, Options{})
	squeeze := strings.NewReplacer(" ", "", "\n", "")
	for range 2000 {
		text := make([]rune, random.IntN(120))
		for i := range text {
			if text[i] = letters[random.IntN(len(letters))]; random.IntN(7) == 0 {
				text[i] = ' '
			}
		}
		s := style{size: 6 + 20*random.Float64(), bold: random.IntN(2) == 0}
		width := 12 + 100*random.Float64()
		lines := p.wrap(s, string(text), width)
		for _, line := range lines {
			if p.width(s, line) > width {
				t.Fatalf("%q is %.1f mm wide, more than %.1f", line, p.width(s, line), width)
			}
		}
		if got, want := squeeze.Replace(strings.Join(lines, "")), squeeze.Replace(sayable(string(text))); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	}
}

func TestWhatTheFontLacksIsWrittenAsItsCode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Өмүр":              "Өмүр",
		"中":                 "[U+4E2D]",
		"a😀b":               "a[U+1F600]b",
		"е\u0308ж":          "ёж",
		"12\u202f345\u2010": "12\u00a0345-",
		"a\x00b\x7f":        "a[U+0000]b[U+007F]",
		"\xff":              "[U+FFFD]",
		"a\tb\r\nc\u00ad":   "a b\nc",
		"\u202e":            "[U+202E]", // nothing can turn the direction of what is read
	} {
		if got := sayable(in); got != want {
			t.Errorf("%q is written as %q, want %q", in, got, want)
		}
	}
}

func TestAnExtractOfSixtyPagesIsQuickAndWhole(t *testing.T) {
	t.Parallel()
	began := time.Now()
	pdf := signed(t, render(t, access(privacy.Russian, 900), privacy.Russian, Options{}))
	took := time.Since(began)
	all := pieces(t, pdf)
	pages := all[len(all)-1].page
	t.Logf("%d pages, %d bytes in %v", pages, len(pdf), took)
	if pages < 60 || took > 2*time.Second && !testing.Short() {
		t.Errorf("%d pages took %v", pages, took)
	}
	text, heads := flat(t, pdf), 0
	for _, n := range []string{"№ 1 ", "№ 451 ", "№ 901 "} {
		if strings.Contains(text, n) != (n != "№ 901 ") {
			t.Errorf("%q: the extract is not whole", n)
		}
	}
	for _, x := range all {
		if x.text == i18n.Text(privacy.Russian, "document.column.source") {
			heads++
		}
	}
	if heads < pages-4 {
		t.Errorf("the head of the table stands on %d pages of %d", heads, pages)
	}
}

// A row longer than a page goes on, and its words stay in order.
func TestALongRowGoesOverThePages(t *testing.T) {
	t.Parallel()
	d, err := received(privacy.English).Document(privacy.English)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.TrimSpace(strings.Repeat("one two three four five six seven ", 400))
	d.Body = Table{[]Column{{"A", 1}, {"B", 1}}, [][]string{{long, "short"}, {"next", "row"}}}.list()
	pdf, err := Render(d, privacy.English, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, x := range pieces(t, pdf) {
		if x.x < (leftEdge+inset+1)/point && strings.Contains(long, x.text) && x.text != "A" {
			words = append(words, x.text)
		}
	}
	if got := strings.Join(words, " "); got != long {
		t.Errorf("%d of %d letters came through", len(got), len(long))
	}
}

func (t Table) list() []Block { return []Block{t} }

func TestRenderRefusesWhatIsNoPaper(t *testing.T) {
	t.Parallel()
	good, err := received(privacy.Kyrgyz).Document(privacy.Kyrgyz)
	if err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*Document){
		"kind":           func(d *Document) { d.Kind = "letter" },
		"number":         func(d *Document) { d.Number = "" },
		"date":           func(d *Document) { d.Date = time.Time{} },
		"title":          func(d *Document) { d.Title = "" },
		"holder.name":    func(d *Document) { d.Holder.Name = "" },
		"holder.address": func(d *Document) { d.Holder.Address = "" },
		"body":           func(d *Document) { d.Body = nil },
		"table":          func(d *Document) { d.Body = Table{[]Column{{"A", 1}}, [][]string{{"1", "2"}}}.list() },
	} {
		d := good
		spoil(&d)
		_, err := Render(d, privacy.Kyrgyz, Options{})
		wants(t, err, field)
	}
	for name, columns := range map[string][]Column{
		"no columns": nil, "a narrow one": {{"A", 20}, {"B", 1}}, "a long name": {{strings.Repeat("а", 41), 1}},
	} {
		d := good
		d.Body = Table{Columns: columns}.list()
		if _, err := Render(d, privacy.Kyrgyz, Options{}); privacy.CodeOf(err) != privacy.BadValue {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = Render(good, "de", Options{})
	wants(t, err, "lang")
}

func BenchmarkRender(b *testing.B) {
	d, err := received(privacy.Kyrgyz).Document(privacy.Kyrgyz)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Render(d, privacy.Kyrgyz, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
