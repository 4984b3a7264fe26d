package policyfile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// The files of a pack.
const (
	rulesFile     = "rules.yaml"
	questionsFile = "expect.yaml"
)

// Pack is one edition as its files hold it: the text in three languages, the
// rules, and the questions it asks of itself.
type Pack struct {
	Rules  policy.Rules
	Texts  map[privacy.Lang]policy.Text
	Expect policy.Expectations
	Hash   string // hex SHA-256 over the texts and the rules; an added question changes nothing in force

	rules []byte // as written, to find places in
}

// LoadPack reads the pack at the root of fsys: policy.ky.md, policy.ru.md,
// policy.en.md, rules.yaml and expect.yaml. It refuses unknown keys, clauses
// without an anchor, anchors that stand twice, and languages whose clauses
// differ; such errors are *FileError and name line, column and what to do.
// Whether the rules contradict themselves is for policy.Compile to say.
func LoadPack(fsys fs.FS) (*Pack, error) {
	p := &Pack{Texts: make(map[privacy.Lang]policy.Text, len(privacy.Langs))}
	sum := sha256.New()
	read := func(name string, hashed bool) ([]byte, error) {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("policyfile: reading the pack: %w", err)
		}
		if hashed { // name and length keep one file's end from passing for another's beginning
			var length [8]byte
			binary.BigEndian.PutUint64(length[:], uint64(len(data)))
			sum.Write([]byte(name + "\n"))
			sum.Write(length[:])
			sum.Write(data)
		}
		return data, nil
	}
	for _, lang := range privacy.Langs {
		name := textFile(lang)
		data, err := read(name, true)
		if err != nil {
			return nil, err
		}
		text, err := parseText(name, lang, data)
		if err != nil {
			return nil, err
		}
		if source, ok := p.Texts[privacy.Kyrgyz]; ok {
			if err := sameAnchors(&source, text, textFile(privacy.Kyrgyz), name); err != nil {
				return nil, err
			}
		}
		text.Source = string(data)
		p.Texts[lang] = *text
	}
	data, err := read(rulesFile, true)
	if err != nil {
		return nil, err
	}
	p.rules = data
	if err := decodeStrict(rulesFile, data, &p.Rules); err != nil {
		return nil, err
	}
	if data, err = read(questionsFile, false); err != nil {
		return nil, err
	}
	expect, err := parseExpect(questionsFile, data)
	if err != nil {
		return nil, err
	}
	p.Expect = *expect
	p.Hash = hex.EncodeToString(sum.Sum(nil))
	return p, nil
}

func textFile(lang privacy.Lang) string { return "policy." + string(lang) + ".md" }
