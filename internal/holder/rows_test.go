package holder_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver with which a test looks at PostgreSQL

	"kupuya/internal/store/sqlstore"
)

// rows gives every row of the data store as a line of text, sorted: what there
// is to compare when something must not have changed.
func (h *house) rows(t testing.TB) []string {
	t.Helper()
	var tables []string
	for _, table := range sqlstore.DataTables() {
		tables = append(tables, table.Name)
	}
	return tableRows(t, h.look(t, "kupuya.db"), tables...)
}

// keyRows is the same of the key store.
func (h *house) keyRows(t testing.TB) []string {
	t.Helper()
	if strings.HasPrefix(h.dsn, "sqlite:") {
		return tableRows(t, h.look(t, "keys.db"), "subject_key", "seed")
	}
	return tableRows(t, h.look(t, ""), "kupuya_keys.subject_key", "kupuya_keys.seed")
}

// look opens the data beside the house, for as long as the test.
func (h *house) look(t testing.TB, file string) *sql.DB {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if db := h.looks[file]; db != nil {
		return db
	}
	driver, dsn := "pgx", h.dsn
	if dir, ok := strings.CutPrefix(h.dsn, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+dir+"/"+file+"?mode=ro&_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	h.t.Cleanup(func() { _ = db.Close() }) // it only looked
	if h.looks == nil {
		h.looks = map[string]*sql.DB{}
	}
	h.looks[file] = db
	return db
}

func tableRows(t testing.TB, db *sql.DB, tables ...string) []string {
	t.Helper()
	ctx := context.Background()
	var out []string
	for _, table := range tables {
		cols := "*"
		if table == "edition" { // without its pack, which the hash stands for
			cols = "edition_id, hash, published, in_force"
		}
		rows, err := db.QueryContext(ctx, "SELECT "+cols+" FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		vals, dest := make([]any, len(names)), make([]any, len(names))
		for i := range vals {
			dest[i] = &vals[i]
		}
		for rows.Next() {
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			line := table + ":"
			for i, v := range vals {
				if b, ok := v.([]byte); ok && !utf8.Valid(b) {
					v = hex.EncodeToString(b)
				} else if ok {
					v = string(b)
				}
				line += fmt.Sprintf(" %s=%v", names[i], v)
			}
			out = append(out, line)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

var kindOf = regexp.MustCompile(`"kind":"([a-z_]+\.[a-z_.]+)"`)

// shape says what changed between two looks, without ids and moments: the
// tables whose rows came (+) and went (-), and of an event its kind.
func shape(before, after []string) []string {
	var out []string
	for _, side := range []struct {
		sign       string
		have, want []string
	}{{"-", before, after}, {"+", after, before}} {
		left := map[string]int{}
		for _, line := range side.want {
			left[line]++
		}
		for _, line := range side.have {
			if left[line]--; left[line] >= 0 {
				continue
			}
			table, _, _ := strings.Cut(line, ":")
			if kind := kindOf.FindStringSubmatch(line); table == "event" && kind != nil {
				table += " " + kind[1]
			}
			out = append(out, side.sign+table)
		}
	}
	slices.Sort(out)
	return out
}
