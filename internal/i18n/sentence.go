package i18n

import (
	"fmt"
	"strings"
)

// sentence is a text of the catalogue, taken apart.
type sentence []piece

// piece is one of three: plain text, a placeholder, or a part that is left out
// when a placeholder inside it has no value.
type piece struct {
	text string
	name string
	part sentence
}

// parse takes a text apart. Braces and brackets that do not pair are refused,
// and a part within a part.
func parse(s string) (sentence, error) {
	var m sentence
	for s != "" {
		i := strings.IndexAny(s, "{}[]")
		if i < 0 {
			return append(m, piece{text: s}), nil
		}
		if i > 0 {
			m = append(m, piece{text: s[:i]})
		}
		closing := map[byte]string{'{': "}", '[': "]"}[s[i]]
		inner, rest, paired := strings.Cut(s[i+1:], closing)
		if closing == "" || !paired {
			return nil, fmt.Errorf("unpaired %q", s[i])
		}
		if s[i] == '{' {
			if inner == "" || strings.Trim(inner, "abcdefghijklmnopqrstuvwxyz") != "" {
				return nil, fmt.Errorf("%q is no placeholder", inner)
			}
			m = append(m, piece{name: inner})
		} else {
			part, err := parse(inner)
			if err != nil || strings.Contains(inner, "[") || !strings.Contains(inner, "{") {
				return nil, fmt.Errorf("%q is no part to leave out: %w", inner, err)
			}
			m = append(m, piece{part: part})
		}
		s = rest
	}
	return m, nil
}

// write puts the sentence together and reports whether every placeholder
// outside the parts had a value. One without stays visible.
func (m sentence) write(b *strings.Builder, value func(name string) string) bool {
	whole := true
	for _, p := range m {
		switch {
		case p.part != nil:
			var sub strings.Builder
			if p.part.write(&sub, value) {
				b.WriteString(sub.String())
			}
		case p.name != "":
			if v := value(p.name); v != "" {
				b.WriteString(v)
				continue
			}
			whole = false
			b.WriteString("{" + p.name + "}")
		default:
			b.WriteString(p.text)
		}
	}
	return whole
}
