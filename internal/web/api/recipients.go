package api

import (
	"context"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// RecipientPath names a recipient of the edition in a path.
type RecipientPath struct {
	Recipient string `path:"recipient" example:"partner-shop"`
}

func (in *RecipientPath) id() privacy.RecipientID { return privacy.RecipientID(in.Recipient) }

type recipientOutput struct{ Body holder.RecipientState }

type recipientsOutput struct {
	Body struct {
		Recipients []holder.RecipientState `json:"recipients"`
	}
}

func (a *API) listRecipients(ctx context.Context, _ *struct{}) (*recipientsOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out := &recipientsOutput{}
	out.Body.Recipients, err = a.holder.Recipients(ctx, who)
	return out, err
}

func (a *API) registerRecipient(ctx context.Context, in *struct {
	RecipientPath
	Body holder.Contract
},
) (*recipientOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	if in.Body.Recipient == "" {
		in.Body.Recipient = in.id()
	}
	if in.Body.Recipient != in.id() {
		return nil, &privacy.Error{Code: privacy.BadValue, Field: "recipient", Problem: "value.type"}
	}
	out, err := a.holder.RegisterRecipient(ctx, who, in.Body)
	return &recipientOutput{out}, err
}

func (a *API) activateRecipient(ctx context.Context, in *RecipientPath) (*recipientOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.ActivateRecipient(ctx, who, in.id())
	return &recipientOutput{out}, err
}

func (a *API) suspendRecipient(ctx context.Context, in *struct {
	RecipientPath
	Body struct {
		Reason string `json:"reason" doc:"incident, breach_of_contract, order, request or other" example:"incident"`
	}
},
) (*recipientOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.SuspendRecipient(ctx, who, in.id(), in.Body.Reason)
	return &recipientOutput{out}, err
}

type endpointOutput struct{ Body holder.Endpoint }

func (a *API) setEndpoint(ctx context.Context, in *struct {
	RecipientPath
	Body struct {
		URL string `json:"url" maxLength:"500" doc:"https:// address at which the recipient takes webhooks; empty for none" example:"https://hooks.shop.example/kupuya"`
	}
},
) (*endpointOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.SetEndpoint(ctx, who, in.id(), in.Body.URL)
	return &endpointOutput{out}, err
}

func (a *API) rotateSecret(ctx context.Context, in *RecipientPath) (*endpointOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.RotateSecret(ctx, who, in.id())
	return &endpointOutput{out}, err
}
