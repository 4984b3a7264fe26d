package check

import (
	"slices"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// P5: pictures of faces as plain data, or special data without a safeguard.
// (DC-80)
var p05 = collision{
	text:  facesFreely,
	where: func(l *look, id privacy.ClauseID) bool { return l.carries(id, "categories") },
	blunt: func(l *look, _ privacy.Lang, id privacy.ClauseID) bool {
		return !l.flagged(id, func(c *policy.Category) bool { return c.Classification == privacy.ClassSpecial && l.guarded(c.ID) })
	},
	rules: func(l *look, fault func(string, ...Arg)) {
		for i := range l.rules.Purposes {
			p := &l.rules.Purposes[i]
			for j := range p.Rows {
				c := l.categories[p.Rows[j].Category]
				risky := allowed(p, &p.Rows[j])&^(privacy.Clarify|privacy.BlockOp|privacy.Delete|privacy.Destroy) != 0
				if c != nil && c.Classification == privacy.ClassSpecial && p.Rows[j].Safeguard == "" && risky {
					fault(pathOf("purposes[%s].categories[%s].safeguard", p.ID, c.ID))
				}
			}
		}
		for i := range l.rules.Categories {
			c := &l.rules.Categories[i]
			if c.Classification != privacy.ClassSpecial && l.saysSomewhere(c.Clause, &faces) {
				fault(pathOf("categories[%s].classification", c.ID))
			}
		}
	},
}

var faces = saying([]string{"бетинин*", "бетиңизд*", "жүзүн*", "жүзүң*", "манжа*", "биометр*"}, []string{"лица+снимок*", "фото*+лица", "отпечат*", "биометр*"}, []string{"face", "fingerprint*", "biometric*"})

var facesFreely = saying(
	[]string{"бетинин*+!макулдук*", "бетиңизд*+!макулдук*", "жүзүн*+!макулдук*", "жүзүң*+!макулдук*", "манжа*+!макулдук*", "биометр*+!макулдук*"},
	[]string{"лица+снимок*+!соглас*", "фото*+лица+!соглас*", "отпечат*+!соглас*", "биометр*+!соглас*"},
	[]string{"face+!consent*", "fingerprint*+!consent*", "biometric*+!consent*"},
)

// guarded reports whether some purpose uses a kind of data under a safeguard.
func (l *look) guarded(id privacy.CategoryID) bool {
	for i := range l.rules.Purposes {
		for _, r := range l.rules.Purposes[i].Rows {
			if r.Category == id && r.Safeguard != "" {
				return true
			}
		}
	}
	return false
}

// flagged reports whether a category that cites the clause is so.
func (l *look) flagged(id privacy.ClauseID, is func(*policy.Category) bool) bool {
	for i := range l.rules.Categories {
		if c := &l.rules.Categories[i]; c.Clause == id && is(c) {
			return true
		}
	}
	return false
}

// P6: papers of a child without the rules for children. (DC-81)
var p06 = collision{
	text: saying(
		[]string{"баланын туулгандыг*", "балаңыздын туулгандыг*", "баланын*", "балаңызд*"},
		[]string{"ребёнка", "ребенка", "детей"},
		[]string{"child*"},
	),
	where: func(l *look, id privacy.ClauseID) bool {
		return l.carries(id, "categories") && !l.flagged(id, func(c *policy.Category) bool { return c.Child })
	},
	blunt: always,
	rules: func(l *look, fault func(string, ...Arg)) {
		for i := range l.rules.Categories {
			c := &l.rules.Categories[i]
			if c.Child && !l.represented(c.ID) {
				fault(pathOf("categories[%s].child", c.ID))
			}
			if c.Child && !l.speaksOf(c.Clause, &children) {
				fault(pathOf("categories[%s].child", c.ID))
			}
		}
	},
}

var children = saying([]string{"бала*"}, []string{"ребён*", "ребен*", "дет*"}, []string{"child*"})

// represented reports whether some purpose takes the child's data under the
// article on children.
func (l *look) represented(id privacy.CategoryID) bool {
	for i := range l.rules.Purposes {
		for _, r := range l.rules.Purposes[i].Rows {
			if r.Category == id && citesArticle(r.Cites, "81") {
				return true
			}
		}
	}
	return false
}

// saysSomewhere reports whether a clause says one of the phrases in some language.
func (l *look) saysSomewhere(id privacy.ClauseID, p *phrases) bool {
	return slices.ContainsFunc(l.langs, func(lang privacy.Lang) bool { return p.said(lang, l.plain[lang][id]) })
}

// speaksOf reports whether a clause says one of the phrases in some language, or
// is not there to say it.
func (l *look) speaksOf(id privacy.ClauseID, p *phrases) bool {
	return l.saysSomewhere(id, p) || !slices.ContainsFunc(l.langs, func(lang privacy.Lang) bool { return l.plain[lang][id] != "" })
}

// P7: an address book taken as the subject's own. (DC-73 p.2(2), DC-78 p.3)
var p07 = collision{
	text: saying(
		[]string{"китепче*+!кайра окулбас*"},
		[]string{"адресн*+книг*+!необратим*", "записн*+книж*+!необратим*"},
		[]string{"address book*+!irreversible", "phone book*+!irreversible", "contact list*+!irreversible"},
	),
	where: func(l *look, id privacy.ClauseID) bool { return l.carries(id, "categories") },
	blunt: func(l *look, _ privacy.Lang, id privacy.ClauseID) bool {
		return !l.flagged(id, func(c *policy.Category) bool { return c.ThirdPersons && l.consented(c.ID) })
	},
	rules: func(l *look, fault func(string, ...Arg)) {
		for i := range l.rules.Purposes {
			p := &l.rules.Purposes[i]
			for j := range p.Rows {
				c := l.categories[p.Rows[j].Category]
				if c != nil && c.ThirdPersons && p.Basis != privacy.BasisConsent && allowed(p, &p.Rows[j]).Has(privacy.Collect) {
					fault(pathOf("purposes[%s].categories[%s]", p.ID, c.ID))
				}
			}
		}
		for i := range l.rules.Categories {
			c := &l.rules.Categories[i]
			if c.ThirdPersons && !l.speaksOf(c.Clause, &addressBook) || !c.ThirdPersons && l.saysSomewhere(c.Clause, &addressBook) {
				fault(pathOf("categories[%s].third_persons", c.ID))
			}
		}
	},
}

// consented reports whether a kind of data is taken under a consent.
func (l *look) consented(id privacy.CategoryID) bool {
	for i := range l.rules.Purposes {
		p := &l.rules.Purposes[i]
		if p.Basis == privacy.BasisConsent && slices.ContainsFunc(p.Rows, func(r policy.Row) bool { return r.Category == id }) {
			return true
		}
	}
	return false
}

var addressBook = saying(
	[]string{"китепче*"}, []string{"адресн*+книг*", "записн*+книж*"}, []string{"address book*", "phone book*", "contact list*"},
)

// P8: advertising, or news of partners, without a consent of its own. (DC-132
// p.3, DC-60 p.4)
var p08 = collision{
	text: saying(
		[]string{"жарнама*+!макулдук*+!жарнама кошул*", "өнөктөш*+!макулдук*"},
		[]string{"реклам*+!соглас*+!рекламы в них нет", "партн*+!соглас*"},
		[]string{"advert*+!consent*+!no advertising", "partner*+!consent*"},
	),
	where: func(l *look, id privacy.ClauseID) bool { return l.carries(id, "purposes") },
	blunt: func(l *look, _ privacy.Lang, id privacy.ClauseID) bool {
		return !slices.ContainsFunc(l.purposesAt(id), func(p *policy.Purpose) bool { return p.Marketing && p.Basis == privacy.BasisConsent })
	},
	rules: func(l *look, fault func(string, ...Arg)) {
		for i := range l.rules.Purposes {
			p := &l.rules.Purposes[i]
			named := false
			for _, lang := range privacy.Langs {
				named = named || advertises.said(lang, plainWords(in(p.Title, lang)))
			}
			if p.Marketing != named || p.Marketing && p.Basis != privacy.BasisConsent {
				fault(pathOf("purposes[%s].marketing", p.ID))
			}
		}
	},
}

var advertises = saying([]string{"жарнама*", "өнөктөш*"}, []string{"реклам*", "партн*"}, []string{"advert*", "partner*"})

// P9: looking for a device against fraud without a person who decides. (DC-57,
// DC-82 p.2(1), DC-84 p.1(1))
var p09 = collision{
	text: saying(
		[]string{"алдамчыл*+жайгашкан*+!кызматкер*+!адам*", "алдамчыл*+турган жер*+!кызматкер*+!адам*"},
		[]string{"мошеннич*+местонахожд*+!сотрудник*+!человек*"},
		[]string{"fraud+locat*+!staff+!person*", "fraud+where a device*+!staff+!person*"},
	),
	blunt: func(l *look, _ privacy.Lang, id privacy.ClauseID) bool {
		return !slices.ContainsFunc(l.purposesAt(id), func(p *policy.Purpose) bool { return citesArticle(p.Cites, "57") })
	},
	rules: func(l *look, fault func(string, ...Arg)) {
		for i := range l.rules.Purposes {
			p := &l.rules.Purposes[i]
			if l.locates(p) && protects(p) && (!citesArticle(p.Cites, "57") || l.rules.Holder.Automation == (privacy.Words{})) {
				fault(pathOf("purposes[%s].cites", p.ID))
			}
		}
	},
}

// P10: a dispute without a block at once and word of it. (DC-85)
var p10 = collision{
	text: saying(
		[]string{"бөгөттө*+талаш*+!дароо", "бөгөттө*+ишенимсиз*+!дароо"},
		[]string{"блокир*+оспар*+!сразу+!немедленно", "блокир*+недостоверн*+!сразу+!немедленно"},
		[]string{"block*+dispute*+!at once+!immediately", "block*+unlawful+!at once+!immediately"},
	),
	rules: func(l *look, fault func(string, ...Arg)) {
		for _, right := range []string{"dispute", "block"} {
			if !slices.ContainsFunc(l.rules.Rights, func(x policy.Right) bool { return x.ID == right && x.Deadline != "" }) {
				fault("rights[" + right + "]")
			}
		}
	},
}
