package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// post is PostgreSQL 15 or later, or what speaks like it.
//
// It is spoken to through pgx itself and not through database/sql, because only
// so can statements travel together: a transaction that locks, reads and
// writes takes two round trips and not six.
type post struct {
	pool   *pgxpool.Pool
	schema string
}

func openPostgres(ctx context.Context, dsn, schema string, opts Options) (*post, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDSN, err) // pgx leaves the password out
	}
	cfg.MaxConns = 16
	if opts.MaxConns > 0 {
		cfg.MaxConns = int32(opts.MaxConns)
	}
	if schema != "" {
		cfg.ConnConfig.RuntimeParams["search_path"] = schema
	}
	cfg.ConnConfig.RuntimeParams["application_name"] = "kupuya"
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	cfg.AfterConnect = fit
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConnect, err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		if errors.Is(err, ErrEngine) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrConnect, err)
	}
	return &post{pool: pool, schema: schema}, nil
}

// fit refuses a connection on which an acknowledged write could be lost or a
// read could miss one.
func fit(ctx context.Context, conn *pgx.Conn) error {
	var version int
	var durable string
	var standby bool
	if err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int,
		current_setting('synchronous_commit'), pg_is_in_recovery()`).Scan(&version, &durable, &standby); err != nil {
		return err
	}
	switch {
	case version < 150000:
		return fmt.Errorf("%w: PostgreSQL 15 or later is needed, this is %d", ErrEngine, version)
	case durable == "off":
		return fmt.Errorf("%w: synchronous_commit is off", ErrEngine)
	case standby:
		return fmt.Errorf("%w: this is a standby; name all servers and target_session_attrs=read-write", ErrEngine)
	}
	return nil
}

// How a transaction begins. A writer waits at its row locks and then sees what
// is committed; a reader has one snapshot.
const (
	beginWriting = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE`
	beginReading = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`
)

func (e *post) begin(ctx context.Context, m mode) (session, error) {
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	s := &postSession{conn: conn, queue: []*call{do(beginReading)}}
	if m == writing {
		s.queue[0] = do(beginWriting)
	}
	return s, nil
}

// postSession is one transaction of PostgreSQL. Writes wait in the queue until
// something must be known of the engine.
type postSession struct {
	conn  *pgxpool.Conn
	queue []*call
	begun bool
}

func (s *postSession) later(_ context.Context, c *call) error {
	s.queue = append(s.queue, c)
	return nil
}

func (s *postSession) run(ctx context.Context, calls ...*call) error {
	s.queue = append(s.queue, calls...)
	return s.send(ctx)
}

// send carries out the queue in one round trip. What follows an error in it is
// not carried out by the server, a commit at its end included.
func (s *postSession) send(ctx context.Context) error {
	calls := s.queue
	s.queue, s.begun = nil, true
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(calls))}
	for _, c := range calls {
		batch.Queue(c.sql, c.args...)
	}
	results := s.conn.SendBatch(ctx, batch)
	for _, c := range calls {
		if err := c.take(results); err != nil {
			_ = results.Close() // says the same again
			return s.gone(err)
		}
	}
	return s.gone(results.Close())
}

// take reads the answer to one call.
func (c *call) take(results pgx.BatchResults) error {
	if c.each == nil && c.raw == nil {
		tag, err := results.Exec()
		c.n = tag.RowsAffected()
		if c.sql == commit && err == nil && tag.String() != commit {
			return errRolledBack
		}
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := c.row(rows); err != nil {
			return err
		}
	}
	rows.Close()
	c.n = rows.CommandTag().RowsAffected()
	return rows.Err()
}

// row hands one row on.
func (c *call) row(rows pgx.Rows) error {
	if c.raw == nil {
		return c.each(rows.Scan)
	}
	if rows.FieldDescriptions()[0].Format == pgx.BinaryFormatCode {
		return c.raw(rows.RawValues()[0])
	}
	var b []byte // spoken to in text, as some poolers ask for
	if err := rows.Scan(&b); err != nil {
		return err
	}
	return c.raw(b)
}

// load copies, after what waits has been sent.
func (s *postSession) load(ctx context.Context, table string, columns []string, next func() ([]any, error)) error {
	if len(s.queue) > 0 {
		if err := s.send(ctx); err != nil {
			return err
		}
	}
	rows := pgx.CopyFromFunc(func() ([]any, error) {
		row, err := next()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return row, err
	})
	_, err := s.conn.Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, rows)
	return s.gone(err)
}

// gone marks an error after which the connection is no more.
func (s *postSession) gone(err error) error {
	if err != nil && s.conn.Conn().IsClosed() {
		return errors.Join(errGone, err)
	}
	return err
}

const commit = `COMMIT`

var (
	errGone       = errors.New("sqlstore: the connection broke")
	errRolledBack = errors.New("sqlstore: the engine rolled back instead of committing")
)

// commit sends what still waits together with the commit.
func (s *postSession) commit(ctx context.Context) error {
	if len(s.queue) == 1 && !s.begun {
		return nil // nothing was asked of the engine
	}
	s.queue = append(s.queue, do(commit))
	if err := s.send(ctx); err != nil {
		return err
	}
	s.begun = false
	return nil
}

// rollback has nothing to wait for: what PostgreSQL shows is durable.
func (s *postSession) rollback() error {
	if s.begun && !s.conn.Conn().IsClosed() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if _, err := s.conn.Exec(ctx, `ROLLBACK`); err != nil {
			_ = s.conn.Conn().Close(ctx) // the server rolls back what has no connection
		}
	}
	s.begun = false
	return nil
}

func (s *postSession) end() {
	_ = s.rollback() // never an error
	s.conn.Release()
}

func (e *post) judge(err error) verdict {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch {
		case pe.Code == "40001", pe.Code == "40P01": // serialization, deadlock
			return again
		case pe.Code == "23505":
			return duplicate
		case pe.Code == "25006", pe.Code == "55P03": // became a standby, lock not given
			return unreachable
		}
		switch pe.Code[:2] {
		case "08", "53", "57", "58": // connection, resources, intervention, system
			return unreachable
		}
		return broken
	}
	var ce *pgconn.ConnectError
	var ne net.Error
	if errors.Is(err, errGone) || errors.Is(err, ErrEngine) || errors.As(err, &ce) || errors.As(err, &ne) || pgconn.SafeToRetry(err) ||
		strings.Contains(err.Error(), "closed pool") {
		return unreachable
	}
	return broken
}

var postTypes = strings.NewReplacer(" TEXT", ` TEXT COLLATE "C"`)

// ddl orders text by its bytes, as SQLite does, whatever the server's language.
func (e *post) ddl(s string) string {
	s, mine := forEngine(s, "POSTGRES")
	if !mine {
		return ""
	}
	t, _ := tableOf(s)
	s = postTypes.Replace(s)
	if t.Lively {
		s += " WITH (fillfactor = 75)"
	}
	return s
}

func (e *post) hasTable() string {
	return `SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = ANY (current_schemas(false)) AND tablename = $1`
}

func (e *post) columns() string {
	return `SELECT column_name::text FROM information_schema.columns WHERE table_name = $1
		AND table_schema = ANY (current_schemas(false)) ORDER BY column_name COLLATE "C"`
}

// migrating is the advisory lock of migrations: any number that is only ours.
const migrating = int64(0x6b7570757961)

func (e *post) serial(ctx context.Context, s session) error {
	if err := s.run(ctx, ask(func(s scan) error { return nil }, `SELECT pg_advisory_xact_lock($1)`, migrating)); err != nil || e.schema == "" {
		return err
	}
	return s.run(ctx, do(`CREATE SCHEMA IF NOT EXISTS `+pgx.Identifier{e.schema}.Sanitize()))
}

// scrub frees the room of deleted rows. It cannot run in a transaction.
func (e *post) scrub(ctx context.Context, tables []string) error {
	_, err := e.pool.Exec(ctx, `VACUUM `+strings.Join(tables, ", "))
	return err
}

func (e *post) close() error {
	e.pool.Close()
	return nil
}
