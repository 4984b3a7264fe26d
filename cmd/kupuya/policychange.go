package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
)

// personFlag says who stands behind a step. Two different people are needed.
type personFlag struct {
	As string `help:"Your name as the ledger is to know it: a short pseudonym, such as officer-1." required:"" placeholder:"NAME"`
}

func (f *personFlag) officer() privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorOfficer, ID: f.As, Channel: privacy.ChannelSystem,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
}

type policyDraftCmd struct {
	packFlag
	storeFlags
	personFlag
}

// Run puts a pack forward; the same pack again changes nothing.
func (c *policyDraftCmd) Run(s streams) error {
	data, err := c.archive()
	if err != nil {
		return &exit{1, err}
	}
	return c.step(s, func(ctx context.Context, h *house) (holder.Proposal, error) {
		return h.Draft(ctx, c.officer(), data)
	})
}

type policyReviewCmd struct {
	editionArg
	storeFlags
	personFlag
	SHA256 string `name:"sha256" help:"Of the pack that you reviewed, as drafting printed it." required:"" placeholder:"HASH"`
}

type editionArg struct {
	Edition string `arg:"" help:"Id of the edition, such as mega24/2026-2."`
}

// Run says that somebody else found the draft fit.
func (c *policyReviewCmd) Run(s streams) error {
	return c.step(s, func(ctx context.Context, h *house) (holder.Proposal, error) {
		return h.Review(ctx, c.officer(), privacy.EditionID(c.Edition), c.SHA256)
	})
}

type policyAnnounceCmd struct {
	editionArg
	storeFlags
	personFlag
	Mode    string    `help:"lawful: everybody is told at least a month ahead and may refuse. literal: at once and without notice, only where nothing grows wider." enum:"lawful,literal" default:"lawful"`
	InForce time.Time `help:"Day on which it comes into force; the earliest lawful one when left out." format:"2006-01-02" placeholder:"2027-01-31"`
}

// Run announces; the first edition of a store is in force at once.
func (c *policyAnnounceCmd) Run(s streams) error {
	return c.step(s, func(ctx context.Context, h *house) (holder.Proposal, error) {
		a := holder.Announcement{Mode: c.Mode}
		if !c.InForce.IsZero() {
			a.InForce = c.InForce.Add(-6 * time.Hour) // midnight of Bishkek
		}
		return h.Announce(ctx, c.officer(), privacy.EditionID(c.Edition), a)
	})
}

type policyDiscardCmd struct {
	editionArg
	storeFlags
	personFlag
}

// Run takes back an edition that is not in force yet.
func (c *policyDiscardCmd) Run(s streams) error {
	return c.step(s, func(ctx context.Context, h *house) (holder.Proposal, error) {
		return h.Discard(ctx, c.officer(), privacy.EditionID(c.Edition))
	})
}

type policyStatusCmd struct {
	storeFlags
	Count bool `help:"Count too how everybody stands to each edition."`
}

// Run lists the editions and where each stands.
func (c *policyStatusCmd) Run(s streams) error {
	return c.with(s, func(ctx context.Context, h *house) error {
		all, err := h.Proposals(ctx, officer())
		if err != nil {
			return err
		}
		for i := range all {
			fmt.Fprintln(s.out, line(&all[i]))
		}
		if !c.Count {
			return nil
		}
		counts, err := h.Acceptances(ctx, officer())
		for _, e := range counts.Editions {
			fmt.Fprintf(s.out, "%s: of %d subscribers %d accepted it, %d went on using the service, %d refused it, %d did none of these\n",
				e.Edition, counts.Living, e.Explicit, e.Deemed, e.Refused, e.None)
		}
		return err
	})
}

// step does one step and prints where the edition stands.
func (f *storeFlags) step(s streams, do func(context.Context, *house) (holder.Proposal, error)) error {
	return f.with(s, func(ctx context.Context, h *house) error {
		p, err := do(ctx, h)
		if err == nil {
			fmt.Fprintln(s.out, line(&p))
		}
		return err
	})
}

// with opens the store for one piece of work.
func (f *storeFlags) with(s streams, do func(context.Context, *house) error) error {
	ctx := context.Background()
	h, err := f.open(ctx, telemetry.Logger(s.err, level(f.LogLevel)))
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, h), h.Close())
}

// line is an edition on its way, in one line.
func line(p *holder.Proposal) string {
	out := fmt.Sprintf("%s %s", p.Edition, p.State)
	switch p.State {
	case holder.StatePublished:
		out += " in force since " + p.InForce.Format(time.RFC3339)
	case holder.StateAnnounced:
		out += fmt.Sprintf(" in force from %s, %d told", p.InForce.Format(time.RFC3339), p.Told)
	}
	if p.Mode != "" {
		out += ", " + p.Mode
	}
	out += ", drafted by " + p.Author
	if p.Reviewer != "" {
		out += ", reviewed by " + p.Reviewer
	}
	return out + ", sha256 " + p.Hash
}
