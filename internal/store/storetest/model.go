package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

var models = []test{
	{"lookups and records behave as naive lists do", on(func(t *testing.T, e Engine) {
		var runs atomic.Int64
		rapid.Check(t, func(rt *rapid.T) {
			if testing.Short() && runs.Load() >= 20 {
				return
			}
			m := &model{t: t, e: e, now: noon, run: fmt.Sprint(runs.Add(1))}
			for range 3 {
				m.ids = append(m.ids, register(t, e, 0))
			}
			rt.Repeat(map[string]func(*rapid.T){
				"put":     m.put,
				"end":     m.end,
				"drop":    m.drop,
				"write":   m.write,
				"destroy": m.destroy,
				"wait": func(rt *rapid.T) {
					m.now = m.now.Add(time.Duration(rapid.IntRange(1, 3).Draw(rt, "ms")) * time.Millisecond)
				},
				"": m.check,
			})
		})
	})},
}

// model keeps beside the store what a naive program would.
type model struct {
	t       *testing.T
	e       Engine
	run     string // tokens of one run are not those of another
	now     time.Time
	ids     []privacy.SubjectID
	lookups []store.Lookup
	records []store.Record
}

func (m *model) subject(rt *rapid.T) privacy.SubjectID {
	return rapid.SampledFrom(m.ids).Draw(rt, "subject")
}

func (m *model) lookup(rt *rapid.T) store.Lookup {
	return store.Lookup{
		Subject: m.subject(rt), Field: rapid.SampledFrom([]string{"msisdn", "pin"}).Draw(rt, "field"),
		Token: []byte(m.run + rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "token")), From: m.now,
	}
}

// do runs one write; with a coin it is rolled back, and the model with it.
func (m *model) do(rt *rapid.T, id privacy.SubjectID, fn func(store.Tx) error) {
	lookups, records := slices.Clone(m.lookups), slices.Clone(m.records)
	undo := rapid.IntRange(0, 4).Draw(rt, "undo") == 0
	err := m.e.Update(m.t.Context(), id, func(tx store.Tx) error {
		if err := fn(tx); err != nil || !undo {
			return err
		}
		return errOwn
	})
	if undo && errors.Is(err, errOwn) {
		m.lookups, m.records = lookups, records
		return
	}
	if err != nil {
		rt.Fatal(err)
	}
}

func (m *model) put(rt *rapid.T) {
	l := m.lookup(rt)
	single := l.Field == "msisdn"
	mine, same, taken := -1, -1, false
	for i, have := range m.lookups {
		if have.Field != l.Field || string(have.Token) != string(l.Token) {
			continue
		}
		switch {
		case have.Subject != l.Subject:
			taken = taken || single && (have.To.IsZero() || have.To.After(l.From))
		case have.To.IsZero():
			mine = i
		case have.From.Equal(l.From):
			same = i
		}
	}
	m.do(rt, l.Subject, func(tx store.Tx) error {
		err := tx.PutLookup(m.t.Context(), l, single)
		if errors.Is(err, store.ErrTaken) != taken {
			rt.Fatalf("taken is %v, and the store says %v", taken, err)
		}
		switch {
		case taken:
			return nil
		case mine >= 0:
		case same >= 0:
			m.lookups[same].To = time.Time{}
		default:
			m.lookups = append(m.lookups, l)
		}
		return err
	})
}

func (m *model) end(rt *rapid.T) {
	l := m.lookup(rt)
	m.do(rt, l.Subject, func(tx store.Tx) error {
		err := tx.EndLookup(m.t.Context(), l.Subject, l.Field, l.Token, m.now)
		for i, have := range m.lookups {
			if have.Subject == l.Subject && have.Field == l.Field && string(have.Token) == string(l.Token) && have.To.IsZero() {
				m.lookups[i].To = m.now
				return err
			}
		}
		return missing("ending", err)
	})
}

func (m *model) drop(rt *rapid.T) {
	id, field := m.subject(rt), rapid.SampledFrom([]string{"msisdn", "pin", ""}).Draw(rt, "field")
	m.do(rt, id, func(tx store.Tx) error {
		m.lookups = slices.DeleteFunc(m.lookups, func(l store.Lookup) bool { return l.Subject == id && (field == "" || l.Field == field) })
		if field == "" {
			return tx.DropLookups(m.t.Context(), id)
		}
		return tx.DropLookups(m.t.Context(), id, field)
	})
}

func (m *model) write(rt *rapid.T) {
	id, c := m.subject(rt), rapid.SampledFrom([]privacy.CategoryID{"D01", "D02"}).Draw(rt, "category")
	m.do(rt, id, func(tx store.Tx) error {
		r := record(id, c, 1)
		r.Written = m.now
		for i, have := range m.records {
			if have.Subject == id && have.Category == c {
				r.Version = have.Version + 1
				if have.Ended.IsZero() {
					m.records[i].Ended = m.now
				}
			}
		}
		m.records = append(m.records, r)
		return tx.PutRecord(m.t.Context(), r)
	})
}

func (m *model) destroy(rt *rapid.T) {
	id, c := m.subject(rt), rapid.SampledFrom([]privacy.CategoryID{"D01", "D02"}).Draw(rt, "category")
	m.do(rt, id, func(tx store.Tx) error {
		m.records = slices.DeleteFunc(m.records, func(r store.Record) bool { return r.Subject == id && r.Category == c })
		_, err := tx.DropRecords(m.t.Context(), id, c)
		return err
	})
}

// check compares every question with the naive answer.
func (m *model) check(rt *rapid.T) {
	err := m.e.View(m.t.Context(), func(v store.View) error {
		for _, field := range []string{"msisdn", "pin"} {
			for _, token := range []string{m.run + "a", m.run + "b"} {
				for _, at := range []time.Time{m.now, m.now.Add(-2 * time.Millisecond)} {
					got, err := v.Find(m.t.Context(), field, []byte(token), at)
					if err := all(err, equal("found", got, m.find(field, token, at))); err != nil {
						return err
					}
				}
			}
		}
		for _, id := range m.ids {
			for _, c := range []privacy.CategoryID{"D01", "D02"} {
				var want []store.Record
				for _, r := range m.records {
					if r.Subject == id && r.Category == c {
						want = append(want, r)
					}
				}
				got, err := v.Versions(m.t.Context(), id, c)
				if err := all(err, equal("versions", got, want)); err != nil {
					return err
				}
				current, err := v.Record(m.t.Context(), id, c)
				if n := len(want); n == 0 {
					err = missing("Record", err)
				} else {
					err = all(err, equal("current", current, want[n-1]))
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
}

func (m *model) find(field, token string, at time.Time) (ids []privacy.SubjectID) {
	var rows []store.Lookup
	for _, l := range m.lookups {
		if l.Field == field && string(l.Token) == token && !l.From.After(at) && (l.To.IsZero() || l.To.After(at)) {
			rows = append(rows, l)
		}
	}
	slices.SortFunc(rows, func(a, b store.Lookup) int {
		if d := b.From.Compare(a.From); d != 0 {
			return d
		}
		if a.Subject > b.Subject {
			return -1
		}
		return 1
	})
	for _, l := range rows {
		ids = append(ids, l.Subject)
	}
	return ids
}
