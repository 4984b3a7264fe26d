package holder_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"maps"
	"os"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/work"
)

func TestMain(m *testing.M) {
	if long() {
		if err := flag.Set("rapid.checks", "3000"); err != nil {
			panic(err)
		}
	}
	pgtest.Main(m)
}

// somebody is a made-up adult with a number of his own.
func somebody(i int) person {
	return person{number: fmt.Sprintf("+996992%06d", i), born: "1990-05-17", surname: "Осмонов"}
}

// failure is the error of the outcome of a verb.
func failure[T any](_ T, err error) error { return err }

// must fails the test when a verb failed, and gives what the verb gave.
func must[T any](out T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// ask answers one question, as the actor asks it.
func (h *house) ask(t testing.TB, who privacy.Actor, id privacy.SubjectID, p privacy.PurposeID, c privacy.CategoryID, o privacy.Operations, to ...privacy.RecipientID) privacy.Reason {
	t.Helper()
	a := holder.Ask{Subject: id}
	a.Purpose, a.Category, a.Operation = p, c, o
	if len(to) > 0 {
		a.Recipient = to[0]
	}
	return must(h.Ask(context.Background(), who, []holder.Ask{a}))(t)[0].Reason
}

// put writes one value, and fails the test when it is not taken.
func (h *house) put(t testing.TB, id privacy.SubjectID, p privacy.PurposeID, c privacy.CategoryID, src privacy.SourceID, value map[string]any) {
	t.Helper()
	must(h.Write(context.Background(), crm, holder.Write{Subject: id, Purpose: p, Category: c, Source: src, Notice: h.told(), Value: value}))(t)
}

// read gives a value under a purpose, or nil when none is given.
func (h *house) read(t testing.TB, id privacy.SubjectID, p privacy.PurposeID, c privacy.CategoryID) map[string]any {
	t.Helper()
	out, err := h.Read(context.Background(), crm, holder.Read{Subject: id, Purpose: p, Categories: []privacy.CategoryID{c}, Operation: privacy.Use})
	if err != nil && privacy.CodeOf(err) != privacy.Refused && privacy.CodeOf(err) != privacy.NotFound {
		t.Fatal(err)
	}
	return out.Values[c]
}

// signed sends a code that signs one thing and gives what proves it.
func (h *house) signed(t testing.TB, id privacy.SubjectID, aim evidence.Aim) holder.Evidence {
	t.Helper()
	sent := must(h.SendCode(context.Background(), crm, id, aim, privacy.Kyrgyz, "192.0.2.1"))(t)
	return holder.Evidence{Method: "sms", Challenge: sent.Challenge, Code: h.inbox()}
}

// drain takes what waits out of the outbox.
func (h *house) drain(t testing.TB) {
	t.Helper()
	for _, m := range must(h.db.LeaseMessages(context.Background(), "test", h.clock.Now(), time.Minute, 100))(t) {
		if err := h.db.DoneMessage(context.Background(), m, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
}

// tickConsent asks for a consent and ticks the box, as the actor.
func (h *house) tickConsent(t testing.TB, who privacy.Actor, id privacy.SubjectID, p privacy.PurposeID) error {
	t.Helper()
	f, err := h.Form(context.Background(), who, id, evidence.AimConsent(p), privacy.Kyrgyz)
	if err != nil {
		return err
	}
	return failure(h.Consent(context.Background(), who, holder.Consent{Subject: id, Purpose: p, Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: h.tick(f)}))
}

// worker does what is due, with its log in the house's.
func (h *house) worker(sms notify.Sender) *work.Worker {
	return &work.Worker{Holder: h.Holder, Queue: h.db, SMS: sms, Clock: h.clock, Name: "test", Log: slog.New(slog.NewTextHandler(h.log, nil))}
}

// duties carries out everything that is due by now.
func (h *house) duties(t testing.TB) {
	t.Helper()
	w := h.worker(notify.None{})
	for more := true; more; {
		more = must(w.Duties(context.Background()))(t)
	}
}

// settle looks at one subject.
func (h *house) settle(t testing.TB, id privacy.SubjectID, cause string) holder.Settled {
	t.Helper()
	return must(h.Settle(context.Background(), store.Duty{Subject: id, Kind: holder.DutySettle, Cause: cause}))(t)
}

// standing is where the subject stands, seen past every verb.
func (h *house) standing(t testing.TB, id privacy.SubjectID) *privacy.Subject {
	t.Helper()
	var s *privacy.Subject
	if err := h.db.View(context.Background(), func(v store.View) (err error) {
		s, err = v.Subject(context.Background(), id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// events gives the kinds of the subject's events, and fails when a number is missing.
func (h *house) events(t testing.TB, id privacy.SubjectID) []string {
	t.Helper()
	var kinds []string
	if err := h.db.View(context.Background(), func(v store.View) error {
		rows, err := v.Events(context.Background(), id, 0, 0, 100_000)
		for i, row := range rows {
			if row.Seq != uint64(i+1) {
				t.Fatalf("event %d of the stream has number %d", i+1, row.Seq)
			}
			kinds = append(kinds, kindOf.FindStringSubmatch(string(row.Bytes))[1])
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return kinds
}

// count is how often a kind is among the events.
func count(kinds []string, kind string) (n int) {
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

// picture is a photograph of nobody, every pixel of its own colour.
func picture(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.NRGBA{uint8(x * 7), uint8(y * 5), uint8(x*3 + y*11), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// secrets are values that stand nowhere else, in every category. The first two
// of D08 and D02 come with the registration.
var secrets = map[privacy.CategoryID]map[string]any{
	"D01": {"surname": "Канарбеков", "given": "Канышайым", "patronymic": "Канаталиевич"},
	"D02": {"birth_date": "1987-03-29"},
	"D03": {"pin": "22903198790417"},
	"D04": {"doc_type": "id_card_2017", "doc_number": "ID7345219", "issued": "2019-07-21", "issuer": "MKK 219977"},
	"D05": {"soate": "41711000000000", "street": "Сайрагыч чымчык көч.", "house": "917-канар"},
	"D06": {"latitude": 42.87, "longitude": 74.59, "at": "2026-11-22T17:43:21Z", "origin": "cell-canary-7741"},
	"D07": {"email": "kanarbekov.7@canary.example"},
	"D08": {"msisdn": "+996993718264"},
	"D09": {"month": "canary-2026-10", "voice_minutes": 48_213_977, "sms_count": 73_610_482, "data_mb": 918_273_645},
	"D10": {"certificate_number": "KR-X 5550199", "issued": "2015-09-13", "issuer": "ЗАГС канар", "child_name": "Чымчыкбек"},
	"D11": {"ip": "198.51.100.217", "cookie_id": "cnry-7f3a9e21b5"},
	"D12": {"user_agent": "CanaryBrowser/77.31", "accessed_at": "2026-11-22T18:44:22Z", "url": "https://canary.example/secret?x=91", "device": "CanaryPhone 7s"},
	"D13": {"contacts_hashed": []any{"c0ffee00c0ffee11c0ffee22c0ffee33"}, "activity": []any{"opened.canary-tab"}},
}

// collecting says under which purpose, and from where, each category is given.
var collecting = map[privacy.CategoryID]struct {
	purpose privacy.PurposeID
	source  privacy.SourceID
}{
	"D06": {"P15.case", "network"}, "D07": {"P07", "app_form"}, "D09": {"P18", "billing"}, "D10": {"P01", "app_form"},
	"D11": {"P08", "sdk"}, "D12": {"P08", "sdk"}, "D13": {"P05", "sdk"},
}

// everything gives a subscriber with a value in every category, two photographs and a
// consent to every purpose that asks for one.
func (h *house) everything(t testing.TB) privacy.SubjectID {
	t.Helper()
	ctx := context.Background()
	data := map[privacy.CategoryID]map[string]any{}
	for _, c := range []privacy.CategoryID{"D01", "D03", "D04", "D05"} {
		data[c] = maps.Clone(secrets[c])
	}
	r := must(h.Register(ctx, crm, holder.Registration{
		Notice: h.told(), MSISDN: secrets["D08"]["msisdn"].(string),
		BirthDate: secrets["D02"]["birth_date"].(string), Lang: privacy.Kyrgyz, Source: "app_form", Data: data,
	}))(t)
	h.accept(r.Subject)
	must(h.Agree(ctx, crm, r.Subject))(t)
	for i, p := range []privacy.PurposeID{"P02", "P03", "P05", "P06.ads", "P11", "P12"} {
		if err := h.tickConsent(t, self(r.Subject), r.Subject, p); err != nil {
			t.Fatal(i, err)
		}
	}
	for _, p := range []privacy.PurposeID{"P15", "P16.face", "P17"} {
		h.consentBySMS(r.Subject, p)
	}
	for c, how := range collecting {
		h.put(t, r.Subject, how.purpose, c, how.source, secrets[c])
	}
	for _, p := range []holder.Photo{
		{Subject: r.Subject, Purpose: "P16.face", Category: "D04", Attribute: "face_photo", Source: "app_form"},
		{Subject: r.Subject, Purpose: "P16", Category: "D10", Attribute: "certificate_photo", Source: "app_form"},
	} {
		p.Notice, p.Raw = h.told(), picture(t, 90, 60)
		must(h.PutPhoto(ctx, crm, p))(t)
	}
	return r.Subject
}

// long reports whether the long loops are asked for.
func long() bool { return os.Getenv("KUPUYA_LONG") == "1" }
