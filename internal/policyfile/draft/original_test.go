package draft

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/privacy"
)

// original reads the policy of the operator for which the house was built. It is
// no part of the repository: KUPUYA_ORIGINAL names it, or it lies beside the
// repository; without it the test is skipped.
func original(t *testing.T) *Text {
	t.Helper()
	names := []string{os.Getenv("KUPUYA_ORIGINAL")}
	found, _ := filepath.Glob("../../../../shared/policy/*.ky.txt")
	for _, name := range append(names, found...) {
		f, err := os.Open(name)
		if name == "" || err != nil {
			continue
		}
		defer f.Close()
		text, err := Read(name, f)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	t.Skip("the original policy is not here; name it in KUPUYA_ORIGINAL")
	return nil
}

// originalIDs are its clauses in reading order, as lawyers cite them.
var originalIDs = strings.Fields(`1.1 1.2a 1.2b 1.3 1.4
	2.0 2.1 2.2 2.3 2.3.1 2.3.2 2.3.3 2.3.4 2.3.5 2.3.6 2.3.7 2.3.8 2.3.9 2.3.10 2.3.11 2.3.12 2.3.13 2.4a 2.4b
	3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14 3.15 3.16 3.17 3.18 3.19 3.20 3.21
	4.1 4.2 4.3 4.4a 4.4b 4.5a 4.5b 5.0 5.1 5.2 5.3 6.1 6.2a 6.2b 6.3 6.4a 6.4b`)

func TestTheOriginalIsReadAsLawyersCiteIt(t *testing.T) {
	t.Parallel()
	text := original(t)
	d := makeDraft(t, text, privacy.Kyrgyz, nil)
	checkAccount(t, text, d)
	checkPack(t, d)
	var ids []string
	for _, c := range d.Text().Clauses {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, originalIDs) {
		t.Errorf("the clauses are %v", ids)
	}
	count, kinds := map[string]int{}, map[string][]string{}
	var ways []string
	letter := ""
	for _, r := range d.Text().Rows {
		count[r.Kind]++
		switch r.Kind {
		case RowOperation:
			kinds[r.ID] = r.Also
		case RowAcceptance:
			ways = append(ways, r.ID)
		case RowWithdrawal:
			if r.ID == "letter" {
				letter = r.Value
			}
		}
	}
	if count[RowCategory] != 13 || count[RowPurpose] != 20 || count[RowOperation] != 13 {
		t.Errorf("%d kinds of data, %d purposes, %d operations; want 13, 20, 13", count[RowCategory], count[RowPurpose], count[RowOperation])
	}
	if len(kinds["clarify"]) != 2 || len(kinds["transfer"]) != 3 {
		t.Errorf("the kinds of operations are %v", kinds)
	}
	if !slices.Equal(ways, []string{"sms", "drawn", "tick"}) {
		t.Errorf("the ways of accepting are %v", ways)
	}
	if !strings.HasSuffix(letter, ", 123") {
		t.Errorf("the letter goes to %q", letter)
	}
}

// The golden file of the original keeps ids, kinds, counts and hashes, and none of
// its sentences.
func TestTheOriginalIsReadAsBefore(t *testing.T) {
	t.Parallel()
	type kept struct {
		ID, Kind, Hash string
	}
	r := makeDraft(t, original(t), privacy.Kyrgyz, nil).Text()
	out := struct {
		Account Account
		Rows    map[string]int
		Clauses []kept
	}{Account: r.Account, Rows: map[string]int{}}
	for _, row := range r.Rows {
		out.Rows[row.Kind]++
	}
	for _, c := range r.Clauses {
		out.Clauses = append(out.Clauses, kept{c.ID, c.Kind, c.Hash[:16]})
	}
	data, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/original.golden.json", string(data)+"\n")
}
