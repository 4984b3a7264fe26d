package synth

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
)

// palette is all the colours of a drawn picture.
var palette = color.Palette{
	color.RGBA{0xf4, 0xf1, 0xe8, 0xff}, // paper
	color.RGBA{0xc9, 0xd8, 0xe6, 0xff}, // background of a portrait
	color.RGBA{0x2b, 0x2b, 0x33, 0xff}, // ink
	color.RGBA{0xc8, 0x3c, 0x3c, 0xff}, // watermark
	color.RGBA{0xe8, 0xc3, 0x9e, 0xff}, // skin, three kinds
	color.RGBA{0xd9, 0xa9, 0x7c, 0xff},
	color.RGBA{0xb9, 0x86, 0x5c, 0xff},
	color.RGBA{0x1d, 0x16, 0x12, 0xff}, // hair, three kinds
	color.RGBA{0x4a, 0x30, 0x20, 0xff},
	color.RGBA{0x8c, 0x8c, 0x8c, 0xff},
	color.RGBA{0x9e, 0xb8, 0x9a, 0xff}, // guilloche
	color.RGBA{0x3a, 0x6e, 0xa5, 0xff}, // clothes, three kinds
	color.RGBA{0x8a, 0x3f, 0x5c, 0xff},
	color.RGBA{0x4f, 0x7a, 0x52, 0xff},
}

// The indices of palette.
const (
	paper, backdrop, ink, mark, skin, hair, fine, cloth = 0, 1, 2, 3, 4, 7, 10, 11
)

// glyphs are the letters and digits that pictures are written with, five dots
// by seven, a row each.
var glyphs = map[rune][7]string{
	'Ү': {"#...#", "#...#", ".#.#.", "..#..", "..#..", "..#..", "..#.."},
	'Л': {"..###", ".#..#", ".#..#", ".#..#", ".#..#", ".#..#", "#...#"},
	'Г': {"#####", "#....", "#....", "#....", "#....", "#....", "#...."},
	'I': {".###.", "..#..", "..#..", "..#..", "..#..", "..#..", ".###."},
	'D': {"####.", "#...#", "#...#", "#...#", "#...#", "#...#", "####."},
	'K': {"#...#", "#..#.", "#.#..", "##...", "#.#..", "#..#.", "#...#"},
	'R': {"####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"},
	'0': {".###.", "#...#", "#..##", "#.#.#", "##..#", "#...#", ".###."},
	'1': {"..#..", ".##..", "..#..", "..#..", "..#..", "..#..", ".###."},
	'2': {".###.", "#...#", "....#", "...#.", "..#..", ".#...", "#####"},
	'3': {"####.", "....#", "....#", ".###.", "....#", "....#", "####."},
	'4': {"...#.", "..##.", ".#.#.", "#..#.", "#####", "...#.", "...#."},
	'5': {"#####", "#....", "####.", "....#", "....#", "#...#", ".###."},
	'6': {".###.", "#....", "#....", "####.", "#...#", "#...#", ".###."},
	'7': {"#####", "....#", "...#.", "..#..", "..#..", ".#...", ".#..."},
	'8': {".###.", "#...#", "#...#", ".###.", "#...#", "#...#", ".###."},
	'9': {".###.", "#...#", "#...#", ".####", "....#", "....#", ".###."},
}

// specimen is the watermark of every picture.
const specimen = "ҮЛГҮ"

type canvas struct{ *image.Paletted }

func newCanvas(w, h, ground int) canvas {
	c := canvas{image.NewPaletted(image.Rect(0, 0, w, h), palette)}
	c.fill(0, 0, w, h, ground)
	return c
}

func (c canvas) fill(x, y, w, h, colour int) {
	for j := y; j < y+h; j++ {
		for i := x; i < x+w; i++ {
			c.SetColorIndex(i, j, uint8(colour))
		}
	}
}

func (c canvas) ellipse(cx, cy, rx, ry, colour int) {
	for y := -ry; y <= ry; y++ {
		for x := -rx; x <= rx; x++ {
			if x*x*ry*ry+y*y*rx*rx <= rx*rx*ry*ry {
				c.SetColorIndex(cx+x, cy+y, uint8(colour))
			}
		}
	}
}

func (c canvas) write(x, y, size int, s string, colour int) {
	for _, r := range s {
		for row, dots := range glyphs[r] {
			for col, dot := range dots {
				if dot == '#' {
					c.fill(x+col*size, y+row*size, size, size, colour)
				}
			}
		}
		x += 6 * size
	}
}

// watermark writes the word across the whole picture.
func (c canvas) watermark() {
	for y, shift := 12, 0; y < c.Rect.Dy(); y, shift = y+70, shift+40 {
		for x := -shift % 130; x < c.Rect.Dx(); x += 130 {
			c.write(x, y, 4, specimen, mark)
		}
	}
}

// face draws a head that is nobody's: ellipses.
func (c canvas) face(r *rand.Rand, x, y, w, h int) {
	c.fill(x, y, w, h, backdrop)
	cx, cy := x+w/2, y+h*9/20
	rx, ry := w*(24+r.IntN(6))/100, h*(27+r.IntN(5))/100
	tone, top := skin+r.IntN(3), hair+r.IntN(3)
	body := cloth + r.IntN(3)
	for i := range h - h*4/5 {
		c.fill(max(x, cx-rx-i), y+h*4/5+i, min(w, 2*(rx+i)), 1, body)
	}
	c.ellipse(cx, cy-ry/4, rx+w/24, ry, top)
	c.ellipse(cx, cy, rx, ry, tone)
	c.fill(cx-rx/3, cy+ry-ry/8, rx*2/3, ry/3, tone)
	c.ellipse(cx, cy-ry*4/5, rx*3/4, ry/4, top)
	for _, side := range []int{-1, 1} {
		c.ellipse(cx+side*rx*2/5, cy-ry/8, max(rx/8, 1), max(ry/14, 1), ink)
		c.fill(cx+side*rx*2/5-rx/6, cy-ry/4-r.IntN(3), rx/3, max(ry/30, 1), top)
	}
	c.fill(cx-rx/16, cy, max(rx/8, 1), ry/4, ink)
	c.ellipse(cx, cy+ry/2, rx*(2+r.IntN(2))/6, max(ry/20, 1), mark)
}

func (c canvas) png() []byte {
	var b bytes.Buffer
	// A buffer takes everything, and a palette of fourteen colours is one PNG knows.
	if err := png.Encode(&b, c.Paletted); err != nil {
		panic("synth: " + err.Error())
	}
	return b.Bytes()
}

// FaceImage draws the face of the person behind index i as a PNG of at most
// 40 kB, the same for each number of that person.
func (c Corpus) FaceImage(i int) []byte {
	p := newCanvas(240, 320, backdrop)
	p.face(c.rng(c.owner(i), drawFace), 0, 0, 240, 320)
	p.watermark()
	return p.png()
}

// PassportImage draws the card of the person behind index i as a PNG of at most
// 40 kB: the face, the number of D04, lines for the rest.
func (c Corpus) PassportImage(i int) []byte { return c.paper(i, true) }

// CertificateImage draws the birth certificate of the child behind index i, the
// same way and without a face.
func (c Corpus) CertificateImage(i int) []byte { return c.paper(i, false) }

func (c Corpus) paper(i int, portrait bool) []byte {
	owner := c.owner(i)
	p := newCanvas(480, 300, paper)
	for y := 6; y < 300; y += 12 {
		p.fill(0, y, 480, 1, fine)
	}
	left := 40
	if portrait {
		p.face(c.rng(owner, drawFace), 24, 60, 135, 180)
		left = 185
	}
	number, _ := c.document(c.person(owner))["doc_number"].(string)
	p.write(left, 24, 3, number, ink)
	for y := 80; y < 250; y += 34 {
		p.fill(left, y, 260-y/3, 5, ink)
	}
	p.watermark()
	return p.png()
}
