package ledger

import "fmt"

// Code says in what way an export is not as it was recorded.
type Code string

// The closed set of codes.
const (
	// BadHeader: the first line is not the header of an export under the key.
	BadHeader Code = "header"
	// BadLine: a line is not spelled in the one way it can be, or its event is not a canonical event.
	BadLine Code = "not_canonical"
	// BadLeaf: the event and the leaf hash beside it do not belong together.
	BadLeaf Code = "leaf_mismatch"
	// BadLink: an event does not follow from the one before it in its stream.
	BadLink Code = "link_broken"
	// Gap: an event or a checkpoint is missing.
	Gap Code = "sequence_gap"
	// BadRoot: the events do not give the root that was signed.
	BadRoot Code = "root_mismatch"
	// BadSignature: a checkpoint is not signed as the header says.
	BadSignature Code = "signature"
	// Truncated: the export stops before its end, or before what an auditor has already seen.
	Truncated Code = "truncated"
	// Trailing: there is something after the end.
	Trailing Code = "trailing"
	// Forked: the export is sound in itself, yet not the history of which the auditor keeps a signed checkpoint.
	Forked Code = "fork"
	// Misplaced: a line stands where it does not belong, or twice.
	Misplaced Code = "order"
)

// Damage is the error of Verify for an export that is not what was recorded. It never carries a value of an event.
type Damage struct {
	// Position is the first position that may be at fault, counted in events from 0. For damage to a line that is no
	// event it is the number of events before that line. In a fork it is the size of the last kept checkpoint that
	// is still part of the history.
	Position int64
	// Last is the last position that may be at fault; equal to Position where the place is certain. They differ
	// when the fault shows only later: a link to an event that was changed together with its leaf hash, an event
	// removed, a root that does not come out.
	Last int64
	// Line is the line of the export at which the damage showed, from 1.
	Line int64
	// What is the kind of damage.
	What Code
	// Stream is the stream concerned; empty if the damage is not in one.
	Stream string
	// Why is one English sentence for the officer who reads it.
	Why string
}

// Error tells where and what.
func (d *Damage) Error() string {
	where := fmt.Sprintf("position %d", d.Position)
	if d.Last != d.Position {
		where = fmt.Sprintf("positions %d to %d", d.Position, d.Last)
	}
	return fmt.Sprintf("ledger: damage at %s (line %d): %s: %s", where, d.Line, d.What, d.Why)
}
