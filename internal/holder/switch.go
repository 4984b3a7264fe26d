package holder

import (
	"context"
	"strings"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Switch puts an announced edition in force when its day has come. It is one
// write in one transaction, and which edition is in force is read in the
// transaction of every answer: no two nodes, and neither site, app nor
// decisions, serve different ones. A lawful change for which not everybody was
// told a month ahead waits until that is so. (policy 6.4a; DC-114 p.5)
func (h *Holder) Switch(ctx context.Context, d store.Duty) (again time.Time, err error) {
	return do(ctx, h, "holder.Switch", system(), store.HolderID, func(c *change) (time.Time, error) {
		p, err := c.proposal(privacy.EditionID(d.Ref))
		if err != nil || p.State != StateAnnounced { // in force by another worker, or taken back
			return time.Time{}, err
		}
		if c.now.Before(p.InForce) {
			return p.InForce, nil
		}
		src, err := c.proposed(&p)
		if err != nil {
			return time.Time{}, err
		}
		if late, err := c.untold(&p); err != nil || late {
			if err == nil {
				err = c.postpone(&p, src)
			}
			return p.InForce, err
		}
		if err := c.fit(src, p.Hash); err != nil {
			return time.Time{}, err
		}
		return time.Time{}, c.enact(&p, src)
	})
}

// untold reports whether a lawful change would bind somebody who was told less
// than a month ago, or not at all, and sets the day on which it would not.
func (c *change) untold(p *store.Proposal) (bool, error) {
	if p.Mode != ModeLawful {
		return false, nil
	}
	told := p.ToldAt
	if told.IsZero() {
		told = c.now
	}
	earliest, err := c.ed.due(deadlineChange, told)
	if err != nil || !c.now.Before(earliest) {
		return false, err
	}
	p.InForce = earliest
	return true, nil
}

// postpone moves the switch to the day that was set.
func (c *change) postpone(p *store.Proposal, src *Source) error {
	if err := c.PutProposal(c.ctx, *p, nil); err != nil {
		return err
	}
	_, err := c.recordEdition(ledger.EditionAnnounced, p, src, func(e *ledger.Event) { e.Outcome = "postponed" })
	return err
}

// enact is the switch itself.
func (c *change) enact(p *store.Proposal, src *Source) error {
	pack, err := c.ProposalPack(c.ctx, p.Edition)
	if err != nil {
		return err
	}
	row := store.Edition{ID: p.Edition, Hash: p.Hash, Published: c.now, InForce: c.now}
	if err := c.PutEdition(c.ctx, row, pack); err != nil {
		return err
	}
	p.State, p.InForce = StatePublished, c.now
	if err := c.PutProposal(c.ctx, *p, []byte{}); err != nil { // the pack stands with the edition from now on
		return err
	}
	if c.ed != nil {
		if _, err := c.record(ledger.EditionSuperseded, func(e *ledger.Event) {
			e.Ref, e.Clause, e.Effective = string(c.ed.ID()), "6.4a", ledger.Stamp(c.now)
			e.Detail = map[string]string{"by": string(p.Edition), "pack": c.ed.Hash()}
		}); err != nil {
			return err
		}
	}
	if _, err := c.recordEdition(ledger.EditionPublished, p, src, func(e *ledger.Event) {
		e.Edition, e.Clause = string(p.Edition), "6.4a"
	}); err != nil {
		return err
	}
	if c.ed == nil {
		return nil
	}
	return c.duty(DutyReview, p.Edition, c.now)
}

// The kinds of duty about an edition.
const (
	DutyTell   = "tell"   // tell every subject of a coming edition
	DutySwitch = "switch" // put it in force on its day
	DutyReview = "review" // look at everybody once it is: what it no longer allows to keep is destroyed
	DutyRefuse = "refuse" // end the agreement of one who refused it
)

// crowd is how many subjects are looked at before a duty gives its lease back.
const crowd = 500

// Look looks at the subjects after a switch, a page at a time, and settles
// those of whom the new edition asks something sooner than the one before it.
// Nothing is rewritten about the others. (policy 3.21)
func (h *Holder) Look(ctx context.Context, d store.Duty) error {
	const op = "holder.Look"
	now := h.Clock.Now()
	edition, after, _ := strings.Cut(d.Ref, " ")
	var ids, owing []privacy.SubjectID
	if err := h.Store.View(ctx, func(v store.View) error {
		rows, err := v.Editions(ctx)
		if err != nil || len(rows) < 2 || rows[len(rows)-1].ID != privacy.EditionID(edition) {
			return err // a later edition has a duty of its own
		}
		before, err := h.book.byID(ctx, v, rows[len(rows)-2].ID)
		if err != nil {
			return err
		}
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		if ids, err = v.Subjects(ctx, privacy.SubjectID(after), crowd); err != nil || len(ids) == 0 {
			return err
		}
		return v.Standings(ctx, privacy.SubjectID(after), ids[len(ids)-1], func(s *privacy.Subject) error {
			next, old := soonest(ed.Duties(s, now)), soonest(before.Duties(s, now))
			if !next.IsZero() && (old.IsZero() || next.Before(old) || !next.After(now)) {
				owing = append(owing, s.ID)
			}
			return nil
		})
	}); err != nil {
		return fail(op, err)
	}
	for _, id := range owing {
		_, err := h.Settle(ctx, store.Duty{Subject: id, Cause: "edition"})
		switch privacy.CodeOf(err) {
		case "", privacy.Refused, privacy.NotFound: // done, or gone meanwhile
		default:
			return err
		}
	}
	if len(ids) < crowd {
		return nil
	}
	d.Ref = edition + " " + string(ids[len(ids)-1])
	return h.again(ctx, d, now)
}

// again puts a duty of the Holder anew, with how far it has come.
func (h *Holder) again(ctx context.Context, d store.Duty, due time.Time) error {
	d.Due = due
	return h.Store.Update(ctx, store.HolderID, func(tx store.Tx) error { return tx.PutDuty(ctx, d) })
}

// soonest is the first moment at which something is owed; zero when nothing is
// known to be.
func soonest(duties []policy.Duty) time.Time {
	var out time.Time
	for _, d := range duties {
		out = sooner(out, d.Due)
	}
	return out
}
