package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Ring is the keys of one subject, fetched once for a verb that touches several
// values. Use it within one transaction and let it go: it does not notice that
// keys are destroyed after it was made. One goroutine at a time.
type Ring struct {
	vault   *Vault
	id      privacy.SubjectID
	key     Secret
	sealing Secret // of the seeds
	row     store.SubjectKey
}

// Ring fetches a subject's keys: NotFound (ErrGone) when they are destroyed or
// were never made, Unavailable (ErrEpoch) when the KEK has not their epoch.
func (v *Vault) Ring(ctx context.Context, id privacy.SubjectID) (*Ring, error) {
	r := &Ring{vault: v, id: id}
	if err := r.fetch(ctx); err != nil {
		return nil, fail("vault.Ring", err)
	}
	return r, nil
}

// fetch reads the keys as they stand.
func (r *Ring) fetch(ctx context.Context) (err error) {
	r.row, err = r.vault.keys.Key(ctx, r.id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrGone
	}
	if err == nil {
		r.key, r.sealing, err = r.vault.unwrap(ctx, r.row)
	}
	return err
}

// Format prints whose keys these are and none of them, for every verb.
func (r Ring) Format(f fmt.State, _ rune) {
	// fmt keeps the error of the writer behind f and reports it itself.
	_, _ = io.WriteString(f, "[keys of "+string(r.id)+"]")
}

// Seal seals a value as a version of its category. Commit is the hex SHA-256 of
// a fresh salt of 32 bytes and the value; the salt is sealed with the value, so
// that the commitment in the ledger tells nothing once the keys are gone. (R11,
// design section 4)
func (r *Ring) Seal(ctx context.Context, c privacy.CategoryID, version int, plain []byte) (sealed []byte, commit string, err error) {
	const op = "vault.Seal"
	key, err := r.toSeal(ctx, c)
	if err != nil {
		return nil, "", fail(op, err)
	}
	salted := append(fresh(saltSize), plain...)
	sealed, err = seal(key, salted, string(r.id), string(c), "value", strconv.Itoa(version))
	if err != nil {
		return nil, "", fail(op, err)
	}
	return sealed, commitment(salted), nil
}

func commitment(salted []byte) string {
	sum := sha256.Sum256(salted)
	return hex.EncodeToString(sum[:])
}

// reading is what a Permit must be for, for a value to be opened.
const reading = privacy.Use | privacy.Extract | privacy.Systematise | privacy.Clarify | privacy.Transfer | privacy.Anonymise

// permits refuses a Permit that is not for this subject and covers not what is
// asked, or not for an operation that reads.
func permits(p *policy.Permit, id privacy.SubjectID, covered bool) error {
	o := p.Operation()
	if p.Subject() == "" || p.Subject() != id || !covered || o == 0 || o&^reading != 0 {
		return privacy.E("vault.Open", privacy.Forbidden, nil)
	}
	return nil
}

// Open opens a value for what the Permit allows, and nothing else does:
// Forbidden when it is for another subject or category or for an operation that
// reads nothing; NotFound (ErrGone) when the value was destroyed; Internal
// (ErrDamaged) when the record is not what Seal gave for that place, its
// commitment included. (policy 4.3)
func (r *Ring) Open(p policy.Permit, rec store.Record) (Secret, error) {
	const op = "vault.Open"
	if err := permits(&p, r.id, rec.Subject == r.id && rec.Category == p.Category()); err != nil {
		return nil, err
	}
	key, err := r.toOpen(rec.Category)
	if err != nil {
		return nil, fail(op, err)
	}
	salted, err := open(key, rec.Sealed, string(r.id), string(rec.Category), "value", strconv.Itoa(rec.Version))
	if err != nil {
		return nil, fail(op, err)
	}
	if len(salted) < saltSize || commitment(salted) != rec.Commit {
		return nil, fail(op, ErrDamaged)
	}
	return salted[saltSize:], nil
}

// SealFor is Vault.SealFor with the keys at hand.
func (r *Ring) SealFor(kind, item string, plain []byte) ([]byte, error) {
	const op = "vault.SealFor"
	key, err := derive(r.key, nil, "kupuya/1/for/"+kind)
	if err != nil {
		return nil, fail(op, err)
	}
	sealed, err := seal(key, plain, string(r.id), "", kind, item)
	return sealed, fail(op, err)
}

// OpenFor is Vault.OpenFor with the keys at hand.
func (r *Ring) OpenFor(kind, item string, sealed []byte) (Secret, error) {
	const op = "vault.OpenFor"
	key, err := derive(r.key, nil, "kupuya/1/for/"+kind)
	if err != nil {
		return nil, fail(op, err)
	}
	plain, err := open(key, sealed, string(r.id), "", kind, item)
	return plain, fail(op, err)
}

// toOpen is the key of a category that has one.
func (r *Ring) toOpen(c privacy.CategoryID) (Secret, error) {
	kept := r.row.Seeds[c]
	if kept == nil {
		return nil, ErrGone
	}
	seed, err := openSeed(r.sealing, r.id, c, kept)
	if err != nil {
		return nil, err
	}
	return derive(r.key, seed, "kupuya/1/"+string(c))
}

// toSeal is the key of a category, with a seed made when there is none. Keys
// that were wrapped anew meanwhile are fetched again, and those that an earlier
// release wrote are wrapped anew first, so that no seed is added in clear.
func (r *Ring) toSeal(ctx context.Context, c privacy.CategoryID) (Secret, error) {
	for try := 1; r.row.Seeds[c] == nil; try++ {
		err := r.addSeed(ctx, c)
		if errors.Is(err, store.ErrChanged) && try < tries {
			err = r.fetch(ctx)
		}
		if errors.Is(err, store.ErrNotFound) {
			err = ErrGone
		}
		if err != nil {
			return nil, err
		}
	}
	return r.toOpen(c)
}

// addSeed makes the seed of a category, or learns the one that another made.
func (r *Ring) addSeed(ctx context.Context, c privacy.CategoryID) error {
	if r.sealing == nil {
		if err := r.vault.rewrap(ctx, r.id); err != nil {
			return err
		}
		return store.ErrChanged
	}
	sealed, err := sealSeed(r.sealing, r.id, c, fresh(seedSize))
	if err != nil {
		return err
	}
	if sealed, err = r.vault.keys.PutSeed(ctx, r.id, r.row.Wrapped, c, sealed); err != nil {
		return err
	}
	r.row.Seeds[c] = sealed
	return nil
}

// part reports whether c is the category or a named part of it, such as the
// photograph "D04.passport_photo" of D04, which has a seed of its own so that
// it can be destroyed first. (US-2.3.4-1 AC4)
func part(of, c privacy.CategoryID) bool {
	return c == of || strings.HasPrefix(string(c), string(of)+".")
}
