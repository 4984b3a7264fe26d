package explain_test

import (
	"strings"
	"testing"

	"kupuya/internal/i18n"
	"kupuya/internal/policy"
	"kupuya/internal/policy/explain"
	"kupuya/internal/privacy"
)

func TestFactsMakeTheSubjectTheyTellOf(t *testing.T) {
	t.Parallel()
	w := mega()
	who := everybody()
	ads := policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}
	for facts, want := range map[string]privacy.Reason{
		"":                               privacy.NoConsent,
		"consent=none":                   privacy.NoConsent,
		"consent=none, minor":            privacy.NoConsent,
		"consent=tick":                   privacy.Allowed,
		" consent=sms ,adult":            privacy.Allowed,
		"consent=tick,minor":             privacy.MinorLocked,
		"consent=tick,child":             privacy.MinorLocked,
		"consent=tick,age=unknown":       privacy.MinorLocked,
		"consent=withdrawn":              privacy.ConsentWithdrawn,
		"consent=expired":                privacy.ConsentExpired,
		"consent=tick,accepted=no":       privacy.NotAccepted,
		"consent=tick,refused":           privacy.NotAccepted,
		"consent=tick,objected":          privacy.Objected,
		"consent=tick,blocked":           privacy.Blocked,
		"consent=tick,disputed":          privacy.Disputed,
		"consent=tick,deleted":           privacy.Deleted,
		"consent=tick,destroyed":         privacy.Destroyed,
		"consent=tick,account=deleted":   privacy.Deleted,
		"consent=tick,account=destroyed": privacy.Destroyed,
	} {
		s, err := explain.Facts(facts, w.ed, ads, noon)
		if err != nil {
			t.Errorf("%q: %v", facts, err)
			continue
		}
		if x := explain.Answer(w.content, w.ed, s, ads, &who, noon); x.Reason != want {
			t.Errorf("%q is %s, want %s", facts, x.Reason, want)
		}
	}
	p18 := policy.Question{Purpose: "P18", Category: "D01", Operation: privacy.Use}
	p08 := policy.Question{Purpose: "P08", Category: "D11", Operation: privacy.Use}
	for _, c := range []struct {
		facts string
		q     policy.Question
		want  privacy.Reason
	}{
		{"", p18, privacy.Allowed},
		{"agreement=no", p18, privacy.NoAgreement},
		{"agreement=ended", p18, privacy.NoAgreement},
		{"held=89d", p08, privacy.Allowed},
		{"held=90d", p08, privacy.TermReached},
	} {
		s, err := explain.Facts(c.facts, w.ed, c.q, noon)
		if err != nil {
			t.Fatal(err)
		}
		if d := w.ed.Decide(s, c.q, &who, noon); d.Reason != c.want {
			t.Errorf("%q for %s is %s, want %s", c.facts, c.q.Purpose, d.Reason, c.want)
		}
	}
	for _, bad := range []string{"tall", "consent", "consent=none,consent=tick", "consent=continued_use", "held", "held=-1d", "held=x", "minor minor", "accepted=yes"} {
		if _, err := explain.Facts(bad, w.ed, ads, noon); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzFacts(f *testing.F) {
	f.Add("consent=none,minor")
	f.Add("held=90d,=,,blocked")
	f.Fuzz(func(t *testing.T, text string) {
		w := mega()
		q := policy.Question{Purpose: "P03", Category: "D09", Operation: privacy.Use}
		s, err := explain.Facts(text, w.ed, q, noon)
		if (s == nil) == (err == nil) {
			t.Errorf("%q gave %v and %v", text, s, err)
		}
	})
}

// TestEveryChangeAndConditionHasWords: nothing of an explanation is shown as a
// key, or with a hole in it.
func TestEveryChangeAndConditionHasWords(t *testing.T) {
	t.Parallel()
	w := mega()
	who := everybody()
	whole := func(lang privacy.Lang, text string) {
		if text == "" || strings.ContainsAny(text, "{}[]") || strings.HasPrefix(text, "explain.") || strings.HasPrefix(text, "reason.") {
			t.Errorf("%s: %q", lang, text)
		}
	}
	seen := map[string]bool{}
	for _, lang := range privacy.Langs {
		v := i18n.In(lang)
		for _, p := range w.content.Rules.Purposes {
			for _, row := range p.Rows {
				for _, op := range []privacy.Operations{privacy.Use, privacy.Store, privacy.TransferProvide, privacy.Collect} {
					q := policy.Question{Purpose: p.ID, Category: row.Category, Operation: op}
					for _, facts := range []string{"consent=sms", "minor", "child,accepted=no,agreement=no", "age=unknown,blocked", "disputed,objected", "destroyed", "account=deleted", "held=9000d"} {
						s, err := explain.Facts(facts, w.ed, q, noon)
						if err != nil {
							t.Fatal(err)
						}
						x := explain.Answer(w.content, w.ed, s, q, &who, noon)
						whole(lang, x.Why(v))
						for _, c := range x.Changes {
							seen[c.Key()] = true
							whole(lang, c.Say(v))
						}
					}
					x := explain.Answer(w.content, w.ed, nil, q, nil, noon)
					whole(lang, x.Why(v))
					for _, n := range x.Needs {
						whole(lang, n.Say(v))
					}
				}
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d kinds of change were seen", len(seen))
	}
}
