package draft

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads the words of a page: headings, paragraphs, lists and tables.
// What is not the text of the policy is left out with a reason.
func (t *Text) readHTML(text string) error {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return refuse(t.Name, problemDamaged, place{}, "cannot be read as a page (%v); save it again, or give the words as text", err)
	}
	w := &htmlReader{text: t, main: find(doc, atom.Main), counts: map[*html.Node]int{}}
	if w.main == nil {
		if w.main = find(doc, atom.Article); w.main != nil && articles(doc) > 1 {
			w.main = nil
		}
	}
	w.walk(doc, htmlState{around: w.main != nil})
	w.flush()
	return nil
}

// htmlState is what the elements above a node say of it.
type htmlState struct {
	reason string // why it is left out
	around bool   // outside of the main part
	list   int    // lists it stands in
	strong bool
	pre    bool
}

type htmlReader struct {
	text *Text
	main *html.Node
	cur  para
	next para   // hint, level and label for what comes
	into *cell  // the cell being read
	tb   *table // the table being read

	counts map[*html.Node]int // items of each ordered list
}

func find(n *html.Node, a atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == a {
			return d
		}
	}
	return nil
}

func articles(n *html.Node) (count int) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == atom.Article {
			count++
		}
	}
	return count
}

// leftOut names the elements whose words are no part of a text.
var leftOut = map[atom.Atom]string{
	atom.Script: reasonScript, atom.Style: reasonScript, atom.Noscript: reasonScript, atom.Template: reasonScript,
	atom.Head: reasonAround, atom.Nav: reasonAround, atom.Footer: reasonAround, atom.Aside: reasonAround,
	atom.Button: reasonAround, atom.Select: reasonAround, atom.Textarea: reasonAround, atom.Svg: reasonHidden,
	atom.Iframe: reasonScript, atom.Object: reasonHidden, atom.Del: reasonDeleted,
}

func (w *htmlReader) walk(n *html.Node, s htmlState) {
	switch n.Type {
	case html.TextNode:
		w.words(n.Data, s)
		return
	case html.ElementNode:
		w.element(n, s)
		return
	}
	w.children(n, s)
}

func (w *htmlReader) children(n *html.Node, s htmlState) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c, s)
	}
}

func (w *htmlReader) words(data string, s htmlState) {
	reason := s.reason
	if reason == "" && s.around {
		reason = reasonAround
	}
	if s.pre && reason == "" {
		for i, l := range strings.Split(data, "\n") {
			if i > 0 {
				w.cur.parts = append(w.cur.parts, part{brk: true})
			}
			w.cur.add(l, "")
		}
		return
	}
	data = collapse(data)
	if reason == "" && strings.TrimSpace(data) != "" && !s.strong {
		w.cur.strong = false
	}
	w.cur.add(data, reason)
}

// collapse makes one blank of every run of them, as a browser does; a blank that
// does not break stays what it is.
func collapse(s string) string {
	var out strings.Builder
	was := false
	for _, r := range s {
		is := r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f'
		if is && !was {
			out.WriteByte(' ')
		} else if !is {
			out.WriteRune(r)
		}
		was = is
	}
	return out.String()
}

// flush ends the paragraph being read.
func (w *htmlReader) flush() {
	p := w.cur
	w.cur = para{hint: hintPara, strong: true}
	if p.words() == "" && len(p.parts) == 0 {
		return
	}
	if w.next.hint != hintNone {
		p.hint, p.level, p.label = w.next.hint, w.next.level, w.next.label
		if p.words() != "" {
			w.next = para{}
		}
	} else if p.hint == hintNone {
		p.hint = hintPara
	}
	if w.into != nil {
		w.into.paras = append(w.into.paras, p)
		return
	}
	w.text.put(&p)
}

func (w *htmlReader) element(n *html.Node, s htmlState) {
	if n == w.main {
		s.around = false
	}
	if why := leftOut[n.DataAtom]; why != "" && s.reason == "" {
		s.reason = why
	}
	if hidden(n) && s.reason == "" {
		s.reason = reasonHidden
	}
	switch n.DataAtom {
	case atom.Br:
		w.cur.parts = append(w.cur.parts, part{brk: true})
	case atom.Hr:
		w.flush()
	case atom.B, atom.Strong:
		s.strong = true
		w.children(n, s)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.block(n, s, para{hint: hintHeading, level: int(n.Data[1] - '0')})
	case atom.Ul, atom.Ol:
		w.flush()
		w.next = para{}
		s.list++
		w.children(n, s)
		w.flush()
		w.next = para{}
	case atom.Li:
		w.block(n, s, para{hint: hintItem, level: max(s.list-1, 0), label: w.itemLabel(n)})
	case atom.Pre:
		s.pre = true
		w.block(n, s, para{})
	case atom.Table:
		w.table(n, s)
	case atom.Td, atom.Th:
		w.cell(n, s)
	case atom.Tr:
		if w.tb != nil && w.into == nil {
			w.tb.rows = append(w.tb.rows, nil)
		}
		w.children(n, s)
	default:
		if blockElement[n.DataAtom] {
			w.block(n, s, para{})
			return
		}
		w.children(n, s)
	}
}

var blockElement = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Header: true,
	atom.Footer: true, atom.Nav: true, atom.Aside: true, atom.Blockquote: true, atom.Dl: true, atom.Dt: true,
	atom.Dd: true, atom.Form: true, atom.Fieldset: true, atom.Address: true, atom.Figure: true, atom.Caption: true,
	atom.Figcaption: true, atom.Details: true, atom.Summary: true, atom.Body: true, atom.Head: true, atom.Title: true,
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Center: true, atom.Button: true,
}

func (w *htmlReader) block(n *html.Node, s htmlState, as para) {
	w.flush()
	if as.hint != hintNone {
		w.next = as
	}
	w.children(n, s)
	w.flush()
	if as.hint != hintNone {
		w.next = para{}
	}
}

// hidden reports whether a page says that nobody is to see an element.
func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch {
		case a.Key == "hidden", a.Key == "aria-hidden" && a.Val == "true":
			return true
		case a.Key == "style":
			style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// itemLabel says how the browser marks an item of a list.
func (w *htmlReader) itemLabel(n *html.Node) string {
	if n.Parent == nil || n.Parent.DataAtom != atom.Ol {
		return "•"
	}
	w.counts[n.Parent]++
	return numberText(w.counts[n.Parent]) + ")"
}

func (w *htmlReader) table(n *html.Node, s htmlState) {
	w.flush()
	if w.into != nil { // a table within a cell is read as paragraphs of the cell
		w.children(n, s)
		w.flush()
		return
	}
	outer, next := w.tb, w.next
	w.tb, w.next = &table{}, para{}
	w.children(n, s)
	w.flush()
	tb := w.tb
	w.tb, w.next = outer, next
	w.text.putTable(tb)
}

func (w *htmlReader) cell(n *html.Node, s htmlState) {
	if w.tb == nil || w.into != nil || len(w.tb.rows) == 0 {
		w.block(n, s, para{})
		return
	}
	w.flush()
	c := cell{head: n.DataAtom == atom.Th}
	w.into = &c
	w.children(n, s)
	w.flush()
	w.into, w.next = nil, para{}
	row := &w.tb.rows[len(w.tb.rows)-1]
	*row = append(*row, c)
}
