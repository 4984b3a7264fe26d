package holder

import (
	"context"
	"time"

	"kupuya/internal/format"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/vault"
)

// Tile is what is known of one value, masked. (clauses 8.1)
type Tile struct {
	Category  privacy.CategoryID
	State     privacy.ValueState
	Masked    map[string]string // attribute → masked value; empty when it may not be seen
	Reason    privacy.Reason    // why it may not be seen
	Source    privacy.SourceID
	Verified  string
	Collected time.Time
	Until     time.Time // when it must be looked at again; zero while its basis lasts
	Purposes  []privacy.PurposeID
	Blocked   []privacy.Block
	Images    []string
}

// Listing is what the Holder knows of a subject, masked.
type Listing struct {
	Subject privacy.SubjectID
	Tiles   []Tile
	Event   privacy.EventID
}

// List shows what is held, masked, under a purpose; the look-up is recorded.
// (US-1.2b-2, policy 5.2)
func (h *Holder) List(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, p privacy.PurposeID) (Listing, error) {
	const op = "holder.List"
	var opens []opening
	out, err := do(withoutKey(ctx), h, op, &actor, subject, func(c *change) (Listing, error) {
		opens = nil
		s, err := c.living()
		if err != nil {
			return Listing{}, err
		}
		if c.ed.Purpose(p) == nil {
			return Listing{}, unknown("purpose", string(p))
		}
		out := Listing{Subject: subject}
		ops := privacy.Use
		if p == purposeDuties {
			ops = privacy.Extract // serving the right to know (policy 5.2)
		}
		due := map[privacy.CategoryID]time.Time{}
		for _, d := range c.ed.Duties(s, c.now) {
			due[d.Category] = d.Due
		}
		var shown []privacy.CategoryID
		detail := map[string]string{askedOf: "held"}
		for i := range s.Values {
			v := &s.Values[i]
			if v.Category != base(v.Category) {
				continue
			}
			d := c.decide(policy.Question{Purpose: p, Category: v.Category, Operation: ops})
			if d.Reason == privacy.ActorNotAllowed {
				return Listing{}, refusal(d)
			}
			t := Tile{
				Category: v.Category, State: v.State, Reason: d.Reason, Source: v.Source, Collected: v.Collected,
				Until: due[v.Category], Purposes: v.Purposes, Blocked: blocksOn(s, v.Category),
			}
			permit, yes := d.Permit()
			if yes {
				rec, err := c.Record(ctx, subject, v.Category)
				if err != nil && !isNotFound(err) {
					return Listing{}, err
				}
				if err == nil {
					t.Verified = rec.Verified
					opens = append(opens, opening{len(out.Tiles), permit, rec, c.ed.Category(v.Category)})
					shown = append(shown, v.Category)
				}
			}
			if !contains(shown, v.Category) {
				noted(detail, v.Category, d)
			}
			out.Tiles = append(out.Tiles, t)
		}
		kind := ledger.DataListed
		if actor.Acts(privacy.ActorClerk, privacy.ActorAgent, privacy.ActorOfficer, privacy.ActorFraud) {
			kind = ledger.StaffLookedUp
		}
		ev, err := c.record(kind, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Operation = "5.2", string(p), ops.String()
			e.Categories, e.Detail = categories(shown...), detail
		})
		out.Event = ev.ID
		return out, err
	})
	if err != nil {
		return Listing{}, err
	}
	ring, err := h.openings(ctx, opens)
	if err != nil {
		return Listing{}, fail(op, err)
	}
	for _, o := range opens {
		value, err := openValue(ring, o.permit, o.rec)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return Listing{}, fail(op, err)
		}
		out.Tiles[o.tile].Masked = masked(o.cat, value)
	}
	return out, nil
}

// opening is a value to open once the look-up is recorded.
type opening struct {
	tile   int
	permit policy.Permit
	rec    store.Record
	cat    *policy.Category
}

// openings gives the keys for what is to be opened.
func (h *Holder) openings(ctx context.Context, opens []opening) (*vault.Ring, error) {
	records := make([]store.Record, len(opens))
	for i := range opens {
		records[i] = opens[i].rec
	}
	return h.ringOf(ctx, records)
}

// masked masks each attribute by its type.
func masked(cat *policy.Category, value map[string]any) map[string]string {
	out := make(map[string]string, len(value))
	for _, a := range cat.Attributes {
		if v, ok := value[a.ID]; ok {
			out[a.ID] = format.Mask(a.Type, v)
		}
	}
	return out
}

func blocksOn(s *privacy.Subject, cat privacy.CategoryID) []privacy.Block {
	var out []privacy.Block
	for _, b := range s.Blocks {
		if b.Category == "" || b.Category == cat {
			out = append(out, b)
		}
	}
	return out
}
