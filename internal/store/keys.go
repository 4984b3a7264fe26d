package store

import (
	"context"
	"errors"
	"time"

	"kupuya/internal/privacy"
)

// ErrChanged says that a subject's keys are no longer what the caller has read:
// a seed came or went, or the key was wrapped anew. Read them again.
var ErrChanged = errors.New("store: the keys have changed meanwhile")

// Keys keeps wrapped keys, in a database of its own (own file, or own schema or
// DSN), so that a backup of the data holds no key. A key that is destroyed is
// gone from the file, its journal and its free pages; PostgreSQL promises less,
// see sqlstore.OpenKeys.
type Keys interface {
	// PutKey inserts a subject's wrapped key with its seeds; ErrTaken when there
	// is one.
	PutKey(ctx context.Context, k SubjectKey) error
	// Key gives the wrapped key and the seeds of the categories; ErrNotFound.
	Key(ctx context.Context, id privacy.SubjectID) (SubjectKey, error)
	// PutSeed inserts the seed of a category when there is none and gives the
	// one that stands. wrapped is the key beside which the seed was sealed:
	// ErrChanged when the subject's is another by now, ErrNotFound when there is
	// none.
	PutSeed(ctx context.Context, id privacy.SubjectID, wrapped []byte, c privacy.CategoryID, seed []byte) ([]byte, error)
	// Rewrap puts anew, key and seeds, in the place of old. ErrChanged when the
	// subject's keys do not stand as old has them, to the last seed; ErrNotFound
	// when they are gone. So a rewrapping neither loses a seed made beside it
	// nor brings back one destroyed beside it.
	Rewrap(ctx context.Context, old, anew SubjectKey) error
	// Old pages through the ids of keys of epochs below epoch, and of those that
	// still have a seed in clear, as an earlier release wrote them.
	Old(ctx context.Context, epoch int, limit int) ([]privacy.SubjectID, error)
	// DestroySeeds makes the categories' values irrecoverable by the given order
	// and remembers it; no error when they are gone already.
	DestroySeeds(ctx context.Context, id privacy.SubjectID, order privacy.EventID, cats ...privacy.CategoryID) error
	// DestroyKey makes everything of the subject irrecoverable by the given order
	// and remembers it; no error when it is gone already.
	DestroyKey(ctx context.Context, id privacy.SubjectID, order privacy.EventID) error
	// Scrub removes the remains of what was rewrapped or destroyed, as far as the
	// engine can.
	Scrub(ctx context.Context) error
	// Mark names this key store and the last destruction it carried out. The name
	// never changes and a backup keeps it; the number only rises.
	Mark(ctx context.Context) (KeysMark, error)
	// Destroyed pages through what was destroyed after the given number, oldest
	// first: of each subject and category the last order.
	Destroyed(ctx context.Context, after int64, limit int) ([]Destroyed, error)
	// Kept tells of whom in a range of ids, both ends included, there is a key,
	// and of which categories a seed.
	Kept(ctx context.Context, from, upto privacy.SubjectID) (map[privacy.SubjectID][]privacy.CategoryID, error)
	Ping(ctx context.Context) error
	Close() error
}

// SubjectKey is one wrapped key with its seeds.
type SubjectKey struct {
	Subject privacy.SubjectID
	Epoch   int                           // of the KEK that wraps it, and with it the seeds
	Wrapped []byte                        // AES-256-GCM under the KEK, associated data subject and epoch
	Seeds   map[privacy.CategoryID][]byte // sealed under a key that Wrapped holds; in clear when an earlier release wrote it
	Created time.Time
}

// KeysMark is how far the destructions of a key store have come. The data keep
// one too: whose keys theirs are, and up to which number they know of every
// destruction. A zero mark is none.
type KeysMark struct {
	ID string // 32 hexadecimal characters
	N  int64
}

// Destroyed is what the key store remembers of a destruction, for ever: a copy of
// the data that does not know of it must not be served.
type Destroyed struct {
	N        int64
	Subject  privacy.SubjectID
	Category privacy.CategoryID // "" for the whole subject
	Order    privacy.EventID    // the event in the subject's stream that ordered it
}
