package document

import (
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/privacy"
)

// Destruction says that data were destroyed: as a certificate to the subject,
// or as an act for the Holder's own files. No act of the Republic prescribes the
// fields; they are those that prove what was done. (policy 3.21, DC-3 p.3,
// DC-83 p.1, law 4.4)
type Destruction struct {
	Head
	Act        bool // for the files, to be signed by hand as well; may name many subjects
	At         time.Time
	Subject    string // pseudonym in the ledger, or a range; never a name in an act
	Count      int    // of subjects, in an act
	Processor  string // who did it for the Holder; empty for the Holder himself
	Whole      bool   // everything; Categories may then be empty
	Categories []string
	Systems    []string // systems, tables, media, in words
	Rows       int
	Files      int
	Backups    time.Time // when the last backup that held a key has ended
	Ground     string    // a code of the catalogue's ground.*
	Citations  []string  // codes, see Cite
	Request    string    // number of the request or order
	Method     Method
	Stays      []Kept
	Decided    privacy.ActorKind
	Executed   privacy.ActorKind
	Witness    privacy.ActorKind // second approver
	Verified   Check
	LogHash    string // SHA-256 of the excerpt of the log
	Delivered  privacy.Channel
	Given      time.Time // when the subject got his copy
}

// Kept is what stays all the same, and why. (DC-83 p.2, DC-118 p.3)
type Kept struct {
	Category string
	Why      string // purpose or duty, in words
	Citation string // code, see Cite
	Until    time.Time
}

// Method is how data were destroyed.
type Method string

// The methods.
const (
	MethodKey    Method = "key_destroyed"    // the only key to sealed data is gone
	MethodRows   Method = "rows_removed"     // rows and files were overwritten and removed
	MethodMedium Method = "medium_destroyed" // the medium itself
)

// Methods lists them.
func Methods() []Method { return []Method{MethodKey, MethodRows, MethodMedium} }

// Check is what was found when it was looked for afterwards.
type Check string

// The checks.
const (
	CheckNothing Check = "nothing_found" // a search of every store found nothing
	CheckKeyGone Check = "key_gone"      // the key store does not have the key any more
)

// Checks lists them.
func Checks() []Check { return []Check{CheckNothing, CheckKeyGone} }

// grounds of a removal, as the catalogue names them.
var removals = []string{
	"subject_request", "purpose_reached", "consent_withdrawn", "objection_upheld", "account_closed",
	"agreement_ended", "regulator_order", "unlawful_processing", "destroyed_before",
}

// FromReceipt fills in what the signed receipt of a destruction says. Names of
// categories and systems are codes there; title gives the words of a code.
func FromReceipt(r evidence.Receipt, h Head, title func(code string) string) (Destruction, error) {
	if r.Kind != evidence.KindDestruction {
		return Destruction{}, &privacy.Error{Op: "document.FromReceipt", Code: privacy.BadValue, Field: "event_type"}
	}
	h.Proof.Receipt, h.Proof.Event = r.ID, r.Event
	out := Destruction{
		Head: h, At: r.EventTime, Subject: string(r.Stream), Whole: r.Scope == "whole", Rows: r.Rows, Files: r.Files, Backups: r.Backups,
		Ground: r.Ground, Request: r.Ref, Method: Method(r.Method), Decided: r.Decided, Executed: r.Executed, Verified: Check(r.Verified),
	}
	if r.Citation != "" {
		out.Citations = []string{r.Citation}
	}
	for _, c := range r.Categories {
		out.Categories = append(out.Categories, title(c))
	}
	for _, s := range r.Systems {
		out.Systems = append(out.Systems, title(s))
	}
	for _, s := range r.Stays {
		out.Stays = append(out.Stays, Kept{title(string(s.Category)), title(string(s.Purpose)), s.Citation, s.Until})
	}
	return out, nil
}

// Document puts it into words.
func (x Destruction) Document(lang privacy.Lang) (Document, error) {
	c := checker{op: "document.Destruction"}
	x.check(&c)
	if c.err != nil {
		return Document{}, c.err
	}
	v := voice(lang)
	kind, title, opening := KindCertificate, "document.destruction.title", "document.destruction.opening"
	if x.Act {
		kind, title, opening = KindAct, "document.destruction.act", "document.destruction.actopening"
	}
	body := []Block{
		Paragraph(v.say(opening)),
		Heading(v.say("document.destruction.what")), x.what(v),
		Heading(v.say("document.destruction.how")), x.how(v),
		Heading(v.say("document.destruction.stays")), x.stays(v),
	}
	if x.Act {
		body = append(body, Heading(v.say("document.destruction.signatures")), Lines(x.offices(v)))
	}
	return x.document(kind, v.say(title), body...), nil
}

func (x *Destruction) check(c *checker) {
	c.need("at", !x.At.IsZero())
	c.need("subject", x.Subject != "" || x.Act && x.Count > 0)
	c.need("categories", x.Whole || len(x.Categories) > 0)
	oneOf(c, "ground", x.Ground, removals)
	oneOf(c, "method", x.Method, Methods())
	c.need("decided", x.Decided != "")
	c.need("executed", x.Executed != "")
	if x.Verified != "" {
		oneOf(c, "verified", x.Verified, Checks())
	}
	if !x.Act {
		return
	}
	c.need("systems", len(x.Systems) > 0)
	c.need("citations", len(x.Citations) > 0)
	c.need("witness", x.Witness != "") // two people, policy 5.1, US-5.1-2
	c.need("verified", x.Verified != "")
}

func (x *Destruction) what(v voice) Fields {
	what := list(x.Categories)
	if x.Whole {
		what = join(v.say("document.destruction.whole"), what)
	}
	fields := Fields{
		{v.say("document.destruction.at"), v.moment(x.At)},
		{v.say("document.destruction.subject"), x.Subject},
		{v.say("document.destruction.categories"), what},
		{v.say("document.destruction.systems"), list(x.Systems)},
	}
	for _, m := range []struct {
		key string
		n   int
	}{{"document.destruction.count", x.Count}, {"document.destruction.rows", x.Rows}, {"document.destruction.files", x.Files}} {
		if m.n > 0 {
			fields = append(fields, Field{v.say(m.key), v.count(m.n)})
		}
	}
	return fields
}

func (x *Destruction) how(v voice) Fields {
	backups := v.say("document.destruction.backupstext")
	if !x.Backups.IsZero() {
		backups = v.say("document.destruction.backupsuntil", "date", v.day(x.Backups))
	}
	by := v.say("document.destruction.self")
	if x.Processor != "" {
		by = x.Processor
	}
	given := v.name("channel", string(x.Delivered))
	if !x.Given.IsZero() {
		given = join(given, v.moment(x.Given))
	}
	return Fields{
		{v.say("document.destruction.ground"), v.name("ground", x.Ground)},
		{v.say("document.citation"), v.cites(x.Citations)},
		{v.say("document.destruction.request"), x.Request},
		{v.say("document.destruction.method"), v.name("document.method", string(x.Method))},
		{v.say("document.destruction.backups"), backups},
		{v.say("document.destruction.by"), by},
		{v.say("document.destruction.decided"), v.name("actor", string(x.Decided))},
		{v.say("document.destruction.executed"), v.name("actor", string(x.Executed))},
		{v.say("document.destruction.witness"), v.name("actor", string(x.Witness))},
		{v.say("document.destruction.verified"), v.name("document.check", string(x.Verified))},
		{v.say("document.destruction.log"), x.LogHash},
		{v.say("document.destruction.given"), given},
	}
}

func (x *Destruction) stays(v voice) Block {
	t := Table{Columns: []Column{
		{v.say("document.column.data"), 2},
		{v.say("document.column.why"), 2.4},
		{v.say("document.column.basis"), 2.2},
		{v.say("document.column.until"), 1.4},
	}}
	for _, s := range x.Stays {
		t.Rows = append(t.Rows, []string{s.Category, s.Why, Cite(v.lang(), s.Citation), v.day(s.Until)})
	}
	return v.or(t, "document.destruction.nothing")
}

// offices are the people who sign an act by hand; a system cannot.
func (x *Destruction) offices(v voice) []string {
	var out []string
	for _, m := range []struct {
		key string
		by  privacy.ActorKind
	}{
		{"document.destruction.decided", x.Decided},
		{"document.destruction.executed", x.Executed},
		{"document.destruction.witness", x.Witness},
	} {
		if m.by != privacy.ActorSystem {
			out = append(out, v.say(m.key)+": "+v.name("actor", string(m.by)))
		}
	}
	return out
}
