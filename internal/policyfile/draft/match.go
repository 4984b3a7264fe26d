package draft

import (
	"slices"
	"strings"

	"kupuya/internal/privacy"
)

// likeness is how much alike two clauses are at the least, from 0 to 1, when one
// is taken for the other in new words; less is enough at the same place.
const (
	likeness     = 0.6
	likenessHere = 0.42
)

// former is a clause of the import before.
type former struct {
	Clause
	taken bool
	order int
}

// keep gives clauses the ids that they had in the import before: the same words
// first, then words much like them. What is left is new and gets an id that no
// clause ever had. It returns what is retired.
func (m *maker) keep(earlier *TextReport) (changes Changes, retired []Retired) {
	if earlier == nil {
		for _, c := range m.clauses {
			c.change = ChangeNew
		}
		return Changes{New: len(m.clauses)}, []Retired{}
	}
	before := make([]former, len(earlier.Clauses))
	ever := map[string]bool{}
	for i, c := range earlier.Clauses {
		before[i] = former{Clause: c, order: i}
		ever[c.ID] = true
	}
	retired = slices.Clone(earlier.Retired)
	for _, r := range earlier.Retired {
		ever[r.ID] = true
	}
	order := make([]int, len(m.clauses)) // the former place of each clause, -1 for a new one
	m.sameWords(before, order)
	m.likeWords(before, order)
	m.keepSections(earlier)
	m.newIDs(ever, order)
	m.moves(order)
	for _, c := range m.clauses {
		switch c.change {
		case ChangeKept:
			changes.Kept++
		case ChangeMoved:
			changes.Moved++
		case ChangeChanged:
			changes.Changed++
		case ChangeNew:
			changes.New++
		}
	}
	for _, f := range before {
		if !f.taken {
			changes.Retired++
			retired = append(retired, Retired{f.ID, f.Hash, f.Text})
		}
	}
	if retired == nil {
		retired = []Retired{}
	}
	return changes, retired
}

// sameWords matches clauses whose words have not changed; of several with the
// same words, the one at the same place first, then in order.
func (m *maker) sameWords(before []former, order []int) {
	byHash := map[string][]int{}
	for i := range before {
		byHash[before[i].Hash] = append(byHash[before[i].Hash], i)
	}
	take := func(i, f int) {
		before[f].taken = true
		order[i] = f
		m.clauses[i].id, m.clauses[i].change = before[f].ID, ChangeKept
	}
	for i, c := range m.clauses {
		order[i] = -1
		for _, f := range byHash[c.hash] {
			if before[f].ID == c.fresh && !before[f].taken {
				take(i, f)
				break
			}
		}
	}
	for i, c := range m.clauses {
		for _, f := range byHash[c.hash] {
			if order[i] < 0 && !before[f].taken {
				take(i, f)
			}
		}
	}
}

// pair is a clause and a former one that are alike.
type pair struct {
	now, then int
	like      float64
}

// likeWords matches what is left by likeness, the most alike first.
func (m *maker) likeWords(before []former, order []int) {
	index := map[string][]int{} // trigram → former clauses
	grams := make([]map[string]bool, len(before))
	for f := range before {
		if before[f].taken {
			continue
		}
		grams[f] = trigrams(before[f].Text)
		for g := range grams[f] {
			index[g] = append(index[g], f)
		}
	}
	var pairs []pair
	for i, c := range m.clauses {
		if order[i] >= 0 {
			continue
		}
		own := trigrams(c.words)
		shared := map[int]int{}
		for g := range own {
			if len(index[g]) <= 200 { // what stands everywhere tells nothing
				for _, f := range index[g] {
					shared[f]++
				}
			}
		}
		for f, n := range shared {
			like := 2 * float64(n) / float64(len(own)+len(grams[f]))
			if like >= likeness || like >= likenessHere && before[f].ID == c.fresh {
				pairs = append(pairs, pair{i, f, like})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		switch {
		case a.like > b.like:
			return -1
		case a.like < b.like:
			return 1
		case a.now != b.now:
			return a.now - b.now
		}
		return a.then - b.then
	})
	for _, p := range pairs {
		if order[p.now] >= 0 || before[p.then].taken {
			continue
		}
		before[p.then].taken = true
		order[p.now] = p.then
		c := m.clauses[p.now]
		c.id, c.change, c.was = before[p.then].ID, ChangeChanged, before[p.then].Hash
	}
}

// trigrams are the runs of three letters of a text, words apart.
func trigrams(s string) map[string]bool {
	out := map[string]bool{}
	for _, t := range tokens([]rune(s)) {
		r := []rune(" " + t.word + " ")
		for i := 0; i+3 <= len(r); i++ {
			out[string(r[i:i+3])] = true
		}
	}
	return out
}

// newIDs gives new clauses ids that nobody had: the one of their place where it
// is free, else the next free one beside it.
func (m *maker) newIDs(ever map[string]bool, order []int) {
	for i, c := range m.clauses {
		if order[i] >= 0 {
			continue
		}
		id := m.beside(c)
		for ever[id] {
			id = after(id)
		}
		ever[id] = true
		c.id, c.change = id, ChangeNew
	}
}

// beside is the id of a new clause among its neighbours, who may have kept ids
// of another place.
func (m *maker) beside(c *clause) string {
	_, rest, _ := strings.Cut(c.fresh, ".")
	here := c.section.number + "." + rest
	nd := c.node
	if nd == nil {
		return here
	}
	for _, p := range nd.parts { // another sentence of a paragraph that kept its ids
		if p != c && p.change != "" && p.change != ChangeNew && p.id != p.fresh {
			base := strings.TrimRight(p.id, "abcdefghijklmnopqrstuvwxyz")
			return base + strings.TrimLeft(c.fresh, "0123456789.")
		}
	}
	if nd.up != nil && nd.up.opener() != nil {
		if up := nd.up.opener(); up.id != up.fresh && strings.HasPrefix(c.fresh, up.fresh+".") {
			return up.id + strings.TrimPrefix(c.fresh, up.fresh)
		}
	}
	return here
}

// after is the next id of the same kind: the next letter, or the next number.
func after(id string) string {
	last := id[len(id)-1]
	if last >= 'a' && last < 'z' {
		return id[:len(id)-1] + string(last+1)
	}
	id = strings.TrimRight(id, "abcdefghijklmnopqrstuvwxyz")
	at := strings.LastIndexByte(id, '.') + 1
	return id[:at] + numberText(atoi(id[at:])+1)
}

// moves marks the kept clauses that stand in another order than before: all but
// the longest run that kept its order.
func (m *maker) moves(order []int) {
	var tails, at []int // the last place of the best run of each length, and whose it is
	prev := make([]int, len(order))
	for i, o := range order {
		if o < 0 {
			continue
		}
		k, _ := slices.BinarySearch(tails, o)
		prev[i] = -1
		if k > 0 {
			prev[i] = at[k-1]
		}
		if k == len(tails) {
			tails, at = append(tails, o), append(at, i)
		} else {
			tails[k], at[k] = o, i
		}
	}
	still := map[int]bool{}
	if len(at) > 0 {
		for i := at[len(at)-1]; i >= 0; i = prev[i] {
			still[i] = true
		}
	}
	for i, o := range order {
		if o >= 0 && !still[i] && m.clauses[i].change == ChangeKept {
			m.clauses[i].change = ChangeMoved
		}
	}
}

// keepSections gives sections the numbers they had: by their headings, else by
// the clauses they kept. A new section gets a number that none had.
func (m *maker) keepSections(earlier *TextReport) {
	used, given := map[string]bool{}, map[*section]string{}
	for _, s := range earlier.Sections {
		used[s.Number] = true
	}
	take := func(s *section, number string) {
		for _, n := range given {
			if n == number {
				return
			}
		}
		if given[s] == "" {
			given[s] = number
		}
	}
	for _, s := range m.sections {
		for _, old := range earlier.Sections {
			if words, _ := plainWords(s.title.String(), true); !old.Made && hashOf(words) == old.Hash {
				take(s, old.Number)
			}
		}
	}
	for _, s := range m.sections {
		count := map[string]float64{}
		for _, c := range m.clauses {
			if c.section == s && c.change != "" {
				number, _, _ := strings.Cut(c.id, ".")
				count[number]++
			}
		}
		if number := best(count); number != "" && used[number] {
			take(s, number)
		}
	}
	for _, s := range m.sections {
		if given[s] == "" {
			number := s.number
			for used[number] {
				number = numberText(atoi(number) + 1)
			}
			used[number] = true
			given[s] = number
		}
	}
	for s, number := range given {
		s.number = number
	}
}

// checkLanguage tells when a text looks like another language than it is said to
// be in.
func (m *maker) checkLanguage() {
	kyrgyz, cyrillic, latin := 0, 0, 0
	for _, r := range m.runes {
		switch {
		case strings.ContainsRune("өүңӨҮҢ", r):
			kyrgyz++
			cyrillic++
		case r >= 0x400 && r < 0x500:
			cyrillic++
		case r < 0x80 && (r|0x20) >= 'a' && (r|0x20) <= 'z':
			latin++
		}
	}
	switch {
	case m.lang == privacy.Kyrgyz && cyrillic > 200 && kyrgyz == 0:
		m.note("language", "", "the text is said to be Kyrgyz and has none of the letters ө, ү, ң; check the language and whether letters were replaced")
	case m.lang == privacy.Russian && kyrgyz*50 > cyrillic && cyrillic > 0:
		m.note("language", "", "the text is said to be Russian and has many Kyrgyz letters; check --lang")
	case m.lang != privacy.English && latin > cyrillic, m.lang == privacy.English && cyrillic > latin:
		m.note("language", "", "the letters are not those of the language the text is said to be in; check --lang")
	}
}
