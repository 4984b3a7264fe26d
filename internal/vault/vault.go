package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Vault seals and opens. It is safe for use by many goroutines. It keeps no key
// of a subject longer than a call, so a destroyed key is gone for it at once.
type Vault struct {
	kek   KEK
	file  *Sealed
	keys  store.Keys
	blobs Blobs
}

// New makes a Vault. kek wraps the keys of subjects and is the file itself
// unless they are wrapped by a hardware module or key service.
func New(kek KEK, file *Sealed, keys store.Keys, blobs Blobs) *Vault {
	return &Vault{kek: kek, file: file, keys: keys, blobs: blobs}
}

// Format prints no key, for every verb.
func (v Vault) Format(f fmt.State, _ rune) {
	// fmt keeps the error of the writer behind f and reports it itself.
	_, _ = io.WriteString(f, "[vault]")
}

// Create makes the key of a new subject, with the seeds of the categories that
// will be written at once. Conflict when the subject has a key already. It
// comes before the subject's row: a crash in between leaves a key without a
// subject, which opens nothing, never a subject without a key.
func (v *Vault) Create(ctx context.Context, id privacy.SubjectID, now time.Time, cats ...privacy.CategoryID) error {
	const op = "vault.Create"
	k := keys{key: fresh(keySize), sealing: fresh(keySize), seeds: make(map[privacy.CategoryID]Secret, len(cats))}
	for _, c := range cats {
		k.seeds[c] = fresh(seedSize)
	}
	wrapped, err := v.wrap(ctx, id, k)
	if err != nil {
		return fail(op, err)
	}
	wrapped.Created = now
	return fail(op, v.keys.PutKey(ctx, wrapped))
}

// Seal is Ring.Seal for one value.
func (v *Vault) Seal(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID, version int, plain []byte) (sealed []byte, commit string, err error) {
	r, err := v.Ring(ctx, id)
	if err != nil {
		return nil, "", err
	}
	return r.Seal(ctx, c, version, plain)
}

// Open is Ring.Open for one value; a Permit for something else is refused
// before a key is touched.
func (v *Vault) Open(ctx context.Context, p policy.Permit, rec store.Record) (Secret, error) {
	if err := permits(&p, rec.Subject, rec.Category == p.Category()); err != nil {
		return nil, err
	}
	r, err := v.Ring(ctx, rec.Subject)
	if err != nil {
		return nil, err
	}
	return r.Open(p, rec)
}

// SealFor seals what belongs to a subject but to no category: a note beside an
// event, a receipt, a message. kind and id are its place. It goes with the
// subject's key.
func (v *Vault) SealFor(ctx context.Context, id privacy.SubjectID, kind, item string, plain []byte) ([]byte, error) {
	r, err := v.Ring(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.SealFor(kind, item, plain)
}

// OpenFor is the inverse of SealFor: NotFound (ErrGone) once the subject's key
// is destroyed, Internal (ErrDamaged) for what was not sealed there.
func (v *Vault) OpenFor(ctx context.Context, id privacy.SubjectID, kind, item string, sealed []byte) (Secret, error) {
	r, err := v.Ring(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.OpenFor(kind, item, sealed)
}

// SealNode seals what concerns no subject, such as the kept result of a
// request, under the node's key.
func (v *Vault) SealNode(kind, item string, plain []byte) ([]byte, error) {
	const op = "vault.SealNode"
	key, err := v.nodeKey(kind, item)
	if err != nil {
		return nil, fail(op, err)
	}
	sealed, err := seal(key, plain, "node", kind, item)
	return sealed, fail(op, err)
}

// OpenNode is the inverse of SealNode.
func (v *Vault) OpenNode(kind, item string, sealed []byte) (Secret, error) {
	const op = "vault.OpenNode"
	key, err := v.nodeKey(kind, item)
	if err != nil {
		return nil, fail(op, err)
	}
	plain, err := open(key, sealed, "node", kind, item)
	return plain, fail(op, err)
}

// nodeKey is a key for one item: random nonces under one key for everything
// would come too close after some billions of items.
func (v *Vault) nodeKey(kind, item string) (Secret, error) {
	return derive(v.file.keys.Load().Node, nil, string(bind([]string{"node", kind, item})))
}

// Token is the blind-index token of a value in the one form that room format
// gives it: sixteen bytes of a keyed PRF, per field and version of the key. The
// key never leaves this room, since whoever has it can try all numbers.
// (formats 4.1, 4.3: numbers and PINs are attributes, never the person's key)
func (v *Vault) Token(field, normal string) []byte {
	k := v.file.keys.Load()
	h := hmac.New(sha256.New, k.Index)
	h.Write(bind([]string{"index", strconv.Itoa(k.IndexVersion), field, normal}))
	return h.Sum(nil)[:16]
}

// DestroyCategories makes the values of the categories irrecoverable in every
// copy; others of the subject stay. order is the event that ordered it, durable
// by now: the key store remembers it, so that a copy of the data from before is
// known as such. Destroying again is no error. A value of the same category
// sealed meanwhile goes with them, so call it while the subject's row is held.
// (policy 3.21)
func (v *Vault) DestroyCategories(ctx context.Context, id privacy.SubjectID, order privacy.EventID, cats ...privacy.CategoryID) error {
	if len(cats) == 0 {
		return nil
	}
	return fail("vault.DestroyCategories", v.keys.DestroySeeds(ctx, id, order, cats...))
}

// DestroySubject makes everything of the subject irrecoverable in every copy,
// by an order as DestroyCategories has it. Destroying again is no error.
// (policy 3.21)
func (v *Vault) DestroySubject(ctx context.Context, id privacy.SubjectID, order privacy.EventID) error {
	return fail("vault.DestroySubject", v.keys.DestroyKey(ctx, id, order))
}

// Ping reports whether the key store answers.
func (v *Vault) Ping(ctx context.Context) error { return fail("vault.Ping", v.keys.Ping(ctx)) }
