package privacy

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"time"
)

// SubjectID names one subject: a UUIDv7 in text. It says nothing of the person.
type SubjectID string

// StreamID is the pseudonym under which a subject's events stand in the
// ledger: 32 hex digits, random, not derived from anything the person has.
type StreamID string

// EditionID names one edition of a policy, such as "mega24/2026-1".
type EditionID string

// ClauseID names one clause or list item of the text, such as "3.3" or "4.5b".
type ClauseID string

// PurposeID names a purpose, such as "P03", or a child of one, "P06.ads".
type PurposeID string

// CategoryID names a category of data, "D01" to "D13" in the mega24 pack.
type CategoryID string

// RecipientID names a recipient listed in the edition.
type RecipientID string

// SourceID names a registered way in which data reaches the Holder. (policy 1.2a)
type SourceID string

// EventID names one event of the ledger: a UUIDv7 in text.
type EventID string

// HolderStream is the stream of events that concern no subject.
const HolderStream StreamID = "holder"

// NewID returns a UUIDv7 in text for the moment now. Ids come from Go, never
// from the database, so that the same code runs on any engine.
func NewID(now time.Time) string {
	var b [16]byte
	rand.Read(b[6:])
	ms := uint64(now.UnixMilli())
	binary.BigEndian.PutUint16(b[0:], uint16(ms>>32))
	binary.BigEndian.PutUint32(b[2:], uint32(ms))
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	out[8] = '-'
	hex.Encode(out[9:13], b[4:6])
	out[13] = '-'
	hex.Encode(out[14:18], b[6:8])
	out[18] = '-'
	hex.Encode(out[19:23], b[8:10])
	out[23] = '-'
	hex.Encode(out[24:36], b[10:16])
	return string(out[:])
}

// NewStream returns a fresh pseudonym.
func NewStream() StreamID {
	var b [16]byte
	rand.Read(b[:])
	return StreamID(hex.EncodeToString(b[:]))
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// IsID reports whether s has the form of an id made by NewID.
func IsID(s string) bool { return uuid.MatchString(s) }

// Lang is a language of the house. Kyrgyz is the source language.
type Lang string

// The languages in which every sentence stands.
const (
	Kyrgyz  Lang = "ky"
	Russian Lang = "ru"
	English Lang = "en"
)

// Langs lists the languages, the source language first.
var Langs = [...]Lang{Kyrgyz, Russian, English}

// ParseLang accepts "ky", "ru", "en" and nothing else.
func ParseLang(s string) (Lang, bool) {
	for _, l := range Langs {
		if string(l) == s {
			return l, true
		}
	}
	return "", false
}

// Words is one sentence or title in the three languages.
type Words struct {
	Ky string `yaml:"ky" json:"ky"`
	Ru string `yaml:"ru" json:"ru"`
	En string `yaml:"en" json:"en"`
}

// In returns the words in lang; the source language where a translation is
// missing, never silently another. (clauses.md 8.3)
func (w Words) In(lang Lang) string {
	switch {
	case lang == Russian && w.Ru != "":
		return w.Ru
	case lang == English && w.En != "":
		return w.En
	}
	return w.Ky
}

// Complete reports whether all three languages are filled.
func (w Words) Complete() bool { return w.Ky != "" && w.Ru != "" && w.En != "" }
