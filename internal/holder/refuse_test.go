package holder_test

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// refusal is a request that must be refused and leave nothing behind.
type refusal struct {
	name    string
	act     func() error
	code    privacy.Code
	field   string // where it is told
	problem string // prefix; or the name that is unknown
}

// refuses holds that each request is refused as it says, and that no row, key
// or file came of it.
func (h *house) refuses(t *testing.T, list []refusal) {
	t.Helper()
	rows, files := h.rows(t), h.files(t)
	for _, r := range list {
		err := r.act()
		e := &privacy.Error{}
		if !errors.As(err, &e) || e.Code != r.code || e.Field != r.field || !strings.HasPrefix(e.Problem+e.Name, r.problem) {
			t.Errorf("%s: %v (field %q, %q)", r.name, err, e.Field, e.Problem+e.Name)
		}
		if now := h.rows(t); !slices.Equal(rows, now) {
			t.Errorf("%s: it left %v", r.name, shape(rows, now))
			rows = now
		}
		if now := h.files(t); !slices.Equal(files, now) {
			t.Errorf("%s: it left a file", r.name)
			files = now
		}
	}
}

func TestWhatCannotBeRightIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id, stranger := h.subscriber(aibek), h.subscriber(somebody(1))
	told, bound := h.told(), h.told()
	must(h.Write(ctx, crm, holder.Write{Subject: stranger, Purpose: "P07", Category: "D07", Source: "app_form", Notice: bound, Value: secrets["D07"]}))(t)
	text := must(h.Current(ctx))(t).Texts[privacy.Kyrgyz].SHA256
	his := must(h.Tell(ctx, crm, stranger, privacy.Kyrgyz, text))(t).Notice
	write := func(p privacy.PurposeID, c privacy.CategoryID, src privacy.SourceID, notice string, value map[string]any) func() error {
		return func() error {
			return failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: p, Category: c, Source: src, Notice: notice, Value: value}))
		}
	}
	register := func(change func(*holder.Registration)) func() error {
		return func() error {
			r := holder.Registration{Notice: told, MSISDN: "+996991000099", BirthDate: "1990-05-17", Lang: privacy.Kyrgyz, Source: "app_form", Data: contract(aibek)}
			change(&r)
			return failure(h.Register(ctx, crm, r))
		}
	}
	photo := func(raw []byte) func() error {
		return func() error {
			return failure(h.PutPhoto(ctx, crm, holder.Photo{
				Subject: id, Purpose: "P16", Category: "D10", Attribute: "certificate_photo",
				Source: "app_form", Notice: told, Raw: raw,
			}))
		}
	}
	email, tomorrow := map[string]any{"email": "a@b.example"}, "2026-11-24"
	h.refuses(t, []refusal{
		// DC-73 p.2(1): nothing is collected before the subject was told
		{"a write without a notice", write("P07", "D07", "app_form", "", email), privacy.NoticeRequired, "notice", ""},
		{"a notice that never was", write("P07", "D07", "app_form", privacy.NewID(noon), email), privacy.NoticeRequired, "notice", ""},
		{"a notice that is no id", write("P07", "D07", "app_form", "'; drop", email), privacy.NoticeRequired, "notice", ""},
		{"somebody else's notice", write("P07", "D07", "app_form", his, email), privacy.NoticeRequired, "notice", ""},
		{"a registration without a notice", register(func(r *holder.Registration) { r.Notice = "" }), privacy.NoticeRequired, "notice", ""},
		{"a registration with the notice of somebody registered", register(func(r *holder.Registration) { r.Notice = his }), privacy.NoticeRequired, "notice", ""},
		// days
		{"a birth date in the future", register(func(r *holder.Registration) { r.BirthDate = tomorrow }), privacy.BadValue, "birth_date", "date.future"},
		{"a day that is not in the calendar", register(func(r *holder.Registration) { r.BirthDate = "1990-02-30" }), privacy.BadValue, "birth_date.day", "date.unreal"},
		{"the 29th of February of a common year", register(func(r *holder.Registration) { r.BirthDate = "2001-02-29" }), privacy.BadValue, "birth_date.day", "date.unreal"},
		{"somebody born 150 years ago", register(func(r *holder.Registration) { r.BirthDate = "1876-01-01" }), privacy.BadValue, "birth_date", "date."},
		{"a birth date that is a sentence", register(func(r *holder.Registration) { r.BirthDate = "кечээ" }), privacy.BadValue, "birth_date", "date."},
		{"two birth dates", register(func(r *holder.Registration) { r.Data["D02"] = map[string]any{"birth_date": "1990-05-18"} }), privacy.BadValue, "birth_date", "value.twice"},
		{"no birth date", register(func(r *holder.Registration) { r.BirthDate = "" }), privacy.MissingValue, "birth_date", ""},
		{"a document issued tomorrow", write("P16", "D04", "app_form", told, map[string]any{
			"doc_type": "id_card_2017", "doc_number": "ID0012345",
			"issued": tomorrow, "issuer": "MKK 211031",
		}), privacy.BadValue, "D04.issued", "date.future"},
		// numbers
		{"the PIN of a legal entity", write("P16", "D03", "app_form", told, map[string]any{"pin": "02404200610104"}), privacy.BadValue, "D03.pin", "pin.entity"},
		{"a PIN with an impossible day", write("P16", "D03", "app_form", told, map[string]any{"pin": "23113199090001"}), privacy.BadValue, "D03.pin", "pin."},
		{"a number of another country", register(func(r *holder.Registration) { r.MSISDN = "+79161234567" }), privacy.BadValue, "D08.msisdn", "msisdn.country"},
		{"a number that is too short", register(func(r *holder.Registration) { r.MSISDN = "+99699100" }), privacy.BadValue, "D08.msisdn", "msisdn.length"},
		{"no number", register(func(r *holder.Registration) { r.MSISDN = "" }), privacy.MissingValue, "msisdn", ""},
		{"a number that somebody has", register(func(r *holder.Registration) { r.MSISDN = aibek.number }), privacy.AlreadyTaken, "D08.msisdn", ""},
		// photographs (policy 2.3.4)
		{"a photograph that is no image", photo([]byte("GIF89a, or so it says")), privacy.BadValue, "", "image.format"},
		{"nothing at all", photo(nil), privacy.BadValue, "", "image.format"},
		{"half an image", photo(picture(t, 90, 60)[:100]), privacy.BadValue, "", "image.broken"},
		{"two hundred megapixels in a hundred bytes", photo(bomb(t, 20_000, 10_000)), privacy.BadValue, "", "image.too_many_pixels"},
		{"a picture one pixel high and four billion wide", photo(bomb(t, 1<<31-1, 1)), privacy.BadValue, "", "image."},
		{"an image in the place of a value", write("P16.face", "D04", "app_form", told, map[string]any{"face_photo": "blob:0"}), privacy.BadValue, "D04.face_photo", "image.own_way"},
	})
}

// policy 2.3: unknown is refused, naming what is not known, unless the name
// could be somebody's datum.
func TestUnknownNamesAreNamedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.subscriber(aibek)
	told := h.told()
	write := func(p privacy.PurposeID, c privacy.CategoryID, src privacy.SourceID, value map[string]any) func() error {
		return func() error {
			return failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: p, Category: c, Source: src, Notice: told, Value: value}))
		}
	}
	read := func(r holder.Read) func() error {
		r.Subject = id
		return func() error { return failure(h.Read(ctx, crm, r)) }
	}
	ask := func(p privacy.PurposeID, c privacy.CategoryID, to privacy.RecipientID) func() error {
		a := holder.Ask{Subject: id}
		a.Purpose, a.Category, a.Operation, a.Recipient = p, c, privacy.Use, to
		return func() error { return failure(h.Ask(ctx, crm, []holder.Ask{a})) }
	}
	d01, name := []privacy.CategoryID{"D01"}, map[string]any{"surname": "А", "given": "Б"}
	h.refuses(t, []refusal{
		{"a purpose to write for", write("P99", "D01", "app_form", name), privacy.UnknownName, "purpose", "P99"},
		{"a category to write", write("P01", "D99", "app_form", name), privacy.UnknownName, "category", "D99"},
		{"a source", write("P01", "D01", "rumour", name), privacy.UnknownName, "source", "rumour"},
		{"a field", write("P01", "D01", "app_form", map[string]any{"surname": "А", "given": "Б", "nickname": "В"}), privacy.UnknownName, "D01", "nickname"},
		{"a field whose name is a number of somebody", write("P01", "D01", "app_form", map[string]any{"+996991000001": "x"}), privacy.UnknownName, "D01", "???"},
		{"a field without which the contract cannot be", write("P01", "D01", "app_form", map[string]any{"surname": "А"}), privacy.MissingValue, "D01.given", ""},
		{"a value of no field", write("P01", "D01", "app_form", nil), privacy.MissingValue, "D01", ""},
		{"a purpose to read for", read(holder.Read{Purpose: "P99", Categories: d01, Operation: privacy.Use}), privacy.UnknownName, "purpose", "P99"},
		{"a category to read", read(holder.Read{Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D77"}, Operation: privacy.Use}), privacy.UnknownName, "category", "D77"},
		{"a transfer that is called a reading", read(holder.Read{Purpose: "P18", Categories: d01, Operation: privacy.TransferProvide}), privacy.BadValue, "operation", "disclosure."},
		{"a reading for a recipient", read(holder.Read{Purpose: "P18", Categories: d01, Operation: privacy.Use, Recipient: "billing"}), privacy.BadValue, "operation", "disclosure."},
		{"no operation", read(holder.Read{Purpose: "P18", Categories: d01}), privacy.BadValue, "operation", "operation."},
		{"an operation that does not read", read(holder.Read{Purpose: "P18", Categories: d01, Operation: privacy.Destroy}), privacy.BadValue, "operation", "operation."},
		{"two operations at once", read(holder.Read{Purpose: "P18", Categories: d01, Operation: privacy.Use | privacy.Extract}), privacy.BadValue, "operation", "operation."},
		{"an operation of no name", read(holder.Read{Purpose: "P18", Categories: d01, Operation: 1 << 15}), privacy.BadValue, "operation", "operation."},
		{"no category", read(holder.Read{Purpose: "P18", Operation: privacy.Use}), privacy.MissingValue, "categories", ""},
		{"a purpose asked about", ask("P99", "D01", ""), privacy.UnknownName, "purpose", "P99"},
		{"a category asked about", ask("P18", "D99", ""), privacy.UnknownName, "category", "D99"},
		{"a recipient asked about", ask("P18", "D01", "uncle"), privacy.UnknownName, "recipient", "uncle"},
		{"a purpose to withdraw from", func() error {
			return failure(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P99"}))
		}, privacy.UnknownName, "purpose", "P99"},
		{"a purpose to object to", func() error { return failure(h.Object(ctx, self(id), id, "P99")) }, privacy.UnknownName, "purpose", "P99"},
		{"a purpose to list for", func() error { return failure(h.List(ctx, crm, id, "P99")) }, privacy.UnknownName, "purpose", "P99"},
		{"a category to block", func() error {
			return failure(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D99"}))
		}, privacy.UnknownName, "category", "D99"},
		{"a category to destroy", func() error {
			return failure(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D99"}}))
		}, privacy.UnknownName, "categories", "D99"},
		{"a category of which nothing is held", func() error {
			return failure(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D13"}}))
		}, privacy.NotFound, "categories", ""},
		{"a category of which nothing is held, to delete", func() error {
			return failure(h.Delete(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D13"}}))
		}, privacy.NotFound, "categories", ""},
		{"a ground", func() error {
			return failure(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: "because"}))
		}, privacy.BadValue, "ground", "removal.ground"},
		{"an order without its act", func() error {
			return failure(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundOrder}))
		}, privacy.MissingValue, "citation", ""},
		{"an act that is not a citation", func() error {
			return failure(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundOrder, Citation: "чечим, Осмонов Бакыт"}))
		}, privacy.BadValue, "citation", ""},
		{"a case whose number could be a subscriber's", func() error {
			return failure(h.Read(ctx, clerk, holder.Read{Subject: id, Purpose: "P18", Categories: d01, Operation: privacy.Use, Reason: "x", Case: "N996991000001"}))
		}, privacy.BadValue, "case", "case.form"},
		{"the ground of a dispute", func() error {
			return failure(h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D05", Ground: "жакпайт"}))
		}, privacy.BadValue, "ground", "dispute.ground"},
		{"a block that does not stand", func() error { return failure(h.Unblock(ctx, self(id), id, privacy.NewID(noon), "lifted")) }, privacy.NotFound, "block", ""},
		{"a way of agreeing", func() error {
			f := must(h.Form(ctx, crm, id, evidence.AimConsent("P03"), privacy.Kyrgyz))(t)
			return failure(h.Consent(ctx, crm, holder.Consent{
				Subject: id, Purpose: "P03", Lang: privacy.Kyrgyz, Text: f.TextHash,
				Evidence: holder.Evidence{Method: "fingerprint"},
			}))
		}, privacy.UnknownName, "evidence.method", "fingerprint"},
		{"another text than the edition's", func() error {
			return failure(h.Accept(ctx, crm, holder.Acceptance{Subject: id, Lang: privacy.Kyrgyz, Text: strings.Repeat("0", 64)}))
		}, privacy.TextMismatch, "text_sha256", ""},
		{"a letter that comes tomorrow", func() error {
			return failure(h.Withdraw(ctx, clerk, holder.Withdrawal{Subject: id, Purpose: "P03", Received: h.clock.Now().Add(24 * time.Hour)}))
		}, privacy.BadValue, "received_at", "date.future"},
		{"a purpose of a credential", func() error {
			return failure(h.IssueCredential(ctx, officer, holder.Grant{
				Kind: privacy.ActorSystem, Org: "crm", Channel: privacy.ChannelAPI,
				Purposes: []privacy.PurposeID{"P99"}, Operations: []string{"use"},
			}))
		}, privacy.UnknownName, "purposes", "P99"},
		{"an operation of a credential", func() error {
			return failure(h.IssueCredential(ctx, officer, holder.Grant{
				Kind: privacy.ActorSystem, Org: "crm", Channel: privacy.ChannelAPI,
				Purposes: []privacy.PurposeID{"P18"}, Operations: []string{"peek"},
			}))
		}, privacy.UnknownName, "operations", "peek"},
		{"an organisation that is a sentence", func() error {
			return failure(h.IssueCredential(ctx, officer, holder.Grant{
				Kind: privacy.ActorSystem, Org: "эсептешүү борбору", Channel: privacy.ChannelAPI,
				Purposes: []privacy.PurposeID{"P18"}, Operations: []string{"use"},
			}))
		}, privacy.BadValue, "org", ""},
	})
}

// bomb is a small PNG that says it is large.
func bomb(t testing.TB, w, h uint32) []byte {
	t.Helper()
	raw := picture(t, 8, 8)
	binary.BigEndian.PutUint32(raw[16:], w)
	binary.BigEndian.PutUint32(raw[20:], h)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}
