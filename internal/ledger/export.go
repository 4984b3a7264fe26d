package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// An export is the whole ledger as lines of JSON, each spelled in exactly one way:
//
//	{"format":"kupuya-ledger","v":1,"origin":"…","vkey":"…"}           first; with "witnesses":["…"] if any cosign
//	{"n":0,"leaf":"base64 leaf hash","event":{canonical event}}        one per event, n from 0
//	{"checkpoint":"signed note"}                                       right after the event that makes its size
//	{"end":{"events":1,"checkpoints":1}}                               last, after a checkpoint of the final size
//
// The leaf hash is the one that was stored when the event was, so that a change of either shows at its place.

const (
	headerStart     = `{"format":"kupuya-ledger","v":1,"origin":"`
	eventStart      = `{"n":`
	eventLeaf       = `,"leaf":"`
	eventBody       = `","event":`
	checkpointStart = `{"checkpoint":"`
	checkpointEnd   = `"}`
	endStart        = `{"end":{"events":`
	endCheckpoints  = `,"checkpoints":`
	endEnd          = `}}`

	// maxLine holds the largest event and a checkpoint with dozens of cosignatures.
	maxLine = 64 << 10
)

// ExportWriter writes an export, line by line, as events come. Each line is one Write, so w is best buffered.
// After an error the export is to be thrown away.
type ExportWriter struct {
	w           io.Writer
	keys        []publicKey
	events      int64
	covered     int64 // size of the last checkpoint, -1 before the first
	checkpoints int64
	line        []byte
}

// NewExportWriter begins an export of the ledger whose public key is vkey. Witnesses are the keys of all who cosigned
// any checkpoint that will be written, in any order.
func NewExportWriter(w io.Writer, vkey string, witnesses ...string) (*ExportWriter, error) {
	keys, err := parseKeys(append([]string{vkey}, witnesses...))
	if err != nil {
		return nil, err
	}
	x := &ExportWriter{w: w, keys: keys, covered: -1}
	return x, x.write(appendHeader(nil, keys[0].Name(), vkey, witnesses))
}

// appendHeader writes the header line; the keys need no escape once parseKeys took them.
func appendHeader(dst []byte, origin, vkey string, witnesses []string) []byte {
	dst = append(dst, headerStart+origin+`","vkey":"`+vkey+`"`...)
	if len(witnesses) > 0 {
		dst = append(dst, `,"witnesses":["`+strings.Join(witnesses, `","`)+`"]`...)
	}
	return append(dst, '}')
}

func (x *ExportWriter) write(line []byte) error {
	x.line = append(line, '\n')
	if _, err := x.w.Write(x.line); err != nil {
		return fmt.Errorf("ledger: writing the export: %w", err)
	}
	return nil
}

// Event writes the next event: its leaf hash and canonical bytes just as they are stored. They are not compared here;
// what was damaged in the store must reach whoever verifies.
func (x *ExportWriter) Event(leaf tlog.Hash, canonical []byte) error {
	if len(canonical) > MaxEvent || bytes.IndexByte(canonical, '\n') >= 0 {
		return fmt.Errorf("%w: it does not fit a line of an export", ErrNotCanonical)
	}
	line := append(x.line[:0], eventStart...)
	line = strconv.AppendInt(line, x.events, 10)
	line = append(line, eventLeaf...)
	line = base64.StdEncoding.AppendEncode(line, leaf[:])
	line = append(line, eventBody...)
	line = append(line, canonical...)
	x.events++
	return x.write(append(line, '}'))
}

// Checkpoint writes a signed checkpoint of exactly the events written so far, larger than the one before it.
func (x *ExportWriter) Checkpoint(msg string) error {
	c, strangers, err := openCheckpoint(msg, x.keys)
	if err != nil {
		return err
	}
	if strangers > 0 {
		return fmt.Errorf("%w: a cosignature by a witness that the header does not name", ErrSignature)
	}
	if c.Size != x.events || c.Size <= x.covered {
		return fmt.Errorf("%w: of size %d after %d events", ErrCheckpoint, c.Size, x.events)
	}
	x.covered = c.Size
	x.checkpoints++
	return x.write(appendCheckpoint(x.line[:0], msg))
}

// appendCheckpoint writes a checkpoint line. Nothing in a note that openNote takes needs an escape, except newlines.
func appendCheckpoint(dst []byte, msg string) []byte {
	dst = append(dst, checkpointStart...)
	dst = append(dst, strings.ReplaceAll(msg, "\n", `\n`)...)
	return append(dst, checkpointEnd...)
}

// End writes the last line. The last checkpoint must cover every event.
func (x *ExportWriter) End() error {
	if x.covered != x.events {
		return fmt.Errorf("%w: the last one covers not all %d events", ErrCheckpoint, x.events)
	}
	return x.write(appendEnd(x.line[:0], x.events, x.checkpoints))
}

func appendEnd(dst []byte, events, checkpoints int64) []byte {
	dst = append(dst, endStart...)
	dst = strconv.AppendInt(dst, events, 10)
	dst = append(dst, endCheckpoints...)
	dst = strconv.AppendInt(dst, checkpoints, 10)
	return append(dst, endEnd...)
}
