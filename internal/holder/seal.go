package holder

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// sealBatch is how many events one transaction puts into the tree.
const sealBatch = 2000

// Seal puts the events that wait into the tree and signs the new head. It must
// be run by one worker at a time, which holds the lease for it; it reports how
// many it sealed. (design section 4)
func (h *Holder) Seal(ctx context.Context) (int, error) {
	const op = "holder.Seal"
	n := 0
	err := h.Store.Update(ctx, store.HolderID, func(tx store.Tx) error {
		n = 0
		events, err := tx.Unsealed(ctx, sealBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		head, err := tx.Checkpoint(ctx)
		if err != nil && !isNotFound(err) {
			return err
		}
		leaves := make([]tlog.Hash, len(events))
		for i, e := range events {
			leaves[i] = ledger.LeafHash(e.Bytes)
		}
		stored, root, err := ledger.Append(head.Size, leaves, hashes{ctx, tx})
		if err != nil {
			return err
		}
		now := h.Clock.Now()
		size := head.Size + int64(len(events))
		note, err := ledger.SignCheckpoint(ledger.Checkpoint{Origin: h.Origin, Size: size, Root: root, Time: ledger.Stamp(now)}, h.LedgerKey)
		if err != nil {
			return err
		}
		at, nodes := int64(0), make([][32]byte, len(stored))
		for i, s := range stored {
			if i == 0 {
				at = s.Index
			}
			nodes[i] = s.Hash
		}
		n = len(events)
		return tx.SealLeaves(ctx, head.Size, events, at, nodes, store.Checkpoint{Size: size, Note: note, At: now})
	})
	return n, fail(op, err)
}

// hashes reads tree nodes for the ledger room.
type hashes struct {
	ctx context.Context
	v   store.TreeView
}

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	got, err := h.v.Hashes(h.ctx, indexes)
	if err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(got))
	for i := range got {
		out[i] = tlog.Hash(got[i])
	}
	return out, nil
}

// Checkpoint gives the latest signed head of the tree. Anybody may have it.
func (h *Holder) Checkpoint(ctx context.Context) (string, error) {
	var note string
	err := h.Store.View(ctx, func(v store.View) error {
		c, err := v.Checkpoint(ctx)
		note = c.Note
		return err
	})
	return note, fail("holder.Checkpoint", err)
}

// ProveEvent gives the proof that an event of the subject stands in the tree;
// Conflict while it is not sealed yet, which takes about a second.
func (h *Holder) ProveEvent(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, event privacy.EventID) ([]byte, error) {
	const op = "holder.ProveEvent"
	var out []byte
	err := h.Store.View(ctx, func(v store.View) error {
		if subject == store.HolderID && actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative, privacy.ActorPartner, privacy.ActorAnalyst) {
			return store.ErrNotFound // what the Holder does besides is for those who look after it
		}
		if subject != store.HolderID {
			if err := mayKnow(ctx, v, &actor, subject); err != nil {
				return err
			}
		}
		row, err := v.Event(ctx, subject, event)
		if err != nil {
			return err
		}
		n, err := v.Leaf(ctx, event)
		if isNotFound(err) {
			return &privacy.Error{Code: privacy.Conflict, Problem: "event.unsealed"}
		}
		if err != nil {
			return err
		}
		head, err := v.Checkpoint(ctx)
		if err != nil {
			return err
		}
		proof, err := ledger.ProveEvent(row.Bytes, n, head.Note, h.LedgerVKey, hashes{ctx, v})
		if err != nil {
			return err
		}
		out, err = json.Marshal(proof)
		return err
	})
	return out, fail(op, err)
}

// Export writes the whole sealed ledger, which is verified offline with nothing
// but the public key. Its memory does not grow with the ledger.
func (h *Holder) Export(ctx context.Context, w io.Writer) (int64, error) {
	const op = "holder.Export"
	out := bufio.NewWriterSize(w, 1<<20)
	x, err := ledger.NewExportWriter(out, h.LedgerVKey)
	if err != nil {
		return 0, fail(op, err)
	}
	var n int64
	err = h.Store.View(ctx, func(v store.View) error {
		n = 0
		var points []store.Checkpoint
		for {
			rows, err := v.Leaves(ctx, n, 1000)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, row := range rows {
				if err := x.Event(ledger.LeafHash(row.Bytes), row.Bytes); err != nil {
					return err
				}
				n = row.N + 1
				if len(points) == 0 {
					if points, err = v.Checkpoints(ctx, n, 500); err != nil {
						return err
					}
				}
				for len(points) > 0 && points[0].Size <= n {
					if points[0].Size == n {
						if err := x.Checkpoint(points[0].Note); err != nil {
							return err
						}
					}
					points = points[1:]
				}
			}
		}
	})
	if err != nil {
		return n, fail(op, err)
	}
	if err := x.End(); err != nil {
		return n, fail(op, err)
	}
	return n, fail(op, out.Flush())
}
