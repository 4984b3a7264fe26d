package holder

import (
	"context"
	"slices"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Extract is everything the Holder processes about one subject: per value the
// data, the legal basis, the source, the term of processing and the term of
// storage, with recipients and operations. (policy 5.2, DC-73 p.1, DC-73 p.4)
type Extract struct {
	Subject   privacy.SubjectID
	Edition   privacy.EditionID
	At        time.Time
	Holder    policy.Holder
	Rows      []ExtractRow
	Consents  []privacy.Consent
	Blocks    []privacy.Block
	Disclosed []Disclosure
	Event     privacy.EventID
}

// ExtractRow is one value with its five columns.
type ExtractRow struct {
	Category   privacy.CategoryID
	Title      privacy.Words
	State      privacy.ValueState
	Data       map[string]any // nil when it is deleted, destroyed or cannot be shown
	Images     []string       // photographs held
	Grounds    []Footing
	Source     privacy.SourceID
	SourceName privacy.Words
	Collected  time.Time
	Until      time.Time // when storage is next looked at; zero while its basis lasts
	Verified   string
}

// Footing is one purpose for which a value is processed.
type Footing struct {
	Purpose    privacy.PurposeID
	Title      privacy.Words
	Clause     privacy.ClauseID
	Basis      privacy.Basis
	Cites      []policy.Citation
	Processing string // term of processing, as the rules have it
	Storage    string // term of storage
	Why        privacy.Words
	Operations []string
	Recipients []privacy.RecipientID
	Live       privacy.Reason // allowed, or why it is not used under this purpose now
}

// Disclosure is one transfer that took place.
type Disclosure struct {
	At         time.Time
	Recipient  privacy.RecipientID
	Purpose    privacy.PurposeID
	Basis      privacy.Basis
	Categories []string
	Fields     []string // "D08.msisdn"
	Event      privacy.EventID
}

// purposeDuties is the purpose under which the subject's rights are served.
// (policy 3.13)
const purposeDuties privacy.PurposeID = "P13"

// Extract gives the subject all that is processed about him; the extraction is
// itself recorded first. (policy 5.2)
func (h *Holder) Extract(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID) (Extract, error) {
	const op = "holder.Extract"
	var opens []opening
	out, err := do(withoutKey(ctx), h, op, &actor, subject, func(c *change) (Extract, error) {
		opens = nil
		s, err := c.living()
		if err != nil {
			return Extract{}, err
		}
		if err := c.mayExtract(); err != nil {
			return Extract{}, err
		}
		rules := c.ed.Rules()
		out := Extract{Subject: subject, Edition: c.ed.ID(), At: c.now, Holder: rules.Holder, Consents: s.Consents, Blocks: s.Blocks}
		images, err := c.images()
		if err != nil {
			return Extract{}, err
		}
		due := map[privacy.CategoryID]time.Time{}
		for _, d := range c.ed.Duties(s, c.now) {
			due[d.Category] = d.Due
		}
		var given []privacy.CategoryID
		detail := map[string]string{askedOf: "held"}
		for _, cat := range rules.Categories {
			v := s.Value(cat.ID)
			if v == nil {
				continue
			}
			row := ExtractRow{
				Category: cat.ID, Title: cat.Title, State: v.State, Source: v.Source, Collected: v.Collected,
				Until: due[cat.ID], Images: images[cat.ID], SourceName: sourceName(rules, v.Source), Grounds: c.grounds(cat.ID),
			}
			d := c.ed.Decide(s, policy.Question{Purpose: purposeDuties, Category: cat.ID, Operation: privacy.Extract}, system(), c.now)
			if permit, yes := d.Permit(); yes {
				rec, err := c.Record(ctx, subject, cat.ID)
				if err != nil && !isNotFound(err) {
					return Extract{}, err
				}
				if err == nil {
					row.Verified = rec.Verified
					opens = append(opens, opening{len(out.Rows), permit, rec, nil})
					given = append(given, cat.ID)
				}
			}
			if !contains(given, cat.ID) {
				noted(detail, cat.ID, d)
			}
			out.Rows = append(out.Rows, row)
		}
		if out.Disclosed, err = c.disclosures(); err != nil {
			return Extract{}, err
		}
		ev, err := c.record(ledger.DataExtracted, func(e *ledger.Event) {
			e.Clause, e.Purpose, e.Basis, e.Citation = "5.2", string(purposeDuties), string(privacy.BasisLaw), "DC-73.4"
			e.Operation = privacy.Extract.String()
			e.Categories, e.Detail = categories(given...), detail
		})
		out.Event = ev.ID
		return out, err
	})
	if err != nil {
		return Extract{}, err
	}
	ring, err := h.openings(ctx, opens)
	if err != nil {
		return Extract{}, fail(op, err)
	}
	for _, o := range opens {
		value, err := openValue(ring, o.permit, o.rec)
		if isNotFound(err) {
			out.Rows[o.tile].State = privacy.ValueDestroyed
			continue
		}
		if err != nil {
			return Extract{}, fail(op, err)
		}
		out.Rows[o.tile].Data = value
	}
	return out, nil
}

// mayExtract lets the subject, his representative, and those who serve rights.
func (c *change) mayExtract() error {
	if c.actor.Acts(privacy.ActorSubject, privacy.ActorRepresentative) {
		return nil
	}
	if c.actor.Acts(privacy.ActorSystem, privacy.ActorClerk, privacy.ActorOfficer) &&
		c.actor.MayName(purposeDuties, privacy.Extract) {
		return nil
	}
	return &privacy.Error{Code: privacy.Forbidden, Name: string(purposeDuties)}
}

// grounds lists the purposes for which a value is or may be processed.
func (c *change) grounds(cat privacy.CategoryID) []Footing {
	var out []Footing
	rules := c.ed.Rules()
	for i := range rules.Purposes {
		p := &rules.Purposes[i]
		basis, terms, has := c.ed.Basis(p.ID, cat)
		if !has {
			continue
		}
		d := c.ed.Decide(c.s, policy.Question{Purpose: p.ID, Category: cat, Operation: c.ed.Main(p.ID, cat)}, system(), c.now)
		g := Footing{
			Purpose: p.ID, Title: p.Title, Clause: p.Clause, Basis: basis, Cites: c.ed.Cites(p.ID, cat),
			Processing: terms.Processing, Storage: terms.Storage, Why: terms.Why, Operations: c.ed.OperationsOf(p.ID, cat),
			Recipients: p.Recipients, Live: d.Reason,
		}
		if d.Reason == privacy.RecipientUnknown { // allowed but for naming a recipient
			g.Live = privacy.Allowed
		}
		if collected := c.s.Value(cat); !d.Allowed() && !hasPurpose(collected, p.ID) {
			continue // neither collected for it nor used for it
		}
		out = append(out, g)
	}
	return out
}

func hasPurpose(v *privacy.Value, p privacy.PurposeID) bool {
	for _, id := range v.Purposes {
		if id == p {
			return true
		}
	}
	return false
}

func (c *change) images() (map[privacy.CategoryID][]string, error) {
	blobs, err := c.Blobs(c.ctx, c.id)
	out := map[privacy.CategoryID][]string{}
	for _, b := range blobs {
		out[base(b.Category)] = append(out[base(b.Category)], b.Attribute)
	}
	return out, err
}

// disclosures reads the transfers from the subject's own stream, without those
// that were recorded and kept back.
func (c *change) disclosures() ([]Disclosure, error) {
	var out []Disclosure
	err := eachEvent(c.ctx, c.Tx, c.id, func(row store.EventRow, e *ledger.Event) error {
		switch e.Kind {
		case ledger.DataDisclosed:
			at := e.Time
			if !e.Effective.IsZero() { // revealed later than it happened
				at = e.Effective
			}
			out = append(out, Disclosure{
				At: at, Recipient: privacy.RecipientID(e.Recipient), Basis: privacy.Basis(e.Basis),
				Purpose: privacy.PurposeID(e.Purpose), Categories: e.Categories, Fields: fieldsOf(e), Event: row.ID,
			})
		case ledger.DataWithheld:
			out = slices.DeleteFunc(out, func(d Disclosure) bool { return string(d.Event) == e.Ref })
		}
		return nil
	})
	return out, err
}

func sourceName(r *policy.Rules, id privacy.SourceID) privacy.Words {
	for i := range r.Sources {
		if r.Sources[i].ID == id {
			return r.Sources[i].Title
		}
	}
	return privacy.Words{}
}
