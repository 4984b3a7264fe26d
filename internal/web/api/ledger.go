package api

import (
	"context"
	"encoding/json"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// plainText is the media type of signed notes: receipts and checkpoints.
const plainText = "text/plain"

type textOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        []byte
}

// checkpoint is public: whoever keeps one can hold the Holder to it.
func (a *API) checkpoint(ctx context.Context, _ *struct{}) (*textOutput, error) {
	note, err := a.holder.Checkpoint(ctx)
	return &textOutput{plainText + "; charset=utf-8", []byte(note)}, err
}

type proofOutput struct{ Body json.RawMessage }

func (a *API) proof(ctx context.Context, in *struct {
	Subject string `query:"subject" doc:"Whose event it is; empty for an event of the Holder's own stream"`
	Event   string `query:"event" required:"true"`
},
) (*proofOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	id := privacy.SubjectID(in.Subject)
	if id == "" {
		id = holder.OwnStream
	}
	if !privacy.IsID(in.Event) {
		return nil, &privacy.Error{Code: privacy.NotFound}
	}
	raw, err := a.holder.ProveEvent(ctx, who, id, privacy.EventID(in.Event))
	return &proofOutput{raw}, err
}
