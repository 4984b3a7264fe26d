package holder_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"kupuya/internal/clock"
	"kupuya/internal/holder"
	"kupuya/internal/ledger"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
	"kupuya/internal/store/pgtest"
	"kupuya/internal/store/sqlstore"
	"kupuya/internal/vault"
)

// needles are byte strings that must not be found, each with what it is.
type needles map[string]string

// plain adds a text in every form in which a program might leave it.
func (n needles) plain(what, s string) {
	wide := utf16.Encode([]rune(s))
	little, big := make([]byte, 0, 2*len(wide)), make([]byte, 0, 2*len(wide))
	for _, u := range wide {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	n[s], n[strings.ToUpper(s)], n[strings.ToLower(s)] = what, what+" in capitals", what+" in small letters"
	n[string(little)], n[string(big)] = what+" in utf-16le", what+" in utf-16be"
	for form, raw := range map[string][]byte{"": []byte(s), " of utf-16": little} {
		h := hex.EncodeToString(raw)
		n[h], n[strings.ToUpper(h)] = what+" in hex"+form, what+" in HEX"+form
		for shift := range 3 { // base64 of a longer text that holds it, wherever in it that is
			b := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), raw...))
			b = b[(shift*8+5)/6 : len(b)-1-len(b)%4/2]
			n[b], n[strings.NewReplacer("+", "-", "/", "_").Replace(b)] = what+" in base64"+form, what+" in base64url"+form
		}
	}
	n[url.QueryEscape(s)] = what + " in a URL"
}

// secretsOf adds the values of a subject who was given everything.
func (n needles) secretsOf() {
	for c, value := range secrets {
		for name, v := range value {
			texts := []any{v}
			if list, ok := v.([]any); ok {
				texts = list
			}
			for _, v := range texts {
				s := fmt.Sprint(v)
				if len(s) < 6 || s == "41711000000000" || s == "id_card_2017" { // too short, or in everybody's rules
					continue
				}
				n.plain(string(c)+"."+name, s)
			}
		}
	}
	n.plain("D08 without its country", "993718264")
	n.plain("the note of a clerk", note)
	n.plain("the note of a clerk", "канарейка шылтоо")
}

const note = "абонент Канарбеков келди, канарейка шылтоо менен"

// find searches a tree of files and names what was found where.
func (n needles) find(t testing.TB, root string) (found []string) {
	t.Helper()
	if err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // the server removed a file of another database
			return nil
		}
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		found = append(found, n.in(strings.TrimPrefix(path, root), data)...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func (n needles) in(where string, data []byte) (found []string) {
	for needle, what := range n {
		if bytes.Contains(data, []byte(needle)) {
			found = append(found, what+" in "+where)
		}
	}
	slices.Sort(found)
	return found
}

// used gives everything to a subject and does to him what leaves traces.
func (h *house) used(t testing.TB) privacy.SubjectID {
	t.Helper()
	ctx := context.Background()
	id := h.everything(t)
	read := holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01", "D05", "D08", "D09"}, Operation: privacy.Use, Case: "C-9", Reason: note}
	must(h.Read(ctx, clerk, read))(t)
	h.recipients(t, "partner-shop")
	must(h.Disclose(ctx, crm, toShop(id)))(t)
	must(h.Extract(ctx, self(id), id))(t)
	must(h.List(ctx, clerk, id, "P19"))(t)
	must(h.Rectify(ctx, clerk, holder.Write{Subject: id, Category: "D05", Source: "office_scan", Value: secrets["D05"]}))(t)
	must(h.Dispute(ctx, self(id), holder.BlockRequest{Subject: id, Category: "D06", Ground: "unlawful"}))(t)
	h.clock.Advance(61 * 60e9)
	sent := must(h.SendSessionCode(ctx, secrets["D08"]["msisdn"].(string), privacy.Kyrgyz, "192.0.2.77"))(t)
	must(h.OpenSession(ctx, sent.Challenge, h.inbox(), privacy.ChannelSite))(t)
	h.clock.Advance(61 * 60e9)
	must(h.SendSessionCode(ctx, secrets["D08"]["msisdn"].(string), privacy.Kyrgyz, "192.0.2.77"))(t) // waits in the outbox
	h.verify(t)
	return id
}

// copyTree copies what is kept of a house, as a backup would.
func copyTree(t testing.TB, from string, files ...string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range files {
		if err := os.CopyFS(filepath.Join(to, filepath.Dir(name)), only{os.DirFS(filepath.Join(from, filepath.Dir(name))), filepath.Base(name)}); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// only is the part of a directory whose names begin with a prefix.
type only struct {
	fs.FS
	prefix string
}

func (o only) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.FS, name)
	if name == "." {
		all = slices.DeleteFunc(all, func(e fs.DirEntry) bool { return !strings.HasPrefix(e.Name(), o.prefix) })
	}
	return all, err
}

// restored opens a copy of the data beside a copy of the keys.
func restored(t testing.TB, h *house, dir string) *house {
	t.Helper()
	ctx := context.Background()
	data := must(sqlstore.Open(ctx, "sqlite:"+dir, sqlstore.Options{}))(t)
	keys := must(sqlstore.OpenKeys(ctx, "sqlite:"+dir, sqlstore.Options{}))(t)
	file := must(vault.OpenFile(filepath.Join(dir, "keys.age"), "test"))(t)
	blobs := must(vault.NewDir(filepath.Join(dir, "blobs")))(t)
	o := h.Options
	o.Store, o.Vault, o.Clock = data, vault.New(file, file, keys, blobs), clock.At(h.clock.Now())
	out := &house{Holder: holder.New(o), t: t, dir: dir, dsn: "sqlite:" + dir, clock: h.clock, db: data, keys: file, log: h.log}
	t.Cleanup(func() {
		out.Close()
		if err := data.Close(); err != nil {
			t.Error(err)
		}
		if err := keys.Close(); err != nil {
			t.Error(err)
		}
	})
	return out
}

// opens counts what of the subject still opens by any verb.
func opens(t testing.TB, h *house, id privacy.SubjectID) (n int) {
	t.Helper()
	ctx := context.Background()
	extract, err := h.Extract(ctx, self(id), id)
	for _, row := range extract.Rows {
		n += len(row.Data)
	}
	if err != nil && privacy.CodeOf(err) != privacy.NotFound && privacy.CodeOf(err) != privacy.Refused {
		t.Error(err)
	}
	for c := range secrets {
		for _, p := range []privacy.PurposeID{"P01", "P04", "P05", "P07", "P08", "P13", "P15.case", "P16", "P18"} {
			out, _ := h.Read(ctx, crm, holder.Read{Subject: id, Purpose: p, Categories: []privacy.CategoryID{c}, Operation: privacy.Extract}) // a refusal opens nothing
			n += len(out.Values)
		}
	}
	raw, _, _ := h.GetPhoto(ctx, crm, holder.Photo{Subject: id, Purpose: "P16", Category: "D10", Attribute: "certificate_photo"}) // as above
	n += len(raw)
	log, err := h.Log(ctx, self(id), id, 0, 200)
	if err != nil {
		t.Error(err)
	}
	for _, e := range log.Entries {
		n += len(e.Note)
	}
	for _, m := range must(h.db.LeaseMessages(ctx, "test", h.clock.Now(), 1e9, 100))(t) {
		if sms, err := h.OpenSMS(ctx, m); err == nil {
			n += len(sms.Text)
		}
	}
	if err := h.db.View(ctx, func(v store.View) error {
		all, err := v.Receipts(ctx, id)
		for _, r := range all {
			signed, _ := h.Vault.OpenFor(ctx, id, "receipt", r.ID, r.Sealed) // as above
			n += len(signed)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	return n
}

// The promise: after destroy, nothing is found, and an earlier backup
// of the data beside the keys as they are now opens nothing. (policy 3.21)
func TestAfterDestructionNothingIsFoundAndNoBackupOpens(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id, other := h.used(t), h.subscriber(somebody(1))
	secret := needles{}
	secret.secretsOf()
	key := must(h.keyOf(t, id))(t)
	raw := needles{string(key.Wrapped): "the wrapped key"}
	for c, seed := range key.Seeds {
		raw[string(seed)] = "the seed of " + string(c)
	}
	backup := copyTree(t, h.dir, "kupuya.db", "keys.age", "blobs/")
	oldKeys := copyTree(t, h.dir, "kupuya.db", "keys.db", "keys.age", "blobs/")

	// the test could fail: the keys are there, the old data open with the old
	// keys, and the search finds a value wherever one is planted
	if got := raw.find(t, h.dir); len(got) == 0 {
		t.Fatal("the search does not find the key before it is destroyed")
	}
	if n := opens(t, restored(t, h, copyTree(t, oldKeys, "kupuya.db", "keys.db", "keys.age", "blobs/")), id); n < 40 {
		t.Fatalf("with the keys of its time the backup opens %d things", n)
	}
	plantAndFind(t, secret, oldKeys)
	if n := opens(t, restored(t, h, oldKeys), other); n == 0 {
		t.Fatal("nobody's backup opens")
	}

	done := must(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	h.clock.Advance(60e9)
	h.duties(t)
	h.verify(t)
	var export bytes.Buffer
	must(h.Export(ctx, &export))(t)
	for where, found := range map[string][]string{
		"the data, the keys and the files": secret.find(t, h.dir),
		"the earlier backup":               secret.find(t, backup),
		"the log":                          secret.in("it", []byte(h.log.String())),
		"the ledger":                       secret.in("it", export.Bytes()),
		"the certificate":                  secret.in("it", []byte(done.Certificate)),
		"the key store":                    raw.find(t, h.dir),
	} {
		if len(found) > 0 {
			t.Errorf("%s: %s", where, strings.Join(found, ", "))
		}
	}
	if n := len(h.files(t)); n > 0 {
		t.Errorf("%d sealed files are left", n)
	}
	if n := opens(t, h, id); n > 0 {
		t.Errorf("%d things open after destruction", n)
	}
	if err := os.CopyFS(backup, only{os.DirFS(h.dir), "keys.db"}); err != nil {
		t.Fatal(err)
	}
	old := restored(t, h, backup)
	if s := old.standing(t, id); s.Status != privacy.StatusRegistered || len(s.Values) < 13 {
		t.Fatalf("the backup does not have him as he was: %s, %d values", s.Status, len(s.Values))
	}
	if n := opens(t, old, id); n > 0 {
		t.Errorf("%d things open from the backup beside the keys as they are now", n)
	}
	if n := opens(t, old, other); n == 0 {
		t.Error("and of somebody who was not destroyed nothing does")
	}
}

// keyOf gives the wrapped key of a subject as the key store has it.
func (h *house) keyOf(t testing.TB, id privacy.SubjectID) (store.SubjectKey, error) {
	t.Helper()
	keys := must(sqlstore.OpenKeys(context.Background(), h.dsn, sqlstore.Options{}))(t)
	defer keys.Close()
	return keys.Key(context.Background(), id)
}

// plantAndFind shows that the search finds a value in a file, and in a row of a
// database, in its journal.
func plantAndFind(t testing.TB, n needles, dir string) {
	t.Helper()
	for name, form := range map[string]func(string) []byte{
		"utf-8":   func(s string) []byte { return []byte(s) },
		"utf-16":  func(s string) []byte { return wide(s) },
		"hex":     func(s string) []byte { return []byte(hex.EncodeToString([]byte(s))) },
		"base64":  func(s string) []byte { return []byte(base64.StdEncoding.EncodeToString([]byte("x" + s + "y"))) },
		"a query": func(s string) []byte { return []byte("?q=" + url.QueryEscape(s)) },
	} {
		there := t.TempDir()
		if err := os.WriteFile(filepath.Join(there, "core"), append([]byte("…"), form("Канарбеков")...), 0o600); err != nil {
			t.Fatal(err)
		}
		if len(n.find(t, there)) == 0 {
			t.Fatalf("a name in %s is not found", name)
		}
	}
	planted := copyTree(t, dir, "kupuya.db")
	db := must(sql.Open("sqlite", "file:"+planted+"/kupuya.db"))(t)
	defer db.Close()
	must(db.Exec(`INSERT INTO lease (name, owner, held_until) VALUES ('x', 'CanaryBrowser/77.31', 0)`))(t)
	if len(n.find(t, planted)) == 0 {
		t.Fatal("a value in a row is not found")
	}
}

func wide(s string) (out []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// The same on PostgreSQL: the whole directory of its cluster, journal included.
func TestAfterDestructionPostgresHasNothing(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	u := must(url.Parse(dsn))(t)
	root := filepath.Join(u.Query().Get("host"), "data")
	if _, err := os.ReadDir(filepath.Join(root, "base")); err != nil {
		t.Skipf("the files of this server cannot be read: %v", err)
	}
	h := open(t, t.TempDir(), dsn)
	id := h.used(t)
	must(h.Destroy(context.Background(), officer, holder.Removal{Subject: id, Ground: holder.GroundRequest}))(t)
	secret := needles{}
	for _, v := range []string{"Канарбеков", "22903198790417", "kanarbekov.7@canary.example", "+996993718264", "CanaryBrowser/77.31", "c0ffee00c0ffee11c0ffee22c0ffee33"} {
		secret.plain(v, v)
	}
	db := h.look(t, "")
	must(db.Exec(`CHECKPOINT`))(t)
	if found := secret.find(t, root); len(found) > 0 {
		t.Errorf("after destruction: %s", strings.Join(found, ", "))
	}
	// the search would find it
	planted := needles{"PlantedCanary/" + string(id): "what was planted"}
	must(db.Exec(`INSERT INTO lease (name, owner, held_until) VALUES ('x', $1, 0)`, "PlantedCanary/"+string(id)))(t)
	must(db.Exec(`CHECKPOINT`))(t)
	if len(planted.find(t, root)) == 0 {
		t.Error("a planted value is not found")
	}
}

// Canary values of every category appear in no log, error, metric or event.
func TestValuesStandNowhereButSealed(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	id := h.used(t)
	secret := needles{}
	secret.secretsOf()
	told := h.told()
	var said []string
	heard := func(err error) {
		if err == nil {
			t.Error("what should fail did not")
			return
		}
		said = append(said, err.Error())
	}
	w := h.worker(deaf{})
	must(w.Outbox(ctx))(t)
	must(w.Duties(ctx))(t)
	must(w.Sweep(ctx))(t)
	// every value in the place of another, of a name, and of an id
	for c, value := range secrets {
		for name, v := range value {
			s := fmt.Sprint(v)
			for to, how := range collecting {
				if to != c {
					heard(failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: how.purpose, Category: to, Source: how.source, Notice: told, Value: map[string]any{name: v, "?": v}})))
				}
			}
			if holder.SafeName(s) != s { // what looks like a name is repeated as an unknown one
				heard(failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Notice: told, Value: map[string]any{s: v}})))
				heard(failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: privacy.PurposeID(s), Category: "D07", Source: "app_form", Notice: told, Value: value})))
				heard(failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P07", Category: privacy.CategoryID(s), Source: "app_form", Notice: told, Value: value})))
				heard(failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: privacy.SourceID(s), Notice: told, Value: secrets["D07"]})))
			}
			heard(failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Notice: s, Value: secrets["D07"]})))
			heard(failure(h.Write(ctx, crm, holder.Write{Subject: privacy.SubjectID(s), Purpose: "P07", Category: "D07", Source: "app_form", Notice: told, Value: secrets["D07"]})))
			heard(failure(h.Destroy(ctx, officer, holder.Removal{Subject: id, Ground: holder.GroundOrder, Citation: s + " канар"})))
			heard(failure(h.Unblock(ctx, officer, id, s, "lifted")))
			heard(failure(h.OpenSession(ctx, s, s, privacy.ChannelSite)))
			heard(failure(h.Read(ctx, clerk, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use, Reason: note, Case: s + " канар"})))
			heard(failure(h.Register(ctx, crm, holder.Registration{Notice: told, MSISDN: "+996993718264", BirthDate: s, Lang: privacy.Kyrgyz, Source: "app_form"})))
		}
	}
	heard(failure(h.Register(ctx, crm, holder.Registration{Notice: h.told(), MSISDN: "+996993718264", BirthDate: "1987-03-29", Lang: privacy.Kyrgyz, Source: "app_form"})))
	h.breakAt(func(string) error { return errCut })
	heard(failure(h.Write(ctx, crm, holder.Write{Subject: id, Purpose: "P07", Category: "D07", Source: "app_form", Value: secrets["D07"]})))
	heard(failure(h.Read(ctx, crm, holder.Read{Subject: id, Purpose: "P18", Categories: []privacy.CategoryID{"D01"}, Operation: privacy.Use})))
	heard(failure(w.Duties(ctx)))
	h.breakAt(nil)

	h.verify(t)
	var export bytes.Buffer
	must(h.Export(ctx, &export))(t)
	due := must(h.Due(ctx))(t)
	for where, data := range map[string]string{
		"an error":     strings.Join(said, "\n"),
		"the log":      h.log.String(),
		"the metrics":  fmt.Sprint(due),
		"the ledger":   export.String(),
		"the rows":     strings.Join(h.rows(t), "\n"),
		"the key rows": strings.Join(h.keyRows(t), "\n"),
	} {
		if found := secret.in(where, []byte(data)); len(found) > 0 {
			t.Errorf("%s", strings.Join(found, ", "))
		}
	}
	if found := secret.find(t, h.dir); len(found) > 0 {
		t.Errorf("in the files: %s", strings.Join(found, ", "))
	}
	if !strings.Contains(h.log.String(), "message not sent") || len(said) < 400 || !strings.Contains(export.String(), string(ledger.StaffUnmasked)) {
		t.Errorf("too little was said to be searched: %d errors, a log of %d bytes", len(said), h.log.Len())
	}
}

// deaf takes no message and does not repeat what it was given.
type deaf struct{}

func (deaf) Send(context.Context, notify.SMS) error { return notify.ErrNoChannel }
