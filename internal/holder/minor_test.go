package holder_test

import (
	"context"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// noon is a Monday, 23 November 2026, in Bishkek 12:00. Somebody born on the
// 25th has a birthday at the midnight of Bishkek, 18:00 UTC of the 24th.
var birthday = time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)

// acting is a representative of the child.
func acting(guardian privacy.SubjectID) privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorRepresentative, ID: "subject", Channel: privacy.ChannelSite, Subject: guardian,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
}

// child registers somebody with a guardian.
func (h *house) child(p person, guardian privacy.SubjectID) (privacy.SubjectID, error) {
	r, err := h.Register(context.Background(), crm, holder.Registration{
		Notice: h.told(), MSISDN: p.number, BirthDate: p.born,
		Lang: privacy.Kyrgyz, Source: "app_form", Guardian: guardian, Data: contract(p),
	})
	return r.Subject, err
}

// tickAccept accepts the edition as the actor.
func (h *house) tickAccept(t testing.TB, who privacy.Actor, id privacy.SubjectID) error {
	t.Helper()
	f := must(h.Form(context.Background(), who, id, evidence.AimAccept, privacy.Kyrgyz))(t)
	return failure(h.Accept(context.Background(), who, holder.Acceptance{Subject: id, Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: h.tick(f)}))
}

// DC-81, policy 2.3.10: a child under fourteen has a representative, of age and
// registered, who acts for him.
func TestAChildActsThroughAGuardian(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	parent, other := h.subscriber(aibek), h.subscriber(somebody(1))
	young := person{number: "+996991000055", born: "2012-11-25", surname: "Осмонов"} // thirteen for another day
	teen, err := h.child(person{number: "+996991000056", born: "2012-11-23", surname: "Осмонов"}, "")
	if err != nil {
		t.Fatalf("at fourteen a guardian is asked for: %v", err)
	}
	for name, c := range map[string]struct {
		guardian privacy.SubjectID
		code     privacy.Code
		problem  string
	}{
		"nobody":                  {"", privacy.MissingValue, ""},
		"somebody unknown":        {privacy.SubjectID(privacy.NewID(noon)), privacy.BadValue, "guardian.unknown"},
		"somebody who is a minor": {teen, privacy.BadValue, "guardian.unknown"},
	} {
		_, err := h.child(young, c.guardian)
		e := &privacy.Error{}
		if asError(err, &e); e.Code != c.code || e.Field != "guardian" || e.Problem != c.problem {
			t.Errorf("the guardian is %s: %v", name, err)
		}
	}
	if _, err := h.child(person{number: "+996991000057", born: "1990-01-01", surname: "Осмонов"}, parent); privacy.CodeOf(err) != privacy.BadValue {
		t.Errorf("an adult was given a guardian: %v", err)
	}
	id := must(h.child(young, parent))(t)
	refusedAs(t, h.tickAccept(t, self(id), id), privacy.Refused, privacy.MinorLocked)
	refusedAs(t, failure(h.Agree(ctx, self(id), id)), privacy.Refused, privacy.MinorLocked)
	if err := h.tickConsent(t, acting(other), id, "P05"); privacy.CodeOf(err) != privacy.NotFound {
		t.Errorf("somebody else's parent consents: %v", err)
	}
	if err := h.tickAccept(t, acting(parent), id); err != nil {
		t.Fatal(err)
	}
	must(h.Agree(ctx, acting(parent), id))(t)
	refusedAs(t, h.tickConsent(t, self(id), id, "P05"), privacy.Refused, privacy.MinorLocked)
	if err := h.tickConsent(t, acting(parent), id, "P05"); err != nil {
		t.Fatal(err)
	}
	if got := h.may(id, "P05", "D12", "use"); got != privacy.Allowed {
		t.Errorf("with the guardian's consent: %s", got)
	}
	if got := h.standing(t, id).Consent("P05").By; got != privacy.ActorRepresentative {
		t.Errorf("the consent was given by %s", got)
	}
	refusedAs(t, h.tickConsent(t, acting(parent), id, "P03"), privacy.Refused, privacy.MinorLocked) // nobody opens what is locked
	must(h.Extract(ctx, acting(parent), id))(t)
	must(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P05"}))(t) // a child may always say no
	// the fourteenth birthday, at the midnight of Bishkek
	h.clock.Advance(birthday.Add(-time.Millisecond).Sub(h.clock.Now()))
	refusedAs(t, h.tickConsent(t, self(id), id, "P05"), privacy.Refused, privacy.MinorLocked)
	h.clock.Advance(time.Millisecond)
	if err := h.tickConsent(t, self(id), id, "P05"); err != nil {
		t.Errorf("at fourteen he may not consent himself: %v", err)
	}
}

// DC-81 p.5: purposes that are locked for minors open on the eighteenth
// birthday, at the midnight of Bishkek, and by themselves nothing is on.
func TestWhatIsLockedOpensAtEighteenAndStaysOff(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(person{number: "+996991000066", born: "2008-11-25", surname: "Осмонов"})
	doc := must(h.Current(context.Background()))(t)
	locked := 0
	for _, p := range doc.Rules.Purposes {
		if p.Minor != "locked" {
			continue
		}
		locked++
		refusedAs(t, h.tickConsent(t, self(id), id, p.ID), privacy.Refused, privacy.MinorLocked)
	}
	if locked < 5 {
		t.Fatalf("only %d purposes are locked for minors", locked)
	}
	// and should a consent stand all the same, it opens nothing
	if err := h.db.Update(context.Background(), id, func(tx store.Tx) error {
		s, err := tx.Subject(context.Background(), id)
		if err != nil {
			return err
		}
		s.Give(privacy.Consent{ID: privacy.NewID(noon), Purpose: "P12", Edition: doc.Edition, Grade: privacy.GradeSMS, By: privacy.ActorSubject, At: noon})
		return tx.PutSubject(context.Background(), s)
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   time.Time
		ads  privacy.Reason // no consent was given
		news privacy.Reason // one stands
	}{
		{birthday.Add(-time.Millisecond), privacy.NoConsent, privacy.MinorLocked},
		{birthday, privacy.NoConsent, privacy.Allowed},
	} {
		h.clock.Advance(c.at.Sub(h.clock.Now()))
		if got := h.may(id, "P03", "D09", "use"); got != c.ads {
			t.Errorf("at %s advertising is %s, want %s", c.at, got, c.ads)
		}
		if got := h.may(id, "P12", "D08", "use"); got != c.news {
			t.Errorf("at %s partners' news is %s, want %s", c.at, got, c.news)
		}
	}
	if err := h.tickConsent(t, self(id), id, "P03"); err != nil {
		t.Errorf("at eighteen: %v", err)
	}
}

// Whose age nobody knows is protected like a minor.
func TestAnUnknownAgeIsProtected(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	h.consent(id, "P03")
	if err := h.db.Update(ctx, id, func(tx store.Tx) error {
		s, err := tx.Subject(ctx, id)
		if err != nil {
			return err
		}
		s.AgeKnown = false
		return tx.PutSubject(ctx, s)
	}); err != nil {
		t.Fatal(err)
	}
	if got := h.may(id, "P03", "D09", "use"); got != privacy.MinorLocked {
		t.Errorf("advertising is %s", got)
	}
	refusedAs(t, h.tickConsent(t, self(id), id, "P12"), privacy.Refused, privacy.MinorLocked)
	if got := h.may(id, "P18", "D01", "use"); got != privacy.Allowed {
		t.Errorf("and the contract is %s", got)
	}
	h.put(t, id, "P16", "D02", "office_scan", map[string]any{"birth_date": "1990-05-17"})
	if got := h.may(id, "P03", "D09", "use"); got != privacy.Allowed {
		t.Errorf("once it is known, advertising is %s", got)
	}
}
