package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/policy"
	"kupuya/internal/policy/filing"
	"kupuya/internal/privacy"
)

type policyFilingCmd struct {
	packFlag
	Lang     string `help:"ky, ru or en; the filed entry's with --against." enum:"ky,ru,en," default:""`
	Format   string `help:"json (what is filed and published), md or html." enum:"json,md,html" default:"json"`
	Out      string `help:"File to write; standard output when left out." type:"path" placeholder:"FILE"`
	Against  string `help:"The entry as it was filed last, in JSON: say what changed since; exit status 1 when the register must be updated." type:"existingfile" placeholder:"FILE"`
	Complete bool   `help:"Exit status 1 unless all twelve fields are complete."`
}

// Run writes the entry, or compares it with the one that was filed.
func (c *policyFilingCmd) Run(s streams) error {
	content, err := c.content()
	if err != nil {
		return &exit{1, err}
	}
	_, ed, err := c.load(time.Time{})
	if err != nil {
		return &exit{1, err}
	}
	if c.Against != "" {
		return c.compare(s, content, ed)
	}
	lang := privacy.Lang(c.Lang)
	if lang == "" {
		lang = privacy.Kyrgyz
	}
	d := filing.Build(content, ed, lang)
	text, err := c.text(&d)
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err = s.out.Write(text)
	} else {
		err = os.WriteFile(c.Out, text, 0o644)
	}
	if err != nil {
		return err
	}
	return c.complete(s, &d)
}

func (c *policyFilingCmd) text(d *filing.Document) ([]byte, error) {
	v := i18n.In(d.Lang)
	switch c.Format {
	case "md":
		return []byte(d.Markdown(v)), nil
	case "html":
		return []byte(d.HTML(v)), nil
	}
	return d.JSON()
}

// complete says beside the entry what it lacks: to file it so is an offence.
func (c *policyFilingCmd) complete(s streams, d *filing.Document) error {
	fmt.Fprintf(s.err, "%d of %d fields are complete\n", d.Complete(), len(d.Fields))
	for _, m := range d.Missing {
		note := ""
		if m.Flagged {
			note = ", which waits for the Holder"
		}
		fmt.Fprintf(s.err, "field %d lacks %s in rules.yaml%s\n", m.Field, m.Rule, note)
	}
	if c.Complete && len(d.Missing) > 0 {
		return &exit{1, errors.New("the entry is not complete; to file it so is an offence")}
	}
	return nil
}

// compare says field by field what is not as it was filed.
func (c *policyFilingCmd) compare(s streams, content *policy.Content, ed *policy.Edition) error {
	raw, err := os.ReadFile(c.Against)
	if err != nil {
		return err
	}
	filed, err := filing.Parse(raw)
	if err != nil {
		return &exit{2, fmt.Errorf("%s: %w", c.Against, err)}
	}
	if c.Lang != "" && c.Lang != string(filed.Lang) {
		return &exit{2, fmt.Errorf("%s is in %s; entries are compared in one language, leave --lang out", c.Against, filed.Lang)}
	}
	now := filing.Build(content, ed, filed.Lang)
	changes := filing.Compare(filed, &now)
	for i := range changes {
		printChange(s, &changes[i])
	}
	if len(changes) > 0 {
		return &exit{1, fmt.Errorf("register update needed: %d lines are not as they were filed with %s", len(changes), filed.Edition)}
	}
	fmt.Fprintf(s.out, "%s says what was filed with %s\n", now.Edition, filed.Edition)
	return nil
}

func printChange(s streams, c *filing.Change) {
	fmt.Fprintf(s.out, "%d %s, %s\n", c.Field, c.Key, c.ID)
	for _, side := range []struct {
		mark string
		item *filing.Item
	}{{"-", c.Before}, {"+", c.After}} {
		if side.item != nil {
			fmt.Fprintf(s.out, "  %s %s\n", side.mark, strings.Join(append(append([]string{side.item.Text}, side.item.Parts...), side.item.Codes...), "; "))
		}
	}
}
