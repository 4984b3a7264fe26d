package document

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// piece is text as it stands on a page, in points from the lower left.
type piece struct {
	page       int
	x, y, size float64
	text       string
}

var (
	streamForm = regexp.MustCompile(`(?s)/Length \d+>>\nstream\n(.*?)\nendstream`)
	drawing    = regexp.MustCompile(`(?s)BT /F(\w+) ([\d.]+) Tf ET|BT ([-\d.]+) ([-\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj ET`)
	unescape   = strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r")
)

// pieces reads what a paper says, page by page in the order of drawing.
func pieces(t testing.TB, pdf []byte) []piece {
	t.Helper()
	var out []piece
	page := 0
	for _, m := range streamForm.FindAllSubmatch(pdf, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // not compressed: no page
		}
		content, err := io.ReadAll(r)
		if err != nil || !bytes.Contains(content, []byte(" Tj ET")) {
			continue
		}
		page++
		now := piece{page: page}
		for _, d := range drawing.FindAllSubmatch(content, -1) {
			if d[1] != nil {
				now.size = number(t, d[2])
				continue
			}
			now.x, now.y, now.text = number(t, d[3]), number(t, d[4]), utf16Text(unescape.Replace(string(d[5])))
			out = append(out, now)
		}
	}
	if page == 0 {
		t.Fatal("there is no page in the file")
	}
	return out
}

func utf16Text(s string) string {
	var units []uint16
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(units))
}

func number(t testing.TB, b []byte) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// said is what a paper says, a line for each line on the page; the foot, which
// is written last, stands at the end of each page.
func said(t testing.TB, pdf []byte) string {
	t.Helper()
	var b strings.Builder
	last := piece{}
	for _, p := range pieces(t, pdf) {
		switch {
		case last.page == 0:
		case p.page != last.page:
			b.WriteString("\n---\n")
		case p.y == last.y:
			b.WriteString(" | ")
		default:
			b.WriteString("\n")
		}
		b.WriteString(p.text)
		last = p
	}
	return b.String() + "\n"
}

// flat is what a paper says without its lines, to search in.
func flat(t testing.TB, pdf []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(strings.NewReplacer(" | ", " ", "\n---\n", " ").Replace(said(t, pdf))), " ")
}
