package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

const (
	faceID     = "0193589c-0000-7000-8000-0000000000fa"
	passportID = "0193589c-0000-7000-8000-0000000000fb"
)

func face() store.Blob {
	return store.Blob{Subject: anna, ID: faceID, Category: "D04.face", Attribute: "face"}
}

func TestAFileOpensInItsPlaceOnly(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	passport := store.Blob{Subject: anna, ID: passportID, Category: "D04", Attribute: "passport_photo"}
	for b, text := range map[store.Blob]string{face(): "a face", passport: "a passport"} {
		if err := v.PutBlob(t.Context(), b, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	whole := permit(t, anna, "D04", privacy.Use)
	for b, text := range map[store.Blob]string{face(): "a face", passport: "a passport"} {
		if got, err := v.OpenBlob(t.Context(), whole, b); err != nil || string(got) != text {
			t.Errorf("%s: %v", b.Attribute, err)
		}
	}
	for name, c := range map[string]struct {
		p    policy.Permit
		b    store.Blob
		code privacy.Code
	}{
		"the zero permit":                 {policy.Permit{}, face(), privacy.Forbidden},
		"a permit for another category":   {permit(t, anna, "D08", privacy.Use), face(), privacy.Forbidden},
		"a permit for another subject":    {permit(t, bakyt, "D04", privacy.Use), face(), privacy.Forbidden},
		"a permit to store":               {permit(t, anna, "D04", privacy.Store), face(), privacy.Forbidden},
		"a category that begins alike":    {permit(t, anna, "D01", privacy.Use), store.Blob{Subject: anna, ID: faceID, Category: "D01x"}, privacy.Forbidden},
		"one photograph in another's row": {whole, store.Blob{Subject: anna, ID: passportID, Category: "D04.face", Attribute: "face"}, privacy.Internal},
		"another attribute":               {whole, store.Blob{Subject: anna, ID: passportID, Category: "D04", Attribute: "face"}, privacy.Internal},
		"a file that is not there":        {whole, store.Blob{Subject: anna, ID: string(nobody), Category: "D04"}, privacy.NotFound},
		"an id that leads elsewhere":      {whole, store.Blob{Subject: anna, ID: "../../keys.age", Category: "D04"}, privacy.Internal},
	} {
		got, err := v.OpenBlob(t.Context(), c.p, c.b)
		refused(t, name, err, c.code, nil)
		if got != nil {
			t.Errorf("%s: gives bytes", name)
		}
	}
	if err := v.DestroyCategories(t.Context(), anna, "order", "D04.face"); err != nil { // US-2.3.4-1 AC4
		t.Fatal(err)
	}
	_, err := v.OpenBlob(t.Context(), whole, face())
	refused(t, "the destroyed part", err, privacy.NotFound, ErrGone)
	if _, err := v.OpenBlob(t.Context(), whole, passport); err != nil {
		t.Errorf("the rest of the category: %v", err)
	}
}

func TestFilesOnDiskAreSealedPrivateAndRemoved(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	if err := v.PutBlob(t.Context(), face(), []byte(canary)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(v.path), "blobs", "fa", faceID)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info, err)
	}
	if bytes.Contains(read(t, path), []byte("CANARY")) {
		t.Error("the file can be read")
	}
	if err := os.WriteFile(path+".new", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // removing again is no error
		if err := v.DropBlob(t.Context(), face()); err != nil {
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := v.DropBlob(t.Context(), store.Blob{ID: passportID}); err != nil {
		t.Errorf("a file that was never there: %v", err)
	}
	for _, id := range []string{"", "..", "../" + faceID, strings.ToUpper(faceID), faceID + "/x"} {
		if err := v.DropBlob(t.Context(), store.Blob{ID: id}); !errors.Is(err, errBlobID) {
			t.Errorf("id %q: %v", id, err)
		}
		if err := v.PutBlob(t.Context(), store.Blob{Subject: anna, Category: "D04", ID: id}, nil); !errors.Is(err, errBlobID) {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

func TestAFileThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	refused(t, "12 MiB and a byte", v.PutBlob(t.Context(), face(), make([]byte, maxBlob+1)), privacy.TooLarge, nil)
	if err := v.PutBlob(t.Context(), face(), make([]byte, maxBlob)); err != nil {
		t.Errorf("12 MiB: %v", err)
	}
	if _, err := v.OpenBlob(t.Context(), permit(t, anna, "D04", privacy.Use), face()); err != nil {
		t.Errorf("12 MiB: %v", err)
	}
	path := filepath.Join(filepath.Dir(v.path), "blobs", "fa", faceID)
	if err := os.Truncate(path, maxBlob+65); err != nil {
		t.Fatal(err)
	}
	_, err := v.OpenBlob(t.Context(), permit(t, anna, "D04", privacy.Use), face())
	refused(t, "a file that grew", err, privacy.Internal, ErrDamaged)
}

func TestADirectoryThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewDir(file); err == nil {
		t.Error("a file passes for a directory")
	}
	d := &Dir{file}
	if err := d.Put(t.Context(), faceID, []byte("x")); err == nil {
		t.Error("kept in a directory that is none")
	}
	if _, err := d.Get(t.Context(), faceID); err == nil {
		t.Error("read from a directory that is none")
	}
	if err := d.Delete(t.Context(), faceID); err == nil {
		t.Error("removed from a directory that is none")
	}
}
