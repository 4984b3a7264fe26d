package document

import (
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// Access gives a subject everything that the Holder processes about him, with
// the ten things that the law wants told. As the answer to a request it names
// it; without one it is an extract, printed for a visitor. (policy 5.2, DC-73
// p.1, DC-73 p.4, law 4.3)
type Access struct {
	Head
	Request      *Request
	Edition      privacy.EditionID // the edition in force
	Values       []Value           // none: the Holder processes nothing of this person
	Places       string            // of processing
	Recipients   []Recipient
	Disclosures  []Disclosure
	Looks        []Look
	Restrictions []Restricted
	Consequences string    // of not giving data or taking consents back
	Automation   string    // automated decisions: which, what they mean, what may follow
	Refused      []Refused // what is left out, and why
	Copies       string    // in which other forms it is given
}

// Value is one thing that is held of the subject.
type Value struct {
	Category  string
	Data      string // empty when it is deleted, destroyed or cannot be shown; State says which
	State     privacy.ValueState
	Source    string
	Collected time.Time
	Footings  []Footing // at least one
	Until     time.Time // the day on which storage ends, when it is known
}

// Footing is a purpose for which a value is processed, with its basis and terms.
type Footing struct {
	Purpose    string
	Basis      privacy.Basis
	Citations  []string // codes, see Cite
	Processing string   // see Term
	Storage    string   // see Term
	Operations []string // codes of the thirteen
	Recipients []string
}

// Recipient is who may receive data. (DC-73 p.1(6))
type Recipient struct{ Name, Address, Country string }

// Disclosure is one transfer that took place.
type Disclosure struct {
	At         time.Time
	Recipient  string
	Purpose    string
	Categories []string
}

// Look is one use of the subject's data by somebody of the Holder.
type Look struct {
	At        time.Time
	By        privacy.ActorKind
	Operation string // a code of the thirteen
	Purpose   string
	Category  string
}

// Restricted is a restriction in force.
type Restricted struct {
	What  string
	Since time.Time
	Why   RestrictionGround
}

// Document puts it into words.
func (a Access) Document(lang privacy.Lang) (Document, error) {
	v := voice(lang)
	c := checker{op: "document.Access"}
	kind, title := KindExtract, v.say("document.access.extract")
	var body []Block
	if a.Request != nil {
		a.Request.check(&c)
		kind, title = KindAnswer, v.say("document.access.title")
		body = append(body, v.request(a.Request))
	}
	a.check(&c)
	if c.err != nil {
		return Document{}, c.err
	}
	if len(a.Values) == 0 {
		body = append(body, Paragraph(v.say("document.access.nothing")))
	} else {
		body = append(body, a.told(v)...)
	}
	if len(a.Refused) > 0 {
		body = append(body, Heading(v.say("document.refusal.part")))
		body = append(body, v.refused(a.Refused)...)
	}
	if a.Copies != "" {
		body = append(body, Paragraph(v.say("document.access.copies", "forms", a.Copies)))
	}
	body = append(body, v.appeal(a.Holder.Regulator)...)
	return a.document(kind, title, body...), nil
}

func (a *Access) check(c *checker) {
	c.need("holder.regulator", a.Holder.Regulator != "")
	asked := RequestAccess
	if a.Request != nil {
		asked = a.Request.Kind
	}
	checkRefused(c, a.Refused, asked)
	for _, r := range a.Restrictions {
		oneOf(c, "restrictions.why", r.Why, RestrictionGrounds())
	}
	if len(a.Values) == 0 {
		return
	}
	c.need("edition", a.Edition != "")
	c.need("holder.contact", a.Holder.Contact != "")
	c.need("places", a.Places != "")
	c.need("consequences", a.Consequences != "")
	c.need("automation", a.Automation != "")
	for _, x := range a.Values {
		c.need("values.category", x.Category != "")
		c.need("values.data", x.Data != "" || x.State != privacy.ValueLive && x.State != "")
		c.need("values.source", x.Source != "")
		c.need("values.footings", len(x.Footings) > 0)
		for _, f := range x.Footings {
			c.need("values.purpose", f.Purpose != "")
			c.need("values.basis", f.Basis != "")
			c.need("values.processing", f.Processing != "")
			c.need("values.storage", f.Storage != "")
		}
	}
}

// told are the ten things, in the order of the law, and the data. (DC-73 p.1)
func (a *Access) told(v voice) []Block {
	h := a.Holder
	return []Block{
		Paragraph(v.say("document.access.confirmed", "edition", string(a.Edition))),
		Heading(v.say("document.access.data")), a.values(v),
		Heading(v.say("document.access.purposes")), a.purposes(v),
		Heading(v.say("document.access.about")),
		Fields{
			{v.say("document.holder"), h.Name + ", " + h.Address},
			{v.say("document.access.places"), a.Places},
			{v.say("document.contact"), h.Contact},
			{v.say("document.access.terms"), v.say("document.access.termstext")},
			{v.say("document.access.automation"), a.Automation},
			{v.say("document.access.consequences"), a.Consequences},
		},
		Heading(v.say("document.access.recipients")), a.recipients(v),
		Heading(v.say("document.access.disclosed")), a.disclosed(v),
		Heading(v.say("document.access.looks")), a.looks(v),
		Heading(v.say("document.access.restrictions")), a.restrictions(v),
		Heading(v.say("document.access.rights")), v.rights(),
	}
}

// rights are what the subject may do. (DC-73 p.1(8))
func (v voice) rights() Items {
	return Items{
		v.say("document.right.access"), v.say("document.right.rectify"), v.say("document.right.port"), v.say("document.right.destroy"),
		v.say("document.right.object"), v.say("document.right.restrict"), v.say("document.right.withdraw"), v.say("document.right.review"),
	}
}

// or gives a table, or words for an empty one.
func (v voice) or(t Table, nothing string) Block {
	if len(t.Rows) == 0 {
		return Paragraph(v.say(nothing))
	}
	return t
}

// values are the five columns that the policy promises: data, basis, source,
// term of processing, term of storage; a row for each basis. (policy 5.2)
func (a *Access) values(v voice) Block {
	t := Table{Columns: []Column{
		{v.say("document.column.data"), 2.8},
		{v.say("document.column.basis"), 3},
		{v.say("document.column.source"), 1.9},
		{v.say("document.column.processing"), 1.7},
		{v.say("document.column.storage"), 1.7},
	}}
	for _, x := range a.Values {
		data := x.Data
		if data == "" {
			data = v.name("state", string(x.State))
		}
		data, source := x.Category+":\n"+data, join(x.Source, v.day(x.Collected))
		for i, f := range x.Footings {
			if i > 0 {
				data, source = x.Category, ""
			}
			t.Rows = append(t.Rows, []string{data, v.basis(f), source, Term(v.lang(), f.Processing), join(Term(v.lang(), f.Storage), v.until(x.Until))})
		}
	}
	return t
}

// basis tells on what ground a value is processed, and for what.
func (v voice) basis(f Footing) string {
	basis := v.name("basis", string(f.Basis))
	if len(f.Citations) > 0 {
		basis += " (" + v.cites(f.Citations) + ")"
	}
	return basis + ": " + f.Purpose
}

func (v voice) until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return v.say("document.until", "date", v.day(t))
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

// purposes lists what is done under each purpose and who may receive it.
func (a *Access) purposes(v voice) Block {
	t := Table{Columns: []Column{
		{v.say("document.column.purpose"), 3},
		{v.say("document.column.operations"), 3},
		{v.say("document.column.recipients"), 2.4},
	}}
	seen := map[string]bool{}
	for _, x := range a.Values {
		for _, f := range x.Footings {
			if seen[f.Purpose] {
				continue
			}
			seen[f.Purpose] = true
			to := list(f.Recipients)
			if to == "" {
				to = v.say("document.access.nobody")
			}
			t.Rows = append(t.Rows, []string{f.Purpose, strings.Join(v.names("operation", f.Operations), ", "), to})
		}
	}
	return t
}

func (a *Access) recipients(v voice) Block {
	var out Items
	for _, r := range a.Recipients {
		line := r.Name
		for _, more := range []string{r.Address, r.Country} {
			if more != "" {
				line += ", " + more
			}
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return Paragraph(v.say("document.access.nobody"))
	}
	return out
}

func (a *Access) disclosed(v voice) Block {
	t := Table{Columns: []Column{
		{v.say("document.column.when"), 1.6},
		{v.say("document.column.recipient"), 2.4},
		{v.say("document.column.purpose"), 2.4},
		{v.say("document.column.data"), 2.6},
	}}
	for _, x := range a.Disclosures {
		t.Rows = append(t.Rows, []string{v.moment(x.At), x.Recipient, x.Purpose, list(x.Categories)})
	}
	return v.or(t, "document.access.nodisclosures")
}

func (a *Access) looks(v voice) Block {
	t := Table{Columns: []Column{
		{v.say("document.column.when"), 1.6},
		{v.say("document.column.who"), 2},
		{v.say("document.column.operation"), 1.4},
		{v.say("document.column.purpose"), 2.4},
		{v.say("document.column.data"), 2},
	}}
	for _, x := range a.Looks {
		t.Rows = append(t.Rows, []string{
			v.moment(x.At), v.name("actor", string(x.By)), v.name("operation", x.Operation), x.Purpose, x.Category,
		})
	}
	return v.or(t, "document.access.nolooks")
}

func (a *Access) restrictions(v voice) Block {
	t := Table{Columns: []Column{
		{v.say("document.column.data"), 2},
		{v.say("document.column.when"), 1.4},
		{v.say("document.column.why"), 3},
	}}
	for _, x := range a.Restrictions {
		t.Rows = append(t.Rows, []string{x.What, v.moment(x.Since), v.name("document.restricted", string(x.Why))})
	}
	return v.or(t, "document.access.norestrictions")
}
