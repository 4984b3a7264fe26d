package vault

import "context"

// KEK is the key that wraps the keys of subjects. It lives in a sealed file
// (Sealed), in a hardware module or in a key service, in epochs: the newest
// wraps, older ones only unwrap until they are dropped, and what a dropped
// epoch wrapped can never be unwrapped again, from whatever backup it comes.
type KEK interface {
	// Epoch is the number of the newest epoch; numbers only rise.
	Epoch() int
	// Wrap encrypts a key under the newest epoch, bound to ad and the epoch, and
	// tells which one that was.
	Wrap(ctx context.Context, key Secret, ad []byte) (epoch int, wrapped []byte, err error)
	// Unwrap decrypts a key: ErrEpoch when the epoch is not known (any more),
	// ErrDamaged when the bytes or ad are not those of Wrap, Unavailable when the
	// module or service does not answer.
	Unwrap(ctx context.Context, epoch int, wrapped, ad []byte) (Secret, error)
}
