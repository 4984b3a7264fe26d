package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/i18n"
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
)

type policyCheckCmd struct {
	packFlag
	On       string `help:"Day whose law counts, such as 2026-12-01; today when left out." placeholder:"DATE"`
	Previous string `help:"Pack of the edition before, for translations that a change of the text missed." placeholder:"PACK"`
	Lang     string `help:"Language of the findings: ky, ru or en." enum:"ky,ru,en" default:"en"`
	JSON     bool   `name:"json" help:"Print the findings as JSON." xor:"form"`
	SARIF    bool   `name:"sarif" help:"Print the findings as SARIF 2.1.0." xor:"form"`
}

// Run checks a pack, or a draft of one. The status is 1 when something found
// stops publication.
func (c *policyCheckCmd) Run(s streams) error {
	day, err := dayFlag(c.On)
	if err != nil {
		return &exit{2, err}
	}
	v, err := c.judge(day)
	if err != nil {
		return &exit{1, err}
	}
	out := bufio.NewWriter(s.out)
	switch {
	case c.JSON:
		err = v.writeJSON(out)
	case c.SARIF:
		err = v.writeSARIF(out)
	default:
		v.write(out)
	}
	if err := errors.Join(err, out.Flush()); err != nil {
		return err
	}
	if n := v.report.Count(check.Error); n > 0 {
		return &exit{1, fmt.Errorf("%s: the first of %d findings that stop publication", v.places[0], n)}
	}
	return nil
}

// dayFlag reads a day, or takes today.
func dayFlag(s string) (time.Time, error) {
	if s == "" {
		return clock.System{}.Now(), nil
	}
	d, err := law.ParseDate(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("--on: %q is not a day of the form 2026-01-31", s)
	}
	return d.Start().Add(12 * time.Hour), nil // noon of Bishkek
}

// verdict is a report with what is needed to show it.
type verdict struct {
	pack *policyfile.Pack
	root string // where its files stand, for places

	lawRoot string // where those of the law stand
	law     *law.Registry
	on      time.Time
	lang    privacy.Lang
	report  check.Report
	places  []spot // of each finding
}

// spot is a place in a file of the pack; line 0 is the file as a whole, "" no
// file in particular.
type spot struct {
	file         string
	line, column int
}

// String reads "rules.yaml:12:5".
func (p spot) String() string {
	switch {
	case p.file == "":
		return "the pack"
	case p.line == 0:
		return p.file
	}
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column)
}

func (c *policyCheckCmd) judge(on time.Time) (*verdict, error) {
	packFS, lawFS, err := c.folders()
	if err != nil {
		return nil, err
	}
	reg, err := policyfile.LoadLaw(lawFS)
	if err != nil {
		return nil, err
	}
	pack, faults, err := policyfile.LoadDraft(packFS)
	if err != nil {
		return nil, err
	}
	v := &verdict{pack: pack, root: c.root(), lawRoot: c.lawRoot(), law: reg, on: on, lang: privacy.Lang(c.Lang)}
	var found []check.Finding
	at := map[string]spot{} // of faults, which no path names
	for _, f := range faults {
		f := *f
		finding := check.Unread(f.Msg)
		at[finding.Args[0].Value] = spot{f.File, f.Line, f.Column}
		found = append(found, finding)
	}
	if len(faults) == 0 { // what cannot be read comes first; half of a file would be told of the other half
		found, err = c.judgeRead(v, at)
		if err != nil {
			return nil, err
		}
	}
	v.report = check.Sorted(found)
	for i := range v.report.Findings {
		f := &v.report.Findings[i]
		key := ""
		for _, a := range f.Args {
			key += a.Value
		}
		p, known := at[key]
		if !known || f.Path != "" || f.Code != "K-E01" && f.Code != "K-Q01" {
			p = v.place(f)
		}
		if p.file != "" && !strings.HasPrefix(p.file, v.lawRoot) {
			p.file = v.root + p.file
		}
		v.places = append(v.places, p)
	}
	return v, nil
}

// judgeRead judges a pack whose files could all be read, and asks its questions.
func (c *policyCheckCmd) judgeRead(v *verdict, at map[string]spot) ([]check.Finding, error) {
	before, err := c.before()
	if err != nil {
		return nil, err
	}
	var found []check.Finding
	ed, err := policy.Compile(v.pack.Rules, v.pack.Hash, v.law, time.Time{})
	if err != nil {
		ed = nil // the check finds the contradiction itself
	} else {
		for _, m := range v.pack.Expect.Run(ed) {
			f := check.Missed(&m)
			at[f.Args[0].Value+f.Args[1].Value] = spot{"expect.yaml", m.Expectation.Line, 1}
			found = append(found, f)
		}
	}
	judged := check.Run(check.Input{
		Content: policy.Content{Rules: v.pack.Rules, Texts: v.pack.Texts, Law: v.law}, Edition: ed, On: v.on, Previous: before,
	})
	return append(found, judged.Findings...), nil
}

// before reads the edition before, where one is named.
func (c *policyCheckCmd) before() (*policy.Content, error) {
	if c.Previous == "" {
		return nil, nil
	}
	f := packFlag{Pack: c.Previous, Law: c.Law}
	packFS, _, err := f.folders()
	if err != nil {
		return nil, err
	}
	pack, _, err := policyfile.LoadDraft(packFS)
	if err != nil {
		return nil, err
	}
	return &policy.Content{Rules: pack.Rules, Texts: pack.Texts}, nil
}

// place finds where a finding stands: its rule, else its clause in the language
// that says it.
func (v *verdict) place(f *check.Finding) spot {
	if f.Path != "" {
		if fe := v.pack.Place(&policy.Problem{Path: f.Path}); fe.Line > 0 {
			return spot{fe.File, fe.Line, fe.Column}
		}
	}
	for _, lang := range append([]privacy.Lang{f.Lang}, privacy.Langs[:]...) {
		if fe, there := v.pack.PlaceClause(lang, f.Clause); there {
			return spot{fe.File, fe.Line, fe.Column}
		}
	}
	switch {
	case f.Path != "":
		return spot{file: "rules.yaml"}
	case f.Code == "K-W01":
		return spot{file: "policy." + string(f.Lang) + ".md"}
	case f.Code == "K-L10":
		return spot{file: v.lawRoot + "holidays.yaml"}
	case f.Code == "K-L11":
		return spot{file: v.lawRoot + "acts.yaml"}
	}
	return spot{}
}

// root is how places begin: the folder as it was named.
func (f *packFlag) root() string {
	name := filepath.ToSlash(f.Pack)
	if st, err := os.Stat(f.Pack); err != nil || !st.IsDir() {
		name = "policies/" + strings.TrimPrefix(name, "policies/")
	}
	return strings.TrimSuffix(name, "/") + "/"
}

// lawRoot is how places in the law begin.
func (f *packFlag) lawRoot() string {
	if f.Law == "" {
		return "policies/law-kg/"
	}
	return strings.TrimSuffix(filepath.ToSlash(f.Law), "/") + "/"
}

// message and remedy are the finding in the language asked for.
func (v *verdict) message(f *check.Finding) string {
	out := i18n.Text(v.lang, "finding."+string(f.Code), args(f)...)
	if f.Resolved {
		out += " " + i18n.Text(v.lang, "finding.resolved")
	}
	return out
}

func (v *verdict) remedy(f *check.Finding) string {
	return i18n.Text(v.lang, "finding."+string(f.Code)+".fix", args(f)...)
}

func args(f *check.Finding) []i18n.Arg {
	var out []i18n.Arg
	for _, a := range f.Args {
		out = append(out, i18n.A(a.Name, a.Value))
	}
	return out
}

// write prints the findings by severity, worst first: place, code, sentence,
// then on what it rests and what to do.
func (v *verdict) write(out io.Writer) {
	for _, s := range []check.Severity{check.Error, check.Warning, check.Note} {
		if n := v.report.Count(s); n > 0 {
			fmt.Fprintf(out, "%ss: %d\n\n", s, n)
		}
		for i := range v.report.Findings {
			f := &v.report.Findings[i]
			if f.Severity != s {
				continue
			}
			fmt.Fprintf(out, "%s: %s %s\n", v.places[i], f.Code, v.message(f))
			about := []string{}
			if f.Clause != "" {
				about = append(about, "clause "+string(f.Clause))
			}
			if f.Path != "" {
				about = append(about, f.Path)
			}
			about = append(about, f.Article.String())
			if f.ISO != "" {
				about = append(about, "ISO/IEC 29184 "+f.ISO)
			}
			fmt.Fprintf(out, "    %s\n    %s\n\n", strings.Join(about, "; "), v.remedy(f))
		}
	}
	clauses := 0
	for _, t := range v.pack.Texts {
		clauses = max(clauses, len(t.Clauses))
	}
	fmt.Fprintf(out, "%s on %s (%s): %d clauses, %d purposes, %d questions; %d errors, %d warnings, %d notes\n",
		v.pack.Rules.Edition, law.DateOf(v.on), v.law.Regime(v.on), clauses, len(v.pack.Rules.Purposes), len(v.pack.Expect.Questions),
		v.report.Count(check.Error), v.report.Count(check.Warning), v.report.Count(check.Note))
}
