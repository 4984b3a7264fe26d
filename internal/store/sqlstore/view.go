package sqlstore

import (
	"context"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// view reads within one transaction.
type view struct {
	e   engine
	s   session
	op  string
	err error // the first that the engine gave; nothing is done after it

	appended      []appended
	editions      []store.Edition
	knowsEditions bool
}

var _ store.View = (*view)(nil)

// fail remembers an error that dooms the transaction.
func (v *view) fail(err error) error {
	if v.err == nil {
		v.err = wrap(v.e, v.op, err)
	}
	return v.err
}

// run carries out calls together.
func (v *view) run(ctx context.Context, calls ...*call) error {
	if v.err != nil {
		return v.err
	}
	if err := v.flush(ctx); err != nil {
		return err
	}
	for _, c := range calls {
		if err := bind(c.args); err != nil {
			return v.fail(err)
		}
	}
	if err := v.s.run(ctx, calls...); err != nil {
		return v.fail(err)
	}
	return nil
}

// later carries out a write that gives no answer.
func (v *view) later(ctx context.Context, sql string, args ...any) error {
	if v.err != nil {
		return v.err
	}
	err := bind(args)
	if err == nil {
		err = v.s.later(ctx, do(sql, args...))
	}
	if err != nil {
		return v.fail(err)
	}
	return nil
}

// one reads one row, or gives ErrNotFound.
func (v *view) one(ctx context.Context, dest []any, sql string, args ...any) error {
	found := false
	err := v.run(ctx, ask(func(s scan) error { found = true; return s(dest...) }, sql, args...))
	if err == nil && !found {
		return store.ErrNotFound
	}
	return err
}

// change carries out a write and gives the number of rows it changed.
func (v *view) change(ctx context.Context, sql string, args ...any) (int64, error) {
	c := do(sql, args...)
	err := v.run(ctx, c)
	return c.n, err
}

// list reads rows with one function.
func list[T any](ctx context.Context, v *view, row func(scan, *T) error, sql string, args ...any) ([]T, error) {
	var out []T
	err := v.run(ctx, ask(func(s scan) error {
		var r T
		if err := row(s, &r); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	}, sql, args...))
	if err != nil {
		return nil, err
	}
	return out, nil
}

// readID reads rows of one subject's id.
func readID(s scan, id *privacy.SubjectID) error { return s((*string)(id)) }

// page is a LIMIT that both engines understand: never negative.
func page(limit int) int64 { return int64(max(limit, 0)) }

// within brings a number of a stream into the engines' range.
func within(seq uint64) int64 { return int64(min(seq, 1<<62)) }
