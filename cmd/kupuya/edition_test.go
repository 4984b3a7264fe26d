package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A wider edition is published, and nobody gets the new purpose. (DC-78 p.2, policy 6.2a)
func TestAWiderEditionGivesNobodyTheNewPurpose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", walkthroughOf(t, "docs/walkthroughs/edition.md"))
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "DIR="+dir, fmt.Sprintf("PORT=%d", freePort(t)), "PATH="+filepath.Dir(built(t))+":"+os.Getenv("PATH"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what the script started goes with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "demo.log")) // only for the message
		t.Fatalf("%v\n%s\n%s", err, out, log)
	}
	for _, want := range []string{
		"announced in force from", " 24 told", "in force today: mega24/2026-1", "in force after forty days: mega24/2026-2", "asked about 24, allowed for 0",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the script did not show %q:\n%s", want, out)
		}
	}
}
