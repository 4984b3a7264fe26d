package draft

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

var errTooMuch = errors.New("unpacks to too much")

// docxPart reads one file of a document, never more than maxPlain bytes.
func docxPart(z *zip.Reader, name string) ([]byte, error) {
	for _, f := range z.File {
		if f.Name != name {
			continue
		}
		if f.UncompressedSize64 > maxPlain {
			return nil, errTooMuch
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(r, maxPlain+1))
		if err = errors.Join(err, r.Close()); err == nil && len(data) > maxPlain {
			err = errTooMuch
		}
		return data, err
	}
	return nil, nil
}

// readDocx reads the words of a Word document: paragraphs with their styles and
// numbering, tables, notes.
func (t *Text) readDocx(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refuse(t.Name, problemDamaged, place{}, "is no document of Word (%v); save it again as .docx", err)
	}
	parts := map[string][]byte{}
	for _, name := range []string{"document", "numbering", "styles", "footnotes", "endnotes"} {
		data, err := docxPart(z, "word/"+name+".xml")
		switch {
		case errors.Is(err, errTooMuch):
			return refuse(t.Name, problemSize, place{}, "word/%s.xml unpacks to more than %d MiB, which no policy does; save it again as .docx", name, maxPlain>>20)
		case err != nil:
			return refuse(t.Name, problemDamaged, place{}, "word/%s.xml cannot be unpacked (%v); save it again as .docx", name, err)
		}
		parts[name] = data
	}
	if parts["document"] == nil {
		return refuse(t.Name, problemDamaged, place{}, "has no word/document.xml, so it is no document of Word; save it again as .docx")
	}
	w := &docxReader{text: t, numbers: &numbering{}, notes: map[string][]para{}}
	err = errors.Join(w.numbers.read(parts["numbering"]), w.numbers.styles(parts["styles"]))
	for _, name := range []string{"footnotes", "endnotes"} {
		if parts[name] != nil && err == nil {
			notes := &docxReader{text: &Text{}, numbers: &numbering{}, notes: w.notes, note: name}
			err = notes.read(parts[name])
		}
	}
	if err == nil {
		err = w.read(parts["document"])
	}
	if err == nil {
		err = w.rest(z)
	}
	if err != nil {
		return refuse(t.Name, problemDamaged, place{}, "is damaged inside (%v); save it again as .docx", err)
	}
	return nil
}

// rest reads what stands beside the text: notes that nothing refers to, and the
// heads, feet and comments of pages, which are no clauses.
func (w *docxReader) rest(z *zip.Reader) error {
	for _, ref := range slices.Sorted(maps.Keys(w.notes)) {
		for _, note := range w.notes[ref] {
			w.emit(note)
		}
	}
	for _, f := range z.File {
		for prefix, reason := range map[string]string{
			"word/header": reasonRunning, "word/footer": reasonRunning, "word/comments.xml": reasonComment,
		} {
			if !strings.HasPrefix(f.Name, prefix) || !strings.HasSuffix(f.Name, ".xml") {
				continue
			}
			data, err := docxPart(z, f.Name)
			if err != nil {
				return err
			}
			beside := &docxReader{text: w.text, numbers: &numbering{}, beside: reason}
			if err := beside.read(data); err != nil {
				return err
			}
		}
	}
	return nil
}

// docxReader walks the XML of a document.
type docxReader struct {
	text    *Text
	numbers *numbering
	notes   map[string][]para
	note    string // the part with notes being read, "" for the document
	noteID  string
	beside  string // why nothing of this part is text, "" where it is

	open   []para // paragraphs begun and not ended: a text box stands inside of one
	tables []*table
	skip   int    // elements deep within what another form of the same text is
	reason string // why what is read is left out
	bold   bool
	hidden bool
	ref    []string

	contents bool // the paragraph is a line of the table of contents
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (w *docxReader) read(data []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(data))
	text := false
	for depth := 0; ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if depth++; depth > 400 {
				return fmt.Errorf("elements are nested too deeply")
			}
			if w.skip > 0 || e.Name.Local == "Fallback" {
				w.skip++
				continue
			}
			text = e.Name.Local == "t" || e.Name.Local == "delText"
			w.start(e)
		case xml.EndElement:
			depth--
			if w.skip > 0 {
				w.skip--
				continue
			}
			text = false
			w.end(e.Name.Local)
		case xml.CharData:
			if text && w.skip == 0 {
				w.words(string(e))
			}
		}
	}
}

func (w *docxReader) words(s string) {
	if len(w.open) == 0 {
		return
	}
	p := &w.open[len(w.open)-1]
	reason := w.reason
	switch {
	case w.beside != "":
		reason = w.beside
	case reason == "" && w.contents:
		reason = reasonContents
	case reason == "" && w.hidden:
		reason = reasonHidden
	}
	if reason == "" && !w.bold && strings.TrimSpace(s) != "" {
		p.strong = false
	}
	p.add(s, reason)
}

func (w *docxReader) start(e xml.StartElement) {
	on := func() bool { v := attr(e, "val"); return v != "0" && v != "false" && v != "off" && v != "none" }
	switch e.Name.Local {
	case "p":
		w.open = append(w.open, para{hint: hintPara, strong: true})
		w.ref = nil
	case "pStyle":
		w.style(attr(e, "val"))
	case "numId":
		w.numbered(func(n *numRef) { n.id = attr(e, "val") })
	case "ilvl":
		w.numbered(func(n *numRef) { n.level = atoi(attr(e, "val")) })
	case "outlineLvl":
		if p := w.para(); p != nil && attr(e, "val") < "6" {
			p.hint, p.level = hintHeading, atoi(attr(e, "val"))+1
		}
	case "r":
		w.bold, w.hidden = w.numbers.bold, false
	case "b":
		w.bold = on()
	case "vanish":
		w.hidden = on()
	case "del", "moveFrom":
		w.reason = reasonDeleted
	case "tab":
		w.words("\t")
	case "br", "cr":
		if p := w.para(); p != nil {
			p.parts = append(p.parts, part{brk: true})
		}
	case "noBreakHyphen":
		w.words("-")
	case "sym":
		if r := atoiBase(attr(e, "char"), 16); r > 0 {
			w.words(string(rune(r)))
		}
	case "footnoteReference", "endnoteReference":
		w.ref = append(w.ref, strings.TrimSuffix(e.Name.Local, "Reference")+"s/"+attr(e, "id"))
	case "footnote", "endnote":
		w.noteID = attr(e, "id")
	case "tbl":
		w.tables = append(w.tables, &table{})
	case "tr":
		if n := len(w.tables); n > 0 {
			w.tables[n-1].rows = append(w.tables[n-1].rows, nil)
		}
	case "tc":
		if n := len(w.tables); n > 0 && len(w.tables[n-1].rows) > 0 {
			rows := w.tables[n-1].rows
			rows[len(rows)-1] = append(rows[len(rows)-1], cell{})
		}
	}
}

// para is the paragraph being read, or nil.
func (w *docxReader) para() *para {
	if len(w.open) == 0 {
		return nil
	}
	return &w.open[len(w.open)-1]
}

func (w *docxReader) end(name string) {
	switch name {
	case "p":
		w.endPara()
	case "r":
		w.bold, w.hidden = false, false
	case "del", "moveFrom":
		w.reason = ""
	case "tbl":
		n := len(w.tables)
		if n == 0 {
			return
		}
		tb := w.tables[n-1]
		w.tables = w.tables[:n-1]
		if n > 1 { // a table within a cell: its paragraphs join the cell
			for _, row := range tb.rows {
				for _, c := range row {
					for i := range c.paras {
						w.emit(c.paras[i])
					}
				}
			}
			return
		}
		w.text.putTable(tb)
	}
}

func (w *docxReader) endPara() {
	n := len(w.open)
	if n == 0 {
		return
	}
	p := w.open[n-1]
	w.open = w.open[:n-1]
	w.numbers.label(&p)
	refs := w.ref
	w.ref, w.contents = nil, false
	w.emit(p)
	for _, ref := range refs { // a note is read where it is referred to
		for _, note := range w.notes[ref] {
			w.emit(note)
		}
		delete(w.notes, ref)
	}
}

// emit hands a finished paragraph to the cell or text it stands in.
func (w *docxReader) emit(p para) {
	if len(p.parts) == 0 {
		return
	}
	if w.note != "" {
		if p.hint == hintHeading {
			p.hint = hintPara
		}
		key := w.note + "/" + w.noteID
		w.notes[key] = append(w.notes[key], p)
		return
	}
	if n := len(w.tables); n > 0 {
		if rows := w.tables[n-1].rows; len(rows) > 0 && len(rows[len(rows)-1]) > 0 {
			row := rows[len(rows)-1]
			row[len(row)-1].paras = append(row[len(row)-1].paras, p)
			return
		}
	}
	w.text.put(&p)
}

// style gives the paragraph what its style says: a heading, a list, a line of
// the table of contents.
func (w *docxReader) style(id string) {
	p := w.para()
	if p == nil {
		return
	}
	s := w.numbers.byStyle[id]
	switch {
	case s.contents:
		w.contents = true
	case s.title:
		p.hint, p.level = hintHeading, 0
	case s.heading > 0:
		p.hint, p.level = hintHeading, s.heading
	}
	w.numbers.style = s.num
}
