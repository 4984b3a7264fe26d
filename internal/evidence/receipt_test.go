package evidence

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kupuya/internal/privacy"
)

const (
	receiptID = "0193589c-0000-7000-8000-00000000000a"
	consentID = "0193589c-0000-7000-8000-00000000000b"
	eventID   = "0193589c-0000-7000-8000-00000000000c"
)

func keys(t testing.TB) (skey, vkey string) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(rand.Reader, "mega24.kg/receipts")
	if err != nil {
		t.Fatal(err)
	}
	return skey, vkey
}

func consentReceipt(t testing.TB) Receipt {
	t.Helper()
	s := shown(AimConsent("P03"))
	tick := tickOf(s)
	p, err := tick.Prove(s, privacy.ChannelApp, noon.In(time.FixedZone("Bishkek", 6*3600)).Add(1234567))
	if err != nil {
		t.Fatal(err)
	}
	r := Receipt{
		ID: receiptID, Ref: consentID, Kind: KindConsent, State: "given", Issued: noon,
		Stream: "0123456789abcdef0123456789abcdef", Event: eventID, By: privacy.ActorSubject,
		Holder:  Party{Register: "№ 12", Name: "«Альфа Телеком» ЖАК", Address: "Бишкек ш., Сүйүмбаев көч. 123", Contact: "dpo@mega24.example"},
		Edition: s.Edition, EditionHash: s.EditionHash, Purpose: "P03", Title: "Жарнаманы ылайыкташтыруу", Clause: "3.3",
		Basis: privacy.BasisConsent, Categories: []string{"D09", "D11"}, Operations: []string{"use"},
		Recipients: []privacy.RecipientID{"partner-shop"}, Processing: "1y", Storage: "1y", Places: "Кыргыз Республикасы",
		Until: noon.AddDate(1, 0, 0), Withdrawal: []privacy.Channel{privacy.ChannelApp, privacy.ChannelLetter},
	}
	r.Prove(p)
	return r
}

func TestReceiptIsReadBack(t *testing.T) {
	t.Parallel()
	skey, vkey := keys(t)
	file, err := Sign(consentReceipt(t), skey)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Verify(file, vkey)
	if err != nil {
		t.Fatal(err)
	}
	if r.Purpose != "P03" || r.Grade != privacy.GradeTick || r.Method != "tick" || r.Schema != Schema ||
		r.Jurisdiction != "KG" || r.Holder.Name != "«Альфа Телеком» ЖАК" || !r.Until.Equal(noon.AddDate(1, 0, 0)) {
		t.Errorf("read back as %+v", r)
	}
	if !r.EventTime.Equal(noon.Add(time.Millisecond)) {
		t.Errorf("the moment %s is not UTC in whole milliseconds", r.EventTime)
	}
	again, err := Sign(r, skey)
	if err != nil || !bytes.Equal(again, file) {
		t.Errorf("signing what was read gives another file: %v", err)
	}
	_, other := keys(t)
	if _, err := Verify(file, other); !errors.Is(err, ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	if _, err := Verify(file); !errors.Is(err, ErrSignature) {
		t.Errorf("no key: %v", err)
	}
	if _, err := Verify(file, other, vkey); err != nil {
		t.Errorf("an older key beside a newer: %v", err)
	}
}

// The file is what a person opens: JSON to read, then the signature.
func TestReceiptIsReadableJSONThenASignature(t *testing.T) {
	t.Parallel()
	skey, _ := keys(t)
	file, err := Sign(consentReceipt(t), skey)
	if err != nil {
		t.Fatal(err)
	}
	text, sig, two := strings.Cut(string(file), "\n\n")
	if !two || !strings.HasPrefix(sig, "— mega24.kg/receipts ") || strings.Count(sig, "\n") != 1 {
		t.Fatalf("after the JSON comes %q", sig)
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"schema_version", "receipt_id", "record_id", "pii_principal_id", "privacy_notice", "language",
		"purpose", "pii_categories", "pii_controller", "storage_locations", "retention_period", "jurisdiction",
		"recipient_third_parties", "withdrawal_method", "event_time", "valid_until", "entity_id", "event_type",
		"event_state", "evidence_grade", "text_hash", "ledger_event",
	} {
		if m[name] == nil {
			t.Errorf("%s is missing (ISO/IEC TS 27560, law 4.1)", name)
		}
	}
	if !strings.Contains(text, "Жарнаманы") {
		t.Error("the words cannot be read as they are")
	}
}

func TestOneFlippedBitFails(t *testing.T) {
	t.Parallel()
	skey, vkey := keys(t)
	file, err := Sign(Receipt{
		ID: receiptID, Ref: consentID, Kind: KindRequest, State: "requested", EventTime: noon, Issued: noon,
		Stream: "0123456789abcdef0123456789abcdef", Event: eventID, Holder: Party{Name: "ЖАК"},
	}, skey)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(file) * 8 {
		file[i/8] ^= 1 << (i % 8)
		if _, err := Verify(file, vkey); !errors.Is(err, ErrSignature) {
			t.Fatalf("bit %d of byte %d (%q) flipped: %v", i%8, i/8, file[i/8], err)
		}
		file[i/8] ^= 1 << (i % 8)
	}
	for i := range len(file) {
		if _, err := Verify(file[:i], vkey); err == nil {
			t.Fatalf("cut to %d bytes it still verifies", i)
		}
	}
	sig := file[bytes.LastIndex(file, []byte("— ")):]
	for name, more := range map[string][]byte{
		"the signature twice":      slices.Concat(file, sig),
		"a stranger's signature":   slices.Concat(file, []byte("— stranger AAAAAAAA\n")),
		"an empty line at the end": slices.Concat(file, []byte("\n")),
		"a text before":            slices.Concat([]byte("x\n\n"), file),
	} {
		if _, err := Verify(more, vkey); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignedTextThatIsNoReceipt(t *testing.T) {
	t.Parallel()
	skey, vkey := keys(t)
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	r := consentReceipt(t)
	r.Places = "Бишкек\n  жана Ош\n" // as a block of YAML gives it
	file, err := Sign(r, skey)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(file), `"Бишкек жана Ош"`) {
		t.Error("words of several lines are not brought to one")
	}
	text, _, _ := strings.Cut(string(file), "\n\n")
	for name, other := range map[string]string{
		"a checkpoint":                 "mega24.kg\n12\nAAAA",
		"a newer format":               strings.Replace(text, "kupuya-receipt/1", "kupuya-receipt/2", 1),
		"an unknown member":            strings.Replace(text, "{\n", "{\n  \"note\": \"x\",\n", 1),
		"a member twice":               strings.Replace(text, "{\n", "{\n  \"purpose\": \"P01\",\n", 1),
		"another indentation":          strings.ReplaceAll(text, "  ", "    "),
		"members in another order":     swapLines(text, `"receipt_id"`, `"record_id"`),
		"a moment in another zone":     strings.Replace(text, `06:00:00Z`, `12:00:00+06:00`, 1),
		"an escape for a plain letter": strings.Replace(text, `"P03"`, `"\u005003"`, 1),
		"a consent by continued use":   strings.NewReplacer(`"tick"`, `"continued_use"`).Replace(text),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if other == text {
				t.Fatal("the case changes nothing")
			}
			file, err := note.Sign(&note.Note{Text: other + "\n"}, signer)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(file, vkey); !errors.Is(err, ErrReceipt) {
				t.Errorf("got %v, want ErrReceipt", err)
			}
		})
	}
}

func swapLines(text, a, b string) string {
	lines := strings.Split(text, "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, a) })
	j := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, b) })
	lines[i], lines[j] = lines[j], lines[i]
	return strings.Join(lines, "\n")
}

func TestEveryKindOfReceiptCanBeSigned(t *testing.T) {
	t.Parallel()
	skey, vkey := keys(t)
	for _, kind := range Kinds() {
		for _, state := range states[kind] {
			r := consentReceipt(t)
			r.Kind, r.State = kind, state
			if kind != KindConsent && kind != KindAcceptance {
				r.Grade, r.Bound, r.Digest, r.Method = 0, "", "", ""
			}
			switch kind {
			case KindAcceptance, KindNotice:
				r.Purpose = ""
			case KindDestruction:
				r.Scope, r.Method, r.Ground, r.Citation = "whole", "key_destroyed", "consent_withdrawn", "DC-83.1"
				r.Rows, r.Files, r.Systems, r.Decided = 14, 2, []string{"data", "keys"}, privacy.ActorOfficer
				r.Stays = []Stay{{Category: "D08", Purpose: "P13", Basis: privacy.BasisLaw, Until: noon.AddDate(6, 0, 0)}}
			}
			file, err := Sign(r, skey)
			if err != nil {
				t.Errorf("%s %s: %v", kind, state, err)
				continue
			}
			if _, err := Verify(file, vkey); err != nil {
				t.Errorf("%s %s: %v", kind, state, err)
			}
		}
	}
}

func TestReceiptThatSaysTooLittleOrTooMuch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Receipt)
		code   privacy.Code
		field  string
	}{
		"no id":                                 {func(r *Receipt) { r.ID = "" }, privacy.MissingValue, "receipt_id"},
		"no pseudonym":                          {func(r *Receipt) { r.Stream = "" }, privacy.MissingValue, "pii_principal_id"},
		"the subject's id in place of it":       {func(r *Receipt) { r.Stream = consentID }, privacy.MissingValue, "pii_principal_id"},
		"no event":                              {func(r *Receipt) { r.Event = "" }, privacy.MissingValue, "ledger_event"},
		"no kind":                               {func(r *Receipt) { r.Kind = "" }, privacy.BadValue, "event_type"},
		"a state of another kind":               {func(r *Receipt) { r.State = "withdrawn" }, privacy.BadValue, "event_state"},
		"no text":                               {func(r *Receipt) { r.TextHash = "" }, privacy.MissingValue, "text_hash"},
		"no language":                           {func(r *Receipt) { r.Lang = "" }, privacy.MissingValue, "language"},
		"a language of nobody":                  {func(r *Receipt) { r.Lang = "kg" }, privacy.BadValue, "language"},
		"a consent to nothing":                  {func(r *Receipt) { r.Purpose = "" }, privacy.MissingValue, "purpose"},
		"a consent where the contract is basis": {func(r *Receipt) { r.Basis = privacy.BasisContract }, privacy.BadValue, "basis"},
		"a consent by continued use":            {func(r *Receipt) { r.Grade, r.Method = privacy.GradeContinuedUse, "continued_use" }, privacy.BadValue, "evidence_grade"},
		"a consent without proof":               {func(r *Receipt) { r.Grade = privacy.GradeNone }, privacy.MissingValue, "evidence_grade"},
		"a consent that cannot be withdrawn":    {func(r *Receipt) { r.Withdrawal = nil }, privacy.MissingValue, "withdrawal_method"},
		"a method that is not the grade's":      {func(r *Receipt) { r.Method = "sms" }, privacy.MissingValue, "method"},
		"an acceptance that allows a purpose":   {func(r *Receipt) { r.Kind = KindAcceptance }, privacy.BadValue, "purpose"},
		"a notice that agrees to something":     {func(r *Receipt) { r.Kind, r.State = KindNotice, "notified" }, privacy.BadValue, "evidence_grade"},
		"a certificate without ground": {func(r *Receipt) {
			r.Kind, r.State, r.Grade, r.Bound, r.Digest = KindDestruction, "destroyed", 0, "", ""
		}, privacy.MissingValue, "ground"},
		"a number as reference":     {func(r *Receipt) { r.Ref = "+996991123456" }, privacy.BadValue, "record_id"},
		"a PIN as a category":       {func(r *Receipt) { r.Categories = []string{"20101199000001"} }, privacy.BadValue, "pii_categories"},
		"an e-mail as a recipient":  {func(r *Receipt) { r.Recipients = []privacy.RecipientID{"a@b.example"} }, privacy.BadValue, "recipient_third_parties"},
		"a name as a ground":        {func(r *Receipt) { r.Ground = "Айгүл" }, privacy.BadValue, "ground"},
		"a hidden turn in a title":  {func(r *Receipt) { r.Title = "a\u202eb" }, privacy.BadValue, "purpose_title"},
		"bytes that are no letters": {func(r *Receipt) { r.Holder.Name = "\xff" }, privacy.BadValue, "party_name"},
		"more categories than any":  {func(r *Receipt) { r.Categories = slices.Repeat([]string{"D01"}, 65) }, privacy.BadValue, "pii_categories"},
		"a ground without category": {func(r *Receipt) { r.Stays = []Stay{{Purpose: "P13"}} }, privacy.BadValue, "remaining_grounds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			skey, _ := keys(t)
			r := consentReceipt(t)
			c.change(&r)
			file, err := Sign(r, skey)
			if e := wantCode(t, err, c.code); e.Field != "receipt."+c.field {
				t.Errorf("refused for %s, want %s", e.Field, c.field)
			}
			if file != nil {
				t.Error("signed all the same")
			}
			if strings.Contains(errText(err), "996991123456") || strings.Contains(errText(err), "b.example") {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}

func TestAKeyThatIsNoneIsNotQuoted(t *testing.T) {
	t.Parallel()
	_, err := Sign(consentReceipt(t), "PRIVATE+KEY+canary-4242")
	if privacy.CodeOf(err) != privacy.Internal || strings.Contains(errText(err), "canary") {
		t.Errorf("got %v", err)
	}
	if _, err := Verify(nil, "canary"); err == nil || errors.Is(err, ErrSignature) {
		t.Errorf("a key that is none: %v", err)
	}
}

// The key is fixed, so that every process of the fuzzer starts from one file.
func FuzzVerify(f *testing.F) {
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 32)), "mega24.kg/receipts")
	if err != nil {
		f.Fatal(err)
	}
	file, err := Sign(consentReceipt(f), skey)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte("{}\n\n— mega24.kg/receipts AAAA\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := Verify(b, vkey); err == nil && !bytes.Equal(b, file) {
			t.Errorf("verified what was never signed: %q", b)
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	r := consentReceipt(f)
	r.Schema, r.Jurisdiction, r.Holder.Type = Schema, "KG", "holder"
	text, err := r.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"schema_version":"kupuya-receipt/1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parse(b)
		if err != nil {
			return
		}
		if again, err := r.encode(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("a second form was accepted: %q", b)
		}
	})
}
