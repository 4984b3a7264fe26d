package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// bar shows how far long work has come: a bar in place on a terminal, a plain
// line for every tenth elsewhere.
type bar struct {
	out      io.Writer
	terminal bool
	stage    string
	tenth    int64
	shown    bool
}

func newBar(out io.Writer) *bar {
	b := &bar{out: out}
	if f, ok := out.(*os.File); ok {
		if st, err := f.Stat(); err == nil {
			b.terminal = st.Mode()&os.ModeCharDevice != 0
		}
	}
	return b
}

const barWidth = 30

// show shows that so much of a stage is done.
func (b *bar) show(stage string, done, total int64) {
	if stage != b.stage {
		b.end()
		b.stage, b.tenth = stage, 0
	}
	total = max(total, 1)
	done = min(done, total)
	if b.terminal {
		full := int(done * barWidth / total)
		fmt.Fprintf(b.out, "\r[%s%s] %3d %%  %s of %s %s ", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), done*100/total,
			grouped(done), grouped(total), stage)
		b.shown = true
		return
	}
	if tenth := done * 10 / total; tenth > b.tenth {
		b.tenth = tenth
		fmt.Fprintf(b.out, "%s of %s %s\n", grouped(done), grouped(total), stage)
	}
}

// end leaves the last bar where it stands.
func (b *bar) end() {
	if b.shown {
		fmt.Fprintln(b.out)
	}
	b.shown = false
}
