package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kupuya/internal/privacy"
)

// namedPhrases are phrases for something that rules know by a name.
type namedPhrases struct {
	name string
	phrases
}

// channels are the ways of withdrawing as texts name them. (policy 4.5b)
var channels = []namedPhrases{
	{"letter", saying([]string{"кат", "катты", "каттын"}, []string{"письм*"}, []string{"letter*"})},
	{"app", saying([]string{"тиркеме*"}, []string{"приложени*"}, []string{"app"})},
	{"site", saying([]string{"сайт*"}, []string{"сайт*"}, []string{"site", "website"})},
	{"sms", saying([]string{"sms"}, []string{"sms"}, []string{"sms"})},
	{"ussd", saying([]string{"ussd"}, []string{"ussd"}, []string{"ussd"})},
	{"call", saying([]string{"чалып", "чалуу*"}, []string{"звонк*", "звонок", "позвон*"}, []string{"call*"})},
	{"office", saying([]string{"офис*"}, []string{"офис*"}, []string{"office*"})},
}

// acceptances are the ways of accepting as texts name them. (policy 6.1)
var acceptances = []namedPhrases{
	{"sms", saying([]string{"sms*"}, []string{"sms*", "смс*"}, []string{"sms*"})},
	{"drawn", saying([]string{"кол тамга*"}, []string{"рису*", "росчерк*", "от руки"}, []string{"draw*", "drawn"})},
	{"tick", saying([]string{"чымчыкча*", "белгиче*"}, []string{"галочк*", "отметк*"}, []string{"tick*", "checkbox*"})},
}

// sources are the points of collection as texts name them. (policy 1.2a)
var sources = []namedPhrases{
	{"web_form", saying([]string{"сайт*"}, []string{"сайт*"}, []string{"site*", "website*"})},
	{"app_form", saying([]string{"тиркеме*"}, []string{"приложени*"}, []string{"app"})},
	{"sdk", saying([]string{"түзмөк*", "түзмөг*"}, []string{"устройств*"}, []string{"device*"})},
	{"office_scan", saying([]string{"офис*"}, []string{"офис*"}, []string{"office*"})},
	{"network", saying([]string{"тармак*", "тармаг*"}, []string{"сет*"}, []string{"network*"})},
	{"billing", saying([]string{"эсептешүү*"}, []string{"расч*"}, []string{"billing"})},
	{"partner", saying([]string{"өнөктөш*"}, []string{"партн*"}, []string{"partner*"})},
	{"register", saying([]string{"реестр*"}, []string{"реестр*"}, []string{"register*", "registry"})},
	{"letter", saying([]string{"кат", "каттар"}, []string{"письм*"}, []string{"letter*"})},
	{"subject_call", saying([]string{"чалуу*"}, []string{"звон*"}, []string{"call*"})},
}

// The bases as texts name them, in the order of privacy.
var (
	basisOrder = []privacy.Basis{
		privacy.BasisContract, privacy.BasisLaw, privacy.BasisVital, privacy.BasisPublicTask, privacy.BasisInterest, privacy.BasisConsent,
	}
	basisSaid = []struct {
		basis privacy.Basis
		phrases
	}{
		{privacy.BasisContract, saying([]string{"келишим*"}, []string{"договор*"}, []string{"contract", "agreement"})},
		{privacy.BasisLaw, saying([]string{"мыйзам", "мыйзамга", "мыйзамы*", "мыйзамда*"}, []string{"закон", "закона", "законе", "законом"}, []string{"law"})},
		{privacy.BasisInterest, saying([]string{"мыйзамдуу кызыкчыл*"}, []string{"законный интерес*", "законного интерес*"}, []string{"legitimate interest*"})},
		{privacy.BasisConsent, saying([]string{"макулдук*", "макулдуг*"}, []string{"соглас*"}, []string{"consent*"})},
	}
	groundNamed = saying([]string{"негизи", "негиз"}, []string{"основани*"}, []string{"basis", "rest*"})
)

// basesSaid tells which bases a clause names. Only a clause that speaks of its
// basis, or of a consent, is taken at its word: "contract" alone may be what the
// purpose is about.
func basesSaid(lang privacy.Lang, plain string) map[privacy.Basis]bool {
	out := map[privacy.Basis]bool{}
	if !groundNamed.said(lang, plain) {
		return out
	}
	for i := range basisSaid {
		if b := &basisSaid[i]; b.said(lang, plain) {
			out[b.basis] = true
		}
	}
	return out
}

// A length of time as texts write it: a number and a unit.
var (
	lengthSaid = map[privacy.Lang]*regexp.Regexp{
		privacy.Kyrgyz:  regexp.MustCompile(`(?i)(\d+)[\s\x{a0}]*(жыл|ай|күн|саат)`),
		privacy.Russian: regexp.MustCompile(`(?i)(\d+)[\s\x{a0}]*(год|лет|мес|день|дн|час)`),
		privacy.English: regexp.MustCompile(`(?i)(\d+)[\s\x{a0}]*(year|month|day|hour)`),
	}
	unitOf = map[string]string{
		"жыл": "y", "ай": "mo", "күн": "d", "саат": "h",
		"год": "y", "лет": "y", "мес": "mo", "день": "d", "дн": "d", "час": "h",
		"year": "y", "month": "mo", "day": "d", "hour": "h",
	}
	workingSaid = map[privacy.Lang]*regexp.Regexp{
		privacy.Kyrgyz:  regexp.MustCompile(`(?i)(\d+)[\s\x{a0}]*жумуш`),
		privacy.Russian: regexp.MustCompile(`(?i)(\d+)[\s\x{a0}]*рабоч`),
		privacy.English: regexp.MustCompile(`(?i)(\d+)[\s\x{a0}]*working`),
	}
)

// termsSaid lists the lengths that a sentence names, as rules write them.
func termsSaid(lang privacy.Lang, s string) []string {
	var out []string
	if !strings.ContainsAny(s, "0123456789") {
		return nil
	}
	for _, m := range lengthSaid[lang].FindAllStringSubmatch(s, -1) {
		term := strings.TrimLeft(m[1], "0") + unitOf[strings.ToLower(m[2])]
		if !slices.Contains(out, term) {
			out = append(out, term)
		}
	}
	slices.Sort(out)
	return out
}

// workingDays lists the numbers of working days that a sentence names.
func workingDays(lang privacy.Lang, s string) []string {
	var out []string
	if !strings.ContainsAny(s, "0123456789") {
		return nil
	}
	for _, m := range workingSaid[lang].FindAllStringSubmatch(s, -1) {
		out = append(out, m[1]+"wd")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// noun is something that texts count.
type noun struct{ ky, ru, en string } // the beginning of the word

var (
	nounPurposes   = noun{"максат", "цел", "purpose"}
	nounKinds      = noun{"түр", "вид", "kind"}
	nounOperations = noun{"аракет", "действ", "operation"}
	nounWays       = noun{"жол", "пут", "way"}
)

// counted gives the number that stands right before or after the noun.
func (n *noun) counted(lang privacy.Lang, plain string) (int, bool) {
	stem := n.ky
	switch lang {
	case privacy.Russian:
		stem = n.ru
	case privacy.English:
		stem = n.en
	}
	if !strings.Contains(plain, " "+stem) {
		return 0, false
	}
	words := strings.Fields(plain)
	for i, w := range words {
		if !strings.HasPrefix(w, stem) {
			continue
		}
		for _, span := range [][]string{before(words, i, 2), before(words, i, 1), after(words, i, 2), after(words, i, 1)} {
			if v, ok := number(lang, span); ok {
				return v, true
			}
		}
	}
	return 0, false
}

func before(words []string, i, n int) []string { return words[max(0, i-n):i] }
func after(words []string, i, n int) []string {
	return words[i+1 : min(len(words), i+1+n)]
}

// numerals are the numbers from two to twenty as texts write them out.
var numerals = map[privacy.Lang][]string{
	privacy.Kyrgyz: {
		"эки", "үч", "төрт", "беш", "алты", "жети", "сегиз", "тогуз", "он", "он бир", "он эки", "он үч", "он төрт", "он беш",
		"он алты", "он жети", "он сегиз", "он тогуз", "жыйырма",
	},
	privacy.Russian: {
		"два двух две", "три трёх трех", "четыре четырёх четырех", "пять пяти", "шесть шести", "семь семи", "восемь восьми",
		"девять девяти", "десять десяти", "одиннадцать одиннадцати", "двенадцать двенадцати", "тринадцать тринадцати",
		"четырнадцать четырнадцати", "пятнадцать пятнадцати", "шестнадцать шестнадцати", "семнадцать семнадцати",
		"восемнадцать восемнадцати", "девятнадцать девятнадцати", "двадцать двадцати",
	},
	privacy.English: {
		"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
		"fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
	},
}

// number reads a number written out or in digits.
func number(lang privacy.Lang, words []string) (int, bool) {
	s := strings.Join(words, " ")
	if v, err := strconv.Atoi(s); err == nil {
		return v, true
	}
	for i, forms := range numerals[lang] {
		if s == forms || lang == privacy.Russian && s != "" && slices.Contains(strings.Fields(forms), s) {
			return i + 2, true
		}
	}
	return 0, false
}
