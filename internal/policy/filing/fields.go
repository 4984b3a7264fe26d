package filing

import (
	"fmt"
	"slices"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// builder fills the fields, and notes what the rules do not say.
type builder struct {
	c       *policy.Content
	r       *policy.Rules
	ed      *policy.Edition
	lang    privacy.Lang
	field   int
	missing []Missing
}

// want notes that a rule is empty; flag is its name in to_fill.
func (b *builder) want(ok bool, rule, flag string) {
	if !ok {
		b.missing = append(b.missing, Missing{b.field, rule, slices.Contains(b.r.Filing.ToFill, flag)})
	}
}

// say gives one line of words, or what is missing.
func (b *builder) say(id string, w privacy.Words, rule, flag string) []Item {
	b.want(w.Complete(), rule, flag)
	if w == (privacy.Words{}) {
		return nil
	}
	return []Item{{ID: id, Text: w.In(b.lang)}}
}

// plain gives one line that is the same in every language.
func (b *builder) plain(id, text string) []Item {
	b.want(text != "", "filing."+id, id)
	if text == "" {
		return nil
	}
	return []Item{{ID: id, Text: text}}
}

// array is field 1.
func (b *builder) array() []Item { return b.say("array", b.r.Filing.Array, "filing.array", "array") }

// holder is field 2.
func (b *builder) holder() []Item {
	h, f := &b.r.Holder, &b.r.Filing
	return slices.Concat(
		b.say("name", h.Name, "holder.name", ""), b.say("address", h.Address, "holder.address", ""),
		b.say("ownership", f.Ownership, "filing.ownership", "ownership"),
		b.say("subordination", f.Subordination, "filing.subordination", "subordination"),
		b.plain("phone", f.Phone), b.say("head", f.Head, "filing.head", "head"), b.plain("email", f.Email), b.plain("fax", f.Fax),
	)
}

// purposes is field 3: purposes, and the methods of collecting and using.
func (b *builder) purposes() []Item {
	var out []Item
	for i := range b.r.Purposes {
		p := &b.r.Purposes[i]
		if p.Template {
			continue
		}
		out = append(out, Item{ID: string(p.ID), Text: p.Title.In(b.lang), Parts: b.operations(p.Operations), Codes: b.bases(p)})
	}
	b.want(len(out) > 0, "purposes", "")
	return out
}

// bases are the purpose's basis and those on which some of its rows stand.
func (b *builder) bases(p *policy.Purpose) []string {
	out := []string{"basis." + string(p.Basis)}
	for i := range p.Rows {
		if key := "basis." + string(p.Rows[i].Basis); p.Rows[i].Basis != "" && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

// operations gives titles in the order of the policy.
func (b *builder) operations(names []string) []string {
	out := []string{}
	for _, name := range names {
		for i := range b.r.Operations {
			o := &b.r.Operations[i]
			if o.ID == name {
				out = append(out, o.Title.In(b.lang))
			}
			for _, k := range o.Kinds {
				if k.ID == name {
					out = append(out, k.Title.In(b.lang))
				}
			}
		}
	}
	return out
}

// terms is field 4: how strictly each category is kept, and for how long under
// each purpose.
func (b *builder) terms() []Item {
	var out []Item
	for i := range b.r.Categories {
		c := &b.r.Categories[i]
		out = append(out, Item{ID: string(c.ID), Text: c.Title.In(b.lang), Codes: []string{"class." + string(c.Classification)}})
	}
	for i := range b.r.Purposes {
		if p := &b.r.Purposes[i]; !p.Template {
			for _, item := range b.termsOf(p) {
				item.Text = p.Title.In(b.lang) + ": " + item.Text
				out = append(out, item)
			}
		}
	}
	return out
}

// termsOf are the purpose's terms and those of its rows that have their own.
func (b *builder) termsOf(p *policy.Purpose) []Item {
	item := func(id, rule string, t *policy.Terms) Item {
		b.want(t.Why.Complete(), rule+".terms.why", "")
		return Item{ID: id, Text: t.Why.In(b.lang), Codes: []string{
			"processing " + t.Processing, "storage " + t.Storage, "from " + t.From,
		}}
	}
	out := []Item{item(string(p.ID), "purposes["+string(p.ID)+"]", &p.Terms)}
	for i := range p.Rows {
		if row := &p.Rows[i]; row.Terms != nil {
			x := item(string(p.ID)+"/"+string(row.Category), fmt.Sprintf("purposes[%s].categories[%s]", p.ID, row.Category), row.Terms)
			x.Text = b.category(row.Category) + ": " + x.Text
			out = append(out, x)
		}
	}
	return out
}

// data is field 5.
func (b *builder) data() []Item {
	var out []Item
	for i := range b.r.Categories {
		c := &b.r.Categories[i]
		item := Item{ID: string(c.ID), Text: c.Title.In(b.lang)}
		for j := range c.Attributes {
			item.Parts = append(item.Parts, c.Attributes[j].Title.In(b.lang))
		}
		out = append(out, item)
	}
	b.want(len(out) > 0, "categories", "")
	return out
}

// groups is field 6.
func (b *builder) groups() []Item {
	var out []Item
	for i := range b.r.Filing.Groups {
		g := &b.r.Filing.Groups[i]
		item := Item{ID: g.ID, Text: g.Title.In(b.lang)}
		for _, c := range g.Categories {
			item.Parts = append(item.Parts, b.category(c))
		}
		out = append(out, item)
	}
	b.want(len(out) > 0, "filing.groups", "groups")
	return out
}

func (b *builder) category(id privacy.CategoryID) string {
	if c := b.ed.Category(id); c != nil {
		return c.Title.In(b.lang)
	}
	return string(id)
}

// sources is field 7.
func (b *builder) sources() []Item {
	var out []Item
	for i := range b.r.Categories {
		c := &b.r.Categories[i]
		b.want(len(c.Sources) > 0, "categories["+string(c.ID)+"].sources", "")
		out = append(out, Item{ID: string(c.ID), Text: c.Title.In(b.lang), Parts: b.sourcesOf(c)})
	}
	return out
}

func (b *builder) sourcesOf(c *policy.Category) []string {
	var out []string
	for _, id := range c.Sources {
		for i := range b.r.Sources {
			if s := &b.r.Sources[i]; s.ID == id {
				out = append(out, s.Title.In(b.lang))
			}
		}
	}
	return out
}

// informing is field 8: the procedure, and the edition's own words on how
// changes are told.
func (b *builder) informing() []Item {
	out := b.say("informing", b.r.Filing.Informing, "filing.informing", "informing")
	text := b.c.Texts[b.lang]
	if clause := text.Clause(b.r.Notice.Clause); clause != nil {
		out = append(out, Item{ID: string(clause.ID), Text: clause.Text})
	}
	return out
}

// measures is field 9: those of the whole array, and the approved safeguards.
func (b *builder) measures() []Item {
	var out []Item
	for i, m := range b.r.Filing.Measures {
		out = append(out, Item{ID: fmt.Sprint(i + 1), Text: m.In(b.lang)})
	}
	b.want(len(out) > 0, "filing.measures", "measures")
	for i := range b.r.Safeguards {
		if s := &b.r.Safeguards[i]; approved(s) {
			out = append(out, Item{ID: s.ID, Text: s.Measures.In(b.lang)})
		}
	}
	return out
}

// approved reports whether two have approved a safeguard: others do not count.
// (DC-80)
func approved(s *policy.Safeguard) bool {
	return len(s.Approved) >= 2 && s.Approved[0] != s.Approved[1] && s.Exception != ""
}

// person is field 10.
func (b *builder) person() []Item { return b.say("officer", b.r.Holder.Officer, "holder.officer", "") }

// recipients is field 11.
func (b *builder) recipients() []Item {
	var out []Item
	for i := range b.r.Recipients {
		out = append(out, b.recipient(&b.r.Recipients[i]))
	}
	if out == nil {
		return []Item{{ID: "none", Codes: []string{"filing.none"}}}
	}
	return out
}

func (b *builder) recipient(r *policy.Recipient) Item {
	item := Item{ID: string(r.ID), Text: r.Title.In(b.lang), Codes: []string{"recipient." + r.Kind}}
	for _, f := range r.Fields {
		item.Parts = append(item.Parts, b.category(f))
	}
	item.Parts = append(item.Parts, r.Country, fmt.Sprintf("%s, %s–%s", r.Agreement.Ref, r.Agreement.From, r.Agreement.To))
	return item
}

// home is the country inside which a transfer crosses no border.
const home = "KG"

// abroad is field 12.
func (b *builder) abroad() []Item {
	var out []Item
	for i := range b.r.Recipients {
		if r := &b.r.Recipients[i]; r.Country != home {
			out = append(out, Item{ID: string(r.ID), Text: r.Title.In(b.lang), Parts: []string{r.Country}})
		}
	}
	if out == nil {
		return []Item{{ID: "none", Codes: []string{"filing.abroad.none"}}}
	}
	return out
}
