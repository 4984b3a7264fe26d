package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/law"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
)

type recipientCmd struct {
	List     recipientListCmd     `cmd:"" help:"Show the register."`
	Register recipientRegisterCmd `cmd:"" help:"Put down what was agreed with a recipient of the edition, from a JSON file; it is a draft until it is activated."`
	Activate recipientActivateCmd `cmd:"" help:"Let data flow to a recipient whose contract lacks nothing."`
	Suspend  recipientSuspendCmd  `cmd:"" help:"Stop everything to a recipient, at once."`
	Endpoint recipientEndpointCmd `cmd:"" help:"Say where a recipient is told of changes; the signing secret is shown once."`
	Secret   recipientSecretCmd   `cmd:"" help:"Make a new signing secret; the old one signs beside it for a day."`
	Late     recipientLateCmd     `cmd:"" help:"What recipients have not confirmed in time."`
	Report   recipientReportCmd   `cmd:"" help:"What left in a period, counted from the sealed ledger and signed."`
	Verify   recipientVerifyCmd   `cmd:"" help:"Verify a report offline with the receipts' public key."`
}

// officerFlags name the officer who acts.
type officerFlags struct {
	As string `help:"Id of the officer who acts." default:"cli" placeholder:"ID"`
	storeFlags
}

// with runs one verb of an officer and prints what it gave.
func (c *officerFlags) with(s streams, fn func(context.Context, *house, privacy.Actor) (any, error)) error {
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	out, err := fn(ctx, h, privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorOfficer, ID: c.As, Channel: privacy.ChannelSystem, AllPurposes: true, Operations: ^privacy.Operations(0),
	}))
	if err == nil {
		enc := json.NewEncoder(s.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(out)
	}
	return errors.Join(err, h.Close())
}

type recipientListCmd struct{ officerFlags }

// Run lists.
func (c *recipientListCmd) Run(s streams) error {
	return c.with(s, func(ctx context.Context, h *house, who privacy.Actor) (any, error) { return h.Recipients(ctx, who) })
}

type recipientRegisterCmd struct {
	File string `arg:"" help:"JSON file with the contract." type:"existingfile"`
	officerFlags
}

// Run reads the contract and puts it down. A member it does not know is refused.
func (c *recipientRegisterCmd) Run(s streams) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	var k holder.Contract
	d := json.NewDecoder(file)
	d.DisallowUnknownFields()
	if err := d.Decode(&k); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return c.with(s, func(ctx context.Context, h *house, who privacy.Actor) (any, error) {
		return h.RegisterRecipient(ctx, who, k)
	})
}

type recipientActivateCmd struct {
	Recipient string `arg:"" help:"Id of the recipient in the edition."`
	officerFlags
}

// Run activates.
func (c *recipientActivateCmd) Run(s streams) error {
	return c.with(s, func(ctx context.Context, h *house, who privacy.Actor) (any, error) {
		return h.ActivateRecipient(ctx, who, privacy.RecipientID(c.Recipient))
	})
}

type recipientSuspendCmd struct {
	Recipient string `arg:"" help:"Id of the recipient in the edition."`
	Reason    string `help:"Why." enum:"incident,breach_of_contract,order,request,other" default:"incident"`
	officerFlags
}

// Run is the kill switch.
func (c *recipientSuspendCmd) Run(s streams) error {
	return c.with(s, func(ctx context.Context, h *house, who privacy.Actor) (any, error) {
		return h.SuspendRecipient(ctx, who, privacy.RecipientID(c.Recipient), c.Reason)
	})
}

type recipientEndpointCmd struct {
	Recipient string `arg:"" help:"Id of the recipient in the edition."`
	URL       string `arg:"" optional:"" help:"https:// address; none takes it out."`
	officerFlags
}

// Run sets the endpoint.
func (c *recipientEndpointCmd) Run(s streams) error {
	return c.with(s, func(ctx context.Context, h *house, who privacy.Actor) (any, error) {
		return h.SetEndpoint(ctx, who, privacy.RecipientID(c.Recipient), c.URL)
	})
}

type recipientSecretCmd struct {
	Recipient string `arg:"" help:"Id of the recipient in the edition."`
	officerFlags
}

// Run rotates.
func (c *recipientSecretCmd) Run(s streams) error {
	return c.with(s, func(ctx context.Context, h *house, who privacy.Actor) (any, error) {
		return h.RotateSecret(ctx, who, privacy.RecipientID(c.Recipient))
	})
}

type recipientLateCmd struct{ officerFlags }

// Run lists what is late.
func (c *recipientLateCmd) Run(s streams) error {
	return c.with(s, func(ctx context.Context, h *house, who privacy.Actor) (any, error) {
		return h.Unconfirmed(ctx, who, 500)
	})
}

type recipientReportCmd struct {
	From string `help:"First day of the period, in Bishkek." required:"" placeholder:"DAY"`
	To   string `help:"First day after it." required:"" placeholder:"DAY"`
	officerFlags
}

// Run prints the signed report as it is, so that it can be kept and verified.
func (c *recipientReportCmd) Run(s streams) error {
	from, err1 := time.ParseInLocation(time.DateOnly, c.From, law.Bishkek)
	to, err2 := time.ParseInLocation(time.DateOnly, c.To, law.Bishkek)
	if err := errors.Join(err1, err2); err != nil {
		return &exit{2, err}
	}
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	signed, err := h.Report(ctx, officer(), from, to)
	if err == nil {
		_, err = s.out.Write(signed)
	}
	return errors.Join(err, h.Close())
}

type recipientVerifyCmd struct {
	File string `arg:"" help:"The report." type:"existingfile"`
	Key  string `help:"Public key of the receipts, as \"kupuya keys show\" gives it." required:"" placeholder:"KEY"`
}

// Run verifies; status 1 says that it was not signed by this key, or was changed.
func (c *recipientVerifyCmd) Run(s streams) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	r, err := holder.VerifyReport(data, c.Key)
	if err != nil {
		return &exit{1, fmt.Errorf("%s: %w", c.File, err)}
	}
	fmt.Fprintf(s.out, "signed; %d rows for %s to %s, counted from %d events\n", len(r.Rows), r.From.In(law.Bishkek).Format(time.DateOnly), r.To.In(law.Bishkek).Format(time.DateOnly), r.Size)
	return nil
}
