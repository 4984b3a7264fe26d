package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kupuya/internal/store/pgtest"
)

// program builds the program once and gives its path.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "kupuya-test")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "kupuya")
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
})

// built is the program, built.
func built(t testing.TB) string {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// freePort finds a port with a free one after it.
func freePort(t testing.TB) int {
	t.Helper()
	for range 50 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		next, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+1))
		if closed := l.Close(); closed != nil {
			t.Fatal(closed)
		}
		if err != nil {
			continue
		}
		if err := next.Close(); err != nil {
			t.Fatal(err)
		}
		return port
	}
	t.Fatal("no two free ports side by side")
	return 0
}

// walkthroughOf is the script of a document, to the letter.
func walkthroughOf(t testing.TB, document string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + document)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "<!-- walkthrough:")
	_, rest, block := strings.Cut(rest, "```sh\n")
	script, _, end := strings.Cut(rest, "```\n")
	if !ok || !block || !end {
		t.Fatal(document + " has no walkthrough block")
	}
	return script
}

func TestTheREADMEsScriptWalksTheWholeLife(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("the README's script needs curl: apt-get install curl")
	}
	for name, dsn := range map[string]func(*testing.T, string) string{
		"sqlite":   func(_ *testing.T, dir string) string { return "sqlite:" + filepath.Join(dir, "data") },
		"postgres": func(t *testing.T, _ string) string { return pgtest.DSN(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "sh", "-c", walkthroughOf(t, "README.md"))
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "DIR="+dir, "STORE="+dsn(t, dir), fmt.Sprintf("PORT=%d", freePort(t)),
				"PATH="+filepath.Dir(built(t))+":"+os.Getenv("PATH"))
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what the script started goes with it
			cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
			cmd.WaitDelay = 5 * time.Second
			out, err := cmd.CombinedOutput()
			if err != nil {
				log, _ := os.ReadFile(filepath.Join(dir, "serve.log")) // only for the message
				t.Fatalf("%v\n%s\n%s", err, out, log)
			}
			for _, want := range []string{"OK: consent", "OK: ", `"reason":"destroyed"`, "consent_withdrawn", "disputed"} {
				if !bytes.Contains(out, []byte(want)) {
					t.Errorf("the script did not show %s:\n%s", want, out)
				}
			}
			ledger, err := os.ReadFile(filepath.Join(dir, "ledger.ndjson"))
			if err != nil {
				t.Fatal(err)
			}
			for _, personal := range []string{"Осмонов", "992000017", "21705199090001"} {
				if bytes.Contains(ledger, []byte(personal)) {
					t.Errorf("the ledger holds %s", personal)
				}
			}
		})
	}
}
