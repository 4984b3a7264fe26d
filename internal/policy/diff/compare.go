package diff

import (
	"slices"
	"strings"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Compare says what changes from edition a to edition b. Both must compile. It
// ignores what belongs to each edition alone: its id, its day, what it follows.
func Compare(a, b policy.Content) Report {
	c := &comparison{a: newSide(&a), b: newSide(&b)}
	c.report = Report{From: a.Rules.Edition, To: b.Rules.Edition, Changes: []Change{}}
	c.holder()
	c.purposes()
	c.recipients()
	c.categories()
	c.safeguards()
	c.promises()
	c.filing()
	c.holds()
	c.waivers()
	c.sentences()
	c.report.Texts = compareTexts(a.Texts, b.Texts)
	c.texts(a.Texts, b.Texts)
	c.name()
	return c.report
}

// comparison is a comparison under way.
type comparison struct {
	a, b   *side
	report Report
}

// add judges a change and takes it in.
func (c *comparison) add(ch Change) {
	j := judgements[ch.Kind]
	ch.Class, ch.Cites = j.class, j.cites
	ch.Effect = c.effect(j.rule, &ch)
	c.report.Changes = append(c.report.Changes, ch)
}

// either adds a change of the kind that widens, or of its reverse.
func (c *comparison) either(wider bool, wide Kind, ch Change) {
	ch.Kind = wide
	if !wider {
		ch.Kind = judgements[wide].reverse
	}
	c.add(ch)
}

// differs adds a change that is its own reverse, where the two are not equal.
func (c *comparison) differs(kind Kind, before, after string, ch Change) {
	if before != after {
		ch.Kind, ch.Before, ch.After = kind, before, after
		c.add(ch)
	}
}

// flag adds a change where a yes or no differs; wide is its kind where it
// becomes yes.
func (c *comparison) flag(wide Kind, before, after bool, ch Change) {
	if before != after {
		c.either(after, wide, ch)
	}
}

// effect is what a change asks of the Holder.
func (c *comparison) effect(rule effectRule, ch *Change) Effect {
	switch rule {
	case tell:
		return Tell
	case month:
		return TellMonth
	case byBasis: // DC-78 p.2: a consent does not grow; DC-114 p.5: the rest of the agreement may, in a month
		if c.b.bears(ch, func(p *policy.Purpose, r *policy.Row) bool { return basisOf(p, r) == privacy.BasisConsent }) {
			return AskAgain
		}
		return TellMonth
	case byAgreement:
		of := func(p *policy.Purpose, r *policy.Row) bool {
			return basisOf(p, r) == privacy.BasisContract || slices.Contains(p.Requires, "agreement")
		}
		if c.a.bears(ch, of) || c.b.bears(ch, of) {
			return Tell
		}
	}
	return None
}

// name gathers the titles of what the changes name.
func (c *comparison) name() {
	n := Names{map[privacy.PurposeID]privacy.Words{}, map[privacy.CategoryID]privacy.Words{}, map[privacy.RecipientID]privacy.Words{}}
	for i := range c.report.Changes {
		ch := &c.report.Changes[i]
		for _, s := range []*side{c.a, c.b} { // the later edition has the last word
			if p := s.purpose[ch.Purpose]; p != nil {
				n.Purposes[p.ID] = p.Title
			}
			if cat := s.category[ch.Category]; cat != nil {
				n.Categories[cat.ID] = cat.Title
			}
			if r := s.recipient[ch.Recipient]; r != nil {
				n.Recipients[r.ID] = r.Title
			}
		}
	}
	c.report.Names = n
}

// pairs goes through two lists by id: in the order of the later, then what is
// only in the earlier. The one that lacks it gives nil.
func pairs[K comparable, V any](a, b []V, id func(*V) K, fn func(k K, a, b *V)) {
	was := make(map[K]*V, len(a))
	for i := range a {
		was[id(&a[i])] = &a[i]
	}
	seen := make(map[K]bool, len(b))
	for i := range b {
		k := id(&b[i])
		if !seen[k] {
			seen[k] = true
			fn(k, was[k], &b[i])
		}
	}
	for i := range a {
		if k := id(&a[i]); !seen[k] {
			seen[k] = true
			fn(k, &a[i], nil)
		}
	}
}

// sets compares two lists of ids, in the order of pairs, and tells which of them
// came and which went.
func sets[K comparable](a, b []K, fn func(k K, came bool)) {
	pairs(a, b, func(k *K) K { return *k }, func(k K, x, y *K) {
		if x == nil || y == nil {
			fn(k, x == nil)
		}
	})
}

// sorted writes ids as one machine word, in their own order.
func sorted[S ~string](list []S) string { return joined(slices.Sorted(slices.Values(list))) }

// joined writes ids as one machine word.
func joined[S ~string](list []S) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(s))
	}
	return b.String()
}
