package portal

import (
	"net/http"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// policyPage is one edition as people read it.
type policyPage struct {
	holder.Document
	Standing  standing
	Text      policy.Text
	Sections  []section
	Purposes  []purpose
	Permanent bool // the page is the permanent one of this edition
}

// Foreign is the language of the text where it is not that of the page.
func (p *policyPage) Foreign(lang privacy.Lang) privacy.Lang {
	if p.Text.Lang == lang {
		return ""
	}
	return p.Text.Lang
}

// section is a part of the text under its heading.
type section struct {
	policy.Section
	Blocks []block
}

// block is a paragraph or a list.
type block struct {
	Clause policy.Clause
	Items  []policy.Clause
}

// standing says where an edition stands beside the one in force.
type standing string

const (
	inForce standing = "inforce"
	past    standing = "past"
	coming  standing = "coming"
)

// stands tells the standing of an edition that came into force at t.
func stands(id privacy.EditionID, t time.Time, current *holder.Document) standing {
	switch {
	case current == nil || id != current.Edition && t.After(current.InForce):
		return coming
	case id == current.Edition:
		return inForce
	}
	return past
}

// current is the edition in force. (policy 1.3)
func (p *portal) current(v *view, _ *http.Request) error {
	if v.Current == nil {
		return notInForce()
	}
	v.showPolicy(*v.Current)
	return nil
}

// edition is any edition that was published, under its own address for good.
// (policy 1.3)
func (p *portal) edition(v *view, r *http.Request) error {
	doc, err := p.Policy.Edition(r.Context(), privacy.EditionID(r.PathValue("edition")))
	if err != nil {
		return err
	}
	v.showPolicy(doc)
	v.Body.(*policyPage).Permanent = true
	return nil
}

func (v *view) showPolicy(doc holder.Document) {
	text, ok := doc.Texts[v.Lang]
	if !ok {
		text = doc.Texts[privacy.Kyrgyz]
	}
	if v.Holder == nil {
		v.Holder = &doc.Rules.Holder
	}
	v.Template, v.Title = "policy", text.Title
	v.Body = &policyPage{
		Document: doc, Standing: stands(doc.Edition, doc.InForce, v.Current), Text: text,
		Sections: sectionsOf(&text), Purposes: purposesOf(doc.Rules),
	}
}

// sectionsOf puts the clauses under their headings, list items together.
func sectionsOf(t *policy.Text) []section {
	var out []section
	for _, s := range t.Sections {
		sec := section{Section: s}
		for _, c := range t.Clauses {
			if c.Section != s.Number {
				continue
			}
			last := len(sec.Blocks) - 1
			switch {
			case !c.Item:
				sec.Blocks = append(sec.Blocks, block{Clause: c})
			case last >= 0 && sec.Blocks[last].Items != nil:
				sec.Blocks[last].Items = append(sec.Blocks[last].Items, c)
			default:
				sec.Blocks = append(sec.Blocks, block{Items: []policy.Clause{c}})
			}
		}
		out = append(out, sec)
	}
	return out
}
