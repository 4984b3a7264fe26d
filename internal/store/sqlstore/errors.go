package sqlstore

import (
	"context"
	"errors"

	"kupuya/internal/privacy"
)

// What can be wrong at start-up. The errors of Open and OpenKeys wrap one of
// these, so that the command can say what to do about it.
var (
	// ErrDSN says that the data source is neither sqlite:DIR nor postgres://….
	ErrDSN = errors.New("sqlstore: the data source must be sqlite:DIR or postgres://…")
	// ErrConnect says that the engine cannot be reached or does not let us in.
	ErrConnect = errors.New("sqlstore: cannot connect")
	// ErrDirectory says that the directory of SQLite cannot be made or written.
	ErrDirectory = errors.New("sqlstore: the directory cannot be written")
	// ErrNewer says that a later program has changed the schema in a way this
	// one does not know.
	ErrNewer = errors.New("sqlstore: the schema is newer than this program")
	// ErrEngine says that the engine is too old, read-only, or set to
	// acknowledge writes that are not durable.
	ErrEngine = errors.New("sqlstore: the engine cannot keep what the store promises")
)

// verdict is what an error of an engine means to the caller.
type verdict uint8

const (
	broken      verdict = iota // our fault, or a damaged database
	unreachable                // the engine, or the way to it
	again                      // the engine asks to run the transaction again
	duplicate                  // a row with that key is there already
)

// errFault is a fault injected by a test: the connection broke.
type errFault struct{ error }

func (e errFault) Unwrap() error { return e.error }

// errNotHeld says that a transaction writes to a subject it did not lock.
var errNotHeld = errors.New("sqlstore: the subject is not held by this transaction")

// wrap gives an error of an engine its code. Errors that have one keep it.
func wrap(e engine, op string, err error) error {
	var known *privacy.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, errText):
		return privacy.E(op, privacy.Invalid, err)
	case errors.As(err, new(errFault)), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return privacy.E(op, privacy.Unavailable, err)
	}
	switch e.judge(err) {
	case unreachable, again: // again, and again in vain
		return privacy.E(op, privacy.Unavailable, err)
	case duplicate:
		return privacy.E(op, privacy.Conflict, err)
	}
	return privacy.E(op, privacy.Internal, err)
}
