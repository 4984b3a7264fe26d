package holder_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/vault"
	"kupuya/policies"
)

// noon is where every test's clock stands at first.
var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// house is a Holder over a real store, with a clock that the test sets.
type house struct {
	*holder.Holder
	t     testing.TB
	dir   string
	dsn   string
	clock *clock.Set
	db    *sqlstore.DB
	keys  *vault.Sealed
	log   *strings.Builder
	fault func(op string) error
	looks map[string]*sql.DB // see rows
	mu    sync.Mutex
}

// archive is the pack that comes with the program.
var archive = sync.OnceValues(func() ([]byte, error) {
	pack, err := fs.Sub(policies.FS, "mega24/2026-1")
	if err != nil {
		return nil, err
	}
	law, err := fs.Sub(policies.FS, "law-kg")
	if err != nil {
		return nil, err
	}
	return policyfile.Archive(pack, law)
})

// packs are the archives that were read, so that each is read once for all houses.
var packs sync.Map // SHA-256 → *holder.Source

func readPack(data []byte) (*holder.Source, error) {
	sum := sha256.Sum256(data)
	if src, ok := packs.Load(sum); ok {
		return src.(*holder.Source), nil
	}
	pack, reg, err := policyfile.OpenArchive(data)
	if err != nil {
		return nil, err
	}
	src := &holder.Source{Rules: pack.Rules, Texts: pack.Texts, Law: reg}
	packs.Store(sum, src)
	return src, nil
}

// engines runs a test on SQLite and on PostgreSQL.
func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		test(t, open(t, dir, "sqlite:"+dir))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, t.TempDir(), pgtest.DSN(t)))
	})
}

// onSQLite is a house of its own on SQLite.
func onSQLite(t testing.TB) *house {
	dir := t.TempDir()
	return open(t, dir, "sqlite:"+dir)
}

func open(t testing.TB, dir, dsn string) *house {
	t.Helper()
	h := &house{t: t, dir: dir, dsn: dsn, clock: clock.At(noon), log: &strings.Builder{}}
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	faulty := func(of string) sqlstore.Options {
		return sqlstore.Options{Fault: func(op string) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			if h.fault != nil {
				return h.fault(of + op)
			}
			return nil
		}}
	}
	h.db, err = sqlstore.Open(ctx, dsn, faulty(""))
	must(err)
	keyStore, err := sqlstore.OpenKeys(ctx, dsn, faulty("key "))
	must(err)
	file := filepath.Join(dir, "keys.age")
	must(vault.CreateFile(file, "test", noon, 1))
	h.keys, err = vault.OpenFile(file, "test")
	must(err)
	blobs, err := vault.NewDir(filepath.Join(dir, "blobs"))
	must(err)
	o := holder.Options{
		Store: h.db, Vault: vault.New(h.keys, h.keys, keyStore, blobs), Clock: h.clock, ReadPack: readPack,
		Origin: "test.example/ledger", Site: "mega24.kg", Limits: evidence.DefaultLimits(), Demo: true,
		Log: slog.New(slog.NewTextHandler(h.log, nil)),
	}
	o.LedgerKey, o.LedgerVKey, err = h.keys.LedgerKey(o.Origin)
	must(err)
	o.ReceiptKey, o.ReceiptVKey, err = h.keys.ReceiptKey("test.example/receipts")
	must(err)
	h.Holder = holder.New(o)
	t.Cleanup(func() {
		h.Holder.Close()
		if err := h.db.Close(); err != nil {
			t.Error(err)
		}
		if err := keyStore.Close(); err != nil {
			t.Error(err)
		}
	})
	data, err := archive()
	must(err)
	h.announce(t, data, holder.Announcement{})
	return h
}

// breakAt makes the stores fail as fault says, until it is called again with
// nil. Calls of the key store have "key " before the name.
func (h *house) breakAt(fault func(op string) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault = fault
}

var (
	officer = actor(privacy.ActorOfficer, privacy.ChannelOffice)
	crm     = actor(privacy.ActorSystem, privacy.ChannelApp)
	clerk   = actor(privacy.ActorClerk, privacy.ChannelOffice)
	auditor = actor(privacy.ActorAuditor, privacy.ChannelAPI)
)

func actor(kind privacy.ActorKind, ch privacy.Channel) privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{
		Kind: kind, ID: "test-" + string(kind), Org: "test-org", Channel: ch,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
}

// self is the subject himself in a session.
func self(id privacy.SubjectID) privacy.Actor {
	return privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorSubject, ID: "subject", Channel: privacy.ChannelSite, Subject: id,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
}

// person is what a test registers with.
type person struct{ number, born, surname string }

func (h *house) told() string {
	h.t.Helper()
	doc, err := h.Current(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	told, err := h.Tell(context.Background(), crm, "", privacy.Kyrgyz, doc.Texts[privacy.Kyrgyz].SHA256)
	if err != nil {
		h.t.Fatal(err)
	}
	return told.Notice
}

// contract is a full set of values for the service contract.
func contract(p person) map[privacy.CategoryID]map[string]any {
	pin := "2" + p.born[8:10] + p.born[5:7] + p.born[0:4] + "90001"
	return map[privacy.CategoryID]map[string]any{
		"D01": {"surname": p.surname, "given": "Бакыт"},
		"D03": {"pin": pin},
		"D04": {"doc_type": "id_card_2017", "doc_number": "ID0012345", "issued": "2020-02-03", "issuer": "MKK 211031"},
		"D05": {"soate": "41711000000000", "street": "Чүй пр.", "house": "17"},
	}
}

// register registers somebody with all that the contract needs.
func (h *house) register(p person) privacy.SubjectID {
	h.t.Helper()
	r, err := h.Register(context.Background(), crm, holder.Registration{
		Notice: h.told(), MSISDN: p.number, BirthDate: p.born,
		Lang: privacy.Kyrgyz, Source: "app_form", Data: contract(p),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Subject
}

// tick is the evidence of a ticked box under a form.
func (h *house) tick(f holder.Form) holder.Evidence {
	h.t.Helper()
	now := h.clock.Now()
	body, err := json.Marshal(map[string]any{
		"bound": f.Bound, "text_hash": f.TextHash, "lang": f.Lang, "prefilled": false,
		"shown_at": now.Add(-time.Minute), "ticked_at": now.Add(-time.Second),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return holder.Evidence{Method: "tick", Body: body}
}

func (h *house) accept(id privacy.SubjectID) holder.Accepted {
	h.t.Helper()
	f, err := h.Form(context.Background(), crm, id, evidence.AimAccept, privacy.Kyrgyz)
	if err != nil {
		h.t.Fatal(err)
	}
	out, err := h.Accept(context.Background(), crm, holder.Acceptance{Subject: id, Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: h.tick(f)})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h *house) consent(id privacy.SubjectID, p privacy.PurposeID) holder.Consented {
	h.t.Helper()
	f, err := h.Form(context.Background(), crm, id, evidence.AimConsent(p), privacy.Kyrgyz)
	if err != nil {
		h.t.Fatal(err)
	}
	out, err := h.Consent(context.Background(), crm, holder.Consent{Subject: id, Purpose: p, Lang: privacy.Kyrgyz, Text: f.TextHash, Evidence: h.tick(f)})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// subscriber is somebody registered, who accepted and has a contract.
func (h *house) subscriber(p person) privacy.SubjectID {
	h.t.Helper()
	id := h.register(p)
	h.accept(id)
	if _, err := h.Agree(context.Background(), crm, id); err != nil {
		h.t.Fatal(err)
	}
	return id
}

// may answers one question as the Holder's own system asks it.
func (h *house) may(id privacy.SubjectID, p privacy.PurposeID, c privacy.CategoryID, op string) privacy.Reason {
	h.t.Helper()
	o, ok := privacy.ParseOperation(op)
	if !ok {
		h.t.Fatalf("no operation %s", op)
	}
	a := holder.Ask{Subject: id}
	a.Purpose, a.Category, a.Operation = p, c, o
	ds, err := h.Ask(context.Background(), crm, []holder.Ask{a})
	if err != nil {
		h.t.Fatal(err)
	}
	return ds[0].Reason
}

// refusedAs checks the code and reason of an error.
func refusedAs(t testing.TB, err error, code privacy.Code, reason privacy.Reason) {
	t.Helper()
	var e *privacy.Error
	if privacy.CodeOf(err) != code {
		t.Fatalf("error %v, want code %s", err, code)
	}
	if asError(err, &e); reason != "" && e.Reason != reason {
		t.Fatalf("reason %s, want %s", e.Reason, reason)
	}
}
