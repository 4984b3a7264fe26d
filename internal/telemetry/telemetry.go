// Package telemetry counts and logs. It promises that neither holds personal
// data: a metric has labels from closed sets only, and a log line carries codes
// and a request id.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is what the house counts.
type Metrics struct {
	reg       *prometheus.Registry
	decisions *prometheus.CounterVec
	requests  *prometheus.CounterVec
	latency   *prometheus.HistogramVec
}

// Gauges reads what is counted in the store when somebody asks.
type Gauges interface {
	// Unsealed is how many events wait for the tree.
	Unsealed(ctx context.Context) (int64, error)
	// Due is how many duties are overdue, by kind.
	Due(ctx context.Context) (map[string]int64, error)
	// Late is how much is overdue by law or contract, by what it is.
	Late(ctx context.Context) (map[string]int64, error)
}

// New makes the metrics of one process.
func New() *Metrics {
	m := &Metrics{
		reg: prometheus.NewRegistry(),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kupuya_decisions_total",
			Help: "Answers to may, by reason.",
		}, []string{"reason"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kupuya_http_requests_total",
			Help: "Requests, by route and status.",
		}, []string{"route", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kupuya_http_request_seconds",
			Help: "Time to answer, by route.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		},
			[]string{"route"}),
	}
	m.reg.MustRegister(m.decisions, m.requests, m.latency,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Decision counts one answer.
func (m *Metrics) Decision(reason string) { m.decisions.WithLabelValues(reason).Inc() }

// Request counts one request. route is the pattern that matched, never the path.
func (m *Metrics) Request(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

// Watch adds the gauges of a store.
func (m *Metrics) Watch(g Gauges) { m.reg.MustRegister(&watch{g}) }

// Handler is the page that Prometheus reads.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{})
}

// watch reads gauges when they are collected.
type watch struct{ g Gauges }

var (
	unsealed = prometheus.NewDesc("kupuya_events_unsealed", "Events that wait for the tree.", nil, nil)
	overdue  = prometheus.NewDesc("kupuya_duties_due", "Duties that are due and not done, by kind.", []string{"kind"}, nil)
	late     = prometheus.NewDesc("kupuya_late", "What is later than law or contract allow, by what it is.", []string{"what"}, nil)
)

func (w *watch) Describe(ch chan<- *prometheus.Desc) { ch <- unsealed; ch <- overdue; ch <- late }

func (w *watch) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	n, err := w.g.Unsealed(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(unsealed, err)
		return
	}
	ch <- prometheus.MustNewConstMetric(unsealed, prometheus.GaugeValue, float64(n))
	due, err := w.g.Due(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(overdue, err)
		return
	}
	for kind, n := range due {
		ch <- prometheus.MustNewConstMetric(overdue, prometheus.GaugeValue, float64(n), kind)
	}
	all, err := w.g.Late(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(late, err)
		return
	}
	for what, n := range all {
		ch <- prometheus.MustNewConstMetric(late, prometheus.GaugeValue, float64(n), what)
	}
}

// Logger writes structured lines, one JSON object each.
func Logger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}
