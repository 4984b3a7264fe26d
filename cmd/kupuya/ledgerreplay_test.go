package main

import (
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/vault"
)

// TestDecisionsAreRunAgainAtTheCommandLine: what a running house decided, the
// program decides again from its store alone.
func TestDecisionsAreRunAgainAtTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &crashed{t: t, dir: dir, dsn: "sqlite:" + filepath.Join(dir, "data"), http: &http.Client{Timeout: 20 * time.Second}}
	if err := vault.CreateFile(filepath.Join(dir, "keys.age"), "test", clock.System{}.Now(), 1); err != nil {
		t.Fatal(err)
	}
	c.publish("mega24/2026-1", "mega24/2026-1", "lawful")
	c.key = strings.TrimSpace(c.command("credential", "issue", "--org", "replay-test"))
	c.start()
	v, r := &victim{number: "+996991000900"}, rand.New(rand.NewPCG(1, 1))
	for range 12 {
		if !c.step(r, v) {
			t.Fatal("the program died")
		}
	}
	c.kill()
	age := "stands"
	if v.destroyed { // and his age with him
		age = "immaterial"
	}
	out := c.command("ledger", "replay", "--subject", v.id)
	if !strings.Contains(out, " decisions run again, 0 differ\n") ||
		!strings.Contains(out, "data.written under mega24/2026-1, age "+age+"\n  P01 D01 collect,record: allowed\n") {
		t.Errorf("%s", out)
	}
	if len(v.events) == 0 {
		t.Fatal("nothing was read: the test shows nothing")
	}
	one := c.command("ledger", "replay", "--subject", v.id, "--event", v.events[0])
	if !strings.HasPrefix(one, "same "+v.events[0]) || !strings.Contains(one, "  P01 D01 use: allowed\n1 decisions run again, 0 differ\n") {
		t.Errorf("%s", one)
	}
}
