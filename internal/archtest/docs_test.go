package archtest

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"kupuya/internal/store/sqlstore"
)

// page is one Markdown file of the repository.
type page struct {
	path  string // from the root, with slashes
	text  string
	prose string // text without code
}

var (
	fence      = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$")
	span       = regexp.MustCompile("`([^`\n]+)`")
	link       = regexp.MustCompile(`\]\(\s*<?([^)>\s]*)>?(?:\s+"[^"]*")?\s*\)`)
	definition = regexp.MustCompile(`(?m)^ {0,3}\[[^\]]+\]:\s*(\S+)`)
	heading    = regexp.MustCompile(`(?m)^#{1,6}[ \t]+(.+?)[ \t#]*$`)
)

// pages reads every Markdown file of the repository.
func pages(t *testing.T) []page {
	t.Helper()
	root := rootDir(t)
	var out []page
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".md"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		out = append(out, page{filepath.ToSlash(rel), string(text), span.ReplaceAllString(fence.ReplaceAllString(string(text), ""), "")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 10 {
		t.Fatalf("only %d pages found below %s: the test looks in the wrong place", len(out), root)
	}
	return out
}

// pageAt reads one page.
func pageAt(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(rootDir(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// targets are the links of a page.
func (p *page) targets() []string {
	var out []string
	for _, form := range []*regexp.Regexp{link, definition} {
		for _, m := range form.FindAllStringSubmatch(p.prose, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// anchors are the names under which the headings of a page are linked.
func anchors(text string) map[string]bool {
	out := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.M, r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])
		name := slug
		for n := 1; out[name]; n++ {
			name = slug + "-" + strconv.Itoa(n)
		}
		out[name] = true
	}
	return out
}

// broken says what is wrong with a link of a page below root; "" for a good one
// and for one that leads out of the repository.
func broken(root string, from page, target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil || target == "":
		return "is no link"
	case u.Scheme != "" || u.Host != "":
		return ""
	}
	text := from.text
	if u.Path != "" {
		file := path.Join(path.Dir(from.path), u.Path)
		if file == ".." || strings.HasPrefix(file, "../") || strings.HasPrefix(file, "/") {
			return "leads out of the repository"
		}
		name := filepath.Join(root, filepath.FromSlash(file))
		if _, err := os.Stat(name); err != nil {
			return "leads to nothing"
		}
		if u.Fragment == "" || path.Ext(file) != ".md" {
			return ""
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return "cannot be read"
		}
		text = string(raw)
	}
	if !anchors(text)[u.Fragment] {
		return "leads to no heading"
	}
	return ""
}

func TestEveryRelativeLinkResolves(t *testing.T) {
	t.Parallel()
	root, seen := rootDir(t), 0
	for _, p := range pages(t) {
		for _, target := range p.targets() {
			seen++
			if wrong := broken(root, p, target); wrong != "" {
				t.Errorf("%s: the link %s %s", p.path, target, wrong)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d links were found to follow", seen)
	}
}

func TestABrokenLinkIsSeen(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "b.md"), []byte("# Жок кылуу: the end\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "# Here\n[a](b.md) [b](b.md#жок-кылуу-the-end) [c](#here) [d](https://example.org/x)\n" +
		"[e](c.md) [f](b.md#other) [g](../b.md) [h](#there)\n`[i](j.md)`\n```\n[k](l.md)\n```\n[m]: n.md\n"
	p := page{"a.md", text, span.ReplaceAllString(fence.ReplaceAllString(text, ""), "")}
	var wrong []string
	for _, target := range p.targets() {
		if broken(root, p, target) != "" {
			wrong = append(wrong, target)
		}
	}
	if want := []string{"c.md", "b.md#other", "../b.md", "#there", "n.md"}; !slices.Equal(wrong, want) {
		t.Errorf("broken: %v, want %v", wrong, want)
	}
}

var (
	pathName   = regexp.MustCompile(`^(?:cmd|internal|policies|scripts|tools|docs)/[\w./-]+$`)
	testName   = regexp.MustCompile(`^(?:Test|Fuzz|Benchmark)[A-Z]\w*$`)
	roomName   = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)$`)
	declared   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	wordInside = regexp.MustCompile(`\w+`)
)

func TestWhatDocsNameIsThere(t *testing.T) {
	t.Parallel()
	root, tests, words, seen := rootDir(t), map[string]bool{}, map[string]map[string]bool{}, [3]int{}
	for _, f := range sources(t) {
		for _, m := range declared.FindAllStringSubmatch(f.text, -1) {
			tests[m[1]] = f.test
		}
		room := path.Base(f.room)
		if words[room] == nil {
			words[room] = map[string]bool{}
		}
		for _, w := range wordInside.FindAllString(f.text, -1) {
			words[room][w] = words[room][w] || !f.test
		}
	}
	for _, p := range pages(t) {
		for _, m := range span.FindAllStringSubmatch(fence.ReplaceAllString(p.text, ""), -1) {
			name := strings.TrimSuffix(m[1], "/")
			switch in := roomName.FindStringSubmatch(name); {
			case pathName.MatchString(name):
				seen[0]++
				if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
					t.Errorf("%s names %s, which is not there", p.path, name)
				}
			case testName.MatchString(name):
				seen[1]++
				if !tests[name] {
					t.Errorf("%s names the test %s, which is not there", p.path, name)
				}
			case in != nil && words[in[1]] != nil:
				seen[2]++
				if !words[in[1]][in[2]] {
					t.Errorf("%s names %s, which room %s does not have", p.path, name, in[1])
				}
			}
		}
	}
	if slices.Min(seen[:]) < 20 {
		t.Errorf("only %d paths, %d tests and %d names were found to look for", seen[0], seen[1], seen[2])
	}
}

func TestTheDataModelListsEveryTableAndMember(t *testing.T) {
	t.Parallel()
	text := pageAt(t, "docs/data-model.md")
	for _, table := range slices.Concat(sqlstore.DataTables(), sqlstore.KeyTables()) {
		spread := map[sqlstore.Place]string{sqlstore.Local: "local", sqlstore.Reference: "reference", sqlstore.Distributed: "`" + table.By + "`"}[table.Place]
		row := regexp.MustCompile(`(?m)^\| ` + "`" + table.Name + "`" + ` \|[^|\n]+\|[^|\n]+\| ` + spread + ` \|[^|\n]+\|$`)
		if !row.MatchString(text) {
			t.Errorf("docs/data-model.md has no row for the table %s, spread by %s", table.Name, spread)
		}
	}
	for _, m := range regexp.MustCompile(`JSON: (\w+)\.`).FindAllStringSubmatch(pageAt(t, "internal/ledger/event.go"), -1) {
		if !strings.Contains(text, "`"+m[1]+"`") {
			t.Errorf("docs/data-model.md does not name the member %s of an event", m[1])
		}
	}
}

func TestEveryDependencyHasItsRow(t *testing.T) {
	t.Parallel()
	text := pageAt(t, "docs/dependencies.md")
	required := regexp.MustCompile(`(?m)^\s+(\S+\.\S+/\S+) (v\S+)`).FindAllStringSubmatch(pageAt(t, "go.mod"), -1)
	rows := map[string]bool{}
	for _, f := range sources(t) {
		for _, imp := range f.ast.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			module, version := "", ""
			for _, r := range required {
				if (name == r[1] || strings.HasPrefix(name, r[1]+"/")) && len(r[1]) > len(module) {
					module, version = r[1], r[2]
				}
			}
			if module == "" {
				continue // the standard library and the house
			}
			rows[module] = true
			if !strings.Contains(text, fmt.Sprintf("| `%s` | %s |", module, version)) {
				t.Errorf("docs/dependencies.md has no row for %s %s, which %s imports", module, version, f.path)
			}
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\S+)` \\| v").FindAllStringSubmatch(text, -1) {
		if !rows[m[1]] {
			t.Errorf("docs/dependencies.md has a row for %s, which nobody imports", m[1])
		}
	}
}

func TestOperationsKnowEveryMetric(t *testing.T) {
	t.Parallel()
	text, seen := pageAt(t, "docs/operations/README.md"), 0
	for _, f := range sources(t) {
		if f.room != "internal/telemetry" || f.test {
			continue
		}
		for _, m := range regexp.MustCompile(`"(kupuya_\w+)"`).FindAllStringSubmatch(f.text, -1) {
			seen++
			if !strings.Contains(text, "`"+m[1]) {
				t.Errorf("docs/operations/README.md does not say what %s counts", m[1])
			}
		}
	}
	if seen == 0 {
		t.Error("no metric was found to look for")
	}
}

func TestDecisionsAreNumberedAndListed(t *testing.T) {
	t.Parallel()
	index, next := pageAt(t, "docs/decisions/README.md"), 1
	for _, p := range pages(t) { // in the order of their names
		if path.Dir(p.path) != "docs/decisions" || path.Base(p.path) == "README.md" {
			continue
		}
		number := fmt.Sprintf("%04d", next)
		title, ok := strings.CutPrefix(strings.SplitN(p.text, "\n", 2)[0], "# "+number+" ")
		if !ok || !strings.HasPrefix(path.Base(p.path), number+"-") {
			t.Errorf("%s should be number %s, in its name and its title", p.path, number)
		}
		if !strings.Contains(index, fmt.Sprintf("| %s | [%s](%s) |", number, title, path.Base(p.path))) {
			t.Errorf("docs/decisions/README.md does not list %s as %q", p.path, title)
		}
		for _, part := range []string{"**Context.**", "**Choice.**", "**Cost.**", "**Look again"} {
			if !strings.Contains(p.text, "\n"+part) {
				t.Errorf("%s has no %s", p.path, part)
			}
		}
		next++
	}
}
