package holder

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// The states of a recipient in the register. Data go to an active one only.
const (
	RecipientDraft     = "draft"
	RecipientActive    = "active"
	RecipientSuspended = "suspended"
)

// Contract is what was agreed with a recipient of the edition: the seven clauses
// of the law and what the house asks besides. It holds no personal data. A draft
// may lack some of it; an active recipient lacks nothing. (DC-86 p.4, law 4.8)
type Contract struct {
	Recipient privacy.RecipientID `json:"recipient,omitempty"`
	Kind      string              `json:"kind"` // as in the edition: processor, partner, authority, operator
	Country   string              `json:"country"`

	From       time.Time           `json:"from,omitzero"` // clause 1: the period; To is the first moment no longer in it
	To         time.Time           `json:"to,omitzero"`
	Nature     string              `json:"nature,omitempty"`      // clause 2: what is done
	Purposes   []privacy.PurposeID `json:"purposes,omitempty"`    // clause 2: what for
	Fields     []string            `json:"fields,omitempty"`      // clause 3: attributes that identify nobody by themselves, "D05.soate"
	Identifier []string            `json:"identifiers,omitempty"` // clause 3: those that do, such as "D08.msisdn", and "subject" for the Holder's own id
	Subjects   []string            `json:"subject_categories,omitempty"`
	Written    bool                `json:"written_instructions_only,omitempty"` // clause 4
	Access     string              `json:"access_limits,omitempty"`             // clause 5: of staff and third parties
	Procedures Procedures          `json:"procedures,omitzero"`                 // clause 6
	Recording  string              `json:"recording,omitempty"`                 // clause 7: how operations are recorded

	IncidentHours int      `json:"incident_hours,omitempty"` // how soon he tells of an incident; 48 at most (DC-88 p.6)
	Subprocessors string   `json:"subprocessors,omitempty"`  // "none" or "by_written_permission" (DC-86 p.3)
	Permitted     []string `json:"permitted_subprocessors,omitempty"`
	ConfirmHours  int      `json:"confirm_hours,omitempty"` // how soon he confirms what he is told of changes

	Ground      string    `json:"ground,omitempty"` // of a transfer abroad, from the closed list (DC-89)
	GroundCites Provision `json:"ground_cites,omitzero"`
	Cites       Provision `json:"cites,omitzero"` // of an authority: the act and article in place of a contract

	sum string // hash of its JSON, as the ledger has it
}

// Procedures say how the recipient carries out the rights of a subject.
type Procedures struct {
	Rectify  string `json:"rectify,omitempty"`
	Complete string `json:"complete,omitempty"`
	Erase    string `json:"erase,omitempty"`
	Restrict string `json:"restrict,omitempty"`
}

// RecipientState is a row of the register as officers and auditors see it.
type RecipientState struct {
	Contract Contract  `json:"contract"`
	State    string    `json:"state"`
	Missing  []string  `json:"missing"` // members that keep a draft from being activated
	Endpoint string    `json:"endpoint,omitempty"`
	SHA256   string    `json:"sha256"` // of the contract, as the ledger has it
	Author   string    `json:"author"`
	Changed  time.Time `json:"changed_at"`
}

// RegisterRecipient puts down what was agreed with a recipient of the edition in
// force, or changes it. Whatever it was before, it is a draft now: nothing flows
// under words that nobody has activated. (policy 4.4a, law F1, F2)
func (h *Holder) RegisterRecipient(ctx context.Context, actor privacy.Actor, k Contract) (RecipientState, error) {
	const op = "holder.RegisterRecipient"
	if err := person(&actor); err != nil {
		return RecipientState{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (RecipientState, error) {
		if c.ed == nil {
			return RecipientState{}, &privacy.Error{Code: privacy.NotInForce}
		}
		if err := c.fitContract(&k); err != nil {
			return RecipientState{}, err
		}
		row, err := c.Recipient(ctx, k.Recipient)
		kind := ledger.RecipientChanged
		if isNotFound(err) {
			kind = ledger.RecipientRegistered
		} else if err != nil {
			return RecipientState{}, err
		}
		if row.Contract, err = json.Marshal(k); err != nil {
			return RecipientState{}, err
		}
		row.ID, row.State = k.Recipient, RecipientDraft
		return c.putRecipient(kind, &row, nil)
	})
}

// ActivateRecipient lets data flow to a recipient whose contract lacks nothing.
func (h *Holder) ActivateRecipient(ctx context.Context, actor privacy.Actor, id privacy.RecipientID) (RecipientState, error) {
	return h.recipientStep(ctx, "holder.ActivateRecipient", actor, id, func(c *change, row *store.Recipient, k *Contract) (ledger.Kind, error) {
		if row.State == RecipientActive {
			return "", nil
		}
		if missing := k.missing(); len(missing) > 0 {
			return "", &privacy.Error{Code: privacy.MissingValue, Field: "contract." + missing[0], Problem: "recipient.incomplete"}
		}
		if err := c.fitContract(k); err != nil { // the edition may have changed since it was written
			return "", err
		}
		if !k.live(c.now) {
			return "", &privacy.Error{Code: privacy.Conflict, Name: string(id), Problem: "recipient.expired"}
		}
		row.State = RecipientActive
		return ledger.RecipientActivated, nil
	})
}

// suspensions are why a recipient is cut off: a closed set.
var suspensions = []string{"incident", "breach_of_contract", "order", "request", "other"}

// SuspendRecipient is the kill switch. From the moment it is durable no answer of
// any node gives data to the recipient, since every one reads the register as the
// last thing it does; what this node was just handing over or sending has ended
// when the verb returns. (policy 4.4a)
func (h *Holder) SuspendRecipient(ctx context.Context, actor privacy.Actor, id privacy.RecipientID, reason string) (RecipientState, error) {
	const op = "holder.SuspendRecipient"
	if !slices.Contains(suspensions, reason) {
		return RecipientState{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "reason", Problem: "recipient.reason"}
	}
	out, err := h.recipientStep(ctx, op, actor, id, func(_ *change, row *store.Recipient, _ *Contract) (ledger.Kind, error) {
		if row.State == RecipientSuspended {
			return "", nil
		}
		row.State = RecipientSuspended
		return ledger.RecipientSuspended, nil
	}, func(e *ledger.Event) { e.Reason = reason })
	if err == nil {
		h.out.stop(id)
	}
	return out, err
}

// Recipients gives the register to officers and auditors.
func (h *Holder) Recipients(ctx context.Context, actor privacy.Actor) ([]RecipientState, error) {
	const op = "holder.Recipients"
	if !actor.Acts(privacy.ActorOfficer, privacy.ActorAuditor) {
		return nil, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	out := []RecipientState{}
	err := h.Store.View(ctx, func(v store.View) error {
		out = out[:0]
		rows, err := v.Recipients(ctx)
		for i := range rows {
			st, bad := stateOf(&rows[i])
			if bad != nil {
				return bad
			}
			out = append(out, st)
		}
		return err
	})
	return out, fail(op, err)
}

// recipientStep is one change of a row that is there. A step that gives no kind
// changes nothing.
func (h *Holder) recipientStep(ctx context.Context, op string, actor privacy.Actor, id privacy.RecipientID,
	fn func(*change, *store.Recipient, *Contract) (ledger.Kind, error), set ...func(*ledger.Event),
) (RecipientState, error) {
	if err := person(&actor); err != nil {
		return RecipientState{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (RecipientState, error) {
		if c.ed == nil {
			return RecipientState{}, &privacy.Error{Code: privacy.NotInForce}
		}
		row, err := c.Recipient(ctx, id)
		if isNotFound(err) {
			return RecipientState{}, &privacy.Error{Code: privacy.NotFound, Field: "recipient"}
		}
		if err != nil {
			return RecipientState{}, err
		}
		k, err := contractOf(&row)
		if err != nil {
			return RecipientState{}, err
		}
		kind, err := fn(c, &row, &k)
		if err != nil || kind == "" {
			st, _ := stateOf(&row) // read just now
			return st, err
		}
		return c.putRecipient(kind, &row, set)
	})
}

// putRecipient keeps a row and records what became of it, with the hash of what
// was agreed.
func (c *change) putRecipient(kind ledger.Kind, row *store.Recipient, set []func(*ledger.Event)) (RecipientState, error) {
	row.Author, row.Changed = c.actor.ID(), c.now
	if err := c.PutRecipient(c.ctx, *row); err != nil {
		return RecipientState{}, err
	}
	_, err := c.record(kind, func(e *ledger.Event) {
		e.Clause, e.Recipient, e.Ref = "4.4a", string(row.ID), string(row.ID)
		e.Detail = map[string]string{"contract": hashOf(row.Contract), "state": row.State}
		for _, fn := range set {
			fn(e)
		}
	})
	if err != nil {
		return RecipientState{}, err
	}
	return stateOf(row)
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hexOf(sum[:])
}

func contractOf(row *store.Recipient) (k Contract, err error) {
	err = json.Unmarshal(row.Contract, &k)
	k.sum = hashOf(row.Contract)
	return k, err
}

func stateOf(row *store.Recipient) (RecipientState, error) {
	k, err := contractOf(row)
	return RecipientState{
		Contract: k, State: row.State, Missing: append([]string{}, k.missing()...), Endpoint: row.Endpoint,
		SHA256: k.sum, Author: row.Author, Changed: row.Changed,
	}, err
}

// live reports whether t is within the period of the contract.
func (k *Contract) live(t time.Time) bool {
	return !k.From.IsZero() && !t.Before(k.From) && (k.To.IsZero() || t.Before(k.To))
}

// allows reports whether the contract names an attribute.
func (k *Contract) allows(field string) bool {
	return slices.Contains(k.Fields, field) || slices.Contains(k.Identifier, field)
}

// covering gives what was agreed with a recipient to whom data may go now, or
// says why they may not. It reads the register in the transaction or snapshot of
// the answer, so that the kill switch is honoured at once.
func (h *Holder) covering(ctx context.Context, v store.View, ed *edition, id privacy.RecipientID, now time.Time) (Contract, error) {
	no := func(problem string) (Contract, error) {
		return Contract{}, &privacy.Error{Code: privacy.Refused, Reason: privacy.RecipientUnknown, Clause: "4.4a", Problem: problem}
	}
	if ed.Recipient(id) == nil {
		return Contract{}, unknown("recipient", string(id))
	}
	row, err := v.Recipient(ctx, id)
	if isNotFound(err) {
		return no("recipient.not_active")
	}
	if err != nil {
		return Contract{}, err
	}
	k, err := contractOf(&row)
	switch {
	case err != nil:
		return Contract{}, err
	case row.State == RecipientSuspended:
		return no("recipient.suspended")
	case row.State != RecipientActive:
		return no("recipient.not_active")
	case !k.live(now):
		return no("recipient.expired")
	}
	return k, ed.crossing(&k, now)
}

// flows reports whether a transfer that the edition allows is allowed by the
// register too. (Ask)
func (h *Holder) flows(ctx context.Context, v store.View, ed *edition, to privacy.RecipientID, now time.Time) (bool, error) {
	_, err := h.covering(ctx, v, ed, to, now)
	if privacy.CodeOf(err) == privacy.Refused {
		return false, nil
	}
	return err == nil, err
}
