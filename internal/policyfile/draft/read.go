package draft

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"unicode"
)

// The bounds of what is read. A policy is read on a phone: what is larger is
// something else, or a trap.
const (
	MaxFile  = 16 << 20 // bytes of a file, pictures of a document included
	maxPlain = 4 << 20  // bytes of a text or page, and of one part of a document when unpacked
	maxRunes = 400_000  // characters of the text: a pack takes a megabyte in UTF-8
	maxLines = 60_000
)

// Read reads a document whose name ends in .txt, .md, .html, .docx or .pdf. What
// it is, its content says; the name must not say otherwise. It stops at MaxFile
// bytes, so that nothing larger is ever held. Errors are *privacy.Error with a
// problem of Problems and, inside, a *policyfile.FileError that says what to do.
func Read(name string, r io.Reader) (*Text, error) {
	return read(context.Background(), name, r, pdftotext)
}

// extractor turns a PDF into text; tests give their own.
type extractor func(ctx context.Context, pdf []byte) ([]byte, error)

func read(ctx context.Context, name string, r io.Reader, pdf extractor) (*Text, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	base := filepath.Base(name)
	if err != nil {
		return nil, fmt.Errorf("draft: reading %s: %w", base, err)
	}
	if len(data) > MaxFile {
		return nil, TooLarge(name)
	}
	t := &Text{Name: base}
	sum := sha256.Sum256(data)
	t.SHA256 = hex.EncodeToString(sum[:])
	kind, err := sniff(base, data)
	if err != nil {
		return nil, err
	}
	t.Format = kind
	switch kind {
	case "docx":
		t.Encoding = encodingUTF8
		err = t.readDocx(data)
	case "pdf":
		t.Encoding = encodingUTF8
		err = t.readPDF(ctx, data, pdf)
	default:
		err = t.readPlain(data)
	}
	if err != nil {
		return nil, err
	}
	return t, t.check()
}

// TooLarge is the refusal of a file beyond MaxFile bytes, for those who know the
// size before they read.
func TooLarge(name string) error {
	return refuse(filepath.Base(name), problemSize, place{}, "is larger than %d MiB; a policy is text, so take out pictures or save it as plain text", MaxFile>>20)
}

// readPlain reads what is text already.
func (t *Text) readPlain(data []byte) error {
	if len(data) > maxPlain {
		return refuse(t.Name, problemSize, place{}, "holds more than %d MiB of text; a policy is read on a phone", maxPlain>>20)
	}
	text, encoding, err := decode(t.Name, data)
	if err != nil {
		return err
	}
	t.Encoding = encoding
	if at, why := forbidden([]rune(text)); at >= 0 {
		return t.invisible([]rune(text), at, why)
	}
	switch t.Format {
	case "html":
		return t.readHTML(text)
	case "md":
		t.readMarkdown(text)
	default:
		t.readLines(text)
	}
	return nil
}

func (t *Text) invisible(runes []rune, at int, why string) error {
	line, column := 1, 1
	for _, r := range runes[:at] {
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return refuse(t.Name, problemInvisible, place{line, column}, "the character U+%04X %s; remove it", runes[at], why)
}

// check refuses what has no words or more than a pack can take.
func (t *Text) check() error {
	if at, why := forbidden(t.runes); at >= 0 {
		return t.invisible(t.runes, at, why)
	}
	letters := 0
	left := make([]bool, len(t.runes))
	for _, s := range t.left {
		for i := s.from; i < s.to; i++ {
			left[i] = true
		}
	}
	for i, r := range t.runes {
		if !left[i] && unicode.IsLetter(r) {
			letters++
		}
	}
	switch {
	case letters < 3:
		return refuse(t.Name, problemEmpty, place{}, "holds no text; if it is a picture or a script of a page, save the words themselves as text")
	case len(t.runes) > maxRunes, len(t.lines) > maxLines:
		return refuse(t.Name, problemSize, place{}, "holds more than %d characters or %d lines; a policy is read on a phone", maxRunes, maxLines)
	}
	for i, r := range t.runes {
		if !left[i] && unseen(r) && !hyphenMark(r) {
			t.left = append(t.left, span{i, i + 1, reasonUnseen})
		}
	}
	return nil
}

var errEncrypted = errors.New("encrypted")

// sniff says what a file is by its first bytes, and refuses a name that says
// otherwise.
func sniff(name string, data []byte) (string, error) {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	head := data[:min(len(data), 4096)]
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	is := func(prefix string) bool { return bytes.HasPrefix(head, []byte(prefix)) }
	kind := ""
	switch {
	case len(data) == 0:
		return "", refuse(name, problemEmpty, place{}, "is empty")
	case is("%PDF-"):
		kind = "pdf"
	case is("PK\x03\x04"):
		kind = "docx"
	case is("\xd0\xcf\x11\xe0"):
		return "", refuse(name, problemOldWord, place{}, "is an old Word file or one under a password; open it and save it as .docx without a password")
	case is("{\\rtf"):
		return "", refuse(name, problemFormat, place{}, "is rich text (RTF); save it as .docx or .txt")
	case is("\xff\xfe"), is("\xfe\xff"):
	case bytes.HasPrefix(bytes.ToLower(start), []byte("<!doctype html")), bytes.HasPrefix(bytes.ToLower(start), []byte("<html")):
		kind = "html"
	case binary(head):
		return "", refuse(name, problemFormat, place{}, "is not text but a binary file; give a .txt, .md, .html, .docx or .pdf")
	}
	want := map[string]string{
		"txt": "txt", "text": "txt", "": "txt", "md": "md", "markdown": "md", "html": "html", "htm": "html",
		"xhtml": "html", "docx": "docx", "pdf": "pdf",
	}[ext]
	switch {
	case want == "":
		return "", refuse(name, problemFormat, place{}, "ends in .%s; give a .txt, .md, .html, .docx or .pdf", ext)
	case kind == "" && (want == "docx" || want == "pdf"):
		return "", refuse(name, problemFormat, place{}, "is called .%s but is not one; save it again in that form", ext)
	case kind == "":
		return want, nil
	case kind != want && (kind != "html" || want != "txt"):
		return "", refuse(name, problemFormat, place{}, "is called .%s but is %s; give it its right name", ext, kind)
	}
	return kind, nil
}

// binary reports whether bytes are no text of any encoding: pictures, programs.
func binary(head []byte) bool {
	for _, magic := range []string{"\x89PNG", "\xff\xd8\xff", "GIF8", "\x7fELF", "MZ\x90", "\x1f\x8b", "Rar!", "7z\xbc\xaf", "RIFF"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	odd := 0
	for _, b := range head {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != '\v' {
			odd++
		}
	}
	return odd*20 > len(head)
}
