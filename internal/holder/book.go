package holder

import (
	"context"
	"sync"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Source is what the archive of an edition holds.
type Source = policy.Content

// ReadPack reads the archive of an edition.
type ReadPack func(pack []byte) (*Source, error)

// edition is a published edition with its texts.
type edition struct {
	*policy.Edition
	texts     map[privacy.Lang]policy.Text
	law       *law.Registry
	published time.Time
}

// due gives when a duty of the law registry that begins at t is due.
func (e *edition) due(id string, t time.Time) (time.Time, error) {
	due, err := e.law.Due(law.DeadlineID(id), t)
	return due.End, err
}

// book keeps the published editions compiled. Which one is in force is read in
// the transaction itself, so that publication is one switch for every node.
// (policy 6.4a)
type book struct {
	read ReadPack
	mu   sync.Mutex
	have map[privacy.EditionID]*edition
	next map[string]*Source // editions on their way that were read, by the hash of the pack
}

func newBook(read ReadPack) *book {
	return &book{read: read, have: map[privacy.EditionID]*edition{}, next: map[string]*Source{}}
}

// current gives the edition in force: the one that was switched to last, on the
// view's snapshot. No clock is asked, so that no two nodes can differ. (policy 6.4a)
func (b *book) current(ctx context.Context, v store.View) (*edition, error) {
	rows, err := v.Editions(ctx)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, &privacy.Error{Op: "holder.edition", Code: privacy.NotInForce}
	}
	return b.compiled(ctx, v, rows)
}

// at is the moment of something done under the edition: never before it was in
// force, whatever the node's clock says.
func (e *edition) at(now time.Time) time.Time {
	if now.Before(e.InForce()) {
		return e.InForce()
	}
	return now
}

// proposed reads the pack of an edition on its way, once.
func (b *book) proposed(ctx context.Context, v store.View, p *store.Proposal) (*Source, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if src := b.next[p.Hash]; src != nil {
		return src, nil
	}
	pack, err := v.ProposalPack(ctx, p.Edition)
	if err != nil {
		return nil, err
	}
	src, err := b.read(pack)
	if err == nil {
		clear(b.next) // there is one at a time
		b.next[p.Hash] = src
	}
	return src, err
}

// cached gives an edition that was compiled before.
func (b *book) cached(id privacy.EditionID) *edition {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.have[id]
}

// byID gives one published edition.
func (b *book) byID(ctx context.Context, v store.View, id privacy.EditionID) (*edition, error) {
	rows, err := v.Editions(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].ID == id {
			return b.compiled(ctx, v, rows[:i+1])
		}
	}
	return nil, &privacy.Error{Op: "holder.edition", Code: privacy.NotFound}
}

// compiled gives the last of rows, compiling it and those before it as needed.
func (b *book) compiled(ctx context.Context, v store.View, rows []store.Edition) (*edition, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var earlier []*policy.Edition
	for i := range rows {
		e := b.have[rows[i].ID]
		if e == nil {
			pack, err := v.EditionPack(ctx, rows[i].ID)
			if err != nil {
				return nil, err
			}
			if e, err = b.compile(rows[i], pack, earlier); err != nil {
				return nil, err
			}
			b.have[rows[i].ID] = e
		}
		earlier = append(earlier, e.Edition)
	}
	return b.have[rows[len(rows)-1].ID], nil
}

func (b *book) compile(row store.Edition, pack []byte, earlier []*policy.Edition) (*edition, error) {
	src, err := b.read(pack)
	if err != nil {
		return nil, err
	}
	ed, err := policy.Compile(src.Rules, row.Hash, actsOf{src.Law}, row.InForce, earlier...)
	if err != nil {
		return nil, err
	}
	return &edition{Edition: ed, texts: src.Texts, law: src.Law, published: row.Published}, nil
}

// actsOf shows the law registry as the policy room wants it.
type actsOf struct{ law *law.Registry }

func (a actsOf) Interval(id law.ActID) (from, to time.Time, ok bool) {
	return a.law.Interval(id)
}
