package holder_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
)

// contracts are what was agreed with the made-up recipients of the pack.
func contracts() map[privacy.RecipientID]holder.Contract {
	whole := holder.Contract{
		Country: "KG", From: noon.AddDate(0, -1, 0), Nature: "жеткирүү", Subjects: []string{"абоненттер"}, Written: true,
		Access:     "эки адам",
		Procedures: holder.Procedures{Rectify: "бир күн", Complete: "бир күн", Erase: "дароо", Restrict: "дароо"},
		Recording:  "журнал", IncidentHours: 24, Subprocessors: "none", ConfirmHours: 72,
	}
	out := map[privacy.RecipientID]holder.Contract{}
	add := func(id privacy.RecipientID, kind string, set func(*holder.Contract)) {
		k := whole
		k.Recipient, k.Kind = id, kind
		set(&k)
		out[id] = k
	}
	add("partner-shop", "partner", func(k *holder.Contract) {
		k.Purposes, k.Identifier = []privacy.PurposeID{"P17"}, []string{"D08.msisdn"}
	})
	add("billing", "processor", func(k *holder.Contract) {
		k.Purposes = []privacy.PurposeID{"P18", "P19"}
		k.Fields, k.Identifier = []string{"D01.surname", "D01.given", "D05.soate", "D05.street", "D05.house", "D09.month"}, []string{"D08.msisdn"}
	})
	add("tunduk", "operator", func(k *holder.Contract) {
		k.Purposes, k.Fields = []privacy.PurposeID{"P16"}, []string{"D01.surname", "D01.given"}
	})
	for _, id := range []privacy.RecipientID{"regulator", "court"} {
		out[id] = holder.Contract{Recipient: id, Kind: "authority", Country: "KG", From: noon.AddDate(0, -1, 0), Cites: holder.Provision{Act: "dc", Article: "90 p.7"}}
	}
	return out
}

// recipients puts recipients into the register and lets data flow to them.
func (h *house) recipients(t testing.TB, ids ...privacy.RecipientID) {
	t.Helper()
	for _, id := range ids {
		must(h.RegisterRecipient(context.Background(), officer, contracts()[id]))(t)
		must(h.ActivateRecipient(context.Background(), officer, id))(t)
	}
}

// bearer is a recipient's own credential.
func bearer(id privacy.RecipientID) privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorPartner, ID: "of-" + string(id), Org: string(id), Channel: privacy.ChannelPartner,
		Recipient: id, AllPurposes: true, Operations: ^privacy.Operations(0),
	})
}

// toShop is a transfer of the number to the partner's shop.
func toShop(id privacy.SubjectID) holder.Transfer {
	return holder.Transfer{Subject: id, Recipient: "partner-shop", Purpose: "P17", Categories: []privacy.CategoryID{"D08"}}
}

// customer is a subscriber who consented to the partner.
func (h *house) customer(t testing.TB, p person) privacy.SubjectID {
	t.Helper()
	id := h.subscriber(p)
	h.consentBySMS(id, "P17")
	return id
}

// names lists what left.
func names(d holder.Disclosed) (out []string) {
	for _, f := range d.Fields {
		out = append(out, f.Name)
	}
	slices.Sort(out)
	return out
}

// hooks is a pretended network for webhooks.
type hooks struct {
	mu   sync.Mutex
	got  []notify.Webhook
	fail error
	on   func(context.Context, notify.Webhook) // called before it is taken
}

func (k *hooks) Check(address string) error {
	return notify.NewWebhooks(notify.HookRules{Plain: true, Private: true}).Check(address)
}

func (k *hooks) Post(ctx context.Context, w notify.Webhook) error {
	k.mu.Lock()
	on, fail := k.on, k.fail
	k.mu.Unlock()
	if on != nil {
		on(ctx, w)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if fail != nil {
		return fail
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.got = append(k.got, w)
	return nil
}

// taken gives what was posted since it was last asked.
func (k *hooks) taken() (out []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, w := range k.got {
		out = append(out, string(w.Body))
	}
	k.got = nil
	return out
}

func (k *hooks) refuse(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fail = err
}

// hooked gives the house a pretended network.
func (h *house) hooked(t testing.TB, ids ...privacy.RecipientID) *hooks {
	t.Helper()
	k := &hooks{}
	h.Hooks = k
	for _, id := range ids {
		must(h.SetEndpoint(context.Background(), officer, id, fmt.Sprintf("https://%s.example/hook", id)))(t)
	}
	return k
}

func hexOf(b []byte) string { return fmt.Sprintf("%x", b) }
