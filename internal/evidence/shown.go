package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"kupuya/internal/privacy"
)

// Aim says what somebody is about to agree to or do: "accept",
// "consent:P03", "session".
type Aim string

// The aims that this room knows by name. Others ("extract", "destroy") are for
// the caller to choose; they sign no text.
const (
	AimSession Aim = "session" // opening a session by a code
	AimAccept  Aim = "accept"  // agreeing to an edition as a whole
	AimDestroy Aim = "destroy" // confirming a destruction; signs no text
)

// AimConsent is the aim of allowing one purpose.
func AimConsent(p privacy.PurposeID) Aim { return Aim("consent:" + string(p)) }

// Purpose gives the purpose of an aim made by AimConsent.
func (a Aim) Purpose() (privacy.PurposeID, bool) {
	p, ok := strings.CutPrefix(string(a), "consent:")
	return privacy.PurposeID(p), ok && p != ""
}

// Agrees reports whether the aim is an acceptance or a consent, so that a text
// must have been shown.
func (a Aim) Agrees() bool {
	_, consent := a.Purpose()
	return consent || a == AimAccept
}

// Shown is what stood before somebody's eyes when they agreed, and whose
// agreement it is. The Holder fills it from its own records, never from a body.
type Shown struct {
	Edition     privacy.EditionID
	EditionHash string // hex SHA-256 of the edition's pack
	Lang        privacy.Lang
	TextHash    string // HashText of the exact text shown
	Aim         Aim
	Subject     privacy.SubjectID // "" before there is one
}

// Bind is the one hash that every method signs, in hex: SHA-256 over the line
// "kupuya/1/bind" and then, for each member in the order of the struct, its
// length in bytes, a colon, the member and a line feed. A code sent for one
// purpose therefore proves nothing for another, nor for the edition. (DC-43 p.1)
func (s *Shown) Bind() string {
	return digest("kupuya/1/bind", string(s.Edition), s.EditionHash, string(s.Lang), s.TextHash,
		string(s.Aim), string(s.Subject))
}

// check refuses an agreement to something that nobody says was shown.
func (s *Shown) check(op string) error {
	_, lang := privacy.ParseLang(string(s.Lang))
	if s.Aim == "" || s.Aim.Agrees() && (s.Edition == "" || !isHash(s.EditionHash) || !isHash(s.TextHash) || !lang) {
		return refuse(op, ShownMissing)
	}
	return nil
}

// HashText is the hash of a text as it was shown, byte for byte: hex SHA-256.
func HashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// digest hashes a kind and parts so that no two lists of parts give the same
// bytes; Bind describes the form.
func digest(kind string, parts ...string) string {
	h := sha256.New()
	h.Write([]byte(kind + "\n"))
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// isHash reports whether s is a SHA-256 in lower-case hex.
func isHash(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}
