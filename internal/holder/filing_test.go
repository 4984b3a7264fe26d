package holder_test

import (
	"context"
	"strings"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// law K1: a change of what was filed shows as an update that the register needs;
// a change that the form does not ask about does not.
func TestALaterEditionShowsThatTheRegisterMustBeUpdated(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	status := func(want string) holder.FilingStatus {
		t.Helper()
		s := must(h.FilingStatus(ctx, officer))(t)
		if s.State != want || (s.State == holder.FilingUpdate) != (len(s.Changes) > 0) {
			t.Errorf("the state is %s with %d changes, want %s", s.State, len(s.Changes), want)
		}
		return s
	}
	if s := status(holder.FilingNever); s.Filed != nil || s.Complete != 11 || len(s.Missing) != 6 {
		t.Errorf("before anything was filed: %+v", s)
	}
	filed := must(h.File(ctx, officer, holder.Filing{Lang: privacy.Russian, Number: "KG-2026/17", On: "2026-11-20", Stage: 1}))(t)
	if len(filed.Missing) != 6 || len(filed.Hash) != 64 || len(filed.Digest) != 64 {
		t.Errorf("%+v", filed)
	}
	s := status(holder.FilingFresh)
	if s.Filed == nil || s.Filed.Number != "KG-2026/17" || s.Filed.On != "2026-11-20" || s.Filed.Stage != 1 || s.Filed.Hash != filed.Hash || !s.Remade {
		t.Errorf("filed %+v", s.Filed)
	}
	facts := h.facts(t, store.HolderID)
	if e := facts[len(facts)-1]; e.Kind != ledger.FilingRecorded || e.Detail["entry"] != filed.Hash || e.Edition != "mega24/2026-1" || e.Lang != "ru" {
		t.Errorf("%+v", e)
	}
	h.enact(t, variant(t, 2, nil)) // another name, nothing else
	status(holder.FilingFresh)
	h.enact(t, variant(t, 3, func(rules string) string {
		return replace(t, rules, `ru: "Ответственный за защиту персональных данных, officer@`, `ru: "Ответственный за защиту персональных данных, dpo@`)
	}))
	s = status(holder.FilingUpdate)
	var keys []string
	for _, c := range s.Changes {
		keys = append(keys, c.Key+" "+c.ID)
	}
	if got := strings.Join(keys, ", "); got != "person officer" {
		t.Errorf("changes: %s", got)
	}
	must(h.File(ctx, officer, holder.Filing{Lang: privacy.Russian, Number: "KG-2026/17", On: "2027-01-20", Stage: 3}))(t)
	status(holder.FilingFresh)
	then := must(h.FilingOf(ctx, "mega24/2026-1", privacy.Russian))(t)
	if hash := must(then.Hash())(t); hash != filed.Hash {
		t.Error("the entry of the first edition is not what was filed")
	}
	h.verify(t)
}

func TestWhatIsNoFilingIsRefused(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	good := holder.Filing{Lang: privacy.Kyrgyz, Number: "17", On: "2026-11-20", Stage: 2}
	for name, c := range map[string]struct {
		who    privacy.Actor
		change func(*holder.Filing)
		code   privacy.Code
	}{
		"by a clerk":                {clerk, func(*holder.Filing) {}, privacy.Forbidden},
		"by the auditor":            {auditor, func(*holder.Filing) {}, privacy.Forbidden},
		"in no language":            {officer, func(f *holder.Filing) { f.Lang = "de" }, privacy.BadValue},
		"without a number":          {officer, func(f *holder.Filing) { f.Number = "" }, privacy.BadValue},
		"under somebody's number":   {officer, func(f *holder.Filing) { f.Number = "996991000001" }, privacy.BadValue},
		"under a name":              {officer, func(f *holder.Filing) { f.Number = "Бакыт" }, privacy.BadValue},
		"on no day":                 {officer, func(f *holder.Filing) { f.On = "2026-11-31" }, privacy.BadValue},
		"tomorrow":                  {officer, func(f *holder.Filing) { f.On = "2026-11-24" }, privacy.BadValue},
		"at a fourth stage":         {officer, func(f *holder.Filing) { f.Stage = 4 }, privacy.BadValue},
		"of an edition never there": {officer, func(f *holder.Filing) { f.Edition = "mega24/1999-1" }, privacy.NotFound},
	} {
		f := good
		c.change(&f)
		if _, err := h.File(ctx, c.who, f); privacy.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := must(h.FilingStatus(ctx, auditor))(t); s.State != holder.FilingNever {
		t.Errorf("something was filed: %+v", s)
	}
	refusedAs(t, failure(h.FilingStatus(ctx, clerk)), privacy.Forbidden, "")
}
