package holder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// The states of an edition on its way. An edition is drafted by one officer,
// reviewed by another, announced, and switched into force. (DC-114 p.5)
const (
	StateDraft     = "draft"
	StateReviewed  = "reviewed"
	StateAnnounced = "announced"
	StateWithdrawn = "withdrawn"
	StatePublished = "published"
)

// The modes of coming into force.
const (
	ModeFirst   = "first"   // there was no edition before it, and nobody to tell
	ModeLawful  = "lawful"  // everybody is told at least a month ahead and may refuse
	ModeLiteral = "literal" // at once and without notice, as clauses 6.3 and 6.4a say: only where nothing grows wider
)

// deadlineChange is the month of the law registry. (DC-114 p.5)
const deadlineChange = "agreement_change"

// telling is how long telling everybody may take: a planned day leaves room for it.
const telling = 3 * 24 * time.Hour

// Proposal is an edition on its way, as officers see it.
type Proposal struct {
	Edition   privacy.EditionID `json:"edition"`
	Hash      string            `json:"sha256"`
	State     string            `json:"state"`
	Mode      string            `json:"mode,omitempty"`
	Author    string            `json:"author"`
	Reviewer  string            `json:"reviewer,omitempty"`
	Drafted   time.Time         `json:"drafted_at"`
	Reviewed  time.Time         `json:"reviewed_at,omitzero"`
	Announced time.Time         `json:"announced_at,omitzero"`
	InForce   time.Time         `json:"in_force_at,omitzero"`
	Told      int64             `json:"told"`
	ToldAt    time.Time         `json:"all_told_at,omitzero"`
	Class     string            `json:"class,omitempty"` // of the change: wording, narrower, wider; empty for the first edition
}

func proposalOf(p *store.Proposal) Proposal {
	return Proposal{
		Edition: p.Edition, Hash: p.Hash, State: p.State, Mode: p.Mode, Author: p.Author, Reviewer: p.Reviewer, Drafted: p.Drafted,
		Reviewed: p.Reviewed, Announced: p.Announced, InForce: p.InForce, Told: p.Told, ToldAt: p.ToldAt,
	}
}

// Draft puts a pack forward as the next edition. It must follow the one in
// force, compile, and have no finding of severity error. A new draft of the same
// edition takes the place of the old one and must be reviewed anew.
func (h *Holder) Draft(ctx context.Context, actor privacy.Actor, pack []byte) (Proposal, error) {
	const op = "holder.Draft"
	if err := person(&actor); err != nil {
		return Proposal{}, fail(op, err)
	}
	src, err := h.ReadPack(pack)
	if err != nil {
		return Proposal{}, misread(op, err)
	}
	sum := sha256.Sum256(pack)
	hash := hex.EncodeToString(sum[:])
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Proposal, error) {
		old, err := c.proposal(src.Rules.Edition)
		if err != nil && !isNotFound(err) {
			return Proposal{}, err
		}
		if old.Hash == hash && old.State != StateWithdrawn { // the same pack again changes nothing
			return proposalOf(&old), nil
		}
		if old.State == StatePublished || old.State == StateAnnounced {
			return Proposal{}, &privacy.Error{Code: privacy.Conflict, Name: string(old.Edition), Problem: "edition.immutable"}
		}
		if err := c.fit(src, hash); err != nil {
			return Proposal{}, err
		}
		p := store.Proposal{Edition: src.Rules.Edition, Hash: hash, State: StateDraft, Author: actor.ID(), Drafted: c.now}
		if err := c.PutProposal(ctx, p, pack); err != nil {
			return Proposal{}, err
		}
		_, err = c.recordEdition(ledger.EditionDrafted, &p, src, nil)
		return proposalOf(&p), err
	})
}

// fit refuses a pack that cannot follow the edition in force: another order,
// rules that contradict themselves, or a finding that keeps it from publication.
func (c *change) fit(src *Source, hash string) error {
	var before privacy.EditionID
	var previous *policy.Content
	var earlier []*policy.Edition
	if c.ed != nil {
		before, previous, earlier = c.ed.ID(), c.ed.content(), []*policy.Edition{c.ed.Edition}
	}
	if src.Rules.Supersedes != before {
		return &privacy.Error{Code: privacy.Conflict, Name: string(src.Rules.Supersedes), Problem: "edition.supersedes"}
	}
	ed, err := policy.Compile(src.Rules, hash, actsOf{src.Law}, c.now, earlier...)
	if err != nil {
		return misread("", err)
	}
	return gate(&policy.Content{Rules: src.Rules, Texts: src.Texts, Law: src.Law}, ed, previous, c.now)
}

// misread says where a pack cannot be read, or which rule contradicts which.
func misread(op string, err error) error {
	out := &privacy.Error{Op: op, Code: privacy.Invalid, Problem: "edition.pack", Err: err}
	var at interface{ Where() string } // a file, line and column
	var wrong *policy.Problem
	switch {
	case errors.As(err, &at):
		out.Field = at.Where()
	case errors.As(err, &wrong):
		out.Field = wrong.Path
	}
	return out
}

// Review says that somebody other than the author found exactly this pack fit
// to be announced.
func (h *Holder) Review(ctx context.Context, actor privacy.Actor, edition privacy.EditionID, hash string) (Proposal, error) {
	const op = "holder.Review"
	return h.step(ctx, op, actor, edition, func(c *change, p *store.Proposal) error {
		switch {
		case p.Hash != hash:
			return &privacy.Error{Code: privacy.Conflict, Field: "sha256", Name: p.Hash, Problem: "edition.other_pack"}
		case p.Author == actor.ID():
			return &privacy.Error{Code: privacy.Forbidden, Problem: "edition.own_draft"}
		case p.State == StateReviewed && p.Reviewer == actor.ID():
			return nil
		case p.State != StateDraft:
			return state(p)
		}
		p.State, p.Reviewer, p.Reviewed = StateReviewed, actor.ID(), c.now
		return c.putProposal(ledger.EditionReviewed, p, nil)
	})
}

// Discard takes back an edition that is not in force yet. Those who were told of
// it see that it will not come.
func (h *Holder) Discard(ctx context.Context, actor privacy.Actor, edition privacy.EditionID) (Proposal, error) {
	const op = "holder.Discard"
	return h.step(ctx, op, actor, edition, func(c *change, p *store.Proposal) error {
		if p.State == StatePublished || p.State == StateWithdrawn {
			return state(p)
		}
		p.State = StateWithdrawn
		return c.putProposal(ledger.EditionWithdrawn, p, nil)
	})
}

// Announcement says how and when an edition is to come into force.
type Announcement struct {
	Mode    string    // lawful when empty
	InForce time.Time // the earliest lawful day when zero
}

// Announce makes a reviewed edition known. The lawful mode, which is the rule,
// tells every subject and waits at least a month; the literal mode switches at
// once and is open only to what the comparison calls wording or narrower. The
// very first edition is in force at once. (policy 6.3, 6.4a; DC-114 p.5; law I2, I3)
func (h *Holder) Announce(ctx context.Context, actor privacy.Actor, edition privacy.EditionID, a Announcement) (Proposal, error) {
	const op = "holder.Announce"
	return h.step(ctx, op, actor, edition, func(c *change, p *store.Proposal) error {
		if p.State != StateReviewed {
			return state(p)
		}
		src, err := c.proposed(p)
		if err != nil {
			return err
		}
		if err := c.fit(src, p.Hash); err != nil {
			return err
		}
		p.State, p.Announced, p.InForce = StateAnnounced, c.now, a.InForce
		switch {
		case c.ed == nil:
			p.Mode, p.InForce = ModeFirst, c.now
		case a.Mode == ModeLiteral:
			p.Mode = ModeLiteral
			if err := notWider(c.ed.content(), src); err != nil {
				return err
			}
			if p.InForce.Before(c.now) {
				p.InForce = c.now
			}
		case a.Mode == "" || a.Mode == ModeLawful:
			p.Mode = ModeLawful
			if err := c.plan(p, src); err != nil {
				return err
			}
		default:
			return &privacy.Error{Code: privacy.BadValue, Field: "mode", Problem: "edition.mode"}
		}
		if err := c.putProposal(ledger.EditionAnnounced, p, src); err != nil {
			return err
		}
		if !p.InForce.After(c.now) {
			return c.enact(p, src)
		}
		if p.Mode == ModeLawful {
			if err := c.duty(DutyTell, edition, c.now); err != nil {
				return err
			}
		}
		return c.duty(DutySwitch, edition, p.InForce)
	})
}

// plan sets the day of a lawful change, or says what is the earliest.
func (c *change) plan(p *store.Proposal, src *Source) error {
	earliest, err := c.ed.due(deadlineChange, c.now)
	if err != nil {
		return err
	}
	if src.Rules.InForce != "publication" && p.InForce.IsZero() { // policy 6.4a: the edition may name its own day
		day, err := time.ParseInLocation(time.DateOnly, src.Rules.InForce, law.Bishkek)
		if err != nil {
			return &privacy.Error{Code: privacy.Invalid, Field: "in_force", Err: err}
		}
		p.InForce = day.UTC()
	}
	if p.InForce.IsZero() {
		if earliest, err = c.ed.due(deadlineChange, c.now.Add(telling)); err != nil {
			return err
		}
		p.InForce = earliest
	}
	if p.InForce.Before(earliest) {
		return &privacy.Error{Code: privacy.Refused, Field: "in_force", Clause: "6.3", Name: earliest.Format(time.RFC3339), Problem: "edition.too_soon"}
	}
	return nil
}

// Proposals lists the editions on their way and those that went it. Officers
// and auditors see them; others see what was announced.
func (h *Holder) Proposals(ctx context.Context, actor privacy.Actor) ([]Proposal, error) {
	const op = "holder.Proposals"
	all := actor.Acts(privacy.ActorOfficer, privacy.ActorAuditor)
	var out []Proposal
	err := h.Store.View(ctx, func(v store.View) error {
		rows, err := v.Proposals(ctx)
		if err != nil {
			return err
		}
		out = []Proposal{}
		for i := range rows {
			if all || rows[i].State == StateAnnounced {
				out = append(out, proposalOf(&rows[i]))
			}
		}
		return nil
	})
	return out, fail(op, err)
}

// step is one change of a proposal.
func (h *Holder) step(ctx context.Context, op string, actor privacy.Actor, edition privacy.EditionID, fn func(*change, *store.Proposal) error) (Proposal, error) {
	if err := person(&actor); err != nil {
		return Proposal{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Proposal, error) {
		p, err := c.proposal(edition)
		if err != nil {
			return Proposal{}, err
		}
		err = fn(c, &p)
		return proposalOf(&p), err
	})
}

// person refuses everybody but an officer with a name: two of them must stand
// behind an edition.
func person(a *privacy.Actor) error {
	if !a.Acts(privacy.ActorOfficer) || a.ID() == "" {
		return &privacy.Error{Code: privacy.Forbidden}
	}
	return nil
}

// state says that a proposal is not where it would have to be.
func state(p *store.Proposal) error {
	return &privacy.Error{Code: privacy.Conflict, Name: p.State, Problem: "edition.state"}
}

func (c *change) proposal(id privacy.EditionID) (store.Proposal, error) {
	return proposalIn(c.ctx, c.Tx, id)
}

func proposalIn(ctx context.Context, v store.View, id privacy.EditionID) (store.Proposal, error) {
	rows, err := v.Proposals(ctx)
	if err != nil {
		return store.Proposal{}, err
	}
	for _, p := range rows {
		if p.Edition == id {
			return p, nil
		}
	}
	return store.Proposal{}, store.ErrNotFound
}

// proposed reads the pack of a proposal.
func (c *change) proposed(p *store.Proposal) (*Source, error) {
	return c.h.book.proposed(c.ctx, c.Tx, p)
}

// putProposal keeps a proposal and records what became of it.
func (c *change) putProposal(kind ledger.Kind, p *store.Proposal, src *Source) error {
	if err := c.PutProposal(c.ctx, *p, nil); err != nil {
		return err
	}
	if src == nil {
		var err error
		if src, err = c.proposed(p); err != nil {
			return err
		}
	}
	_, err := c.recordEdition(kind, p, src, nil)
	return err
}

// recordEdition records what became of an edition, with the hashes of its pack
// and of its three texts.
func (c *change) recordEdition(kind ledger.Kind, p *store.Proposal, src *Source, set func(*ledger.Event)) (store.EventRow, error) {
	return c.record(kind, func(e *ledger.Event) {
		e.Ref, e.Clause, e.Effective = string(p.Edition), "6.3", ledger.Stamp(p.InForce)
		if p.InForce.IsZero() {
			e.Effective = time.Time{}
		}
		e.Detail = map[string]string{"pack": p.Hash}
		if p.Mode != "" {
			e.Detail["mode"] = p.Mode
		}
		for lang, text := range src.Texts {
			e.Detail["text_"+string(lang)] = text.SHA256
		}
		if set != nil {
			set(e)
		}
	})
}

// duty queues the one duty of a kind about an edition.
func (c *change) duty(kind string, edition privacy.EditionID, due time.Time) error {
	return c.PutDuty(c.ctx, store.Duty{
		Subject: store.HolderID, ID: kind + ":" + string(edition), Kind: kind, Cause: "edition",
		Ref: string(edition), Due: due, Created: c.now,
	})
}
