package evidence

import (
	"bytes"
	"encoding/json"
	"slices"
)

// members reads one JSON object and gives its members by their exact names.
// A name that is not asked for or comes twice, another value than an object,
// and anything after it are refused.
func members(raw []byte, names ...string) (map[string]json.RawMessage, bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	found := make(map[string]json.RawMessage, len(names))
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		key, _ := name.(string)
		var value json.RawMessage
		if _, twice := found[key]; twice || !slices.Contains(names, key) || d.Decode(&value) != nil {
			return nil, false
		}
		found[key] = value
	}
	if _, err := d.Token(); err != nil || len(bytes.TrimSpace(raw[d.InputOffset():])) != 0 {
		return nil, false
	}
	return found, true
}

// read puts one member into to; it refuses one that is missing or null.
func read(m map[string]json.RawMessage, name string, to any) bool {
	return !bytes.Equal(m[name], []byte("null")) && json.Unmarshal(m[name], to) == nil
}
