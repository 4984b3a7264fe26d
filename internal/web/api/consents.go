package api

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// Form is the text to show before somebody agrees, and what to sign.
type Form struct {
	Edition       privacy.EditionID `json:"edition"`
	EditionSHA256 string            `json:"edition_sha256"`
	Language      privacy.Lang      `json:"language"`
	Text          string            `json:"text"`
	TextSHA256    string            `json:"text_sha256"`
	Bound         string            `json:"bound" doc:"What a drawn signature or a tick repeats: it binds edition, text, language, purpose and subject"`
	Least         string            `json:"least_evidence"`
}

type formOutput struct{ Body Form }

func (a *API) getForm(ctx context.Context, in *struct {
	SubjectPath
	Aim  string `path:"aim" doc:"accept, or a purpose such as P03" example:"P03"`
	Lang string `query:"lang" enum:"ky,ru,en" default:"ky"`
},
) (*formOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	f, err := a.holder.Form(ctx, who, in.subject(), aimOf(in.Aim), privacy.Lang(in.Lang))
	return &formOutput{Form{f.Edition, f.EditionHash, f.Lang, f.Text, f.TextHash, f.Bound, f.Least}}, err
}

// aimOf reads "accept", or the purpose of a consent.
func aimOf(s string) evidence.Aim {
	if aim := evidence.Aim(s); aim == evidence.AimAccept || aim == evidence.AimDestroy {
		return aim
	}
	return evidence.AimConsent(privacy.PurposeID(strings.TrimPrefix(s, "consent:")))
}

type codeOutput struct{ Body holder.CodeSent }

func (a *API) sendCode(ctx context.Context, in *struct {
	SubjectPath
	Body struct {
		Aim      string `json:"aim" doc:"accept, destroy, or a purpose such as P03"`
		Language string `json:"language" enum:"ky,ru,en"`
		Channel  string `json:"channel,omitempty"`
	}
},
) (*codeOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.SendCode(ctx, who, in.subject(), aimOf(in.Body.Aim), privacy.Lang(in.Body.Language), Address(ctx))
	return &codeOutput{out}, err
}

// Evidence is one of the three ways of agreeing.
type Evidence struct {
	Method    string         `json:"method" doc:"sms, drawn or tick" example:"sms"`
	Challenge string         `json:"challenge,omitempty" doc:"sms: what POST …/codes gave"`
	Code      string         `json:"code,omitempty" doc:"sms: the six digits"`
	Drawn     map[string]any `json:"drawn,omitempty" doc:"drawn: edition_hash, bound, width, height and strokes as lists of [x,y,t]; an image alone is refused"`
	Tick      map[string]any `json:"tick,omitempty" doc:"tick: bound, text_hash, lang, prefilled (false, explicitly), shown_at, ticked_at"`
}

func (e *Evidence) evidence() (holder.Evidence, error) {
	out := holder.Evidence{Method: e.Method, Challenge: e.Challenge, Code: e.Code}
	body := e.Drawn
	if e.Method == "tick" {
		body = e.Tick
	}
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return out, err
		}
		out.Body = raw
	}
	return out, nil
}

type acceptOutput struct{ Body holder.Accepted }

func (a *API) accept(ctx context.Context, in *struct {
	SubjectPath
	Body struct {
		Language   string   `json:"language" enum:"ky,ru,en"`
		TextSHA256 string   `json:"text_sha256"`
		Evidence   Evidence `json:"evidence"`
		Channel    string   `json:"channel,omitempty"`
	}
},
) (*acceptOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	ev, err := in.Body.Evidence.evidence()
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Accept(ctx, who, holder.Acceptance{
		Subject: in.subject(), Lang: privacy.Lang(in.Body.Language),
		Text: in.Body.TextSHA256, Evidence: ev,
	})
	return &acceptOutput{out}, err
}

type consentOutput struct{ Body holder.Consented }

func (a *API) consent(ctx context.Context, in *struct {
	SubjectPath
	Body struct {
		Purpose    string   `json:"purpose" example:"P03"`
		Language   string   `json:"language" enum:"ky,ru,en"`
		TextSHA256 string   `json:"text_sha256" doc:"Of the request for consent, as GET …/forms/{purpose} gives it"`
		Evidence   Evidence `json:"evidence"`
		Channel    string   `json:"channel,omitempty"`
	}
},
) (*consentOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	ev, err := in.Body.Evidence.evidence()
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Consent(ctx, who, holder.Consent{
		Subject: in.subject(), Purpose: privacy.PurposeID(in.Body.Purpose),
		Lang: privacy.Lang(in.Body.Language), Text: in.Body.TextSHA256, Evidence: ev,
	})
	return &consentOutput{out}, err
}

// ConsentState is where one consent stands.
type ConsentState struct {
	Consent   string            `json:"consent"`
	Purpose   privacy.PurposeID `json:"purpose"`
	Edition   privacy.EditionID `json:"edition"`
	Grade     privacy.Grade     `json:"grade"`
	Given     time.Time         `json:"given_at"`
	Until     *time.Time        `json:"until"`
	Withdrawn *time.Time        `json:"withdrawn_at"`
}

// AcceptanceState is which edition was accepted, and how.
type AcceptanceState struct {
	Edition privacy.EditionID `json:"edition"`
	Grade   privacy.Grade     `json:"grade"`
	At      *time.Time        `json:"accepted_at"`
}

// AgreementState is since when there has been a service contract, and until when.
type AgreementState struct {
	Since *time.Time `json:"since"`
	Ended *time.Time `json:"ended_at"`
}

type consentsOutput struct {
	Body struct {
		Accepted   AcceptanceState     `json:"acceptance"`
		Agreement  AgreementState      `json:"agreement"`
		Consents   []ConsentState      `json:"consents"`
		Objections []privacy.PurposeID `json:"objections"`
		Blocks     []Block             `json:"blocks"`
	}
}

func (a *API) consents(ctx context.Context, in *SubjectPath) (*consentsOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.holder.Consents(ctx, who, in.subject())
	if err != nil {
		return nil, err
	}
	out := &consentsOutput{}
	b := &out.Body
	b.Accepted = AcceptanceState{s.Accepted.Edition, s.Accepted.Grade, maybe(s.Accepted.At)}
	b.Agreement = AgreementState{maybe(s.Agreement.Since), maybe(s.Agreement.Ended)}
	b.Consents, b.Objections, b.Blocks = []ConsentState{}, []privacy.PurposeID{}, blocksOf(s.Blocks)
	for _, c := range s.Consents {
		b.Consents = append(b.Consents, ConsentState{c.ID, c.Purpose, c.Edition, c.Grade, c.At, maybe(c.Until), maybe(c.Withdrawn)})
	}
	for _, o := range s.Objections {
		b.Objections = append(b.Objections, o.Purpose)
	}
	return out, nil
}

type withdrawOutput struct{ Body holder.Withdrawn }

func (a *API) withdraw(ctx context.Context, in *struct {
	SubjectPath
	Purpose string `path:"purpose"`
	Body    *struct {
		Channel  string    `json:"channel,omitempty" doc:"letter, call … when somebody passes the wish on"`
		Received time.Time `json:"received_at,omitempty" doc:"Day on which a letter was received: the withdrawal takes effect then"`
	} `required:"false"`
},
) (*withdrawOutput, error) {
	w := holder.Withdrawal{Subject: in.subject(), Purpose: privacy.PurposeID(in.Purpose)}
	channel := ""
	if in.Body != nil {
		channel, w.Received = in.Body.Channel, in.Body.Received
	}
	who, err := via(ctx, channel)
	if err != nil {
		return nil, err
	}
	if !w.Received.IsZero() && who.Channel() != privacy.ChannelLetter {
		return nil, &privacy.Error{Code: privacy.BadValue, Field: "received_at", Problem: "letter.only"}
	}
	out, err := a.holder.Withdraw(ctx, who, w)
	return &withdrawOutput{out}, err
}

type objectOutput struct{ Body holder.Objected }

func (a *API) object(ctx context.Context, in *struct {
	SubjectPath
	Body struct {
		Purpose string `json:"purpose" example:"P08"`
		Channel string `json:"channel,omitempty"`
	}
},
) (*objectOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Object(ctx, who, in.subject(), privacy.PurposeID(in.Body.Purpose))
	return &objectOutput{out}, err
}

type agreeOutput struct{ Body holder.Agreed }

// ChannelBody is a body that says by which channel a wish came, or none.
type ChannelBody struct {
	Body *struct {
		Channel string `json:"channel,omitempty"`
	} `required:"false"`
}

func (b *ChannelBody) channel() string {
	if b.Body == nil {
		return ""
	}
	return b.Body.Channel
}

func (a *API) agree(ctx context.Context, in *struct {
	SubjectPath
	ChannelBody
},
) (*agreeOutput, error) {
	who, err := via(ctx, in.channel())
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Agree(ctx, who, in.subject())
	return &agreeOutput{out}, err
}

func (a *API) endAgreement(ctx context.Context, in *struct {
	SubjectPath
	ChannelBody
},
) (*agreeOutput, error) {
	who, err := via(ctx, in.channel())
	if err != nil {
		return nil, err
	}
	out, err := a.holder.EndAgreement(ctx, who, in.subject())
	return &agreeOutput{out}, err
}

func (a *API) receipt(ctx context.Context, in *struct {
	SubjectPath
	Receipt string `path:"receipt"`
},
) (*textOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if !privacy.IsID(in.Receipt) {
		return nil, &privacy.Error{Code: privacy.NotFound}
	}
	raw, err := a.holder.Receipt(ctx, who, in.subject(), in.Receipt)
	return &textOutput{plainText + "; charset=utf-8", raw}, err
}

// goOn records the first use after a change that was shown. (policy 6.2a)
func (a *API) goOn(ctx context.Context, in *struct {
	SubjectPath
	Body struct {
		Notice  string `json:"notice" doc:"Proof that the banner was shown, from POST /v1/notices"`
		Channel string `json:"channel,omitempty"`
	}
},
) (*acceptOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Continued(ctx, who, in.subject(), in.Body.Notice)
	return &acceptOutput{out}, err
}

type declineOutput struct{ Body holder.Declined }

// decline records that a subject refuses an edition. (policy 6.4b)
func (a *API) decline(ctx context.Context, in *struct {
	SubjectPath
	Body struct {
		Edition string `json:"edition" doc:"The coming edition, or the one in force that he has not accepted" example:"mega24/2026-2"`
		Channel string `json:"channel,omitempty"`
	}
},
) (*declineOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Decline(ctx, who, in.subject(), privacy.EditionID(in.Body.Edition))
	return &declineOutput{out}, err
}
