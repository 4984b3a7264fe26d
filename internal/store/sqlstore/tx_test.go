package sqlstore

import (
	"context"
	"slices"
	"testing"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// scribe is an engine that has nothing and writes down what it is asked.
type scribe struct {
	engine
	asked []*call
}

func (s *scribe) begin(context.Context, mode) (session, error) { return s, nil }

func (s *scribe) run(_ context.Context, calls ...*call) error {
	s.asked = append(s.asked, calls...)
	return nil
}

func (s *scribe) load(context.Context, string, []string, func() ([]any, error)) error { return nil }

func (s *scribe) later(ctx context.Context, c *call) error { return s.run(ctx, c) }
func (s *scribe) commit(context.Context) error             { return nil }
func (s *scribe) rollback() error                          { return nil }
func (s *scribe) end()                                     {}

func TestSubjectsAreLockedInTheOrderOfTheirIdsAndBeforeAnythingIsRead(t *testing.T) {
	t.Parallel()
	var s scribe
	db := &DB{base{e: &s}}
	err := db.UpdateEach(t.Context(), []privacy.SubjectID{"c", "a", store.HolderID, "b", "a"}, func(store.Tx) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	var locked []any
	seen := map[any]bool{}
	for _, c := range s.asked {
		switch {
		case c.sql == streamLocked:
			locked = append(locked, c.args[0])
			seen[c.args[0]] = true
		case len(c.args) > 0 && !seen[c.args[0]]:
			t.Errorf("%v is read before it is locked: %s", c.args[0], c.sql)
		}
	}
	if want := []any{"a", "b", "c", string(store.HolderID)}; !slices.Equal(locked, want) {
		t.Errorf("locked are %v, want %v", locked, want)
	}
}
