package check

import (
	"math"
	"slices"

	"kupuya/internal/privacy"
)

// tongue knows Kyrgyz from Russian by groups of three letters, learned from the
// edition itself: its texts, and the words of its rules. Both are written in one
// alphabet, and most short titles have none of the three letters that only
// Kyrgyz has, so letters alone do not tell.
type tongue struct {
	id    map[uint64]int   // group → place in count
	count [2][]int         // how often each group stands in a language
	total [2]int           //
	known map[string][]int // sentence → its groups
	logs  []float64        // logarithms of small counts
}

const (
	kyrgyz = iota
	russian
)

// enough is how many groups a language must have shown before anything is said
// of it: about a page.
const enough = 2000

// learn reads what the edition has in both languages.
func (l *look) learn() *tongue {
	m := &tongue{id: make(map[uint64]int, 8192), known: make(map[string][]int, 1024)}
	for to, lang := range []privacy.Lang{privacy.Kyrgyz, privacy.Russian} {
		t := l.texts[lang]
		for i := range t.Clauses {
			m.add(to, t.Clauses[i].Text)
		}
	}
	l.wordsOf(func(_ string, w privacy.Words, _ bool) {
		m.add(kyrgyz, w.Ky)
		m.add(russian, w.Ru)
	})
	m.logs = make([]float64, 2+max(slices.Max(append(m.count[kyrgyz], 0)), slices.Max(append(m.count[russian], 0))))
	for i := range m.logs {
		m.logs[i] = math.Log(float64(i) + 0.5)
	}
	return m
}

func (m *tongue) add(to int, s string) {
	for _, g := range m.groups(s) {
		m.count[to][g]++
	}
	m.total[to] += len(m.known[s])
}

// swapped reports whether two sentences would rather be each other's. What the
// pair itself taught is taken back first, or it would vouch for itself.
func (m *tongue) swapped(ky, ru string) bool {
	if ky == ru || ky == "" || ru == "" || min(m.total[kyrgyz], m.total[russian]) < enough {
		return false
	}
	k, r := m.groups(ky), m.groups(ru)
	for _, g := range k {
		m.count[kyrgyz][g]--
	}
	for _, g := range r {
		m.count[russian][g]--
	}
	straight := m.fits(kyrgyz, k) + m.fits(russian, r)
	crossed := m.fits(russian, k) + m.fits(kyrgyz, r)
	for _, g := range k {
		m.count[kyrgyz][g]++
	}
	for _, g := range r {
		m.count[russian][g]++
	}
	return crossed > straight
}

// fits tells how likely groups are in a language, as a logarithm.
func (m *tongue) fits(lang int, groups []int) float64 {
	sum := -float64(len(groups)) * math.Log(float64(m.total[lang])+2000)
	for _, g := range groups {
		sum += m.logs[m.count[lang][g]]
	}
	return sum
}

// groups gives every three letters in a row of the words of a sentence, the
// blank before and after each word included.
func (m *tongue) groups(s string) []int {
	if out, done := m.known[s]; done {
		return out
	}
	out := make([]int, 0, len(s)/2+2)
	var key uint64 = ' '
	n := 1
	take := func(r rune) {
		if r == ' ' && key&0x1fffff == ' ' {
			return
		}
		key = (key<<21 | uint64(r)) & (1<<63 - 1)
		if n++; n < 3 || key>>21&0x1fffff == ' ' {
			return
		}
		id, seen := m.id[key]
		if !seen {
			id = len(m.id)
			m.id[key] = id
			m.count[kyrgyz], m.count[russian] = append(m.count[kyrgyz], 0), append(m.count[russian], 0)
		}
		out = append(out, id)
	}
	for _, r := range s {
		if r = letter(r); r == 'ё' {
			r = 'е'
		}
		take(r)
	}
	take(' ')
	m.known[s] = out
	return out
}
