// Package api is the native interface for the app, the operator's systems and
// partners: JSON under /v1, described by OpenAPI 3.1 at /openapi.json.
//
// It promises that a handler only translates: who may do what, and why not, is
// the Holder's to say. Failures are RFC 9457 problems in the reader's language.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kupuya/internal/holder"
	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
	"kupuya/internal/web/session"
)

// API is the native interface over one Holder.
type API struct {
	holder  *holder.Holder
	open    session.Opener
	metrics Metrics
	log     *slog.Logger
	huma    huma.API
	mux     *http.ServeMux
}

// Metrics is what the API counts.
type Metrics interface {
	Decision(reason string)
}

// New makes the API for those whom open knows; its handler answers /v1/… and
// /openapi.json.
func New(h *holder.Holder, open session.Opener, m Metrics, log *slog.Logger) *API {
	a := &API{holder: h, open: open, metrics: m, log: log, mux: http.NewServeMux()}
	cfg := huma.DefaultConfig("Kupuya", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/openapi", "", ""
	cfg.CreateHooks = nil // no $schema member in answers
	cfg.Transformers = []huma.Transformer{a.words}
	cfg.Info.Description = "The Holder's verbs: ask before use, tell, accept, consent, withdraw, block, extract, destroy, and prove it."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "A system's or partner's credential (kup_…), or a subscriber's token from /v1/sessions"}}
	cfg.Security = []map[string][]string{{"bearer": {}}}
	a.huma = humago.New(a.mux, cfg)
	a.routes()
	return a
}

// Handler is the API behind its guard.
func (a *API) Handler() http.Handler { return a.guard(a.mux) }

// OpenAPI gives the description of the interface.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

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

func (a *API) lang(r *http.Request) privacy.Lang { return i18n.Match(r.Header.Get("Accept-Language")) }

// failure is an error on its way from a handler to the writer: the writer knows
// the reader's language.
type failure struct{ err error }

func (f *failure) Error() string { return f.err.Error() }

// GetStatus is the status of the code.
func (f *failure) GetStatus() int { return respond.Status(privacy.CodeOf(f.err)) }

// words turns failures into problems in the reader's language.
func (a *API) words(ctx huma.Context, _ string, v any) (any, error) {
	lang, id := i18n.Match(ctx.Header("Accept-Language")), RequestID(ctx.Context())
	switch e := v.(type) {
	case *failure:
		p := respond.Of(e.err, lang, id)
		for k, vals := range p.GetHeaders() {
			ctx.SetHeader(k, vals[0])
		}
		return p, nil
	case *huma.ErrorModel: // what the library itself found wrong with a request
		return respond.Of(validation(e), lang, id), nil
	}
	return v, nil
}

// validation names the first fault that the library found, without the value.
func validation(e *huma.ErrorModel) error {
	out := &privacy.Error{Code: privacy.Invalid}
	switch e.Status {
	case http.StatusUnprocessableEntity:
		out.Code = privacy.BadValue
	case http.StatusUnsupportedMediaType:
		out.Code = privacy.UnsupportedMedia
	case http.StatusRequestEntityTooLarge:
		out.Code = privacy.TooLarge
	case http.StatusNotFound:
		out.Code = privacy.NotFound
	case http.StatusBadRequest:
	default:
		out.Code = privacy.Internal
	}
	if len(e.Errors) > 0 && out.Code == privacy.BadValue {
		d := e.Errors[0]
		out.Field = fieldOf(d.Location)
		switch {
		case d.Message == "unexpected property":
			out.Code, out.Name, out.Field = privacy.UnknownName, holder.SafeName(lastOf(d.Location)), "body"
		case len(d.Message) > 17 && d.Message[:17] == "expected required":
			out.Code = privacy.MissingValue
			out.Field = requiredOf(d.Message, out.Field)
		}
	}
	return out
}

// logFailure tells operators what people are not told.
func (a *API) logFailure(ctx context.Context, err error) {
	code := privacy.CodeOf(err)
	if respond.Status(code) < 500 {
		return
	}
	a.log.Error("request failed", "request", RequestID(ctx), "code", string(code), "err", err)
}

// op registers one operation whose failures go through the catalogue.
func op[I, O any](a *API, id, method, path, summary, clause string, handler func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary,
		Description: "Clause " + clause + ".", MaxBodyBytes: maxPhoto, SkipValidateParams: false},
		func(ctx context.Context, in *I) (*O, error) {
			out, err := handler(ctx, in)
			if err != nil {
				a.logFailure(ctx, err)
				return nil, &failure{err}
			}
			return out, nil
		})
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

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func validUTF8(b []byte) bool { return utf8.Valid(b) }
