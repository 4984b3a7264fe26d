package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

func keyed(key string) header { return header{"Idempotency-Key", key} }

// takesKey reports whether the description says that an operation takes a key.
func takesKey(op *huma.Operation) bool {
	for _, p := range op.Parameters {
		if strings.HasSuffix(p.Ref, "/IdempotencyKey") {
			return true
		}
	}
	return false
}

func TestARepeatedWriteHasOneEffectAndOneAnswer(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d, _ := description()
	ops := map[string]*huma.Operation{}
	methods := map[string]string{}
	for _, item := range d.Paths {
		for method, op := range operations(item) {
			ops[op.OperationID], methods[op.OperationID] = op, method
		}
	}
	for _, r := range rows {
		method := methods[r.op]
		if !takesKey(ops[r.op]) {
			if method != http.MethodGet && !strings.Contains("findSubject may read openStaffSession", r.op) {
				t.Errorf("%s takes no key", r.op)
			}
			continue
		}
		req := r.ok(s)
		key := keyed("key-of-" + r.op)
		req.with = append(req.with, key)
		first := req.send(method)
		if first.status >= 300 {
			t.Fatalf("%s: %s", first.asked, first.body)
		}
		s.clock.Advance(time.Second)
		events := s.kept()
		again := req.send(method)
		if r.op != "endSession" && (again.status != first.status || string(again.body) != string(first.body)) {
			t.Errorf("%s: first %d %s, then %d %s", r.op, first.status, first.body, again.status, again.body)
		}
		if more := s.kept() - events; more != 0 {
			t.Errorf("%s: the repetition left %d events", r.op, more)
		}
		if req.body != nil {
			changed := req
			switch b := req.body.(type) {
			case object:
				changed.body = strings.Replace(string(asJSON(t, b)), "{", "{ ", 1) // the same to a reader, not the same request
			case []byte:
				changed.body = append(append([]byte{}, b...), 0)
			}
			changed.send(method).fails(422, "key_reused")
		} else if r.op != "endSession" {
			changed := req
			changed.body = object{"channel": "call"}
			changed.send(method).fails(422, "key_reused")
		}
		if more := s.kept() - events; more != 0 {
			t.Errorf("%s: another request under the key left %d events", r.op, more)
		}
		s.clock.Advance(2 * time.Minute)
	}
}

func TestAKeyHoldsTheAddressTooAndBelongsToWhoSentIt(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.pictured()
	photo := s.photo(id, photograph(t))
	photo.with = append(photo.with, keyed("k1"))
	photo.send(http.MethodPut).is(200)
	photo.path = strings.Replace(photo.path, "face_photo", "passport_photo", 1)
	photo.send(http.MethodPut).fails(422, "key_reused")
	photo.path = strings.Replace(strings.Replace(photo.path, "passport_photo", "face_photo", 1), "app_form", "office_scan", 1) // what stands in the query counts
	photo.send(http.MethodPut).fails(422, "key_reused")

	p, q := s.person(), s.person()
	s.crm.subscriber(p)
	s.crm.subscriber(q)
	one, two := s.signIn(p.number), s.signIn(q.number)
	one.post("/v1/sessions/end", nil, keyed("k2")).is(204)
	two.post("/v1/sessions/end", nil, keyed("k2")).is(204)
	two.post("/v1/sessions/end", nil).fails(401, "unauthenticated") // ended, though another had used the key
	s.officer.post("/v1/policy/proposals", s.pack(), keyed("k1")).is(201)

	for _, bad := range []string{strings.Repeat("k", 101), "a b", "\u0430", "\t"} {
		s.crm.post(about(id, "/blocks"), object{}, keyed(bad)).fails(400, "invalid", "field=Idempotency-Key")
	}
	s.crm.post(about(id, "/blocks"), object{}, keyed(strings.Repeat("k", 100))).is(201)
}

func TestOfManyWithOneKeyAtOnceOneHasTheEffect(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		crm := h.crm()
		told := crm.told()
		body := object{"notice": told, "msisdn": aibek.number, "birth_date": aibek.born, "data": aibek.contract()}
		var all sync.WaitGroup
		ids := make([]string, 8)
		for i := range ids {
			all.Go(func() { ids[i] = crm.post("/v1/subjects", body, keyed("one")).is(201).text("subject") })
		}
		all.Wait()
		for _, id := range ids {
			if id == "" || id != ids[0] {
				h.t.Fatalf("subjects %v", ids)
			}
		}
	})
}
