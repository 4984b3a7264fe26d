package evidence

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"kupuya/internal/privacy"
)

// signature draws two loops and a dot, as a hand would.
func signature(s Shown) Drawing {
	d := Drawing{EditionHash: s.EditionHash, Bound: s.Bind(), Width: 600, Height: 200}
	t := 0
	for loop := range 2 {
		var stroke []Point
		for i := range 40 {
			a := float64(i) / 6
			stroke = append(stroke, Point{X: 60 + loop*200 + i*4 + int(20*math.Cos(a)), Y: 100 + int(50*math.Sin(a)), T: t})
			t += 16
		}
		d.Strokes = append(d.Strokes, stroke)
		t += 150
	}
	d.Strokes = append(d.Strokes, []Point{{X: 500, Y: 120, T: t}})
	return d
}

func TestDrawnSignatureIsRead(t *testing.T) {
	t.Parallel()
	s := shown(AimAccept)
	want := signature(s)
	d, err := ParseDrawing(want.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.Canonical(), want.Canonical()) || d.Digest() != want.Digest() {
		t.Error("what was read is not what was drawn")
	}
	spaced := strings.NewReplacer(",", " ,\n ", "[", "[ ").Replace(string(want.Canonical()))
	if again, err := ParseDrawing([]byte(spaced)); err != nil || again.Digest() != want.Digest() {
		t.Errorf("blanks between the points change the digest: %v", err)
	}
	p, err := d.Prove(s, privacy.ChannelOffice, noon)
	if err != nil || p.Grade != privacy.GradeDrawn || p.Digest != want.Digest() {
		t.Fatalf("%+v, %v", p, err)
	}
}

// The digest is of the movement alone, so that the same strokes under another
// agreement show as a copy. (DC-151)
func TestDigestRecognisesCopiedStrokes(t *testing.T) {
	t.Parallel()
	a, b := signature(shown(AimAccept)), signature(shown(AimConsent("P03")))
	if a.Digest() != b.Digest() {
		t.Error("copied strokes have another digest")
	}
	b.Strokes[0][3].X++
	if a.Digest() == b.Digest() {
		t.Error("another movement has the same digest")
	}
}

func TestDrawingIsBoundToWhatItSigns(t *testing.T) {
	t.Parallel()
	s := shown(AimAccept)
	for name, change := range map[string]func(*Drawing){
		"drawn under a consent":         func(d *Drawing) { o := shown(AimConsent("P03")); d.Bound = o.Bind() },
		"drawn under another edition":   func(d *Drawing) { d.EditionHash = HashText("other") },
		"drawn without naming it":       func(d *Drawing) { d.EditionHash = "" },
		"drawn under nothing":           func(d *Drawing) { d.Bound = "" },
		"drawn by somebody else's page": func(d *Drawing) { o := s; o.Subject = "other"; d.Bound = o.Bind() },
	} {
		d := signature(s)
		change(&d)
		if _, err := d.Prove(s, privacy.ChannelApp, noon); err == nil {
			t.Errorf("%s: a proof", name)
		} else {
			wantProblem(t, err, Bound)
		}
	}
	d := signature(s)
	d.Strokes = nil
	_, err := d.Prove(s, privacy.ChannelApp, noon)
	wantProblem(t, err, StrokeCount)
}

func TestDrawingThatNoHandMade(t *testing.T) {
	t.Parallel()
	line := func(d *Drawing, points int) {
		d.Strokes = [][]Point{nil}
		for i := range points {
			d.Strokes[0] = append(d.Strokes[0], Point{X: i * d.Width / points, Y: i * d.Height / points, T: i * 10})
		}
	}
	for name, c := range map[string]struct {
		change func(*Drawing)
		want   string
	}{
		"no strokes":                     {func(d *Drawing) { d.Strokes = [][]Point{} }, StrokeCount},
		"an empty stroke":                {func(d *Drawing) { d.Strokes = append(d.Strokes, []Point{}) }, StrokeCount},
		"201 strokes":                    {func(d *Drawing) { d.Strokes = make([][]Point, 201) }, StrokeCount},
		"fifteen points":                 {func(d *Drawing) { d.Strokes = [][]Point{d.Strokes[0][:15]} }, PointCount},
		"5001 points":                    {func(d *Drawing) { line(d, 5001) }, PointCount},
		"a tiny canvas":                  {func(d *Drawing) { d.Height = 49 }, Canvas},
		"a huge canvas":                  {func(d *Drawing) { d.Width = 4001 }, Canvas},
		"a negative canvas":              {func(d *Drawing) { d.Width = -600 }, Canvas},
		"a point left of the canvas":     {func(d *Drawing) { d.Strokes[0][5].X = -1 }, Outside},
		"a point below the canvas":       {func(d *Drawing) { d.Strokes[1][5].Y = 201 }, Outside},
		"time that does not begin at 0":  {func(d *Drawing) { d.Strokes[0][0].T = 5 }, Order},
		"negative time":                  {func(d *Drawing) { d.Strokes[0][1].T = -1 }, Order},
		"time running back in a stroke":  {func(d *Drawing) { d.Strokes[0][9].T = 1 }, Order},
		"time running back over strokes": {func(d *Drawing) { d.Strokes[1][0].T = 1 }, Order},
		"drawn in less than a blink":     {func(d *Drawing) { rush(d, 199) }, Duration},
		"drawn over two minutes":         {func(d *Drawing) { rush(d, 120_001) }, Duration},
		"a speck":                        {func(d *Drawing) { shrink(d, 12) }, Ink},
		"dots and no line":               {dots, Ink},
		"one straight line":              {func(d *Drawing) { line(d, 100) }, Line},
		"one straight level line":        {func(d *Drawing) { line(d, 100); flatten(d, 100) }, Line},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := signature(shown(AimAccept))
			c.change(&d)
			_, err := ParseDrawing(d.Canonical())
			wantProblem(t, err, c.want)
		})
	}
}

func rush(d *Drawing, last int) {
	for i, s := range d.Strokes {
		for j := range s {
			d.Strokes[i][j].T = 0
		}
	}
	d.Strokes[len(d.Strokes)-1][0].T = last
}

func shrink(d *Drawing, by int) {
	for i, s := range d.Strokes {
		for j, p := range s {
			d.Strokes[i][j].X, d.Strokes[i][j].Y = p.X/by, p.Y/by
		}
	}
}

func flatten(d *Drawing, y int) {
	for i, s := range d.Strokes {
		for j := range s {
			d.Strokes[i][j].Y = y
		}
	}
}

func dots(d *Drawing) {
	d.Strokes = nil
	for i := range 40 {
		d.Strokes = append(d.Strokes, []Point{{X: i * 10, Y: i * 37 % 200, T: i * 20}})
	}
}

func TestAnImageAloneIsRefused(t *testing.T) {
	t.Parallel()
	s := shown(AimAccept)
	png := "\x89PNG\r\n\x1a\n and the rest"
	url := "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte(png))
	head := `{"edition_hash":"` + s.EditionHash + `","bound":"` + s.Bind() + `","width":600,"height":200,`
	for name, body := range map[string]string{
		"a PNG file":                    png,
		"a JPEG file":                   "\xff\xd8\xff\xe0 and the rest",
		"an SVG file":                   `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"a data URL":                    url,
		"a data URL in quotes":          `"` + url + `"`,
		"an image member":               `{"image":"` + url + `"}`,
		"an image member in base64":     `{"image":"iVBORw0KGgo="}`,
		"a data URL by another name":    head + `"picture":"` + url + `"}`,
		"an image beside no strokes":    head + `"strokes":[],"image":"` + url + `"}`,
		"an image in place of strokes":  head + `"strokes":"` + url + `"}`,
		"an image longer than any body": `{"image":"` + strings.Repeat("A", 300<<10) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseDrawing([]byte(body))
			wantProblem(t, err, ImageOnly)
		})
	}
}

func TestDrawingThatCannotBeRead(t *testing.T) {
	t.Parallel()
	d := signature(shown(AimAccept))
	good := string(d.Canonical())
	for name, c := range map[string]struct{ body, want string }{
		"nothing":                       {``, Form},
		"a list":                        {`[]`, Form},
		"an image beside the strokes":   {strings.Replace(good, `{`, `{"image":"x",`, 1), Form},
		"a member twice":                {strings.Replace(good, `{`, `{"width":600,`, 1), Form},
		"a point of two numbers":        {strings.Replace(good, `[80,100,0]`, `[80,100]`, 1), Form},
		"a point of four numbers":       {strings.Replace(good, `[80,100,0]`, `[80,100,0,1]`, 1), Form},
		"a point with null":             {strings.Replace(good, `[80,100,0]`, `[80,null,0]`, 1), Form},
		"a point with a fraction":       {strings.Replace(good, `[80,100,0]`, `[80,100.5,0]`, 1), Form},
		"a point with an exponent":      {strings.Replace(good, `[80,100,0]`, `[80,1e2,0]`, 1), Form},
		"a point in quotes":             {strings.Replace(good, `[80,100,0]`, `[80,"100",0]`, 1), Form},
		"a point as an object":          {strings.Replace(good, `[80,100,0]`, `{"x":80}`, 1), Form},
		"a number beyond any machine":   {strings.Replace(good, `[80,100,0]`, `[99999999999999999999,100,0]`, 1), Form},
		"a bound that is no hash":       {strings.Replace(good, d.Bound, `x`, 1), Form},
		"an edition that is no hash":    {strings.Replace(good, d.EditionHash, `x`, 1), Form},
		"something after it":            {good + `[]`, Form},
		"more than any signature needs": {good + strings.Repeat(" ", 256<<10), Long},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.body == good {
				t.Fatal("the case changes nothing")
			}
			_, err := ParseDrawing([]byte(c.body))
			wantProblem(t, err, c.want)
		})
	}
}

func TestSVGShowsTheStrokesAndNothingElse(t *testing.T) {
	t.Parallel()
	d := signature(shown(AimAccept))
	svg := d.SVG()
	dec := xml.NewDecoder(bytes.NewReader(svg))
	elements := 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			if elements++; e.Name.Local != "svg" && e.Name.Local != "path" {
				t.Errorf("element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || a.Name.Local == "href" {
					t.Errorf("attribute %s", a.Name.Local)
				}
			}
		}
	}
	if elements != 2 || !bytes.Contains(svg, []byte("M500 120h0")) || bytes.Contains(svg, []byte(d.Bound)) {
		t.Errorf("%d elements in %s", elements, svg)
	}
}

func FuzzParseDrawing(f *testing.F) {
	s := shown(AimAccept)
	d := signature(s)
	f.Add(d.Canonical())
	f.Add([]byte(`{"image":"data:image/png;base64,AAAA"}`))
	f.Add([]byte(fmt.Sprintf(`{"edition_hash":"","bound":"%s","width":600,"height":200,"strokes":[[[1,2,3]]]}`, s.Bind())))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ParseDrawing(raw)
		if err != nil {
			return
		}
		again, err := ParseDrawing(d.Canonical())
		if err != nil || again.Digest() != d.Digest() {
			t.Errorf("what was accepted does not come back: %v", err)
		}
		if err := xml.Unmarshal(d.SVG(), new(struct{})); err != nil {
			t.Errorf("the picture is no XML: %v", err)
		}
	})
}
