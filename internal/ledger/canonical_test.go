package ledger

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCanonicalBytesNeverChange(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("0f", 32)
	for name, c := range map[string]struct {
		event Event
		want  string
	}{
		"an event with every member": {fullEvent(), `{"actor":{"channel":"office","id":"staff:17","kind":"clerk","org":"office/bishkek-1"},` +
			`"basis":"consent","case":"CASE-2026-17","categories":["D01","D08"],"citation":"DC-79.5","clause":"4.5b","commit":"` + hash + `",` +
			`"count":40,"detail":{"digest":"Zm9v+/8=","screen":"consents","unit":"0193585f-9c00-7000-8000-000000000009"},` +
			`"edition":"mega24/2026-11-01","effective":"2026-11-20T10:00:00.000Z","grade":"sms_code","id":"0193585f-9c00-7000-8000-000000000007",` +
			`"kind":"data.read","lang":"ky","note":"` + hash + `","on_behalf":"000000000000000000000000000000a2","operation":"use","outcome":"done",` +
			`"prev":"` + strings.Repeat("ab", 32) + `","purpose":"P03","reason":"withdrawn","recipient":"partner-4",` +
			`"ref":"0193585f-9c00-7000-8000-000000000008","seq":2,"stream":"000000000000000000000000000000a1","text":"` + hash + `",` +
			`"time":"2026-11-23T10:00:00.007Z","until":"2027-11-23T10:00:00.000Z","v":1}`},
		"an event with only what is needed": {
			Event{V: 1, ID: uuid(1), Stream: HolderStream, Seq: 1, Time: testStart, Kind: EditionPublished, Actor: Actor{Kind: "officer"}},
			`{"actor":{"kind":"officer"},"id":"0193585f-9c00-7000-8000-000000000001","kind":"edition.published","seq":1,"stream":"holder",` +
				`"time":"2026-11-23T10:00:00.000Z","v":1}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Canonical(c.event)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			back, err := Parse(got)
			if err != nil || !reflect.DeepEqual(back, c.event) {
				t.Errorf("read back as %+v, %v", back, err)
			}
			// encoding/json sorts the members of a map and sets no white space, so it is a second opinion.
			var anything map[string]any
			if err := json.Unmarshal(got, &anything); err != nil {
				t.Fatal(err)
			}
			if again, err := json.Marshal(anything); err != nil || string(again) != string(got) {
				t.Errorf("encoding/json would write %s, %v", again, err)
			}
		})
	}
}

// members sets each member that holds text.
var members = map[string]func(*Event, string){
	"id":            func(e *Event, s string) { e.ID = s },
	"stream":        func(e *Event, s string) { e.Stream = s },
	"prev":          func(e *Event, s string) { e.Prev = s },
	"kind":          func(e *Event, s string) { e.Kind = Kind(s) },
	"actor.kind":    func(e *Event, s string) { e.Actor.Kind = s },
	"actor.id":      func(e *Event, s string) { e.Actor.ID = s },
	"actor.org":     func(e *Event, s string) { e.Actor.Org = s },
	"actor.channel": func(e *Event, s string) { e.Actor.Channel = s },
	"on_behalf":     func(e *Event, s string) { e.OnBehalf = s },
	"edition":       func(e *Event, s string) { e.Edition = s },
	"clause":        func(e *Event, s string) { e.Clause = s },
	"basis":         func(e *Event, s string) { e.Basis = s },
	"citation":      func(e *Event, s string) { e.Citation = s },
	"purpose":       func(e *Event, s string) { e.Purpose = s },
	"categories":    func(e *Event, s string) { e.Categories = []string{s} },
	"operation":     func(e *Event, s string) { e.Operation = s },
	"recipient":     func(e *Event, s string) { e.Recipient = s },
	"grade":         func(e *Event, s string) { e.Grade = s },
	"reason":        func(e *Event, s string) { e.Reason = s },
	"outcome":       func(e *Event, s string) { e.Outcome = s },
	"case":          func(e *Event, s string) { e.Case = s },
	"ref":           func(e *Event, s string) { e.Ref = s },
	"commit":        func(e *Event, s string) { e.Commit = s },
	"note":          func(e *Event, s string) { e.Note = s },
	"text":          func(e *Event, s string) { e.Text = s },
	"lang":          func(e *Event, s string) { e.Lang = s },
	"detail":        func(e *Event, s string) { e.Detail = map[string]string{"key": s} },
}

// The proof must outlive the data, so no personal data may be in it in clear (DC-83 p.1 with DC-78 p.7).
func TestNothingPersonalFitsIntoAnyMember(t *testing.T) {
	t.Parallel()
	personal := map[string]string{
		"a name":                       "Айбек уулу Нурлан",
		"one word of a name":           "Өмүрбек",
		"free text in Latin":           "asked by phone",
		"a subscriber number":          "996991123456",
		"a national number":            "0991123456",
		"a number behind a word":       "tel:991123456",
		"a number in a path":           "sub/996991123456/x",
		"a PIN":                        "21505199000123",
		"an e-mail address":            "aibek@mail.example",
		"an address with a subdomain":  "a.b@x.1.example",
		"a quotation mark":             `a"b`,
		"a backslash":                  `a\b`,
		"a line break":                 "a\nb",
		"a byte that is no character":  "a\xffb",
		"a zero byte":                  "a\x00b",
		"more than fits":               strings.Repeat("x", 129),
		"an address of a house":        "ул.Суюмбаева,123",
		"coordinates":                  "42.87,74.59",
		"markup":                       "<b>",
		"a number cut by a UUID":       "123456789" + uuid(1),
		"a number after a pseudonym":   stream(1) + ":996991123456",
		"digits as long as half a key": strings.Repeat("1", 31),
		"digits longer than a key":     "abcdefabc" + strings.Repeat("1", 32),
	}
	for member, set := range members {
		for what, value := range personal {
			e := fullEvent()
			set(&e, value)
			got, err := Canonical(e)
			var invalid *Invalid
			if !errors.As(err, &invalid) || invalid.Field != member || got != nil {
				t.Errorf("%s was taken as %s: %v", what, member, err)
				continue
			}
			if strings.Contains(err.Error(), value) {
				t.Errorf("the error for %s repeats the value: %v", what, err)
			}
		}
	}
	for what, key := range map[string]string{"a name": "айбек", "a number": "n996991123456", "nothing": "", "a capital": "Key", "a long key": strings.Repeat("k", 33), "a digit first": "1a"} {
		e := fullEvent()
		e.Detail = map[string]string{key: "x"}
		if _, err := Canonical(e); err == nil {
			t.Errorf("%s was taken as a key in detail", what)
		}
	}
}

func TestCodesIDsAndHashesThatTheRoomsNeedFit(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"a UUID full of digits":      "01935851-1234-7123-8123-123456789012",
		"a UUID behind a word":       "consent-01935851-1234-7123-8123-123456789012",
		"a pseudonym full of digits": "12345678901234567890123456789012",
		"a hash full of digits":      "sha256:" + strings.Repeat("1", 64),
		"an edition at a version":    "mega24@2026.11",
		"an edition at a name":       "mega24@main",
		"an article":                 "Tax-98.2/68.1",
		"eight digits":               "20261123",
		"base64":                     "Zm9v+/8=",
	} {
		e := fullEvent()
		e.Ref, e.Detail = value, map[string]string{"value": value}
		b, err := Canonical(e)
		if err != nil {
			t.Errorf("%s does not fit: %v", name, err)
			continue
		}
		if _, err := Parse(b); err != nil {
			t.Errorf("%s is written and not read: %v", name, err)
		}
	}
}

func TestAnEventThatBreaksARuleIsRefused(t *testing.T) {
	t.Parallel()
	bishkek := time.FixedZone("Asia/Bishkek", 6*3600)
	for name, c := range map[string]struct {
		field string
		alter func(*Event)
	}{
		"no version":                     {"v", func(e *Event) { e.V = 0 }},
		"another version":                {"v", func(e *Event) { e.V = 2 }},
		"no id":                          {"id", func(e *Event) { e.ID = "" }},
		"a UUID that is not version 7":   {"id", func(e *Event) { e.ID = "0193585f-9c00-4000-8000-000000000001" }},
		"a UUID of another variant":      {"id", func(e *Event) { e.ID = "0193585f-9c00-7000-c000-000000000001" }},
		"a UUID in capitals":             {"id", func(e *Event) { e.ID = strings.ToUpper(uuid(10)) }},
		"a UUID with a hyphen elsewhere": {"id", func(e *Event) { e.ID = "0193585f9-c00-7000-8000-000000000001" }},
		"no stream":                      {"stream", func(e *Event) { e.Stream = "" }},
		"a short pseudonym":              {"stream", func(e *Event) { e.Stream = "a1" }},
		"a pseudonym in capitals":        {"stream", func(e *Event) { e.Stream = strings.ToUpper(stream(1)) }},
		"number 0":                       {"prev", func(e *Event) { e.Seq, e.Prev = 0, "" }},
		"a negative number":              {"seq", func(e *Event) { e.Seq = -1 }},
		"a first event with a previous":  {"prev", func(e *Event) { e.Seq = 1 }},
		"a second event without one":     {"prev", func(e *Event) { e.Prev = "" }},
		"no time":                        {"time", func(e *Event) { e.Time = time.Time{} }},
		"a time of another zone":         {"time", func(e *Event) { e.Time = e.Time.In(bishkek) }},
		"a time with microseconds":       {"time", func(e *Event) { e.Time = e.Time.Add(time.Microsecond) }},
		"a time before 1970":             {"until", func(e *Event) { e.Until = time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC) }},
		"a time after 9999":              {"effective", func(e *Event) { e.Effective = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		"no kind":                        {"kind", func(e *Event) { e.Kind = "" }},
		"a kind of nobody's":             {"kind", func(e *Event) { e.Kind = "consent.ignored" }},
		"no sort of actor":               {"actor.kind", func(e *Event) { e.Actor.Kind = "" }},
		"a code of 65":                   {"purpose", func(e *Event) { e.Purpose = strings.Repeat("p", 65) }},
		"a code that begins with a dot":  {"clause", func(e *Event) { e.Clause = ".5" }},
		"categories out of order":        {"categories", func(e *Event) { e.Categories = []string{"D08", "D01"} }},
		"a category twice":               {"categories", func(e *Event) { e.Categories = []string{"D01", "D01"} }},
		"too many categories":            {"categories", func(e *Event) { e.Categories = manyCodes(65) }},
		"an empty category":              {"categories", func(e *Event) { e.Categories = []string{""} }},
		"too much detail":                {"detail", func(e *Event) { e.Detail = manyPairs(33) }},
		"an empty value in detail":       {"detail", func(e *Event) { e.Detail = map[string]string{"a": ""} }},
		"a negative count":               {"count", func(e *Event) { e.Count = -1 }},
		"a count like a number":          {"count", func(e *Event) { e.Count = 991_123_456 }},
		"a short hash":                   {"commit", func(e *Event) { e.Commit = "ab" }},
		"a language of four letters":     {"lang", func(e *Event) { e.Lang = "kyrg" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := fullEvent()
			c.alter(&e)
			before := []byte("before")
			got, err := AppendCanonical(before, &e)
			var invalid *Invalid
			if !errors.As(err, &invalid) || invalid.Field != c.field {
				t.Fatalf("got %v, want the member %s refused", err, c.field)
			}
			if string(got) != "before" {
				t.Errorf("something of a refused event was written: %q", got)
			}
		})
	}
}

func TestParseRefusesWhatCanonicalWouldNotWrite(t *testing.T) {
	t.Parallel()
	full, err := Canonical(fullEvent())
	if err != nil {
		t.Fatal(err)
	}
	small := `{"actor":{"kind":"officer"},"id":"` + uuid(1) + `","kind":"edition.published","seq":1,"stream":"holder","time":"2026-11-23T10:00:00.000Z","v":1}`
	if _, err := Parse([]byte(small)); err != nil {
		t.Fatalf("the event the cases start from is refused: %v", err)
	}
	swap := func(old, with string) string {
		changed := strings.Replace(small, old, with, 1)
		if changed == small {
			panic("the case changes nothing: " + old)
		}
		return changed
	}
	cases := map[string]string{
		"nothing":                          "",
		"no object":                        "null",
		"an empty object":                  "{}",
		"an unknown member":                swap(`,"v":1`, `,"v":1,"x":1`),
		"an unknown member first":          swap(`{"actor"`, `{"a":1,"actor"`),
		"an unknown member of the actor":   swap(`"kind":"officer"`, `"kind":"officer","name":"x"`),
		"a member twice":                   swap(`,"v":1`, `,"v":1,"v":1`),
		"members out of order":             swap(`"seq":1,"stream":"holder"`, `"stream":"holder","seq":1`),
		"white space":                      swap(`,"seq"`, `, "seq"`),
		"white space after a colon":        swap(`"seq":1`, `"seq": 1`),
		"a line break at the end":          small + "\n",
		"two events":                       small + small,
		"an empty member":                  swap(`,"id"`, `,"basis":"","id"`),
		"an empty list":                    swap(`,"id"`, `,"categories":[],"id"`),
		"a list that does not end":         swap(`,"id"`, `,"categories":["D01","id"`),
		"a list with a comma too many":     swap(`,"id"`, `,"categories":["D01",],"id"`),
		"empty detail":                     swap(`,"id"`, `,"detail":{},"id"`),
		"detail out of order":              swap(`,"id"`, `,"detail":{"b":"1","a":"1"},"id"`),
		"a key of detail twice":            swap(`,"id"`, `,"detail":{"a":"1","a":"1"},"id"`),
		"detail deeper than one level":     swap(`,"id"`, `,"detail":{"a":{"b":"1"}},"id"`),
		"null":                             swap(`,"id"`, `,"basis":null,"id"`),
		"an escape":                        swap(`"holder"`, `"h\u006flder"`),
		"an escaped name":                  swap(`"seq"`, `"s\u0065q"`),
		"a count of 0":                     swap(`,"id"`, `,"count":0,"id"`),
		"a count like a number":            swap(`,"id"`, `,"count":991123456,"id"`),
		"a count larger than any":          swap(`,"id"`, `,"count":99999999999999999999,"id"`),
		"a leading zero":                   swap(`"seq":1`, `"seq":01`),
		"a plus sign":                      swap(`"seq":1`, `"seq":+1`),
		"a fraction":                       swap(`"seq":1`, `"seq":1.0`),
		"a number in quotes":               swap(`"seq":1`, `"seq":"1"`),
		"a text without quotes":            swap(`"holder"`, `1`),
		"a time without milliseconds":      swap(`00.000Z`, `00Z`),
		"a time of another zone":           swap(`00.000Z`, `00.000+06:00`),
		"a time in microseconds":           swap(`00.000Z`, `00.000000Z`),
		"a day that is not":                swap(`2026-11-23`, `2026-11-31`),
		"day 0":                            swap(`2026-11-23`, `2026-11-00`),
		"month 13":                         swap(`2026-11-23`, `2026-13-23`),
		"29 February of a common year":     swap(`2026-11-23`, `2026-02-29`),
		"hour 24":                          swap(`T10`, `T24`),
		"minute 60":                        swap(`10:00:00`, `10:60:00`),
		"second 60":                        swap(`10:00:00`, `10:00:60`),
		"letters in a time":                swap(`10:00:00`, `1O:00:00`),
		"a small t":                        swap(`T10`, `t10`),
		"a byte order mark":                "\ufeff" + small,
		"bytes that are no character":      swap(`officer`, "offic\xc3"),
		"a Kyrgyz name for a sort":         swap(`officer`, `Айбек`),
		"more than an event may be":        swap(`officer`, strings.Repeat("o", MaxEvent)),
		"no version":                       swap(`,"v":1`, ``),
		"no actor":                         swap(`"actor":{"kind":"officer"},`, ``),
		"an actor without a sort":          swap(`"kind":"officer"`, ``),
		"a previous event of the first":    swap(`,"seq"`, `,"prev":"`+strings.Repeat("ab", 32)+`","seq"`),
		"a later event without a previous": swap(`"seq":1`, `"seq":2`),
	}
	codes, _ := json.Marshal(manyCodes(maxCategories + 1))
	pairs, _ := json.Marshal(manyPairs(maxDetail + 1))
	cases["too many categories"] = swap(`,"id"`, `,"categories":`+string(codes)+`,"id"`)
	cases["too much detail"] = swap(`,"id"`, `,"detail":`+string(pairs)+`,"id"`)
	if _, err := Parse(make([]byte, MaxEvent+1)); !errors.Is(err, ErrNotCanonical) || !strings.Contains(err.Error(), "longer") {
		t.Errorf("more bytes than an event may have are looked at: %v", err)
	}
	for n := range full {
		cases[fmt.Sprintf("only %d bytes", n)] = string(full[:n])
	}
	for name, text := range cases {
		if e, err := Parse([]byte(text)); err == nil || !reflect.DeepEqual(e, Event{}) {
			t.Errorf("%s: read as %+v, %v", name, e, err)
		}
	}
}

func TestTheLargestEventFits(t *testing.T) {
	t.Parallel()
	e := fullEvent()
	for member, set := range members {
		switch member {
		case "id", "stream", "prev", "kind", "commit", "note", "text", "lang", "categories", "detail":
		case "actor.id", "actor.org", "on_behalf", "edition", "citation", "recipient", "case", "ref":
			set(&e, strings.Repeat("i", maxID))
		default:
			set(&e, strings.Repeat("c", maxCode))
		}
	}
	e.Kind = slices.MaxFunc(Kinds(), func(a, b Kind) int { return len(a) - len(b) })
	e.Seq, e.Count, e.Lang = maxSize, maxCount, "kir"
	e.Categories, e.Detail = manyCodes(maxCategories), manyPairs(maxDetail)
	b, err := Canonical(e)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > MaxEvent {
		t.Errorf("the largest event has %d bytes, more than %d", len(b), MaxEvent)
	}
	if back, err := Parse(b); err != nil || !reflect.DeepEqual(back, e) {
		t.Errorf("the largest event is not read back: %v", err)
	}
}

func manyCodes(n int) (codes []string) {
	for i := range n {
		codes = append(codes, fmt.Sprintf("%s-%02d", strings.Repeat("c", maxCode-3), i))
	}
	return codes
}

func manyPairs(n int) map[string]string {
	pairs := make(map[string]string)
	for i := range n {
		pairs[fmt.Sprintf("%s_%02d", strings.Repeat("k", maxDetailKey-3), i)] = strings.Repeat("v", maxID)
	}
	return pairs
}

func TestTheSetOfKindsIsClosed(t *testing.T) {
	t.Parallel()
	kinds := Kinds()
	if len(kinds) != 65 || !slices.IsSorted(kinds) {
		t.Errorf("there are %d kinds; a new one is to be counted here too", len(kinds))
	}
	sentences := make(map[string]Kind)
	for _, k := range kinds {
		meaning := k.Meaning()
		if !k.Valid() || !strings.HasSuffix(meaning, ".") || strings.Count(string(k), ".") != 1 {
			t.Errorf("%s: meaning %q", k, meaning)
		}
		if other, twice := sentences[meaning]; twice {
			t.Errorf("%s and %s mean the same", k, other)
		}
		sentences[meaning] = k
		e := smallEvent(1, stream(1))
		e.Kind, e.Seq = k, 1
		if _, err := Canonical(e); err != nil {
			t.Errorf("%s cannot be recorded: %v", k, err)
		}
	}
	if unknown := Kind("consent.assumed"); unknown.Valid() || unknown.Meaning() != "" {
		t.Error("a kind that is not of the set passes for one")
	}
}

func TestStampMakesATimeThatFits(t *testing.T) {
	t.Parallel()
	local := time.Date(2026, 11, 23, 16, 0, 0, 7_999_999, time.FixedZone("Asia/Bishkek", 6*3600))
	if got, want := Stamp(local), testStart.Add(7*time.Millisecond); got != want || !validTime(got) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestHeadLinksEachEventToTheOneBefore(t *testing.T) {
	t.Parallel()
	var head Head
	var before []byte
	for n := range 3 {
		e := smallEvent(n, stream(1))
		head.Link(&e)
		line, err := Canonical(e)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if n > 0 {
			hash := Hash(before)
			want = hex.EncodeToString(hash[:])
		}
		if e.Seq != int64(n+1) || e.Prev != want {
			t.Errorf("event %d is linked as %d %q, want %q", n, e.Seq, e.Prev, want)
		}
		head, before = head.After(line), line
	}
	if LeafHash(before) == Hash(before) {
		t.Error("the hash of a link can pass for that of a leaf")
	}
}

func TestAppendCanonicalAllocatesNothing(t *testing.T) {
	e := fullEvent()
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := AppendCanonical(buf, &e); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("writing an event allocates %v times", n)
	}
}

func FuzzParse(f *testing.F) {
	full := fullEvent()
	for _, e := range []Event{full, {V: 1, ID: uuid(1), Stream: HolderStream, Seq: 1, Time: testStart, Kind: EditionPublished, Actor: Actor{Kind: "officer"}}} {
		b, err := Canonical(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"actor":{"kind":"x"},"detail":{"a":"b"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse(b)
		if err != nil {
			return
		}
		again, err := Canonical(e)
		if err != nil || string(again) != string(b) {
			t.Errorf("read %q, written %q, %v", b, again, err)
		}
		if !json.Valid(b) {
			t.Errorf("read what is not JSON: %q", b)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	names := slices.Sorted(maps.Keys(members))
	f.Add(uint8(0), "x", "D01", "key", "value", int64(2), 7, int64(1_795_428_000_000))
	f.Add(uint8(3), "consent.given", "", "", "", int64(1), 0, int64(0))
	f.Add(uint8(21), "0193585f-9c00-7000-8000-123456789012", "P03", "a_b", "a@b", int64(9), -1, int64(-1))
	f.Fuzz(func(t *testing.T, which uint8, value, category, key, detail string, seq int64, count int, ms int64) {
		e := fullEvent()
		e.Categories, e.Detail, e.Seq, e.Count, e.Effective = []string{category}, map[string]string{key: detail}, seq, count, time.UnixMilli(ms).UTC()
		if category == "" {
			e.Categories = nil
		}
		members[names[int(which)%len(names)]](&e, value)
		b, err := Canonical(e)
		if err != nil {
			return
		}
		back, err := Parse(b)
		if err != nil || !reflect.DeepEqual(back, e) {
			t.Errorf("written %s, read %+v, %v", b, back, err)
		}
	})
}

func BenchmarkAppendCanonical(b *testing.B) {
	e := fullEvent()
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := AppendCanonical(buf, &e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	line, err := Canonical(fullEvent())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if _, err := Parse(line); err != nil {
			b.Fatal(err)
		}
	}
}
