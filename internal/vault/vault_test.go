package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

func TestAValueOpensForEveryOperationThatReads(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, canary)
	for _, o := range []privacy.Operations{
		privacy.Use, privacy.Extract, privacy.Systematise, privacy.ClarifyUpdate, privacy.ClarifyChange,
		privacy.Clarify, privacy.TransferProvide, privacy.TransferAccess, privacy.TransferDistribute, privacy.Anonymise,
	} {
		plain, err := v.Open(t.Context(), permit(t, anna, "D08", o), rec)
		if err != nil || string(plain) != canary {
			t.Errorf("%s: %q, %v", o, []byte(plain), err)
		}
	}
	if bytes.Contains(rec.Sealed, []byte("CANARY")) {
		t.Error("the value stands in the sealed bytes")
	}
}

func TestAPermitForSomethingElseOpensNothing(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, canary)
	for name, p := range map[string]policy.Permit{
		"the zero permit":                {},
		"a permit for another subject":   permit(t, bakyt, "D08", privacy.Use),
		"a permit for another category":  permit(t, anna, "D01", privacy.Use),
		"a permit to store":              permit(t, anna, "D08", privacy.Store),
		"a permit to collect":            permit(t, anna, "D08", privacy.Collect|privacy.Record),
		"a permit to block":              permit(t, anna, "D08", privacy.BlockOp),
		"a permit to delete":             permit(t, anna, "D08", privacy.Delete),
		"a permit to destroy":            permit(t, anna, "D08", privacy.Destroy),
		"a permit to accumulate":         permit(t, anna, "D08", privacy.Accumulate),
		"a permit to read and store":     permit(t, anna, "D08", privacy.Use|privacy.Store),
		"a permit for the whole of D04":  permit(t, anna, "D04", privacy.Use),
		"a permit for somebody's D01 id": permit(t, bakyt, "D01", privacy.Extract),
	} {
		plain, err := v.Open(t.Context(), p, rec)
		refused(t, name, err, privacy.Forbidden, nil)
		if plain != nil {
			t.Errorf("%s: gives bytes", name)
		}
		r, err := v.Ring(t.Context(), anna)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Open(p, rec)
		refused(t, name+", by the ring", err, privacy.Forbidden, nil)
	}
	_, err := v.Open(t.Context(), policy.Permit{}, store.Record{})
	refused(t, "the zero permit for the zero record", err, privacy.Forbidden, nil)
	r, err := v.Ring(t.Context(), bakyt)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Open(permit(t, anna, "D08", privacy.Use), rec)
	refused(t, "another subject's ring", err, privacy.Forbidden, nil)
	_, err = r.Open(permit(t, bakyt, "D08", privacy.Use), rec)
	refused(t, "another subject's ring and permit", err, privacy.Forbidden, nil)
}

// Every way of moving a row is tried: between subjects, categories, versions,
// and with another row's commitment.
func TestASwappedRowDoesNotOpen(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, "old")
	newer := v.record(t, anna, "D08", 2, "new")
	other := v.record(t, bakyt, "D08", 1, "other")
	v.record(t, anna, "D01", 1, "name")
	for name, row := range map[string]store.Record{
		"of another subject":            {Subject: bakyt, Category: "D08", Version: 1, Sealed: rec.Sealed, Commit: rec.Commit},
		"of another category":           {Subject: anna, Category: "D01", Version: 1, Sealed: rec.Sealed, Commit: rec.Commit},
		"of another version":            {Subject: anna, Category: "D08", Version: 2, Sealed: rec.Sealed, Commit: rec.Commit},
		"of a version never written":    {Subject: anna, Category: "D08", Version: 0, Sealed: rec.Sealed, Commit: rec.Commit},
		"with another's bytes":          {Subject: anna, Category: "D08", Version: 1, Sealed: other.Sealed, Commit: other.Commit},
		"with a newer commitment":       {Subject: anna, Category: "D08", Version: 1, Sealed: rec.Sealed, Commit: newer.Commit},
		"without a commitment":          {Subject: anna, Category: "D08", Version: 1, Sealed: rec.Sealed},
		"without bytes":                 {Subject: anna, Category: "D08", Version: 1, Commit: rec.Commit},
		"sealed as a note, not a value": {Subject: anna, Category: "D08", Version: 1, Sealed: mustSealFor(t, v, anna, "value", "1"), Commit: rec.Commit},
	} {
		plain, err := v.Open(t.Context(), permit(t, row.Subject, row.Category, privacy.Use), row)
		refused(t, "a row "+name, err, privacy.Internal, ErrDamaged)
		if plain != nil {
			t.Errorf("a row %s gives bytes", name)
		}
	}
	if plain, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), newer); err != nil || string(plain) != "new" {
		t.Errorf("the row in its place: %v", err)
	}
}

func mustSealFor(t *testing.T, v *bundle, id privacy.SubjectID, kind, item string) []byte {
	t.Helper()
	sealed, err := v.SealFor(t.Context(), id, kind, item, []byte(canary))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestTheSameValueSealsAndCommitsAnew(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	a, b := v.record(t, anna, "D08", 1, canary), v.record(t, anna, "D08", 1, canary)
	if bytes.Equal(a.Sealed, b.Sealed) || a.Commit == b.Commit || len(a.Commit) != 64 {
		t.Error("two seals of one value can be told to be of one value")
	}
	if _, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), a); err != nil {
		t.Errorf("the first does not open any more: %v", err)
	}
}

func TestDestroyedCategoriesAreGoneAndOthersStay(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	gone, stays := v.record(t, anna, "D08", 1, canary), v.record(t, anna, "D01", 1, "name")
	others := v.record(t, bakyt, "D08", 1, "other")
	if err := v.DestroyCategories(t.Context(), anna, "order", "D08", "D04"); err != nil {
		t.Fatal(err)
	}
	_, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), gone)
	refused(t, "the destroyed category", err, privacy.NotFound, ErrGone)
	refused(t, "the destroyed category, to a caller of the store", err, privacy.NotFound, store.ErrNotFound)
	for name, rec := range map[string]store.Record{"another category": stays, "another subject": others} {
		if _, err := v.Open(t.Context(), permit(t, rec.Subject, rec.Category, privacy.Use), rec); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := v.DestroyCategories(t.Context(), anna, "order", "D08"); err != nil {
		t.Errorf("destroying again: %v", err)
	}
	if err := v.DestroyCategories(t.Context(), anna, "order"); err != nil {
		t.Errorf("destroying nothing: %v", err)
	}
	if _, err := v.Open(t.Context(), permit(t, anna, "D01", privacy.Use), stays); err != nil {
		t.Errorf("destroying nothing destroyed something: %v", err)
	}
}

// A backup of the data is put back beside the living keys.
func TestARestoredRowOfADestroyedCategoryDoesNotOpen(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	backup := v.record(t, anna, "D08", 1, canary)
	if err := v.DestroyCategories(t.Context(), anna, "order", "D08"); err != nil {
		t.Fatal(err)
	}
	again := v.record(t, anna, "D08", 1, "collected again")
	p := permit(t, anna, "D08", privacy.Use)
	_, err := v.Open(t.Context(), p, backup)
	refused(t, "the restored row", err, privacy.Internal, ErrDamaged)
	if plain, err := v.Open(t.Context(), p, again); err != nil || string(plain) != "collected again" {
		t.Errorf("what was collected again: %v", err)
	}
}

func TestADestroyedSubjectIsGone(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, canary)
	note := mustSealFor(t, v, anna, "note", "e1")
	if err := v.DestroySubject(t.Context(), anna, "order"); err != nil {
		t.Fatal(err)
	}
	_, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), rec)
	refused(t, "a value", err, privacy.NotFound, ErrGone)
	_, err = v.OpenFor(t.Context(), anna, "note", "e1", note)
	refused(t, "a note", err, privacy.NotFound, ErrGone)
	_, _, err = v.Seal(t.Context(), anna, "D08", 2, nil)
	refused(t, "sealing", err, privacy.NotFound, ErrGone)
	_, err = v.SealFor(t.Context(), anna, "note", "e2", nil)
	refused(t, "sealing a note", err, privacy.NotFound, ErrGone)
	if err := v.DestroySubject(t.Context(), anna, "order"); err != nil {
		t.Errorf("destroying again: %v", err)
	}
	if err := v.Create(t.Context(), anna, noon); err != nil {
		t.Fatal(err)
	}
	v.record(t, anna, "D08", 1, "new") // the seed of a new key
	_, err = v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), rec)
	refused(t, "a restored row under a new key of the same id", err, privacy.Internal, ErrDamaged)
}

func TestCreateMakesOneKeyWithTheSeedsAsked(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	refused(t, "a second key", v.Create(t.Context(), anna, noon), privacy.Conflict, store.ErrTaken)
	if err := v.Create(t.Context(), nobody, noon, "D01", "D08"); err != nil {
		t.Fatal(err)
	}
	k, err := v.keys.Key(t.Context(), nobody)
	if err != nil || len(k.Seeds) != 2 || len(k.Seeds["D01"]) != 45 || bytes.Equal(k.Seeds["D01"], k.Seeds["D08"]) || !k.Created.Equal(noon) {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestWhatIsSealedForAPlaceOpensThereOnly(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	note := mustSealFor(t, v, anna, "note", "e1")
	if plain, err := v.OpenFor(t.Context(), anna, "note", "e1", note); err != nil || string(plain) != canary {
		t.Fatalf("in its place: %v", err)
	}
	for name, at := range map[string][3]string{
		"another subject":    {string(bakyt), "note", "e1"},
		"another kind":       {string(anna), "message", "e1"},
		"another item":       {string(anna), "note", "e2"},
		"a shifted boundary": {string(anna), "not", "ee1"},
	} {
		_, err := v.OpenFor(t.Context(), privacy.SubjectID(at[0]), at[1], at[2], note)
		refused(t, name, err, privacy.Internal, ErrDamaged)
	}
	if err := v.DestroyCategories(t.Context(), anna, "order", "D01", "note"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.OpenFor(t.Context(), anna, "note", "e1", note); err != nil {
		t.Errorf("a note went with a category: %v", err)
	}
	kept, err := v.SealNode("once", "a|k", []byte(canary))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := v.OpenNode("once", "a|k", kept); err != nil || string(plain) != canary {
		t.Fatalf("the node's own: %v", err)
	}
	for name, at := range map[string][2]string{"another kind": {"twice", "a|k"}, "another item": {"once", "a|l"}, "a shifted boundary": {"onc", "ea|k"}} {
		_, err := v.OpenNode(at[0], at[1], kept)
		refused(t, "the node's own under "+name, err, privacy.Internal, ErrDamaged)
	}
	another := newVault(t)
	_, err = another.OpenNode("once", "a|k", kept)
	refused(t, "another node", err, privacy.Internal, ErrDamaged)
}

func TestTokenTellsFieldsAndValuesApart(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	token := v.Token("msisdn", "+996991123456")
	if len(token) != 16 || !bytes.Equal(token, v.Token("msisdn", "+996991123456")) {
		t.Fatal("a token is not sixteen bytes, the same every time")
	}
	for name, other := range map[string][]byte{
		"another value":      v.Token("msisdn", "+996991123457"),
		"another field":      v.Token("pin", "+996991123456"),
		"a shifted boundary": v.Token("msisd", "n+996991123456"),
		"another key":        newVault(t).Token("msisdn", "+996991123456"),
	} {
		if bytes.Equal(token, other) {
			t.Errorf("%s has the same token", name)
		}
	}
	again, err := OpenFile(v.path, phrase)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(token, New(again, again, v.keys, nil).Token("msisdn", "+996991123456")) {
		t.Error("another process with the same file gives another token")
	}
}

func TestAKeyStoreThatIsDownOpensNothing(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, canary)
	v.keys.fail = privacy.E("store", privacy.Unavailable, errors.New("no route"))
	for name, call := range map[string]func() error{
		"open":     func() error { _, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), rec); return err },
		"seal":     func() error { _, _, err := v.Seal(t.Context(), anna, "D08", 2, nil); return err },
		"create":   func() error { return v.Create(t.Context(), nobody, noon) },
		"destroy":  func() error { return v.DestroySubject(t.Context(), anna, "order") },
		"shred":    func() error { return v.DestroyCategories(t.Context(), anna, "order", "D08") },
		"rewrap":   func() error { _, err := v.Rewrap(t.Context(), 10); return err },
		"drop":     func() error { return v.DropEpoch(t.Context(), phrase, 1) },
		"scrub":    func() error { return v.Scrub(t.Context()) },
		"ping":     func() error { return v.Ping(t.Context()) },
		"open for": func() error { _, err := v.OpenFor(t.Context(), anna, "note", "e1", nil); return err },
	} {
		refused(t, name, call(), privacy.Unavailable, nil)
	}
}

func TestRewrapGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	recs := []store.Record{}
	for i := range 7 {
		id := privacy.SubjectID(fmt.Sprintf("0193589c-0000-7000-8000-1%011d", i))
		if err := v.Create(t.Context(), id, noon); err != nil {
			t.Fatal(err)
		}
		recs = append(recs, v.record(t, id, "D08", 1, canary))
	}
	if n, err := v.Rewrap(t.Context(), 4); n != 0 || err != nil {
		t.Fatalf("nothing is old, yet %d were rewrapped, %v", n, err)
	}
	if _, err := v.file.NewEpoch(phrase, noon); err != nil {
		t.Fatal(err)
	}
	refused(t, "dropping an epoch in use", v.DropEpoch(t.Context(), phrase, 1), privacy.Conflict, ErrInUse)
	total, rounds := 0, 0
	for {
		n, err := v.Rewrap(t.Context(), 4)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
		total, rounds = total+n, rounds+1
	}
	if total != 9 || rounds != 3 {
		t.Errorf("%d keys in %d rounds; want 9 in 3", total, rounds)
	}
	backup := cloned(v.keys.m[recs[0].Subject])
	if err := v.DropEpoch(t.Context(), phrase, 1); err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		if _, err := v.Open(t.Context(), permit(t, rec.Subject, "D08", privacy.Use), rec); err != nil {
			t.Fatalf("after the epoch was dropped: %v", err)
		}
	}
	refused(t, "dropping the newest", v.DropEpoch(t.Context(), phrase, 2), privacy.Conflict, ErrInUse)
	refused(t, "dropping what is not there", v.DropEpoch(t.Context(), phrase, 1), privacy.NotFound, ErrEpoch)
	backup.Epoch = 2
	v.keys.m[recs[0].Subject] = backup
	if err := v.DropEpoch(t.Context(), "wrong", 1); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
}

// A destroyed subject comes back in an old backup of the key database; the
// epoch that wrapped the key is gone, so nothing opens.
func TestAnOldBackupOfKeysOpensNothingOnceItsEpochIsDropped(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, canary)
	backup := cloned(v.keys.m[anna])
	if err := v.DestroySubject(t.Context(), anna, "order"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.file.NewEpoch(phrase, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Rewrap(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if err := v.DropEpoch(t.Context(), phrase, 1); err != nil {
		t.Fatal(err)
	}
	v.keys.m[anna] = backup
	_, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), rec)
	refused(t, "the restored key", err, privacy.Unavailable, ErrEpoch)
	for _, epoch := range []int{2, 3} {
		backup.Epoch = epoch
		v.keys.m[anna] = backup
		if _, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), rec); err == nil {
			t.Errorf("the restored key opens when it says it is of epoch %d", epoch)
		}
	}
}

func TestASwappedKeyRowDoesNotOpen(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, canary)
	stolen := cloned(v.keys.m[anna])
	stolen.Subject = bakyt
	v.keys.m[bakyt] = stolen
	_, err := v.Ring(t.Context(), bakyt)
	refused(t, "anna's key in bakyt's row", err, privacy.Internal, ErrDamaged)
	if _, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), rec); err != nil {
		t.Errorf("anna's own: %v", err)
	}
}

// Nothing that holds a key or a value prints it, whatever the verb.
func TestNothingSecretPrints(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	rec := v.record(t, anna, "D08", 1, canary)
	plain, err := v.Open(t.Context(), permit(t, anna, "D08", privacy.Use), rec)
	if err != nil {
		t.Fatal(err)
	}
	r, err := v.Ring(t.Context(), anna)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	for _, x := range []any{plain, &plain, struct{ V Secret }{plain}, r, *r, v.file, v.Vault, *v.Vault, struct{ hidden *Sealed }{v.file}, struct{ hidden *Vault }{v.Vault}, map[string]Secret{"v": plain}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%08b"} {
			fmt.Fprintf(&out, verb, x)
		}
		log.Info("x", "v", x)
	}
	if err := json.NewEncoder(&out).Encode(map[string]any{"v": plain}); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	keys := v.file.keys.Load()
	for name, secret := range map[string][]byte{"the value": []byte(plain), "the subject's key": r.key, "the KEK": keys.Epochs[0].Key, "the index key": keys.Index} {
		for _, form := range []string{string(secret), fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprint(secret), strings.Trim(fmt.Sprintf("%#v", secret), "[]byte{}")} {
			if strings.Contains(text, form) {
				t.Errorf("%s is printed", name)
			}
		}
	}
	if !strings.Contains(text, redacted) {
		t.Error("nothing was printed at all, so the test proves nothing")
	}
}

// Whatever is sealed where, it opens there and nowhere else.
func TestSealAndOpenAreInverse(t *testing.T) {
	t.Parallel()
	key := fresh(keySize)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		place := rapid.SliceOfN(rapid.StringN(0, 3, 8), 1, 4).Draw(t, "place")
		other := rapid.SliceOfN(rapid.StringN(0, 3, 8), 1, 4).Draw(t, "other")
		sealed, err := seal(key, plain, place...)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := open(key, sealed, place...); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("in its place: %v", err)
		}
		if _, err := open(key, sealed, other...); (err == nil) != slices.Equal(place, other) {
			t.Fatalf("sealed for %q, opened for %q: %v", place, other, err)
		}
	})
}

// The keys are fixed, so that every process of the fuzzer opens the same seeds.
func FuzzOpen(f *testing.F) {
	r := &Ring{id: anna, key: bytes.Repeat([]byte{7}, keySize), row: store.SubjectKey{Seeds: map[privacy.CategoryID][]byte{"D08": bytes.Repeat([]byte{9}, seedSize)}}}
	sealed, commit, err := r.Seal(f.Context(), "D08", 1, []byte(canary))
	if err != nil {
		f.Fatal(err)
	}
	p := permit(f, anna, "D08", privacy.Use)
	f.Add(sealed, commit)
	f.Add([]byte{}, "")
	f.Add([]byte{sealForm}, commit)
	f.Add(sealed[:len(sealed)-1], commit)
	f.Add(append([]byte{2}, sealed[1:]...), commit)
	f.Fuzz(func(t *testing.T, sealed []byte, commit string) {
		plain, err := r.Open(p, store.Record{Subject: anna, Category: "D08", Version: 1, Sealed: sealed, Commit: commit})
		if err == nil && string(plain) != canary {
			t.Error("bytes that nobody sealed open")
		}
		if err != nil && (plain != nil || !errors.Is(err, ErrDamaged)) {
			t.Errorf("bytes %v with the error %v", plain != nil, err)
		}
	})
}

func BenchmarkSeal256(b *testing.B) {
	v := newVault(b)
	plain := bytes.Repeat([]byte("x"), 256)
	v.record(b, anna, "D08", 1, "seed")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := v.Seal(b.Context(), anna, "D08", 1, plain); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen256(b *testing.B) {
	v := newVault(b)
	rec := v.record(b, anna, "D08", 1, strings.Repeat("x", 256))
	p := permit(b, anna, "D08", privacy.Use)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Open(b.Context(), p, rec); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRingOpen256(b *testing.B) {
	v := newVault(b)
	rec := v.record(b, anna, "D08", 1, strings.Repeat("x", 256))
	p := permit(b, anna, "D08", privacy.Use)
	r, err := v.Ring(b.Context(), anna)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Open(p, rec); err != nil {
			b.Fatal(err)
		}
	}
}
