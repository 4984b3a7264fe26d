package policy

import (
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// ConsentText is the exact text by which a consent for one purpose is asked, in
// one language, made from the rules alone: purpose, data, operations,
// recipients, term, how to withdraw, what changes without it. What a subject
// signs is the hash of these bytes. child gives the wording for a reader of
// fourteen. It is empty for a purpose that asks no consent. (DC-79 p.3-4,
// DC-81 p.4, law 4.1)
func (e *Edition) ConsentText(id privacy.PurposeID, lang privacy.Lang, child bool) string {
	p := e.purposes[id]
	if p == nil || p.basis != privacy.BasisConsent || p.rule.Template {
		return ""
	}
	f := &e.rules.ConsentForm
	plain := p.rule.Plain
	if child && p.rule.Child.Complete() {
		plain = p.rule.Child
	}
	var b strings.Builder
	line := func(parts ...string) {
		for _, s := range parts {
			b.WriteString(s)
		}
		b.WriteByte('\n')
	}
	item := func(w privacy.Words) { line("- ", w.In(lang)) }
	line(f.Heading.In(lang))
	line(e.rules.Holder.Name.In(lang), " · ", string(e.rules.Edition), " · ", string(id))
	line()
	line(p.rule.Title.In(lang))
	line(plain.In(lang))
	line(f.Data.In(lang))
	var ops privacy.Operations
	for i := range p.rows {
		if p.rows[i].present {
			item(e.rules.Categories[i].Title)
			ops |= p.rows[i].ops
		}
	}
	line(f.Operations.In(lang))
	for i := range e.rules.Operations {
		rule := &e.rules.Operations[i]
		if set, ok := privacy.ParseOperation(rule.ID); ok && ops&set != 0 {
			item(rule.Title)
		}
	}
	line(f.Recipients.In(lang))
	if len(p.recipients) == 0 {
		item(f.Nobody)
	}
	for _, r := range p.recipients {
		item(r.rule.Title)
	}
	line(f.Term.In(lang))
	item(p.rule.Terms.Why)
	line(f.Withdraw.In(lang))
	for i := range e.rules.Withdrawal {
		item(e.rules.Withdrawal[i].Title)
	}
	line(f.Without.In(lang))
	item(p.rule.Off)
	return b.String()
}

// ConsentUntil is when a consent given at t runs out: after the longest term of
// processing that starts with it, the purpose's own or a row's. Zero is when
// only a withdrawal ends it. (policy 4.5a)
func (e *Edition) ConsentUntil(id privacy.PurposeID, t time.Time) time.Time {
	p := e.purposes[id]
	if p == nil || p.basis != privacy.BasisConsent {
		return time.Time{}
	}
	var last time.Time
	terms := []terms{p.terms}
	for i := range p.rows {
		if p.rows[i].present {
			terms = append(terms, p.rows[i].terms)
		}
	}
	for _, r := range terms {
		if r.from != fromConsent {
			continue
		}
		if r.processing.open {
			return time.Time{}
		}
		if end := r.processing.after(t); end.After(last) {
			last = end
		}
	}
	return last
}
