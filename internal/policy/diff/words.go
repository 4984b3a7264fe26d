package diff

import (
	"strings"
	"unicode"
)

// most bounds the work on one sentence: what is longer counts as replaced whole.
const most = 4_000_000

// Words compares two sentences word by word. The pieces stand in reading order,
// what went before what came, and no two neighbours are alike.
func Words(a, b string) []Piece {
	if a == b && a != "" {
		return []Piece{{Same, a}}
	}
	x, y := cut(a), cut(b)
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	var out pieces
	out.put(Same, x[:head]...)
	out.middle(x[head:len(x)-tail], y[head:len(y)-tail])
	out.put(Same, x[len(x)-tail:]...)
	return out.joined()
}

// cut cuts a sentence into words, spaces and marks.
func cut(s string) []string {
	var out []string
	start, kind := 0, 0
	for i, r := range s {
		k := 3 // a mark stands for itself
		switch {
		case unicode.IsSpace(r):
			k = 1
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			k = 2
		}
		if i > 0 && (k != kind || k == 3) {
			out = append(out, s[start:i])
			start = i
		}
		kind = k
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// pieces grows into the difference of two sentences.
type pieces []Piece

func (p *pieces) put(state State, words ...string) {
	for _, w := range words {
		*p = append(*p, Piece{state, w})
	}
}

// middle compares by the longest common run of words, after what both begin and
// end with was set aside.
func (p *pieces) middle(x, y []string) {
	if len(x) == 0 || len(y) == 0 || len(x)*len(y) > most {
		p.put(Removed, x...)
		p.put(Added, y...)
		return
	}
	row := len(y) + 1
	best := make([]int32, (len(x)+1)*row) // of what is left from here
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				best[i*row+j] = best[(i+1)*row+j+1] + weight(x[i])
				continue
			}
			best[i*row+j] = max(best[(i+1)*row+j], best[i*row+j+1])
		}
	}
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		switch {
		case x[i] == y[j] && best[i*row+j] == best[(i+1)*row+j+1]+weight(x[i]):
			p.put(Same, x[i])
			i++
			j++
		case best[(i+1)*row+j] >= best[i*row+j+1]:
			p.put(Removed, x[i])
			i++
		default:
			p.put(Added, y[j])
			j++
		}
	}
	p.put(Removed, x[i:]...)
	p.put(Added, y[j:]...)
}

// weight makes words count for more than the spaces and marks between them.
func weight(s string) int32 {
	if spaced(s) {
		return 1
	}
	return int32(min(2+len(s), 40))
}

func spaced(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) }) < 0
}

// joined makes runs: within one change what went comes first, and a space that
// alone stayed between two changed words goes and comes with them.
func (p pieces) joined() []Piece {
	var out []Piece
	var went, came strings.Builder
	flush := func() {
		if went.Len() > 0 {
			out = append(out, Piece{Removed, went.String()})
		}
		if came.Len() > 0 {
			out = append(out, Piece{Added, came.String()})
		}
		went.Reset()
		came.Reset()
	}
	for i, x := range p {
		switch {
		case x.State == Removed:
			went.WriteString(x.Text)
		case x.State == Added:
			came.WriteString(x.Text)
		case spaced(x.Text) && went.Len()+came.Len() > 0 && i+1 < len(p) && p[i+1].State != Same:
			went.WriteString(x.Text)
			came.WriteString(x.Text)
		default:
			flush()
			if n := len(out); n > 0 && out[n-1].State == Same {
				out[n-1].Text += x.Text
			} else {
				out = append(out, Piece{Same, x.Text})
			}
		}
	}
	flush()
	return out
}
