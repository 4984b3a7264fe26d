package draft

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"kupuya/internal/privacy"
)

// said is a clause with what the recognisers need of it.
type said struct {
	clause *clause
	runes  []rune
	words  []token
}

// suggester reads the clauses with the vocabularies of one language and suggests
// rows for the rules.
type suggester struct {
	m      *maker
	speech *speech
	said   map[*clause]*said
	rows   []Row

	class  map[*node]string  // what the list below a node is a list of
	sure   map[*node]float64 // how sure that is, from 0 to 1
	bySect map[*section]string
}

// suggest reads the clauses once and gives the rows in the order of the rules.
func (m *maker) suggest() []Row {
	s := &suggester{
		m: m, speech: speeches[m.lang], said: map[*clause]*said{}, class: map[*node]string{},
		sure: map[*node]float64{}, bySect: map[*section]string{},
	}
	for _, c := range m.clauses {
		s.read(c)
	}
	for _, sec := range m.sections {
		s.classify(sec)
	}
	s.holder()
	s.acceptance()
	s.withdrawal()
	s.rights()
	s.operations()
	s.categories()
	s.purposes()
	s.remark()
	return s.rows
}

func (s *suggester) read(c *clause) *said {
	r := []rune(c.words)
	out := &said{c, r, tokens(r)}
	s.said[c] = out
	return out
}

func (s *suggester) row(r Row) {
	r.Confidence = math.Round(min(max(r.Confidence, 0.05), 0.99)*100) / 100
	s.rows = append(s.rows, r)
}

// opener is the clause that opens the list below a node.
func (nd *node) opener() *clause {
	if len(nd.parts) == 0 {
		return nil
	}
	return nd.parts[len(nd.parts)-1]
}

// lists are the items and rows right below a node or section.
func lists(nodes []*node) []*node {
	var out []*node
	for _, nd := range nodes {
		if nd.kind == kindItem || nd.kind == kindRow {
			out = append(out, nd)
		}
	}
	return out
}

// classify finds out what each list of a section is a list of: by its opening,
// its headings and its items together.
func (s *suggester) classify(sec *section) {
	title := tokens([]rune(sec.title.String()))
	heading := map[string]float64{}
	for _, h := range s.speech.lists.hits([]rune(sec.title.String()), title) {
		if h.strong {
			heading[h.id] += headingWeight
		}
	}
	s.bySect[sec] = best(heading)
	s.list(nil, sec.nodes, heading)
	var walk func(nodes []*node, outer map[string]float64)
	walk = func(nodes []*node, outer map[string]float64) {
		for _, nd := range nodes {
			score := map[string]float64{}
			for k, v := range outer {
				score[k] = v
			}
			if nd.kind == kindSub {
				s.opening(nd.opener(), score, headingWeight)
			}
			if len(nd.kids) > 0 {
				own := map[string]float64{}
				for k, v := range score {
					own[k] = v
				}
				if nd.kind != kindSub {
					for _, p := range nd.parts[:len(nd.parts)-1] {
						s.opening(p, own, openingWeight/2)
					}
					s.opening(nd.opener(), own, openingWeight)
				}
				s.list(nd, nd.kids, own)
				if class := s.class[nd]; class != "" && nd.kind == kindPara {
					score = map[string]float64{class: outerWeight * 2}
				}
			}
			walk(nd.kids, score)
		}
	}
	walk(sec.nodes, heading)
}

// opening adds what the words that open a list say of it.
func (s *suggester) opening(c *clause, score map[string]float64, weight float64) {
	if c == nil {
		return
	}
	x := s.said[c]
	for _, h := range s.speech.lists.hits(x.runes, x.words) {
		if h.strong {
			score[h.id] += weight
		} else {
			score[h.id] += weight / 3
		}
	}
}

// timeSpan is how long something is kept.
var timeSpan = regexp.MustCompile(`(?i)\d+\s*\p{L}{0,8}\s*(?:жыл|ай|күн|саат|лет|год|мес|дн|дней|час|year|month|day|hour)`)

// list decides on the items below a node; nd is nil for a section.
func (s *suggester) list(nd *node, nodes []*node, score map[string]float64) {
	items := lists(nodes)
	if len(items) == 0 {
		return
	}
	found := map[string]float64{}
	for k, v := range score {
		found[k] = v
	}
	for kind, v := range map[string]vocabulary{
		listData: s.speech.categories, listPurposes: s.speech.purposes, listRights: s.speech.rights, listOperations: s.speech.operations,
	} {
		known := 0.0
		for _, item := range items {
			x := s.said[item.opener()]
			known += s.evidence(kind, x, v)
		}
		found[kind] += itemWeight * known / float64(len(items))
	}
	timed := 0
	for _, item := range items {
		if timeSpan.MatchString(item.opener().words) {
			timed++
		}
	}
	found[listStorage] += itemWeight * float64(timed) / float64(len(items))
	class := best(found)
	if found[class] < 2.5 {
		class = ""
	}
	total := 0.0
	for _, v := range found {
		total += v
	}
	for _, item := range items {
		s.class[item] = class
		s.sure[item] = found[class] / max(total, found[class]+1)
	}
	if nd != nil {
		s.class[nd] = class
	}
}

// evidence is how much an item looks like one of a kind of list, from 0 to 1.
func (s *suggester) evidence(kind string, x *said, v vocabulary) float64 {
	hits := v.hits(x.runes, x.words)
	strong := 0.0
	for _, h := range hits {
		if h.strong {
			strong = 1
		} else if strong == 0 {
			strong = 0.4
		}
	}
	acts := strings.HasSuffix(strings.TrimRight(x.clause.words, ";,. "), "үчүн") || actsLike(x, s.m.lang)
	switch {
	case kind == listOperations && len(x.words) > 4:
		return strong / 4
	case kind == listRights && len(hits) > 0:
		return strong * 0.6
	case kind == listPurposes && acts:
		return max(strong, 0.6)
	case kind == listData && acts:
		return strong / 3
	}
	return strong
}

// actsLike reports whether an item says what is done, as purposes do, and not
// what a thing is.
func actsLike(x *said, lang privacy.Lang) bool {
	if len(x.words) == 0 {
		return false
	}
	first, last := x.words[0].word, x.words[len(x.words)-1].word
	switch lang {
	case privacy.Kyrgyz:
		for _, end := range []string{"уу", "үү", "оо", "өө", "ууга", "үүгө", "уусу", "үүсү", "лышы", "лиши"} {
			if strings.HasSuffix(last, end) {
				return true
			}
		}
	case privacy.Russian:
		if first == "для" {
			return true
		}
		for _, end := range []string{"ение", "ания", "ание", "ения", "ция", "ции", "ка", "ать", "ить", "еть"} {
			if strings.HasSuffix(first, end) && len([]rune(first)) > 6 {
				return true
			}
		}
	case privacy.English:
		return first == "to" || first == "for" || strings.HasSuffix(first, "ing")
	}
	return false
}

// best is the class with the highest score; of equals the first by name.
func best(score map[string]float64) string {
	out := ""
	for _, k := range sortedKeys(score) {
		if out == "" || score[k] > score[out] {
			out = k
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
