package holder

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// LawfulRequest is a request of a state body for data of one named person. All of
// it is sealed under the Holder's key. (policy 4.4b; law F9)
type LawfulRequest struct {
	Authority privacy.RecipientID `json:"authority"`
	Subjects  []privacy.SubjectID `json:"subjects"` // exactly one: a request for many is refused
	Purpose   privacy.PurposeID   `json:"purpose"`  // legal duty when left out
	Fields    []string            `json:"fields"`   // no more than is asked for by name: "D01.surname"
	Cites     Provision           `json:"cites"`    // by what right
	CourtAct  string              `json:"court_act,omitempty"`
	Letter    string              `json:"letter"` // number and day of the request itself

	HideUntil time.Time `json:"hide_until,omitzero"` // the subject is not told before; somebody looks at it then
	HideCites Provision `json:"hide_cites,omitzero"` // by what right he is not
}

// Lawful is a request in the register, opened for an officer or the auditor.
type Lawful struct {
	ID       string        `json:"id"`
	State    string        `json:"state"` // open, answered, refused
	Author   string        `json:"author"`
	Decider  string        `json:"decider,omitempty"`
	Request  LawfulRequest `json:"request"`
	Created  time.Time     `json:"created_at"`
	Decided  time.Time     `json:"decided_at,omitzero"`
	Review   time.Time     `json:"review_at,omitzero"`
	Revealed time.Time     `json:"revealed_at,omitzero"`
	Event    string        `json:"event,omitempty"`
}

// lawfulSealed is what the register keeps.
type lawfulSealed struct {
	Request  LawfulRequest    `json:"request"`
	Release  *released        `json:"release,omitempty"`  // what was handed over while it is hidden
	Withheld []string         `json:"withheld,omitempty"` // disclosures that did not leave after all
	Basis    privacy.Basis    `json:"basis,omitempty"`
	Clause   privacy.ClauseID `json:"clause,omitempty"`
}

const (
	// mostHidden is the house's own bound: nobody is kept in the dark longer
	// without two people looking at it again. The law's own end comes first.
	mostHidden  = 180 * 24 * time.Hour
	lawfulState = "lawful.state"
)

var (
	courtForm  = regexp.MustCompile(`^[\pL0-9][\pL0-9 .,/№-]{2,79}$`)
	letterForm = regexp.MustCompile(`^[\pL0-9№][\pL0-9 .,/№-]{0,119}$`)
)

// OpenLawful registers a request of a state body. One that may not be answered (no
// article, a dead act, many people, content of communications without a court's
// act, a field that the edition does not name for that body) is recorded as
// refused, and the error says why. (policy 4.4b; DC-130 p.2; US-4.4b-1)
func (h *Holder) OpenLawful(ctx context.Context, actor privacy.Actor, r LawfulRequest) (Lawful, error) {
	const op = "holder.OpenLawful"
	if err := h.lawfulActor(&actor); err != nil {
		return Lawful{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Lawful, error) {
		if c.ed == nil {
			return Lawful{}, &privacy.Error{Code: privacy.NotInForce}
		}
		if r.Purpose == "" {
			r.Purpose = purposeDuties
		}
		row := store.Lawful{ID: privacy.NewID(c.now), State: "open", Author: actor.ID(), Created: c.now, Review: moment(r.HideUntil)}
		if why := c.answerable(&r); why != nil {
			return Lawful{}, c.refusedAtOnce(&row, &r, why)
		}
		if err := c.putLawful(&row, &lawfulSealed{Request: r}); err != nil {
			return Lawful{}, err
		}
		ev, err := c.recordLawful(ledger.RequestOpened, &row, &r, nil)
		out := lawfulOf(&row, &r)
		out.Event = string(ev.ID)
		return out, err
	})
}

// refusedAtOnce keeps and records what could not even be considered.
func (c *change) refusedAtOnce(row *store.Lawful, r *LawfulRequest, why error) error {
	var e *privacy.Error
	if !errors.As(why, &e) || e.Code == privacy.Unavailable || e.Code == privacy.Internal {
		return why
	}
	row.State, row.Decided, row.Review = "refused", c.now, time.Time{}
	if len(r.Subjects) > 8 || len(r.Fields) > 256 || len(r.Letter)+len(r.CourtAct) > 400 { // it is refused, not stored
		r = &LawfulRequest{Authority: r.Authority, Purpose: r.Purpose}
	}
	if err := c.putLawful(row, &lawfulSealed{Request: *r}); err != nil {
		return err
	}
	if _, err := c.recordLawful(ledger.RequestRefused, row, r, func(ev *ledger.Event) {
		if ev.Outcome = e.Problem; ev.Outcome == "" {
			ev.Outcome = string(e.Code)
		}
	}); err != nil {
		return err
	}
	return &kept{why}
}

// answerable says why a request may not be answered.
func (c *change) answerable(r *LawfulRequest) error {
	rule := c.ed.Recipient(r.Authority)
	switch {
	case rule == nil:
		return unknown("authority", string(r.Authority))
	case rule.Kind != kindAuthority:
		return &privacy.Error{Code: privacy.BadValue, Field: "authority", Problem: "lawful.authority"}
	case len(r.Subjects) == 0:
		return &privacy.Error{Code: privacy.MissingValue, Field: "subjects"}
	case len(r.Subjects) > 1 || !privacy.IsID(string(r.Subjects[0])):
		return &privacy.Error{Code: privacy.Refused, Field: "subjects", Clause: "4.4b", Problem: "lawful.bulk"}
	case len(r.Fields) == 0:
		return &privacy.Error{Code: privacy.MissingValue, Field: "fields", Problem: "lawful.fields"}
	case len(r.Fields) > 256:
		return &privacy.Error{Code: privacy.TooLarge, Field: "fields"}
	case !utf8.ValidString(r.Letter) || !letterForm.MatchString(r.Letter):
		return &privacy.Error{Code: privacy.MissingValue, Field: "letter", Problem: "lawful.letter"}
	case r.CourtAct != "" && !courtForm.MatchString(r.CourtAct):
		return &privacy.Error{Code: privacy.BadValue, Field: "court_act", Problem: "lawful.court"}
	}
	if p := c.ed.Purpose(r.Purpose); p == nil || !slices.Contains(p.Recipients, r.Authority) {
		return &privacy.Error{Code: privacy.UnknownName, Field: "purpose", Name: SafeName(string(r.Purpose)), Problem: "recipient.purpose"}
	}
	if err := c.ed.cited("cites", r.Cites, c.now); err != nil {
		return err
	}
	if _, err := c.h.covering(c.ctx, c.Tx, c.ed, r.Authority, c.now); err != nil {
		return err
	}
	for _, field := range r.Fields {
		cat, a := c.ed.attribute(field)
		switch {
		case a == nil || a.Type == "image" || !slices.Contains(rule.Fields, cat.ID):
			return &privacy.Error{Code: privacy.UnknownName, Field: "fields", Name: SafeName(field), Problem: "disclosure.field"}
		case cat.Classification == privacy.ClassComms && r.CourtAct == "": // DC-130 p.2, Const. 29 p.3
			return &privacy.Error{Code: privacy.Refused, Field: "court_act", Clause: "4.4b", Problem: "lawful.no_court"}
		}
	}
	return c.hideable(r.HideUntil, r.HideCites)
}

// hideable says why the subject may not be kept from knowing so long.
func (c *change) hideable(until time.Time, cites Provision) error {
	if until.IsZero() {
		if (cites != Provision{}) {
			return &privacy.Error{Code: privacy.MissingValue, Field: "hide_until", Problem: "lawful.review"}
		}
		return nil
	}
	if !until.After(c.now) || until.After(c.now.Add(mostHidden)) {
		return &privacy.Error{Code: privacy.BadValue, Field: "hide_until", Problem: "lawful.review"}
	}
	return c.ed.cited("hide_cites", cites, c.now)
}

// RefuseLawful records that a request is not answered, and why.
func (h *Holder) RefuseLawful(ctx context.Context, actor privacy.Actor, id, reason string) (Lawful, error) {
	const op = "holder.RefuseLawful"
	if !slices.Contains(lawfulRefusals, reason) {
		return Lawful{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "reason", Problem: "lawful.reason"}
	}
	return h.lawfulStep(ctx, op, actor, id, func(c *change, row *store.Lawful, in *lawfulSealed) error {
		if row.State != "open" {
			return &privacy.Error{Code: privacy.Conflict, Name: row.State, Problem: lawfulState}
		}
		row.State, row.Decider, row.Decided, row.Review = "refused", c.actor.ID(), c.now, time.Time{}
		if err := c.putLawful(row, in); err != nil {
			return err
		}
		_, err := c.recordLawful(ledger.RequestRefused, row, &in.Request, func(e *ledger.Event) { e.Outcome = reason })
		return err
	})
}

// lawfulRefusals are why somebody does not answer: a closed set.
var lawfulRefusals = []string{"not_competent", "too_wide", "not_proven", "no_basis", "not_held", "other"}

// ProlongLawful puts off the day on which a hidden disclosure is shown to the
// subject. It takes an article anew, and somebody other than who asked for it
// first.
func (h *Holder) ProlongLawful(ctx context.Context, actor privacy.Actor, id string, until time.Time, cites Provision) (Lawful, error) {
	return h.lawfulStep(ctx, "holder.ProlongLawful", actor, id, func(c *change, row *store.Lawful, in *lawfulSealed) error {
		switch {
		case row.State != "answered" || row.Review.IsZero() || !row.Revealed.IsZero():
			return &privacy.Error{Code: privacy.Conflict, Name: row.State, Problem: lawfulState}
		case row.Author == c.actor.ID():
			return &privacy.Error{Code: privacy.Forbidden, Problem: "lawful.own"}
		}
		if until.IsZero() {
			return &privacy.Error{Code: privacy.MissingValue, Field: "hide_until", Problem: "lawful.review"}
		}
		if err := c.hideable(until, cites); err != nil {
			return err
		}
		row.Review, in.Request.HideUntil, in.Request.HideCites = moment(until), moment(until), cites
		if err := c.putLawful(row, in); err != nil {
			return err
		}
		if err := c.revealAt(row); err != nil {
			return err
		}
		_, err := c.recordLawful(ledger.RequestAnswered, row, &in.Request, func(e *ledger.Event) {
			e.Outcome, e.Citation = "prolonged", citation(cites)
		})
		return err
	})
}

// Lawfuls opens the register for officers and the auditor. Nobody else sees that
// there is one. (US-4.4b-1)
func (h *Holder) Lawfuls(ctx context.Context, actor privacy.Actor, limit int) ([]Lawful, error) {
	const op = "holder.Lawfuls"
	if !actor.Acts(privacy.ActorOfficer, privacy.ActorAuditor) {
		return nil, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	out := []Lawful{}
	err := h.Store.View(ctx, func(v store.View) error {
		out = out[:0]
		rows, err := v.Lawfuls(ctx, limit)
		for i := range rows {
			in, bad := h.unseal(&rows[i])
			if bad != nil {
				return bad
			}
			out = append(out, lawfulOf(&rows[i], &in.Request))
		}
		return err
	})
	return out, fail(op, err)
}

func (h *Holder) lawfulActor(a *privacy.Actor) error {
	if err := person(a); err != nil {
		return err
	}
	if !h.Lawful {
		return &privacy.Error{Code: privacy.Conflict, Problem: "lawful.off"}
	}
	return nil
}

// lawfulStep is one change of a request that is there.
func (h *Holder) lawfulStep(ctx context.Context, op string, actor privacy.Actor, id string, fn func(*change, *store.Lawful, *lawfulSealed) error) (Lawful, error) {
	if err := h.lawfulActor(&actor); err != nil {
		return Lawful{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Lawful, error) {
		if c.ed == nil {
			return Lawful{}, &privacy.Error{Code: privacy.NotInForce}
		}
		row, in, err := c.lawful(id)
		if err != nil {
			return Lawful{}, err
		}
		err = fn(c, &row, &in)
		return lawfulOf(&row, &in.Request), err
	})
}
