package holder_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// asked is a good request of a court for a name.
func asked(id privacy.SubjectID) holder.LawfulRequest {
	return holder.LawfulRequest{
		Authority: "court", Subjects: []privacy.SubjectID{id}, Fields: []string{"D01.surname"},
		Cites: holder.Provision{Act: "dc", Article: "130 p.2"}, Letter: "№ 17/2026, 20.11.2026",
	}
}

func (h *house) lawful(t testing.TB) {
	t.Helper()
	h.Lawful = true
	h.recipients(t, "court", "regulator")
}

// policy 4.4b: two people, a named person, named fields, an article; the subject
// sees it and is told.
func TestALawfulRequestIsAnsweredByTwoPeopleAndSeen(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.lawful(t)
		id := h.subscriber(aibek)
		req := must(h.OpenLawful(ctx, officer, asked(id)))(t)
		if req.State != "open" || req.Author != officer.ID() {
			t.Errorf("opened: %+v", req)
		}
		refusedAs(t, failure(h.AnswerLawful(ctx, officer, req.ID)), privacy.Forbidden, "") // his own
		out := must(h.AnswerLawful(ctx, second, req.ID))(t)
		if len(out.Fields) != 1 || out.Fields[0] != (holder.FieldValue{Name: "D01.surname", Value: "Осмонов"}) {
			t.Errorf("answered: %+v", out)
		}
		third := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorOfficer, ID: "third", Channel: privacy.ChannelOffice, AllPurposes: true, Operations: ^privacy.Operations(0)})
		refusedAs(t, failure(h.AnswerLawful(ctx, third, req.ID)), privacy.Conflict, "")
		if again := must(h.AnswerLawful(ctx, second, req.ID))(t); len(again.Fields) != 1 || again.Event == out.Event {
			t.Errorf("handed over again: %+v", again)
		}
		refusedAs(t, failure(h.RefuseLawful(ctx, second, req.ID, "other")), privacy.Conflict, "")
		h.duties(t)
		given := must(h.Disclosures(ctx, self(id), id))(t)
		if len(given) != 2 || given[0].Recipient != "court" || given[0].Notice != "told" || !slices.Equal(given[0].Fields, []string{"D01.surname"}) {
			t.Errorf("he sees %+v", given)
		}
		if n := count(h.events(t, id), "data.disclosed"); n != 2 {
			t.Errorf("%d handings-over are recorded", n)
		}
		all := must(h.Lawfuls(ctx, auditor, 0))(t)
		if len(all) != 1 || all[0].State != "answered" || all[0].Decider != second.ID() || all[0].Request.Letter == "" {
			t.Errorf("the register: %+v", all)
		}
		for _, line := range h.rows(t) { // the register is sealed: neither person nor letter lies open
			if strings.HasPrefix(line, "lawful_request:") && (strings.Contains(line, string(id)) || strings.Contains(line, "17/2026") || strings.Contains(line, "court")) {
				t.Errorf("lies open: %s", line)
			}
		}
		for _, who := range []privacy.Actor{crm, clerk, self(id), bearer("court"), {}} {
			refusedAs(t, failure(h.OpenLawful(ctx, who, asked(id))), privacy.Forbidden, "")
			refusedAs(t, failure(h.AnswerLawful(ctx, who, req.ID)), privacy.Forbidden, "")
			refusedAs(t, failure(h.Lawfuls(ctx, who, 0)), privacy.Forbidden, "")
		}
		h.verify(t)
	})
}

// law F9, F10: each request that may not be answered is refused, said why, and
// recorded.
func TestARequestThatMayNotBeAnsweredIsRefusedAndRecorded(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id, other := h.subscriber(aibek), h.subscriber(somebody(1))
	_, off := h.OpenLawful(ctx, officer, asked(id))
	refusedAs(t, off, privacy.Conflict, "")
	h.lawful(t)
	cases := map[string]struct {
		set     func(*holder.LawfulRequest)
		code    privacy.Code
		problem string
	}{
		"no act":                        {func(r *holder.LawfulRequest) { r.Cites = holder.Provision{} }, privacy.MissingValue, "citation.missing"},
		"no article":                    {func(r *holder.LawfulRequest) { r.Cites.Article = "" }, privacy.MissingValue, "citation.missing"},
		"an act that is no longer law":  {func(r *holder.LawfulRequest) { r.Cites = holder.Provision{Act: "law58", Article: "24"} }, privacy.BadValue, "citation.not_in_force"},
		"an act nobody knows":           {func(r *holder.LawfulRequest) { r.Cites = holder.Provision{Act: "ghost", Article: "1"} }, privacy.BadValue, "citation.unknown"},
		"an article nobody knows":       {func(r *holder.LawfulRequest) { r.Cites.Article = "777" }, privacy.BadValue, "citation.unknown"},
		"two people":                    {func(r *holder.LawfulRequest) { r.Subjects = append(r.Subjects, other) }, privacy.Refused, "lawful.bulk"},
		"everybody":                     {func(r *holder.LawfulRequest) { r.Subjects = []privacy.SubjectID{"*"} }, privacy.Refused, "lawful.bulk"},
		"nobody":                        {func(r *holder.LawfulRequest) { r.Subjects = nil }, privacy.MissingValue, ""},
		"everything":                    {func(r *holder.LawfulRequest) { r.Fields = nil }, privacy.MissingValue, "lawful.fields"},
		"a whole category":              {func(r *holder.LawfulRequest) { r.Fields = []string{"D01"} }, privacy.UnknownName, "disclosure.field"},
		"metadata without a court":      {func(r *holder.LawfulRequest) { r.Fields = []string{"D09.voice_minutes"} }, privacy.Refused, "lawful.no_court"},
		"location without a court":      {func(r *holder.LawfulRequest) { r.Fields = append(r.Fields, "D06.latitude") }, privacy.Refused, "lawful.no_court"},
		"a photograph":                  {func(r *holder.LawfulRequest) { r.Fields = []string{"D04.face_photo"} }, privacy.UnknownName, "disclosure.field"},
		"a field not meant for a court": {func(r *holder.LawfulRequest) { r.Fields = []string{"D13.activity"} }, privacy.UnknownName, "disclosure.field"},
		"a partner":                     {func(r *holder.LawfulRequest) { r.Authority = "partner-shop" }, privacy.BadValue, "lawful.authority"},
		"a body nobody knows":           {func(r *holder.LawfulRequest) { r.Authority = "uncle" }, privacy.UnknownName, ""},
		"a body that is not activated":  {func(r *holder.LawfulRequest) { r.Authority = "imei-register"; r.Fields = []string{"D12.device"} }, privacy.Refused, "recipient.not_active"},
		"no letter":                     {func(r *holder.LawfulRequest) { r.Letter = "" }, privacy.MissingValue, "lawful.letter"},
		"another purpose":               {func(r *holder.LawfulRequest) { r.Purpose = "P18" }, privacy.UnknownName, "recipient.purpose"},
		"hidden without an article":     {func(r *holder.LawfulRequest) { r.HideUntil = noon.AddDate(0, 2, 0) }, privacy.MissingValue, "citation.missing"},
		"hidden for ever":               {func(r *holder.LawfulRequest) { r.HideUntil, r.HideCites = noon.AddDate(9, 0, 0), r.Cites }, privacy.BadValue, "lawful.review"},
		"hidden until yesterday":        {func(r *holder.LawfulRequest) { r.HideUntil, r.HideCites = noon.AddDate(0, 0, -1), r.Cites }, privacy.BadValue, "lawful.review"},
		"hidden without a review":       {func(r *holder.LawfulRequest) { r.HideCites = r.Cites }, privacy.MissingValue, "lawful.review"},
	}
	for name, c := range cases {
		r := asked(id)
		c.set(&r)
		_, err := h.OpenLawful(ctx, officer, r)
		var e *privacy.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Problem != c.problem {
			t.Errorf("%s: %v", name, err)
		}
	}
	all := must(h.Lawfuls(ctx, officer, 200))(t)
	if len(all) != len(cases) || slices.ContainsFunc(all, func(l holder.Lawful) bool { return l.State != "refused" }) {
		t.Errorf("%d of %d refusals are in the register", len(all), len(cases))
	}
	if n := count(h.events(t, holder.OwnStream), "request.refused"); n != len(cases) {
		t.Errorf("%d of %d are recorded", n, len(cases))
	}
	if n := count(h.events(t, id), "data.disclosed"); n != 0 {
		t.Error("something left")
	}
	req := must(h.OpenLawful(ctx, officer, asked(id)))(t)
	refusedAs(t, failure(h.RefuseLawful(ctx, second, req.ID, "boredom")), privacy.BadValue, "")
	if got := must(h.RefuseLawful(ctx, second, req.ID, "too_wide"))(t); got.State != "refused" {
		t.Errorf("%+v", got)
	}
	refusedAs(t, failure(h.AnswerLawful(ctx, second, req.ID)), privacy.Conflict, "")
	refusedAs(t, failure(h.AnswerLawful(ctx, second, privacy.NewID(noon))), privacy.NotFound, "")
	with := asked(id)
	with.Fields, with.CourtAct = []string{"D09.voice_minutes"}, "АД-04-1234/26"
	must(h.OpenLawful(ctx, officer, with))(t)
	h.verify(t)
}

// A disclosure is hidden only as long as the law says, and then it is shown by
// itself, as of the day it happened. Principle 7: the auditor sees it all the time.
func TestWhatWasHiddenIsShownOnItsDay(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.lawful(t)
		id := h.subscriber(aibek)
		h.duties(t)
		h.drain(t)
		before, own := h.events(t, id), len(must(h.Disclosures(ctx, officer, id))(t))
		r := asked(id)
		r.HideUntil, r.HideCites = noon.Add(30*day), holder.Provision{Act: "dc", Article: "186"}
		req := must(h.OpenLawful(ctx, officer, r))(t)
		out := must(h.AnswerLawful(ctx, second, req.ID))(t)
		if len(out.Fields) != 1 {
			t.Fatalf("answered: %+v", out)
		}
		unseen := func(when string) {
			t.Helper()
			h.duties(t)
			x := must(h.Extract(ctx, self(id), id))(t)
			if got := h.events(t, id); count(got, "data.disclosed") != 0 || len(x.Disclosed) != 0 || len(must(h.Disclosures(ctx, officer, id))(t)) != own {
				t.Errorf("%s he sees it: %v", when, got[len(before):])
			}
			for _, line := range h.rows(t) {
				if strings.HasPrefix(line, "disclosure:") || strings.HasPrefix(line, "lookup:") && strings.Contains(line, "pairwise") || strings.HasPrefix(line, "message:") {
					t.Errorf("%s there is a trace: %s", when, line)
				}
			}
		}
		unseen("at once")
		if n := count(h.events(t, holder.OwnStream), "data.disclosed"); n != 1 {
			t.Errorf("in the Holder's own stream it stands %d times", n)
		}
		refusedAs(t, failure(h.ProlongLawful(ctx, officer, req.ID, noon.Add(60*day), r.HideCites)), privacy.Forbidden, "") // his own
		refusedAs(t, failure(h.ProlongLawful(ctx, second, req.ID, noon.Add(60*day), holder.Provision{})), privacy.MissingValue, "")
		refusedAs(t, failure(h.ProlongLawful(ctx, second, req.ID, time.Time{}, r.HideCites)), privacy.MissingValue, "")
		must(h.ProlongLawful(ctx, second, req.ID, noon.Add(60*day), r.HideCites))(t)
		h.clock.Advance(31 * day)
		unseen("after the first day set")
		h.clock.Advance(29 * day)
		h.duties(t) // shows it
		h.duties(t) // tells him
		given := must(h.Disclosures(ctx, self(id), id))(t)
		if len(given) != 1 || given[0].Recipient != "court" || given[0].At.After(noon.Add(day)) || given[0].Notice != "told" {
			t.Errorf("on the day he sees %+v", given)
		}
		log := must(h.Log(ctx, self(id), id, 0, 50))(t)
		at := slices.IndexFunc(log.Entries, func(e holder.Entry) bool { return e.Kind == "data.disclosed" })
		if at < 0 || log.Entries[at].Outcome != "revealed" || log.Entries[at].Effective.After(noon.Add(day)) || !slices.Equal(log.Entries[at].Fields, []string{"D01.surname"}) {
			t.Errorf("his log: %+v", log.Entries)
		}
		x := must(h.Extract(ctx, self(id), id))(t)
		if len(x.Disclosed) != 1 || x.Disclosed[0].At.After(noon.Add(day)) {
			t.Errorf("his extract: %+v", x.Disclosed)
		}
		h.clock.Advance(day)
		h.duties(t)
		if n := count(h.events(t, id), "data.disclosed"); n != 1 {
			t.Errorf("shown %d times", n)
		}
		refusedAs(t, failure(h.ProlongLawful(ctx, second, req.ID, noon.Add(90*day), r.HideCites)), privacy.Conflict, "")
		if n := must(h.Late(ctx))(t)["lawful_review"]; n != 0 {
			t.Errorf("%d reviews are late", n)
		}
		h.verify(t)
	})
}

// A hidden answer whose subject is destroyed meanwhile ends without a word.
func TestAHiddenAnswerSurvivesItsSubject(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.lawful(t)
	id := h.subscriber(aibek)
	r := asked(id)
	r.HideUntil, r.HideCites = noon.Add(30*day), holder.Provision{Act: "dc", Article: "186"}
	req := must(h.OpenLawful(ctx, officer, r))(t)
	must(h.AnswerLawful(ctx, second, req.ID))(t)
	must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	h.clock.Advance(30 * day)
	h.duties(t)
	if all := must(h.Lawfuls(ctx, officer, 0))(t); all[0].Revealed.IsZero() {
		t.Errorf("%+v", all[0])
	}
	h.verify(t)
}

// A hidden answer that the kill switch kept back never leaves by its key, and there
// is nothing to show of it.
func TestAHiddenAnswerThatWasKeptBackStaysBack(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.lawful(t)
	id := h.subscriber(aibek)
	r := asked(id)
	r.HideUntil, r.HideCites = noon.Add(30*day), holder.Provision{Act: "dc", Article: "186"}
	req := must(h.OpenLawful(ctx, officer, r))(t)
	key := holder.WithKey(ctx, holder.Key{Key: "k", Body: []byte{1}})
	plain := h.Store
	b := &between{Store: plain, n: 2} // after the look that finds whom it is about
	thrown := make(chan error)
	b.do = func() {
		h.Store = plain
		go func() { thrown <- failure(h.SuspendRecipient(ctx, officer, "court", "order")) }() // it waits for us
		for !strings.Contains(strings.Join(h.rows(t), "\n"), "state=suspended") {
		}
	}
	h.Store = b
	if out := must(h.AnswerLawful(key, second, req.ID))(t); len(out.Fields) > 0 {
		t.Error("after the kill switch it left")
	}
	if err := <-thrown; err != nil {
		t.Fatal(err)
	}
	must(h.ActivateRecipient(ctx, officer, "court"))(t)
	for range 2 {
		if out := must(h.AnswerLawful(key, second, req.ID))(t); len(out.Fields) > 0 {
			t.Error("what was kept back left by its key")
		}
	}
	own := h.events(t, holder.OwnStream)
	if count(own, "data.disclosed") != 1 || count(own, "data.withheld") != 1 {
		t.Errorf("recorded: %v", own)
	}
	h.clock.Advance(30 * day)
	h.duties(t)
	h.duties(t)
	if got := must(h.Disclosures(ctx, self(id), id))(t); len(got) != 0 || count(h.events(t, id), "data.disclosed") != 0 {
		t.Errorf("what never left is shown: %+v", got)
	}
}
