package law

import (
	"strings"
	"time"

	"kupuya/internal/privacy"
)

// ActID names an act of the registry, such as "dc" for the Digital Code.
type ActID string

// Kind is what sort of act it is.
type Kind string

// The kinds of acts. A decree is one of the Government or the Cabinet.
const (
	KindConstitution Kind = "constitution"
	KindCode         Kind = "code"
	KindLaw          Kind = "law"
	KindDecree       Kind = "decree"
)

func (k Kind) valid() bool {
	switch k {
	case KindConstitution, KindCode, KindLaw, KindDecree:
		return true
	}
	return false
}

// Confidence is how well what an entry says was read.
type Confidence string

// The grades of reading, best first.
const (
	Official   Confidence = "official"   // the text in the official database, read in full
	Matched    Confidence = "matched"    // a copy from before signing, agreeing with quotations of the signed act
	PreSigning Confidence = "presigning" // a copy from before signing
	Opening    Confidence = "opening"    // only the beginning of the page could be read
	Secondary  Confidence = "secondary"  // somebody else's account
	Memory     Confidence = "memory"     // nobody's text; to be looked up
	Inferred   Confidence = "inferred"   // our own reading where the act is silent
)

func (c Confidence) valid() bool {
	switch c {
	case Official, Matched, PreSigning, Opening, Secondary, Memory, Inferred:
		return true
	}
	return false
}

// Act is a legal act with the days on which it is in force.
type Act struct {
	ID         ActID         `yaml:"id" json:"id"`
	Title      privacy.Words `yaml:"title" json:"title"`
	Kind       Kind          `yaml:"kind" json:"kind"`
	Number     string        `yaml:"number" json:"number,omitempty"`           // "178"; empty where there is none or nobody knows it
	Adopted    Date          `yaml:"adopted" json:"adopted,omitzero"`          // the day of the act
	From       Date          `yaml:"from" json:"from,omitzero"`                // the first day in force; zero only where Unknown
	To         Date          `yaml:"to" json:"to,omitzero"`                    // the first day no longer in force; zero while it lasts
	DoubtFrom  Date          `yaml:"doubt_from" json:"doubt_from,omitzero"`    // the first day on which nobody can vouch that it is in force; from then on it counts as not
	Replaced   ActID         `yaml:"replaced_by" json:"replaced_by,omitempty"` // the act that took its place: from then on every rule that cites this one is to be pointed there
	Names      []string      `yaml:"names" json:"names,omitempty"`             // what texts call it, in any language and in small letters, besides its title; a * ends a word anyhow
	Articles   []Article     `yaml:"articles" json:"articles,omitempty"`       // those that something here relies on
	Source     string        `yaml:"source" json:"source"`                     // where it was read
	CheckedBy  string        `yaml:"checked_by" json:"checked_by"`             // "project", or "counsel" once a lawyer has compared the entry
	CheckedOn  Date          `yaml:"checked_on" json:"checked_on"`             // when
	Confidence Confidence    `yaml:"confidence" json:"confidence"`             // how well
	Unknown    bool          `yaml:"unknown" json:"unknown,omitempty"`         // something is left empty that ought to be known; Note says what
	Note       privacy.Words `yaml:"note" json:"note,omitzero"`                // for counsel and the officer
}

// Article is an article on which something relies, with what it is about in our
// own words.
type Article struct {
	ID    string        `yaml:"id" json:"id"` // "73"
	Title privacy.Words `yaml:"title" json:"title"`
}

// Citation points to a place in an act.
type Citation struct {
	Act     ActID  `yaml:"act" json:"act"`
	Article string `yaml:"article" json:"article"` // "73 p.2(3)": the article, then the point
}

// String gives "dc 73 p.2(3)".
func (c Citation) String() string { return string(c.Act) + " " + c.Article }

// article is the number of the cited article, without the point.
func (c Citation) article() string {
	number, _, _ := strings.Cut(c.Article, " ")
	return number
}

// interval is when the act is in force as far as anybody can vouch for it. A
// zero end is open.
func (a *Act) interval() (from, to time.Time) {
	if !a.From.IsZero() {
		from = a.From.Start()
	}
	end := a.To
	if !a.DoubtFrom.IsZero() && (end.IsZero() || a.DoubtFrom.Before(end)) {
		end = a.DoubtFrom
	}
	if !end.IsZero() {
		to = end.Start()
	}
	return from, to
}

// fault says what is wrong with the act by itself, or "".
func (a *Act) fault() string {
	switch {
	case !a.Title.Complete():
		return "the title is not in ky, ru and en"
	case !a.Kind.valid():
		return "the kind is none of constitution, code, law, decree"
	case !a.Confidence.valid():
		return "the confidence is none of official, matched, presigning, opening, secondary, memory, inferred"
	case a.Source == "" || a.CheckedOn.IsZero():
		return "source or checked_on is missing; say where it was read, and when"
	case a.CheckedBy != "project" && a.CheckedBy != "counsel":
		return "checked_by is neither project nor counsel"
	case a.From.IsZero() && !a.Unknown:
		return "from is missing; where nobody knows the day, say unknown: true"
	case !a.From.IsZero() && reversed(a.From, a.To), !a.From.IsZero() && reversed(a.From, a.DoubtFrom):
		return "ends before it begins"
	case !a.To.IsZero() && !a.DoubtFrom.IsZero():
		return "to and doubt_from are both given; the day of the end is either known or in doubt"
	case (a.Unknown || !a.DoubtFrom.IsZero()) && !a.Note.Complete():
		return "the note must say in ky, ru and en what is not known"
	}
	for _, name := range a.Names {
		if name == "" || name != strings.ToLower(name) {
			return "a name is empty or not in small letters"
		}
	}
	seen := map[string]bool{}
	for _, art := range a.Articles {
		switch {
		case art.ID == "" || strings.ContainsRune(art.ID, ' '):
			return "an article has no plain number"
		case seen[art.ID]:
			return "article " + art.ID + " is given twice"
		case !art.Title.Complete():
			return "article " + art.ID + " has no title in ky, ru and en"
		}
		seen[art.ID] = true
	}
	return ""
}

// reversed reports whether to is given and leaves no day after from.
func reversed(from, to Date) bool { return !to.IsZero() && !from.Before(to) }
