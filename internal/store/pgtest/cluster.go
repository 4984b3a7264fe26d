package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrMissing says that no PostgreSQL is installed, and what to do.
var ErrMissing = errors.New("pgtest: no initdb and postgres found in PATH or /usr/lib/postgresql/*/bin: " +
	"install PostgreSQL 15 or later (Debian: apt-get install postgresql), name a server in KUPUYA_TEST_DSN, " +
	"or set KUPUYA_NO_POSTGRES=1 to skip the tests that need it")

// Cluster is a private PostgreSQL server. It is for one goroutine at a time.
type Cluster struct {
	dir    string // holds data/, log and the socket
	server *exec.Cmd
	gone   chan struct{} // closed when the server has ended
}

// Start makes a cluster in dir, which must be empty or hold a stopped cluster
// of Start, and starts it. The path of dir must be short: a Unix socket in it
// may have at most 107 bytes. Writes reach the disk only when KUPUYA_PG_FSYNC
// is "on"; without, a cluster survives Kill but not a power cut.
func Start(dir string) (*Cluster, error) {
	c := &Cluster{dir: dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if len(filepath.Join(dir, ".s.PGSQL.5432")) > 107 {
		return nil, fmt.Errorf("pgtest: the path %s is too long for a Unix socket", dir)
	}
	if _, err := os.Stat(c.data()); os.IsNotExist(err) {
		if err := c.initdb(); err != nil {
			return nil, err
		}
	}
	return c, c.Restart()
}

// durable reports whether writes must reach the disk: to measure, not to test.
func durable() bool { return os.Getenv("KUPUYA_PG_FSYNC") == "on" }

// tempDir makes a directory for a private cluster: in memory where the system
// has room for it and nothing must reach the disk, since making a database on a
// disk takes twenty times as long. It takes away what killed processes left.
func tempDir() (string, error) {
	root := os.TempDir()
	if !durable() && inMemory != "" {
		root = inMemory
	}
	sweep(root)
	return os.MkdirTemp(root, fmt.Sprintf("%s%d-", prefix, os.Getpid()))
}

const prefix = "kupuya-pg-" // then the process whose cluster it is

// sweep removes the directories of processes that are no more. Young ones stay:
// they may be of a process in a container whose processes we do not see.
func sweep(root string) {
	left, _ := filepath.Glob(filepath.Join(root, prefix+"*-*")) // the pattern is sound
	for _, dir := range left {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), prefix), "-")
		pid, err := strconv.Atoi(owner)
		if err != nil {
			continue
		}
		if info, err := os.Stat(dir); err != nil || time.Since(info.ModTime()) < time.Hour {
			continue
		}
		p, err := os.FindProcess(pid)
		if err != nil || errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone) {
			_ = os.RemoveAll(dir) // another user's stays
		}
	}
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// initdb makes the cluster's files. The server refuses to run as root, so root
// hands them to the user postgres or nobody.
func (c *Cluster) initdb() error {
	if uid, gid, ok := servant(); ok {
		if err := os.Chown(c.dir, uid, gid); err != nil {
			return err
		}
	}
	cmd, err := c.command("initdb", "-D", c.data(), "-U", "kupuya", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
		"--no-sync", "--no-instructions")
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w\n%s", err, out)
	}
	return nil
}

// Restart starts a cluster that was stopped or killed, on the same data, and
// waits until it answers.
func (c *Cluster) Restart() error {
	args := []string{"-D", c.data(), "-k", c.dir, "-c", "listen_addresses=", "-c", "max_connections=200"}
	if !durable() {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0",
			"-c", "max_wal_size=128MB")
	}
	for end := time.Now().Add(30 * time.Second); ; {
		cmd, err := c.command("postgres", args...)
		if err != nil {
			return err
		}
		var log bytes.Buffer
		cmd.Stderr = &log
		if err := cmd.Start(); err != nil {
			return err
		}
		gone := make(chan struct{})
		go func() {
			_ = cmd.Wait() // how it ended is in its log
			close(gone)
		}()
		c.server, c.gone = cmd, gone
		err = c.wait(end)
		if err == nil {
			return nil
		}
		_ = c.Kill() // or it has ended by itself, as while processes of a killed one linger
		if time.Now().After(end) {
			return fmt.Errorf("pgtest: %w\n%s", err, log.String())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// wait waits until the server answers or has ended.
func (c *Cluster) wait(end time.Time) error {
	for {
		ctx, cancel := context.WithDeadline(context.Background(), end)
		conn, err := pgx.Connect(ctx, c.DSN("postgres"))
		if err == nil {
			err = conn.Close(ctx)
		}
		cancel()
		if err == nil || time.Now().After(end) {
			return err
		}
		select {
		case <-c.gone:
			return errors.New("postgres ended at once")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// DSN names a database of the cluster; "postgres" is always there.
func (c *Cluster) DSN(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.User("kupuya"), Path: "/" + database,
		RawQuery: url.Values{"host": {c.dir}}.Encode(),
	}
	return u.String()
}

// Stop ends the server without waiting for its clients.
func (c *Cluster) Stop() error { return c.end(os.Interrupt) }

// Kill ends the server as a crash would: nothing is flushed. The processes of
// its connections end by themselves when they notice.
func (c *Cluster) Kill() error { return c.end(os.Kill) }

func (c *Cluster) end(sig os.Signal) error {
	select {
	case <-c.gone:
		return nil
	default:
	}
	if err := c.server.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-c.gone
	return nil
}

// command prepares one of PostgreSQL's programs, as a user it runs for.
func (c *Cluster) command(name string, args ...string) (*exec.Cmd, error) {
	path, err := binary(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = childOf()
	return cmd, nil
}

// binary finds a program, the newest version first; all of them from one place.
func binary(name string) (string, error) {
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	version := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // 0 for a name that is no number
		return n
	}
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append([]string{filepath.Dir(path)}, dirs...)
	}
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
			return filepath.Join(dir, name), nil
		}
	}
	return "", ErrMissing
}

// servant gives the user that runs the server for root.
func servant() (uid, gid int, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return uid, gid, true
		}
	}
	return 0, 0, false
}
