package holder_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"kupuya/internal/policyfile"
	"kupuya/policies"
)

// variant is the pack that comes with the program as a later edition, 2026-n,
// which supersedes the one before it. change edits the rules.
func variant(t testing.TB, n int, change func(rules string) string) []byte {
	t.Helper()
	pack, err := fs.Sub(policies.FS, "mega24/2026-1")
	if err != nil {
		t.Fatal(err)
	}
	law, err := fs.Sub(policies.FS, "law-kg")
	if err != nil {
		t.Fatal(err)
	}
	changed := fstest.MapFS{}
	err = fs.WalkDir(pack, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(pack, name)
		if name == "rules.yaml" {
			rules := replace(t, string(data), "edition: mega24/2026-1\n", fmt.Sprintf("edition: mega24/2026-%d\n", n))
			rules = replace(t, rules, `supersedes: ""`, fmt.Sprintf("supersedes: mega24/2026-%d", n-1))
			if change != nil {
				rules = change(rules)
			}
			data = []byte(rules)
		}
		changed[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := policyfile.Archive(changed, law)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// replace replaces the first place of a text, which must be there.
func replace(t testing.TB, s, old, now string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("the rules have no %q", old)
	}
	return strings.Replace(s, old, now, 1)
}
