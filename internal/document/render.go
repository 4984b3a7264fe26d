package document

import (
	"bytes"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

// Options choose the form of a paper.
type Options struct {
	Large bool // large print, for whoever reads it in the office (US-5.2-2)
}

// family is the name of the font within a paper.
const family = "ptsans"

// Render writes a paper as PDF. The same arguments give the same bytes. lang is
// the language of the document's words. It fails with MissingValue or BadValue
// when the document lacks what every paper has.
func Render(d Document, lang privacy.Lang, o Options) ([]byte, error) {
	const op = "document.Render"
	if _, ok := privacy.ParseLang(string(lang)); !ok {
		return nil, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "lang"}
	}
	if err := d.check(op); err != nil {
		return nil, err
	}
	p := newPen(&d, lang, o)
	p.head(&d)
	for i, b := range d.Body {
		if i+1 < len(d.Body) {
			if offices, ok := d.Body[i+1].(Lines); ok { // places to sign stay together, under their heading
				p.need(p.tall(offices) + 3*p.heading().line())
			}
		}
		p.put(b)
	}
	if err := p.proof(&d); err != nil {
		return nil, privacy.E(op, privacy.Internal, err)
	}
	p.feet(&d)
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, privacy.E(op, privacy.Internal, err)
	}
	return out.Bytes(), nil
}

func newPen(d *Document, lang privacy.Lang, o Options) *pen {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(d.Date.UTC())
	f.SetModificationDate(d.Date.UTC())
	f.SetProducer("Kupuya", true)
	f.SetTitle(d.Title+" № "+d.Number, true)
	f.SetAuthor(d.Holder.Name, true)
	f.SetLang(string(lang))
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(leftEdge, topEdge, rightEdge)
	f.AddUTF8FontFromBytes(family, "", regularFont)
	f.AddUTF8FontFromBytes(family, "B", boldFont)
	f.AddPage()
	return &pen{pdf: f, lang: lang, large: o.Large, y: topEdge, widths: [2]map[rune]int{{}, {}}}
}

// head writes whose paper it is, its number and date, whom it is for, its title.
func (p *pen) head(d *Document) {
	h, name := d.Holder, p.pick(style{size: 12, bold: true}, style{size: 20, bold: true})
	p.flow(name, leftEdge, p.wrap(name, h.Name, textWidth))
	about := h.Address
	if h.Contact != "" {
		about += "\n" + h.Contact
	}
	if h.Register != "" {
		about += "\n" + p.text("document.head.register", i18n.A("number", h.Register))
	}
	p.flow(p.small(), leftEdge, p.wrap(p.small(), about, textWidth))
	p.y += 1.5
	p.rule(p.y, 0.4)
	p.y += p.gap()
	top := p.y
	date := "№ " + d.Number + "\n" + i18n.Date(p.lang, d.Date)
	if p.large {
		p.flow(p.body(), leftEdge, p.wrap(p.body(), date, textWidth))
		p.y += p.gap()
		p.addressee(d.To, leftEdge)
	} else {
		p.flow(p.body(), leftEdge, p.wrap(p.body(), date, textWidth/2-6))
		below := p.y
		p.y = top
		p.addressee(d.To, leftEdge+textWidth/2)
		p.y = max(p.y, below)
	}
	p.y += 2 * p.gap()
	p.flow(p.title(), leftEdge, p.wrap(p.title(), d.Title, textWidth))
	p.y += p.gap()
}

func (p *pen) addressee(a Addressee, x float64) {
	width := pageWidth - rightEdge - x
	if a.Name != "" {
		p.flow(p.strong(), x, p.wrap(p.strong(), a.Name, width))
	}
	if len(a.Lines) > 0 {
		p.flow(p.body(), x, p.wrap(p.body(), strings.Join(a.Lines, "\n"), width))
	}
}

// put writes one block.
func (p *pen) put(b Block) {
	switch b := b.(type) {
	case Heading:
		p.y += p.gap()
		lines := p.wrap(p.heading(), string(b), textWidth)
		p.need(float64(len(lines))*p.heading().line() + 3*p.body().line())
		p.flow(p.heading(), leftEdge, lines)
		p.y += p.gap() / 2
	case Paragraph:
		p.flow(p.body(), leftEdge, p.wrap(p.body(), string(b), textWidth))
		p.y += p.gap()
	case Items:
		p.items(b)
	case Fields:
		p.fields(b)
	case Table:
		p.table(b)
	case Lines:
		p.lines(b)
	}
}

func (p *pen) items(list Items) {
	indent := p.body().size * point * 1.2
	for _, item := range list {
		lines := p.wrap(p.body(), item, textWidth-indent)
		p.need(min(2, float64(len(lines))) * p.body().line())
		p.write(p.body(), leftEdge+indent/4, p.y, "•")
		p.flow(p.body(), leftEdge+indent, lines)
		p.y += p.gap() / 4
	}
	p.y += p.gap() * 3 / 4
}

// half is where the line for a signature begins.
const half = textWidth * 0.5

// tall is how much room places to sign take.
func (p *pen) tall(offices Lines) float64 {
	height := p.gap()
	for _, office := range offices {
		height += float64(1+len(p.wrap(p.body(), office, half-6))) * p.body().line()
	}
	return height
}

// lines leaves room to sign by hand.
func (p *pen) lines(offices Lines) {
	p.need(min(p.tall(offices), pageHeight/2))
	for _, office := range offices {
		p.y += p.body().line()
		lines := p.wrap(p.body(), office, half-6)
		p.need(float64(len(lines)) * p.body().line())
		y := p.y + p.body().line()
		p.pdf.SetDrawColor(0, 0, 0)
		p.pdf.SetLineWidth(0.2)
		p.pdf.Line(leftEdge+half, y, pageWidth-rightEdge, y)
		p.flow(p.body(), leftEdge, lines)
	}
	p.y += p.gap()
}

// feet writes the foot of every page, when it is known how many there are.
func (p *pen) feet(d *Document) {
	s, all := p.small(), p.pdf.PageCount()
	for n := 1; n <= all; n++ {
		p.pdf.SetPage(n)
		y := pageHeight - bottomEdge + 7
		p.rule(y-2, 0.15)
		page := p.text("document.page", i18n.A("page", strconv.Itoa(n)), i18n.A("count", strconv.Itoa(all)))
		w := p.width(s, page)
		p.write(s, pageWidth-rightEdge-w, y, page)
		p.write(s, leftEdge, y, p.wrap(s, "№ "+d.Number+", "+i18n.Date(p.lang, d.Date), textWidth-w-6)[0])
	}
	p.pdf.SetPage(all)
}
