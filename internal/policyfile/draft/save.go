package draft

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"kupuya/internal/policyfile"
)

// Earlier reads the report of an earlier import into a folder; nil where there
// was none.
func Earlier(dir string) (*Report, error) {
	f, err := os.Open(filepath.Join(dir, ReportFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, 8*maxPlain))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	r, err := ParseReport(data)
	if err != nil {
		return nil, foreign(filepath.Join(dir, ReportFile), "was not written by an import (%v); move it away, or import into another folder with --pack", err)
	}
	return r, nil
}

func foreign(file, format string, args ...any) error {
	err := refuse(file, problemForeign, place{}, format, args...)
	var fe *policyfile.FileError
	if errors.As(err, &fe) {
		fe.File = file
	}
	return err
}

// Save writes a draft into a folder and says which files it wrote. It writes over
// nothing but what an earlier import left there unchanged: a file that somebody
// has edited since stays, and the new one stands beside it with ".new" behind its
// name. A file of which no import knows stops everything before anything is
// written. Each file is whole or not there.
func Save(dir string, d *Draft) (wrote []string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	files := map[string][]byte{}
	for _, name := range sortedKeys(d.Files) {
		as, err := whereTo(dir, name, d.Report.Files)
		if err != nil {
			return nil, err
		}
		files[as] = d.Files[name]
		d.Report.Files[as] = append([]string{hashOf(string(d.Files[name]))}, d.Report.Files[as]...)
		d.Report.Files[as] = slices.Compact(d.Report.Files[as])
		if len(d.Report.Files[as]) > 2 { // this one, and the one before in case the machine stops now
			d.Report.Files[as] = d.Report.Files[as][:2]
		}
	}
	report, err := d.Report.Encode()
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	// The report first: it knows what the others were and what they will be.
	if err := replace(filepath.Join(dir, ReportFile), report); err != nil {
		return nil, err
	}
	wrote = append(wrote, ReportFile)
	for _, name := range sortedKeys(files) {
		if err := replace(filepath.Join(dir, name), files[name]); err != nil {
			return wrote, err
		}
		wrote = append(wrote, name)
	}
	return wrote, nil
}

// whereTo says under which name a file may be written: its own where nothing
// stands or an import wrote what stands there, with ".new" where that was edited.
func whereTo(dir, name string, known map[string][]string) (string, error) {
	for _, as := range []string{name, name + ".new"} {
		data, err := os.ReadFile(filepath.Join(dir, as))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return as, nil
		case err != nil:
			return "", fmt.Errorf("draft: %w", err)
		case slices.Contains(known[as], hashOf(string(data))):
			return as, nil
		case known[as] == nil:
			return "", foreign(filepath.Join(dir, as), "stands there and no import wrote it; move it away, or import into another folder with --pack")
		}
	}
	return "", foreign(filepath.Join(dir, name+".new"), "was edited since the last import, and so was %s; take over what you need and move it away", name)
}

// replace writes a file beside its place and puts it there in one step, so that
// nobody ever sees half of it.
func replace(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("draft: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
