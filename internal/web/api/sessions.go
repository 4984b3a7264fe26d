package api

import (
	"context"
	"net/http"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

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

func (a *API) sendSessionCode(ctx context.Context, in *struct {
	Body struct {
		MSISDN   string `json:"msisdn"`
		Language string `json:"language" enum:"ky,ru,en" default:"ky"`
	}
}) (*codeOutput, error) {
	out, err := a.holder.SendSessionCode(ctx, in.Body.MSISDN, privacy.Lang(in.Body.Language), Address(ctx))
	return &codeOutput{http.StatusCreated, out}, err
}

type sessionOutput struct {
	Status       int
	CacheControl string `header:"Cache-Control"`
	Body         holder.Session
}

func (a *API) openSession(ctx context.Context, in *struct {
	Channel string `header:"X-Kupuya-Channel"`
	Body    struct {
		Challenge string `json:"challenge"`
		Code      string `json:"code"`
	}
}) (*sessionOutput, error) {
	ch := privacy.ChannelSite
	if in.Channel == string(privacy.ChannelApp) {
		ch = privacy.ChannelApp
	}
	out, err := a.holder.OpenSession(ctx, in.Body.Challenge, in.Body.Code, ch)
	return &sessionOutput{http.StatusCreated, "no-store", out}, err
}

func (a *API) endSession(ctx context.Context, in *struct {
	Authorization string `header:"Authorization"`
}) (*struct{}, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if !who.Acts(privacy.ActorSubject) {
		return nil, &privacy.Error{Code: privacy.Forbidden}
	}
	return nil, a.holder.EndSession(ctx, who, in.Authorization[len("Bearer "):])
}

type staffSessionOutput struct {
	Status       int
	CacheControl string `header:"Cache-Control"`
	Body         holder.StaffSession
}

// Staff adds what only the console's listener offers.
func (a *API) Staff() *API {
	op(a, "openStaffSession", http.MethodPost, "/v1/staff/sessions", "Sign a member of staff in", "1.2b", a.openStaffSession)
	return a
}

func (a *API) openStaffSession(ctx context.Context, in *struct {
	Body struct {
		Login    string `json:"login" maxLength:"64"`
		Password string `json:"password" maxLength:"200"`
		Code     string `json:"code" maxLength:"10" doc:"Of the second factor"`
	}
}) (*staffSessionOutput, error) {
	out, err := a.holder.OpenStaffSession(ctx, in.Body.Login, in.Body.Password, in.Body.Code)
	return &staffSessionOutput{http.StatusCreated, "no-store", out}, err
}
