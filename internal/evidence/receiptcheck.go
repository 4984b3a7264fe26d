package evidence

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kupuya/internal/privacy"
)

// The bounds of a receipt.
const (
	maxReceipt = 64 << 10 // bytes of the file
	maxWords   = 2000     // bytes of a name, title or address
	maxList    = 64
)

// check refuses a receipt that says too little, too much, or something that may
// be personal. It names the member and never its value.
func (r *Receipt) check(op string) error {
	c := checker{op: op}
	c.always(r)
	c.forms(r)
	c.lists(r)
	agreed := r.Kind == KindAcceptance || r.Kind == KindConsent
	if agreed || r.Kind == KindNotice {
		c.need("privacy_notice", r.Edition != "")
		c.need("privacy_notice_hash", r.EditionHash != "")
		c.need("language", r.Lang != "")
		c.need("text_hash", r.TextHash != "")
	}
	if agreed {
		c.need("entity_id", r.By != "")
		c.need("channel", r.Channel != "")
		c.need("evidence_grade", r.Grade != privacy.GradeNone)
		c.need("evidence_bound", r.Bound != "")
		c.need("evidence_digest", r.Digest != "")
		c.need("method", r.Method == r.Grade.String())
	} else {
		c.none("evidence_grade", r.Grade == privacy.GradeNone && r.Bound == "" && r.Digest == "")
	}
	switch r.Kind {
	case KindAcceptance, KindNotice: // an acceptance is not a consent (T1)
		c.none("purpose", r.Purpose == "")
	case KindConsent:
		c.need("purpose", r.Purpose != "")
		c.none("basis", r.Basis == privacy.BasisConsent)
		c.none("evidence_grade", r.Grade > privacy.GradeContinuedUse) // policy 6.2a
		c.need("pii_categories", len(r.Categories) > 0)
		c.need("operations", len(r.Operations) > 0)
		c.need("retention_period", r.Storage != "")
		c.need("withdrawal_method", len(r.Withdrawal) > 0) // DC-79 p.5
	case KindWithdrawal:
		c.need("purpose", r.Purpose != "")
		c.need("entity_id", r.By != "")
		c.need("channel", r.Channel != "")
	case KindDestruction: // law 4.4
		c.need("ground", r.Ground != "")
		c.need("method", r.Method != "")
		c.need("scope", r.Scope == "whole" || r.Scope == "categories" && len(r.Categories) > 0)
	}
	return c.err
}

// checker remembers the first member that breaks its rule.
type checker struct {
	op  string
	err error
}

func (c *checker) fail(code privacy.Code, field string) {
	if c.err == nil {
		c.err = &privacy.Error{Op: c.op, Code: code, Field: "receipt." + field}
	}
}

// need wants something that belongs to the kind.
func (c *checker) need(field string, ok bool) {
	if !ok {
		c.fail(privacy.MissingValue, field)
	}
}

// none refuses something that does not belong to the kind or cannot be right.
func (c *checker) none(field string, ok bool) {
	if !ok {
		c.fail(privacy.BadValue, field)
	}
}

func (c *checker) always(r *Receipt) {
	c.none("schema_version", r.Schema == Schema)
	c.none("jurisdiction", r.Jurisdiction == "KG")
	c.need("receipt_id", privacy.IsID(r.ID))
	c.need("record_id", r.Ref != "")
	c.need("ledger_event", privacy.IsID(string(r.Event)))
	c.need("pii_principal_id", isStream(string(r.Stream)))
	allowed, known := states[r.Kind]
	c.none("event_type", known)
	c.none("event_state", slices.Contains(allowed, r.State))
	c.need("event_time", !r.EventTime.IsZero())
	c.need("issued_at", !r.Issued.IsZero())
	c.need("party_name", r.Holder.Name != "")
	c.none("party_type", r.Holder.Type == "holder")
}

// forms holds every member to its alphabet. Words are the Holder's own, from
// the edition; everything else is a code in which a name or number has no room.
func (c *checker) forms(r *Receipt) {
	for _, m := range []struct{ field, value string }{
		{"record_id", r.Ref},
		{"entity_id", string(r.By)},
		{"channel", string(r.Channel)},
		{"privacy_notice", string(r.Edition)},
		{"purpose", string(r.Purpose)},
		{"clause", string(r.Clause)},
		{"basis", string(r.Basis)},
		{"processing_term", r.Processing},
		{"retention_period", r.Storage},
		{"method", r.Method},
		{"scope", r.Scope},
		{"ground", r.Ground},
		{"citation", r.Citation},
		{"decided_by", string(r.Decided)},
		{"executed_by", string(r.Executed)},
		{"verification", r.Verified},
	} {
		c.none(m.field, m.value == "" || isCode(m.value))
	}
	for _, m := range []struct{ field, value string }{
		{"privacy_notice_hash", r.EditionHash},
		{"text_hash", r.TextHash},
		{"evidence_bound", r.Bound},
		{"evidence_digest", r.Digest},
	} {
		c.none(m.field, m.value == "" || isHash(m.value))
	}
	for _, m := range []struct{ field, value string }{
		{"party_id", r.Holder.Register},
		{"party_name", r.Holder.Name},
		{"party_address", r.Holder.Address},
		{"party_contact", r.Holder.Contact},
		{"purpose_title", r.Title},
		{"storage_locations", r.Places},
	} {
		c.none(m.field, isWords(m.value))
	}
	for _, m := range []struct {
		field string
		value time.Time
	}{{"event_time", r.EventTime}, {"issued_at", r.Issued}, {"valid_until", r.Until}, {"backups_expire", r.Backups}} {
		c.none(m.field, isStamped(m.value))
	}
	_, lang := privacy.ParseLang(string(r.Lang))
	c.none("language", r.Lang == "" || lang)
	c.none("rows_removed", r.Rows >= 0 && r.Files >= 0)
}

func (c *checker) lists(r *Receipt) {
	codes(c, "pii_categories", r.Categories)
	codes(c, "operations", r.Operations)
	codes(c, "recipient_third_parties", r.Recipients)
	codes(c, "withdrawal_method", r.Withdrawal)
	codes(c, "systems", r.Systems)
	c.none("remaining_grounds", len(r.Stays) <= maxList)
	for _, s := range r.Stays {
		for _, v := range []string{string(s.Purpose), string(s.Clause), string(s.Basis), s.Citation} {
			c.none("remaining_grounds", v == "" || isCode(v))
		}
		c.none("remaining_grounds", isCode(string(s.Category)) && isStamped(s.Until))
	}
}

func codes[T ~string](c *checker, field string, list []T) {
	c.none(field, len(list) <= maxList)
	for _, v := range list {
		c.none(field, isCode(string(v)))
	}
}

// isCode reports whether s is a code or id: 1 to 128 characters, no space, not
// an e-mail address, and no nine digits in a row outside an id of the house, so
// that neither a subscriber number nor a PIN fits.
func isCode(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	if privacy.IsID(s) {
		return true
	}
	run := 0
	for i := range len(s) {
		ch := s[i]
		switch {
		case ch >= '0' && ch <= '9':
			if run++; run == 9 {
				return false
			}
			continue
		case ch >= 'a' && ch <= 'z', ch >= 'A' && ch <= 'Z', strings.IndexByte("._:/+-", ch) >= 0:
		default:
			return false
		}
		run = 0
	}
	return true
}

// isWords reports whether s can stand in a file that people read: letters of
// any script, no line break and nothing invisible.
func isWords(s string) bool {
	return len(s) <= maxWords && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || r == utf8.RuneError })
}

func isStamped(t time.Time) bool {
	return t.IsZero() || t == stamp(t) && t.Year() >= 1970 && t.Year() <= 9999
}

func isStream(s string) bool { return len(s) == 32 && isHash(s+s) }
