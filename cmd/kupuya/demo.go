package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/holder"
	"kupuya/internal/law"
	"kupuya/internal/notify"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/internal/synth"
	"kupuya/internal/telemetry"
	"kupuya/internal/vault"
)

type demoCmd struct {
	listenFlags
	Subscribers int    `help:"How many made-up subscribers." default:"1000"`
	Data        string `help:"Folder for the data; it must be empty or from an earlier demonstration." default:"demo-data" type:"path" placeholder:"DIR"`
	Ahead       int    `help:"Days by which its clock is ahead: to see what a term or an announced edition brings." default:"0" placeholder:"DAYS"`
	ReadyFile   string `help:"Written when ready: addresses, credentials, subjects." type:"path" placeholder:"FILE"`
	LogLevel    string `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"warn"`
}

// demoPassphrase seals the key file of a demonstration. It protects nothing,
// like everything in a demonstration.
const demoPassphrase = "demonstration only"

// ready is what the ready file says.
type ready struct {
	Site       string         `json:"site"`
	Console    string         `json:"console"`
	Handset    string         `json:"handset"`
	APIKey     string         `json:"api_key"`
	PartnerKey string         `json:"partner_key"`
	Partner    string         `json:"partner"`
	Subjects   []readySubject `json:"subjects"`
	Staff      []readyStaff   `json:"staff"`
	LedgerKey  string         `json:"ledger_public_key"`
	ReceiptKey string         `json:"receipt_public_key"`
}

type readySubject struct {
	ID     privacy.SubjectID `json:"id"`
	MSISDN string            `json:"msisdn"`
	Adult  bool              `json:"adult"`
}

type readyStaff struct {
	Login    string `json:"login"`
	Role     string `json:"role"`
	Password string `json:"password"`
	Secret   string `json:"totp_secret"`
}

// Run makes the population, writes the ready file and serves.
func (c *demoCmd) Run(s streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := os.Setenv("KUPUYA_PASSPHRASE", demoPassphrase); err != nil {
		return err
	}
	log := telemetry.Logger(s.err, level(c.LogLevel))
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	keys := filepath.Join(c.Data, "keys.age")
	if _, err := os.Stat(keys); errors.Is(err, os.ErrNotExist) {
		if err := vault.CreateFile(keys, demoPassphrase, clock.System{}.Now(), demoWork); err != nil {
			return fmt.Errorf("key file %s: %w", keys, err)
		}
	}
	f := storeFlags{Store: "sqlite:" + c.Data, KeysFile: keys, Origin: "mega24.kg/ledger", Site: "mega24.kg", MadeUp: true, clock: clock.Ahead(time.Duration(c.Ahead) * 24 * time.Hour)}
	h, err := f.open(ctx, log)
	if err != nil {
		return err
	}
	srv := server{house: h, listenFlags: c.listenFlags, log: log, handset: notify.NewHandset(h.Clock.Now)}
	if err := srv.listen(); err != nil {
		return errors.Join(err, h.Close())
	}
	began := clock.System{}.Now()
	r, err := c.populate(ctx, h)
	if err != nil {
		return errors.Join(err, h.Close())
	}
	r.Site, r.Console = "http://"+srv.site.Addr().String(), "http://"+srv.console.Addr().String()
	r.Handset = r.Site + "/handset"
	served := make(chan error, 1)
	go func() { served <- srv.run(ctx) }()
	if err := c.announce(s, r, clock.System{}.Now().Sub(began)); err != nil {
		stop()
		return errors.Join(err, <-served)
	}
	return <-served
}

// demoWork makes the demonstration's key file open at once.
const demoWork = 10

func (c *demoCmd) announce(s streams, r ready, took time.Duration) error {
	if c.ReadyFile != "" {
		b, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		tmp := c.ReadyFile + ".new"
		if err := os.WriteFile(tmp, append(b, '\n'), 0o600); err != nil {
			return err
		}
		if err := os.Rename(tmp, c.ReadyFile); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, `Kupuya demonstration: %d made-up subscribers, ready after %.1f s
  site     %s
  handset  %s   every SMS each number received
  console  %s   metrics, health
  a number %s
Stop with Ctrl-C.
`, c.Subscribers, took.Seconds(), r.Site, r.Handset, r.Console, r.Subjects[0].MSISDN)
	return nil
}

// populate publishes the pack and registers the population, unless an earlier
// demonstration did; credentials and accounts are made anew each time.
func (c *demoCmd) populate(ctx context.Context, h *house) (ready, error) {
	if c.Subscribers < 1 || c.Subscribers > synth.Size {
		return ready{}, fmt.Errorf("--subscribers must be from 1 to %d", synth.Size)
	}
	packFS, lawFS, err := (&packFlag{Pack: "mega24/2026-1"}).folders()
	if err != nil {
		return ready{}, err
	}
	archive, err := policyfile.Archive(packFS, lawFS)
	if err != nil {
		return ready{}, err
	}
	if err := first(ctx, h, archive); err != nil {
		return ready{}, err
	}
	today := law.DateOf(h.Clock.Now()).Start()
	people := population{house: h, corpus: synth.New(1, today)}
	r := ready{LedgerKey: h.LedgerVKey, ReceiptKey: h.ReceiptVKey, Partner: "partner-shop"}
	if r.Subjects, err = people.make(ctx, c.Subscribers); err != nil {
		return ready{}, err
	}
	api, err := h.IssueCredential(ctx, officer(), holder.Grant{
		Kind: privacy.ActorSystem, Org: "demo-crm", Channel: privacy.ChannelAPI,
		AllPurposes: true, Operations: []string{"all"},
	})
	if err != nil {
		return ready{}, err
	}
	partner, err := h.IssueCredential(ctx, officer(), holder.Grant{
		Kind: privacy.ActorPartner, Org: "demo-shop", Channel: privacy.ChannelPartner,
		Recipient: privacy.RecipientID(r.Partner), Purposes: []privacy.PurposeID{"P17"}, Operations: []string{"transfer"},
	})
	if err != nil {
		return ready{}, err
	}
	r.APIKey, r.PartnerKey = api.Secret, partner.Secret
	r.Staff, err = c.staff(ctx, h)
	return r, err
}

// first brings the pack into force unless an earlier demonstration did.
func first(ctx context.Context, h *house, archive []byte) error {
	if rows, err := h.Editions(ctx); err != nil || len(rows) > 0 {
		return err
	}
	author, reviewer := personFlag{"demo-author"}, personFlag{"demo-reviewer"}
	p, err := h.Draft(ctx, author.officer(), archive)
	if err != nil {
		return err
	}
	if _, err := h.Review(ctx, reviewer.officer(), p.Edition, p.Hash); err != nil {
		return err
	}
	_, err = h.Announce(ctx, author.officer(), p.Edition, holder.Announcement{})
	return err
}

// staff makes an account of each role; an earlier demonstration's have numbers
// in their names.
func (c *demoCmd) staff(ctx context.Context, h *house) ([]readyStaff, error) {
	var out []readyStaff
	for _, role := range []privacy.ActorKind{
		privacy.ActorOfficer, privacy.ActorClerk, privacy.ActorAgent,
		privacy.ActorAnalyst, privacy.ActorFraud, privacy.ActorAuditor,
	} {
		for n := 1; ; n++ {
			login := string(role)
			if n > 1 {
				login = fmt.Sprintf("%s%d", role, n)
			}
			a, err := h.AddStaff(ctx, officer(), login, role, "demo-office")
			if privacy.CodeOf(err) == privacy.Conflict {
				continue
			}
			if err != nil {
				return nil, err
			}
			out = append(out, readyStaff{a.Login, string(role), a.Password, a.Secret})
			break
		}
	}
	return out, nil
}
