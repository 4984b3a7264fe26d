package draft

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// readPDF has poppler's pdftotext give the text of a PDF and reads it as lines
// with pages.
func (t *Text) readPDF(ctx context.Context, data []byte, extract extractor) error {
	if bytes.Contains(data, []byte("/Encrypt")) {
		return refuse(t.Name, problemEncrypted, place{}, "is an encrypted PDF; save it without a password, or give the text as .docx or .txt")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	out, err := extract(ctx, data)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return refuse(t.Name, problemTool, place{}, "is a PDF, and pdftotext is not installed here; install poppler-utils, or give the text as .docx or .txt")
	case errors.Is(err, errEncrypted):
		return refuse(t.Name, problemEncrypted, place{}, "is an encrypted PDF; save it without a password, or give the text as .docx or .txt")
	case err != nil:
		return refuse(t.Name, problemDamaged, place{}, "pdftotext cannot read it (%v); save it again, or give the text as .docx or .txt", err)
	case len(out) > maxPlain:
		return refuse(t.Name, problemSize, place{}, "holds more than %d MiB of text; a policy is read on a phone", maxPlain>>20)
	}
	text, _, err := decode(t.Name, out)
	if err != nil {
		return err
	}
	t.readLines(text)
	return nil
}

// pdftotext runs poppler's program on a PDF. It reads and writes through pipes,
// so that no copy of the document is left on the disk. The layout of the page is
// kept: without it a justified line falls apart into its words.
func pdftotext(ctx context.Context, pdf []byte) ([]byte, error) {
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, "pdftotext", "-layout", "-enc", "UTF-8", "-eol", "unix", "-", "-")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(pdf), &said
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := io.Copy(&out, io.LimitReader(pipe, maxPlain+1)); err != nil {
		return nil, errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	if out.Len() > maxPlain {
		return out.Bytes(), errors.Join(cmd.Process.Kill(), ignore(cmd.Wait()))
	}
	if err := cmd.Wait(); err != nil {
		if bytes.Contains(said.Bytes(), []byte("password")) {
			return nil, errEncrypted
		}
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()[:min(said.Len(), 200)]))
	}
	return out.Bytes(), nil
}

// ignore drops the error of a program that was stopped on purpose.
func ignore(error) error { return nil }
