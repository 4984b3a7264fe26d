package sqlstore

import (
	"context"
	"strings"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

const recipientColumns = `SELECT recipient_id, state, contract, author, endpoint, secrets, changed FROM recipient `

func readRecipient(s scan, r *store.Recipient) error {
	return s((*string)(&r.ID), &r.State, &r.Contract, &r.Author, &r.Endpoint, &r.Secrets, at(&r.Changed))
}

// Recipient is as store.View has it.
func (v *view) Recipient(ctx context.Context, id privacy.RecipientID) (store.Recipient, error) {
	return first(list(ctx, v, readRecipient, recipientColumns+`WHERE recipient_id = $1`, id))
}

// Recipients is as store.View has it.
func (v *view) Recipients(ctx context.Context) ([]store.Recipient, error) {
	return list(ctx, v, readRecipient, recipientColumns+`ORDER BY recipient_id`)
}

// PutRecipient is as store.Tx has it.
func (t *tx) PutRecipient(ctx context.Context, r store.Recipient) error {
	return t.later(ctx, `INSERT INTO recipient (recipient_id, state, contract, author, endpoint, secrets, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (recipient_id) DO UPDATE SET state = excluded.state, contract = excluded.contract, author = excluded.author,
		endpoint = excluded.endpoint, secrets = excluded.secrets, changed = excluded.changed`,
		r.ID, r.State, r.Contract, r.Author, r.Endpoint, r.Secrets, ms(r.Changed))
}

const disclosureColumns = `SELECT subject_id, disclosure_id, recipient, purpose, operation, basis, clause, edition, fields, event_id,
	at, until, tell_by, told, told_by, withheld, ended FROM disclosure `

func readDisclosure(s scan, d *store.Disclosure) error {
	var fields string
	err := s((*string)(&d.Subject), &d.ID, (*string)(&d.Recipient), (*string)(&d.Purpose), &d.Operation, (*string)(&d.Basis),
		(*string)(&d.Clause), (*string)(&d.Edition), &fields, (*string)(&d.Event), at(&d.At), at(&d.Until), at(&d.TellBy),
		at(&d.Told), &d.ToldBy, at(&d.Withheld), at(&d.Ended))
	d.Fields = strings.Fields(fields)
	return err
}

// Disclosures is as store.View has it.
func (v *view) Disclosures(ctx context.Context, id privacy.SubjectID) ([]store.Disclosure, error) {
	return list(ctx, v, readDisclosure, disclosureColumns+`WHERE subject_id = $1 ORDER BY at, disclosure_id`, id)
}

// Disclosure is as store.View has it.
func (v *view) Disclosure(ctx context.Context, id privacy.SubjectID, disclosure string) (store.Disclosure, error) {
	return first(list(ctx, v, readDisclosure, disclosureColumns+`WHERE subject_id = $1 AND disclosure_id = $2`, id, disclosure))
}

// PutDisclosure is as store.Tx has it.
func (t *tx) PutDisclosure(ctx context.Context, d store.Disclosure) error {
	if _, err := t.own(d.Subject); err != nil {
		return err
	}
	return t.later(ctx, `INSERT INTO disclosure (subject_id, disclosure_id, recipient, purpose, operation, basis, clause, edition, fields,
		event_id, at, until, tell_by, told, told_by, withheld, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (subject_id, disclosure_id) DO UPDATE SET told = excluded.told, told_by = excluded.told_by,
		withheld = excluded.withheld, ended = excluded.ended`,
		d.Subject, d.ID, d.Recipient, d.Purpose, d.Operation, d.Basis, d.Clause, d.Edition, strings.Join(d.Fields, " "),
		d.Event, ms(d.At), ms(d.Until), ms(d.TellBy), ms(d.Told), d.ToldBy, ms(d.Withheld), ms(d.Ended))
}

// DropDisclosures is as store.Tx has it.
func (t *tx) DropDisclosures(ctx context.Context, id privacy.SubjectID) error {
	if _, err := t.own(id); err != nil {
		return err
	}
	return t.later(ctx, `DELETE FROM disclosure WHERE subject_id = $1`, id)
}

const propagationColumns = `SELECT subject_id, propagation_id, recipient, action, categories, purpose, seq, created, due, sent, late,
	confirmed, outcome, citation FROM propagation `

func readPropagation(s scan, p *store.Propagation) error {
	var cats string
	var seq int64
	err := s((*string)(&p.Subject), &p.ID, (*string)(&p.Recipient), &p.Action, &cats, (*string)(&p.Purpose), &seq, at(&p.Created),
		at(&p.Due), at(&p.Sent), at(&p.Late), at(&p.Confirmed), &p.Outcome, &p.Citation)
	p.Seq = uint64(seq)
	for _, c := range strings.Fields(cats) {
		p.Categories = append(p.Categories, privacy.CategoryID(c))
	}
	return err
}

// Propagations is as store.View has it.
func (v *view) Propagations(ctx context.Context, id privacy.SubjectID) ([]store.Propagation, error) {
	return list(ctx, v, readPropagation, propagationColumns+`WHERE subject_id = $1 ORDER BY seq, propagation_id`, id)
}

// Propagation is as store.View has it.
func (v *view) Propagation(ctx context.Context, id string) (store.Propagation, error) {
	return first(list(ctx, v, readPropagation, propagationColumns+`WHERE propagation_id = $1`, id))
}

// Unconfirmed is as store.View has it.
func (v *view) Unconfirmed(ctx context.Context, t time.Time, limit int) ([]store.Propagation, error) {
	return list(ctx, v, readPropagation, propagationColumns+`WHERE confirmed IS NULL AND due <= $1
		ORDER BY due, subject_id, propagation_id LIMIT $2`, ms(t), page(limit))
}

// PutPropagation is as store.Tx has it.
func (t *tx) PutPropagation(ctx context.Context, p store.Propagation) error {
	if _, err := t.own(p.Subject); err != nil {
		return err
	}
	cats := make([]string, len(p.Categories))
	for i, c := range p.Categories {
		cats[i] = string(c)
	}
	return t.later(ctx, `INSERT INTO propagation (subject_id, propagation_id, recipient, action, categories, purpose, seq, created, due,
		sent, late, confirmed, outcome, citation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (subject_id, propagation_id) DO UPDATE SET sent = excluded.sent, late = excluded.late,
		confirmed = excluded.confirmed, outcome = excluded.outcome, citation = excluded.citation`,
		p.Subject, p.ID, p.Recipient, p.Action, strings.Join(cats, " "), p.Purpose, within(p.Seq), ms(p.Created), ms(p.Due),
		ms(p.Sent), ms(p.Late), ms(p.Confirmed), p.Outcome, p.Citation)
}

const lawfulColumns = `SELECT request_id, state, author, decider, sealed, created, decided, review, revealed FROM lawful_request `

func readLawful(s scan, l *store.Lawful) error {
	return s(&l.ID, &l.State, &l.Author, &l.Decider, &l.Sealed, at(&l.Created), at(&l.Decided), at(&l.Review), at(&l.Revealed))
}

// Lawful is as store.View has it.
func (v *view) Lawful(ctx context.Context, id string) (store.Lawful, error) {
	return first(list(ctx, v, readLawful, lawfulColumns+`WHERE request_id = $1`, id))
}

// Lawfuls is as store.View has it.
func (v *view) Lawfuls(ctx context.Context, limit int) ([]store.Lawful, error) {
	return list(ctx, v, readLawful, lawfulColumns+`ORDER BY created DESC, request_id DESC LIMIT $1`, page(limit))
}

// PutLawful is as store.Tx has it.
func (t *tx) PutLawful(ctx context.Context, l store.Lawful) error {
	return t.later(ctx, `INSERT INTO lawful_request (request_id, state, author, decider, sealed, created, decided, review, revealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (request_id) DO UPDATE SET state = excluded.state, decider = excluded.decider, sealed = excluded.sealed,
		decided = excluded.decided, review = excluded.review, revealed = excluded.revealed`,
		l.ID, l.State, l.Author, l.Decider, l.Sealed, ms(l.Created), ms(l.Decided), ms(l.Review), ms(l.Revealed))
}

// Late is as store.View has it.
func (v *view) Late(ctx context.Context, t time.Time) (map[string]int64, error) {
	out := map[string]int64{}
	var calls []*call
	for kind, sql := range map[string]string{
		"transfer_notice": `SELECT count(*) FROM disclosure WHERE told IS NULL AND withheld IS NULL AND tell_by <= $1`,
		"propagation":     `SELECT count(*) FROM propagation WHERE confirmed IS NULL AND due <= $1`,
		"lawful_review":   `SELECT count(*) FROM lawful_request WHERE revealed IS NULL AND state = 'answered' AND review <= $1`,
	} {
		calls = append(calls, ask(func(s scan) error {
			var n int64
			err := s(&n)
			out[kind] = n
			return err
		}, sql, ms(t)))
	}
	return out, v.run(ctx, calls...)
}

// first gives the only row, or ErrNotFound.
func first[T any](rows []T, err error) (T, error) {
	if err == nil && len(rows) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return rows[0], nil
}
