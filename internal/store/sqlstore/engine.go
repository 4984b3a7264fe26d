package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// scan puts the columns of one row into dest.
type scan = func(dest ...any) error

// call is one statement on its way to the engine.
type call struct {
	sql  string
	args []any
	each func(scan) error   // takes a row; nil for a statement that gives none
	raw  func([]byte) error // takes the one column of a row, its own until it returns; in the place of each
	n    int64              // rows changed, once it is done
}

// do makes a call that gives no rows.
func do(sql string, args ...any) *call { return &call{sql: sql, args: args} }

// ask makes a call whose rows go to each.
func ask(each func(scan) error, sql string, args ...any) *call {
	return &call{sql: sql, args: args, each: each}
}

// askRaw makes a call whose rows have one column of bytes, which goes to each
// without a copy.
func askRaw(each func([]byte) error, sql string, args ...any) *call {
	return &call{sql: sql, args: args, raw: each}
}

// mode is what a transaction is for.
type mode uint8

const (
	reading mode = iota // one snapshot, no writing
	writing
)

// engine is what differs between SQLite and PostgreSQL.
type engine interface {
	// begin gives a transaction. It costs the engine nothing until its first call.
	begin(ctx context.Context, m mode) (session, error)
	// judge says what an error of the engine means.
	judge(err error) verdict
	// ddl puts a statement of a migration into the engine's words; "" for one that
	// is the other engine's only.
	ddl(statement string) string
	// hasTable is a query that gives a row when the table $1 is there.
	hasTable() string
	// columns is a query for the names of the columns of the table $1, in order.
	columns() string
	// serial makes the transactions of migrations wait for each other.
	serial(ctx context.Context, s session) error
	// scrub removes the remains of deleted rows of the tables as far as the engine can.
	scrub(ctx context.Context, tables []string) error
	close() error
}

// session is one transaction on one connection, for one goroutine.
type session interface {
	// run carries out the calls in their order, in as few round trips as the
	// engine allows, and stops at the first error.
	run(ctx context.Context, calls ...*call) error
	// later carries out the call with the next run or commit at the latest.
	later(ctx context.Context, c *call) error
	// load inserts rows into a table as fast as the engine can; next gives io.EOF
	// after the last.
	load(ctx context.Context, table string, columns []string, next func() ([]any, error)) error
	// commit makes everything durable. After an error nothing is kept, unless the
	// connection broke while the engine was at it; then nobody knows.
	commit(ctx context.Context) error
	// rollback keeps nothing and returns when what the transaction saw is durable,
	// with an error when it turned out not to be.
	rollback() error
	// end gives the connection back, after a rollback where neither commit nor
	// rollback was called.
	end()
}

// faulty asks the test's fault before every call of the engine.
type faulty struct {
	session
	fault func(op string) error
}

func (f faulty) run(ctx context.Context, calls ...*call) error {
	for _, c := range calls {
		if err := f.fault(verb(c.sql)); err != nil {
			return errFault{err}
		}
	}
	return f.session.run(ctx, calls...)
}

func (f faulty) later(ctx context.Context, c *call) error {
	if err := f.fault(verb(c.sql)); err != nil {
		return errFault{err}
	}
	return f.session.later(ctx, c)
}

func (f faulty) load(ctx context.Context, table string, columns []string, next func() ([]any, error)) error {
	if err := f.fault("load"); err != nil {
		return errFault{err}
	}
	return f.session.load(ctx, table, columns, next)
}

func (f faulty) commit(ctx context.Context) error {
	if err := f.fault("commit"); err != nil {
		return errFault{err}
	}
	if err := f.session.commit(ctx); err != nil {
		return err
	}
	if err := f.fault("committed"); err != nil {
		return errFault{err}
	}
	return nil
}

// verb is the first word of a statement in lower case: select, insert, update, delete.
func verb(sql string) string {
	word, _, _ := strings.Cut(sql, " ")
	return strings.ToLower(word)
}

var errText = errors.New("text that is not UTF-8 or holds NUL")

// bind brings arguments into the types both drivers take alike: nil, int64,
// string, []byte. Text that only one of the engines would keep is refused.
func bind(args []any) error {
	for i, a := range args {
		switch v := a.(type) {
		case nil, int64:
		case int:
			args[i] = int64(v)
		case []byte:
			if v == nil {
				args[i] = []byte{}
			}
		default:
			r := reflect.ValueOf(a) // the named strings of package privacy
			if r.Kind() != reflect.String {
				return fmt.Errorf("an argument of type %T", a)
			}
			s := r.String()
			if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
				return errText
			}
			args[i] = s
		}
	}
	return nil
}

// ms is a moment as it is kept.
func ms(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// moment reads what ms wrote.
type moment struct{ t *time.Time }

// at reads a moment into t.
func at(t *time.Time) moment { return moment{t} }

// Scan takes whole milliseconds, or NULL for no moment.
func (m moment) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*m.t = time.Time{}
	case int64:
		*m.t = time.UnixMilli(v).UTC()
	default:
		return errors.New("sqlstore: a moment must be whole milliseconds")
	}
	return nil
}
