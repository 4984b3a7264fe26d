package policyfile

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"kupuya/internal/privacy"
)

// The bounds of one file. They are far above what a person writes and keep the
// parser, whose time grows faster than the depth, from being held up.
const (
	maxFileBytes = 1 << 20 // bytes
	maxDepth     = 32      // collections within collections
)

// FileError says what is wrong in a file and where, so that whoever wrote the
// file can find the place. Line and Column count from 1; Line is 0 when the
// fault is of the file as a whole.
type FileError struct {
	File   string
	Line   int
	Column int
	Msg    string
}

// Error reads "acts.yaml:12:5: what is wrong".
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// decodeStrict reads the one YAML document in data into the struct that into
// points to, and returns a *FileError for everything it does not accept: keys
// the struct does not name, keys given twice, a second document, no document,
// keys without a value, anchors, aliases, merges and tags (what stands in a
// file is read where it stands), and numbers that are not plain decimal
// integers, because "4.10" is a clause and "010" is not eight: text that looks
// like a number is quoted. When it fails, into may be partly filled.
func decodeStrict(name string, data []byte, into any) (err error) {
	defer func() {
		// The parser is not ours; a file must not bring the program down.
		if r := recover(); r != nil {
			err = &FileError{File: name, Msg: "cannot be read as YAML"}
		}
	}()
	// What editors on Windows add; with it the parser would count lines wrongly.
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if err := checkBytes(data); err != nil {
		err.File = name
		return err
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return positioned(name, err, nil)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &FileError{File: name, Msg: "holds no document"}
	}
	if len(file.Docs) > 1 {
		return positioned(name, errors.New("a second document begins here; one file holds one"), file.Docs[1])
	}
	var plain plainness
	ast.Walk(&plain, file.Docs[0].Body)
	if plain.err != nil {
		plain.err.File = name
		return plain.err
	}
	if err := decodeNode(file.Docs[0].Body, into); err != nil {
		err.File = name
		return err
	}
	return nil
}

// decodeNode reads a node into what into points to. An error without a place,
// such as that of a type that reads itself from text, is shown at the value of
// the key that it comes from.
func decodeNode(n ast.Node, into any) *FileError {
	err := yaml.NodeToValue(n, into, yaml.Strict())
	if err == nil {
		return nil
	}
	guilty := n
	if m, ok := n.(*ast.MappingNode); ok {
		for _, v := range m.Values {
			alone := reflect.New(reflect.TypeOf(into).Elem()).Interface()
			if yaml.NodeToValue(ast.Mapping(m.Start, m.IsFlowStyle, v), alone, yaml.Strict()) != nil {
				guilty = v.Value
				break
			}
		}
	}
	return positioned("", err, guilty)
}

// checkBytes refuses what must not reach the parser: too much, not UTF-8, too
// deep.
func checkBytes(data []byte) *FileError {
	if len(data) > maxFileBytes {
		return &FileError{Msg: fmt.Sprintf("is larger than %d bytes", maxFileBytes)}
	}
	if !utf8.Valid(data) {
		good := 0
		for r, n := utf8.DecodeRune(data); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(data[good:]) {
			good += n
		}
		return &FileError{
			Line:   1 + bytes.Count(data[:good], []byte("\n")),
			Column: 1 + utf8.RuneCount(data[bytes.LastIndexByte(data[:good], '\n')+1:good]),
			Msg:    "is not UTF-8 text",
		}
	}
	flow, line, entries := 0, 0, 0
	for _, t := range lexer.Tokenize(string(data)) {
		if t.Position.Line != line {
			line, entries = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			entries++
		}
		if flow+entries > maxDepth || t.Position.IndentNum > 16*maxDepth {
			return &FileError{Line: t.Position.Line, Column: t.Position.Column, Msg: "is nested too deeply"}
		}
	}
	return nil
}

// plainness walks a document and keeps the first thing in it that is YAML but
// not plain.
type plainness struct{ err *FileError }

// Visit implements ast.Visitor.
func (p *plainness) Visit(n ast.Node) ast.Visitor {
	if p.err != nil {
		return nil
	}
	msg := ""
	switch n := n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		msg = "anchors, aliases and merges are not used here; write the value out"
	case *ast.TagNode, *ast.DirectiveNode:
		msg = "tags and directives are not used here"
	case *ast.NullNode:
		msg = `no value; write "" for text left empty, or leave the key out`
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		msg = "only whole numbers are numbers here; quote it if it is text"
	case *ast.IntegerNode:
		if v := n.GetToken().Value; v != fmt.Sprint(n.Value) {
			msg = "not a plain decimal number; quote it if it is text"
		}
	}
	if msg == "" {
		return p
	}
	line, column := position(n)
	p.err = &FileError{Line: line, Column: column, Msg: msg}
	return nil
}

// positioned turns an error of the YAML library, or of a type it called, into
// a *FileError. The place is the one the error names, else that of node.
func positioned(file string, err error, node ast.Node) *FileError {
	var fe *FileError
	if errors.As(err, &fe) {
		if fe.File == "" {
			fe.File = file
		}
		return fe
	}
	fe = &FileError{File: file, Msg: err.Error()}
	if pe := (*privacy.Error)(nil); errors.As(err, &pe) && pe.Err != nil {
		fe.Msg = pe.Err.Error() // whoever wrote the file has no use for the operation and the code
	}
	var ye yaml.Error
	if errors.As(err, &ye) {
		fe.Msg = ye.GetMessage()
		if t := ye.GetToken(); t != nil {
			fe.Line, fe.Column = t.Position.Line, t.Position.Column
		}
	} else if node != nil {
		fe.Line, fe.Column = position(node)
	}
	fe.Msg = strings.TrimSpace(fe.Msg)
	return fe
}

// position gives the line and column at which a node begins.
func position(n ast.Node) (line, column int) {
	switch m := n.(type) {
	case *ast.DocumentNode:
		if m.Body != nil {
			return position(m.Body)
		}
	case *ast.MappingNode:
		if len(m.Values) > 0 && !m.IsFlowStyle {
			return position(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return position(m.Key)
	}
	if t := n.GetToken(); t != nil {
		return t.Position.Line, t.Position.Column
	}
	return 0, 0
}

// at is a value with the place in its file where it was written, so that what
// is found wrong later can still be shown there. A T that reads itself from
// text (encoding.TextUnmarshaler) has its errors shown at that place too.
type at[T any] struct {
	Line   int
	Column int
	Value  T
}

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (a *at[T]) UnmarshalYAML(n ast.Node) error {
	a.Line, a.Column = position(n)
	if err := decodeNode(n, &a.Value); err != nil {
		return err
	}
	return nil
}
