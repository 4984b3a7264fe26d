package portal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// void are the elements without an end.
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// element is a start tag with its attributes.
type element struct {
	name string
	attr map[string]string
	text string // the text up to the next tag
}

// elements reads a page strictly: every element that has an end is closed, in
// order; no attribute stands twice; no id stands twice.
func elements(page string) ([]element, error) {
	var out []element
	var open []string
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return nil, z.Err()
			}
			if len(open) > 0 {
				return nil, fmt.Errorf("left open: %v", open)
			}
			return out, nil
		case html.TextToken:
			if len(out) > 0 {
				out[len(out)-1].text += string(z.Text()) + " "
			}
		case html.SelfClosingTagToken:
			return nil, fmt.Errorf("self-closing %q", z.Raw())
		case html.StartTagToken:
			t := z.Token()
			e := element{name: t.Data, attr: map[string]string{}}
			for _, a := range t.Attr {
				if _, twice := e.attr[a.Key]; twice {
					return nil, fmt.Errorf("<%s> has %s twice", t.Data, a.Key)
				}
				e.attr[a.Key] = a.Val
			}
			if id := e.attr["id"]; id != "" {
				if ids[id] {
					return nil, fmt.Errorf("id %q stands twice", id)
				}
				ids[id] = true
			}
			out = append(out, e)
			if !slices.Contains(void, t.Data) {
				open = append(open, t.Data)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return nil, fmt.Errorf("</%s> within %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// textOf is what a reader sees of a page, in one line.
func textOf(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "title" {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
