package pgtest

import "syscall"

// inMemory is a directory in memory with room for clusters; "" where there is none.
var inMemory = func() string {
	const dir = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < 1<<30 {
		return ""
	}
	return dir
}()

// childOf makes a process end with ours, however ours ends, and runs it as a
// servant when we are root.
func childOf() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} // to postgres: at once
	if uid, gid, ok := servant(); ok {
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return attr
}
