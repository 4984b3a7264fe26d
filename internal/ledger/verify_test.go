package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func verify(export, vkey string, kept ...string) (Report, error) {
	return Verify(strings.NewReader(export), vkey, VerifyOptions{Checkpoints: kept})
}

// wantDamage checks that err is damage of one kind between two positions.
func wantDamage(t *testing.T, err error, what Code, first, last int64) {
	t.Helper()
	var d *Damage
	if !errors.As(err, &d) {
		t.Fatalf("got %v, want the damage %s", err, what)
	}
	if d.What != what || d.Position != first || d.Last != last {
		t.Errorf("got %v, want %s at %d to %d", d, what, first, last)
	}
	if d.Line < 1 || d.Why == "" || !strings.Contains(d.Error(), string(what)) {
		t.Errorf("the damage does not say where or why: %+v", d)
	}
}

func TestASoundExportVerifies(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	export := b.export()
	var seen []int64
	got, err := Verify(strings.NewReader(export), b.vkey, VerifyOptions{
		Checkpoints: []string{b.notes[20], b.notes[10], b.notes[10]},
		Progress:    func(n int64) { seen = append(seen, n) },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Report{Origin: testOrigin, Events: 20, Streams: 4, Checkpoints: 2, Proven: 20, Root: plainRoot(b.leaves), Time: testStart}
	if fmt.Sprint(got) != fmt.Sprint(want) || !slices.Equal(seen, []int64{20}) {
		t.Errorf("got  %+v\nwant %+v\nprogress %v", got, want, seen)
	}
	if _, err := Verify(iotest.OneByteReader(strings.NewReader(export)), b.vkey, VerifyOptions{}); err != nil {
		t.Errorf("read byte by byte: %v", err)
	}
}

func TestAnExportOfNothingVerifies(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.sign()
	if got, err := verify(b.export(), b.vkey, b.notes[0]); err != nil || got.Events != 0 || got.Checkpoints != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEveryFlippedBitIsFoundWhereItIs(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	export := b.export()
	// Halves run side by side.
	for half := range 2 {
		t.Run(fmt.Sprint("half ", half), func(t *testing.T) {
			t.Parallel()
			events, lines := int64(0), strings.SplitAfter(export, "\n")
			lines = lines[:len(lines)-1]
			at := 0
			flipped := []byte(export)
			for n, line := range lines {
				end := n == len(lines)-1
				for i := at; i < at+len(line); i++ {
					for bit := range 8 {
						if (i+bit)%2 != half {
							continue
						}
						flipped[i] ^= 1 << bit
						_, err := Verify(bytes.NewReader(flipped), b.vkey, VerifyOptions{})
						flipped[i] ^= 1 << bit
						var d *Damage
						if !errors.As(err, &d) {
							t.Fatalf("bit %d of %q in line %d flipped: %v", bit, export[i], n+1, err)
						}
						if !end && (d.Position != events || d.Last != events || d.Line != int64(n+1)) {
							t.Fatalf("bit %d of %q in line %d flipped, reported as %v", bit, export[i], n+1, d)
						}
					}
				}
				at += len(line)
				if strings.HasPrefix(line, eventStart) {
					events++
				}
			}
		})
	}
}

func TestEveryLineDroppedDoubledOrSwappedIsFound(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	lines := strings.SplitAfter(b.export(), "\n")
	lines = lines[:len(lines)-1]
	found := func(name string, changed []string) {
		t.Helper()
		var d *Damage
		if _, err := verify(strings.Join(changed, ""), b.vkey); !errors.As(err, &d) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range lines {
		found(fmt.Sprint("line dropped: ", i+1), slices.Delete(slices.Clone(lines), i, i+1))
		found(fmt.Sprint("line doubled: ", i+1), slices.Insert(slices.Clone(lines), i, lines[i]))
		for j := range i {
			swapped := slices.Clone(lines)
			swapped[i], swapped[j] = swapped[j], swapped[i]
			found(fmt.Sprintf("lines swapped: %d and %d", j+1, i+1), swapped)
			moved := slices.Insert(slices.Delete(slices.Clone(lines), i, i+1), j, lines[i])
			found(fmt.Sprintf("line %d moved to %d", i+1, j+1), moved)
		}
		cut := slices.Clone(lines)
		cut[i] = strings.TrimSuffix(cut[i], "\n")
		found(fmt.Sprint("line break dropped: ", i+1), cut)
	}
}

func TestAnExportCutAnywhereIsFound(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	export := b.export()
	for n := range len(export) {
		events := int64(strings.Count(export[:n], "\n"+eventStart))
		if n > 0 && export[n-1] != '\n' && events > 0 {
			events = int64(strings.Count(export[:strings.LastIndexByte(export[:n], '\n')+1], "\n"+eventStart))
		}
		got, err := verify(export[:n], b.vkey)
		var d *Damage
		if !errors.As(err, &d) || d.What != Truncated || d.Position != got.Events {
			t.Fatalf("cut after %d bytes: %v", n, err)
		}
		if got.Events > events || got.Proven > got.Events {
			t.Fatalf("cut after %d bytes: %d events were vouched for", n, got.Events)
		}
	}
}

// Damage by somebody who can write the Holder's store, and so makes leaf hashes, numbers and links fit again, but does
// not have the key.
func TestDamageIsNamedWhereItFirstMayBe(t *testing.T) {
	t.Parallel()
	other := func(e *Event) { e.Purpose = "P06" }
	for name, c := range map[string]struct {
		harm        func(b *book)
		what        Code
		first, last int64
	}{
		"an event changed without its leaf hash": {func(b *book) {
			leaf := b.leaves[5]
			b.change(5, other)
			b.leaves[5] = leaf
		}, BadLeaf, 5, 5},
		"a leaf hash changed without its event":           {func(b *book) { b.leaves[5] = b.leaves[6] }, BadLeaf, 5, 5},
		"an event changed with its leaf hash, seen later": {func(b *book) { b.change(5, other) }, BadLink, 5, 8},
		"the last event of a stream before a checkpoint changed": {func(b *book) {
			b.change(7, other)
			b.change(8, other)
			b.change(9, other)
		}, BadRoot, 0, 9},
		"a link changed to a proven event":    {func(b *book) { b.change(12, func(e *Event) { e.Prev = strings.Repeat("ab", 32) }) }, BadLink, 12, 12},
		"a link changed to an unproven event": {func(b *book) { b.change(15, func(e *Event) { e.Prev = strings.Repeat("ab", 32) }) }, BadLink, 12, 15},
		"the very last event changed":         {func(b *book) { b.change(19, other) }, BadRoot, 10, 19},
		"an event dropped":                    {func(b *book) { b.drop(4) }, Gap, 2, 6},
		"the first event of a stream dropped": {func(b *book) { b.drop(2) }, Gap, 0, 4},
		"a stream that begins with its second event": {func(b *book) {
			b.change(12, func(e *Event) { e.Stream, e.Seq, e.Prev = stream(7), 2, strings.Repeat("ab", 32) })
		}, Gap, 10, 12},
		"the last event dropped": {func(b *book) {
			b.drop(19)
			b.notes[19] = ""
		}, BadSignature, 19, 19},
		"an event doubled":                  {func(b *book) { b.insert(5, 4) }, Misplaced, 5, 5},
		"two events of a stream swapped":    {func(b *book) { b.swap(12, 15) }, Gap, 10, 12},
		"two events of two streams swapped": {func(b *book) { b.swap(12, 13) }, BadRoot, 10, 19},
		"an event put in, with all that follows linked and numbered anew": {func(b *book) {
			forged := newBook(b.t)
			for n, e := range b.events {
				if n == 14 {
					forged.add(smallEvent(99, stream(0)))
				}
				forged.add(e)
			}
			b.events, b.lines, b.leaves = forged.events, forged.lines, forged.leaves
		}, BadRoot, 10, 19},
		"an event that is not one":   {func(b *book) { b.lines[5] = []byte(`{"v":1}`) }, BadLine, 5, 5},
		"an event with a name in it": {func(b *book) { b.lines[5] = bytes.Replace(b.lines[5], []byte("P03"), []byte("Айбек"), 1) }, BadLine, 5, 5},
		"a whole stream moved to another name": {func(b *book) {
			for n := range b.events {
				if b.events[n].Stream == stream(0) {
					b.change(n, func(e *Event) { e.Stream = stream(7) })
				}
			}
		}, BadLink, 1, 4},
		"a checkpoint of another root": {func(b *book) {
			skey, _ := testKey(t, testOrigin, 1)
			b.notes[10], _ = SignCheckpoint(Checkpoint{Origin: testOrigin, Size: 10, Root: LeafHash(nil)}, skey)
		}, BadRoot, 0, 9},
		"a checkpoint by another key": {func(b *book) {
			skey, _ := testKey(t, testOrigin, 2)
			b.notes[10], _ = SignCheckpoint(Checkpoint{Origin: testOrigin, Size: 10, Root: plainRoot(b.leaves[:10])}, skey)
		}, BadSignature, 10, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := smallBook(t)
			c.harm(b)
			_, err := verify(b.rawExport(), b.vkey)
			wantDamage(t, err, c.what, c.first, c.last)
		})
	}
}

func (b *book) drop(n int) {
	b.events, b.lines, b.leaves = slices.Delete(b.events, n, n+1), slices.Delete(b.lines, n, n+1), slices.Delete(b.leaves, n, n+1)
}

func (b *book) insert(n, from int) {
	b.events = slices.Insert(b.events, n, b.events[from])
	b.lines = slices.Insert(b.lines, n, b.lines[from])
	b.leaves = slices.Insert(b.leaves, n, b.leaves[from])
}

func (b *book) swap(i, j int) {
	b.events[i], b.events[j] = b.events[j], b.events[i]
	b.lines[i], b.lines[j] = b.lines[j], b.lines[i]
	b.leaves[i], b.leaves[j] = b.leaves[j], b.leaves[i]
}

// rawExport writes the book as a forger would: numbered anew, with no checks.
func (b *book) rawExport() string {
	var out bytes.Buffer
	x := &ExportWriter{w: &out}
	line := func(text []byte) {
		if err := x.write(text); err != nil {
			b.t.Fatal(err)
		}
	}
	line(appendHeader(nil, testOrigin, b.vkey, b.witnesses))
	checkpoints := int64(0)
	for n := range len(b.lines) + 1 {
		if msg, ok := b.notes[int64(n)]; ok {
			checkpoints++
			line(appendCheckpoint(nil, msg))
		}
		if n == len(b.lines) {
			break
		}
		if err := x.Event(b.leaves[n], b.lines[n]); err != nil {
			b.t.Fatal(err)
		}
	}
	line(appendEnd(nil, x.events, checkpoints))
	return out.String()
}

func TestLinesThatDoNotBelongAreFound(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	export := b.export()
	swap := func(old, with string) string {
		changed := strings.Replace(export, old, with, 1)
		if changed == export {
			t.Fatalf("the case changes nothing: %s", old)
		}
		return changed
	}
	firstEvent := strings.Index(export, eventStart)
	header := export[:firstEvent]
	checkpoint10 := string(appendCheckpoint(nil, b.notes[10])) + "\n"
	for name, c := range map[string]struct {
		export string
		what   Code
		at     int64
	}{
		"nothing at all":                       {"", Truncated, 0},
		"an empty line first":                  {"\n" + export, BadHeader, 0},
		"the header of another version":        {swap(`"v":1,"origin"`, `"v":2,"origin"`), BadHeader, 0},
		"a header of another origin":           {swap(`"origin":"holder`, `"origin":"Holder`), BadHeader, 0},
		"a header with more in it":             {swap(`"}`+"\n", `","x":1}`+"\n"), BadHeader, 0},
		"a header with no witnesses":           {swap(`"}`+"\n", `","witnesses":[]}`+"\n"), BadHeader, 0},
		"a header with a witness that is none": {swap(`"}`+"\n", `","witnesses":["x"]}`+"\n"), BadHeader, 0},
		"a second header":                      {swap("\n", "\n"+header), Misplaced, 0},
		"an empty line":                        {swap("\n"+eventStart+"5", "\n\n"+eventStart+"5"), BadLine, 5},
		"a comment":                            {swap("\n"+eventStart+"5", "\n# x\n"+eventStart+"5"), BadLine, 5},
		"Windows line breaks":                  {strings.ReplaceAll(export, "\n", "\r\n"), BadHeader, 0},
		"a byte order mark":                    {"\ufeff" + export, BadHeader, 0},
		"a line longer than any":               {swap("\n"+eventStart+"5", "\n"+strings.Repeat("x", maxLine+1)+"\n"+eventStart+"5"), BadLine, 5},
		"an event longer than any":             {swap(`"event":{"actor"`, `"event":{"actor"`+strings.Repeat(" ", MaxEvent)), BadLine, 0},
		"a position with a leading zero":       {swap(eventStart+"5,", eventStart+"05,"), BadLine, 5},
		"a position beyond all numbers":        {swap(eventStart+"5,", eventStart+"99999999999999999999,"), BadLine, 5},
		"an event line of nothing":             {swap("\n"+eventStart+"5", "\n"+eventStart+"5}\n"+eventStart+"5"), BadLine, 5},
		"a checkpoint of nothing":              {swap("\n"+eventStart+"5", "\n"+checkpointStart+checkpointEnd+"\n"+eventStart+"5"), BadSignature, 5},
		"a checkpoint cut":                     {swap("\n"+eventStart+"5", "\n"+checkpointStart+"\n"+eventStart+"5"), BadLine, 5},
		"a checkpoint too early":               {swap("\n"+eventStart+"5", "\n"+checkpoint10+eventStart+"5"), Misplaced, 5},
		"a checkpoint twice":                   {swap(checkpoint10, checkpoint10+checkpoint10), Misplaced, 10},
		"a checkpoint missing":                 {swap(checkpoint10, ""), Gap, 20},
		"an escape in a checkpoint":            {swap(`"checkpoint":"h`, `"checkpoint":"\u0068`), BadSignature, 10},
		"a line break in a checkpoint":         {swap(`ledger\n10`, "ledger\n10"), BadLine, 10},
		"a checkpoint counted too few":         {swap(`"checkpoints":2`, `"checkpoints":1`), Misplaced, 20},
		"an event counted too many":            {swap(`"events":20`, `"events":21`), Truncated, 20},
		"an end with more in it":               {swap(`"checkpoints":2}}`, `"checkpoints":2}} `), BadLine, 20},
		"an end written otherwise":             {swap(`"events":20`, `"events": 20`), BadLine, 20},
		"no last line break":                   {strings.TrimSuffix(export, "\n"), Truncated, 20},
		"a line break too many":                {export + "\n", Trailing, 20},
		"the export twice":                     {export + export, Trailing, 20},
		"a long line after the end":            {export + strings.Repeat("x", 2*maxLine), Trailing, 20},
		"the last checkpoint missing":          {swap(string(appendCheckpoint(nil, b.notes[20]))+"\n", ""), Truncated, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := verify(c.export, b.vkey)
			var d *Damage
			if !errors.As(err, &d) || d.What != c.what || d.Position != c.at {
				t.Errorf("got %v, want %s at %d", err, c.what, c.at)
			}
		})
	}
	fewer := swap(`"events":20`, `"events":18`)
	_, err := verify(fewer, b.vkey)
	wantDamage(t, err, Trailing, 18, 19)
}

func TestAKeptCheckpointShowsAnotherHistory(t *testing.T) {
	t.Parallel()
	seen := smallBook(t)
	// The Holder rewrites event 3 and all that hangs on it, and signs anew.
	forked := newBook(t)
	for n, e := range seen.events {
		if n == 3 {
			e.Purpose = "P06"
		}
		forked.add(e)
		if n == 5 || n == 9 || n == 19 {
			forked.sign()
		}
	}
	export := forked.export()
	if _, err := verify(export, forked.vkey); err != nil {
		t.Fatalf("by itself the forked ledger is sound: %v", err)
	}
	_, err := verify(export, forked.vkey, seen.notes[10])
	wantDamage(t, err, Forked, 0, 9)
	_, err = verify(export, forked.vkey, seen.notes[20], seen.notes[10])
	wantDamage(t, err, Forked, 0, 9)

	// The same from a later event: what was kept before it is still shared.
	late := newBook(t)
	for n, e := range seen.events {
		if n == 14 {
			e.Purpose = "P06"
		}
		late.add(e)
	}
	late.sign()
	_, err = verify(late.export(), late.vkey, seen.notes[10], seen.notes[20])
	wantDamage(t, err, Forked, 10, 19)

	// A kept checkpoint narrows down where the damage to a file is.
	upTo5 := Checkpoint{Origin: testOrigin, Size: 5, Root: plainRoot(seen.leaves[:5])}
	kept5, err := SignCheckpoint(upTo5, seen.skey)
	if err != nil {
		t.Fatal(err)
	}
	swapped := smallBook(t)
	swapped.swap(1, 2)
	_, err = verify(swapped.rawExport(), swapped.vkey)
	wantDamage(t, err, BadRoot, 0, 9)
	_, err = verify(swapped.rawExport(), swapped.vkey, kept5)
	wantDamage(t, err, BadRoot, 0, 4)
	swapped = smallBook(t)
	swapped.swap(6, 7)
	_, err = verify(swapped.rawExport(), swapped.vkey, kept5)
	wantDamage(t, err, BadRoot, 5, 9)

	// Damage to the file is not taken for a fork, even where a kept checkpoint is the first to show it.
	damaged := smallBook(t)
	delete(damaged.notes, 10)
	damaged.change(8, func(e *Event) { e.Purpose = "P06" })
	damaged.change(9, func(e *Event) { e.Purpose = "P06" })
	damaged.events, damaged.lines, damaged.leaves = damaged.events[:10], damaged.lines[:10], damaged.leaves[:10]
	damaged.notes = map[int64]string{10: seen.notes[10]}
	_, err = verify(damaged.rawExport(), damaged.vkey, seen.notes[10])
	wantDamage(t, err, BadRoot, 0, 9)
}

func TestAnExportOlderThanWhatWasKeptIsTruncated(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	kept := b.notes[20]
	delete(b.notes, 20)
	b.events, b.lines, b.leaves = b.events[:10], b.lines[:10], b.leaves[:10]
	older := b.export()
	if _, err := verify(older, b.vkey); err != nil {
		t.Fatalf("by itself the older export is sound: %v", err)
	}
	_, err := verify(older, b.vkey, kept)
	wantDamage(t, err, Truncated, 10, 19)
}

func TestWhatTheAuditorBringsIsCheckedFirst(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	export := b.export()
	_, otherV := testKey(t, testOrigin, 2)
	otherKey, _ := testKey(t, testOrigin, 2)
	foreign, err := SignCheckpoint(testCheckpoint(), otherKey)
	if err != nil {
		t.Fatal(err)
	}
	var d *Damage
	if _, err := verify(export, "no key"); !errors.Is(err, ErrKey) || errors.As(err, &d) {
		t.Errorf("no key: %v", err)
	}
	if _, err := verify(export, b.vkey, foreign); !errors.Is(err, ErrSignature) || errors.As(err, &d) {
		t.Errorf("a kept checkpoint of another key: %v", err)
	}
	if _, err := Verify(strings.NewReader(export), b.vkey, VerifyOptions{Witnesses: []string{"x"}}); !errors.Is(err, ErrKey) {
		t.Errorf("a witness that is no key: %v", err)
	}
	if _, err := verify(export, otherV); !errors.As(err, &d) || d.What != BadHeader {
		t.Errorf("an export under another key: %v", err)
	}
	cause := errors.New("the disk is gone")
	half := io.MultiReader(strings.NewReader(export[:len(export)/2]), iotest.ErrReader(cause))
	if _, err := Verify(half, b.vkey, VerifyOptions{}); !errors.Is(err, cause) || errors.As(err, &d) {
		t.Errorf("a reader that fails is judged: %v", err)
	}
	after := io.MultiReader(strings.NewReader(export), iotest.ErrReader(cause))
	if _, err := Verify(after, b.vkey, VerifyOptions{}); !errors.Is(err, cause) {
		t.Errorf("a reader that fails after the end is passed over: %v", err)
	}
}

func TestAnExportCarriesCosignatures(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	witness, witnessV := testKey(t, "witness.example", 9)
	_, sameNameV := testKey(t, "witness.example", 10)
	msg, err := Cosign(b.notes[20], b.vkey, witness)
	if err != nil {
		t.Fatal(err)
	}
	plain := b.notes[20]
	b.notes[20] = msg
	b.witnesses = []string{witnessV}
	export := b.export()
	if got, err := Verify(strings.NewReader(export), b.vkey, VerifyOptions{Witnesses: []string{witnessV}}); err != nil || !slices.Equal(got.Witnesses, []string{witnessV}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := Verify(strings.NewReader(export), b.vkey, VerifyOptions{Witnesses: []string{sameNameV}}); err != nil || got.Witnesses != nil {
		t.Errorf("a witness whom the auditor does not know counts: %+v, %v", got, err)
	}
	// Without the header's word for the witness his signature could be changed unseen, so it is damage.
	b.witnesses = nil
	_, err = verify(b.rawExport(), b.vkey)
	wantDamage(t, err, BadSignature, 20, 20)
	b.notes[20] = plain
	if _, err := verify(b.rawExport(), b.vkey); err != nil {
		t.Error(err)
	}
	lastBit := strings.LastIndex(export[:strings.Index(export, endStart)], `=\n`) - 1
	for bit := range 8 {
		flipped := []byte(export)
		flipped[lastBit] ^= 1 << bit
		if _, err := verify(string(flipped), b.vkey); err == nil {
			t.Errorf("bit %d of the last letter of a cosignature flipped, and the export verifies", bit)
		}
	}
}

func TestTheWriterRefusesWhatWouldNotVerify(t *testing.T) {
	t.Parallel()
	b := smallBook(t)
	witness, _ := testKey(t, "witness.example", 9)
	cosigned, err := Cosign(b.notes[10], b.vkey, witness)
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewExportWriter(io.Discard, b.vkey)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.End(); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("an end without a checkpoint: %v", err)
	}
	for n := range 10 {
		if err := x.Checkpoint(b.notes[10]); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("a checkpoint of 10 after %d events: %v", n, err)
		}
		if err := x.Event(b.leaves[n], b.lines[n]); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Event(b.leaves[0], []byte("{\n}")); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("an event of two lines: %v", err)
	}
	if err := x.Event(b.leaves[0], make([]byte, MaxEvent+1)); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("an event longer than any: %v", err)
	}
	if err := x.Checkpoint("x"); !errors.Is(err, ErrSignature) {
		t.Errorf("a checkpoint that is none: %v", err)
	}
	if err := x.Checkpoint(cosigned); !errors.Is(err, ErrSignature) {
		t.Errorf("a cosignature the header does not name: %v", err)
	}
	if err := x.Checkpoint(b.notes[10]); err != nil {
		t.Error(err)
	}
	if err := x.Checkpoint(b.notes[10]); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("a checkpoint twice: %v", err)
	}
	if err := x.End(); err != nil {
		t.Error(err)
	}
	if _, err := NewExportWriter(io.Discard, "x"); !errors.Is(err, ErrKey) {
		t.Errorf("an export under no key: %v", err)
	}
	full := errors.New("the disk is full")
	if _, err := NewExportWriter(failingWriter{full}, b.vkey); !errors.Is(err, full) {
		t.Errorf("a failed write is passed over: %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func FuzzVerify(f *testing.F) {
	b := newBook(f)
	for n := range 4 {
		b.add(smallEvent(n, stream(n%2)))
		if n%2 == 1 {
			b.sign()
		}
	}
	export := b.export()
	f.Add([]byte(export))
	f.Add([]byte(export[:len(export)/2]))
	f.Add([]byte(""))
	genuine := strings.SplitAfter(export, "\n")
	f.Fuzz(func(t *testing.T, other []byte) {
		got, err := Verify(bytes.NewReader(other), b.vkey, VerifyOptions{})
		if err != nil {
			return
		}
		// Without the key only an export that stops at one of the signed sizes can pass. It has a header and an end.
		lines := strings.SplitAfter(string(other), "\n")
		body := lines[1 : len(lines)-2]
		if !slices.Equal(body, genuine[1:len(body)+1]) || got.Events != 2 && got.Events != 4 {
			t.Errorf("an export that was never written verifies: %s", other)
		}
	})
}
