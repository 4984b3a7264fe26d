// Command run starts one private PostgreSQL, runs a command with
// KUPUYA_TEST_DSN set to it, and stops it: run -- go test ./...
package main

import (
	"fmt"
	"os"

	"kupuya/internal/store/pgtest"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	code, err := pgtest.Serve(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}
