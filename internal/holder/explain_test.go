package holder_test

import (
	"context"
	"testing"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/policy/explain"
	"kupuya/internal/privacy"
)

// US-1.1-2: the explanation is the answer's, and doing what it says changes the
// answer.
func TestDoingWhatTheExplanationSaysTurnsTheAnswer(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	block := must(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D09"}))(t)
	ask := holder.Ask{Subject: id, Question: policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}}
	kinds := func() (out []explain.Kind) {
		x := must(h.Explain(ctx, self(id), ask))(t)
		for _, c := range x.Changes {
			out = append(out, c.Kind)
		}
		if got := h.ask(t, self(id), id, "P03", "D09", privacy.Use); got != x.Reason {
			t.Fatalf("explained %s, answered %s", x.Reason, got)
		}
		return out
	}
	first := kinds()
	if len(first) != 2 || first[0] != explain.KindUnblock || first[1] != explain.KindConsent {
		t.Fatalf("at first %v", first)
	}
	must(h.Unblock(ctx, self(id), id, block.Block, ""))(t)
	if then := kinds(); len(then) != 1 || then[0] != explain.KindConsent {
		t.Fatalf("without the block %v", then)
	}
	h.consent(id, "P03")
	if got := must(h.Explain(ctx, self(id), ask))(t); !got.Allowed() {
		t.Errorf("in the end %s", got.Reason)
	}
}

// Withheld looks like not found.
func TestWhyIsToldToWhomItConcerns(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id, other := h.subscriber(aibek), h.subscriber(somebody(4))
	q := policy.Question{Purpose: "P18", Category: "D01", Operation: privacy.Use}
	nobody := must(h.Explain(ctx, self(other), holder.Ask{Subject: "0199c0de-0000-7000-8000-000000000001", Question: q}))(t)
	for name, c := range map[string]struct {
		who privacy.Actor
		q   policy.Question
		own bool
	}{
		"himself":                              {self(id), q, true},
		"the officer":                          {officer, q, true},
		"the auditor":                          {auditor, q, true},
		"a system whose credential names it":   {narrow, q, true},
		"a system whose credential does not":   {narrow, policy.Question{Purpose: "P07", Category: "D08", Operation: privacy.Use}, false},
		"a system that may not name an action": {narrow, policy.Question{Purpose: "P18", Category: "D01", Operation: privacy.Store}, false},
		"somebody else":                        {self(other), q, false},
	} {
		x := must(h.Explain(ctx, c.who, holder.Ask{Subject: id, Question: c.q}))(t)
		if x.General == c.own || (x.Reason == privacy.NoSubject) == c.own {
			t.Errorf("%s: %s, general %v", name, x.Reason, x.General)
		}
	}
	withheld := must(h.Explain(ctx, self(other), holder.Ask{Subject: id, Question: q}))(t)
	if withheld.Reason != nobody.Reason || len(withheld.Needs) != len(nobody.Needs) || len(withheld.Changes) != len(nobody.Changes) {
		t.Errorf("withheld is %+v, nobody %+v", withheld, nobody)
	}
	for _, who := range []privacy.Actor{clerk, shop} {
		refusedAs(t, failure(h.Explain(ctx, who, holder.Ask{Subject: id, Question: q})), privacy.Forbidden, "")
	}
	refusedAs(t, failure(h.Explain(ctx, privacy.Actor{}, holder.Ask{Subject: id, Question: q})), privacy.Unauthenticated, "")
	x := must(h.Explain(ctx, privacy.Actor{}, holder.Ask{Question: q}))(t) // about nobody everybody may ask
	if !x.General || !x.Reachable || len(x.Needs) < 5 {
		t.Errorf("%+v", x)
	}
}
