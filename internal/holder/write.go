package holder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"kupuya/internal/format"
	"kupuya/internal/law"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Write is one value to be kept for one purpose.
type Write struct {
	Subject  privacy.SubjectID
	Purpose  privacy.PurposeID
	Category privacy.CategoryID
	Source   privacy.SourceID // a registered point of collection (policy 1.2a)
	Notice   string           // proof that the subject was told before (DC-73 p.2(1))
	Value    map[string]any   // attribute → value, as JSON gives them
}

// Written is the receipt of a write, without the value.
type Written struct {
	Category privacy.CategoryID `json:"category"`
	Version  int                `json:"version"`
	Event    privacy.EventID    `json:"event"`
	Until    time.Time          `json:"until,omitzero"`   // when the decision that allowed it lapses
	Doubts   []format.Warning   `json:"doubts,omitempty"` // what may be a slip, and was kept
}

// Write keeps a value under a purpose. What the edition does not name is
// refused, and nothing is collected before the subject was told. (policy 2.2,
// 2.3, 4.2; US-1.2a-1)
func (h *Holder) Write(ctx context.Context, actor privacy.Actor, w Write) (Written, error) {
	return do(ctx, h, "holder.Write", &actor, w.Subject, func(c *change) (Written, error) {
		if _, err := c.living(); err != nil {
			return Written{}, err
		}
		if _, err := c.notice(w.Notice); err != nil {
			return Written{}, err
		}
		return c.write(w)
	})
}

// write decides, seals and records one value in the transaction at hand.
func (c *change) write(w Write) (Written, error) {
	return c.keep(w, privacy.Collect|privacy.Record, ledger.DataWritten)
}

// keep is what writing and rectifying share.
func (c *change) keep(w Write, ops privacy.Operations, kind ledger.Kind) (Written, error) {
	cat, err := c.named(w.Purpose, w.Category)
	if err != nil {
		return Written{}, err
	}
	if err := c.sourced(cat, w.Source); err != nil {
		return Written{}, err
	}
	value, err := c.normalise(cat, w)
	if err != nil {
		return Written{}, err
	}
	d := c.decide(policy.Question{Purpose: w.Purpose, Category: w.Category, Operation: ops})
	if !d.Allowed() {
		return Written{}, refusal(d)
	}
	if c.unlocks(cat) {
		return Written{}, &privacy.Error{Code: privacy.Refused, Reason: privacy.MinorLocked, Clause: "2.3.10"}
	}
	doubts, err := c.doubts(cat, value)
	if err != nil {
		return Written{}, err
	}
	plain, err := json.Marshal(value)
	if err != nil {
		return Written{}, err
	}
	held := c.s.Hold(w.Category, w.Purpose, w.Source, c.now)
	ring, err := c.ring()
	if err != nil {
		return Written{}, err
	}
	sealed, commit, err := ring.Seal(c.ctx, w.Category, held.Version, plain)
	if err != nil {
		return Written{}, err
	}
	rec := store.Record{
		Subject: c.id, Category: w.Category, Version: held.Version, Sealed: sealed, Source: w.Source,
		Notice: w.Notice, Purpose: w.Purpose, Edition: c.ed.ID(), Collected: held.Collected, Written: c.now, Commit: commit,
	}
	if err := c.PutRecord(c.ctx, rec); err != nil {
		return Written{}, err
	}
	if err := c.index(cat, value); err != nil {
		return Written{}, err
	}
	if err := c.age(cat, value); err != nil {
		return Written{}, err
	}
	c.dirty = true
	ev, err := c.record(kind, func(e *ledger.Event) {
		about(e, d, w.Purpose, ops)
		e.Categories, e.Commit, e.Ref = categories(w.Category), commit, w.Notice
		e.Detail = map[string]string{"source": string(w.Source)}
	})
	if err != nil {
		return Written{}, err
	}
	if err := c.settleAt(c.nextDue(w.Category), "term"); err != nil {
		return Written{}, err
	}
	return Written{Category: w.Category, Version: held.Version, Event: ev.ID, Until: d.Until, Doubts: doubts}, nil
}

// named gives the category, or the name that the edition does not have.
func (c *change) named(p privacy.PurposeID, cat privacy.CategoryID) (*policy.Category, error) {
	return named(c.ed, p, cat)
}

func named(ed *edition, p privacy.PurposeID, cat privacy.CategoryID) (*policy.Category, error) {
	if ed.Purpose(p) == nil {
		return nil, unknown("purpose", string(p))
	}
	rule := ed.Category(cat)
	if rule == nil {
		return nil, unknown("category", string(cat))
	}
	return rule, nil
}

func (c *change) sourced(cat *policy.Category, src privacy.SourceID) error {
	for _, s := range cat.Sources {
		if s == src {
			return nil
		}
	}
	return unknown("source", string(src))
}

// normalise brings the attributes into the one form that is kept.
func (c *change) normalise(cat *policy.Category, w Write) (map[string]any, error) {
	if len(w.Value) == 0 {
		return nil, &privacy.Error{Code: privacy.MissingValue, Field: string(cat.ID)}
	}
	out := make(map[string]any, len(w.Value))
	for name, raw := range w.Value {
		field := string(cat.ID) + "." + SafeName(name)
		var attr *policy.Attribute
		for i := range cat.Attributes {
			if cat.Attributes[i].ID == name {
				attr = &cat.Attributes[i]
			}
		}
		if attr == nil {
			return nil, unknown(string(cat.ID), name)
		}
		if attr.Type == "image" { // comes by its own way, stripped and sealed apart
			return nil, &privacy.Error{Code: privacy.BadValue, Field: field, Problem: "image.own_way"}
		}
		if !attr.Under(w.Purpose) {
			return nil, &privacy.Error{Code: privacy.Refused, Field: field, Reason: privacy.NotInPolicy, Clause: cat.Clause}
		}
		norm, err := normalise(attr.Type, raw, c.h.formats(c.now))
		if err == nil && attr.Type == "date" {
			err = passed(norm, c.now)
		}
		if err != nil {
			return nil, badValue(field, err)
		}
		out[name] = norm
	}
	for _, name := range mandatoryOf(cat, w.Purpose) { // policy 2.2
		if _, given := out[name]; !given {
			return nil, &privacy.Error{Code: privacy.MissingValue, Field: string(cat.ID) + "." + name}
		}
	}
	return out, nil
}

func (h *Holder) formats(now time.Time) format.Options {
	return format.Options{Today: law.DateOf(now).Start(), Demo: h.Demo}
}

// normalise brings one value into its form; a type the formats do not know is
// a fault of the pack.
func normalise(kind string, raw any, o format.Options) (any, error) {
	t, ok := format.Type(kind)
	if !ok {
		return nil, fmt.Errorf("holder: attribute type %q is unknown", kind)
	}
	return t.Normalise(raw, o)
}

// passed refuses a day that is still to come: what is kept of a document, its
// day of issue, has been.
func passed(day any, now time.Time) error {
	text, _ := day.(string)
	d, err := law.ParseDate(text)
	if err == nil && d.Start().After(now) {
		err = &format.Problem{Code: format.DateFuture}
	}
	return err
}

// index keeps the blind index in step with a value. (US-2.3.3-1 AC2)
func (c *change) index(cat *policy.Category, value map[string]any) error {
	for i := range cat.Attributes {
		a := &cat.Attributes[i]
		if a.Index == "" {
			continue
		}
		var token []byte
		if text, ok := value[a.ID].(string); ok {
			token = c.h.Vault.Token(a.Index, text)
		}
		same, err := c.endLookups(a.Index, token)
		if err != nil {
			return err
		}
		if token == nil || same {
			continue
		}
		l := store.Lookup{Subject: c.id, Field: a.Index, Token: token, From: c.now}
		err = c.PutLookup(c.ctx, l, a.Index == "msisdn") // PINs and documents have duplicates (formats 4.1)
		if errors.Is(err, store.ErrTaken) {
			return &privacy.Error{Code: privacy.AlreadyTaken, Field: string(cat.ID) + "." + a.ID}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// endLookups ends the subject's other tokens of a field and reports whether the
// given one is already in force.
func (c *change) endLookups(field string, token []byte) (same bool, err error) {
	have, err := c.Lookups(c.ctx, c.id)
	if err != nil {
		return false, err
	}
	for _, l := range have {
		switch {
		case l.Field != field || !l.To.IsZero():
		case string(l.Token) == string(token):
			same = true
		default:
			if err := c.EndLookup(c.ctx, c.id, field, l.Token, c.now); err != nil {
				return false, err
			}
		}
	}
	return same, nil
}

// unlocks reports whether a minor would change his own date of birth: what
// protects him is changed by the Holder's staff, who see a document. (DC-81)
func (c *change) unlocks(cat *policy.Category) bool {
	if !c.actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative) || c.s.Value(cat.ID) == nil || !c.s.Minor(c.now) {
		return false
	}
	for i := range cat.Attributes {
		if cat.Attributes[i].Type == "birth_date" {
			return true
		}
	}
	return false
}

// age keeps the protection of minors in step with the date of birth. (DC-81)
func (c *change) age(cat *policy.Category, value map[string]any) error {
	for i := range cat.Attributes {
		a := &cat.Attributes[i]
		text, ok := value[a.ID].(string)
		if a.Type != "birth_date" || !ok {
			continue
		}
		born, err := law.ParseDate(text)
		if err != nil {
			return err
		}
		c.s.AgeKnown, c.s.MinorUntil = true, time.Time{}
		if adult := law.Birthday(born, 18).Start(); c.now.Before(adult) {
			c.s.MinorUntil = adult
		}
	}
	return nil
}

// nextDue is when a value must be looked at again.
func (c *change) nextDue(cat privacy.CategoryID) time.Time {
	for _, d := range c.ed.Duties(c.s, c.now) {
		if d.Category == cat {
			return d.Due
		}
	}
	return time.Time{}
}

// about copies the ground of a decision into an event.
func about(e *ledger.Event, d policy.Decision, p privacy.PurposeID, o privacy.Operations) {
	e.Purpose, e.Clause, e.Basis = string(p), string(d.Clause), string(d.Basis)
	e.Operation = opName(o)
	e.Until = ledger.Stamp(d.Until)
	if d.Until.IsZero() {
		e.Until = time.Time{}
	}
}

// opName is the operation as an event names it: collecting and recording in one
// act is a recording.
func opName(o privacy.Operations) string {
	if o == privacy.Collect|privacy.Record {
		o = privacy.Record
	}
	return o.String()
}

func refusal(d policy.Decision) error {
	return &privacy.Error{Code: privacy.Refused, Reason: d.Reason, Clause: d.Clause}
}

func unknown(field, name string) error {
	return &privacy.Error{Code: privacy.UnknownName, Field: field, Name: SafeName(name)}
}

// badValue carries the problem of a value, never the value.
func badValue(field string, err error) error {
	var p *format.Problem
	if !errors.As(err, &p) {
		return err
	}
	if p.Field != "" {
		field += "." + p.Field
	}
	return &privacy.Error{Code: privacy.BadValue, Field: field, Problem: p.Code}
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

// SafeName repeats an unknown name only when it cannot be somebody's datum.
func SafeName(s string) string {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if !plainName.MatchString(s) || digits > 6 {
		return strings.Repeat("?", 3)
	}
	return s
}

// recordable reports whether an event can carry what somebody typed as an id:
// the ledger refuses all that could be personal.
func recordable(s string) bool {
	e := ledger.Event{
		V: ledger.FormatVersion, ID: privacy.NewID(time.Unix(0, 0)), Stream: ledger.HolderStream, Seq: 1,
		Time: time.Unix(0, 0).UTC(), Kind: ledger.CredentialIssued, Actor: ledger.Actor{Kind: string(privacy.ActorSystem)}, Ref: s,
	}
	_, err := ledger.Canonical(e)
	return err == nil
}
