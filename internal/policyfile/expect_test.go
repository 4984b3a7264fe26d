package policyfile

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// lawKG is the law as the project knows it; tests only read it.
var lawKG = sync.OnceValues(func() (*law.Registry, error) { return LoadLaw(os.DirFS("../../policies/law-kg")) })

func registry(t testing.TB) *law.Registry {
	t.Helper()
	r, err := lawKG()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// compile makes an edition that was always in force, so that only the acts say
// from when it stands on anything.
func compile(t testing.TB, r policy.Rules) *policy.Edition {
	t.Helper()
	e, err := policy.Compile(r, strings.Repeat("0", 64), registry(t), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTheEditionAnswersAsItsAuthorsExpect(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	for _, m := range p.Expect.Run(compile(t, p.Rules)) {
		t.Error(m.Error())
	}
}

func TestTheQuestionsCoverTheEdition(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	reasons := map[privacy.Reason]int{}
	pairs := map[string]bool{}
	for _, q := range p.Expect.Questions {
		reasons[q.Want]++
		if q.Want == privacy.Allowed {
			pairs[fmt.Sprint(q.Question.Purpose, " ", q.Question.Category)] = true
		}
	}
	for _, r := range privacy.Reasons {
		if reasons[r] < 2 {
			t.Errorf("%s is expected %d times; ask at least twice", r, reasons[r])
		}
	}
	for _, pur := range p.Rules.Purposes {
		for _, row := range pur.Rows {
			pair := fmt.Sprint(pur.ID, " ", row.Category)
			pending := pair == "P08 D04" // waits for a second approval of its safeguard
			if pairs[pair] == pending {
				t.Errorf("%s: allowed by some question %v, waiting for approval %v", pair, pairs[pair], pending)
			}
		}
	}
	used := map[string]bool{}
	for _, q := range p.Expect.Questions {
		used[q.Given] = true
	}
	for _, s := range p.Expect.Standings {
		if !used[s.ID] {
			t.Errorf("nobody asks about the standing %s", s.ID)
		}
	}
}

// loosened gives the rules with one safeguard of one purpose taken away, many
// times over, and says which.
func loosened(r policy.Rules, try func(what string, r policy.Rules)) {
	for i := range r.Purposes {
		was := r.Purposes[i]
		if was.Template {
			continue
		}
		attempt := func(what string, change func(p *policy.Purpose)) {
			out := r
			out.Purposes = slices.Clone(r.Purposes)
			change(&out.Purposes[i])
			try(string(was.ID)+" "+what, out)
		}
		for _, need := range was.Requires {
			attempt("needs no "+need, func(p *policy.Purpose) {
				p.Requires = slices.DeleteFunc(slices.Clone(p.Requires), func(s string) bool { return s == need })
			})
		}
		if was.Minor != "open" {
			attempt("is open to every age", func(p *policy.Purpose) { p.Minor = "open" })
		}
		if was.Evidence != "" && was.Evidence != "tick" {
			attempt("takes a tick for consent", func(p *policy.Purpose) { p.Evidence = "tick" })
		}
		if was.Basis == privacy.BasisConsent {
			attempt("needs no consent", func(p *policy.Purpose) {
				p.Basis, p.Evidence, p.Terms.From = privacy.BasisContract, "", "collected"
			})
		}
		usual := func(row policy.Row) bool { return row.Terms == nil }
		if was.Terms.Storage != "while" && was.Terms.Storage != "none" && slices.ContainsFunc(was.Rows, usual) {
			attempt("stores for a century", func(p *policy.Purpose) { p.Terms.Storage, p.Terms.Processing = "100y", "100y" })
		}
		attempt("does everything", func(p *policy.Purpose) {
			p.Operations, p.Transient = privacy.OperationNames(), false
			p.Rows = slices.Clone(p.Rows)
			for j := range p.Rows {
				p.Rows[j].Operations = nil
			}
		})
		for j, row := range was.Rows {
			if row.Terms != nil {
				attempt(fmt.Sprintf("keeps %s for a century", row.Category), func(p *policy.Purpose) {
					p.Rows = slices.Clone(p.Rows)
					p.Rows[j].Terms = &policy.Terms{Processing: "100y", Storage: "100y", From: row.Terms.From}
				})
			}
		}
	}
	for i := range r.Safeguards {
		if len(r.Safeguards[i].Approved) < 2 {
			out := r
			out.Safeguards = slices.Clone(r.Safeguards)
			out.Safeguards[i].Approved = []string{"one", "two"}
			try(out.Safeguards[i].ID+" counts as approved", out)
		}
	}
	for i := range r.Recipients {
		if r.Recipients[i].Agreement.To == "2026-07-01" {
			out := r
			out.Recipients = slices.Clone(r.Recipients)
			out.Recipients[i].Agreement.To = ""
			try(string(out.Recipients[i].ID)+" has an agreement without end", out)
		}
	}
}

func TestALoosenedRuleIsNoticedByAQuestion(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	tried := 0
	loosened(p.Rules, func(what string, r policy.Rules) {
		tried++
		if len(p.Expect.Run(compile(t, r))) == 0 {
			t.Errorf("%s, and no question of expect.yaml notices", what)
		}
	})
	if tried < 80 {
		t.Errorf("only %d changes were tried", tried)
	}
}

func TestAFaultInAQuestionNamesItsPlace(t *testing.T) {
	t.Parallel()
	const given = "given:\n  - id: a\n    subject: {age: adult}\nquestions:\n"
	const question = "  - {q: May it?, given: a, at: 2026-06-01, purpose: P01, category: D01, operation: use, want: allowed, clause: \"3.1\"}\n"
	if _, err := parseExpect("e.yaml", []byte(given+question)); err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) string {
		out := strings.Replace(given+question, old, new, 1)
		if out == given+question {
			t.Fatalf("%q is not there to replace", old)
		}
		return out
	}
	tests := []struct{ name, data, where, msg string }{
		{"no question", given[:strings.Index(given, "questions")], "", "asks nothing"},
		{"a standing given twice", replace("questions:", "  - id: a\n    subject: {age: minor}\nquestions:"), "4:5", "already stands on line 2"},
		{"a standing without an id", replace("id: a", "id: \"\""), "2:5", "no id"},
		{"a standing without an age", replace("{age: adult}", "{accepted: sms}"), "2:5", "either an age"},
		{"an age and a birthday", replace("adult}", "adult, born: 2000-01-01}"), "2:5", "either an age"},
		{"a birthday that is no day", replace("age: adult", "born: 2000-02-30"), "3:21", "no day"},
		{"an unknown age", replace("adult", "grown"), "3:20", "no age"},
		{"an unknown status", replace("adult}", "adult, status: gone}"), "3:35", "no status"},
		{"an unknown grade", replace("adult}", "adult, accepted: fingerprint}"), "3:37", "no grade"},
		{"an agreement that is neither", replace("adult}", "adult, agreement: maybe}"), "3:38", "no agreement"},
		{"an agreement that ended on no day", replace("adult}", "adult, agreement: \"ended:soon\"}"), "3:38", "no day"},
		{"a consent without a grade", replace("adult}", "adult, consents: [{purpose: P02, at: 2026-01-01}]}"), "2:5", "a consent without"},
		{"two consents for a purpose", replace("adult}", "adult, consents: [{purpose: P02, grade: sms, at: 2026-01-01}, {purpose: P02, grade: sms, at: 2026-01-02}]}"), "2:5", "two consents"},
		{"a consent by a clerk", replace("adult}", "adult, consents: [{purpose: P02, grade: sms, at: 2026-01-01, by: clerk}]}"), "3:", "giver of a consent"},
		{"an objection to nothing", replace("adult}", "adult, objections: [{at: 2026-01-01}]}"), "2:5", "an objection without"},
		{"a block of no kind", replace("adult}", "adult, blocks: [{at: 2026-01-01}]}"), "2:5", "a block without"},
		{"a value without a state", replace("adult}", "adult, values: [{category: D01, collected: 2026-01-01}]}"), "2:5", "a value without"},
		{"a live value that ended", replace("adult}", "adult, values: [{category: D01, state: live, collected: 2026-01-01, at: 2026-02-01}]}"), "2:5", "does not fit"},
		{"a deleted value that did not end", replace("adult}", "adult, values: [{category: D01, state: deleted, collected: 2026-01-01}]}"), "2:5", "does not fit"},
		{"two values of a category", replace("adult}", "adult, values: [{category: D01, state: live, collected: 2026-01-01}, {category: D01, state: live, collected: 2026-01-01}]}"), "2:5", "two values"},
		{"a question asked twice", given + question + question, "6:5", "already stands on line 5"},
		{"a question without a sentence", replace("q: May it?, ", ""), "5:5", "no sentence"},
		{"a question about nobody known", replace("given: a,", "given: b,"), "5:25", "no standing"},
		{"a question at no moment", replace("2026-06-01", "soon"), "5:32", "no moment"},
		{"a question without a moment", replace("at: 2026-06-01, ", ""), "5:5", "no moment"},
		{"a question without a purpose", replace("purpose: P01, ", ""), "5:5", "no purpose"},
		{"a question without an operation", replace("operation: use, ", ""), "5:5", "no operation"},
		{"an unknown operation", replace("use", "sell"), "5:", "thirteen"},
		{"a question without an answer", replace("want: allowed, ", ""), "5:5", "no answer"},
		{"an answer that is no reason", replace("allowed", "yes"), "5:", "no reason"},
		{"an unknown basis", replace("want:", "basis: whim, want:"), "5:", "no basis"},
		{"an actor that is a word", replace("want:", "actor: anybody, want:"), "5:", "no actor"},
		{"an actor of no kind", replace("want:", "actor: {kind: owner}, want:"), "5:", "kind of actor"},
		{"an actor with an unknown key", replace("want:", "actor: {kind: clerk, may: all}, want:"), "5:", "unknown field"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parseExpect("e.yaml", []byte(tt.data))
			wantFault(t, err, "e.yaml:", tt.where, tt.msg)
		})
	}
}

func TestAWrongAnswerIsReportedWithItsLine(t *testing.T) {
	t.Parallel()
	e := compile(t, loadMega24(t).Rules)
	const ask = "given:\n  - id: a\n    subject: {age: adult}\nquestions:\n  - {q: May it?, given: a, at: 2026-06-01, purpose: P01, category: D01, operation: use, %s}\n"
	tests := []struct{ name, answer, why string }{
		{"the reason", `want: no_consent, clause: "3.1"`, "answered allowed, expected no_consent"},
		{"the clause", `want: allowed, clause: "3.2"`, `named clause "3.1", expected "3.2"`},
		{"no clause", `want: allowed`, `named clause "3.1", expected ""`},
		{"the basis", `want: allowed, clause: "3.1", basis: law`, "stood on contract, expected law"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x, err := parseExpect("e.yaml", []byte(fmt.Sprintf(ask, tt.answer)))
			if err != nil {
				t.Fatal(err)
			}
			misses := x.Run(e)
			if len(misses) != 1 || misses[0].Error() != "expect.yaml:5: May it?: "+tt.why {
				t.Errorf("reported %v", misses)
			}
		})
	}
}

func FuzzParseExpect(f *testing.F) {
	data, err := os.ReadFile(mega24 + "/expect.yaml")
	if err != nil {
		f.Fatal(err)
	}
	head, questions, _ := strings.Cut(string(data), "\nquestions:\n")
	f.Add(head[:2000] + "\nquestions:\n" + questions[:1500])
	f.Add("given:\n  - id: a\n    subject: {born: 2008-02-29, agreement: \"ended:2026-01-01\"}\nquestions:\n  - {q: x, given: a, at: 2026-06-01, purpose: P, category: D, operation: use, want: allowed, actor: {kind: clerk, operations: [transfer]}}\n")
	f.Add("questions: [{actor: [system]}]")
	f.Fuzz(func(t *testing.T, data string) {
		x, err := parseExpect("f.yaml", []byte(data))
		if err != nil {
			var fe *FileError
			if !errors.As(err, &fe) || fe.File != "f.yaml" || fe.Msg == "" {
				t.Fatalf("a useless error: %#v", err)
			}
			return
		}
		for i := range x.Questions {
			q := &x.Questions[i]
			if q.Q == "" || q.At.IsZero() || q.Question.Operation == 0 || q.Want == "" || q.Line == 0 {
				t.Fatalf("read half a question: %+v", q)
			}
		}
	})
}
