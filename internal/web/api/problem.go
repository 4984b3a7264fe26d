package api

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"kupuya/internal/holder"
	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
)

type langKey struct{}

// lang is the language in which whoever asks reads problems.
func lang(ctx context.Context) privacy.Lang {
	l, _ := ctx.Value(langKey{}).(privacy.Lang)
	return l
}

func withLang(r *http.Request) context.Context {
	return context.WithValue(r.Context(), langKey{}, i18n.Match(r.Header.Get("Accept-Language")))
}

// problem is an error in the reader's words. Operators are told in the log what
// people are not told.
func (a *API) problem(ctx context.Context, err error) *respond.Problem {
	p := respond.Of(err, lang(ctx), RequestID(ctx))
	if p.Status >= http.StatusInternalServerError {
		a.log.Error("request failed", "request", RequestID(ctx), "code", string(p.Code), "err", err)
	}
	return p
}

// words gives problems their headers, and puts what the library found wrong
// with a request into our words.
func (a *API) words(ctx huma.Context, _ string, v any) (any, error) {
	var p *respond.Problem
	switch v := v.(type) {
	case *respond.Problem:
		p = v
	case *huma.ErrorModel:
		p = a.problem(ctx.Context(), fault(v))
		p.Status = v.Status // it is on its way already
	default:
		return v, nil
	}
	for name, values := range p.Headers() {
		ctx.SetHeader(name, values[0])
	}
	return p, nil
}

// fault names the first thing that the library found wrong, without the value.
func fault(e *huma.ErrorModel) error {
	switch e.Status {
	case http.StatusUnprocessableEntity:
	case http.StatusBadRequest:
		return &privacy.Error{Code: privacy.Invalid}
	default: // the guard has seen to everything else
		return &privacy.Error{Code: privacy.Internal, Err: e}
	}
	out := &privacy.Error{Code: privacy.BadValue, Problem: "value.type"}
	if len(e.Errors) == 0 {
		return out
	}
	d := e.Errors[0]
	out.Field = fieldOf(d.Location)
	required, _, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	for _, m := range []struct {
		begins  string
		code    privacy.Code
		problem string
	}{
		{validation.MsgUnexpectedProperty, privacy.UnknownName, ""},
		{"unknown query parameter", privacy.UnknownName, ""},
		{required, privacy.MissingValue, ""},
		{"required ", privacy.MissingValue, ""}, // … parameter is missing
		{"expected value to be one of", privacy.BadValue, "code.form"},
		{"expected length <=", privacy.BadValue, "value.long"},
		{"expected array length <=", privacy.BadValue, "value.list"},
		{"expected array length >=", privacy.MissingValue, ""},
	} {
		if strings.HasPrefix(d.Message, m.begins) {
			out.Code, out.Problem = m.code, m.problem
			break
		}
	}
	switch {
	case out.Code == privacy.UnknownName:
		out.Name = out.Field[strings.LastIndexByte(out.Field, '.')+1:]
	case strings.HasPrefix(d.Message, required):
		name, _, _ := strings.Cut(d.Message[len(required):], " ")
		out.Field = strings.TrimPrefix(out.Field+"."+name, ".")
	}
	return out
}

// fieldOf turns a location such as body.data.D01 into the member's path. A part
// that could be somebody's datum is not repeated.
func fieldOf(location string) string {
	_, location, _ = strings.Cut(location, ".") // body, query, path, header
	if location == "" {
		return ""
	}
	parts := strings.Split(location, ".")
	for i, p := range parts {
		name := index.ReplaceAllString(p, "")
		parts[i] = holder.SafeName(name) + strings.TrimPrefix(p, name)
	}
	return strings.Join(parts, ".")
}

// index is a place in a list.
var index = regexp.MustCompile(`\[\d{1,5}\]$`)
