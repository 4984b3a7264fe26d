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
	db      *sql.DB
	readers chan *liteConn // a nil is a place for one that is not open yet
	writer  liteWriter
	closed  chan struct{}
	once    sync.Once
}

// pragmas make every connection keep what the store promises: a commit returns
// after the journal is on disk, and what is deleted is overwritten.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=secure_delete(ON)&_pragma=foreign_keys(ON)&_pragma=trusted_schema(OFF)&_pragma=cache_size(-16000)&_pragma=wal_autocheckpoint(8000)&_pragma=temp_store(MEMORY)"

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
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrConnect, err), db.Close())
	}
	readers := opts.MaxConns
	if readers <= 0 {
		readers = 4
	}
	db.SetMaxIdleConns(readers + 2)
	e := &lite{db: db, readers: make(chan *liteConn, readers), closed: make(chan struct{})}
	for range readers {
		e.readers <- nil
	}
	e.writer.start(e)
	return e, nil
}

// liteConn is a connection with its prepared statements.
type liteConn struct {
	*sql.Conn
	prepared map[string]*sql.Stmt
}

// Close ends the connection with its statements: one left open would keep the
// engine from writing its journal back.
func (c *liteConn) Close() error {
	var errs []error
	for _, stmt := range c.prepared {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, c.Conn.Close())...)
}

// open makes a place into a connection.
func (e *lite) open(ctx context.Context, c *liteConn) (*liteConn, error) {
	if c != nil {
		return c, nil
	}
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &liteConn{conn, map[string]*sql.Stmt{}}, nil
}

var errClosed = errors.New("sqlstore: closed")

func (e *lite) begin(ctx context.Context, m mode) (session, error) {
	select {
	case <-e.closed:
		return nil, errClosed
	default:
	}
	if m == writing {
		return e.writer.begin(ctx)
	}
	select {
	case c := <-e.readers:
		conn, err := e.open(ctx, c)
		if err != nil {
			e.readers <- nil
			return nil, err
		}
		return &liteReader{e: e, conn: conn}, nil
	case <-e.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// liteReader is a transaction that reads one snapshot.
type liteReader struct {
	e     *lite
	conn  *liteConn
	begun bool
}

func (s *liteReader) run(ctx context.Context, calls ...*call) error {
	if !s.begun {
		if err := s.conn.exec(ctx, do(`BEGIN`)); err != nil {
			return err
		}
		s.begun = true
	}
	return s.conn.all(ctx, calls)
}

func (s *liteReader) later(ctx context.Context, c *call) error { return s.run(ctx, c) }

var errReads = errors.New("sqlstore: a transaction that reads cannot load")

func (s *liteReader) load(context.Context, string, []string, func() ([]any, error)) error {
	return errReads
}

func (s *liteReader) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil { // an answer that comes too late is none
		return err
	}
	return s.rollback()
}

func (s *liteReader) rollback() error {
	if s.begun && !s.conn.reset() {
		s.conn = nil
	}
	s.begun = false
	return nil
}

func (s *liteReader) end() {
	_ = s.rollback() // never an error
	s.e.readers <- s.conn
}

// all carries out calls in their order.
func (c *liteConn) all(ctx context.Context, calls []*call) error {
	for _, call := range calls {
		if err := c.exec(ctx, call); err != nil {
			return err
		}
	}
	return nil
}

// exec carries out one call.
func (c *liteConn) exec(ctx context.Context, call *call) error {
	stmt, err := c.prepare(ctx, call.sql)
	if err != nil {
		return err
	}
	if call.each == nil && call.raw == nil {
		res, err := stmt.ExecContext(ctx, call.args...)
		if err != nil {
			return err
		}
		call.n, err = res.RowsAffected()
		return err
	}
	rows, err := stmt.QueryContext(ctx, call.args...)
	if err != nil {
		return err
	}
	each := call.each
	if call.raw != nil {
		var b sql.RawBytes
		each = func(s scan) error {
			if err := s(&b); err != nil {
				return err
			}
			return call.raw(b)
		}
	}
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// prepare gives the statement of this connection. There is no row lock in
// SQLite: the writer is alone.
func (c *liteConn) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt := c.prepared[text]; stmt != nil {
		return stmt, nil
	}
	stmt, err := c.PrepareContext(ctx, strings.TrimSuffix(text, " FOR UPDATE"))
	if err == nil {
		c.prepared[text] = stmt
	}
	return stmt, err
}

// reset ends whatever transaction is open; false when the connection was no
// more use and is closed.
func (c *liteConn) reset() bool {
	ctx := context.Background()
	if c.exec(ctx, do(`ROLLBACK`)) == nil {
		return true
	}
	// A statement that fails badly enough has rolled back by itself.
	if c.exec(ctx, do(`BEGIN`)) == nil && c.exec(ctx, do(`ROLLBACK`)) == nil {
		return true
	}
	_ = c.Raw(func(any) error { return driver.ErrBadConn }) // makes the pool close it; the error is the message
	_ = c.Close()                                           // it is bad already
	return false
}

func (e *lite) judge(err error) verdict {
	var se *sqlite.Error
	switch {
	case errors.Is(err, errClosed), errors.Is(err, errLost), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return unreachable
	case !errors.As(err, &se):
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
	s, mine := forEngine(s, "SQLITE")
	if !mine {
		return ""
	}
	t, creates := tableOf(s)
	s = liteTypes.Replace(s)
	if creates {
		s += " STRICT"
	}
	if t.Thin {
		s += ", WITHOUT ROWID"
	}
	return s
}

func (e *lite) hasTable() string {
	return `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1`
}

func (e *lite) columns() string {
	return `SELECT name FROM pragma_table_info($1) ORDER BY name`
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
		err = e.writer.stop()
		for range cap(e.readers) {
			if c := <-e.readers; c != nil {
				err = errors.Join(err, c.Close())
			}
		}
		// Whoever copies the file alone afterwards has everything. Another
		// process may still hold the journal, and then writes it back itself.
		var busy, log, done int
		err = errors.Join(err, e.db.QueryRow(`PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done), e.db.Close())
	})
	return err
}
