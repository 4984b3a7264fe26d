package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kupuya/internal/store"
)

// Dump gives every row of every declared table, sorted.
func Dump(ctx context.Context, db any) ([]string, error) {
	b, tables := baseOf(db), DataTables()
	if _, isKeys := db.(*keys); isKeys {
		tables = KeyTables()
	}
	var lines []string
	err := b.transact(ctx, "dump", reading, func(t *tx) error {
		for _, table := range tables {
			cols, err := columns(ctx, t, table.Name)
			if err != nil {
				return err
			}
			err = t.run(ctx, ask(func(s scan) error {
				row := make([]any, len(cols))
				dest := make([]any, len(cols))
				for i := range row {
					dest[i] = &row[i]
				}
				if err := s(dest...); err != nil {
					return err
				}
				line := table.Name + ":"
				for i, v := range row {
					line += fmt.Sprintf(" %s=%v", cols[i], v)
				}
				lines = append(lines, line)
				return nil
			}, "SELECT "+strings.Join(cols, ", ")+" FROM "+table.Name))
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(lines)
	return lines, err
}

func baseOf(db any) *base {
	switch db := db.(type) {
	case *DB:
		return &db.base
	case *keys:
		return &db.base
	}
	panic("not a database of this package")
}

// columns names the columns of a table in a fixed order.
func columns(ctx context.Context, t *tx, table string) (cols []string, err error) {
	sql := `SELECT name FROM pragma_table_info($1) ORDER BY name`
	if _, isPost := t.e.(*post); isPost {
		sql = `SELECT column_name FROM information_schema.columns WHERE table_name = $1
			AND table_schema = ANY (current_schemas(false)) ORDER BY 1`
	}
	return list(ctx, &t.view, func(s scan, c *string) error { return s(c) }, sql, table)
}

var _ store.Keys = (*keys)(nil)
