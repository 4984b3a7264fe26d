package storetest

import (
	"context"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

func number(id privacy.SubjectID, token string, from time.Time) store.Lookup {
	return store.Lookup{Subject: id, Field: "msisdn", Token: []byte(token), From: from}
}

func record(id privacy.SubjectID, c privacy.CategoryID, version int) store.Record {
	at := after(time.Duration(version) * time.Minute)
	return store.Record{
		Subject: id, Category: c, Version: version, Sealed: []byte{0, byte(version)}, Source: "office",
		Notice: "n", Purpose: "P01", Edition: "mega24/2026-1", Collected: noon, Written: at, Commit: "c0ffee", Verified: "passport",
	}
}

func blob(id privacy.SubjectID, name string, c privacy.CategoryID) store.Blob {
	return store.Blob{Subject: id, ID: name, Category: c, Attribute: "face_photo", Media: "image/jpeg", Size: 1 << 33, Written: noon}
}

func duty(id privacy.SubjectID, name string) store.Duty {
	return store.Duty{Subject: id, ID: name, Kind: "settle", Cause: "withdrawal", Ref: "r", Due: noon, Created: noon}
}

func message(id privacy.SubjectID, name string) store.Message {
	return store.Message{Subject: id, ID: name, Channel: "sms", Purpose: "P01", Sealed: []byte("sealed"), Due: noon, Expires: after(time.Hour)}
}

func challenge(id privacy.SubjectID, name string) store.Challenge {
	return store.Challenge{
		ID: name, Subject: id, Address: []byte("address"), Aim: "session", Bound: "ff", CodeHash: []byte("hash"),
		Sent: noon, Expires: after(5 * time.Minute), State: "open",
	}
}

func session(id privacy.SubjectID, name string) store.Session {
	return store.Session{Hash: []byte(name), Subject: id, Level: "sms", Created: noon, Expires: after(time.Hour)}
}

func onceOf(id privacy.SubjectID, key string) store.Once {
	return store.Once{Actor: "crm", Key: key, Subject: id, Body: []byte("body"), Sealed: []byte("sealed"), At: noon}
}

func receipt(id privacy.SubjectID, name string) store.Receipt {
	return store.Receipt{Subject: id, ID: name, Kind: "consent", At: noon, Sealed: []byte("sealed")}
}

// everything writes to every table that a transaction on a subject can write
// to. Names that must be unique are made of the subject's id.
func everything(ctx context.Context, tx store.Tx, id privacy.SubjectID) error {
	s, err := tx.Subject(ctx, id)
	if err != nil {
		s = person(id)
	}
	name := string(id)
	if err := tx.PutSubject(ctx, s); err != nil {
		return err
	}
	row, err := tx.Append(ctx, id, event(noon))
	if err != nil {
		return err
	}
	_, err = tx.Hit(ctx, name, noon, 1)
	return all(err,
		tx.Note(ctx, id, row.Seq, []byte("sealed note")),
		tx.PutLookup(ctx, number(id, name, noon), true),
		tx.PutRecord(ctx, record(id, "D01", 1)),
		tx.PutRecord(ctx, record(id, "D01", 2)),
		tx.PutRecord(ctx, record(id, "D02", 1)),
		tx.PutBlob(ctx, blob(id, "photo", "D04")),
		tx.PutNotice(ctx, store.Notice{ID: "notice-" + name, Subject: id, Edition: "e", Lang: "ky", Text: "ff", Channel: "app", Scope: "edition", At: noon}),
		tx.PutChallenge(ctx, challenge(id, "challenge-"+name)),
		tx.Supersede(ctx, []byte("another address"), "session", noon),
		tx.PutReceipt(ctx, receipt(id, "receipt")),
		tx.PutMessage(ctx, message(id, "message")),
		tx.PutDuty(ctx, duty(id, "duty")),
		tx.PutEdition(ctx, store.Edition{ID: privacy.EditionID("edition-" + name), Hash: "ff", Published: noon, InForce: noon}, []byte("pack")),
		tx.PutProposal(ctx, store.Proposal{Edition: privacy.EditionID("edition-" + name), Hash: "ff", State: "draft", Author: "a", Drafted: noon}, []byte("pack")),
		tx.PutCredential(ctx, store.Credential{ID: "credential-" + name, Hash: []byte("h"), Spec: []byte("{}"), Created: noon}),
		tx.PutSession(ctx, session(id, "session-"+name)),
		tx.PutStaff(ctx, store.Staff{Login: "staff-" + name, Role: privacy.ActorClerk, Password: "argon2id", Created: noon}),
		tx.SaveOnce(ctx, onceOf(id, "once-"+name)),
		disclosed(ctx, tx, id))
}
