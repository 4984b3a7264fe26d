package holder

import (
	"context"
	"strings"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Removal names what is deleted or destroyed; no categories means everything.
type Removal struct {
	Subject    privacy.SubjectID
	Categories []privacy.CategoryID
	Ground     Ground
	Citation   string   // act and article, where the ground is an order or a law
	Evidence   Evidence // a code sent for it, when the subject himself asks for destruction
}

// Ground is why data are deleted or destroyed: a closed set. (policy 3.21, law 4.4)
type Ground string

// The grounds.
const (
	GroundRequest   Ground = "subject_request"
	GroundPurpose   Ground = "purpose_reached"
	GroundWithdrawn Ground = "consent_withdrawn"
	GroundObjection Ground = "objection_upheld"
	GroundClosed    Ground = "account_closed"
	GroundEnded     Ground = "agreement_ended"
	GroundOrder     Ground = "regulator_order"
	GroundUnlawful  Ground = "unlawful_processing"
)

// Valid reports whether g is of the closed set.
func (g Ground) Valid() bool {
	switch g {
	case GroundRequest, GroundPurpose, GroundWithdrawn, GroundObjection, GroundClosed, GroundEnded, GroundOrder, GroundUnlawful:
		return true
	}
	return false
}

func (r *Removal) check() error {
	switch {
	case !r.Ground.Valid():
		return &privacy.Error{Code: privacy.BadValue, Field: "ground", Problem: "removal.ground"}
	case r.Ground == GroundOrder && r.Citation == "":
		return &privacy.Error{Code: privacy.MissingValue, Field: "citation"}
	case r.Citation != "" && !recordable(r.Citation):
		return &privacy.Error{Code: privacy.BadValue, Field: "citation"}
	}
	return nil
}

// Removed is what was deleted.
type Removed struct {
	Categories []privacy.CategoryID `json:"categories"`
	Event      privacy.EventID      `json:"event"`
}

// Delete takes data out of every view and every decision; they stay sealed
// until their term ends and are destroyed then. It is not destruction.
// Deleting everything is how somebody who does not agree leaves. (policy 4.2:
// delete and destroy are two operations; policy 6.4b)
func (h *Holder) Delete(ctx context.Context, actor privacy.Actor, r Removal) (Removed, error) {
	const op = "holder.Delete"
	if err := r.check(); err != nil {
		return Removed{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, r.Subject, func(c *change) (Removed, error) {
		s, err := c.living()
		if err != nil {
			return Removed{}, err
		}
		if err := c.mayDo(privacy.Delete); err != nil {
			return Removed{}, err
		}
		cats, err := c.held(r.Categories)
		if err != nil {
			return Removed{}, err
		}
		for _, cat := range cats {
			s.End(cat, privacy.ValueDeleted, c.now)
		}
		if len(r.Categories) == 0 {
			s.Status = privacy.StatusDeleted
			if err := c.DropLookups(ctx, c.id); err != nil { // out of every view, look-ups too
				return Removed{}, err
			}
		} else if err := c.dropIndexes(cats); err != nil {
			return Removed{}, err
		}
		c.dirty = true
		ev, err := c.record(ledger.DataDeleted, func(e *ledger.Event) {
			e.Clause, e.Operation, e.Reason, e.Citation = "4.2", privacy.Delete.String(), string(r.Ground), r.Citation
			e.Categories = categories(cats...)
			if len(r.Categories) == 0 {
				e.Outcome = outcomeWhole
			}
		})
		if err != nil {
			return Removed{}, err
		}
		return Removed{Categories: cats, Event: ev.ID}, c.settleSoon("deletion")
	})
}

// held gives the values that a removal is about, photographs included. Nothing
// is ordered where nothing of what was named is held.
func (c *change) held(named []privacy.CategoryID) ([]privacy.CategoryID, error) {
	for _, cat := range named {
		if c.ed.Category(cat) == nil {
			return nil, unknown("categories", string(cat))
		}
	}
	out := []privacy.CategoryID{}
	for i := range c.s.Values {
		v := &c.s.Values[i]
		if !v.Gone() && (len(named) == 0 || contains(named, base(v.Category))) {
			out = append(out, v.Category)
		}
	}
	if len(named) > 0 && len(out) == 0 {
		return nil, &privacy.Error{Code: privacy.NotFound, Field: "categories"}
	}
	return out, nil
}

// dropIndexes takes the categories' values out of the blind index.
func (c *change) dropIndexes(cats []privacy.CategoryID) error {
	var fields []string
	for _, cat := range cats {
		if rule := c.ed.Category(base(cat)); rule != nil && cat == base(cat) {
			fields = append(fields, indexes(rule)...)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return c.DropLookups(c.ctx, c.id, fields...)
}

func indexes(cat *policy.Category) []string {
	var out []string
	for i := range cat.Attributes {
		if f := cat.Attributes[i].Index; f != "" {
			out = append(out, f)
		}
	}
	return out
}

// base is the category of a value: photographs are kept under names of their
// own, such as D04.face_photo, so that each can be destroyed apart.
func base(c privacy.CategoryID) privacy.CategoryID {
	b, _, _ := strings.Cut(string(c), ".")
	return privacy.CategoryID(b)
}

func contains(list []privacy.CategoryID, c privacy.CategoryID) bool {
	for _, have := range list {
		if have == c {
			return true
		}
	}
	return false
}
