package diff

import (
	"fmt"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// sentences compares the sentences behind which a rule stands. They are wording:
// what may be done does not follow from them.
func (c *comparison) sentences() {
	a, b := c.a.rules, c.b.rules
	pairs(a.Purposes, b.Purposes, func(p *policy.Purpose) privacy.PurposeID { return p.ID }, func(id privacy.PurposeID, x, y *policy.Purpose) {
		if x == nil || y == nil {
			return
		}
		at := Change{Path: "purposes[" + string(id) + "]", Purpose: id, Clause: y.Clause}
		c.moved(at, x.Clause, y.Clause)
		c.words(at, "title", x.Title, y.Title)
		c.words(at, "plain", x.Plain, y.Plain)
		c.words(at, "off", x.Off, y.Off)
		c.words(at, "child", x.Child, y.Child)
		c.words(at, "terms.why", x.Terms.Why, y.Terms.Why)
		c.differs("note", yes(x.Template), yes(y.Template), at.below("template")) // the rows it may have say what that changes
		c.differs("note", x.Counsel, y.Counsel, at.below("counsel"))
		c.differs("note", articles(x.Terms.Cites), articles(y.Terms.Cites), at.below("terms.cites"))
		for i := range y.Rows {
			old := rowOf(x, y.Rows[i].Category)
			if old != nil && old.Terms != nil && y.Rows[i].Terms != nil {
				row := rowAt(at, y.Rows[i].Category)
				c.words(row, "terms.why", old.Terms.Why, y.Rows[i].Terms.Why)
				c.differs("note", articles(old.Terms.Cites), articles(y.Rows[i].Terms.Cites), row.below("terms.cites"))
			}
		}
	})
	pairs(a.Categories, b.Categories, func(x *policy.Category) privacy.CategoryID { return x.ID }, func(id privacy.CategoryID, x, y *policy.Category) {
		if x == nil || y == nil {
			return
		}
		at := Change{Path: "categories[" + string(id) + "]", Category: id, Clause: y.Clause}
		c.moved(at, x.Clause, y.Clause)
		c.words(at, "title", x.Title, y.Title)
		titles(c, at.below("attributes"), x.Attributes, y.Attributes, func(f *policy.Attribute) (string, privacy.Words) { return f.ID, f.Title })
	})
	titles(c, Change{Path: "sources"}, a.Sources, b.Sources, func(s *policy.Source) (string, privacy.Words) { return string(s.ID), s.Title })
	titles(c, Change{Path: "rights"}, a.Rights, b.Rights, func(r *policy.Right) (string, privacy.Words) { return r.ID, r.Title })
	titles(c, Change{Path: "withdrawal"}, a.Withdrawal, b.Withdrawal, func(w *policy.WithdrawalWay) (string, privacy.Words) {
		return string(w.Channel), w.Title
	})
	titles(c, Change{Path: "acceptance.ways"}, a.Acceptance.Ways, b.Acceptance.Ways, func(w *policy.AcceptanceWay) (string, privacy.Words) { return w.ID, w.Title })
	titles(c, Change{Path: "operations"}, a.Operations, b.Operations, func(o *policy.OperationRule) (string, privacy.Words) { return o.ID, o.Title })
	titles(c, Change{Path: "operations"}, kindsOf(a), kindsOf(b), func(k *policy.OperationKind) (string, privacy.Words) { return k.ID, k.Title })
	c.lists(a, b)
	c.form(&a.ConsentForm, &b.ConsentForm)
}

// words adds a changed sentence.
func (c *comparison) words(at Change, step string, a, b privacy.Words) {
	c.said("words", a, b, at.below(step))
}

// moved notes that a rule cites another clause of the text.
func (c *comparison) moved(at Change, a, b privacy.ClauseID) {
	c.differs("note", string(a), string(b), at.below("clause"))
}

// titles compares the titles of what both lists have.
func titles[V any](c *comparison, at Change, a, b []V, of func(*V) (string, privacy.Words)) {
	pairs(a, b, func(v *V) string { id, _ := of(v); return id }, func(id string, x, y *V) {
		if x == nil || y == nil {
			return
		}
		ch := at
		ch.Path += "[" + id + "]"
		_, was := of(x)
		_, is := of(y)
		c.words(ch, "title", was, is)
	})
}

// lists compares sentences that have no id, by their place.
func (c *comparison) lists(a, b *policy.Rules) {
	for _, l := range sentencesAt(a.Acceptance.SummaryLines, b.Acceptance.SummaryLines) {
		c.said("words", l.a, l.b, Change{Path: "acceptance.summary" + l.at})
	}
	for _, l := range sentencesAt(a.ReviewNotes, b.ReviewNotes) {
		c.said("note", l.a, l.b, Change{Path: "review_notes" + l.at})
	}
}

// placed is a sentence at one place of two lists; at is "[1]".
type placed struct {
	at   string
	a, b privacy.Words
}

func sentencesAt(a, b []privacy.Words) []placed {
	out := make([]placed, max(len(a), len(b)))
	for i := range out {
		out[i].at = fmt.Sprintf("[%d]", i+1)
		if i < len(a) {
			out[i].a = a[i]
		}
		if i < len(b) {
			out[i].b = b[i]
		}
	}
	return out
}

// form compares the headings of a request for consent.
func (c *comparison) form(a, b *policy.ConsentForm) {
	at := Change{Path: "consent_form"}
	for _, w := range []struct {
		step string
		a, b privacy.Words
	}{
		{"heading", a.Heading, b.Heading},
		{"data", a.Data, b.Data},
		{"operations", a.Operations, b.Operations},
		{"recipients", a.Recipients, b.Recipients},
		{"nobody", a.Nobody, b.Nobody},
		{"term", a.Term, b.Term},
		{"withdraw", a.Withdraw, b.Withdraw},
		{"without", a.Without, b.Without},
	} {
		c.words(at, w.step, w.a, w.b)
	}
}
