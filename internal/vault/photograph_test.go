package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"testing"

	"kupuya/internal/privacy"
)

// halves is a picture whose left half is red and whose right half is blue.
func halves(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{0, 0, 255, 255}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, w/2, h), image.NewUniform(color.RGBA{255, 0, 0, 255}), image.Point{}, draw.Src)
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is one segment of a JPEG.
func segment(marker byte, body []byte) []byte {
	return slices.Concat([]byte{0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2)), body)
}

// exif is an APP1 segment with an orientation and a place.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	mark := "MM\x00*"
	if order.String() == "LittleEndian" {
		mark = "II*\x00"
	}
	b := order.AppendUint32([]byte(mark), 8)
	b = order.AppendUint16(b, 2)
	for _, e := range []struct{ tag, typ, value uint16 }{{0x8825, 4, 26}, {0x0112, 3, orientation}} {
		b = order.AppendUint16(order.AppendUint16(b, e.tag), e.typ)
		b = order.AppendUint16(order.AppendUint32(b, 1), e.value)
		b = append(b, 0, 0)
	}
	return segment(0xe1, slices.Concat([]byte("Exif\x00\x00"), b, []byte("CANARY-GPS 42.8746N 74.5698E")))
}

// behind puts segments right behind the start of a JPEG.
func behind(raw []byte, segments ...[]byte) []byte {
	return slices.Concat(raw[:2], slices.Concat(segments...), raw[2:])
}

// chunk is one chunk of a PNG.
func chunk(kind string, body []byte) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind...)
	b = append(b, body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestOnlyThePictureIsLeftOfAPhotograph(t *testing.T) {
	t.Parallel()
	plain, pngRaw := asJPEG(t, halves(40, 20)), asPNG(t, halves(40, 20))
	for name, raw := range map[string][]byte{
		"place and device in a JPEG":   behind(plain, exif(binary.LittleEndian, 1)),
		"a comment in a JPEG":          behind(plain, segment(0xfe, []byte("CANARY by a clerk"))),
		"a maker's note in a JPEG":     behind(plain, segment(0xed, []byte("CANARY"))),
		"something after a JPEG":       append(bytes.Clone(plain), "CANARY a film of three seconds"...),
		"a text in a PNG":              slices.Concat(pngRaw[:33], chunk("tEXt", []byte("Author\x00CANARY")), pngRaw[33:]),
		"place in a PNG":               slices.Concat(pngRaw[:33], chunk("eXIf", []byte("CANARY")), pngRaw[33:]),
		"something after a PNG":        append(bytes.Clone(pngRaw), "CANARY"...),
		"a JPEG of another photograph": behind(plain, exif(binary.BigEndian, 1), segment(0xe2, append([]byte("CANARY"), plain...))),
	} {
		if !bytes.Contains(raw, []byte("CANARY")) {
			t.Fatalf("%s: the test plants nothing", name)
		}
		clean, media, err := Photograph(raw)
		if err != nil || media != "image/jpeg" {
			t.Errorf("%s: %s, %v", name, media, err)
			continue
		}
		for _, trace := range []string{"CANARY", "Exif", "GPS", "42.8746"} {
			if bytes.Contains(clean, []byte(trace)) {
				t.Errorf("%s: %s is still there", name, trace)
			}
		}
		img, err := jpeg.Decode(bytes.NewReader(clean))
		if err != nil || img.Bounds().Size() != (image.Point{X: 40, Y: 20}) || !red(img.At(5, 10)) || red(img.At(35, 10)) {
			t.Errorf("%s: the picture is another, %v", name, err)
		}
	}
}

func red(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r > 0xc000 && g < 0x4000 && b < 0x4000
}

func TestAPhotographIsTurnedUpright(t *testing.T) {
	t.Parallel()
	raw := asJPEG(t, halves(64, 32))
	for orientation, c := range map[uint16]struct {
		size image.Point
		red  image.Point // a point of the half that was left
	}{
		1: {image.Pt(64, 32), image.Pt(8, 16)},
		2: {image.Pt(64, 32), image.Pt(56, 16)},
		3: {image.Pt(64, 32), image.Pt(56, 16)},
		4: {image.Pt(64, 32), image.Pt(8, 16)},
		5: {image.Pt(32, 64), image.Pt(16, 8)},
		6: {image.Pt(32, 64), image.Pt(16, 8)},
		7: {image.Pt(32, 64), image.Pt(16, 56)},
		8: {image.Pt(32, 64), image.Pt(16, 56)},
		0: {image.Pt(64, 32), image.Pt(8, 16)}, // nonsense says nothing
		9: {image.Pt(64, 32), image.Pt(8, 16)},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			clean, _, err := Photograph(behind(raw, exif(order, orientation)))
			if err != nil {
				t.Fatal(err)
			}
			img, err := jpeg.Decode(bytes.NewReader(clean))
			if err != nil {
				t.Fatal(err)
			}
			other := c.size.Sub(c.red)
			if img.Bounds().Size() != c.size || !red(img.At(c.red.X, c.red.Y)) || red(img.At(other.X, other.Y)) {
				t.Errorf("orientation %d %s: size %v, %v at the red half", orientation, order, img.Bounds().Size(), img.At(c.red.X, c.red.Y))
			}
		}
	}
}

// Turning is more than which half is where: a mark in one corner tells all
// eight apart.
func TestEveryOrientationIsAnotherTurn(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(0, 0, 3, 2))
	img.Set(0, 0, color.White)
	want := map[int]image.Point{1: {}, 2: {X: 2}, 3: {X: 2, Y: 1}, 4: {Y: 1}, 5: {}, 6: {X: 1}, 7: {X: 1, Y: 2}, 8: {Y: 2}}
	img.Set(1, 0, color.Black)
	for o, corner := range want {
		turned := upright(img, o)
		if r, _, _, _ := turned.At(corner.X, corner.Y).RGBA(); r != 0xffff {
			t.Errorf("orientation %d: the corner is not at %v", o, corner)
		}
	}
	if upright(img, 5).Bounds() == upright(img, 1).Bounds() {
		t.Error("a turn by a quarter keeps the sides")
	}
}

func TestATransparentPictureIsPutOnWhite(t *testing.T) {
	t.Parallel()
	clean, _, err := Photograph(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 16, 16))))
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(clean))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(8, 8).RGBA(); r < 0xf000 || g < 0xf000 || b < 0xf000 {
		t.Errorf("it is %v", img.At(8, 8))
	}
}

func TestKindsOfPictureThatAreKept(t *testing.T) {
	t.Parallel()
	size := image.Rect(0, 0, 16, 16)
	for name, raw := range map[string][]byte{
		"a grey JPEG":               asJPEG(t, image.NewGray(size)),
		"a PNG of sixteen bits":     asPNG(t, image.NewNRGBA64(size)),
		"a PNG of few colours":      asPNG(t, image.NewPaletted(size, color.Palette{color.White, color.Black})),
		"a picture of one pixel":    asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))),
		"a grey JPEG held sideways": behind(asJPEG(t, image.NewGray(size)), exif(binary.BigEndian, 6)),
	} {
		if _, media, err := Photograph(raw); err != nil || media != "image/jpeg" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func pngHeader(w, h uint32, depth, kind byte) []byte {
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(size, depth, kind, 0, 0, 0)))
}

func jpegHeader(w, h uint16, marker byte) []byte {
	body := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, h), w)
	body = append(body, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0)
	scan := segment(0xda, []byte{3, 1, 0, 2, 0, 3, 0, 0, 63, 0})
	return slices.Concat([]byte{0xff, 0xd8}, segment(marker, body), scan, []byte{0xff, 0xd9})
}

func TestWhatIsNoPhotograph(t *testing.T) {
	t.Parallel()
	good := asJPEG(t, halves(64, 32))
	scan := bytes.Index(good, []byte{0xff, 0xda})
	for name, c := range map[string]struct {
		raw     []byte
		code    privacy.Code
		problem string
	}{
		"nothing":                         {nil, privacy.BadValue, ImageFormat},
		"a text":                          {[]byte("паспорт"), privacy.BadValue, ImageFormat},
		"a page with script":              {[]byte("<svg onload=alert(1)>"), privacy.BadValue, ImageFormat},
		"a GIF":                           {[]byte("GIF89a\x01\x00\x01\x00"), privacy.BadValue, ImageFormat},
		"a PDF":                           {[]byte("%PDF-1.7"), privacy.BadValue, ImageFormat},
		"the first bytes of a JPEG":       {[]byte("\xff\xd8\xff"), privacy.BadValue, ImageBroken},
		"a JPEG cut short":                {good[:scan+20], privacy.BadValue, ImageBroken},
		"a JPEG without picture":          {good[:scan], privacy.BadValue, ImageBroken},
		"a PNG without picture":           {pngHeader(100, 100, 8, 2), privacy.BadValue, ImageBroken},
		"a PNG of no size":                {pngHeader(0, 100, 8, 2), privacy.BadValue, ImageBroken},
		"a program dressed as a JPEG":     {append([]byte("\xff\xd8\xff\xe0"), "MZ\x90\x00"...), privacy.BadValue, ImageBroken},
		"a PNG of 200 megapixels":         {pngHeader(20_000, 10_000, 8, 2), privacy.BadValue, ImageTooManyPixels},
		"a JPEG of 200 megapixels":        {jpegHeader(20_000, 10_000, 0xc0), privacy.BadValue, ImageTooManyPixels},
		"a PNG of 2^31 by 2^31":           {pngHeader(1<<31-1, 1, 8, 2), privacy.BadValue, ImageTooManyPixels},
		"a JPEG of one pixel too many":    {jpegHeader(8000, 5001, 0xc0), privacy.BadValue, ImageTooManyPixels},
		"a strip as long as a street":     {pngHeader(20_001, 10, 8, 2), privacy.BadValue, ImageTooManyPixels},
		"a progressive JPEG of 20 MP":     {jpegHeader(5000, 4000, 0xc2), privacy.BadValue, ImageTooManyPixels},
		"a PNG of 20 MP in sixteen bits":  {pngHeader(5000, 4000, 16, 6), privacy.BadValue, ImageTooManyPixels},
		"more bytes than a camera writes": {make([]byte, MaxPhotograph+1), privacy.TooLarge, ImageTooLarge},
		"a JPEG of many scans":            {manyScans(good, scan, 51), privacy.BadValue, ImageBroken},
	} {
		clean, _, err := Photograph(c.raw)
		var e *privacy.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Problem != c.problem || !slices.Contains(Problems(), e.Problem) {
			t.Errorf("%s: got %v, want %s %s", name, err, c.code, c.problem)
		}
		if clean != nil {
			t.Errorf("%s: gives bytes", name)
		}
	}
	if _, _, err := Photograph(good); err != nil {
		t.Errorf("what the cases were made from: %v", err)
	}
}

// manyScans repeats the scan of a JPEG, as a file does that is made to keep a
// decoder busy.
func manyScans(raw []byte, scan, n int) []byte {
	return slices.Concat(raw[:scan], bytes.Repeat(raw[scan:len(raw)-2], n), raw[len(raw)-2:])
}

func TestScansAndKindAreCounted(t *testing.T) {
	t.Parallel()
	good := asJPEG(t, halves(64, 32))
	scan := bytes.Index(good, []byte{0xff, 0xda})
	film := append(bytes.Clone(good), bytes.Repeat([]byte{0xff, 0xda, 0, 2}, 100)...) // behind the end, nobody looks
	thumb := behind(good, segment(0xe2, bytes.Repeat([]byte{0xff, 0xda, 0, 2}, 100))) // nor inside a segment
	for name, c := range map[string]struct {
		raw   []byte
		scans int
	}{"one": {good, 1}, "three": {manyScans(good, scan, 3), 3}, "those behind the end": {film, 1}, "those inside a segment": {thumb, 1}} {
		if m := readJPEGMeta(c.raw); m.scans != c.scans || m.progressive || m.orientation != 1 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if m := readJPEGMeta(jpegHeader(10, 10, 0xc2)); !m.progressive {
		t.Error("a progressive JPEG passes for another")
	}
}

// This test reads the allocator's counters, so no other may run beside it.
func TestABombIsRefusedWithoutBeingUnpacked(t *testing.T) {
	bombs := [][]byte{pngHeader(20_000, 10_000, 8, 2), jpegHeader(20_000, 10_000, 0xc0)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, b := range bombs {
		if _, _, err := Photograph(b); err == nil {
			t.Error("kept")
		}
	}
	runtime.ReadMemStats(&after)
	if grew := after.TotalAlloc - before.TotalAlloc; grew > 1<<20 {
		t.Errorf("%d bytes were taken to refuse 200 megapixels", grew)
	}
}

func FuzzPhotograph(f *testing.F) {
	f.Add(asJPEG(f, halves(16, 8)))
	f.Add(asPNG(f, halves(16, 8)))
	f.Add(behind(asJPEG(f, halves(16, 8)), exif(binary.LittleEndian, 6)))
	f.Add(jpegHeader(8, 8, 0xc2))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if c, err := jpeg.DecodeConfig(bytes.NewReader(raw)); err == nil && c.Width*c.Height > 1<<20 {
			return // only slow
		}
		if c, err := png.DecodeConfig(bytes.NewReader(raw)); err == nil && c.Width*c.Height > 1<<20 {
			return
		}
		clean, _, err := Photograph(raw)
		if err != nil {
			var e *privacy.Error
			if !errors.As(err, &e) || !slices.Contains(Problems(), e.Problem) {
				t.Errorf("an error of no problem: %v", err)
			}
			return
		}
		if _, err := jpeg.Decode(bytes.NewReader(clean)); err != nil {
			t.Errorf("what is kept does not open: %v", err)
		}
	})
}
