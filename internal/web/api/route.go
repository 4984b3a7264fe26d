package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
)

// route is one row of the table.
type route struct {
	id, method, path, summary string
	clause                    string         // of the policy, that it carries out
	open                      bool           // answers whoever asks
	once                      bool           // an idempotency key makes it happen once
	status                    int            // of success
	media                     []string       // of success, when it is not JSON
	photo                     bool           // reads a photograph
	cached                    bool           // may answer that nothing has changed
	fails                     []privacy.Code // beside what every route of its kind does
	reads                     *huma.RequestBody
}

func get(id, path, summary, clause string) route {
	return route{id: id, method: http.MethodGet, path: path, summary: summary, clause: clause, status: http.StatusOK}
}

func post(id, path, summary, clause string) route {
	return route{id: id, method: http.MethodPost, path: path, summary: summary, clause: clause, status: http.StatusOK, once: true}
}

func put(id, path, summary, clause string) route {
	r := post(id, path, summary, clause)
	r.method = http.MethodPut
	return r
}

// public opens a route to whoever asks.
func (r route) public() route { r.open = true; return r }

// creates says that success leaves something new.
func (r route) creates() route { r.status = http.StatusCreated; return r }

// quiet says that success has nothing to tell.
func (r route) quiet() route { r.status = http.StatusNoContent; return r }

// asks says that a route changes nothing, though its question has a body.
func (r route) asks() route { r.once = false; return r }

// gives names the media types of an answer that is not JSON.
func (r route) gives(media ...string) route { r.media = media; return r }

// pictured says that the body is a photograph.
func (r route) pictured() route { r.photo = true; return r }

// tagged says that a reader who shows a tag may hear that nothing has changed.
func (r route) tagged() route { r.cached = true; return r }

// or names codes with which a route fails beside those of its kind.
func (r route) or(codes ...privacy.Code) route { r.fails = codes; return r }

// pattern is the route as a mux has it.
func (r *route) pattern() string { return r.method + " " + r.path }

// operation describes what all routes of its kind have.
func (r *route) operation() huma.Operation {
	o := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Summary: r.summary, Description: "Clause " + r.clause + ".",
		DefaultStatus: r.status, MaxBodyBytes: -1, BodyReadTimeout: -1, // the guard has read it
		Responses: map[string]*huma.Response{},
	}
	if r.open {
		o.Security = []map[string][]string{}
	}
	if r.once {
		o.Parameters = []*huma.Param{{Ref: "#/components/parameters/IdempotencyKey"}}
	}
	if len(r.media) > 0 {
		o.Responses[strconv.Itoa(r.status)] = &huma.Response{Content: contents(r.media)}
	}
	if r.photo {
		o.RequestBody = &huma.RequestBody{Content: contents(photographs)}
	}
	if r.cached {
		o.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "The reader has it already."}
	}
	for _, status := range r.problems() {
		o.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/Problem"}
	}
	return o
}

// op puts an operation behind its route; its failures are problems.
func op[I, O any](a *API, r route, handler func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, r.operation(), func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
	at := a.huma.OpenAPI().Paths[r.path]
	for _, registered := range []*huma.Operation{at.Get, at.Post, at.Put} {
		if registered != nil && registered.OperationID == r.id {
			r.reads = registered.RequestBody
		}
	}
	a.table[r.pattern()] = &r
}

// photographs are the media types in which one is taken and given.
var photographs = []string{"image/jpeg", "image/png"}

// contents describes a body in any of the media types.
func contents(media []string) map[string]*huma.MediaType {
	out := map[string]*huma.MediaType{}
	for _, m := range media {
		s := &huma.Schema{Type: huma.TypeString}
		if !strings.HasPrefix(m, "text/") {
			s.Format = "binary"
		}
		out[m] = &huma.MediaType{Schema: s}
	}
	return out
}

// problems lists the statuses with which a route may fail.
func (r *route) problems() []int {
	codes := append([]privacy.Code{privacy.Unauthenticated, privacy.BadValue, privacy.Internal, privacy.Unavailable}, r.fails...)
	if !r.open {
		codes = append(codes, privacy.Forbidden)
	}
	if r.method != http.MethodGet {
		codes = append(codes, privacy.Invalid, privacy.TooLarge, privacy.UnsupportedMedia)
	}
	if r.once {
		codes = append(codes, privacy.Conflict)
	}
	if strings.Contains(r.path, "{") {
		codes = append(codes, privacy.NotFound)
	}
	var out []int
	for _, c := range codes {
		out = append(out, respond.Status(c))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// closed says that a member of an answer is of a closed set.
func closed[T ~string](s *huma.Schema, member string, set []T) {
	p := s.Properties[member]
	p.Enum = nil
	for _, v := range set {
		p.Enum = append(p.Enum, string(v))
	}
}

// document describes what many operations share.
func document(c *huma.Components) {
	problem := c.Schemas.Schema(reflect.TypeFor[respond.Problem](), true, "Problem")
	text := &huma.Schema{Type: huma.TypeString}
	c.Responses = map[string]*huma.Response{"Problem": {
		Description: "What went wrong, in the language of Accept-Language (ky when it names none of ky, ru, en).",
		Headers: map[string]*huma.Param{
			"Content-Language": {Description: "Of title and detail", Schema: text},
			"X-Request-Id":     {Description: "As in instance and in the log", Schema: text},
			"Retry-After":      {Description: "With 429 and 503: seconds to wait", Schema: &huma.Schema{Type: huma.TypeInteger}},
			"WWW-Authenticate": {Description: "With 401", Schema: text},
		},
		Content: map[string]*huma.MediaType{respond.MediaType: {Schema: problem}},
	}}
	least, most := 1, maxKey
	c.Parameters = map[string]*huma.Param{"IdempotencyKey": {
		Name: "Idempotency-Key", In: "header",
		Description: "Repeated with the same request it gives the first answer and has no second effect; with another request it is refused as key_reused. It is kept for three days.",
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &least, MaxLength: &most},
	}}
	c.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {
		Type: "http", Scheme: "bearer",
		Description: "A system's or partner's credential (kup_…), or a subscriber's token from /v1/sessions; the subscriber's app says X-Kupuya-Channel: app",
	}}
}
