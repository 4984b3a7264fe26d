package filing

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Change is one line of a field that is not as it was filed.
type Change struct {
	Field  int    `json:"field"`
	Key    string `json:"key"`
	ID     string `json:"id"`
	Before *Item  `json:"before,omitempty"` // nil where it is new
	After  *Item  `json:"after,omitempty"`  // nil where it has gone
}

// Compare gives what has changed from a filed entry to the one of now, field by
// field and line by line, in the order of the form: an empty answer means that
// the register need not be updated. Both must be in the same language. (law K1)
func Compare(filed, now *Document) []Change {
	out := []Change{}
	for _, f := range now.Fields {
		was := field(filed, f.Key)
		for _, item := range f.Items {
			old := find(was.Items, item.ID)
			if old == nil || !equal(old, &item) {
				out = append(out, Change{f.No, f.Key, item.ID, old, &item})
			}
		}
		for _, item := range was.Items {
			if find(f.Items, item.ID) == nil {
				out = append(out, Change{f.No, f.Key, item.ID, &item, nil})
			}
		}
	}
	return out
}

func field(d *Document, key string) Field {
	for _, f := range d.Fields {
		if f.Key == key {
			return f
		}
	}
	return Field{}
}

func find(items []Item, id string) *Item {
	for i := range items {
		if items[i].ID == id {
			return &items[i]
		}
	}
	return nil
}

func equal(a, b *Item) bool {
	return a.Text == b.Text && slices.Equal(a.Parts, b.Parts) && slices.Equal(a.Codes, b.Codes)
}

// maxFiled is more than an entry can need.
const maxFiled = 4 << 20

// Parse reads what JSON wrote. It refuses what is no entry of this form.
func Parse(b []byte) (*Document, error) {
	if len(b) > maxFiled {
		return nil, errors.New("the filed entry is too large to be one")
	}
	var d Document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, fmt.Errorf("this is no filed entry: %w", err)
	}
	if d.V != 1 || len(d.Fields) != len(keys) {
		return nil, errors.New("this is no filed entry of version 1 with twelve fields")
	}
	for i, f := range d.Fields {
		if f.No != i+1 || f.Key != keys[i] {
			return nil, fmt.Errorf("field %d of the filed entry is %q, and should be %q", i+1, f.Key, keys[i])
		}
		seen := map[string]bool{}
		for _, item := range f.Items {
			if seen[item.ID] {
				return nil, fmt.Errorf("field %d of the filed entry has %q twice", i+1, item.ID)
			}
			seen[item.ID] = true
		}
	}
	return &d, nil
}
