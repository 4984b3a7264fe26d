// Package backup writes what a store keeps into one file, and gives it back.
//
// It promises: a file that bears the name of a backup is whole, because it gets
// that name only when its last byte is on disk; what is damaged, cut short or
// added to is refused before anything of it is used; it is of one moment; and it
// knows no engine, so that what SQLite kept goes into PostgreSQL and back.
// There are two kinds: the data with the sealed photographs, in which there is
// no key, and the key store, which is kept apart, and shortly. (policy 1.2b)
//
// The file is a gzipped tar: kupuya-backup.json (what it is), rows/TABLE/NUMBER
// (columns, then rows), blobs/ID (sealed as they lie in their folder), and last
// manifest.json, with the counts and a checksum of all before it. A tool that
// unpacks it finds what is in it; only this room believes it.
package backup

import (
	"errors"
	"time"
)

// The kinds of backup.
const (
	Data = "data" // everything but keys
	Keys = "keys" // the key store
)

// Format is the only version of the file.
const Format = 1

// Extension ends the name of a backup. One being written ends in it and
// ".partial".
const Extension = ".backup"

const partial = ".partial"

// What can be wrong with a backup.
var (
	// ErrNone says that the file is no backup at all.
	ErrNone = errors.New("backup: this is not a backup of Kupuya")
	// ErrDamaged says that the file is not as it was written.
	ErrDamaged = errors.New("backup: the file is damaged; nothing of it was used. Take another backup")
	// ErrTruncated says that the end of the file is missing.
	ErrTruncated = errors.New("backup: the file is cut short; nothing of it was used. Take another backup")
	// ErrNewer says that a later release wrote it.
	ErrNewer = errors.New("backup: a later release wrote this file; restore it with that release")
	// ErrKind says that it is a backup of something else.
	ErrKind = errors.New("backup: this is a backup of the other kind: data are restored by \"kupuya restore\", keys by \"kupuya keys restore\"")
	// ErrThere says that a file of that name is there.
	ErrThere = errors.New("backup: there is a file of that name; --force replaces it")
	// ErrNoBackup says that a folder has none.
	ErrNoBackup = errors.New("backup: there is no backup in this folder")
)

// Header is the first that stands in a backup: what it is.
type Header struct {
	Format int       `json:"format"`
	Kind   string    `json:"kind"`
	Made   time.Time `json:"made"` // when it was begun; what was acknowledged before is in it
	Origin string    `json:"origin,omitempty"`
}

// Manifest is the last that stands in a backup: what is in it.
type Manifest struct {
	Header
	Schema     int              `json:"schema"`               // version of the schema
	Rows       map[string]int64 `json:"rows"`                 // of each table
	Blobs      int64            `json:"blobs"`                // sealed files
	Bytes      int64            `json:"blob_bytes"`           // of those
	Missing    int64            `json:"blobs_gone,omitempty"` // rows whose file was destroyed while the backup was made
	Checkpoint string           `json:"checkpoint,omitempty"` // the last signed head of the ledger
	Keys       string           `json:"keys,omitempty"`       // which key store these data belong to, or this is
	Known      int64            `json:"destroyed"`            // the last destruction it knows of
	Epochs     []int64          `json:"epochs,omitempty"`     // of the key-encryption key, that a backup of keys needs
	SHA256     string           `json:"sha256"`               // of the names, sizes and bytes of all members before
}

// Total is how many rows there are.
func (m *Manifest) Total() (n int64) {
	for _, rows := range m.Rows {
		n += rows
	}
	return n
}

// Progress is told how far writing or reading is.
type Progress func(what string, done, total int64)
