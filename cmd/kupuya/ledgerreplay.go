package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/telemetry"
)

type ledgerReplayCmd struct {
	Subject string `help:"Whose decisions." required:"" placeholder:"ID"`
	Event   string `help:"Only this one; every decision of the subject when left out." placeholder:"ID"`
	storeFlags
}

// Run decides again what was decided, and says where the answer is another.
func (c *ledgerReplayCmd) Run(s streams) error {
	ctx := context.Background()
	h, err := c.open(ctx, telemetry.Logger(s.err, level(c.LogLevel)))
	if err != nil {
		return err
	}
	var list []holder.Replayed
	if c.Event != "" {
		var one holder.Replayed
		one, err = h.Replay(ctx, officer(), privacy.SubjectID(c.Subject), privacy.EventID(c.Event))
		list = append(list, one)
	} else {
		list, err = h.ReplayAll(ctx, officer(), privacy.SubjectID(c.Subject))
	}
	if err = errors.Join(err, h.Close()); err != nil {
		return err
	}
	differ := 0
	for i := range list {
		if !list[i].Same {
			differ++
		}
		printReplayed(s, &list[i])
	}
	fmt.Fprintf(s.out, "%d decisions run again, %d differ\n", len(list), differ)
	if differ > 0 {
		return &exit{1, errors.New("a recorded decision is not what the rules and the events before it give")}
	}
	return nil
}

func printReplayed(s streams, r *holder.Replayed) {
	verdict := "same"
	if !r.Same {
		verdict = "DIFFERS"
	}
	fmt.Fprintf(s.out, "%s %s %s %s under %s, age %s\n", verdict, r.Event, r.At.Format(time.RFC3339), r.Kind, r.Edition, r.Age)
	for _, a := range r.Answers {
		q := a.Question
		fmt.Fprintf(s.out, "  %s %s %s: %s", q.Purpose, q.Category, q.Operation, a.Again.Reason)
		if !a.Same {
			fmt.Fprintf(s.out, "; recorded %s, clause %s, basis %s", a.Recorded.Reason, a.Recorded.Clause, a.Recorded.Basis)
		}
		fmt.Fprintln(s.out)
	}
}
