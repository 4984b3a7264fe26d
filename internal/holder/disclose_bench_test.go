package holder_test

import (
	"context"
	"testing"
)

// One disclosure with everything around it: decided, recorded durably, decided
// again twice, opened. go test ./internal/holder -bench Disclose -run '^$'
func BenchmarkDisclose(b *testing.B) {
	h := onSQLite(b)
	h.recipients(b, "partner-shop")
	id := h.customer(b, aibek)
	for b.Loop() {
		must(h.Disclose(context.Background(), crm, toShop(id)))(b)
	}
}
