package policyfile_test

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	"kupuya/internal/policyfile"
	"kupuya/policies"
)

// What lies beside a pack, such as the report of an import, is not published.
func TestAnArchiveHoldsThePackAndNothingElse(t *testing.T) {
	t.Parallel()
	pack, err := fs.Sub(policies.FS, "mega24/2026-1")
	if err != nil {
		t.Fatal(err)
	}
	law, err := fs.Sub(policies.FS, "law-kg")
	if err != nil {
		t.Fatal(err)
	}
	beside := fstest.MapFS{"import-report.json": {Data: []byte("{}")}, "rules.yaml.new": {Data: []byte("x")}, "notes/a.txt": {Data: []byte("x")}}
	if err := fs.WalkDir(pack, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(pack, name)
		beside[name] = &fstest.MapFile{Data: data}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	alone, err := policyfile.Archive(pack, law)
	if err != nil {
		t.Fatal(err)
	}
	with, err := policyfile.Archive(beside, law)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(alone, with) {
		t.Error("the archive changes with what lies beside the pack")
	}
	if _, _, err := policyfile.OpenArchive(with); err != nil {
		t.Error(err)
	}
}
