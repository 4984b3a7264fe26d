package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// lite is the embedded engine: one file, one writer at a time, readers beside
// it. Other processes on the same file wait for each other in the engine.
type lite struct {
	db     *sql.DB
	writer liteConns
	reader liteConns
	closed chan struct{}
	once   sync.Once
}

// pragmas make every connection keep what the store promises: a commit returns
// after the journal is on disk, and what is deleted is overwritten.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=secure_delete(ON)&_pragma=foreign_keys(ON)&_pragma=trusted_schema(OFF)&_pragma=cache_size(-16000)"

func openSQLite(ctx context.Context, dir, file string, opts Options) (*lite, error) {
	path, err := filepath.Abs(filepath.Join(dir, file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDirectory, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDirectory, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // the journal takes its permissions from the file
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDirectory, err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDirectory, err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+pragmas)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConnect, err)
	}
	readers := opts.MaxConns
	if readers <= 0 {
		readers = 4
	}
	e := &lite{db: db, writer: newLiteConns(1), reader: newLiteConns(readers), closed: make(chan struct{})}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrConnect, err), db.Close())
	}
	return e, nil
}

// liteConn is a connection with its prepared statements.
type liteConn struct {
	*sql.Conn
	prepared map[string]*sql.Stmt
}

// liteConns are places for connections; a nil is one that is not open yet.
type liteConns chan *liteConn

func newLiteConns(n int) liteConns {
	c := make(liteConns, n)
	for range n {
		c <- nil
	}
	return c
}

var errClosed = errors.New("sqlstore: closed")

func (e *lite) begin(ctx context.Context, m mode) (session, error) {
	s := &liteSession{e: e, m: m, conns: e.reader}
	if m == writing {
		s.conns = e.writer
	}
	select {
	case <-e.closed:
		return nil, errClosed
	default:
	}
	select {
	case s.conn = <-s.conns:
	case <-e.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.conn == nil {
		conn, err := e.db.Conn(ctx)
		if err != nil {
			s.conns <- nil
			return nil, err
		}
		s.conn = &liteConn{conn, map[string]*sql.Stmt{}}
	}
	return s, nil
}

// liteSession is one transaction of SQLite.
type liteSession struct {
	e     *lite
	m     mode
	conns liteConns
	conn  *liteConn
	begun bool
}

func (s *liteSession) run(ctx context.Context, calls ...*call) error {
	if !s.begun {
		begin := `BEGIN`
		if s.m == writing {
			begin = `BEGIN IMMEDIATE`
		}
		if err := s.exec(ctx, do(begin)); err != nil {
			return err
		}
		s.begun = true
	}
	for _, c := range calls {
		if err := s.exec(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *liteSession) later(ctx context.Context, c *call) error { return s.run(ctx, c) }

// exec carries out one call. Statements of a writer are short and run to their
// end; a long read ends with its context.
func (s *liteSession) exec(ctx context.Context, c *call) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.m == writing && s.begun {
		ctx = context.Background()
	}
	stmt, err := s.prepare(ctx, c.sql)
	if err != nil {
		return err
	}
	if c.each == nil {
		res, err := stmt.ExecContext(ctx, c.args...)
		if err != nil {
			return err
		}
		c.n, err = res.RowsAffected()
		return err
	}
	rows, err := stmt.QueryContext(ctx, c.args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := c.each(rows.Scan); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// prepare gives the statement of this connection. There is no row lock in
// SQLite: the writer is alone.
func (s *liteSession) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt := s.conn.prepared[text]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, strings.TrimSuffix(text, " FOR UPDATE"))
	if err == nil {
		s.conn.prepared[text] = stmt
	}
	return stmt, err
}

func (s *liteSession) commit(ctx context.Context) error {
	if !s.begun {
		return nil
	}
	if err := s.exec(ctx, do(`COMMIT`)); err != nil {
		return err
	}
	s.begun = false
	return nil
}

func (s *liteSession) end() {
	if s.begun {
		if err := s.exec(context.Background(), do(`ROLLBACK`)); err != nil && s.stuck() {
			s.drop()
		}
	}
	s.conns <- s.conn
	s.conn = nil
}

// stuck reports whether the connection is still in a transaction. A statement
// that failed badly enough has rolled it back already.
func (s *liteSession) stuck() bool {
	return s.exec(context.Background(), do(`BEGIN`)) != nil || s.exec(context.Background(), do(`ROLLBACK`)) != nil
}

// drop closes a connection that cannot be used again and leaves its place.
func (s *liteSession) drop() {
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) // makes the pool close it; the error is the message
	_ = s.conn.Close()                                           // it is bad already
	s.conn = nil
}

func (e *lite) judge(err error) verdict {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		if errors.Is(err, errClosed) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
			return unreachable
		}
		return broken
	}
	switch se.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return duplicate
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL:
		return unreachable
	}
	return broken
}

var liteTypes = strings.NewReplacer("BIGINT", "INTEGER", "BYTEA", "BLOB")

// ddl uses strict tables, so that SQLite holds types as PostgreSQL does.
func (e *lite) ddl(s string) string {
	s = liteTypes.Replace(s)
	if name, found := strings.CutPrefix(s, "CREATE TABLE "); found {
		s += " STRICT"
		if name, _, _ = strings.Cut(name, " "); thin(name) {
			s += ", WITHOUT ROWID"
		}
	}
	return s
}

func (e *lite) hasTable() string {
	return `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1`
}

// serial has nothing to do: BEGIN IMMEDIATE is the lock.
func (e *lite) serial(context.Context, session) error { return nil }

// scrub writes the journal back into the file and empties it. Deleted rows are
// overwritten in the file already (secure_delete). A reader on an older
// snapshot holds the journal; it is waited for.
func (e *lite) scrub(ctx context.Context, _ []string) error {
	for pause := time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		var busy, log, done int
		err := e.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done)
		if err != nil && e.judge(err) != unreachable || err == nil && busy == 0 {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-e.closed:
			return errClosed
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// close waits for transactions under way. The last process to close a file
// writes its journal back.
func (e *lite) close() (err error) {
	e.once.Do(func() {
		close(e.closed)
		for _, conns := range []liteConns{e.reader, e.writer} {
			for range cap(conns) {
				if c := <-conns; c != nil {
					err = errors.Join(err, c.Close())
				}
			}
		}
		err = errors.Join(err, e.db.Close())
	})
	return err
}
