package policyfile

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kupuya/internal/law"
)

const lawPack = "../../policies/law-kg"

// shippedLaw loads the law that the project ships.
func shippedLaw(t *testing.T) *law.Registry {
	t.Helper()
	r, err := LoadLaw(os.DirFS(lawPack))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02T15:04", s, law.Bishkek)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every row of the table of terms, and nothing else.
func TestTheShippedDeadlinesAreThoseOfTheLaw(t *testing.T) {
	t.Parallel()
	want := strings.Fields(`
		info_on_request:request_received:7wd     info_other_source:data_received:7wd
		info_from_subject:<first_write:now       access_or_copy:request_received:7wd
		rectify_answer:request_or_change:7wd     objection_decision:request_received:7wd
		objection_stop:request_received:now      restriction_set:ground:now
		restriction_notice:set_or_lift_day:1wd   erase:ground:now
		portability:request_received:7wd         complaint_fix:complaint:5wd
		agreement_change:user_notified:1mo+      orphan_delete:refusal:jan1+2
		incident_regulator:detected:72h          incident_processor:detected:48h
		maintenance_notice:<work:3wd+            key_compromise:known:1wd
		legacy_access:request_received:7d        legacy_refusal:request_received:7d
		legacy_regulator:request_received:7d     legacy_transfer_notice:transfer:7d
		tax_hold:tax_due:6y                      civil_claims_hold:relation_end:3y`)
	var got []string
	for _, d := range shippedLaw(t).Deadlines() {
		event := string(d.From)
		if d.Before != "" {
			event = "<" + string(d.Before)
		}
		row := string(d.ID) + ":" + event + ":" + d.Term.String()
		if d.Min {
			row += "+"
		}
		got = append(got, row)
		if legacy := strings.HasPrefix(string(d.ID), "legacy_"); legacy != (d.Regime == law.Law58) {
			t.Errorf("%s stands under regime %q", d.ID, d.Regime)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
}

// The vectors of the law, on the data as shipped: what is still to be
// confirmed of a year's days off must not move a duty later.
func TestTheShippedLawCountsTheVectors(t *testing.T) {
	t.Parallel()
	r := shippedLaw(t)
	for _, tt := range []struct {
		id             law.DeadlineID
		at, last, late string
	}{
		{"access_or_copy", "2026-11-20T10:00", "2026-12-01", "2026-12-02T00:00"},
		{"complaint_fix", "2026-11-20T10:00", "2026-11-27", "2026-11-28T00:00"},
		{"restriction_notice", "2026-11-20T10:00", "2026-11-23", "2026-11-24T00:00"},
		{"info_on_request", "2026-12-28T10:00", "2027-01-08", "2027-01-09T00:00"},
		{"agreement_change", "2027-01-31T10:00", "2027-03-01", "2027-03-02T00:00"},
		{"orphan_delete", "2026-03-10T10:00", "2027-12-31", "2028-01-01T00:00"},
		{"incident_regulator", "2026-11-20T23:30", "2026-11-23", "2026-11-23T23:30"},
		{"incident_processor", "2026-11-20T23:30", "2026-11-22", "2026-11-22T23:30"},
		{"legacy_access", "2026-11-20T10:00", "2026-11-27", "2026-11-28T00:00"},
		{"erase", "2026-11-21T10:00", "2026-11-21", "2026-11-21T10:00"},
		{"maintenance_notice", "2026-11-27T02:00", "2026-11-23", "2026-11-24T00:00"},
		{"info_from_subject", "2026-11-27T02:00", "2026-11-27", "2026-11-27T02:00"},
	} {
		got, err := r.Due(tt.id, moment(t, tt.at))
		if err != nil || got.LastDay.String() != tt.last || !got.End.Equal(moment(t, tt.late)) {
			t.Errorf("%s: got %s, %s, %v; want %s", tt.id, got.LastDay, got.End, err, tt.last)
		}
	}
	// A notice, though, must last through every day that may be off: 1 May
	// 2027 is a Saturday of the May holidays, 10 May the first day after them.
	if got, err := r.Due("agreement_change", moment(t, "2027-04-01T10:00")); err != nil || got.LastDay.String() != "2027-05-10" || len(got.Unsure) == 0 {
		t.Errorf("notice through %s, unsure of %v, %v", got.LastDay, got.Unsure, err)
	}
}

func TestTheShippedActs(t *testing.T) {
	t.Parallel()
	r := shippedLaw(t)
	now := moment(t, "2026-11-23T12:00")
	for id, want := range map[law.ActID]bool{
		"dc": true, "cc": true, "tax": true, "constitution": true, "offences": true, "penal": true, "law179": true,
		"law58": false, "law128": false, "communications": false, "rules97": false, "decree759": false, "decree760": false, "res638": false,
	} {
		if _, ok := r.Act(id); !ok || r.InForce(id, now) != want {
			t.Errorf("%s: known %v, in force %v, want %v", id, ok, !want, want)
		}
	}
	if !r.InForce("rules97", moment(t, "2024-03-24T23:59")) || r.InForce("rules97", moment(t, "2024-03-25T00:00")) {
		t.Error("the rules of mobile service do not end on 25 March 2024")
	}
	if r.Regime(moment(t, "2026-02-04T23:59")) != law.Law58 || r.Regime(moment(t, "2026-02-05T00:00")) != law.DC {
		t.Error("the regimes do not meet on 5 February 2026")
	}
	for _, a := range r.Acts() {
		if a.CheckedBy == "counsel" {
			t.Errorf("%s: no lawyer has checked anything yet", a.ID)
		}
	}
}

func TestTheShippedHoldsLeaveWhatNobodyFoundEmpty(t *testing.T) {
	t.Parallel()
	r := shippedLaw(t)
	for id, want := range map[law.HoldID]string{"tax": "6y", "civil": "3y", "subscriber": "", "traffic": ""} {
		h, ok := r.Hold(id)
		if !ok || h.Term.String() != want || h.NeedsCounsel != (want == "") {
			t.Errorf("%s: %+v", id, h)
		}
	}
	var unset int
	for _, w := range r.Warnings(moment(t, "2026-11-23T12:00")) {
		if w.Code == law.WarnHoldUnset {
			unset++
		}
	}
	if unset != 2 {
		t.Errorf("%d holds are reported as unset", unset)
	}
}

// lawFiles is the shipped law in memory, with one replacement in one file.
func lawFiles(t testing.TB, file, old, fresh string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{actsFile, deadlinesFile, holidaysFile, holdsFile} {
		data, err := fs.ReadFile(os.DirFS(lawPack), name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			if !bytes.Contains(data, []byte(old)) {
				t.Fatalf("%s does not contain %q", name, old)
			}
			data = bytes.Replace(data, []byte(old), []byte(fresh), 1)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

func TestLoadLawRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, old, fresh, at, msg string }{
		{"an unknown key", actsFile, "kind: code", "sort: code", "kind-line", "unknown field"},
		{"a key given twice", deadlinesFile, "    term: 7wd\n", "    term: 7wd\n    term: 5wd\n", "", "already defined"},
		{"a day that does not exist", actsFile, "adopted: 2025-07-31", "adopted: 2025-06-31", "value", "not a day"},
		{"a term that is none", deadlinesFile, "term: 7wd", "term: 7 working days", "value", "not a term"},
		{"a day off that does not exist", holidaysFile, "date: 2026-01-01", "date: 2026-01-32", "", "not a day"},
		{"an id given twice", deadlinesFile, "id: info_other_source", "id: info_on_request", "entry", "twice"},
		{"an act that nobody lists", deadlinesFile, "act: dc, article: \"73 p.2(3)\"", "act: dcx, article: \"73 p.2(3)\"", "", "dcx"},
		{"an article that nobody lists", holdsFile, "article: \"98 p.2\"", "article: \"99 p.2\"", "", "does not list"},
		{"an interval that ends before it begins", actsFile, "from: 2026-02-05\n    source", "from: 2026-02-05\n    to: 2026-02-04\n    source", "", "before it begins"},
		{"a guess where counsel is needed", holdsFile, "needs_counsel: true", "needs_counsel: true\n    term: 3y", "", "needs counsel"},
		{"a year given twice", holidaysFile, "year: 2027", "year: 2026", "", "twice"},
		{"a missing language", deadlinesFile, "      en: \"Block the data\"\n", "", "", "ky, ru and en"},
		{"no regime", actsFile, "regimes:", "regimes: []\nacts: []\nold:", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := lawFiles(t, tt.file, tt.old, tt.fresh)
			_, err := LoadLaw(files)
			var fe *FileError
			if !errors.As(err, &fe) {
				t.Fatalf("got %v, want a *FileError", err)
			}
			if fe.File != tt.file || fe.Line == 0 || fe.Column == 0 || !strings.Contains(fe.Msg, tt.msg) {
				t.Errorf("got %v, want %s with a place, and %q", fe, tt.file, tt.msg)
			}
			line := strings.Split(string(files[tt.file].Data), "\n")[fe.Line-1]
			first := strings.SplitN(tt.fresh, "\n", 2)[0]
			switch tt.at {
			case "kind-line", "entry":
				if !strings.Contains(line, first) {
					t.Errorf("shown at line %d, %q", fe.Line, line)
				}
			case "value":
				_, value, _ := strings.Cut(first, ": ")
				if runes := []rune(line); !strings.HasPrefix(string(runes[fe.Column-1:]), value) {
					t.Errorf("shown at %d:%d, %q", fe.Line, fe.Column, line)
				}
			}
		})
	}
}

func TestLoadLawNeedsAllFourFiles(t *testing.T) {
	t.Parallel()
	whole := lawFiles(t, "", "", "")
	if _, err := LoadLaw(whole); err != nil {
		t.Fatal(err)
	}
	for name := range whole {
		files := maps.Clone(whole)
		delete(files, name)
		if _, err := LoadLaw(files); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func FuzzLoadLaw(f *testing.F) {
	whole := lawFiles(f, "", "", "")
	f.Add("regimes: []\nacts: []\n", "deadlines: []\n", "years: []\n", "holds: []\n")
	f.Add("acts:\n  - {id: dc, from: 2026-02-05}\n", "deadlines: [{id: x, term: 7wd}]", "years: [{year: 1, off: [{date: 0001-01-01}]}]", "holds: [{term: 6y}]")
	f.Add("", string(whole[deadlinesFile].Data[:2000]), string(whole[holidaysFile].Data), "")
	f.Fuzz(func(t *testing.T, acts, deadlines, holidays, holds string) {
		files := maps.Clone(whole)
		for name, text := range map[string]string{actsFile: acts, deadlinesFile: deadlines, holidaysFile: holidays, holdsFile: holds} {
			if text != "" { // an empty input keeps the shipped file, so that the others are reached
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		r, err := LoadLaw(files)
		var fe *FileError
		if err != nil && !errors.As(err, &fe) {
			t.Fatalf("not a *FileError: %v", err)
		}
		if err == nil && r.Regime(time.Unix(0, 0)) == "" {
			t.Fatal("a law without a regime was taken")
		}
	})
}
