package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// leaves are the clauses of a class of list: items that open no list of their
// own, in reading order, and cells of the columns that say so.
func (s *suggester) leaves(class string) []leaf {
	var out []leaf
	var walk func(nodes []*node)
	walk = func(nodes []*node) {
		for _, nd := range nodes {
			inner := len(lists(nd.kids)) > 0
			switch c := nd.opener(); {
			case nd.kind == kindRow && len(c.heads) > 0:
				out = append(out, s.cells(c, class)...)
			case (nd.kind == kindItem || nd.kind == kindRow) && s.class[nd] == class && (!inner || s.whole(nd, class)):
				out = append(out, leaf{s.said[c], s.sure[nd]})
				continue
			}
			walk(nd.kids)
		}
	}
	for _, sec := range s.m.sections {
		walk(sec.nodes)
	}
	return out
}

// whole reports whether an item that opens a list says by itself what it is, and
// most of its own items do not: "answers to requests: in the chat; by phone".
func (s *suggester) whole(nd *node, class string) bool {
	v := s.speech.purposes
	if class == listData {
		v = s.speech.categories
	}
	known := func(c *clause) bool {
		hits := v.hits(s.said[c].runes, s.said[c].words)
		return slices.ContainsFunc(hits, func(h hit) bool { return h.strong })
	}
	n := 0
	kids := lists(nd.kids)
	for _, kid := range kids {
		if known(kid.opener()) {
			n++
		}
	}
	return known(nd.opener()) && n*2 < len(kids)
}

type leaf struct {
	*said
	sure float64
}

// cells are the cells of a row whose column is headed by a class.
func (s *suggester) cells(c *clause, class string) []leaf {
	var out []leaf
	from := 0
	for i, end := range c.cells {
		text := c.text.part(from, end)
		from = end
		if i >= len(c.heads) || i > 0 && len(text.runes) == 0 {
			continue
		}
		head := []rune(c.heads[i])
		is := ""
		for _, h := range s.speech.lists.hits(head, tokens(head)) {
			if h.strong && (is == "" || h.id == listPurposes) {
				is = h.id
			}
		}
		if is == "" && s.speech.columns(head) {
			is = listData
		}
		if is != class {
			continue
		}
		words := []rune(strings.Trim(text.String(), "— "))
		if len(words) > 0 {
			out = append(out, leaf{&said{c, words, tokens(words)}, 0.9})
		}
	}
	return out
}

// columns reports whether the head of a column that no other vocabulary knows
// is that of data.
func (sp *speech) columns(head []rune) bool {
	for _, t := range tokens(head) {
		for _, stem := range []string{"маалымат", "дайын", "данн", "сведен", "информац", "data", "information"} {
			if strings.HasPrefix(t.word, stem) {
				return true
			}
		}
	}
	return false
}

// categories suggests a row for every item of a list of data; a text without such
// a list gets one for every kind of data that its sentences name.
func (s *suggester) categories() {
	seen := map[string]bool{}
	n := 0
	add := func(r Row) {
		n++
		r.Kind, r.ID = RowCategory, fmt.Sprintf("D%02d", n)
		s.row(r)
	}
	for _, l := range s.leaves(listData) {
		key := string(l.runes)
		if seen[key] {
			continue
		}
		seen[key] = true
		is, also, words, sure := s.kinds(l.said)
		add(Row{Is: is, Also: also, Clause: l.clause.id, Title: title(key), Words: words, Confidence: 0.35*l.sure + 0.65*sure})
		if is == "" {
			s.m.note("category.unknown", l.clause.id, "no vocabulary knows this kind of data; name it and its attributes")
		}
	}
	if n > 0 {
		return
	}
	for _, c := range s.m.clauses {
		x := s.said[c]
		hits := prune(s.speech.categories.hits(x.runes, x.words))
		if len(hits) < 2 || !has(s.speech.gathering, x.words) {
			continue
		}
		for _, h := range hits {
			if h.strong && !seen[h.id] && h.id != "other" && !yielding(h, hits) {
				seen[h.id] = true
				add(Row{Is: h.id, Clause: c.id, Title: title(h.words), Words: []string{h.words}, Confidence: 0.55})
			}
		}
	}
	if n == 0 {
		s.m.note("category.none", "", "no list of data was found; the rules need every kind of data that is processed")
	}
}

// kinds says what an item of a list of data is: its main kind, what else it
// names, the words, and how sure that is.
func (s *suggester) kinds(x *said) (is string, also, words []string, sure float64) {
	hits := prune(s.speech.categories.hits(x.runes, x.words))
	if len(hits) == 0 {
		return "", nil, []string{}, 0.15
	}
	main := -1
	for i, h := range hits {
		if (main < 0 || h.strong && !hits[main].strong) && !yielding(h, hits) {
			main = i
		}
	}
	main = max(main, 0)
	sure = 0.5
	if hits[main].strong {
		sure = 0.97
	}
	if hits[main].id == "other" {
		sure = 0.3
	}
	words = append(words, hits[main].words)
	for i, h := range hits {
		if i != main && h.strong && (!yielding(h, hits) || h.id == "face") {
			also, words = append(also, h.id), append(words, h.words)
		}
	}
	return hits[main].id, also, words, sure
}

// yielding reports whether a kind yields to another that was found too.
func yielding(h hit, hits []hit) bool {
	for _, o := range hits {
		if o.strong && slices.Contains(yields[h.id], o.id) {
			return true
		}
	}
	return false
}

// prune drops what stands wholly within the words of another.
func prune(hits []hit) []hit {
	var out []hit
	for _, h := range hits {
		inside := slices.ContainsFunc(hits, func(o hit) bool {
			return o.id != h.id && o.strong && o.from <= h.from && h.to <= o.to && o.to-o.from > h.to-h.from
		})
		if !inside {
			out = append(out, h)
		}
	}
	return out
}

// title makes a title of an item: a capital first, no stop at the end.
func title(words string) string {
	words = strings.TrimRightFunc(words, func(r rune) bool { return strings.ContainsRune(" ;,.:", r) })
	r := []rune(words)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// mainPurpose is the place of the hit that says best what a purpose is: a strong
// one that is not general; -1 for none.
func mainPurpose(hits []hit) int {
	rank := func(h hit) int {
		switch {
		case h.strong && !general[h.id]:
			return 2
		case h.strong:
			return 1
		}
		return 0
	}
	main := -1
	for i, h := range hits {
		if main < 0 || rank(h) > rank(hits[main]) {
			main = i
		}
	}
	return main
}

// purposes suggests a row for every item of a list of purposes; a text without
// such a list gets one for every purpose that a sentence on purposes names.
func (s *suggester) purposes() {
	seen := map[string]bool{}
	n := 0
	add := func(r Row) {
		n++
		r.Kind, r.ID = RowPurpose, fmt.Sprintf("P%02d", n)
		s.row(r)
	}
	for _, l := range s.leaves(listPurposes) {
		key := strings.ToLower(string(l.runes))
		if seen[key] {
			continue
		}
		seen[key] = true
		hits := s.speech.purposes.hits(l.runes, l.words)
		r := Row{Clause: l.clause.id, Title: title(string(l.runes)), Words: []string{}, Confidence: 0.35*l.sure + 0.65*0.3}
		if main := mainPurpose(hits); main >= 0 {
			r.Is, r.Words = hits[main].id, append(r.Words, hits[main].words)
			r.Confidence = 0.35*l.sure + 0.65*0.6
			if hits[main].strong {
				r.Confidence = 0.35*l.sure + 0.65*0.95
			}
			for i, h := range hits {
				if i != main && h.strong {
					r.Also, r.Words = append(r.Also, h.id), append(r.Words, h.words)
				}
			}
		}
		add(r)
		if r.Is == "" {
			s.m.note("purpose.unknown", r.Clause, "no vocabulary knows this purpose; its basis, data and term are open")
		}
	}
	if n > 0 {
		return
	}
	for _, c := range s.m.clauses {
		x := s.said[c]
		about := false
		for _, h := range s.speech.lists.hits(x.runes, x.words) {
			about = about || h.id == listPurposes && h.strong
		}
		if !about {
			continue
		}
		for _, h := range s.speech.purposes.hits(x.runes, x.words) {
			if h.strong && !seen[h.id] {
				seen[h.id] = true
				add(Row{Is: h.id, Clause: c.id, Title: title(h.words), Words: []string{h.words}, Confidence: 0.5})
			}
		}
	}
	if n == 0 {
		s.m.note("purpose.none", "", "no list of purposes was found; the rules need every purpose with its basis and term")
	}
}
