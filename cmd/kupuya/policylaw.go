package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"text/tabwriter"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

type policyLawCmd struct {
	Pack string `arg:"" optional:"" help:"Folder of a pack, or mega24/2026-1: how many of its rules stand on each act."`
	On   string `help:"Day on which the acts are in force or not; today when left out." placeholder:"DATE"`
	Act  string `help:"List the rules of the pack that stand on this act." placeholder:"ID"`
	Law  string `help:"Folder of the law registry; the program's own when left out." type:"path"`
	Lang string `help:"Language of the titles: ky, ru or en." enum:"ky,ru,en" default:"en"`
}

// Run lists the acts, or the rules that stand on one of them: what is to be
// pointed elsewhere when it ends.
func (c *policyLawCmd) Run(s streams) error {
	day, err := dayFlag(c.On)
	if err != nil {
		return &exit{2, err}
	}
	content, err := c.content()
	if err != nil {
		return &exit{1, err}
	}
	out := bufio.NewWriter(s.out)
	if c.Act != "" {
		if _, known := content.Law.Act(law.ActID(c.Act)); !known {
			return &exit{1, fmt.Errorf("%s is no act of the registry", c.Act)}
		}
		for _, path := range check.Citing(content, law.ActID(c.Act)) {
			fmt.Fprintln(out, path)
		}
		return out.Flush()
	}
	fmt.Fprintf(out, "%s: regime %s\n", law.DateOf(day), content.Law.Regime(day))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, a := range content.Law.Acts() {
		standing := "in force"
		switch {
		case content.Law.InForce(a.ID, day):
		case !a.DoubtFrom.IsZero() && !law.DateOf(day).Before(a.DoubtFrom):
			standing = "in doubt since " + a.DoubtFrom.String()
		default:
			standing = "not in force"
		}
		if a.Replaced != "" {
			standing += ", replaced by " + string(a.Replaced)
		}
		if a.Unknown {
			standing += ", not read in full"
		}
		rules := ""
		if c.Pack != "" {
			rules = fmt.Sprintf("%d rules", len(check.Citing(content, a.ID)))
		}
		fmt.Fprintf(table, "%s\t%s\t%s, %s\t%s\t%s\n", a.ID, standing, a.CheckedBy, a.CheckedOn, rules, a.Title.In(privacy.Lang(c.Lang)))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return out.Flush()
}

func (c *policyLawCmd) content() (*policy.Content, error) {
	lawFS, err := fs.Sub(policies.FS, "law-kg")
	if c.Law != "" {
		lawFS, err = os.DirFS(c.Law), nil
	}
	if err != nil {
		return nil, err
	}
	reg, err := policyfile.LoadLaw(lawFS)
	if err != nil || c.Pack == "" {
		return &policy.Content{Law: reg}, err
	}
	f := packFlag{Pack: c.Pack, Law: c.Law}
	packFS, _, err := f.folders()
	if err != nil {
		return nil, err
	}
	pack, _, err := policyfile.LoadDraft(packFS)
	if err != nil {
		return nil, err
	}
	return &policy.Content{Rules: pack.Rules, Texts: pack.Texts, Law: reg}, nil
}
