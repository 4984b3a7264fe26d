package backup

import (
	"encoding/binary"
	"io"
	"unicode/utf8"
)

// The kinds of value, by the first byte.
const (
	isNull byte = iota
	isInt
	isText
	isBytes
)

// maxColumns is more than any table has.
const maxColumns = 256

// appendNames writes the columns of a table.
func appendNames(b []byte, columns []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(columns)))
	for _, c := range columns {
		b = append(binary.AppendUvarint(b, uint64(len(c))), c...)
	}
	return b
}

// appendRow writes a row: of each value its kind and itself. It reports whether
// it knows them all.
func appendRow(b []byte, row []any) ([]byte, bool) {
	for _, v := range row {
		switch v := v.(type) {
		case nil:
			b = append(b, isNull)
		case int64:
			b = binary.AppendVarint(append(b, isInt), v)
		case string:
			b = append(binary.AppendUvarint(append(b, isText), uint64(len(v))), v...)
		case []byte:
			b = append(binary.AppendUvarint(append(b, isBytes), uint64(len(v))), v...)
		default:
			return b, false
		}
	}
	return b, true
}

// rowReader reads what the two above wrote. It trusts nothing.
type rowReader struct {
	b       []byte
	columns []string
}

func newRowReader(b []byte) (*rowReader, error) {
	r := &rowReader{b: b}
	n, err := r.size(maxColumns)
	if err != nil {
		return nil, err
	}
	for range n {
		name, err := r.bytes()
		if err != nil {
			return nil, err
		}
		r.columns = append(r.columns, string(name))
	}
	return r, nil
}

// next gives a row, whose bytes are the reader's, and io.EOF after the last.
func (r *rowReader) next() ([]any, error) {
	if len(r.b) == 0 {
		return nil, io.EOF
	}
	if len(r.columns) == 0 {
		return nil, ErrDamaged
	}
	row := make([]any, len(r.columns))
	for i := range row {
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		row[i] = v
	}
	return row, nil
}

func (r *rowReader) value() (any, error) {
	if len(r.b) == 0 {
		return nil, ErrDamaged
	}
	kind := r.b[0]
	r.b = r.b[1:]
	switch kind {
	case isNull:
		return nil, nil
	case isInt:
		v, n := binary.Varint(r.b)
		if n <= 0 {
			return nil, ErrDamaged
		}
		r.b = r.b[n:]
		return v, nil
	case isText:
		text, err := r.bytes()
		if err == nil && !utf8.Valid(text) {
			err = ErrDamaged
		}
		return string(text), err
	case isBytes:
		return r.bytes()
	}
	return nil, ErrDamaged
}

// size reads a number up to most.
func (r *rowReader) size(most int) (int, error) {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > uint64(most) {
		return 0, ErrDamaged
	}
	r.b = r.b[n:]
	return int(v), nil
}

// bytes reads a length and as many bytes.
func (r *rowReader) bytes() ([]byte, error) {
	n, err := r.size(len(r.b))
	if err != nil || n > len(r.b) {
		return nil, ErrDamaged
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out, nil
}
