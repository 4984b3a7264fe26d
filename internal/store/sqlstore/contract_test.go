package sqlstore_test

import (
	"testing"

	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/store/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// engines names a fresh place on each engine.
var engines = []struct {
	name  string
	fresh func(t testing.TB) (dsn string)
}{
	{"sqlite", func(t testing.TB) string { return "sqlite:" + t.TempDir() }},
	{"postgres", pgtest.DSN},
}

// onBoth runs a test on each engine, with a place of its own.
func onBoth(t *testing.T, run func(t *testing.T, dsn string)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			run(t, e.fresh(t))
		})
	}
}

// openData opens a store until the end of the test.
func openData(t testing.TB, dsn string, o sqlstore.Options) *sqlstore.DB {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// openKeys opens keys until the end of the test.
func openKeys(t testing.TB, dsn string, o sqlstore.Options) store.Keys {
	t.Helper()
	k, err := sqlstore.OpenKeys(t.Context(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

// dump gives every row of a database.
func dump(t testing.TB, db any) []string {
	t.Helper()
	lines, err := sqlstore.Dump(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestBothEnginesKeepTheContractOfTheStore(t *testing.T) {
	t.Parallel()
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) storetest.Place {
				dsn := e.fresh(t)
				reader := openData(t, dsn, sqlstore.Options{MaxConns: 1})
				return storetest.Place{
					Open: func(t *testing.T, fault func(string) error) storetest.Engine {
						return openData(t, dsn, sqlstore.Options{MaxConns: 4, Fault: fault})
					},
					Dump: func(t *testing.T) []string { return dump(t, reader) },
				}
			})
		})
	}
}

func TestBothEnginesKeepTheContractOfTheKeys(t *testing.T) {
	t.Parallel()
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			storetest.RunKeys(t, func(t *testing.T) storetest.KeysPlace {
				dsn := e.fresh(t)
				reader := openKeys(t, dsn, sqlstore.Options{MaxConns: 1})
				return storetest.KeysPlace{
					Open: func(t *testing.T, fault func(string) error) store.Keys {
						return openKeys(t, dsn, sqlstore.Options{MaxConns: 4, Fault: fault})
					},
					Dump: func(t *testing.T) []string { return dump(t, reader) },
				}
			})
		})
	}
}
