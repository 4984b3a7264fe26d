package diff

import (
	"strings"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// home is the Holder's country: a recipient elsewhere is a transfer abroad. (DC-89)
const home = "KG"

// recipients compares to whom data may go. (policy 4.4a, 4.4b)
func (c *comparison) recipients() {
	pairs(c.a.rules.Recipients, c.b.rules.Recipients, func(r *policy.Recipient) privacy.RecipientID { return r.ID },
		func(id privacy.RecipientID, a, b *policy.Recipient) {
			at := Change{
				Path: "recipients[" + string(id) + "]", Recipient: id,
				Clause: clauseOf(a, b, func(r *policy.Recipient) privacy.ClauseID { return r.Clause }),
			}
			if a == nil || b == nil {
				c.either(a == nil, "recipient.added", at)
				return
			}
			c.said("recipient.name", a.Title, b.Title, at.below("title"))
			c.differs("recipient.kind", a.Kind, b.Kind, at.below("kind"))
			c.country(at.below("country"), a.Country, b.Country)
			c.interval("agreement.longer", alive(&a.Agreement), alive(&b.Agreement), at.below("agreement"))
			c.differs("agreement.changed", a.Agreement.Ref, b.Agreement.Ref, at.below("agreement.ref"))
			sets(a.Fields, b.Fields, func(f privacy.CategoryID, came bool) {
				ch := at.below("fields[" + string(f) + "]")
				ch.Category, ch.Operation = f, "transfer"
				c.either(came, "recipient.field.added", ch)
			})
			c.differs("note", a.PolicyURL, b.PolicyURL, at.below("policy_url"))
		})
}

func (c *comparison) country(at Change, a, b string) {
	at.Before, at.After = a, b
	from, to := strings.EqualFold(a, home), strings.EqualFold(b, home)
	switch {
	case strings.EqualFold(a, b):
	case from || to:
		c.either(from, "country.abroad", at)
	default:
		c.differs("country.changed", a, b, at)
	}
}

// safeguards compares the list of what lifts the ban on special categories; the
// rows that name one say what that changes. (DC-80)
func (c *comparison) safeguards() {
	pairs(c.a.rules.Safeguards, c.b.rules.Safeguards, func(g *policy.Safeguard) string { return g.ID },
		func(id string, a, b *policy.Safeguard) {
			switch at := (Change{Path: "safeguards[" + id + "]"}); {
			case a == nil:
				c.differs("note", "", id, at)
			case b == nil:
				c.differs("note", id, "", at)
			}
		})
}

// safeguard compares what guards a row.
func (c *comparison) safeguard(row Change, x, y *policy.Row) {
	at := row.below("safeguard")
	c.differs("safeguard.changed", x.Safeguard, y.Safeguard, at)
	a, b := c.a.safeguard[x.Safeguard], c.b.safeguard[y.Safeguard]
	if x.Safeguard != y.Safeguard || a == nil || b == nil {
		return
	}
	c.differs("safeguard.changed", a.Exception, b.Exception, at.below("exception"))
	c.differs("safeguard.changed", acts(a.Cites), acts(b.Cites), at.below("cites"))
	c.differs("safeguard.changed", joined(a.Approved), joined(b.Approved), at.below("approved"))
	c.said("safeguard.changed", a.Measures, b.Measures, at.below("measures"))
}
