package holder

import (
	"context"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// BlockRequest keeps data out of use. Empty category or purpose means all.
type BlockRequest struct {
	Subject  privacy.SubjectID
	Category privacy.CategoryID
	Purpose  privacy.PurposeID
	Ground   string // dispute only: unreliable or unlawful (policy 5.3)
}

// BlockSet is a block in force.
type BlockSet struct {
	Block    string             `json:"block"`
	Kind     privacy.BlockKind  `json:"kind"`
	Category privacy.CategoryID `json:"category,omitempty"`
	Purpose  privacy.PurposeID  `json:"purpose,omitempty"`
	Since    time.Time          `json:"since"`
	TellBy   time.Time          `json:"tell_by"` // the subject is told by then (DC-85 p.2)
	Event    privacy.EventID    `json:"event"`
}

// Block keeps the named data from every use but storing, at once. (policy 5.1)
func (h *Holder) Block(ctx context.Context, actor privacy.Actor, r BlockRequest) (BlockSet, error) {
	return do(ctx, h, "holder.Block", &actor, r.Subject, func(c *change) (BlockSet, error) {
		return c.setBlock(r, privacy.KindBlock)
	})
}

// Dispute says that data are unreliable or used unlawfully; they are blocked in
// the same transaction, so that there is no moment between. (policy 5.3, DC-85)
func (h *Holder) Dispute(ctx context.Context, actor privacy.Actor, r BlockRequest) (BlockSet, error) {
	const op = "holder.Dispute"
	if r.Ground != "unreliable" && r.Ground != "unlawful" {
		return BlockSet{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "ground", Problem: "dispute.ground"}
	}
	return do(ctx, h, op, &actor, r.Subject, func(c *change) (BlockSet, error) {
		return c.setBlock(r, privacy.KindDispute)
	})
}

func (c *change) setBlock(r BlockRequest, kind privacy.BlockKind) (BlockSet, error) {
	s, err := c.living()
	if err != nil {
		return BlockSet{}, err
	}
	if err := c.mayDecideFor(); err != nil {
		return BlockSet{}, err
	}
	if r.Category != "" && c.ed.Category(r.Category) == nil {
		return BlockSet{}, unknown("category", string(r.Category))
	}
	if r.Purpose != "" && c.ed.Purpose(r.Purpose) == nil {
		return BlockSet{}, unknown("purpose", string(r.Purpose))
	}
	b := privacy.Block{ID: privacy.NewID(c.now), Kind: kind, Category: r.Category, Purpose: r.Purpose, At: c.now}
	s.Set(b)
	c.dirty = true
	event, clause := ledger.BlockSet, "5.1"
	if kind == privacy.KindDispute {
		event, clause = ledger.DisputeOpened, "5.3"
	}
	ev, err := c.record(event, func(e *ledger.Event) {
		e.Clause, e.Citation, e.Purpose, e.Ref, e.Reason = clause, "DC-85.1", string(r.Purpose), b.ID, r.Ground
		e.Operation = privacy.BlockOp.String()
		e.Categories = categories(r.Category)
	})
	if err != nil {
		return BlockSet{}, err
	}
	tell, err := c.deadline("restriction_notice")
	if err != nil {
		return BlockSet{}, err
	}
	return BlockSet{Block: b.ID, Kind: kind, Category: b.Category, Purpose: b.Purpose, Since: b.At, TellBy: tell, Event: ev.ID}, nil
}

// Unblock lifts a block or closes a dispute. The subject lifts his own block;
// a dispute is closed by the Holder's staff with an outcome. (DC-85, policy 5.3)
func (h *Holder) Unblock(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, block, outcome string) (BlockSet, error) {
	const op = "holder.Unblock"
	switch outcome {
	case "", "corrected", "lifted", "destroyed":
	default:
		return BlockSet{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "outcome", Problem: "dispute.outcome"}
	}
	return do(ctx, h, op, &actor, subject, func(c *change) (BlockSet, error) {
		s, err := c.living()
		if err != nil {
			return BlockSet{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return BlockSet{}, err
		}
		b, stood := s.Lift(block)
		if !stood {
			return BlockSet{}, &privacy.Error{Code: privacy.NotFound, Field: "block"}
		}
		event := ledger.BlockLifted
		if b.Kind == privacy.KindDispute {
			event = ledger.DisputeClosed
			if c.actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative) {
				return BlockSet{}, &privacy.Error{Code: privacy.Forbidden}
			}
			if outcome == "" {
				return BlockSet{}, &privacy.Error{Code: privacy.MissingValue, Field: "outcome"}
			}
		}
		c.dirty = true
		ev, err := c.record(event, func(e *ledger.Event) {
			e.Clause, e.Citation, e.Purpose, e.Ref, e.Outcome = "5.3", "DC-85.2", string(b.Purpose), b.ID, outcome
			e.Categories = categories(b.Category)
		})
		if err != nil {
			return BlockSet{}, err
		}
		tell, err := c.deadline("restriction_notice")
		if err != nil {
			return BlockSet{}, err
		}
		return BlockSet{
			Block: b.ID, Kind: b.Kind, Category: b.Category, Purpose: b.Purpose, Since: b.At, TellBy: tell,
			Event: ev.ID,
		}, c.settleSoon("block_lifted")
	})
}

// deadline gives when a duty of the law registry that begins now is due.
func (c *change) deadline(id string) (time.Time, error) {
	return c.ed.due(id, c.now)
}

// disputed reports whether a dispute covers the value: it is evidence until the
// dispute is closed, so nothing destroys it by itself.
func disputed(s *privacy.Subject, cat privacy.CategoryID) bool {
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Kind == privacy.KindDispute && (b.Category == "" || b.Category == base(cat)) {
			return true
		}
	}
	return false
}
