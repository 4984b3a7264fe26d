package vault

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"kupuya/internal/privacy"
)

// MaxPhotograph is the most bytes a photograph may have.
const MaxPhotograph = maxBlob

const (
	maxPixels = 40_000_000
	// A progressive JPEG and a PNG of sixteen bits take several times the memory
	// per pixel, and every scan of the former walks over all of it.
	maxHeavy = 16_000_000
	maxScans = 50
	maxSide  = 20_000
)

// Photograph gives the picture in raw and nothing else: it is decoded, turned
// upright and written again as JPEG, so that place, device, comments,
// thumbnails and whatever was hidden behind the picture are gone. Size and
// header are judged before a pixel is decoded. It fails with privacy.Error of
// code TooLarge or BadValue and one of Problems. (policy 2.3.4)
func Photograph(raw []byte) (clean []byte, media string, err error) {
	if len(raw) > MaxPhotograph {
		return nil, "", badImage(privacy.TooLarge, ImageTooLarge)
	}
	var decode func([]byte) (image.Image, error)
	var config image.Config
	meta, heavy := jpegMeta{orientation: 1}, false
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xd8\xff")):
		config, err = jpeg.DecodeConfig(bytes.NewReader(raw))
		decode = func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }
		meta = readJPEGMeta(raw)
		heavy = meta.progressive
	case bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")):
		config, err = png.DecodeConfig(bytes.NewReader(raw))
		decode = func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }
		heavy = config.ColorModel == color.NRGBA64Model || config.ColorModel == color.RGBA64Model
	default:
		return nil, "", badImage(privacy.BadValue, ImageFormat)
	}
	if err != nil || config.Width < 1 || config.Height < 1 {
		return nil, "", badImage(privacy.BadValue, ImageBroken)
	}
	pixels := config.Width * config.Height
	if config.Width > maxSide || config.Height > maxSide || pixels > maxPixels || heavy && pixels > maxHeavy {
		return nil, "", badImage(privacy.BadValue, ImageTooManyPixels)
	}
	if meta.scans > maxScans {
		return nil, "", badImage(privacy.BadValue, ImageBroken)
	}
	img, err := decode(raw)
	if err != nil {
		return nil, "", badImage(privacy.BadValue, ImageBroken)
	}
	return encode(upright(img, meta.orientation))
}

// encode writes a JPEG of good quality, of less when it would not fit.
func encode(img image.Image) ([]byte, string, error) {
	for _, quality := range []int{90, 75, 50} {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
			return nil, "", badImage(privacy.BadValue, ImageBroken)
		}
		if out.Len() <= maxBlob {
			return out.Bytes(), "image/jpeg", nil
		}
	}
	return nil, "", badImage(privacy.TooLarge, ImageTooLarge)
}

func badImage(code privacy.Code, problem string) error {
	return &privacy.Error{Op: "vault.Photograph", Code: code, Problem: problem}
}

// upright turns a picture as its EXIF orientation, 1 to 8, says it was held,
// and puts a transparent one on white.
func upright(img image.Image, orientation int) image.Image {
	switch img.(type) {
	case *image.YCbCr, *image.Gray:
		if orientation == 1 {
			return img
		}
	}
	size := img.Bounds().Size()
	flat := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(flat, flat.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, img, img.Bounds().Min, draw.Over)
	if orientation == 1 {
		return flat
	}
	w, h := size.X, size.Y
	turned := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		turned = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			to, from := turned.PixOffset(tx, ty), flat.PixOffset(x, y)
			copy(turned.Pix[to:to+4], flat.Pix[from:from+4])
		}
	}
	return turned
}
