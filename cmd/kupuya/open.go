package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"kupuya/internal/clock"
	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/vault"
)

// storeFlags say where everything is kept.
type storeFlags struct {
	Store    string `help:"Where data are kept: sqlite:DIR or postgres://…" required:"" placeholder:"DSN"`
	KeyStore string `help:"Where wrapped keys are kept, apart from the data; the store's own place when left out." placeholder:"DSN"`
	Blobs    string `help:"Folder of sealed photographs and scans; DIR/blobs of an SQLite store when left out." type:"path" placeholder:"DIR"`
	KeysFile string `name:"keys" help:"Sealed key file; \"kupuya keys init\" makes one." required:"" type:"path" placeholder:"FILE"`
	Origin   string `help:"Name of the ledger." default:"mega24.kg/ledger"`
	Site     string `help:"Host named in the last line of a code's SMS." default:"mega24.kg"`
	MadeUp   bool   `help:"Accept made-up numbers (+996 991-994), for trials."`
	Inside   bool   `name:"webhooks-inside" help:"Let webhooks go over http and to addresses inside the house, for trials."`
	Lawful   bool   `name:"lawful-requests" help:"Let requests of state bodies be registered and answered; off until counsel has said how (DC-186)."`
	LogLevel string `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`

	clock  clock.Clock // the machine's when nil
	behind bool        // also open data that do not know of every destruction: to mend or to look
}

// passphrase comes from the environment or from a file it names, never from
// the command line, where others could read it.
func passphrase() (string, error) {
	if p := os.Getenv("KUPUYA_PASSPHRASE"); p != "" {
		return p, nil
	}
	if name := os.Getenv("KUPUYA_PASSPHRASE_FILE"); name != "" {
		b, err := os.ReadFile(name)
		return strings.TrimRight(string(b), "\r\n"), err
	}
	return "", errors.New("no passphrase for the key file: set KUPUYA_PASSPHRASE, or KUPUYA_PASSPHRASE_FILE to the name of a file that holds it")
}

// house is an opened Holder with what it stands on.
type house struct {
	*holder.Holder
	db     *sqlstore.DB
	keyDB  *sqlstore.Keys
	blobs  *vault.Dir
	vault  *vault.Vault
	keys   *vault.Sealed
	closes []func() error
}

// Close closes everything, last opened first.
func (h *house) Close() error {
	h.Holder.Close()
	var errs []error
	for i := len(h.closes) - 1; i >= 0; i-- {
		errs = append(errs, h.closes[i]())
	}
	return errors.Join(errs...)
}

// open opens store, keys, vault and Holder, or says what is in the way.
func (f *storeFlags) open(ctx context.Context, log *slog.Logger) (*house, error) {
	secret, err := passphrase()
	if err != nil {
		return nil, err
	}
	dir, err := f.blobDir()
	if err != nil {
		return nil, err
	}
	keys, err := vault.OpenFile(f.KeysFile, secret)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", f.KeysFile, err)
	}
	if f.clock == nil {
		f.clock = clock.System{}
	}
	out := &house{keys: keys}
	closed := func(err error) (*house, error) {
		for i := len(out.closes) - 1; i >= 0; i-- {
			err = errors.Join(err, out.closes[i]())
		}
		return nil, err
	}
	if out.db, err = sqlstore.Open(ctx, f.Store, sqlstore.Options{}); err != nil {
		return nil, fmt.Errorf("store %s: %w", place(f.Store), err)
	}
	out.closes = append(out.closes, out.db.Close)
	keyDSN := f.KeyStore
	if keyDSN == "" {
		keyDSN = f.Store
	}
	if out.keyDB, err = sqlstore.OpenKeys(ctx, keyDSN, sqlstore.Options{}); err != nil {
		return closed(fmt.Errorf("key store %s: %w", place(keyDSN), err))
	}
	out.closes = append(out.closes, out.keyDB.Close)
	if out.blobs, err = vault.NewDir(dir); err != nil {
		return closed(fmt.Errorf("folder of photographs %s: %w", dir, err))
	}
	out.vault = vault.New(keys, keys, out.keyDB, out.blobs)
	o := holder.Options{
		Store: out.db, Vault: out.vault, Clock: f.clock, ReadPack: readPack, Origin: f.Origin,
		Site: f.Site, Limits: evidence.DefaultLimits(), Demo: f.MadeUp, Log: log,
		Hooks: notify.NewWebhooks(notify.HookRules{Plain: f.Inside, Private: f.Inside}), Lawful: f.Lawful,
	}
	if o.LedgerKey, o.LedgerVKey, err = keys.LedgerKey(f.Origin); err != nil {
		return closed(err)
	}
	if o.ReceiptKey, o.ReceiptVKey, err = keys.ReceiptKey(receiptName(f.Origin)); err != nil {
		return closed(err)
	}
	out.Holder = holder.New(o)
	if !f.behind {
		if err := out.CatchUp(ctx); err != nil {
			return nil, errors.Join(err, out.Close())
		}
	}
	return out, nil
}

func receiptName(origin string) string { return strings.TrimSuffix(origin, "/ledger") + "/receipts" }

func (f *storeFlags) blobDir() (string, error) {
	if f.Blobs != "" {
		return f.Blobs, nil
	}
	if dir, ok := strings.CutPrefix(f.Store, "sqlite:"); ok {
		return filepath.Join(dir, "blobs"), nil
	}
	if !strings.HasPrefix(f.Store, "postgres") {
		return "", nil // no store at all, as the store will say
	}
	return "", errors.New("with a PostgreSQL store, say with --blobs in which folder sealed photographs are kept")
}

// place is a DSN without its password, for messages.
func place(dsn string) string {
	scheme, rest, ok := strings.Cut(dsn, "://")
	if !ok {
		return dsn
	}
	if _, host, found := strings.Cut(rest, "@"); found {
		rest = host
	}
	return scheme + "://" + rest
}

// readPack reads the archive of an edition for the Holder.
func readPack(data []byte) (*holder.Source, error) {
	pack, reg, err := policyfile.OpenArchive(data)
	if err != nil {
		return nil, err
	}
	return &holder.Source{Rules: pack.Rules, Texts: pack.Texts, Law: reg, Expect: pack.Expect}, nil
}

// explain is an error as an operator reads it.
func explain(err error) string {
	var e *privacy.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s := string(e.Code)
	for _, part := range []string{e.Field, e.Name, e.Problem, string(e.Reason), string(e.Clause)} {
		if part != "" {
			s += " " + part
		}
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// officer is the person at the command line: whoever may read the key file.
func officer() privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorOfficer, ID: "cli", Channel: privacy.ChannelSystem,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
}

func level(name string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(name)); err != nil {
		return slog.LevelInfo
	}
	return l
}
