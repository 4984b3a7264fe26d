package holder

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// released is a disclosure that was recorded, without a value. It is what is
// kept under an idempotency key.
type released struct {
	ID        string               `json:"id"`
	Subject   privacy.SubjectID    `json:"subject"`
	Stream    privacy.SubjectID    `json:"stream"` // whose events tell of it: the subject's, or the Holder's while it is hidden
	Recipient privacy.RecipientID  `json:"to"`
	Purpose   privacy.PurposeID    `json:"for"`
	Operation privacy.Operations   `json:"op"`
	Pairwise  string               `json:"pairwise"`
	Named     bool                 `json:"named"` // the contract names the Holder's own id
	Copy      string               `json:"copy"`
	At        time.Time            `json:"at"`
	Until     time.Time            `json:"until"`
	Items     []releasedItem       `json:"items"`
	Absent    []privacy.CategoryID `json:"absent"`
	Refused   []RefusedCategory    `json:"refused"`
	Event     privacy.EventID      `json:"event"`
	Lawful    string               `json:"lawful,omitempty"` // id of the request of a state body
}

// releasedItem is one value, by the version and commitment that were recorded.
type releasedItem struct {
	Category privacy.CategoryID `json:"c"`
	Version  int                `json:"v"`
	Commit   string             `json:"commit"`
	Fields   []string           `json:"f"` // attributes
}

// tell puts into an event what left: which fields of which version, committed to
// by one hash, under which contract, in which copy.
func (rel *released) tell(e *ledger.Event, first policy.Decision, contract string) {
	about(e, first, rel.Purpose, rel.Operation)
	e.Recipient, e.Ref, e.Commit = string(rel.Recipient), rel.ID, rel.commit()
	e.Detail = map[string]string{"copy": rel.Copy}
	if contract != "" {
		e.Detail["contract"] = contract
	}
	if !rel.Until.IsZero() {
		e.Until = ledger.Stamp(rel.Until)
	}
	n := 0
	for _, item := range rel.Items {
		e.Categories = append(e.Categories, string(item.Category))
		if names := strings.Join(item.Fields, "+"); len(names) <= 128 && names != "" {
			e.Detail[string(lower(item.Category))] = names
		}
		n += len(item.Fields)
	}
	e.Detail["fields"] = strconv.Itoa(n)
	for _, r := range rel.Refused {
		e.Detail["no_"+string(lower(r.Category))] = string(r.Reason)
	}
}

// commit binds the event to the very values that left, without a word of them:
// each record's own commitment is salted.
func (rel *released) commit() string {
	sum := sha256.New()
	sum.Write([]byte("kupuya/1/disclosed\n"))
	for _, item := range rel.Items {
		fmt.Fprintf(sum, "%s %d %s %s\n", item.Category, item.Version, item.Commit, strings.Join(item.Fields, "+"))
	}
	return hexOf(sum.Sum(nil))
}

// fields lists what left, as "D08.msisdn".
func (rel *released) fields() []string {
	out := []string{}
	for _, item := range rel.Items {
		for _, name := range item.Fields {
			out = append(out, string(item.Category)+"."+name)
		}
	}
	return sorted(out)
}
