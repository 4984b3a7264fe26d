package api

import (
	"context"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Block is a block or dispute in force.
type Block struct {
	Block    string             `json:"block"`
	Kind     privacy.BlockKind  `json:"kind"`
	Category privacy.CategoryID `json:"category,omitempty"`
	Purpose  privacy.PurposeID  `json:"purpose,omitempty"`
	Since    time.Time          `json:"since"`
}

func blocksOf(in []privacy.Block) []Block {
	out := []Block{}
	for _, b := range in {
		out = append(out, Block{b.ID, b.Kind, b.Category, b.Purpose, b.At})
	}
	return out
}

// BlockBody says what a block or dispute covers.
type BlockBody struct {
	Category string `json:"category,omitempty" doc:"Empty for all"`
	Purpose  string `json:"purpose,omitempty" doc:"Empty for all"`
	Channel  string `json:"channel,omitempty"`
}

type blockOutput struct{ Body holder.BlockSet }

func (a *API) block(ctx context.Context, in *struct {
	SubjectPath
	Body BlockBody
},
) (*blockOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Block(ctx, who, holder.BlockRequest{
		Subject:  in.subject(),
		Category: privacy.CategoryID(in.Body.Category), Purpose: privacy.PurposeID(in.Body.Purpose),
	})
	return &blockOutput{out}, err
}

func (a *API) dispute(ctx context.Context, in *struct {
	SubjectPath
	Body struct {
		BlockBody
		Ground string `json:"ground,omitempty" doc:"unreliable or unlawful" default:"unreliable"`
	}
},
) (*blockOutput, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Dispute(ctx, who, holder.BlockRequest{
		Subject: in.subject(), Ground: in.Body.Ground,
		Category: privacy.CategoryID(in.Body.Category), Purpose: privacy.PurposeID(in.Body.Purpose),
	})
	return &blockOutput{out}, err
}

func (a *API) unblock(ctx context.Context, in *struct {
	SubjectPath
	Block string `path:"block"`
	Body  *struct {
		Outcome string `json:"outcome,omitempty" doc:"Of a dispute: corrected, lifted or destroyed"`
		Channel string `json:"channel,omitempty"`
	} `required:"false"`
},
) (*blockOutput, error) {
	outcome, channel := "", ""
	if in.Body != nil {
		outcome, channel = in.Body.Outcome, in.Body.Channel
	}
	who, err := via(ctx, channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Unblock(ctx, who, in.subject(), in.Block, outcome)
	return &blockOutput{out}, err
}

type removalBody struct {
	Categories []string  `json:"categories,omitempty" doc:"Empty for everything"`
	Ground     string    `json:"ground" doc:"subject_request, purpose_reached, consent_withdrawn, objection_upheld, account_closed, agreement_ended, regulator_order or unlawful_processing" example:"subject_request"`
	Citation   string    `json:"citation,omitempty" doc:"Act and article, for a regulator's order" example:"DC-90.7"`
	Channel    string    `json:"channel,omitempty"`
	Evidence   FreshCode `json:"evidence,omitempty" doc:"When a subscriber himself asks for destruction"`
}

// FreshCode shows that whoever asks has the subscriber's phone in his hand now.
type FreshCode struct {
	Method    string `json:"method,omitempty" doc:"sms"`
	Challenge string `json:"challenge,omitempty" doc:"What POST …/codes gave for the aim destroy"`
	Code      string `json:"code,omitempty"`
}

func (b *removalBody) removal(id privacy.SubjectID) holder.Removal {
	r := holder.Removal{
		Evidence: holder.Evidence{Method: b.Evidence.Method, Challenge: b.Evidence.Challenge, Code: b.Evidence.Code},
		Subject:  id, Ground: holder.Ground(b.Ground), Citation: b.Citation,
	}
	for _, c := range b.Categories {
		r.Categories = append(r.Categories, privacy.CategoryID(c))
	}
	return r
}

func (a *API) delete(ctx context.Context, in *struct {
	SubjectPath
	Body removalBody
},
) (*struct{ Body holder.Removed }, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Delete(ctx, who, in.Body.removal(in.subject()))
	return &struct{ Body holder.Removed }{out}, err
}

func (a *API) destroy(ctx context.Context, in *struct {
	SubjectPath
	Body removalBody
},
) (*struct{ Body holder.Destruction }, error) {
	who, err := via(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	out, err := a.holder.Destroy(ctx, who, in.Body.removal(in.subject()))
	return &struct{ Body holder.Destruction }{out}, err
}

// ExtractRow is one value with its five columns, and recipients and operations.
type ExtractRow struct {
	Category       privacy.CategoryID    `json:"category"`
	Title          privacy.Words         `json:"title"`
	State          privacy.ValueState    `json:"state"`
	Data           map[string]any        `json:"data" doc:"Null when deleted, destroyed or not to be shown"`
	Photographs    []string              `json:"photographs"`
	LegalBasis     []Footing             `json:"legal_basis"`
	Source         Source                `json:"source"`
	ProcessingTerm []Term                `json:"processing_term"`
	StorageTerm    []Term                `json:"storage_term"`
	Recipients     []privacy.RecipientID `json:"recipients"`
	Operations     []string              `json:"operations"`
}

// Footing is one purpose on which a value stands.
type Footing struct {
	Purpose privacy.PurposeID `json:"purpose"`
	Title   privacy.Words     `json:"title"`
	Clause  privacy.ClauseID  `json:"clause"`
	Basis   privacy.Basis     `json:"basis"`
	Cites   []policy.Citation `json:"cites"`
	Now     privacy.Reason    `json:"now" doc:"allowed, or why the value is not used for it now"`
}

// Source is where a value came from.
type Source struct {
	ID        privacy.SourceID `json:"id"`
	Title     privacy.Words    `json:"title"`
	Collected time.Time        `json:"collected_at"`
	Verified  string           `json:"verified,omitempty"`
}

// Term is how long, under one purpose.
type Term struct {
	Purpose privacy.PurposeID `json:"purpose"`
	Term    string            `json:"term" doc:"while, none, or a length such as 3y"`
	Why     privacy.Words     `json:"why"`
}

// Disclosure is one transfer that took place.
type Disclosure struct {
	At         time.Time           `json:"at"`
	Recipient  privacy.RecipientID `json:"recipient"`
	Purpose    privacy.PurposeID   `json:"purpose"`
	Basis      privacy.Basis       `json:"basis,omitempty"`
	Categories []string            `json:"categories"`
	Fields     []string            `json:"fields" doc:"As D08.msisdn"`
	Event      privacy.EventID     `json:"event"`
}

type extractOutput struct {
	Body struct {
		Subject     privacy.SubjectID `json:"subject"`
		Edition     privacy.EditionID `json:"edition"`
		At          time.Time         `json:"at"`
		Holder      extractHolder     `json:"holder"`
		Rows        []ExtractRow      `json:"rows"`
		Consents    []ConsentState    `json:"consents"`
		Blocks      []Block           `json:"blocks"`
		Disclosures []Disclosure      `json:"disclosures"`
		Event       privacy.EventID   `json:"event"`
	}
}

// extractHolder is what DC-73 p.1 wants said of the Holder.
type extractHolder struct {
	Name       privacy.Words `json:"name"`
	Address    privacy.Words `json:"address"`
	Places     privacy.Words `json:"places"`
	Officer    privacy.Words `json:"officer"`
	Regulator  privacy.Words `json:"regulator"`
	Automation privacy.Words `json:"automated_decisions"`
}

func (a *API) extract(ctx context.Context, in *SubjectPath) (*extractOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	x, err := a.holder.Extract(ctx, who, in.subject())
	if err != nil {
		return nil, err
	}
	out := &extractOutput{}
	b := &out.Body
	b.Subject, b.Edition, b.At, b.Event = x.Subject, x.Edition, x.At, x.Event
	b.Holder = extractHolder{x.Holder.Name, x.Holder.Address, x.Holder.Places, x.Holder.Officer, x.Holder.Regulator, x.Holder.Automation}
	b.Rows, b.Consents, b.Disclosures, b.Blocks = []ExtractRow{}, []ConsentState{}, []Disclosure{}, blocksOf(x.Blocks)
	for i := range x.Rows {
		b.Rows = append(b.Rows, rowOf(&x.Rows[i]))
	}
	for _, c := range x.Consents {
		b.Consents = append(b.Consents, ConsentState{c.ID, c.Purpose, c.Edition, c.Grade, c.At, maybe(c.Until), maybe(c.Withdrawn)})
	}
	for _, d := range x.Disclosed {
		d.Fields = list(d.Fields)
		b.Disclosures = append(b.Disclosures, Disclosure(d))
	}
	return out, nil
}

func rowOf(r *holder.ExtractRow) ExtractRow {
	out := ExtractRow{
		Category: r.Category, Title: r.Title, State: r.State, Data: r.Data, Photographs: list(r.Images),
		Source:     Source{r.Source, r.SourceName, r.Collected, r.Verified},
		LegalBasis: []Footing{}, ProcessingTerm: []Term{}, StorageTerm: []Term{}, Recipients: []privacy.RecipientID{}, Operations: []string{},
	}
	recipients, operations := map[privacy.RecipientID]bool{}, map[string]bool{}
	for _, g := range r.Grounds {
		out.LegalBasis = append(out.LegalBasis, Footing{g.Purpose, g.Title, g.Clause, g.Basis, list(g.Cites), g.Live})
		out.ProcessingTerm = append(out.ProcessingTerm, Term{g.Purpose, g.Processing, g.Why})
		out.StorageTerm = append(out.StorageTerm, Term{g.Purpose, g.Storage, g.Why})
		for _, to := range g.Recipients {
			if !recipients[to] {
				recipients[to] = true
				out.Recipients = append(out.Recipients, to)
			}
		}
		for _, o := range g.Operations {
			if !operations[o] {
				operations[o] = true
				out.Operations = append(out.Operations, o)
			}
		}
	}
	return out
}

// LogEntry is one event as people read it: role and organisation, no name.
type LogEntry struct {
	Event     privacy.EventID     `json:"event"`
	At        time.Time           `json:"at"`
	Effective *time.Time          `json:"effective_at,omitempty"`
	Kind      string              `json:"kind"`
	Who       LogActor            `json:"who"`
	Purpose   privacy.PurposeID   `json:"purpose,omitempty"`
	Operation string              `json:"operation,omitempty"`
	Cats      []string            `json:"categories"`
	Clause    privacy.ClauseID    `json:"clause,omitempty"`
	Basis     privacy.Basis       `json:"basis,omitempty"`
	Edition   privacy.EditionID   `json:"edition,omitempty"`
	Recipient privacy.RecipientID `json:"recipient,omitempty"`
	Fields    []string            `json:"fields,omitempty" doc:"Of a disclosure, as D08.msisdn"`
	Reason    string              `json:"reason,omitempty"`
	Outcome   string              `json:"outcome,omitempty"`
	Case      string              `json:"case,omitempty"`
	Note      string              `json:"note,omitempty" doc:"What a member of staff wrote; withheld from the auditor"`
}

// LogActor is who did it.
type LogActor struct {
	Role         privacy.ActorKind `json:"role"`
	Organisation string            `json:"organisation,omitempty"`
	Channel      string            `json:"channel,omitempty"`
}

type logOutput struct {
	Body struct {
		Entries []LogEntry `json:"entries" doc:"Newest first"`
		Next    uint64     `json:"next,omitempty" doc:"Give it as before to get the page that follows; absent on the last"`
	}
}

func (a *API) subjectLog(ctx context.Context, in *struct {
	SubjectPath
	Before uint64 `query:"before"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
},
) (*logOutput, error) {
	who, err := actor(ctx)
	if err != nil {
		return nil, err
	}
	page, err := a.holder.Log(ctx, who, in.subject(), in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &logOutput{}
	out.Body.Next, out.Body.Entries = page.Next, []LogEntry{}
	for _, e := range page.Entries {
		out.Body.Entries = append(out.Body.Entries, LogEntry{
			Event: e.Event, At: e.At, Effective: maybe(e.Effective), Kind: string(e.Kind),
			Who: LogActor{e.Actor, e.Org, e.Channel}, Purpose: e.Purpose, Operation: e.Operation, Cats: list(e.Cats), Clause: e.Clause,
			Basis: e.Basis, Edition: e.Edition, Recipient: e.Recipient, Fields: e.Fields, Reason: e.Reason, Outcome: e.Outcome, Case: e.Case, Note: e.Note,
		})
	}
	return out, nil
}
