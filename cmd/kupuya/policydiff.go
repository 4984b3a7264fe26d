package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/policy/diff"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/internal/web/portal"
)

type policyDiffCmd struct {
	A    string `arg:"" help:"The earlier pack: a folder, an archive, or an edition that comes with the program."`
	B    string `arg:"" help:"The later pack."`
	Law  string `help:"Folder of the law registry for packs that are no archive; the program's own when left out." type:"path"`
	Lang string `help:"ky, ru or en." enum:"ky,ru,en" default:"ky"`
	HTML string `name:"html" help:"Write the comparison as one page to this file." type:"path" placeholder:"FILE"`
	JSON bool   `name:"json" help:"Print the comparison as JSON."`
}

// Run compares two packs. That they differ is no failure.
func (c *policyDiffCmd) Run(s streams) error {
	a, err := c.read(c.A)
	if err != nil {
		return &exit{1, err}
	}
	b, err := c.read(c.B)
	if err != nil {
		return &exit{1, err}
	}
	r := diff.Compare(*a, *b)
	if c.HTML != "" {
		var page bytes.Buffer
		if err := portal.WriteDiff(&page, privacy.Lang(c.Lang), &r); err != nil {
			return err
		}
		if err := os.WriteFile(c.HTML, page.Bytes(), 0o644); err != nil {
			return err
		}
	}
	switch {
	case c.JSON:
		return printJSON(s.out, &r)
	case c.HTML != "":
		fmt.Fprintf(s.out, "%s: %d changes, %s, %s\n", c.HTML, len(r.Changes), r.Class(), r.Effect())
		return nil
	}
	t := newDiffText(s.out, privacy.Lang(c.Lang))
	t.report(&r)
	_, err = io.WriteString(s.out, t.String())
	return err
}

// read gives what a pack says: an archive brings the law that was known with it.
func (c *policyDiffCmd) read(name string) (*policy.Content, error) {
	if st, err := os.Stat(name); err != nil || st.IsDir() {
		flags := packFlag{Pack: name, Law: c.Law}
		return flags.content()
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	pack, reg, err := policyfile.OpenArchive(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := policy.Compile(pack.Rules, pack.Hash, reg, time.Time{}); err != nil {
		var wrong *policy.Problem
		if errors.As(err, &wrong) {
			err = pack.Place(wrong)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &policy.Content{Rules: pack.Rules, Texts: pack.Texts, Law: reg}, nil
}

// printJSON writes a report with what it comes to.
func printJSON(w io.Writer, r *diff.Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Class  diff.Class  `json:"class"`
		Effect diff.Effect `json:"effect"`
		*diff.Report
	}{r.Class(), r.Effect(), r})
}

// printable takes out of a pack's words what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}
