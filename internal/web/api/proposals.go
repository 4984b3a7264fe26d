package api

import (
	"context"
	"encoding/base64"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

type proposalOutput struct{ Body holder.Proposal }

type proposalsOutput struct {
	Body struct {
		Proposals []holder.Proposal `json:"proposals"`
	}
}

func (a *API) listProposals(ctx context.Context, _ *struct{}) (*proposalsOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out := &proposalsOutput{}
	out.Body.Proposals, err = a.holder.Proposals(ctx, who)
	return out, err
}

func (a *API) draftEdition(ctx context.Context, in *struct {
	Body struct {
		Pack string `json:"pack" doc:"The pack's archive, in base64; kupuya policy pack makes it"`
	}
},
) (*proposalOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	pack, err := base64.StdEncoding.DecodeString(in.Body.Pack)
	if err != nil {
		return nil, &privacy.Error{Code: privacy.Invalid, Field: "pack", Problem: "json.form"}
	}
	out, err := a.holder.Draft(ctx, who, pack)
	return &proposalOutput{out}, err
}

// ProposalInput names an edition on its way.
type ProposalInput struct {
	Pack    string `path:"pack" example:"mega24" doc:"First part of the edition's id"`
	Edition string `path:"edition" example:"2026-2" doc:"Second part"`
}

func (in *ProposalInput) id() privacy.EditionID {
	return privacy.EditionID(in.Pack + "/" + in.Edition)
}

func (a *API) reviewEdition(ctx context.Context, in *struct {
	ProposalInput
	Body struct {
		SHA256 string `json:"sha256" doc:"Of the pack that was reviewed"`
	}
},
) (*proposalOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Review(ctx, who, in.id(), in.Body.SHA256)
	return &proposalOutput{out}, err
}

func (a *API) announceEdition(ctx context.Context, in *struct {
	ProposalInput
	Body struct {
		Mode    string     `json:"mode,omitempty" doc:"lawful, which is the rule, or literal, only for a change that widens nothing"`
		InForce *time.Time `json:"in_force_at,omitempty" doc:"The earliest lawful day when left out"`
	}
},
) (*proposalOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	ann := holder.Announcement{Mode: in.Body.Mode}
	if in.Body.InForce != nil {
		ann.InForce = *in.Body.InForce
	}
	out, err := a.holder.Announce(ctx, who, in.id(), ann)
	return &proposalOutput{out}, err
}

func (a *API) discardEdition(ctx context.Context, in *ProposalInput) (*proposalOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Discard(ctx, who, in.id())
	return &proposalOutput{out}, err
}

type acceptancesOutput struct{ Body holder.Acceptances }

// acceptances counts, for every edition, who accepted it, went on, refused it or
// did neither; the four add up to everybody. (policy 6.1, 6.2a)
func (a *API) acceptances(ctx context.Context, _ *struct{}) (*acceptancesOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Acceptances(ctx, who)
	return &acceptancesOutput{out}, err
}
