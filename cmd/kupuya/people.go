package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/format"
	"kupuya/internal/holder"
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/synth"
)

// population makes made-up subscribers through the Holder's own verbs: told,
// registered, accepted by a tick, contract concluded, no optional consent.
type population struct {
	*house
	corpus synth.Corpus
	doc    holder.Document
	mu     sync.Mutex
	ids    map[int]privacy.SubjectID
	first  privacy.SubjectID // an adult: guardian where a parent is outside the population
}

// listed is how many of the population the ready file names.
const listed = 24

func (p *population) make(ctx context.Context, n int) ([]readySubject, error) {
	var err error
	if p.doc, err = p.Current(ctx); err != nil {
		return nil, err
	}
	p.ids = make(map[int]privacy.SubjectID, n)
	var adults, minors []int
	for i := range n {
		if s, ok := p.corpus.Subscriber(i); ok && s.Parent >= 0 {
			minors = append(minors, i)
		} else {
			adults = append(adults, i)
		}
	}
	if err := p.each(ctx, adults); err != nil {
		return nil, err
	}
	if len(adults) > 0 {
		p.first = p.ids[adults[0]]
	}
	if err := p.each(ctx, minors); err != nil { // a child's number needs a registered parent
		return nil, err
	}
	var out []readySubject
	for k, group := range [][]int{adults, minors} {
		for _, i := range group[:min(len(group), listed/(k*2+1))] {
			out = append(out, readySubject{ID: p.ids[i], MSISDN: p.corpus.Number(i), Adult: k == 0})
		}
	}
	return out, nil
}

// each makes the subscribers of a group, a few at once.
func (p *population) each(ctx context.Context, group []int) error {
	work := make(chan int)
	errs := make(chan error, 1)
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for i := range work {
				if err := p.one(ctx, i); err != nil {
					select {
					case errs <- fmt.Errorf("made-up subscriber %d: %w", i, err):
					default:
					}
				}
			}
		})
	}
	for _, i := range group {
		if len(errs) > 0 || ctx.Err() != nil {
			break
		}
		work <- i
	}
	close(work)
	done.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return ctx.Err()
	}
}

// one makes one subscriber, or finds the one an earlier demonstration made.
func (p *population) one(ctx context.Context, i int) error {
	s, _ := p.corpus.Subscriber(i)
	app := privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorSystem, ID: "demo", Org: "demo-crm", Channel: privacy.ChannelApp,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
	id, err := p.FindByNumber(ctx, app, p.corpus.Number(i))
	if privacy.CodeOf(err) == privacy.NotFound {
		id, err = p.register(ctx, app, s)
	}
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.ids[i] = id
	p.mu.Unlock()
	return nil
}

func (p *population) register(ctx context.Context, app privacy.Actor, s synth.Subscriber) (privacy.SubjectID, error) {
	text := p.doc.Texts[s.Lang]
	told, err := p.Tell(ctx, app, "", s.Lang, text.SHA256)
	if err != nil {
		return "", err
	}
	r := holder.Registration{Notice: told.Notice, Lang: s.Lang, Source: "app_form", Data: p.contractData(s)}
	born, err := law.ParseDate(s.Data["D02"]["birth_date"].(string))
	if err != nil {
		return "", err
	}
	if !format.OfAge(born.Start(), p.Clock.Now(), 14) {
		r.Guardian = p.parent(s)
	}
	reg, err := p.Register(ctx, app, r)
	if err != nil {
		return "", err
	}
	if err := p.accept(ctx, app, reg.Subject, s.Lang, text); err != nil {
		return "", err
	}
	_, err = p.Agree(ctx, app, reg.Subject)
	return reg.Subject, err
}

// contractData are the values that the contract is concluded with; photographs
// go another way.
func (p *population) contractData(s synth.Subscriber) map[privacy.CategoryID]map[string]any {
	out := map[privacy.CategoryID]map[string]any{}
	for _, purpose := range p.doc.Rules.Purposes {
		if purpose.ID != "P01" {
			continue
		}
		for _, row := range purpose.Rows {
			value := map[string]any{}
			for _, cat := range p.doc.Rules.Categories {
				for _, a := range cat.Attributes {
					if v, has := s.Data[string(row.Category)][a.ID]; has && cat.ID == row.Category && a.Type != "image" && a.Under("P01") {
						value[a.ID] = v
					}
				}
			}
			if len(value) > 0 {
				out[row.Category] = value
			}
		}
	}
	return out
}

func (p *population) parent(s synth.Subscriber) privacy.SubjectID {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, ok := p.ids[s.Parent]; ok {
		return id
	}
	return p.first
}

func (p *population) accept(ctx context.Context, app privacy.Actor, id privacy.SubjectID, lang privacy.Lang, text policy.Text) error {
	form, err := p.Form(ctx, app, id, evidence.AimAccept, lang)
	if err != nil {
		return err
	}
	now := p.Clock.Now()
	tick, err := json.Marshal(map[string]any{
		"bound": form.Bound, "text_hash": form.TextHash, "lang": lang, "prefilled": false,
		"shown_at": now.Add(-40 * time.Second), "ticked_at": now.Add(-time.Second),
	})
	if err != nil {
		return err
	}
	_, err = p.Accept(ctx, app, holder.Acceptance{
		Subject: id, Lang: lang, Text: text.SHA256,
		Evidence: holder.Evidence{Method: "tick", Body: tick},
	})
	return err
}
