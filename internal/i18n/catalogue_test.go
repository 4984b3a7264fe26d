package i18n

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"kupuya/internal/evidence"
	"kupuya/internal/format"
	"kupuya/internal/ledger"
	"kupuya/internal/policy/check"
	"kupuya/internal/policy/diff"
	"kupuya/internal/policy/explain"
	"kupuya/internal/policyfile/draft"
	"kupuya/internal/privacy"
	"kupuya/internal/vault"
)

// texts gives a language's file as it is written, key by key.
func texts(t *testing.T, lang privacy.Lang) map[string]string {
	t.Helper()
	out := map[string]string{}
	for key, s := range catalogue[lang] {
		out[key] = source(s)
	}
	return out
}

// source writes a sentence back as the catalogue has it.
func source(s sentence) string {
	var b strings.Builder
	for _, p := range s {
		switch {
		case p.part != nil:
			b.WriteString("[" + source(p.part) + "]")
		case p.name != "":
			b.WriteString("{" + p.name + "}")
		default:
			b.WriteString(p.text)
		}
	}
	return b.String()
}

func stem(key string) string {
	s, _, _ := strings.Cut(key, "#")
	return s
}

func stems(texts map[string]string) []string {
	set := map[string]bool{}
	for key := range texts {
		set[stem(key)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

func TestEveryKeyStandsInEveryLanguage(t *testing.T) {
	t.Parallel()
	want := stems(texts(t, privacy.Kyrgyz))
	for _, lang := range privacy.Langs[1:] {
		have := stems(texts(t, lang))
		for _, key := range want {
			if !slices.Contains(have, key) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for _, key := range have {
			if !slices.Contains(want, key) {
				t.Errorf("%s has %s, which Kyrgyz has not", lang, key)
			}
		}
	}
}

func TestPluralFormsAreThoseOfTheLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		needed := map[string]bool{}
		for n := range 200 {
			needed[form(lang, n)] = true
		}
		forms := map[string][]string{}
		for key := range catalogue[lang] {
			if s, f, plural := strings.Cut(key, "#"); plural {
				forms[s] = append(forms[s], f)
			}
		}
		for key, have := range forms {
			slices.Sort(have)
			if want := slices.Sorted(maps.Keys(needed)); !slices.Equal(have, want) {
				t.Errorf("%s %s has the forms %v, want %v", lang, key, have, want)
			}
			if catalogue[lang][key] != nil {
				t.Errorf("%s %s stands with and without forms", lang, key)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\[[^\[\]]*\]|\{[a-z]+\}`)

// holes lists the placeholders of a text; those of a part that may be left out
// are marked.
func holes(s string) []string {
	var out []string
	for _, m := range placeholder.FindAllString(s, -1) {
		inner := placeholder.FindAllString(strings.Trim(m, "[]"), -1)
		for _, name := range inner {
			if m[0] == '[' {
				name = "[" + name + "]"
			}
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	want := map[string][]string{}
	for key, text := range texts(t, privacy.Kyrgyz) {
		want[stem(key)] = holes(text)
	}
	for _, lang := range privacy.Langs {
		for key, text := range texts(t, lang) {
			if have := holes(text); !slices.Equal(have, want[stem(key)]) {
				t.Errorf("%s %s has %v, want %v", lang, key, have, want[stem(key)])
			}
		}
	}
}

// holderProblems are the codes that the verbs and the edges set themselves.
var holderProblems = []string{
	"edition.immutable", "edition.supersedes", "edition.pack", "edition.finding", "edition.own_draft", "edition.other_pack", "edition.state", "edition.mode",
	"days.range", "state.other", "edition.wider", "edition.too_soon", "edition.accepted", "edition.refused", "value.twice", "guardian.adult", "guardian.unknown", "image.own_way",
	"operation.reads_nothing", "case.form", "consent.none", "consent.other_basis", "objection.basis", "dispute.ground",
	"dispute.outcome", "removal.ground", "agreement.none", "credential.kind", "event.unsealed", "letter.only", "filing.number", "filing.stage",
	"json.form", "json.depth", "json.duplicate", "json.null", "json.utf8", "json.size",
	"recipient.sale", "recipient.kind", "recipient.country", "recipient.period", "recipient.incident", "recipient.confirm",
	"recipient.subprocessors", "recipient.purpose", "recipient.identifier", "recipient.image", "recipient.personal", "recipient.home",
	"recipient.ground", "recipient.country_unlisted", "recipient.incomplete", "recipient.expired", "recipient.reason", "recipient.not_active",
	"recipient.suspended", "recipient.endpoint", "disclosure.operation", "disclosure.field", "disclosure.gate", "disclosure.mark",
	"disclosure.outcome", "citation.missing", "citation.unknown", "citation.not_in_force", "lawful.authority", "lawful.bulk",
	"lawful.fields", "lawful.letter", "lawful.court", "lawful.no_court", "lawful.review", "lawful.state",
	"lawful.own", "lawful.reason", "lawful.off",
}

func names[S ~string](list ...S) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

// words gives the names of a closed set of numbers.
func words[S fmt.Stringer](list []S) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.String())
	}
	return out
}

// findings are the sentences and remedies of every code of a check.
func findings() []string {
	out := []string{"resolved"}
	for _, c := range check.Codes() {
		out = append(out, string(c.Code), string(c.Code)+".fix")
	}
	return out
}

// closed are the prefixes whose keys are exactly those of a closed set.
func closed() map[string][]string {
	codes := names(privacy.Codes[:]...)
	for _, c := range privacy.Codes {
		codes = append(codes, string(c)+".title")
	}
	var grades []string
	for g := privacy.GradeNone; g <= privacy.GradeQualified; g++ {
		grades = append(grades, g.String())
	}
	return map[string][]string{
		"error":   codes,
		"reason":  names(privacy.Reasons[:]...),
		"problem": slices.Concat(format.Problems(), names(format.Warnings()...), evidence.Problems(), vault.Problems(), draft.Problems(), holderProblems),
		"event":   names(ledger.Kinds()...),
		"finding": findings(),
		"actor":   names(privacy.ActorKinds[:]...),
		"channel": names(privacy.Channels[:]...),
		"operation": append(privacy.OperationNames(), "clarify.update", "clarify.change", "transfer.distribute",
			"transfer.provide", "transfer.access"),
		"basis": names(privacy.BasisContract, privacy.BasisLaw, privacy.BasisVital, privacy.BasisPublicTask,
			privacy.BasisInterest, privacy.BasisConsent),
		"grade": grades,
		"state": names(privacy.ValueLive, privacy.ValueDeleted, privacy.ValueDestroyed),
		"ground": {
			"subject_request", "purpose_reached", "consent_withdrawn", "objection_upheld", "account_closed",
			"agreement_ended", "regulator_order", "unlawful_processing", "destroyed_before",
		},
		"class": names(privacy.ClassPublic, privacy.ClassInternal, privacy.ClassPersonal, privacy.ClassSpecial,
			privacy.ClassComms),
		"recipient":   {"processor", "partner", "authority", "operator"},
		"diff.kind":   names(diff.Kinds()...),
		"diff.class":  words(diff.Classes[:]),
		"diff.effect": words(diff.Effects[:]),
		"diff.state":  names(diff.States[:]...),
		"lang":        names(privacy.Langs[:]...),
		"explain.change": append(names(explain.Kinds[:]...), "objection.consent", "accept.child", "agree.child", "consent.adult", "consent.age",
			"consent.child"),
		"explain.need": names(explain.NeedKinds[:]...),
	}
}

func TestClosedSetsAreCompleteAndHoldNothingElse(t *testing.T) {
	t.Parallel()
	for prefix, set := range closed() {
		for _, name := range set {
			if catalogue[privacy.Kyrgyz][prefix+"."+name] == nil {
				t.Errorf("there are no words for %s.%s", prefix, name)
			}
		}
		for key := range catalogue[privacy.Kyrgyz] {
			if name, ok := strings.CutPrefix(key, prefix+"."); ok && !slices.Contains(set, name) {
				t.Errorf("%s is the word for nothing", key)
			}
		}
	}
}

// A problem that a verb or an edge names in its source has words.
func TestEveryProblemNamedInTheSourceHasWords(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`Problem: "([a-z_]+\.[a-z_0-9]+)"|bad\("(json\.[a-z0-9]+)"`)
	seen := 0
	for _, dir := range []string{"../holder", "../web/api", "../web/portal", "../web/console", "../vault"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(src), -1) {
				seen++
				if code := m[1] + m[2]; catalogue[privacy.Kyrgyz]["problem."+code] == nil {
					t.Errorf("%s names %s, for which there are no words", file, code)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no problem was found in any source; the test looks in the wrong place")
	}
}

// The words of the pages are those that a page asks for.
func TestEveryWordOfAPageIsAskedForAndThere(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{"page.inforce": true, "page.past": true, "page.coming": true} // made from the standing of an edition
	key := regexp.MustCompile(`"page(\.[a-z]+)+"`)
	for _, pattern := range []string{"../web/*/*.go", "../web/*/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range key.FindAllString(string(src), -1) {
				asked[strings.Trim(m, `"`)] = true
			}
		}
	}
	for key := range asked {
		if catalogue[privacy.Kyrgyz][key] == nil {
			t.Errorf("a page asks for %s, for which there are no words", key)
		}
	}
	for key := range catalogue[privacy.Kyrgyz] {
		if strings.HasPrefix(key, "page.") && !asked[key] {
			t.Errorf("no page asks for %s", key)
		}
	}
}

// The law's words keep their meaning from language to language: a text that has
// the word in one language has it in all. (clauses.md 8.3, law.md 5)
func TestGlossaryWordsGoTogether(t *testing.T) {
	t.Parallel()
	glossary := map[string]map[privacy.Lang]string{
		"delete":    {privacy.Kyrgyz: `(^|[^к])өчүр`, privacy.Russian: `удал`, privacy.English: `delet`},
		"destroy":   {privacy.Kyrgyz: `жок кыл`, privacy.Russian: `уничтож`, privacy.English: `destr`},
		"block":     {privacy.Kyrgyz: `бөгөт`, privacy.Russian: `блокир`, privacy.English: `block`},
		"anonymise": {privacy.Kyrgyz: `ээсизден`, privacy.Russian: `обезлич`, privacy.English: `anonym`},
		"consent":   {privacy.Kyrgyz: `макулдук|макулдуг`, privacy.Russian: `соглас`, privacy.English: `consent`},
		"withdraw":  {privacy.Kyrgyz: `чакырт`, privacy.Russian: `отозв|отзыв`, privacy.English: `withdr`},
		"object":    {privacy.Kyrgyz: `каршылы`, privacy.Russian: `возра`, privacy.English: `objection|\bobject(ed|s| only| to)\b`},
		"edition":   {privacy.Kyrgyz: `редакци`, privacy.Russian: `редакци`, privacy.English: `edition`},
		"partner":   {privacy.Kyrgyz: `өнөктөш`, privacy.Russian: `партн`, privacy.English: `partner`},
	}
	plain := map[privacy.Lang]map[string]string{}
	for _, lang := range privacy.Langs {
		plain[lang] = map[string]string{}
		for key, text := range texts(t, lang) {
			plain[lang][stem(key)] += " " + strings.ToLower(text)
		}
	}
	for word, in := range glossary {
		found := 0
		for key := range plain[privacy.Kyrgyz] {
			var has []bool
			for _, lang := range privacy.Langs {
				has = append(has, regexp.MustCompile(in[lang]).MatchString(plain[lang][key]))
			}
			if has[0] != has[1] || has[1] != has[2] {
				t.Errorf("%s: %q is not in all of ky, ru, en: %v", key, word, has)
			}
			if has[0] {
				found++
			}
		}
		if found == 0 {
			t.Errorf("no text has the word %q", word)
		}
	}
}

func TestDeleteIsNeverCalledDestroy(t *testing.T) {
	t.Parallel()
	words := map[privacy.Lang][2]string{
		privacy.Kyrgyz:  {" өчүр", "жок кыл"},
		privacy.Russian: {" удал", "уничтож"},
		privacy.English: {" delet", "destr"},
	}
	for lang, w := range words {
		all := texts(t, lang)
		for _, key := range []string{"operation.delete", "state.deleted", "reason.deleted", "event.data.deleted"} {
			if text := strings.ToLower(" " + all[key]); !strings.Contains(text, w[0]) || strings.Contains(text, w[1]) {
				t.Errorf("%s %s = %q does not say delete, or says destroy", lang, key, text)
			}
		}
		for _, key := range []string{"operation.destroy", "state.destroyed", "reason.destroyed", "event.data.destroyed", "event.key.destroyed"} {
			if text := strings.ToLower(" " + all[key]); !strings.Contains(text, w[1]) || strings.Contains(text, w[0]) {
				t.Errorf("%s %s = %q does not say destroy, or says delete", lang, key, text)
			}
		}
	}
}

func TestNoWordMixesCyrillicAndLatin(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		for key, text := range texts(t, lang) {
			text = placeholder.ReplaceAllStringFunc(text, func(m string) string { return strings.Trim(m, "[]") })
			text = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(text, " ")
			for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
				latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
				cyrillic := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
				if latin && cyrillic || lang == privacy.English && cyrillic && !strings.HasPrefix(key, "lang.") {
					t.Errorf("%s %s: letters of two alphabets in %q", lang, key, word)
				}
			}
		}
	}
}

func TestKyrgyzIsNotRussianCopied(t *testing.T) {
	t.Parallel()
	same := regexp.MustCompile(`^(lang\..*|channel\.(api|sms|ussd|site)|date\.(moment|month\..*)|page\.edition)$`)
	ru := texts(t, privacy.Russian)
	for key, text := range texts(t, privacy.Kyrgyz) {
		if text == ru[key] && !same.MatchString(key) {
			t.Errorf("%s is the same in Kyrgyz and Russian: %q", key, text)
		}
		if strings.ContainsAny(text, "щ") {
			t.Errorf("%s has a letter that Kyrgyz words do not: %q", key, text)
		}
	}
	for key, text := range ru {
		if strings.ContainsAny(text, "өүңӨҮҢ") && !strings.HasPrefix(key, "lang.") {
			t.Errorf("%s has Kyrgyz letters in Russian: %q", key, text)
		}
	}
}

func TestErrorsAreOneSentenceEach(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		for key, text := range texts(t, lang) {
			sentence := strings.HasPrefix(key, "error.") && !strings.HasSuffix(key, ".title") ||
				strings.HasPrefix(key, "problem.") || strings.HasPrefix(key, "finding.") || strings.HasPrefix(key, "reason.") || strings.HasPrefix(key, "event.") ||
				strings.HasPrefix(key, "explain.change.") || strings.HasPrefix(key, "explain.need.") || strings.HasPrefix(key, "explain.general")
			if sentence != strings.HasSuffix(text, ".") && !strings.HasPrefix(key, "page.") && !strings.HasPrefix(key, "date.") &&
				!strings.HasPrefix(key, "document.") {
				t.Errorf("%s %s does not end as it should: %q", lang, key, text)
			}
			if acts := strings.HasPrefix(key, "error.") || strings.HasPrefix(key, "problem."); acts && sentence && len(text) < 30 {
				t.Errorf("%s %s cannot say both what happened and what to do: %q", lang, key, text)
			}
		}
	}
}
