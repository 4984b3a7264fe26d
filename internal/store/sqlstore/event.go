package sqlstore

import (
	"context"
	"strconv"
	"strings"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Append is as store.Tx has it.
func (t *tx) Append(ctx context.Context, id privacy.SubjectID, e *ledger.Event) (store.EventRow, error) {
	h, err := t.own(id)
	if err != nil {
		return store.EventRow{}, err
	}
	if h.stream == "" {
		if id != store.HolderID {
			return store.EventRow{}, t.fail(privacy.E(t.op, privacy.Internal, errStream))
		}
		h.stream = privacy.HolderStream
	}
	e.Stream, e.Time = string(h.stream), ledger.Stamp(e.Time)
	if e.Time.Before(h.at) {
		e.Time = h.at
	}
	h.head.Link(e)
	canonical, err := ledger.AppendCanonical(nil, e)
	if err != nil {
		return store.EventRow{}, t.fail(err)
	}
	h.head = ledger.Head{Seq: e.Seq, Hash: ledger.Hash(canonical)}
	h.at, h.dirty = e.Time, true
	row := store.EventRow{Subject: id, Seq: uint64(e.Seq), ID: privacy.EventID(e.ID), At: e.Time, Bytes: canonical}
	t.appended = append(t.appended, appended{row, h.stream})
	return row, nil
}

// appended is an event that the engine does not have yet.
type appended struct {
	store.EventRow
	stream privacy.StreamID
}

// together is how many rows one statement may bring. A group commit brings its
// events with few statements, and few texts serve groups of every size.
var together = []int{64, 16, 4, 1}

var (
	insertEvents = manyRows(`INSERT INTO event (subject_id, seq, event_id, at, bytes) VALUES `, 5)
	insertQueue  = manyRows(`INSERT INTO unsealed (subject_id, seq, stream, at) VALUES `, 4)
)

// manyRows makes the texts of a statement for each size of together.
func manyRows(head string, columns int) map[int]string {
	texts := map[int]string{}
	for _, n := range together {
		var b strings.Builder
		b.WriteString(head)
		for i := range n * columns {
			switch {
			case i == 0:
				b.WriteString("(")
			case i%columns == 0:
				b.WriteString("), (")
			default:
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(i+1))
		}
		b.WriteString(")")
		texts[n] = b.String()
	}
	return texts
}

// portion is how many of n rows the next statement brings.
func portion(n int) int {
	for _, size := range together {
		if size <= n {
			return size
		}
	}
	return 0
}

// flush hands the appended events to the engine: before it is asked anything.
func (v *view) flush(ctx context.Context) error {
	rows := v.appended
	v.appended = nil
	for len(rows) > 0 {
		n := portion(len(rows))
		events, queue := make([]any, 0, 5*n), make([]any, 0, 4*n)
		for _, r := range rows[:n] {
			events = append(events, r.Subject, within(r.Seq), r.ID, ms(r.At), r.Bytes)
			queue = append(queue, r.Subject, within(r.Seq), r.stream, ms(r.At))
		}
		if err := v.later(ctx, insertEvents[n], events...); err != nil {
			return err
		}
		if err := v.later(ctx, insertQueue[n], queue...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// Note is as store.Tx has it.
func (t *tx) Note(ctx context.Context, id privacy.SubjectID, seq uint64, sealed []byte) error {
	if _, err := t.own(id); err != nil {
		return err
	}
	return t.later(ctx, `INSERT INTO note (subject_id, seq, sealed) VALUES ($1, $2, $3)`, id, within(seq), sealed)
}

// eventsOf is what is read of an event with its note.
const eventsOf = `SELECT e.subject_id, e.seq, e.event_id, e.at, e.bytes, n.sealed
	FROM event e LEFT JOIN note n ON n.subject_id = e.subject_id AND n.seq = e.seq
	WHERE e.subject_id = $1 `

func readEvent(s scan, r *store.EventRow) error {
	return s((*string)(&r.Subject), &r.Seq, (*string)(&r.ID), at(&r.At), &r.Bytes, &r.Note)
}

// Events is as store.View has it.
func (v *view) Events(ctx context.Context, id privacy.SubjectID, after, before uint64, limit int) ([]store.EventRow, error) {
	if before == 0 {
		return list(ctx, v, readEvent, eventsOf+`AND e.seq > $2 ORDER BY e.seq LIMIT $3`, id, within(after), page(limit))
	}
	return list(ctx, v, readEvent, eventsOf+`AND e.seq > $2 AND e.seq < $3 ORDER BY e.seq DESC LIMIT $4`,
		id, within(after), within(before), page(limit))
}

// Event is as store.View has it.
func (v *view) Event(ctx context.Context, id privacy.SubjectID, event privacy.EventID) (store.EventRow, error) {
	var r store.EventRow
	err := v.one(ctx, []any{(*string)(&r.Subject), &r.Seq, (*string)(&r.ID), at(&r.At), &r.Bytes, &r.Note},
		eventsOf+`AND e.event_id = $2`, id, event)
	return r, err
}
