package law

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"pgregory.net/rapid"
)

func TestParseTermRoundTrips(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"now", "1h", "48h", "72h", "7d", "1wd", "3wd", "5wd", "7wd", "1mo", "3y", "6y", "jan1+2", "9999wd", "100y"} {
		if got := term(t, s).String(); got != s {
			t.Errorf("%s came back as %s", s, got)
		}
	}
	for _, s := range []string{
		"", "7", "wd", "0d", "-1d", "+7d", "07d", "7 wd", "7WD", " 7d", "7w", "1m", "1.5h", "10000d", "1201mo", "101y",
		"jan1", "jan1+0", "jan1+", "jan1-2", "jan1+02", "jan1+101", "now1", "nowd", "7dwd", "99999999999999999999d", "７d",
	} {
		if got, err := ParseTerm(s); privacy.CodeOf(err) != privacy.BadValue || !got.IsZero() {
			t.Errorf("%q gave %s, %v", s, got, err)
		}
	}
	var none Term
	if !none.IsZero() || none.String() != "" {
		t.Error("the zero value passes for a term")
	}
	if _, err := winter(t).Due(at(t, "2026-11-20T10:00"), none); privacy.CodeOf(err) != privacy.BadValue {
		t.Errorf("no term was counted: %v", err)
	}
}

// The vectors of the law, and around them.
func TestDue(t *testing.T) {
	t.Parallel()
	const winterNote = "2026-12-28T09:00"
	for _, tt := range []struct {
		name, from, term, last, end string
	}{
		{"seven working days from a Friday", "2026-11-20T10:00", "7wd", "2026-12-01", "2026-12-02T00:00"},
		{"five working days from a Friday", "2026-11-20T10:00", "5wd", "2026-11-27", "2026-11-28T00:00"},
		{"one working day from a Friday is Monday", "2026-11-20T10:00", "1wd", "2026-11-23", "2026-11-24T00:00"},
		{"working days over New Year and Christmas", winterNote, "7wd", "2027-01-08", "2027-01-09T00:00"},
		{"the last minute of a day in Bishkek counts as that day", "2026-11-20T23:59", "1wd", "2026-11-23", "2026-11-24T00:00"},
		{"the first minute of Saturday counts as Saturday", "2026-11-21T00:00", "1wd", "2026-11-23", "2026-11-24T00:00"},
		{"a request of Sunday", "2026-11-22T12:00", "7wd", "2026-12-01", "2026-12-02T00:00"},
		{"a week from a Friday ends on the next", "2026-11-20T10:00", "7d", "2026-11-27", "2026-11-28T00:00"},
		{"a week that ends on a Sunday moves to Monday", "2026-11-22T10:00", "7d", "2026-11-30", "2026-12-01T00:00"},
		{"a week over New Year", winterNote, "7d", "2027-01-04", "2027-01-05T00:00"},
		{"a week that ends on Christmas moves on", "2026-12-31T09:00", "7d", "2027-01-08", "2027-01-09T00:00"},
		{"a month from the 31st ends with February, moved off its Sunday", "2027-01-31T12:00", "1mo", "2027-03-01", "2027-03-02T00:00"},
		{"a month ends on the same number", "2026-11-20T12:00", "1mo", "2026-12-21", "2026-12-22T00:00"}, // 20 December is a Sunday
		{"a month that ends on a working day stays", "2026-11-23T12:00", "1mo", "2026-12-23", "2026-12-24T00:00"},
		{"three years", "2024-02-29T12:00", "3y", "2027-03-01", "2027-03-02T00:00"}, // 28 February 2027 is a Sunday
		{"the calendar year after the year of refusal is kept whole", "2026-03-10T12:00", "jan1+2", "2027-12-31", "2028-01-01T00:00"},
		{"refusal on the last evening of the year", "2026-12-31T23:59", "jan1+2", "2027-12-31", "2028-01-01T00:00"},
		{"refusal on New Year's morning", "2027-01-01T00:00", "jan1+2", "2028-12-31", "2029-01-01T00:00"},
		{"seventy-two hours over a weekend", "2026-11-20T23:30", "72h", "2026-11-23", "2026-11-23T23:30"},
		{"forty-eight hours to a midnight", "2026-11-20T00:00", "48h", "2026-11-21", "2026-11-22T00:00"},
		{"at once", "2026-11-21T15:04", "now", "2026-11-21", "2026-11-21T15:04"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := winter(t).Due(at(t, tt.from), term(t, tt.term))
			if err != nil {
				t.Fatal(err)
			}
			end := at(t, tt.end)
			if got.LastDay.String() != tt.last || !got.End.Equal(end) || got.End.Location() != time.UTC {
				t.Errorf("got %s, %s; want %s, %s", got.LastDay, got.End, tt.last, end)
			}
			if len(got.Unsure) != 0 {
				t.Errorf("unsure of %v", got.Unsure)
			}
			if got.Late(end.Add(-time.Millisecond)) || !got.Late(end) {
				t.Error("the end is on the wrong side")
			}
		})
	}
}

func TestIncidentClockIsExact(t *testing.T) {
	t.Parallel()
	from := at(t, "2026-11-20T23:30")
	due, err := winter(t).Due(from, term(t, "72h"))
	if err != nil {
		t.Fatal(err)
	}
	if due.Late(from.Add(71*time.Hour + 59*time.Minute)) {
		t.Error("late after 71:59")
	}
	if !due.Late(from.Add(72*time.Hour + time.Minute)) {
		t.Error("not late after 72:01")
	}
}

// C12: the answer to a request for access satisfies both regimes.
func TestEarlierSatisfiesBothRegimes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ from, week, working, want string }{
		{"2026-11-20T10:00", "2026-11-27", "2026-12-01", "2026-11-27"},
		{"2026-11-22T10:00", "2026-11-30", "2026-12-01", "2026-11-30"},
		{"2026-12-28T10:00", "2027-01-04", "2027-01-08", "2027-01-04"},
	} {
		c := winter(t)
		week, err := c.Due(at(t, tt.from), term(t, "7d"))
		if err != nil {
			t.Fatal(err)
		}
		working, err := c.Due(at(t, tt.from), term(t, "7wd"))
		if err != nil {
			t.Fatal(err)
		}
		if week.LastDay.String() != tt.week || working.LastDay.String() != tt.working {
			t.Errorf("from %s: a week ends %s, seven working days %s", tt.from, week.LastDay, working.LastDay)
		}
		for _, got := range []Due{Earlier(week, working), Earlier(working, week)} {
			if got.LastDay.String() != tt.want {
				t.Errorf("from %s: got %s, want %s", tt.from, got.LastDay, tt.want)
			}
		}
	}
	a := Due{End: at(t, "2026-01-01T00:00"), Unsure: []int{2028}}
	b := Due{End: at(t, "2026-01-02T00:00"), Unsure: []int{2026, 2028}}
	if got := Earlier(b, a); !slices.Equal(got.Unsure, []int{2026, 2028}) || !got.End.Equal(a.End) || len(a.Unsure) != 1 {
		t.Errorf("the doubts were not joined: %+v", got)
	}
}

func TestBefore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, when, term, last, end string }{
		{"three whole working days lie before work on Friday", "2026-11-27T02:00", "3wd", "2026-11-23", "2026-11-24T00:00"},
		{"the weekend does not count", "2026-11-24T02:00", "3wd", "2026-11-18", "2026-11-19T00:00"},
		{"nor does Christmas", "2027-01-08T02:00", "3wd", "2027-01-03", "2027-01-04T00:00"},
		{"calendar days", "2026-11-27T02:00", "3d", "2026-11-23", "2026-11-24T00:00"},
		{"hours", "2026-11-27T02:00", "3h", "2026-11-26", "2026-11-26T23:00"},
		{"up to the event itself", "2026-11-27T02:00", "now", "2026-11-27", "2026-11-27T02:00"},
	} {
		got, err := winter(t).Before(at(t, tt.when), term(t, tt.term))
		if err != nil || got.LastDay.String() != tt.last || !got.End.Equal(at(t, tt.end)) {
			t.Errorf("%s: got %s, %s, %v; want %s", tt.name, got.LastDay, got.End, err, tt.last)
		}
	}
	for _, s := range []string{"1mo", "1y", "jan1+2"} {
		if _, err := winter(t).Before(at(t, "2026-11-27T02:00"), term(t, s)); privacy.CodeOf(err) != privacy.BadValue {
			t.Errorf("%s was counted back: %v", s, err)
		}
	}
}

func TestYearsWithoutDataAreNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, term string
		want       []int
	}{
		{"2027-12-28T09:00", "7wd", []int{2028}},
		{"2025-12-28T09:00", "7wd", []int{2025}},
		{"2025-12-31T09:00", "7wd", nil}, // counting begins on 1 January
		{"2029-12-28T09:00", "7wd", []int{2029, 2030}},
		{"2027-12-28T09:00", "7d", []int{2028}},
		{"2026-11-20T09:00", "3y", []int{2029}},
		{"2026-11-20T09:00", "1mo", nil},
		{"2030-11-20T09:00", "72h", nil},
		{"2030-11-20T09:00", "jan1+2", nil},
	} {
		got, err := winter(t).Due(at(t, tt.from), term(t, tt.term))
		if err != nil || !slices.Equal(got.Unsure, tt.want) {
			t.Errorf("%s from %s: unsure of %v, want %v (%v)", tt.term, tt.from, got.Unsure, tt.want, err)
		}
	}
	if _, err := winter(t).Due(at(t, "9999-12-31T09:00"), term(t, "1d")); privacy.CodeOf(err) != privacy.BadValue {
		t.Errorf("a day of the year 10000 was given: %v", err)
	}
}

func TestMovedDays(t *testing.T) {
	t.Parallel()
	c, err := NewCalendar([]Year{{
		Year: 2026, Complete: true,
		Off:    []DayOff{{Date: day(t, "2026-01-01"), To: day(t, "2026-01-07"), Title: words("New Year")}, {Date: day(t, "2026-01-08"), Title: words("moved")}},
		Worked: []DayOff{{Date: day(t, "2026-02-07"), Title: words("worked for 8 January")}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]bool{
		"2026-01-01": false, "2026-01-05": false, "2026-01-07": false, "2026-01-08": false,
		"2026-01-09": true, "2026-02-07": true, "2026-02-08": false,
	} {
		if c.Working(day(t, s)) != want {
			t.Errorf("%s: working %v, want %v", s, !want, want)
		}
	}
	got, err := c.Due(at(t, "2026-02-06T10:00"), term(t, "1wd"))
	if err != nil || got.LastDay.String() != "2026-02-07" {
		t.Errorf("the worked Saturday was passed over: %s, %v", got.LastDay, err)
	}
}

func TestDoubtIsCountedAgainstTheHolder(t *testing.T) {
	t.Parallel()
	c, err := NewCalendar([]Year{{
		Year:   2027,
		Off:    []DayOff{{Date: day(t, "2027-05-01"), To: day(t, "2027-05-03"), Title: words("rumoured"), Confirm: true}},
		Worked: []DayOff{{Date: day(t, "2027-05-15"), Title: words("rumoured"), Confirm: true}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ from, must, least string }{
		{"2027-04-30T10:00", "2027-05-03", "2027-05-04"}, // Friday; Monday may be off, Saturday and Sunday are
		{"2027-05-14T10:00", "2027-05-15", "2027-05-17"}, // Friday; Saturday may be worked
	} {
		must, err := c.Due(at(t, tt.from), term(t, "1wd"))
		if err != nil {
			t.Fatal(err)
		}
		least, err := c.AtLeast(at(t, tt.from), term(t, "1wd"))
		if err != nil {
			t.Fatal(err)
		}
		if must.LastDay.String() != tt.must || least.LastDay.String() != tt.least {
			t.Errorf("from %s: do by %s, wait through %s; want %s, %s", tt.from, must.LastDay, least.LastDay, tt.must, tt.least)
		}
		if !slices.Equal(must.Unsure, []int{2027}) {
			t.Errorf("the doubt is not told: %v", must.Unsure)
		}
	}
	if before, _ := c.Before(at(t, "2027-05-04T10:00"), term(t, "1wd")); before.LastDay.String() != "2027-04-29" {
		t.Errorf("notice by %s, want 2027-04-29", before.LastDay)
	}
}

func TestNewCalendarRefuses(t *testing.T) {
	t.Parallel()
	d := func(s string) DayOff { return DayOff{Date: day(t, s), Title: words("x")} }
	span := d("2027-01-05")
	span.To = day(t, "2027-01-04")
	doubt := d("2027-01-05")
	doubt.Confirm = true
	untitled := d("2027-01-05")
	untitled.Title.Ky = ""
	for name, years := range map[string][]Year{
		"a year given twice":                {{Year: 2027}, {Year: 2027}},
		"a day of another year":             {{Year: 2027, Off: []DayOff{d("2026-01-01")}}},
		"no day":                            {{Year: 2027, Off: []DayOff{{Title: words("x")}}}},
		"days that end before they begin":   {{Year: 2027, Off: []DayOff{span}}},
		"a day given twice":                 {{Year: 2027, Off: []DayOff{d("2027-01-05"), d("2027-01-05")}}},
		"a day both off and worked":         {{Year: 2027, Off: []DayOff{d("2027-01-09")}, Worked: []DayOff{d("2027-01-09")}}},
		"a Tuesday worked instead":          {{Year: 2027, Worked: []DayOff{d("2027-01-05")}}},
		"a complete year with a doubt":      {{Year: 2027, Complete: true, Off: []DayOff{doubt}}},
		"a day without its three languages": {{Year: 2027, Off: []DayOff{untitled}}},
	} {
		if _, err := NewCalendar(years); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// A longer term never ends earlier, a later event never gives an earlier end,
// and nothing is due before it began.
func TestDueIsMonotone(t *testing.T) {
	t.Parallel()
	c := winter(t)
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 700*24*60).Draw(t, "minutes")) * time.Minute)
		later := from.Add(time.Duration(rapid.IntRange(0, 10*24*60).Draw(t, "later")) * time.Minute)
		mark := rapid.SampledFrom([]string{"h", "d", "wd", "mo", "y"}).Draw(t, "unit")
		n := rapid.IntRange(1, 40).Draw(t, "n")
		due := func(at time.Time, n int) Due {
			length, err := ParseTerm(fmt.Sprint(n) + mark)
			if err != nil {
				t.Fatal(err)
			}
			d, err := c.Due(at, length)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		a, b, l := due(from, n), due(from, n+1), due(later, n)
		if b.End.Before(a.End) || l.End.Before(a.End) || !a.End.After(from) {
			t.Fatalf("%d%s from %s: %s, one more %s, from %s %s", n, mark, from, a.End, b.End, later, l.End)
		}
		if mark != "h" && (!c.Working(a.LastDay) || !a.End.Equal(a.LastDay.AddDays(1).Start())) {
			t.Fatalf("ends on %s at %s", a.LastDay, a.End)
		}
	})
}

func FuzzParseTerm(f *testing.F) {
	for _, s := range []string{"now", "7wd", "72h", "jan1+2", "01y", "1mo"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseTerm(s)
		if err != nil {
			return
		}
		if m.String() != s || m.IsZero() {
			t.Errorf("%q was read as %q", s, m)
		}
		if _, err := new(Calendar).Due(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), m); err != nil {
			t.Errorf("%q could not be counted: %v", s, err)
		}
	})
}
