package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
	"unicode/utf16"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// canary is a made-up subject who is registered, lives through a backup and is
// destroyed, so that it can be seen what of him is found afterwards. He is
// nobody, so what would give him away may be written down.
type canary struct {
	Subject    privacy.SubjectID `json:"subject,omitempty"` // "" when it is not known whether he was registered
	Registered time.Time         `json:"registered,omitzero"`
	Destroyed  time.Time         `json:"destroyed,omitzero"`
	Number     string            `json:"number"`
	Born       string            `json:"born"`
	Data       canaryData        `json:"data"`
	Key        [][]byte          `json:"key,omitempty"`    // his key and seeds as they lay in the key store
	Tokens     [][]byte          `json:"tokens,omitempty"` // of the blind index
	Sealed     [][]byte          `json:"sealed,omitempty"` // his values as they lay in the store
}

type canaryData = map[privacy.CategoryID]map[string]any

// newCanary makes somebody up of whom nothing stands anywhere by chance. The
// number is one of those that no telephone has.
func newCanary() canary {
	digits := func(n int) string {
		s := ""
		for range n {
			d, _ := rand.Int(rand.Reader, big.NewInt(10)) // never fails
			s += d.String()
		}
		return s
	}
	word := "Канарей"
	for _, d := range digits(10) {
		word += string([]rune("абвгдежзик")[d-'0'])
	}
	return canary{
		Number: "+99699" + string('1'+digits(1)[0]%4) + digits(6), Born: "1980-02-29",
		Data: canaryData{
			"D01": {"surname": word, "given": "Канарейка"},
			"D03": {"pin": "129021980" + digits(5)},
			"D04": {"doc_type": "id_card_2017", "doc_number": "ID" + digits(7), "issued": "2019-07-21", "issuer": "MKK 219977"},
			"D05": {"soate": "41711000000000", "street": word + " көч.", "house": "917"},
		},
	}
}

// needles are what must not be found of him in any backup, and besides what must
// not be found in one that was made after he was destroyed.
func (c *canary) needles() (never, gone map[string]string) {
	never, gone = map[string]string{}, map[string]string{}
	for _, text := range []string{
		c.Number[1:], c.Number[4:], c.Data["D01"]["surname"].(string), c.Data["D03"]["pin"].(string), c.Data["D04"]["doc_number"].(string),
	} {
		for _, form := range forms(text) {
			never[form] = "plain text"
		}
	}
	for _, raw := range c.Key {
		never[string(raw)], never[hex.EncodeToString(raw)] = "key", "key"
	}
	for _, raw := range c.Tokens {
		gone[string(raw)], gone[hex.EncodeToString(raw)] = "token", "token"
	}
	for _, raw := range c.Sealed {
		gone[string(raw)] = "sealed value"
	}
	return never, gone
}

// forms are the ways in which a program might leave a text.
func forms(s string) []string {
	var wide []byte
	for _, u := range utf16.Encode([]rune(s)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	out := []string{s, string(wide), hex.EncodeToString([]byte(s)), hex.EncodeToString(wide)}
	for shift := range 3 { // base64 of a longer text that holds it, wherever in it that is
		b := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), s...))
		out = append(out, b[(shift*8+5)/6:len(b)-1-len(b)%4/2])
	}
	return out
}

// register makes him a subscriber and writes down what gives him away.
func (c *canary) register(ctx context.Context, h *house) error {
	doc, err := h.Current(ctx)
	if err != nil {
		return err
	}
	app := privacy.NewActor(privacy.ActorSpec{
		Kind: privacy.ActorSystem, ID: "canary", Org: "kupuya", Channel: privacy.ChannelSystem,
		AllPurposes: true, Operations: ^privacy.Operations(0),
	})
	told, err := h.Tell(ctx, app, "", privacy.Kyrgyz, doc.Texts[privacy.Kyrgyz].SHA256)
	if err != nil {
		return err
	}
	r, err := h.Register(ctx, app, holder.Registration{
		Notice: told.Notice, MSISDN: c.Number, BirthDate: c.Born, Lang: privacy.Kyrgyz, Source: "app_form", Data: c.Data,
	})
	if err != nil {
		return err
	}
	c.Subject, c.Registered = r.Subject, r.Since
	return c.note(ctx, h)
}

// note writes down what gives him away.
func (c *canary) note(ctx context.Context, h *house) error {
	key, err := h.keyDB.Key(ctx, c.Subject)
	if err != nil {
		return err
	}
	c.Key, c.Tokens, c.Sealed = [][]byte{key.Wrapped}, nil, nil
	for _, seed := range key.Seeds {
		c.Key = append(c.Key, seed)
	}
	return h.db.View(ctx, func(v store.View) error {
		tokens, err := v.Lookups(ctx, c.Subject)
		if err != nil {
			return err
		}
		records, err := v.Records(ctx, c.Subject)
		for _, l := range tokens {
			c.Tokens = append(c.Tokens, l.Token)
		}
		for _, r := range records {
			c.Sealed = append(c.Sealed, r.Sealed)
		}
		return err
	})
}

// destroy ends him. One of whom it is not known whether he was registered is
// looked for by his number.
func (c *canary) destroy(ctx context.Context, h *house) error {
	if c.Subject == "" {
		id, err := h.FindByNumber(ctx, officer(), c.Number)
		if privacy.CodeOf(err) == privacy.NotFound {
			c.Destroyed = h.Clock.Now()
			return nil
		}
		if err != nil {
			return err
		}
		c.Subject = id
	}
	d, err := h.Destroy(ctx, officer(), holder.Removal{Subject: c.Subject, Ground: holder.GroundPurpose, Citation: "DC-83.1"})
	if code := privacy.CodeOf(err); code == privacy.Refused || code == privacy.NotFound { // before this run, or with a store that was put back
		c.Destroyed = h.Clock.Now()
		return nil
	}
	c.Destroyed = d.At
	return err
}

// canaries are those under way, in a file beside the backups.
type canaries struct {
	path string
	All  []canary `json:"canaries"`
}

func openCanaries(folder string) (*canaries, error) {
	c := &canaries{path: filepath.Join(folder, "canary.json")}
	b, err := os.ReadFile(c.path)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err == nil {
		err = json.Unmarshal(b, c)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.path, err)
	}
	return c, nil
}

// save replaces the file at once.
func (c *canaries) save() error {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return replace(c.path, append(b, '\n'))
}

// replace puts bytes in the place of a file at once, for its owner only.
func replace(path string, b []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
