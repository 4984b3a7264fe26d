package main

import (
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kupuya/internal/document"
	"kupuya/internal/privacy"
	"kupuya/internal/vault"
)

// paper writes a paper for scripts: paper KEYS OUT.
func paper(ts *testscript.TestScript, _ bool, args []string) {
	keys, err := vault.OpenFile(ts.MkAbs(args[0]), "test")
	ts.Check(err)
	key, cert, err := documentSeal(keys, "mega24.kg/ledger")
	ts.Check(err)
	at := time.Date(2026, 11, 25, 6, 0, 0, 0, time.UTC)
	d, err := document.Received{
		Head: document.Head{
			Number: "1", Date: at, Holder: document.Holder{Name: "Example Telecom", Address: "Bishkek"},
			Proof: document.Proof{Certificate: document.Fingerprint(cert)},
		},
		Request: document.Request{Number: "7", Kind: document.RequestWithdraw, Received: at, Channel: privacy.ChannelLetter, Due: at},
	}.Document(privacy.Kyrgyz)
	ts.Check(err)
	pdf, err := document.Render(d, privacy.Kyrgyz, document.Options{})
	ts.Check(err)
	pdf, err = document.Sign(pdf, key, cert, at, "Receipt", "Bishkek")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), pdf, 0o600))
}
