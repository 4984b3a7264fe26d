package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
)

type ledgerCmd struct {
	Export ledgerExportCmd `cmd:"" help:"Write the sealed ledger to a file."`
	Verify ledgerVerifyCmd `cmd:"" help:"Verify an export offline; exit status 1 and the first bad position on any damage."`
	Prove  ledgerProveCmd  `cmd:"" help:"Write the proof that an event stands in the ledger, or check one with --key."`
	Replay ledgerReplayCmd `cmd:"" help:"Run recorded decisions of a subject again; exit status 1 when one is not what it was."`
}

type ledgerExportCmd struct {
	storeFlags
	Out string `help:"File to write; - for standard output." required:"" placeholder:"FILE"`
}

// Run seals what waits, then exports.
func (c *ledgerExportCmd) Run(s streams) error {
	ctx := context.Background()
	c.behind = true
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	defer func() {
		if err := h.Close(); err != nil {
			fmt.Fprintln(s.err, "kupuya:", err)
		}
	}()
	if err := sealAll(ctx, h.Holder); err != nil {
		return err
	}
	out := s.out
	if c.Out != "-" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		n, err := h.Export(ctx, f)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%d events written to %s; verify with: kupuya ledger verify %s --key %s\n", n, c.Out, c.Out, h.LedgerVKey)
		return nil
	}
	_, err = h.Export(ctx, out)
	return err
}

func sealAll(ctx context.Context, h *holder.Holder) error {
	for {
		n, err := h.Seal(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

type ledgerVerifyCmd struct {
	File       string   `arg:"" help:"The export." type:"existingfile"`
	Key        string   `help:"Public key of the ledger, or a file that holds it." required:"" placeholder:"KEY"`
	Checkpoint []string `help:"A checkpoint kept from before: a ledger that was rewritten since is found out." type:"existingfile" placeholder:"FILE"`
}

// Run verifies; nothing but the file and the key is needed.
func (c *ledgerVerifyCmd) Run(s streams) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	var opts ledger.VerifyOptions
	for _, name := range c.Checkpoint {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		opts.Checkpoints = append(opts.Checkpoints, string(b))
	}
	key, err := publicKey(c.Key)
	if err != nil {
		return err
	}
	rep, err := ledger.Verify(bufio.NewReaderSize(f, 1<<20), key, opts)
	var damage *ledger.Damage
	if errors.As(err, &damage) {
		fmt.Fprintf(s.out, "DAMAGED at position %d (%s): %s\n%d events before it are proven sound\n",
			damage.Position, damage.What, damage, rep.Proven)
		return &exit{1, errors.New("the ledger is damaged")}
	}
	if err != nil {
		return &exit{1, err}
	}
	fmt.Fprintf(s.out, "OK: %d events in %d streams, %d checkpoints, root %s, origin %s\n", rep.Events, rep.Streams, rep.Checkpoints, rep.Root, rep.Origin)
	return nil
}

type ledgerProveCmd struct {
	File    string `arg:"" optional:"" help:"A proof to check." type:"existingfile"`
	Key     string `help:"Public key, to check a proof." placeholder:"KEY"`
	Event   string `help:"Event to prove." placeholder:"ID"`
	Subject string `help:"Whose event it is; the Holder's own when left out." placeholder:"ID"`
	storeOptional
}

// Run proves an event from the store, or checks a proof offline.
func (c *ledgerProveCmd) Run(s streams) error {
	if c.File != "" {
		raw, err := os.ReadFile(c.File)
		if err != nil {
			return err
		}
		key, err := publicKey(c.Key)
		if err != nil {
			return err
		}
		p, err := ledger.VerifyProof(raw, key)
		if err != nil {
			return &exit{1, err}
		}
		fmt.Fprintf(s.out, "OK: event %d of %d\n%s\n", p.Index, p.Size, p.Event)
		return nil
	}
	if c.Event == "" || c.Store == "" || c.KeysFile == "" {
		return &exit{2, errors.New("name a proof to check with --key, or an --event to prove with --store and --keys")}
	}
	ctx := context.Background()
	f := c.flags()
	h, err := f.open(ctx, telemetry.Logger(s.err, level("warn")))
	if err != nil {
		return err
	}
	if err = sealAll(ctx, h.Holder); err == nil {
		id := privacy.SubjectID(c.Subject)
		if id == "" {
			id = holder.OwnStream
		}
		var raw []byte
		if raw, err = h.ProveEvent(ctx, officer(), id, privacy.EventID(c.Event)); err == nil {
			fmt.Fprintf(s.out, "%s\n", raw)
		}
	}
	return errors.Join(err, h.Close())
}

// storeOptional is storeFlags for a command that can do without a store.
type storeOptional struct {
	Store    string `help:"Where data are kept: sqlite:DIR or postgres://…" placeholder:"DSN"`
	KeyStore string `help:"Where wrapped keys are kept." placeholder:"DSN"`
	Blobs    string `help:"Folder of sealed photographs." type:"path" placeholder:"DIR"`
	KeysFile string `name:"keys" help:"Sealed key file." type:"path" placeholder:"FILE"`
	Origin   string `help:"Name of the ledger." default:"mega24.kg/ledger"`
}

func (o *storeOptional) flags() *storeFlags {
	return &storeFlags{Store: o.Store, KeyStore: o.KeyStore, Blobs: o.Blobs, KeysFile: o.KeysFile, Origin: o.Origin, Site: "mega24.kg"}
}

// publicKey is a key given itself, or the name of a file that holds it.
func publicKey(s string) (string, error) {
	if s == "" {
		return "", &exit{2, errors.New("say with --key whose signature is asked for")}
	}
	if strings.Count(s, "+") >= 2 {
		return s, nil
	}
	b, err := os.ReadFile(s)
	if err != nil {
		return "", fmt.Errorf("--key is neither a public key (name+hash+key) nor a file that holds one: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

type receiptCmd struct {
	Verify receiptVerifyCmd `cmd:"" help:"Verify a receipt or certificate offline."`
}

type receiptVerifyCmd struct {
	File string `arg:"" help:"The receipt." type:"existingfile"`
	Key  string `help:"Public key of receipts, or a file that holds it." required:"" placeholder:"KEY"`
}

// Run verifies and shows what the receipt says.
func (c *receiptVerifyCmd) Run(s streams) error {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	key, err := publicKey(c.Key)
	if err != nil {
		return err
	}
	r, err := evidence.Verify(raw, key)
	if err != nil {
		return &exit{1, err}
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "OK: %s\n%s\n", r.Kind, b)
	return nil
}
