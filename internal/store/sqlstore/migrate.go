package sqlstore

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Migrations go forward only, one file each. A file says in its first line from
// which version on a program can run on the schema it leaves, so that during an
// upgrade the previous release goes on running and an older one is refused.
//
// The usual tools were tried and put aside: their own table wants an identity
// column and the engine's clock, which the rules of this schema forbid, and
// they ask for a text per engine.
//
//go:embed migrations
var files embed.FS

// migration is one step of a schema.
type migration struct {
	version int64
	name    string
	runs    int64 // the oldest program that runs on it
	text    string
}

// migrations are the steps of one schema, in order.
type migrations []migration

var (
	dataMigrations = mustRead("data")
	keyMigrations  = mustRead("keys")
)

var firstLine = regexp.MustCompile(`^-- runs with programs from ([0-9]+)\n`)

// mustRead reads the embedded steps. They are part of the program, so one that
// cannot be read is an impossible state at start-up.
func mustRead(dir string) migrations {
	entries, err := files.ReadDir("migrations/" + dir)
	if err != nil {
		panic(err)
	}
	var all migrations
	for i, e := range entries { // sorted by name
		text, err := files.ReadFile("migrations/" + dir + "/" + e.Name())
		if err != nil {
			panic(err)
		}
		m := migration{version: int64(i + 1), name: e.Name(), text: string(text)}
		found := firstLine.FindStringSubmatch(m.text)
		if found == nil || !strings.HasPrefix(e.Name(), fmt.Sprintf("%04d_", m.version)) {
			panic("sqlstore: migration " + e.Name() + " has no number or no first line")
		}
		if m.runs, err = strconv.ParseInt(found[1], 10, 64); err != nil {
			panic(err)
		}
		all = append(all, m)
	}
	return all
}

// Fingerprint tells one state of both schemas from every other: for backups and
// for test databases made in advance.
func Fingerprint() string {
	h := sha256.New()
	for _, m := range slices.Concat(dataMigrations, keyMigrations) {
		h.Write([]byte(m.text))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

var comment = regexp.MustCompile(`(?m)--.*$`)

// statements splits the text of a migration.
func (m *migration) statements() []string {
	var out []string
	for s := range strings.SplitSeq(comment.ReplaceAllString(m.text, ""), ";\n") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

var engineOnly = regexp.MustCompile(`^(SQLITE|POSTGRES) ONLY `)

// forEngine gives a statement without the mark of the engine it is for, and
// whether that is this one. One text serves both but for what only one can say.
func forEngine(s, engine string) (statement string, mine bool) {
	mark := engineOnly.FindStringSubmatch(s)
	if mark == nil {
		return s, true
	}
	return strings.TrimPrefix(s, mark[0]), mark[1] == engine
}

// migrate brings a schema up to the last of steps, in one transaction. Many
// processes may do it at once.
func migrate(ctx context.Context, b base, steps migrations) error {
	var have int
	err := b.transact(ctx, "store.Open", reading, func(t *tx) (err error) {
		have, err = t.version(ctx, len(steps))
		return err
	})
	if err != nil || have >= len(steps) {
		return err
	}
	return b.transact(ctx, "store.Open", writing, func(t *tx) error {
		if err := b.e.serial(ctx, t.s); err != nil {
			return t.fail(err)
		}
		have, err := t.version(ctx, len(steps))
		if err != nil {
			return err
		}
		for _, step := range steps[min(have, len(steps)):] {
			if err := t.apply(ctx, step); err != nil {
				return fmt.Errorf("sqlstore: migration %s: %w", step.name, err)
			}
		}
		return nil
	})
}

// version gives the version of the schema, 0 for an empty database. A schema
// with steps that this program does not know is fine as long as those say that
// a program of this age runs on them.
func (t *tx) version(ctx context.Context, known int) (int, error) {
	there := false
	if err := t.run(ctx, ask(func(scan) error { there = true; return nil }, t.e.hasTable(), "migration")); err != nil || !there {
		return 0, err
	}
	var have, runs int
	err := t.one(ctx, []any{&have, &runs}, `SELECT coalesce(max(version), 0), coalesce(max(runs), 0) FROM migration`)
	if err == nil && runs > known {
		return 0, fmt.Errorf("%w: version %d, for programs from %d on; this one knows %d", ErrNewer, have, runs, known)
	}
	return have, err
}

func (t *tx) apply(ctx context.Context, step migration) error {
	if step.version == 1 {
		if _, err := t.change(ctx, t.e.ddl(`CREATE TABLE migration (
			version BIGINT NOT NULL, name TEXT NOT NULL, runs BIGINT NOT NULL, PRIMARY KEY (version))`)); err != nil {
			return err
		}
	}
	for _, s := range step.statements() {
		ddl := t.e.ddl(s)
		if ddl == "" {
			continue
		}
		if _, err := t.change(ctx, ddl); err != nil {
			return err
		}
	}
	_, err := t.change(ctx, `INSERT INTO migration (version, name, runs) VALUES ($1, $2, $3)`,
		step.version, step.name, step.runs)
	return err
}
