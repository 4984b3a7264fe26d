package holder_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
)

var errCut = errors.New("the connection was cut")

// cutAt breaks the n-th call of a store from now. The function it gives mends
// it and names the call that was cut; "" when there were fewer.
func (h *house) cutAt(n int) (mend func() string) {
	var left atomic.Int64
	left.Store(int64(n))
	var cut atomic.Value
	cut.Store("")
	h.breakAt(func(op string) error {
		if left.Add(-1) != 0 {
			return nil
		}
		cut.Store(op)
		return errCut
	})
	return func() string {
		h.breakAt(nil)
		return cut.Load().(string)
	}
}

// faultyVerb is a verb to be broken at every call.
type faultyVerb struct {
	name string
	// ready prepares what the verb acts on and gives the verb, to be called again
	// and again until it succeeds.
	ready func(t *testing.T, h *house, n int) func(context.Context) error
	steps bool // more than one transaction: what is left over is work's to finish
	twice bool // the second time is an act of its own: a reading is recorded each time
	files bool // a sealed file without a row may stay, which nobody can ask for
	loose bool // how many rows come and go depends on what was there
	quick bool // on PostgreSQL too, where every call takes longer, and in short tests
}

// TestNothingIsHalfDone breaks every verb at every call of the stores. After
// each failure everything is as before, or the whole change is there; and
// whoever repeats the request with its idempotency key gets his answer.
func TestNothingIsHalfDone(t *testing.T) {
	t.Parallel()
	for _, v := range faultyVerbs {
		if testing.Short() && !v.quick {
			continue
		}
		t.Run("sqlite/"+v.name, func(t *testing.T) {
			t.Parallel()
			breakEach(t, onSQLite(t), v)
		})
		if !v.quick && !long() {
			continue
		}
		t.Run("postgres/"+v.name, func(t *testing.T) {
			t.Parallel()
			breakEach(t, open(t, t.TempDir(), pgtest.DSN(t)), v)
		})
	}
}

// breakEach cuts the n-th call for n from 1, until there are no more.
func breakEach(t *testing.T, h *house, v faultyVerb) {
	whole := rehearse(t, h, v, 0)
	var act func(context.Context) error
	var ctx context.Context
	var before []string
	for n, made := 1, 0; ; n++ {
		if act == nil {
			made++
			act = v.ready(t, h, made)
			ctx = holder.WithKey(context.Background(), holder.Key{Key: fmt.Sprint("key-", made), Body: []byte{1}})
			before = h.rows(t)
		}
		mend := h.cutAt(n)
		err := act(ctx)
		op := mend()
		after := h.rows(t)
		if op == "" {
			if err != nil || n < 4 {
				t.Fatalf("%d calls, and then: %v", n-1, err)
			}
			break
		}
		if err != nil && privacy.CodeOf(err) != privacy.Unavailable {
			t.Fatalf("cut at call %d (%s) it says %v", n, op, err)
		}
		if slices.Equal(before, after) {
			if err == nil {
				t.Fatalf("cut at call %d (%s) it says it is done", n, op)
			}
			continue
		}
		got := v.shape(before, after)
		if !slices.Equal(got, whole) && !v.steps {
			t.Fatalf("cut at call %d (%s) it left\n%s\nof\n%s", n, op, strings.Join(got, "\n"), strings.Join(whole, "\n"))
		}
		if err := act(ctx); err != nil && privacy.CodeOf(err) != privacy.Refused {
			t.Fatalf("cut at call %d (%s) it cannot be done again: %v", n, op, err)
		}
		h.finish(t)
		if got := v.shape(before, h.rows(t)); !slices.Equal(got, whole) && !v.twice {
			t.Fatalf("cut at call %d (%s) and done again it left\n%s\nof\n%s", n, op, strings.Join(got, "\n"), strings.Join(whole, "\n"))
		}
		act = nil
	}
	h.verify(t)
	h.keyed(t)
	if files, rows := h.files(t), h.blobRows(t); len(files) != rows && !v.files {
		t.Fatalf("%d files for %d rows", len(files), rows)
	}
}

// files lists the sealed files of the blob directory.
func (h *house) files(t testing.TB) (out []string) {
	t.Helper()
	if err := filepath.WalkDir(filepath.Join(h.dir, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func (h *house) blobRows(t testing.TB) (n int) {
	t.Helper()
	for _, line := range h.rows(t) {
		if strings.HasPrefix(line, "blob:") {
			n++
		}
	}
	return n
}

// TestAVerbThatTheEngineRunsAgainHasOneEffect lets the engine ask, at the commit
// of every verb, that the transaction be run again, as PostgreSQL does after a
// deadlock.
func TestAVerbThatTheEngineRunsAgainHasOneEffect(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), pgtest.DSN(t))
	for i, v := range faultyVerbs {
		h.drain(t)
		h.finish(t)
		whole := rehearse(t, h, v, 2*i)
		h.drain(t)
		h.finish(t)
		act := v.ready(t, h, 2*i+1)
		before := h.rows(t)
		wrote, asked := false, false
		h.breakAt(func(op string) error {
			switch op {
			case "begin":
				wrote = false
			case "insert", "update", "delete":
				wrote = true
			case "commit":
				if wrote && !asked {
					asked = true
					return &pgconn.PgError{Code: "40P01"}
				}
			}
			return nil
		})
		err := act(holder.WithKey(context.Background(), holder.Key{Key: "again-" + v.name, Body: []byte{1}}))
		h.breakAt(nil)
		if err != nil || !asked {
			t.Errorf("%s: run again (%v), it says %v", v.name, asked, err)
		}
		if v.steps {
			h.finish(t)
		}
		if got := v.shape(before, h.rows(t)); !slices.Equal(got, whole) {
			t.Errorf("%s: run again it left\n%s\nof\n%s", v.name, strings.Join(got, "\n"), strings.Join(whole, "\n"))
		}
	}
	h.verify(t)
}

func (v *faultyVerb) shape(before, after []string) []string {
	s := shape(before, after)
	if v.loose {
		s = slices.Compact(s)
	}
	return s
}

// rehearse gives the shape of what the verb does when nothing is broken.
func rehearse(t *testing.T, h *house, v faultyVerb, n int) []string {
	act := v.ready(t, h, n)
	before := h.rows(t)
	if err := act(holder.WithKey(context.Background(), holder.Key{Key: "rehearsal-" + v.name, Body: []byte{1}})); err != nil {
		t.Fatal(err)
	}
	if v.steps {
		h.finish(t)
	}
	return v.shape(before, h.rows(t))
}

// finish carries out the duties of destructions under way.
func (h *house) finish(t *testing.T) {
	h.clock.Advance(10 * time.Second)
	h.duties(t)
}

// keyed checks that everybody alive has his key and nobody destroyed has: a key
// without a subject, which opens nothing, is all that a failure may leave.
func (h *house) keyed(t *testing.T) {
	t.Helper()
	keys, seen := strings.Join(h.keyRows(t), "\n"), 0
	for _, line := range h.rows(t) {
		id, _, found := strings.Cut(strings.TrimPrefix(line, "subject: subject_id="), " ")
		if !found || !strings.HasPrefix(line, "subject:") {
			continue
		}
		seen++
		alive := !strings.Contains(line, "status=destroyed")
		if has := strings.Contains(keys, id); has != alive {
			t.Fatalf("the key of %s is there: %v, and he is alive: %v", id, has, alive)
		}
	}
	if seen == 0 && !strings.Contains(t.Name(), "publish") {
		t.Fatal("nobody was looked at")
	}
}

// on gives a verb on a subscriber of its own.
func on(act func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error) func(*testing.T, *house, int) func(context.Context) error {
	return func(t *testing.T, h *house, n int) func(context.Context) error {
		return act(t, h, h.subscriber(somebody(n)))
	}
}

var faultyVerbs = []faultyVerb{
	{name: "publish", steps: true, ready: func(t *testing.T, h *house, n int) func(context.Context) error {
		pack := variant(t, n+2, nil)
		p := must(h.Draft(context.Background(), officer, pack))(t)
		must(h.Review(context.Background(), second, p.Edition, p.Hash))(t)
		return func(ctx context.Context) error {
			return failure(h.Announce(ctx, officer, p.Edition, holder.Announcement{Mode: holder.ModeLiteral}))
		}
	}},
	{name: "decline", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
		id, edition := h.subscriber(somebody(n)), h.ahead(t)
		h.finish(t) // everybody is told
		return func(ctx context.Context) error { return failure(h.Decline(ctx, self(id), id, edition)) }
	}},
	{name: "tell", ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		text := must(h.Current(context.Background()))(t).Texts[privacy.Kyrgyz].SHA256
		return func(ctx context.Context) error { return failure(h.Tell(ctx, crm, id, privacy.Kyrgyz, text)) }
	})},
	{name: "register", quick: true, ready: func(t *testing.T, h *house, n int) func(context.Context) error {
		r := holder.Registration{
			Notice: h.told(), MSISDN: somebody(n).number, BirthDate: somebody(n).born,
			Lang: privacy.Kyrgyz, Source: "app_form", Data: contract(somebody(n)),
		}
		return func(ctx context.Context) error { return failure(h.Register(ctx, crm, r)) }
	}},
	{name: "send a code", ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error {
			return failure(h.SendCode(ctx, crm, id, evidence.AimConsent("P15"), privacy.Kyrgyz, string(id)))
		}
	})},
	{name: "accept by code", quick: true, ready: func(t *testing.T, h *house, n int) func(context.Context) error {
		id := h.register(somebody(n))
		f := must(h.Form(context.Background(), crm, id, evidence.AimAccept, privacy.Kyrgyz))(t)
		ev := h.signed(t, id, evidence.AimAccept)
		return func(ctx context.Context) error {
			return failure(h.Accept(ctx, crm, holder.Acceptance{
				Subject: id, Lang: privacy.Kyrgyz, Text: f.TextHash,
				Evidence: ev,
			}))
		}
	}},
	{name: "a wrong code", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
		id := h.register(somebody(n))
		f := must(h.Form(context.Background(), crm, id, evidence.AimAccept, privacy.Kyrgyz))(t)
		ev := h.signed(t, id, evidence.AimAccept)
		ev.Code = other(ev.Code)
		return func(ctx context.Context) error {
			err := failure(h.Accept(ctx, crm, holder.Acceptance{
				Subject: id, Lang: privacy.Kyrgyz, Text: f.TextHash,
				Evidence: ev,
			}))
			if privacy.CodeOf(err) == privacy.CodeWrong { // it is done: the try is counted
				return nil
			}
			return err
		}
	}, twice: true},
	{name: "agree", ready: func(_ *testing.T, h *house, n int) func(context.Context) error {
		id := h.register(somebody(n))
		h.accept(id)
		return func(ctx context.Context) error { return failure(h.Agree(ctx, crm, id)) }
	}},
	{name: "end the agreement", ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error { return failure(h.EndAgreement(ctx, crm, id)) }
	}), steps: true},
	{name: "consent", quick: true, ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		f := must(h.Form(context.Background(), crm, id, evidence.AimConsent("P03"), privacy.Kyrgyz))(t)
		tick := h.tick(f)
		return func(ctx context.Context) error {
			return failure(h.Consent(ctx, crm, holder.Consent{Subject: id, Purpose: "P03", Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: tick}))
		}
	})},
	{name: "withdraw", quick: true, ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		h.consent(id, "P03")
		return func(ctx context.Context) error {
			return failure(h.Withdraw(ctx, self(id), holder.Withdrawal{Subject: id, Purpose: "P03"}))
		}
	}), steps: true},
	{name: "object", ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error { return failure(h.Object(ctx, self(id), id, "P08")) }
	}), steps: true},
	{name: "block", ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error {
			return failure(h.Block(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D05"}))
		}
	})},
	{name: "dispute", ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error {
			return failure(h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D05", Ground: "unlawful"}))
		}
	})},
	{name: "unblock", ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		b := must(h.Block(context.Background(), self(id), holder.BlockRequest{Subject: id, Category: "D05"}))(t)
		return func(ctx context.Context) error { return failure(h.Unblock(ctx, self(id), id, b.Block, "lifted")) }
	}), steps: true},
	{name: "write", quick: true, ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		w := holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Notice: h.told(), Value: secrets["D07"]}
		return func(ctx context.Context) error { return failure(h.Write(ctx, crm, w)) }
	})},
	{name: "rectify", ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		w := holder.Write{Subject: id, Category: "D05", Source: "office_scan", Value: secrets["D05"]}
		return func(ctx context.Context) error { return failure(h.Rectify(ctx, clerk, w)) }
	})},
	{name: "keep a photograph", files: true, ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		p := holder.Photo{Subject: id, Purpose: "P16", Category: "D10", Attribute: "certificate_photo", Source: "app_form", Notice: h.told(), Raw: picture(t, 40, 30)}
		return func(ctx context.Context) error { return failure(h.PutPhoto(ctx, crm, p)) }
	})},
	{name: "show a photograph", twice: true, ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		p := h.photograph(t, id)
		return func(ctx context.Context) error {
			_, _, err := h.GetPhoto(ctx, crm, p)
			return err
		}
	})},
	{name: "read", quick: true, twice: true, ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		r := holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D05"}, Operation: privacy.Use, Case: "C-1", Reason: "суроо боюнча"}
		return func(ctx context.Context) error {
			out, err := h.Read(ctx, clerk, r)
			if err != nil && len(out.Values) > 0 {
				return errors.New("a reading that failed gave values")
			}
			return err
		}
	})},
	{name: "list", twice: true, ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error { return failure(h.List(ctx, crm, id, "P18")) }
	})},
	{name: "extract", twice: true, ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error {
			out, err := h.Extract(ctx, self(id), id)
			if err != nil && len(out.Rows) > 0 {
				return errors.New("an extraction that failed gave values")
			}
			return err
		}
	})},
	{name: "delete", ready: on(func(_ *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error {
			return failure(h.Delete(ctx, self(id), holder.Removal{Subject: id, Ground: holder.GroundClosed}))
		}
	}), steps: true},
	{name: "destroy", quick: true, steps: true, ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		h.photograph(t, id)
		return destroying(h, holder.Removal{Subject: id, Ground: holder.GroundRequest})
	})},
	{name: "destroy one category", quick: true, steps: true, ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		h.photograph(t, id)
		return destroying(h, holder.Removal{Subject: id, Ground: holder.GroundRequest, Categories: []privacy.CategoryID{"D05", "D10"}})
	})},
	{name: "settle", quick: true, steps: true, ready: on(func(t *testing.T, h *house, id privacy.SubjectID) func(context.Context) error {
		h.consent(id, "P05")
		h.put(t, id, "P05", "D13", "sdk", secrets["D13"])
		must(h.Withdraw(context.Background(), self(id), holder.Withdrawal{Subject: id, Purpose: "P05"}))(t)
		return func(ctx context.Context) error {
			return failure(h.Settle(ctx, store.Duty{Subject: id, Kind: holder.DutySettle, Cause: "withdrawal"}))
		}
	})},
	{name: "open a session", ready: func(t *testing.T, h *house, n int) func(context.Context) error {
		h.subscriber(somebody(n))
		sent := must(h.SendSessionCode(context.Background(), somebody(n).number, privacy.Kyrgyz, "192.0.2.1"))(t)
		digits := h.inbox()
		return func(ctx context.Context) error {
			return failure(h.OpenSession(ctx, sent.Challenge, digits, privacy.ChannelSite))
		}
	}},
	{name: "send a sign-in code", ready: func(_ *testing.T, h *house, n int) func(context.Context) error {
		h.subscriber(somebody(n))
		return func(ctx context.Context) error {
			return failure(h.SendSessionCode(ctx, somebody(n).number, privacy.Kyrgyz, somebody(n).number))
		}
	}},
	{name: "seal", loose: true, ready: on(func(_ *testing.T, h *house, _ privacy.SubjectID) func(context.Context) error {
		return func(ctx context.Context) error { return failure(h.Seal(ctx)) }
	})},
}

// photograph keeps a photograph of the subject.
func (h *house) photograph(t *testing.T, id privacy.SubjectID) holder.Photo {
	p := holder.Photo{Subject: id, Purpose: "P16", Category: "D10", Attribute: "certificate_photo", Source: "app_form", Notice: h.told(), Raw: picture(t, 40, 30)}
	must(h.PutPhoto(context.Background(), crm, p))(t)
	return p
}

// destroying destroys, and holds that nothing is used any more from the order on.
func destroying(h *house, r holder.Removal) func(context.Context) error {
	return func(ctx context.Context) error {
		err := failure(h.Destroy(ctx, officer, r))
		h.breakAt(nil)
		ordered := slices.Contains(h.events(h.t, r.Subject), "data.destroyed")
		if got := h.may(r.Subject, "P18", "D05", "use"); ordered && got != privacy.Destroyed {
			return fmt.Errorf("after the order the decision says %s", got)
		}
		return err
	}
}

// other is a code of six digits that was not sent.
func other(digits string) string {
	return fmt.Sprintf("%c%s", '0'+(digits[0]-'0'+1)%10, digits[1:])
}
