package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/vault"
)

// law 4.4: the certificate of a destruction becomes a signed paper that a
// standard tool calls valid, and a forged certificate becomes none.
func TestACertificateBecomesAPaper(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &crashed{t: t, dir: dir, dsn: "sqlite:" + filepath.Join(dir, "data"), http: &http.Client{Timeout: 20 * time.Second}}
	if err := vault.CreateFile(filepath.Join(dir, "keys.age"), "test", clock.System{}.Now(), 1); err != nil {
		t.Fatal(err)
	}
	c.publish("mega24/2026-1", "mega24/2026-1", "lawful")
	c.key = strings.TrimSpace(c.command("credential", "issue", "--org", "paper"))
	c.start()
	v := &victim{number: "+996991000001"}
	if !c.step(nil, v) {
		t.Fatal("nobody could be registered")
	}
	c.kill()
	receipt := c.command("subject", "destroy", v.id, "--yes")
	run := func(args ...string) (string, error) {
		cmd := exec.Command(built(t), args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "KUPUYA_PASSPHRASE=test")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("receipt", receipt)
	if out, err := run("keys", "certificate", "--keys", "keys.age", "--out", "seal.pem"); err != nil {
		t.Fatal(out)
	}
	for _, lang := range []string{"ky", "ru", "en"} {
		if out, err := run("document", "certificate", "receipt", "--keys", "keys.age", "--lang", lang, "--large", "--out", "paper.pdf"); err != nil {
			t.Fatal(out)
		}
		if out, err := run("document", "verify", "paper.pdf", "--cert", "seal.pem"); err != nil || !strings.HasPrefix(out, "OK") {
			t.Errorf("%s: %s", lang, out)
		}
	}
	put("forged", strings.Replace(receipt, `"destroyed"`, `"notified"`, 1))
	if out, err := run("document", "certificate", "forged", "--keys", "keys.age", "--out", "forged.pdf"); err == nil {
		t.Errorf("a forged certificate became a paper: %s", out)
	}
}
