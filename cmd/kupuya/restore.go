package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"kupuya/internal/backup"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/telemetry"
	"kupuya/internal/vault"
)

type restoreCmd struct {
	From    string `arg:"" optional:"" help:"The backup, or a folder whose newest is taken." type:"path"`
	Replay  bool   `help:"Only destroy again what the key store knows as destroyed: after a restore that was broken off, or by other means."`
	Force   bool   `help:"Replace the data that are there."`
	Keyless bool   `help:"Also destroy whoever has no key although no order is known: of copies from before the key store remembered orders."`
	storeFlags

	kept []string // the head of the ledger that stood in the backup
}

// Run verifies the backup, puts it in the place of the store, and destroys
// again what was destroyed since, so that it may be served.
func (c *restoreCmd) Run(s streams) error {
	if (c.From == "") != c.Replay {
		return &exit{2, errors.New("name a backup to restore, or say --replay to finish what a restore before this one began")}
	}
	ctx := context.Background()
	if err := c.load(ctx, s); err != nil {
		return err
	}
	c.behind = true
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	return errors.Join(c.replay(ctx, s, h), h.Close())
}

// load puts rows and photographs where the flags say.
func (c *restoreCmd) load(ctx context.Context, s streams) error {
	if c.Replay {
		return nil
	}
	secret, err := passphrase()
	if err != nil {
		return err
	}
	if _, err := vault.OpenFile(c.KeysFile, secret); err != nil { // before anything is written
		return fmt.Errorf("key file %s: %w", c.KeysFile, err)
	}
	path, m, err := verified(ctx, s, c.From, backup.Data)
	if err == nil && m.Origin != c.Origin {
		err = fmt.Errorf("%s is of the ledger %s and not of %s; check --origin", path, m.Origin, c.Origin)
	}
	if err != nil {
		return err
	}
	dir, err := c.blobDir()
	if err != nil {
		return err
	}
	blobs, err := vault.NewDir(dir)
	if err != nil {
		return fmt.Errorf("folder of photographs %s: %w", dir, err)
	}
	rows := rowsOf(ctx, s, path, m, blobs)
	if err := sqlstore.Restore(ctx, c.Store, m.Schema, c.Force, rows, sqlstore.Options{}); err != nil {
		return inTheWay(c.Store, err)
	}
	if m.Checkpoint != "" {
		c.kept = []string{m.Checkpoint}
	}
	fmt.Fprintf(s.out, "restored %d rows and %d photographs of %s\n", m.Total(), m.Blobs, m.Made.Format("2006-01-02 15:04:05 MST"))
	return nil
}

// verified finds the backup that was named and reads all of it.
func verified(ctx context.Context, s streams, from, kind string) (string, backup.Manifest, error) {
	if info, err := os.Stat(from); err == nil && info.IsDir() {
		found, err := backup.Newest(from, kind)
		if err != nil {
			return "", backup.Manifest{}, err
		}
		from = found.Path
	}
	m, err := backup.Verify(ctx, from, kind, telling(s.err))
	return from, m, err
}

// rowsOf gives the rows of a backup as a store takes them.
func rowsOf(ctx context.Context, s streams, path string, m backup.Manifest, blobs backup.Blobs) iter.Seq2[sqlstore.Rows, error] {
	return func(yield func(sqlstore.Rows, error) bool) {
		backup.Load(ctx, path, m, blobs, telling(s.err), func(r backup.Rows, err error) bool { return yield(sqlstore.Rows(r), err) })
	}
}

// inTheWay says what to do about data that are there.
func inTheWay(dsn string, err error) error {
	if errors.Is(err, sqlstore.ErrNotEmpty) {
		return fmt.Errorf("%s: %w; restore to another place, finish an earlier restore with --replay, or replace them with --force", place(dsn), sqlstore.ErrNotEmpty)
	}
	return fmt.Errorf("%s: %w", place(dsn), err)
}

// replay destroys again what was destroyed since, and holds the ledger to its
// own proof.
func (c *restoreCmd) replay(ctx context.Context, s streams, h *house) error {
	tell := telling(s.err)
	a, err := h.DestroyAgain(ctx, holder.AgainOptions{
		Keyless: c.Keyless,
		Tell:    func(a holder.Again, total int64) { tell("subjects compared with their keys", int64(a.Looked), total) },
	})
	if errors.Is(err, holder.ErrOtherKeys) {
		return err
	}
	fmt.Fprintf(s.out, "%d subjects compared with their keys: %d destructions done again, %d finished, %d keys that were back destroyed\n",
		a.Looked, a.Ordered, a.Finished, a.Keys)
	if errors.Is(err, holder.ErrKeyless) {
		return fmt.Errorf("%w. Is this the right key store? If they were destroyed before it remembered orders, add --keyless: they are destroyed again", errors.Unwrap(err))
	}
	if err != nil {
		return fmt.Errorf("not finished; run \"kupuya restore --replay\": %w", err)
	}
	rep, err := verifyLedger(ctx, h, c.kept)
	if err != nil {
		return fmt.Errorf("the ledger does not verify; keep this store as it is: %w", err)
	}
	fmt.Fprintf(s.out, "the ledger verifies: %d events, %d checkpoints; it may be served\n", rep.Events, rep.Checkpoints)
	return nil
}

// verifyLedger seals what waits and verifies the export without writing it. It
// must hold the head that stood in the backup, too.
func verifyLedger(ctx context.Context, h *house, kept []string) (ledger.Report, error) {
	if err := sealAll(ctx, h.Holder); err != nil {
		return ledger.Report{}, err
	}
	r, w := io.Pipe()
	exported := make(chan error, 1)
	go func() {
		_, err := h.Export(ctx, w)
		exported <- w.CloseWithError(err)
	}()
	rep, err := ledger.Verify(bufio.NewReaderSize(r, 1<<20), h.LedgerVKey, ledger.VerifyOptions{Checkpoints: kept})
	return rep, errors.Join(err, r.Close(), <-exported)
}

type keysRestoreCmd struct {
	From  string `arg:"" help:"The backup of the key store, or a folder whose newest is taken." type:"path"`
	Force bool   `help:"Replace the keys that are there: what was registered since the backup is lost."`
	storeFlags
}

// Run puts a key store back. Data that have seen later destructions are not
// served beside it before "kupuya restore --replay".
func (c *keysRestoreCmd) Run(s streams) error {
	ctx := context.Background()
	path, m, err := verified(ctx, s, c.From, backup.Keys)
	if err != nil {
		return err
	}
	secret, err := passphrase()
	if err != nil {
		return err
	}
	keys, err := vault.OpenFile(c.KeysFile, secret)
	if err != nil {
		return fmt.Errorf("key file %s: %w", c.KeysFile, err)
	}
	for _, need := range m.Epochs {
		if !has(keys.Epochs(), int(need)) {
			return fmt.Errorf("%s: %w", path, privacy.E("keys.restore", privacy.Unavailable, vault.ErrEpoch))
		}
	}
	dsn := c.KeyStore
	if dsn == "" {
		dsn = c.Store
	}
	if err := sqlstore.RestoreKeys(ctx, dsn, m.Schema, c.Force, rowsOf(ctx, s, path, m, nil), sqlstore.Options{}); err != nil {
		return inTheWay(dsn, err)
	}
	fmt.Fprintf(s.out, "restored %d rows of keys of %s; now run \"kupuya restore --replay\": what was destroyed since has its keys back\n",
		m.Total(), m.Made.Format("2006-01-02 15:04:05 MST"))
	return nil
}

func has(epochs []vault.Epoch, number int) bool {
	for _, e := range epochs {
		if e.Number == number {
			return true
		}
	}
	return false
}
