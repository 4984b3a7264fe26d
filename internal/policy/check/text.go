package check

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// gaps finds clauses that nothing carries out, and citations of no clause, in
// the source text: both ways. (principle 1)
func gaps(missing bool) func(*look, say) {
	return func(l *look, say say) {
		t := l.source()
		if len(t.Clauses) == 0 {
			return
		}
		if !missing {
			for i := range t.Clauses {
				if id := t.Clauses[i].ID; len(l.cited[id]) == 0 {
					say(place{clause: id}, Arg{"clause", string(id)})
				}
			}
			return
		}
		ids := make([]privacy.ClauseID, 0, len(l.cited))
		for id := range l.cited {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			if t.Clause(id) == nil {
				for _, path := range l.cited[id] {
					path, _, _ = strings.Cut(path, " by ")
					say(place{path: path}, Arg{"clause", string(id)})
				}
			}
		}
	}
}

// unsupported finds rules that cite no clause at all, and clauses of which
// nobody says what carries them out.
func unsupported(l *look, say say) {
	want := func(id privacy.ClauseID, format string, args ...any) {
		if id == "" {
			say(place{path: pathOf(format, args...)})
		}
	}
	r := &l.rules
	want(r.Notice.Clause, "notice")
	want(r.Acceptance.Clause, "acceptance")
	for i := range r.Withdrawal {
		want(r.Withdrawal[i].Clause, "withdrawal[%s]", r.Withdrawal[i].Channel)
	}
	for i := range r.Rights {
		want(r.Rights[i].Clause, "rights[%s]", r.Rights[i].ID)
	}
	for i := range r.Operations {
		want(r.Operations[i].Clause, "operations[%s]", r.Operations[i].ID)
	}
	for i := range r.Sources {
		want(r.Sources[i].Clause, "sources[%s]", r.Sources[i].ID)
	}
	for i := range r.Categories {
		want(r.Categories[i].Clause, "categories[%s]", r.Categories[i].ID)
	}
	for i := range r.Purposes {
		want(r.Purposes[i].Clause, "purposes[%s]", r.Purposes[i].ID)
	}
	for i := range r.Recipients {
		want(r.Recipients[i].Clause, "recipients[%s]", r.Recipients[i].ID)
	}
	for i, u := range r.Clauses {
		kind, name, _ := strings.Cut(u.By, " ")
		if u.Clause == "" || kind != "verb" && kind != "page" || name == "" {
			say(place{clause: u.Clause, path: pathOf("clauses[%d]", i)})
		}
	}
}

// counts finds clauses that name another number of purposes, kinds of data,
// operations or ways of accepting than the rules have. (policy 2.3, 3.0, 4.2, 6.1)
func counts(l *look, say say) {
	top := 0
	for i := range l.rules.Purposes {
		if l.rules.Purposes[i].Parent == "" {
			top++
		}
	}
	for _, lang := range l.langs {
		text := l.texts[lang]
		for i := range text.Clauses {
			id := text.Clauses[i].ID
			check := func(what *noun, have int) {
				if said, ok := what.counted(lang, l.plain[lang][id]); ok && said != have {
					say(place{clause: id, lang: lang}, Arg{"said", strconv.Itoa(said)}, Arg{"have", strconv.Itoa(have)})
				}
			}
			check(&nounPurposes, top)
			if !l.carries(id, "categories") {
				check(&nounKinds, len(l.rules.Categories))
			}
			if l.carries(id, "operations") {
				check(&nounOperations, len(l.rules.Operations))
			}
			if id == l.rules.Acceptance.Clause {
				check(&nounWays, len(l.rules.Acceptance.Ways))
			}
		}
	}
}

// bases finds clauses of purposes that name other bases than their rules stand
// on. A clause that names none leaves it to the rules. (DC-73 p.1(2))
func bases(l *look, say say) {
	for _, lang := range l.langs {
		text := l.texts[lang]
		for i := range text.Clauses {
			id := text.Clauses[i].ID
			rules := l.purposesAt(id)
			said := basesSaid(lang, l.plain[lang][id])
			if len(rules) == 0 || len(said) == 0 {
				continue
			}
			have := map[privacy.Basis]string{}
			for _, p := range rules {
				have[p.Basis] = pathOf("purposes[%s].basis", p.ID)
				for j := range p.Rows {
					if b := p.Rows[j].Basis; b != "" {
						have[b] = pathOf("purposes[%s].categories[%s].basis", p.ID, p.Rows[j].Category)
					}
				}
			}
			for _, b := range basisOrder {
				if path, has := have[b]; has != said[b] {
					say(place{clause: id, lang: lang, path: path}, Arg{"basis", string(b)})
				}
			}
		}
	}
}

// lengths finds terms that the rules have and the text does not name, and the
// other way round. A text that names no term at all is P11. (DC-73 p.1(7))
func lengths(l *look, say say) {
	for _, lang := range l.langs {
		text, said := l.texts[lang], map[string]privacy.ClauseID{}
		for i := range text.Clauses {
			if c := &text.Clauses[i]; !l.carries(c.ID, "categories") {
				for _, term := range termsSaid(lang, c.Text) {
					said[term] = c.ID
				}
			}
		}
		if len(said) == 0 {
			continue
		}
		have := map[string]bool{}
		l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) {
			for _, term := range []string{t.Processing, t.Storage} {
				if have[term] = true; !open(term) && said[term] == "" {
					say(place{lang: lang, path: path}, Arg{"term", term})
				}
			}
		})
		terms := make([]string, 0, len(said))
		for term := range said {
			terms = append(terms, term)
		}
		sort.Strings(terms)
		for _, term := range terms {
			if !have[term] {
				say(place{clause: said[term], lang: lang}, Arg{"term", term})
			}
		}
	}
}

// open reports whether a term is no length: as long as what started it lasts,
// or nothing at all.
func open(term string) bool { return term == "" || term == "while" || term == "none" || term == "now" }

// whys finds sentences on a term that name another length than the rule.
func whys(l *look, say say) {
	l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) {
		have := map[string]bool{}
		for _, term := range []string{t.Processing, t.Storage} {
			if !open(term) {
				have[term] = true
			}
		}
		for _, lang := range privacy.Langs {
			words := in(t.Why, lang)
			said := termsSaid(lang, words)
			if words == "" {
				continue
			}
			same := len(said) == len(have)
			for _, term := range said {
				same = same && have[term]
			}
			if !same {
				say(place{lang: lang, path: path + ".why"}, Arg{"said", list(said)}, Arg{"have", list(keys(have))})
			}
		}
	})
}

// ways finds ways of withdrawing and accepting, and sources, that the text names
// and the rules lack, or the other way round. (policy 1.2a, 4.5b, 6.1)
func ways(l *look, say say) {
	type listed struct{ id, path string }
	compare := func(clauses map[privacy.ClauseID]bool, have []listed, vocabulary []namedPhrases) {
		for _, lang := range l.langs {
			plain := ""
			var at privacy.ClauseID
			for _, id := range sortedClauses(clauses) {
				plain, at = plain+l.plain[lang][id], id
			}
			if strings.TrimSpace(plain) == "" {
				continue
			}
			for i := range vocabulary {
				v := &vocabulary[i]
				j := slices.IndexFunc(have, func(x listed) bool { return x.id == v.name })
				switch said := v.said(lang, plain); {
				case said && j < 0:
					say(place{clause: at, lang: lang}, Arg{"way", v.name})
				case !said && j >= 0:
					say(place{clause: at, lang: lang, path: have[j].path}, Arg{"way", v.name})
				}
			}
		}
	}
	var rows []listed
	at := map[privacy.ClauseID]bool{}
	for _, w := range l.rules.Withdrawal {
		at[w.Clause] = true
		rows = append(rows, listed{string(w.Channel), pathOf("withdrawal[%s]", w.Channel)})
	}
	for _, x := range l.rules.Rights { // the clause still tells how where no rule is left
		if x.ID == "withdraw" {
			at[x.Clause] = true
		}
	}
	compare(at, rows, channels)
	rows = nil
	for _, w := range l.rules.Acceptance.Ways {
		rows = append(rows, listed{w.ID, pathOf("acceptance.ways[%s]", w.ID)})
	}
	compare(map[privacy.ClauseID]bool{l.rules.Acceptance.Clause: true}, rows, acceptances)
	rows, at = nil, map[privacy.ClauseID]bool{}
	for _, s := range l.rules.Sources {
		at[s.Clause] = true
		rows = append(rows, listed{string(s.ID), pathOf("sources[%s]", s.ID)})
	}
	compare(at, rows, sources)
}

// answers finds clauses on rights that promise another number of working days
// than the deadline of their right. (policy 5.1, 5.2)
func answers(l *look, say say) {
	for _, lang := range l.langs {
		for _, id := range sortedClauses(clausesOf(l.rules.Rights)) {
			said := workingDays(lang, l.clause(lang, id))
			if len(said) == 0 {
				continue
			}
			have := map[string]bool{}
			for _, x := range l.rules.Rights {
				if d, known := l.deadline(x.Deadline); known && x.Clause == id {
					have[d.Term.String()] = true
				}
			}
			for _, term := range said {
				if !have[term] {
					say(place{clause: id, lang: lang}, Arg{"said", term}, Arg{"have", list(keys(have))})
				}
			}
		}
	}
}

func clausesOf(rights []policy.Right) map[privacy.ClauseID]bool {
	out := map[privacy.ClauseID]bool{}
	for _, x := range rights {
		out[x.Clause] = true
	}
	return out
}

// named finds what the Holder is called in the rules and nowhere in the text:
// the name, the brand, the site, the address for letters. (DC-115 p.1)
func named(l *look, say say) {
	h := &l.rules.Holder
	for _, lang := range l.langs {
		whole := l.texts[lang].Source
		if whole == "" {
			for _, c := range l.texts[lang].Clauses {
				whole += c.Text + "\n"
			}
		}
		whole = strings.Join(strings.Fields(whole), " ")
		for _, x := range []struct{ key, value string }{
			{"name", in(h.Name, lang)}, {"brand", h.Brand}, {"site", h.Site}, {"letters", in(h.Letters, lang)},
		} {
			if x.value != "" && !strings.Contains(whole, x.value) {
				say(place{lang: lang, path: "holder." + x.key}, Arg{"value", x.value})
			}
		}
	}
}
