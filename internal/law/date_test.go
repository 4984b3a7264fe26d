package law

import (
	"encoding/json"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"pgregory.net/rapid"
)

func TestParseDateTakesOnlyDaysThatExist(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2026-02-05", "2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"} {
		if d := day(t, s); d.String() != s {
			t.Errorf("%s came back as %s", s, d)
		}
	}
	for _, s := range []string{
		"", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01",
		"2026-2-5", "26-02-05", "2026/02/05", "05.02.2026", " 2026-02-05", "2026-02-05 ", "2026-02-05T00:00:00Z",
		"+2026-02-05", "-001-02-05", "12026-02-05", "２026-02-05", "2026-02-0x",
	} {
		if d, err := ParseDate(s); privacy.CodeOf(err) != privacy.BadValue || !d.IsZero() {
			t.Errorf("%q gave %s, %v", s, d, err)
		}
	}
}

func TestDateOfIsTheDayInBishkek(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, utc, want string }{
		{"before midnight in Bishkek", "2026-02-04T17:59:59Z", "2026-02-04"},
		{"midnight in Bishkek is already the next day", "2026-02-04T18:00:00Z", "2026-02-05"},
		{"the zone of the argument does not matter", "2026-02-04T08:00:00-10:00", "2026-02-05"},
		{"there is no summer time", "2026-07-04T18:00:00Z", "2026-07-05"},
	} {
		m, err := time.Parse(time.RFC3339, tt.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(m).String(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if s := day(t, "2026-02-05").Start(); s.Format(time.RFC3339) != "2026-02-04T18:00:00Z" {
		t.Errorf("5 February begins at %s", s)
	}
}

func TestDateGoesThroughText(t *testing.T) {
	t.Parallel()
	type row struct {
		From Date `json:"from"`
		To   Date `json:"to,omitzero"`
	}
	in := row{From: day(t, "2026-02-05")}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"from":"2026-02-05"}` {
		t.Fatalf("%s, %v", b, err)
	}
	out := row{To: day(t, "2020-01-01")}
	if err := json.Unmarshal([]byte(`{"from":"2026-02-05","to":""}`), &out); err != nil || out != in {
		t.Errorf("read %v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"from":"2026-02-31"}`), &out); err == nil {
		t.Error("31 February was read")
	}
}

func TestAddMonthsKeepsTheNumberOrTakesTheLastDay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2027-01-31", 1, "2027-02-28"},
		{"2028-01-31", 1, "2028-02-29"},
		{"2026-03-31", 1, "2026-04-30"},
		{"2026-04-30", 1, "2026-05-30"},
		{"2026-11-30", 3, "2027-02-28"},
		{"2026-12-15", 1, "2027-01-15"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
	} {
		if got := day(t, tt.from).AddMonths(tt.n); got.String() != tt.want {
			t.Errorf("%s + %d months is %s, want %s", tt.from, tt.n, got, tt.want)
		}
	}
}

func TestBirthdayAndAge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, born string
		n          int
		want       string
	}{
		{"fourteen on the same number", "2012-11-23", 14, "2026-11-23"},
		{"sixteen", "2010-01-01", 16, "2026-01-01"},
		{"eighteen, born on 29 February, in a common year", "2008-02-29", 18, "2026-03-01"},
		{"twenty, born on 29 February, in a leap year", "2008-02-29", 20, "2028-02-29"},
		{"born on 28 February, in a leap year", "2006-02-28", 18, "2024-02-28"},
	} {
		got := Birthday(day(t, tt.born), tt.n)
		if got.String() != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		if a := Age(day(t, tt.born), got.Start()); a != tt.n {
			t.Errorf("%s: on that day he is %d", tt.name, a)
		}
		if a := Age(day(t, tt.born), got.Start().Add(-time.Millisecond)); a != tt.n-1 {
			t.Errorf("%s: a moment before he is %d, want %d", tt.name, a, tt.n-1)
		}
	}
	if a := Age(day(t, "2026-11-24"), at(t, "2026-11-23T12:00")); a >= 0 {
		t.Errorf("somebody not yet born is %d", a)
	}
}

func TestAgeNeverGoesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		born := Date{1950, 1, 1}.AddDays(rapid.IntRange(0, 30_000).Draw(t, "born"))
		n := rapid.IntRange(0, 110).Draw(t, "years")
		turn := Birthday(born, n)
		if Age(born, turn.Start()) != n || Age(born, turn.Start().Add(-1)) != n-1 {
			t.Fatalf("born %s turns %d on %s", born, n, turn)
		}
		if got, err := ParseDate(turn.String()); err != nil || got != turn {
			t.Fatalf("%s reads back as %s, %v", turn, got, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-02-05", "2026-02-29", "0000-00-00", "２026-02-05"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil && d.String() != s {
			t.Errorf("%q was read as %s", s, d)
		}
	})
}
