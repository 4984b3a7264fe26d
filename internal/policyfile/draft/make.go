package draft

import (
	"encoding/json"
	"fmt"
	"maps"

	"kupuya/internal/privacy"
)

// Draft is what an import makes: the files of a pack and the report.
type Draft struct {
	Report *Report
	Lang   privacy.Lang
	Files  map[string][]byte // policy.ky.md and rules.yaml; Save adds the report
}

// Text is the report on the text that was imported.
func (d *Draft) Text() *TextReport { return d.Report.Texts[d.Lang] }

// The bounds of a draft: what a text of a pack may have in bytes, and how many
// clauses are compared when a text is imported again.
const (
	maxPack    = 1 << 20
	maxClauses = 5000
)

// Make turns a text in one language into a draft. With the report of an earlier
// import, clauses keep their ids: those with the same words first, then those
// most like them. It reads nothing and changes neither argument.
func Make(t *Text, lang privacy.Lang, earlier *Report) (*Draft, error) {
	m := newMaker(t, lang)
	m.furnish()
	m.assemble()
	m.classify()
	m.grow()
	m.number()
	if len(m.clauses) == 0 {
		return nil, refuse(t.Name, problemEmpty, place{}, "holds no clause, only headings; give the whole text")
	}
	if len(m.clauses) > maxClauses {
		return nil, refuse(t.Name, problemSize, place{}, "holds more than %d clauses; give the policy alone", maxClauses)
	}
	replaced, added := m.word()
	if err := m.settle(); err != nil {
		return nil, err
	}
	report := &Report{Format: ReportFormat, Texts: map[privacy.Lang]*TextReport{}, Files: map[string][]string{}}
	var before *TextReport
	if earlier != nil {
		maps.Copy(report.Texts, earlier.Texts)
		maps.Copy(report.Files, earlier.Files)
		before = earlier.Texts[lang]
		if before == nil {
			before = m.ofOther(earlier)
		}
	}
	m.checkLanguage()
	changes, retired := m.keep(before)
	rows := m.suggest()
	report.Texts[lang] = m.report(replaced, added, changes, retired, rows)
	d := &Draft{Report: report, Lang: lang, Files: map[string][]byte{
		TextFile(lang): renderText(report.Texts[lang]),
		RulesFile:      renderRules(report.Texts),
	}}
	for name, data := range d.Files {
		if len(data) > maxPack {
			return nil, refuse(t.Name, problemSize, place{}, "makes a %s of more than %d MiB, which no pack takes; a policy is read on a phone", name, maxPack>>20)
		}
	}
	return d, nil
}

// ofOther lends a first text in this language the ids of a text that another
// language has, where both have the same shape, so that translations meet clause
// by clause. Otherwise it numbers itself, and the note says so.
func (m *maker) ofOther(earlier *Report) *TextReport {
	t := earlier.Texts[source(earlier.Texts)]
	if t == nil {
		return nil
	}
	same := len(t.Clauses) == len(m.clauses) && len(t.Sections) == len(m.sections)
	for i := range m.clauses {
		same = same && t.Clauses[i].Listed == m.clauses[i].item() && t.Clauses[i].Kind == m.clauses[i].kind
	}
	if !same {
		m.note("translation", "", "the text has not the clauses of the one in the other language; every language of a pack needs the same")
		return nil
	}
	for i, c := range m.clauses {
		c.fresh, c.id = t.Clauses[i].ID, t.Clauses[i].ID
	}
	for i, s := range m.sections {
		s.number = t.Sections[i].Number
	}
	return nil
}

// report writes down what was made.
func (m *maker) report(replaced, added int, changes Changes, retired []Retired, rows []Row) *TextReport {
	title, made, n := m.titleWords()
	out := &TextReport{
		Source: Source{m.text.Name, m.text.Format, m.text.Encoding, m.text.SHA256, 0},
		Title:  title, Changes: changes, Retired: retired, Rows: rows,
	}
	replaced += n
	if made {
		m.note("title", "", "the text has no title; the name of the file stands in for it")
	}
	for _, s := range m.sections {
		words, n := plainWords(s.title.String(), true)
		if s.clause == nil {
			replaced += n
		}
		sec := Section{Number: s.number, Title: words, Label: s.label.String(), Hash: hashOf(words)}
		if words == "" {
			sec.Title, sec.Made = title, true
		}
		out.Sections = append(out.Sections, sec)
	}
	for _, c := range m.clauses {
		made := Clause{
			ID: c.id, Section: c.section.number, Kind: c.kind, Listed: c.item(), Hash: c.hash, Change: c.change, Was: c.was, Text: c.words,
		}
		if c.node != nil && c.node.label.style != styleBullet {
			made.Label = c.node.label.String()
		}
		out.Clauses = append(out.Clauses, made)
	}
	out.Account = m.account()
	out.Account.Replaced, out.Account.Added = replaced, added
	out.Source.Characters = out.Account.Characters
	out.Notes, out.Spans = m.notes, m.spans()
	if out.Notes == nil {
		out.Notes = []Note{}
	}
	if out.Rows == nil {
		out.Rows = []Row{}
	}
	return out
}

// ParseReport reads the report of an earlier import.
func ParseReport(data []byte) (*Report, error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("draft: %s cannot be read: %w", ReportFile, err)
	}
	if r.Format != ReportFormat {
		return nil, fmt.Errorf("draft: %s is not of the form %s", ReportFile, ReportFormat)
	}
	for lang, t := range r.Texts {
		if _, ok := privacy.ParseLang(string(lang)); !ok || t == nil {
			return nil, fmt.Errorf("draft: %s has a text in the language %q", ReportFile, lang)
		}
	}
	if r.Files == nil {
		r.Files = map[string][]string{}
	}
	return &r, nil
}

// Encode writes a report as Save does.
func (r *Report) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", " ")
	return append(data, '\n'), err
}
