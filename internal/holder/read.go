package holder

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"slices"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/vault"
)

// Read asks for values under one purpose and operation.
type Read struct {
	Subject    privacy.SubjectID
	Purpose    privacy.PurposeID
	Categories []privacy.CategoryID
	Operation  privacy.Operations
	Recipient  privacy.RecipientID // refused when given: what is for a recipient leaves by Disclose
	Reason     string              // free text of a member of staff; kept sealed
	Case       string              // number of the case it is for
}

// Values is what was released, and what was not and why.
type Values struct {
	Values  map[privacy.CategoryID]map[string]any
	Absent  []privacy.CategoryID // allowed, but nothing is held
	Refused []RefusedCategory
	Event   privacy.EventID
}

// RefusedCategory is a category that was not released.
type RefusedCategory struct {
	Category privacy.CategoryID
	Reason   privacy.Reason
	Clause   privacy.ClauseID
}

// reading is the set of operations that let a value out of the vault.
const reading = privacy.Extract | privacy.Use | privacy.Clarify | privacy.Anonymise | privacy.Systematise

// Read releases values. Each is decided on the same snapshot as it is fetched
// from, and the event that records the reading is durable before anything is
// released. (principles 2, 3; policy 4.2, 4.4a)
func (h *Holder) Read(ctx context.Context, actor privacy.Actor, r Read) (Values, error) {
	const op = "holder.Read"
	if actor.Kind() == "" {
		return Values{}, &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	}
	if err := checkRead(&actor, &r); err != nil {
		return Values{}, fail(op, err)
	}
	out, err := h.reads.read(ctx, &readJob{actor: actor, r: r})
	return out, fail(op, err)
}

var caseID = regexp.MustCompile(`^[A-Za-z]{1,8}[-/0-9]{1,24}$`)

func checkRead(a *privacy.Actor, r *Read) error {
	switch {
	case a.Acts(privacy.ActorPartner): // policy 4.4a: there is one way out of the house, and Disclose is it
		return &privacy.Error{Code: privacy.Forbidden, Problem: "disclosure.gate"}
	case r.Operation&privacy.Transfer != 0 || r.Recipient != "":
		return &privacy.Error{Code: privacy.BadValue, Field: "operation", Problem: "disclosure.gate"}
	case len(r.Categories) == 0:
		return &privacy.Error{Code: privacy.MissingValue, Field: "categories"}
	case len(r.Categories) > 64:
		return &privacy.Error{Code: privacy.TooLarge, Field: "categories"}
	case r.Operation&^reading != 0 || len(r.Operation.Names()) != 1: // one reading, one operation, one event
		return &privacy.Error{Code: privacy.BadValue, Field: "operation", Problem: "operation.reads_nothing"}
	case r.Case != "" && !(caseID.MatchString(r.Case) && recordable(r.Case)):
		return &privacy.Error{Code: privacy.BadValue, Field: "case", Problem: "case.form"}
	case len(r.Reason) > 500:
		return &privacy.Error{Code: privacy.TooLarge, Field: "reason"}
	}
	if a.Acts(privacy.ActorClerk, privacy.ActorAgent, privacy.ActorOfficer, privacy.ActorFraud) { // US-1.2b-2
		if r.Case == "" {
			return &privacy.Error{Code: privacy.MissingValue, Field: "case"}
		}
		if r.Reason == "" {
			return &privacy.Error{Code: privacy.MissingValue, Field: "reason"}
		}
	}
	r.Categories = slices.Compact(slices.Sorted(slices.Values(r.Categories))) // the caller's own list stays as it is
	return nil
}

// recordRead decides and records one reading inside a transaction, and gives
// what may be opened once the transaction is durable.
func (h *Holder) recordRead(ctx context.Context, tx store.Tx, job *readJob) (*opened, error) {
	c := &change{Tx: tx, h: h, ctx: ctx, id: job.r.Subject, actor: &job.actor, now: h.Clock.Now()}
	if err := c.load(); err != nil {
		return nil, err
	}
	if _, err := c.present(); err != nil {
		return nil, err
	}
	out := &opened{}
	allowed, detail := []privacy.CategoryID{}, map[string]string{}
	var first policy.Decision
	for _, cat := range job.r.Categories {
		q := policy.Question{Purpose: job.r.Purpose, Category: cat, Operation: job.r.Operation}
		if err := h.checkQuestion(c.ed, q); err != nil {
			return nil, err
		}
		d := c.decide(q)
		if first.Reason == "" || d.Allowed() && !first.Allowed() {
			first = d
		}
		permit, yes := d.Permit()
		if !yes {
			out.refused = append(out.refused, RefusedCategory{cat, d.Reason, d.Clause})
			detail[string(lower(cat))] = string(d.Reason)
			continue
		}
		rec, err := tx.Record(ctx, c.id, cat)
		switch {
		case isNotFound(err):
			out.absent = append(out.absent, cat)
			detail[string(lower(cat))] = outcomeOf(d)
		case err != nil:
			return nil, err
		default:
			out.permits, out.records = append(out.permits, permit), append(out.records, rec)
			allowed = append(allowed, cat)
		}
	}
	var note []byte
	id := privacy.NewID(c.now)
	if job.r.Reason != "" {
		var err error
		if note, err = c.sealFor("note", id, []byte(job.r.Reason)); err != nil {
			return nil, err
		}
	}
	kind := readKind(&job.actor, job.r.Operation, len(allowed)+len(out.absent) > 0)
	ev, err := c.record(kind, func(e *ledger.Event) {
		about(e, first, job.r.Purpose, job.r.Operation)
		e.Categories = categories(allowed...)
		if kind == ledger.DecisionRefused {
			e.Categories = categories(job.r.Categories...)
			e.Reason = string(first.Reason)
		}
		e.Case = job.r.Case
		e.Detail = detail
		scoped(e, c.actor, job.r.Purpose, job.r.Operation)
		e.ID = id
		if note != nil { // the text stays sealed; the event commits to it
			sum := sha256.Sum256(note)
			e.Note = hexOf(sum[:])
		}
	})
	if err != nil {
		return nil, err
	}
	out.event = ev.ID
	out.ed = c.ed
	if note != nil {
		if err := tx.Note(ctx, c.id, ev.Seq, note); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func readKind(a *privacy.Actor, o privacy.Operations, any bool) ledger.Kind {
	switch {
	case !any:
		return ledger.DecisionRefused
	case a.Acts(privacy.ActorClerk, privacy.ActorAgent, privacy.ActorOfficer, privacy.ActorFraud):
		return ledger.StaffUnmasked
	case privacy.Use.Has(o):
		return ledger.DataUsed
	}
	return ledger.DataRead
}

func lower(c privacy.CategoryID) []byte {
	b := []byte(c)
	for i := range b {
		if b[i] >= 'A' && b[i] <= 'Z' {
			b[i] += 'a' - 'A'
		}
		if b[i] == '.' {
			b[i] = '_'
		}
	}
	return b
}

// opened is what a recorded reading may release.
type opened struct {
	ed      *edition
	permits []policy.Permit
	records []store.Record
	absent  []privacy.CategoryID
	refused []RefusedCategory
	event   privacy.EventID
}

// release opens the values, after the event that records it is durable.
func (h *Holder) release(ctx context.Context, o *opened) (Values, error) {
	out := Values{
		Values: make(map[privacy.CategoryID]map[string]any, len(o.records)), Absent: o.absent,
		Refused: o.refused, Event: o.event,
	}
	ring, err := h.ringOf(ctx, o.records)
	if err != nil {
		return Values{}, err
	}
	for i, rec := range o.records {
		value, err := openValue(ring, o.permits[i], rec)
		if isNotFound(err) { // destroyed since it was recorded
			d := o.permits[i].Decision()
			out.Refused = append(out.Refused, RefusedCategory{rec.Category, privacy.Destroyed, d.Clause})
			continue
		}
		if err != nil {
			return Values{}, err
		}
		cat := o.ed.Category(rec.Category)
		for j := range cat.Attributes { // an attribute kept for certain purposes stays with them
			if a := &cat.Attributes[j]; !a.Under(o.permits[i].Purpose()) {
				delete(value, a.ID)
			}
		}
		out.Values[rec.Category] = value
	}
	return out, nil
}

// ringOf gives the keys of the subject whose records are to be opened; nil when
// they are gone.
func (h *Holder) ringOf(ctx context.Context, records []store.Record) (*vault.Ring, error) {
	if len(records) == 0 {
		return nil, nil
	}
	ring, err := h.Vault.Ring(ctx, records[0].Subject)
	if isNotFound(err) {
		return nil, nil
	}
	return ring, err
}

// openValue opens one value; a missing ring is a destroyed key.
func openValue(ring *vault.Ring, p policy.Permit, rec store.Record) (map[string]any, error) {
	if ring == nil {
		return nil, store.ErrNotFound
	}
	plain, err := ring.Open(p, rec)
	if err != nil {
		return nil, err
	}
	var value map[string]any
	err = json.Unmarshal(plain, &value)
	return value, err
}
