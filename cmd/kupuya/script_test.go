package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"kupuya/internal/clock"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/vault"
)

// kupuyaEnv makes a process started from this test binary the program itself.
const kupuyaEnv = "KUPUYA_RUN_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(kupuyaEnv) != "" {
		main()
		return
	}
	pgtest.Main(m)
}

// TestCommands runs the scripts of testdata/script: what a person at a terminal
// types and reads.
func TestCommands(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"paper": paper},
		Setup: func(env *testscript.Env) error {
			exe, err := os.Executable()
			if err != nil {
				return err
			}
			bin := filepath.Join(env.WorkDir, ".bin")
			if err := os.Mkdir(bin, 0o700); err != nil {
				return err
			}
			if err := os.Symlink(exe, filepath.Join(bin, "kupuya")); err != nil {
				return err
			}
			env.Setenv("PATH", bin+":"+env.Getenv("PATH"))
			env.Setenv(kupuyaEnv, "1")
			env.Setenv("KUPUYA_PASSPHRASE", "test")
			// A key file whose passphrase costs nothing to try.
			return vault.CreateFile(filepath.Join(env.WorkDir, "keys.age"), "test", clock.System{}.Now(), 1)
		},
	})
}

func TestATakenPortIsSaidBeforeAnythingIsServed(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	var out bytes.Buffer
	status := run([]string{
		"demo", "--subscribers", "1", "--data", dir, "--listen", taken.Addr().String(),
		"--ready-file", filepath.Join(dir, "ready.json"),
	}, streams{&out, &out})
	if status != 3 || !strings.Contains(out.String(), taken.Addr().String()) || !strings.Contains(out.String(), "--listen") {
		t.Errorf("status %d: %s", status, out.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "ready.json")); err == nil {
		t.Error("the ready file was written")
	}
}
