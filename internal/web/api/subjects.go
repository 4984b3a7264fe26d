package api

import (
	"context"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

type tellInput struct {
	Body struct {
		Subject    string `json:"subject,omitempty" doc:"Empty for a visitor; registration binds the notice"`
		Language   string `json:"language" enum:"ky,ru,en"`
		TextSHA256 string `json:"text_sha256" doc:"Of the text that was shown, as GET /v1/policy gives it"`
		Channel    string `json:"channel,omitempty"`
	}
}

type tellOutput struct{ Body holder.Told }

func (a *API) tell(ctx context.Context, in *tellInput) (*tellOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Tell(ctx, who, privacy.SubjectID(in.Body.Subject), privacy.Lang(in.Body.Language), in.Body.TextSHA256)
	return &tellOutput{out}, err
}

// Values are attributes by category, as in {"D01":{"surname":"…"}}.
type Values map[string]map[string]any

type registerInput struct {
	Body struct {
		Notice    string `json:"notice,omitempty" doc:"Proof that the policy was shown before the first field"`
		MSISDN    string `json:"msisdn,omitempty" doc:"Number, +996 and nine digits" example:"+996991000001"`
		BirthDate string `json:"birth_date,omitempty" doc:"YYYY-MM-DD; decides the protection of a minor"`
		Language  string `json:"language,omitempty" enum:"ky,ru,en" default:"ky"`
		Guardian  string `json:"guardian,omitempty" doc:"For a child under fourteen: the parent's subject id"`
		Source    string `json:"source,omitempty" doc:"Registered point of collection" default:"app_form"`
		Data      Values `json:"data,omitempty" doc:"Further values, kept under P01"`
		Channel   string `json:"channel,omitempty"`
	}
}

type registerOutput struct {
	Location string `header:"Location"`
	Body     holder.Registered
}

func (a *API) register(ctx context.Context, in *registerInput) (*registerOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	r := holder.Registration{
		Notice: in.Body.Notice, MSISDN: in.Body.MSISDN, BirthDate: in.Body.BirthDate,
		Lang: privacy.Lang(in.Body.Language), Guardian: privacy.SubjectID(in.Body.Guardian),
		Source: privacy.SourceID(in.Body.Source), Data: map[privacy.CategoryID]map[string]any{},
	}
	for c, v := range in.Body.Data {
		r.Data[privacy.CategoryID(c)] = v
	}
	out, err := a.holder.Register(ctx, who, r)
	return &registerOutput{"/v1/subjects/" + string(out.Subject), out}, err
}

type findOutput struct {
	Body struct {
		Subject privacy.SubjectID `json:"subject"`
	}
}

// findSubject takes the number in a body, so that it stands in no URL or log.
func (a *API) findSubject(ctx context.Context, in *struct {
	Body struct {
		MSISDN string `json:"msisdn"`
	}
},
) (*findOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out := &findOutput{}
	out.Body.Subject, err = a.holder.FindByNumber(ctx, who, in.Body.MSISDN)
	return out, err
}

// SubjectPath is the part of a path that says whom a request is about. Like all
// that is embedded in an input it is exported, or the library does not see it.
type SubjectPath struct {
	ID string `path:"id" doc:"Id of the subject"`
}

// subject is the id in the path; what is no id is nobody's.
func (p *SubjectPath) subject() privacy.SubjectID {
	if !privacy.IsID(p.ID) {
		return ""
	}
	return privacy.SubjectID(p.ID)
}

type writeInput struct {
	SubjectPath
	Category string `path:"category" example:"D05"`
	Body     struct {
		Purpose string         `json:"purpose" example:"P01"`
		Source  string         `json:"source" example:"app_form"`
		Notice  string         `json:"notice,omitempty" doc:"Proof that the subject was told before"`
		Value   map[string]any `json:"value" doc:"Attributes of the category"`
		Channel string         `json:"channel,omitempty"`
	}
}

type writeOutput struct{ Body holder.Written }

func (a *API) write(ctx context.Context, in *writeInput) (*writeOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Write(ctx, who, holder.Write{
		Subject: in.subject(), Category: privacy.CategoryID(in.Category),
		Purpose: privacy.PurposeID(in.Body.Purpose), Source: privacy.SourceID(in.Body.Source), Notice: in.Body.Notice, Value: in.Body.Value,
	})
	return &writeOutput{out}, err
}

func (a *API) rectify(ctx context.Context, in *struct {
	SubjectPath
	Category string `path:"category"`
	Body     struct {
		Purpose string         `json:"purpose,omitempty" doc:"P16 where it has the category, when left out"`
		Source  string         `json:"source" example:"app_form"`
		Value   map[string]any `json:"value"`
		Channel string         `json:"channel,omitempty"`
	}
},
) (*writeOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Rectify(ctx, who, holder.Write{
		Subject: in.subject(), Category: privacy.CategoryID(in.Category),
		Purpose: privacy.PurposeID(in.Body.Purpose), Source: privacy.SourceID(in.Body.Source), Value: in.Body.Value,
	})
	return &writeOutput{out}, err
}

type photoInput struct {
	SubjectPath
	Category  string `path:"category" example:"D04"`
	Attribute string `path:"attribute" example:"face_photo"`
	Purpose   string `query:"purpose" required:"true" example:"P16.face"`
	Source    string `query:"source" default:"app_form"`
	Notice    string `query:"notice"`
	RawBody   []byte `contentType:"image/jpeg"`
}

func (a *API) putPhoto(ctx context.Context, in *photoInput) (*writeOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.PutPhoto(ctx, who, holder.Photo{
		Subject: in.subject(), Purpose: privacy.PurposeID(in.Purpose),
		Category: privacy.CategoryID(in.Category), Attribute: in.Attribute, Source: privacy.SourceID(in.Source),
		Notice: in.Notice, Raw: in.RawBody,
	})
	return &writeOutput{out}, err
}

type photoOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        []byte
}

func (a *API) getPhoto(ctx context.Context, in *struct {
	SubjectPath
	Category  string `path:"category"`
	Attribute string `path:"attribute"`
	Purpose   string `query:"purpose" required:"true"`
},
) (*photoOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	raw, media, err := a.holder.GetPhoto(ctx, who, holder.Photo{
		Subject: in.subject(), Purpose: privacy.PurposeID(in.Purpose),
		Category: privacy.CategoryID(in.Category), Attribute: in.Attribute,
	})
	return &photoOutput{media, raw}, err
}

// Tile is what is known of one value, masked.
type Tile struct {
	Category  privacy.CategoryID  `json:"category"`
	State     privacy.ValueState  `json:"state"`
	Masked    map[string]string   `json:"masked,omitempty"`
	Reason    privacy.Reason      `json:"reason" doc:"allowed, or why the value may not be seen"`
	Source    privacy.SourceID    `json:"source"`
	Verified  string              `json:"verified,omitempty"`
	Collected time.Time           `json:"collected_at"`
	Until     *time.Time          `json:"until"`
	Purposes  []privacy.PurposeID `json:"purposes"`
	Blocks    []Block             `json:"blocks"`
}

type listOutput struct {
	Body struct {
		Tiles []Tile          `json:"values"`
		Event privacy.EventID `json:"event"`
	}
}

func (a *API) list(ctx context.Context, in *struct {
	SubjectPath
	Purpose string `query:"purpose" default:"P13" doc:"The purpose of the look-up"`
},
) (*listOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.holder.List(ctx, who, in.subject(), privacy.PurposeID(in.Purpose))
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Event = l.Event
	out.Body.Tiles = []Tile{}
	for _, t := range l.Tiles {
		out.Body.Tiles = append(out.Body.Tiles, Tile{
			Category: t.Category, State: t.State, Masked: t.Masked, Reason: t.Reason,
			Source: t.Source, Verified: t.Verified, Collected: t.Collected, Until: maybe(t.Until), Purposes: t.Purposes, Blocks: blocksOf(t.Blocked),
		})
	}
	return out, nil
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
