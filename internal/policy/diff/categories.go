package diff

import (
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// categories compares which data may be kept, with their fields and sources.
// (policy 1.2a, 2.3.1-2.3.13)
func (c *comparison) categories() {
	pairs(c.a.rules.Sources, c.b.rules.Sources, func(s *policy.Source) privacy.SourceID { return s.ID },
		func(id privacy.SourceID, a, b *policy.Source) {
			if a == nil || b == nil {
				c.either(a == nil, "source.listed", Change{Path: "sources[" + string(id) + "]", Clause: clauseOf(a, b, func(s *policy.Source) privacy.ClauseID { return s.Clause })})
			}
		})
	pairs(c.a.rules.Categories, c.b.rules.Categories, func(x *policy.Category) privacy.CategoryID { return x.ID },
		func(id privacy.CategoryID, a, b *policy.Category) {
			at := Change{
				Path: "categories[" + string(id) + "]", Category: id,
				Clause: clauseOf(a, b, func(x *policy.Category) privacy.ClauseID { return x.Clause }),
			}
			if a == nil || b == nil {
				c.either(a == nil, "category.added", at)
				return
			}
			c.class(at.below("classification"), a.Classification, b.Classification)
			for _, n := range []struct {
				key  string
				a, b bool
			}{{"child", a.Child, b.Child}, {"third_persons", a.ThirdPersons, b.ThirdPersons}, {"high_risk", a.HighRisk, b.HighRisk}} {
				c.differs("nature.changed", yes(n.a), yes(n.b), at.below(n.key))
			}
			c.assessment(at.below("assessment"), a.Assessment, b.Assessment)
			sets(a.Sources, b.Sources, func(s privacy.SourceID, came bool) {
				c.either(came, "source.added", at.below("sources["+string(s)+"]"))
			})
			c.attributes(at, a, b)
		})
}

// clauseOf is the clause of the later rule, or of the earlier where it is gone.
func clauseOf[V any](a, b *V, clause func(*V) privacy.ClauseID) privacy.ClauseID {
	if b != nil {
		return clause(b)
	}
	return clause(a)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// assessment compares the impact assessment on record. (DC-82)
func (c *comparison) assessment(at Change, a, b string) {
	if at.Before, at.After = a, b; (a == "") != (b == "") {
		c.either(b == "", "assessment.removed", at)
		return
	}
	c.differs("note", a, b, at)
}

// strictness orders the classifications; the two strictest differ in kind.
var strictness = map[privacy.Classification]int{
	privacy.ClassPublic: 0, privacy.ClassInternal: 1, privacy.ClassPersonal: 2, privacy.ClassSpecial: 3, privacy.ClassComms: 3,
}

// class compares how data are protected. What protects special data and what
// protects communications are two things: going from one to the other loses one
// and gains the other. (DC-80, DC-130)
func (c *comparison) class(at Change, a, b privacy.Classification) {
	if a == b {
		return
	}
	at.Before, at.After = string(a), string(b)
	x, y := strictness[a], strictness[b]
	if y <= x {
		c.either(true, "class.lower", at)
	}
	if y >= x {
		c.either(false, "class.lower", at)
	}
}

// attributes compares the fields of a category.
func (c *comparison) attributes(at Change, a, b *policy.Category) {
	pairs(a.Attributes, b.Attributes, func(x *policy.Attribute) string { return x.ID }, func(id string, x, y *policy.Attribute) {
		field := at.below("attributes[" + id + "]")
		if x == nil || y == nil {
			c.either(x == nil, "attribute.added", field)
			return
		}
		c.differs("attribute.type", x.Type, y.Type, field.below("type"))
		if x.Class != "" || y.Class != "" {
			c.class(field.below("class"), classOf(a, x), classOf(b, y))
		}
		c.index(field.below("index"), x.Index, y.Index)
		for i := range c.b.rules.Purposes { // purposes that have the category in one edition only are changes of their own
			p := c.b.rules.Purposes[i].ID
			if rowOf(c.a.purpose[p], at.Category) == nil || rowOf(c.b.purpose[p], at.Category) == nil {
				continue
			}
			under := field
			under.Purpose = p
			c.flag("attribute.opened", x.Under(p), y.Under(p), under.below("only"))
			c.flag("mandatory.added", has(x.Mandatory, p), has(y.Mandatory, p), under.below("mandatory"))
		}
	})
}

func classOf(c *policy.Category, a *policy.Attribute) privacy.Classification {
	if a.Class != "" {
		return a.Class
	}
	return c.Classification
}

// index compares by which blind index a field can be found.
func (c *comparison) index(at Change, a, b string) {
	if a == b {
		return
	}
	at.Before, at.After = a, b
	if b != "" {
		c.either(true, "index.added", at)
	}
	if a != "" {
		c.either(false, "index.added", at)
	}
}

func has(list []privacy.PurposeID, id privacy.PurposeID) bool {
	for _, p := range list {
		if p == id {
			return true
		}
	}
	return false
}
