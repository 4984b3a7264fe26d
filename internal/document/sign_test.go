package document

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
)

func TestASealedPaperIsValidForAStandardTool(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		for name, p := range map[string]Paper{"certificate": destruction(lang, false), "answer": access(lang, 5)} {
			pdf := signed(t, render(t, p, lang, Options{}))
			got := tool(t, pdf, "pdfsig", "FILE")
			for _, want := range []string{"Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", "SHA-256", "CN=telecom.example/documents", "Nov 25 2026 "} {
				if !strings.Contains(got, want) {
					t.Errorf("%s %s: pdfsig does not say %q:\n%s", name, lang, want, got)
				}
			}
		}
	}
}

func TestVerifyTellsWhoSignedWhenAndWhy(t *testing.T) {
	t.Parallel()
	_, cert := seal(t)
	pdf := signed(t, render(t, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{}))
	s, err := Verify(pdf, pool(cert))
	if err != nil || !s.Trusted || !s.At.Equal(noon) || s.Reason != "Жооп № 5" || s.Location != "Бишкек" || !s.Certificate.Equal(cert) {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := Verify(pdf, nil); err != nil || s.Trusted {
		t.Errorf("without roots: trusted %v, %v", s.Trusted, err)
	}
	key, _ := seal(t)
	other, err := NewCertificate("someone.example/documents", key, ValidFrom, ValidTo)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := Verify(pdf, pool(other)); !errors.Is(err, ErrSigner) || s.Trusted {
		t.Errorf("another root: %v", err)
	}
}

// The heart of it: whatever byte is changed, the paper is not valid any more.
// Every byte of the seal itself is tried, and others at random.
func TestAnyChangedByteIsFound(t *testing.T) {
	t.Parallel()
	random := mathrand.New(mathrand.NewPCG(3, 4))
	_, cert := seal(t)
	body := render(t, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{})
	pdf := signed(t, body)
	from := bytes.Index(pdf, []byte("/Contents<")) + len("/Contents<")
	used := from + len(bytes.TrimRight(pdf[from:from+room], "0"))
	var places []int
	for i := len(body) - 400; i < len(pdf); i++ { // the last of the paper, the seal, the end
		if i < used || i >= from+room || random.IntN(40) == 0 {
			places = append(places, i)
		}
	}
	for range 300 {
		places = append(places, random.IntN(len(body)))
	}
	damaged := bytes.Clone(pdf)
	for _, at := range places {
		for _, change := range []byte{1 << random.IntN(8), 0x20, byte(1 + random.IntN(255))} {
			damaged[at] ^= change
			if s, err := Verify(damaged, pool(cert)); err == nil || s.Trusted {
				t.Fatalf("byte %d of %d changed by %#x (%q): still valid", at, len(pdf), change, pdf[max(0, at-10):min(len(pdf), at+10)])
			}
			if _, err := Verify(damaged, nil); err == nil {
				t.Fatalf("byte %d of %d changed by %#x: still valid without roots", at, len(pdf), change)
			}
			damaged[at] ^= change
		}
	}
	if !bytes.Equal(damaged, pdf) {
		t.Fatal("the test does not put back what it changes")
	}
	t.Logf("%d places of %d", len(places), len(pdf))
}

// A standard tool finds it too, in the paper and in its seal.
func TestAStandardToolFindsAChangedBit(t *testing.T) {
	t.Parallel()
	body := render(t, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{})
	pdf := signed(t, body)
	random := mathrand.New(mathrand.NewPCG(5, 6))
	reason := bytes.Index(pdf, []byte("/Reason<")) + 12
	for _, at := range []int{20, random.IntN(len(body)), random.IntN(len(body)), len(body) - 700, reason, len(pdf) - 30} {
		damaged := bytes.Clone(pdf)
		damaged[at] ^= 1
		if got := tool(t, damaged, "pdfsig", "FILE"); strings.Contains(got, "Signature is Valid") {
			t.Errorf("byte %d of %d changed, and pdfsig says:\n%s", at, len(pdf), got)
		}
	}
}

func TestWhatIsAddedOrCutOffIsFound(t *testing.T) {
	t.Parallel()
	_, cert := seal(t)
	pdf := signed(t, render(t, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{}))
	later := fmt.Sprintf("9 0 obj\n<</Type/Page>>\nendobj\nxref\n9 1\n%010d 00000 n \ntrailer\n<</Size 30/Root 9 0 R/Prev 1>>\nstartxref\n%d\n%%%%EOF\n", len(pdf), len(pdf))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"a line feed at the end": {append(bytes.Clone(pdf), '\n'), ErrAppended},
		"a zero at the end":      {append(bytes.Clone(pdf), 0), ErrAppended},
		"a later update":         {append(bytes.Clone(pdf), later...), ErrAppended},
		"the same again":         {append(bytes.Clone(pdf), pdf...), ErrAppended},
		"a byte before":          {append([]byte{'\n'}, pdf...), ErrChanged},
		"the last byte missing":  {pdf[:len(pdf)-1], ErrCut},
		"the last page missing":  {pdf[:len(pdf)-300], ErrCut},
		"half of it":             {pdf[:len(pdf)/2], ErrUnsigned},
		"nothing":                {nil, ErrUnsigned},
		"never signed":           {render(t, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{}), ErrUnsigned},
	} {
		if _, err := Verify(c.file, pool(cert)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if got := tool(t, append(bytes.Clone(pdf), later...), "pdfsig", "FILE"); strings.Contains(got, "Total document signed") {
		t.Errorf("pdfsig overlooks a later update:\n%s", got)
	}
}

// Even the Holder's own key cannot sign less than the whole file.
func TestASignatureOverAPartIsNotValid(t *testing.T) {
	t.Parallel()
	key, cert := seal(t)
	for name, part := range map[string]func(from, to, size int) (a, b, c int){
		"the end left out":     func(from, to, size int) (int, int, int) { return from, to, size - to - 40 },
		"a gap after the seal": func(from, to, size int) (int, int, int) { return from, to + 30, size - to - 30 },
		"a gap before it":      func(from, to, size int) (int, int, int) { return from - 30, to, size - to },
		"more than there is":   func(from, to, size int) (int, int, int) { return from, to, size - to + 1 },
		"overlapping":          func(from, to, size int) (int, int, int) { return from, from, size - from },
	} {
		file, err := withField(render(t, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{}), cert, noon, "", "")
		if err != nil {
			t.Fatal(err)
		}
		from := bytes.Index(file, []byte(rangeMark)) + rangeSize - 1
		to := from + room + 2
		a, b, c := part(from, to, len(file))
		copy(file[from-rangeSize+1:], fmt.Sprintf(rangeForm, a, b, c))
		der, err := signCMS(digestOf(file[:min(len(file), b+c)], a, b), key, cert)
		if err != nil {
			t.Fatal(err)
		}
		copy(file[from+1:], fmt.Sprintf("%x", der))
		if _, err := Verify(file, pool(cert)); err == nil {
			t.Errorf("%s: valid", name)
		}
	}
}

func TestKeysThatReadersKnow(t *testing.T) {
	t.Parallel()
	big, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := NewCertificate("telecom.example/rsa", big, ValidFrom, ValidTo)
	if err != nil {
		t.Fatal(err)
	}
	body := render(t, received(privacy.Russian), privacy.Russian, Options{})
	pdf, err := Sign(body, big, cert, noon, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(pdf, pool(cert)); err != nil {
		t.Error(err)
	}
	if got := tool(t, pdf, "pdfsig", "FILE"); !strings.Contains(got, "Signature is Valid") {
		t.Errorf("pdfsig of RSA: %s", got)
	}
	_, modern, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewCertificate("x", modern, ValidFrom, ValidTo); err == nil {
		t.Error("a certificate was made for a key that PDF readers do not know")
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, sign := range map[string]func() error{
		"another's certificate": func() error { _, err := Sign(body, other, cert, noon, "", ""); return err },
		"before the certificate begins": func() error {
			_, err := Sign(body, big, cert, ValidFrom.Add(-time.Second), "", "")
			return err
		},
		"signed already":  func() error { _, err := Sign(pdf, big, cert, noon, "", ""); return err },
		"no PDF":          func() error { _, err := Sign([]byte("Hello"), big, cert, noon, "", ""); return err },
		"half of a paper": func() error { _, err := Sign(body[:len(body)/2], big, cert, noon, "", ""); return err },
	} {
		if err := sign(); privacy.CodeOf(err) != privacy.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACertificateIsTheSameEachTimeAndReadBack(t *testing.T) {
	t.Parallel()
	_, one := seal(t)
	_, two := seal(t)
	if !one.Equal(two) || Fingerprint(one) != Fingerprint(two) || len(Fingerprint(one)) != 79 {
		t.Error("the same key and name give another certificate")
	}
	for name, file := range map[string][]byte{"PEM": EncodeCertificate(one), "DER": one.Raw} {
		got, err := ReadCertificates(file)
		if err != nil || len(got) != 1 || !got[0].Equal(one) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, file := range map[string]string{
		"nothing else": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "a broken one": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "text": "hello",
	} {
		if _, err := ReadCertificates([]byte(file)); err == nil {
			t.Errorf("%s was read as a certificate", name)
		}
	}
}

// A certificate that has run out, or had not begun, when the paper was signed
// vouches for nothing; one that runs out later still does.
func TestTheCertificateIsAskedAboutTheTimeOfSigning(t *testing.T) {
	t.Parallel()
	key, _ := seal(t)
	short, err := NewCertificate("telecom.example/documents", key, noon.Add(-time.Hour), noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	body := render(t, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{})
	pdf, err := Sign(body, key, short, noon, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(pdf, pool(short)); err != nil {
		t.Error(err)
	}
	if _, err := Sign(body, key, short, noon.Add(2*time.Hour), "", ""); err == nil {
		t.Error("signed under a certificate that had run out")
	}
}

func FuzzVerify(f *testing.F) {
	_, cert := seal(f)
	pdf := signed(f, render(f, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{}))
	at := bytes.Index(pdf, []byte("\n/Type /Catalog"))
	f.Add(pdf[at:])
	f.Add(pdf[bytes.Index(pdf, []byte("/ByteRange")):])
	f.Add([]byte("%PDF-1.3\n/ByteRange[0 0000000012 0000000011 9999999999]/Contents<"))
	f.Add([]byte("%PDF-1.7 /ByteRange[0 0 0 0]"))
	roots := pool(cert)
	f.Fuzz(func(t *testing.T, end []byte) {
		for _, file := range [][]byte{end, append(bytes.Clone(pdf[:at]), end...)} {
			if _, err := Verify(file, roots); err == nil && !bytes.Equal(file, pdf) {
				t.Error("what was never signed is valid")
			}
		}
	})
}

func FuzzSign(f *testing.F) {
	key, cert := seal(f)
	pdf := render(f, received(privacy.Kyrgyz), privacy.Kyrgyz, Options{})
	at := bytes.LastIndex(pdf, []byte("/Type /Catalog"))
	f.Add(pdf[at:])
	f.Add([]byte("xref\n0 1\ntrailer\n<<\n>>\nstartxref\n0\n%%EOF\n"))
	roots := pool(cert)
	f.Fuzz(func(t *testing.T, end []byte) {
		out, err := Sign(append(bytes.Clone(pdf[:at]), end...), key, cert, noon, "", "")
		if err != nil {
			return
		}
		if _, err := Verify(out, roots); err != nil {
			t.Errorf("what was just signed is not valid: %v", err)
		}
	})
}

func TestTheFontIsVendoredWithItsLicence(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("font", "LICENSE.txt"))
	if err != nil || !bytes.Contains(text, []byte("ParaType")) {
		t.Errorf("the font's licence is not beside it: %v", err)
	}
	for _, r := range "ҢӨҮңөүЁё№—«»“”„…" {
		if !drawn[r] {
			t.Errorf("the font lacks %c", r)
		}
	}
	if drawn['中'] {
		t.Error("the font claims what it cannot draw")
	}
}
