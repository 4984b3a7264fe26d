package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
)

type policySimulateCmd struct {
	packFlag
	storeFlags
	At        string `help:"Day or moment to ask about, as if the pack came into force then: 2027-01-31, in Bishkek, or 2027-01-31T06:00:00Z; now when left out." placeholder:"DATE"`
	Decisions int    `help:"Ask the recorded decisions of so many past days again." placeholder:"DAYS"`
	JSON      string `help:"File to write the whole report to." type:"path" placeholder:"FILE"`
	State     string `help:"File in which to keep how far the counting has come; a run that was broken off goes on from there." type:"path" placeholder:"FILE"`
	Page      int    `help:"How many subjects to look at on one snapshot." default:"20000" hidden:""`
}

// Run counts, and prints what the pack would do. It changes no data; the ledger
// records that the population was counted.
func (c *policySimulateCmd) Run(s streams) error {
	opts := holder.SimulateOptions{Days: c.Decisions, Page: c.Page}
	if err := c.read(&opts); err != nil {
		return &exit{2, err}
	}
	content, err := c.content()
	if err != nil {
		return &exit{1, err}
	}
	bar := newBar(s.err)
	opts.Progress = func(p holder.SimulateProgress) { bar.show(p.Stage, p.Done, p.Total) }
	if c.State != "" {
		if opts.Resume != nil {
			fmt.Fprintf(s.err, "going on from %s\n", c.State)
		}
		opts.Save = func(state []byte) error { return replaceFile(c.State, state) }
	}
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	out, err := h.Simulate(ctx, officer(), *content, opts)
	bar.end()
	if err := errors.Join(err, h.Close()); err != nil {
		var e *privacy.Error
		if errors.As(err, &e) && e.Problem == "state.other" {
			return &exit{2, fmt.Errorf("%s is of another simulation: other editions, another moment or other days; remove it to begin anew", c.State)}
		}
		return err
	}
	if c.JSON != "" {
		whole, err := json.MarshalIndent(&out, "", "  ")
		if err != nil {
			return err
		}
		if err := replaceFile(c.JSON, append(whole, '\n')); err != nil {
			return err
		}
	}
	printSimulation(s.out, &out, &content.Rules)
	if c.State != "" {
		return os.Remove(c.State)
	}
	return nil
}

// read checks what was typed, and takes up a state that is there.
func (c *policySimulateCmd) read(o *holder.SimulateOptions) (err error) {
	if c.Decisions < 0 || c.Decisions > 3660 {
		return fmt.Errorf("--decisions %d: give a number of days from 0 to 3660", c.Decisions)
	}
	if c.At != "" {
		if o.At, err = parseMoment(c.At); err != nil {
			return fmt.Errorf("--at %s: write a day, 2027-01-31, or a moment, 2027-01-31T06:00:00Z", c.At)
		}
	}
	if c.State == "" {
		return nil
	}
	if o.Resume, err = os.ReadFile(c.State); errors.Is(err, fs.ErrNotExist) {
		o.Resume, err = nil, nil
	}
	return err
}

// parseMoment reads a day of Bishkek or a moment.
func parseMoment(s string) (time.Time, error) {
	if day, err := law.ParseDate(s); err == nil {
		return day.Start(), nil
	}
	return time.Parse(time.RFC3339, s)
}

// content is what the archive of the pack would hold.
func (f *packFlag) content() (*policy.Content, error) {
	pack, _, err := f.load(time.Time{})
	if err != nil {
		return nil, err
	}
	_, lawFS, err := f.folders()
	if err != nil {
		return nil, err
	}
	reg, err := policyfile.LoadLaw(lawFS)
	if err != nil {
		return nil, err
	}
	return &policy.Content{Rules: pack.Rules, Texts: pack.Texts, Law: reg}, nil
}

// replaceFile writes a file whole: whoever reads it sees the old one or the new.
func replaceFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

// grouped is a number with commas between thousands.
func grouped(n int64) string {
	if n < 0 {
		return "-" + grouped(-n)
	}
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
