package holder

import (
	"context"
	"time"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Entry is one event as people read it: who by role and organisation, never by
// name. (policy 4.2, US-4.2-2; principle 7)
type Entry struct {
	Event     privacy.EventID
	Seq       uint64
	At        time.Time
	Effective time.Time
	Kind      ledger.Kind
	Actor     privacy.ActorKind
	Org       string
	Channel   string
	Purpose   privacy.PurposeID
	Operation string
	Cats      []string
	Clause    privacy.ClauseID
	Basis     privacy.Basis
	Edition   privacy.EditionID
	Recipient privacy.RecipientID
	Fields    []string // of a disclosure: "D08.msisdn"
	Reason    string
	Outcome   string
	Case      string
	Note      string // what a member of staff wrote; the subject and the officer see it, the auditor does not
}

// LogPage is a page of entries, newest first. Next is 0 on the last page.
type LogPage struct {
	Entries []Entry
	Next    uint64
}

// Log shows the subject the log that the auditor sees. before 0 begins with the
// newest; limit is at most 200.
func (h *Holder) Log(ctx context.Context, actor privacy.Actor, subject privacy.SubjectID, before uint64, limit int) (LogPage, error) {
	const op = "holder.Log"
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var page LogPage
	var notes []int
	var rows []store.EventRow
	err := h.Store.View(ctx, func(v store.View) error {
		page, notes = LogPage{}, nil
		if actor.Acts(privacy.ActorPartner, privacy.ActorAnalyst) {
			return &privacy.Error{Code: privacy.Forbidden}
		}
		s, err := v.Subject(ctx, subject)
		if isNotFound(err) || err == nil && !concerns(&actor, s) {
			return &privacy.Error{Code: privacy.NotFound}
		}
		if err != nil {
			return err
		}
		if before == 0 {
			before = 1 << 62
		}
		if rows, err = v.Events(ctx, subject, 0, before, limit+1); err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			page.Next = rows[limit-1].Seq
		}
		for i, row := range rows {
			e, err := ledger.Parse(row.Bytes)
			if err != nil {
				return err
			}
			page.Entries = append(page.Entries, entryOf(row, &e))
			if len(row.Note) > 0 {
				notes = append(notes, i)
			}
		}
		return nil
	})
	if err != nil {
		return LogPage{}, fail(op, err)
	}
	if actor.Acts(privacy.ActorAuditor) {
		return page, nil
	}
	for _, i := range notes {
		plain, err := h.Vault.OpenFor(ctx, subject, "note", string(rows[i].ID), rows[i].Note)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return LogPage{}, fail(op, err)
		}
		page.Entries[i].Note = string(plain)
	}
	return page, nil
}

func entryOf(row store.EventRow, e *ledger.Event) Entry {
	return Entry{
		Event: row.ID, Seq: row.Seq, At: e.Time, Effective: e.Effective, Kind: e.Kind,
		Actor: privacy.ActorKind(e.Actor.Kind), Org: e.Actor.Org, Channel: e.Actor.Channel,
		Purpose: privacy.PurposeID(e.Purpose), Operation: e.Operation, Cats: e.Categories,
		Clause: privacy.ClauseID(e.Clause), Basis: privacy.Basis(e.Basis), Edition: privacy.EditionID(e.Edition),
		Recipient: privacy.RecipientID(e.Recipient), Fields: fieldsOf(e), Reason: e.Reason, Outcome: e.Outcome, Case: e.Case,
	}
}

// eachEvent walks a subject's stream from the beginning, page by page.
func eachEvent(ctx context.Context, v store.View, id privacy.SubjectID, fn func(store.EventRow, *ledger.Event) error) error {
	for after := uint64(0); ; {
		rows, err := v.Events(ctx, id, after, 0, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			e, err := ledger.Parse(row.Bytes)
			if err != nil {
				return err
			}
			if err := fn(row, &e); err != nil {
				return err
			}
			after = row.Seq
		}
	}
}
