package privacy

import (
	"errors"
	"time"
)

// Code is what went wrong, from a closed set. Each has one HTTP status, one
// text in ky, ru and en (key "error.<code>") and one retry rule; the text never
// comes from an inner error.
type Code string

// The codes.
const (
	Invalid          Code = "invalid"           // 400: cannot be read; never a decision
	TooLarge         Code = "too_large"         // 413
	Unauthenticated  Code = "unauthenticated"   // 401
	Forbidden        Code = "forbidden"         // 403: the actor may not do this
	Refused          Code = "refused"           // 403: the policy says no; carries Reason and Clause
	NotFound         Code = "not_found"         // 404: also what must look like it
	UnknownName      Code = "unknown_name"      // 422: a purpose, category, operation, recipient or field the edition does not have
	BadValue         Code = "bad_value"         // 422: a value that cannot be right; carries Field and Problem
	MissingValue     Code = "missing_value"     // 422: something mandatory is absent; carries Field
	NoticeRequired   Code = "notice_required"   // 422: nothing may be collected before the subject was told
	TextMismatch     Code = "text_mismatch"     // 422: what was shown is not the text of the edition
	EvidenceInvalid  Code = "evidence_invalid"  // 422: a signature or tick that proves nothing; carries Problem
	CodeWrong        Code = "code_wrong"        // 422: wrong SMS code; tries left in Count
	CodeExpired      Code = "code_expired"      // 422
	CodeUsed         Code = "code_used"         // 422: replayed
	CodeSuperseded   Code = "code_superseded"   // 422: a newer code was sent
	TooMany          Code = "too_many"          // 429: carries Wait
	Conflict         Code = "conflict"          // 409: the state does not allow it now
	AlreadyTaken     Code = "already_taken"     // 409: the number already has a subject
	KeyReused        Code = "key_reused"        // 422: an idempotency key with another body
	NotInForce       Code = "not_in_force"      // 409: no edition is in force, or the named one is not
	UnsupportedMedia Code = "unsupported_media" // 415
	Unavailable      Code = "unavailable"       // 503: the store or a channel is down; no answer is given
	Internal         Code = "internal"          // 500: unknown; the reader gets the request id
)

// Codes lists the closed set.
var Codes = [...]Code{
	Invalid, TooLarge, Unauthenticated, Forbidden, Refused, NotFound, UnknownName, BadValue, MissingValue,
	NoticeRequired, TextMismatch, EvidenceInvalid, CodeWrong, CodeExpired, CodeUsed, CodeSuperseded, TooMany,
	Conflict, AlreadyTaken, KeyReused, NotInForce, UnsupportedMedia, Unavailable, Internal,
}

// Error is a failure with what people and operators need. Field, Problem,
// Reason, Clause, Name and Count never hold a value of personal data; Err is
// for the log beside the request id and never crosses the wall.
type Error struct {
	Op      string        // where: "holder.Withdraw"
	Code    Code          // what, from the closed set
	Field   string        // which member or attribute, as the caller named it: "D03.pin"
	Name    string        // the unknown name, when it is a code and not a value
	Problem string        // a closed code of the format or evidence room: "pin.date"
	Reason  Reason        // for Refused
	Clause  ClauseID      // for Refused
	Wait    time.Duration // for TooMany and wrong codes: how long to wait
	Count   int           // for CodeWrong: tries left
	Err     error         // inner cause, for the log only
}

// Error names the operation, the code and the cause, for logs.
func (e *Error) Error() string {
	s := e.Op + ": " + string(e.Code)
	for _, part := range []string{e.Field, e.Name, e.Problem, string(e.Reason)} {
		if part != "" {
			s += " " + part
		}
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the inner cause.
func (e *Error) Unwrap() error { return e.Err }

// E makes an error of the closed set. An inner *Error keeps its own code when
// code is Internal, so that wrapping never hides what went wrong.
func E(op string, code Code, err error) *Error {
	var inner *Error
	if code == Internal && errors.As(err, &inner) {
		e := *inner
		e.Op = op
		return &e
	}
	return &Error{Op: op, Code: code, Err: err}
}

// CodeOf gives the code of err: Internal for errors that carry none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
