package api_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/ledger"
)

// drawn is the evidence of a signature drawn under the form of an aim.
func (c *client) drawn(id, aim string) object {
	c.t.Helper()
	f := c.get("/v1/subjects/" + id + "/forms/" + aim).is(200)
	var stroke [][3]int
	for i := range 40 {
		stroke = append(stroke, [3]int{20 + 8*i, 100 + int(60*math.Sin(float64(i)/3)), 25 * i})
	}
	return object{"language": "ky", "text_sha256": f.text("text_sha256"), "evidence": object{"method": "drawn", "drawn": object{
		"edition_hash": f.text("edition_sha256"), "bound": f.text("bound"), "width": 400, "height": 200, "strokes": []any{stroke},
	}}}
}

// sms is the evidence of a code that came by SMS.
func (c *client) sms(id, aim, number string) object {
	c.t.Helper()
	f := c.get("/v1/subjects/" + id + "/forms/" + aim).is(200)
	sent := c.post("/v1/subjects/"+id+"/codes", object{"aim": aim, "language": "ky"}).is(201)
	return object{"language": "ky", "text_sha256": f.text("text_sha256"), "evidence": object{
		"method":    "sms",
		"challenge": sent.text("challenge"), "code": c.house.code(number),
	}}
}

// receipt fetches a receipt and verifies it as anybody can, with the public key.
func (c *client) receipt(id, receipt string) evidence.Receipt {
	c.t.Helper()
	a := c.get("/v1/subjects/" + id + "/receipts/" + receipt).is(200)
	r, err := evidence.Verify(a.body, c.house.ReceiptVKey)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func photograph(t testing.TB) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.SetGray(i%64, i/64, color.Gray{Y: uint8(i)})
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var asJPEG = header{"Content-Type", "image/jpeg"}

func TestFromANoticeToAProvedDestructionOverHTTP(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		crm := h.crm()
		id := crm.register(aibek) // policy 1.3, 3.1: told before the first field
		about := "/v1/subjects/" + id
		if got := crm.may(id, "P18", "D01", "use"); got != "not_accepted" {
			h.t.Fatalf("before acceptance: %s", got)
		}
		accepted := crm.post(about+"/acceptances", crm.sms(id, "accept", aibek.number)).is(201) // policy 6.1
		if r := crm.receipt(id, accepted.text("receipt")); r.Kind != evidence.KindAcceptance || r.Ref != accepted.text("acceptance") {
			h.t.Errorf("receipt of the acceptance: %+v", r)
		}
		if got := crm.may(id, "P18", "D01", "use"); got != "no_agreement" {
			h.t.Fatalf("before the contract: %s", got)
		}
		crm.post(about+"/agreements", nil).is(201)
		if got := crm.may(id, "P18", "D01", "use"); got != "allowed" {
			h.t.Fatalf("under the contract: %s", got)
		}

		h.clock.Advance(2 * time.Minute) // until another code may be asked for
		aibek := h.signIn(aibek.number)
		h.consents(crm, aibek, id)
		h.rights(crm, aibek, id)
		h.pictures(crm, aibek, id)
		h.knowing(crm, aibek, id)
		h.ending(crm, aibek, id)
	})
}

// consents gives, shows and withdraws. (policy 3.3, 4.3, 4.5b)
func (h *house) consents(crm, aibek *client, id string) {
	h.t.Helper()
	about := "/v1/subjects/" + id
	if got := crm.may(id, "P03", "D09", "use"); got != "no_consent" {
		h.t.Fatalf("before consent: %s", got)
	}
	body := aibek.drawn(id, "P03")
	body["purpose"] = "P03"
	given := aibek.post(about+"/consents", body).is(201)
	if r := aibek.receipt(id, given.text("receipt")); r.Purpose != "P03" || r.State != "given" || r.Method != "drawn" {
		h.t.Errorf("receipt of the consent: %+v", r)
	}
	if got := aibek.consent(id, "P02").text("grade"); got != "tick" {
		h.t.Errorf("a tick is of grade %s", got)
	}
	if got := crm.may(id, "P03", "D09", "use"); got != "allowed" {
		h.t.Fatalf("after consent: %s", got)
	}
	if got := aibek.get(about + "/consents").is(200).at("consents"); len(got.([]any)) != 2 {
		h.t.Errorf("consents %v", got)
	}
	read := crm.post("/v1/read", object{"subject": id, "purpose": "P18", "categories": []string{"D01", "D08", "D06"}, "operation": "use"}).is(200)
	if read.text("values.D01.surname") != "Осмонов" || read.text("values.D08.msisdn") != "+996991000001" || read.text("event") == "" {
		h.t.Errorf("read %s", read.body)
	}
	if read.text("refused.0.category") != "D06" || read.text("refused.0.reason") != "not_in_policy" || read.text("refused.0.clause") != "3.18" {
		h.t.Errorf("refused %s", read.body)
	}
	gone := aibek.post(about+"/consents/P03/withdraw", nil).is(200)
	if r := aibek.receipt(id, gone.text("receipt")); r.State != "withdrawn" || r.Purpose != "P03" {
		h.t.Errorf("receipt of the withdrawal: %+v", r)
	}
	if got := crm.may(id, "P03", "D09", "use"); got != "consent_withdrawn" {
		h.t.Fatalf("after withdrawal: %s", got)
	}
}

// rights objects, blocks, disputes and corrects. (policy 5.0, 5.1, 5.3)
func (h *house) rights(crm, aibek *client, id string) {
	h.t.Helper()
	about := "/v1/subjects/" + id
	aibek.post(about+"/objections", object{"purpose": "P09"}).is(201)
	if got := crm.may(id, "P09", "D05", "anonymise"); got != "objected" {
		h.t.Errorf("after the objection: %s", got)
	}
	block := aibek.post(about+"/blocks", object{"category": "D05"}).is(201)
	if got := crm.may(id, "P18", "D05", "use"); got != "blocked" {
		h.t.Errorf("under the block: %s", got)
	}
	aibek.post(about+"/blocks/"+block.text("block")+"/lift", nil).is(200)
	dispute := aibek.post(about+"/disputes", object{"category": "D05", "ground": "unreliable"}).is(201)
	if got := crm.may(id, "P18", "D05", "use"); got != "disputed" {
		h.t.Errorf("under dispute: %s", got)
	}
	crm.post(about+"/blocks/"+dispute.text("block")+"/lift", object{"outcome": "corrected"}).is(200)
	crm.post(about+"/data/D05/rectify", object{"source": "office_scan", "value": object{"soate": "41711000000000", "street": "Манас пр.", "house": "40"}}).is(200)
	again := crm.post("/v1/read", object{"subject": id, "purpose": "P18", "categories": []string{"D05"}, "operation": "use"}).is(200)
	if again.text("values.D05.street") != "Манас пр." {
		h.t.Errorf("after the correction: %s", again.body)
	}
}

// pictures keeps a photograph and gives it back under its purpose only. (policy 2.3.4)
func (h *house) pictures(crm, aibek *client, id string) {
	h.t.Helper()
	face := "/v1/subjects/" + id + "/data/D04/face_photo?purpose=P16.face"
	crm.put(face+"&source=app_form&notice="+crm.told(), photograph(h.t), asJPEG).fails(403, "refused", "reason=no_consent")
	h.clock.Advance(2 * time.Minute)
	body := aibek.sms(id, "P16.face", "+996991000001")
	body["purpose"] = "P16.face"
	aibek.post("/v1/subjects/"+id+"/consents", body).is(201)
	crm.put(face+"&source=app_form&notice="+crm.told(), photograph(h.t), asJPEG).is(200)
	kept := crm.get(face).is(200)
	if kept.header.Get("Content-Type") != "image/jpeg" || !bytes.HasPrefix(kept.body, []byte("\xff\xd8\xff")) {
		h.t.Errorf("photograph of type %s", kept.header.Get("Content-Type"))
	}
	crm.get("/v1/subjects/"+id+"/data/D04/face_photo?purpose=P01").fails(403, "refused", "reason=not_in_policy")
}

// knowing lists, extracts and shows the log, and proves what stands in it. (policy 4.2, 5.2)
func (h *house) knowing(crm, aibek *client, id string) {
	h.t.Helper()
	about := "/v1/subjects/" + id
	list := aibek.get(about + "/data").is(200)
	if bytes.Contains(list.body, []byte("Осмонов")) || bytes.Contains(list.body, []byte("991000001")) {
		h.t.Errorf("a list shows what it masks: %s", list.body)
	}
	if list.text("values.0.category") != "D01" || list.text("values.0.masked.surname") == "" {
		h.t.Errorf("list %s", list.body)
	}
	extract := aibek.get(about + "/extract").is(200)
	rows := extract.at("rows").([]any)
	if len(rows) != 6 {
		h.t.Fatalf("the extract has %d rows, want D01-D05 and D08", len(rows))
	}
	for _, row := range rows {
		r := row.(object)
		if r["data"] == nil || len(r["legal_basis"].([]any)) == 0 || r["source"].(object)["id"] == "" || len(r["processing_term"].([]any)) == 0 ||
			len(r["storage_term"].([]any)) == 0 || len(r["operations"].([]any)) == 0 || r["recipients"] == nil {
			h.t.Errorf("a row lacks one of its columns: %v", r)
		}
	}
	log := aibek.get(about + "/log?limit=200").is(200)
	used := 0
	for _, e := range log.at("entries").([]any) {
		e := e.(object)
		who := e["who"].(object)
		if e["event"] == "" || e["at"] == "" || who["role"] == "" {
			h.t.Errorf("entry %v", e)
		}
		if e["kind"] != "data.used" {
			continue
		}
		used++
		if who["organisation"] != "crm" || e["purpose"] == "" || e["operation"] != "use" || len(e["categories"].([]any)) == 0 || e["clause"] == "" || e["edition"] != "mega24/2026-1" {
			h.t.Errorf("a reading in the log: %v", e)
		}
	}
	if used != 3 { // two readings and a photograph
		h.t.Errorf("the log has %d uses, want 3", used)
	}
	event := log.text("entries.0.event")
	aibek.get("/v1/ledger/proof?subject="+id+"&event="+event).fails(409, "conflict", "problem=event.unsealed")
	h.work()
	proof := aibek.get("/v1/ledger/proof?subject=" + id + "&event=" + event).is(200)
	if _, err := ledger.VerifyProof(proof.body, h.LedgerVKey); err != nil {
		h.t.Errorf("the proof does not verify: %v", err)
	}
	if _, err := ledger.OpenCheckpoint(string(aibek.get("/v1/ledger/checkpoint").is(200).body), h.LedgerVKey); err != nil {
		h.t.Errorf("the checkpoint does not verify: %v", err)
	}
}

// ending deletes one category and destroys the subject. (policy 4.2, 3.21)
func (h *house) ending(crm, aibek *client, id string) {
	h.t.Helper()
	about := "/v1/subjects/" + id
	crm.post(about+"/delete", object{"categories": []string{"D05"}, "ground": "subject_request"}).is(200)
	if got := crm.may(id, "P18", "D05", "use"); got != "deleted" {
		h.t.Errorf("after deletion: %s", got)
	}
	done := crm.post(about+"/destroy", object{"ground": "subject_request"}).is(200)
	r, err := evidence.Verify([]byte(done.text("certificate")), h.ReceiptVKey)
	if err != nil || r.Kind != evidence.KindDestruction || r.Scope != "whole" {
		h.t.Errorf("certificate: %+v %v", r, err)
	}
	if got := crm.may(id, "P18", "D01", "use"); got != "destroyed" {
		h.t.Errorf("after destruction: %s", got)
	}
	crm.post("/v1/read", object{"subject": id, "purpose": "P18", "categories": []string{"D01"}}).fails(403, "refused", "reason=destroyed")
	aibek.get(about+"/data").fails(401, "unauthenticated") // his session went with him
}
