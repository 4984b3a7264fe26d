// Package web puts the pages and the interface behind two listeners, each with
// its own defences. It promises the same order for every request: an id, headers
// that leave a page nothing to leak by, a count, no panic that kills the process
// or shows what it was about, and only then what was asked for.
package web

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
	"kupuya/internal/web/api"
	"kupuya/internal/web/respond"
)

// Counter counts requests by the pattern that matched.
type Counter interface {
	Request(route string, status int, took time.Duration)
}

// Site is what subscribers, systems and partners reach.
type Site struct {
	API     http.Handler
	Pages   http.Handler
	Handset http.Handler   // only in the demonstration
	Proxies []netip.Prefix // whose X-Forwarded-For is believed
	Count   Counter
	Now     func() time.Time
	Log     *slog.Logger
}

// Handler puts the site together.
func (s Site) Handler() http.Handler {
	mux := http.NewServeMux()
	if s.Handset != nil {
		mux.Handle("/handset", s.Handset)
		mux.Handle("/handset/", s.Handset)
	}
	mux.HandleFunc("GET /healthz", alive)
	pages := http.NewCrossOriginProtection().Handler(s.Pages)
	mux.Handle("/", pages)
	return chain(apart(s.API, mux), s.Count, s.Now, s.Proxies, s.Log)
}

// apart sends to the interface what is its own, exactly as it was asked: a mux
// would answer in its own words for a path that is not in its one spelling.
func apart(api, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := r.URL.Path; p == "/v1" || strings.HasPrefix(p, "/v1/") || p == "/openapi.json" {
			api.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// Console is what operators and staff reach, on a listener of its own.
type Console struct {
	API     http.Handler // for staff
	Metrics http.Handler
	Ready   func(*http.Request) error
	Count   Counter
	Now     func() time.Time
	Log     *slog.Logger
}

// Handler puts the console together.
func (c Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", c.Metrics)
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := c.Ready(r); err != nil {
			c.Log.Warn("not ready", "code", string(privacy.CodeOf(err)), "err", err)
			plain(w, http.StatusServiceUnavailable, "not ready: "+string(privacy.CodeOf(err))+"\n")
			return
		}
		plain(w, http.StatusOK, "ready\n")
	})
	return chain(apart(c.API, mux), c.Count, c.Now, nil, c.Log)
}

// alive says that the process answers.
func alive(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	if _, err := w.Write([]byte(text)); err != nil {
		slog.Debug("answer not written", "err", err) // the reader has gone
	}
}

// chain is the order of middleware, outermost first.
func chain(h http.Handler, count Counter, now func() time.Time, proxies []netip.Prefix, log *slog.Logger) http.Handler {
	return identify(now, proxies, headers(counted(count, now, recovered(log, h))))
}

// callerOf is the network address of whoever asks, as limits count it. A proxy
// is believed only when it is ours, and only in what it added itself: the last
// entry. Of an IPv6 address the network counts, since a caller has all of it.
func callerOf(r *http.Request, proxies []netip.Prefix) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := at.Addr().Unmap()
	if slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		seen := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if last, err := netip.ParseAddr(strings.TrimSpace(seen[len(seen)-1])); err == nil {
			addr = last.Unmap()
		}
	}
	if addr.Is6() {
		return netip.PrefixFrom(addr.WithZone(""), 64).Masked().String()
	}
	return addr.String()
}

func identify(now func() time.Time, proxies []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := privacy.NewID(now())
		w.Header().Set("X-Request-Id", id)
		ctx := api.WithAddress(api.WithRequestID(r.Context(), id), callerOf(r, proxies))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// headers leave a page nothing to leak by: no script, no frame, no third party.
// Whoever ends TLS before us adds Strict-Transport-Security.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
		h.Set("Cache-Control", "no-store") // a handler that knows better says so
		next.ServeHTTP(w, r)
	})
}

// recovered answers for a handler that panicked. What it had begun to write is
// cut off, so that nobody takes half an answer for a whole one.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			// The value may hold a datum, so only the place is logged.
			log.Error("panic", "request", api.RequestID(r.Context()), "stack", string(debug.Stack()))
			if rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			respond.Write(w, respond.Of(&privacy.Error{Code: privacy.Internal}, i18n.Match(r.Header.Get("Accept-Language")),
				api.RequestID(r.Context())))
		}()
		next.ServeHTTP(rec, r)
	})
}

func counted(c Counter, now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := now()
		rec := &recorder{ResponseWriter: w}
		defer func() { c.Request(r.Pattern, cmp.Or(rec.status, http.StatusOK), now().Sub(began)) }() // also of an answer that was cut off
		next.ServeHTTP(rec, r)
	})
}

// recorder remembers the status of an answer; 0 while there is none.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers and passes on.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write passes on; without a header it is a success.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap gives the writer beneath, for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
