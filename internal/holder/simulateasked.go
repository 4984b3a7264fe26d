package holder

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// AskedAgain says what would become of the decisions of the last days. Each
// category of each recorded decision that said yes is asked again, of both
// editions, about the moment of the simulation and with the subject's standing
// of today, by an actor whose credential names it: not what the coming edition
// would have said then, but whether what was asked would go on.
type AskedAgain struct {
	Days    int       `json:"days"`
	Since   time.Time `json:"since"`
	Asked   int64     `json:"asked"`   // answers asked again
	Go      int64     `json:"go_on"`   // allowed by both editions
	Stop    int64     `json:"stop"`    // allowed by the current one only
	Begin   int64     `json:"begin"`   // refused by the current one today, allowed by the coming one
	Already int64     `json:"already"` // refused by both: what changed is the subject, not the edition
	Gone    int64     `json:"gone"`    // of a subject who is no more
	Unread  int64     `json:"unread"`  // events that wait for the tree beyond what was read
	// Callers whose questions would start to be refused, the most asked first.
	Callers []CallerStopped `json:"callers"`
}

// CallerStopped is one caller and question that would start to be refused.
type CallerStopped struct {
	Actor     privacy.ActorKind   `json:"actor"`
	ID        string              `json:"id,omitempty"` // of the credential or account; never of a subject
	Org       string              `json:"org,omitempty"`
	Purpose   privacy.PurposeID   `json:"purpose"`
	Category  privacy.CategoryID  `json:"category"`
	Operation string              `json:"operation"`
	Recipient privacy.RecipientID `json:"recipient,omitempty"`
	Reason    privacy.Reason      `json:"reason"`
	Count     int64               `json:"count"`
}

// askedState is how far the asking has come; leaves are read backwards.
type askedState struct {
	AskedAgain
	Begun bool  `json:"begun"`
	Size  int64 `json:"size"`  // leaves of the tree when it began
	Next  int64 `json:"next"`  // leaves below this one were not read yet
	First int64 `json:"first"` // about where the days begin
	Done  bool  `json:"is_over"`
}

func (a *askedState) report() *AskedAgain {
	if !a.Done {
		return nil
	}
	out := a.AskedAgain
	slices.SortFunc(out.Callers, func(a, b CallerStopped) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Org, b.Org), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Actor, b.Actor),
			cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Operation, b.Operation),
			cmp.Compare(a.Recipient, b.Recipient), cmp.Compare(a.Reason, b.Reason))
	})
	return &out
}

const (
	leavesRead   = 2_000  // a page
	leavesSaved  = 20     // pages, after which what is done is kept
	unsealedRead = 20_000 // more than wait in a second
)

// decisions asks the recorded decisions again, the newest first: the tree is in
// the order of time, but for moments, so the reading ends with the first page
// that is all too old.
func (run *simulating) decisions(ctx context.Context) error {
	a := &run.state.Asked
	if a.Done {
		return nil
	}
	r := asking{run: run, spots: map[policy.Question][2]policy.Spot{}, callers: map[CallerStopped]int{}, names: map[string]privacy.CategoryID{}}
	r.actor = privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem, ID: "simulation", AllPurposes: true, Operations: ^privacy.Operations(0)})
	for i, c := range a.Callers {
		c.Count = 0
		r.callers[c] = i
	}
	for _, c := range run.current.Rules().Categories {
		r.names[string(lower(c.ID))] = c.ID
	}
	if !a.Begun {
		if err := r.begin(ctx); err != nil {
			return err
		}
	}
	for pages := 0; a.Next > 0; {
		from := max(a.Next-leavesRead, 0)
		more, err := r.leaves(ctx, from, int(a.Next-from))
		if err != nil {
			return err
		}
		a.Next = from
		if !more {
			break
		}
		run.tell("decisions", a.Size-from, a.Size-min(a.First, from))
		if pages++; pages%leavesSaved == 0 {
			if err := run.save(); err != nil {
				return err
			}
		}
	}
	a.Done = true
	return run.save()
}

// asking is the work on recorded decisions.
type asking struct {
	run     *simulating
	actor   privacy.Actor
	spots   map[policy.Question][2]policy.Spot
	callers map[CallerStopped]int         // place in the report, by all but the count
	names   map[string]privacy.CategoryID // a category as a detail of an event spells it
}

// begin finds where the days begin and asks what is not in the tree yet.
func (r *asking) begin(ctx context.Context) error {
	a := &r.run.state.Asked
	a.AskedAgain = AskedAgain{Days: r.run.o.Days, Since: r.run.state.Began.AddDate(0, 0, -r.run.o.Days), Callers: []CallerStopped{}}
	var waiting []store.EventRow
	err := r.run.h.Store.View(ctx, func(v store.View) error {
		c, err := v.Checkpoint(ctx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		a.Size, a.Next = c.Size, c.Size
		if waiting, err = v.Unsealed(ctx, unsealedRead); err != nil {
			return err
		}
		n, err := v.UnsealedCount(ctx)
		if err != nil {
			return err
		}
		a.Unread = n - int64(len(waiting))
		a.First, err = firstLeaf(ctx, v, c.Size, a.Since)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := r.ask(ctx, waiting); err != nil {
		return err
	}
	a.Begun = true
	return nil
}

// firstLeaf is about where the leaves since t begin; it only says how much is
// to be done.
func firstLeaf(ctx context.Context, v store.View, size int64, t time.Time) (int64, error) {
	low, high := int64(0), size
	for low < high {
		mid := low + (high-low)/2
		rows, err := v.Leaves(ctx, mid, 1)
		if err != nil {
			return 0, err
		}
		if len(rows) > 0 && rows[0].At.Before(t) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, nil
}

// leaves asks one page of the tree; false when all of it was too old.
func (r *asking) leaves(ctx context.Context, from int64, n int) (more bool, err error) {
	var rows []store.EventRow
	if err := r.run.h.Store.View(ctx, func(v store.View) error {
		rows = rows[:0]
		leaves, err := v.Leaves(ctx, from, n)
		for i := range leaves {
			rows = append(rows, leaves[i].EventRow)
		}
		return err
	}); err != nil {
		return false, err
	}
	return r.ask(ctx, rows)
}

// question is one answer of a recorded decision.
type question struct {
	policy.Question
	caller CallerStopped
	n      int64
}

// ask asks what events record, with the standings their subjects have now, and
// reports whether any was young enough.
func (r *asking) ask(ctx context.Context, rows []store.EventRow) (young bool, err error) {
	questions := map[privacy.SubjectID][]question{}
	for i := range rows {
		if rows[i].At.Before(r.run.state.Asked.Since) {
			continue
		}
		young = true
		if rows[i].Subject == store.HolderID {
			continue
		}
		e, err := ledger.Parse(rows[i].Bytes)
		if err != nil {
			return false, err
		}
		if asked := r.questions(&e); len(asked) > 0 {
			questions[rows[i].Subject] = append(questions[rows[i].Subject], asked...)
		}
	}
	ids := make([]privacy.SubjectID, 0, len(questions))
	for id := range questions {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return young, r.run.h.Store.View(ctx, func(v store.View) error {
		return v.StandingsOf(ctx, ids, func(s *privacy.Subject) error {
			for _, q := range questions[s.ID] {
				r.count(s, &q)
			}
			return nil
		})
	})
}

// questions finds in an event what was asked and allowed.
func (r *asking) questions(e *ledger.Event) (out []question) {
	op, ok := opOf(e)
	if !ok || e.Purpose == "" || e.Kind == ledger.DecisionRefused || slices.Contains(privacy.Reasons[1:], privacy.Reason(e.Reason)) {
		return nil // no decision, or one that said no
	}
	q := question{n: int64(max(e.Count, 1))}
	q.Purpose, q.Operation, q.Recipient = privacy.PurposeID(e.Purpose), op, privacy.RecipientID(e.Recipient)
	q.caller = CallerStopped{
		Actor: privacy.ActorKind(e.Actor.Kind), Org: e.Actor.Org, Purpose: q.Purpose, Operation: op.String(), Recipient: q.Recipient,
	}
	if q.caller.Actor != privacy.ActorSubject && q.caller.Actor != privacy.ActorRepresentative { // whose id is theirs alone
		q.caller.ID = e.Actor.ID
	}
	add := func(c privacy.CategoryID) {
		q.Category, q.caller.Category = c, c
		out = append(out, q)
	}
	for _, c := range e.Categories {
		add(base(privacy.CategoryID(c)))
	}
	for name, said := range e.Detail { // allowed, but nothing was held
		if c, is := r.names[name]; is && said == absent {
			add(c)
		}
	}
	return out
}

// count asks both editions and counts the answers.
func (r *asking) count(s *privacy.Subject, q *question) {
	a := &r.run.state.Asked
	a.Asked += q.n
	if s.Status == privacy.StatusDestroying || s.Status == privacy.StatusDestroyed {
		a.Gone += q.n
		return
	}
	spots, known := r.spots[q.Question]
	if !known {
		spots = [2]policy.Spot{r.run.current.Spot(q.Question), r.run.next.Spot(q.Question)}
		r.spots[q.Question] = spots
	}
	before, after := spots[0].Ask(s, &r.actor, r.run.state.At), spots[1].Ask(s, &r.actor, r.run.state.At)
	switch yes, goes := before == privacy.Allowed, after == privacy.Allowed; {
	case yes && goes:
		a.Go += q.n
	case goes:
		a.Begin += q.n
	case !yes:
		a.Already += q.n
	default:
		a.Stop += q.n
		c := q.caller
		c.Reason = after
		at, known := r.callers[c]
		if !known {
			at = len(a.Callers)
			r.callers[c] = at
			a.Callers = append(a.Callers, c)
		}
		a.Callers[at].Count += q.n
	}
}
