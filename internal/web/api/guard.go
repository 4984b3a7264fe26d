package api

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
	"kupuya/internal/web/session"
)

const (
	maxBody  = 1 << 20  // of a JSON body
	maxPhoto = 12 << 20 // of a photograph
	maxDepth = 16
)

// guard reads the body before anything decides by it: a body that cannot be
// read is refused as invalid, whatever it was for. It also finds out who asks
// and takes the idempotency key.
func (a *API) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang, id := a.lang(r), RequestID(r.Context())
		fail := func(err error) {
			a.logFailure(r.Context(), err)
			respond.Write(w, respond.Of(err, lang, id))
		}
		actor, err := session.Who(r, a.open)
		if err != nil {
			fail(err)
			return
		}
		ctx := session.With(r.Context(), actor)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			body, err := readBody(w, r)
			if err != nil {
				fail(err)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			if key := r.Header.Get("Idempotency-Key"); key != "" {
				if len(key) > 100 || strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) {
					fail(&privacy.Error{Code: privacy.Invalid, Field: "Idempotency-Key"})
					return
				}
				ctx = holder.WithKey(ctx, holder.Key{Key: key, Body: requestHash(r, body)})
			}
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func requestHash(r *http.Request, body []byte) []byte {
	h := sha256.New()
	io.WriteString(h, r.Method+"\n"+r.URL.Path+"\n")
	h.Write(body)
	return h.Sum(nil)
}

// readBody reads a body within its bounds; a JSON body must be one object,
// well-formed, of valid UTF-8, without a member twice and not too deep.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	media = strings.ToLower(strings.TrimSpace(media))
	limit := int64(maxBody)
	photo := media == "image/jpeg" || media == "image/png"
	if photo {
		limit = maxPhoto
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return nil, &privacy.Error{Code: privacy.TooLarge}
		}
		return nil, &privacy.Error{Code: privacy.Invalid, Err: err}
	}
	switch {
	case photo, len(body) == 0:
		return body, nil
	case media != "" && media != "application/json":
		return nil, &privacy.Error{Code: privacy.UnsupportedMedia}
	}
	return body, checkJSON(body)
}

// checkJSON refuses what two readers could read differently.
func checkJSON(body []byte) error {
	bad := func(problem string, err error) error {
		return &privacy.Error{Code: privacy.Invalid, Problem: problem, Err: err}
	}
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	if dec.PeekKind() != '{' {
		if dec.PeekKind() == 'n' {
			return bad("json.null", nil)
		}
		return bad("json.form", nil)
	}
	for {
		_, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return bad("json.duplicate", nil)
		}
		if err != nil { // the error may quote the body, so it stays out of the log
			if !validUTF8(body) {
				return bad("json.utf8", nil)
			}
			return bad("json.form", nil)
		}
		if dec.StackDepth() > maxDepth {
			return bad("json.depth", nil)
		}
		if dec.StackDepth() == 0 { // one value and nothing after it
			if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
				return bad("json.form", nil)
			}
			return nil
		}
	}
}
