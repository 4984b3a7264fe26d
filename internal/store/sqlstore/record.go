package sqlstore

import (
	"context"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

const recordColumns = `SELECT subject_id, category, version, sealed, source, notice, purpose, edition,
	collected, written, commitment, verified, ended FROM record `

const recordCurrent = recordColumns + `WHERE subject_id = $1 AND category = $2 AND ended IS NULL`

func readRecord(s scan, r *store.Record) error {
	return s((*string)(&r.Subject), (*string)(&r.Category), &r.Version, &r.Sealed, (*string)(&r.Source), &r.Notice,
		(*string)(&r.Purpose), (*string)(&r.Edition), at(&r.Collected), at(&r.Written), &r.Commit, &r.Verified, at(&r.Ended))
}

// Record is as store.View has it.
func (v *view) Record(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID) (store.Record, error) {
	rows, err := list(ctx, v, readRecord, recordCurrent, id, c)
	switch {
	case err != nil:
		return store.Record{}, err
	case len(rows) == 0:
		return store.Record{}, store.ErrNotFound
	}
	return rows[0], nil
}

// value names one category of one subject.
type value struct {
	id privacy.SubjectID
	c  privacy.CategoryID
}

// Record is as store.View has it. In a transaction over several subjects the
// first question for a category is asked for all of them in one round trip:
// the group commit of recorded reads goes on to ask for the same of the others.
func (t *tx) Record(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID) (store.Record, error) {
	if len(t.order) < 2 || t.held[id] == nil {
		return t.view.Record(ctx, id, c)
	}
	if _, asked := t.ahead[value{id, c}]; !asked {
		if err := t.readAhead(ctx, c); err != nil {
			return store.Record{}, err
		}
	}
	if t.err != nil {
		return store.Record{}, t.err
	}
	if r := t.ahead[value{id, c}]; r != nil {
		return *r, nil
	}
	return store.Record{}, store.ErrNotFound
}

func (t *tx) readAhead(ctx context.Context, c privacy.CategoryID) error {
	if t.ahead == nil {
		t.ahead = map[value]*store.Record{}
	}
	calls := make([]*call, len(t.order))
	for i, id := range t.order {
		t.ahead[value{id, c}] = nil
		calls[i] = ask(func(s scan) error {
			r := &store.Record{}
			t.ahead[value{id, c}] = r
			return readRecord(s, r)
		}, recordCurrent, id, c)
	}
	return t.run(ctx, calls...)
}

// Records is as store.View has it.
func (v *view) Records(ctx context.Context, id privacy.SubjectID) ([]store.Record, error) {
	return list(ctx, v, readRecord, recordColumns+`WHERE subject_id = $1 AND ended IS NULL ORDER BY category`, id)
}

// Versions is as store.View has it.
func (v *view) Versions(ctx context.Context, id privacy.SubjectID, c privacy.CategoryID) ([]store.Record, error) {
	return list(ctx, v, readRecord, recordColumns+`WHERE subject_id = $1 AND category = $2 ORDER BY version`, id, c)
}

// PutRecord is as store.Tx has it. A version that is not later than the current
// one is refused as a Conflict.
func (t *tx) PutRecord(ctx context.Context, r store.Record) error {
	if _, err := t.own(r.Subject); err != nil {
		return err
	}
	t.ahead = nil
	if err := t.later(ctx, `UPDATE record SET ended = $3
		WHERE subject_id = $1 AND category = $2 AND ended IS NULL AND version < $4`,
		r.Subject, r.Category, ms(r.Written), r.Version); err != nil {
		return err
	}
	return t.later(ctx, `INSERT INTO record (subject_id, category, version, sealed, source, notice, purpose, edition,
		collected, written, commitment, verified) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.Subject, r.Category, r.Version, r.Sealed, r.Source, r.Notice, r.Purpose, r.Edition,
		ms(r.Collected), ms(r.Written), r.Commit, r.Verified)
}

// DropRecords is as store.Tx has it.
func (t *tx) DropRecords(ctx context.Context, id privacy.SubjectID, cats ...privacy.CategoryID) ([]store.Blob, error) {
	if _, err := t.own(id); err != nil {
		return nil, err
	}
	t.ahead = nil
	var blobs []store.Blob
	take := func(s scan) error {
		var b store.Blob
		err := readBlob(s, &b)
		blobs = append(blobs, b)
		return err
	}
	var calls []*call
	if len(cats) == 0 {
		calls = append(calls,
			do(`DELETE FROM record WHERE subject_id = $1`, id),
			ask(take, `DELETE FROM blob WHERE subject_id = $1 RETURNING `+blobColumns, id))
	}
	for _, c := range cats {
		calls = append(calls,
			do(`DELETE FROM record WHERE subject_id = $1 AND category = $2`, id, c),
			ask(take, `DELETE FROM blob WHERE subject_id = $1 AND category = $2 RETURNING `+blobColumns, id, c))
	}
	if err := t.run(ctx, calls...); err != nil {
		return nil, err
	}
	return blobs, nil
}

const blobColumns = `subject_id, blob_id, category, attribute, media, size, written`

func readBlob(s scan, b *store.Blob) error {
	return s((*string)(&b.Subject), &b.ID, (*string)(&b.Category), &b.Attribute, &b.Media, &b.Size, at(&b.Written))
}

// Blobs is as store.View has it: in the order of their ids.
func (v *view) Blobs(ctx context.Context, id privacy.SubjectID) ([]store.Blob, error) {
	return list(ctx, v, readBlob, `SELECT `+blobColumns+` FROM blob WHERE subject_id = $1 ORDER BY blob_id`, id)
}

// PutBlob is as store.Tx has it.
func (t *tx) PutBlob(ctx context.Context, b store.Blob) error {
	if _, err := t.own(b.Subject); err != nil {
		return err
	}
	return t.later(ctx, `INSERT INTO blob (`+blobColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		b.Subject, b.ID, b.Category, b.Attribute, b.Media, b.Size, ms(b.Written))
}
