package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
)

type subjectCmd struct {
	Extract subjectExtractCmd `cmd:"" help:"Everything that is processed about a subject, as JSON."`
	Destroy subjectDestroyCmd `cmd:"" help:"Make a subject's data irrecoverable and print the certificate."`
}

type subjectExtractCmd struct {
	Subject string `arg:"" help:"Id of the subject."`
	storeFlags
}

// Run extracts; the extraction is recorded first.
func (c *subjectExtractCmd) Run(s streams) error {
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	x, err := h.Extract(ctx, officer(), privacy.SubjectID(c.Subject))
	if err == nil {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		err = enc.Encode(x)
	}
	return errors.Join(err, h.Close())
}

type subjectDestroyCmd struct {
	Subject    string   `arg:"" help:"Id of the subject."`
	Categories []string `help:"Only these categories." placeholder:"D06"`
	Ground     string   `help:"Why." enum:"subject_request,purpose_reached,consent_withdrawn,objection_upheld,account_closed,agreement_ended,regulator_order,unlawful_processing" default:"subject_request"`
	Citation   string   `help:"Act and article, for a regulator's order." placeholder:"DC-90.7"`
	Yes        bool     `help:"Really: this cannot be undone."`
	storeFlags
}

// Run destroys and prints the signed certificate.
func (c *subjectDestroyCmd) Run(s streams) error {
	if !c.Yes {
		return &exit{2, errors.New("destroying cannot be undone; add --yes when you are sure")}
	}
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	r := holder.Removal{Subject: privacy.SubjectID(c.Subject), Ground: holder.Ground(c.Ground), Citation: c.Citation}
	for _, cat := range c.Categories {
		r.Categories = append(r.Categories, privacy.CategoryID(cat))
	}
	d, err := h.Destroy(ctx, officer(), r)
	if err == nil {
		fmt.Fprint(s.out, d.Certificate)
	}
	return errors.Join(err, h.Close())
}
