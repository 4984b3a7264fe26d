package main

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/document"
	"kupuya/internal/evidence"
	"kupuya/internal/privacy"
	"kupuya/internal/vault"
)

type documentCmd struct {
	Verify      documentVerifyCmd      `cmd:"" help:"Verify a signed PDF offline; exit status 1 when a byte was changed, added or cut off."`
	Certificate documentCertificateCmd `cmd:"" help:"Make the paper of a certificate of destruction: a signed PDF."`
}

type documentCertificateCmd struct {
	Receipt string `arg:"" help:"The certificate as destroying gave it." type:"existingfile"`
	keyFlags
	packFlags
	Lang  string `help:"ky, ru or en." enum:"ky,ru,en" default:"ky"`
	Large bool   `help:"Large print."`
	Out   string `help:"File to write." required:"" type:"path" placeholder:"FILE"`
}

// packFlags name the edition whose words a paper uses.
type packFlags struct {
	Pack string `help:"Folder of the pack, or one that comes with the program: for the titles of categories." default:"mega24/2026-1"`
	Law  string `help:"Folder of the law registry; the program's own when left out." type:"path"`
}

// Run verifies the certificate before it puts it on paper. (law 4.4)
func (c *documentCertificateCmd) Run(s streams) error {
	raw, err := os.ReadFile(c.Receipt)
	if err != nil {
		return err
	}
	secret, err := passphrase()
	if err != nil {
		return err
	}
	keys, err := vault.OpenFile(c.KeysFile, secret)
	if err != nil {
		return fmt.Errorf("key file %s: %w", c.KeysFile, err)
	}
	_, public, err := keys.ReceiptKey(receiptName(c.Origin))
	if err != nil {
		return err
	}
	receipt, err := evidence.Verify(raw, public)
	if err != nil {
		return &exit{1, err}
	}
	now := clock.System{}.Now()
	_, ed, err := (&packFlag{Pack: c.Pack, Law: c.Law}).load(now)
	if err != nil {
		return &exit{1, err}
	}
	lang := privacy.Lang(c.Lang)
	paper, err := document.FromReceipt(receipt, headOf(&receipt, now), func(code string) string {
		if cat := ed.Category(privacy.CategoryID(code)); cat != nil {
			return cat.Title.In(lang)
		}
		return code
	})
	if err != nil {
		return &exit{1, err}
	}
	doc, err := paper.Document(lang)
	if err != nil {
		return err
	}
	return c.write(s, keys, doc, lang, now)
}

// headOf is the head of a paper about a receipt.
func headOf(r *evidence.Receipt, now time.Time) document.Head {
	return document.Head{
		Number: r.ID, Date: now, To: document.Addressee{Name: string(r.Stream)},
		Holder: document.Holder{Name: r.Holder.Name, Address: r.Holder.Address, Register: r.Holder.Register, Contact: r.Holder.Contact},
	}
}

// write renders, signs and writes a paper.
func (c *documentCertificateCmd) write(s streams, keys *vault.Sealed, doc document.Document, lang privacy.Lang, now time.Time) error {
	pdf, err := document.Render(doc, lang, document.Options{Large: c.Large})
	if err != nil {
		return err
	}
	key, cert, err := documentSeal(keys, c.Origin)
	if err != nil {
		return err
	}
	if pdf, err = document.Sign(pdf, key, cert, now, doc.Title, ""); err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, pdf, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "written to %s; verify it with: kupuya document verify %s --cert CERTIFICATE\n", c.Out, c.Out)
	return nil
}

type documentVerifyCmd struct {
	File string   `arg:"" help:"The paper." type:"existingfile"`
	Cert []string `help:"Certificate that is trusted, as keys certificate writes it." type:"existingfile" placeholder:"FILE"`
}

// Run verifies and says who signed. Without a certificate it can only say that
// nothing changed since somebody signed.
func (c *documentVerifyCmd) Run(s streams) error {
	pdf, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	roots, err := trusted(c.Cert)
	if err != nil {
		return err
	}
	sig, err := document.Verify(pdf, roots)
	if err != nil {
		fmt.Fprintf(s.out, "NOT VALID: %s\n", strings.TrimPrefix(err.Error(), "document: "))
		return &exit{1, errors.New("the paper is not valid")}
	}
	said := "OK: unchanged since it was signed by a trusted certificate"
	if !sig.Trusted {
		said = "UNCHANGED since it was signed, but nobody vouches for the signer: compare the fingerprint, or name a certificate with --cert"
	}
	fmt.Fprintf(s.out, "%s\nsigner      %q\nsigned      %s\nreason      %q\nlocation    %q\nfingerprint %s\n", said, sig.Certificate.Subject.CommonName,
		sig.At.Format("2006-01-02 15:04:05 MST"), sig.Reason, sig.Location, document.Fingerprint(sig.Certificate))
	return nil
}

// trusted reads certificates; none for no file.
func trusted(files []string) (*x509.CertPool, error) {
	if len(files) == 0 {
		return nil, nil
	}
	pool := x509.NewCertPool()
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		certs, err := document.ReadCertificates(raw)
		if err != nil {
			return nil, fmt.Errorf("--cert %s: %w", name, err)
		}
		for _, cert := range certs {
			pool.AddCert(cert)
		}
	}
	return pool, nil
}

type keysCertificateCmd struct {
	keyFlags
	Out string `help:"File to write; - for standard output." required:"" placeholder:"FILE"`
}

// Run writes the certificate by which anybody can verify papers.
func (c *keysCertificateCmd) Run(s streams) error {
	secret, err := passphrase()
	if err != nil {
		return err
	}
	keys, err := vault.OpenFile(c.KeysFile, secret)
	if err != nil {
		return fmt.Errorf("key file %s: %w", c.KeysFile, err)
	}
	_, cert, err := documentSeal(keys, c.Origin)
	if err != nil {
		return err
	}
	file := document.EncodeCertificate(cert)
	if c.Out == "-" {
		_, err := s.out.Write(file)
		return err
	}
	if err := os.WriteFile(c.Out, file, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "certificate of %s written to %s; verify papers with: kupuya document verify PAPER.pdf --cert %s\n", cert.Subject.CommonName, c.Out, c.Out)
	return nil
}

// documentSeal is the key that signs papers, with its certificate: the same
// from the same key file and origin.
func documentSeal(keys *vault.Sealed, origin string) (crypto.Signer, *x509.Certificate, error) {
	key, err := keys.DocumentKey()
	if err != nil {
		return nil, nil, err
	}
	name := strings.TrimSuffix(origin, "/ledger") + "/documents"
	cert, err := document.NewCertificate(name, key, document.ValidFrom, document.ValidTo)
	return key, cert, err
}
