package backup

import (
	"bytes"
	"context"
	"strings"
)

// Search reads a whole backup and counts the members in which each of the given
// byte strings stands. It is how a canary is looked for: somebody made up whose
// data must not be found.
func Search(ctx context.Context, path string, needles map[string]string) (map[string]int, Manifest, error) {
	found := map[string]int{}
	m, err := each(ctx, path, func(_ *reader, name string, b []byte) error {
		for needle, what := range needles {
			if bytes.Contains(b, []byte(needle)) || strings.Contains(name, needle) {
				found[what]++
			}
		}
		return nil
	})
	return found, m, err
}
