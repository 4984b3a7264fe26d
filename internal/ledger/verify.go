package ledger

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// VerifyOptions is what an auditor may bring along. The zero value is good.
type VerifyOptions struct {
	// Checkpoints are signed notes the auditor kept from earlier. The export must contain their history.
	Checkpoints []string
	// Witnesses are the keys of witnesses the auditor knows by himself; Report.Witnesses counts only these.
	Witnesses []string
	// Progress, if not nil, is told the number of events checked, every few thousand and at the end.
	Progress func(events int64)
}

// Report says what Verify saw. After damage it covers what came before.
type Report struct {
	// Origin is the name of the ledger.
	Origin string
	// Events, Streams and Checkpoints are how many were read and found sound.
	Events, Streams, Checkpoints int64
	// Proven is the size of the largest checkpoint whose root came out: the events before it are as they were signed.
	Proven int64
	// Root is the root of the tree over the first Proven events.
	Root tlog.Hash
	// Time is when the Holder made that checkpoint, if it says.
	Time time.Time
	// Witnesses are the keys of the auditor's witnesses that cosigned it.
	Witnesses []string
}

const progressEvery = 4096

// Verify reads an export and checks everything that can be checked without the Holder: the spelling of every byte, each
// event against its leaf hash, each stream's numbers and links, every signature, every root, the end, and the
// checkpoints the auditor kept. It reads once and keeps some hundred bytes for each stream, and nothing per event.
//
// The error is *Damage for an export that is not what was recorded, and names the damage that shows first. Anything
// else means that nothing was judged: ErrKey, ErrSignature or ErrCheckpoint for what the auditor brought, or an
// error of r.
//
// What an export cannot show by itself is that the Holder signed a different history for somebody else, or that it
// ends at an older checkpoint than exists. Checkpoints kept from earlier show both.
func Verify(r io.Reader, vkey string, opts VerifyOptions) (Report, error) {
	keys, err := parseKeys([]string{vkey})
	if err != nil {
		return Report{}, err
	}
	if _, err := parseKeys(opts.Witnesses); err != nil {
		return Report{}, err
	}
	v := &verification{vkey: vkey, keys: keys, opts: opts, covered: -1, forkAt: -1, streams: make(map[streamKey]streamEnd)}
	if v.kept, err = openKept(opts.Checkpoints, keys); err != nil {
		return Report{}, err
	}
	v.report.Origin = keys[0].Name()
	err = v.run(bufio.NewReaderSize(r, maxLine))
	v.report.Streams = int64(len(v.streams))
	if v.holder.seq > 0 {
		v.report.Streams++
	}
	if opts.Progress != nil {
		opts.Progress(v.report.Events)
	}
	return v.report, err
}

// openKept opens the auditor's checkpoints and puts them in ascending order of size.
func openKept(msgs []string, keys []publicKey) ([]Checkpoint, error) {
	var kept []Checkpoint
	for i, msg := range msgs {
		c, _, err := openCheckpoint(msg, keys)
		if err != nil {
			return nil, fmt.Errorf("ledger: checkpoint %d of those kept: %w", i, err)
		}
		kept = append(kept, c.Checkpoint)
	}
	slices.SortStableFunc(kept, func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	return kept, nil
}

// streamKey is a pseudonym in binary; with streamEnd it keeps a million streams within some hundred megabytes.
type streamKey [16]byte

// streamEnd is the last event seen of a stream. Seq 0 is none.
type streamEnd struct {
	seq  int64
	at   int64
	hash [32]byte
}

type verification struct {
	vkey   string
	keys   []publicKey // the ledger's, then those of the header's witnesses
	opts   VerifyOptions
	report Report

	line     int64
	frontier Frontier
	streams  map[streamKey]streamEnd
	holder   streamEnd
	covered  int64 // size of the last checkpoint line, -1 before the first

	kept   []Checkpoint // not yet reached
	sound  int64        // the largest size whose root came out, of the export's checkpoints and the kept ones
	shared int64        // the largest kept size whose root came out
	forkAt int64        // the smallest kept size whose root did not come out, -1 for none
}

// run reads line after line. Every line counts; a missing last newline is a missing byte.
func (v *verification) run(in *bufio.Reader) error {
	ended := false
	for {
		line, err := in.ReadSlice('\n')
		v.line++
		switch {
		case err != nil && err != io.EOF && err != bufio.ErrBufferFull:
			return fmt.Errorf("ledger: reading the export: %w", err)
		case ended && len(line) == 0:
			return nil
		case ended:
			return v.damage(Trailing, "there is something after the end line")
		case err == io.EOF:
			return v.damage(Truncated, "the export stops before its end line is complete")
		case err == bufio.ErrBufferFull:
			return v.damage(BadLine, "the line is longer than any line of an export")
		}
		if ended, err = v.take(line[:len(line)-1]); err != nil {
			return err
		}
	}
}

func (v *verification) take(line []byte) (ended bool, err error) {
	switch {
	case v.line == 1:
		return false, v.header(string(line))
	case bytes.HasPrefix(line, []byte(eventStart)):
		return false, v.event(line)
	case bytes.HasPrefix(line, []byte(checkpointStart)):
		return false, v.checkpoint(line)
	case bytes.HasPrefix(line, []byte(endStart)):
		return true, v.end(line)
	case bytes.HasPrefix(line, []byte(headerStart)):
		return false, v.damage(Misplaced, "a second header")
	}
	return false, v.damage(BadLine, "this is no line of an export")
}

// damage is Damage at the place where the reading is.
func (v *verification) damage(what Code, why string) *Damage {
	return v.between(v.report.Events, v.report.Events, what, why)
}

func (v *verification) between(first, last int64, what Code, why string) *Damage {
	return &Damage{Position: first, Last: last, Line: v.line, What: what, Why: why}
}

func (v *verification) header(line string) error {
	var witnesses []string
	bare := string(appendHeader(nil, v.keys[0].Name(), v.vkey, nil))
	if list, ok := strings.CutPrefix(line, strings.TrimSuffix(bare, `}`)+`,"witnesses":["`); ok {
		witnesses = strings.Split(strings.TrimSuffix(list, `"]}`), `","`)
	}
	keys, err := parseKeys(append([]string{v.vkey}, witnesses...))
	if err != nil || line != string(appendHeader(nil, v.keys[0].Name(), v.vkey, witnesses)) {
		return v.damage(BadHeader, "this is not the header of an export under the given key")
	}
	v.keys = keys
	v.reached()
	return nil
}

func (v *verification) event(line []byte) error {
	n, size := leadingNumber(line[len(eventStart):])
	rest, ok := bytes.CutPrefix(line[len(eventStart)+size:], []byte(eventLeaf))
	leafSize := base64.StdEncoding.EncodedLen(tlog.HashSize)
	if !ok || size == 0 || len(rest) < leafSize || !bytes.HasPrefix(rest[leafSize:], []byte(eventBody)) || line[len(line)-1] != '}' {
		return v.damage(BadLine, "the line around the event is not written as it should be")
	}
	at := v.report.Events
	if n > at {
		return v.damage(Gap, "an event is missing here")
	}
	if n < at {
		return v.damage(Misplaced, "an event stands here that belongs further up")
	}
	canonical := rest[leafSize+len(eventBody) : len(rest)-1]
	var e Event
	if err := parse(string(canonical), &e); err != nil {
		return v.damage(BadLine, "the event is not a canonical event")
	}
	leaf := LeafHash(canonical)
	var text [44]byte
	base64.StdEncoding.Encode(text[:], leaf[:])
	if !bytes.Equal(text[:], rest[:leafSize]) {
		return v.damage(BadLeaf, "the event is not the one whose hash stands beside it")
	}
	if err := v.link(&e, canonical); err != nil {
		return err
	}
	v.frontier.Append(leaf)
	v.report.Events++
	v.reached()
	if v.opts.Progress != nil && v.report.Events%progressEvery == 0 {
		v.opts.Progress(v.report.Events)
	}
	return nil
}

// link checks that e follows from the last event of its stream, and makes it the last.
func (v *verification) link(e *Event, canonical []byte) error {
	at := v.report.Events
	var key streamKey
	last := v.holder
	if e.Stream != HolderStream {
		// A stream that passed validStream is hexadecimal, so this cannot fail.
		_, _ = hex.Decode(key[:], []byte(e.Stream))
		last = v.streams[key]
	}
	var fault *Damage
	switch {
	case e.Seq > last.seq+1 && last.seq == 0:
		fault = v.between(v.sound, at, Gap, "the beginning of the stream is missing")
	case e.Seq > last.seq+1:
		fault = v.between(max(last.at+1, v.sound), at, Gap, "events of the stream are missing before this one")
	case e.Seq <= last.seq:
		fault = v.between(at, at, Misplaced, "the stream already has an event of this number")
	case last.seq > 0 && !sameHex(e.Prev, last.hash):
		first := last.at
		if first < v.sound {
			first = at // the earlier event is under a root that came out, so this one is at fault
		}
		fault = v.between(first, at, BadLink, "the stream's previous event is not the one this event names")
	}
	if fault != nil {
		fault.Stream = e.Stream
		return fault
	}
	last = streamEnd{seq: e.Seq, at: at, hash: Hash(canonical)}
	if e.Stream == HolderStream {
		v.holder = last
	} else {
		v.streams[key] = last
	}
	return nil
}

// sameHex reports whether text is hash in hexadecimal, without making a string of it.
func sameHex(text string, hash [32]byte) bool {
	var want [64]byte
	hex.Encode(want[:], hash[:])
	return text == string(want[:])
}

// reached compares the tree as it is now with the kept checkpoints of its size. A root that does not come out is
// a fork only if the export's own next checkpoint does; until then it is remembered.
func (v *verification) reached() {
	for len(v.kept) > 0 && v.kept[0].Size == v.report.Events {
		if v.kept[0].Root == v.frontier.Root() {
			v.sound, v.shared = v.report.Events, v.report.Events
		} else if v.forkAt < 0 {
			v.forkAt = v.report.Events
		}
		v.kept = v.kept[1:]
	}
}

func (v *verification) checkpoint(line []byte) error {
	quoted, ok := bytes.CutSuffix(line[len(checkpointStart):], []byte(checkpointEnd))
	// Any other escape stays as it is, and then the note does not open.
	msg := strings.ReplaceAll(string(quoted), `\n`, "\n")
	if !ok {
		return v.damage(BadLine, "the checkpoint is not written as it should be")
	}
	c, strangers, err := openCheckpoint(msg, v.keys)
	if err != nil || strangers > 0 {
		return v.damage(BadSignature, "the checkpoint is not one that the ledger's key and only named witnesses signed")
	}
	at := v.report.Events
	if c.Size != at || c.Size <= v.covered {
		return v.damage(Misplaced, "the checkpoint is of another size or stands here twice")
	}
	root := v.frontier.Root()
	if c.Root != root {
		last := at - 1
		if v.forkAt >= 0 {
			last = v.forkAt - 1
		}
		return v.between(v.sound, last, BadRoot, "the events do not give the root that the checkpoint signs")
	}
	if v.forkAt >= 0 {
		return v.between(v.shared, v.forkAt-1, Forked, "the key signed another history up to a checkpoint that was kept")
	}
	v.covered, v.sound = at, at
	v.report.Checkpoints++
	v.report.Proven, v.report.Root, v.report.Time = at, root, c.Time
	v.report.Witnesses = nil
	for _, vkey := range c.Witnesses {
		if slices.Contains(v.opts.Witnesses, vkey) {
			v.report.Witnesses = append(v.report.Witnesses, vkey)
		}
	}
	return nil
}

func (v *verification) end(line []byte) error {
	events, size := leadingNumber(line[len(endStart):])
	rest, ok := bytes.CutPrefix(line[len(endStart)+size:], []byte(endCheckpoints))
	checkpoints, size2 := leadingNumber(rest)
	if !ok || size == 0 || size2 == 0 || string(rest[size2:]) != endEnd {
		return v.damage(BadLine, "the end line is not written as it should be")
	}
	at := v.report.Events
	switch {
	case events > at:
		return v.between(at, events-1, Truncated, "the end line counts more events than there are")
	case events < at:
		return v.between(events, at-1, Trailing, "there are more events than the end line counts")
	case v.covered != at:
		return v.between(max(v.covered, 0), max(at-1, 0), Truncated, "no checkpoint covers the last events")
	case checkpoints > v.report.Checkpoints:
		return v.damage(Gap, "a checkpoint is missing")
	case checkpoints < v.report.Checkpoints:
		return v.damage(Misplaced, "there are more checkpoints than the end line counts")
	case len(v.kept) > 0:
		return v.between(at, v.kept[len(v.kept)-1].Size-1, Truncated, "a checkpoint that was kept covers more events than the export has")
	}
	return nil
}
