package sqlstore_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
)

// random gives bytes that stand nowhere else.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// residue counts the needles of which a piece stands in any file of dir.
func residue(t *testing.T, dir string, needles [][]byte) (n int) {
	t.Helper()
	var hay []byte
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		hay = append(append(hay, b...), 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, needle := range needles {
		if half := len(needle) / 2; bytes.Contains(hay, needle[:half]) || bytes.Contains(hay, needle[half:]) {
			n++
		}
	}
	return n
}

func TestADestroyedKeyIsInNoByteOfTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := openKeys(t, "sqlite:"+dir, sqlstore.Options{})
	var ids []privacy.SubjectID
	var secrets [][][]byte // of each subject: wrapped key, seeds
	for range 240 {
		id := privacy.SubjectID(privacy.NewID(noon))
		wrapped, one, two := random(60), random(16), random(16)
		key := store.SubjectKey{
			Subject: id, Epoch: 1, Wrapped: wrapped, Created: noon,
			Seeds: map[privacy.CategoryID][]byte{"D01": one},
		}
		if err := k.PutKey(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		if _, err := k.PutSeed(t.Context(), id, wrapped, "D02", two); err != nil {
			t.Fatal(err)
		}
		ids, secrets = append(ids, id), append(secrets, [][]byte{wrapped, one, two})
	}
	var gone, living [][]byte
	for i, id := range ids {
		var err error
		switch i % 3 {
		case 0:
			err, gone = k.DestroyKey(t.Context(), id, "order"), append(gone, secrets[i]...)
		case 1:
			err, gone, living = k.DestroySeeds(t.Context(), id, "order", "D01"), append(gone, secrets[i][1]), append(living, secrets[i][0])
		default:
			living = append(living, secrets[i]...)
		}
		if err != nil {
			t.Fatal(err)
		}
		if i < 6 && residue(t, dir, gone) > 0 { // at once, and not at some later time
			t.Fatal("a destroyed key is still in the files when the call returns")
		}
	}
	if n := residue(t, dir, gone); n > 0 {
		t.Errorf("%d of %d destroyed secrets are in the files", n, len(gone))
	}
	if n := residue(t, dir, living); n != len(living) {
		t.Errorf("the search finds %d of %d living secrets: it proves nothing", n, len(living))
	}
}

func TestScrubbingLeavesNothingOfDroppedRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openData(t, "sqlite:"+dir, sqlstore.Options{})
	var sealed [][]byte
	seal := func(n int) []byte { sealed = append(sealed, random(n)); return sealed[len(sealed)-1] }
	var ids []privacy.SubjectID
	for range 20 {
		id := register(t, db)
		ids = append(ids, id)
		err := db.Update(t.Context(), id, func(tx store.Tx) error {
			ctx := t.Context()
			for _, c := range []privacy.CategoryID{"D01", "D02", "D03"} {
				if err := tx.PutRecord(ctx, store.Record{Subject: id, Category: c, Version: 1, Sealed: seal(3000), Written: noon}); err != nil {
					return err
				}
			}
			if err := tx.PutReceipt(ctx, store.Receipt{Subject: id, ID: "r", Kind: "k", At: noon, Sealed: seal(900)}); err != nil {
				return err
			}
			if err := tx.Note(ctx, id, 1, seal(100)); err != nil {
				return err
			}
			return tx.PutLookup(ctx, store.Lookup{Subject: id, Field: "msisdn", Token: seal(16), From: noon}, true)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range ids {
		err := db.Update(t.Context(), id, func(tx store.Tx) error {
			if _, err := tx.DropRecords(t.Context(), id); err != nil {
				return err
			}
			if err := tx.DropLookups(t.Context(), id); err != nil {
				return err
			}
			return tx.Strip(t.Context(), id)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if residue(t, dir, sealed) == 0 {
		t.Error("nothing is left even before scrubbing: the search proves nothing")
	}
	if err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := residue(t, dir, sealed); n > 0 {
		t.Errorf("%d of %d sealed values are in the files", n, len(sealed))
	}
}

func TestScrubbingWaitsForAReaderAndSaysWhenItCannot(t *testing.T) {
	t.Parallel()
	db := openData(t, "sqlite:"+t.TempDir(), sqlstore.Options{})
	id := register(t, db)
	err := db.View(t.Context(), func(v store.View) error {
		if _, err := v.Subject(t.Context(), id); err != nil {
			return err
		}
		if err := record(t.Context(), db, id); err != nil { // the journal is now longer than what the reader sees
			return err
		}
		short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		if err := db.Scrub(short); privacy.CodeOf(err) != privacy.Unavailable {
			t.Errorf("with a reader in the way: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Scrub(t.Context()); err != nil {
		t.Errorf("with the reader gone: %v", err)
	}
}

func TestPostgreSQLVacuumsWhatWasDestroyed(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	k, db := openKeys(t, dsn, sqlstore.Options{}), openData(t, dsn, sqlstore.Options{})
	vacuumed := func(db any) string {
		tables, err := sqlstore.Query(t.Context(), db, `SELECT relname::text FROM pg_stat_user_tables
			WHERE schemaname = ANY (current_schemas(false)) AND vacuum_count > 0 ORDER BY 1`)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(tables, " ")
	}
	id := privacy.SubjectID(privacy.NewID(noon))
	if err := k.PutKey(t.Context(), store.SubjectKey{Subject: id, Epoch: 1, Wrapped: random(60), Created: noon}); err != nil {
		t.Fatal(err)
	}
	if got := vacuumed(k); got != "" {
		t.Fatalf("before: %s", got)
	}
	if err := k.DestroyKey(t.Context(), id, "order"); err != nil {
		t.Fatal(err)
	}
	if err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := vacuumed(k); got != "seed subject_key" {
		t.Errorf("of the keys: %s", got)
	}
	if got := vacuumed(db); got != "blob challenge lookup message note once receipt record session subject" {
		t.Errorf("of the data: %s", got)
	}
}
