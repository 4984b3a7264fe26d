package sqlstore

import (
	"context"
	"slices"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// askEditions asks for the editions, once in a transaction.
func (v *view) askEditions() *call {
	v.editions, v.knowsEditions = nil, true
	return ask(func(s scan) error {
		var e store.Edition
		err := s((*string)(&e.ID), &e.Hash, at(&e.Published), at(&e.InForce))
		v.editions = append(v.editions, e)
		return err
	}, `SELECT edition_id, hash, published, in_force FROM edition ORDER BY published, edition_id`)
}

// Editions is as store.View has it.
func (v *view) Editions(ctx context.Context) ([]store.Edition, error) {
	if !v.knowsEditions {
		if err := v.run(ctx, v.askEditions()); err != nil {
			return nil, err
		}
	}
	return slices.Clone(v.editions), v.err
}

// EditionPack is as store.View has it.
func (v *view) EditionPack(ctx context.Context, id privacy.EditionID) ([]byte, error) {
	var pack []byte
	err := v.one(ctx, []any{&pack}, `SELECT pack FROM edition WHERE edition_id = $1`, id)
	return pack, err
}

// PutEdition is as store.Tx has it. An edition that is there is a Conflict.
func (t *tx) PutEdition(ctx context.Context, e store.Edition, pack []byte) error {
	t.knowsEditions = false
	return t.later(ctx, `INSERT INTO edition (edition_id, hash, published, in_force, pack) VALUES ($1, $2, $3, $4, $5)`,
		e.ID, e.Hash, ms(e.Published), ms(e.InForce), pack)
}

// Credential is as store.View has it.
func (v *view) Credential(ctx context.Context, id string) (store.Credential, error) {
	c := store.Credential{ID: id}
	err := v.one(ctx, []any{&c.Hash, &c.Spec, at(&c.Created), at(&c.Revoked)},
		`SELECT hash, spec, created, revoked FROM credential WHERE credential_id = $1`, id)
	return c, err
}

// PutCredential is as store.Tx has it: inserts, or replaces all but the moment
// of creation.
func (t *tx) PutCredential(ctx context.Context, c store.Credential) error {
	return t.later(ctx, `INSERT INTO credential (credential_id, hash, spec, created, revoked) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (credential_id) DO UPDATE SET hash = excluded.hash, spec = excluded.spec, revoked = excluded.revoked`,
		c.ID, c.Hash, c.Spec, ms(c.Created), ms(c.Revoked))
}

// Session is as store.View has it.
func (v *view) Session(ctx context.Context, tokenHash []byte) (store.Session, error) {
	s := store.Session{Hash: tokenHash}
	err := v.one(ctx, []any{(*string)(&s.Subject), &s.Staff, &s.Level, at(&s.Created), at(&s.Expires), at(&s.Ended)},
		`SELECT subject_id, staff, level, created, expires, ended FROM session WHERE token_hash = $1`, tokenHash)
	return s, err
}

// PutSession is as store.Tx has it: inserts, or changes level and ends.
func (t *tx) PutSession(ctx context.Context, s store.Session) error {
	return t.later(ctx, `INSERT INTO session (token_hash, subject_id, staff, level, created, expires, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (token_hash) DO UPDATE SET level = excluded.level, expires = excluded.expires, ended = excluded.ended`,
		s.Hash, s.Subject, s.Staff, s.Level, ms(s.Created), ms(s.Expires), ms(s.Ended))
}

// Staff is as store.View has it.
func (v *view) Staff(ctx context.Context, login string) (store.Staff, error) {
	s := store.Staff{Login: login}
	err := v.one(ctx, []any{(*string)(&s.Role), &s.Org, &s.Password, &s.TOTP, &s.Step, at(&s.Created), at(&s.Ended)},
		`SELECT role, org, password, totp, step, created, ended FROM staff WHERE login = $1`, login)
	return s, err
}

// PutStaff is as store.Tx has it: inserts, or replaces all but the moment of
// creation.
func (t *tx) PutStaff(ctx context.Context, s store.Staff) error {
	return t.later(ctx, `INSERT INTO staff (login, role, org, password, totp, step, created, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (login) DO UPDATE SET role = excluded.role, org = excluded.org, password = excluded.password,
		totp = excluded.totp, step = excluded.step, ended = excluded.ended`,
		s.Login, s.Role, s.Org, s.Password, s.TOTP, s.Step, ms(s.Created), ms(s.Ended))
}
