package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
	"kupuya/internal/web/session"
)

// jsonMedia is the media type of all bodies but photographs and signed notes.
const jsonMedia = "application/json"

const (
	maxBody  = 1 << 20  // of a JSON body
	maxPhoto = 12 << 20 // of a photograph
	maxDepth = 16
	maxKey   = 100
)

// serve finds the route, finds out who asks, and reads the body before anything
// decides by it: a body that cannot be read is refused, whatever it was for.
func (a *API) serve(w http.ResponseWriter, r *http.Request) {
	ctx := withLang(r)
	route := a.find(r)
	if route == nil {
		p := a.problem(ctx, &privacy.Error{Op: "api", Code: privacy.NotFound})
		if allow := a.allowed(r); len(allow) > 0 {
			p.Status = http.StatusMethodNotAllowed
			w.Header().Set("Allow", strings.Join(allow, ", "))
		}
		respond.Write(w, p)
		return
	}
	r.Pattern = route.pattern() // for the counter outside
	ctx, body, err := a.admit(ctx, w, r, route)
	if err != nil {
		respond.Write(w, a.problem(ctx, err))
		return
	}
	in := r.WithContext(ctx)
	in.Body, in.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	a.mux.ServeHTTP(w, in)
}

// find gives the route of a request; nil for a path that is none or is not in
// its one spelling.
func (a *API) find(r *http.Request) *route {
	if path.Clean(r.URL.Path) != r.URL.Path {
		return nil
	}
	_, pattern := a.mux.Handler(r)
	return a.table[pattern]
}

// allowed lists the methods that a path has.
func (a *API) allowed(r *http.Request) []string {
	var out []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
		other := *r
		if other.Method = m; a.find(&other) != nil {
			out = append(out, m)
		}
	}
	return out
}

// admit lets in whom the route is for, with a body that can be read in one way.
func (a *API) admit(ctx context.Context, w http.ResponseWriter, r *http.Request, route *route) (context.Context, []byte, error) {
	who, err := session.Who(r, a.open)
	if err != nil {
		return ctx, nil, err
	}
	if who.Kind() == "" && !route.open {
		return ctx, nil, &privacy.Error{Op: "api", Code: privacy.Unauthenticated}
	}
	ctx = session.With(ctx, who)
	if route.method == http.MethodGet {
		return ctx, nil, nil
	}
	body, err := readBody(w, r, route)
	if err != nil {
		return ctx, nil, err
	}
	key := r.Header.Get("Idempotency-Key")
	if key == "" || !route.once {
		return ctx, body, nil
	}
	if len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return ctx, nil, &privacy.Error{Op: "api", Code: privacy.Invalid, Field: "Idempotency-Key"}
	}
	return holder.WithKey(ctx, holder.Key{Key: key, Body: requestHash(r, body)}), body, nil
}

// requestHash is what makes two requests the same one.
func requestHash(r *http.Request, body []byte) []byte {
	h := sha256.New()
	h.Write([]byte(r.Method + "\n" + r.URL.EscapedPath() + "?" + r.URL.RawQuery + "\n")) // a hash takes everything
	h.Write(body)
	return h.Sum(nil)
}

// readBody reads a body of the kind that the route takes, within its bounds.
func readBody(w http.ResponseWriter, r *http.Request, route *route) ([]byte, error) {
	const op = "api.readBody"
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	media = strings.ToLower(strings.TrimSpace(media))
	limit := int64(maxBody)
	if route.photo {
		limit = maxPhoto
	}
	if r.ContentLength > limit {
		return nil, &privacy.Error{Op: op, Code: privacy.TooLarge}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if errors.As(err, new(*http.MaxBytesError)) {
		return nil, &privacy.Error{Op: op, Code: privacy.TooLarge}
	}
	if err != nil {
		return nil, &privacy.Error{Op: op, Code: privacy.Invalid, Err: err}
	}
	if len(body) == 0 {
		if route.reads != nil && route.reads.Required {
			return nil, &privacy.Error{Op: op, Code: privacy.Invalid}
		}
		return nil, nil
	}
	switch {
	case route.photo && !slices.Contains(photographs, media), !route.photo && media != "" && media != jsonMedia:
		return nil, &privacy.Error{Op: op, Code: privacy.UnsupportedMedia}
	case route.photo:
		return body, nil
	}
	return body, checkJSON(body)
}

// checkJSON refuses what two readers could read differently: a JSON body is one
// object, well-formed, of valid UTF-8, without a member twice and not too deep.
func checkJSON(body []byte) error {
	bad := func(problem string) error { // without the cause, which could quote the body
		return &privacy.Error{Op: "api.checkJSON", Code: privacy.Invalid, Problem: problem}
	}
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	switch dec.PeekKind() {
	case '{':
	case 'n':
		return bad("json.null")
	default:
		return bad("json.form")
	}
	for {
		_, err := dec.ReadToken()
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			return bad("json.duplicate")
		case err != nil && !utf8.Valid(body):
			return bad("json.utf8")
		case err != nil:
			return bad("json.form")
		case dec.StackDepth() > maxDepth:
			return bad("json.depth")
		case dec.StackDepth() == 0: // one value and nothing after it
			if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
				return bad("json.form")
			}
			return nil
		}
	}
}
