package holder

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Transfer asks that data of one subject be passed to one recipient. A partner
// names the subject by the id that is his alone; the Holder's own systems and
// officers by the Holder's.
type Transfer struct {
	Subject    privacy.SubjectID
	Recipient  privacy.RecipientID // a partner's own when left out
	Purpose    privacy.PurposeID
	Operation  privacy.Operations // provide when zero
	Categories []privacy.CategoryID
	Fields     []string // "D08.msisdn"; all that the contract names of the categories when left out
}

// Disclosed is what left, under names that only this recipient knows.
type Disclosed struct {
	ID        string               `json:"disclosure"`
	Recipient privacy.RecipientID  `json:"recipient"`
	Subject   string               `json:"subject"` // pairwise: another one for every recipient
	Copy      string               `json:"copy"`    // tells a leaked copy from that of every other recipient
	At        time.Time            `json:"at"`
	Until     time.Time            `json:"until,omitzero"` // when the right to it ends if nothing else changes
	Fields    []FieldValue         `json:"fields"`         // in an order of this recipient's own
	Absent    []privacy.CategoryID `json:"absent"`
	Refused   []RefusedCategory    `json:"refused"`
	Event     privacy.EventID      `json:"event"`
}

// FieldValue is one value that left.
type FieldValue struct {
	Name  string `json:"name"` // "D08.msisdn"
	Value any    `json:"value"`
}

// Disclose is the one way out of the house. What it gives was allowed by the
// edition and by the contract in the register, is named in that contract field by
// field, stands under the recipient's own id of the subject, was recorded before
// it was opened, and was allowed still when it was handed over. Asking again
// under the same key records nothing twice and decides anew. (policy 4.4a,
// US-4.4a-1, US-4.4a-2)
func (h *Holder) Disclose(ctx context.Context, actor privacy.Actor, t Transfer) (Disclosed, error) {
	const op = "holder.Disclose"
	if err := t.check(&actor); err != nil {
		return Disclosed{}, fail(op, err)
	}
	id, err := h.whose(ctx, &actor, &t)
	if err != nil {
		return Disclosed{}, fail(op, err)
	}
	rel, err := do(ctx, h, op, &actor, id, func(c *change) (released, error) {
		if _, err := c.present(); err != nil {
			return released{}, err
		}
		return c.disclose(&t)
	})
	if err != nil {
		return Disclosed{}, err
	}
	out, err := h.handOver(withoutKey(ctx), &actor, &rel)
	return out, fail(op, err)
}

func (t *Transfer) check(a *privacy.Actor) error {
	if a.Kind() == "" {
		return &privacy.Error{Code: privacy.Unauthenticated}
	}
	if !a.Acts(privacy.ActorSystem, privacy.ActorOfficer, privacy.ActorPartner) {
		return &privacy.Error{Code: privacy.Forbidden}
	}
	if a.Acts(privacy.ActorPartner) {
		if t.Recipient != "" && t.Recipient != a.Recipient() {
			return &privacy.Error{Code: privacy.Forbidden}
		}
		t.Recipient = a.Recipient()
	}
	if t.Operation == 0 {
		t.Operation = privacy.TransferProvide
	}
	switch {
	case t.Recipient == "":
		return &privacy.Error{Code: privacy.MissingValue, Field: "recipient"}
	case t.Operation&^privacy.Transfer != 0:
		return &privacy.Error{Code: privacy.BadValue, Field: "operation", Problem: "disclosure.operation"}
	case len(t.Categories)+len(t.Fields) == 0:
		return &privacy.Error{Code: privacy.MissingValue, Field: "categories"}
	case len(t.Categories) > 64 || len(t.Fields) > 256:
		return &privacy.Error{Code: privacy.TooLarge, Field: "categories"}
	}
	return nil
}

// whose finds the subject whom a partner knows by an id of his own.
func (h *Holder) whose(ctx context.Context, a *privacy.Actor, t *Transfer) (privacy.SubjectID, error) {
	if !a.Acts(privacy.ActorPartner) {
		if !privacy.IsID(string(t.Subject)) {
			return "", &privacy.Error{Code: privacy.NotFound}
		}
		return t.Subject, nil
	}
	var found []privacy.SubjectID
	err := h.Store.View(ctx, func(v store.View) (err error) {
		found, err = v.Find(ctx, lookupPairwise, h.pairwiseToken(string(t.Subject)), h.Clock.Now())
		return err
	})
	if err != nil {
		return "", err
	}
	for _, id := range found {
		if h.Pairwise(t.Recipient, id) == string(t.Subject) {
			return id, nil
		}
	}
	return "", &privacy.Error{Code: privacy.NotFound}
}

// disclose decides and records one transfer.
func (c *change) disclose(t *Transfer) (released, error) {
	if c.ed.Purpose(t.Purpose) == nil {
		return released{}, unknown("purpose", string(t.Purpose))
	}
	k, err := c.h.covering(c.ctx, c.Tx, c.ed, t.Recipient, c.now)
	if err == nil && !slices.Contains(k.Purposes, t.Purpose) {
		err = &privacy.Error{Code: privacy.Refused, Reason: privacy.RecipientUnknown, Clause: "4.4a", Problem: "recipient.purpose"}
	}
	if err != nil {
		return released{}, c.turnedAway(t, err)
	}
	wanted, err := c.ed.wanted(&k, t)
	if err != nil {
		return released{}, c.turnedAway(t, err)
	}
	rel := released{
		ID: privacy.NewID(c.now), Subject: c.id, Stream: c.id, Recipient: t.Recipient, Purpose: t.Purpose, Operation: t.Operation,
		At: c.now, Until: k.To, Named: slices.Contains(k.Identifier, fieldSubject),
		Absent: []privacy.CategoryID{}, Refused: []RefusedCategory{},
	}
	first, err := c.choose(&rel, wanted, k.Ground == "consent")
	if err != nil {
		return released{}, err
	}
	if len(rel.Items) == 0 {
		return rel, c.nothingLeft(&rel, first)
	}
	if err := c.mark(&rel); err != nil {
		return released{}, err
	}
	ev, err := c.record(ledger.DataDisclosed, func(e *ledger.Event) { rel.tell(e, first, k.sum) })
	if err != nil {
		return released{}, err
	}
	rel.Event = ev.ID
	return rel, c.keepDisclosure(&rel, first)
}

// turnedAway records that a transfer was asked for and not allowed, and gives why.
func (c *change) turnedAway(t *Transfer, why error) error {
	var e *privacy.Error
	if !errors.As(why, &e) || e.Code != privacy.Refused && e.Code != privacy.UnknownName {
		return why
	}
	_, err := c.record(ledger.DecisionRefused, func(ev *ledger.Event) {
		ev.Clause, ev.Purpose, ev.Operation, ev.Reason = "4.4a", string(t.Purpose), opName(t.Operation), string(privacy.RecipientUnknown)
		if c.ed.Recipient(t.Recipient) != nil {
			ev.Recipient = string(t.Recipient)
		}
		if e.Problem != "" {
			ev.Outcome = e.Problem
		}
	})
	if err != nil {
		return err
	}
	return &kept{why}
}

// wanted gives the agreed attributes that are asked for, by category. A category
// is cut down to what the contract names; a field that it does not name is refused.
func (e *edition) wanted(k *Contract, t *Transfer) (map[privacy.CategoryID][]string, error) {
	out := map[privacy.CategoryID][]string{}
	for _, id := range t.Categories {
		cat := e.Category(id)
		if cat == nil {
			return nil, unknown("categories", string(id))
		}
		if len(t.Fields) > 0 {
			continue // fields alone say what
		}
		for i := range cat.Attributes {
			if name := cat.Attributes[i].ID; k.allows(string(id) + "." + name) {
				out[id] = append(out[id], name)
			}
		}
		if len(out[id]) == 0 {
			return nil, &privacy.Error{Code: privacy.UnknownName, Field: "categories", Name: SafeName(string(id)), Problem: "disclosure.field"}
		}
	}
	for _, field := range slices.Compact(slices.Sorted(slices.Values(t.Fields))) {
		cat, a := e.attribute(field)
		if a == nil {
			return nil, unknown("fields", field)
		}
		if !k.allows(field) || len(t.Categories) > 0 && !contains(t.Categories, cat.ID) {
			return nil, &privacy.Error{Code: privacy.UnknownName, Field: "fields", Name: SafeName(field), Problem: "disclosure.field"}
		}
		out[cat.ID] = append(out[cat.ID], a.ID)
	}
	return out, nil
}

// choose decides every category and notes what of it may leave. It gives the
// decision that the event stands on: the first yes, or the first no.
func (c *change) choose(rel *released, wanted map[privacy.CategoryID][]string, byConsent bool) (policy.Decision, error) {
	var first policy.Decision
	for _, cat := range slices.Sorted(maps.Keys(wanted)) {
		d := c.decide(policy.Question{Purpose: rel.Purpose, Category: cat, Operation: rel.Operation, Recipient: rel.Recipient})
		if d.Allowed() && byConsent && d.Basis != privacy.BasisConsent { // DC-89: the ground of the crossing is his consent
			d.Reason = privacy.NoConsent
		}
		if first.Reason == "" || d.Allowed() && !first.Allowed() {
			first = d
		}
		if !d.Allowed() {
			rel.Refused = append(rel.Refused, RefusedCategory{cat, d.Reason, d.Clause})
			continue
		}
		rec, err := c.Record(c.ctx, c.id, cat)
		if isNotFound(err) {
			rel.Absent = append(rel.Absent, cat)
			continue
		}
		if err != nil {
			return first, err
		}
		rel.Until = sooner(rel.Until, d.Until)
		rel.Items = append(rel.Items, releasedItem{cat, rec.Version, rec.Commit, c.ed.under(cat, wanted[cat], rel.Purpose)})
	}
	return first, nil
}

// under leaves out attributes that are kept for other purposes.
func (e *edition) under(cat privacy.CategoryID, fields []string, p privacy.PurposeID) []string {
	out := []string{}
	for _, name := range fields {
		if _, a := e.attribute(string(cat) + "." + name); a != nil && a.Under(p) {
			out = append(out, name)
		}
	}
	return out
}

// nothingLeft records that a transfer was asked for and nothing left.
func (c *change) nothingLeft(rel *released, first policy.Decision) error {
	ev, err := c.record(ledger.DecisionRefused, func(e *ledger.Event) {
		about(e, first, rel.Purpose, rel.Operation)
		e.Until = time.Time{}
		e.Recipient, e.Reason = string(rel.Recipient), string(first.Reason)
		if first.Allowed() {
			e.Reason = "not_held"
		}
		cats := slices.Clone(rel.Absent)
		for _, r := range rel.Refused {
			cats = append(cats, r.Category)
		}
		e.Categories = categories(cats...)
	})
	rel.Event = ev.ID
	return err
}

// keepDisclosure puts the transfer into the subject's register and owes him the
// notice, where he is owed one.
func (c *change) keepDisclosure(rel *released, first policy.Decision) error {
	tellBy, err := c.tellBy(rel.Recipient)
	if err != nil {
		return err
	}
	d := store.Disclosure{
		Subject: c.id, ID: rel.ID, Recipient: rel.Recipient, Purpose: rel.Purpose, Operation: opName(rel.Operation), Basis: first.Basis,
		Clause: first.Clause, Edition: c.ed.ID(), Fields: rel.fields(), Event: rel.Event, At: rel.At, Until: rel.Until, TellBy: tellBy,
	}
	if err := c.PutDisclosure(c.ctx, d); err != nil || tellBy.IsZero() {
		return err
	}
	return c.PutDuty(c.ctx, store.Duty{
		Subject: c.id, ID: DutyTransferNotice + ":" + rel.ID, Kind: DutyTransferNotice, Cause: "transfer", Ref: rel.ID, Due: c.now, Created: c.now,
	})
}
