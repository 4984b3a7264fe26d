package document

import (
	"time"

	"kupuya/internal/privacy"
)

// Paper is a paper of a known kind before it is put into words. Its own names
// (of categories, purposes, recipients) are in the language asked for; codes of
// closed sets it says itself. Document fails with MissingValue when something
// that belongs on such a paper is missing, and with BadValue for a code that the
// paper does not know.
type Paper interface {
	Document(lang privacy.Lang) (Document, error)
}

// Head is what every paper begins and ends with.
type Head struct {
	Number string
	Date   time.Time
	Holder Holder
	To     Addressee
	Proof  Proof
}

// document begins a document under the head.
func (h *Head) document(kind Kind, title string, body ...Block) Document {
	return Document{Kind: kind, Number: h.Number, Date: h.Date, Title: title, Holder: h.Holder, To: h.To, Body: body, Proof: h.Proof}
}

// Request is what a paper answers.
type Request struct {
	Number   string
	Kind     RequestKind
	Received time.Time
	Channel  privacy.Channel
	Due      time.Time // the last day on which the answer is in time
	Identity string    // how it was made sure who asks, in words (DC-37 p.2)
}

// RequestKind is what was asked for.
type RequestKind string

// The kinds of requests, each with the article that grants it.
const (
	RequestInformation RequestKind = "information" // DC-73 p.1
	RequestAccess      RequestKind = "access"      // DC-73 p.4
	RequestRectify     RequestKind = "rectify"     // DC-75
	RequestPort        RequestKind = "port"        // DC-76
	RequestDestroy     RequestKind = "destroy"     // DC-83
	RequestObject      RequestKind = "object"      // DC-84
	RequestRestrict    RequestKind = "restrict"    // DC-85
	RequestReview      RequestKind = "review"      // DC-57: of an automated decision, by a person
	RequestWithdraw    RequestKind = "withdraw"    // DC-79 p.5
	RequestComplaint   RequestKind = "complaint"   // DC-119
	RequestClose       RequestKind = "close"       // DC-118: leaving the service
)

// RequestKinds lists them.
func RequestKinds() []RequestKind {
	return []RequestKind{
		RequestInformation, RequestAccess, RequestRectify, RequestPort, RequestDestroy, RequestObject, RequestRestrict,
		RequestReview, RequestWithdraw, RequestComplaint, RequestClose,
	}
}

// fields tell which request it is.
func (v voice) request(r *Request) Fields {
	return Fields{
		{v.say("document.request.number"), r.Number},
		{v.say("document.request.kind"), v.name("document.asked", string(r.Kind))},
		{v.say("document.request.received"), v.moment(r.Received)},
		{v.say("document.request.channel"), v.name("channel", string(r.Channel))},
		{v.say("document.request.due"), v.day(r.Due)},
		{v.say("document.request.identity"), r.Identity},
	}
}

// check holds a request to what every paper about one says.
func (r *Request) check(c *checker) {
	c.need("request.number", r.Number != "")
	c.need("request.received", !r.Received.IsZero())
	oneOf(c, "request.kind", r.Kind, RequestKinds())
}

// checker remembers the first member that is missing or wrong.
type checker struct {
	op  string
	err error
}

func (c *checker) need(field string, ok bool) { c.hold(privacy.MissingValue, field, ok) }

func (c *checker) hold(code privacy.Code, field string, ok bool) {
	if !ok && c.err == nil {
		c.err = &privacy.Error{Op: c.op, Code: code, Field: field}
	}
}

// oneOf holds a code to its closed set; none at all is missing.
func oneOf[T ~string](c *checker, field string, code T, set []T) {
	c.need(field, code != "")
	for _, s := range set {
		if s == code {
			return
		}
	}
	c.hold(privacy.BadValue, field, false)
}

// appeal says where one can complain: the regulator and the court. (DC-84 p.3,
// law K7)
func (v voice) appeal(regulator string) []Block {
	return []Block{
		Heading(v.say("document.appeal.title")),
		Paragraph(v.say("document.appeal.text")),
		Items{v.say("document.appeal.regulator", "regulator", regulator), v.say("document.appeal.court")},
	}
}
