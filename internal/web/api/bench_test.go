package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkMay measures a decision over the whole of the interface but the
// network: guard, session, store, answer.
func BenchmarkMay(b *testing.B) {
	h := onSQLite(b)
	crm := h.crm()
	id := crm.subscriber(aibek)
	question := object{"subject": id, "purpose": "P18", "category": "D01", "operation": "use"}
	batch := make([]object, 100)
	for i := range batch {
		batch[i] = question
	}
	others := make([]object, len(batch))
	for i := range others {
		others[i] = object{"subject": crm.register(person{fmt.Sprintf("+996992%06d", i), aibek.born, aibek.surname}), "purpose": "P18", "category": "D01", "operation": "use"}
	}
	for name, body := range map[string][]byte{"one": asJSON(b, question), "100 about one": asJSON(b, object{"questions": batch}), "100 about 100": asJSON(b, object{"questions": others})} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/v1/may", bytes.NewReader(body))
				r.Header.Set("Authorization", "Bearer "+crm.token)
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				h.site.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Body.String())
				}
			}
		})
	}
}
