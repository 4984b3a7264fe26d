package holder_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
)

// everyVerb calls each verb that is about one subject, as the actor.
func everyVerb(t *testing.T, h *house, who privacy.Actor, id privacy.SubjectID) map[string]error {
	t.Helper()
	ctx := context.Background()
	doc := must(h.Current(ctx))(t)
	text := doc.Texts[privacy.Kyrgyz].SHA256
	told := h.told()
	consent := must(h.AskConsent(ctx, "P03", privacy.Kyrgyz, false))(t).Hash
	tick := holder.Evidence{Method: "tick", Body: []byte(`{}`)}
	photo := holder.Photo{Subject: id, Purpose: "P16", Category: "D10", Attribute: "certificate_photo", Source: "app_form", Notice: told, Raw: picture(t, 8, 8)}
	_, _, get := h.GetPhoto(ctx, who, photo)
	removal := holder.Removal{Subject: id, Ground: holder.GroundRequest}
	return map[string]error{
		"tell":          failure(h.Tell(ctx, who, id, privacy.Kyrgyz, text)),
		"form":          failure(h.Form(ctx, who, id, evidence.AimAccept, privacy.Kyrgyz)),
		"send a code":   failure(h.SendCode(ctx, who, id, evidence.AimAccept, privacy.Kyrgyz, "192.0.2.1")),
		"accept":        failure(h.Accept(ctx, who, holder.Acceptance{Subject: id, Lang: privacy.Kyrgyz, Text: text, Evidence: tick})),
		"agree":         failure(h.Agree(ctx, who, id)),
		"end":           failure(h.EndAgreement(ctx, who, id)),
		"consent":       failure(h.Consent(ctx, who, holder.Consent{Subject: id, Purpose: "P03", Lang: privacy.Kyrgyz, Text: consent, Evidence: tick})),
		"withdraw":      failure(h.Withdraw(ctx, who, holder.Withdrawal{Subject: id, Purpose: "P03"})),
		"object":        failure(h.Object(ctx, who, id, "P08")),
		"block":         failure(h.Block(ctx, who, holder.BlockRequest{Subject: id})),
		"dispute":       failure(h.Dispute(ctx, who, holder.BlockRequest{Subject: id, Ground: "unlawful"})),
		"unblock":       failure(h.Unblock(ctx, who, id, privacy.NewID(noon), "lifted")),
		"write":         failure(h.Write(ctx, who, holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Notice: told, Value: secrets["D07"]})),
		"rectify":       failure(h.Rectify(ctx, who, holder.Write{Subject: id, Category: "D05", Source: "app_form", Value: secrets["D05"]})),
		"keep a photo":  failure(h.PutPhoto(ctx, who, photo)),
		"show a photo":  get,
		"list":          failure(h.List(ctx, who, id, "P18")),
		"extract":       failure(h.Extract(ctx, who, id)),
		"log":           failure(h.Log(ctx, who, id, 0, 0)),
		"consents":      failure(h.Consents(ctx, who, id)),
		"receipt":       failure(h.Receipt(ctx, who, id, privacy.NewID(noon))),
		"prove":         failure(h.ProveEvent(ctx, who, id, privacy.EventID(privacy.NewID(noon)))),
		"delete":        failure(h.Delete(ctx, who, removal)),
		"destroy":       failure(h.Destroy(ctx, who, removal)),
		"read":          failure(h.Read(ctx, who, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use, Case: "C-1", Reason: "x"})),
		"register":      failure(h.Register(ctx, who, holder.Registration{Notice: told, MSISDN: "+996991000077", BirthDate: "1990-01-01", Lang: privacy.Kyrgyz, Source: "app_form"})),
		"draft":         failure(h.Draft(ctx, who, []byte("x"))),
		"review":        failure(h.Review(ctx, who, "mega24/2026-2", "x")),
		"announce":      failure(h.Announce(ctx, who, "mega24/2026-2", holder.Announcement{})),
		"discard":       failure(h.Discard(ctx, who, "mega24/2026-2")),
		"decline":       failure(h.Decline(ctx, who, id, "mega24/2026-2")),
		"continue":      failure(h.Continued(ctx, who, id, told)),
		"find":          failure(h.FindByNumber(ctx, who, aibek.number)),
		"a credential":  failure(h.IssueCredential(ctx, who, holder.Grant{Kind: privacy.ActorSystem})),
		"revoke":        h.RevokeCredential(ctx, who, privacy.NewID(noon)),
		"add to staff":  failure(h.AddStaff(ctx, who, "someone", privacy.ActorOfficer, "x")),
		"end a session": h.EndSession(ctx, who, "token"),
	}
}

// unlike are the verbs that are about nobody, or of which somebody else's token
// or edition is no business.
var unlike = []string{"register", "draft", "review", "announce", "discard", "find", "a credential", "revoke", "add to staff", "end a session"}

// Style 28: what is withheld looks like what is not there.
func TestASubjectSeesHimselfAndNobodyElse(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	mine, his := h.subscriber(aibek), h.subscriber(somebody(1))
	h.consent(his, "P03")
	representative := privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorRepresentative, ID: "subject", Channel: privacy.ChannelSite, Subject: mine,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
	for name, who := range map[string]privacy.Actor{"another subject": self(mine), "somebody who represents him not": representative} {
		before := h.rows(t)
		there, absent := everyVerb(t, h, who, his), everyVerb(t, h, who, privacy.SubjectID(privacy.NewID(noon)))
		for verb, err := range there {
			switch code := privacy.CodeOf(err); {
			case slices.Contains(unlike, verb):
				if code != privacy.Forbidden && code != privacy.NotFound {
					t.Errorf("%s, %s: %v", name, verb, err)
				}
			case code != privacy.NotFound || err.Error() != absent[verb].Error():
				t.Errorf("%s, %s: %v, and of nobody: %v", name, verb, err, absent[verb])
			}
		}
		if got := changes(before, h.rows(t)); len(got) > 0 {
			t.Errorf("%s left %v", name, got)
		}
		if got := h.ask(t, who, his, "P18", "D01", privacy.Extract); got != privacy.NoSubject {
			t.Errorf("%s asks and is told %s", name, got)
		}
	}
	for verb, err := range everyVerb(t, h, self(mine), mine) { // and he is not kept from himself
		if privacy.CodeOf(err) == privacy.NotFound && !slices.Contains([]string{"unblock", "receipt", "prove", "end a session", "show a photo"}, verb) {
			t.Errorf("his own %s: %v", verb, err)
		}
	}
}

// changes is shape without the notices of visitors, which the test itself shows.
func changes(before, after []string) []string {
	return slices.DeleteFunc(shape(before, after), func(line string) bool { return strings.HasSuffix(line, "notice") })
}

// policy 4.4a: a partner gets what the policy names for him and acts on nobody.
func TestPartnersAnalystsAndNobodyActOnNobody(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	id := h.subscriber(aibek)
	partner := privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorPartner, ID: "shop", Org: "shop", Channel: privacy.ChannelPartner,
		Recipient: "partner-shop", AllPurposes: true, Operations: ^privacy.Operations(0),
	})
	bank := privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorPartner, ID: "bank", Org: "bank", Channel: privacy.ChannelPartner,
		Recipient: "partner-bank", AllPurposes: true, Operations: ^privacy.Operations(0),
	})
	for name, who := range map[string]privacy.Actor{"a partner": partner, "an analyst": actor(privacy.ActorAnalyst, privacy.ChannelAPI), "nobody": {}} {
		before := h.rows(t)
		absent := everyVerb(t, h, who, privacy.SubjectID(privacy.NewID(noon)))
		for verb, err := range everyVerb(t, h, who, id) {
			code := privacy.CodeOf(err)
			if verb == "read" && code == "" { // recorded as refused; see below
				continue
			}
			if code != privacy.Forbidden && code != privacy.NotFound && code != privacy.Unauthenticated {
				t.Errorf("%s, %s: %v", name, verb, err)
			}
			if err != nil && verb != "read" && err.Error() != absent[verb].Error() {
				t.Errorf("%s learns by %s whether somebody is there: %v, of nobody %v", name, verb, err, absent[verb])
			}
		}
		if got := changes(before, h.rows(t)); slices.Contains(got, "+record") || slices.Contains(got, "+receipt") || slices.Contains(got, "+duty") {
			t.Errorf("%s left %v", name, got)
		}
	}
	ctx := context.Background()
	h.recipients(t, "partner-shop")
	for _, who := range []privacy.Actor{partner, bank} { // whatever he calls it, and in whoever's name: there is one way out
		for _, o := range []privacy.Operations{privacy.Use, privacy.Extract, privacy.TransferProvide} {
			for _, to := range []privacy.RecipientID{"", "partner-shop", "partner-bank"} {
				err := failure(h.Read(ctx, who, holder.Read{Subject: id, Purpose: "P17", Categories: []privacy.CategoryID{"D08"}, Operation: o, Recipient: to}))
				refusedAs(t, err, privacy.Forbidden, "")
			}
		}
	}
	first := must(h.Disclose(ctx, crm, toShop(id)))(t)
	if len(first.Fields) > 0 || first.Refused[0].Reason != privacy.NoConsent {
		t.Fatalf("without a consent %v leave", names(first))
	}
	h.consentBySMS(id, "P17")
	known := must(h.Disclose(ctx, crm, toShop(id)))(t).Subject
	for _, c := range []struct {
		name string
		who  privacy.Actor
		id   string
		to   privacy.RecipientID
		want privacy.Code
	}{
		{"the partner to whom he consented", partner, known, "", ""},
		{"the same by name", partner, known, "partner-shop", ""},
		{"the same by the Holder's id", partner, string(id), "", privacy.NotFound},
		{"the same in another's name", partner, known, "partner-bank", privacy.Forbidden},
		{"another in the partner's name", bank, known, "partner-shop", privacy.Forbidden},
		{"another by the partner's id of him", bank, known, "", privacy.NotFound},
	} {
		out, err := h.Disclose(ctx, c.who, holder.Transfer{Subject: privacy.SubjectID(c.id), Recipient: c.to, Purpose: "P17", Categories: []privacy.CategoryID{"D08"}})
		if privacy.CodeOf(err) != c.want || (len(out.Fields) == 1) != (c.want == "") {
			t.Errorf("%s: %v, %v", c.name, names(out), err)
		}
	}
}

// Principle 7: the subject sees the log that the auditor sees; what staff wrote
// beside it is the subject's alone.
func TestTheAuditorsLogIsTheSubjectsWithoutTheNotes(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		must(h.Read(ctx, clerk, holder.Read{
			Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use,
			Case: "C-7", Reason: "абонент сурады",
		}))(t)
		h.consent(id, "P03")
		all := func(who privacy.Actor) (out []holder.Entry) {
			for before := uint64(0); ; {
				page := must(h.Log(ctx, who, id, before, 3))(t)
				out = append(out, page.Entries...)
				if before = page.Next; before == 0 {
					return out
				}
			}
		}
		his, audited := all(self(id)), all(auditor)
		noted := 0
		for i := range his {
			if his[i].Note != "" {
				noted++
			}
			his[i].Note = ""
		}
		if !slices.EqualFunc(his, audited, func(a, b holder.Entry) bool {
			return a.Event == b.Event && a.Seq == b.Seq && a.Kind == b.Kind && a.At.Equal(b.At) && slices.Equal(a.Cats, b.Cats) && a.Note == b.Note && a.Case == b.Case
		}) || noted != 1 {
			t.Errorf("the subject sees\n%v\nand the auditor\n%v\nwith %d notes", his, audited, noted)
		}
		if len(his) != len(h.events(t, id)) || his[0].Kind != ledger.ConsentGiven || his[len(his)-1].Seq != 1 {
			t.Errorf("the log of %d events has %d entries", len(h.events(t, id)), len(his))
		}
	})
}

// policy 5.3: who disputes does not judge; the Holder's staff closes a dispute
// and says how it ended.
func TestADisputeIsClosedByStaffWithAnOutcome(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	b := must(h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D05", Ground: "unreliable"}))(t)
	refusedAs(t, failure(h.Unblock(ctx, self(id), id, b.Block, "corrected")), privacy.Forbidden, "")
	refusedAs(t, failure(h.Unblock(ctx, officer, id, b.Block, "")), privacy.MissingValue, "")
	if got := h.may(id, "P18", "D05", "use"); got != privacy.Disputed {
		t.Fatalf("after attempts to close it: %s", got)
	}
	must(h.Unblock(ctx, officer, id, b.Block, "lifted"))(t)
	if got := h.may(id, "P18", "D05", "use"); got != privacy.Allowed {
		t.Errorf("after it was closed: %s", got)
	}
}
