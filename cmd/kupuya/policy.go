package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/policy"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

type policyCmd struct {
	Check policyCheckCmd `cmd:"" help:"Say what keeps a pack from being published, what a lawyer must answer, and what to do."`
	Law   policyLawCmd   `cmd:"" help:"List the acts and whether they are in force, or the rules of a pack that stand on one."`
	Show  policyShowCmd  `cmd:"" help:"Show what an edition allows: purpose, data, basis, terms."`
	Pack  policyPackCmd  `cmd:"" help:"Write the archive of a pack, as it is published."`

	Draft    policyDraftCmd    `cmd:"" help:"Put a pack forward as the next edition."`
	Review   policyReviewCmd   `cmd:"" help:"Say that you found somebody else's draft fit."`
	Announce policyAnnounceCmd `cmd:"" help:"Announce a reviewed edition; on its day one switch puts it in force for site, app and decisions."`
	Discard  policyDiscardCmd  `cmd:"" help:"Take back an edition that is not in force yet."`
	Status   policyStatusCmd   `cmd:"" help:"List the editions and where each stands."`

	Import   policyImportCmd   `cmd:"" help:"Turn an operator's text into the draft of a pack."`
	Diff     policyDiffCmd     `cmd:"" help:"Say what changes from one pack to another, and what each change asks of the Holder."`
	Simulate policySimulateCmd `cmd:"" help:"Say what a pack would do to the population before it is published."`
	Explain  policyExplainCmd  `cmd:"" help:"Say why a question is answered so, and what would change the answer."`
	Filing   policyFilingCmd   `cmd:"" help:"Write the entry for the register of holders and the record of processing."`
}

// packFlag names a pack: a folder, or an edition that comes with the program.
type packFlag struct {
	Pack string `arg:"" help:"Folder of the pack, or mega24/2026-1 for the one that comes with the program."`
	Law  string `help:"Folder of the law registry; the program's own when left out." type:"path"`
}

func (f *packFlag) folders() (pack, law fs.FS, err error) {
	law, err = fs.Sub(policies.FS, "law-kg")
	if f.Law != "" {
		law = os.DirFS(f.Law)
	}
	if st, statErr := os.Stat(f.Pack); statErr == nil && st.IsDir() {
		return os.DirFS(f.Pack), law, err
	}
	name := strings.TrimPrefix(filepath.ToSlash(f.Pack), "policies/")
	if _, statErr := fs.Stat(policies.FS, name+"/rules.yaml"); statErr != nil {
		return nil, nil, fmt.Errorf("%s is neither a folder with a rules.yaml nor an edition that comes with the program", f.Pack)
	}
	pack, err = fs.Sub(policies.FS, name)
	return pack, law, err
}

// load reads and compiles a pack as of the moment now.
func (f *packFlag) load(now time.Time) (*policyfile.Pack, *policy.Edition, error) {
	packFS, lawFS, err := f.folders()
	if err != nil {
		return nil, nil, err
	}
	pack, err := policyfile.LoadPack(packFS)
	if err != nil {
		return nil, nil, err
	}
	reg, err := policyfile.LoadLaw(lawFS)
	if err != nil {
		return nil, nil, err
	}
	ed, err := policy.Compile(pack.Rules, pack.Hash, reg, now)
	var wrong *policy.Problem
	if errors.As(err, &wrong) {
		if at := pack.Place(wrong); at != nil {
			err = at
		}
	}
	return pack, ed, err
}

type policyShowCmd struct {
	packFlag
	Lang string `help:"ky, ru or en." enum:"ky,ru,en" default:"ky"`
}

// Run prints the matrix of purposes.
func (c *policyShowCmd) Run(s streams) error {
	pack, ed, err := c.load(clock.System{}.Now())
	if err != nil {
		return &exit{1, err}
	}
	lang := privacy.Lang(c.Lang)
	fmt.Fprintf(s.out, "%s  %s\nsha256 %s\n", ed.ID(), pack.Texts[lang].Title, pack.Hash)
	for _, p := range pack.Rules.Purposes {
		fmt.Fprintf(s.out, "\n%s %s\n  clause %s, %s\n", p.ID, p.Title.In(lang), p.Clause, p.Basis)
		for _, row := range p.Rows {
			basis, terms, _ := ed.Basis(p.ID, row.Category)
			fmt.Fprintf(s.out, "  %-4s %-20s %s; processing %s, storage %s from %s\n", row.Category, basis,
				strings.Join(ed.OperationsOf(p.ID, row.Category), " "), terms.Processing, terms.Storage, terms.From)
		}
		if len(p.Recipients) > 0 {
			fmt.Fprintf(s.out, "  to %v\n", p.Recipients)
		}
	}
	return nil
}

type policyPackCmd struct {
	packFlag
	Out string `help:"File to write." required:"" type:"path"`
}

// Run writes the archive.
func (c *policyPackCmd) Run(s streams) error {
	data, err := c.archive()
	if err != nil {
		return &exit{1, err}
	}
	return os.WriteFile(c.Out, data, 0o644)
}

func (f *packFlag) archive() ([]byte, error) {
	if _, _, err := f.load(time.Time{}); err != nil {
		return nil, err
	}
	packFS, lawFS, err := f.folders()
	if err != nil {
		return nil, err
	}
	return policyfile.Archive(packFS, lawFS)
}
