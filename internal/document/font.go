package document

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The one font, PT Sans, was drawn for the languages of the region and for
// papers of state; its licence lies beside it.
var (
	//go:embed font/PTS55F.ttf
	regularFont []byte
	//go:embed font/PTS75F.ttf
	boldFont []byte
)

// drawn are the characters that both fonts have.
var drawn = func() (both [1 << 16]bool) {
	regular, bold := glyphs(regularFont), glyphs(boldFont)
	for r := range both {
		both[r] = regular[r] && bold[r]
	}
	return both
}()

// glyphs reads which characters a TrueType font has, from its table of segments
// (cmap, format 4). The fonts are part of the program, so a fault in them is a
// state that no running house can be in.
func glyphs(font []byte) (has [1 << 16]bool) {
	be := binary.BigEndian
	at := func(b []byte, i int) int { return int(be.Uint16(b[i:])) }
	var cmap []byte
	for i := range at(font, 4) {
		if e := font[12+16*i:]; string(e[:4]) == "cmap" {
			cmap = font[be.Uint32(e[8:]):]
		}
	}
	for i := range at(cmap, 2) {
		e := cmap[4+8*i:]
		t := cmap[be.Uint32(e[4:]):]
		if at(e, 0) != 3 || at(e, 2) != 1 || at(t, 0) != 4 {
			continue
		}
		n := at(t, 6) / 2 // segments, each with its end, begin, shift and place
		for s := range n {
			last, first, shift, place := at(t, 14+2*s), at(t, 16+2*n+2*s), at(t, 16+4*n+2*s), at(t, 16+6*n+2*s)
			for r := first; r <= last && r < 0xffff; r++ {
				glyph := r
				if place != 0 {
					glyph = at(t, 16+6*n+2*s+place+2*(r-first))
				}
				has[r] = glyph != 0 && (glyph+shift)&0xffff != 0
			}
		}
		return has
	}
	panic("document: a font without a table of characters")
}

// folds are characters with another that looks the same in the font.
var folds = strings.NewReplacer("\u2010", "-", "\u2009", " ", "\u202f", "\u00a0", "\u2007", "\u00a0", "\t", " ", "\r\n", "\n", "\r", "\n",
	"\u00ad", "", "\u200b", "", "\ufeff", "")

// sayable gives text in characters that the font has. One that it lacks is
// written as its code: an extract that leaves something out would be false.
func sayable(s string) string {
	s = norm.NFC.String(folds.Replace(strings.ToValidUTF8(s, "\ufffd")))
	whole := true
	for _, r := range s {
		whole = whole && canDraw(r)
	}
	if whole {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if canDraw(r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "[U+%04X]", r)
	}
	return b.String()
}

func canDraw(r rune) bool { return r == '\n' || r >= ' ' && r < 1<<16 && drawn[r] }
