package holder_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// second is the officer who reviews what officer drafted.
var second = privacy.NewActor(privacy.ActorSpec{
	Kind: privacy.ActorOfficer, ID: "second", Channel: privacy.ChannelOffice, AllPurposes: true, Operations: ^privacy.Operations(0),
})

// reviewed drafts a pack and has it reviewed.
func (h *house) reviewed(t testing.TB, pack []byte) holder.Proposal {
	t.Helper()
	p := must(h.Draft(context.Background(), officer, pack))(t)
	return must(h.Review(context.Background(), second, p.Edition, p.Hash))(t)
}

// announce drafts, reviews and announces a pack.
func (h *house) announce(t testing.TB, pack []byte, a holder.Announcement) holder.Proposal {
	t.Helper()
	return must(h.Announce(context.Background(), officer, h.reviewed(t, pack).Edition, a))(t)
}

// enact brings a pack into force in the lawful mode: everybody is told and the
// clock goes on to the day.
func (h *house) enact(t testing.TB, pack []byte) holder.Proposal {
	t.Helper()
	p := h.announce(t, pack, holder.Announcement{})
	h.tellAll(t, p.Edition)
	h.clock.Advance(p.InForce.Sub(h.clock.Now()))
	if again := h.doSwitch(t, p.Edition); !again.IsZero() {
		t.Fatalf("the switch was put off to %s", again.Format(time.RFC3339))
	}
	return h.proposal(t, p.Edition)
}

// publish brings a pack that widens nothing into force at once.
func (h *house) publish(t testing.TB, pack []byte) holder.Proposal {
	t.Helper()
	return h.announce(t, pack, holder.Announcement{Mode: holder.ModeLiteral})
}

// tellAll does the duty of telling until everybody was told.
func (h *house) tellAll(t testing.TB, edition privacy.EditionID) {
	t.Helper()
	d := store.Duty{Subject: store.HolderID, Kind: holder.DutyTell, Ref: string(edition)}
	for {
		if again := must(h.TellAll(context.Background(), d))(t); again.After(h.clock.Now()) {
			return
		}
	}
}

// doSwitch does the duty of switching and gives to when it was put off.
func (h *house) doSwitch(t testing.TB, edition privacy.EditionID) time.Time {
	t.Helper()
	return must(h.Switch(context.Background(), store.Duty{Subject: store.HolderID, Kind: holder.DutySwitch, Ref: string(edition)}))(t)
}

// proposal gives one proposal as an officer sees it.
func (h *house) proposal(t testing.TB, edition privacy.EditionID) holder.Proposal {
	t.Helper()
	for _, p := range must(h.Proposals(context.Background(), officer))(t) {
		if p.Edition == edition {
			return p
		}
	}
	t.Fatalf("%s is not proposed", edition)
	return holder.Proposal{}
}

// ahead is an edition that is announced, for long from now.
func (h *house) ahead(t testing.TB) privacy.EditionID {
	t.Helper()
	ctx := context.Background()
	for _, p := range must(h.Proposals(ctx, officer))(t) {
		if p.State == holder.StateAnnounced {
			return p.Edition
		}
	}
	n := 0
	if _, err := fmt.Sscanf(string(must(h.Current(ctx))(t).Edition), "mega24/2026-%d", &n); err != nil {
		t.Fatal(err)
	}
	return h.announce(t, variant(t, n+1, nil), holder.Announcement{InForce: h.clock.Now().Add(400 * day)}).Edition
}
