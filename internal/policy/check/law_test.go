package check_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/privacy"
)

// Replacing an act, or ending it, lists every rule that stands on it, and none
// is published until each points elsewhere or is waived.
func TestAReplacedActStopsPublicationUntilEveryRuleIsPointedElsewhere(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*law.Act){
		"K-L04": func(a *law.Act) { a.Replaced = "cc" },
		"K-L02": func(a *law.Act) { a.To = day("2026-11-01") },
	} {
		c := pack(t)
		citing := check.Citing(c, "tax")
		want := []string{
			"purposes[P13].categories[D01].terms.cites", "purposes[P13].categories[D08].terms.cites", "purposes[P13].categories[D09].terms.cites",
		}
		if !slices.Equal(citing, want) {
			t.Fatalf("the rules that cite the tax code are %v", citing)
		}
		c.Law = tables(t, func(x *law.Tables) { change(act(x, "tax")) })
		var told []string
		for _, f := range of(run(c), check.Code(what)) {
			if told = append(told, f.Path); f.Severity != check.Error {
				t.Errorf("%+v", f)
			}
		}
		if told = slices.Compact(told); !slices.Equal(told, citing) {
			t.Errorf("%s tells of %v", what, told)
		}
		for _, path := range citing { // each is waived by itself
			c.Rules.Waivers = append(c.Rules.Waivers, waiver("tax", path))
		}
		if rest := append(of(run(c), check.Code(what)), of(run(c), "K-L08")...); len(rest) != 0 {
			t.Errorf("after waiving: %+v", rest)
		}
		c.Rules.Waivers = c.Rules.Waivers[1:]
		if rest := of(run(c), check.Code(what)); len(rest) == 0 || rest[0].Path != citing[0] {
			t.Errorf("a waiver for one rule excuses another: %+v", rest)
		}
	}
}

func TestARightStandsOnWhatItsDeadlineCites(t *testing.T) {
	t.Parallel()
	citing := check.Citing(pack(t), "dc")
	for _, path := range []string{"purposes[P01].cites", "purposes[P08].categories[D11].cites", "safeguards[face-check].cites", "rights[access].deadline"} {
		if !slices.Contains(citing, path) {
			t.Errorf("%s is not among %d rules", path, len(citing))
		}
	}
}

// On a day before the Code, the law of 2008 counts: the Code's articles are not
// in force and its clocks are not the rights'.
func TestTheDayChoosesTheRegime(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		day    string
		lawful bool
	}{{"2026-01-15", false}, {"2026-02-04", false}, {"2026-02-05", true}, {"2026-11-24", true}} {
		c := pack(t)
		at := day(x.day).Start().Add(time.Hour)
		r := check.Run(check.Input{Content: *c, On: at})
		clocks := of(r.Findings, "K-N08")
		if dead := of(r.Findings, "K-L02"); (len(dead) == 0) != x.lawful || (len(clocks) == 0) != x.lawful || r.Blocks() == x.lawful {
			t.Errorf("on %s: %d dead citations, %d wrong clocks, blocks %v", x.day, len(dead), len(clocks), r.Blocks())
		}
		for _, f := range clocks {
			want := "–" // of the law of 2008, only the clock of access was read
			if f.Path == "rights[access].deadline" {
				want = "legacy_access"
			}
			if got := f.Args[2].Value; got != want || f.Args[3].Value != "law58" {
				t.Errorf("%s: %v", f.Path, f.Args)
			}
		}
	}
}

// What nobody has found stays empty and is said, and never guessed. (law 12, U4, U6)
func TestWhatTheLawMarksUnknownShipsEmptyAndFlagged(t *testing.T) {
	t.Parallel()
	c := pack(t)
	for _, id := range []law.HoldID{"subscriber", "traffic"} {
		h, known := c.Law.Hold(id)
		if !known || !h.NeedsCounsel || !h.Term.IsZero() || len(h.Cites) != 0 || !h.Note.Complete() {
			t.Errorf("%s is %+v", id, h)
		}
	}
	a, known := c.Law.Act("res501") // what came after the rules of identifying SIM cards
	if !known || !a.Unknown || !a.From.IsZero() || !strings.Contains(a.Note.En, "SIM") || a.Replaced != "" {
		t.Errorf("%+v", a)
	}
	if rules, _ := c.Law.Act("rules97"); rules.Replaced != "" {
		t.Errorf("a successor of the rules is named: %s", rules.Replaced)
	}
	var told []string
	for _, f := range of(run(c), "K-L11") {
		told = append(told, f.Args[0].Value)
	}
	for _, id := range []string{"subscriber", "traffic", "dc", "portability"} {
		if !slices.Contains(told, id) {
			t.Errorf("%s is not told of: %v", id, told)
		}
	}
	// No list of countries with enough protection: every one asks for a ground.
	recipient(c, "billing").Country = "KZ"
	if len(of(run(c), "K-R06")) != 1 {
		t.Error("a country is taken for adequate")
	}
}

func TestATranslationThatAChangeMissedIsNamed(t *testing.T) {
	t.Parallel()
	before, c := pack(t), pack(t)
	replace(c, "ky", "2.1", "Саясат", "Бул саясат")
	replace(c, "ru", "2.1", "Политика", "Эта политика")
	r := check.Run(check.Input{Content: *c, On: today, Previous: before})
	found := of(r.Findings, "K-W06")
	if len(found) != 1 || found[0].Clause != "2.1" || found[0].Lang != privacy.English {
		t.Errorf("%+v", found)
	}
	if same := check.Run(check.Input{Content: *before, On: today, Previous: before}); len(of(same.Findings, "K-W06")) != 0 {
		t.Errorf("%+v", of(same.Findings, "K-W06"))
	}
}

func TestTheSameEditionGetsTheSameReport(t *testing.T) {
	t.Parallel()
	broken := func() *policy.Content {
		c := pack(t)
		for _, s := range spoils[:60] {
			if s.code != "K-N04" && s.code[:3] != "K-L" {
				s.spoil(t, c)
			}
		}
		return c
	}
	first := run(broken())
	if len(first) < 50 {
		t.Fatalf("only %d findings", len(first))
	}
	for range 3 {
		if again := run(broken()); !reflect.DeepEqual(again, first) {
			t.Fatal("the report differs from time to time")
		}
	}
	for i := 1; i < len(first); i++ {
		a, b := first[i-1], first[i]
		rank := map[check.Severity]int{check.Error: 0, check.Warning: 1, check.Note: 2}
		if rank[a.Severity] > rank[b.Severity] || a.Severity == b.Severity && a.Code > b.Code {
			t.Errorf("%s %s comes before %s %s", a.Severity, a.Code, b.Severity, b.Code)
		}
	}
}

// Whatever is missing is a finding, never a crash.
func TestAnEditionWithNothingInItIsJudged(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]policy.Content{
		"nothing": {}, "a text alone": {Texts: pack(t).Texts}, "rules alone": {Rules: pack(t).Rules},
		"one language": {Rules: pack(t).Rules, Texts: map[privacy.Lang]policy.Text{"en": pack(t).Texts["en"]}, Law: pack(t).Law},
		"empty rows": {Rules: policy.Rules{
			Purposes: make([]policy.Purpose, 2), Categories: make([]policy.Category, 2), Recipients: make([]policy.Recipient, 2),
			Rights: make([]policy.Right, 2), Waivers: make([]policy.Waiver, 1), Withdrawal: make([]policy.WithdrawalWay, 1),
		}, Texts: pack(t).Texts, Law: pack(t).Law},
	} {
		r := check.Run(check.Input{Content: c, On: today})
		if !r.Blocks() {
			t.Errorf("%s may be published", what)
		}
		for _, f := range r.Findings {
			for _, a := range f.Args {
				if a.Value == "" {
					t.Errorf("%s: %s has no value for %s", what, f.Code, a.Name)
				}
			}
		}
	}
}

func TestMissesAndFaultsOfFilesAreFindingsToo(t *testing.T) {
	t.Parallel()
	x := &policy.Expectation{Q: "May it?", Clause: "3.3"}
	m := check.Missed(&policy.Miss{Expectation: x, Why: "answered no", Path: "purposes[P03]"})
	u := check.Unread("rules.yaml:1:1: no")
	if m.Code != "K-Q01" || m.Severity != check.Error || m.Clause != "3.3" || m.Path != "purposes[P03]" || fmt.Sprint(m.Args) != "[{question May it?} {answer answered no}]" {
		t.Errorf("%+v", m)
	}
	r := check.Sorted([]check.Finding{m, u, u})
	if len(r.Findings) != 2 || r.Findings[0].Code != "K-E01" || !r.Blocks() {
		t.Errorf("%+v", r.Findings)
	}
}
