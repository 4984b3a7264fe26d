package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/vault"
)

// TestKilledUnderLoadItLosesNothingAcknowledged kills the program with SIGKILL
// while clients write and read, starts it again, and holds it to what it had
// acknowledged: nothing lost, nothing half done, and the ledger verifies each
// time. KUPUYA_LONG=1 does it two hundred times on each engine.
func TestKilledUnderLoadItLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	cycles := 3
	if os.Getenv("KUPUYA_LONG") != "" {
		cycles = 200
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		crash(t, dir, "sqlite:"+filepath.Join(dir, "data"), cycles)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		crash(t, t.TempDir(), pgtest.DSN(t), cycles)
	})
}

const clients = 8

func crash(t *testing.T, dir, dsn string, cycles int) {
	c := &crashed{t: t, dir: dir, dsn: dsn, http: &http.Client{Timeout: 20 * time.Second}}
	if err := vault.CreateFile(filepath.Join(dir, "keys.age"), "test", clock.System{}.Now(), 1); err != nil {
		t.Fatal(err)
	}
	c.publish("mega24/2026-1", "mega24/2026-1", "lawful")
	c.key = strings.TrimSpace(c.command("credential", "issue", "--org", "crash-test"))
	people := make([][]*victim, clients)
	acks := 0
	for cycle := range cycles {
		c.start()
		target := int64(20 + rand.IntN(100))
		var seen atomic.Int64
		var done sync.WaitGroup
		full := make(chan struct{})
		var once sync.Once
		for k := range clients {
			done.Go(func() {
				people[k] = c.load(cycle, k, people[k], func() {
					if seen.Add(1) >= target {
						once.Do(func() { close(full) })
					}
				})
			})
		}
		select {
		case <-full:
		case <-time.After(60 * time.Second):
			t.Fatalf("cycle %d: only %d answers in a minute", cycle, seen.Load())
		}
		c.kill()
		done.Wait()
		acks += int(seen.Load())
		c.start()
		c.held(cycle, people)
		c.kill()
		c.verified(cycle)
	}
	t.Logf("%d cycles, %d acknowledged answers, none lost", cycles, acks)
}

// crashed is a program that is killed and started again.
type crashed struct {
	t       *testing.T
	dir     string
	dsn     string
	key     string
	site    string
	http    *http.Client
	process *exec.Cmd
	ended   chan struct{} // closed when the process is gone
	numbers atomic.Int64
}

// victim is a subject with what was acknowledged about him, and what was under
// way when the program died.
type victim struct {
	id, number string
	registered bool
	accepted   bool
	consent    string // "", given, withdrawn
	destroyed  bool
	pending    string   // the request that got no answer
	events     []string // of acknowledged readings
}

func (c *crashed) args(args ...string) *exec.Cmd {
	cmd := exec.Command(built(c.t), append(args, "--store", c.dsn, "--keys", filepath.Join(c.dir, "keys.age"), "--blobs", filepath.Join(c.dir, "blobs"))...)
	cmd.Env = append(os.Environ(), "KUPUYA_PASSPHRASE=test")
	return cmd
}

func (c *crashed) command(args ...string) string {
	c.t.Helper()
	out, err := c.args(args...).Output()
	if err != nil {
		c.t.Fatalf("kupuya %v: %v %s", args, err, out)
	}
	return string(out)
}

// publish takes a pack the whole way of an edition.
func (c *crashed) publish(edition, pack, mode string) {
	c.t.Helper()
	_, hash, _ := strings.Cut(strings.TrimSpace(c.command("policy", "draft", pack, "--as", "author")), "sha256 ")
	c.command("policy", "review", edition, "--sha256", hash, "--as", "reviewer")
	c.command("policy", "announce", edition, "--as", "author", "--mode", mode)
}

// start starts the program and waits until it is ready. Another test may take
// the port between its being found and its being used, so a start may be tried
// again.
func (c *crashed) start() {
	c.t.Helper()
	for range 5 {
		if c.started() {
			return
		}
	}
	text, _ := os.ReadFile(filepath.Join(c.dir, "serve.log")) // only for the message
	c.t.Fatalf("the program does not become ready:\n%s", text)
}

func (c *crashed) started() bool {
	port := freePort(c.t)
	c.site = fmt.Sprintf("http://127.0.0.1:%d", port)
	c.process = c.args("serve", "--made-up", "--listen", fmt.Sprintf("127.0.0.1:%d", port), "--console-listen", fmt.Sprintf("127.0.0.1:%d", port+1))
	log, err := os.OpenFile(filepath.Join(c.dir, "serve.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		c.t.Fatal(err)
	}
	defer log.Close()
	c.process.Stderr = log
	c.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.process.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.ended = make(chan struct{})
	go func(p *exec.Cmd, ended chan struct{}) {
		_ = p.Wait() // it is killed, which Wait calls an error
		close(ended)
	}(c.process, c.ended)
	deadline := time.After(30 * time.Second)
	for {
		res, err := c.http.Get(fmt.Sprintf("http://127.0.0.1:%d/readyz", port+1))
		if err == nil {
			ready := res.StatusCode == http.StatusOK
			if err := res.Body.Close(); err != nil {
				c.t.Fatal(err)
			}
			if ready {
				return true
			}
		}
		select {
		case <-c.ended:
			return false
		case <-deadline:
			return false
		default:
		}
	}
}

func (c *crashed) kill() {
	if err := c.process.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	<-c.ended
}

// call gives the status and the answer; 0 when the program died on it.
func (c *crashed) call(method, path string, body any) (int, map[string]any) {
	var b bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&b).Encode(body); err != nil {
			panic(err)
		}
	}
	req, err := http.NewRequest(method, c.site+path, &b)
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		return 0, nil
	}
	return res.StatusCode, out
}

// load works on its own subjects until the program dies. Every answer is
// acknowledged to acked.
func (c *crashed) load(cycle, k int, people []*victim, acked func()) []*victim {
	r := rand.New(rand.NewPCG(uint64(cycle), uint64(k)))
	for {
		var v *victim
		if len(people) < 3 || r.IntN(4) == 0 {
			v = &victim{number: fmt.Sprintf("+99699%d%06d", 1+k%4, c.numbers.Add(1))}
			people = append(people, v)
		} else {
			v = people[r.IntN(len(people))]
		}
		if !c.step(r, v) {
			return people
		}
		acked()
	}
}

// step does the next thing to a subject; false when the program died on it.
func (c *crashed) step(r *rand.Rand, v *victim) bool {
	at := "/v1/subjects/" + v.id
	do := func(what, method, path string, body any) (map[string]any, bool) {
		v.pending = what
		status, out := c.call(method, path, body)
		if status == 0 || status == http.StatusServiceUnavailable {
			return nil, false
		}
		if status >= 300 {
			c.t.Errorf("%s gave %d: %v", what, status, out)
			return nil, false
		}
		v.pending = ""
		return out, true
	}
	switch {
	case v.destroyed:
		_, ok := do("", http.MethodGet, "/v1/policy/editions", nil)
		return ok
	case !v.registered:
		told, ok := do("", http.MethodPost, "/v1/notices", map[string]any{"language": "ky", "text_sha256": c.text()})
		if !ok {
			return false
		}
		out, ok := do("register", http.MethodPost, "/v1/subjects", map[string]any{
			"notice": told["notice"], "msisdn": v.number,
			"birth_date": "1990-05-17", "data": map[string]any{"D01": map[string]any{"surname": "Осмонов", "given": "Бакыт"}},
		})
		if ok {
			v.id, v.registered = out["subject"].(string), true
		}
		return ok
	case !v.accepted:
		_, ok := c.agree(do, v, "accept", at+"/acceptances", nil)
		v.accepted = v.accepted || ok
		return ok
	case r.IntN(12) == 0:
		_, ok := do("destroy", http.MethodPost, at+"/destroy", map[string]any{"ground": "subject_request"})
		v.destroyed = ok
		return ok
	case r.IntN(2) == 0:
		out, ok := do("read", http.MethodPost, "/v1/read", map[string]any{"subject": v.id, "purpose": "P01", "categories": []string{"D01"}, "operation": "use"})
		if ok {
			if value := out["values"].(map[string]any)["D01"].(map[string]any)["surname"]; value != "Осмонов" {
				c.t.Errorf("a reading gave %v", value)
			}
			v.events = append(v.events, out["event"].(string))
		}
		return ok
	case v.consent == "given":
		_, ok := do("withdraw", http.MethodPost, at+"/consents/P03/withdraw", nil)
		if ok {
			v.consent = "withdrawn"
		}
		return ok
	default:
		_, ok := c.agree(do, v, "consent", at+"/consents", map[string]any{"purpose": "P03"})
		if ok {
			v.consent = "given"
		}
		return ok
	}
}

// text is the hash of the edition's Kyrgyz text.
func (c *crashed) text() string {
	_, out := c.call(http.MethodGet, "/v1/policy?lang=ky", nil)
	hash, _ := out["text_sha256"].(string) // empty when the program died, and the next call says so
	return hash
}

// agree fetches the form and ticks it.
func (c *crashed) agree(do func(what, method, path string, body any) (map[string]any, bool), v *victim, what, path string, body map[string]any) (map[string]any, bool) {
	aim := "accept"
	if what == "consent" {
		aim = "P03"
	}
	form, ok := do("", http.MethodGet, "/v1/subjects/"+v.id+"/forms/"+aim+"?lang=ky", nil)
	if !ok {
		return nil, false
	}
	if body == nil {
		body = map[string]any{}
	}
	now := clock.System{}.Now()
	body["language"], body["text_sha256"] = "ky", form["text_sha256"]
	body["evidence"] = map[string]any{"method": "tick", "tick": map[string]any{
		"bound": form["bound"], "text_hash": form["text_sha256"],
		"lang": "ky", "prefilled": false, "shown_at": now.Add(-time.Minute), "ticked_at": now.Add(-time.Second),
	}}
	return do(what, http.MethodPost, path, body)
}

// held checks every subject against what was acknowledged.
func (c *crashed) held(cycle int, people [][]*victim) {
	c.t.Helper()
	for _, group := range people {
		for _, v := range group {
			if v.destroyed && v.pending == "" && v.events == nil {
				continue // checked before
			}
			c.heldOne(cycle, v)
		}
	}
}

func (c *crashed) heldOne(cycle int, v *victim) {
	c.t.Helper()
	pending := v.pending
	v.pending = ""
	if !v.registered {
		if pending != "register" {
			return
		}
		status, out := c.call(http.MethodPost, "/v1/subjects/find", map[string]any{"msisdn": v.number})
		if status == http.StatusNotFound {
			return
		}
		v.id, _ = out["subject"].(string)
		v.registered = v.id != ""
	}
	may := func() string {
		_, out := c.call(http.MethodPost, "/v1/may", map[string]any{"subject": v.id, "purpose": "P03", "category": "D09", "operation": "use"})
		reason, _ := out["reason"].(string)
		return reason
	}
	reason := may()
	want := map[string]bool{}
	expect := func(accepted bool, consent string) {
		switch {
		case !accepted:
			want["not_accepted"] = true
		case consent == "given":
			want["allowed"] = true
		case consent == "withdrawn":
			want["consent_withdrawn"] = true
		default:
			want["no_consent"] = true
		}
	}
	switch {
	case v.destroyed:
		want["destroyed"] = true
	default:
		expect(v.accepted, v.consent)
		switch pending { // what was under way may have come through, whole, or not at all
		case "accept":
			expect(true, v.consent)
		case "consent":
			expect(true, "given")
		case "withdraw":
			expect(true, "withdrawn")
		case "destroy":
			want["destroyed"] = true
		}
	}
	if !want[reason] {
		c.t.Errorf("cycle %d: %s is %q after the crash, acknowledged was %v (under way: %q)", cycle, v.id, reason, want, pending)
	}
	v.accepted = v.accepted || reason == "allowed" || reason == "no_consent" || reason == "consent_withdrawn"
	v.destroyed = reason == "destroyed"
	switch reason {
	case "allowed":
		v.consent = "given"
	case "consent_withdrawn":
		v.consent = "withdrawn"
	}
	c.heldLog(cycle, v)
}

// heldLog checks that every released reading is recorded, that a registration
// is whole, and that an ordered destruction was finished.
func (c *crashed) heldLog(cycle int, v *victim) {
	c.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		seen, kinds := c.log(v.id)
		for _, ev := range v.events {
			if !seen[ev] {
				c.t.Errorf("cycle %d: the reading %s was released and is not recorded", cycle, ev)
			}
		}
		for _, kind := range []string{"notice.shown", "subject.registered", "data.written"} {
			if !kinds[kind] {
				c.t.Errorf("cycle %d: %s was registered by halves: no %s", cycle, v.id, kind)
			}
		}
		if !v.destroyed || kinds["key.destroyed"] {
			break
		}
		select { // the worker finishes what was ordered
		case <-deadline:
			c.t.Fatalf("cycle %d: the destruction of %s was never finished", cycle, v.id)
		default:
		}
	}
	v.events = nil
}

func (c *crashed) log(id string) (events, kinds map[string]bool) {
	events, kinds = map[string]bool{}, map[string]bool{}
	for before := "0"; ; {
		_, out := c.call(http.MethodGet, "/v1/subjects/"+id+"/log?limit=200&before="+before, nil)
		entries, _ := out["entries"].([]any)
		for _, e := range entries {
			events[e.(map[string]any)["event"].(string)] = true
			kinds[e.(map[string]any)["kind"].(string)] = true
		}
		next, more := out["next"].(float64)
		if !more {
			return events, kinds
		}
		before = fmt.Sprintf("%.0f", next)
	}
}

// verified exports the ledger with the program dead and verifies it offline.
func (c *crashed) verified(cycle int) {
	c.t.Helper()
	file := filepath.Join(c.dir, "ledger.ndjson")
	c.command("ledger", "export", "--out", file)
	show := exec.Command(built(c.t), "keys", "show", "--keys", filepath.Join(c.dir, "keys.age"))
	show.Env = append(os.Environ(), "KUPUYA_PASSPHRASE=test")
	keys, err := show.Output()
	if err != nil {
		c.t.Fatal(err)
	}
	_, key, _ := strings.Cut(string(keys), "ledger")
	key, _, _ = strings.Cut(strings.TrimSpace(key), "\n")
	if out, err := exec.Command(built(c.t), "ledger", "verify", file, "--key", key).CombinedOutput(); err != nil {
		c.t.Fatalf("cycle %d: the ledger does not verify: %s", cycle, out)
	}
}
