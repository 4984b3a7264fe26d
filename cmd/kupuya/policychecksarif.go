package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"runtime/debug"

	"kupuya/internal/i18n"
	"kupuya/internal/law"
	"kupuya/internal/policy/check"
	"kupuya/internal/privacy"
)

// checkJSON is what "policy check --json" prints. Members are added to it, never
// renamed.
type checkJSON struct {
	Edition  privacy.EditionID      `json:"edition"`
	On       law.Date               `json:"on"`
	Regime   law.RegimeID           `json:"regime"` // under which facts of that day fall
	Lang     privacy.Lang           `json:"lang"`   // of message and remedy
	Counts   map[check.Severity]int `json:"counts"`
	Findings []findingJSON          `json:"findings"` // errors first
}

type findingJSON struct {
	Code     check.Code        `json:"code"`
	Severity check.Severity    `json:"severity"`
	Message  string            `json:"message"`
	Remedy   string            `json:"remedy"`
	File     string            `json:"file,omitempty"`
	Line     int               `json:"line,omitempty"`
	Column   int               `json:"column,omitempty"`
	Clause   privacy.ClauseID  `json:"clause,omitempty"`
	Lang     privacy.Lang      `json:"text_lang,omitempty"` // the language whose text says it
	Path     string            `json:"path,omitempty"`      // of the rule
	Resolved bool              `json:"resolved,omitempty"`  // only the text says so
	Article  law.Citation      `json:"article"`
	ISO      string            `json:"iso29184,omitempty"`
	Args     map[string]string `json:"args,omitempty"`
}

func (v *verdict) writeJSON(out io.Writer) error {
	doc := checkJSON{
		Edition: v.pack.Rules.Edition, On: law.DateOf(v.on), Regime: v.law.Regime(v.on), Lang: v.lang,
		Counts: map[check.Severity]int{}, Findings: []findingJSON{},
	}
	for _, s := range []check.Severity{check.Error, check.Warning, check.Note} {
		doc.Counts[s] = v.report.Count(s)
	}
	for i := range v.report.Findings {
		f := &v.report.Findings[i]
		row := findingJSON{
			Code: f.Code, Severity: f.Severity, Message: v.message(f), Remedy: v.remedy(f),
			File: v.places[i].file, Line: v.places[i].line, Column: v.places[i].column,
			Clause: f.Clause, Lang: f.Lang, Path: f.Path, Resolved: f.Resolved, Article: f.Article, ISO: f.ISO,
		}
		for _, a := range f.Args {
			if row.Args == nil {
				row.Args = map[string]string{}
			}
			row.Args[a.Name] = a.Value
		}
		doc.Findings = append(doc.Findings, row)
	}
	return indented(out, doc)
}

func indented(out io.Writer, doc any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// The parts of SARIF 2.1.0 that a report of findings needs, in its own words.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Language    string            `json:"language"`
		ColumnKind  string            `json:"columnKind"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string            `json:"id"`
		ShortDescription sarifText         `json:"shortDescription"`
		Help             sarifText         `json:"help"`
		HelpURI          string            `json:"helpUri"`
		Configuration    sarifConfig       `json:"defaultConfiguration"`
		Properties       map[string]string `json:"properties"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool `json:"executionSuccessful"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

// sarifSchema is the published form that the output keeps to.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// placeholders are the names that sentences of findings fill; in the description
// of a code they stand open.
var placeholders = []string{
	"act", "answer", "article", "basis", "channel", "class", "clause", "country", "data", "day", "deadline", "field", "grade", "have", "id", "lang",
	"operation", "other", "parent", "problem", "processing", "purpose", "question", "recipient", "regime", "right", "rows", "rule", "safeguard", "said",
	"source", "storage", "term", "value", "want", "way", "what", "year",
}

// described is the sentence of a code with its placeholders left open.
func described(lang privacy.Lang, code check.Code) string {
	var open []i18n.Arg
	for _, name := range placeholders {
		open = append(open, i18n.A(name, "…"))
	}
	return i18n.Text(lang, "finding."+string(code), open...)
}

func (v *verdict) writeSARIF(out io.Writer) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "kupuya policy check", Version: build()}}, Language: string(v.lang), ColumnKind: "unicodeCodePoints",
		Invocations: []sarifInvocation{{ExecutionSuccessful: true}}, Results: []sarifResult{},
	}
	index := map[check.Code]int{}
	for i, c := range check.Codes() {
		index[c.Code] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: string(c.Code), ShortDescription: sarifText{described(v.lang, c.Code)},
			Help:    sarifText{i18n.Text(v.lang, "finding."+string(c.Code)+".fix")},
			HelpURI: "urn:kupuya:finding:" + string(c.Code), Configuration: sarifConfig{string(c.Severity)},
			Properties: map[string]string{"article": c.Article.String(), "iso29184": c.ISO},
		})
	}
	for i := range v.report.Findings {
		f := &v.report.Findings[i]
		r := sarifResult{
			RuleID: string(f.Code), RuleIndex: index[f.Code], Level: string(f.Severity),
			Message: sarifText{v.message(f)}, Fingerprints: map[string]string{"kupuya/v1": fingerprint(f)},
		}
		var at sarifLocation
		if p := v.places[i]; p.file != "" {
			at.Physical = &sarifPhysical{Artifact: sarifArtifact{p.file}}
			if p.line > 0 {
				at.Physical.Region = &sarifRegion{p.line, p.column}
			}
		}
		if f.Path != "" {
			at.Logical = []sarifLogical{{f.Path, "member"}}
		}
		if at.Physical != nil || at.Logical != nil {
			r.Locations = []sarifLocation{at}
		}
		run.Results = append(run.Results, r)
	}
	return indented(out, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// build is the version of this program, "" where nothing says it.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Version
}

// fingerprint tells a finding again after the file has changed around it: it is
// made of what was found, and never of lines.
func fingerprint(f *check.Finding) string {
	sum := sha256.New()
	for _, s := range []string{string(f.Code), string(f.Clause), string(f.Lang), f.Path} {
		sum.Write([]byte(s + "\x00"))
	}
	for _, a := range f.Args {
		sum.Write([]byte(a.Name + "\x00" + a.Value + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
