package holder

import (
	"context"
	"errors"
	"sync"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// committer records readings together: many readers, one durable transaction,
// and each gets its own values only after it. A reading that fails fails alone.
type committer struct {
	h    *Holder
	jobs chan *readJob
	stop chan struct{}
	done sync.WaitGroup
}

// readJob is one reading on its way.
type readJob struct {
	ctx   context.Context
	actor privacy.Actor
	r     Read
	out   *opened
	err   error
	ready chan struct{}
}

const (
	batchMax   = 64 // readings in one transaction
	committers = 2  // transactions under way at once
)

func newCommitter(h *Holder) *committer {
	c := &committer{h: h, jobs: make(chan *readJob), stop: make(chan struct{})}
	for range committers {
		c.done.Add(1)
		go c.run()
	}
	return c
}

func (c *committer) close() {
	close(c.stop)
	c.done.Wait()
}

// read waits until the reading is recorded, then opens the values.
func (c *committer) read(ctx context.Context, job *readJob) (Values, error) {
	job.ctx, job.ready = ctx, make(chan struct{})
	select {
	case c.jobs <- job:
	case <-c.stop:
		return Values{}, &privacy.Error{Code: privacy.Unavailable}
	case <-ctx.Done():
		return Values{}, &privacy.Error{Code: privacy.Unavailable, Err: ctx.Err()}
	}
	<-job.ready
	if job.err != nil {
		return Values{}, job.err
	}
	return c.h.release(ctx, job.out)
}

func (c *committer) run() {
	defer c.done.Done()
	for {
		select {
		case job := <-c.jobs:
			c.commit(c.gather(job))
		case <-c.stop:
			return
		}
	}
}

// gather takes the readings that wait, without waiting for more: while one
// transaction commits, the next batch fills by itself.
func (c *committer) gather(first *readJob) []*readJob {
	batch := []*readJob{first}
	for len(batch) < batchMax {
		select {
		case job := <-c.jobs:
			batch = append(batch, job)
		default:
			return batch
		}
	}
	return batch
}

func (c *committer) commit(batch []*readJob) {
	if len(batch) > 1 && c.together(batch) {
		return
	}
	for _, job := range batch { // alone, so that one bad reading spoils no other
		job.err = c.h.Store.Update(job.ctx, job.r.Subject, func(tx store.Tx) error {
			var err error
			job.out, err = c.h.recordRead(job.ctx, tx, job)
			return err
		})
		close(job.ready)
	}
}

var errAlone = errors.New("holder: record it alone")

// together records the batch in one transaction, or nothing of it.
func (c *committer) together(batch []*readJob) bool {
	ids := make([]privacy.SubjectID, len(batch))
	for i, job := range batch {
		ids[i] = job.r.Subject
	}
	ctx := context.WithoutCancel(batch[0].ctx)
	err := c.h.Store.UpdateEach(ctx, ids, func(tx store.Tx) error {
		for _, job := range batch {
			var err error
			if job.out, err = c.h.recordRead(ctx, tx, job); err != nil {
				return errAlone
			}
		}
		return nil
	})
	if err != nil {
		return false
	}
	for _, job := range batch {
		close(job.ready)
	}
	return true
}
