package telemetry_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kupuya/internal/telemetry"
)

type gauges struct{ err error }

func (g gauges) Unsealed(context.Context) (int64, error) { return 7, g.err }
func (g gauges) Due(context.Context) (map[string]int64, error) {
	return map[string]int64{"settle": 3}, g.err
}

func (g gauges) Late(context.Context) (map[string]int64, error) {
	return map[string]int64{"propagation": 2}, g.err
}

func page(m *telemetry.Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

func TestMetricsCountByClosedLabels(t *testing.T) {
	t.Parallel()
	m := telemetry.New()
	m.Watch(gauges{})
	m.Decision("no_consent")
	m.Request("POST /v1/may", 200, 3*time.Millisecond)
	m.Request("", 404, time.Millisecond) // a path that no route matches is not a label
	text := page(m)
	for _, want := range []string{
		`kupuya_decisions_total{reason="no_consent"} 1`,
		`kupuya_http_requests_total{route="POST /v1/may",status="200"} 1`,
		`kupuya_http_requests_total{route="none",status="404"} 1`,
		`kupuya_http_request_seconds_count{route="POST /v1/may"} 1`,
		"kupuya_events_unsealed 7",
		`kupuya_duties_due{kind="settle"} 3`,
		`kupuya_late{what="propagation"} 2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

func TestAStoreThatIsDownIsNoZero(t *testing.T) {
	t.Parallel()
	m := telemetry.New()
	m.Watch(gauges{errors.New("down")})
	if text := page(m); strings.Contains(text, "kupuya_events_unsealed 0") || strings.Contains(text, "kupuya_events_unsealed 7") {
		t.Error("a gauge that could not be read has a value")
	}
}
