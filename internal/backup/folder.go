package backup

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Name is the file of a backup of a kind begun at a moment, in a folder.
func Name(folder, kind string, made time.Time) string {
	return filepath.Join(folder, "kupuya-"+kind+"-"+made.UTC().Format("20060102T150405.000Z")+Extension)
}

// Found is a backup in a folder.
type Found struct {
	Path   string
	Header Header
}

// List gives the backups of a kind in a folder, newest first. What is no backup,
// or not wholly written, is left out.
func List(folder, kind string) ([]Found, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	var out []Found
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), Extension) {
			continue
		}
		path := filepath.Join(folder, e.Name())
		head, err := Open(path)
		switch {
		case errors.Is(err, ErrNone), errors.Is(err, ErrNewer):
		case err != nil:
			return nil, err
		case head.Kind == kind:
			out = append(out, Found{path, head})
		}
	}
	slices.SortFunc(out, func(a, b Found) int {
		return cmp.Or(b.Header.Made.Compare(a.Header.Made), strings.Compare(b.Path, a.Path))
	})
	return out, nil
}

// Newest gives the newest backup of a kind in a folder; ErrNoBackup.
func Newest(folder, kind string) (Found, error) {
	all, err := List(folder, kind)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s: %w", folder, ErrNoBackup)
	}
	if err != nil {
		return Found{}, err
	}
	return all[0], nil
}

// Tidy removes what backups that were broken off have left in a folder. Call it
// when none is being written there.
func Tidy(folder string) error {
	left, err := filepath.Glob(filepath.Join(folder, "*"+Extension+partial))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
