package law

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/privacy"
)

// tables is a small law that holds together.
func tables(t testing.TB) Tables {
	read := day(t, "2026-11-23")
	act := func(id ActID, from, to string, articles ...string) Act {
		a := Act{
			ID: id, Title: words("act"), Kind: KindLaw, From: day(t, from), To: day(t, to),
			Source: "a test", CheckedBy: "project", CheckedOn: read, Confidence: Official,
		}
		for _, n := range articles {
			a.Articles = append(a.Articles, Article{n, words("about")})
		}
		return a
	}
	doubtful := act("decree", "2017-11-21", "")
	doubtful.DoubtFrom, doubtful.Note = day(t, "2026-02-05"), words("may be dead")
	old := act("law58", "", "2026-02-05", "17")
	old.Unknown, old.Note = true, words("day of force")
	return Tables{
		Regimes: []Regime{
			{ID: Law58, Title: words("old"), Act: "law58", To: day(t, "2026-02-05")},
			{ID: DC, Title: words("new"), Act: "dc", From: day(t, "2026-02-05")},
		},
		Acts: []Act{act("dc", "2026-02-05", "", "73", "114", "131"), old, doubtful, act("cc", "2000-01-01", "", "212")},
		Deadlines: []Deadline{
			{
				ID: "info", Title: words("x"), From: "request_received", Term: term(t, "7wd"), Regime: DC,
				Cites: []Citation{{"dc", "73 p.2(3)"}}, Confidence: PreSigning,
			},
			{
				ID: "change", Title: words("x"), From: "user_notified", Term: term(t, "1mo"), Min: true, Regime: DC,
				Cites: []Citation{{"dc", "114 p.5"}}, Confidence: Matched,
			},
			{
				ID: "work", Title: words("x"), Before: "work", Term: term(t, "3wd"), Min: true,
				Cites: []Citation{{"dc", "131 p.2"}}, Confidence: Inferred,
			},
		},
		Holds: []Hold{
			{ID: "civil", Title: words("x"), From: "relation_end", Term: term(t, "3y"), Cites: []Citation{{"cc", "212"}}},
			{ID: "traffic", Title: words("x"), From: "collected", NeedsCounsel: true, Note: words("find it")},
		},
		Years: []Year{{Year: 2026, Complete: true}},
	}
}

func registry(t testing.TB) *Registry {
	t.Helper()
	r, err := NewRegistry(tables(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestActsAreInForceByTheDayOfBishkek(t *testing.T) {
	t.Parallel()
	r := registry(t)
	for _, tt := range []struct {
		act  ActID
		at   string
		want bool
	}{
		{"dc", "2026-02-04T23:59", false},
		{"dc", "2026-02-05T00:00", true},
		{"dc", "2099-01-01T00:00", true},
		{"law58", "1999-01-01T00:00", true}, // nobody knows the first day
		{"law58", "2026-02-04T23:59", true},
		{"law58", "2026-02-05T00:00", false},
		{"decree", "2017-11-20T23:59", false},
		{"decree", "2026-02-04T23:59", true},
		{"decree", "2026-02-05T00:00", false}, // nobody can vouch for it
		{"nothing", "2026-02-05T00:00", false},
	} {
		if got := r.InForce(tt.act, at(t, tt.at)); got != tt.want {
			t.Errorf("%s at %s: in force %v", tt.act, tt.at, got)
		}
	}
	if from, to, ok := r.Interval("dc"); !ok || !from.Equal(at(t, "2026-02-05T00:00")) || !to.IsZero() {
		t.Errorf("interval of dc: %s to %s, %v", from, to, ok)
	}
	if from, to, ok := r.Interval("law58"); !ok || !from.IsZero() || !to.Equal(at(t, "2026-02-05T00:00")) {
		t.Errorf("interval of law58: %s to %s, %v", from, to, ok)
	}
	if _, _, ok := r.Interval("nothing"); ok {
		t.Error("an unknown act has an interval")
	}
}

func TestRegimeIsThatOfTheDayOfTheFact(t *testing.T) {
	t.Parallel()
	r := registry(t)
	for s, want := range map[string]RegimeID{
		"2009-01-01T00:00": Law58, "2026-02-04T23:59": Law58, "2026-02-05T00:00": DC, "2040-01-01T00:00": DC,
	} {
		if got := r.Regime(at(t, s)); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}

func TestRegistryCountsEachDeadlineItsOwnWay(t *testing.T) {
	t.Parallel()
	r := registry(t)
	for _, tt := range []struct {
		id       DeadlineID
		at, want string
	}{
		{"info", "2026-11-20T10:00", "2026-12-01"},
		{"change", "2027-01-31T10:00", "2027-03-01"},
		{"work", "2026-11-27T02:00", "2026-11-23"},
	} {
		if got, err := r.Due(tt.id, at(t, tt.at)); err != nil || got.LastDay.String() != tt.want {
			t.Errorf("%s: got %s, %v; want %s", tt.id, got.LastDay, err, tt.want)
		}
	}
	if _, err := r.Due("nothing", at(t, "2026-11-20T10:00")); privacy.CodeOf(err) != privacy.UnknownName {
		t.Errorf("an unknown deadline gave %v", err)
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	r := registry(t)
	if a, ok := r.Act("dc"); !ok || a.ID != "dc" || len(r.Acts()) != 4 {
		t.Errorf("act %+v %v", a, ok)
	}
	if d, ok := r.Deadline("info"); !ok || d.Term.String() != "7wd" || len(r.Deadlines()) != 3 {
		t.Errorf("deadline %+v %v", d, ok)
	}
	if h, ok := r.Hold("civil"); !ok || h.Term.String() != "3y" || len(r.Holds()) != 2 {
		t.Errorf("hold %+v %v", h, ok)
	}
	if a, ok := r.Article(Citation{"dc", "73 p.2(3)"}); !ok || a.ID != "73" {
		t.Errorf("article %+v %v", a, ok)
	}
	for _, c := range []Citation{{"dc", "7"}, {"dc", "731"}, {"dc", ""}, {"no", "73"}} {
		if _, ok := r.Article(c); ok {
			t.Errorf("found %s", c)
		}
	}
	if !r.Calendar().Known(2026) || r.Calendar().Known(2027) {
		t.Error("the calendar knows other years than it was given")
	}
	r.Acts()[0].ID = "changed"
	if _, ok := r.Act("dc"); !ok || r.Acts()[0].ID != "dc" {
		t.Error("the registry was changed from outside")
	}
}

func TestWarningsTellWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	want := []Warning{
		{WarnActUnknown, "law58"}, {WarnActDoubt, "decree"}, {WarnDeadlineUnread, "work"}, {WarnHoldUnset, "traffic"}, {WarnYearUnknown, "2027"},
	}
	if got := registry(t).Warnings(at(t, "2026-11-23T12:00")); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := registry(t).Warnings(at(t, "2026-02-04T12:00")); slices.Contains(got, want[1]) {
		t.Error("the doubt is told before it begins")
	}
}

func TestNewRegistryRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		spoil func(*Tables)
		where string // table[id]
		msg   string
	}{
		{"an act given twice", func(x *Tables) { x.Acts = append(x.Acts, x.Acts[0]) }, "acts[dc]", "twice"},
		{"a deadline given twice", func(x *Tables) { x.Deadlines = append(x.Deadlines, x.Deadlines[0]) }, "deadlines[info]", "twice"},
		{"a hold given twice", func(x *Tables) { x.Holds = append(x.Holds, x.Holds[0]) }, "holds[civil]", "twice"},
		{"a regime given twice", func(x *Tables) { x.Regimes[1].ID = Law58 }, "regimes[law58]", "twice"},
		{"a year given twice", func(x *Tables) { x.Years = append(x.Years, x.Years[0]) }, "years[2026]", "twice"},
		{"an act without an id", func(x *Tables) { x.Acts[0].ID = "" }, "acts[]", "small letters"},
		{"an id with capitals", func(x *Tables) { x.Deadlines[0].ID = "Info" }, "deadlines[Info]", "small letters"},
		{"an act that ends before it begins", func(x *Tables) { x.Acts[0].To = x.Acts[0].From.AddDays(-1) }, "acts[dc]", "before it begins"},
		{"an act that ends on the day it begins", func(x *Tables) { x.Acts[0].To = x.Acts[0].From }, "acts[dc]", "before it begins"},
		{"an act in doubt before it begins", func(x *Tables) { x.Acts[2].DoubtFrom = x.Acts[2].From }, "acts[decree]", "before it begins"},
		{"an end both known and in doubt", func(x *Tables) { x.Acts[2].To = day(t, "2030-01-01") }, "acts[decree]", "both given"},
		{"an act that begins nobody says when", func(x *Tables) { x.Acts[0].From = Date{} }, "acts[dc]", "unknown: true"},
		{"an unknown without a note", func(x *Tables) { x.Acts[1].Note.Ru = "" }, "acts[law58]", "note"},
		{"a doubt without a note", func(x *Tables) { x.Acts[2].Note = privacy.Words{} }, "acts[decree]", "note"},
		{"an act without a source", func(x *Tables) { x.Acts[0].Source = "" }, "acts[dc]", "where it was read"},
		{"an act nobody checked", func(x *Tables) { x.Acts[0].CheckedBy = "" }, "acts[dc]", "checked_by"},
		{"an act of no kind", func(x *Tables) { x.Acts[0].Kind = "order" }, "acts[dc]", "kind"},
		{"an act read nobody says how", func(x *Tables) { x.Acts[0].Confidence = "" }, "acts[dc]", "confidence"},
		{"an act without its Kyrgyz title", func(x *Tables) { x.Acts[0].Title.Ky = "" }, "acts[dc]", "ky, ru and en"},
		{"an act replaced by one that is not there", func(x *Tables) { x.Acts[0].Replaced = "code2" }, "acts[dc]", "replaced by code2"},
		{"an act replaced by itself", func(x *Tables) { x.Acts[0].Replaced = "dc" }, "acts[dc]", "no other act"},
		{"a name with capitals", func(x *Tables) { x.Acts[0].Names = []string{"the Code"} }, "acts[dc]", "small letters"},
		{"an article given twice", func(x *Tables) { x.Acts[0].Articles = append(x.Acts[0].Articles, x.Acts[0].Articles[0]) }, "acts[dc]", "article 73 is given twice"},
		{"an article with its point", func(x *Tables) { x.Acts[0].Articles[0].ID = "73 p.2" }, "acts[dc]", "plain number"},
		{"an article without a title", func(x *Tables) { x.Acts[0].Articles[0].Title.En = "" }, "acts[dc]", "no title"},
		{"a deadline that cites an unknown act", func(x *Tables) { x.Deadlines[0].Cites[0].Act = "gdpr" }, "deadlines[info]", "gdpr"},
		{"a deadline that cites an unlisted article", func(x *Tables) { x.Deadlines[0].Cites[0].Article = "7 p.2" }, "deadlines[info]", "does not list"},
		{"a deadline that cites nothing", func(x *Tables) { x.Deadlines[0].Cites = nil }, "deadlines[info]", "cites nothing"},
		{"a deadline of no term", func(x *Tables) { x.Deadlines[0].Term = Term{} }, "deadlines[info]", "no term"},
		{"a deadline from nothing", func(x *Tables) { x.Deadlines[0].From = "" }, "deadlines[info]", "exactly one"},
		{"a deadline from and before", func(x *Tables) { x.Deadlines[0].Before = "work" }, "deadlines[info]", "exactly one"},
		{"months before an event", func(x *Tables) { x.Deadlines[2].Term = term(t, "1mo") }, "deadlines[work]", "count back"},
		{"a deadline of no regime", func(x *Tables) { x.Deadlines[0].Regime = "eu" }, "deadlines[info]", "regime"},
		{"a deadline read nobody says how", func(x *Tables) { x.Deadlines[0].Confidence = "sure" }, "deadlines[info]", "confidence"},
		{"a deadline without its title", func(x *Tables) { x.Deadlines[0].Title.En = "" }, "deadlines[info]", "title"},
		{"a hold without an article", func(x *Tables) { x.Holds[0].Cites = nil }, "holds[civil]", "cites nothing"},
		{"a hold that cites an unknown act", func(x *Tables) { x.Holds[0].Cites[0].Act = "tax" }, "holds[civil]", "tax"},
		{"a hold without a term", func(x *Tables) { x.Holds[0].Term = Term{} }, "holds[civil]", "no term"},
		{"a hold from nothing", func(x *Tables) { x.Holds[0].From = "" }, "holds[civil]", "from is missing"},
		{"a guess at what counsel must find", func(x *Tables) { x.Holds[1].Term = term(t, "3y") }, "holds[traffic]", "needs counsel"},
		{"an unset hold without a note", func(x *Tables) { x.Holds[1].Note = privacy.Words{} }, "holds[traffic]", "note"},
		{"a hold without its title", func(x *Tables) { x.Holds[0].Title = privacy.Words{} }, "holds[civil]", "title"},
		{"no regime", func(x *Tables) { x.Regimes = nil }, "regimes[]", "no regime"},
		{"a day without a regime", func(x *Tables) { x.Regimes[1].From = day(t, "2026-02-06") }, "regimes[dc]", "every day"},
		{"a day of two regimes", func(x *Tables) { x.Regimes[1].From = day(t, "2026-02-04") }, "regimes[dc]", "every day"},
		{"a last regime that ends", func(x *Tables) { x.Regimes[1].To = day(t, "2030-01-01") }, "regimes[dc]", "every day"},
		{"a first regime that begins", func(x *Tables) { x.Regimes[0].From = day(t, "2008-01-01") }, "regimes[law58]", "every day"},
		{"a regime of an unknown act", func(x *Tables) { x.Regimes[0].Act = "law57" }, "regimes[law58]", "act"},
		{"a regime without its title", func(x *Tables) { x.Regimes[0].Title.Ky = "" }, "regimes[law58]", "title"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := tables(t)
			tt.spoil(&x)
			_, err := NewRegistry(x)
			var p *Problem
			if !errors.As(err, &p) {
				t.Fatalf("got %v, want a *Problem", err)
			}
			if !strings.HasPrefix(p.Error(), tt.where+":") || !strings.Contains(p.Msg, tt.msg) {
				t.Errorf("got %q, want %s … %s", p, tt.where, tt.msg)
			}
		})
	}
}
