package draft

import (
	"slices"
	"strings"

	"kupuya/internal/privacy"
)

// operations suggests the thirteen from the clause or the list that names most of
// them. A sentence in passing does not count.
func (s *suggester) operations() {
	type found struct {
		clause string
		words  string
	}
	var most map[string]found
	count := func(f map[string]found) (n int) {
		for id := range f {
			if !strings.Contains(id, ".") {
				n++
			}
		}
		return n
	}
	scan := func(into map[string]found, x *said) {
		for i := range s.speech.operations {
			v := &s.speech.operations[i]
			for _, p := range v.strong {
				if from, to, ok := p.find(x.words); ok && into[v.id].clause == "" {
					into[v.id] = found{x.clause.id, string(x.runes[x.words[from].from:x.words[to-1].to])}
					break
				}
			}
		}
	}
	consider := func(f map[string]found) {
		if count(f) > count(most) {
			most = f
		}
	}
	for _, c := range s.m.clauses {
		if s.ofSubject(c) {
			continue
		}
		f := map[string]found{}
		scan(f, s.said[c])
		consider(f)
	}
	s.eachList(func(items []*node) {
		f := map[string]found{}
		for _, nd := range items {
			if x := s.said[nd.opener()]; len(x.words) <= 12 && s.class[nd] != listRights && s.class[nd] != listPurposes {
				scan(f, x)
				for _, kid := range lists(nd.kids) {
					scan(f, s.said[kid.opener()])
				}
			}
		}
		consider(f)
	})
	n := count(most)
	if n < 3 {
		s.m.note("operation.none", "", "no sentence or list names the operations; the rules need which of the thirteen are done")
		return
	}
	sure := 0.6
	if n >= 6 {
		sure = 0.8
	}
	if n >= 10 {
		sure = 0.97
	}
	var missing []string
	for _, id := range privacy.OperationNames() {
		f, ok := most[id]
		r := Row{Kind: RowOperation, ID: id, Clause: f.clause, Title: f.words, Words: []string{f.words}, Confidence: sure}
		for _, kind := range []string{id + ".update", id + ".change", id + ".distribute", id + ".provide", id + ".access"} {
			if k, has := most[kind]; has {
				if !ok { // the kinds are named, the word over them is not
					r.Clause, r.Words, r.Confidence, ok = k.clause, nil, sure-0.2, true
				}
				r.Also, r.Words = append(r.Also, kind), append(r.Words, k.words)
			}
		}
		if !ok {
			missing = append(missing, id)
			continue
		}
		s.row(r)
	}
	if len(missing) > 0 {
		s.m.note("operation.missing", "", "the text does not name: %s; what is not named is refused", strings.Join(missing, ", "))
	}
}

// ofSubject reports whether a clause speaks of what the subject may do.
func (s *suggester) ofSubject(c *clause) bool {
	return s.bySect[c.section] == listRights || c.node != nil && s.class[c.node] == listRights || has(s.speech.asking, s.said[c].words)
}

// eachList calls do with the items of every list.
func (s *suggester) eachList(do func([]*node)) {
	var walk func(nodes []*node)
	walk = func(nodes []*node) {
		if items := lists(nodes); len(items) > 1 {
			do(items)
		}
		for _, nd := range nodes {
			walk(nd.kids)
		}
	}
	for _, sec := range s.m.sections {
		walk(sec.nodes)
	}
}

// above are the clauses that open the list in which a clause stands.
func (s *suggester) above(c *clause) []*said {
	var out []*said
	if c.node == nil {
		return nil
	}
	for nd := c.node.up; nd != nil; nd = nd.up {
		if o := nd.opener(); o != nil {
			out = append(out, s.said[o])
		}
	}
	return out
}

// speaks reports whether a clause, or what opens its list, has one of the patterns.
func (s *suggester) speaks(c *clause, list []pattern) bool {
	if has(list, s.said[c].words) {
		return true
	}
	for _, x := range s.above(c) {
		if has(list, x.words) {
			return true
		}
	}
	return false
}

// spoke reports whether an earlier sentence of the same paragraph has one of the
// patterns.
func (s *suggester) spoke(c *clause, list []pattern) bool {
	if c.node == nil {
		return false
	}
	for _, p := range c.node.parts {
		if p == c {
			return false
		}
		if has(list, s.said[p].words) {
			return true
		}
	}
	return false
}

// rights suggests the rights of the subject: from lists and sections on rights,
// and from sentences that give one.
func (s *suggester) rights() {
	taken := map[string]int{} // id → row
	for _, c := range s.m.clauses {
		x := s.said[c]
		listed := c.node != nil && s.class[c.node] == listRights && (c.kind == clauseItem || c.kind == clauseRow)
		within := s.bySect[c.section] == listRights && !(c.node != nil && s.class[c.node] == listDuties)
		given := has(s.speech.asking, x.words)
		if c.node != nil && (s.class[c.node] == listPurposes || s.class[c.node] == listData) {
			listed, within, given = false, false, false
		}
		ends := has(s.speech.deletion, x.words)
		if _, ok := taken["withdraw"]; !ok && c.kind != clauseRow && has(s.speech.withdrawing, x.words) {
			taken["withdraw"] = len(s.rows)
			s.row(Row{Kind: RowRight, ID: "withdraw", Clause: c.id, Words: firstOf(s.speech.withdrawing, x), Confidence: 0.9})
		}
		for _, h := range s.speech.rights.hits(x.runes, x.words) {
			sure := 0.0
			switch {
			case h.id == "withdraw":
			case h.id == "delete" && ends:
				sure = 0.9
			case h.strong && listed:
				sure = 0.95
			case h.strong && within && c.kind == clauseIntro:
				sure = 0.6
			case h.strong && within:
				sure = 0.85
			case h.strong && given:
				sure = 0.7
			}
			if sure == 0 {
				continue
			}
			if h.id == "compensation" {
				s.m.note("right.other", c.id, "the text gives a right that the rules do not have: %q", h.words)
				continue
			}
			r := Row{Kind: RowRight, ID: h.id, Clause: c.id, Words: []string{h.words}, Confidence: sure}
			if at, twice := taken[h.id]; !twice {
				taken[h.id] = len(s.rows)
				s.row(r)
			} else if s.rows[at].Confidence < sure {
				s.rows[at] = r
			}
		}
	}
	for _, id := range []string{"access", "rectify", "block", "destroy", "withdraw"} {
		if _, ok := taken[id]; !ok {
			s.m.note("right.missing", "", "the text does not give the right to %s, which the law does; see the rights of a pack", id)
		}
	}
}

// acceptance suggests the ways of accepting, and the clause on continued use.
func (s *suggester) acceptance() {
	seen := map[string]bool{}
	continued := false
	for _, c := range s.m.clauses {
		x := s.said[c]
		if !continued && has(s.speech.continuing, x.words) && s.speaks(c, s.speech.accepting) {
			continued = true
			s.row(Row{Kind: RowContinued, ID: "continued_use", Clause: c.id, Words: firstOf(s.speech.continuing, x), Confidence: 0.85})
			continue
		}
		if c.kind == clauseRow || has(s.speech.withdrawing, x.words) || !s.speaks(c, s.speech.accepting) {
			continue
		}
		for _, h := range s.speech.acceptance.hits(x.runes, x.words) {
			if seen[h.id] || !h.strong {
				continue
			}
			switch h.id {
			case "sms", "drawn", "tick":
				seen[h.id] = true
				s.row(Row{Kind: RowAcceptance, ID: h.id, Clause: c.id, Title: title(h.words), Words: []string{h.words}, Confidence: 0.92})
			default:
				if c.kind != clauseIntro && s.speaksOf(c) {
					seen[h.id] = true
					s.m.note("acceptance.other", c.id, "the text names a way of accepting that the platform does not have (%s): %q; choose among sms, drawn and tick", h.id, h.words)
				}
			}
		}
	}
	if !seen["sms"] && !seen["drawn"] && !seen["tick"] {
		s.m.note("acceptance.none", "", "no way of accepting was found; the rules need at least one of sms, drawn and tick")
	}
}

// speaksOf reports whether a clause is on accepting the policy itself.
func (s *suggester) speaksOf(c *clause) bool {
	for _, t := range s.said[c].words {
		for _, stem := range []string{"саясат", "политик", "policy", "шарт", "услови", "terms", "оферт"} {
			if strings.HasPrefix(t.word, stem) {
				return true
			}
		}
	}
	return false
}

func firstOf(list []pattern, x *said) []string {
	for _, p := range list {
		if from, to, ok := p.find(x.words); ok {
			return []string{string(x.runes[x.words[from].from:x.words[to-1].to])}
		}
	}
	return []string{}
}

// withdrawal suggests the channels by which a consent is taken back, with the
// address of the letter.
func (s *suggester) withdrawal() {
	seen := map[string]bool{}
	for _, c := range s.m.clauses {
		x := s.said[c]
		sure, near := 0.88, false
		switch {
		case c.kind == clauseRow:
			continue
		case s.speaks(c, s.speech.withdrawing):
		case s.spoke(c, s.speech.withdrawing): // the sentence before did
			sure, near = 0.7, true
		default:
			continue
		}
		for _, h := range s.speech.channels.hits(x.runes, x.words) {
			if seen[h.id] || !h.strong || near && (h.id == "app" || h.id == "site") {
				continue
			}
			seen[h.id] = true
			r := Row{Kind: RowWithdrawal, ID: h.id, Clause: c.id, Words: []string{h.words}, Confidence: sure}
			switch h.id {
			case "letter":
				r.Value = address(c.words)
				if r.Value == "" {
					r.Value = s.addressNear(c)
				}
				if r.Value == "" {
					r.Confidence -= 0.18
					s.m.note("withdrawal.address", c.id, "a letter withdraws a consent, but no address was found")
				}
			case "email":
				if at := emailForm.FindString(c.words); at != "" {
					r.Value = at
				}
				s.m.note("withdrawal.email", c.id, "e-mail is no channel of the rules; say by which of them it comes in")
			}
			s.row(r)
		}
	}
	if len(seen) == 0 {
		s.m.note("withdrawal.none", "", "no way of withdrawing a consent was found; it must be as easy as giving")
	}
}

// addressNear looks for an address in the sentences of the same paragraph.
func (s *suggester) addressNear(c *clause) string {
	if c.node == nil {
		return ""
	}
	for _, p := range c.node.parts {
		if a := address(p.words); a != "" {
			return a
		}
	}
	at := slices.Index(s.m.clauses, c)
	for _, next := range s.m.clauses[at+1 : min(at+3, len(s.m.clauses))] {
		if a := address(next.words); a != "" {
			return a
		}
	}
	return ""
}
