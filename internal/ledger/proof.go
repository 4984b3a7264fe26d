package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrProof is the error for a proof that does not prove what it claims.
var ErrProof = errors.New("ledger: the proof does not hold")

// ProveInclusion gives the hashes that lead from the event at index to the root of the tree of that size.
func ProveInclusion(size, index int64, r HashStore) ([]tlog.Hash, error) {
	if index < 0 || index >= size || size > maxSize {
		return nil, fmt.Errorf("%w: no event %d among %d", ErrProof, index, size)
	}
	return tlog.ProveRecord(size, index, r)
}

// CheckInclusion checks that the tree with this size and root has leaf at index; ErrProof if it cannot be seen.
func CheckInclusion(hashes []tlog.Hash, size int64, root tlog.Hash, index int64, leaf tlog.Hash) error {
	if index < 0 || index >= size || size > maxSize || tlog.CheckRecord(hashes, size, root, index, leaf) != nil {
		return ErrProof
	}
	return nil
}

// ProveConsistency gives the hashes that show the tree of the old size to be the beginning of the tree of size.
// Old must be at least 1: every tree begins with the empty one.
func ProveConsistency(size, old int64, r HashStore) ([]tlog.Hash, error) {
	if old < 1 || old > size || size > maxSize {
		return nil, fmt.Errorf("%w: no growth from %d to %d", ErrProof, old, size)
	}
	return tlog.ProveTree(size, old, r)
}

// CheckConsistency checks that the tree with this size and root begins with the old one; ErrProof if it cannot be seen.
func CheckConsistency(hashes []tlog.Hash, size int64, root tlog.Hash, old int64, oldRoot tlog.Hash) error {
	if old < 1 || old > size || size > maxSize || tlog.CheckTree(hashes, size, root, old, oldRoot) != nil {
		return ErrProof
	}
	return nil
}

// ProofKind says what a Proof shows.
type ProofKind string

// The kinds of proof.
const (
	// Inclusion shows that an event is in the ledger.
	Inclusion ProofKind = "inclusion"
	// Consistency shows that the ledger only grew between two checkpoints.
	Consistency ProofKind = "consistency"
)

// Proof is a proof that stands alone: with it and the public key anybody can run VerifyProof. Its JSON form is what
// encoding/json makes of it.
type Proof struct {
	// Kind says which of the members below are there.
	Kind ProofKind `json:"kind"`
	// Index is the position of the event, from 0; of an inclusion.
	Index int64 `json:"index,omitzero"`
	// Size is the size of Checkpoint.
	Size int64 `json:"size"`
	// OldSize is the size of OldCheckpoint; of a consistency.
	OldSize int64 `json:"old_size,omitzero"`
	// Hashes are the hashes of RFC 6962, in base64.
	Hashes []tlog.Hash `json:"hashes"`
	// Checkpoint is the signed note of the tree the proof leads to.
	Checkpoint string `json:"checkpoint"`
	// OldCheckpoint is the signed note of the earlier tree; of a consistency.
	OldCheckpoint string `json:"old_checkpoint,omitzero"`
	// Event is the canonical event; of an inclusion.
	Event json.RawMessage `json:"event,omitzero"`
}

// ProveEvent makes the proof that the event with these canonical bytes stands at index in the tree that checkpoint
// signs. The proof is checked before it is given.
func ProveEvent(canonical []byte, index int64, checkpoint, vkey string, r HashStore) (Proof, error) {
	c, err := OpenCheckpoint(checkpoint, vkey)
	if err != nil {
		return Proof{}, err
	}
	hashes, err := ProveInclusion(c.Size, index, r)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Kind: Inclusion, Index: index, Size: c.Size, Hashes: hashes, Checkpoint: checkpoint, Event: canonical}
	return p, p.verify(vkey)
}

// ProveGrowth makes the proof that the tree of the checkpoint old is the beginning of the tree of checkpoint. The
// proof is checked before it is given.
func ProveGrowth(old, checkpoint, vkey string, r HashStore) (Proof, error) {
	from, err := OpenCheckpoint(old, vkey)
	if err != nil {
		return Proof{}, err
	}
	to, err := OpenCheckpoint(checkpoint, vkey)
	if err != nil {
		return Proof{}, err
	}
	hashes, err := ProveConsistency(to.Size, from.Size, r)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Kind: Consistency, Size: to.Size, OldSize: from.Size, Hashes: hashes, Checkpoint: checkpoint, OldCheckpoint: old}
	return p, p.verify(vkey)
}

// VerifyProof reads a proof and checks every claim in it against the public key. White space between the members is
// passed over; an unknown or repeated member is not. The error is ErrProof, ErrSignature, ErrCheckpoint, ErrKey,
// or one of Parse.
func VerifyProof(proofJSON []byte, vkey string) (Proof, error) {
	var given bytes.Buffer
	if err := json.Compact(&given, proofJSON); err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	var p Proof
	if err := json.Unmarshal(given.Bytes(), &p); err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	again, err := json.Marshal(p)
	if err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if !bytes.Equal(given.Bytes(), again) {
		return Proof{}, fmt.Errorf("%w: unknown, repeated or misspelled members", ErrProof)
	}
	if err := p.verify(vkey); err != nil {
		return Proof{}, err
	}
	return p, nil
}

func (p *Proof) verify(vkey string) error {
	c, err := OpenCheckpoint(p.Checkpoint, vkey)
	if err != nil {
		return err
	}
	if c.Size != p.Size {
		return fmt.Errorf("%w: the checkpoint has another size", ErrProof)
	}
	switch p.Kind {
	case Inclusion:
		if p.OldSize != 0 || p.OldCheckpoint != "" {
			return fmt.Errorf("%w: an inclusion has no earlier tree", ErrProof)
		}
		if _, err := Parse(p.Event); err != nil {
			return err
		}
		return CheckInclusion(p.Hashes, c.Size, c.Root, p.Index, LeafHash(p.Event))
	case Consistency:
		if p.Index != 0 || p.Event != nil {
			return fmt.Errorf("%w: a consistency has no event", ErrProof)
		}
		old, err := OpenCheckpoint(p.OldCheckpoint, vkey)
		if err != nil {
			return err
		}
		if old.Size != p.OldSize {
			return fmt.Errorf("%w: the earlier checkpoint has another size", ErrProof)
		}
		return CheckConsistency(p.Hashes, c.Size, c.Root, old.Size, old.Root)
	}
	return fmt.Errorf("%w: unknown kind", ErrProof)
}
