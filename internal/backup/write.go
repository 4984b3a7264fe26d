package backup

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// Source is a store as of one moment: Snapshot of package sqlstore.
type Source interface {
	Snapshot(ctx context.Context, table func(name string, columns []string) (func(row []any) error, error)) (version int, err error)
}

// Blobs are the sealed files. Get says store.ErrNotFound for one that is gone;
// Put may be asked again for the same.
type Blobs interface {
	Get(ctx context.Context, id string) ([]byte, error)
	Put(ctx context.Context, id string, sealed []byte) error
}

// Options say what is written and how it is called.
type Options struct {
	Header Header
	Blobs  Blobs // nil for keys
	Force  bool  // replace a file of that name
	Tell   Progress
}

// chunk is how many bytes of rows stand in one member, or little more.
const chunk = 4 << 20

// Write writes a backup. The file has its name when all of it is durable, and
// not before; what a crash leaves is called otherwise and is refused.
func Write(ctx context.Context, path string, src Source, o Options) (m Manifest, err error) {
	if _, err := os.Lstat(path); err == nil && !o.Force {
		return m, fmt.Errorf("%s: %w", path, ErrThere)
	}
	f, err := os.OpenFile(path+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	m, err = write(ctx, f, src, o)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		if err = os.Rename(path+partial, path); err == nil {
			return m, syncDir(filepath.Dir(path))
		}
	}
	return m, errors.Join(err, os.Remove(path+partial))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// writer is a backup on its way out.
type writer struct {
	o     Options
	tar   *tar.Writer
	sum   hash.Hash
	m     Manifest
	buf   []byte       // of the member under way
	flush func() error // writes it, if there is anything in it
	ids   [][]byte     // of the blobs
}

func write(ctx context.Context, f io.Writer, src Source, o Options) (Manifest, error) {
	buffered := bufio.NewWriterSize(f, 1<<20)
	packed, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return Manifest{}, err
	}
	w := &writer{
		o: o, tar: tar.NewWriter(packed), sum: sha256.New(), flush: func() error { return nil },
		m: Manifest{Header: o.Header, Rows: map[string]int64{}},
	}
	w.m.Format, w.m.Made = Format, o.Header.Made.UTC()
	if err := w.all(ctx, src); err != nil {
		return w.m, err
	}
	return w.m, errors.Join(w.tar.Close(), packed.Close(), buffered.Flush())
}

func (w *writer) all(ctx context.Context, src Source) error {
	if err := w.json(headerName, w.m.Header); err != nil {
		return err
	}
	var err error
	if w.m.Schema, err = src.Snapshot(ctx, w.table); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.blobs(ctx); err != nil {
		return err
	}
	w.m.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	return w.json(manifestName, w.m)
}

// The members with a name of their own.
const (
	headerName   = "kupuya-backup.json"
	manifestName = "manifest.json"
	rowsFolder   = "rows/"
	blobsFolder  = "blobs/"
)

func (w *writer) json(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return w.member(name, append(b, '\n'))
}

// member writes one member and adds it to the checksum.
func (w *writer) member(name string, b []byte) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(b)), Mode: 0o600, ModTime: w.m.Made, Format: tar.FormatPAX}
	if err := w.tar.WriteHeader(h); err != nil {
		return err
	}
	add(w.sum, name, b)
	_, err := w.tar.Write(b)
	return err
}

// add adds a member to a checksum, so that no two sequences of members are alike.
func add(sum hash.Hash, name string, b []byte) {
	sum.Write(binary.AppendUvarint(nil, uint64(len(name))))
	sum.Write([]byte(name))
	sum.Write(binary.AppendUvarint(nil, uint64(len(b))))
	sum.Write(b)
}

// table takes the rows of a table, a member for every few megabytes.
func (w *writer) table(name string, columns []string) (func([]any) error, error) {
	if err := w.flush(); err != nil { // of the table before
		return nil, err
	}
	head, part := appendNames(nil, columns), 0
	w.buf = append(w.buf[:0], head...)
	w.flush = func() error {
		if len(w.buf) == len(head) {
			return nil
		}
		part++
		err := w.member(fmt.Sprintf("%s%s/%06d", rowsFolder, name, part), w.buf)
		w.buf = append(w.buf[:0], head...)
		return err
	}
	note := w.noting(name, columns)
	w.m.Rows[name] = 0
	return func(row []any) error {
		var known bool
		if w.buf, known = appendRow(w.buf, row); !known {
			return fmt.Errorf("backup: a value in %s is of no type it knows", name)
		}
		if err := note(row); err != nil {
			return err
		}
		w.m.Rows[name]++
		if n := w.m.Rows[name]; n%50_000 == 0 && w.o.Tell != nil {
			w.o.Tell(name, n, 0)
		}
		if len(w.buf) < chunk {
			return nil
		}
		return w.flush()
	}, nil
}

var errBlobID = errors.New("backup: a photograph stands under an id that is none")

// noting gives what looks at the rows of a table for what the manifest says, and
// for the photographs that belong to them.
func (w *writer) noting(name string, columns []string) func(row []any) error {
	col := func(c string) int { return slices.Index(columns, c) }
	switch name {
	case "blob":
		id := col("blob_id")
		return func(row []any) error {
			text, _ := row[id].(string)
			raw, err := hex.DecodeString(strings.ReplaceAll(text, "-", "")) // a third of the room of the text
			if err != nil || !privacy.IsID(text) {
				return errBlobID
			}
			w.ids = append(w.ids, raw)
			return nil
		}
	case "checkpoint":
		size, note, most := col("size"), col("note"), int64(-1)
		return func(row []any) error {
			if n := row[size].(int64); n > most {
				most, w.m.Checkpoint = n, row[note].(string)
			}
			return nil
		}
	case "mark":
		id, n := col("id"), col("n")
		return func(row []any) error { w.m.Keys, w.m.Known = row[id].(string), row[n].(int64); return nil }
	case "subject_key":
		epoch, seen := col("epoch"), map[int64]bool{}
		return func(row []any) error {
			if e := row[epoch].(int64); !seen[e] {
				seen[e] = true
				w.m.Epochs = slices.Sorted(maps.Keys(seen))
			}
			return nil
		}
	}
	return func([]any) error { return nil }
}

// blobs writes the files whose rows were taken. One that is gone by now was
// destroyed.
func (w *writer) blobs(ctx context.Context) error {
	for i, raw := range w.ids {
		h := hex.EncodeToString(raw)
		id := h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
		sealed, err := w.o.Blobs.Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			w.m.Missing++
			continue
		}
		if err != nil {
			return err
		}
		if err := w.member(blobsFolder+id, sealed); err != nil {
			return err
		}
		w.m.Blobs++
		w.m.Bytes += int64(len(sealed))
		if n := int64(i + 1); n%1000 == 0 && w.o.Tell != nil {
			w.o.Tell("photographs", n, int64(len(w.ids)))
		}
	}
	return nil
}
