package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// plainRoot is the definition of RFC 6962 section 2.1, word for word.
func plainRoot(leaves []tlog.Hash) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		left, right := plainRoot(leaves[:k]), plainRoot(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

func testLeaves(n int) []tlog.Hash {
	leaves := make([]tlog.Hash, n)
	for i := range leaves {
		leaves[i] = LeafHash([]byte(fmt.Sprint("leaf ", i)))
	}
	return leaves
}

// grown is the store of a tree over leaves, filled one leaf at a time.
func grown(t testing.TB, leaves []tlog.Hash) memory {
	t.Helper()
	var m memory
	for n, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(n), leaf, m)
		if err != nil {
			t.Fatal(err)
		}
		m = append(m, hashes...)
	}
	return m
}

func TestRootsAreThoseOfCertificateTransparency(t *testing.T) {
	t.Parallel()
	// The test vectors every implementation of RFC 6962 uses: leaves, and the root after each.
	vectors := []struct{ leaf, root string }{
		{"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
		{"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
		{"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
		{"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
		{"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
		{"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
		{"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
		{"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
	}
	var f Frontier
	if root := f.Root(); hex.EncodeToString(root[:]) != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("the empty tree has the root %x", root)
	}
	for n, v := range vectors {
		leaf, err := hex.DecodeString(v.leaf)
		if err != nil {
			t.Fatal(err)
		}
		f.Append(LeafHash(leaf))
		if root := f.Root(); hex.EncodeToString(root[:]) != v.root || f.Size() != int64(n+1) {
			t.Errorf("after %d leaves the root is %x, want %s", n+1, root, v.root)
		}
	}
}

func TestTreeEqualsTheDefinitionAtEverySize(t *testing.T) {
	t.Parallel()
	leaves := testLeaves(300)
	store := grown(t, leaves)
	var f Frontier
	for n := range 301 {
		want := plainRoot(leaves[:n])
		if f.Root() != want || f.Size() != int64(n) {
			t.Fatalf("the frontier has another root at size %d", n)
		}
		loaded, err := LoadFrontier(int64(n), store)
		if err != nil || loaded.Root() != want {
			t.Fatalf("the loaded frontier has another root at size %d: %v", n, err)
		}
		if n < 300 {
			copied := f
			f.Append(leaves[n])
			if copied.Root() != want {
				t.Fatalf("appending to a frontier changed a copy of it at size %d", n)
			}
		}
	}
}

// countingStore counts what is read, and fails at a given call.
type countingStore struct {
	memory
	calls, hashes, failAt int
}

var errStore = errors.New("the store is down")

func (c *countingStore) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	c.calls++
	c.hashes += len(indexes)
	if c.calls == c.failAt {
		return nil, errStore
	}
	return c.memory.ReadHashes(indexes)
}

func TestAppendInBatchesStoresWhatOneByOneStores(t *testing.T) {
	t.Parallel()
	leaves := testLeaves(300)
	want := grown(t, leaves)
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		store := &countingStore{}
		for size := 0; size < len(leaves); {
			batch := min(random.IntN(70), len(leaves)-size)
			*store = countingStore{memory: store.memory}
			stored, root, err := Append(int64(size), leaves[size:size+batch], store)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range stored {
				if s.Index != int64(len(store.memory)) || s.Hash != want[s.Index] {
					t.Fatalf("the hash at %d differs, or comes out of order", s.Index)
				}
				store.memory = append(store.memory, s.Hash)
			}
			size += batch
			if root != plainRoot(leaves[:size]) {
				t.Fatalf("another root after a batch of %d to size %d", batch, size)
			}
			if store.calls > 1 || store.hashes > 9 {
				t.Fatalf("a batch of %d read %d hashes in %d calls", batch, store.hashes, store.calls)
			}
		}
		if len(store.memory) != len(want) {
			t.Fatalf("stored %d hashes, want %d", len(store.memory), len(want))
		}
	}
}

// shortStore answers with fewer hashes than asked for.
type shortStore struct{}

func (shortStore) ReadHashes([]int64) ([]tlog.Hash, error) { return nil, nil }

func TestAppendGivesNothingWhenTheStoreFails(t *testing.T) {
	t.Parallel()
	leaves := testLeaves(8)
	for name, r := range map[string]HashStore{
		"the store is down":           &countingStore{failAt: 1},
		"the store answers with less": shortStore{},
		"the store has not those":     memory{},
	} {
		if stored, root, err := Append(7, leaves, r); err == nil || stored != nil || root != (tlog.Hash{}) {
			t.Errorf("%s: got %d hashes, %v", name, len(stored), err)
		}
	}
	for _, size := range []int64{-1, maxSize + 1} {
		if _, _, err := Append(size, leaves, memory{}); err == nil {
			t.Errorf("a tree of size %d was taken", size)
		}
	}
}

func TestProofsHoldAtEverySizeAndOnlyForWhatTheyShow(t *testing.T) {
	t.Parallel()
	leaves := testLeaves(40)
	store := grown(t, leaves)
	for size := int64(1); size <= 40; size++ {
		root := plainRoot(leaves[:size])
		for n := range size {
			hashes, err := ProveInclusion(size, n, store)
			if err != nil {
				t.Fatal(err)
			}
			if err := CheckInclusion(hashes, size, root, n, leaves[n]); err != nil {
				t.Errorf("event %d of %d: %v", n, size, err)
			}
			other := (n + 1) % size
			if size > 1 && CheckInclusion(hashes, size, root, n, leaves[other]) == nil {
				t.Errorf("event %d of %d: the proof takes another event", n, size)
			}
			if size > 1 && CheckInclusion(hashes, size, root, other, leaves[n]) == nil {
				t.Errorf("event %d of %d: the proof takes another position", n, size)
			}
			if CheckInclusion(hashes, size, leaves[0], n, leaves[n]) == nil && size > 1 {
				t.Errorf("event %d of %d: the proof takes another root", n, size)
			}
			if CheckInclusion(append(hashes, root), size, root, n, leaves[n]) == nil {
				t.Errorf("event %d of %d: the proof takes a hash too many", n, size)
			}
		}
		for old := int64(1); old <= size; old++ {
			hashes, err := ProveConsistency(size, old, store)
			if err != nil {
				t.Fatal(err)
			}
			oldRoot := plainRoot(leaves[:old])
			if err := CheckConsistency(hashes, size, root, old, oldRoot); err != nil {
				t.Errorf("%d to %d: %v", old, size, err)
			}
			if CheckConsistency(hashes, size, root, old, LeafHash(nil)) == nil {
				t.Errorf("%d to %d: the proof takes another beginning", old, size)
			}
			if CheckConsistency(hashes, size, LeafHash(nil), old, oldRoot) == nil {
				t.Errorf("%d to %d: the proof takes another end", old, size)
			}
		}
	}
}

func TestProofsOfWhatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	store := grown(t, testLeaves(4))
	for _, c := range []struct{ size, n int64 }{{4, -1}, {4, 4}, {0, 0}, {maxSize + 1, 0}, {1<<63 - 1, 3}} {
		if _, err := ProveInclusion(c.size, c.n, store); !errors.Is(err, ErrProof) {
			t.Errorf("inclusion of %d in %d: %v", c.n, c.size, err)
		}
		if err := CheckInclusion(nil, c.size, tlog.Hash{}, c.n, tlog.Hash{}); !errors.Is(err, ErrProof) {
			t.Errorf("checked inclusion of %d in %d: %v", c.n, c.size, err)
		}
	}
	for _, c := range []struct{ size, old int64 }{{4, 0}, {4, -1}, {4, 5}, {maxSize + 1, 1}, {1<<63 - 1, 3}} {
		if _, err := ProveConsistency(c.size, c.old, store); !errors.Is(err, ErrProof) {
			t.Errorf("growth from %d to %d: %v", c.old, c.size, err)
		}
		if err := CheckConsistency(nil, c.size, tlog.Hash{}, c.old, tlog.Hash{}); !errors.Is(err, ErrProof) {
			t.Errorf("checked growth from %d to %d: %v", c.old, c.size, err)
		}
	}
}

func BenchmarkFrontierAppend(b *testing.B) {
	leaf := LeafHash([]byte("leaf"))
	var f Frontier
	b.ReportAllocs()
	for b.Loop() {
		f.Append(leaf)
	}
}
