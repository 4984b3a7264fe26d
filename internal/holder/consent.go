package holder

import (
	"context"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// Consent allows one purpose.
type Consent struct {
	Subject  privacy.SubjectID
	Purpose  privacy.PurposeID
	Lang     privacy.Lang
	Text     string // hex SHA-256 of the request for consent that was shown
	Evidence Evidence
}

// Consented is a recorded consent with its signed receipt.
type Consented struct {
	Consent string            `json:"consent"`
	Purpose privacy.PurposeID `json:"purpose"`
	Edition privacy.EditionID `json:"edition"`
	Grade   privacy.Grade     `json:"grade"`
	At      time.Time         `json:"given_at"`
	Until   time.Time         `json:"until,omitzero"`
	Event   privacy.EventID   `json:"event"`
	Receipt string            `json:"receipt"`
}

// Consent records that the subject allowed one purpose, after the exact text of
// the request was shown. A consent where another basis exists would be void and
// is refused; one that is too weakly proved is refused before it is recorded.
// (policy 4.3, DC-79 p.3-4)
func (h *Holder) Consent(ctx context.Context, actor privacy.Actor, r Consent) (Consented, error) {
	return do(ctx, h, "holder.Consent", &actor, r.Subject, func(c *change) (Consented, error) {
		s, err := c.living()
		if err != nil {
			return Consented{}, err
		}
		if err := c.mayDecideFor(); err != nil {
			return Consented{}, err
		}
		if err := c.mayConsent(r.Purpose); err != nil {
			return Consented{}, err
		}
		hash, err := c.consentText(r)
		if err != nil {
			return Consented{}, err
		}
		proof, err := c.prove(evidence.AimConsent(r.Purpose), r.Lang, hash, r.Evidence)
		if err != nil {
			return Consented{}, err
		}
		rule := c.ed.Purpose(r.Purpose)
		if least, _ := privacy.ParseGrade(rule.Evidence); proof.Grade < least {
			return Consented{}, &privacy.Error{Code: privacy.Refused, Reason: privacy.EvidenceTooWeak, Clause: rule.Clause, Field: "evidence.method"}
		}
		con := privacy.Consent{
			ID: privacy.NewID(c.now), Purpose: r.Purpose, Edition: c.ed.ID(), Grade: proof.Grade,
			By: privacy.ActorSubject, At: c.now, Until: c.ed.ConsentUntil(r.Purpose, c.now),
		}
		if actor.Acts(privacy.ActorRepresentative) {
			con.By = privacy.ActorRepresentative
		}
		s.Give(con)
		s.Allow(r.Purpose) // a consent given after an objection takes the objection back
		c.dirty = true
		ev, err := c.record(ledger.ConsentGiven, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Basis, e.Ref = string(rule.Clause), string(r.Purpose), string(privacy.BasisConsent), con.ID
			if !con.Until.IsZero() {
				e.Until = ledger.Stamp(con.Until)
			}
			for _, row := range rule.Rows {
				e.Categories = append(e.Categories, string(row.Category))
			}
			e.Categories = sorted(e.Categories)
			c.proven(e, proof)
		})
		if err != nil {
			return Consented{}, err
		}
		receipt, err := c.receipt(evidence.KindConsent, ev.ID, func(out *evidence.Receipt) {
			c.purposeTerms(out, r.Purpose)
			out.Ref, out.Until, out.State = con.ID, con.Until, "given"
			out.Prove(proof)
		})
		if err != nil {
			return Consented{}, err
		}
		return Consented{
			Consent: con.ID, Purpose: r.Purpose, Edition: con.Edition, Grade: con.Grade, At: con.At,
			Until: con.Until, Event: ev.ID, Receipt: receipt,
		}, c.settleAt(con.Until, "consent_expired")
	})
}

// mayConsent refuses a purpose that asks no consent, and one that is locked for
// the subject's age.
func (c *change) mayConsent(p privacy.PurposeID) error {
	rule := c.ed.Purpose(p)
	switch {
	case rule == nil:
		return unknown("purpose", string(p))
	case c.s.Status == privacy.StatusDeleted: // policy 6.4b
		return &privacy.Error{Code: privacy.Refused, Reason: privacy.Deleted, Clause: "6.4b"}
	case rule.Template: // policy 3.20
		return &privacy.Error{Code: privacy.Refused, Reason: privacy.NotInPolicy, Clause: rule.Clause}
	case rule.Basis != privacy.BasisConsent: // DC-79 p.3(3)
		return &privacy.Error{Code: privacy.Conflict, Field: "purpose", Name: string(p), Clause: rule.Clause, Problem: "consent.other_basis"}
	case rule.Minor == "locked" && c.s.Minor(c.now), rule.Minor == "guardian" && c.s.Child(c.now) && !c.actor.Acts(privacy.ActorRepresentative):
		return &privacy.Error{Code: privacy.Refused, Reason: privacy.MinorLocked, Clause: rule.Clause}
	}
	for _, need := range rule.Requires {
		if need == "acceptance" && c.s.Accepted.Grade == privacy.GradeNone {
			return &privacy.Error{Code: privacy.Refused, Reason: privacy.NotAccepted, Clause: "6.1"}
		}
	}
	return nil
}

// consentText gives the hash of the request for consent when it is what was
// shown: the subject's own wording, or the one for a younger reader.
func (c *change) consentText(r Consent) (string, error) {
	if _, ok := privacy.ParseLang(string(r.Lang)); !ok {
		return "", &privacy.Error{Code: privacy.BadValue, Field: "language"}
	}
	for _, child := range []bool{c.s.Minor(c.now), false} {
		if hash := evidence.HashText(c.ed.ConsentText(r.Purpose, r.Lang, child)); hash == r.Text {
			return hash, nil
		}
	}
	return "", &privacy.Error{Code: privacy.TextMismatch, Field: "text_sha256"}
}

// ConsentRequest is the text to show before a consent is asked.
type ConsentRequest struct {
	Purpose privacy.PurposeID
	Edition privacy.EditionID
	Lang    privacy.Lang
	Text    string
	Hash    string
	Least   string // least grade of evidence
}

// AskConsent gives the exact text by which a consent is asked.
func (h *Holder) AskConsent(ctx context.Context, p privacy.PurposeID, lang privacy.Lang, child bool) (ConsentRequest, error) {
	const op = "holder.AskConsent"
	doc, err := h.Current(ctx)
	if err != nil {
		return ConsentRequest{}, err
	}
	ed := h.book.cached(doc.Edition)
	text := ed.ConsentText(p, lang, child)
	if text == "" {
		return ConsentRequest{}, fail(op, unknown("purpose", string(p)))
	}
	return ConsentRequest{
		Purpose: p, Edition: doc.Edition, Lang: lang, Text: text, Hash: evidence.HashText(text),
		Least: ed.Purpose(p).Evidence,
	}, nil
}
