package document

import (
	"time"

	"kupuya/internal/privacy"
)

// Transfer tells a subject that data about him went, or go, to a recipient.
// (Law 58 art. 24, DC-73 p.1(6), law 4.2)
type Transfer struct {
	Head
	Recipient  Recipient
	Basis      privacy.Basis
	Citations  []string // codes, see Cite; or the consent's id
	Consent    string   // id of the consent, where it is the basis
	Purpose    string
	Categories []string
	At         time.Time
	Until      time.Time // end of the period, for what goes on
	Regular    bool
	Means      string // and safeguards, in words
	Border     string // ground of crossing the border, in words; needed outside of Kyrgyzstan (DC-89)
	Abroad     bool
	Storage    string // how long the recipient keeps it, see Term
}

// Document puts it into words.
func (n Transfer) Document(lang privacy.Lang) (Document, error) {
	c := checker{op: "document.Transfer"}
	for _, m := range []struct {
		field string
		ok    bool
	}{
		{"to.name", n.To.Name != ""},
		{"holder.contact", n.Holder.Contact != ""},
		{"holder.regulator", n.Holder.Regulator != ""},
		{"recipient.name", n.Recipient.Name != ""},
		{"recipient.address", n.Recipient.Address != ""},
		{"recipient.country", n.Recipient.Country != ""},
		{"basis", n.Basis != ""},
		{"consent", n.Basis != privacy.BasisConsent || n.Consent != ""},
		{"citations", n.Basis != privacy.BasisLaw || len(n.Citations) > 0},
		{"purpose", n.Purpose != ""},
		{"categories", len(n.Categories) > 0},
		{"at", !n.At.IsZero()},
		{"means", n.Means != ""},
		{"border", !n.Abroad || n.Border != ""},
		{"storage", n.Storage != ""},
	} {
		c.need(m.field, m.ok)
	}
	if c.err != nil {
		return Document{}, c.err
	}
	v := voice(lang)
	once := "document.transfer.once"
	if n.Regular {
		once = "document.transfer.regular"
	}
	when := v.moment(n.At)
	if !n.Until.IsZero() {
		when = v.say("document.transfer.period", "from", v.day(n.At), "to", v.day(n.Until))
	}
	d := n.document(KindNotice, v.say("document.transfer.title"), Paragraph(v.say("document.transfer.opening")), Fields{
		{v.say("document.column.recipient"), n.Recipient.Name},
		{v.say("document.transfer.address"), join(n.Recipient.Address, n.Recipient.Country)},
		{v.say("document.column.basis"), v.name("basis", string(n.Basis))},
		{v.say("document.citation"), v.cites(n.Citations)},
		{v.say("document.transfer.consent"), n.Consent},
		{v.say("document.column.purpose"), n.Purpose},
		{v.say("document.transfer.categories"), list(n.Categories)},
		{v.say("document.column.when"), when},
		{v.say("document.transfer.how"), v.say(once)},
		{v.say("document.transfer.means"), n.Means},
		{v.say("document.transfer.border"), n.Border},
		{v.say("document.transfer.storage"), Term(lang, n.Storage)},
		{v.say("document.contact"), n.Holder.Contact},
	}, Heading(v.say("document.access.rights")), Items{
		v.say("document.right.access"), v.say("document.right.object"), v.say("document.right.withdraw"), v.say("document.right.restrict"),
	})
	d.Body = append(d.Body, v.appeal(n.Holder.Regulator)...)
	return d, nil
}

// RestrictionGround is why data are kept out of use. (DC-85 p.1, policy 5.3)
type RestrictionGround string

// The grounds of a restriction.
const (
	RestrictedSubject    RestrictionGround = "subject"    // the subject asked for it
	RestrictedUnreliable RestrictionGround = "unreliable" // disputed as not true
	RestrictedUnlawful   RestrictionGround = "unlawful"   // disputed as used unlawfully
	RestrictedObjection  RestrictionGround = "objection"  // while an objection is considered
	RestrictedRemoval    RestrictionGround = "removal"    // while grounds to rectify or destroy exist
	RestrictedRegulator  RestrictionGround = "regulator"  // the regulator demands it, for its term
)

// RestrictionGrounds lists them.
func RestrictionGrounds() []RestrictionGround {
	return []RestrictionGround{
		RestrictedSubject, RestrictedUnreliable, RestrictedUnlawful, RestrictedObjection, RestrictedRemoval, RestrictedRegulator,
	}
}

// Restriction tells a subject that a restriction was set or lifted. (DC-85 p.2,
// law 4.11)
type Restriction struct {
	Head
	Lifted  bool
	At      time.Time
	Scope   []string // categories and purposes, in words
	Ground  RestrictionGround
	Request string    // number of the request that led to it
	Until   time.Time // end of the regulator's term
	Outcome string    // why it was lifted, in words
	TellBy  time.Time // the day by which the subject is told
}

// Document puts it into words.
func (n Restriction) Document(lang privacy.Lang) (Document, error) {
	c := checker{op: "document.Restriction"}
	c.need("holder.regulator", n.Holder.Regulator != "")
	c.need("at", !n.At.IsZero())
	c.need("scope", len(n.Scope) > 0)
	c.need("outcome", !n.Lifted || n.Outcome != "")
	c.need("tell_by", !n.TellBy.IsZero())
	oneOf(&c, "ground", n.Ground, RestrictionGrounds())
	if c.err != nil {
		return Document{}, c.err
	}
	v := voice(lang)
	title, opening := "document.restriction.set", "document.restriction.setopening"
	if n.Lifted {
		title, opening = "document.restriction.lifted", "document.restriction.liftedopening"
	}
	d := n.document(KindNotice, v.say(title), Paragraph(v.say(opening)), Fields{
		{v.say("document.column.when"), v.moment(n.At)},
		{v.say("document.restriction.scope"), list(n.Scope)},
		{v.say("document.restriction.ground"), v.name("document.restricted", string(n.Ground))},
		{v.say("document.citation"), Cite(lang, "DC-85 p.1")},
		{v.say("document.request.number"), n.Request},
		{v.say("document.restriction.until"), v.day(n.Until)},
		{v.say("document.restriction.outcome"), n.Outcome},
		{v.say("document.restriction.tellby"), v.day(n.TellBy)},
		{v.say("document.contact"), n.Holder.Contact},
	})
	d.Body = append(d.Body, v.appeal(n.Holder.Regulator)...)
	return d, nil
}

// Received tells somebody that a request, or a letter, came in, and by when it
// is answered. (DC-119 p.3, policy 4.5b, US-4.5b-2)
type Received struct {
	Head
	Request Request
	About   string // what it is about, in the words of whoever took it in
	Sheets  int    // of paper, with enclosures
}

// Document puts it into words.
func (r Received) Document(lang privacy.Lang) (Document, error) {
	c := checker{op: "document.Received"}
	r.Request.check(&c)
	c.need("request.channel", r.Request.Channel != "")
	c.need("request.due", !r.Request.Due.IsZero())
	if c.err != nil {
		return Document{}, c.err
	}
	v := voice(lang)
	fields := append(v.request(&r.Request), Field{v.say("document.received.about"), r.About})
	if r.Sheets > 0 {
		fields = append(fields, Field{v.say("document.received.sheets"), v.count(r.Sheets)})
	}
	return r.document(KindReceipt, v.say("document.received.title"), Paragraph(v.say("document.received.opening")), fields,
		Paragraph(v.say("document.received.free"))), nil
}
