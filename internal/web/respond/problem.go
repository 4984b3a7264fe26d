// Package respond is the only writer of failures. It promises that what people
// read comes from the catalogue of three languages by the code of the error and
// from nothing else: the inner error stays in the log, beside the request id.
package respond

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

// Problem is a failure on the wire. (RFC 9457)
type Problem struct {
	Type       string           `json:"type" doc:"urn:kupuya:problem:<code>"`
	Title      string           `json:"title"`
	Status     int              `json:"status"`
	Detail     string           `json:"detail" doc:"What happened and what to do, in the reader's language."`
	Instance   string           `json:"instance,omitempty" doc:"urn:uuid: of the request, as in the log"`
	Code       privacy.Code     `json:"code"`
	Field      string           `json:"field,omitempty" doc:"The member or attribute that is at fault"`
	Name       string           `json:"name,omitempty" doc:"The name that the edition does not have"`
	Problem    string           `json:"problem,omitempty" doc:"What is wrong with the value"`
	Reason     privacy.Reason   `json:"reason,omitempty" doc:"Why the policy refuses"`
	Clause     privacy.ClauseID `json:"clause,omitempty"`
	RetryAfter int              `json:"retry_after,omitempty" doc:"Seconds to wait"`
	TriesLeft  *int             `json:"tries_left,omitempty" doc:"After a wrong code: how many tries it has left"`
	Lang       privacy.Lang     `json:"-"` // of Title and Detail
}

// Error makes a Problem an error, for logs.
func (p *Problem) Error() string { return string(p.Code) }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// MediaType is the media type of a problem.
const MediaType = "application/problem+json"

// ContentType is the media type of a problem.
func (p *Problem) ContentType(string) string { return MediaType }

// Headers gives what must stand in the header beside the body.
func (p *Problem) Headers() http.Header {
	h := http.Header{"Content-Language": {string(p.Lang)}, "Cache-Control": {"no-store"}}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// statuses gives each code its one status.
var statuses = map[privacy.Code]int{
	privacy.Invalid: 400, privacy.TooLarge: 413, privacy.Unauthenticated: 401, privacy.Forbidden: 403,
	privacy.Refused: 403, privacy.NotFound: 404, privacy.UnknownName: 422, privacy.BadValue: 422,
	privacy.MissingValue: 422, privacy.NoticeRequired: 422, privacy.TextMismatch: 422, privacy.EvidenceInvalid: 422,
	privacy.CodeWrong: 422, privacy.CodeExpired: 422, privacy.CodeUsed: 422, privacy.CodeSuperseded: 422,
	privacy.TooMany: 429, privacy.Conflict: 409, privacy.AlreadyTaken: 409, privacy.KeyReused: 422,
	privacy.NotInForce: 409, privacy.UnsupportedMedia: 415, privacy.Unavailable: 503, privacy.Internal: 500,
}

// Status gives the status of a code.
func Status(c privacy.Code) int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Of makes the problem for an error, in a language. request is the id in the
// log. A subject who is not known is not found, in the very same words.
func Of(err error, lang privacy.Lang, request string) *Problem {
	e := &privacy.Error{Code: privacy.CodeOf(err)}
	errors.As(err, &e)
	if e.Code == privacy.Refused && e.Reason == privacy.NoSubject {
		e = &privacy.Error{Code: privacy.NotFound}
	}
	if statuses[e.Code] == 0 { // of no closed set
		e = &privacy.Error{Code: privacy.Internal}
	}
	code := e.Code
	out := &Problem{
		Type: "urn:kupuya:problem:" + string(code), Status: Status(code), Code: code, Field: e.Field, Name: e.Name,
		Problem: e.Problem, Reason: e.Reason, Clause: e.Clause, Lang: lang,
	}
	if request != "" {
		out.Instance = "urn:uuid:" + request
	}
	if code == privacy.Unavailable {
		out.RetryAfter = 1
	}
	if e.Wait > 0 || code == privacy.TooMany {
		out.RetryAfter = max(1, int(math.Ceil(e.Wait.Seconds())))
	}
	if code == privacy.CodeWrong {
		out.TriesLeft = &e.Count
	}
	args := []i18n.Arg{
		i18n.A("field", e.Field), i18n.A("name", e.Name), i18n.A("clause", string(e.Clause)),
		i18n.A("count", strconv.Itoa(e.Count)), i18n.A("wait", i18n.Wait(lang, time.Duration(out.RetryAfter)*time.Second)),
	}
	out.Title = i18n.Text(lang, "error."+string(code)+".title")
	out.Detail = i18n.Text(lang, "error."+string(code), args...)
	if e.Problem != "" {
		out.Detail += " " + i18n.Text(lang, "problem."+e.Problem)
	}
	if e.Reason != "" {
		out.Detail += " " + i18n.Text(lang, "reason."+string(e.Reason))
	}
	return out
}

// Write writes a problem outside the API's own writer: in middleware and pages.
func Write(w http.ResponseWriter, p *Problem) {
	for k, v := range p.Headers() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", MediaType)
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		slog.Debug("answer not written", "err", err) // the reader has gone
	}
}
