package ledger

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what the Holder signs: so many events, and this is the root of the tree over them. Whoever keeps one
// can later hold the Holder to it. Its text is that of a C2SP tlog-checkpoint.
type Checkpoint struct {
	// Origin is the name of this ledger and of the key that signs it, such as "mega24.kg/ledger".
	Origin string
	// Size is the number of events.
	Size int64
	// Root is the root of the tree over them.
	Root tlog.Hash
	// Time is when it was made, by Stamp; the zero Time leaves it out.
	Time time.Time
}

// SignedCheckpoint is a Checkpoint that its ledger's key signed.
type SignedCheckpoint struct {
	Checkpoint
	// Witnesses are the witness keys, of those given, that signed it too, in the order of their signatures.
	Witnesses []string
}

var (
	// ErrCheckpoint is the error for a text that is not exactly a checkpoint.
	ErrCheckpoint = errors.New("ledger: not a checkpoint")
	// ErrSignature is the error for a note that is malformed or not signed as it should be.
	ErrSignature = errors.New("ledger: not signed by the key")
	// ErrKey is the error for a key that cannot be read.
	ErrKey = errors.New("ledger: not a key")
)

// Text is the body that is signed: origin, size, root and, if it has one, the time as an extension line.
func (c Checkpoint) Text() string {
	text := fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
	if !c.Time.IsZero() {
		text += "time " + string(appendTime(nil, c.Time)) + "\n"
	}
	return text
}

// ParseCheckpoint reads a body and accepts only what Text would write.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || len(lines) > 5 || lines[len(lines)-1] != "" {
		return Checkpoint{}, fmt.Errorf("%w: it needs origin, size, root and at most a time", ErrCheckpoint)
	}
	c := Checkpoint{Origin: lines[0]}
	size, digits := leadingNumber(lines[1])
	root, err := tlog.ParseHash(lines[2])
	if err != nil || digits == 0 || digits != len(lines[1]) {
		return Checkpoint{}, fmt.Errorf("%w: size or root", ErrCheckpoint)
	}
	c.Size, c.Root = size, root
	if stamp, ok := strings.CutPrefix(lines[3], "time "); ok {
		if c.Time, ok = parseTime(stamp); !ok {
			return Checkpoint{}, fmt.Errorf("%w: time", ErrCheckpoint)
		}
	}
	if err := c.check(); err != nil {
		return Checkpoint{}, err
	}
	if c.Text() != text {
		return Checkpoint{}, fmt.Errorf("%w: not written as it should be", ErrCheckpoint)
	}
	return c, nil
}

func (c Checkpoint) check() error {
	var empty Frontier
	switch {
	case !validName(c.Origin):
		return fmt.Errorf("%w: origin", ErrCheckpoint)
	case c.Size < 0 || c.Size > maxSize:
		return fmt.Errorf("%w: size", ErrCheckpoint)
	case c.Size == 0 && c.Root != empty.Root():
		return fmt.Errorf("%w: nothing has another root", ErrCheckpoint)
	case !c.Time.IsZero() && !validTime(c.Time):
		return fmt.Errorf("%w: time", ErrCheckpoint)
	}
	return nil
}

// validName keeps names of keys to characters that need no escape in a note or in JSON.
func validName(name string) bool {
	if name == "" || len(name) > maxID {
		return false
	}
	ok, _ := inAlphabet(name, isID)
	return ok && !strings.Contains(name, "+")
}

// GenerateKey makes an Ed25519 key for the ledger of that name. Whoever has skey can sign as the Holder; vkey is for
// everybody. Both are one line of text in the form of signed notes.
func GenerateKey(name string) (skey, vkey string, err error) {
	if !validName(name) {
		return "", "", fmt.Errorf("%w: a name is letters, digits and . _ : / = @ -", ErrKey)
	}
	return note.GenerateKey(rand.Reader, name)
}

// SignCheckpoint signs c. The name of the key must be c's Origin, so that a checkpoint of one ledger can never pass
// for that of another.
func SignCheckpoint(c Checkpoint, skey string) (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	signer, err := note.NewSigner(skey)
	if err != nil || signer.Name() != c.Origin {
		return "", fmt.Errorf("%w: of %q", ErrKey, c.Origin)
	}
	return SignNote(c.Text(), skey)
}

// OpenCheckpoint checks that the ledger's key vkey signed msg and returns what it says. Signatures by the witness
// keys given are checked too, and a wrong one is an error; signatures by keys not given are passed over.
func OpenCheckpoint(msg, vkey string, witnesses ...string) (SignedCheckpoint, error) {
	keys, err := parseKeys(append([]string{vkey}, witnesses...))
	if err != nil {
		return SignedCheckpoint{}, err
	}
	c, _, err := openCheckpoint(msg, keys)
	return c, err
}

// openCheckpoint takes the ledger's key first. Strangers is how many signatures are by keys not given.
func openCheckpoint(msg string, keys []publicKey) (c SignedCheckpoint, strangers int, err error) {
	n, err := openNote(msg, keys)
	if err != nil {
		return c, 0, err
	}
	signed := false
	for _, sig := range n.Sigs {
		for i, key := range keys {
			switch {
			case sig.Name != key.Name() || sig.Hash != key.KeyHash():
			case i == 0:
				signed = true
			default:
				c.Witnesses = append(c.Witnesses, key.vkey)
			}
		}
	}
	if !signed {
		return SignedCheckpoint{}, 0, ErrSignature
	}
	if c.Checkpoint, err = ParseCheckpoint(n.Text); err != nil {
		return SignedCheckpoint{}, 0, err
	}
	if c.Origin != keys[0].Name() {
		return SignedCheckpoint{}, 0, fmt.Errorf("%w: of another origin", ErrCheckpoint)
	}
	return c, len(n.UnverifiedSigs), nil
}

// Cosign adds a witness's signature to a checkpoint that the ledger's key vkey signed. A witness should do so only
// after checking that the checkpoint is consistent with the last one it cosigned (CheckConsistency).
func Cosign(msg, vkey, witnessKey string) (string, error) {
	keys, err := parseKeys([]string{vkey})
	if err != nil {
		return "", err
	}
	if _, _, err := openCheckpoint(msg, keys); err != nil {
		return "", err
	}
	n, err := openNote(msg, keys)
	if err != nil {
		return "", err
	}
	return sign(n, witnessKey)
}

// SignNote signs a text, which must end in a newline and hold no other control character.
func SignNote(text, skey string) (string, error) { return sign(&note.Note{Text: text}, skey) }

func sign(n *note.Note, skey string) (string, error) {
	signer, err := note.NewSigner(skey)
	if err != nil || !validName(signer.Name()) {
		return "", ErrKey // the cause could quote the secret
	}
	msg, err := note.Sign(n, signer)
	if err != nil {
		return "", fmt.Errorf("ledger: signing: %w", err)
	}
	return string(msg), nil
}

// OpenNote checks that vkey, and nobody else, signed msg, and returns the text. No byte of msg can be changed
// without this failing.
func OpenNote(msg, vkey string) (string, error) {
	keys, err := parseKeys([]string{vkey})
	if err != nil {
		return "", err
	}
	n, err := openNote(msg, keys)
	if err != nil {
		return "", err
	}
	if len(n.UnverifiedSigs) > 0 {
		return "", ErrSignature
	}
	return n.Text, nil
}

// openNote opens a note with at least one signature by the keys, and refuses any spelling but the one that signing
// makes: note.Open by itself passes over repeated signatures and over the unused last bits of base64.
func openNote(msg string, keys []publicKey) (*note.Note, error) {
	known := make([]note.Verifier, len(keys))
	for i, key := range keys {
		known[i] = key
	}
	n, err := note.Open([]byte(msg), note.VerifierList(known...))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	size := len(n.Text) + len("\n")
	for _, sig := range append(n.Sigs[:len(n.Sigs):len(n.Sigs)], n.UnverifiedSigs...) {
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil || !validName(sig.Name) {
			return nil, ErrSignature
		}
		size += len("— ") + len(sig.Name) + len(" ") + len(sig.Base64) + len("\n")
	}
	if size != len(msg) {
		return nil, ErrSignature
	}
	return n, nil
}

// publicKey is a verifier that remembers its whole text. The hash by which notes name a key has 32 bits, which
// somebody could match on purpose, so trust is compared by text.
type publicKey struct {
	note.Verifier
	vkey string
}

// parseKeys reads public keys in their one exact spelling and refuses one given twice.
func parseKeys(vkeys []string) ([]publicKey, error) {
	keys := make([]publicKey, len(vkeys))
	seen := make(map[string]bool, len(vkeys))
	for i, vkey := range vkeys {
		key, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		name, rest, _ := strings.Cut(vkey, "+")
		hash, data, _ := strings.Cut(rest, "+")
		if !validName(name) || hash != fmt.Sprintf("%08x", key.KeyHash()) || len(data) != 44 || seen[vkey] {
			return nil, fmt.Errorf("%w: spelled otherwise or given twice", ErrKey)
		}
		keys[i], seen[vkey] = publicKey{Verifier: key, vkey: vkey}, true
	}
	return keys, nil
}
