package draft

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The forms of addresses, of names of companies and of sites, in the languages.
var (
	kyAddress = regexp.MustCompile(`(?:\d{6},?\s+)?(?:(?:Кыргыз Республикасы|КР),\s+)?(?:\p{Lu}[\p{L}-]+(?:\s\p{Lu}[\p{L}-]+)?\s+(?:ш\.|шаары|обл\.|облусу|облустук|р-ну|району|айылы|айыл аймагы|көч\.|көчөсү|проспекти|пр\.|бульвары|кичирайону|кичи району|мкр\.?)(?:,\s*|\s+)){1,6}(?:№\s*)?(?:(?:үй|үйү)\s*)?\d+(?:[/-]\p{L}|[/-]?\d+|\p{Ll}\b)?(?:,\s*(?:үй|батир|кабинет|офис|бөлмө)\s*\d+)*`)
	ruAddress = regexp.MustCompile(`(?:\d{6},?\s+)?(?:(?:Кыргызская Республика|КР|Кыргызстан),?\s+)?(?:\d{6},?\s+)?(?:(?:(?:г\.|город|гор\.|обл\.|область|р-н|район|с\.|село|пгт)\s*\p{Lu}[\p{L}-]+|\p{Lu}[\p{L}-]+(?:\s+(?:область|район|обл\.|р-н))?),\s*){0,3}(?:ул\.|улица|улице|пр\.|пр-т|пр-кт|просп\.|проспект|бул\.|б-р|бульвар|мкр\.?|микрорайон|пер\.|переулок)\s*(?:им\.\s*)?\p{Lu}?[\p{L}\d.-]*(?:\s+\p{Lu}?[\p{L}.-]+)?,?\s*(?:д\.|дом|№)?\s*\d+(?:[/-]\p{L}|[/-]?\d+|\p{Ll}\b)?(?:,\s*(?:кв\.|офис|оф\.|каб\.|корп\.|стр\.)\s*\d+)*`)
	enAddress = regexp.MustCompile(`\d+[A-Za-z]?(?:/\d+)?,?\s+(?:[A-Z][\w.-]+\s+){1,3}(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Boulevard|Blvd\.?)(?:,\s*[A-Z][\w-]+(?:\s[A-Z][\w-]+)?)*(?:,?\s*\d{6})?`)

	emailForm   = regexp.MustCompile(`[\p{L}\d._%+ˍ-]+@[\p{L}\d.-]+\.[\p{L}]{2,}`)
	siteForm    = regexp.MustCompile(`(?i)(?:https?://)?(?:www\.)?([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:kg|com|ru|net|org|info|mobi|example|test))\b`)
	companyForm = regexp.MustCompile(`(?:(?:ОсОО|ЗАО|ОАО|ООО|АО|ПАО|ГП|ЖЧК|ЖАК|ААК)\s*[«"“][^«»"“”]{2,60}[»"”]|[«"“][^«»"“”]{2,60}[»"”]\s*(?:ЖЧК|ЖАК|ААК|ОсОО|ЗАО|ОАО|МИ)|[A-Z][\w&-]+(?:\s[A-Z][\w&-]+){0,3},?\s(?:LLC|CJSC|OJSC|JSC|Ltd\.?|Inc\.?))`)
)

// address finds a postal address in a clause; "" for none.
func address(words string) string {
	for _, form := range []*regexp.Regexp{ruAddress, kyAddress, enAddress} {
		if loc := form.FindStringIndex(words); loc != nil {
			at := words[loc[0]:loc[1]]
			if next, _ := utf8.DecodeRuneInString(words[loc[1]:]); unicode.IsLetter(next) { // "15-үй": the letter begins a word
				at = at[:strings.LastIndexAny(at, "0123456789")+1]
			}
			return strings.Trim(strings.TrimSpace(at), ",;")
		}
	}
	return ""
}

// holder suggests who the text says it is: the company named most, the site named
// most, each where it first stands.
func (s *suggester) holder() {
	type named struct {
		count  int
		clause string
		words  string
	}
	most := func(form *regexp.Regexp, group int) (best named) {
		seen := map[string]*named{}
		var order []string
		look := func(words, clause string) {
			for _, m := range form.FindAllStringSubmatchIndex(words, -1) {
				if m[0] > 0 && words[m[0]-1] == '@' {
					continue
				}
				name := words[m[2*group]:m[2*group+1]]
				if group > 0 {
					name = strings.ToLower(name)
				}
				if seen[name] == nil {
					seen[name] = &named{clause: clause, words: name}
					order = append(order, name)
				}
				seen[name].count++
				if seen[name].clause == "" {
					seen[name].clause = clause
				}
			}
		}
		for i := range s.m.title {
			look(s.m.title[i].String(), "")
		}
		for _, c := range s.m.clauses {
			look(c.words, c.id)
		}
		for _, name := range order {
			if seen[name].count > best.count {
				best = *seen[name]
			}
		}
		return best
	}
	for _, look := range []struct {
		id    string
		form  *regexp.Regexp
		group int
	}{{"name", companyForm, 0}, {"site", siteForm, 1}, {"email", emailForm, 0}} {
		if n := most(look.form, look.group); n.count > 0 {
			s.row(Row{Kind: RowHolder, ID: look.id, Clause: n.clause, Value: n.words, Words: []string{n.words}, Confidence: 0.6 + 0.1*float64(min(n.count, 3))})
		}
	}
}

// remark tells the lawyer what no row says.
func (s *suggester) remark() {
	for _, c := range s.m.clauses {
		x := s.said[c]
		if has(s.speech.openEnded, x.words) {
			s.m.note("open_ended", c.id, "a list is left open; what it does not name is refused, so close it")
		}
		if has(s.speech.acts, x.words) && strings.ContainsAny(c.words, "«\"“№") {
			s.m.note("cites", c.id, "an act is cited; check that it is in force and cite it under the purpose")
		}
	}
}
