package holder_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// together runs n calls at once and gives their errors.
func together(n int, act func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = act(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

// Everything that one subject does at once is kept, in one stream without a gap.
func TestWhatOneSubjectDoesAtOnceIsAllKept(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		purposes := []privacy.PurposeID{"P02", "P03", "P05", "P12"}
		forms := map[privacy.PurposeID]holder.Form{}
		ticks := map[privacy.PurposeID]holder.Evidence{}
		for _, p := range purposes {
			forms[p] = must(h.Form(ctx, crm, id, evidence.AimConsent(p), privacy.Kyrgyz))(t)
			ticks[p] = h.tick(forms[p])
			h.consent(id, p)
		}
		told := h.told()
		before := h.events(t, id)
		const n = 64
		for i, err := range together(n, func(i int) error {
			p := purposes[i/4%len(purposes)]
			switch i % 4 {
			case 0:
				return failure(h.Consent(ctx, crm, holder.Consent{Subject: id, Purpose: p, Lang: privacy.Kyrgyz, Text: forms[p].TextHash, Evidence: ticks[p]}))
			case 1:
				return failure(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: p}))
			case 2:
				return failure(h.Write(ctx, crm, holder.Write{
					Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Notice: told,
					Value: map[string]any{"email": fmt.Sprintf("a%d@b.example", i)},
				}))
			default:
				return failure(h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D08"}, Operation: privacy.Use}))
			}
		}) {
			if err != nil {
				t.Errorf("call %d: %v", i, err)
			}
		}
		after := h.events(t, id)
		if len(after) != len(before)+n {
			t.Errorf("%d events of %d calls", len(after)-len(before), n)
		}
		for _, kind := range []string{"consent.given", "consent.withdrawn", "data.written", "data.used"} {
			if got := count(after, kind) - count(before, kind); got != n/4 {
				t.Errorf("%d times %s", got, kind)
			}
		}
		if v := h.standing(t, id).Value("D07"); v.Version != n/4 {
			t.Errorf("after %d writes the value has version %d", n/4, v.Version)
		}
		// the last act on each purpose is how it stands
		last := map[privacy.PurposeID]string{}
		for _, e := range slices.Backward(must(h.Log(ctx, self(id), id, 0, 200))(t).Entries) {
			last[e.Purpose] = string(e.Kind)
		}
		for _, p := range purposes {
			if alive := h.standing(t, id).Consent(p).Alive(h.clock.Now()); alive != (last[p] == "consent.given") {
				t.Errorf("the last event of %s is %s, and its consent is alive: %v", p, last[p], alive)
			}
		}
		h.verify(t)
	})
}

// One number has one subject, whoever asks at once.
func TestOneNumberHasOneSubject(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		const n = 8
		var ids [n]privacy.SubjectID
		var told [n]string
		for i := range n {
			told[i] = h.told()
		}
		taken := 0
		for i, err := range together(n, func(i int) error {
			r, err := h.Register(ctx, crm, holder.Registration{
				Notice: told[i], MSISDN: aibek.number, BirthDate: aibek.born,
				Lang: privacy.Kyrgyz, Source: "app_form", Data: contract(aibek),
			})
			ids[i] = r.Subject
			return err
		}) {
			switch {
			case privacy.CodeOf(err) == privacy.AlreadyTaken:
				taken++
			case err != nil:
				t.Errorf("registration %d: %v", i, err)
			default:
				if found := must(h.FindByNumber(ctx, crm, aibek.number))(t); found != ids[i] {
					t.Errorf("the number finds %s, registered is %s", found, ids[i])
				}
				if got := h.standing(t, ids[i]).Values; len(got) != 6 {
					t.Errorf("registered with %d values", len(got))
				}
			}
		}
		if taken != n-1 {
			t.Errorf("%d of %d were told that the number is taken", taken, n)
		}
		h.keyed(t)
		h.verify(t)
	})
}

// Recorded reads are committed together; each gets its own subject's values.
func TestReadsTogetherAreNeverMixed(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		const people = 8
		var ids [people]privacy.SubjectID
		for i := range people {
			p := somebody(i)
			p.surname = []string{"Асанов", "Бекова", "Чоров", "Дуйшеев", "Эсенов", "Жапаров", "Калыков", "Маматов"}[i]
			ids[i] = h.subscriber(p)
		}
		gone := h.subscriber(somebody(people))
		must(h.Destroy(ctx, officer, holder.Removal{Subject: gone, Ground: holder.GroundRequest}))(t)
		cats := []privacy.CategoryID{"D08", "D01", "D06"} // one list for all: nobody's question changes another's
		const n = 64
		for i, err := range together(n, func(i int) error {
			if i%16 == 15 { // one bad reading spoils no other
				err := failure(h.Read(ctx, crm, holder.Read{Subject: gone, Purpose: "P18", Categories: cats, Operation: privacy.Use}))
				if privacy.CodeOf(err) != privacy.Refused {
					return fmt.Errorf("of the destroyed: %w", err)
				}
				return nil
			}
			id := ids[i%people]
			out, err := h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: cats, Operation: privacy.Use})
			if err != nil {
				return err
			}
			if want := somebody(i % people).number; out.Values["D08"]["msisdn"] != want || len(out.Values) != 2 || len(out.Refused) != 1 {
				return fmt.Errorf("asked for %s it reads %v", want, out.Values)
			}
			return nil
		}) {
			if err != nil {
				t.Errorf("reading %d: %v", i, err)
			}
		}
		if !slices.Equal(cats, []privacy.CategoryID{"D08", "D01", "D06"}) {
			t.Errorf("the caller's list became %v", cats)
		}
		for i, id := range ids {
			want := 0
			for k := range n {
				if k%16 != 15 && k%people == i {
					want++
				}
			}
			if got := count(h.events(t, id), "data.used"); got != want {
				t.Errorf("%d of %d readings of subject %d are recorded", got, want, i)
			}
		}
		h.verify(t)
	})
}

// A request repeated with its key has one effect and one answer, also when all
// the repetitions come at once.
func TestARepeatedRequestHasOneEffect(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, other := h.subscriber(aibek), h.subscriber(somebody(1))
		h.consent(id, "P03")
		h.consent(other, "P03")
		key := holder.Key{Key: "the same", Body: []byte("the same")}
		const n = 16
		var answers [n]holder.Withdrawn
		for i, err := range together(n, func(i int) (err error) {
			answers[i], err = h.Withdraw(holder.WithKey(ctx, key), self(id), holder.Withdrawal{Subject: id, Purpose: "P03"})
			return err
		}) {
			if err != nil || answers[i].Event != answers[0].Event || answers[i].Receipt != answers[0].Receipt {
				t.Errorf("repetition %d: %v, %+v", i, err, answers[i])
			}
		}
		if got := count(h.events(t, id), "consent.withdrawn"); got != 1 {
			t.Errorf("%d withdrawals", got)
		}
		// another subscriber's key is his own, though both sign in as subscribers
		his := must(h.Withdraw(holder.WithKey(ctx, key), self(other), holder.Withdrawal{Subject: other, Purpose: "P03"}))(t)
		if his.Event == answers[0].Event || h.may(other, "P03", "D09", "use") != privacy.ConsentWithdrawn {
			t.Error("another subscriber with the same key got the first one's answer")
		}
		_, err := h.Withdraw(holder.WithKey(ctx, holder.Key{Key: key.Key, Body: []byte("another")}), self(id), holder.Withdrawal{Subject: id, Purpose: "P03"})
		refusedAs(t, err, privacy.KeyReused, "")

		// a registration makes a subject of its own each time, but for the key
		told := h.told()
		var made [n]privacy.SubjectID
		for i, err := range together(n, func(i int) error {
			r, err := h.Register(holder.WithKey(ctx, holder.Key{Key: "register", Body: []byte("r")}), crm, holder.Registration{
				Notice: told,
				MSISDN: somebody(2).number, BirthDate: aibek.born, Lang: privacy.Kyrgyz, Source: "app_form", Data: contract(aibek),
			})
			made[i] = r.Subject
			return err
		}) {
			if err != nil || made[i] != made[0] {
				t.Errorf("repetition %d registered %s, the first %s: %v", i, made[i], made[0], err)
			}
		}
		if got := h.standing(t, made[0]).Values; len(got) != 6 {
			t.Errorf("registered with %d values", len(got))
		}
		h.verify(t)
	})
}

// Destruction against everything else at once: what was acknowledged before the
// order is there, what comes after is refused, and nothing outlives the key.
func TestDestructionWinsAgainstEverythingAtOnce(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.subscriber(aibek)
		told := h.told()
		r := holder.Removal{Subject: id, Ground: holder.GroundRequest}
		const n = 32
		destroyed := 0
		for i, err := range together(n, func(i int) error {
			switch i % 4 {
			case 0:
				return failure(h.Destroy(ctx, officer, r))
			case 1:
				out, err := h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use})
				if err == nil && len(out.Values)+len(out.Refused) != 1 {
					return fmt.Errorf("neither given nor refused: %+v", out)
				}
				return err
			case 2:
				return failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Notice: told, Value: secrets["D07"]}))
			default:
				return failure(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P03"}))
			}
		}) {
			e := &privacy.Error{}
			switch asError(err, &e); {
			case err == nil && i%4 == 0:
				destroyed++
			case err == nil, e.Reason == privacy.Destroyed, e.Code == privacy.Conflict && i%4 == 3:
			default:
				t.Errorf("call %d: %v", i, err)
			}
		}
		if destroyed != 1 {
			t.Errorf("%d calls say that they destroyed him", destroyed)
		}
		h.clock.Advance(time.Minute)
		h.duties(t)
		if n := h.has(t, "record", id) + h.has(t, h.keyTable("subject_key"), id) + h.has(t, h.keyTable("seed"), id); n != 0 {
			t.Errorf("%d sealed rows and keys are left", n)
		}
		if kinds := h.events(t, id); count(kinds, "key.destroyed") != 1 || kinds[len(kinds)-1] != "key.destroyed" {
			t.Errorf("the stream ends in %v", kinds[len(kinds)-3:])
		}
		h.verify(t)
	})
}
