package evidence

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"kupuya/internal/privacy"
)

// The bounds of a drawn signature. They keep out a dot, a machine and a flood,
// not an unsteady hand.
const (
	maxDrawnBody           = 256 << 10
	minPoints, maxPoints   = 16, 5000
	maxStrokes             = 200
	minCanvas, maxCanvas   = 50, 4000     // canvas units
	minDrawing, maxDrawing = 200, 120_000 // milliseconds
	minInk                 = 0.25         // length of all strokes, of the canvas's longer side
	minSpread              = 0.005        // deviation from the straightest line, of the longer side
)

// Point is one place of the pen: x and y in canvas units from the upper left,
// t in milliseconds since the first touch. In JSON it is [x,y,t].
type Point struct{ X, Y, T int }

// UnmarshalJSON accepts exactly three whole numbers.
func (p *Point) UnmarshalJSON(b []byte) error {
	var n []int
	other := bytes.Trim(b, "[]0123456789-, \t\r\n") // what is left begins with a byte of no list of whole numbers
	if len(other) > 0 || json.Unmarshal(b, &n) != nil || len(n) != 3 {
		return refuse("evidence.Point", Form)
	}
	p.X, p.Y, p.T = n[0], n[1], n[2]
	return nil
}

// Drawing is a signature drawn on a device: the movement of the hand, from
// which a picture can be made but not the other way round. (policy 6.1, DC-151)
type Drawing struct {
	EditionHash   string // of the edition the client says it signs; "" where no edition is signed
	Bound         string // Shown.Bind, as the page was given it
	Width, Height int    // of the canvas
	Strokes       [][]Point
}

// ParseDrawing reads the body of a drawn signature: an object with exactly
// edition_hash, bound, width, height and strokes, a list of strokes that are
// lists of [x,y,t]. Every refusal is EvidenceInvalid with the problem: Form,
// Long, ImageOnly for a picture in place of strokes, and those that Problems
// describes for a drawing that no hand made.
func ParseDrawing(raw []byte) (Drawing, error) {
	const op = "evidence.ParseDrawing"
	if isImage(raw) {
		return Drawing{}, refuse(op, ImageOnly)
	}
	if len(raw) > maxDrawnBody {
		return Drawing{}, refuse(op, Long)
	}
	m, ok := members(raw, "edition_hash", "bound", "width", "height", "strokes")
	var d Drawing
	if !ok || !read(m, "edition_hash", &d.EditionHash) || !read(m, "bound", &d.Bound) || !read(m, "width", &d.Width) ||
		!read(m, "height", &d.Height) || !read(m, "strokes", &d.Strokes) {
		return Drawing{}, refuse(op, Form)
	}
	if problem := d.problem(); problem != "" {
		return Drawing{}, refuse(op, problem)
	}
	return d, nil
}

// isImage recognises a picture or data URL sent as it is, or in a body that has
// no list of strokes.
func isImage(raw []byte) bool {
	for _, magic := range []string{"data:", `"data:`, "\x89PNG", "\xff\xd8\xff", "GIF8", "RIFF", "<svg"} {
		if bytes.HasPrefix(raw, []byte(magic)) {
			return true
		}
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(raw, &body) != nil || bytes.HasPrefix(body["strokes"], []byte("[[")) {
		return false
	}
	for name, value := range body {
		if name == "image" || bytes.HasPrefix(value, []byte(`"data:`)) {
			return true
		}
	}
	return false
}

// problem says what keeps the drawing from being a signature, or "".
func (d *Drawing) problem() string {
	if !isHash(d.Bound) || d.EditionHash != "" && !isHash(d.EditionHash) {
		return Form
	}
	if d.Width < minCanvas || d.Width > maxCanvas || d.Height < minCanvas || d.Height > maxCanvas {
		return Canvas
	}
	if len(d.Strokes) == 0 || len(d.Strokes) > maxStrokes {
		return StrokeCount
	}
	points, last, ink := 0, 0, 0.0
	for i, stroke := range d.Strokes {
		if len(stroke) == 0 {
			return StrokeCount
		}
		if points += len(stroke); points > maxPoints {
			return PointCount
		}
		for j, p := range stroke {
			if p.X < 0 || p.X > d.Width || p.Y < 0 || p.Y > d.Height {
				return Outside
			}
			if p.T < last || i == 0 && j == 0 && p.T != 0 {
				return Order
			}
			last = p.T
			if j > 0 {
				ink += math.Hypot(float64(p.X-stroke[j-1].X), float64(p.Y-stroke[j-1].Y))
			}
		}
	}
	side := float64(max(d.Width, d.Height))
	switch {
	case points < minPoints:
		return PointCount
	case last < minDrawing || last > maxDrawing:
		return Duration
	case ink < minInk*side:
		return Ink
	case d.spread(points) < minSpread*side:
		return Line
	}
	return ""
}

// spread is how far, in canvas units, the points stray from the straight line
// that fits them best: the root of the smaller eigenvalue of their covariance.
func (d *Drawing) spread(points int) float64 {
	var sx, sy, sxx, syy, sxy float64
	for _, stroke := range d.Strokes {
		for _, p := range stroke {
			x, y := float64(p.X), float64(p.Y)
			sx, sy, sxx, syy, sxy = sx+x, sy+y, sxx+x*x, syy+y*y, sxy+x*y
		}
	}
	n := float64(points)
	vx, vy, vxy := sxx/n-sx/n*sx/n, syy/n-sy/n*sy/n, sxy/n-sx/n*sy/n
	return math.Sqrt(max(0, (vx+vy)/2-math.Hypot((vx-vy)/2, vxy)))
}

// Canonical is the one written form of the drawing, in which it is sealed and
// hashed: what ParseDrawing reads, members in alphabetical order, no blanks.
func (d *Drawing) Canonical() []byte {
	b := []byte(`{"bound":"` + d.Bound + `","edition_hash":"` + d.EditionHash + `","height":`)
	b = strconv.AppendInt(b, int64(d.Height), 10)
	b = append(append(b, `,"strokes":`...), d.strokes()...)
	b = strconv.AppendInt(append(b, `,"width":`...), int64(d.Width), 10)
	return append(b, '}')
}

func (d *Drawing) strokes() []byte {
	b := []byte{'['}
	for i, stroke := range d.Strokes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		for j, p := range stroke {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(append(b, '['), int64(p.X), 10)
			b = strconv.AppendInt(append(b, ','), int64(p.Y), 10)
			b = strconv.AppendInt(append(b, ','), int64(p.T), 10)
			b = append(b, ']')
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

// Digest is the hash of the movement alone, in hex. No hand draws the same
// strokes twice, so a Digest seen before under another Bound is a copy of an
// earlier signature, which whoever keeps the digests refuses with Copied. (DC-151)
func (d *Drawing) Digest() string {
	return digest("kupuya/1/drawn", strconv.Itoa(d.Width), strconv.Itoa(d.Height), string(d.strokes()))
}

// Prove gives the proof of a drawing, or refuses it: with Bound when it was
// drawn under something else than s, otherwise as ParseDrawing does. The
// proof's Digest is that of the drawing.
func (d *Drawing) Prove(s Shown, ch privacy.Channel, now time.Time) (Proof, error) {
	const op = "evidence.Drawing"
	if err := s.check(op); err != nil {
		return Proof{}, err
	}
	if d.EditionHash != s.EditionHash || d.Bound != s.Bind() {
		return Proof{}, refuse(op, Bound)
	}
	if problem := d.problem(); problem != "" {
		return Proof{}, refuse(op, problem)
	}
	return prove(privacy.GradeDrawn, &s, d.Digest(), "", ch, now), nil
}

// SVG is a picture of the drawing for a person to look at. It holds no script,
// no style and no words; the page says beside it whose it is.
func (d *Drawing) SVG() []byte {
	b := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `)
	b = strconv.AppendInt(b, int64(d.Width), 10)
	b = strconv.AppendInt(append(b, ' '), int64(d.Height), 10)
	b = append(b, `" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" stroke-width="`...)
	b = strconv.AppendInt(b, int64(max(1, d.Height/80)), 10)
	b = append(b, `"><path d="`...)
	for _, stroke := range d.Strokes {
		for j, p := range stroke {
			b = append(b, "ML"[min(j, 1)])
			b = strconv.AppendInt(b, int64(p.X), 10)
			b = strconv.AppendInt(append(b, ' '), int64(p.Y), 10)
		}
		if len(stroke) == 1 {
			b = append(b, "h0"...) // a dot
		}
	}
	return append(b, `"/></svg>`...)
}
