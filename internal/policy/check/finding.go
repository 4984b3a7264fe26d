package check

import (
	"kupuya/internal/law"
	"kupuya/internal/privacy"
)

// Code names one thing that can be found, for good: "K-B04".
type Code string

// Severity says what a finding does to publication.
type Severity string

// The severities. An error stops publication; a warning wants an answer from
// somebody who knows the law; a note is for whoever reads the text next.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// rank orders severities, worst first.
func (s Severity) rank() int {
	switch s {
	case Error:
		return 0
	case Warning:
		return 1
	}
	return 2
}

// Finding is one thing found. Its sentence is the key "finding.<code>" of the
// catalogue and its remedy "finding.<code>.fix", both filled with Args.
type Finding struct {
	Code     Code
	Severity Severity
	Clause   privacy.ClauseID // of the text, "" where none is meant
	Lang     privacy.Lang     // the language in which the text says it, "" for the rules or every language
	Path     string           // of the rule in rules.yaml: "purposes[P03].terms", "" where none is meant
	Resolved bool             // only the sentence says so and the rules do not: key "finding.resolved"
	Article  law.Citation     // on which the finding rests
	ISO      string           // clause of ISO/IEC 29184, "" where it has none
	Args     []Arg
}

// Arg fills a placeholder of a finding's sentence.
type Arg struct{ Name, Value string }

// Report is all that was found in an edition, errors first, then in the order
// of the codes and of the pack.
type Report struct {
	Findings []Finding
}

// Blocks reports whether anything found stops publication.
func (r *Report) Blocks() bool { return r.Count(Error) > 0 }

// Count tells how many findings of a severity there are.
func (r *Report) Count(s Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == s {
			n++
		}
	}
	return n
}

// Info is what is known of a code beforehand.
type Info struct {
	Code     Code
	Severity Severity // of most of its findings; one that the rules make good is milder
	Article  law.Citation
	ISO      string
}

// Codes lists every code in order.
func Codes() []Info {
	out := make([]Info, 0, len(all))
	for i := range all {
		out = append(out, all[i].Info)
	}
	return out
}
