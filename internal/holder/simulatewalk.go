package holder

import (
	"context"
	"runtime"
	"sync"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// pageSize is for how many subjects one snapshot is held: a fraction of a second.
const pageSize = 20_000

// page is a part of the population that was looked at.
type page struct {
	after, upto privacy.SubjectID
	n           int64 // subjects in it
}

// walk looks at every subject after the given one, in pages of a size, on as many
// snapshots as there are processors, and hands on what was made of each page in
// the order of the pages, so that what was handed on is always a beginning of
// the whole. It holds a few pages' results and one subject a reader, however
// many there are. Who registers meanwhile comes last, having the latest id, and
// is looked at too.
func walk[T any](ctx context.Context, s store.Store, after privacy.SubjectID, size int, fresh func() T, look func(T, *privacy.Subject), merge func(T, page) error) error {
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	readers := min(max(runtime.GOMAXPROCS(0), 1), 4)
	type result struct {
		page
		made T
		err  error
	}
	order := make(chan chan result, 2*readers) // results in the order of the pages
	jobs := make(chan func())
	for range readers {
		all.Go(func() {
			for job := range jobs {
				job()
			}
		})
	}
	all.Go(func() {
		defer close(jobs)
		defer close(order)
		for ctx.Err() == nil {
			p := page{after: after}
			err := s.View(ctx, func(v store.View) (err error) {
				p.upto, err = v.Mark(ctx, after, size)
				return err
			})
			if err == nil && p.upto == "" {
				return
			}
			done := make(chan result, 1)
			select {
			case order <- done:
			case <-ctx.Done():
				return
			}
			if err != nil {
				done <- result{err: err}
				return
			}
			jobs <- func() {
				r := result{page: p, made: fresh()}
				r.err = s.View(ctx, func(v store.View) error {
					return v.Standings(ctx, p.after, p.upto, func(s *privacy.Subject) error {
						r.n++
						look(r.made, s)
						return nil
					})
				})
				done <- r
			}
			after = p.upto
		}
	})
	for done := range order {
		r := <-done
		if r.err != nil {
			return r.err
		}
		if err := merge(r.made, r.page); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// population is how many subjects there are, of any status.
func (h *Holder) population(ctx context.Context) (n int64, err error) {
	err = h.Store.View(ctx, func(v store.View) error {
		counts, err := v.Counts(ctx)
		n = 0
		for _, k := range counts {
			n += k
		}
		return err
	})
	return n, err
}
