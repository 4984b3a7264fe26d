package holder

import (
	"context"
	"errors"
	"time"

	"kupuya/internal/format"
	"kupuya/internal/law"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Registration is what begins a subject's standing: a notice shown before the
// first field, a number, and what else is given at once.
type Registration struct {
	Notice    string
	MSISDN    string
	BirthDate string // decides a minor's protection; kept sealed as D02
	Lang      privacy.Lang
	Guardian  privacy.SubjectID // for a child under fourteen
	Source    privacy.SourceID
	Data      map[privacy.CategoryID]map[string]any // further values, each under P01
}

// Registered is the new subject.
type Registered struct {
	Subject privacy.SubjectID `json:"subject"`
	Since   time.Time         `json:"registered_at"`
	Minor   bool              `json:"minor"`
	Event   privacy.EventID   `json:"event"`
}

// purposeContract is the purpose under which a registration collects. (policy 3.1)
const purposeContract privacy.PurposeID = "P01"

// Register makes a subject: one number has one subject, whoever asks at once.
// (policy 3.1, 2.2; DC-73 p.2(1))
func (h *Holder) Register(ctx context.Context, actor privacy.Actor, r Registration) (Registered, error) {
	const op = "holder.Register"
	if !actor.Acts(privacy.ActorSystem, privacy.ActorClerk, privacy.ActorOfficer) || !actor.Can(privacy.Collect|privacy.Record) {
		return Registered{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	data, born, err := h.registrationData(r)
	if err != nil {
		return Registered{}, fail(op, err)
	}
	now := h.Clock.Now()
	id := privacy.SubjectID(privacy.NewID(now))
	// The key comes first: a crash leaves a key without a subject, which opens
	// nothing, and never a subject without a key.
	parts, err := h.parts(ctx)
	if err != nil {
		return Registered{}, fail(op, err)
	}
	if err := h.Vault.Create(ctx, id, now, parts...); err != nil {
		return Registered{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, id, func(c *change) (Registered, error) {
		if c.ed == nil {
			return Registered{}, &privacy.Error{Code: privacy.NotInForce}
		}
		n, err := c.notice(r.Notice)
		if err != nil {
			return Registered{}, err
		}
		if n.Subject != "" {
			return Registered{}, &privacy.Error{Code: privacy.NoticeRequired, Field: "notice"}
		}
		c.s = &privacy.Subject{
			ID: id, Stream: privacy.NewStream(), Status: privacy.StatusRegistered, Since: c.now,
			Lang: r.Lang, AgeKnown: true, Guardian: r.Guardian,
		}
		if adult := law.Birthday(born, 18).Start(); c.now.Before(adult) { // DC-81
			c.s.MinorUntil = adult
		}
		if err := c.guarded(); err != nil {
			return Registered{}, err
		}
		if err := c.PutSubject(ctx, c.s); err != nil {
			return Registered{}, err
		}
		n.Subject = id
		if err := c.PutNotice(ctx, n); err != nil {
			return Registered{}, err
		}
		if err := c.recordNotice(n); err != nil {
			return Registered{}, err
		}
		ev, err := c.record(ledger.SubjectRegistered, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Basis, e.Lang, e.Ref = "3.1", string(purposeContract), string(privacy.BasisContract), string(r.Lang), n.ID
		})
		if err != nil {
			return Registered{}, err
		}
		for name := range data {
			if c.ed.Category(name) == nil {
				return Registered{}, unknown("data", string(name))
			}
		}
		for _, cat := range c.ed.Rules().Categories {
			if v, given := data[cat.ID]; given { // data stays as it is: the engine may ask to run this again
				w := Write{Subject: id, Purpose: purposeContract, Category: cat.ID, Source: r.Source, Notice: n.ID, Value: v}
				if _, err := c.write(w); err != nil {
					return Registered{}, err
				}
			}
		}
		c.dirty = true
		if err := c.settleAt(c.now.Add(25*time.Hour), "registration"); err != nil { // US-3.1-1 AC4
			return Registered{}, err
		}
		return Registered{Subject: id, Since: c.now, Minor: c.s.Minor(c.now), Event: ev.ID}, nil
	})
}

// registrationData joins number and birth date with what else was given. A
// category may not say something else than they do.
func (h *Holder) registrationData(r Registration) (map[privacy.CategoryID]map[string]any, law.Date, error) {
	data := make(map[privacy.CategoryID]map[string]any, len(r.Data)+2)
	for c, v := range r.Data {
		data[c] = v
	}
	for _, m := range []struct {
		cat      privacy.CategoryID
		attr     string
		field    string
		given    string
		required bool
	}{{"D08", "msisdn", "msisdn", r.MSISDN, true}, {"D02", "birth_date", "birth_date", r.BirthDate, true}} {
		if _, both := data[m.cat]; both && m.given != "" {
			return nil, law.Date{}, &privacy.Error{Code: privacy.BadValue, Field: m.field, Problem: "value.twice"}
		}
		if m.given != "" {
			data[m.cat] = map[string]any{m.attr: m.given}
		}
		if data[m.cat] == nil {
			return nil, law.Date{}, &privacy.Error{Code: privacy.MissingValue, Field: m.field}
		}
	}
	text, _ := data["D02"]["birth_date"].(string)
	today := law.DateOf(h.Clock.Now())
	norm, err := normalise("birth_date", text, format.Options{Today: today.Start(), Demo: h.Demo})
	if err != nil {
		return nil, law.Date{}, badValue("birth_date", err)
	}
	born, err := law.ParseDate(norm.(string))
	return data, born, err
}

// guarded holds what a child's registration needs: a registered representative
// who is of age. (DC-81, policy 2.3.10)
func (c *change) guarded() error {
	if !c.s.Child(c.now) {
		if c.s.Guardian != "" && !c.s.Minor(c.now) {
			return &privacy.Error{Code: privacy.BadValue, Field: "guardian", Problem: "guardian.adult"}
		}
		return nil
	}
	if c.s.Guardian == "" {
		return &privacy.Error{Code: privacy.MissingValue, Field: "guardian"}
	}
	g, err := c.Subject(c.ctx, c.s.Guardian)
	if isNotFound(err) || err == nil && (g.Status != privacy.StatusRegistered || g.Minor(c.now)) {
		return &privacy.Error{Code: privacy.BadValue, Field: "guardian", Problem: "guardian.unknown"}
	}
	return err
}

// parts are what has a key of its own: each category, and each photograph.
func (h *Holder) parts(ctx context.Context) ([]privacy.CategoryID, error) {
	doc, err := h.Current(ctx)
	if err != nil {
		return nil, err
	}
	var out []privacy.CategoryID
	for i := range doc.Rules.Categories {
		cat := &doc.Rules.Categories[i]
		out = append(out, cat.ID)
		for j := range cat.Attributes {
			if a := &cat.Attributes[j]; a.Type == "image" {
				out = append(out, partOf(cat.ID, a.ID))
			}
		}
	}
	return out, nil
}

// partOf is the name under which a photograph is kept, apart from the rest of
// its category.
func partOf(cat privacy.CategoryID, attribute string) privacy.CategoryID {
	return privacy.CategoryID(string(cat) + "." + attribute)
}

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }
