package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/vault"
)

// seen is one answer of one node: when it was asked for, when it was there, and
// which edition it spoke of.
type seen struct {
	asked, there time.Time
	what         string
	edition      string
}

// TestTheSwitchIsOneForTwoNodes runs two programs on one PostgreSQL under load
// while an edition is switched. Once anybody has an answer under the new edition,
// from whichever node, page or decision, nobody who asks after that gets the old
// one. (policy 6.4a)
func TestTheSwitchIsOneForTwoNodes(t *testing.T) {
	t.Parallel()
	dir, dsn := t.TempDir(), pgtest.DSN(t)
	if err := vault.CreateFile(filepath.Join(dir, "keys.age"), "test", clock.System{}.Now(), 1); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	one := &crashed{t: t, dir: dir, dsn: dsn, http: client}
	one.publish("mega24/2026-1", "mega24/2026-1", "lawful")
	one.key = strings.TrimSpace(one.command("credential", "issue", "--org", "two-nodes"))
	two := &crashed{t: t, dir: dir, dsn: dsn, http: client, key: one.key}
	for _, node := range []*crashed{one, two} {
		node.start()
		t.Cleanup(node.kill)
	}
	v := &victim{number: "+996991000001"}
	if r := one.step(nil, v); !r {
		t.Fatal("nobody could be registered")
	}

	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	var all []seen
	news := make(chan struct{})
	var once sync.Once
	var done sync.WaitGroup
	for k := range 8 {
		node, what := []*crashed{one, two}[k%2], []string{"decision", "policy", "page", "app"}[k/2]
		done.Go(func() {
			for ctx.Err() == nil {
				s := node.look(what, v.id)
				if s.edition == "" {
					continue
				}
				mu.Lock()
				all = append(all, s)
				mu.Unlock()
				if s.edition == "mega24/2026-2" {
					once.Do(func() { close(news) })
				}
			}
		})
	}
	one.publish("mega24/2026-2", next(t, dir), "literal")
	<-news
	for enough := 0; enough < 2000; { // and some while under the new one
		mu.Lock()
		enough = 0
		for i := range all {
			if all[i].edition == "mega24/2026-2" {
				enough++
			}
		}
		mu.Unlock()
	}
	stop()
	done.Wait()

	var first time.Time // the earliest answer under the new edition
	count := map[string]int{}
	for _, s := range all {
		count[s.what+" "+s.edition]++
		if s.edition == "mega24/2026-2" && (first.IsZero() || s.there.Before(first)) {
			first = s.there
		}
	}
	for _, s := range all {
		if s.edition == "mega24/2026-1" && s.asked.After(first) {
			t.Errorf("%s asked %s after the switch was seen answered under the old edition", s.what, s.asked.Sub(first))
		}
	}
	for _, what := range []string{"decision", "policy", "page", "app"} {
		if count[what+" mega24/2026-1"] == 0 || count[what+" mega24/2026-2"] == 0 {
			t.Errorf("%s was not looked at on both sides of the switch: %v", what, count)
		}
	}
	t.Logf("%d answers: %v", len(all), count)
}

// look asks a node once.
func (c *crashed) look(what, subject string) seen {
	s := seen{what: what, asked: clock.System{}.Now()}
	switch what {
	case "decision":
		_, out := c.call(http.MethodPost, "/v1/may", map[string]any{"subject": subject, "purpose": "P01", "category": "D01", "operation": "use"})
		s.edition, _ = out["edition"].(string)
	case "policy":
		_, out := c.call(http.MethodGet, "/v1/policy?lang=ru", nil)
		s.edition, _ = out["edition"].(string)
	case "app":
		_, out := c.call(http.MethodGet, "/v1/subjects/"+subject+"/forms/accept?lang=ky", nil)
		s.edition, _ = out["edition"].(string)
	case "page":
		res, err := c.http.Get(c.site + "/ky/policy")
		if err != nil {
			return s
		}
		defer res.Body.Close()
		page, err := io.ReadAll(res.Body)
		if err != nil {
			return s
		}
		for _, id := range []string{"mega24/2026-1", "mega24/2026-2"} {
			if bytes.Contains(page, []byte(`/ky/policy/`+id+`"`)) {
				s.edition = id
			}
		}
	}
	s.there = clock.System{}.Now()
	return s
}

// next writes the pack of an edition in which nothing but its name has changed.
func next(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(dir, "next")
	if err := os.CopyFS(to, os.DirFS("../../policies/mega24/2026-1")); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(to, "rules.yaml"), "edition: mega24/2026-1\n", "edition: mega24/2026-2\n")
	edit(t, filepath.Join(to, "rules.yaml"), `supersedes: ""`, "supersedes: mega24/2026-1")
	return to
}

// edit replaces the first place of a text in a file, which must be there.
func edit(t testing.TB, file, old, now string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(data), old, now, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
