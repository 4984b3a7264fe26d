package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"kupuya/internal/clock"
	"kupuya/internal/privacy"
	"kupuya/internal/vault"
	"kupuya/policies"
)

// TestASimulationThatIsKilledGoesOn kills the counting with SIGKILL as soon as a
// tenth is done, and goes on until it is through; the counts are those of one
// that was left alone.
func TestASimulationThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &crashed{t: t, dir: dir, dsn: "sqlite:" + filepath.Join(dir, "data")}
	if err := vault.CreateFile(filepath.Join(dir, "keys.age"), "test", clock.System{}.Now(), 1); err != nil {
		t.Fatal(err)
	}
	c.publish("mega24/2026-1", "mega24/2026-1", "lawful")
	settle(t, filepath.Join(dir, "data", "kupuya.db"), 4_000)
	pack := narrower(t, dir)
	whole := filepath.Join(dir, "whole.json")
	args := []string{"policy", "simulate", pack, "--at", clock.System{}.Now().Add(24 * time.Hour).Format(time.RFC3339), "--decisions", "3", "--page", "50"}
	table := c.command(append(args, "--json", whole)...)
	if !strings.Contains(table, "4,000 subjects, 400 of them destroyed") || !strings.Contains(table, "lost: evidence_too_weak 2,000") {
		t.Errorf("the table is\n%s", table)
	}
	part, state := filepath.Join(dir, "part.json"), filepath.Join(dir, "state")
	killed := 0
	for {
		cmd := c.args(append(args, "--json", part, "--state", state)...)
		pipe, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := bufio.NewScanner(pipe)
		var all []string
		for said.Scan() {
			all = append(all, said.Text())
			if killed < 3 && strings.HasSuffix(said.Text(), " subjects") {
				killed++
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if cmd.Wait() == nil {
			break
		}
		if !cmd.ProcessState.Exited() { // killed, as was meant
			continue
		}
		t.Fatalf("it failed: %s", all)
	}
	if killed != 3 {
		t.Errorf("killed %d times", killed)
	}
	want, got := report(t, whole), report(t, part)
	if got["resumed"] != true {
		t.Error("it began anew")
	}
	for _, what := range []string{"subjects", "gone", "purposes", "values", "uses_that_stop", "uses_that_begin", "collisions"} {
		a, _ := json.Marshal(want[what])
		if b, _ := json.Marshal(got[what]); !bytes.Equal(a, b) {
			t.Errorf("%s\ngot  %s\nwant %s", what, b, a)
		}
	}
	if _, err := os.Stat(state); err == nil {
		t.Error("the state is left behind")
	}
}

func report(t *testing.T, file string) (out map[string]any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// narrower is a pack that asks a code from an SMS for the consent to P12.
func narrower(t *testing.T, dir string) string {
	t.Helper()
	own, err := fs.Sub(policies.FS, "mega24/2026-1")
	if err != nil {
		t.Fatal(err)
	}
	pack := filepath.Join(dir, "pack")
	if err := os.CopyFS(pack, own); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(pack, "rules.yaml")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rules := strings.ReplaceAll(string(b), "mega24/2026-1", "mega24/2030-1")
	at := strings.Index(rules, "  - id: P12\n")
	rest := strings.Replace(rules[at:], "evidence: tick", "evidence: sms", 1)
	if err := os.WriteFile(file, []byte(rules[:at]+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	return pack
}

// settle puts n subjects straight into the table: a tenth destroyed, every
// second of the others with a tick for P12.
func settle(t *testing.T, file string, n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	since := clock.System{}.Now().AddDate(0, -1, 0)
	for i := range n {
		s := privacy.Subject{
			ID: privacy.SubjectID(privacy.NewID(since.Add(time.Duration(i) * time.Second))), Stream: privacy.NewStream(),
			Status: privacy.StatusRegistered, Since: since, AgeKnown: true,
			Accepted:  privacy.Acceptance{ID: "a", Edition: "mega24/2026-1", Grade: privacy.GradeSMS, At: since},
			Agreement: privacy.Agreement{ID: "g", Since: since},
		}
		switch {
		case i%10 == 0:
			s.Status = privacy.StatusDestroyed
		case i%2 == 0 || i%10 == 1:
			s.Give(privacy.Consent{ID: "c", Purpose: "P12", Edition: "mega24/2026-1", Grade: privacy.GradeTick, By: privacy.ActorSubject, At: since})
		}
		standing, err := s.AppendBinary(nil)
		if err == nil {
			_, err = tx.Exec(`INSERT INTO subject (subject_id, status, standing) VALUES (?, ?, ?)`, string(s.ID), string(s.Status), standing)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
