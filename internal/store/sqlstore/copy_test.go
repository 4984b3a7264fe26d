package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/sqlstore"
)

// taken is a copy in memory.
type taken struct {
	version int
	tables  []sqlstore.Rows
	rows    [][][]any
}

type snapshooter interface {
	Snapshot(ctx context.Context, table func(string, []string) (func([]any) error, error)) (int, error)
}

func take(t testing.TB, from snapshooter) *taken {
	t.Helper()
	c := &taken{}
	var err error
	c.version, err = from.Snapshot(t.Context(), func(name string, columns []string) (func([]any) error, error) {
		i := len(c.tables)
		c.tables, c.rows = append(c.tables, sqlstore.Rows{Table: name, Columns: columns}), append(c.rows, nil)
		return func(row []any) error { c.rows[i] = append(c.rows[i], slices.Clone(row)); return nil }, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// all gives the copy as Restore takes it, in two parts per table as a file does.
func (c *taken) all() iter.Seq2[sqlstore.Rows, error] {
	return func(yield func(sqlstore.Rows, error) bool) {
		for i, table := range c.tables {
			half := len(c.rows[i]) / 2
			for _, rows := range [][][]any{c.rows[i][:half], c.rows[i][half:]} {
				at := 0
				table.Next = func() ([]any, error) {
					if at == len(rows) {
						return nil, io.EOF
					}
					at++
					return slices.Clone(rows[at-1]), nil
				}
				if !yield(table, nil) {
					return
				}
			}
		}
	}
}

// furnished is a store with a row in most tables.
func furnished(t testing.TB, dsn string) *sqlstore.DB {
	t.Helper()
	db := openData(t, dsn, sqlstore.Options{})
	for i := range 30 {
		id := register(t, db)
		err := db.Update(t.Context(), id, func(tx store.Tx) error {
			ctx := t.Context()
			return errors.Join(appendOne(ctx, tx, id), appendOne(ctx, tx, id),
				tx.PutRecord(ctx, store.Record{Subject: id, Category: "D01", Version: 1, Sealed: random(300), Written: noon, Notice: "Ңөү'\"\\ жок"}),
				tx.PutReceipt(ctx, store.Receipt{Subject: id, ID: "r", Kind: "k", At: noon, Sealed: []byte{}}),
				tx.Note(ctx, id, 1, random(40)),
				tx.PutBlob(ctx, store.Blob{Subject: id, ID: fmt.Sprint("b", i), Category: "D04.x", Written: noon}),
				tx.PutDuty(ctx, store.Duty{Subject: id, ID: "d", Kind: "settle", Due: noon, Created: noon}),
				tx.PutLookup(ctx, store.Lookup{Subject: id, Field: "msisdn", Token: random(16), From: noon}, true))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Update(t.Context(), store.HolderID, func(tx store.Tx) error {
		return tx.PutKeysMark(t.Context(), store.KeysMark{ID: "abc", N: 7})
	}); err != nil {
		t.Fatal(err)
	}
	return db
}

// without leaves out the rows of a table.
func without(lines []string, table string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.HasPrefix(l, table+":") })
}

func TestACopyIsEqualRowByRowOnWhicheverEngine(t *testing.T) {
	t.Parallel()
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				t.Parallel()
				dsn := to.fresh(t)
				db := furnished(t, from.fresh(t))
				copied := take(t, db)
				if err := sqlstore.Restore(t.Context(), dsn, copied.version, false, copied.all(), sqlstore.Options{}); err != nil {
					t.Fatal(err)
				}
				restored := openData(t, dsn, sqlstore.Options{})
				want, got := without(dump(t, db), "mark"), dump(t, restored)
				if len(want) < 200 || strings.Join(want, "\n") != strings.Join(without(got, "mark"), "\n") {
					t.Errorf("%d rows, and of %d others", len(want), len(got))
				}
				if mark := got[slices.IndexFunc(got, func(l string) bool { return strings.HasPrefix(l, "mark:") })]; mark != "mark: id=abc n=-8 name=keys" {
					t.Errorf("a restored copy is not known as one: %s", mark)
				}
				if err := record(t.Context(), restored, privacy.SubjectID(copied.rows[0][0][slices.Index(copied.tables[0].Columns, "subject_id")].(string))); err != nil {
					t.Errorf("the copy is not written to: %v", err)
				}
			})
		}
	}
}

func TestACopyOfKeysIsEqualRowByRowOnWhicheverEngine(t *testing.T) {
	t.Parallel()
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				t.Parallel()
				dsn, k := to.fresh(t), openKeys(t, from.fresh(t), sqlstore.Options{})
				for range 20 {
					id := privacy.SubjectID(privacy.NewID(noon))
					err := k.PutKey(t.Context(), store.SubjectKey{Subject: id, Epoch: 2, Wrapped: random(93), Created: noon, Seeds: map[privacy.CategoryID][]byte{"D01": random(45), "D02": random(45)}})
					if err := errors.Join(err, k.DestroySeeds(t.Context(), id, "order", "D02")); err != nil {
						t.Fatal(err)
					}
				}
				copied := take(t, k.(*sqlstore.Keys))
				if err := sqlstore.RestoreKeys(t.Context(), dsn, copied.version, false, copied.all(), sqlstore.Options{}); err != nil {
					t.Fatal(err)
				}
				if got := dump(t, openKeys(t, dsn, sqlstore.Options{})); strings.Join(got, "\n") != strings.Join(dump(t, k), "\n") {
					t.Errorf("another key store: %d rows", len(got))
				}
			})
		}
	}
}

func TestWhatIsThereIsReplacedOnlyWithForce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		copied := take(t, furnished(t, "sqlite:"+t.TempDir()))
		db := furnished(t, dsn)
		before := dump(t, db)
		err := sqlstore.Restore(t.Context(), dsn, copied.version, false, copied.all(), sqlstore.Options{})
		if privacy.CodeOf(err) != privacy.Conflict || !errors.Is(err, sqlstore.ErrNotEmpty) {
			t.Fatalf("without force: %v", err)
		}
		if got := dump(t, db); strings.Join(got, "\n") != strings.Join(before, "\n") {
			t.Fatal("refused, and something is changed")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := sqlstore.Restore(t.Context(), dsn, copied.version, true, copied.all(), sqlstore.Options{}); err != nil {
			t.Fatal(err)
		}
		if got := take(t, openData(t, dsn, sqlstore.Options{})); len(got.rows[0]) != len(copied.rows[0]) || fmt.Sprint(got.rows[0][0]) != fmt.Sprint(copied.rows[0][0]) {
			t.Error("with force it is not the copy")
		}
	})
}

// A restore that is cut at any call leaves what was there.
func TestARestoreThatIsCutIsNone(t *testing.T) {
	t.Parallel()
	copied := take(t, furnished(t, "sqlite:"+t.TempDir()))
	onBoth(t, func(t *testing.T, dsn string) {
		if strings.HasPrefix(dsn, "postgres") {
			empty(t, dsn)
		}
		errCut := errors.New("the connection was cut")
		for cut := 1; ; cut += 1 + cut/7 {
			n, op := 0, ""
			err := sqlstore.Restore(t.Context(), dsn, copied.version, false, copied.all(), sqlstore.Options{Fault: func(what string) error {
				if n++; n == cut {
					op = what
					return errCut
				}
				return nil
			}})
			if op == "" || op == "committed" {
				if err != nil && op == "" || cut < 20 {
					t.Fatalf("after %d calls: %v", cut, err)
				}
				break
			}
			if privacy.CodeOf(err) != privacy.Unavailable {
				t.Fatalf("cut at call %d (%s): %v", cut, op, err)
			}
		}
		if got := take(t, openData(t, dsn, sqlstore.Options{})); len(got.rows[0]) != len(copied.rows[0]) {
			t.Errorf("%d rows of %d", len(got.rows[0]), len(copied.rows[0]))
		}
	})
}

func TestRowsThatDoNotFitAreRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + t.TempDir()
	good := take(t, furnished(t, "sqlite:"+t.TempDir()))
	for name, spoil := range map[string]func(c *taken){
		"a table nobody knows":    func(c *taken) { c.tables[0].Table = "sqlite_master" },
		"the list of migrations":  func(c *taken) { c.tables[0].Table = "migration" },
		"a column too few":        func(c *taken) { c.tables[0].Columns = c.tables[0].Columns[1:] },
		"another column":          func(c *taken) { c.tables[0].Columns = slices.Repeat([]string{"x"}, len(c.tables[0].Columns)) },
		"a value too few":         func(c *taken) { c.rows[0] = [][]any{c.rows[0][0][1:]} },
		"a value of another type": func(c *taken) { c.rows[0] = [][]any{slices.Repeat([]any{3.5}, len(c.rows[0][0]))} },
		"a row twice":             func(c *taken) { c.rows[0] = append(c.rows[0], c.rows[0][0]) },
		"an older version":        func(c *taken) { c.version = 1 },
		"a later version":         func(c *taken) { c.version = 1000 },
	} {
		c := &taken{good.version, slices.Clone(good.tables), slices.Clone(good.rows)}
		spoil(c)
		if err := sqlstore.Restore(t.Context(), dsn, c.version, false, c.all(), sqlstore.Options{}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	broken := func(yield func(sqlstore.Rows, error) bool) { yield(sqlstore.Rows{}, io.ErrUnexpectedEOF) }
	if err := sqlstore.Restore(t.Context(), dsn, good.version, false, broken, sqlstore.Options{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("rows that break off: %v", err)
	}
	if err := sqlstore.Restore(t.Context(), dsn, good.version, false, good.all(), sqlstore.Options{}); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// An older release's copy goes into the schema of its day and is then brought
// forward like a living store.
func TestACopyOfAnOlderReleaseIsBroughtForward(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		c := take(t, furnished(t, "sqlite:"+t.TempDir()))
		var old taken
		for i, table := range c.tables {
			if slices.Contains(sqlstore.TablesAt(3), table.Table) {
				old.tables, old.rows = append(old.tables, table), append(old.rows, c.rows[i])
			}
		}
		c = &old
		if err := sqlstore.Restore(t.Context(), dsn, 3, false, c.all(), sqlstore.Options{}); err != nil {
			t.Fatal(err)
		}
		lines := dump(t, openData(t, dsn, sqlstore.Options{}))
		if !slices.Contains(lines, "mark: id= n=-1 name=keys") {
			t.Error("it is not known as restored")
		}
		if n := len(lines) - len(without(lines, "migration")); n != sqlstore.Steps() {
			t.Errorf("%d of %d migrations", n, sqlstore.Steps())
		}
	})
}

// The copy is of one moment, although others write while it is made.
func TestACopyIsOfOneMoment(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		db := furnished(t, dsn)
		subjects, streams := 0, 0
		_, err := db.Snapshot(t.Context(), func(name string, _ []string) (func([]any) error, error) {
			if name == "stream" { // between what belongs together
				register(t, db)
			}
			return func([]any) error {
				switch name {
				case "subject":
					subjects++
				case "stream":
					streams++
				}
				return nil
			}, nil
		})
		if err != nil || subjects != 30 || streams != 30 {
			t.Errorf("%d subjects and %d streams, %v", subjects, streams, err)
		}
	})
}

func TestKeysOfTheReleaseBeforeHaveSeedsInClearAndAreSeenAsOld(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		if strings.HasPrefix(dsn, "postgres") {
			empty(t, dsn)
		}
		id := privacy.SubjectID(privacy.NewID(noon))
		before, err := sqlstore.OpenKeysAs(t.Context(), dsn, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{
			`INSERT INTO subject_key (subject_id, epoch, wrapped, created) VALUES ('` + string(id) + `', 3, '\x01', 5) RETURNING subject_id`,
			`INSERT INTO seed (subject_id, category, seed) VALUES ('` + string(id) + `', 'D01', '0123456789abcdef') RETURNING subject_id`,
		} {
			if strings.HasPrefix(dsn, "sqlite") {
				sql = strings.NewReplacer(`'\x01'`, `X'01'`, `'0123456789abcdef'`, `CAST('0123456789abcdef' AS BLOB)`).Replace(sql)
			}
			if _, err := sqlstore.Query(t.Context(), before, sql); err != nil {
				t.Fatal(err)
			}
		}
		if err := before.Close(); err != nil {
			t.Fatal(err)
		}
		k := openKeys(t, dsn, sqlstore.Options{})
		have, err := k.Key(t.Context(), id)
		if err != nil || string(have.Seeds["D01"]) != "0123456789abcdef" {
			t.Fatalf("%v, %v", have, err)
		}
		old, err := k.Old(t.Context(), 3, 10)
		if err != nil || !slices.Equal(old, []privacy.SubjectID{id}) {
			t.Fatalf("a seed in clear is not seen: %v, %v", old, err)
		}
		anew := have
		anew.Wrapped, anew.Seeds = []byte("anew"), map[privacy.CategoryID][]byte{"D01": []byte("sealed")}
		if err := k.Rewrap(t.Context(), have, anew); err != nil {
			t.Fatal(err)
		}
		if old, err := k.Old(t.Context(), 3, 10); err != nil || len(old) > 0 {
			t.Errorf("rewrapped it is still seen: %v, %v", old, err)
		}
		if _, err := sqlstore.OpenKeysAs(t.Context(), dsn, 1); !errors.Is(err, sqlstore.ErrNewer) {
			t.Errorf("the release before opens it: %v", err)
		}
	})
}
