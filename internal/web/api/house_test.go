package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/evidence"
	"kupuya/internal/holder"
	"kupuya/internal/notify"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/vault"
	"kupuya/internal/web"
	"kupuya/internal/web/api"
	"kupuya/internal/web/session"
	"kupuya/internal/work"
	"kupuya/policies"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// noon is where every test's clock stands at first.
var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// house is a Holder behind its two listeners, over a real store, with a clock
// that the test sets and a worker that works when the test says so.
type house struct {
	*holder.Holder
	t             testing.TB
	clock         *clock.Set
	handset       *notify.Handset
	worker        *work.Worker
	site, console http.Handler
	log           *journal
	counts        *counts

	mu    sync.Mutex
	fault func(op string) error
}

// journal is what operators read.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// counts is what the metrics would have.
type counts struct {
	mu        sync.Mutex
	decisions map[string]int
	routes    map[string]int
}

func (c *counts) Decision(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.decisions[reason]++
}

func (c *counts) Request(route string, _ int, _ time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.routes[route]++
}

// archive is the pack that comes with the program, and source what is in it:
// read once for all houses, since both never change.
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
func engines(t *testing.T, test func(h *house)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(onSQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(open(t, pgtest.DSN(t)))
	})
}

func onSQLite(t testing.TB) *house { return open(t, "sqlite:"+t.TempDir()) }

func open(t testing.TB, dsn string) *house {
	t.Helper()
	h := &house{
		t: t, clock: clock.At(noon), log: &journal{},
		counts: &counts{decisions: map[string]int{}, routes: map[string]int{}},
	}
	ctx, dir := context.Background(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := sqlstore.Open(ctx, dsn, sqlstore.Options{Fault: func(op string) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.fault == nil {
			return nil
		}
		return h.fault(op)
	}})
	must(err)
	keyStore, err := sqlstore.OpenKeys(ctx, dsn, sqlstore.Options{})
	must(err)
	file := filepath.Join(dir, "keys.age")
	must(vault.CreateFile(file, "test", noon, 1))
	keys, err := vault.OpenFile(file, "test")
	must(err)
	blobs, err := vault.NewDir(filepath.Join(dir, "blobs"))
	must(err)
	logger := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o := holder.Options{
		Store: db, Vault: vault.New(keys, keys, keyStore, blobs), Clock: h.clock, ReadPack: readPack,
		Origin: "test.example/ledger", Site: "mega24.kg", Limits: evidence.DefaultLimits(), Demo: true, Log: logger,
		Hooks: notify.NewWebhooks(notify.HookRules{}), Lawful: true,
	}
	o.LedgerKey, o.LedgerVKey, err = keys.LedgerKey(o.Origin)
	must(err)
	o.ReceiptKey, o.ReceiptVKey, err = keys.ReceiptKey("test.example/receipts")
	must(err)
	h.Holder = holder.New(o)
	t.Cleanup(func() {
		h.Holder.Close()
		for _, close := range []func() error{db.Close, keyStore.Close} {
			if err := close(); err != nil {
				t.Error(err)
			}
		}
	})
	data, err := archive()
	must(err)
	p, err := h.Draft(ctx, officer, data)
	must(err)
	_, err = h.Review(ctx, privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorOfficer, ID: "second", Channel: privacy.ChannelSystem}), p.Edition, p.Hash)
	must(err)
	_, err = h.Announce(ctx, officer, p.Edition, holder.Announcement{})
	must(err)
	h.handset = notify.NewHandset(h.clock.Now)
	h.worker = &work.Worker{Holder: h.Holder, Queue: db, SMS: h.handset, Clock: h.clock, Name: "test", Log: logger}
	h.site = web.Site{
		API: api.New(h.Holder, session.Subscribers(h.Holder), h.counts, logger).Handler(), Pages: http.NotFoundHandler(),
		Count: h.counts, Now: h.clock.Now, Log: logger,
	}.Handler()
	h.console = web.Console{
		API: api.New(h.Holder, session.Staff(h.Holder), h.counts, logger).Staff().Handler(), Metrics: http.NotFoundHandler(),
		Ready: func(r *http.Request) error { return h.Ready(r.Context()) }, Count: h.counts, Now: h.clock.Now, Log: logger,
	}.Handler()
	return h
}

// breakAt makes the store fail as fault says, until it is given nil.
func (h *house) breakAt(fault func(op string) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault = fault
}

// officer is the person at the command line.
var officer = privacy.NewActor(privacy.ActorSpec{
	Kind: privacy.ActorOfficer, ID: "cli", Channel: privacy.ChannelSystem,
	AllPurposes: true, Operations: ^privacy.Operations(0),
})

// credential issues one.
func (h *house) credential(g holder.Grant) string {
	h.t.Helper()
	issued, err := h.IssueCredential(context.Background(), officer, g)
	if err != nil {
		h.t.Fatal(err)
	}
	return issued.Secret
}

// crm is the operator's own system, which may name everything.
func (h *house) crm() *client {
	return h.on(h.site, h.credential(holder.Grant{
		Kind: privacy.ActorSystem, Org: "crm", Channel: privacy.ChannelApp,
		AllPurposes: true, Operations: []string{"all"},
	}))
}

// work does everything that is due.
func (h *house) work() {
	h.t.Helper()
	for _, once := range []func(context.Context) (bool, error){h.worker.Duties, h.worker.Outbox, h.worker.Seal} {
		for more := true; more; {
			var err error
			if more, err = once(context.Background()); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code is the last code that a number received.
func (h *house) code(number string) string {
	h.t.Helper()
	h.work()
	for _, m := range h.handset.Messages(number) {
		if code := sixDigits.FindString(m.Text); code != "" {
			return code
		}
	}
	h.t.Fatal("no code came")
	return ""
}

// person is what a test registers with.
type person struct{ number, born, surname string }

var aibek = person{"+996991000001", "1990-05-17", "Осмонов"}

type object = map[string]any

// contract is a full set of values for the service contract.
func (p person) contract() object {
	pin := "2" + p.born[8:10] + p.born[5:7] + p.born[0:4] + "90001"
	return object{
		"D01": object{"surname": p.surname, "given": "Бакыт"},
		"D03": object{"pin": pin},
		"D04": object{"doc_type": "id_card_2017", "doc_number": "ID0012345", "issued": "2020-02-03", "issuer": "MKK 211031"},
		"D05": object{"soate": "41711000000000", "street": "Чүй пр.", "house": "17"},
	}
}

// told is a notice of the edition in force.
func (c *client) told() string {
	c.t.Helper()
	doc := c.get("/v1/policy").is(200)
	return c.post("/v1/notices", object{"language": "ky", "text_sha256": doc.text("text_sha256")}).is(201).text("notice")
}

// register registers somebody with all that the contract needs.
func (c *client) register(p person) string {
	c.t.Helper()
	return c.post("/v1/subjects", object{
		"notice": c.told(), "msisdn": p.number, "birth_date": p.born, "language": "ky",
		"source": "app_form", "data": p.contract(),
	}).is(201).text("subject")
}

// tick is the evidence of a ticked box under the form of an aim.
func (c *client) tick(id, aim string) object {
	c.t.Helper()
	f := c.get("/v1/subjects/" + id + "/forms/" + aim).is(200)
	now := c.house.clock.Now()
	return object{"language": "ky", "text_sha256": f.text("text_sha256"), "evidence": object{"method": "tick", "tick": object{
		"bound": f.text("bound"), "text_hash": f.text("text_sha256"), "lang": "ky", "prefilled": false,
		"shown_at": now.Add(-time.Minute), "ticked_at": now.Add(-time.Second),
	}}}
}

// subscriber is somebody registered, who accepted and has a contract.
func (c *client) subscriber(p person) string {
	c.t.Helper()
	id := c.register(p)
	c.post("/v1/subjects/"+id+"/acceptances", c.tick(id, "accept")).is(201)
	c.post("/v1/subjects/"+id+"/agreements", nil).is(201)
	return id
}

// consent consents by a tick.
func (c *client) consent(id, purpose string) *answer {
	c.t.Helper()
	body := c.tick(id, purpose)
	body["purpose"] = purpose
	return c.post("/v1/subjects/"+id+"/consents", body).is(201)
}

// signIn gives the subscriber's own client.
func (h *house) signIn(number string) *client {
	h.t.Helper()
	nobody := h.on(h.site, "")
	sent := nobody.post("/v1/sessions/codes", object{"msisdn": number}).is(201)
	in := nobody.post("/v1/sessions", object{"challenge": sent.text("challenge"), "code": h.code(number)}).is(201)
	return h.on(h.site, in.text("token"))
}

// may gives the reason of one answer.
func (c *client) may(id, purpose, category, operation string) string {
	c.t.Helper()
	return c.post("/v1/may", object{"subject": id, "purpose": purpose, "category": category, "operation": operation}).is(200).text("reason")
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
