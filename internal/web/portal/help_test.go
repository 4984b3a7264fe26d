package portal

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/policy/diff"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

// shelf is a Policy that holds what a test puts on it.
type shelf struct {
	docs []holder.Document // oldest first
	now  int               // index of the one in force; -1 for none
	err  error
}

func (s *shelf) Current(context.Context) (holder.Document, error) {
	if s.err != nil {
		return holder.Document{}, s.err
	}
	if s.now < 0 {
		return holder.Document{}, privacy.E("shelf", privacy.NotInForce, nil)
	}
	return s.docs[s.now], nil
}

func (s *shelf) Edition(_ context.Context, id privacy.EditionID) (holder.Document, error) {
	for _, d := range s.docs {
		if d.Edition == id {
			return d, s.err
		}
	}
	return holder.Document{}, privacy.E("shelf", privacy.NotFound, s.err)
}

func (s *shelf) Editions(context.Context) ([]holder.EditionRow, error) {
	var rows []holder.EditionRow
	for _, d := range s.docs {
		rows = append(rows, holder.EditionRow{ID: d.Edition, Hash: d.Hash, Published: d.Published, InForce: d.InForce, Mode: d.Mode})
	}
	return rows, s.err
}

func (s *shelf) Compare(ctx context.Context, a, b privacy.EditionID) (diff.Report, error) {
	from, err := s.Edition(ctx, a)
	if err != nil {
		return diff.Report{}, err
	}
	to, err := s.Edition(ctx, b)
	if err != nil {
		return diff.Report{}, err
	}
	r := diff.Compare(policy.Content{Rules: *from.Rules, Texts: from.Texts}, policy.Content{Rules: *to.Rules, Texts: to.Texts})
	r.From, r.To = a, b
	return r, nil
}

// mega24 reads the pack that the house ships.
func mega24(t testing.TB) *policyfile.Pack {
	t.Helper()
	sub, err := fs.Sub(policies.FS, "mega24/2026-1")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policyfile.LoadPack(sub)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 6, 0, 0, 0, time.UTC)
}

// document makes an edition out of the pack under another id.
func document(pack *policyfile.Pack, id string, inForce time.Time) holder.Document {
	rules := pack.Rules
	return holder.Document{
		Edition: privacy.EditionID(id), Hash: strings.Repeat("ab", 31) + id[len(id)-2:], Published: inForce.AddDate(0, -1, 0),
		InForce: inForce, Rules: &rules, Texts: pack.Texts,
	}
}

// three editions: one past, one in force, one coming.
func three(t testing.TB) *shelf {
	t.Helper()
	pack := mega24(t)
	s := &shelf{now: 1, docs: []holder.Document{
		document(pack, "mega24/2026-0", on(3, 1)), document(pack, "mega24/2026-1", on(6, 1)), document(pack, "mega24/2026-2", on(12, 25)),
	}}
	s.docs[0].Superseded, s.docs[1].Superseded = on(6, 1), on(12, 25)
	return s
}

// one edition, in force.
func one(t testing.TB) *shelf {
	t.Helper()
	return &shelf{docs: []holder.Document{document(mega24(t), "mega24/2026-1", on(6, 1))}}
}

// get asks for a page; header is pairs of names and values.
func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// pages are the paths of every page below /{lang}.
var pages = []string{"", "/policy", "/policy/mega24/2026-0", "/policy/mega24/2026-2", "/policy/diff/mega24/2026-0..mega24/2026-2", "/editions", "/register", "/no/such/page"}

var errStore = errors.New("disk of canary-7731 is full")
