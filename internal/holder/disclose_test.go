package holder_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// policy 4.4a, US-4.4a-1, US-4.4a-2: only what the contract names leaves, under the
// recipient's own id of the subject, and the subject can see it.
func TestWhatLeavesIsAgreedFieldByFieldAndRecorded(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.recipients(t, "billing", "partner-shop")
		id := h.customer(t, aibek)
		out := must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D05", "D09"}}))(t)
		if got := strings.Join(names(out), " "); got != "D01.given D01.surname D05.house D05.soate D05.street" {
			t.Errorf("left: %s", got)
		}
		if !slices.Equal(out.Absent, []privacy.CategoryID{"D09"}) || len(out.Refused) != 0 {
			t.Errorf("absent %v, refused %v", out.Absent, out.Refused)
		}
		h.clock.Advance(time.Minute)
		some := must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.surname", "D01.surname"}}))(t)
		if len(some.Fields) != 1 || some.Fields[0] != (holder.FieldValue{Name: "D01.surname", Value: "Осмонов"}) || some.Subject != out.Subject || some.Copy == out.Copy {
			t.Errorf("one field: %+v", some)
		}
		if out.Subject == string(id) || strings.Contains(out.Subject, "991000001") || len(out.Subject) != 32 {
			t.Errorf("the subject is called %s", out.Subject)
		}
		h.clock.Advance(time.Minute)
		shop := must(h.Disclose(ctx, crm, toShop(id)))(t)
		if shop.Subject == out.Subject || shop.Fields[0].Value != aibek.number {
			t.Errorf("two recipients know him by one id, or the agreed number did not leave: %+v", shop)
		}
		given := must(h.Disclosures(ctx, self(id), id))(t)
		if len(given) != 3 || given[0].Recipient != "billing" || given[0].Notice != "not_due" || given[2].Notice != "due" || given[2].Basis != privacy.BasisConsent ||
			!slices.Equal(given[2].Fields, []string{"D08.msisdn"}) || given[2].Title.Ky == "" || given[2].Agreement == "" || given[2].Event != shop.Event {
			t.Errorf("his register: %+v", given)
		}
		log := must(h.Log(ctx, self(id), id, 0, 1))(t).Entries[0]
		if log.Kind != "data.disclosed" || log.Recipient != "partner-shop" || !slices.Equal(log.Fields, []string{"D08.msisdn"}) || log.Purpose != "P17" || log.Basis != privacy.BasisConsent {
			t.Errorf("his log: %+v", log)
		}
		x := must(h.Extract(ctx, self(id), id))(t)
		if len(x.Disclosed) != 3 || len(x.Disclosed[0].Fields) != 5 {
			t.Errorf("his extract: %+v", x.Disclosed)
		}
		for _, line := range h.rows(t) { // the ledger and the store know neither the value nor the recipient's id of him
			if strings.HasPrefix(line, "subject:") {
				continue
			}
			for _, secret := range []string{out.Subject, shop.Subject, aibek.number} {
				if strings.Contains(line, secret) {
					t.Errorf("%s stands in %.80s", secret, line)
				}
			}
		}
		h.verify(t)
	})
}

func TestWhatMayNotLeaveIsRefusedAndSaidWhy(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.recipients(t, "partner-shop", "billing")
	id := h.customer(t, aibek)
	must(h.RegisterRecipient(ctx, officer, contracts()["tunduk"]))(t)
	d01 := []privacy.CategoryID{"D01"}
	for _, c := range []struct {
		name    string
		who     privacy.Actor
		t       holder.Transfer
		code    privacy.Code
		field   string
		problem string
	}{
		{"nobody", privacy.Actor{}, toShop(id), privacy.Unauthenticated, "", ""},
		{"a clerk", clerk, toShop(id), privacy.Forbidden, "", ""},
		{"the subject", self(id), toShop(id), privacy.Forbidden, "", ""},
		{"the auditor", auditor, toShop(id), privacy.Forbidden, "", ""},
		{"a subject who is not there", crm, toShop(privacy.SubjectID(privacy.NewID(noon))), privacy.NotFound, "", ""},
		{"no subject", crm, toShop("everybody"), privacy.NotFound, "", ""},
		{"no recipient", crm, holder.Transfer{Subject: id, Purpose: "P17", Categories: d01}, privacy.MissingValue, "recipient", ""},
		{"an unknown recipient", crm, holder.Transfer{Subject: id, Recipient: "uncle", Purpose: "P17", Categories: d01}, privacy.UnknownName, "recipient", ""},
		{"one who is not activated", crm, holder.Transfer{Subject: id, Recipient: "tunduk", Purpose: "P16", Categories: d01}, privacy.Refused, "", "recipient.not_active"},
		{"one who is not registered", crm, holder.Transfer{Subject: id, Recipient: "sms-gateway", Purpose: "P07", Categories: []privacy.CategoryID{"D08"}}, privacy.Refused, "", "recipient.not_active"},
		{"a purpose the contract does not name", crm, holder.Transfer{Subject: id, Recipient: "partner-shop", Purpose: "P18", Categories: d01}, privacy.Refused, "", "recipient.purpose"},
		{"an unknown purpose", crm, holder.Transfer{Subject: id, Recipient: "partner-shop", Purpose: "P99", Categories: d01}, privacy.UnknownName, "purpose", ""},
		{"a category the contract does not name", crm, holder.Transfer{Subject: id, Recipient: "partner-shop", Purpose: "P17", Categories: d01}, privacy.UnknownName, "categories", "disclosure.field"},
		{"a field the contract does not name", crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.patronymic"}}, privacy.UnknownName, "fields", "disclosure.field"},
		{"a field outside of the categories", crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Categories: d01, Fields: []string{"D05.street"}}, privacy.UnknownName, "fields", "disclosure.field"},
		{"an unknown field", crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.nickname"}}, privacy.UnknownName, "fields", ""},
		{"an operation that is no transfer", crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Categories: d01, Operation: privacy.Use}, privacy.BadValue, "operation", "disclosure.operation"},
		{"nothing", crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18"}, privacy.MissingValue, "categories", ""},
	} {
		out, err := h.Disclose(ctx, c.who, c.t)
		var e *privacy.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Field != c.field || e.Problem != c.problem || len(out.Fields) > 0 {
			t.Errorf("%s: %v, %v", c.name, names(out), err)
		}
	}
	if n := count(h.events(t, id), "decision.refused"); n != 8 { // what a subject's data were asked for in vain stands in his log
		t.Errorf("%d refusals are recorded", n)
	}
	k := contracts()["partner-shop"]
	k.To = h.clock.Now().Add(time.Hour)
	must(h.RegisterRecipient(ctx, officer, k))(t)
	must(h.ActivateRecipient(ctx, officer, "partner-shop"))(t)
	if out := must(h.Disclose(ctx, crm, toShop(id)))(t); len(out.Fields) != 1 || !out.Until.Equal(k.To) {
		t.Errorf("within its last hour: %+v", out)
	}
	h.clock.Advance(time.Hour)
	_, err := h.Disclose(ctx, crm, toShop(id))
	refusedAs(t, err, privacy.Refused, privacy.RecipientUnknown)
}

// A block, a dispute and a withdrawal stop the way out as every other use.
func TestTheGateDecidesLikeEveryOtherUse(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.recipients(t, "partner-shop")
	id := h.customer(t, aibek)
	reason := func() privacy.Reason {
		t.Helper()
		out := must(h.Disclose(ctx, crm, toShop(id)))(t)
		if len(out.Refused) == 0 {
			return privacy.Allowed
		}
		if len(out.Fields) > 0 || out.ID != "" {
			t.Errorf("refused and given: %+v", out)
		}
		return out.Refused[0].Reason
	}
	if got := reason(); got != privacy.Allowed {
		t.Errorf("at first: %s", got)
	}
	b := must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D08"}))(t)
	if got := reason(); got != privacy.Blocked {
		t.Errorf("under a block: %s", got)
	}
	must(h.Unblock(ctx, self(id), id, b.Block, ""))(t)
	must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
	if got := reason(); got != privacy.ConsentWithdrawn {
		t.Errorf("after the withdrawal: %s", got)
	}
	if got := h.ask(t, crm, id, "P18", "D01", privacy.TransferProvide, "billing"); got != privacy.RecipientUnknown {
		t.Errorf("of a recipient who is not in the register may says %s", got)
	}
	h.recipients(t, "billing")
	if got := h.ask(t, crm, id, "P18", "D01", privacy.TransferProvide, "billing"); got != privacy.Allowed {
		t.Errorf("of one who is, %s", got)
	}
}

func TestARepeatedTransferIsRecordedOnceAndDecidedAnew(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		h.recipients(t, "partner-shop")
		id := h.customer(t, aibek)
		ctx := holder.WithKey(context.Background(), holder.Key{Key: "k", Body: []byte{1}})
		first, again := must(h.Disclose(ctx, crm, toShop(id)))(t), must(h.Disclose(ctx, crm, toShop(id)))(t)
		if first.ID != again.ID || first.Copy != again.Copy || first.Event != again.Event || len(again.Fields) != 1 {
			t.Errorf("%+v, and again %+v", first, again)
		}
		if n := count(h.events(t, id), "data.disclosed"); n != 1 {
			t.Errorf("recorded %d times", n)
		}
		must(h.Withdraw(context.Background(), self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
		late := must(h.Disclose(ctx, crm, toShop(id)))(t)
		if len(late.Fields) > 0 || late.Refused[0].Reason != privacy.ConsentWithdrawn {
			t.Errorf("after the withdrawal the key gives %+v", late)
		}
		h.consentBySMS(id, "P17")
		if over := must(h.Disclose(ctx, crm, toShop(id)))(t); len(over.Fields) > 0 {
			t.Error("what was recorded as kept back left after all")
		}
		if n := count(h.events(t, id), "data.withheld"); n != 1 {
			t.Errorf("kept back %d times", n)
		}
	})
}

// between lets something happen at the n-th look at the store.
type between struct {
	store.Store
	mu sync.Mutex
	n  int
	do func()
}

func (b *between) View(ctx context.Context, fn func(store.View) error) error {
	b.mu.Lock()
	b.n--
	do := b.do
	now := b.n == 0
	b.mu.Unlock()
	if now {
		do()
	}
	return b.Store.View(ctx, fn)
}

// What changes between the decision and the handing over is honoured, whichever
// of the looks it comes before. (policy 4.5b, 4.4a)
func TestWhatChangesBeforeTheHandOverKeepsTheDataBack(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	plain := h.Store
	for name, act := range map[string]func(id privacy.SubjectID){
		"a withdrawal": func(id privacy.SubjectID) {
			must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P17"}))(t)
		},
		"a block": func(id privacy.SubjectID) { must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id}))(t) },
		"the kill switch": func(privacy.SubjectID) {
			go func() { _, _ = h.SuspendRecipient(ctx, officer, "partner-shop", "incident") }() // it waits for us
			for !strings.Contains(strings.Join(h.rows(t), "\n"), "state=suspended") {
			}
		},
		"a destruction": func(id privacy.SubjectID) {
			must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundOrder, Citation: "DC-90.7", Categories: []privacy.CategoryID{"D08"}}))(t)
		},
	} {
		for look := 1; look <= 2; look++ {
			h.Store = plain
			h.recipients(t, "partner-shop")
			id := h.customer(t, somebody(len(name)*10+look))
			b := &between{Store: plain, n: look}
			b.do = func() { h.Store = plain; act(id) }
			h.Store = b
			out, err := h.Disclose(ctx, crm, toShop(id))
			h.Store = plain
			if err != nil {
				t.Fatalf("%s before look %d: %#v", name, look, errors.Unwrap(err))
			}
			if len(out.Fields) > 0 || len(out.Refused) != 1 {
				t.Errorf("%s before look %d: %v left", name, look, names(out))
			}
			if kinds := h.events(t, id); count(kinds, "data.disclosed") != 1 || count(kinds, "data.withheld") != 1 {
				t.Errorf("%s before look %d is recorded as %v", name, look, kinds)
			}
			if x := must(h.Disclosures(ctx, officer, id))(t); len(x) != 1 || x[0].Withheld.IsZero() {
				t.Errorf("%s before look %d: the register says %+v", name, look, x)
			}
		}
	}
}

// After the kill switch no byte leaves: whoever asks once it is thrown gets
// nothing, and what was under way has ended when the verb returns.
func TestAfterTheKillSwitchNothingLeaves(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.recipients(t, "partner-shop")
		id := h.customer(t, aibek)
		var done sync.WaitGroup
		var mu sync.Mutex
		thrown, left := false, 0
		stop := make(chan struct{})
		for range 4 {
			done.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					mu.Lock()
					after := thrown
					mu.Unlock()
					out, err := h.Disclose(ctx, crm, toShop(id))
					if len(out.Fields) > 0 {
						mu.Lock()
						left++
						mu.Unlock()
						if after {
							t.Error("asked after the kill switch, data left")
						}
					}
					if err != nil && privacy.CodeOf(err) != privacy.Refused {
						t.Error(err)
					}
				}
			})
		}
		for n := 0; n < 5; {
			mu.Lock()
			n = left
			mu.Unlock()
		}
		must(h.SuspendRecipient(ctx, officer, "partner-shop", "incident"))(t)
		mu.Lock()
		thrown = true
		mu.Unlock()
		for range 5 {
			if out, err := h.Disclose(ctx, crm, toShop(id)); len(out.Fields) > 0 || privacy.CodeOf(err) != privacy.Refused {
				t.Errorf("%v %v", names(out), err)
			}
		}
		close(stop)
		done.Wait()
		kinds := h.events(t, id)
		if recorded, withheld := count(kinds, "data.disclosed"), count(kinds, "data.withheld"); recorded-withheld != left {
			t.Errorf("%d recorded, %d kept back, %d left", recorded, withheld, left)
		}
	})
}

// Whatever officers and time do to the register, data leave only to a recipient
// who is active, within the period of a contract that names purpose and field.
func TestNothingLeavesWithoutALiveAgreement(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.customer(t, aibek)
	ids := []privacy.RecipientID{"partner-shop", "billing"}
	type row struct {
		k     holder.Contract
		state string
	}
	model := map[privacy.RecipientID]*row{}
	rapid.Check(t, func(rt *rapid.T) {
		to := func() privacy.RecipientID { return rapid.SampledFrom(ids).Draw(rt, "recipient") }
		rt.Repeat(map[string]func(*rapid.T){
			"register": func(rt *rapid.T) {
				to := to()
				k := contracts()[to]
				k.From = h.clock.Now().Add(time.Duration(rapid.IntRange(-2, 2).Draw(rt, "from")) * time.Hour)
				if n := rapid.IntRange(0, 3).Draw(rt, "hours"); n > 0 {
					k.To = k.From.Add(time.Duration(n) * time.Hour)
				}
				if rapid.Bool().Draw(rt, "without numbers") {
					k.Identifier = nil
				}
				if rapid.IntRange(0, 4).Draw(rt, "incomplete") == 0 {
					k.Access = ""
				}
				must(h.RegisterRecipient(ctx, officer, k))(t)
				model[to] = &row{k, "draft"}
			},
			"activate": func(rt *rapid.T) {
				to := to()
				if _, err := h.ActivateRecipient(ctx, officer, to); err == nil {
					model[to].state = "active"
				}
			},
			"suspend": func(rt *rapid.T) {
				to := to()
				if _, err := h.SuspendRecipient(ctx, officer, to, "other"); err == nil {
					model[to].state = "suspended"
				}
			},
			"wait": func(rt *rapid.T) { h.clock.Advance(time.Hour / 2) },
			"disclose": func(rt *rapid.T) {
				to := to()
				req := holder.Transfer{Subject: id, Recipient: to, Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D08"}}
				if to == "partner-shop" {
					req = toShop(id)
				}
				out, _ := h.Disclose(ctx, crm, req) // a refusal gives nothing, which is what is looked at
				m, now := model[to], h.clock.Now()
				live := m != nil && m.state == "active" && m.k.Access != "" && !now.Before(m.k.From) && (m.k.To.IsZero() || now.Before(m.k.To))
				for _, f := range out.Fields {
					if !live || !slices.Contains(m.k.Fields, f.Name) && !slices.Contains(m.k.Identifier, f.Name) {
						rt.Fatalf("%s left to %s: %+v", f.Name, to, m)
					}
				}
				if live && len(m.k.Identifier) > 0 && len(out.Fields) == 0 {
					rt.Fatalf("nothing left to %s though it may: %+v", to, m)
				}
			},
		})
	})
}

// US-4.4a-1 AC4: what a leaked copy shows, and what it cannot show.
func TestALeakedCopyTellsWhoseItWas(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.recipients(t, "partner-shop", "billing", "tunduk")
	id := h.customer(t, aibek)
	shop := must(h.Disclose(ctx, crm, toShop(id)))(t)
	bill := must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D05", "D08"}}))(t)
	var order []string
	for _, f := range bill.Fields {
		order = append(order, f.Name)
	}
	if got := must(h.Identify(ctx, officer, holder.Leak{Copy: shop.Copy, Subject: bill.Subject, Order: order}))(t); got.ByCopy != "partner-shop" || got.BySubject != "billing" || !slices.Contains(got.ByOrder, "billing") {
		t.Errorf("%+v", got)
	}
	slices.Reverse(order)
	forged := "0" + shop.Copy[1:]
	if forged == shop.Copy {
		forged = "1" + shop.Copy[1:]
	}
	if got := must(h.Identify(ctx, officer, holder.Leak{Copy: forged, Subject: strings.Repeat("0", 32), Order: order}))(t); got.ByCopy != "" || got.BySubject != "" || slices.Contains(got.ByOrder, "billing") {
		t.Errorf("a forged mark is taken for %+v", got)
	}
	again := must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D05", "D08"}}))(t)
	for i := range again.Fields {
		if again.Fields[i] != bill.Fields[i] {
			t.Error("the order is another the second time, or a value was changed to mark it")
		}
	}
	for _, who := range []privacy.Actor{crm, clerk, auditor, bearer("billing")} {
		refusedAs(t, failure(h.Identify(ctx, who, holder.Leak{Copy: shop.Copy})), privacy.Forbidden, "")
	}
	refusedAs(t, failure(h.Identify(ctx, officer, holder.Leak{})), privacy.MissingValue, "")
	refusedAs(t, failure(h.Identify(ctx, officer, holder.Leak{Copy: aibek.number})), privacy.BadValue, "")
}

// A subject whose identity the contract may name is named; others are not.
func TestTheHoldersIdLeavesOnlyWhereTheContractNamesIt(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	k := contracts()["billing"]
	k.Identifier = append(k.Identifier, "subject")
	must(h.RegisterRecipient(ctx, officer, k))(t)
	must(h.ActivateRecipient(ctx, officer, "billing"))(t)
	id := h.subscriber(aibek)
	out := must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.surname"}}))(t)
	if got := names(out); !slices.Equal(got, []string{"D01.surname", "subject"}) {
		t.Errorf("left %v", got)
	}
	if bytes.Contains([]byte(out.Subject), []byte(id)) {
		t.Error("the pairwise id holds the Holder's")
	}
}
