package document

// table writes rows below a head that is repeated on every page. A row that has
// no room on the rest of a page goes over to the next; one that is longer than
// half a page is broken. Large print has no columns.
func (p *pen) table(t Table) {
	if p.large {
		p.cards(t)
		return
	}
	widths := t.shares(textWidth)
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Name
	}
	bold := p.cell()
	bold.bold = true
	p.need(4 * p.cell().line())
	header := func() { p.row(bold, p.cells(bold, head, widths), widths, true) }
	header()
	p.again = header
	for _, row := range t.Rows {
		p.rows(p.cells(p.cell(), row, widths), widths)
	}
	p.again = nil
	p.y += p.gap()
}

// shares divides the width among the columns.
func (t *Table) shares(width float64) []float64 {
	total, out := 0.0, make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		if out[i] = c.Weight; c.Weight <= 0 {
			out[i] = 1
		}
		total += out[i]
	}
	for i := range out {
		out[i] *= width / total
	}
	return out
}

// inset is the space between the edge of a cell and its text.
const inset = 1.2

func (p *pen) cells(s style, row []string, widths []float64) [][]string {
	out := make([][]string, len(row))
	for i, text := range row {
		out[i] = p.wrap(s, text, widths[i]-2*inset)
	}
	return out
}

// rows writes one row of a table, in as many parts as it takes.
func (p *pen) rows(cells [][]string, widths []float64) {
	const most = (pageHeight - topEdge - bottomEdge) / 2
	line := p.cell().line()
	for {
		tall := 0
		for _, c := range cells {
			tall = max(tall, len(c))
		}
		height := float64(tall)*line + 2*inset
		room := int((p.left() - 2*inset) / line)
		if tall <= room {
			p.row(p.cell(), cells, widths, false)
			return
		}
		if height <= most || room < 3 {
			p.turn()
			continue
		}
		part, rest := make([][]string, len(cells)), make([][]string, len(cells))
		for i, c := range cells {
			n := min(room, len(c))
			part[i], rest[i] = c[:n], c[n:]
		}
		p.row(p.cell(), part, widths, false)
		p.turn()
		cells = rest
	}
}

// row writes cells of lines that fit on the page.
func (p *pen) row(s style, cells [][]string, widths []float64, head bool) {
	tall := 1
	for _, c := range cells {
		tall = max(tall, len(c))
	}
	height := float64(tall)*s.line() + 2*inset
	if head {
		p.pdf.SetFillColor(232, 232, 232)
		p.pdf.Rect(leftEdge, p.y, textWidth, height, "F")
	}
	x := leftEdge
	for i, c := range cells {
		for n, line := range c {
			p.write(s, x+inset, p.y+inset+float64(n)*s.line(), line)
		}
		x += widths[i]
	}
	p.y += height
	p.rule(p.y, 0.15)
}

// cards writes each row as fields, between lines.
func (p *pen) cards(t Table) {
	for _, row := range t.Rows {
		p.need(4 * p.body().line())
		p.rule(p.y, 0.3)
		p.y += p.gap() / 2
		fields := make(Fields, len(row))
		for i, c := range t.Columns {
			fields[i] = Field{c.Name, row[i]}
		}
		p.fields(fields)
	}
}

// fields writes names with their values: side by side, or in large print below
// each other.
func (p *pen) fields(list Fields) {
	name, value := p.body(), p.body()
	split := textWidth * 0.36
	if p.large {
		name = p.strong()
	} else {
		name.grey = true
	}
	for _, f := range list {
		if f.Value == "" {
			continue
		}
		if p.large {
			lines := p.wrap(name, f.Name, textWidth)
			p.need(float64(len(lines)+1) * name.line())
			p.flow(name, leftEdge, lines)
			p.flow(value, leftEdge, p.wrap(value, f.Value, textWidth))
			p.y += p.gap() / 3
			continue
		}
		p.field(name, value, f, split)
	}
	p.y += p.gap()
}

// field writes one name beside its value.
func (p *pen) field(name, value style, f Field, split float64) {
	names, values := p.wrap(name, f.Name, split-4), p.wrap(value, f.Value, textWidth-split)
	p.need(float64(max(len(names), min(2, len(values)))) * name.line())
	page, top := p.pdf.PageNo(), p.y
	for i, line := range names {
		p.write(name, leftEdge, top+float64(i)*name.line(), line)
	}
	p.flow(value, leftEdge+split, values)
	if p.pdf.PageNo() == page {
		p.y = max(p.y, top+float64(len(names))*name.line())
	}
	p.y += 0.8
}
