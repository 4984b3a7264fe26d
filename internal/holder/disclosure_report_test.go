package holder_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// US-4.4a-3: the report is counted from the ledger, so an export gives the same,
// and it is signed.
func TestTheReportIsWhatTheLedgerSays(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.lawful(t)
		h.recipients(t, "partner-shop", "billing")
		id, other := h.customer(t, aibek), h.customer(t, somebody(1))
		for _, who := range []privacy.SubjectID{id, other, id} {
			must(h.Disclose(ctx, crm, toShop(who)))(t)
		}
		must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.surname", "D05.street"}}))(t)
		r := asked(id)
		r.HideUntil, r.HideCites = h.clock.Now().Add(10*day), holder.Provision{Act: "dc", Article: "186"}
		must(h.AnswerLawful(ctx, second, must(h.OpenLawful(ctx, officer, r))(t).ID))(t)
		key := holder.WithKey(ctx, holder.Key{Key: "k", Body: []byte{1}})
		must(h.Disclose(key, crm, toShop(other)))(t)
		must(h.Withdraw(ctx, self(other), holder.Withdrawal{Subject: other, Purpose: "P17"}))(t)
		must(h.Disclose(key, crm, toShop(other)))(t) // kept back
		from, to := noon.Add(-time.Hour), h.clock.Now().Add(day)
		h.clock.Advance(11 * day)
		h.duties(t) // what was hidden is shown, and counted only when it left
		h.verify(t)
		file := must(h.Report(ctx, auditor, from, to))(t)
		rep, err := holder.VerifyReport(file, h.ReceiptVKey)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := json.Marshal(rep.Rows) // strings and numbers
		want := `[{"recipient":"billing","purpose":"P18","fields":["D01.surname","D05.street"],"recorded":1,"withheld":0,"to_authority_on_request":0},` +
			`{"recipient":"court","purpose":"P13","fields":["D01.surname"],"recorded":1,"withheld":0,"to_authority_on_request":1},` +
			`{"recipient":"partner-shop","purpose":"P17","fields":["D08.msisdn"],"recorded":4,"withheld":1,"to_authority_on_request":0}]`
		if string(got) != want {
			t.Errorf("the report says\n%s\nand not\n%s", got, want)
		}
		if again := must(h.Report(ctx, officer, from, to))(t); !bytes.Equal(file, again) {
			t.Error("the same ledger gives another report")
		}
		checkpoint := must(ledger.OpenCheckpoint(must(h.Checkpoint(ctx))(t), h.LedgerVKey))(t)
		if rep.Size != checkpoint.Size || rep.Root != hexOf(checkpoint.Root[:]) {
			t.Errorf("counted to %d %s, the checkpoint says %d", rep.Size, rep.Root, checkpoint.Size)
		}
		broken := bytes.Replace(file, []byte(`"recorded": 4`), []byte(`"recorded": 3`), 1)
		if _, err := holder.VerifyReport(broken, h.ReceiptVKey); err == nil || bytes.Equal(broken, file) {
			t.Error("a changed report verifies")
		}
		for _, secret := range []string{string(id), string(other), aibek.number, h.Pairwise("partner-shop", id)} {
			if bytes.Contains(file, []byte(secret)) {
				t.Errorf("the report holds %s", secret)
			}
		}
		empty := must(h.Report(ctx, auditor, to.Add(100*day), to.Add(101*day)))(t)
		if rep, err := holder.VerifyReport(empty, h.ReceiptVKey); err != nil || len(rep.Rows) != 0 {
			t.Errorf("of an empty period: %+v %v", rep, err)
		}
		for _, who := range []privacy.Actor{crm, clerk, self(id), bearer("partner-shop")} {
			refusedAs(t, failure(h.Report(ctx, who, from, to)), privacy.Forbidden, "")
		}
		refusedAs(t, failure(h.Report(ctx, auditor, to, from)), privacy.BadValue, "")
	})
}
