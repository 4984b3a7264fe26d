package document

import "strings"

// style is a font at a size, and how far apart its lines are in millimetres.
type style struct {
	bold bool
	size float64 // points
	grey bool
}

// point is a typographic point in millimetres.
const point = 25.4 / 72

func (s style) line() float64 { return s.size * point * 1.32 }

// width is how wide text is in millimetres.
func (p *pen) width(s style, text string) float64 {
	w := 0
	for _, r := range text {
		w += p.rune(s.bold, r)
	}
	return float64(w) * s.size * point / 1000
}

// rune is how wide a character is, in thousandths of the size.
func (p *pen) rune(bold bool, r rune) int {
	cache := &p.widths[0]
	if bold {
		cache = &p.widths[1]
	}
	w, ok := (*cache)[r]
	if !ok {
		p.font(style{bold: bold, size: 10})
		w = p.pdf.GetStringSymbolWidth(string(r))
		(*cache)[r] = w
	}
	return w
}

// wrap breaks text into lines no wider than width: at blanks; a word that has no
// room in a line of its own, behind a sign within it; and where there is none,
// anywhere. So nothing runs out of its cell.
func (p *pen) wrap(s style, text string, width float64) []string {
	var out []string
	for _, part := range strings.Split(sayable(text), "\n") {
		line := ""
		for _, word := range strings.Split(part, " ") {
			if word == "" {
				continue
			}
			next := word
			if line != "" {
				next = line + " " + word
			}
			if p.width(s, next) <= width {
				line = next
				continue
			}
			if line != "" {
				out = append(out, line)
			}
			for line = word; p.width(s, line) > width; {
				cut := p.cut(s, line, width)
				out, line = append(out, line[:cut]), line[cut:]
			}
		}
		out = append(out, line)
	}
	return out
}

// cut is where a word that is too long is broken: at least after one character.
func (p *pen) cut(s style, word string, width float64) int {
	total, soft, hard := 0.0, 0, 0
	for i, r := range word {
		total += float64(p.rune(s.bold, r)) * s.size * point / 1000
		end := i + len(string(r))
		if total > width && hard > 0 {
			break
		}
		hard = end
		if strings.ContainsRune("-/@._:,;", r) {
			soft = end
		}
	}
	if soft*2 > hard { // a sign near the beginning is no place to break
		return soft
	}
	return hard
}
