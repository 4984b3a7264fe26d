package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// liteWriter lets the writers of one process take turns on one connection and
// commits for all whose turns followed without a pause: while one commit is on
// its way to the disk the next group gathers, so sixteen clients wait for one
// flush and not for sixteen. Each has a savepoint of its own. Nobody is told
// anything, not even no, before the group is durable, because he has seen what
// those before him in the group wrote.
type liteWriter struct {
	e     *lite
	turns chan *liteTurn // who sends has the connection until he closes done
	ended chan struct{}

	// Of the group at hand; they belong to who has the turn.
	conn *liteConn
	open bool  // BEGIN was carried out
	lost error // the engine rolled everything back by itself
}

// groupMax bounds how many wait for one commit.
const groupMax = 64

// liteTurn is one transaction of a group.
type liteTurn struct {
	w     *liteWriter
	done  chan struct{} // closed when the connection may go on to the next
	kept  chan error    // what became of the group
	begun bool          // it has a savepoint
	over  bool
}

func (w *liteWriter) start(e *lite) {
	w.e, w.turns, w.ended = e, make(chan *liteTurn), make(chan struct{})
	go w.run()
}

// run hands out turns and commits.
func (w *liteWriter) run() {
	defer close(w.ended)
	for {
		var t *liteTurn
		select {
		case t = <-w.turns:
		case <-w.e.closed:
			return
		}
		var group []*liteTurn
		for t != nil {
			<-t.done
			group = append(group, t)
			t = nil
			if len(group) < groupMax && w.lost == nil {
				select {
				case t = <-w.turns:
				default: // nobody waits
				}
			}
		}
		err := w.commit()
		for _, t := range group {
			t.kept <- err
		}
	}
}

// commit makes the group durable, or nothing of it.
func (w *liteWriter) commit() error {
	err := w.lost
	if w.open && err == nil {
		err = w.conn.exec(context.Background(), do(`COMMIT`))
	}
	if w.open && err != nil && !w.conn.reset() {
		w.conn = nil
	}
	w.open, w.lost = false, nil
	return err
}

func (w *liteWriter) begin(ctx context.Context) (session, error) {
	t := &liteTurn{w: w, done: make(chan struct{}), kept: make(chan error, 1)}
	select {
	case w.turns <- t:
		return t, nil
	case <-w.e.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (t *liteTurn) run(ctx context.Context, calls ...*call) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !t.begun {
		if err := t.w.join(ctx); err != nil {
			return err
		}
		t.begun = true
	}
	return t.w.conn.all(context.Background(), calls) // short, and run to their end
}

// join begins the group's transaction, if this is its first, and sets a
// savepoint. Another process that writes is waited for.
func (w *liteWriter) join(ctx context.Context) (err error) {
	if w.conn, err = w.e.open(ctx, w.conn); err != nil {
		return err
	}
	if !w.open {
		if err := w.conn.exec(ctx, do(`BEGIN IMMEDIATE`)); err != nil {
			return err
		}
		w.open = true
	}
	return w.conn.exec(context.Background(), do(`SAVEPOINT turn`))
}

// load inserts row by row by one prepared statement, which is as fast as it gets.
func (t *liteTurn) load(ctx context.Context, table string, columns []string, next func() ([]any, error)) error {
	places := make([]string, len(columns))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	sql := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")"
	for {
		row, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = t.run(ctx, do(sql, row...))
		}
		if err != nil {
			return err
		}
	}
}

func (t *liteTurn) later(ctx context.Context, c *call) error { return t.run(ctx, c) }

func (t *liteTurn) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.begun {
		if err := t.w.conn.exec(context.Background(), do(`RELEASE turn`)); err != nil {
			return err
		}
		t.begun = false
	}
	return t.pass()
}

// pass ends the turn and waits for what becomes of the group.
func (t *liteTurn) pass() error {
	t.over = true
	close(t.done)
	return <-t.kept
}

func (t *liteTurn) rollback() error {
	t.undo()
	return t.pass()
}

// undo takes back what this turn wrote. When that fails the engine has rolled
// back by itself, and the group is lost.
func (t *liteTurn) undo() {
	if !t.begun {
		return
	}
	t.begun = false
	for _, sql := range []string{`ROLLBACK TO turn`, `RELEASE turn`} {
		if err := t.w.conn.exec(context.Background(), do(sql)); err != nil {
			t.w.lost = fmt.Errorf("%w: %w", errLost, err)
			return
		}
	}
}

var errLost = errors.New("sqlstore: the engine rolled back by itself")

// end is called on every way out, a panic included.
func (t *liteTurn) end() {
	if !t.over {
		t.undo()
		t.over = true
		close(t.done)
	}
}

// stop waits for the group at hand.
func (w *liteWriter) stop() error {
	<-w.ended
	if w.conn != nil {
		return w.conn.Close()
	}
	return nil
}
