package ledger

import (
	"crypto/sha256"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// HashStore is where the hashes of the tree are kept.
type HashStore interface {
	// ReadHashes returns the hashes stored under the indexes, in the same order and number, or an error. The
	// numbering is that of tlog.StoredHashIndex.
	ReadHashes(indexes []int64) ([]tlog.Hash, error)
}

// StoredHash is one hash to be kept, under the number by which HashStore will be asked for it.
type StoredHash struct {
	// Index is dense: a tree of n events has the indexes 0 to tlog.StoredHashCount(n)-1.
	Index int64
	// Hash is a leaf hash or the hash of a complete subtree.
	Hash tlog.Hash
}

// Frontier is the right edge of a Merkle tree (RFC 6962): the complete subtrees that make it up, at most one of each
// height. It is all that is needed to append and to know the root. The zero Frontier is the empty tree; a copy
// is independent of the original.
type Frontier struct {
	size int64
	edge [54]tlog.Hash // edge[h] counts when bit h of size is set; maxSize is 1<<53
}

// Size is the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Append adds one leaf hash.
func (f *Frontier) Append(leaf tlog.Hash) { f.grow(leaf, func(tlog.Hash) {}) }

// grow adds a leaf and tells each hash that this completes, the leaf's own first.
func (f *Frontier) grow(leaf tlog.Hash, complete func(tlog.Hash)) {
	complete(leaf)
	h, level := leaf, 0
	for ; f.size>>level&1 == 1; level++ {
		h = tlog.NodeHash(f.edge[level], h)
		complete(h)
	}
	f.edge[level] = h
	f.size++
}

// Root is the root of the tree; of the empty tree it is the hash of nothing, as in RFC 6962.
func (f *Frontier) Root() tlog.Hash {
	root, started := tlog.Hash(sha256.Sum256(nil)), false
	for level := 0; f.size>>level > 0; level++ {
		switch {
		case f.size>>level&1 == 0:
		case started:
			root = tlog.NodeHash(f.edge[level], root)
		default:
			root, started = f.edge[level], true
		}
	}
	return root
}

// LoadFrontier reads the right edge of a tree of the given size with one call to r, for at most log2(size)+1 hashes.
func LoadFrontier(size int64, r HashStore) (Frontier, error) {
	if size < 0 || size > maxSize {
		return Frontier{}, fmt.Errorf("ledger: no tree has %d leaves", size)
	}
	f := Frontier{size: size}
	var levels []int
	var indexes []int64
	for level := 0; size>>level > 0; level++ {
		if size>>level&1 == 1 {
			levels = append(levels, level)
			indexes = append(indexes, tlog.StoredHashIndex(level, size>>level-1))
		}
	}
	if len(indexes) == 0 {
		return f, nil
	}
	hashes, err := r.ReadHashes(indexes)
	if err != nil {
		return Frontier{}, fmt.Errorf("ledger: reading the edge of the tree: %w", err)
	}
	if len(hashes) != len(indexes) {
		return Frontier{}, fmt.Errorf("ledger: asked for %d hashes of the tree, got %d", len(indexes), len(hashes))
	}
	for i, level := range levels {
		f.edge[level] = hashes[i]
	}
	return f, nil
}

// Append computes what it takes to add leaves to a tree of the given size: the hashes to keep, in ascending order of
// Index, and the root of the grown tree. It reads the right edge once, so a batch costs one call to r and two hashes
// per leaf. It remembers nothing between calls: a transaction that is rolled back leaves nothing wrong behind.
func Append(size int64, leaves []tlog.Hash, r HashStore) (stored []StoredHash, root tlog.Hash, err error) {
	f, err := LoadFrontier(size, r)
	if err != nil {
		return nil, tlog.Hash{}, err
	}
	next := tlog.StoredHashCount(size)
	stored = make([]StoredHash, 0, tlog.StoredHashCount(size+int64(len(leaves)))-next)
	for _, leaf := range leaves {
		f.grow(leaf, func(h tlog.Hash) {
			stored = append(stored, StoredHash{Index: next, Hash: h})
			next++
		})
	}
	return stored, f.Root(), nil
}
