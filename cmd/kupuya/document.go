package main

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"kupuya/internal/document"
	"kupuya/internal/vault"
)

type documentCmd struct {
	Verify documentVerifyCmd `cmd:"" help:"Verify a signed PDF offline; exit status 1 when a byte was changed, added or cut off."`
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
