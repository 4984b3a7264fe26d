package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"kupuya/internal/policyfile"
	"kupuya/internal/policyfile/draft"
	"kupuya/internal/privacy"
)

type policyImportCmd struct {
	File string `arg:"" help:"The operator's text: .txt, .md, .html, .docx, or .pdf where pdftotext is installed." type:"path"`
	Lang string `help:"Language of the text: ky, ru or en." enum:"ky,ru,en" required:""`
	Pack string `help:"Folder of the draft. Importing a changed text into the same folder keeps the ids of its clauses." default:"./draft" type:"path"`
}

// Run reads the text, writes the draft and says what the lawyer has to do.
func (c *policyImportCmd) Run(s streams) error {
	d, err := c.draft()
	if err != nil {
		return &exit{1, plain(err)}
	}
	wrote, err := draft.Save(c.Pack, d)
	if err != nil {
		return &exit{1, plain(err)}
	}
	out := bufio.NewWriter(s.out)
	summary(out, d.Text())
	fmt.Fprintf(out, "\nWritten to %s:", c.Pack)
	for _, name := range wrote {
		fmt.Fprintf(out, " %s", name)
		if filepath.Ext(name) == ".new" {
			fmt.Fprintf(out, " (the one without .new was edited and stays)")
		}
	}
	fmt.Fprintln(out)
	return out.Flush()
}

func (c *policyImportCmd) draft() (*draft.Draft, error) {
	st, err := os.Stat(c.File)
	switch {
	case err != nil:
		return nil, err
	case st.IsDir():
		return nil, fmt.Errorf("%s is a folder; name the file with the text", c.File)
	case st.Size() > draft.MaxFile:
		return nil, draft.TooLarge(c.File)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, err
	}
	text, err := draft.Read(c.File, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	earlier, err := draft.Earlier(c.Pack)
	if err != nil {
		return nil, err
	}
	return draft.Make(text, privacy.Lang(c.Lang), earlier)
}

// plain is the place and the words of an error, without its code.
func plain(err error) error {
	var fe *policyfile.FileError
	if errors.As(err, &fe) {
		return fe
	}
	return err
}

// rowKinds are the kinds of suggestions in the order of the rules.
var rowKinds = []struct{ kind, title string }{
	{draft.RowCategory, "categories"},
	{draft.RowPurpose, "purposes"},
	{draft.RowOperation, "operations"},
	{draft.RowRight, "rights"},
	{draft.RowAcceptance, "ways of accepting"},
	{draft.RowContinued, "continued use"},
	{draft.RowWithdrawal, "ways of withdrawing"},
	{draft.RowHolder, "holder"},
}

func summary(out io.Writer, t *draft.TextReport) {
	a := t.Account
	left := 0
	for _, n := range a.Left {
		left += n
	}
	fmt.Fprintf(out, "%s (%s, %s): %d characters\n", t.Source.Name, t.Source.Format, t.Source.Encoding, a.Characters)
	fmt.Fprintf(out, "  %d in clauses, %d in headings, %d in marks of lists, %d hyphens of broken words, %d in heads of columns, %d left out\n",
		a.Clause, a.Heading, a.Marker, a.Hyphenation, a.Columns, left)
	for _, reason := range slices.Sorted(maps.Keys(a.Left)) {
		fmt.Fprintf(out, "    %d %s\n", a.Left[reason], reason)
	}
	fmt.Fprintf(out, "%d sections, %d clauses", len(t.Sections), len(t.Clauses))
	if c := t.Changes; c.Kept+c.Moved+c.Changed+c.Retired > 0 {
		fmt.Fprintf(out, ": %d kept, %d moved, %d changed, %d new, %d retired", c.Kept, c.Moved, c.Changed, c.New, c.Retired)
	}
	fmt.Fprint(out, "\n\n")
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "suggested\trows\tsure\tlikely\tunsure")
	for _, k := range rowKinds {
		var n [3]int
		for _, r := range t.Rows {
			if r.Kind == k.kind {
				n[certainty(r.Confidence)]++
			}
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\n", k.title, n[0]+n[1]+n[2], n[0], n[1], n[2])
	}
	table.Flush()
	fmt.Fprintf(out, "\nFor the lawyer: every line marked \"to decide\" in %s", draft.RulesFile)
	if len(t.Notes) == 0 {
		fmt.Fprintln(out, ".")
		return
	}
	fmt.Fprintln(out, ", and")
	for _, n := range t.Notes {
		if n.Clause != "" {
			fmt.Fprintf(out, "  clause %s: %s\n", n.Clause, n.Text)
			continue
		}
		fmt.Fprintf(out, "  %s\n", n.Text)
	}
}

// certainty puts a confidence into one of three columns.
func certainty(c float64) int {
	switch {
	case c >= 0.75:
		return 0
	case c >= 0.5:
		return 1
	}
	return 2
}
