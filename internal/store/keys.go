package store

import (
	"context"
	"time"

	"kupuya/internal/privacy"
)

// Keys keeps wrapped keys, in a database of its own (own file, or own schema or
// DSN), so that a backup of the data holds no key. A key that is destroyed is
// gone from the file, its journal and its free pages; PostgreSQL promises less,
// see sqlstore.OpenKeys.
type Keys interface {
	// PutKey inserts a subject's wrapped key; ErrTaken when there is one.
	PutKey(ctx context.Context, k SubjectKey) error
	// Key gives the wrapped key and the seeds of the categories; ErrNotFound.
	Key(ctx context.Context, id privacy.SubjectID) (SubjectKey, error)
	// PutSeed inserts the seed of a category when there is none and gives the
	// one that stands; ErrNotFound when the subject has no key.
	PutSeed(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID, seed []byte) ([]byte, error)
	// Rewrap replaces the wrapped key, and the seeds that k names and that still
	// stand, when the key is of the epoch old; ErrNotFound when it is not.
	Rewrap(ctx context.Context, k SubjectKey, old int) error
	// Old pages through the ids of keys of epochs below epoch.
	Old(ctx context.Context, epoch int, limit int) ([]privacy.SubjectID, error)
	// DestroySeeds makes the categories' values irrecoverable; no error when
	// they are gone already.
	DestroySeeds(ctx context.Context, id privacy.SubjectID, cats ...privacy.CategoryID) error
	// DestroyKey makes everything of the subject irrecoverable; no error when it
	// is gone already.
	DestroyKey(ctx context.Context, id privacy.SubjectID) error
	Ping(ctx context.Context) error
	Close() error
}

// SubjectKey is one wrapped key with its seeds.
type SubjectKey struct {
	Subject privacy.SubjectID
	Epoch   int    // of the KEK that wraps it
	Wrapped []byte // AES-256-GCM under the KEK, associated data subject and epoch
	Seeds   map[privacy.CategoryID][]byte
	Created time.Time
}
