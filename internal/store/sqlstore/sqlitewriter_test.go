package sqlstore

import (
	"context"
	"errors"
	"testing"

	"kupuya/internal/privacy"
)

// group brings two turns into one commit and gives what became of each. The
// second does what is asked while the first waits.
func group(t *testing.T, second func(*liteTurn) error) (rows int, first, other error) {
	t.Helper()
	ctx := t.Context()
	for range 1000 { // the second may come too late to be of the group
		e, err := openSQLite(ctx, t.TempDir(), "group.db", Options{})
		if err != nil {
			t.Fatal(err)
		}
		run := func(s session, sql string) {
			t.Helper()
			if err := s.run(ctx, do(sql)); err != nil {
				t.Fatal(err)
			}
		}
		made, err := e.begin(ctx, writing)
		if err != nil {
			t.Fatal(err)
		}
		run(made, `CREATE TABLE x (n INTEGER)`)
		if err := made.commit(ctx); err != nil {
			t.Fatal(err)
		}
		one, err := e.begin(ctx, writing)
		if err != nil {
			t.Fatal(err)
		}
		run(one, `INSERT INTO x (n) VALUES (1)`)
		result := make(chan error, 1)
		asks := make(chan struct{})
		var joined bool
		go func() {
			close(asks)
			s, err := e.begin(ctx, writing)
			if err != nil {
				result <- err
				return
			}
			defer s.end()
			two := s.(*liteTurn)
			if joined = e.writer.open; !joined {
				result <- s.rollback()
				return
			}
			if err := two.run(ctx, do(`INSERT INTO x (n) VALUES (2)`)); err != nil {
				result <- err
				return
			}
			result <- second(two)
		}()
		<-asks
		first = one.commit(ctx)
		other = <-result
		if joined {
			r, err := e.begin(ctx, reading)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.run(ctx, ask(func(s scan) error { return s(&rows) }, `SELECT count(*) FROM x`)); err != nil {
				t.Fatal(err)
			}
			r.end()
		}
		if err := e.close(); err != nil {
			t.Fatal(err)
		}
		if joined {
			return rows, first, other
		}
	}
	t.Fatal("no two turns ever met in a group")
	return 0, nil, nil
}

func TestATurnThatGivesUpTakesNothingOfTheGroupAlong(t *testing.T) {
	t.Parallel()
	if rows, first, other := group(t, func(s *liteTurn) error { return s.commit(context.Background()) }); first != nil || other != nil || rows != 2 {
		t.Errorf("both commit: %v, %v, %d rows", first, other, rows)
	}
	if rows, first, other := group(t, func(s *liteTurn) error { return s.rollback() }); first != nil || other != nil || rows != 1 {
		t.Errorf("the second gives up: %v, %v, %d rows", first, other, rows)
	}
	if rows, first, other := group(t, func(s *liteTurn) error { s.end(); return nil }); first != nil || other != nil || rows != 1 {
		t.Errorf("the second panics: %v, %v, %d rows", first, other, rows)
	}
}

func TestWhenTheEngineRollsBackByItselfTheWholeGroupIsTold(t *testing.T) {
	t.Parallel()
	rows, first, other := group(t, func(s *liteTurn) error {
		if err := s.run(context.Background(), do(`ROLLBACK`)); err != nil { // as the engine does when the disk is full
			t.Fatal(err)
		}
		return s.rollback()
	})
	for name, err := range map[string]error{"the first": first, "the second": other} {
		if !errors.Is(err, errLost) || privacy.CodeOf(wrap(&lite{}, "op", err)) != privacy.Unavailable {
			t.Errorf("%s was told %v", name, err)
		}
	}
	if rows != 0 {
		t.Errorf("%d rows are kept", rows)
	}
}
