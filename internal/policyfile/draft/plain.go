package draft

import "strings"

// readLines reads plain text, line by line, as a person sees it: a form feed
// ends a page.
func (t *Text) readLines(text string) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\v", "\n").Replace(text)
	t.runes = []rune(text)
	number, from, empty, page := 1, 0, false, false
	end := func(to int) {
		l := line{from: from, to: to, number: number}
		for l.from < l.to && blank(t.runes[l.from]) {
			if t.runes[l.from] == '\t' {
				l.indent += 3
			}
			l.from++
			l.indent++
		}
		for l.to > l.from && blank(t.runes[l.to-1]) {
			l.to--
		}
		if l.from == l.to {
			empty = true
			return
		}
		l.blank, l.page = empty, page
		empty, page = false, false
		t.lines = append(t.lines, l)
	}
	for i, r := range t.runes {
		switch r {
		case '\n':
			end(i)
			number, from = number+1, i+1
		case '\f':
			end(i)
			from, page = i+1, true
		}
	}
	end(len(t.runes))
}
