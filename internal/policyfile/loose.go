package policyfile

import (
	"errors"
	"fmt"
	"io/fs"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// LoadDraft reads what there is of a pack, for looking at and never for
// publishing: a language or the questions may be missing, and clauses may
// differ between languages, which the check of the edition says. A file that is
// there and cannot be read does not stop the others; what is wrong with it is
// given as a fault. The error is for a folder without rules.yaml.
func LoadDraft(fsys fs.FS) (*Pack, []*FileError, error) {
	p := &Pack{Texts: make(map[privacy.Lang]policy.Text, len(privacy.Langs))}
	var faults []*FileError
	wrong := func(err error) bool {
		var fe *FileError
		if errors.As(err, &fe) {
			faults = append(faults, fe)
		}
		return err != nil
	}
	read := func(name string) ([]byte, bool) {
		data, err := fs.ReadFile(fsys, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			faults = append(faults, &FileError{File: name, Msg: "cannot be read"})
		}
		return data, err == nil
	}
	for _, lang := range privacy.Langs {
		name := textFile(lang)
		data, there := read(name)
		if !there {
			continue
		}
		text, err := parseText(name, lang, data)
		if !wrong(err) {
			text.Source = string(data)
			p.Texts[lang] = *text
		}
	}
	data, err := fs.ReadFile(fsys, rulesFile)
	if err != nil {
		return nil, nil, fmt.Errorf("policyfile: reading the pack: %w", err)
	}
	p.rules = data
	wrong(decodeStrict(rulesFile, data, &p.Rules))
	if data, there := read(questionsFile); there {
		if expect, err := parseExpect(questionsFile, data); !wrong(err) {
			p.Expect = *expect
		}
	}
	return p, faults, nil
}

// PlaceClause is where a clause begins in the text of a language.
func (p *Pack) PlaceClause(lang privacy.Lang, id privacy.ClauseID) (FileError, bool) {
	text := p.Texts[lang]
	if c := text.Clause(id); c != nil {
		return FileError{File: textFile(lang), Line: c.Line, Column: 1}, true
	}
	return FileError{}, false
}
