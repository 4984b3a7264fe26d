package api

import (
	"context"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/web/session"
)

func (a *API) sendSessionCode(ctx context.Context, in *struct {
	Body struct {
		MSISDN   string `json:"msisdn"`
		Language string `json:"language,omitempty" enum:"ky,ru,en" default:"ky"`
	}
},
) (*codeOutput, error) {
	out, err := a.holder.SendSessionCode(ctx, in.Body.MSISDN, privacy.Lang(in.Body.Language), Address(ctx))
	return &codeOutput{out}, err
}

type sessionOutput struct{ Body holder.Session }

func (a *API) openSession(ctx context.Context, in *struct {
	Channel string `header:"X-Kupuya-Channel" doc:"app, when the subscriber's app asks"`
	Body    struct {
		Challenge string `json:"challenge"`
		Code      string `json:"code"`
	}
},
) (*sessionOutput, error) {
	out, err := a.holder.OpenSession(ctx, in.Body.Challenge, in.Body.Code, session.Channel(in.Channel))
	return &sessionOutput{out}, err
}

func (a *API) endSession(ctx context.Context, in *struct {
	Authorization string `header:"Authorization" hidden:"true"`
},
) (*struct{}, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if who.Acts(privacy.ActorSystem, privacy.ActorPartner) { // a credential is revoked, not ended
		return nil, &privacy.Error{Code: privacy.Forbidden}
	}
	token, _ := session.Bearer(in.Authorization) // it has let this request in
	return nil, a.holder.EndSession(ctx, who, token)
}

type staffSessionOutput struct{ Body holder.StaffSession }

func (a *API) openStaffSession(ctx context.Context, in *struct {
	Body struct {
		Login    string `json:"login" maxLength:"64"`
		Password string `json:"password" maxLength:"200"`
		Code     string `json:"code" maxLength:"10" doc:"Of the second factor"`
	}
},
) (*staffSessionOutput, error) {
	out, err := a.holder.OpenStaffSession(ctx, in.Body.Login, in.Body.Password, in.Body.Code)
	return &staffSessionOutput{out}, err
}
