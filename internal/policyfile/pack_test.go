package policyfile

import (
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

const mega24 = "../../policies/mega24/2026-1"

func loadMega24(t testing.TB) *Pack {
	t.Helper()
	p, err := LoadPack(os.DirFS(mega24))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// clauses63 are the clauses of the policy in reading order.
var clauses63 = strings.Fields(`1.1 1.2a 1.2b 1.3 1.4
	2.0 2.1 2.2 2.3 2.3.1 2.3.2 2.3.3 2.3.4 2.3.5 2.3.6 2.3.7 2.3.8 2.3.9 2.3.10 2.3.11 2.3.12 2.3.13 2.4a 2.4b
	3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14 3.15 3.16 3.17 3.18 3.19 3.20 3.21
	4.1 4.2 4.3 4.4a 4.4b 4.5a 4.5b 5.0 5.1 5.2 5.3 6.1 6.2a 6.2b 6.3 6.4a 6.4b`)

func TestTheTextHasTheSixtyThreeClausesInThreeLanguages(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	for _, lang := range privacy.Langs {
		text := p.Texts[lang]
		var got []string
		for _, c := range text.Clauses {
			got = append(got, string(c.ID))
		}
		if !slices.Equal(got, clauses63) {
			t.Errorf("%s has the clauses %v", lang, got)
		}
	}
	// A subscriber reads it on a phone, over a slow network.
	data, err := fs.ReadFile(os.DirFS(mega24), "policy.ky.md")
	if err != nil || len(data) > 25_000 {
		t.Errorf("the Kyrgyz text has %d bytes, %v", len(data), err)
	}
}

func TestEveryClauseIsCarriedOutAndEveryRuleHasItsClause(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	for _, gap := range policy.Coverage(compile(t, p.Rules), p.Texts[privacy.Kyrgyz]) {
		t.Error(gap)
	}
	by := p.Rules.Citations()
	for _, c := range p.Rules.Clauses {
		if len(by[c.Clause]) != 1 {
			t.Errorf("clause %s stands under clauses though %v carry it out", c.Clause, by[c.Clause])
		}
		if kind, name, ok := strings.Cut(c.By, " "); !ok || (kind != "verb" && kind != "page") || name == "" {
			t.Errorf("clause %s is carried out by %q, which is neither a verb nor a page", c.Clause, c.By)
		}
	}
}

func TestEveryConsentIsAskedInFullAndRunsOut(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	e := compile(t, p.Rules)
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, law.Bishkek)
	for _, pur := range p.Rules.Purposes {
		if pur.Basis != privacy.BasisConsent || pur.Template {
			continue
		}
		// policy 3.21: a year at most
		if until := e.ConsentUntil(pur.ID, now); !until.After(now) || until.After(now.AddDate(1, 0, 0)) {
			t.Errorf("a consent for %s given on %s lasts until %s", pur.ID, now, until)
		}
		for _, lang := range privacy.Langs {
			for _, child := range []bool{false, true} {
				text := e.ConsentText(pur.ID, lang, child)
				if strings.Count(text, "\n\n") != 1 || strings.Contains(text, "- \n") || strings.HasPrefix(text, "\n") { // one empty line, after the holder
					t.Errorf("the request for %s in %s has a hole:\n%s", pur.ID, lang, text)
				}
			}
		}
	}
}

func TestTheVocabularyIsThePolicys(t *testing.T) {
	t.Parallel()
	r := loadMega24(t).Rules
	var ops, cats, tops []string
	for _, o := range r.Operations {
		ops = append(ops, o.ID)
	}
	for _, c := range r.Categories {
		cats = append(cats, string(c.ID))
	}
	for _, p := range r.Purposes {
		if p.Parent == "" {
			tops = append(tops, string(p.ID))
		}
	}
	if !slices.Equal(ops, privacy.OperationNames()) {
		t.Errorf("operations %v", ops)
	}
	if got := strings.Join(cats, " "); got != "D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12 D13" {
		t.Errorf("categories %s", got)
	}
	if got := strings.Join(tops, " "); got != "P01 P02 P03 P04 P05 P06 P07 P08 P09 P10 P11 P12 P13 P14 P15 P16 P17 P18 P19 P20" {
		t.Errorf("purposes %s", got)
	}
	sources := map[privacy.SourceID]bool{}
	for _, s := range r.Sources {
		sources[s.ID] = true
	}
	for _, c := range r.Categories {
		if len(c.Sources) == 0 {
			t.Errorf("%s comes from nowhere", c.ID)
		}
		for _, s := range c.Sources {
			if !sources[s] {
				t.Errorf("%s comes from %q, which is no source", c.ID, s)
			}
		}
	}
}

func TestEverySentenceStandsInThreeLanguages(t *testing.T) {
	t.Parallel()
	r := loadMega24(t).Rules
	empty := privacy.Words{}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if w, ok := v.Interface().(privacy.Words); ok {
			if w != empty && !w.Complete() {
				t.Errorf("%s lacks a language: %+v", path, w)
			}
			return
		}
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(path, v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(path+"["+string(rune('0'+i%10))+"]", v.Index(i))
			}
		}
	}
	walk("rules", reflect.ValueOf(r))
	for _, p := range r.Purposes {
		for what, missing := range map[string]bool{
			"title":              p.Title == empty,
			"plain sentence":     p.Plain == empty,
			"why of its terms":   p.Terms.Why == empty,
			"off sentence":       p.Switchable && p.Off == empty,
			"sentence for minor": p.Basis == privacy.BasisConsent && p.Minor != "locked" && p.Child == empty,
		} {
			if missing {
				t.Errorf("%s has no %s", p.ID, what)
			}
		}
		for _, row := range p.Rows {
			if row.Terms != nil && row.Terms.Why == empty {
				t.Errorf("%s %s does not say why its terms are what they are", p.ID, row.Category)
			}
		}
	}
}

func TestNothingIsGivenAwayThatNoRecipientMayHave(t *testing.T) {
	t.Parallel()
	r := loadMega24(t).Rules
	fields := map[privacy.RecipientID][]privacy.CategoryID{}
	for _, x := range r.Recipients {
		fields[x.ID] = x.Fields
		if x.Country != "KG" {
			t.Errorf("%s is in %s: the text tells of no transfer abroad", x.ID, x.Country)
		}
		if !strings.Contains(x.PolicyURL, ".example/") {
			t.Errorf("%s has the address %s, which may be somebody's", x.ID, x.PolicyURL)
		}
	}
	for _, p := range r.Purposes {
		if p.Counsel != "to-confirm" {
			t.Errorf("%s is marked as confirmed by counsel", p.ID)
		}
		transfers := slices.ContainsFunc(p.Operations, func(o string) bool { return strings.HasPrefix(o, "transfer") })
		if transfers != (len(p.Recipients) > 0) {
			t.Errorf("%s allows transfer: %v, and has %d recipients", p.ID, transfers, len(p.Recipients))
		}
		if slices.Contains(p.Operations, "transfer.distribute") {
			t.Errorf("%s distributes data to an open circle", p.ID)
		}
		for _, to := range p.Recipients {
			if !slices.ContainsFunc(p.Rows, func(row policy.Row) bool { return slices.Contains(fields[to], row.Category) }) {
				t.Errorf("%s names %s, whose agreement covers none of its data", p.ID, to)
			}
		}
	}
}

func TestAdvertisingIsLockedForMinorsAndOffByDefault(t *testing.T) {
	t.Parallel()
	locked := []privacy.PurposeID{"P02", "P03", "P06.ads", "P12", "P17"} // policy 2.3.10
	for _, p := range loadMega24(t).Rules.Purposes {
		if (p.Minor == "locked") != slices.Contains(locked, p.ID) {
			t.Errorf("%s is %q for minors", p.ID, p.Minor)
		}
		if p.Basis == privacy.BasisConsent && (p.Default != "off" || !p.Switchable) {
			t.Errorf("%s rests on consent but is %s, switchable %v", p.ID, p.Default, p.Switchable)
		}
		if p.Marketing && p.Basis != privacy.BasisConsent {
			t.Errorf("%s advertises without consent", p.ID)
		}
	}
}

func TestEveryCitationPointsToAnArticleInForce(t *testing.T) {
	t.Parallel()
	r, reg := loadMega24(t).Rules, registry(t)
	day := time.Date(2026, 11, 23, 12, 0, 0, 0, law.Bishkek)
	cited := 0
	check := func(what string, cites []policy.Citation) {
		for _, c := range cites {
			cited++
			if _, known := reg.Article(law.Citation{Act: c.Act, Article: c.Article}); !known {
				t.Errorf("%s cites %s %s, which the table of acts does not list", what, c.Act, c.Article)
			}
			if !reg.InForce(c.Act, day) {
				t.Errorf("%s cites %s, which is not in force on %s", what, c.Act, day)
			}
			if c.Why == "" {
				t.Errorf("%s does not say why it cites %s %s", what, c.Act, c.Article)
			}
		}
	}
	for _, p := range r.Purposes {
		check(string(p.ID), p.Cites)
		check(string(p.ID)+" terms", p.Terms.Cites)
		for _, row := range p.Rows {
			check(fmt.Sprint(p.ID, " ", row.Category), row.Cites)
			if row.Terms != nil {
				check(fmt.Sprint(p.ID, " ", row.Category, " terms"), row.Terms.Cites)
			}
		}
	}
	for _, s := range r.Safeguards {
		check(s.ID, s.Cites)
	}
	if cited < 50 {
		t.Errorf("only %d citations were looked at", cited)
	}
	for _, x := range r.Rights {
		if _, known := reg.Deadline(law.DeadlineID(x.Deadline)); !known {
			t.Errorf("the right %s has the deadline %q, which the law does not know", x.ID, x.Deadline)
		}
	}
}

func packFS(t *testing.T, change map[string]func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"policy.ky.md", "policy.ru.md", "policy.en.md", "rules.yaml", "expect.yaml"} {
		data, err := os.ReadFile(mega24 + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if f := change[name]; f != nil {
			was := string(data)
			if data = []byte(f(was)); string(data) == was {
				t.Fatalf("the change leaves %s as it was", name)
			}
		}
		if len(data) > 0 {
			out[name] = &fstest.MapFile{Data: data}
		}
	}
	return out
}

func TestAPackWithAFaultDoesNotLoad(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	tests := []struct {
		name, file  string
		change      func(string) string
		prefix, msg string
	}{
		{"a clause stands twice", "policy.ky.md", replace("{#1.4}", "{#1.3}"), "policy.ky.md:13:", "already stands on line 11"},
		{"a clause is missing in one language", "policy.ru.md", replace("{#1.4}", "{#1.5}"), "policy.ru.md:13:", "does not stand in policy.ky.md"},
		{"a clause is missing in the source", "policy.ky.md", replace("{#6.4b}", "{#6.5}"), "policy.ru.md:", "does not stand in policy.ky.md"},
		{"a key nobody knows", "rules.yaml", replace("\nin_force:", "\nin_forse:"), "rules.yaml:", "unknown field"},
		{"a misspelt operation in a question", "expect.yaml", replace("operation: collect,", "operation: colect,"), "expect.yaml:", "none of the thirteen"},
		{"a file that is not there", "expect.yaml", func(string) string { return "" }, "policyfile: reading the pack: ", "expect.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadPack(packFS(t, map[string]func(string) string{tt.file: tt.change}))
			if err == nil || !strings.HasPrefix(err.Error(), tt.prefix) || !strings.Contains(err.Error(), tt.msg) {
				t.Errorf("got %v, want %q … %q", err, tt.prefix, tt.msg)
			}
		})
	}
}

func TestTheHashCoversWhatPeopleReadAndWhatTheMachineDoes(t *testing.T) {
	t.Parallel()
	add := func(s string) string { return s + "\n# more\n" }
	load := func(change map[string]func(string) string) string {
		p, err := LoadPack(packFS(t, change))
		if err != nil {
			t.Fatal(err)
		}
		return p.Hash
	}
	was := load(nil)
	if len(was) != 64 || was != loadMega24(t).Hash {
		t.Errorf("the hash %q is not that of the pack", was)
	}
	word := func(s string) string { return strings.Replace(s, ". {#6.4b}", "! {#6.4b}", 1) }
	for name, change := range map[string]func(string) string{"policy.ky.md": word, "policy.ru.md": word, "policy.en.md": word, "rules.yaml": add} {
		if load(map[string]func(string) string{name: change}) == was {
			t.Errorf("a change of %s leaves the hash as it was", name)
		}
	}
	if load(map[string]func(string) string{"expect.yaml": add}) != was {
		t.Error("a question added changes the hash of the edition")
	}
}

func TestAContradictionIsShownWhereItStands(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	lines := strings.Split(string(p.rules), "\n")
	tests := []struct{ path, line string }{
		{"purposes[P06.ads].evidence", "    evidence: tick"},
		{"purposes[P06.ads].categories[D08]", "      - id: D08"},
		{"purposes[P05].categories[D12].terms.processing", "          processing: 90d"},
		{"purposes[P04].categories[D06].operations", "      - {id: D06, operations: [clarify, extract, use, block, delete, destroy]}"},
		{"recipients[partner-bank].agreement.to", `    agreement: {ref: "example partner agreement 2026/04", from: "2026-02-05", to: "2026-07-01"}`},
		{"categories[D13].nothing", "  - id: D13"},
		{"edition", "edition: mega24/2026-1"},
	}
	for _, tt := range tests {
		fe := p.Place(&policy.Problem{Path: tt.path, Msg: "is wrong"})
		if fe.Line == 0 || lines[fe.Line-1] != tt.line {
			t.Errorf("%s was placed at %s", tt.path, fe)
		}
		if fe.File != "rules.yaml" || fe.Msg != tt.path+": is wrong" || fe.Column == 0 {
			t.Errorf("%s reads %q", tt.path, fe)
		}
	}
	if fe := p.Place(&policy.Problem{Path: "nothing[here]", Msg: "is wrong"}); fe.Line != 0 || fe.File != "rules.yaml" {
		t.Errorf("what stands nowhere was placed at %s", fe)
	}
	twice := *p
	twice.rules = []byte(strings.Replace(string(p.rules), "  - id: D13\n", "  - id: D12\n", 1))
	if fe := twice.Place(&policy.Problem{Path: "categories[D12]", Msg: "stands twice"}); fe.Line == 0 || lines[fe.Line-1] != "  - id: D13" {
		t.Errorf("of two with the same id, the first was shown: %s", fe)
	}
}
