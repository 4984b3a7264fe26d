package document

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/privacy"
)

var noon = time.Date(2026, 11, 25, 6, 0, 0, 0, time.UTC)

// words are made-up words of a language, so that samples read like papers.
func words(lang privacy.Lang, ky, ru, en string) string {
	return privacy.Words{Ky: ky, Ru: ru, En: en}.In(lang)
}

func head(lang privacy.Lang) Head {
	return Head{
		Number: "ЖМ-26/117", Date: noon,
		Holder: Holder{
			Name:      words(lang, "«Мисал Байланыш» ЖАК", "ЗАО «Пример Связь»", "Example Telecom CJSC"),
			Address:   words(lang, "720000, Бишкек ш., Өзгөчө көч., 1", "720000, г. Бишкек, ул. Особая, 1", "1 Special St, Bishkek, 720000"),
			Register:  "0117",
			Contact:   words(lang, "Жооптуу адам, officer@telecom.example", "Ответственное лицо, officer@telecom.example", "Responsible person, officer@telecom.example"),
			Regulator: words(lang, "Жеке маалыматтарды коргоо боюнча мамлекеттик агенттик, dpa.gov.kg", "Государственное агентство по защите персональных данных, dpa.gov.kg", "State Agency for Personal Data Protection, dpa.gov.kg"),
		},
		To: Addressee{
			Name:  words(lang, "Үсөнова Өскөнай Дүйшөңалиевна", "Үсөнова Өскөнай Дүйшөңалиевна", "Oskonai Usonova"),
			Lines: []string{words(lang, "Ысык-Көл облусу, Каракол ш., Ынтымак көч., 7-үй", "Иссык-Кульская обл., г. Каракол, ул. Ынтымак, 7", "7 Yntymak St, Karakol, Issyk-Kul")},
		},
		Proof: Proof{
			Receipt: "019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071", Event: "019ab2c4-5d6e-7f80-9a1b-000000000001", Position: "20417",
			Link: "https://telecom.example/check/019ab2c4", Certificate: strings.TrimSpace(strings.Repeat("0a1b ", 16)),
		},
	}
}

func request(kind RequestKind, lang privacy.Lang) Request {
	return Request{
		Number: "С-2026-00091", Kind: kind, Received: noon.AddDate(0, 0, -3), Channel: privacy.ChannelOffice, Due: noon.AddDate(0, 0, 6),
		Identity: words(lang, "паспорт көрсөтүлдү", "предъявлен паспорт", "passport shown"),
	}
}

// values are n things held.
func values(lang privacy.Lang, n int) []Value {
	var out []Value
	for i := range n {
		v := Value{
			Category: words(lang, "Толук аты-жөнү", "Фамилия, имя, отчество", "Full name"),
			Data:     "Үсөнова Өскөнай Дүйшөңалиевна, № " + strconv.Itoa(i+1),
			State:    privacy.ValueLive,
			Source:   words(lang, "тейлөө офиси", "офис обслуживания", "service office"), Collected: noon.AddDate(-1, 0, -i),
			Footings: []Footing{{
				Purpose: words(lang, "Байланыш кызматын көрсөтүү", "Оказание услуг связи", "Providing the service"), Basis: privacy.BasisContract,
				Citations: []string{"DC-79 p.1"}, Processing: "while", Storage: "3y", Operations: []string{"collect", "record", "store", "use"},
			}},
		}
		if i%4 == 1 {
			v.Category = words(lang, "Электрондук дарек", "Адрес электронной почты", "E-mail address")
			v.Data = "oskonai.duishongalieva-usonova.with.a.very.long.name@mail.telecom.example"
			v.Footings = append(v.Footings, Footing{
				Purpose: words(lang, "Эсеп жөнөтүү", "Отправка счетов", "Sending bills"), Basis: privacy.BasisLaw, Citations: []string{"DC-73 p.2(3)", "Tax-98.2"},
				Processing: "1y", Storage: "6y", Operations: []string{"store", "use"}, Recipients: []string{"«Мисал Биллинг» ЖЧК"},
			})
		}
		if i%4 == 3 {
			v.Data, v.State, v.Until = "", privacy.ValueDeleted, noon.AddDate(1, 0, 0)
		}
		out = append(out, v)
	}
	return out
}

func access(lang privacy.Lang, n int) Access {
	r := request(RequestAccess, lang)
	return Access{
		Head: head(lang), Request: &r, Edition: "mega24/2026-1", Values: values(lang, n),
		Places:       words(lang, "Бишкектеги борбор", "Центр в Бишкеке", "The centre in Bishkek"),
		Recipients:   []Recipient{{"«Мисал Биллинг» ЖЧК", "720001, Бишкек, Чүй пр., 2", "KG"}},
		Disclosures:  []Disclosure{{noon.AddDate(0, -1, 0), "«Мисал Биллинг» ЖЧК", words(lang, "Эсеп жөнөтүү", "Отправка счетов", "Sending bills"), []string{"D03", "D08"}}},
		Looks:        []Look{{noon.AddDate(0, 0, -2), privacy.ActorClerk, "use", words(lang, "Кайрылууга жооп", "Ответ на обращение", "Answering"), "D08"}},
		Restrictions: []Restricted{{words(lang, "Электрондук дарек", "Адрес электронной почты", "E-mail address"), noon.AddDate(0, 0, -1), RestrictedUnreliable}},
		Consequences: words(lang, "Милдеттүү талаасыз кызмат көрсөтүлбөйт.", "Без обязательных полей услуга не оказывается.", "Without mandatory fields there is no service."),
		Automation:   words(lang, "Автоматтык чечим кабыл алынбайт.", "Автоматические решения не принимаются.", "No automated decisions are made."),
		Refused:      []Refused{{words(lang, "Чалгандардын номерлери", "Номера звонивших", "Numbers of callers"), ReasonOthers, ""}},
		Copies:       "JSON, CSV",
	}
}

func destruction(lang privacy.Lang, act bool) Destruction {
	h := head(lang)
	if act {
		h.To = Addressee{}
	}
	return Destruction{
		Head: h, Act: act, At: noon, Subject: "5f0c1d2e3a4b5c6d7e8f901234567890",
		Categories: []string{words(lang, "Электрондук дарек", "Адрес электронной почты", "E-mail address"), "D08"},
		Systems:    []string{"PostgreSQL: records", "S3: photographs"}, Rows: 1204, Files: 2, Backups: noon.AddDate(0, 1, 0),
		Ground: "consent_withdrawn", Citations: []string{"DC-83.1"}, Request: "019ab2c4-5d6e-7f80-9a1b-000000000002", Method: MethodKey,
		Stays:   []Kept{{"D03", words(lang, "Салык эсеби", "Налоговый учёт", "Tax accounts"), "Tax-98.2", noon.AddDate(6, 0, 0)}},
		Decided: privacy.ActorOfficer, Executed: privacy.ActorSystem, Witness: privacy.ActorAuditor, Verified: CheckNothing,
		LogHash: strings.Repeat("9f86d081", 8), Delivered: privacy.ChannelApp, Given: noon.Add(time.Hour),
	}
}

func transfer(lang privacy.Lang) Transfer {
	return Transfer{
		Head: head(lang), Recipient: Recipient{"«Мисал Биллинг» ЖЧК", "720001, Бишкек, Чүй пр., 2", "KG"}, Basis: privacy.BasisConsent,
		Citations: []string{"DC-79 p.2"}, Consent: "019ab2c4-5d6e-7f80-9a1b-000000000003",
		Purpose:    words(lang, "Эсеп жөнөтүү", "Отправка счетов", "Sending bills"),
		Categories: []string{words(lang, "Электрондук дарек", "Адрес электронной почты", "E-mail address")},
		At:         noon, Until: noon.AddDate(1, 0, 0), Regular: true, Means: "TLS 1.3, mTLS", Storage: "1y",
	}
}

func restriction(lang privacy.Lang, lifted bool) Restriction {
	r := Restriction{
		Head: head(lang), Lifted: lifted, At: noon, Scope: []string{words(lang, "Электрондук дарек", "Адрес электронной почты", "E-mail address")},
		Ground: RestrictedUnreliable, Request: "С-2026-00091", TellBy: noon.AddDate(0, 0, 1),
	}
	if lifted {
		r.Outcome = words(lang, "Маалымат такталды.", "Данные уточнены.", "The data were rectified.")
	}
	return r
}

func refusal(lang privacy.Lang) Refusal {
	return Refusal{
		Head: head(lang), Request: request(RequestDestroy, lang),
		Parts: []Refused{
			{words(lang, "Төлөм эсеби", "Платёжные счета", "Bills"), ReasonKept, words(lang, "Салык мыйзамы боюнча 6 жыл сакталат.", "По налоговому закону хранятся 6 лет.", "Kept for 6 years by tax law.")},
			{words(lang, "Келишим", "Договор", "The contract"), ReasonBasis, ""},
		},
		Rest: words(lang, "Калган маалымат жок кылынды.", "Остальные данные уничтожены.", "The rest is destroyed."),
	}
}

// papers are one of each.
func papers(lang privacy.Lang) map[string]Paper {
	extract := access(lang, 3)
	extract.Request = nil
	nothing := access(lang, 0)
	return map[string]Paper{
		"answer": access(lang, 8), "extract": extract, "nothing": nothing, "refusal": refusal(lang), "transfer": transfer(lang),
		"set": restriction(lang, false), "lifted": restriction(lang, true), "certificate": destruction(lang, false), "act": destruction(lang, true),
		"received": Received{Head: head(lang), Request: request(RequestWithdraw, lang), About: words(lang, "Кат", "Письмо", "A letter") + " № 5", Sheets: 2},
	}
}

// render puts a paper into words and bytes.
func render(t testing.TB, p Paper, lang privacy.Lang, o Options) []byte {
	t.Helper()
	d, err := p.Document(lang)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := Render(d, lang, o)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// seal is a key with its certificate; the same for every test.
func seal(t testing.TB) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	raw := bytes.Repeat([]byte{7}, 32)
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := NewCertificate("telecom.example/documents", same{key}, ValidFrom, ValidTo)
	if err != nil {
		t.Fatal(err)
	}
	return same{key}, cert
}

// same is a key whose signature of the same thing is always the same, so that
// what fuzzing finds can be found again.
type same struct{ *ecdsa.PrivateKey }

func (k same) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.PrivateKey.Sign(nil, digest, opts)
}

func pool(certs ...*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certs {
		p.AddCert(c)
	}
	return p
}

func signed(t testing.TB, pdf []byte) []byte {
	t.Helper()
	key, cert := seal(t)
	out, err := Sign(pdf, key, cert, noon, "Жооп № 5", "Бишкек")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tool runs a program of poppler-utils over a file, or skips where it is not
// installed; scripts/setup.sh installs it.
func tool(t *testing.T, file []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(name + " is not installed; scripts/setup.sh installs poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "FILE" {
			args[i] = path
		}
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return "failed: " + err.Error() + "\n" + string(out)
	}
	return string(out)
}

func date(lang privacy.Lang) string { return i18n.Date(lang, noon) }
