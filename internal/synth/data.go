package synth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"kupuya/internal/format"
)

const day = 24 * time.Hour

// data gives all categories of number i, which p answers for. (policy 2.3)
func (c Corpus) data(i int, p person) map[string]map[string]any {
	d := map[string]map[string]any{
		"D01": {"surname": p.surname, "given": p.given},
		"D02": {"birth_date": p.birth.Format(time.DateOnly)},
		"D03": {"pin": p.pin},
		"D04": c.document(p),
		"D05": home(c.rng(p.household(), drawHome)),
		"D08": {"msisdn": c.Number(i)},
		"D09": c.usage(i),
		"D11": c.network(i),
		"D12": c.device(i),
	}
	if p.patronymic != "" {
		d["D01"]["patronymic"] = p.patronymic
	}
	if r := c.rng(p.index, drawMail); r.Float64() < emailGiven {
		d["D07"] = map[string]any{"email": email(r, p)}
	}
	if r := c.rng(i, drawPlace); r.Float64() < locationKnown {
		lat, lon := cell(r)
		d["D06"] = map[string]any{
			"latitude": lat, "longitude": lon, "at": c.lately(r), "origin": pick(r, []string{"device", "network"}),
		}
	}
	if p.parent >= 0 {
		d["D10"] = c.certificate(p)
	}
	if r := c.rng(i, drawContacts); r.Float64() < contactsUp {
		d["D13"] = map[string]any{"contacts_hashed": c.contacts(i, r), "activity": activity(r)}
	}
	return d
}

// Number gives the subscriber number of index i, "+99[1-4]…". Every index has
// its own: multiplying by a number without common factor with Size only puts
// them in another order.
func (c Corpus) Number(i int) string {
	step := mix(c.seed)%Size | 1
	for step%5 == 0 {
		step += 2
	}
	m, _ := format.SyntheticMSISDN(int((uint64(i)*step + mix(c.seed+1)%Size) % Size))
	return m.E164()
}

// document gives the requisites: an identity card, or below sixteen years the
// birth certificate. (policy 2.3.4)
func (c Corpus) document(p person) map[string]any {
	r := c.rng(p.index, drawDocument)
	n := fmt.Sprintf("00%05d", (p.index*61+7)%100_000)
	if c.age(p.birth) < cardAge {
		return map[string]any{
			"doc_type": "birth_certificate", "doc_number": "KR" + n,
			"issued": c.soonAfter(r, p.birth), "issuer": issuer(r),
		}
	}
	from := p.birth.AddDate(cardAge, 0, 0)
	for _, limit := range []time.Time{time.Date(2017, 5, 1, 0, 0, 0, 0, time.UTC), c.day.AddDate(-10, 0, 0)} {
		if limit.After(from) {
			from = limit
		}
	}
	issued := from.Add(time.Duration(r.IntN(int(c.day.Sub(from)/day)+1)) * day)
	kind := "id_card_2017"
	switch {
	case issued.Year() >= 2025:
		kind = "id_card_2025"
	case issued.Year() >= 2024:
		kind = "id_card_2024"
	}
	return map[string]any{
		"doc_type": kind, "doc_number": "ID" + n, "issued": issued.Format(time.DateOnly), "issuer": issuer(r),
		"passport_photo": c.blob(p.index, "passport"), "face_photo": c.blob(p.index, "face"),
	}
}

// certificate gives what proves a child's birth. (policy 2.3.10)
func (c Corpus) certificate(p person) map[string]any {
	r := c.rng(p.index, drawDocument) // the same certificate as in D04
	return map[string]any{
		"certificate_number": fmt.Sprintf("KR00%05d", (p.index*61+7)%100_000),
		"issued":             c.soonAfter(r, p.birth), "issuer": issuer(r),
		"child_name":        strings.TrimSpace(p.surname + " " + p.given + " " + p.patronymic),
		"certificate_photo": c.blob(p.index, "certificate"),
	}
}

func issuer(r *rand.Rand) string { return "MKK 21" + strconv.Itoa(1000+r.IntN(9000)) }

// soonAfter is a day within two months of t and not after the corpus's day.
func (c Corpus) soonAfter(r *rand.Rand, t time.Time) string {
	issued := t.Add(time.Duration(r.IntN(60)) * day)
	if issued.After(c.day) {
		issued = c.day
	}
	return issued.Format(time.DateOnly)
}

// lately is a moment of the thirty days before the corpus's day.
func (c Corpus) lately(r *rand.Rand) string {
	return c.day.Add(-time.Duration(1+r.IntN(30*24*60*60)) * time.Second).Format(time.RFC3339)
}

// email is at a domain that is reserved for examples (RFC 2606). (policy 2.3.7)
func email(r *rand.Rand, p person) string {
	local := strings.ToLower(format.LatinSpelling(p.given + "." + p.surname))
	local = strings.ReplaceAll(local, " ", "_") + strconv.Itoa(p.index)
	return local + "@" + pick(r, []string{"example.com", "example.org", "example.net", "mail.example", "posta.example"})
}

// usage is the totals of the month before the corpus's day. (policy 2.3.9)
func (c Corpus) usage(i int) map[string]any {
	r := c.rng(i, drawUse)
	skewed := func(median, spread float64) int64 {
		return int64(math.Round(median * math.Exp(r.NormFloat64()*spread)))
	}
	y, m, _ := c.day.Date()
	return map[string]any{
		"month":         time.Date(y, m-1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01"),
		"voice_minutes": skewed(180, 0.9), "sms_count": skewed(12, 1), "data_mb": skewed(9000, 1.1),
	}
}

// network is what the device sends by itself: an address from the ranges for
// documentation (RFC 5737, RFC 3849) and a cookie. (policy 2.3.11)
func (c Corpus) network(i int) map[string]any {
	r := c.rng(i, drawNetwork)
	ip := pick(r, []string{"192.0.2.", "198.51.100.", "203.0.113."}) + strconv.Itoa(1+r.IntN(254))
	if r.IntN(8) == 0 {
		ip = fmt.Sprintf("2001:db8:%x::%x", 1+r.IntN(0xffff), 1+r.IntN(0xffff))
	}
	return map[string]any{"ip": ip, "cookie_id": fmt.Sprintf("k%016x", r.Uint64())}
}

var (
	devices = []struct{ name, agent string }{
		{"Samsung Galaxy A15", "Mozilla/5.0 (Linux; Android 14; SM-A155F)"},
		{"Xiaomi Redmi 13C", "Mozilla/5.0 (Linux; Android 13; 23100RN82L)"},
		{"Apple iPhone 13", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)"},
		{"Tecno Spark 20", "Mozilla/5.0 (Linux; Android 13; TECNO KJ5)"},
		{"Honor X7b", "Mozilla/5.0 (Linux; Android 14; CLK-LX1)"},
		{"Nokia 105", "Nokia105/2.0"},
	}
	pages = []string{"/", "/tariffs", "/tariffs/7", "/balance", "/privacy", "/privacy/consents", "/centres", "/help"}
	deeds = []string{"app.open", "balance.view", "tariff.view", "bill.pay", "centre.find", "bonus.view", "chat.open"}
)

const (
	deedsMax    = 12
	contactsMax = 40
)

// device is the program, the moment, the address asked for and the device. (policy 2.3.12)
func (c Corpus) device(i int) map[string]any {
	r := c.rng(i, drawDevice)
	own := pick(r, devices)
	return map[string]any{"user_agent": own.agent, "device": own.name, "accessed_at": c.lately(r), "url": pick(r, pages)}
}

// contacts are keyed hashes of numbers of other subscribers of the corpus; a
// name is never among them. (policy 2.3.13)
func (c Corpus) contacts(i int, r *rand.Rand) []string {
	key := binary.BigEndian.AppendUint64(nil, mix(c.seed))
	out := make([]string, 0, contactsMax)
	for n := r.IntN(contactsMax); n >= 0; n-- {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(c.Number((i + 1 + r.IntN(Size-1)) % Size)))
		out = append(out, hex.EncodeToString(mac.Sum(nil)))
	}
	return out
}

func activity(r *rand.Rand) []string {
	out := make([]string, 0, deedsMax)
	for n := r.IntN(deedsMax); n >= 0; n-- {
		out = append(out, pick(r, deeds))
	}
	return out
}

// blob names a picture the way the server does. Whoever keeps the picture
// (PassportImage and its like) puts the name it was kept under in its place.
func (c Corpus) blob(i int, what string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%d/%s", c.seed, i, what))
	return fmt.Sprintf("blob:%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
