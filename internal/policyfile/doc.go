// Package policyfile reads policies/: the packs of editions and the registry of
// the law. It promises that nothing loads that it does not wholly understand:
// unknown keys, things that stand twice and anchors that do not meet are refused
// with file, line and column, and what to do. It is the only room that knows
// YAML and Markdown.
package policyfile
