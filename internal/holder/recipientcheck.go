package holder

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Provision points to a place in an act of the law registry: "dc", "130 p.2".
type Provision struct {
	Act     law.ActID `json:"act"`
	Article string    `json:"article"`
}

// fieldSubject is the Holder's own id of a subject, where a contract names it.
const fieldSubject = "subject"

// The longest terms that may be agreed.
const (
	incidentHours = 48 // DC-88 p.6
	confirmHours  = 30 * 24
	maxClause     = 2000
)

// missing lists the members that a contract must still have before it can be
// activated: all seven clauses, or the act and article of an authority. (law 4.8)
func (k *Contract) missing() (out []string) {
	lacks := func(member string, is bool) {
		if is {
			out = append(out, member)
		}
	}
	lacks("from", k.From.IsZero())
	if k.Kind == kindAuthority {
		lacks("cites", k.Cites == Provision{})
	} else {
		lacks("nature", k.Nature == "")
		lacks("purposes", len(k.Purposes) == 0)
		lacks("fields", len(k.Fields)+len(k.Identifier) == 0)
		lacks("subject_categories", len(k.Subjects) == 0)
		lacks("written_instructions_only", !k.Written)
		lacks("access_limits", k.Access == "")
		lacks("procedures.rectify", k.Procedures.Rectify == "")
		lacks("procedures.complete", k.Procedures.Complete == "")
		lacks("procedures.erase", k.Procedures.Erase == "")
		lacks("procedures.restrict", k.Procedures.Restrict == "")
		lacks("recording", k.Recording == "")
		lacks("incident_hours", k.IncidentHours == 0)
		lacks("subprocessors", k.Subprocessors == "")
		lacks("confirm_hours", k.ConfirmHours == 0)
	}
	lacks("ground", k.Country != law.Home && k.Ground == "")
	return out
}

// The kinds of recipient that the house tells apart.
const (
	kindProcessor = "processor"
	kindAuthority = "authority"
)

// fitContract refuses what cannot be right, complete or not: another kind or
// country than the edition's, a purpose that does not name the recipient, a field
// that the edition's agreement does not have, a number or document passed off as
// an ordinary field. "sale" is no kind. (policy 4.4a, US-4.4a-1 AC2)
func (c *change) fitContract(k *Contract) error {
	rule := c.ed.Recipient(k.Recipient)
	switch {
	case k.Kind == "sale":
		return &privacy.Error{Code: privacy.Refused, Field: "kind", Clause: "4.4a", Problem: "recipient.sale"}
	case rule == nil:
		return unknown("recipient", string(k.Recipient))
	case k.Kind != rule.Kind:
		return &privacy.Error{Code: privacy.BadValue, Field: "kind", Problem: "recipient.kind"}
	case k.Country != rule.Country || !law.IsCountry(k.Country):
		return &privacy.Error{Code: privacy.BadValue, Field: "country", Problem: "recipient.country"}
	case !k.To.IsZero() && !k.From.Before(k.To):
		return &privacy.Error{Code: privacy.BadValue, Field: "to", Problem: "recipient.period"}
	case k.IncidentHours < 0 || k.IncidentHours > incidentHours:
		return &privacy.Error{Code: privacy.BadValue, Field: "incident_hours", Problem: "recipient.incident"}
	case k.ConfirmHours < 0 || k.ConfirmHours > confirmHours:
		return &privacy.Error{Code: privacy.BadValue, Field: "confirm_hours", Problem: "recipient.confirm"}
	case k.Subprocessors != "" && k.Subprocessors != "none" && k.Subprocessors != "by_written_permission",
		k.Subprocessors != "by_written_permission" && len(k.Permitted) > 0:
		return &privacy.Error{Code: privacy.BadValue, Field: "subprocessors", Problem: "recipient.subprocessors"}
	}
	k.From, k.To = moment(k.From), moment(k.To)
	if err := k.wordy(); err != nil {
		return err
	}
	for _, p := range k.Purposes {
		if r := c.ed.Purpose(p); r == nil || !slices.Contains(r.Recipients, k.Recipient) {
			return &privacy.Error{Code: privacy.UnknownName, Field: "purposes", Name: SafeName(string(p)), Problem: "recipient.purpose"}
		}
	}
	if err := c.ed.agreedFields(rule, k); err != nil {
		return err
	}
	if (k.Cites != Provision{}) {
		if err := c.ed.cited("cites", k.Cites, c.now); err != nil {
			return err
		}
	}
	return c.ed.crossing(k, c.now)
}

func moment(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Millisecond)
}

// longNumber is what may be somebody's number or PIN.
var longNumber = regexp.MustCompile(`[0-9]{9}`)

// wordy bounds the words of a contract.
func (k *Contract) wordy() error {
	texts := map[string]string{
		"nature": k.Nature, "access_limits": k.Access, "recording": k.Recording, "procedures.rectify": k.Procedures.Rectify,
		"procedures.complete": k.Procedures.Complete, "procedures.erase": k.Procedures.Erase, "procedures.restrict": k.Procedures.Restrict,
	}
	for _, list := range []struct {
		name  string
		words []string
	}{{"subject_categories", k.Subjects}, {"permitted_subprocessors", k.Permitted}} {
		if len(list.words) > 64 {
			return &privacy.Error{Code: privacy.TooLarge, Field: list.name}
		}
		texts[list.name] = strings.Join(list.words, " ")
		if slices.Contains(list.words, "") {
			return &privacy.Error{Code: privacy.MissingValue, Field: list.name}
		}
	}
	for name, text := range texts {
		if len(text) > maxClause {
			return &privacy.Error{Code: privacy.TooLarge, Field: name}
		}
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return &privacy.Error{Code: privacy.Invalid, Field: name}
		}
		if longNumber.MatchString(text) { // a contract is with an organisation and holds nobody's number
			return &privacy.Error{Code: privacy.BadValue, Field: name, Problem: "recipient.personal"}
		}
	}
	return nil
}

// agreedFields holds the fields of a contract to the edition's agreement, and
// what identifies a person by itself to the list where it must be named. (law F8)
func (e *edition) agreedFields(rule *policy.Recipient, k *Contract) error {
	for _, list := range []struct {
		name   string
		fields []string
		naming bool
	}{{"fields", k.Fields, false}, {"identifiers", k.Identifier, true}} {
		if len(list.fields) > 256 {
			return &privacy.Error{Code: privacy.TooLarge, Field: list.name}
		}
		for _, field := range list.fields {
			if field == fieldSubject && list.naming {
				continue
			}
			cat, a := e.attribute(field)
			bad := func(problem string) error {
				return &privacy.Error{Code: privacy.UnknownName, Field: list.name, Name: SafeName(field), Problem: problem}
			}
			switch {
			case a == nil || !slices.Contains(rule.Fields, cat.ID):
				return bad("disclosure.field")
			case a.Type == "image":
				return bad("recipient.image")
			case identifies(a) != list.naming:
				return bad("recipient.identifier")
			}
		}
		slices.Sort(list.fields)
	}
	return nil
}

// attribute finds "D08.msisdn" in the edition; nil when it is not there.
func (e *edition) attribute(field string) (*policy.Category, *policy.Attribute) {
	id, name, _ := strings.Cut(field, ".")
	cat := e.Category(privacy.CategoryID(id))
	if cat == nil {
		return nil, nil
	}
	for i := range cat.Attributes {
		if cat.Attributes[i].ID == name {
			return cat, &cat.Attributes[i]
		}
	}
	return nil, nil
}

// identifies reports whether an attribute tells who somebody is by itself: what
// somebody can be found by, and the marks of his devices. (DC-46 p.2(8))
func identifies(a *policy.Attribute) bool {
	switch a.Type {
	case "msisdn", "pin", "doc_number", "email", "cookie", "device", "ip":
		return true
	}
	return a.Index != ""
}

// grounds of a transfer abroad: a closed list. (DC-89)
var crossGrounds = []string{"adequate", "consent", "treaty", "security", "contract", "vital", "safeguards"}

// crossing refuses a transfer abroad without a ground. "adequate" needs the
// country on the regulator's list, which ships empty. (law F5)
func (e *edition) crossing(k *Contract, now time.Time) error {
	if k.Country == law.Home {
		if k.Ground != "" {
			return &privacy.Error{Code: privacy.BadValue, Field: "ground", Problem: "recipient.home"}
		}
		return nil
	}
	switch {
	case k.Ground == "":
		return nil // a draft; missing tells
	case !slices.Contains(crossGrounds, k.Ground):
		return &privacy.Error{Code: privacy.BadValue, Field: "ground", Problem: "recipient.ground"}
	case k.Ground == "adequate" && !e.law.Adequate(k.Country, now):
		return &privacy.Error{Code: privacy.Refused, Field: "ground", Clause: "4.4a", Reason: privacy.RecipientUnknown, Problem: "recipient.country_unlisted"}
	}
	return e.cited("ground_cites", k.GroundCites, now)
}

// cited refuses a citation of an act that is not in force, or of an article that
// the registry of acts does not have.
func (e *edition) cited(field string, cite Provision, now time.Time) error {
	bad := func(problem string) error {
		return &privacy.Error{Code: privacy.BadValue, Field: field, Problem: problem}
	}
	if cite.Act == "" || cite.Article == "" {
		return &privacy.Error{Code: privacy.MissingValue, Field: field, Problem: "citation.missing"}
	}
	act, known := e.law.Act(cite.Act)
	if !known || !articleForm.MatchString(cite.Article) {
		return bad("citation.unknown")
	}
	if _, listed := e.law.Article(law.Citation(cite)); !listed && len(act.Articles) > 0 {
		return bad("citation.unknown")
	}
	if !e.law.InForce(cite.Act, now) {
		return bad("citation.not_in_force")
	}
	return nil
}

var articleForm = regexp.MustCompile(`^[0-9][0-9a-z-]{0,9}( [a-z]{0,3}\.?[0-9(][0-9a-z().-]{0,20})?$`)

// citation is a citation as an event may carry it: "dc-130.p.2".
func citation(c Provision) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '(':
			return '.'
		case ')':
			return -1
		}
		return r
	}, string(c.Act)+"-"+c.Article)
}
