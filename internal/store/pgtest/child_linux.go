package pgtest

import "syscall"

// childOf makes a process end with ours, however ours ends, and runs it as a
// servant when we are root.
func childOf() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} // to postgres: at once
	if uid, gid, ok := servant(); ok {
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return attr
}
