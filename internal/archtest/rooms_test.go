package archtest

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says which rooms of the house each room may import. A room is added by
// adding a row, so that it is seen. Arrows point down only.
var rooms = map[string][]string{
	"internal/privacy":          {},
	"internal/clock":            {},
	"internal/law":              {"privacy"},
	"internal/format":           {"privacy"},
	"internal/ledger":           {"privacy"},
	"internal/policy":           {"law", "privacy"},
	"internal/policy/check":     {"policy", "law", "privacy"},
	"internal/policy/diff":      {"policy", "law", "privacy"},
	"internal/policy/explain":   {"policy", "law", "privacy"},
	"internal/policy/filing":    {"policy", "law", "privacy"},
	"internal/policy/whatif":    {"policy", "privacy"},
	"internal/evidence":         {"privacy"},
	"internal/document":         {"evidence", "i18n", "privacy"},
	"internal/policyfile":       {"policy", "law", "privacy"},
	"internal/policyfile/draft": {"policyfile", "policy", "privacy"},
	"internal/store":            {"ledger", "privacy"},
	"internal/store/sqlstore":   {"store", "ledger", "privacy"},
	"internal/store/storetest":  {"store", "ledger", "privacy"},
	"internal/store/pgtest":     {"store/sqlstore"},
	"internal/store/pgtest/run": {"store/pgtest"},
	"internal/backup":           {"store", "privacy"},
	"internal/vault":            {"store", "privacy", "policy"},
	"internal/notify":           {"privacy"},
	"internal/synth":            {"format", "law", "privacy"},
	"internal/holder":           {"privacy", "policy", "policy/check", "policy/diff", "policy/explain", "policy/filing", "policy/whatif", "law", "ledger", "evidence", "vault", "store", "notify", "clock", "format"},
	"internal/work":             {"holder", "store", "clock", "notify", "privacy"},
	"internal/i18n":             {"law", "privacy"},
	"internal/telemetry":        {},
	"internal/web/respond":      {"i18n", "privacy"},
	"internal/web/session":      {"privacy"},
	"internal/web/api":          {"holder", "evidence", "policy", "policy/diff", "privacy", "law", "i18n", "web/session", "web/respond"},
	"internal/web/portal":       {"holder", "policy", "policy/diff", "privacy", "law", "i18n", "web/session", "web/respond"},
	"internal/web/handset":      {"notify", "privacy", "i18n", "web/respond", "web/portal"},
	"internal/web":              {"privacy", "i18n", "web/api", "web/respond"},
	"internal/archtest":         {},
	"policies":                  {},
	"client":                    {},
	"cmd/kupuya":                nil, // everything: it only wires
}

// core are the rooms that are pure: no clock, no input or output, no goroutine.
var core = []string{
	"internal/privacy", "internal/law", "internal/policy", "internal/policy/check", "internal/policy/diff", "internal/policy/explain",
	"internal/policy/filing", "internal/policy/whatif", "internal/ledger", "internal/format", "internal/evidence", "internal/document",
}

// standardOnly are the rooms that import the standard library and the house only.
var standardOnly = []string{
	"internal/privacy", "internal/law", "internal/policy", "internal/policy/check", "internal/policy/diff",
	"internal/policy/explain", "internal/policy/filing", "internal/policy/whatif",
}

func TestRoomsImportOnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		allowed, known := rooms[f.room]
		if !known {
			t.Errorf("%s is in a room that the table does not have; add a row to rooms", f.path)
			continue
		}
		if f.test || f.room == "cmd/kupuya" {
			continue
		}
		for _, imp := range f.ast.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if house, ok := strings.CutPrefix(name, "kupuya/"); ok {
				if !slices.Contains(allowed, strings.TrimPrefix(house, "internal/")) {
					t.Errorf("%s imports %s: the table does not allow it", f.path, house)
				}
				continue
			}
			if slices.Contains(standardOnly, f.room) && strings.Contains(name, ".") {
				t.Errorf("%s imports %s: this room has the standard library only", f.path, name)
			}
		}
	}
}

func TestEveryRoomInTheTableExists(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	for _, f := range sources(t) {
		have[f.room] = true
	}
	for room := range rooms {
		if !have[room] {
			t.Errorf("the table has the room %s, the house has not", room)
		}
	}
}

// longest is how many arrows a chain of rooms may have. (design section 2)
const longest = 6

func TestChainsOfRoomsAreShort(t *testing.T) {
	t.Parallel()
	depth := map[string]int{}
	var walk func(room string, on []string) int
	walk = func(room string, on []string) int {
		if slices.Contains(on, room) {
			t.Fatalf("rooms import in a circle: %v %s", on, room)
		}
		if d, ok := depth[room]; ok {
			return d
		}
		d := 0
		for _, to := range rooms[room] {
			d = max(d, 1+walk("internal/"+to, append(on, room)))
		}
		depth[room] = d
		return d
	}
	for room := range rooms {
		if d := walk(room, nil); d > longest {
			t.Errorf("%s stands on a chain of %d rooms; %d is the most", room, d, longest)
		}
	}
}

func TestTheCoreIsPure(t *testing.T) {
	t.Parallel()
	banned := []string{"os", "net", "net/http", "database/sql", "log", "log/slog", "os/exec", "math/rand", "math/rand/v2"}
	for _, f := range sources(t) {
		if f.test || !slices.Contains(core, f.room) {
			continue
		}
		for _, imp := range f.ast.Imports {
			name, _ := strconv.Unquote(imp.Path.Value) // parsed source is quoted well
			if slices.Contains(banned, name) && !(name == "log/slog" && f.room == "internal/format") {
				t.Errorf("%s imports %s: the core does no I/O", f.path, name)
			}
		}
		for _, call := range []string{"time.Now(", "time.Sleep(", "time.After(", "\tgo func"} {
			if strings.Contains(f.text, call) {
				t.Errorf("%s has %q: the core reads no clock and starts no goroutine", f.path, call)
			}
		}
	}
}

func TestNothingButTheClockRoomReadsTheClock(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test || f.room == "internal/clock" || f.room == "internal/store/pgtest" || f.room == "internal/archtest" {
			continue
		}
		if strings.Contains(f.text, "time.Now(") {
			t.Errorf("%s reads the machine's clock; take the moment as an argument or from a clock.Clock", f.path)
		}
	}
}

func TestTestsDoNotSleep(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test && f.room != "internal/archtest" && strings.Contains(f.text, "time.Sleep(") {
			t.Errorf("%s sleeps; set the clock or wait for the event itself", f.path)
		}
	}
}

func TestEveryRoomSaysWhatItPromises(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for _, f := range sources(t) {
		if !f.test && f.ast.Doc != nil {
			said[f.room] += f.ast.Doc.Text()
		}
	}
	for room := range rooms {
		if len(said[room]) < 60 {
			t.Errorf("%s has no package comment that says what is promised and why", room)
		}
	}
}

func TestEveryExportedNameIsExplained(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, name := range unexplained(f) {
			t.Errorf("%s: %s has no comment", f.path, name)
		}
	}
}

func TestNoLogLineCarriesAValue(t *testing.T) {
	t.Parallel()
	banned := []string{"msisdn", "surname", "given", "pin\"", "birth", "email", "password", "code\", code", "value\", "}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, line := range strings.Split(f.text, "\n") {
			low := strings.ToLower(line)
			if strings.Contains(low, "slog.value") { // how a redacting type shows its mask
				continue
			}
			if !strings.Contains(low, "log.info(") && !strings.Contains(low, "log.error(") && !strings.Contains(low, "log.warn(") && !strings.Contains(low, "slog.") {
				continue
			}
			for _, word := range banned {
				if strings.Contains(low, word) {
					t.Errorf("%s logs what may be personal: %s", f.path, strings.TrimSpace(line))
				}
			}
		}
	}
}
