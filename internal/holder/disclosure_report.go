package holder

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Report is what left the house in a period: to whom, which fields, what for and
// how often. It is counted from the sealed ledger alone, up to the size it names,
// so that whoever has an export counts the same. (US-4.4a-3)
type Report struct {
	Schema string      `json:"schema"` // kupuya/disclosures/1
	Holder string      `json:"holder"`
	From   time.Time   `json:"from"`
	To     time.Time   `json:"to"`          // the first moment no longer in it
	Size   int64       `json:"ledger_size"` // events of the ledger that were counted
	Root   string      `json:"ledger_root"`
	Rows   []ReportRow `json:"rows"`
}

// ReportRow is one recipient's share for one purpose and set of fields.
type ReportRow struct {
	Recipient privacy.RecipientID `json:"recipient"`
	Purpose   privacy.PurposeID   `json:"purpose"`
	Fields    []string            `json:"fields"`
	Recorded  int                 `json:"recorded"`
	Withheld  int                 `json:"withheld"` // recorded, and kept back before they left
	Authority int                 `json:"to_authority_on_request"`
}

const reportSchema = "kupuya/disclosures/1"

// Report counts what left in a period and signs it as a note: JSON, an empty
// line, a signature that the Holder's receipt key verifies. Officers and the
// auditor have it. (US-4.4a-3)
func (h *Holder) Report(ctx context.Context, actor privacy.Actor, from, to time.Time) ([]byte, error) {
	const op = "holder.Report"
	if !actor.Acts(privacy.ActorOfficer, privacy.ActorAuditor) {
		return nil, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	if from.IsZero() || !from.Before(to) {
		return nil, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "to", Problem: "recipient.period"}
	}
	out := Report{Schema: reportSchema, Holder: h.Origin, From: moment(from), To: moment(to)}
	t := tally{from: out.From, to: out.To, rows: map[string]*ReportRow{}}
	err := h.Store.View(ctx, func(v store.View) error {
		head, err := v.Checkpoint(ctx)
		if isNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		c, err := ledger.OpenCheckpoint(head.Note, h.LedgerVKey)
		if err != nil {
			return err
		}
		out.Size, out.Root = c.Size, hexOf(c.Root[:])
		clear(t.rows)
		return h.eachLeaf(ctx, v, c.Size, t.add)
	})
	if err != nil {
		return nil, fail(op, err)
	}
	out.Rows = t.sorted()
	signed, err := h.signReport(&out)
	return signed, fail(op, err)
}

// eachLeaf walks the events of the sealed ledger that may tell of a disclosure.
func (h *Holder) eachLeaf(ctx context.Context, v store.View, size int64, fn func(*ledger.Event)) error {
	for n := int64(0); n < size; {
		rows, err := v.Leaves(ctx, n, 1000)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if n = row.N + 1; n > size || !bytes.Contains(row.Bytes, []byte(`"kind":"data.`)) {
				continue
			}
			e, err := ledger.Parse(row.Bytes)
			if err != nil {
				return err
			}
			fn(&e)
		}
	}
	return nil
}

// tally counts events into a report.
type tally struct {
	from, to time.Time
	rows     map[string]*ReportRow
}

func (t *tally) add(e *ledger.Event) {
	if e.Time.Before(t.from) || !e.Time.Before(t.to) || e.Outcome == "revealed" { // counted when it left
		return
	}
	switch e.Kind {
	case ledger.DataDisclosed:
		r := t.row(e, fieldsOf(e))
		if r.Recorded++; e.Reason == "authority" {
			r.Authority++
		}
	case ledger.DataWithheld:
		t.row(e, fieldsNamed(e)).Withheld++
	}
}

func (t *tally) row(e *ledger.Event, fields []string) *ReportRow {
	key := strings.Join([]string{e.Recipient, e.Purpose, strings.Join(fields, " ")}, "\n")
	if t.rows[key] == nil {
		t.rows[key] = &ReportRow{Recipient: privacy.RecipientID(e.Recipient), Purpose: privacy.PurposeID(e.Purpose), Fields: append([]string{}, fields...)}
	}
	return t.rows[key]
}

func (t *tally) sorted() []ReportRow {
	out := []ReportRow{}
	for r := range maps.Values(t.rows) {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b ReportRow) int {
		return cmp.Or(cmp.Compare(a.Recipient, b.Recipient), cmp.Compare(a.Purpose, b.Purpose), slices.Compare(a.Fields, b.Fields))
	})
	return out
}

func (h *Holder) signReport(r *Report) ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(h.ReceiptKey)
	if err != nil {
		return nil, &privacy.Error{Code: privacy.Internal} // the cause could quote the key
	}
	return note.Sign(&note.Note{Text: text.String()}, signer)
}

// VerifyReport checks the signature of a report with the Holder's public key and
// gives what it says.
func VerifyReport(file []byte, vkey string) (Report, error) {
	var r Report
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return r, err
	}
	n, err := note.Open(file, note.VerifierList(verifier))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(n.Text), &r)
}
