package sqlstore_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/sqlstore"
)

// oldStandings are rows as the first release wrote them.
var oldStandings = []string{
	`{"id":"019e0000-0000-7000-8000-000000000001","stream":"5b8a2f4c6d8e0f1a2b3c4d5e6f708192","status":"registered","since":"2026-11-23T12:00:00.123Z",` +
		`"lang":"ky","age":true,"acc":{"id":"019e0000-0000-7000-8000-0000000000aa","ed":"mega24/2026-1","gr":"sms","at":"2026-11-23T12:01:00Z"},` +
		`"agr":{"id":"019e0000-0000-7000-8000-0000000000ab","since":"2026-11-23T12:02:00Z"},` +
		`"con":[{"id":"019e0000-0000-7000-8000-0000000000ac","p":"P03","ed":"mega24/2026-1","gr":"tick","by":"subject","at":"2026-11-23T12:03:00Z"}],` +
		`"blk":[{"id":"019e0000-0000-7000-8000-0000000000ad","k":"dispute","c":"D05","at":"2026-11-24T00:00:00Z"}],` +
		`"val":[{"c":"D01","s":"live","v":2,"at":"2026-11-23T12:00:00Z","src":"app_form","p":["P01","P04"]}]}`,
	`{"id":"019e0000-0000-7000-8000-000000000002","stream":"6b8a2f4c6d8e0f1a2b3c4d5e6f708192","status":"registered","since":"2026-11-23T12:00:00Z",` +
		`"lang":"ru","age":true,"minor":"2031-05-16T18:00:00Z","guardian":"019e0000-0000-7000-8000-000000000001","obj":[{"id":"o","p":"P08","at":"2026-11-23T18:00:00+06:00"}]}`,
	`{"id":"019e0000-0000-7000-8000-000000000003","stream":"7b8a2f4c6d8e0f1a2b3c4d5e6f708192","status":"destroyed","since":"2026-11-23T12:00:00Z"}`,
}

// The data of the release that kept standings as JSON.
func TestStandingsOfTheFirstReleaseAreReadAndWritten(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		if strings.HasPrefix(dsn, "postgres") {
			empty(t, dsn)
		}
		first, err := sqlstore.OpenAs(t.Context(), dsn, 1)
		if err != nil {
			t.Fatal(err)
		}
		var want []privacy.Subject
		for _, text := range oldStandings {
			var s privacy.Subject
			if err := json.Unmarshal([]byte(text), &s); err != nil {
				t.Fatal(err)
			}
			want = append(want, s)
			if _, err := sqlstore.Query(t.Context(), first, `INSERT INTO stream (subject_id, stream, seq) VALUES ($1, $2, 0)`, s.ID, s.Stream); err != nil {
				t.Fatal(err)
			}
			if _, err := sqlstore.Query(t.Context(), first, `INSERT INTO subject (subject_id, status, standing) VALUES ($1, $2, $3)`, s.ID, s.Status, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		db := openData(t, dsn, sqlstore.Options{})
		for range 2 { // as they were found, and then as they are written now
			i := 0
			if err := db.View(t.Context(), func(v store.View) error {
				return v.Standings(t.Context(), "", "", func(s *privacy.Subject) error {
					got, _ := json.Marshal(s)
					if want, _ := json.Marshal(want[i]); string(got) != string(want) {
						t.Errorf("got  %s\nwant %s", got, want)
					}
					i++
					return nil
				})
			}); err != nil || i != len(want) {
				t.Fatalf("%d standings, %v", i, err)
			}
			for _, s := range want {
				if err := db.Update(t.Context(), s.ID, func(tx store.Tx) error {
					found, err := tx.Subject(t.Context(), s.ID)
					if err != nil {
						return err
					}
					return tx.PutSubject(t.Context(), found)
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		rows, err := sqlstore.Query(t.Context(), db, `SELECT status FROM subject WHERE length(standing) < 300 ORDER BY subject_id`)
		if err != nil || strings.Join(rows, " ") != "registered registered destroyed" {
			t.Errorf("the compact ones are %v, %v", rows, err)
		}
		if _, err := sqlstore.OpenAs(t.Context(), dsn, 2); !errors.Is(err, sqlstore.ErrNewer) {
			t.Errorf("the release before is not refused: %v", err)
		}
	})
}

func TestADamagedStandingIsAnErrorAndNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		db := openData(t, dsn, sqlstore.Options{})
		id := register(t, db)
		if _, err := sqlstore.Query(t.Context(), db, `UPDATE subject SET standing = $2 WHERE subject_id = $1`, id, []byte{1, 2, 3}); err != nil {
			t.Fatal(err)
		}
		for name, look := range map[string]func(store.View) error{
			"one": func(v store.View) error { _, err := v.Subject(t.Context(), id); return err },
			"a walk": func(v store.View) error {
				return v.Standings(t.Context(), "", "", func(*privacy.Subject) error { return nil })
			},
		} {
			if err := db.View(t.Context(), look); privacy.CodeOf(err) != privacy.Internal || !errors.Is(err, privacy.ErrDamaged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
