package synth

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"kupuya/internal/format"
	"kupuya/internal/privacy"
)

var (
	today  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	corpus = New(7, today)
	demo   = format.Options{Today: today, Demo: true}
)

// must gives a subscriber that there is.
func must(t *testing.T, c Corpus, i int) Subscriber {
	t.Helper()
	s, ok := c.Subscriber(i)
	if !ok {
		t.Fatalf("no subscriber %d", i)
	}
	return s
}

func TestTheSameSeedAndIndexGiveTheSameSubscriber(t *testing.T) {
	t.Parallel()
	const n = 300
	var forward [n]Subscriber
	for i := range n {
		forward[i] = must(t, New(7, today), i)
	}
	again := New(7, today.Add(3*time.Hour)) // another hour of the same day
	for i := n - 1; i >= 0; i-- {
		if s := must(t, again, i); !reflect.DeepEqual(s, forward[i]) {
			t.Fatalf("subscriber %d differs when made in another order", i)
		}
	}
	same := 0
	other := New(8, today)
	for i := range n {
		if reflect.DeepEqual(must(t, other, i).Data["D01"], forward[i].Data["D01"]) {
			same++
		}
	}
	if same > n/20 {
		t.Errorf("another seed gives %d of %d the same name", same, n)
	}
}

func TestThereIsNobodyBeyondTheBlock(t *testing.T) {
	t.Parallel()
	for _, i := range []int{-1, Size, math.MaxInt} {
		if _, ok := corpus.Subscriber(i); ok {
			t.Errorf("there is a subscriber %d", i)
		}
	}
	for _, i := range []int{0, 1, Size - 1} {
		must(t, corpus, i)
	}
}

func TestEveryValueIsOfItsType(t *testing.T) {
	t.Parallel()
	words := Vocabulary()
	met := map[string]bool{}
	for n := range 4000 {
		i := n * (Size / 4000)
		if n%2 == 0 {
			i = n
		}
		for category, attributes := range must(t, corpus, i).Data {
			if len(attributes) == 0 {
				t.Fatalf("%d has an empty %s", i, category)
			}
			for name, value := range attributes {
				kind, ok := format.Type(words[category][name])
				if !ok {
					t.Fatalf("%s.%s is not in the vocabulary", category, name)
				}
				met[category+"."+name] = true
				got, err := kind.Normalise(value, demo)
				if err != nil || !reflect.DeepEqual(got, value) {
					t.Fatalf("%d %s.%s = %#v reads as %#v, %v", i, category, name, value, got, err)
				}
			}
		}
	}
	for category, attributes := range words {
		for name := range attributes {
			if !met[category+"."+name] {
				t.Errorf("nobody has %s.%s", category, name)
			}
		}
	}
}

func TestVocabularyCannotBeSpoilt(t *testing.T) {
	t.Parallel()
	Vocabulary()["D03"]["pin"] = "text"
	if Vocabulary()["D03"]["pin"] != "pin" {
		t.Error("a caller can change the vocabulary")
	}
}

func TestRequisitesStandUpToTheTableOfDocuments(t *testing.T) {
	t.Parallel()
	for i := range 3000 {
		d := must(t, corpus, i).Data["D04"]
		number := d["doc_number"].(string)
		_, _, err := format.ParseDocument(format.DocType(d["doc_type"].(string)), number, d["issued"].(string), today)
		if err != nil {
			t.Fatalf("%d: %v of %s: %v", i, d["doc_type"], d["issued"], err)
		}
		if number[2:4] != "00" {
			t.Fatalf("%d has a number outside 00xxxxx", i)
		}
		if d["doc_type"] == "birth_certificate" && d["passport_photo"] != nil {
			t.Fatalf("%d has no card and yet a picture of it", i)
		}
	}
}

func TestNumbersAreMadeUpAndEachIndexHasItsOwn(t *testing.T) {
	t.Parallel()
	taken := make([]bool, Size)
	for i := range Size {
		number := corpus.Number(i)
		if len(number) != 13 || number[:6] < "+99699" || number[6] < '1' || number[6] > '4' {
			t.Fatalf("%d has %s, outside 991-994", i, number)
		}
		n := int(number[6]-'1') * 1_000_000
		for j, scale := 7, 100_000; j < 13; j, scale = j+1, scale/10 {
			n += int(number[j]-'0') * scale
		}
		if taken[n] {
			t.Fatalf("%s is given twice", number)
		}
		taken[n] = true
	}
}

func TestNothingCanMeetARealPerson(t *testing.T) {
	t.Parallel()
	for i := range 3000 {
		s := must(t, corpus, i)
		if !s.Synthetic {
			t.Fatal("a subscriber is not marked synthetic")
		}
		if _, err := format.ParseMSISDN(s.Data["D08"]["msisdn"].(string), format.Options{Today: today}); err == nil {
			t.Fatal("a number would pass as real")
		}
		if mail, ok := s.Data["D07"]["email"].(string); ok {
			_, domain, _ := strings.Cut(mail, "@")
			if !strings.HasSuffix(domain, ".example") && domain != "example.com" && domain != "example.org" && domain != "example.net" {
				t.Fatalf("mail goes to %s", domain)
			}
		}
		switch net := format.TruncateIP(s.Data["D11"]["ip"].(string)); {
		case net == "192.0.2.0/24", net == "198.51.100.0/24", net == "203.0.113.0/24", strings.HasPrefix(net, "2001:db8:"):
		default:
			t.Fatalf("address in %s", net)
		}
		if pin := s.Data["D03"]["pin"].(string); pin[9] != '9' {
			t.Fatalf("the serial of a PIN begins with %c", pin[9])
		}
		if lat, ok := s.Data["D06"]["latitude"].(float64); ok {
			lon := s.Data["D06"]["longitude"].(float64)
			if lat < 39.1 || lat > 43.3 || lon < 69.2 || lon > 80.3 {
				t.Fatalf("%v, %v lies outside the country", lat, lon)
			}
		}
	}
}

// near fails when a share is further from what was asked than chance allows.
func near(t *testing.T, what string, count, of int, want float64) {
	t.Helper()
	got := float64(count) / float64(of)
	if slack := 4.5 * math.Sqrt(want*(1-want)/float64(of)); math.Abs(got-want) > slack {
		t.Errorf("%s: %.4f, want %.4f ± %.4f", what, got, want, slack)
	}
}

func TestThePopulationHasItsShares(t *testing.T) {
	t.Parallel()
	const n = 40_000
	count := map[string]int{}
	pins := map[string]int{}
	for i := range n {
		s := must(t, corpus, i)
		if s.Person != i {
			count["further"]++
		}
		if s.Parent >= 0 {
			count["child"]++
		}
		if s.OtherUser {
			count["other user"]++
		}
		if s.PINOff {
			count["PIN off"]++
		}
		if s.SamePIN >= 0 && s.Person == i {
			count["same PIN"]++
		}
		if s.Data["D01"]["patronymic"] == nil {
			count["no patronymic"]++
		}
		if s.Data["D07"] != nil {
			count["mail"]++
		}
		count[string(s.Lang)]++
		if s.Person == i {
			pins[s.Data["D03"]["pin"].(string)]++
		}
	}
	near(t, "further numbers", count["further"], n, furtherNumbers)
	near(t, "children", count["child"], n, childNumbers)
	near(t, "used by another", count["other user"], n, otherUser)
	near(t, "PIN and birth disagree", count["PIN off"], n, pinDisagrees)
	near(t, "a PIN of somebody else", count["same PIN"], n, pinTwice)
	near(t, "no patronymic", count["no patronymic"], n, noPatronymic)
	near(t, "mail", count["mail"], n, emailGiven)
	// A family and its further numbers share a language, so chance is wider here.
	for lang, want := range map[privacy.Lang]float64{privacy.Kyrgyz: 0.60, privacy.Russian: 0.35, privacy.English: 0.05} {
		if got := float64(count[string(lang)]) / n; math.Abs(got-want) > 0.02 {
			t.Errorf("%s: %.3f, want %.2f", lang, got, want)
		}
	}
	twice := 0
	for _, c := range pins {
		twice += c - 1
	}
	if twice != count["same PIN"] {
		t.Errorf("%d PINs are repeated and %d say so", twice, count["same PIN"])
	}
}

func TestFurtherNumbersBelongToTheSamePerson(t *testing.T) {
	t.Parallel()
	seen := 0
	for i := range 2000 {
		s := must(t, corpus, i)
		if s.Person == i {
			continue
		}
		seen++
		first := must(t, corpus, s.Person)
		if s.Person > i || first.Person != s.Person || first.Parent >= 0 {
			t.Fatalf("%d belongs to %d, who stands first at %d", i, s.Person, first.Person)
		}
		for _, category := range []string{"D01", "D02", "D03", "D04", "D05", "D07"} {
			if !reflect.DeepEqual(s.Data[category], first.Data[category]) {
				t.Fatalf("%d and %d are one person with two %s", i, s.Person, category)
			}
		}
		if s.Data["D08"]["msisdn"] == first.Data["D08"]["msisdn"] {
			t.Fatalf("%d and %d have one number", i, s.Person)
		}
	}
	if seen == 0 {
		t.Error("nobody has two numbers")
	}
}

func TestChildrenHaveAParentOldEnough(t *testing.T) {
	t.Parallel()
	seen, carded := 0, 0
	for i := range 4000 {
		s := must(t, corpus, i)
		born, err := format.ParseBirthDate(s.Data["D02"]["birth_date"].(string), today)
		if err != nil {
			t.Fatal(err)
		}
		if grown := format.OfAge(born, today, 18); grown == (s.Parent >= 0) {
			t.Fatalf("%d is grown: %v, and has parent %d", i, grown, s.Parent)
		}
		if (s.Data["D10"] != nil) != (s.Parent >= 0) {
			t.Fatalf("%d has parent %d and D10 %v", i, s.Parent, s.Data["D10"])
		}
		if s.Parent < 0 {
			continue
		}
		seen++
		parent := must(t, corpus, s.Parent)
		older, _ := format.ParseDate(parent.Data["D02"]["birth_date"].(string))
		if older.AddDate(18, 0, 0).After(born) || s.Parent >= i || parent.Parent >= 0 {
			t.Fatalf("%d of %v has parent %d of %v", i, born, s.Parent, older)
		}
		if !reflect.DeepEqual(s.Data["D05"], parent.Data["D05"]) {
			t.Fatalf("child %d lives elsewhere", i)
		}
		if s.Data["D04"]["doc_type"] != "birth_certificate" {
			carded++
		}
	}
	if seen == 0 || carded == 0 || carded == seen {
		t.Errorf("%d children, %d with a card", seen, carded)
	}
}

func TestPINAndBirthAgreeWhereItIsNotSaidOtherwise(t *testing.T) {
	t.Parallel()
	for i := range 3000 {
		s := must(t, corpus, i)
		born, _ := format.ParseDate(s.Data["D02"]["birth_date"].(string))
		pin, err := format.ParsePIN(s.Data["D03"]["pin"].(string), today)
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		if off := len(pin.Disagrees(born, format.SexUnknown)) > 0; off != s.PINOff {
			t.Fatalf("%d: PIN disagrees %v, said %v", i, off, s.PINOff)
		}
		if s.SamePIN >= 0 {
			other := must(t, corpus, s.SamePIN)
			if other.Data["D03"]["pin"] != s.Data["D03"]["pin"] || other.Person == s.Person {
				t.Fatalf("%d does not share its PIN with another person", i)
			}
		}
	}
}

func TestTheZeroCorpusIsEmpty(t *testing.T) {
	t.Parallel()
	if _, ok := (Corpus{}).Subscriber(0); ok {
		t.Error("there is somebody in the zero corpus")
	}
}

// FuzzSubscriber tries any seed, index and day from 1600 to 2199: everybody
// there is has values that room format takes as they are.
func FuzzSubscriber(f *testing.F) {
	f.Add(uint64(3), 0, uint32(0))
	f.Add(uint64(3), 77, uint32(154_881)) // 29 February 2024
	f.Add(uint64(0), Size-1, uint32(155_187))
	f.Add(^uint64(0), Size/2, uint32(219_000))
	f.Fuzz(func(t *testing.T, seed uint64, i int, after uint32) {
		at := time.Date(1600, 1, 1, 23, 0, 0, 0, time.UTC).AddDate(0, 0, int(after%219_000))
		c := New(seed, at)
		s, ok := c.Subscriber(i)
		if ok != (i >= 0 && i < Size) {
			t.Fatalf("subscriber %d: %v", i, ok)
		}
		for category, attributes := range s.Data {
			for name, value := range attributes {
				kind, _ := format.Type(vocabulary[category][name])
				got, err := kind.Normalise(value, format.Options{Today: c.day, Demo: true})
				if err != nil || !reflect.DeepEqual(got, value) {
					t.Errorf("%s: %d %s.%s: %v", at.Format(time.DateOnly), i, category, name, err)
				}
			}
		}
	})
}

func BenchmarkSubscriber(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		corpus.Subscriber(i % Size)
	}
}
