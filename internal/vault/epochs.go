package vault

import (
	"context"
	"errors"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// keys are what a row of the key store holds, open. The sealing key seals the
// seeds. It is made anew with every wrapping and wrapped together with the
// subject's key, so that one call to the KEK covers all: of a backup whose epoch
// is destroyed no seed opens, even when the subject lives and his key is known.
type keys struct {
	key     Secret
	sealing Secret // nil in a row that an earlier release wrote: its seeds stand in clear
	seeds   map[privacy.CategoryID]Secret
}

// wrap seals keys under the newest epoch, as the row that is kept.
func (v *Vault) wrap(ctx context.Context, id privacy.SubjectID, k keys) (store.SubjectKey, error) {
	row := store.SubjectKey{Subject: id, Seeds: make(map[privacy.CategoryID][]byte, len(k.seeds))}
	var err error
	both := append(append(make(Secret, 0, 2*keySize), k.key...), k.sealing...)
	if row.Epoch, row.Wrapped, err = v.kek.Wrap(ctx, both, []byte(id)); err != nil {
		return store.SubjectKey{}, err
	}
	for c, seed := range k.seeds {
		if row.Seeds[c], err = sealSeed(k.sealing, id, c, seed); err != nil {
			return store.SubjectKey{}, err
		}
	}
	return row, nil
}

// unwrap opens the key of a row, and none of its seeds.
func (v *Vault) unwrap(ctx context.Context, row store.SubjectKey) (key, sealing Secret, err error) {
	both, err := v.kek.Unwrap(ctx, row.Epoch, row.Wrapped, []byte(row.Subject))
	switch {
	case err != nil:
		return nil, nil, err
	case len(both) == keySize: // written by an earlier release
		return both, nil, nil
	case len(both) != 2*keySize:
		return nil, nil, ErrDamaged
	}
	return both[:keySize:keySize], both[keySize:], nil
}

func sealSeed(sealing Secret, id privacy.SubjectID, c privacy.CategoryID, seed Secret) ([]byte, error) {
	return seal(sealing, seed, "seed", string(id), string(c))
}

// openSeed is the inverse of sealSeed. A seed in clear is shorter than any that
// is sealed.
func openSeed(sealing Secret, id privacy.SubjectID, c privacy.CategoryID, kept []byte) (Secret, error) {
	if len(kept) == seedSize {
		return kept, nil
	}
	seed, err := open(sealing, kept, "seed", string(id), string(c))
	if err == nil && len(seed) != seedSize {
		err = ErrDamaged
	}
	return seed, err
}

// Rewrap brings up to limit subjects' keys, with their seeds, to the newest epoch
// and tells how many it looked at; 0 when none is left. It may stop and go on at
// any point. A seed made or destroyed beside it is neither lost nor brought
// back.
func (v *Vault) Rewrap(ctx context.Context, limit int) (int, error) {
	const op = "vault.Rewrap"
	ids, err := v.keys.Old(ctx, v.kek.Epoch(), limit)
	if err != nil {
		return 0, fail(op, err)
	}
	for i, id := range ids {
		// A key that is destroyed meanwhile is done.
		if err := v.rewrap(ctx, id); err != nil && !errors.Is(err, store.ErrNotFound) {
			return i, fail(op, err)
		}
	}
	return len(ids), nil
}

// tries bounds how often keys are read again that changed while they were
// worked on. Each time somebody else got on, and few work on one subject.
const tries = 50

func (v *Vault) rewrap(ctx context.Context, id privacy.SubjectID) error {
	for try := 1; ; try++ {
		old, err := v.keys.Key(ctx, id)
		if err != nil {
			return err
		}
		anew, err := v.anew(ctx, old)
		if err != nil || anew.Subject == "" {
			return err
		}
		if err = v.keys.Rewrap(ctx, old, anew); !errors.Is(err, store.ErrChanged) || try == tries {
			return err
		}
	}
}

// anew gives a row under the newest epoch, its seeds under a fresh sealing key;
// the zero row when it is that already and nothing stands in clear.
func (v *Vault) anew(ctx context.Context, old store.SubjectKey) (store.SubjectKey, error) {
	key, sealing, err := v.unwrap(ctx, old)
	if err != nil {
		return store.SubjectKey{}, err
	}
	k := keys{key: key, sealing: fresh(keySize), seeds: make(map[privacy.CategoryID]Secret, len(old.Seeds))}
	clear := sealing == nil
	for c, kept := range old.Seeds {
		clear = clear || len(kept) == seedSize
		if k.seeds[c], err = openSeed(sealing, old.Subject, c, kept); err != nil {
			return store.SubjectKey{}, err
		}
	}
	if old.Epoch >= v.kek.Epoch() && !clear {
		return store.SubjectKey{}, nil
	}
	return v.wrap(ctx, old.Subject, k)
}

// Scrub removes what rewrapping left of the wrapped keys and seeds of before.
func (v *Vault) Scrub(ctx context.Context) error { return fail("vault.Scrub", v.keys.Scrub(ctx)) }

// DropEpoch destroys an epoch of the key file for good: backups of keys wrapped
// under it can never be opened again, neither keys nor seeds. Conflict (ErrInUse)
// while a living key hangs on it, a seed stands in clear, or it is the newest;
// NotFound when the file has it not. Do it when the last such backup has ended
// anyway, and reload the file on every node before. (policy 3.21, design
// section 4)
func (v *Vault) DropEpoch(ctx context.Context, passphrase string, epoch int) error {
	const op = "vault.DropEpoch"
	left, err := v.keys.Old(ctx, epoch+1, 1)
	if err != nil {
		return fail(op, err)
	}
	if len(left) > 0 {
		return privacy.E(op, privacy.Conflict, ErrInUse)
	}
	switch err := v.file.drop(passphrase, epoch); {
	case errors.Is(err, ErrInUse):
		return privacy.E(op, privacy.Conflict, err)
	case errors.Is(err, ErrEpoch):
		return privacy.E(op, privacy.NotFound, err)
	default:
		return fail(op, err)
	}
}

// Mark names the key store and the last destruction it carried out.
func (v *Vault) Mark(ctx context.Context) (store.KeysMark, error) {
	m, err := v.keys.Mark(ctx)
	return m, fail("vault.Mark", err)
}

// Destroyed pages through what the key store remembers of destructions after
// the given number, oldest first.
func (v *Vault) Destroyed(ctx context.Context, after int64, limit int) ([]store.Destroyed, error) {
	gone, err := v.keys.Destroyed(ctx, after, limit)
	return gone, fail("vault.Destroyed", err)
}

// Kept tells of whom in a range of ids there is a key, and of which categories a
// seed. It opens nothing.
func (v *Vault) Kept(ctx context.Context, from, upto privacy.SubjectID) (map[privacy.SubjectID][]privacy.CategoryID, error) {
	kept, err := v.keys.Kept(ctx, from, upto)
	return kept, fail("vault.Kept", err)
}
