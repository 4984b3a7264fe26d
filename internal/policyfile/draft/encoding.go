package draft

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

const (
	encodingUTF8  = "utf-8"
	encodingUTF16 = "utf-16"
	encodingCP    = "windows-1251"
)

// decode turns the bytes of a plain file into text in one normal form. It knows
// UTF-8, UTF-16 with its mark, and windows-1251, and refuses a file that is part
// one and part the other at the place where it changes.
func decode(name string, data []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		dec := textunicode.UTF16(textunicode.LittleEndian, textunicode.UseBOM).NewDecoder()
		out, err := dec.Bytes(data)
		if err != nil || len(data)%2 != 0 {
			return "", "", refuse(name, problemEncoding, place{}, "begins like UTF-16 but is not; save it as UTF-8")
		}
		return norm.NFC.String(string(out)), encodingUTF16, nil
	case utf8.Valid(data):
		return norm.NFC.String(strings.TrimPrefix(string(data), "\ufeff")), encodingUTF8, nil
	}
	if at, mixed := change(data); mixed {
		return "", "", refuse(name, problemEncoding, at, "here the encoding changes between UTF-8 and windows-1251; save the whole file as UTF-8")
	}
	out, err := charmap.Windows1251.NewDecoder().Bytes(data)
	if err != nil || !looksRead(string(out)) {
		return "", "", refuse(name, problemEncoding, place{}, "is neither UTF-8, UTF-16 nor windows-1251 text; save it as UTF-8")
	}
	return norm.NFC.String(string(out)), encodingCP, nil
}

// change finds where a file that is not UTF-8 goes from one encoding to the
// other. Three Cyrillic letters of UTF-8 in a row do not happen in windows-1251.
func change(data []byte) (place, bool) {
	first, second := -1, -1 // offsets of the first run of each
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		if letters, end := cyrillicRun(data[i:]); letters > 0 {
			if letters >= 3 && first < 0 {
				first = i
			}
			i += end
			continue
		}
		if r, n := utf8.DecodeRune(data[i:]); r != utf8.RuneError { // a quotation mark, a dash
			i += n
			continue
		}
		if second < 0 {
			second = i
		}
		i++
	}
	if first < 0 || second < 0 {
		return place{}, false
	}
	at := max(first, second)
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	column := 1 + utf8.RuneCount(data[start:at])
	return place{1 + bytes.Count(data[:at], []byte("\n")), column}, true
}

// cyrillicRun counts the Cyrillic letters in UTF-8 with which data begins.
func cyrillicRun(data []byte) (letters, bytes int) {
	for bytes < len(data) {
		r, n := utf8.DecodeRune(data[bytes:])
		if n < 2 || !unicode.Is(unicode.Cyrillic, r) {
			break
		}
		letters, bytes = letters+1, bytes+n
	}
	if letters < 3 { // Р» is also two letters of windows-1251
		return 0, 0
	}
	return letters, bytes
}

// looksRead reports whether text looks like language: mostly letters, small ones
// more than capitals. What KOI8-R or CP866 give when they are read as
// windows-1251 does not.
func looksRead(text string) bool {
	lower, upper, odd := 0, 0, 0
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf, unicode.IsSpace(r):
		case !unicode.Is(unicode.Cyrillic, r) || strings.ContainsRune("ЂЃѓЉЊЌЋЏђљњќћџЎўЈјЅѕ", r):
			odd++
		case unicode.IsLower(r):
			lower++
		default:
			upper++
		}
	}
	return lower > 0 && lower >= upper && odd*4 <= lower+upper
}

// forbidden finds the first character that no text of a policy has: NUL and its
// like, and what makes a reader see the words in another order.
func forbidden(runes []rune) (index int, why string) {
	for i, r := range runes {
		switch {
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c:
			return i, "turns the direction of writing"
		case r == utf8.RuneError:
			return i, "stands for something that could not be read"
		case unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r) && r != 0x1e && r != 0x1f:
			return i, "is a control character"
		}
	}
	return -1, ""
}
