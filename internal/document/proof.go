package document

import (
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"

	"kupuya/internal/i18n"
)

// proof ends the paper with how it can be checked: what is signed, where it
// stands in the ledger, and the same for a camera.
func (p *pen) proof(d *Document) error {
	s, side := p.small(), 0.0
	code := d.Proof.code()
	if code != "" {
		side = p.edge()
	}
	heading := s
	heading.bold, heading.grey = true, false
	width := textWidth
	if side > 0 {
		width -= side + 6
	}
	title := p.wrap(heading, p.text("document.proof.title"), width)
	lines := p.wrap(s, p.says(d), width)
	height := float64(len(title))*heading.line() + float64(len(lines))*s.line()
	p.y += p.gap()
	above := max(3, side/8) // a camera needs white around the picture
	p.need(max(height, side) + above)
	p.rule(p.y, 0.4)
	p.y += above
	top := p.y
	p.flow(heading, leftEdge, title)
	p.flow(s, leftEdge, lines)
	if side == 0 {
		return nil
	}
	p.y = max(p.y, top+side)
	return p.picture(code, pageWidth-rightEdge-side, top, side)
}

func (p *pen) edge() float64 {
	if p.large {
		return 40
	}
	return 26
}

// says is the text of the proof.
func (p *pen) says(d *Document) string {
	out := []string{p.text("document.proof.seal")}
	for _, m := range []struct{ key, value string }{
		{"document.proof.certificate", d.Proof.Certificate},
		{"document.proof.receipt", d.Proof.Receipt},
		{"document.proof.event", string(d.Proof.Event)},
		{"document.proof.position", d.Proof.Position},
		{"document.proof.link", d.Proof.Link},
	} {
		if m.value != "" {
			out = append(out, p.text(m.key, i18n.A("value", m.value)))
		}
	}
	return strings.Join(out, "\n")
}

// picture draws a code as squares, so that it is sharp at any size.
func (p *pen) picture(code string, x, y, side float64) error {
	modules, err := qr.Encode(code, qr.M, qr.Auto)
	if err != nil {
		return err
	}
	n := modules.Bounds().Dx()
	unit := side / float64(n)
	p.pdf.SetFillColor(0, 0, 0)
	for row := range n {
		for from := 0; from < n; {
			to := from
			for to < n && isBlack(modules.At(to, row)) {
				to++
			}
			if to > from {
				p.pdf.Rect(x+float64(from)*unit, y+float64(row)*unit, float64(to-from)*unit, unit, "F")
			}
			from = max(to, from+1)
		}
	}
	return nil
}

func isBlack(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}
