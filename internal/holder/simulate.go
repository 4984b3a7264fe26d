package holder

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/policy/whatif"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// SimulateOptions say how an edition is tried out. The zero value asks about
// this moment and leaves recorded decisions alone.
type SimulateOptions struct {
	// At is the moment both editions are asked about, as if the coming one came
	// into force then; zero is now.
	At time.Time
	// Days is of how many past days the recorded decisions are asked again.
	Days int
	// Resume is what Save was last given by a run that was broken off; it must be
	// of the same editions, moment and days.
	Resume []byte
	// Save keeps how far the run has come; it may be nil. What it is given is
	// numbers and the id of the last subject looked at.
	Save func(state []byte) error
	// Page is how many subjects are looked at on one snapshot; 0 is 20,000.
	Page int
	// Progress hears how far the run has come; it may be nil.
	Progress func(SimulateProgress)
}

// SimulateProgress says how far a simulation has come.
type SimulateProgress struct {
	Stage string // subjects, decisions
	Done  int64
	Total int64 // as it was at the beginning
}

// Simulation is what a coming edition would do.
type Simulation struct {
	whatif.Report
	At        time.Time       `json:"at"`    // the moment asked about
	Began     time.Time       `json:"began"` // when the counting began
	Resumed   bool            `json:"resumed,omitempty"`
	Decisions *AskedAgain     `json:"decisions,omitempty"`
	Event     privacy.EventID `json:"event"` // that records the counting
}

// Simulate says what an edition would do to the population if it came into
// force: who keeps, loses or must be asked again for each purpose, what stops,
// what falls due for destruction and what a duty to keep holds, whose blocks,
// disputes and objections it takes no notice of, and which recorded decisions
// would be refused. It changes nothing but the ledger: the counting is recorded
// before its result is released. Only the officer may ask. (policy 6.3, 3.21; DC-78 p.2)
//
// Each page of subjects is seen as it stood when it was looked at. The counts
// are those of Decide and Duties, subject by subject.
func (h *Holder) Simulate(ctx context.Context, actor privacy.Actor, next policy.Content, o SimulateOptions) (Simulation, error) {
	const op = "holder.Simulate"
	if !actor.Acts(privacy.ActorOfficer) {
		return Simulation{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	if o.Days < 0 || o.Days > 3660 {
		return Simulation{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "decisions", Problem: "days.range"}
	}
	run, err := h.simulation(ctx, &next, o)
	if err != nil {
		return Simulation{}, fail(op, err)
	}
	if err := run.subjects(ctx); err != nil {
		return Simulation{}, fail(op, err)
	}
	if o.Days > 0 {
		if err := run.decisions(ctx); err != nil {
			return Simulation{}, fail(op, err)
		}
	}
	out := Simulation{
		Report: run.plan.Report(&run.state.Tally), At: run.state.At, Began: run.state.Began, Resumed: run.resumed,
		Decisions: run.state.Asked.report(),
	}
	if out.Event, err = h.recordCount(ctx, op, &actor, "simulation", run.next.ID(), out.Subjects); err != nil {
		return Simulation{}, err
	}
	return out, nil
}

// recordCount records that the population was counted, before anybody learns
// the result. (principle 3)
func (h *Holder) recordCount(ctx context.Context, op string, actor *privacy.Actor, what string, about privacy.EditionID, n int64) (privacy.EventID, error) {
	return do(withoutKey(ctx), h, op, actor, store.HolderID, func(c *change) (privacy.EventID, error) {
		row, err := c.record(ledger.DataListed, func(e *ledger.Event) {
			e.Ref, e.Count = string(about), int(min(n, 99_999_999))
			e.Detail = map[string]string{"what": what}
		})
		return row.ID, err
	})
}

// simulating is one run.
type simulating struct {
	h       *Holder
	o       SimulateOptions
	current *policy.Edition
	next    *policy.Edition
	plan    *whatif.Plan
	state   simulateState
	resumed bool
}

// simulateState is how far a run has come: all that the next one needs.
type simulateState struct {
	Of     string            `json:"of"` // which editions, compared how
	At     time.Time         `json:"at"`
	Days   int               `json:"days"`
	Began  time.Time         `json:"began"`
	After  privacy.SubjectID `json:"after"` // the last subject of the pages that were counted
	Looked bool              `json:"looked"`
	Tally  whatif.Tally      `json:"tally"`
	Asked  askedState        `json:"asked"`
}

// simulation compiles the editions and takes up a run that was broken off.
func (h *Holder) simulation(ctx context.Context, content *policy.Content, o SimulateOptions) (*simulating, error) {
	run := &simulating{h: h, o: o}
	if o.Resume != nil {
		if err := json.Unmarshal(o.Resume, &run.state); err != nil {
			return nil, &privacy.Error{Code: privacy.Invalid, Field: "state", Err: err}
		}
	}
	var earlier []*policy.Edition
	if err := h.Store.View(ctx, func(v store.View) error {
		earlier = nil
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		run.current = ed.Edition
		rows, err := v.Editions(ctx)
		for i := range rows { // compiled with the current one
			earlier = append(earlier, h.book.cached(rows[i].ID).Edition)
		}
		return err
	}); err != nil {
		return nil, err
	}
	at := run.at(h.Clock.Now())
	rules, err := json.Marshal(content.Rules)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(rules)
	if run.next, err = policy.Compile(content.Rules, hexOf(sum[:]), actsOf{content.Law}, at, earlier...); err != nil {
		return nil, &privacy.Error{Code: privacy.Invalid, Field: "rules", Err: err}
	}
	run.plan = whatif.New(run.current, run.next)
	of := "1 " + run.current.Hash() + " " + run.next.Hash()
	if o.Resume == nil {
		run.state = simulateState{Of: of, At: at, Days: o.Days, Began: h.Clock.Now()}
		return run, nil
	}
	run.resumed = true
	started := len(run.state.Tally.N) == 0 || run.plan.Fits(&run.state.Tally)
	if run.state.Of != of || !run.state.At.Equal(at) || run.state.Days != o.Days || !started {
		return nil, &privacy.Error{Code: privacy.Conflict, Field: "state", Problem: "state.other", Err: errOtherRun}
	}
	return run, nil
}

var errOtherRun = errors.New("the state is of another simulation: other editions, another moment or other days")

// at is the moment to ask about: as given, as the run that was broken off had
// it, or now; never before the current edition was in force.
func (run *simulating) at(now time.Time) time.Time {
	at := run.o.At
	switch {
	case !at.IsZero():
	case run.o.Resume != nil:
		at = run.state.At
	default:
		at = now
	}
	return later(at.UTC(), run.current.InForce())
}

// tell says how far the run has come.
func (run *simulating) tell(stage string, done, total int64) {
	if run.o.Progress != nil {
		run.o.Progress(SimulateProgress{stage, done, max(done, total)})
	}
}

// save keeps how far the run has come.
func (run *simulating) save() error {
	if run.o.Save == nil {
		return nil
	}
	state, err := json.Marshal(&run.state)
	if err != nil {
		return err
	}
	return run.o.Save(state)
}

// subjects looks at everybody who was not looked at yet.
func (run *simulating) subjects(ctx context.Context) error {
	if run.state.Looked {
		return nil
	}
	total, err := run.h.population(ctx)
	if err != nil {
		return err
	}
	var done int64
	if len(run.state.Tally.N) > 0 {
		done = run.plan.Report(&run.state.Tally).Subjects
	}
	size := run.o.Page
	if size <= 0 {
		size = pageSize
	}
	err = walk(ctx, run.h.Store, run.state.After, size, func() *whatif.Tally { return &whatif.Tally{} },
		func(t *whatif.Tally, s *privacy.Subject) { run.plan.Look(s, run.state.At, t) },
		func(t *whatif.Tally, p page) error {
			run.state.Tally.Add(t)
			run.state.After = p.upto
			done += p.n
			run.tell("subjects", done, total)
			return run.save()
		})
	if err != nil {
		return err
	}
	run.state.Looked = true
	return run.save()
}

// Acceptances are counts of how the subjects stand to every edition that was
// published.
type Acceptances struct {
	whatif.Acceptances
	At    time.Time       `json:"at"`
	Event privacy.EventID `json:"event"` // that records the counting
}

// Acceptances counts for every published edition, oldest first, who accepted it
// by an act of his own, who is deemed to by going on to use the service, who
// refused it and who did neither; the officer and the auditor may ask, and the
// counting is recorded before its result is released. (policy 6.1, 6.2a, 6.4b)
func (h *Holder) Acceptances(ctx context.Context, actor privacy.Actor) (Acceptances, error) {
	const op = "holder.Acceptances"
	if !actor.Acts(privacy.ActorOfficer, privacy.ActorAuditor) {
		return Acceptances{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	rows, err := h.Editions(ctx)
	if err != nil {
		return Acceptances{}, fail(op, err)
	}
	if len(rows) == 0 {
		return Acceptances{}, &privacy.Error{Op: op, Code: privacy.NotInForce}
	}
	var ids []privacy.EditionID
	for i := range rows {
		ids = append(ids, rows[i].ID)
	}
	out := Acceptances{Acceptances: *whatif.NewAcceptances(ids...), At: h.Clock.Now()}
	if err := walk(ctx, h.Store, "", pageSize, func() *whatif.Acceptances { return whatif.NewAcceptances(ids...) },
		func(a *whatif.Acceptances, s *privacy.Subject) { a.Look(s) },
		func(a *whatif.Acceptances, _ page) error { out.Add(a); return nil }); err != nil {
		return Acceptances{}, fail(op, err)
	}
	if out.Event, err = h.recordCount(ctx, op, &actor, "acceptances", ids[len(ids)-1], out.Living); err != nil {
		return Acceptances{}, err
	}
	return out, nil
}
