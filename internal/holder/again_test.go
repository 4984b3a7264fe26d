package holder_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/backup"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/vault"
)

// backedUp writes a backup of the data of a house.
func (h *house) backedUp(t testing.TB) string {
	t.Helper()
	blobs := must(vault.NewDir(filepath.Join(h.dir, "blobs")))(t)
	path := filepath.Join(t.TempDir(), "data.backup")
	must(backup.Write(context.Background(), path, h.db, backup.Options{Header: backup.Header{Kind: backup.Data, Made: h.clock.Now()}, Blobs: blobs}))(t)
	return path
}

// keysBackedUp writes a backup of the key store of a house.
func (h *house) keysBackedUp(t testing.TB) string {
	t.Helper()
	keys := must(sqlstore.OpenKeys(context.Background(), h.dsn, sqlstore.Options{}))(t)
	defer keys.Close()
	path := filepath.Join(t.TempDir(), "keys.backup")
	must(backup.Write(context.Background(), path, keys, backup.Options{Header: backup.Header{Kind: backup.Keys, Made: h.clock.Now()}}))(t)
	return path
}

// load puts a backup where dsn says, with its photographs in dir.
func load(t testing.TB, path, kind, dsn, dir string) {
	t.Helper()
	ctx := context.Background()
	m := must(backup.Verify(ctx, path, kind, nil))(t)
	blobs := must(vault.NewDir(filepath.Join(dir, "blobs")))(t)
	rows := func(yield func(sqlstore.Rows, error) bool) {
		backup.Load(ctx, path, m, blobs, nil, func(r backup.Rows, err error) bool { return yield(sqlstore.Rows(r), err) })
	}
	restore := sqlstore.Restore
	if kind == backup.Keys {
		restore = sqlstore.RestoreKeys
	}
	if err := restore(ctx, dsn, m.Schema, true, rows, sqlstore.Options{}); err != nil {
		t.Fatal(err)
	}
}

// beside opens data beside keys, each where it is said, with the key file and
// the clock of h.
func (h *house) beside(t testing.TB, dsn, keysDSN, dir string) *house {
	t.Helper()
	ctx := context.Background()
	out := &house{t: t, dir: dir, dsn: dsn, clock: h.clock, keys: h.keys, log: h.log}
	faulty := func(of string) sqlstore.Options {
		return sqlstore.Options{Fault: func(op string) error {
			out.mu.Lock()
			defer out.mu.Unlock()
			if out.fault != nil {
				return out.fault(of + op)
			}
			return nil
		}}
	}
	out.db = must(sqlstore.Open(ctx, dsn, faulty("")))(t)
	keys := must(sqlstore.OpenKeys(ctx, keysDSN, faulty("key ")))(t)
	blobs := must(vault.NewDir(filepath.Join(dir, "blobs")))(t)
	o := h.Options
	o.Store, o.Vault = out.db, vault.New(h.keys, h.keys, keys, blobs)
	out.Holder = holder.New(o)
	t.Cleanup(func() {
		out.Close()
		if err := errors.Join(out.db.Close(), keys.Close()); err != nil {
			t.Error(err)
		}
	})
	return out
}

// refusesToServe wants CatchUp to say that data and keys are not of one time.
func refusesToServe(t testing.TB, h *house, want error) {
	t.Helper()
	if err := h.CatchUp(context.Background()); privacy.CodeOf(err) != privacy.Unavailable || !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

// replayed gives the events of a subject that do again what was done before.
func (h *house) replayed(t testing.TB, id privacy.SubjectID) (kinds []string) {
	t.Helper()
	if err := h.db.View(context.Background(), func(v store.View) error {
		rows, err := v.Events(context.Background(), id, 0, 0, 10_000)
		for _, row := range rows {
			e, bad := ledger.Parse(row.Bytes)
			if bad != nil {
				return bad
			}
			if e.Detail["replays"] != "" {
				kinds = append(kinds, string(e.Kind))
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return kinds
}

var again = []string{"data.destroyed", "key.destroyed"}

// The promise of this part: a copy of the data from before a destruction, beside
// the keys of today, gives nothing back, is not served, and is brought to where
// the keys are. (policy 3.21, DC-83 p.1)
func TestARestoredCopyDestroysAgainWhatWasDestroyedSince(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		gone, part, other := h.used(t), h.subscriber(somebody(1)), h.subscriber(somebody(2))
		before := h.destroyedBefore(t)
		if err := h.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		key, raw := must(h.keyOf(t, gone))(t), needles{}
		raw[string(key.Wrapped)] = "the wrapped key"
		for c, seed := range key.Seeds {
			raw[string(seed)] = "the seed of " + string(c)
		}
		path := h.backedUp(t)
		secret := needles{}
		secret.secretsOf()
		tokens := h.tokens(t, gone)

		must(h.Destroy(ctx, officer, holder.Removal{Subject: gone, Ground: holder.GroundRequest}))(t)
		must(h.Destroy(ctx, officer, holder.Removal{Subject: part, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D05"}}))(t)
		h.put(t, part, "P01", "D05", "app_form", secrets["D05"]) // collected again since
		late := h.subscriber(somebody(3))
		must(h.Destroy(ctx, officer, holder.Removal{Subject: late, Ground: holder.GroundRequest}))(t)
		if err := h.CatchUp(ctx); err != nil {
			t.Fatalf("the living store: %v", err)
		}

		dir := t.TempDir()
		dsn := "sqlite:" + dir
		if strings.HasPrefix(h.dsn, "sqlite:") && !testing.Short() { // and to the other engine
			dsn = pgtest.DSN(t)
		}
		load(t, path, backup.Data, dsn, dir)
		old := h.beside(t, dsn, h.dsn, dir)
		refusesToServe(t, old, holder.ErrRestored)
		if s := old.standing(t, gone); s.Status != privacy.StatusRegistered || len(s.Values) < 13 {
			t.Fatalf("the copy does not have him as he was: %s", s.Status)
		}
		if n := opens(t, old, gone); n > 0 {
			t.Errorf("%d things open before anything is done again", n)
		}
		a := must(old.DestroyAgain(ctx, holder.AgainOptions{}))(t)
		if a.Ordered != 2 || a.Keyless != 0 || a.Looked != 4 {
			t.Errorf("done again: %+v", a)
		}
		if err := old.CatchUp(ctx); err != nil {
			t.Errorf("and then: %v", err)
		}
		if s := old.standing(t, gone); s.Status != privacy.StatusDestroyed {
			t.Errorf("he is %s", s.Status)
		}
		if v := old.standing(t, part).Value("D05"); v == nil || v.State != privacy.ValueDestroyed {
			t.Errorf("the part is %v", v)
		}
		for id, want := range map[privacy.SubjectID][]string{gone: again, part: again, other: nil, before: nil} {
			if got := old.replayed(t, id); !slices.Equal(got, want) {
				t.Errorf("%s has %v", id, got)
			}
		}
		if n := opens(t, old, gone); n > 0 {
			t.Errorf("%d things open", n)
		}
		if opens(t, old, other) == 0 || opens(t, old, part) == 0 {
			t.Error("and nobody else's does")
		}
		old.verify(t)
		if strings.HasPrefix(dsn, "sqlite:") {
			if err := old.db.Scrub(ctx); err != nil {
				t.Fatal(err)
			}
		}
		rows := []byte(strings.Join(slices.DeleteFunc(old.rows(t), func(line string) bool {
			return strings.HasPrefix(line, "counter:") // limits keep a token for a month, as the data model says
		}), "\n"))
		found := slices.Concat(secret.find(t, dir), raw.find(t, dir), secret.in("the rows", rows))
		for _, one := range tokens {
			if bytes.Contains(rows, []byte(one)) {
				found = append(found, "a token")
			}
		}
		inBackup, _, err := backup.Search(ctx, path, raw)
		plain, _, err2 := backup.Search(ctx, path, secret)
		if err := errors.Join(err, err2); err != nil || len(found)+len(inBackup)+len(plain) > 0 {
			t.Errorf("found: %v, in the backup %v %v, %v", found, inBackup, plain, err)
		}
		if files := old.files(t); len(files) > 0 {
			t.Errorf("%d of his files are left", len(files))
		}
		if done := must(old.DestroyAgain(ctx, holder.AgainOptions{}))(t); done.Ordered+done.Finished+done.Keys > 0 {
			t.Errorf("a second time it does something: %+v", done)
		}
		if err := h.CatchUp(ctx); err != nil {
			t.Errorf("the store that was not restored is not served any more: %v", err)
		}
		if v := h.read(t, part, "P01", "D05"); v == nil {
			t.Error("what was collected since is lost in the living store")
		}
	})
}

// destroyedBefore is somebody who is destroyed already when the copy is made.
func (h *house) destroyedBefore(t testing.TB) privacy.SubjectID {
	id := h.subscriber(somebody(9))
	must(h.Destroy(context.Background(), officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	return id
}

// tokens are the subject's in the blind index, as the rows print them.
func (h *house) tokens(t testing.TB, id privacy.SubjectID) (out []string) {
	for _, line := range h.rows(t) {
		if strings.HasPrefix(line, "lookup:") && strings.Contains(line, string(id)) {
			_, token, _ := strings.Cut(line, "token=")
			token, _, _ = strings.Cut(token, " ")
			out = append(out, token)
		}
	}
	if len(out) == 0 {
		t.Fatal("he has no tokens")
	}
	return out
}

// A copy made by other means has no mark of a restore; it is found out by the
// orders it does not know.
func TestACopyPutBackByOtherMeansIsFoundOut(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id, other := h.subscriber(somebody(1)), h.subscriber(somebody(2))
	if err := h.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	dir := copyTree(t, h.dir, "kupuya.db", "blobs/")
	fine := h.beside(t, "sqlite:"+dir, h.dsn, dir)
	if err := fine.CatchUp(context.Background()); err != nil {
		t.Errorf("nothing was destroyed since, and: %v", err)
	}
	must(h.Destroy(context.Background(), officer, holder.Removal{Subject: other, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D05"}}))(t)
	refusesToServe(t, fine, holder.ErrBehind)
	must(h.Destroy(context.Background(), officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	refusesToServe(t, fine, holder.ErrBehind)
	if a := must(fine.DestroyAgain(context.Background(), holder.AgainOptions{}))(t); a.Ordered != 2 {
		t.Errorf("done again: %+v", a)
	}
	if err := fine.CatchUp(context.Background()); err != nil {
		t.Error(err)
	}
}

// The other way round: the keys are older than the data, and have back what was
// destroyed.
func TestAnOlderKeyStoreIsBroughtToWhereTheDataAre(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id, part, other := h.subscriber(somebody(1)), h.subscriber(somebody(2)), h.subscriber(somebody(3))
	keys := h.keysBackedUp(t)
	must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	must(h.Destroy(ctx, officer, holder.Removal{Subject: part, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D05"}}))(t)
	if err := h.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	dir := copyTree(t, h.dir, "kupuya.db", "blobs/")
	load(t, keys, backup.Keys, "sqlite:"+dir, dir)
	old := h.beside(t, "sqlite:"+dir, "sqlite:"+dir, dir)
	refusesToServe(t, old, holder.ErrKeysBehind)
	if _, err := old.keyOf(t, id); err != nil {
		t.Fatalf("the key is not back: %v", err)
	}
	if a := must(old.DestroyAgain(ctx, holder.AgainOptions{}))(t); a.Keys != 2 || a.Ordered != 0 {
		t.Errorf("done again: %+v", a)
	}
	if _, err := old.keyOf(t, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("his key is still back: %v", err)
	}
	if k := must(old.keyOf(t, part))(t); k.Seeds["D05"] != nil || k.Seeds["D01"] == nil {
		t.Error("the seed is still back, or another is gone")
	}
	if err := old.CatchUp(ctx); err != nil {
		t.Error(err)
	}
	if opens(t, old, other) == 0 {
		t.Error("nobody else's opens")
	}
	old.verify(t)
}

func TestAnotherKeyStoreIsRefusedAndNothingIsDestroyed(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(somebody(1))
	if err := h.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	dir := copyTree(t, h.dir, "kupuya.db", "blobs/")
	wrong := h.beside(t, "sqlite:"+dir, "sqlite:"+t.TempDir(), dir)
	refusesToServe(t, wrong, holder.ErrOtherKeys)
	if _, err := wrong.DestroyAgain(context.Background(), holder.AgainOptions{Keyless: true}); !errors.Is(err, holder.ErrOtherKeys) {
		t.Fatalf("done again beside other keys: %v", err)
	}
	if s := wrong.standing(t, id); s.Status != privacy.StatusRegistered {
		t.Errorf("he is %s", s.Status)
	}
}

// Whoever has no key, for no known reason, is not destroyed unasked: the keys
// may only have been lost.
func TestWhoHasNoKeyIsDestroyedOnlyWhenItIsSaid(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	early := h.keysBackedUp(t)
	id := h.subscriber(somebody(1))
	path := h.backedUp(t)
	dir := t.TempDir()
	load(t, path, backup.Data, "sqlite:"+dir, dir)
	load(t, early, backup.Keys, "sqlite:"+dir, dir)
	old := h.beside(t, "sqlite:"+dir, "sqlite:"+dir, dir)
	a, err := old.DestroyAgain(ctx, holder.AgainOptions{})
	if !errors.Is(err, holder.ErrKeyless) || a.Keyless != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	refusesToServe(t, old, holder.ErrRestored)
	if s := old.standing(t, id); s.Status != privacy.StatusRegistered {
		t.Fatalf("he is %s", s.Status)
	}
	must(old.DestroyAgain(ctx, holder.AgainOptions{Keyless: true}))(t)
	if s := old.standing(t, id); s.Status != privacy.StatusDestroyed {
		t.Errorf("he is %s", s.Status)
	}
	if err := old.CatchUp(ctx); err != nil {
		t.Error(err)
	}
}

// Destroying again is cut at every call of the stores in turn and run again: it
// is refused to serve until all is done, and nothing is done twice.
func TestDestroyingAgainIsGoneOnWithWhereverItWasCut(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	gone, part := h.subscriber(somebody(1)), h.subscriber(somebody(2))
	h.photograph(t, gone)
	if err := h.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	path := h.backedUp(t)
	must(h.Destroy(ctx, officer, holder.Removal{Subject: gone, Ground: holder.GroundRequest}))(t)
	must(h.Destroy(ctx, officer, holder.Removal{Subject: part, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D05"}}))(t)
	keys := h.keysBackedUp(t)
	cuts := 0
	for n := 1; ; n++ {
		dir := t.TempDir()
		load(t, path, backup.Data, "sqlite:"+dir, dir)
		load(t, keys, backup.Keys, "sqlite:"+dir, dir)
		old := h.beside(t, "sqlite:"+dir, "sqlite:"+dir, dir)
		mend := old.cutAt(n)
		_, err := old.DestroyAgain(ctx, holder.AgainOptions{})
		op := mend()
		if op == "" {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		cuts++
		if err == nil && op != "scrub" && op != "key scrub" {
			if bad := old.CatchUp(ctx); bad != nil {
				t.Fatalf("cut at call %d (%s) it says it is done, and %v", n, op, bad)
			}
		}
		must(old.DestroyAgain(ctx, holder.AgainOptions{}))(t)
		if err := old.CatchUp(ctx); err != nil {
			t.Fatalf("cut at call %d (%s) and gone on with: %v", n, op, err)
		}
		for _, id := range []privacy.SubjectID{gone, part} {
			if got := old.replayed(t, id); !slices.Equal(got, again) {
				t.Fatalf("cut at call %d (%s) and gone on with, %s has %v", n, op, id, got)
			}
		}
		if files := old.files(t); len(files) > 0 {
			t.Fatalf("cut at call %d (%s): %d files are left", n, op, len(files))
		}
		if n > 12 && !long() {
			n += 2
		}
	}
	if cuts < 10 {
		t.Errorf("only %d calls were cut", cuts)
	}
}
