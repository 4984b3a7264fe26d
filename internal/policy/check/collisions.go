package check

import (
	"slices"
	"strings"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// collision finds one of the eighteen ways in which policies collide with the
// law. It has two eyes: what the text says, and whether the rules are lawful.
// Where the rules are not, it is an error, whatever the text says. Where only
// the text still says it, the rules make it good and it is a note, so that
// whoever writes the next edition mends the sentence; blunt ones are an error
// all the same, because the sentence itself misleads.
type collision struct {
	text  phrases
	where func(l *look, id privacy.ClauseID) bool                    // clauses that count; nil for all
	rules func(l *look, fault func(path string, c ...Arg))           // faults of the rules
	blunt func(l *look, lang privacy.Lang, id privacy.ClauseID) bool // the sentence misleads by itself
}

func (c collision) find(l *look, say say) {
	unlawful := false
	if c.rules != nil {
		c.rules(l, func(path string, args ...Arg) {
			unlawful = true
			say(place{path: path, clause: l.clauseOf(path)}, args...)
		})
	}
	seen := map[privacy.ClauseID]bool{}
	l.anywhere(&c.text, func(id privacy.ClauseID, lang privacy.Lang) {
		if seen[id] || c.where != nil && !c.where(l, id) {
			return
		}
		seen[id] = true
		severity := Note
		if unlawful || c.blunt != nil && c.blunt(l, lang, id) {
			severity = Error
		}
		say(place{clause: id, lang: lang, severity: severity, resolved: severity == Note})
	})
}

// clauseOf is the clause that the rule at a path cites, where it is a purpose, a
// kind of data or a right.
func (l *look) clauseOf(path string) privacy.ClauseID {
	kind, rest, _ := strings.Cut(path, "[")
	id, _, _ := strings.Cut(rest, "]")
	switch kind {
	case "purposes":
		if p := l.purposes[privacy.PurposeID(id)]; p != nil {
			return p.Clause
		}
	case "categories":
		if c := l.categories[privacy.CategoryID(id)]; c != nil {
			return c.Clause
		}
	case "rights":
		for _, x := range l.rules.Rights {
			if x.ID == id {
				return x.Clause
			}
		}
	}
	return ""
}

// always is the judgement of a sentence that misleads wherever it stands.
func always(*look, privacy.Lang, privacy.ClauseID) bool { return true }

// P1: a change without notice, or less than a month ahead. (DC-114 p.5)
var p01 = collision{
	text: saying(
		[]string{"билдирүүсүз", "эскертүүсүз", "кабарлоосуз"},
		[]string{"без уведомлени*", "без предварительного уведомлени*", "без предупрежден*"},
		[]string{"without notice", "without prior notice", "without notif*", "without telling"},
	),
	blunt: always,
	rules: func(l *look, fault func(string, ...Arg)) {
		n := &l.rules.Notice
		if !slices.Contains([]string{"banner", "push", "sms"}, n.Mode) {
			fault("notice.mode")
		}
		if days(n.Ahead) < l.monthAhead() {
			fault("notice.ahead")
		}
	},
}

// monthAhead is the least term of notice by the law's own table.
func (l *look) monthAhead() int {
	if d, known := l.deadline("agreement_change"); known {
		return days(d.Term.String())
	}
	return days("1mo")
}

// P2: continued use that counts for more than the weakest acceptance. (DC-78
// p.2, DC-79 p.4)
var p02 = collision{
	text: saying(
		[]string{"улант*+макулдугун билдир*", "улант*+макул болгон*", "колдоно бер*+макулдугун билдир*"},
		[]string{"продолж*+означает*", "продолж*+соглас*+!слаб*", "продолж*+подтвержда*"},
		[]string{"continue*+agree*", "continue*+consent", "continued use+accept*", "go on using+agree*"},
	),
	blunt: always,
	rules: func(l *look, fault func(string, ...Arg)) {
		for i := range l.rules.Purposes {
			if p := &l.rules.Purposes[i]; p.Evidence == "continued_use" || p.Evidence == "none" {
				fault(pathOf("purposes[%s].evidence", p.ID))
			}
		}
		for _, w := range l.rules.Acceptance.Ways {
			if w.ID == "continued_use" {
				fault("acceptance.ways[continued_use]")
			}
		}
	},
}

// P3: one acceptance for everything, without requests for consent that are
// called so. (DC-79 p.3)
var p03 = collision{
	text: saying(
		[]string{"шартсыз"},
		[]string{"безусловн*", "безоговорочн*"},
		[]string{"unconditional*", "without reservation*"},
	),
	blunt: always,
	rules: func(l *look, fault func(string, ...Arg)) {
		if l.asks() && l.rules.ConsentForm.Heading == (privacy.Words{}) {
			fault("consent_form.heading")
		}
	},
}

// asks reports whether any purpose asks for a consent.
func (l *look) asks() bool {
	return slices.ContainsFunc(l.rules.Purposes, func(p policy.Purpose) bool { return p.Basis == privacy.BasisConsent && !p.Template })
}

// P4: withdrawal by letter alone. (DC-79 p.5)
var p04 = collision{
	text: saying(
		[]string{"чакырып ал*+кат+!тиркемеден", "чакыртып ал*+кат+!тиркеме*"},
		[]string{"отозва*+письм*+!приложени*", "отзыв*+письм*+!приложени*"},
		[]string{"withdraw*+letter+!app", "withdraw*+in writing+!app"},
	),
	blunt: always,
	rules: func(l *look, fault func(string, ...Arg)) {
		easy := slices.ContainsFunc(l.rules.Withdrawal, func(w policy.WithdrawalWay) bool {
			return slices.Contains([]string{"app", "site", "sms", "ussd"}, string(w.Channel))
		})
		if !easy {
			fault("withdrawal")
		}
	},
}

// P11: destruction "when the purpose is reached" without terms. (DC-73 p.1(7),
// DC-78 p.5)
func p11(l *look, say say) {
	terms := 0
	l.eachTerms(func(p *policy.Purpose, path string, t *policy.Terms) {
		if t.Storage == "" {
			say(place{clause: p.Clause, path: path})
			return
		}
		terms++
	})
	for _, lang := range l.langs {
		text, said := l.texts[lang], false
		var at privacy.ClauseID
		for i := range text.Clauses {
			c := &text.Clauses[i]
			said = said || !l.carries(c.ID, "categories") && len(termsSaid(lang, c.Text)) > 0
			if destruction.said(lang, l.plain[lang][c.ID]) && at == "" {
				at = c.ID
			}
		}
		if !said {
			say(place{clause: at, lang: lang})
			return
		}
	}
}

var destruction = saying([]string{"жок кыл*"}, []string{"уничтож*"}, []string{"destr*"})

// P12: transfer "in the cases of the law" to nobody by name. (DC-73 p.1(6))
var p12 = collision{
	text: saying(
		[]string{"мыйзамдарында белгиленген учурларда*", "мыйзамда белгиленген учур*", "мыйзам көрсөткөн учур*"},
		[]string{"в случаях установленных*", "в случаях предусмотренных*", "в случаях и в порядке указанных законом"},
		[]string{"in cases set by law", "in the cases*+law names", "cases provided by law", "as required by law"},
	),
	where: func(l *look, id privacy.ClauseID) bool { return !l.carries(id, "rights") },
	rules: func(l *look, fault func(string, ...Arg)) {
		if !slices.ContainsFunc(l.rules.Recipients, func(r policy.Recipient) bool { return r.Kind == "authority" }) {
			fault("recipients")
		}
	},
}

// P13: a text that rests on acts that have lost their force. (DC-79 p.1)
func p13(l *look, say say) {
	seen := map[string]bool{}
	acts := l.law.Acts()
	for _, lang := range l.langs {
		text := l.texts[lang]
		for i := range acts {
			a := &acts[i]
			if len(a.Names) == 0 || l.law.InForce(a.ID, l.on) {
				continue
			}
			names := saying(a.Names, a.Names, a.Names)
			for j := range text.Clauses {
				id := text.Clauses[j].ID
				key := string(id) + " " + string(a.ID)
				if names.said(lang, l.plain[lang][id]) && !seen[key] {
					seen[key] = true
					say(place{clause: id, lang: lang}, Arg{"act", string(a.ID)})
				}
			}
		}
	}
}

// P14: a list that stays open. What the subject may do may be open; what is
// collected, done, for what and for whom may not. (DC-78 p.2-3)
var p14 = collision{
	text: saying(
		[]string{"чектелбестен", "ж б", "жана башка", "дагы башка", "жана башкалар*"},
		[]string{"и т д", "и т п", "и иные", "и иных", "и другие", "и другим*", "и прочие", "и др", "не ограничиваясь"},
		[]string{"not limited to", "and so on", "etc", "and other*", "and the like", "such as but"},
	),
	blunt: func(l *look, _ privacy.Lang, id privacy.ClauseID) bool {
		return l.carries(id, "categories", "purposes", "recipients", "operations", "sources")
	},
}

// P15: "other purposes" that would permit something by themselves. (DC-79 p.2, p.4)
var p15 = collision{
	text: saying(
		[]string{"башка максат*+!өзүнчө"},
		[]string{"иных целей*+!свой", "других целей*+!свой", "иные цели*+!свой", "другая цель+!свой", "другие цели*+!свой"},
		[]string{"other purposes+!own", "another purpose+!own"},
	),
	where: func(l *look, id privacy.ClauseID) bool { return l.carries(id, "purposes") },
	blunt: func(l *look, _ privacy.Lang, id privacy.ClauseID) bool {
		return slices.ContainsFunc(l.purposesAt(id), func(p *policy.Purpose) bool { return !p.Template })
	},
	rules: func(l *look, fault func(string, ...Arg)) {
		for i := range l.rules.Purposes {
			if p := &l.rules.Purposes[i]; p.Template && len(p.Rows) > 0 {
				fault(pathOf("purposes[%s].template", p.ID))
			}
		}
	},
}

// P16: an account that the subject deletes himself, and nothing else happens.
// (DC-118)
var p16 = collision{
	text: saying(
		[]string{"аккаунт*+өчүр*+!көчүрмө*"},
		[]string{"удалите*+аккаунт*+!копи*", "удалить*+аккаунт*+!копи*"},
		[]string{"delete*+account+!copy"},
	),
	rules: func(l *look, fault func(string, ...Arg)) {
		if !slices.ContainsFunc(l.rules.Rights, func(x policy.Right) bool { return x.ID == "delete" && x.Clause != "" && x.Deadline != "" }) {
			fault("rights[delete]")
		}
	},
}

// P18: a code or a drawing as a signature without published rules of
// identification. (DC-46 p.2)
func p18(l *look, say say) {
	a := &l.rules.Acceptance
	signs := slices.ContainsFunc(a.Ways, func(w policy.AcceptanceWay) bool { return w.ID == "sms" || w.ID == "drawn" })
	if signs && strings.TrimSpace(a.Identification) == "" {
		say(place{clause: a.Clause, path: "acceptance.identification"})
	}
}

// dc is an article of the Code on which a collision rests.
func dc(article string) law.Citation { return law.Citation{Act: "dc", Article: article} }
