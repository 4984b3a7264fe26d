// Package api is the native interface for the app, the operator's systems and
// partners: JSON under /v1, described by OpenAPI 3.1 at /openapi.json.
//
// It promises: a handler only translates, since who may do what, and why not,
// is the Holder's to say; a body that can be read in two ways is refused before
// anything decides by it; every failure is an RFC 9457 problem in the reader's
// language that repeats nothing of what was sent.
package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/web/session"
)

// The library's switches are of the whole program, so they are set before
// anything runs: a member is known by its exact name or not at all, and a list
// is a list and never null.
func init() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
}

// API is the native interface over one Holder.
type API struct {
	holder  *holder.Holder
	open    session.Opener
	metrics Metrics
	log     *slog.Logger
	huma    huma.API
	mux     *http.ServeMux
	table   map[string]*route // by pattern
}

// Metrics is what the API counts.
type Metrics interface {
	// Decision counts one answer to may, by its reason.
	Decision(reason string)
}

// New makes the API for those whom open knows; its handler answers /v1/… and
// /openapi.json.
func New(h *holder.Holder, open session.Opener, m Metrics, log *slog.Logger) *API {
	a := &API{holder: h, open: open, metrics: m, log: log, mux: http.NewServeMux(), table: map[string]*route{}}
	cfg := huma.DefaultConfig("Kupuya", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil // no $schema member in answers
	cfg.RejectUnknownQueryParameters = true
	cfg.Transformers = []huma.Transformer{a.words}
	cfg.Info.Description = "The Holder's verbs: ask before use, tell, accept, consent, withdraw, block, extract, destroy, and prove it."
	document(cfg.Components)
	cfg.Security = []map[string][]string{{"bearer": {}}}
	a.huma = humago.New(a.mux, cfg)
	a.routes()
	return a
}

// Handler is the API behind its guard. Nothing is added to the API after it.
func (a *API) Handler() http.Handler {
	spec, err := json.Marshal(a.OpenAPI())
	if err != nil {
		panic(err) // the table itself cannot be described
	}
	self := &route{method: http.MethodGet, path: "/openapi.json", open: true}
	a.table[self.pattern()] = self
	a.mux.HandleFunc(self.pattern(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		if _, err := w.Write(spec); err != nil {
			a.log.Debug("answer not written", "err", err) // the reader has gone
		}
	})
	return http.HandlerFunc(a.serve)
}

// OpenAPI gives the description of the interface.
func (a *API) OpenAPI() *huma.OpenAPI {
	d := a.huma.OpenAPI()
	schemas := d.Components.Schemas.Map()
	for _, name := range []string{"ErrorModel", "ErrorDetail"} { // the library's, which no answer has
		delete(schemas, name)
	}
	closed(schemas["Problem"], "code", privacy.Codes[:])
	for _, name := range []string{"Answer", "Explanation", "RefusedCategory", "Tile"} {
		closed(schemas[name], "reason", privacy.Reasons[:])
	}
	return d
}

type requestKey struct{}

// WithRequestID puts the id of a request into its context.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID gives the id of a request, "" outside one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

type addressKey struct{}

// WithAddress puts the network address of a request into its context; it is
// used for limits alone and is never kept.
func WithAddress(ctx context.Context, addr string) context.Context {
	return context.WithValue(ctx, addressKey{}, addr)
}

// Address gives the network address of a request.
func Address(ctx context.Context) string {
	s, _ := ctx.Value(addressKey{}).(string)
	return s
}

// actor gives who asks, or Unauthenticated.
func actor(ctx context.Context) (privacy.Actor, error) {
	who := session.Actor(ctx)
	if who.Kind() == "" {
		return who, &privacy.Error{Op: "api", Code: privacy.Unauthenticated}
	}
	return who, nil
}

// via is the actor on the channel that a body names: a clerk who types in a
// letter, a system that passes on a call. A subscriber's channel is his own.
func via(ctx context.Context, channel string) (privacy.Actor, error) {
	who, err := actor(ctx)
	if err != nil || channel == "" {
		return who, err
	}
	ch, ok := privacy.ParseChannel(channel)
	if !ok {
		return who, &privacy.Error{Code: privacy.UnknownName, Field: "channel", Name: holder.SafeName(channel)}
	}
	if who.Acts(privacy.ActorSubject, privacy.ActorPartner) {
		return who, nil
	}
	return who.Via(ch), nil
}
