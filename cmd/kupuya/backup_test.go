package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/law"
	"kupuya/internal/policyfile"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/synth"
	"kupuya/internal/telemetry"
	"kupuya/internal/vault"
)

// town is a store with an edition in force and a few subscribers, and how a
// command names it.
type town struct {
	t     *testing.T
	dir   string
	store string
	keys  string
	ids   []readySubject
}

// newTown makes one. It sets no environment, so the passphrase comes from a file
// that the test's process names once.
func newTown(t *testing.T, dsn, keys string) *town {
	t.Helper()
	dir := t.TempDir()
	c := &town{t: t, dir: dir, store: dsn, keys: keys}
	if err := vault.CreateFile(filepath.Join(dir, "keys.age"), "test", clock.System{}.Now(), 1); err != nil {
		t.Fatal(err)
	}
	f := storeFlags{
		Store: dsn, KeyStore: keys, Blobs: filepath.Join(dir, "blobs"), KeysFile: filepath.Join(dir, "keys.age"),
		Origin: "mega24.kg/ledger", Site: "mega24.kg", MadeUp: true,
	}
	h, err := f.open(t.Context(), telemetry.Logger(&bytes.Buffer{}, level("error")))
	if err != nil {
		t.Fatal(err)
	}
	packFS, lawFS, err := (&packFlag{Pack: "mega24/2026-1"}).folders()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := policyfile.Archive(packFS, lawFS)
	if err != nil {
		t.Fatal(err)
	}
	if err := first(t.Context(), h, archive); err != nil {
		t.Fatal(err)
	}
	people := population{house: h, corpus: synth.New(1, law.DateOf(h.Clock.Now()).Start())}
	if c.ids, err = people.make(t.Context(), 6); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

// run gives the exit status of a command on the town, and what it said.
func (c *town) run(args ...string) (int, string) {
	c.t.Helper()
	var out bytes.Buffer
	args = append(args, "--keys", filepath.Join(c.dir, "keys.age"), "--log-level", "error")
	for flag, value := range map[string]string{"--store": c.store, "--key-store": c.keys, "--blobs": filepath.Join(c.dir, "blobs")} {
		if !strings.Contains(strings.Join(args, " "), flag+" ") {
			args = append(args, flag, value)
		}
	}
	return run(args, streams{&out, &out}), out.String()
}

// ok is run for a command that must succeed.
func (c *town) ok(args ...string) string {
	c.t.Helper()
	status, out := c.run(args...)
	if status != 0 {
		c.t.Fatalf("kupuya %v: %d %s", args, status, out)
	}
	return out
}

// From either engine to the other and back: destroyed since is destroyed again,
// and nobody is served before.
func TestABackupGoesToAnotherEngineAndWhatWasDestroyedSinceIsDestroyedThere(t *testing.T) {
	t.Setenv("KUPUYA_PASSPHRASE", "test")
	lite, post := "sqlite:"+t.TempDir(), pgtest.DSN(t)
	for name, way := range map[string][2]string{"to postgres": {lite, post}, "to sqlite": {pgtest.DSN(t), "sqlite:" + t.TempDir()}} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t, way[0], "sqlite:"+t.TempDir())
			file := filepath.Join(t.TempDir(), "x.backup")
			c.ok("backup", file)
			gone, stays := string(c.ids[0].ID), string(c.ids[1].ID)
			c.ok("subject", "destroy", gone, "--yes")
			out := c.ok("restore", file, "--store", way[1], "--blobs", t.TempDir())
			for _, want := range []string{"1 destructions done again", "the ledger verifies", "it may be served"} {
				if !strings.Contains(out, want) {
					t.Errorf("it does not say %q: %s", want, out)
				}
			}
			if status, out := c.run("subject", "extract", gone, "--store", way[1]); status == 0 || !strings.Contains(out, "destroyed") {
				t.Errorf("the destroyed: %d %s", status, out)
			}
			if out := c.ok("subject", "extract", stays, "--store", way[1]); !strings.Contains(out, "surname") {
				t.Errorf("nobody else's data open: %s", out)
			}
		})
	}
}

// A day after a day: registered, backed up, destroyed, looked for.
func TestTheCanaryIsLookedForInTheNewestBackups(t *testing.T) {
	t.Setenv("KUPUYA_PASSPHRASE", "test")
	c := newTown(t, "sqlite:"+t.TempDir(), "sqlite:"+t.TempDir())
	dir := t.TempDir()
	prom := filepath.Join(dir, "kupuya.prom")
	c.ok("backup", dir)
	if out := c.ok("backup", "check", dir, "--metrics", prom); !strings.Contains(out, "a canary was registered") {
		t.Errorf("first: %s", out)
	}
	c.ok("backup", dir)
	if out := c.ok("backup", "check", dir, "--metrics", prom); !strings.Contains(out, "found 0") || !strings.Contains(out, "of 1 canaries, 0 of them") {
		t.Errorf("while he lives: %s", out)
	}
	c.ok("backup", dir)
	if out := c.ok("backup", "check", dir, "--metrics", prom); !strings.Contains(out, "found 0") || !strings.Contains(out, "of 2 canaries, 1 of them") {
		t.Errorf("after his end: %s", out)
	}
	if text, err := os.ReadFile(prom); err != nil || !strings.Contains(string(text), "kupuya_backup_canary_found 0\n") {
		t.Errorf("the metric: %s, %v", text, err)
	}
}

// The check can fail: a plain text, a key, a token of one who is gone, and a
// backup in which he should be and is not.
func TestTheCanaryIsFoundWhereHeShouldNotBe(t *testing.T) {
	t.Setenv("KUPUYA_PASSPHRASE", "test")
	c := newTown(t, "sqlite:"+t.TempDir(), "sqlite:"+t.TempDir())
	for name, spoil := range map[string]func(one *canary, inBackup []byte){
		"a plain text": func(one *canary, in []byte) { one.Data["D01"]["surname"] = string(in) },
		"a key":        func(one *canary, in []byte) { one.Key = append(one.Key, in) },
		"a token":      func(one *canary, in []byte) { one.Tokens = append(one.Tokens, in) },
		"a value":      func(one *canary, in []byte) { one.Sealed = append(one.Sealed, in) },
	} {
		dir := t.TempDir()
		c.ok("backup", dir)
		c.ok("backup", "check", dir)
		c.ok("backup", dir)
		c.ok("backup", "check", dir) // ends him
		c.ok("backup", dir)
		list, err := openCanaries(dir)
		if err != nil {
			t.Fatal(err)
		}
		spoil(&list.All[0], []byte(c.ids[2].ID)) // which stands in every backup
		if err := list.save(); err != nil {
			t.Fatal(err)
		}
		prom := filepath.Join(dir, "kupuya.prom")
		status, out := c.run("backup", "check", dir, "--metrics", prom)
		text, err := os.ReadFile(prom)
		if status != 1 || !strings.Contains(out, "FOUND") || err != nil || strings.Contains(string(text), "_found 0\n") {
			t.Errorf("%s: %d %s %s %v", name, status, out, text, err)
		}
	}
	dir := t.TempDir()
	c.ok("backup", dir)
	c.ok("backup", "check", dir)
	list, err := openCanaries(dir)
	if err != nil {
		t.Fatal(err)
	}
	c.ok("backup", dir)
	list.All[0].Tokens = [][]byte{[]byte("a token of nobody")}
	if err := list.save(); err != nil {
		t.Fatal(err)
	}
	if status, out := c.run("backup", "check", dir); status != 1 || !strings.Contains(out, "is not in it") {
		t.Errorf("a search that finds nothing at all: %d %s", status, out)
	}
}

// A check that broke off between writing the canary down and registering him
// ends him, or sees that he never was.
func TestACanaryOfAnUnknownFateIsEnded(t *testing.T) {
	t.Setenv("KUPUYA_PASSPHRASE", "test")
	c := newTown(t, "sqlite:"+t.TempDir(), "sqlite:"+t.TempDir())
	dir := t.TempDir()
	c.ok("backup", dir)
	c.ok("backup", "check", dir)
	list, err := openCanaries(dir)
	if err != nil {
		t.Fatal(err)
	}
	id := list.All[0].Subject
	list.All[0].Subject = "" // as if it had broken off after the registration
	list.All = append(list.All, newCanary())
	if err := list.save(); err != nil {
		t.Fatal(err)
	}
	c.ok("backup", "check", dir)
	if list, err = openCanaries(dir); err != nil || list.All[0].Subject != id || list.All[0].Destroyed.IsZero() || list.All[1].Destroyed.IsZero() {
		b, _ := json.Marshal(list) // only for the message
		t.Errorf("%s, %v", b, err)
	}
	if status, out := c.run("subject", "extract", string(id)); status == 0 || !strings.Contains(out, "destroyed") {
		t.Errorf("%d %s", status, out)
	}
}

// A restore is killed at whatever moment. What is left is an empty place or a
// copy that nobody is served from, and the next run goes on with it.
func TestARestoreThatIsKilledIsGoneOnWith(t *testing.T) {
	t.Setenv("KUPUYA_PASSPHRASE", "test")
	c := newTown(t, "sqlite:"+t.TempDir(), "sqlite:"+t.TempDir())
	file := filepath.Join(t.TempDir(), "x.backup")
	c.ok("backup", file)
	gone := string(c.ids[0].ID)
	c.ok("subject", "destroy", gone, "--yes")
	ended := map[string]int{}
	for after := 4 * time.Millisecond; ended["done"] == 0; after += after / 3 {
		there := "sqlite:" + t.TempDir()
		cmd := exec.Command(built(t), "restore", file, "--store", there, "--key-store", c.keys, "--blobs", t.TempDir(), "--keys", filepath.Join(c.dir, "keys.age"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		go func() { over <- cmd.Wait() }()
		select {
		case err := <-over:
			if err != nil {
				t.Fatal(err)
			}
			ended["done"]++
		case <-time.After(after):
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-over // it was killed
		}
		status, out := c.run("restore", file, "--store", there)
		switch {
		case status == 0:
			ended["begun again"]++
		case strings.Contains(out, "there are data already"):
			if status, out := c.run("subject", "extract", gone, "--store", there); status == 0 {
				t.Fatalf("the destroyed is served: %s", out)
			}
			c.ok("restore", "--replay", "--store", there)
			ended["gone on with"]++
		default:
			t.Fatalf("%d %s", status, out)
		}
		if status, out := c.run("subject", "extract", gone, "--store", there); status == 0 || !strings.Contains(out, "destroyed") {
			t.Fatalf("%d %s", status, out)
		}
	}
	t.Log(ended)
}
