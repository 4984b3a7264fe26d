package policyfile

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"kupuya/internal/policy"
)

// Place turns a contradiction that policy.Compile found in the rules into an
// error with the line and column of rules.yaml at which it stands: of the last
// part of the problem's path that is written there.
func (p *Pack) Place(problem *policy.Problem) *FileError {
	out := &FileError{File: rulesFile, Msg: problem.Error()}
	data := bytes.ReplaceAll(bytes.TrimPrefix(p.rules, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 {
		return out
	}
	node := file.Docs[0].Body
	for step, rest := "", problem.Path; rest != ""; {
		step, rest = nextStep(rest)
		if node = enter(node, step); node == nil {
			break
		}
		out.Line, out.Column = position(node)
	}
	return out
}

// nextStep takes the first step off a path such as "purposes[P06.ads].terms":
// the name of a key, or "[" and the id of an entry.
func nextStep(path string) (step, rest string) {
	path = strings.TrimPrefix(path, ".")
	if strings.HasPrefix(path, "[") {
		step, rest, _ = strings.Cut(path, "]")
		return step, rest
	}
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// enter goes from a mapping to the value of a key, or from a list to the last
// entry with an id: of two with the same id, the second is the one too many. A
// channel names a way of withdrawing; an entry without a name of its own has a
// number, from 0.
func enter(node ast.Node, step string) ast.Node {
	id, byID := strings.CutPrefix(step, "[")
	if !byID {
		return valueOf(node, step)
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	for i := len(list.Values) - 1; i >= 0; i-- {
		for _, key := range []string{"id", "channel"} {
			if v := valueOf(list.Values[i], key); v != nil && v.GetToken().Value == id {
				return list.Values[i]
			}
		}
	}
	if i, err := strconv.Atoi(id); err == nil && i >= 0 && i < len(list.Values) {
		return list.Values[i]
	}
	return nil
}

func valueOf(node ast.Node, key string) ast.Node {
	m, ok := node.(ast.MapNode)
	if !ok {
		return nil
	}
	for it := m.MapRange(); it.Next(); {
		if it.Key().GetToken().Value == key {
			return it.Value()
		}
	}
	return nil
}
