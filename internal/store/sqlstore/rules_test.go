package sqlstore

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules that keep one schema fit for both engines and, one day, for more
// than one machine.
var (
	createTable = regexp.MustCompile(`(?s)^CREATE TABLE (\w+) \((.*)\)$`)
	createIndex = regexp.MustCompile(`^CREATE (UNIQUE )?INDEX \w+ ON (\w+) \(([^)]*)\)`)
	tableKey    = regexp.MustCompile(`(?m)^\s*(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)`)
	column      = regexp.MustCompile(`(?m)^\s*([a-z_]+) ([A-Z]+)( NOT NULL)?( CHECK .*)?,?$`)
	forbidden   = regexp.MustCompile(`(?i)\b(TRIGGER|SERIAL|BIGSERIAL|AUTOINCREMENT|IDENTITY|SEQUENCE|NEXTVAL|EXCLUDE|GIST|LISTEN|NOTIFY|` +
		`LOCK TABLE|FOREIGN KEY|REFERENCES|DEFAULT|CURRENT_TIME|CURRENT_TIMESTAMP|CURRENT_DATE|LOCALTIMESTAMP)\b|` +
		`\b(NOW|RANDOM|GEN_RANDOM_UUID|CLOCK_TIMESTAMP|STATEMENT_TIMESTAMP|DATETIME|STRFTIME|UNIXEPOCH|JULIANDAY)\s*\(`)
	// What one engine needs to change a column that the other changes in place.
	rebuilt     = regexp.MustCompile(`(?s)^(DROP TABLE \w+|INSERT INTO (\w+) \([^)]*\)\s+SELECT .* FROM \w+ ORDER BY \w+)$`)
	everyColumn = regexp.MustCompile(`(?i)SELECT\s+(\w+\.)?\*`)
)

// brokenSchema gives what a migration's statements do against the rules.
func brokenSchema(statements []string, tables []Table) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	declared := map[string]Table{}
	for _, t := range tables {
		declared[t.Name] = t
		if (t.Place == Distributed) != (t.By != "") || t.Place == 0 {
			say("%s: no place, or a place without its column", t.Name)
		}
	}
	check := func(table, columns string) {
		t, known := declared[table]
		if !known {
			say("%s is not declared in tables.go", table)
		}
		if first, _, _ := strings.Cut(columns, ","); t.Place == Distributed && strings.TrimSpace(first) != t.By {
			say("%s: the unique key (%s) does not begin with %s", table, columns, t.By)
		}
	}
	for _, s := range statements {
		only := engineOnly.MatchString(s)
		s = engineOnly.ReplaceAllString(s, "")
		if bad := forbidden.FindString(s); bad != "" {
			say("%.40q uses %s", s, bad)
		}
		switch table, index := createTable.FindStringSubmatch(s), createIndex.FindStringSubmatch(s); {
		case table != nil:
			keys := tableKey.FindAllStringSubmatch(table[2], -1)
			if len(keys) == 0 {
				say("%s has no primary key", table[1])
			}
			for _, k := range keys {
				check(table[1], k[1])
			}
			for _, c := range column.FindAllStringSubmatch(table[2], -1) {
				if !slices.Contains([]string{"BIGINT", "TEXT", "BYTEA"}, c[2]) {
					say("%s.%s is of type %s", table[1], c[1], c[2])
				}
			}
			if strings.Contains(table[2], " UNIQUE") || regexp.MustCompile(`(?m)^\s*\w+ \w+.* PRIMARY KEY`).MatchString(table[2]) {
				say("%s has a key beside a column", table[1])
			}
		case index != nil && index[1] != "":
			check(index[2], index[3])
		case index != nil, strings.HasPrefix(s, "ALTER TABLE "), only && rebuilt.MatchString(s):
		default:
			say("%.40q is no statement that the rules know", s)
		}
	}
	return wrong
}

// brokenQuery gives what a query does against the rules.
func brokenQuery(sql string) (wrong []string) {
	if bad := forbidden.FindString(sql); bad != "" {
		wrong = append(wrong, "uses "+bad)
	}
	if everyColumn.MatchString(sql) {
		wrong = append(wrong, "does not list its columns")
	}
	if strings.Contains(sql, "FOR UPDATE") && !strings.HasSuffix(sql, "WHERE subject_id = $1 FOR UPDATE") {
		wrong = append(wrong, "locks rows of more than one subject")
	}
	if regexp.MustCompile(`FOR (NO KEY UPDATE|SHARE|KEY SHARE)|SKIP LOCKED|NOWAIT`).MatchString(sql) {
		wrong = append(wrong, "locks in a way of its own")
	}
	return wrong
}

func schemas() map[string]struct {
	steps  migrations
	tables []Table
} {
	return map[string]struct {
		steps  migrations
		tables []Table
	}{"data": {dataMigrations, DataTables()}, "keys": {keyMigrations, KeyTables()}}
}

func TestTheSchemaIsFitForBothEnginesAndForManyMachines(t *testing.T) {
	t.Parallel()
	for name, schema := range schemas() {
		var statements []string
		made := []string{"migration"}
		for _, m := range schema.steps {
			statements = append(statements, m.statements()...)
		}
		for _, s := range statements {
			if table := createTable.FindStringSubmatch(engineOnly.ReplaceAllString(s, "")); table != nil {
				made = append(made, table[1])
			}
		}
		for _, w := range brokenSchema(statements, schema.tables) {
			t.Errorf("%s: %s", name, w)
		}
		for _, table := range schema.tables {
			if !slices.Contains(made, table.Name) {
				t.Errorf("%s: %s is declared and never made", name, table.Name)
			}
		}
	}
}

func TestEveryQueryKeepsTheRules(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	starts := regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|WHERE|AND|FROM)\b`)
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if sql, err := strconv.Unquote(lit.Value); err == nil && starts.MatchString(sql) {
				seen++
				for _, w := range brokenQuery(sql) {
					t.Errorf("%s: %s: %s", name, w, sql)
				}
			}
			return true
		})
	}
	if seen < 60 {
		t.Errorf("only %d queries were found to look at", seen)
	}
}

func TestTheRulesSeeWhatBreaksThem(t *testing.T) {
	t.Parallel()
	tables := []Table{{Name: "a", Place: Distributed, By: "subject_id"}, {Name: "b", Place: Local}}
	for name, bad := range map[string]string{
		"a table nobody declared":            "CREATE TABLE c (\n  x BIGINT NOT NULL,\n  PRIMARY KEY (x)\n)",
		"a key that begins elsewhere":        "CREATE TABLE a (\n  x BIGINT NOT NULL,\n  PRIMARY KEY (x, subject_id)\n)",
		"a unique index that does":           "CREATE UNIQUE INDEX i ON a (x)",
		"no key":                             "CREATE TABLE b (\n  x BIGINT NOT NULL\n)",
		"a key beside its column":            "CREATE TABLE b (\n  x BIGINT PRIMARY KEY,\n  PRIMARY KEY (x)\n)",
		"a type that only one engine has":    "CREATE TABLE b (\n  x TIMESTAMPTZ NOT NULL,\n  PRIMARY KEY (x)\n)",
		"a clock of the engine":              "CREATE TABLE b (\n  x BIGINT DEFAULT now(),\n  PRIMARY KEY (x)\n)",
		"a trigger":                          "CREATE TRIGGER t AFTER INSERT ON b",
		"a sequence":                         "CREATE SEQUENCE s",
		"a foreign key":                      "ALTER TABLE b ADD FOREIGN KEY (x) REFERENCES a (x)",
		"an exclusion":                       "ALTER TABLE b ADD EXCLUDE USING gist (x WITH &&)",
		"something the rules do not know of": "GRANT ALL ON b TO public",
		"a table dropped on both engines":    "DROP TABLE b",
		"a trigger of one engine":            "SQLITE ONLY CREATE TRIGGER t AFTER INSERT ON b",
		"a key of one engine":                "SQLITE ONLY CREATE TABLE a (\n  x BIGINT NOT NULL,\n  PRIMARY KEY (x)\n)",
	} {
		if len(brokenSchema([]string{bad}, tables)) == 0 {
			t.Errorf("%s goes unseen", name)
		}
	}
	for name, bad := range map[string]string{
		"a lock on many rows":   "SELECT x FROM a WHERE x > $1 FOR UPDATE",
		"a lock that skips":     "SELECT x FROM a WHERE subject_id = $1 FOR UPDATE SKIP LOCKED",
		"the engine's clock":    "UPDATE a SET x = now()",
		"the engine's dice":     "SELECT x FROM a ORDER BY random()",
		"whatever columns":      "SELECT * FROM a",
		"whatever columns of a": "SELECT a.* FROM a",
	} {
		if len(brokenQuery(bad)) == 0 {
			t.Errorf("%s goes unseen", name)
		}
	}
	if w := brokenSchema([]string{"CREATE TABLE a (\n  subject_id TEXT NOT NULL,\n  PRIMARY KEY (subject_id)\n)"}, tables); len(w) > 0 {
		t.Errorf("what keeps the rules is refused: %v", w)
	}
}

func TestEachEngineGetsItsOwnWords(t *testing.T) {
	t.Parallel()
	const ddl = "CREATE TABLE lookup (token BYTEA NOT NULL, field TEXT NOT NULL, from_at BIGINT)"
	for got, want := range map[string]string{
		(&lite{}).ddl(ddl): "CREATE TABLE lookup (token BLOB NOT NULL, field TEXT NOT NULL, from_at INTEGER) STRICT, WITHOUT ROWID",
		(&post{}).ddl(ddl): `CREATE TABLE lookup (token BYTEA NOT NULL, field TEXT COLLATE "C" NOT NULL, from_at BIGINT)`,
		(&lite{}).ddl("CREATE TABLE subject (status TEXT)"): "CREATE TABLE subject (status TEXT) STRICT",
		(&post{}).ddl("CREATE TABLE subject (status TEXT)"): `CREATE TABLE subject (status TEXT COLLATE "C") WITH (fillfactor = 75)`,
		(&lite{}).ddl("SQLITE ONLY DROP TABLE a"):           "DROP TABLE a",
		(&post{}).ddl("SQLITE ONLY DROP TABLE a"):           "",
		(&post{}).ddl("POSTGRES ONLY ALTER TABLE a x"):      "ALTER TABLE a x",
		(&lite{}).ddl("POSTGRES ONLY ALTER TABLE a x"):      "",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
