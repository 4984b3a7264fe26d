package holder

import (
	"slices"
	"time"

	"kupuya/internal/format"
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// doubts looks at the attributes of a value together, and at the PIN beside the
// date of birth. What cannot be is refused; what may be a slip is said and
// kept. (policy 2.3.2, 2.3.3, 2.3.4: a mismatch is a warning and a review, not
// a refusal)
func (c *change) doubts(cat *policy.Category, value map[string]any) ([]format.Warning, error) {
	of := func(kind string) string {
		for i := range cat.Attributes {
			if cat.Attributes[i].Type == kind {
				text, _ := value[cat.Attributes[i].ID].(string)
				return text
			}
		}
		return ""
	}
	today := law.DateOf(c.now).Start()
	var out []format.Warning
	if kind, number := of("doc_type"), of("doc_number"); kind != "" && number != "" {
		_, warnings, err := format.ParseDocument(format.DocType(kind), number, of("date"), today)
		if err != nil {
			return nil, badValue(string(cat.ID), err)
		}
		out = append(out, warnings...)
	}
	pin, born := of("pin"), of("birth_date")
	if pin == "" && born == "" {
		return out, nil
	}
	var err error
	if pin == "" {
		if pin, err = c.other(cat.ID, "pin"); err != nil {
			return nil, err
		}
	}
	if born == "" {
		if born, err = c.other(cat.ID, "birth_date"); err != nil {
			return nil, err
		}
	}
	return append(out, disagreement(pin, born, today)...), nil
}

// disagreement compares a PIN with a date of birth; nothing where one is missing.
func disagreement(pin, born string, today time.Time) []format.Warning {
	p, err := format.ParsePIN(pin, today)
	if err != nil {
		return nil
	}
	b, err := format.ParseDate(born)
	if err != nil {
		return nil
	}
	return slices.Clip(p.Disagrees(b, format.SexUnknown))
}

// other opens an attribute of another category, to confirm accuracy; "" where
// there is none or it may not be used for that. (policy 3.16)
func (c *change) other(not privacy.CategoryID, kind string) (string, error) {
	for _, cat := range c.ed.Rules().Categories {
		for _, a := range cat.Attributes {
			if a.Type != kind || cat.ID == not {
				continue
			}
			d := c.ed.Decide(c.s, policy.Question{Purpose: purposeAccuracy, Category: cat.ID, Operation: privacy.Use}, system(), c.now)
			permit, yes := d.Permit()
			if !yes {
				return "", nil
			}
			rec, err := c.Record(c.ctx, c.id, cat.ID)
			if isNotFound(err) {
				return "", nil
			}
			if err != nil {
				return "", err
			}
			return c.attribute(permit, rec, a.ID)
		}
	}
	return "", nil
}

func (c *change) attribute(permit policy.Permit, rec store.Record, name string) (string, error) {
	ring, err := c.ring()
	if err != nil {
		return "", err
	}
	value, err := openValue(ring, permit, rec)
	if err != nil {
		return "", err
	}
	text, _ := value[name].(string)
	return text, nil
}
