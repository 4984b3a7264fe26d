package check_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/policyfile"
	"kupuya/internal/policyfile/draft"
	"kupuya/internal/privacy"
)

var update = flag.Bool("update", false, "write the golden files")

// The policy of the operator for which the house was built, as it stands, is
// told of all eighteen collisions. It is no part of the repository:
// KUPUYA_ORIGINAL names it, and without it the test is skipped. The golden file
// holds codes, clauses and paths, and no sentence of it.
func TestTheOriginalPolicyIsToldOfEveryCollision(t *testing.T) {
	t.Parallel()
	name := os.Getenv("KUPUYA_ORIGINAL")
	f, err := os.Open(name)
	if name == "" || err != nil {
		t.Skip("the original policy is not here; name it in KUPUYA_ORIGINAL")
	}
	defer f.Close()
	text, err := draft.Read(name, f)
	if err != nil {
		t.Fatal(err)
	}
	d, err := draft.Make(text, privacy.Kyrgyz, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := draft.Save(dir, d); err != nil {
		t.Fatal(err)
	}
	p, faults, err := policyfile.LoadDraft(os.DirFS(dir))
	if err != nil || len(faults) != 0 {
		t.Fatal(faults, err)
	}
	found := run(&policy.Content{Rules: p.Rules, Texts: p.Texts, Law: pack(t).Law})
	named := map[check.Code]bool{}
	var out strings.Builder
	for _, f := range found {
		named[f.Code] = true
		fmt.Fprintln(&out, strings.Join(slices.DeleteFunc([]string{string(f.Severity), string(f.Code), string(f.Clause), f.Path}, func(s string) bool { return s == "" }), " "))
	}
	for i := 1; i <= 18; i++ {
		if code := check.Code(fmt.Sprintf("K-P%02d", i)); !named[code] {
			t.Errorf("%s is not told", code)
		}
	}
	const golden = "testdata/original.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != out.String() {
		t.Errorf("the report differs from %s; look at the difference, then run go test -update:\n%s", golden, difference(string(want), out.String()))
	}
}

// difference lists the lines that only one of two texts has.
func difference(want, have string) string {
	a, b := strings.Split(want, "\n"), strings.Split(have, "\n")
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, "- "+s)
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			out = append(out, "+ "+s)
		}
	}
	return strings.Join(out, "\n")
}
