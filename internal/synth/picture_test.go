package synth

import (
	"bytes"
	"image/png"
	"testing"
)

func TestPicturesAreSmallAndSayThatTheyAreSpecimens(t *testing.T) {
	t.Parallel()
	for i := range 40 {
		for name, picture := range map[string][]byte{
			"face": corpus.FaceImage(i), "passport": corpus.PassportImage(i), "certificate": corpus.CertificateImage(i),
		} {
			if len(picture) > 40<<10 {
				t.Errorf("%s of %d has %d bytes", name, i, len(picture))
			}
			img, err := png.Decode(bytes.NewReader(picture))
			if err != nil {
				t.Fatal(err)
			}
			marked, all := 0, img.Bounds().Dx()*img.Bounds().Dy()
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					if img.At(x, y) == palette[mark] {
						marked++
					}
				}
			}
			if marked < all/50 {
				t.Errorf("%s of %d is hardly marked: %d of %d dots", name, i, marked, all)
			}
		}
	}
}

func TestPicturesBelongToThePerson(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(corpus.FaceImage(5), New(7, today).FaceImage(5)) {
		t.Error("the same person has two faces")
	}
	if bytes.Equal(corpus.FaceImage(corpus.owner(5)), corpus.FaceImage(corpus.owner(500))) {
		t.Error("two persons have one face")
	}
	for i := range 200 {
		if j := corpus.owner(i); j != i {
			if !bytes.Equal(corpus.PassportImage(i), corpus.PassportImage(j)) {
				t.Errorf("%d and %d are one person with two cards", i, j)
			}
			return
		}
	}
	t.Error("nobody has two numbers")
}

func TestEveryLetterOfASpecimenCanBeWritten(t *testing.T) {
	t.Parallel()
	for _, r := range specimen + "IDKR0123456789" {
		for row, dots := range glyphs[r] {
			if len(dots) != 5 {
				t.Errorf("%c has %q in row %d", r, dots, row)
			}
		}
	}
}
