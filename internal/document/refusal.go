package document

import (
	"slices"

	"kupuya/internal/privacy"
)

// Reason is why a request, or a part of it, is refused: one of a closed list,
// each standing on an article. The law knows no other. (DC-74, DC-37 p.2)
type Reason string

// The reasons.
const (
	ReasonOperative    Reason = "operative"    // operative search or intelligence
	ReasonCriminal     Reason = "criminal"     // criminal procedure
	ReasonSecret       Reason = "secret"       // state secrets
	ReasonUnproven     Reason = "unproven"     // it is not proven that the data are the asker's
	ReasonOthers       Reason = "others"       // what is left out is about somebody else
	ReasonGiven        Reason = "given"        // the information was given before, provably
	ReasonAccurate     Reason = "accurate"     // the data are complete, true and current for the purpose
	ReasonKept         Reason = "kept"         // a law obliges the Holder to keep them
	ReasonClaims       Reason = "claims"       // needed to make, carry out or defend a claim
	ReasonBasis        Reason = "basis"        // another basis still stands
	ReasonNoGround     Reason = "noground"     // none of the grounds on which one may object or restrict
	ReasonNotPortable  Reason = "notportable"  // held neither by contract nor by consent
	ReasonNotAutomatic Reason = "notautomatic" // no decision was made without a person
)

// grounds of a refusal: its article, and the requests that may be refused so.
var grounds = []struct {
	Reason   Reason
	Citation string
	Requests []RequestKind // none for every kind
}{
	{ReasonOperative, "DC-74", []RequestKind{RequestInformation, RequestAccess, RequestPort}},
	{ReasonCriminal, "DC-74", []RequestKind{RequestInformation, RequestAccess, RequestPort}},
	{ReasonSecret, "DC-74", []RequestKind{RequestInformation, RequestAccess, RequestPort}},
	{ReasonUnproven, "DC-37 p.2", nil},
	{ReasonOthers, "DC-73 p.3", []RequestKind{RequestInformation, RequestAccess, RequestPort}},
	{ReasonGiven, "DC-73 p.5", []RequestKind{RequestInformation}},
	{ReasonAccurate, "DC-75", []RequestKind{RequestRectify}},
	{ReasonKept, "DC-83 p.2", []RequestKind{RequestDestroy, RequestClose, RequestWithdraw}},
	{ReasonClaims, "DC-83 p.2", []RequestKind{RequestDestroy, RequestClose}},
	{ReasonBasis, "DC-79 p.1", []RequestKind{RequestDestroy, RequestWithdraw, RequestObject}},
	{ReasonNoGround, "DC-84 p.2", []RequestKind{RequestObject, RequestRestrict, RequestComplaint}},
	{ReasonNotPortable, "DC-76", []RequestKind{RequestPort}},
	{ReasonNotAutomatic, "DC-57 p.2", []RequestKind{RequestReview}},
}

// Reasons lists them in the order of the law.
func Reasons() []Reason {
	out := make([]Reason, len(grounds))
	for i, g := range grounds {
		out[i] = g.Reason
	}
	return out
}

// Citation is the article on which a reason stands; "" for none of the list.
func (r Reason) Citation() string {
	for _, g := range grounds {
		if g.Reason == r {
			return g.Citation
		}
	}
	return ""
}

// Refuses reports whether requests of a kind may be refused for this reason.
func (r Reason) Refuses(k RequestKind) bool {
	for _, g := range grounds {
		if g.Reason == r {
			return len(g.Requests) == 0 || slices.Contains(g.Requests, k)
		}
	}
	return false
}

// Refused is one part of a request that is refused, and why.
type Refused struct {
	What   string // in words; empty for the whole request
	Reason Reason
	Words  string // what it means in this case
}

// Refusal tells the subject that a request is refused, in whole or in part, for
// reasons of the closed list, and where to complain. (DC-74, DC-84 p.2-3, policy
// 5.1, law 4.3)
type Refusal struct {
	Head
	Request Request
	Parts   []Refused // at least one
	Rest    string    // what is done with the rest; empty when all is refused
}

// Document puts it into words.
func (r Refusal) Document(lang privacy.Lang) (Document, error) {
	c := checker{op: "document.Refusal"}
	r.Request.check(&c)
	c.need("holder.regulator", r.Holder.Regulator != "")
	c.need("parts", len(r.Parts) > 0)
	checkRefused(&c, r.Parts, r.Request.Kind)
	if c.err != nil {
		return Document{}, c.err
	}
	v := voice(lang)
	d := r.document(KindRefusal, v.say("document.refusal.title"),
		Paragraph(v.say("document.refusal.opening")), v.request(&r.Request), Heading(v.say("document.refusal.reasons")))
	d.Body = append(d.Body, v.refused(r.Parts)...)
	if r.Rest != "" {
		d.Body = append(d.Body, Heading(v.say("document.refusal.rest")), Paragraph(r.Rest))
	}
	d.Body = append(d.Body, v.appeal(r.Holder.Regulator)...)
	return d, nil
}

func checkRefused(c *checker, parts []Refused, kind RequestKind) {
	for _, p := range parts {
		oneOf(c, "parts.reason", p.Reason, Reasons())
		c.hold(privacy.BadValue, "parts.reason", p.Reason.Refuses(kind))
	}
}

// refused lists what is refused and why.
func (v voice) refused(parts []Refused) []Block {
	var out []Block
	for _, p := range parts {
		out = append(out, Fields{
			{v.say("document.refusal.what"), p.What},
			{v.say("document.refusal.reason"), v.name("document.reason", string(p.Reason))},
			{v.say("document.citation"), Cite(v.lang(), p.Reason.Citation())},
			{v.say("document.refusal.words"), p.Words},
		})
	}
	return out
}
