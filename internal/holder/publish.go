package holder

import (
	"context"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Document is an edition as people read it.
type Document struct {
	Edition    privacy.EditionID
	Hash       string
	Published  time.Time // zero while it is only announced
	InForce    time.Time // planned, while it is only announced
	Superseded time.Time // zero while nothing is known to end it; planned, where a later edition is announced
	Mode       string    // how it came, or is to come, into force
	Rules      *policy.Rules
	Texts      map[privacy.Lang]policy.Text
}

// Current gives the edition in force. It needs no actor: everybody may read it.
// (policy 1.3)
func (h *Holder) Current(ctx context.Context) (Document, error) {
	var doc Document
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		doc, err = h.document(ctx, v, ed)
		return err
	})
	return doc, fail("holder.Current", err)
}

// Edition gives any edition that was published or announced: what will bind
// people they may read before. (policy 1.3; DC-114 p.2)
func (h *Holder) Edition(ctx context.Context, id privacy.EditionID) (Document, error) {
	var doc Document
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.byID(ctx, v, id)
		if privacy.CodeOf(err) == privacy.NotFound {
			doc, err = h.coming(ctx, v, id)
			return err
		}
		if err != nil {
			return err
		}
		doc, err = h.document(ctx, v, ed)
		return err
	})
	return doc, fail("holder.Edition", err)
}

func (h *Holder) document(ctx context.Context, v store.View, ed *edition) (Document, error) {
	rows, err := h.editions(ctx, v)
	if err != nil {
		return Document{}, err
	}
	doc := Document{
		Edition: ed.ID(), Hash: ed.Hash(), Published: ed.published, InForce: ed.InForce(),
		Rules: ed.Rules(), Texts: ed.texts,
	}
	for i := range rows {
		if rows[i].ID != ed.ID() {
			continue
		}
		doc.Mode = rows[i].Mode
		if i+1 < len(rows) {
			doc.Superseded = rows[i+1].InForce
		}
	}
	return doc, nil
}

// coming is an edition that is announced and not in force yet.
func (h *Holder) coming(ctx context.Context, v store.View, id privacy.EditionID) (Document, error) {
	p, err := proposalIn(ctx, v, id)
	if err != nil {
		return Document{}, err
	}
	if p.State != StateAnnounced {
		return Document{}, store.ErrNotFound
	}
	src, err := h.book.proposed(ctx, v, &p)
	if err != nil {
		return Document{}, err
	}
	return Document{Edition: id, Hash: p.Hash, InForce: p.InForce, Mode: p.Mode, Rules: &src.Rules, Texts: src.Texts}, nil
}

// EditionRow is an edition in the list of them.
type EditionRow struct {
	ID        privacy.EditionID
	Hash      string
	Published time.Time // zero while it is only announced
	InForce   time.Time // planned, while it is only announced
	Mode      string
}

// Editions lists what was published, oldest first, and then what is announced.
func (h *Holder) Editions(ctx context.Context) ([]EditionRow, error) {
	var rows []EditionRow
	err := h.Store.View(ctx, func(v store.View) (err error) {
		rows, err = h.editions(ctx, v)
		return err
	})
	return rows, fail("holder.Editions", err)
}

func (h *Holder) editions(ctx context.Context, v store.View) ([]EditionRow, error) {
	published, err := v.Editions(ctx)
	if err != nil {
		return nil, err
	}
	proposals, err := v.Proposals(ctx)
	if err != nil {
		return nil, err
	}
	modes := map[privacy.EditionID]string{}
	for _, p := range proposals {
		modes[p.Edition] = p.Mode
	}
	var rows []EditionRow
	for _, e := range published {
		rows = append(rows, EditionRow{e.ID, e.Hash, e.Published, e.InForce, modes[e.ID]})
	}
	for _, p := range proposals {
		if p.State == StateAnnounced {
			rows = append(rows, EditionRow{p.Edition, p.Hash, time.Time{}, p.InForce, p.Mode})
		}
	}
	return rows, nil
}
