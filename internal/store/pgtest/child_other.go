//go:build !linux

package pgtest

import "syscall"

// inMemory is known on Linux only.
const inMemory = ""

// childOf has nothing to ask of systems other than Linux: Main stops the server.
func childOf() *syscall.SysProcAttr { return nil }
