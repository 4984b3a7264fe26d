package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"strings"

	"kupuya/internal/privacy"
)

// maxMember is the most bytes a member may have: a chunk and one large row.
const maxMember = 64 << 20

// reader is a backup on its way in. It refuses what is not as it was written;
// what the last member says is known only at the end.
type reader struct {
	f    *os.File
	zip  *gzip.Reader
	tar  *tar.Reader
	sum  hash.Hash
	head Header
	rows map[string]int64
	m    Manifest
	b    bytes.Buffer
	blob int64
	size int64
}

// Open reads what a file is, and no more of it.
func Open(path string) (Header, error) {
	r, err := open(path)
	if err != nil {
		return Header{}, err
	}
	return r.head, r.f.Close()
}

func open(path string) (*reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	r := &reader{f: f, sum: sha256.New(), rows: map[string]int64{}}
	if err := r.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return r, nil
}

func (r *reader) begin() (err error) {
	if r.zip, err = gzip.NewReader(bufio.NewReaderSize(r.f, 1<<20)); err != nil {
		return ErrNone
	}
	r.zip.Multistream(false)
	r.tar = tar.NewReader(r.zip)
	name, b, err := r.next()
	if err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	if err != nil || name != headerName || json.Unmarshal(b, &r.head) != nil || r.head.Format < 1 {
		return ErrNone
	}
	if r.head.Format > Format {
		return ErrNewer
	}
	return nil
}

// next gives the next member, whose bytes are the reader's until it is asked
// again, and io.EOF when the manifest has been read and holds.
func (r *reader) next() (string, []byte, error) {
	h, err := r.tar.Next()
	switch {
	case err != nil:
		return "", nil, broken(err)
	case h.Typeflag != tar.TypeReg || h.Size > maxMember:
		return "", nil, ErrDamaged
	}
	r.b.Reset()
	if _, err := r.b.ReadFrom(io.LimitReader(r.tar, maxMember+1)); err != nil {
		return "", nil, broken(err)
	}
	b := r.b.Bytes()
	if h.Name == manifestName {
		return "", nil, r.end(b)
	}
	add(r.sum, h.Name, b)
	r.size += int64(len(b))
	return h.Name, b, nil
}

// broken tells a file that ends too soon from one that says something else.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return ErrDamaged
}

// end checks the manifest against what was read, and that nothing follows.
func (r *reader) end(b []byte) error {
	if json.Unmarshal(b, &r.m) != nil || !r.m.same(r.head) || r.m.SHA256 != hex.EncodeToString(r.sum.Sum(nil)) ||
		r.m.Blobs != r.blob {
		return ErrDamaged
	}
	for table, n := range r.m.Rows {
		if r.rows[table] != n {
			return ErrDamaged
		}
	}
	if _, err := r.tar.Next(); !errors.Is(err, io.EOF) {
		return ErrDamaged
	}
	if n, err := io.Copy(io.Discard, r.zip); err != nil {
		return broken(err)
	} else if n > 0 {
		return ErrDamaged
	}
	return io.EOF
}

// same reports whether the last member speaks of the file that the first did.
func (h Header) same(o Header) bool {
	return h.Format == o.Format && h.Kind == o.Kind && h.Origin == o.Origin && h.Made.Equal(o.Made)
}

// each hands on every member, and gives the manifest when all of them hold.
func each(ctx context.Context, path string, fn func(r *reader, name string, b []byte) error) (Manifest, error) {
	r, err := open(path)
	if err != nil {
		return Manifest{}, err
	}
	defer r.f.Close() // only read
	for {
		name, b, err := r.next()
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = r.count(name, b)
		}
		if err == nil {
			err = fn(r, name, b)
		}
		if errors.Is(err, io.EOF) {
			return r.m, nil
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("%s: %w", path, err)
		}
	}
}

// count counts a member and refuses one that has no place in a backup.
func (r *reader) count(name string, b []byte) error {
	if id, ok := strings.CutPrefix(name, blobsFolder); ok && privacy.IsID(id) {
		r.blob++
		return nil
	}
	table, ok := tableOf(name)
	if !ok {
		return ErrDamaged
	}
	rows, err := newRowReader(b)
	for err == nil {
		if _, err = rows.next(); err == nil {
			r.rows[table]++
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return ErrDamaged
}

// tableOf gives the table of a member of rows.
func tableOf(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, rowsFolder)
	table, _, more := strings.Cut(rest, "/")
	return table, ok && more && table != ""
}

// Verify reads a whole backup of the given kind and says what is in it; nothing
// of it is used meanwhile.
func Verify(ctx context.Context, path, kind string, tell Progress) (Manifest, error) {
	last := int64(0)
	m, err := each(ctx, path, func(r *reader, _ string, _ []byte) error {
		if tell != nil && r.size-last >= 64<<20 {
			last = r.size
			tell("megabytes verified", r.size>>20, 0)
		}
		return nil
	})
	if err == nil && m.Kind != kind {
		err = fmt.Errorf("%s: %w", path, ErrKind)
	}
	return m, err
}

// Rows are rows of one table, as sqlstore.Rows has them.
type Rows struct {
	Table   string
	Columns []string
	Next    func() ([]any, error)
}

// Load hands on the rows of a backup that Verify found whole, and puts its files
// into blobs. What was verified is asked for again: a file that was changed
// since gives an error in the place of the last rows.
func Load(ctx context.Context, path string, verified Manifest, blobs Blobs, tell Progress, yield func(Rows, error) bool) {
	done := int64(0)
	stopped := errors.New("backup: stopped")
	m, err := each(ctx, path, func(_ *reader, name string, b []byte) error {
		if id, ok := strings.CutPrefix(name, blobsFolder); ok {
			return blobs.Put(ctx, id, b)
		}
		table, _ := tableOf(name) // each has looked
		rows, err := newRowReader(b)
		if err != nil {
			return err
		}
		next := func() ([]any, error) {
			row, err := rows.next()
			if done++; err == nil && done%50_000 == 0 && tell != nil {
				tell("rows", done, verified.Total())
			}
			return row, err
		}
		if !yield(Rows{table, rows.columns, next}, nil) {
			return stopped
		}
		return nil
	})
	if err == nil && (m.SHA256 != verified.SHA256 || !maps.Equal(m.Rows, verified.Rows)) {
		err = ErrDamaged
	}
	if err != nil && !errors.Is(err, stopped) {
		yield(Rows{}, err)
	}
}
