package holder_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

func asError(err error, e **privacy.Error) bool { return errors.As(err, e) }

var aibek = person{number: "+996991000001", born: "1990-05-17", surname: "Осмонов"}

func TestFromAPublishedPolicyToAProvedDestruction(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.register(aibek)
		if got := h.may(id, "P18", "D01", "use"); got != privacy.NotAccepted {
			t.Fatalf("before acceptance: %s", got)
		}
		h.accept(id) // policy 6.1
		if got := h.may(id, "P18", "D01", "use"); got != privacy.NoAgreement {
			t.Fatalf("before the contract: %s", got)
		}
		if _, err := h.Agree(ctx, crm, id); err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P18", "D01", "use"); got != privacy.Allowed {
			t.Fatalf("under the contract: %s", got)
		}
		// policy 3.3: advertising is off until it is allowed, and off again at once
		if got := h.may(id, "P03", "D09", "use"); got != privacy.NoConsent {
			t.Fatalf("before consent: %s", got)
		}
		con := h.consent(id, "P03")
		if got := h.may(id, "P03", "D09", "use"); got != privacy.Allowed {
			t.Fatalf("after consent: %s", got)
		}
		raw, err := h.Receipt(ctx, self(id), id, con.Receipt)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := evidence.Verify(raw, h.ReceiptVKey); err != nil || r.Ref != con.Consent {
			t.Fatalf("receipt of the consent: %v %v", r.Ref, err)
		}
		got, err := h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D08", "D06"}, Operation: privacy.Use})
		if err != nil {
			t.Fatal(err)
		}
		if got.Values["D01"]["surname"] != "Осмонов" || got.Values["D08"]["msisdn"] != "+996991000001" {
			t.Fatalf("read %v", got.Values)
		}
		if len(got.Refused) != 1 || got.Refused[0].Category != "D06" || got.Refused[0].Reason != privacy.NotInPolicy {
			t.Fatalf("refused %v", got.Refused)
		}
		if _, err := h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P03"}); err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P03", "D09", "use"); got != privacy.ConsentWithdrawn {
			t.Fatalf("after withdrawal: %s", got)
		}
		b, err := h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D05", Ground: "unreliable"}) // policy 5.3
		if err != nil {
			t.Fatal(err)
		}
		if got := h.may(id, "P18", "D05", "use"); got != privacy.Disputed {
			t.Fatalf("under dispute: %s", got)
		}
		if _, err := h.Rectify(ctx, clerk, holder.Write{
			Subject: id, Category: "D05", Purpose: "P16", Source: "office_scan",
			Value: map[string]any{"soate": "41711000000000", "street": "Манас пр.", "house": "40"},
		}); privacy.CodeOf(err) != privacy.Refused {
			t.Fatalf("confirming accuracy went on under a dispute: %v", err)
		}
		if _, err := h.Rectify(ctx, clerk, holder.Write{Subject: id, Category: "D05", Source: "office_scan", // as the claim that the dispute is (T7)
			Value: map[string]any{"soate": "41711000000000", "street": "Манас пр.", "house": "40"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Unblock(ctx, officer, id, b.Block, "corrected"); err != nil {
			t.Fatal(err)
		}
		x, err := h.Extract(ctx, self(id), id) // policy 5.2
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Rows) != 6 {
			t.Fatalf("the extract has %d rows, want D01-D05 and D08", len(x.Rows))
		}
		for _, row := range x.Rows {
			if row.Data == nil || len(row.Grounds) == 0 || row.Source == "" || row.Grounds[0].Processing == "" || row.Grounds[0].Storage == "" {
				t.Errorf("%s lacks one of its five columns: %+v", row.Category, row)
			}
		}
		d, err := h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}) // policy 3.21
		if err != nil {
			t.Fatal(err)
		}
		if r, err := evidence.Verify([]byte(d.Certificate), h.ReceiptVKey); err != nil || r.Scope != "whole" {
			t.Fatalf("certificate: %v %v", r.Scope, err)
		}
		if got := h.may(id, "P18", "D01", "use"); got != privacy.Destroyed {
			t.Fatalf("after destruction: %s", got)
		}
		if _, err := h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use}); privacy.CodeOf(err) != privacy.Refused {
			t.Fatalf("read after destruction: %v", err)
		}
		h.verify(t)
	})
}

// verify seals and exports the ledger and verifies it offline.
func (h *house) verify(t testing.TB) ledger.Report {
	t.Helper()
	ctx := context.Background()
	for {
		n, err := h.Seal(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	var out bytes.Buffer
	if _, err := h.Export(ctx, &out); err != nil {
		t.Fatal(err)
	}
	rep, err := ledger.Verify(&out, h.LedgerVKey, ledger.VerifyOptions{})
	if err != nil {
		t.Fatalf("the ledger does not verify: %v", err)
	}
	return rep
}
