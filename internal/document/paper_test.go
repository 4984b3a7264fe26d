package document

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

// wants sees that a failure names the member.
func wants(t *testing.T, err error, field string) {
	t.Helper()
	var e *privacy.Error
	if !errors.As(err, &e) || e.Field != field || e.Code != privacy.MissingValue && e.Code != privacy.BadValue {
		t.Errorf("%s: got %v", field, err)
	}
}

func TestAnAccessReplyTellsTheTenThingsOrIsNotMade(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*Access){
		"edition":           func(a *Access) { a.Edition = "" },
		"holder.contact":    func(a *Access) { a.Holder.Contact = "" },
		"holder.regulator":  func(a *Access) { a.Holder.Regulator = "" },
		"places":            func(a *Access) { a.Places = "" },
		"consequences":      func(a *Access) { a.Consequences = "" },
		"automation":        func(a *Access) { a.Automation = "" },
		"values.category":   func(a *Access) { a.Values[0].Category = "" },
		"values.data":       func(a *Access) { a.Values[0].Data = "" },
		"values.source":     func(a *Access) { a.Values[0].Source = "" },
		"values.footings":   func(a *Access) { a.Values[0].Footings = nil },
		"values.basis":      func(a *Access) { a.Values[0].Footings[0].Basis = "" },
		"values.processing": func(a *Access) { a.Values[0].Footings[0].Processing = "" },
		"values.storage":    func(a *Access) { a.Values[0].Footings[0].Storage = "" },
		"request.kind":      func(a *Access) { a.Request.Kind = "wish" },
		"request.received":  func(a *Access) { a.Request.Received = time.Time{} },
		"parts.reason":      func(a *Access) { a.Refused[0].Reason = ReasonAccurate },
		"restrictions.why":  func(a *Access) { a.Restrictions[0].Why = "mood" },
	} {
		a := access(privacy.Kyrgyz, 4)
		spoil(&a)
		_, err := a.Document(privacy.Kyrgyz)
		wants(t, err, field)
	}
}

func TestARefusalHasAReasonOfTheClosedListAndAnAppeal(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*Refusal){
		"parts":            func(r *Refusal) { r.Parts = nil },
		"parts.reason":     func(r *Refusal) { r.Parts[0].Reason = "too much work" },
		"request.kind":     func(r *Refusal) { r.Request.Kind = "" },
		"request.number":   func(r *Refusal) { r.Request.Number = "" },
		"holder.regulator": func(r *Refusal) { r.Holder.Regulator = "" },
	} {
		r := refusal(privacy.Kyrgyz)
		spoil(&r)
		_, err := r.Document(privacy.Kyrgyz)
		wants(t, err, field)
	}
	other := refusal(privacy.Kyrgyz)
	other.Parts[0].Reason = ReasonSecret // access may be refused so, destruction not
	_, err := other.Document(privacy.Kyrgyz)
	wants(t, err, "parts.reason")

	for _, lang := range privacy.Langs {
		text := flat(t, render(t, refusal(lang), lang, Options{}))
		for _, want := range []string{
			refusal(lang).Holder.Regulator, i18n.Text(lang, "document.appeal.court"), i18n.Text(lang, "document.reason.kept"), Cite(lang, "DC-83 p.2"),
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the refusal does not say %q", lang, want)
			}
		}
	}
}

// Access and information are refused in no case but those of the law. (DC-74)
func TestAccessIsRefusedInTheCasesOfTheLawOnly(t *testing.T) {
	t.Parallel()
	var got []Reason
	for _, r := range Reasons() {
		if r.Refuses(RequestAccess) {
			got = append(got, r)
		}
	}
	if want := []Reason{ReasonOperative, ReasonCriminal, ReasonSecret, ReasonUnproven, ReasonOthers}; !equal(got, want) {
		t.Errorf("access may be refused for %v", got)
	}
	if Reason("mood").Refuses(RequestAccess) || Reason("mood").Citation() != "" {
		t.Error("a reason of no list refuses")
	}
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestNoticesAndActsLackNothing(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*Transfer){
		"recipient.name":    func(n *Transfer) { n.Recipient.Name = "" },
		"recipient.address": func(n *Transfer) { n.Recipient.Address = "" },
		"purpose":           func(n *Transfer) { n.Purpose = "" },
		"categories":        func(n *Transfer) { n.Categories = nil },
		"consent":           func(n *Transfer) { n.Consent = "" },
		"citations":         func(n *Transfer) { n.Basis, n.Citations = privacy.BasisLaw, nil },
		"border":            func(n *Transfer) { n.Abroad = true },
		"to.name":           func(n *Transfer) { n.To.Name = "" },
		"storage":           func(n *Transfer) { n.Storage = "" },
	} {
		n := transfer(privacy.Russian)
		spoil(&n)
		_, err := n.Document(privacy.Russian)
		wants(t, err, field)
	}
	for field, spoil := range map[string]func(*Destruction){
		"at":         func(x *Destruction) { x.At = time.Time{} },
		"categories": func(x *Destruction) { x.Categories = nil },
		"ground":     func(x *Destruction) { x.Ground = "mood" },
		"method":     func(x *Destruction) { x.Method = "hidden" },
		"decided":    func(x *Destruction) { x.Decided = "" },
		"witness":    func(x *Destruction) { x.Witness = "" },
		"systems":    func(x *Destruction) { x.Systems = nil },
		"verified":   func(x *Destruction) { x.Verified = "" },
		"citations":  func(x *Destruction) { x.Citations = nil },
	} {
		x := destruction(privacy.Russian, true)
		spoil(&x)
		_, err := x.Document(privacy.Russian)
		wants(t, err, field)
	}
	for field, spoil := range map[string]func(*Restriction){
		"ground":  func(n *Restriction) { n.Ground = "mood" },
		"scope":   func(n *Restriction) { n.Scope = nil },
		"outcome": func(n *Restriction) { n.Lifted = true },
		"tell_by": func(n *Restriction) { n.TellBy = time.Time{} },
	} {
		n := restriction(privacy.Russian, false)
		spoil(&n)
		_, err := n.Document(privacy.Russian)
		wants(t, err, field)
	}
}

func TestACertificateSaysWhatItsReceiptSays(t *testing.T) {
	t.Parallel()
	r := evidence.Receipt{
		ID: "019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071", Ref: "019ab2c4-5d6e-7f80-9a1b-000000000002", Kind: evidence.KindDestruction, EventTime: noon,
		Stream: "5f0c1d2e3a4b5c6d7e8f901234567890", Event: "019ab2c4-5d6e-7f80-9a1b-000000000001", Scope: "categories",
		Categories: []string{"D05"}, Systems: []string{"records"}, Rows: 7, Ground: "objection_upheld", Citation: "DC-83.1",
		Method: "key_destroyed", Decided: privacy.ActorOfficer, Executed: privacy.ActorSystem, Verified: "key_gone",
		Stays: []evidence.Stay{{Category: "D03", Purpose: "P13", Citation: "Tax-98.2", Until: noon}},
	}
	x, err := FromReceipt(r, head(privacy.English), func(code string) string { return "the words of " + code })
	if err != nil {
		t.Fatal(err)
	}
	text := flat(t, render(t, x, privacy.English, Options{}))
	for _, want := range []string{
		string(r.Stream), string(r.Event), r.ID, r.Ref, "the words of D05", "the words of records", "the words of D03", "Objection upheld",
		"Digital Code, art. 83, para. 1", "The only key", "Data protection officer", "25 November 2026, 12:00", "no longer", "Tax Code, art. 98, para. 2",
	} {
		if want == "no longer" {
			want = i18n.Text(privacy.English, "document.check.key_gone")
		}
		if want == "Objection upheld" {
			want = i18n.Text(privacy.English, "ground.objection_upheld")
		}
		if !strings.Contains(text, want) {
			t.Errorf("the certificate does not say %q:\n%s", want, text)
		}
	}
	r.Kind = evidence.KindConsent
	if _, err := FromReceipt(r, head(privacy.English), strings.ToUpper); err == nil {
		t.Error("a receipt of a consent became a certificate of destruction")
	}
}

// Every code of a closed set has words in every language, and every key that
// the room asks for is there and asked for.
func TestEveryWordOfAPaperIsAskedForAndThere(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	add := func(prefix string, codes ...string) {
		for _, c := range codes {
			asked["document."+prefix+"."+c] = true
		}
	}
	for _, r := range Reasons() {
		add("reason", string(r))
	}
	for _, k := range RequestKinds() {
		add("asked", string(k))
	}
	for _, g := range RestrictionGrounds() {
		add("restricted", string(g))
	}
	for _, m := range Methods() {
		add("method", string(m))
	}
	for _, c := range Checks() {
		add("check", string(c))
	}
	add("term", "while", "now", "h", "d", "wd", "mo", "y")
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	sets := []string{"document.reason", "document.asked", "document.restricted", "document.method", "document.check"}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(document(?:\.[a-z_]+)+)"`).FindAllStringSubmatch(string(src), -1) {
			if !strings.HasSuffix(file, "_test.go") && !contains(sets, m[1]) {
				asked[m[1]] = true
			}
		}
	}
	for _, lang := range privacy.Langs {
		for key := range asked {
			if text := i18n.Text(lang, key, i18n.N("count", 5)); text == key {
				t.Errorf("%s has no words for %s", lang, key)
			}
		}
	}
	raw, err := os.ReadFile("../i18n/ky.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"(document\.[a-z._]+)(?:#[a-z]+)?":`).FindAllStringSubmatch(string(raw), -1) {
		if !asked[m[1]] {
			t.Errorf("no paper asks for %s", m[1])
		}
	}
	for _, lang := range privacy.Langs {
		for name, p := range papers(lang) {
			for _, o := range []Options{{}, {Large: true}} {
				if text := flat(t, render(t, p, lang, o)); strings.Contains(text, "document.") || strings.ContainsAny(text, "{}") {
					t.Errorf("%s %s shows a key or a placeholder: %s", name, lang, text)
				}
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestPlacesInTheLawAndTermsReadAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	for _, c := range [][4]string{
		{"DC-73.4", "Санарип кодекси, 73-берене, 4-пункт", "Цифровой кодекс, ст. 73, п. 4", "Digital Code, art. 73, para. 4"},
		{"DC-73 p.2(3)", "Санарип кодекси, 73-берене, 2(3)-пункт", "Цифровой кодекс, ст. 73, п. 2(3)", "Digital Code, art. 73, para. 2(3)"},
		{"dc 79 p.1", "Санарип кодекси, 79-берене, 1-пункт", "Цифровой кодекс, ст. 79, п. 1", "Digital Code, art. 79, para. 1"},
		{"DC-85", "Санарип кодекси, 85-берене", "Цифровой кодекс, ст. 85", "Digital Code, art. 85"},
		{"CC-212", "Жарандык кодекс, 212-берене", "Гражданский кодекс, ст. 212", "Civil Code, art. 212"},
		{"order 5", "order 5", "order 5", "order 5"},
		{"contract 2026/7", "contract 2026/7", "contract 2026/7", "contract 2026/7"},
	} {
		for i, lang := range []privacy.Lang{privacy.Kyrgyz, privacy.Russian, privacy.English} {
			if got := Cite(lang, c[0]); got != c[i+1] {
				t.Errorf("%s in %s is %q, want %q", c[0], lang, got, c[i+1])
			}
		}
	}
	for _, c := range [][4]string{
		{"1y", "1 жыл", "1 год", "1 year"},
		{"3y", "3 жыл", "3 года", "3 years"},
		{"7wd", "7 жумуш күнү", "7 рабочих дней", "7 working days"},
		{"30d", "30 күн", "30 дней", "30 days"},
		{"while", "негизи турганча", "пока есть основание", "while the basis lasts"},
		{"jan1+2", "jan1+2", "jan1+2", "jan1+2"},
	} {
		for i, lang := range []privacy.Lang{privacy.Kyrgyz, privacy.Russian, privacy.English} {
			if got := Term(lang, c[0]); got != c[i+1] {
				t.Errorf("%s in %s is %q, want %q", c[0], lang, got, c[i+1])
			}
		}
	}
}
