package check

import (
	"slices"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// nameless finds what the Holder does not say of itself. (DC-73 p.1(3),
// DC-115 p.1, DC-84 p.3)
func nameless(l *look, say say) {
	h := &l.rules.Holder
	empty := privacy.Words{}
	for _, x := range []struct {
		key  string
		lack bool
	}{
		{"name", h.Name == empty},
		{"brand", h.Brand == ""},
		{"site", h.Site == ""},
		{"address", h.Address == empty},
		{"letters", h.Letters == empty},
		{"regulator", h.Regulator == empty},
	} {
		if x.lack {
			say(place{path: "holder." + x.key}, Arg{"what", x.key})
		}
	}
}

// unfiled notes that the Holder has no number in the register yet. (law 4.5)
func unfiled(l *look, say say) {
	if l.rules.Holder.Register == "" {
		say(place{path: "holder.register"})
	}
}

// wayless finds editions that nobody can accept, and ways that nobody knows.
// (policy 6.1)
func wayless(l *look, say say) {
	known := []string{"sms", "drawn", "tick"}
	if len(l.rules.Acceptance.Ways) == 0 {
		say(place{path: "acceptance.ways"}, Arg{"way", "–"})
	}
	for _, w := range l.rules.Acceptance.Ways {
		if !slices.Contains(known, w.ID) {
			say(place{path: pathOf("acceptance.ways[%s]", w.ID)}, Arg{"way", w.ID})
		}
	}
}

// thirteen finds operations that the list of the policy lacks, has out of order
// or under another name, and kinds that clarify and transfer lack. (policy 4.2)
func thirteen(l *look, say say) {
	var have []string
	for i := range l.rules.Operations {
		o := &l.rules.Operations[i]
		have = append(have, o.ID)
		for j := range o.Kinds {
			have = append(have, o.Kinds[j].ID)
		}
	}
	var want []string
	for _, name := range privacy.OperationNames() {
		want = append(want, name)
		switch name {
		case "clarify":
			want = append(want, "clarify.update", "clarify.change")
		case "transfer":
			want = append(want, "transfer.distribute", "transfer.provide", "transfer.access")
		}
	}
	for i, name := range want {
		if i >= len(have) || have[i] != name {
			say(place{path: "operations"}, Arg{"operation", name})
			return
		}
	}
}

// dateless finds a beginning of force that is neither publication nor a day.
// (policy 6.4a)
func dateless(l *look, say say) {
	_, err := time.Parse(time.DateOnly, l.rules.InForce)
	if l.rules.InForce != "publication" && err != nil || l.rules.Supersedes != "" && l.rules.Supersedes == l.rules.Edition {
		say(place{path: "in_force"})
	}
}

// missing lists the ten items of the information on processing that neither
// Holder nor purpose gives: the responsible person, the places, automated
// decisions, what happens without a consent. (DC-73 p.1)
func missing(l *look, say say) {
	h := &l.rules.Holder
	for _, x := range []struct {
		key  string
		text privacy.Words
	}{{"officer", h.Officer}, {"places", h.Places}, {"automation", h.Automation}} {
		if x.text == (privacy.Words{}) {
			say(place{path: "holder." + x.key}, Arg{"what", x.key})
		}
	}
	for i := range l.rules.Purposes {
		if p := &l.rules.Purposes[i]; p.Basis == privacy.BasisConsent && p.Off == (privacy.Words{}) {
			say(place{clause: p.Clause, path: pathOf("purposes[%s].off", p.ID)}, Arg{"what", "off"})
		}
	}
}

// titled gives every title that must differ from its neighbours'.
func (l *look) titled(each func(kind, path string, title privacy.Words)) {
	for i := range l.rules.Categories {
		c := &l.rules.Categories[i]
		each("categories", pathOf("categories[%s].title", c.ID), c.Title)
		for j := range c.Attributes {
			each("categories."+string(c.ID), pathOf("categories[%s].attributes[%s].title", c.ID, c.Attributes[j].ID), c.Attributes[j].Title)
		}
	}
	for i := range l.rules.Purposes {
		each("purposes", pathOf("purposes[%s].title", l.rules.Purposes[i].ID), l.rules.Purposes[i].Title)
	}
	for i := range l.rules.Recipients {
		each("recipients", pathOf("recipients[%s].title", l.rules.Recipients[i].ID), l.rules.Recipients[i].Title)
	}
	for i := range l.rules.Rights {
		each("rights", pathOf("rights[%s].title", l.rules.Rights[i].ID), l.rules.Rights[i].Title)
	}
}

// twins finds titles that two things share in a language, so that a reader
// cannot tell them apart.
func twins(l *look, say say) {
	type key struct {
		kind string
		lang privacy.Lang
		text string
	}
	seen := map[key]string{}
	l.titled(func(kind, path string, title privacy.Words) {
		for _, lang := range privacy.Langs {
			k := key{kind, lang, in(title, lang)}
			if k.text == "" {
				continue
			}
			if first := seen[k]; first != "" {
				say(place{lang: lang, path: path}, Arg{"other", first})
			}
			seen[k] = path
		}
	})
}

// legible are the most letters of a sentence for a consent screen, and the most
// words of one for a child.
const (
	legible    = 220
	childWords = 22
)

// illegible finds sentences too long for the one screen on which a consent is
// asked. (DC-79 p.3(2), DC-81 p.4)
func illegible(l *look, say say) {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		for _, lang := range privacy.Langs {
			if len([]rune(in(p.Plain, lang))) > legible {
				say(place{clause: p.Clause, lang: lang, path: pathOf("purposes[%s].plain", p.ID)})
			}
			if longest(in(p.Child, lang)) > childWords {
				say(place{clause: p.Clause, lang: lang, path: pathOf("purposes[%s].child", p.ID)})
			}
		}
	}
}

// wordsOf gives every sentence of the rules that a person reads, with what must
// be filled in. It is written out, so that a new member is thought of.
func (l *look) wordsOf(each func(path string, w privacy.Words, needed bool)) {
	r := &l.rules
	for _, x := range []struct {
		key string
		w   privacy.Words
	}{
		{"name", r.Holder.Name},
		{"address", r.Holder.Address},
		{"letters", r.Holder.Letters},
		{"officer", r.Holder.Officer},
		{"places", r.Holder.Places},
		{"regulator", r.Holder.Regulator},
		{"automation", r.Holder.Automation},
	} {
		each("holder."+x.key, x.w, false) // whether it is there is asked elsewhere
	}
	f := &r.ConsentForm
	for _, x := range []struct {
		key string
		w   privacy.Words
	}{
		{"heading", f.Heading},
		{"data", f.Data},
		{"operations", f.Operations},
		{"recipients", f.Recipients},
		{"nobody", f.Nobody},
		{"term", f.Term},
		{"withdraw", f.Withdraw},
		{"without", f.Without},
	} {
		each("consent_form."+x.key, x.w, x.key != "heading")
	}
	for i := range r.Acceptance.Ways {
		each(pathOf("acceptance.ways[%s].title", r.Acceptance.Ways[i].ID), r.Acceptance.Ways[i].Title, true)
	}
	for i, w := range r.Acceptance.SummaryLines {
		each(pathOf("acceptance.summary[%d]", i), w, true)
	}
	for i := range r.Withdrawal {
		each(pathOf("withdrawal[%s].title", r.Withdrawal[i].Channel), r.Withdrawal[i].Title, true)
	}
	for i := range r.Operations {
		o := &r.Operations[i]
		each(pathOf("operations[%s].title", o.ID), o.Title, true)
		for j := range o.Kinds {
			each(pathOf("operations[%s].kinds[%s].title", o.ID, o.Kinds[j].ID), o.Kinds[j].Title, true)
		}
	}
	for i := range r.Sources {
		each(pathOf("sources[%s].title", r.Sources[i].ID), r.Sources[i].Title, true)
	}
	for i := range r.Safeguards {
		each(pathOf("safeguards[%s].measures", r.Safeguards[i].ID), r.Safeguards[i].Measures, true)
	}
	l.titled(func(_, path string, title privacy.Words) { each(path, title, true) })
	for i := range r.Purposes {
		p := &r.Purposes[i]
		at := pathOf("purposes[%s]", p.ID)
		each(at+".plain", p.Plain, true)
		each(at+".off", p.Off, false)
		each(at+".child", p.Child, false)
	}
	l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) { each(path+".why", t.Why, true) })
}
