package draft

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
)

// numRef is what a paragraph says of its numbering.
type numRef struct {
	id    string
	level int
}

// numStyle is what a named style says of a paragraph.
type numStyle struct {
	heading  int // level from 1, 0 for none
	title    bool
	contents bool
	num      numRef
}

// numLevel is one level of a numbering: how it counts and what it shows.
type numLevel struct {
	format string // decimal, bullet, lowerLetter, russianLower, lowerRoman …
	text   string // "%1.%2."
	start  int
}

// numbering knows the lists of a document and counts them as Word does.
type numbering struct {
	abstract map[string][9]numLevel
	nums     map[string]string // numId → abstract id
	counts   map[string]*[9]int
	byStyle  map[string]numStyle
	style    numRef // of the paragraph's style
	own      numRef // of the paragraph itself
	bold     bool
}

func atoi(s string) int { return atoiBase(s, 10) }

func atoiBase(s string, base int) int {
	n, err := strconv.ParseInt(s, base, 32)
	if err != nil || n < 0 {
		return 0
	}
	return int(n)
}

func (n *numbering) read(data []byte) error {
	n.abstract, n.nums, n.counts = map[string][9]numLevel{}, map[string]string{}, map[string]*[9]int{}
	var doc struct {
		Abstract []struct {
			ID     string `xml:"abstractNumId,attr"`
			Levels []struct {
				Level string `xml:"ilvl,attr"`
				Start val    `xml:"start"`
				Fmt   val    `xml:"numFmt"`
				Text  val    `xml:"lvlText"`
			} `xml:"lvl"`
		} `xml:"abstractNum"`
		Num []struct {
			ID       string `xml:"numId,attr"`
			Abstract val    `xml:"abstractNumId"`
		} `xml:"num"`
	}
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	for _, a := range doc.Abstract {
		var levels [9]numLevel
		for _, l := range a.Levels {
			if i := atoi(l.Level); i < len(levels) {
				levels[i] = numLevel{l.Fmt.V, l.Text.V, max(1, atoi(l.Start.V))}
			}
		}
		n.abstract[a.ID] = levels
	}
	for _, num := range doc.Num {
		n.nums[num.ID] = num.Abstract.V
	}
	return nil
}

type val struct {
	V string `xml:"val,attr"`
}

func unmarshal(data []byte, into any) error {
	if len(data) == 0 {
		return nil
	}
	return xml.NewDecoder(bytes.NewReader(data)).Decode(into)
}

func (n *numbering) styles(data []byte) error {
	n.byStyle = map[string]numStyle{}
	var doc struct {
		Style []struct {
			ID   string `xml:"styleId,attr"`
			Name val    `xml:"name"`
			PPr  struct {
				Outline *val `xml:"outlineLvl"`
				NumPr   struct {
					ID    val `xml:"numId"`
					Level val `xml:"ilvl"`
				} `xml:"numPr"`
			} `xml:"pPr"`
		} `xml:"style"`
	}
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	for _, s := range doc.Style {
		name := strings.ToLower(s.Name.V)
		st := numStyle{num: numRef{s.PPr.NumPr.ID.V, atoi(s.PPr.NumPr.Level.V)}}
		level, isHeading := strings.CutPrefix(name, "heading ")
		switch {
		case isHeading:
			st.heading = atoi(level)
		case name == "title":
			st.title = true
		case strings.HasPrefix(name, "toc "), name == "toc heading":
			st.contents = true
		case s.PPr.Outline != nil && s.PPr.Outline.V < "6":
			st.heading = atoi(s.PPr.Outline.V) + 1
		}
		n.byStyle[s.ID] = st
	}
	return nil
}

func (w *docxReader) numbered(set func(*numRef)) {
	if w.para() != nil {
		set(&w.numbers.own)
	}
}

// label gives a paragraph the number or bullet that Word would show before it.
func (n *numbering) label(p *para) {
	ref := n.own
	if ref.id == "" {
		ref.id = n.style.id
		ref.level = max(ref.level, n.style.level)
	}
	n.own, n.style = numRef{}, numRef{}
	levels, ok := n.abstract[n.nums[ref.id]]
	if !ok || ref.id == "" || ref.id == "0" || ref.level >= len(levels) || p.words() == "" {
		return
	}
	at := n.counts[n.nums[ref.id]]
	if at == nil {
		at = &[9]int{}
		n.counts[n.nums[ref.id]] = at
	}
	if at[ref.level] == 0 {
		at[ref.level] = levels[ref.level].start - 1
	}
	at[ref.level]++
	for i := ref.level + 1; i < len(at); i++ {
		at[i] = 0
	}
	l := levels[ref.level]
	if p.hint == hintPara {
		p.hint, p.level = hintItem, ref.level
	}
	if l.format == "bullet" || l.format == "" {
		p.label = "•"
		return
	}
	if l.format == "none" {
		return
	}
	p.label = l.text
	for i := 0; i <= ref.level; i++ {
		shown := counted(levels[i].format, max(at[i], 1))
		p.label = strings.ReplaceAll(p.label, "%"+strconv.Itoa(i+1), shown)
	}
}

// counted writes a number as a format of Word counts.
func counted(format string, n int) string {
	const latin, russian = "abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрстуфхцчшщэюя"
	letters := map[string]string{
		"lowerLetter": latin, "upperLetter": strings.ToUpper(latin), "russianLower": russian, "russianUpper": strings.ToUpper(russian),
	}[format]
	if l := []rune(letters); len(l) > 0 {
		return string(l[(n-1)%len(l)])
	}
	switch format {
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	}
	return numberText(n)
}

func numberText(n int) string { return strconv.Itoa(n) }

// roman writes a small number in Roman numerals.
func roman(n int) string {
	var s strings.Builder
	for _, d := range []struct {
		v int
		s string
	}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= d.v && s.Len() < 20 {
			s.WriteString(d.s)
			n -= d.v
		}
	}
	return s.String()
}
