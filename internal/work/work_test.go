package work_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/vault"
	"kupuya/internal/work"
	"kupuya/policies"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// house is a Holder on SQLite with two workers whose network the test breaks.
type house struct {
	*holder.Holder
	t     *testing.T
	clock *clock.Set
	db    *sqlstore.DB
	net   *network
	a, b  *work.Worker
}

// network takes messages, or fails while it is down.
type network struct {
	mu   sync.Mutex
	down bool
	got  []notify.SMS
}

func (n *network) Send(_ context.Context, m notify.SMS) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		return errors.New("down")
	}
	n.got = append(n.got, m)
	return nil
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func open(t *testing.T) *house {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	h := &house{t: t, clock: clock.At(noon), net: &network{}}
	h.db = must(sqlstore.Open(ctx, "sqlite:"+dir, sqlstore.Options{}))(t)
	keyStore := must(sqlstore.OpenKeys(ctx, "sqlite:"+dir, sqlstore.Options{}))(t)
	file := filepath.Join(dir, "keys.age")
	if err := vault.CreateFile(file, "test", noon, 1); err != nil {
		t.Fatal(err)
	}
	keys := must(vault.OpenFile(file, "test"))(t)
	o := holder.Options{
		Store: h.db, Vault: vault.New(keys, keys, keyStore, must(vault.NewDir(filepath.Join(dir, "blobs")))(t)), Clock: h.clock,
		Origin: "test.example/ledger", Site: "mega24.kg", Limits: evidence.DefaultLimits(), Demo: true,
		ReadPack: func(data []byte) (*holder.Source, error) {
			pack, reg, err := policyfile.OpenArchive(data)
			if err != nil {
				return nil, err
			}
			return &holder.Source{Rules: pack.Rules, Texts: pack.Texts, Law: reg}, nil
		},
	}
	var err error
	if o.LedgerKey, o.LedgerVKey, err = keys.LedgerKey(o.Origin); err != nil {
		t.Fatal(err)
	}
	if o.ReceiptKey, o.ReceiptVKey, err = keys.ReceiptKey("test.example/receipts"); err != nil {
		t.Fatal(err)
	}
	h.Holder = holder.New(o)
	t.Cleanup(func() {
		h.Holder.Close()
		if err := errors.Join(h.db.Close(), keyStore.Close()); err != nil {
			t.Error(err)
		}
	})
	archive := must(policyfile.Archive(must(fs.Sub(policies.FS, "mega24/2026-1"))(t), must(fs.Sub(policies.FS, "law-kg"))(t)))(t)
	p := must(h.Draft(ctx, actor(privacy.ActorOfficer), archive))(t)
	second := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorOfficer, ID: "second", Channel: privacy.ChannelApp})
	must(h.Review(ctx, second, p.Edition, p.Hash))(t)
	must(h.Announce(ctx, actor(privacy.ActorOfficer), p.Edition, holder.Announcement{}))(t)
	for _, w := range []struct {
		name string
		into **work.Worker
	}{{"a", &h.a}, {"b", &h.b}} {
		*w.into = &work.Worker{Holder: h.Holder, Queue: h.db, SMS: h.net, Clock: h.clock, Name: w.name, Log: slog.New(slog.DiscardHandler)}
	}
	return h
}

func actor(kind privacy.ActorKind) privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{Kind: kind, ID: "test", Channel: privacy.ChannelApp, AllPurposes: true, Operations: ^privacy.Operations(0)})
}

// register registers somebody who has not accepted anything.
func (h *house) register() privacy.SubjectID {
	h.t.Helper()
	ctx, crm := h.t.Context(), actor(privacy.ActorSystem)
	doc := must(h.Current(ctx))(h.t)
	told := must(h.Tell(ctx, crm, "", privacy.Kyrgyz, doc.Texts[privacy.Kyrgyz].SHA256))(h.t)
	return must(h.Register(ctx, crm, holder.Registration{
		Notice: told.Notice, MSISDN: "+996991000001", BirthDate: "1990-05-17",
		Lang: privacy.Kyrgyz, Source: "app_form",
	}))(h.t).Subject
}

func (h *house) once(what func(context.Context) (bool, error)) {
	h.t.Helper()
	if _, err := what(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// policy 3.7: a code that somebody waits for is delivered when the network is
// back, and not at all once nobody can use it.
func TestAMessageWaitsForTheNetworkAndNotLonger(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.register()
	send := func() {
		must(h.SendCode(t.Context(), actor(privacy.ActorSystem), id, evidence.AimAccept, privacy.Kyrgyz, "192.0.2.1"))(t)
	}
	send()
	h.net.down = true
	h.once(h.a.Outbox)
	h.net.down = false
	h.once(h.a.Outbox) // put off: not at once
	if len(h.net.got) != 0 {
		t.Fatal("a message that failed was tried again at once")
	}
	h.clock.Advance(5 * time.Second)
	h.once(h.a.Outbox)
	h.once(h.b.Outbox)
	if len(h.net.got) != 1 || h.net.got[0].To != "+996991000001" {
		t.Fatalf("delivered %d times", len(h.net.got))
	}
	h.clock.Advance(2 * time.Minute)
	send()
	h.clock.Advance(6 * time.Minute) // the code has expired
	h.once(h.a.Outbox)
	if len(h.net.got) != 1 {
		t.Error("an expired code was sent")
	}
}

// policy 3.21: what was ordered to be destroyed is destroyed although the
// process that ordered it died, by another worker, once its lease is over.
func TestADutyOfADeadWorkerIsTakenOver(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.register() // abandoned: nothing was accepted
	h.clock.Advance(26 * time.Hour)
	leased := must(h.db.LeaseDuties(t.Context(), "dead", h.clock.Now(), 30*time.Second, 100))(t)
	if len(leased) == 0 {
		t.Fatal("nothing is due")
	}
	h.once(h.a.Duties)
	if s := h.standing(id); s.Value("D08").State != privacy.ValueLive {
		t.Fatalf("a duty that another holds was done: %s", s.Value("D08").State)
	}
	h.clock.Advance(31 * time.Second)
	h.once(h.a.Duties)
	if s := h.standing(id); s.Value("D08").State != privacy.ValueDestroyed {
		t.Errorf("the duty was not taken over: %s", s.Value("D08").State)
	}
}

func (h *house) standing(id privacy.SubjectID) *privacy.Subject {
	h.t.Helper()
	return must(h.Consents(h.t.Context(), actor(privacy.ActorOfficer), id))(h.t)
}

func TestOneWorkerSealsAndAnotherTakesOver(t *testing.T) {
	t.Parallel()
	h := open(t)
	waiting := func() int64 { return must(h.Unsealed(t.Context()))(t) }
	h.once(h.a.Seal)
	if n := waiting(); n != 0 {
		t.Fatalf("%d events wait after sealing", n)
	}
	h.register()
	h.once(h.b.Seal)
	if waiting() == 0 {
		t.Fatal("a second worker sealed while the first has the lease")
	}
	h.clock.Advance(31 * time.Second)
	h.once(h.b.Seal)
	if n := waiting(); n != 0 {
		t.Errorf("%d events wait after the lease was over", n)
	}
}

func TestADutyOfUnknownKindIsNeverDropped(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.register()
	err := h.db.Update(t.Context(), id, func(tx store.Tx) error {
		return tx.PutDuty(t.Context(), store.Duty{Subject: id, ID: privacy.NewID(noon), Kind: "juggle", Due: noon, Created: noon})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.once(h.a.Duties)
	h.clock.Advance(time.Hour)
	left := must(h.Due(t.Context()))(t)
	if left["juggle"] != 1 {
		b, _ := json.Marshal(left) // for the message
		t.Errorf("duties left: %s", b)
	}
}

func TestRunStopsWhenItIsToldTo(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.a.Every = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { h.a.Run(ctx); close(done) }()
	cancel()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the worker goes on")
	}
}
