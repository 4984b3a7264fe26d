// Command kupuya is the whole platform in one program: it serves the site, the
// interface and the console, publishes editions, destroys what must go, and
// proves all of it offline. Each command has a file of its own.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// commands is the one table of what the program does.
type commands struct {
	Serve     serveCmd     `cmd:"" help:"Serve the site and the interface on one listener, the console on another."`
	Demo      demoCmd      `cmd:"" help:"Serve everything on SQLite with made-up subscribers and a page that shows their SMS."`
	Policy    policyCmd    `cmd:"" help:"Check, show, pack or publish an edition."`
	Subject   subjectCmd   `cmd:"" help:"Extract or destroy what is held of one subject."`
	Ledger    ledgerCmd    `cmd:"" help:"Export, verify or prove the ledger."`
	Receipt   receiptCmd   `cmd:"" help:"Verify a receipt offline."`
	Document  documentCmd  `cmd:"" help:"Verify a signed paper offline."`
	Keys      keysCmd      `cmd:"" help:"Make the key file, show its public keys, begin a new epoch, or back up the key store."`
	Backup    backupCmd    `cmd:"" help:"Write a backup of the data, or look for traces of the destroyed in the newest."`
	Restore   restoreCmd   `cmd:"" help:"Put a backup of the data in place, and destroy again what was destroyed since."`
	Recipient recipientCmd `cmd:"" help:"The register of recipients: what was agreed, who is let in or cut off, what left."`
	Issue     issueCmd     `cmd:"" name:"credential" help:"Issue or revoke a bearer credential of a system or partner."`
	Version   versionCmd   `cmd:"" help:"Say which program this is."`
}

// streams are where commands read and write; tests give their own.
type streams struct {
	out, err io.Writer
}

// exit is an error with an exit status of its own.
type exit struct {
	status int
	err    error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

func main() { os.Exit(run(os.Args[1:], streams{os.Stdout, os.Stderr})) }

// run carries out one command line: 0 done, 1 the answer is no (a damaged
// ledger, a failed check), 2 the command line is off, 3 it could not be done.
func run(args []string, s streams) (status int) {
	var cmds commands
	stopped := -1
	parser, err := kong.New(&cmds, kong.Name("kupuya"),
		kong.Description("The platform a mobile operator runs behind its site and app so that its privacy policy is what the software does."),
		kong.UsageOnError(), kong.Writers(s.out, s.err), kong.Exit(func(code int) { stopped = code; panic(stop{}) }),
		kong.DefaultEnvars("KUPUYA"), kong.Bind(s))
	if err != nil {
		fmt.Fprintln(s.err, "kupuya:", err)
		return 3
	}
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(stop); !ok {
				panic(v)
			}
			status = stopped
		}
	}()
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.err, "kupuya: %v\nRun \"kupuya --help\" for what there is.\n", err)
		return 2
	}
	if err := ctx.Run(); err != nil {
		fmt.Fprintf(s.err, "kupuya: %s\n", explain(err))
		var e *exit
		if errors.As(err, &e) {
			return e.status
		}
		return 3
	}
	return 0
}

// stop ends parsing after --help.
type stop struct{}
