package privacy_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/privacy"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// usual is a subscriber with ten values and three consents.
func usual() *privacy.Subject {
	s := &privacy.Subject{
		ID: privacy.SubjectID(privacy.NewID(noon)), Stream: privacy.NewStream(), Status: privacy.StatusRegistered,
		Since: noon, Lang: privacy.Kyrgyz, AgeKnown: true,
		Accepted:  privacy.Acceptance{ID: privacy.NewID(noon), Edition: "mega24/2026-1", Grade: privacy.GradeSMS, At: noon.Add(71 * time.Second)},
		Agreement: privacy.Agreement{ID: privacy.NewID(noon), Since: noon.Add(95 * time.Second)},
	}
	for i, p := range []privacy.PurposeID{"P03", "P06.ads", "P12"} {
		at := noon.Add(time.Duration(i+1) * time.Hour)
		s.Give(privacy.Consent{ID: privacy.NewID(at), Purpose: p, Edition: "mega24/2026-1", Grade: privacy.GradeTick, By: privacy.ActorSubject, At: at})
	}
	for i, c := range []privacy.CategoryID{"D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D11"} {
		v := s.Hold(c, []privacy.PurposeID{"P01", "P03", "P07", "P18"}[i%4], []privacy.SourceID{"app_form", "network"}[i%2], noon.Add(time.Duration(i)*time.Second))
		v.Purposes = append(v.Purposes, "P09")
	}
	return s
}

func encoded(t testing.TB, s *privacy.Subject) []byte {
	t.Helper()
	b, err := s.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// drawTime draws a moment as the house or an old record may have it.
func drawTime(t *rapid.T, name string) time.Time {
	switch rapid.IntRange(0, 7).Draw(t, name) {
	case 0:
		return time.Time{}
	case 1: // finer than a millisecond
		return noon.Add(time.Duration(rapid.Int64Range(-1<<58, 1<<58).Draw(t, name)))
	case 2: // in a place of its own
		at := time.FixedZone("", 60*rapid.IntRange(-14*60, 14*60).Draw(t, name+" zone"))
		return noon.Add(time.Duration(rapid.Int64Range(-1<<50, 1<<50).Draw(t, name))).In(at)
	case 3: // long ago
		return time.Date(rapid.IntRange(1, 9998).Draw(t, name), 3, 1, 0, 0, 0, 0, time.UTC)
	}
	return noon.Add(time.Duration(rapid.IntRange(-1e9, 1e9).Draw(t, name)) * time.Millisecond)
}

// drawID draws an id of every form.
func drawID(t *rapid.T, name string) string {
	raw := make([]byte, 16)
	for i := range raw {
		raw[i] = rapid.Byte().Draw(t, name)
	}
	h := hex.EncodeToString(raw)
	switch rapid.IntRange(0, 4).Draw(t, name+" form") {
	case 0:
		return ""
	case 1:
		return h
	case 2:
		return rapid.String().Draw(t, name+" text")
	case 3:
		return strings.ToUpper(h)
	}
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// drawSubject draws any standing, sane or not.
func drawSubject(t *rapid.T) *privacy.Subject {
	word := func(name string) string {
		return rapid.OneOf(rapid.SampledFrom([]string{"", "P01", "P06.ads", "D05", "registered", "ky", "mega24/2026-1", "live"}), rapid.String()).Draw(t, name)
	}
	grade := func() privacy.Grade {
		return privacy.Grade(rapid.IntRange(0, int(privacy.GradeQualified)).Draw(t, "grade"))
	}
	s := &privacy.Subject{
		ID: privacy.SubjectID(drawID(t, "id")), Stream: privacy.StreamID(drawID(t, "stream")), Status: privacy.Status(word("status")),
		Since: drawTime(t, "since"), Lang: privacy.Lang(word("lang")), AgeKnown: rapid.Bool().Draw(t, "age"),
		MinorUntil: drawTime(t, "minor"), Guardian: privacy.SubjectID(drawID(t, "guardian")),
		Accepted:  privacy.Acceptance{ID: drawID(t, "accepted"), Edition: privacy.EditionID(word("edition")), Grade: grade(), At: drawTime(t, "at")},
		Refused:   privacy.Refusal{ID: drawID(t, "refused"), Edition: privacy.EditionID(word("edition")), At: drawTime(t, "at")},
		Agreement: privacy.Agreement{ID: drawID(t, "agreement"), Since: drawTime(t, "since"), Ended: drawTime(t, "ended")},
	}
	for range rapid.IntRange(0, 3).Draw(t, "consents") {
		s.Consents = append(s.Consents, privacy.Consent{
			ID: drawID(t, "consent"), Purpose: privacy.PurposeID(word("purpose")), Edition: privacy.EditionID(word("edition")), Grade: grade(),
			By: privacy.ActorKind(word("by")), At: drawTime(t, "at"), Until: drawTime(t, "until"), Withdrawn: drawTime(t, "withdrawn"),
			Expired: rapid.Bool().Draw(t, "expired"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "objections") {
		s.Objections = append(s.Objections, privacy.Objection{ID: drawID(t, "objection"), Purpose: privacy.PurposeID(word("purpose")), At: drawTime(t, "at")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "blocks") {
		s.Blocks = append(s.Blocks, privacy.Block{
			ID: drawID(t, "block"), Kind: privacy.BlockKind(word("kind")), Category: privacy.CategoryID(word("category")),
			Purpose: privacy.PurposeID(word("purpose")), At: drawTime(t, "at"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "values") {
		v := privacy.Value{
			Category: privacy.CategoryID(word("category")), State: privacy.ValueState(word("state")), Version: rapid.IntRange(0, 1<<30).Draw(t, "version"),
			Collected: drawTime(t, "collected"), Source: privacy.SourceID(word("source")), Ended: drawTime(t, "ended"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "purposes") {
			v.Purposes = append(v.Purposes, privacy.PurposeID(word("purpose")))
		}
		s.Values = append(s.Values, v)
	}
	return s
}

// spelled is a standing as JSON has it, which is what is compared: moments with
// their nanoseconds and offset.
func spelled(t interface{ Fatal(...any) }, s *privacy.Subject) string {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAStandingComesBackAsItWasKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSubject(t)
		b, err := s.AppendBinary([]byte("before"))
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.TrimPrefix(b, []byte("before"))
		var again privacy.Subject
		if err := again.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		if got, want := spelled(t, &again), spelled(t, s); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
		if twice, err := again.AppendBinary(nil); err != nil || !bytes.Equal(twice, b) {
			t.Fatalf("equal standings give other bytes: %v", err)
		}
	})
}

func TestOneDecoderReadsManyStandingsIntoOneSubject(t *testing.T) {
	t.Parallel()
	var d privacy.Decoder
	var s privacy.Subject
	rapid.Check(t, func(t *rapid.T) {
		want := drawSubject(t)
		b, err := want.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Decode(b, &s); err != nil {
			t.Fatal(err)
		}
		if got, want := spelled(t, &s), spelled(t, want); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
		id := s.ID
		if err := d.Decode(encodedOther, &s); err != nil {
			t.Fatal(err)
		}
		if id != want.ID {
			t.Fatal("an id that was given changed with the next standing")
		}
	})
}

var encodedOther = func() []byte { b, _ := usual().AppendBinary(nil); return b }()

// A member added to the standing and forgotten here would be lost on its way to the store.
func TestEveryMemberOfAStandingIsKept(t *testing.T) {
	t.Parallel()
	var s privacy.Subject
	n := 0
	fill(t, reflect.ValueOf(&s).Elem(), &n)
	for i := range s.Consents {
		s.Consents[i].Grade = privacy.GradeSMS
	}
	s.Accepted.Grade = privacy.GradeDrawn
	var again privacy.Subject
	if err := again.UnmarshalBinary(encoded(t, &s)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s, again) {
		t.Fatalf("got  %+v\nwant %+v", again, s)
	}
}

// fill gives every member a value of its own.
func fill(t *testing.T, v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("word %d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(t, v.Index(i), n)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon.Add(time.Duration(*n) * time.Hour)))
			return
		}
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	default:
		t.Fatalf("a member of kind %s: teach the codec and this test", v.Kind())
	}
}

func TestAStandingKeptAsJSONIsStillRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSubject(t)
		old := spelled(t, s)
		var again privacy.Subject
		if err := again.UnmarshalBinary([]byte(old)); err != nil {
			t.Fatal(err)
		}
		if got := spelled(t, &again); got != old {
			t.Fatalf("got  %s\nwant %s", got, old)
		}
	})
}

func TestWhatCannotBeKeptIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*privacy.Subject){
		"a word that is no UTF-8":  func(s *privacy.Subject) { s.Lang = "\xff" },
		"an id that is no UTF-8":   func(s *privacy.Subject) { s.Guardian = "\xff" },
		"a year beyond the house":  func(s *privacy.Subject) { s.Accepted.At = noon.AddDate(9000, 0, 0) },
		"a grade that is none":     func(s *privacy.Subject) { s.Accepted.Grade = 200 },
		"a version below nothing":  func(s *privacy.Subject) { s.Values[0].Version = -1 },
		"an offset of two days":    func(s *privacy.Subject) { s.Since = s.Since.In(time.FixedZone("", 48*60*60)) },
		"a purpose that is broken": func(s *privacy.Subject) { s.Values[0].Purposes[0] = "\xc3" },
	} {
		s := usual()
		spoil(s)
		if b, err := s.AppendBinary([]byte("x")); privacy.CodeOf(err) != privacy.Invalid || string(b) != "x" {
			t.Errorf("%s: %v, %d bytes", name, err, len(b))
		}
	}
}

func TestDamagedStandingsAreRefusedAndNeverPanic(t *testing.T) {
	t.Parallel()
	whole := encoded(t, usual())
	var s privacy.Subject
	for n := range whole {
		if err := s.UnmarshalBinary(whole[:n]); !errors.Is(err, privacy.ErrDamaged) {
			t.Fatalf("the first %d bytes of %d are taken: %v", n, len(whole), err)
		}
	}
	if err := s.UnmarshalBinary(append(bytes.Clone(whole), 0)); !errors.Is(err, privacy.ErrDamaged) {
		t.Fatalf("a byte too many: %v", err)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	for range 20_000 { // what is taken nevertheless is a standing, and the only form of it
		b := bytes.Clone(whole)
		b[1+dice.IntN(len(b)-1)] ^= 1 << dice.IntN(8)
		if s.UnmarshalBinary(b) != nil {
			continue
		}
		if again, err := s.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x is taken and written as %x (%v)", b, again, err)
		}
	}
}

func FuzzStanding(f *testing.F) {
	f.Add(encodedOther)
	var s privacy.Subject
	b, _ := s.AppendBinary(nil) // the empty standing has nothing that could be refused
	f.Add(b)
	f.Add([]byte(`{"id":"x"}`))
	var d privacy.Decoder
	f.Fuzz(func(t *testing.T, b []byte) {
		var s, other privacy.Subject
		err := s.UnmarshalBinary(b)
		if also := d.Decode(b, &other); (also == nil) != (err == nil) {
			t.Fatalf("one decoder says %v, the other %v", err, also)
		}
		if err != nil || b[0] == '{' {
			return
		}
		again, err := s.AppendBinary(nil)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x is taken and written as %x (%v)", b, again, err)
		}
	})
}

func TestAUsualStandingIsSmallAndReadWithoutAllocation(t *testing.T) {
	b := encoded(t, usual())
	if len(b) > 400 {
		t.Errorf("a usual standing has %d bytes", len(b))
	}
	var d privacy.Decoder
	var s privacy.Subject
	if n := testing.AllocsPerRun(1000, func() {
		if err := d.Decode(b, &s); err != nil {
			t.Fatal(err)
		}
	}); n >= 1 { // 16 KiB for the ids of sixty
		t.Errorf("reading it allocates %v times", n)
	}
}

func BenchmarkStanding(b *testing.B) {
	s := usual()
	raw := encoded(b, s)
	old := []byte(spelled(b, s))
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		var buf []byte
		for b.Loop() {
			buf, _ = s.AppendBinary(buf[:0])
		}
		b.ReportMetric(float64(len(raw)), "bytes/standing")
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		var d privacy.Decoder
		var s privacy.Subject
		for b.Loop() {
			if err := d.Decode(raw, &s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unmarshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var s privacy.Subject
			if err := s.UnmarshalBinary(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var s privacy.Subject
			if err := json.Unmarshal(old, &s); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(old)), "bytes/standing")
	})
}
