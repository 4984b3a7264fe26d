package draft

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	pageWords = regexp.MustCompile(`(?i)^[-–—\s]*(?:(?:стр(?:аница|\.)?|бет|барак|page|p\.)\s*№?\s*\d{1,4}(?:\s*(?:из|/|of)\s*\d{1,4})?|\d{1,4}\s*[-–]?\s*(?:бет|барак|стр\.|страница|page)(?:\s*/\s*\d{1,4})?|\d{1,4}\s*(?:/|из|of)\s*\d{1,4})[-–—.\s]*$`)
	pageBare  = regexp.MustCompile(`^[-–—\s]*(\d{1,4})[-–—.\s]*$`)
	leaders   = regexp.MustCompile(`(?:\.{4,}|…{2,}|(?:\. ){4,}|_{4,})\s*\d{1,4}$`)
	digits    = regexp.MustCompile(`\d+`)
)

// furnish leaves out what belongs to pages and not to the text: page numbers,
// heads and feet that come again on each page, tables of contents, lines of
// signs. A mistake would lose words, so each needs more than its look.
func (m *maker) furnish() {
	why := make([]string, len(m.lines))
	m.pageNumbers(why)
	m.runningHeads(why)
	for i := range m.lines {
		s := m.lineText(i)
		switch {
		case why[i] != "" || m.lines[i].hint != hintNone:
		case leaders.MatchString(s):
			why[i] = reasonContents
		case !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
			if _, mark := readLabel([]rune(s + " x")); !mark || len([]rune(s)) > 1 {
				why[i] = reasonRule
			}
		}
	}
	kept := m.lines[:0]
	gap, page := false, false
	for i, l := range m.lines {
		if why[i] != "" {
			m.leave(l.from, l.to, why[i])
			gap, page = gap || l.blank, page || l.page || why[i] == reasonPage || why[i] == reasonRunning
			continue
		}
		l.blank, l.page = l.blank || gap, l.page || page
		gap, page = false, false
		kept = append(kept, l)
	}
	m.lines = kept
}

// pageNumbers finds lines that say the number of a page: in words, or bare where
// pages end, or bare and counting upwards.
func (m *maker) pageNumbers(why []string) {
	var bare []int // lines with nothing but a number
	for i := range m.lines {
		if m.lines[i].hint != hintNone {
			continue
		}
		switch s := m.lineText(i); {
		case pageWords.MatchString(s):
			why[i] = reasonPage
		case pageBare.MatchString(s):
			bare = append(bare, i)
		}
	}
	number := func(i int) int { return atoi(pageBare.FindStringSubmatch(m.lineText(i))[1]) }
	for k, i := range bare {
		next := k+1 < len(bare) && number(bare[k+1]) == number(i)+1 && bare[k+1] > i+4
		prev := k > 0 && number(bare[k-1]) == number(i)-1 && i > bare[k-1]+4
		edge := m.lines[i].page || i+1 < len(m.lines) && m.lines[i+1].page
		alone := m.lines[i].blank && (i+1 == len(m.lines) || m.lines[i+1].blank)
		torn := i > 0 && i+1 < len(m.lines) && m.endOf(i-1) == endNone && m.beginsLower(i+1)
		if next || prev || edge || alone && (torn || i+1 == len(m.lines)) {
			why[i] = reasonPage
		}
	}
}

// runningHeads finds lines that come again at the edges of pages. Where pages are
// not marked, a line must come three times, each time alone.
func (m *maker) runningHeads(why []string) {
	seen := map[string][]int{}
	pages := false
	for i := range m.lines {
		pages = pages || m.lines[i].page || why[i] == reasonPage
		if s := m.lineText(i); m.lines[i].hint == hintNone && why[i] == "" && len(s) < 300 {
			seen[digits.ReplaceAllString(s, "#")] = append(seen[digits.ReplaceAllString(s, "#")], i)
		}
	}
	for form, at := range seen {
		if len(at) < 2 || strings.Trim(form, "# .") == "" {
			continue
		}
		edges := 0
		for _, i := range at {
			if m.atEdge(i, why) {
				edges++
			}
		}
		enough := edges >= len(at)-1 && edges >= 1 && pages && len(at) >= 2
		if !enough || strings.HasSuffix(form, ";") || strings.HasSuffix(form, ",") {
			continue
		}
		for k, i := range at {
			if k > 0 || m.atEdge(i, why) && i > 3 { // the first may be the title itself
				why[i] = reasonRunning
			}
		}
	}
}

// atEdge reports whether a line stands first or last on its page.
func (m *maker) atEdge(i int, why []string) bool {
	if m.lines[i].page || i > 0 && why[i-1] == reasonPage || i > 1 && m.lines[i-1].page && why[i-1] != "" {
		return true
	}
	return i+1 < len(m.lines) && (m.lines[i+1].page || why[i+1] == reasonPage)
}
