package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"kupuya/internal/backup"
	"kupuya/internal/clock"
	"kupuya/internal/store"
	"kupuya/internal/telemetry"
)

type backupCmd struct {
	Make  backupMakeCmd  `cmd:"" default:"withargs" help:"Write a backup of the data and the sealed photographs, while \"serve\" runs. No key is in it: see \"kupuya keys backup\"."`
	Check backupCheckCmd `cmd:"" help:"Look in the newest backups for the canary, a made-up subject who was destroyed; exit status 1 when anything of it is found."`
}

type backupMakeCmd struct {
	To    string `arg:"" help:"File to write, or a folder in which it gets a name of its own." type:"path"`
	Force bool   `help:"Replace a file of that name."`
	storeFlags
}

// Run writes the data and the photographs of one moment.
func (c *backupMakeCmd) Run(s streams) error {
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	now := clock.System{}.Now()
	path, err := target(c.To, backup.Data, now)
	if err == nil {
		err = used(ctx, h)
	}
	if err == nil {
		err = written(s, path, now, func() (backup.Manifest, error) {
			return backup.Write(ctx, path, h.db, backup.Options{
				Header: backup.Header{Kind: backup.Data, Made: now, Origin: c.Origin}, Blobs: h.blobs, Force: c.Force, Tell: telling(s.err),
			})
		})
	}
	return errors.Join(err, h.Close())
}

// used refuses a store in which nothing ever happened: opening one that is not
// there makes it, and its backup would be taken for one of something.
func used(ctx context.Context, h *house) error {
	return h.db.View(ctx, func(v store.View) error {
		head, err := v.Head(ctx, store.HolderID)
		if err == nil && head.Seq == 0 {
			err = errors.New("this store is empty: is it the right one? Check --store")
		}
		return err
	})
}

// target is the file for a backup: in a folder it gets a name of its own, and
// what was broken off there is tidied away.
func target(to, kind string, now time.Time) (string, error) {
	info, err := os.Stat(to)
	if err != nil || !info.IsDir() {
		return to, nil // a name that is free; what else is wrong the writing says
	}
	return backup.Name(to, kind, now), backup.Tidy(to)
}

// written writes a backup and says what is in it.
func written(s streams, path string, began time.Time, write func() (backup.Manifest, error)) error {
	m, err := write()
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	took := clock.System{}.Now().Sub(began)
	fmt.Fprintf(s.out, "%s: %d rows, %d photographs, %.1f MB in %.1f s, sha256 of its contents %s\n",
		path, m.Total(), m.Blobs, float64(info.Size())/1e6, took.Seconds(), m.SHA256)
	if m.Kind == backup.Keys {
		fmt.Fprintf(s.out, "it opens with the key file only, and only until the epochs %v are dropped from it; keep it days, apart from the data\n", m.Epochs)
	}
	return nil
}

// telling gives a progress of plain lines, one a second at most.
func telling(w io.Writer) backup.Progress {
	var last time.Time
	return func(what string, done, total int64) {
		now := clock.System{}.Now()
		if now.Sub(last) < time.Second {
			return
		}
		last = now
		if total > 0 {
			fmt.Fprintf(w, "%s: %d of %d (%d %%)\n", what, done, total, done*100/total)
			return
		}
		fmt.Fprintf(w, "%s: %d\n", what, done)
	}
}

type keysBackupCmd struct {
	To    string `arg:"" help:"File to write, or a folder in which it gets a name of its own." type:"path"`
	Force bool   `help:"Replace a file of that name."`
	storeFlags
}

// Run writes the key store, which opens with the key file only.
func (c *keysBackupCmd) Run(s streams) error {
	ctx := context.Background()
	c.behind = true // keys are worth a backup beside whatever data
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	now := clock.System{}.Now()
	path, err := target(c.To, backup.Keys, now)
	if err == nil {
		err = written(s, path, now, func() (backup.Manifest, error) {
			return backup.Write(ctx, path, h.keyDB, backup.Options{
				Header: backup.Header{Kind: backup.Keys, Made: now, Origin: c.Origin}, Force: c.Force, Tell: telling(s.err),
			})
		})
	}
	return errors.Join(err, h.Close())
}
