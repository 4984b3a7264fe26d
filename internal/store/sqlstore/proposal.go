package sqlstore

import (
	"context"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Proposals is as store.View has it.
func (v *view) Proposals(ctx context.Context) ([]store.Proposal, error) {
	return list(ctx, v, func(s scan, p *store.Proposal) error {
		return s((*string)(&p.Edition), &p.Hash, &p.State, &p.Mode, &p.Author, &p.Reviewer, at(&p.Drafted), at(&p.Reviewed),
			at(&p.Announced), at(&p.InForce), (*string)(&p.Cursor), &p.Told, at(&p.ToldAt))
	}, `SELECT edition, hash, state, mode, author, reviewer, drafted, reviewed, announced, in_force, told_to, told, told_at
		FROM proposal ORDER BY drafted, edition`)
}

// ProposalPack is as store.View has it.
func (v *view) ProposalPack(ctx context.Context, id privacy.EditionID) ([]byte, error) {
	var pack []byte
	err := v.one(ctx, []any{&pack}, `SELECT pack FROM proposal WHERE edition = $1`, id)
	return pack, err
}

// PutProposal is as store.Tx has it.
func (t *tx) PutProposal(ctx context.Context, p store.Proposal, pack []byte) error {
	args := []any{
		p.Edition, p.Hash, p.State, p.Mode, p.Author, p.Reviewer, ms(p.Drafted), ms(p.Reviewed),
		ms(p.Announced), ms(p.InForce), p.Cursor, p.Told, ms(p.ToldAt),
	}
	if pack == nil {
		changed, err := t.change(ctx, `UPDATE proposal SET hash = $2, state = $3, mode = $4, author = $5, reviewer = $6, drafted = $7,
			reviewed = $8, announced = $9, in_force = $10, told_to = $11, told = $12, told_at = $13 WHERE edition = $1`, args...)
		if err == nil && changed == 0 {
			err = store.ErrNotFound
		}
		return err
	}
	return t.later(ctx, `INSERT INTO proposal (edition, hash, state, mode, author, reviewer, drafted, reviewed, announced, in_force,
		told_to, told, told_at, pack) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (edition) DO UPDATE SET hash = excluded.hash, state = excluded.state, mode = excluded.mode,
		author = excluded.author, reviewer = excluded.reviewer, drafted = excluded.drafted, reviewed = excluded.reviewed,
		announced = excluded.announced, in_force = excluded.in_force, told_to = excluded.told_to, told = excluded.told,
		told_at = excluded.told_at, pack = excluded.pack`, append(args, pack)...)
}
