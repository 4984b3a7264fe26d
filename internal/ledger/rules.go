package ledger

import (
	"strings"
	"time"
)

// The bounds of an event. Together they keep every valid event under MaxEvent.
const (
	// MaxEvent is the most bytes a canonical event may have.
	MaxEvent = 16 << 10

	maxCode       = 64
	maxID         = 128
	maxDetailKey  = 32
	maxDetail     = 32
	maxCategories = 64
	maxCount      = 99_999_999 // eight digits: a subscriber number does not fit
	maxSize       = 1 << 53    // positions and numbers stay exact in any JSON reader
	longRun       = 9          // this many digits in a row may be a subscriber number or a PIN
)

// The rules in the words of Invalid.
const (
	ruleCode       = "a code of 1-64 letters, digits, dots, underscores and hyphens, without nine digits in a row"
	ruleID         = "an id of 1-128 characters A-Z a-z 0-9 . _ : / + = @ -, not a number, not an e-mail address"
	ruleHash       = "64 lower-case hexadecimal characters"
	ruleUUID       = "a UUIDv7 in lower case"
	ruleStream     = "32 lower-case hexadecimal characters, or holder"
	ruleLang       = "two or three lower-case letters"
	ruleKind       = "of the closed set of kinds"
	ruleTime       = "a time in UTC with whole milliseconds between 1970 and 9999, as made by Stamp"
	ruleSeq        = "a number from 1"
	rulePrev       = "a hash, and absent exactly when seq is 1"
	ruleCount      = "a number from 1 to 99999999"
	ruleVersion    = "1"
	ruleCategories = "at most 64 codes, ascending and without repeats"
	ruleDetail     = "at most 32 pairs of a short lower-case key and an id"
)

// classes says for each byte in which of the alphabets below it stands. It is never changed.
var classes = func() (t [256]uint8) {
	for c := range 256 {
		digit, lower, upper := c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z'
		if digit {
			t[c] |= isDigit | isHex | isKey
		}
		if lower {
			t[c] |= isKey
		}
		if lower && c <= 'f' {
			t[c] |= isHex
		}
		if digit || lower || upper {
			t[c] |= isCode | isID | isStart
		}
	}
	for _, c := range []byte("._-") {
		t[c] |= isCode | isID
	}
	for _, c := range []byte(":/+=@") {
		t[c] |= isID
	}
	t['_'] |= isKey
	return t
}()

const (
	isDigit uint8 = 1 << iota
	isHex
	isKey   // of a key in detail
	isCode  // of a code
	isID    // of an id
	isStart // may begin a code
)

// inAlphabet reports whether every byte of s stands in the alphabet, and whether s has a long run of digits.
func inAlphabet(s string, alphabet uint8) (ok, digits bool) {
	run := 0
	for i := range len(s) {
		class := classes[s[i]]
		if class&alphabet == 0 {
			return false, false
		}
		if class&isDigit == 0 {
			run = 0
			continue
		}
		if run++; run == longRun {
			digits = true
		}
	}
	return true, digits
}

func validCode(s string) bool {
	if s == "" || len(s) > maxCode || classes[s[0]]&isStart == 0 {
		return false
	}
	ok, digits := inAlphabet(s, isCode)
	return ok && !digits
}

func validID(s string) bool {
	if s == "" || len(s) > maxID {
		return false
	}
	ok, digits := inAlphabet(s, isID)
	if !ok || digits && numberAmong(s) {
		return false
	}
	_, domain, at := strings.Cut(s, "@")
	return !at || !dottedName(domain)
}

// numberAmong reports whether s has a long run of digits outside of every UUID, pseudonym and hash in it. One
// random UUID in twenty has such a run, so ids built on one, with any prefix, must pass.
func numberAmong(s string) bool {
	run := 0
	for i := 0; i < len(s); {
		if size := randomAt(s, i); size > 0 {
			i, run = i+size, 0
			continue
		}
		if classes[s[i]]&isDigit == 0 {
			run = 0
		} else if run++; run == longRun {
			return true
		}
		i++
	}
	return false
}

// randomAt is the length of the UUID, or of the run of exactly 32 or 64 hexadecimal characters, that begins at
// s[i]; 0 when none does.
func randomAt(s string, i int) int {
	if rest := s[i:]; len(rest) >= 36 && validUUID(rest[:36]) {
		return 36
	}
	if i > 0 && classes[s[i-1]]&isHex != 0 {
		return 0
	}
	end := i
	for end < len(s) && classes[s[end]]&isHex != 0 {
		end++
	}
	if size := end - i; size == 32 || size == 64 {
		return size
	}
	return 0
}

// dottedName reports whether what follows an @ has a dot before a letter, as the domain of an e-mail address has.
func dottedName(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i-1] == '.' && classes[s[i]]&isStart != 0 && classes[s[i]]&isDigit == 0 {
			return true
		}
	}
	return false
}

func validHex(s string, size int) bool {
	if len(s) != size {
		return false
	}
	ok, _ := inAlphabet(s, isHex)
	return ok
}

func validUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if classes[s[i]]&isHex == 0 {
			return false
		}
	}
	return true
}

func validUUIDv7(s string) bool {
	return validUUID(s) && s[14] == '7' && (s[19] == '8' || s[19] == '9' || s[19] == 'a' || s[19] == 'b')
}

func validStream(s string) bool { return s == HolderStream || validHex(s, 32) }

func validLang(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return len(s) == 2 || len(s) == 3
}

func validDetailKey(s string) bool {
	if s == "" || len(s) > maxDetailKey || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	ok, digits := inAlphabet(s, isKey)
	return ok && !digits
}

func validTime(t time.Time) bool {
	year := t.Year()
	return year >= 1970 && year <= 9999 && t.Location() == time.UTC && t == t.Truncate(time.Millisecond)
}

// validPrev holds the first event of a stream, and only that, to having nothing before it.
func validPrev(prev string, seq int64) bool {
	if seq == 1 {
		return prev == ""
	}
	return validHex(prev, 64)
}
