package draft

import (
	"strings"
)

// number gives every clause the id it has in a first import: section and place in
// reading order, letters for the sentences of one paragraph. Where the text
// numbers itself and does so without a contradiction, its numbers are kept.
//
// The opening paragraph of a section is special in two ways, as lawyers cite it:
// where it does nothing but open a list it is 3.0 and the items are 3.1, 3.2 …;
// else each of its sentences has a number and no letter.
func (m *maker) number() {
	used := map[string]bool{}
	last, started := 0, false
	for i, s := range m.sections {
		n := last + 1
		if own := s.label.last(); own > last && own < 1000 && len(s.label.nums) == 1 && s.label.style != styleLetter {
			n = own
		}
		if !started && len(s.title.runes) == 0 && len(m.sections) > 1 && i == 0 {
			n = 0 // what stands before the first heading
		}
		last, started = n, true
		s.number = numberText(n)
		c := counter{m: m, section: s, used: used, prefix: s.number}
		if s.promises() {
			s.clause = &clause{kind: clauseHeading, text: s.title}
			c.give(s.clause, s.number+".0")
		}
		for k, nd := range s.nodes {
			c.node(nd, k == 0)
		}
	}
}

// promising are the words of a heading that is a promise in itself.
var promising = map[string][]string{
	"any": {"макулд", "согласи", "consent", "укуктуу", "вправе", "обязуе", "милдеттен", "undertake"},
}

// promises reports whether a heading says more than what the section is about: a
// sentence in itself.
func (s *section) promises() bool {
	words := strings.Fields(strings.ToLower(string(s.title.runes)))
	if len(words) >= 15 {
		return true
	}
	for _, w := range words {
		for _, stem := range promising["any"] {
			if len(words) >= 8 && strings.HasPrefix(w, stem) {
				return true
			}
		}
	}
	return false
}

// counter gives out the ids below one prefix.
type counter struct {
	m       *maker
	section *section
	used    map[string]bool
	prefix  string
	n       int
}

// give assigns an id to a clause that comes next in reading order.
func (c *counter) give(cl *clause, id string) {
	c.used[id] = true
	cl.id, cl.fresh, cl.section = id, id, c.section
	c.m.clauses = append(c.m.clauses, cl)
}

// next is the id of the next paragraph or item: the one its label names, or the
// next number.
func (c *counter) next(l *label) string {
	if l.style == styleNumber && len(l.nums) > 1 {
		own := l.String()
		if strings.HasPrefix(own, c.prefix+".") && !c.taken(own) {
			at := len(strings.Split(c.prefix, "."))
			if l.nums[at] > c.n {
				c.n = l.nums[at]
				return own
			}
		}
	}
	for {
		c.n++
		if id := c.prefix + "." + numberText(c.n); !c.taken(id) {
			return id
		}
	}
}

func (c *counter) taken(id string) bool { return c.used[id] || c.used[id+"a"] }

func (c *counter) node(nd *node, opening bool) {
	for _, p := range nd.parts {
		p.node = nd
	}
	if nd.kind != kindPara {
		id := c.next(&nd.label)
		if len(nd.kids) > 0 && nd.kind == kindItem {
			nd.parts[0].kind = clauseIntro
		}
		c.give(nd.parts[0], id)
		c.kids(nd, id)
		return
	}
	n := len(nd.parts)
	if len(nd.kids) > 0 {
		nd.parts[n-1].kind = clauseIntro
	}
	switch plain := opening && nd.label.style == styleNone; {
	case plain && n == 1 && len(nd.kids) > 0 && c.section.clause == nil && c.n == 0:
		c.give(nd.parts[0], c.prefix+".0")
		for _, kid := range nd.kids {
			c.node(kid, false)
		}
		return
	case plain || n > 26:
		id := ""
		for _, p := range nd.parts {
			id = c.next(&label{})
			c.give(p, id)
		}
		c.kids(nd, id)
	case n == 1:
		id := c.next(&nd.label)
		c.give(nd.parts[0], id)
		c.kids(nd, id)
	default:
		id := c.next(&nd.label)
		c.used[id] = true
		for i, p := range nd.parts {
			c.give(p, id+string(rune('a'+i)))
		}
		c.kids(nd, id)
	}
}

// kids numbers what hangs on a node.
func (c *counter) kids(nd *node, id string) {
	below := counter{m: c.m, section: c.section, used: c.used, prefix: id}
	for _, kid := range nd.kids {
		below.node(kid, false)
	}
}
