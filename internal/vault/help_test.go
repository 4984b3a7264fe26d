package vault

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

const (
	anna   privacy.SubjectID = "0193589c-0000-7000-8000-000000000001"
	bakyt  privacy.SubjectID = "0193589c-0000-7000-8000-000000000002"
	nobody privacy.SubjectID = "0193589c-0000-7000-8000-000000000003"
	canary                   = "CANARY-Айгүл-20101199000001"
	phrase                   = "correct horse battery staple"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// memKeys is the least that keeps what store.Keys promises.
type memKeys struct {
	mu   sync.Mutex
	m    map[privacy.SubjectID]store.SubjectKey
	gone []store.Destroyed
	fail error // answer of every call, when set
	// beside is run before a rewrapping or a new seed is kept, after the caller
	// has read what he works on: what others do meanwhile.
	beside func()
	cut    int // the call that fails, counted down; 0 for none
}

func newKeys() *memKeys { return &memKeys{m: map[privacy.SubjectID]store.SubjectKey{}} }

func (k *memKeys) do(fn func() error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return k.fail
	}
	if k.cut--; k.cut == 0 {
		return privacy.E("store", privacy.Unavailable, errCut)
	}
	return fn()
}

var errCut = errors.New("the connection was cut")

// meanwhile lets others do what they do.
func (k *memKeys) meanwhile() {
	if fn := k.beside; fn != nil {
		k.beside = nil
		fn()
		k.beside = fn
	}
}

func (k *memKeys) PutKey(_ context.Context, s store.SubjectKey) error {
	return k.do(func() error {
		if _, ok := k.m[s.Subject]; ok {
			return store.ErrTaken
		}
		k.m[s.Subject] = cloned(s)
		return nil
	})
}

func cloned(s store.SubjectKey) store.SubjectKey {
	s.Wrapped, s.Seeds = bytes.Clone(s.Wrapped), maps.Clone(s.Seeds)
	if s.Seeds == nil {
		s.Seeds = map[privacy.CategoryID][]byte{}
	}
	return s
}

func (k *memKeys) Key(_ context.Context, id privacy.SubjectID) (s store.SubjectKey, err error) {
	err = k.do(func() error {
		have, ok := k.m[id]
		if !ok {
			return store.ErrNotFound
		}
		s = cloned(have)
		return nil
	})
	return s, err
}

func (k *memKeys) PutSeed(_ context.Context, id privacy.SubjectID, wrapped []byte, c privacy.CategoryID, seed []byte) ([]byte, error) {
	k.meanwhile()
	err := k.do(func() error {
		s, ok := k.m[id]
		if !ok {
			return store.ErrNotFound
		}
		if !bytes.Equal(s.Wrapped, wrapped) {
			return store.ErrChanged
		}
		if have, ok := s.Seeds[c]; ok {
			seed = have
		}
		s.Seeds[c] = seed
		return nil
	})
	return seed, err
}

func (k *memKeys) Rewrap(_ context.Context, old, anew store.SubjectKey) error {
	k.meanwhile()
	return k.do(func() error {
		have, ok := k.m[old.Subject]
		if !ok {
			return store.ErrNotFound
		}
		if !bytes.Equal(have.Wrapped, old.Wrapped) || !maps.EqualFunc(have.Seeds, old.Seeds, bytes.Equal) {
			return store.ErrChanged
		}
		anew.Created = have.Created
		k.m[old.Subject] = cloned(anew)
		return nil
	})
}

func (k *memKeys) Old(_ context.Context, epoch, limit int) (ids []privacy.SubjectID, err error) {
	err = k.do(func() error {
		for _, id := range slices.Sorted(maps.Keys(k.m)) {
			clear := false
			for _, seed := range k.m[id].Seeds {
				clear = clear || len(seed) == seedSize
			}
			if (k.m[id].Epoch < epoch || clear) && len(ids) < limit {
				ids = append(ids, id)
			}
		}
		return nil
	})
	return ids, err
}

func (k *memKeys) DestroySeeds(_ context.Context, id privacy.SubjectID, order privacy.EventID, cats ...privacy.CategoryID) error {
	return k.do(func() error {
		for _, c := range cats {
			delete(k.m[id].Seeds, c)
			k.gone = append(k.gone, store.Destroyed{N: int64(len(k.gone) + 1), Subject: id, Category: c, Order: order})
		}
		return nil
	})
}

func (k *memKeys) DestroyKey(_ context.Context, id privacy.SubjectID, order privacy.EventID) error {
	return k.do(func() error {
		delete(k.m, id)
		k.gone = append(k.gone, store.Destroyed{N: int64(len(k.gone) + 1), Subject: id, Order: order})
		return nil
	})
}

func (k *memKeys) Mark(context.Context) (m store.KeysMark, err error) {
	err = k.do(func() error { m = store.KeysMark{ID: "00", N: int64(len(k.gone))}; return nil })
	return m, err
}

func (k *memKeys) Destroyed(_ context.Context, after int64, limit int) (out []store.Destroyed, err error) {
	err = k.do(func() error {
		out = slices.Clone(k.gone[min(after, int64(len(k.gone))):])
		out = out[:min(limit, len(out))]
		return nil
	})
	return out, err
}

func (k *memKeys) Kept(_ context.Context, from, upto privacy.SubjectID) (out map[privacy.SubjectID][]privacy.CategoryID, err error) {
	out = map[privacy.SubjectID][]privacy.CategoryID{}
	err = k.do(func() error {
		for id, s := range k.m {
			if id >= from && id <= upto {
				out[id] = slices.Sorted(maps.Keys(s.Seeds))
			}
		}
		return nil
	})
	return out, err
}

func (k *memKeys) Scrub(context.Context) error { return k.do(func() error { return nil }) }

func (k *memKeys) Ping(context.Context) error { return k.do(func() error { return nil }) }

func (k *memKeys) Close() error { return nil }

// bundle is a vault with what it stands on.
type bundle struct {
	*Vault
	keys *memKeys
	file *Sealed
	path string
}

func newVault(t testing.TB) *bundle {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.age")
	if err := CreateFile(path, phrase, noon, 1); err != nil {
		t.Fatal(err)
	}
	file, err := OpenFile(path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := NewDir(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	keys := newKeys()
	b := &bundle{New(file, file, keys, blobs), keys, file, path}
	for _, id := range []privacy.SubjectID{anna, bakyt} {
		if err := b.Create(t.Context(), id, noon); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// record seals a value as the row that would be kept.
func (b *bundle) record(t testing.TB, id privacy.SubjectID, c privacy.CategoryID, version int, plain string) store.Record {
	t.Helper()
	sealed, commit, err := b.Seal(t.Context(), id, c, version, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return store.Record{Subject: id, Category: c, Version: version, Sealed: sealed, Commit: commit}
}

// anyAct says that every act is in force.
type anyAct struct{}

func (anyAct) Interval(law.ActID) (from, to time.Time, ok bool) {
	return time.Time{}, time.Time{}, true
}

// edition allows every operation on D01, D04 and D08 for P18.
func edition(t testing.TB) *policy.Edition {
	t.Helper()
	cats := []policy.Category{}
	rows := []policy.Row{}
	for _, c := range []privacy.CategoryID{"D01", "D04", "D08"} {
		cats = append(cats, policy.Category{ID: c, Classification: privacy.ClassPersonal})
		rows = append(rows, policy.Row{Category: c})
	}
	e, err := policy.Compile(policy.Rules{
		Edition: "test/1", Categories: cats,
		Recipients: []policy.Recipient{{ID: "shop", Kind: "partner", Agreement: policy.Agreement{From: "2026-01-01"}, Fields: []privacy.CategoryID{"D08"}}},
		Purposes: []policy.Purpose{{
			ID: "P18", Basis: privacy.BasisContract, Minor: "open", Cites: []policy.Citation{{Act: "DC"}}, Rows: rows,
			Operations: privacy.OperationNames(), Recipients: []privacy.RecipientID{"shop"},
			Terms: policy.Terms{Processing: "while", Storage: "while", From: "collected"},
		}},
	},
		"hash", anyAct{}, noon.AddDate(0, -1, 0))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// permit asks for the permit to do something, which the test edition allows.
func permit(t testing.TB, id privacy.SubjectID, c privacy.CategoryID, o privacy.Operations) policy.Permit {
	t.Helper()
	q := policy.Question{Purpose: "P18", Category: c, Operation: o}
	if o&privacy.Transfer != 0 {
		q.Recipient = "shop"
	}
	s := privacy.Subject{ID: id, Status: privacy.StatusRegistered, AgeKnown: true}
	actor := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, ID: "test", AllPurposes: true, Operations: ^privacy.Operations(0)})
	d := edition(t).Decide(&s, q, &actor, noon)
	p, ok := d.Permit()
	if !ok {
		t.Fatalf("the test edition refuses %s: %s", o, d.Reason)
	}
	return p
}

// refused fails unless err has the code and, when one is given, the cause.
func refused(t testing.TB, what string, err error, code privacy.Code, cause error) {
	t.Helper()
	if privacy.CodeOf(err) != code || cause != nil && !errors.Is(err, cause) {
		t.Errorf("%s: got %v, want %s (%v)", what, err, code, cause)
	}
}
