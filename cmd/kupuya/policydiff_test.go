package main

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

func TestLinesAreNeverTooWideAndLoseNothing(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "бир эки үч", strings.Repeat("узун", 30), "a " + strings.Repeat("b", 25) + " c", "x\ty\nz"} {
		for _, wide := range []int{1, 7, 40} {
			lines := wrap(s, wide)
			for _, l := range lines {
				if utf8.RuneCountInString(l) > wide || !utf8.ValidString(l) {
					t.Errorf("%q at %d: the line %q", s, wide, l)
				}
			}
			if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.Join(strings.Fields(s), ""); got != want {
				t.Errorf("%q at %d became %q", s, wide, got)
			}
		}
	}
}

// A colour that begins on one line ends with it and begins again on the next.
func TestColourNeverLeavesItsColumn(t *testing.T) {
	t.Parallel()
	text := diffText{colour: true}
	got := text.paint([]string{"a [-b", "c-] d {+e+}", "f"})
	want := []string{"a \x1b[31m[-b\x1b[0m", "\x1b[31mc-]\x1b[0m d \x1b[32m{+e+}\x1b[0m", "f"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if plain := (&diffText{}).paint([]string{"[-b-]"}); plain[0] != "[-b-]" {
		t.Errorf("%q without colour", plain)
	}
}

// The words of a pack cannot steer the terminal of whoever compares it.
func TestAPackCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	evil := "a\x1b]0;x\x07\u009b31m\r"
	words := privacy.Words{Ky: evil, Ru: evil, En: evil}
	r := diff.Report{
		From: "a", To: "b",
		Changes: []diff.Change{{Kind: "purpose.added", Path: evil, Purpose: "P1", Before: evil, After: evil, Was: words, Is: privacy.Words{Ky: "b"}, Clause: privacy.ClauseID(evil)}},
		Texts:   diff.Texts{{ID: privacy.ClauseID(evil), State: diff.Added, In: map[privacy.Lang][]diff.Piece{privacy.Kyrgyz: {{State: diff.Added, Text: evil}}}}},
		Names:   diff.Names{Purposes: map[privacy.PurposeID]privacy.Words{"P1": words}},
	}
	for _, wide := range []int{60, 120} {
		text := diffText{lang: privacy.English, wide: wide}
		text.report(&r)
		if i := strings.IndexFunc(text.String(), func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }); i >= 0 {
			t.Errorf("%q", text.String()[max(0, i-20):i+5])
		}
	}
}
