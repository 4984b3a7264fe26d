package document

import (
	"codeberg.org/go-pdf/fpdf"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

// pen writes down a page of A4 and begins the next where there is no more room.
type pen struct {
	pdf    *fpdf.Fpdf
	lang   privacy.Lang
	large  bool
	y      float64 // where the next thing begins
	widths [2]map[rune]int
	again  func() // what stands at the top of a page that continues a table
}

// The page, in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	leftEdge   = 22.0
	rightEdge  = 18.0
	topEdge    = 18.0
	bottomEdge = 24.0
	textWidth  = pageWidth - leftEdge - rightEdge
)

// The styles. Large print is 18 points and nothing below 14, which people of
// weak sight can read. (US-5.2-2)
func (p *pen) body() style { return p.pick(style{size: 10.5}, style{size: 18}) }

func (p *pen) strong() style {
	return p.pick(style{size: 10.5, bold: true}, style{size: 18, bold: true})
}

func (p *pen) title() style { return p.pick(style{size: 16, bold: true}, style{size: 25, bold: true}) }

func (p *pen) heading() style {
	return p.pick(style{size: 12, bold: true}, style{size: 20, bold: true})
}
func (p *pen) cell() style  { return p.pick(style{size: 8.5}, style{size: 18}) }
func (p *pen) small() style { return p.pick(style{size: 8.5, grey: true}, style{size: 14}) }

func (p *pen) pick(normal, large style) style {
	if p.large {
		return large
	}
	return normal
}

// gap is the space between two blocks.
func (p *pen) gap() float64 { return p.body().line() * 0.55 }

func (p *pen) text(key string, args ...i18n.Arg) string { return i18n.Text(p.lang, key, args...) }

func (p *pen) font(s style) {
	weight := ""
	if s.bold {
		weight = "B"
	}
	p.pdf.SetFont(family, weight, s.size)
	if s.grey {
		p.pdf.SetTextColor(70, 70, 70)
	} else {
		p.pdf.SetTextColor(0, 0, 0)
	}
}

// left is how much room is left on the page.
func (p *pen) left() float64 { return pageHeight - bottomEdge - p.y }

// need begins a new page unless so much room is left.
func (p *pen) need(height float64) {
	if p.left() < height && p.y > topEdge {
		p.turn()
	}
}

func (p *pen) turn() {
	p.pdf.AddPage()
	p.y = topEdge
	if p.again != nil {
		p.again()
	}
}

// write puts one line that fits at x, with the top of the line at y.
func (p *pen) write(s style, x, y float64, line string) {
	if line == "" {
		return
	}
	p.font(s)
	p.pdf.Text(x, y+s.size*point*0.98, line)
}

// flow writes lines at x down the page and over to the next.
func (p *pen) flow(s style, x float64, lines []string) {
	for i, line := range lines {
		if rest := len(lines) - i; i == 0 && rest > 1 || rest == 2 { // no line alone at the foot or the head
			p.need(2 * s.line())
		} else {
			p.need(s.line())
		}
		p.write(s, x, p.y, line)
		p.y += s.line()
	}
}

// rule draws a thin line over the width of the text.
func (p *pen) rule(y, weight float64) {
	p.pdf.SetDrawColor(110, 110, 110)
	p.pdf.SetLineWidth(weight)
	p.pdf.Line(leftEdge, y, pageWidth-rightEdge, y)
}
