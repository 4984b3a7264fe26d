package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"kupuya/internal/clock"
	"kupuya/internal/document"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
	"kupuya/internal/vault"
)

type keysCmd struct {
	Init        keysInitCmd        `cmd:"" help:"Make a sealed key file."`
	Show        keysShowCmd        `cmd:"" help:"Show the public keys, by which ledger and receipts are verified."`
	Certificate keysCertificateCmd `cmd:"" help:"Write the certificate by which anybody verifies signed papers."`
	Rotate      keysRotateCmd      `cmd:"" help:"Begin a new epoch and wrap every living key anew; tell running processes with SIGHUP."`
	Drop        keysDropCmd        `cmd:"" help:"Destroy an old epoch, when the backups of the key store that need it have run out."`
	Backup      keysBackupCmd      `cmd:"" help:"Write a backup of the key store, apart from that of the data; it opens until its epochs are dropped."`
	Restore     keysRestoreCmd     `cmd:"" help:"Put back the key store, when it is lost."`
}

type keyFlags struct {
	KeysFile string `name:"keys" help:"Sealed key file." required:"" type:"path" placeholder:"FILE"`
	Origin   string `help:"Name of the ledger." default:"mega24.kg/ledger"`
}

type keysInitCmd struct{ keyFlags }

// Run makes the file and shows its public keys.
func (c *keysInitCmd) Run(s streams) error {
	secret, err := passphrase()
	if err != nil {
		return err
	}
	if err := vault.CreateFile(c.KeysFile, secret, clock.System{}.Now(), vault.DefaultWork); err != nil {
		return fmt.Errorf("key file %s: %w", c.KeysFile, err)
	}
	return c.show(s, secret)
}

type keysShowCmd struct{ keyFlags }

// Run shows the public keys.
func (c *keysShowCmd) Run(s streams) error {
	secret, err := passphrase()
	if err != nil {
		return err
	}
	return c.show(s, secret)
}

func (c *keyFlags) show(s streams, secret string) error {
	keys, err := vault.OpenFile(c.KeysFile, secret)
	if err != nil {
		return fmt.Errorf("key file %s: %w", c.KeysFile, err)
	}
	_, ledgerKey, err := keys.LedgerKey(c.Origin)
	if err != nil {
		return err
	}
	_, receipts, err := keys.ReceiptKey(receiptName(c.Origin))
	if err != nil {
		return err
	}
	_, cert, err := documentSeal(keys, c.Origin)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "ledger   %s\nreceipts %s\npapers   certificate of %s, SHA-256 %s\n", ledgerKey, receipts, cert.Subject.CommonName, document.Fingerprint(cert))
	return nil
}

type keysRotateCmd struct{ storeFlags }

// Run begins an epoch, wraps every living key under it, and says how the old
// epoch is ended: when the backups of the key store have run out.
func (c *keysRotateCmd) Run(s streams) error {
	secret, err := passphrase()
	if err != nil {
		return err
	}
	ctx := context.Background()
	c.behind = true
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	return errors.Join(c.rotate(ctx, s, h, secret), h.Close())
}

func (c *keysRotateCmd) rotate(ctx context.Context, s streams, h *house, secret string) error {
	epoch, err := h.keys.NewEpoch(secret, clock.System{}.Now())
	if err != nil {
		return err
	}
	total := 0
	for {
		n, err := h.vault.Rewrap(ctx, 500)
		if err != nil {
			return fmt.Errorf("%d keys are wrapped anew, the others still under their old epoch; run the command again: %w", total, err)
		}
		if n == 0 {
			fmt.Fprintf(s.out, "epoch %d begun, %d keys wrapped under it\n", epoch, total)
			return h.vault.Scrub(ctx)
		}
		total += n
	}
}

type keysDropCmd struct {
	Epoch int `arg:"" help:"Number of the epoch, as rotate shows it."`
	storeFlags
}

// Run destroys an epoch that no living key is wrapped under.
func (c *keysDropCmd) Run(s streams) error {
	secret, err := passphrase()
	if err != nil {
		return err
	}
	ctx := context.Background()
	c.behind = true
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	err = h.vault.DropEpoch(ctx, secret, c.Epoch)
	if err == nil {
		fmt.Fprintf(s.out, "epoch %d is destroyed: no backup that needs it can be opened any more\n", c.Epoch)
	}
	return errors.Join(err, h.Close())
}

type issueCmd struct {
	Issue  credentialIssueCmd  `cmd:"" help:"Issue a credential; its secret is shown once."`
	Revoke credentialRevokeCmd `cmd:"" help:"Revoke a credential at once."`
}

type credentialIssueCmd struct {
	Kind       string   `help:"In what capacity the bearer acts." enum:"system,partner,clerk,agent,officer,analyst,fraud,auditor" default:"system"`
	Org        string   `help:"Code of the system, office or partner." required:""`
	Purposes   []string `help:"Purposes it may name; every one when left out." placeholder:"P03"`
	Operations []string `help:"Operations it may name; all for every one." default:"all" placeholder:"use"`
	Recipient  string   `help:"For a partner: the recipient it is." placeholder:"ID"`
	Channel    string   `help:"Channel the bearer stands for." default:"api"`
	storeFlags
}

// Run issues.
func (c *credentialIssueCmd) Run(s streams) error {
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	g := holder.Grant{
		Kind: privacy.ActorKind(c.Kind), Org: c.Org, Channel: privacy.Channel(c.Channel),
		Recipient: privacy.RecipientID(c.Recipient), AllPurposes: len(c.Purposes) == 0, Operations: c.Operations,
	}
	for _, p := range c.Purposes {
		g.Purposes = append(g.Purposes, privacy.PurposeID(p))
	}
	out, err := h.IssueCredential(ctx, officer(), g)
	if err == nil {
		fmt.Fprintln(s.out, out.Secret)
	}
	return errors.Join(err, h.Close())
}

type credentialRevokeCmd struct {
	ID string `arg:"" help:"Id of the credential: the part between kup_ and the second underscore."`
	storeFlags
}

// Run revokes.
func (c *credentialRevokeCmd) Run(s streams) error {
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	return errors.Join(h.RevokeCredential(ctx, officer(), c.ID), h.Close())
}

type versionCmd struct{}

// Run says which program this is.
func (versionCmd) Run(s streams) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program was built without its own description")
	}
	fmt.Fprintf(s.out, "kupuya %s %s\n", info.Main.Version, info.GoVersion)
	return nil
}
