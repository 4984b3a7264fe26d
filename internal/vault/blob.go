package vault

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// maxBlob is the most bytes of a file before sealing.
const maxBlob = 12 << 20

// Blobs keeps sealed files by id. What is acknowledged is durable.
type Blobs interface {
	// Put keeps the bytes under an id that was not used before.
	Put(ctx context.Context, id string, sealed []byte) error
	// Get gives the bytes; store.ErrNotFound.
	Get(ctx context.Context, id string) ([]byte, error)
	// Delete removes them; no error when they are gone already.
	Delete(ctx context.Context, id string) error
}

// PutBlob seals a file under its category, bound to its id and attribute, and
// keeps it. TooLarge beyond 12 MiB. Photographs come from Photograph. (policy
// 2.3.4)
func (v *Vault) PutBlob(ctx context.Context, b store.Blob, clean []byte) error {
	const op = "vault.PutBlob"
	if len(clean) > maxBlob {
		return privacy.E(op, privacy.TooLarge, nil)
	}
	r, err := v.Ring(ctx, b.Subject)
	if err != nil {
		return err
	}
	key, err := r.toSeal(ctx, b.Category)
	if err != nil {
		return fail(op, err)
	}
	sealed, err := seal(key, clean, string(b.Subject), string(b.Category), "blob", b.Attribute, b.ID)
	if err != nil {
		return fail(op, err)
	}
	return fail(op, v.blobs.Put(ctx, b.ID, sealed))
}

// OpenBlob opens a file for what the Permit allows, like Ring.Open. A Permit
// for a category also covers its parts.
func (v *Vault) OpenBlob(ctx context.Context, p policy.Permit, b store.Blob) (Secret, error) {
	const op = "vault.OpenBlob"
	if err := permits(&p, b.Subject, part(p.Category(), b.Category)); err != nil {
		return nil, err
	}
	r, err := v.Ring(ctx, b.Subject)
	if err != nil {
		return nil, err
	}
	key, err := r.toOpen(b.Category)
	if err != nil {
		return nil, fail(op, err)
	}
	sealed, err := v.blobs.Get(ctx, b.ID)
	if err != nil {
		return nil, fail(op, err)
	}
	clean, err := open(key, sealed, string(b.Subject), string(b.Category), "blob", b.Attribute, b.ID)
	return clean, fail(op, err)
}

// DropBlob removes a file. It is its key that destroys it; this frees the room.
func (v *Vault) DropBlob(ctx context.Context, b store.Blob) error {
	return fail("vault.DropBlob", v.blobs.Delete(ctx, b.ID))
}

// Dir keeps sealed files in a directory, spread over 256 folders by the last
// two characters of the id. It implements Blobs.
type Dir struct{ root string }

// NewDir opens or makes the directory, for its owner only.
func NewDir(root string) (*Dir, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, err
	}
	return &Dir{root}, syncDir(filepath.Dir(root))
}

var errBlobID = errors.New("vault: the id of a file is not one made by privacy.NewID")

// path is where a file is. Only an id of the house can name one, so that no id
// leads out of the directory.
func (d *Dir) path(id string) (string, error) {
	if !privacy.IsID(id) {
		return "", errBlobID
	}
	return filepath.Join(d.root, id[len(id)-2:], id), nil
}

// Put implements Blobs: under a passing name, synced, renamed, and the folders
// synced. The folder's own entry is synced every time, since a crash may have
// come between making it and that.
func (d *Dir) Put(_ context.Context, id string, sealed []byte) error {
	path, err := d.path(id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(sealed)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return errors.Join(syncDir(filepath.Dir(path)), syncDir(d.root))
}

// Get implements Blobs.
func (d *Dir) Get(_ context.Context, id string) ([]byte, error) {
	path, err := d.path(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const most = maxBlob + 64 // a longer file is none of ours
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if len(b) > most {
		return nil, ErrDamaged
	}
	return b, nil
}

// Delete implements Blobs; what a crash left of a Put goes too.
func (d *Dir) Delete(_ context.Context, id string) error {
	path, err := d.path(id)
	if err != nil {
		return err
	}
	for _, p := range []string{path + ".new", path} {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := syncDir(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) { // a folder never made holds nothing
		return err
	}
	return nil
}
